"""A verification on one screen: locate → compare in every case → choose the cases → report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trampgen.diagnostics import Report
from trampgen.diagnostics.text import count
from trampgen.elf.file import Elf
from trampgen.model.bitmaps import Bitmap
from trampgen.model.images import Image
from trampgen.model.record import record
from trampgen.model.spec import Spec, Template, TemplateVariant
from trampgen.model.tables import Table
from trampgen.verify import bitmaps, cases, code, labels, tables
from trampgen.verify.locate import locate
from trampgen.verify.model import Absent, Checked, Located


@record
class Outcome:
    """What was compared, in the order of the spec, and what no file has."""

    checked: tuple[Checked, ...]
    absent: tuple[Absent, ...]


def verify(spec: Spec, elfs: Sequence[Elf], wanted: Iterable[str], report: Report) -> Outcome:
    """Hold a spec against files of one machine; differences go into the report.

    `wanted` are cases that hold in the build; without them they are those in which it differs least."""
    images = list(_images(spec))
    checked: list[Checked] = []
    absent: list[Absent] = []
    for thing, image, named in images:
        places = list(locate(elfs, image))
        if not places:
            absent.append(Absent(_kind(thing), thing.name, image.symbol, image.span, named))
        for place in places:
            checked += _compared(thing, image, place)
    found = cases.choose(spec, checked, wanted)
    for one in found:
        for difference in one.differences:
            report.error(
                difference.code, difference.span, difference.message, difference.notes, difference.help, one.when
            )
    return Outcome(tuple(found), tuple(absent))


def _images(spec: Spec) -> Iterator[tuple[Template | Bitmap | Table, Image, bool]]:
    """What can be in files, where that is, and whether the spec itself says so."""
    for template in spec.templates:
        for image in template.images:
            yield template, image, True
    arrays: list[Bitmap | Table] = [*spec.bitmaps, *spec.tables]
    for thing in arrays:
        for image in thing.images:
            yield thing, image, True
        if not thing.images:
            yield thing, Image(thing.name, None, (), "", thing.span), False


def _compared(thing: Template | Bitmap | Table, image: Image, place: Located) -> Iterator[Checked]:
    """A thing at one place, in each of its cases that the machine can run."""
    group = f"{thing.name} {place.at() if '*' in image.symbol else image.symbol}"
    if isinstance(thing, Bitmap):
        for variant in thing.variants:
            differences = tuple(bitmaps.compare(thing, variant, place))
            what = count(thing.width, thing.index)
            yield Checked("bitmap", thing.name, variant.when, place.at(), what, differences, group)
        return
    if isinstance(thing, Table):
        for rows in thing.variants:
            differences = tuple(tables.compare(thing, rows, place))
            what = count(len(rows.rows), "row")
            yield Checked("table", thing.name, rows.when, place.at(), what, differences, group)
        return
    for one in thing.variants:
        if one.isa in place.elf.targets:
            found = (*code.compare(thing, one, image, place), *labels.compare(thing, one, place))
            yield Checked(thing.kind, thing.name, one.when, place.at(), _what(thing, one, image, place), found, group)


def _what(template: Template, variant: TemplateVariant, image: Image, place: Located) -> str:
    known = labels.known(template, variant, place)
    parts = [count(len(variant.words), variant.word_name), *([count(known, "label")] if known else [])]
    if free := code.excepted(variant, image):
        parts.append(f"{len(free)} not compared")
    if variant.symbols:
        parts.append(f"{', '.join(_open(variant))} not known")
    return ", ".join(parts)


def _open(variant: TemplateVariant) -> list[str]:
    """Externs that nobody supplied: their bits are not compared."""
    return list(dict.fromkeys(name for one in variant.symbols for name in one.value.externs))


def _kind(thing: Template | Bitmap | Table) -> str:
    if isinstance(thing, Template):
        return thing.kind
    return "bitmap" if isinstance(thing, Bitmap) else "table"
