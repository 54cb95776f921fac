"""A verification on one screen: locate → compare in every case → choose the cases → report."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from trampgen.diagnostics import Report
from trampgen.diagnostics.text import count
from trampgen.elf.debuginfo import DebugInfo, sources
from trampgen.elf.file import Elf
from trampgen.elf.types import Struct
from trampgen.model.bitmaps import Bitmap
from trampgen.model.images import Image
from trampgen.model.record import record
from trampgen.model.repeats import Repeat
from trampgen.model.spec import Layout, Spec, Template, TemplateVariant, When
from trampgen.model.tables import Table
from trampgen.verify import bitmaps, cases, code, copies, labels, layouts, shapes, tables
from trampgen.verify.locate import locate
from trampgen.verify.model import Absent, Checked, Difference, InTypes, Located

Thing = Template | Bitmap | Table
_Comparison = tuple[When, str, Callable[[], Iterable[Difference]]]


@record
class Outcome:
    """What was compared, in the order of the spec, and what no file has."""

    checked: tuple[Checked, ...]
    absent: tuple[Absent, ...]


def verify(spec: Spec, elfs: Sequence[Elf], wanted: Iterable[str], report: Report) -> Outcome:
    """Hold a spec against files of one machine; differences go into the report.

    `wanted` are cases that hold in the build; without them they are those in which it differs least."""
    ruled_out = cases.ruled_out(spec, frozenset(wanted))
    checked: list[Checked] = []
    absent: list[Absent] = []
    for thing, image, named in images(spec):
        places = list(locate(elfs, image))
        if not places and named:
            absent.append(Absent(_kind(thing), thing.name, f"symbol {image.symbol}"))
        for place in places:
            checked += _compared(thing, image, place, ruled_out)
    for template in copies.unnamed(spec):
        found = list(_copies(template, elfs, ruled_out))
        checked += found
        if not found:
            absent.append(Absent(template.kind, template.name, "code that looks like it"))
    checked += _structs(spec, elfs, ruled_out, absent)
    found = cases.choose(spec, checked)
    for one in found:
        for it in one.differences:
            report.error(it.code, it.span, it.message, it.notes(), it.help, one.when)
    if not found:
        _nothing(spec, absent, report)
    return Outcome(tuple(found), tuple(absent))


def _nothing(spec: Spec, absent: Sequence[Absent], report: Report) -> None:
    wanted = list(dict.fromkeys(f"{one.looked_for} of {one.kind} {one.name}" for one in absent))
    report.error(
        "nothing-found",
        None,
        f"no file has anything of {os.path.basename(spec.path)}",
        [f"looked for {', '.join(wanted)}"] if wanted else [],
        help="" if wanted else "`symbol NAME` in a template says where an object has its words",
    )


def images(spec: Spec) -> Iterator[tuple[Thing, Image, bool]]:
    """What can be in files, where that is, and whether the spec itself says so.

    Arrays have the symbol of their own name unless it says another."""
    for template in shapes.templates(spec):
        for image in template.images:
            yield template, image, True
    arrays: list[Bitmap | Table] = [*spec.bitmaps, *spec.tables]
    for thing in arrays:
        for image in thing.images:
            yield thing, image, True
        if not thing.images:
            yield thing, Image(thing.name, None, (), "", thing.span), False


def _compared(thing: Thing, image: Image, place: Located, ruled_out: frozenset[str]) -> Iterator[Checked]:
    """A thing at one place, in each of its cases that the machine can run and nobody has ruled out."""
    group = f"{thing.name} {place.at() if '*' in image.symbol else image.symbol}"
    for when, what, differences in _variants(thing, image, place):
        if ruled_out.isdisjoint(case for _, case in when):
            yield Checked(_kind(thing), thing.name, when, place, what, tuple(differences()), group)


def _structs(
    spec: Spec, elfs: Sequence[Elf], ruled_out: frozenset[str], absent: list[Absent]
) -> Iterator[Checked]:
    """Layouts and repeats against structs of their names, in every file that has debug info."""
    known = [elf for elf in elfs if elf.has_debug_info]
    things: list[Layout | Repeat] = [*spec.layouts, *spec.repeats]
    for thing in things:
        structs = [found for elf in known for found in _types(elf, thing.name)]
        if known and not structs:
            absent.append(Absent(_kind(thing), thing.name, f"struct {thing.name} in debug info"))
        for info, struct in structs:
            place = InTypes(info.elf, info.name.partition(" ")[0], struct.title)
            for when, expected in _expected(thing, struct):
                if ruled_out.isdisjoint(case for _, case in when):
                    what = count(len(expected.members), "member")
                    found = tuple(layouts.compare(expected, struct, place))
                    yield Checked(_kind(thing), thing.name, when, place, what, found, place.at())


@functools.lru_cache(256)
def _types(elf: Elf, name: str) -> list[tuple[DebugInfo, Struct]]:
    """The structs of a name in a file; whoever looks at its words again and again reads its types once."""
    return [(info, struct) for info in sources(elf) if (struct := info.struct(name)) is not None]


def _expected(thing: Layout | Repeat, struct: Struct) -> Iterator[tuple[When, layouts.Expected]]:
    if isinstance(thing, Layout):
        for variant in thing.variants:
            yield variant.when, layouts.of_layout(thing, variant)
        return
    for block in thing.variants:
        yield block.when, layouts.of_repeat(thing, block, struct)


def _copies(template: Template, elfs: Sequence[Elf], ruled_out: frozenset[str]) -> Iterator[Checked]:
    """A template for which no symbol is named, wherever there is code that looks like it."""
    image = Image(template.name, None, (), "", template.span)
    for variant in template.variants:
        if ruled_out.isdisjoint(case for _, case in variant.when):
            for place in copies.locate(elfs, variant):
                what, found = _what(template, variant, image, place), _code(template, variant, image, place)
                yield Checked(
                    template.kind, template.name, variant.when, place, what, tuple(found), place.at()
                )


def _variants(thing: Thing, image: Image, place: Located) -> Iterator[_Comparison]:
    """Each case, how much is compared, and what differs."""
    match thing:
        case Bitmap():
            for bits in thing.variants:
                yield bits.when, count(thing.width, thing.index), partial(bitmaps.compare, thing, bits, place)
        case Table():
            for rows in thing.variants:
                yield rows.when, count(len(rows.rows), "row"), partial(tables.compare, thing, rows, place)
        case Template():
            for one in shapes.sized(thing, place.size).variants:
                if one.isa in place.elf.targets:
                    yield one.when, _what(thing, one, image, place), partial(_code, thing, one, image, place)


def _code(template: Template, variant: TemplateVariant, image: Image, place: Located) -> Iterator[Difference]:
    yield from code.compare(template, variant, image, place)
    yield from labels.compare(template, variant, place)


def _what(template: Template, variant: TemplateVariant, image: Image, place: Located) -> str:
    known = labels.known(template, variant, place)
    parts = [count(len(variant.words), variant.word_name), *([count(known, "label")] if known else [])]
    if free := code.excepted(variant, image):
        parts.append(f"{count(len(free), variant.word_name)} not compared")
    if variant.symbols:
        parts.append(f"{', '.join(_open(variant))} not known")
    return ", ".join(parts)


def _open(variant: TemplateVariant) -> list[str]:
    """Externs that nobody supplied: their bits are not compared. Of a struct's members the struct is named."""
    names = [name for one in variant.symbols for name in one.value.externs]
    return list(dict.fromkeys(re.split(r"[.\[]", name)[0] for name in names))


def _kind(thing: Thing | Layout | Repeat) -> str:
    return thing.kind if isinstance(thing, Template) else type(thing).__name__.lower()
