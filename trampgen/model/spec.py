"""A compiled specification: what every check reads and every output prints. All tuples are in source order."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from trampgen.model.field import Field, Reach
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import Symbolic, one_word

if TYPE_CHECKING:  # a spec without them loads none of these
    from trampgen.model.bitmaps import Bitmap, Comparison
    from trampgen.model.contracts import Clause
    from trampgen.model.images import Image, LabelSymbol
    from trampgen.model.repeats import Repeat
    from trampgen.model.rewrites import Rewrite
    from trampgen.model.tables import Breakpoint, Callsite, Slot, Table

# Which case of each axis a variant is for, in the order of the axes: (("abi", "elfv1"),).
When = tuple[tuple[str, str], ...]


def among(when: When, axes: Mapping[str, str], cases: Collection[str]) -> bool:
    """Whether a combination is one of those asked for: of each axis of which a case is named, it has one that is.

    `axes` has the axis of every case."""
    named = {axes[case] for case in cases if case in axes}
    return all(case in cases for axis, case in when if axis in named)


@record
class Case:
    """One case of an axis."""

    name: str
    guard: str | None  # the C condition, None for #else


@record
class Axis:
    """A `variant`: its cases are tested in order."""

    name: str
    cases: tuple[Case, ...]
    span: Span


@record
class Extern:
    """A number the kernel's own build knows, `value` where it is supplied; `struct` if it is a member's offset.

    `unit` names a function: what that is compiled with has the type."""

    name: str
    c: str
    value: int | None
    low: int | None
    high: int | None
    span: Span
    struct: str | None = None
    unit: str | None = None


@record
class Word:
    """One word in value form, its hole and symbolic bits zero unless a param rests as something else.

    `mask` has a 1 for each bit that no hole and no symbol covers; `kind` is insn, prefix, suffix or data, or more
    for a byte that continues an instruction of bytes, whose text is empty."""

    value: int
    mask: int
    kind: str
    asm: str
    span: Span


@record
class Hole:
    """Bits of one word that a param fills, or of several that follow it where words are bytes.

    `offset` is that of the instruction, in bytes from the template's start; PC-relative holes hold
    target - (run address + offset + pc_base); with `page`, the target less the start of the page of so many bytes
    that run address + offset is in. `form` names what a region must have been patched to for the hole to be there;
    None for words that always are."""

    param: str
    operator: str | None
    word: int
    offset: int
    field: Field
    pc_relative: bool
    pc_base: int
    span: Span
    form: str | None = None
    page: int = 0

    def origin(self, ip: int) -> int:
        """What a PC-relative hole counts from in code that runs at an address."""
        place = ip + self.offset + self.pc_base
        return place - place % self.page if self.page else place


@record
class SymbolBits:
    """Bits of one word that the C compiler fills from an unsupplied extern, and what it must assert."""

    value: Symbolic
    word: int
    offset: int
    field: Field
    operator: str | None
    span: Span
    form: str | None = None


Slice = TypeVar("Slice", Hole, SymbolBits)


@record
class Label:
    """A public position; `index` in words, None where it is not at a word's start."""

    name: str
    offset: int
    index: int | None
    span: Span


@record
class Form:
    """Words that a region can be patched to, hole and symbolic bits zero."""

    name: str
    words: tuple[Word, ...]
    span: Span


@record
class Region:
    """Words `start` … `end - 1` rest as `TemplateVariant.words` says and can be patched to one of the forms.

    The first form has the region's name. A region that rests as nops alone and whose only form takes params is a
    hole, which an encoder always fills; any other is an alternative, about which the encoder is told."""

    name: str
    start: int
    end: int
    forms: tuple[Form, ...]
    is_hole: bool
    span: Span


@record
class Refused:
    """Values of a param whose bits under `mask` are `value`; both in place."""

    mask: int
    value: int


@record
class Param:
    """A value that is patched in. `groups` are the holes that hold it together, each group once in full.

    `kind` is insn for a whole instruction, bits for one of which some bits are taken over, branch for an address,
    number for anything else. `refused` are values that must not be encoded though they fit. `rest` is the value
    that the words hold before; None where their zero bits are no value of the param. The reach of an address is of what
    its PC-relative holes hold: where they count in pages, its low bits stand in others, as they are."""

    name: str
    reach: Reach
    c_type: str
    rest: int | None
    pc_relative: bool
    pc_base: int
    base: str
    doc: str
    groups: tuple[tuple[Hole, ...], ...]
    span: Span
    kind: str = "number"
    refused: Refused | None = None

    @property
    def distances(self) -> tuple[Hole, ...]:
        """The holes that hold how far away an address is."""
        return tuple(hole for group in self.groups for hole in group if hole.pc_relative)

    @property
    def page(self) -> int:
        """The bytes of a page where that is what an address is counted in; 0 elsewhere."""
        return max((hole.page for hole in self.distances), default=0)


@record
class Never:
    """Addresses, modulo a power of two, at which the code must not stand, or what is at a label of it."""

    label: str | None
    offsets: tuple[int, ...]
    modulus: int

    def open(self, place: int, align: int) -> tuple[int, ...]:
        """Those at which something can come to stand that is at `place` of what is aligned to `align`."""
        step = min(align, self.modulus)  # both are powers of two
        return tuple(offset for offset in self.offsets if (offset - place) % step == 0)

    def only(self, place: int, align: int) -> bool:
        """Whether it can stand nowhere else."""
        return len(self.open(place, align)) * min(align, self.modulus) == self.modulus


@record
class Promise:
    """One clause of a contract, kept as written: `clobbers r11, r12`. `never` is what it says of places.

    `clauses` are what it says of the code, one for each comparison and each round of a `for`; where `states` are given,
    with these regions patched to these forms alone."""

    text: str
    because: str
    span: Span
    never: Never | None = None
    clauses: tuple[Clause, ...] = ()
    states: tuple[tuple[str, str], ...] = ()


@record
class Replaced:
    """What a site replaces: a breakpoint and its word; whether all other CPUs are stopped meanwhile."""

    breakpoint: str
    word: int
    stop_machine: bool


@record
class TemplateVariant:
    """The code of a template in one combination of cases, for one instruction set; `words` are those at rest."""

    when: When
    isa: str
    pointer_bits: int
    words: tuple[Word, ...]
    holes: tuple[Hole, ...]
    symbols: tuple[SymbolBits, ...]
    labels: tuple[Label, ...]
    params: tuple[Param, ...]
    contract: tuple[Promise, ...]
    regions: tuple[Region, ...] = ()
    replaces: Replaced | None = None
    unit: int = 4  # bytes of a word

    @property
    def size(self) -> int:
        """Bytes of code."""
        return self.unit * len(self.words)

    @property
    def word_bits(self) -> int:
        return 8 * self.unit

    @property
    def word_name(self) -> str:
        return "byte" if self.unit == 1 else "word"

    def nevers(self) -> Iterator[tuple[int, Never, Promise]]:
        """The rules about places, each with the offset in bytes of what it is about."""
        offsets = {label.name: label.offset for label in self.labels}
        for promise in self.contract:
            if promise.never is not None:
                label = promise.never.label
                if label is None or label in offsets:  # else other cases have the label
                    yield 0 if label is None else offsets[label], promise.never, promise

    def every_word(self) -> Iterator[tuple[int, Word]]:
        """The words at rest, then those of every form, each with its index."""
        yield from enumerate(self.words)
        for region in self.regions:
            for form in region.forms:
                yield from enumerate(form.words, region.start)

    def words_of(self, form: str | None) -> tuple[Word, ...]:
        """The words as they are where one region is patched to `form`."""
        region = next((r for r in self.regions if any(f.name == form for f in r.forms)), None)
        return self.words if region is None or form is None else self.patched({region.name: form}).words

    def patched(self, chosen: Mapping[str, str] | None = None) -> TemplateVariant:
        """The code with regions patched: to their first form, or as chosen (region → form, the rest stay at rest)."""
        if not self.regions:
            return self
        forms = {region.name: region.name for region in self.regions} if chosen is None else chosen
        words = list(self.words)
        for region in self.regions:
            for form in region.forms:
                if form.name == forms.get(region.name):
                    words[region.start : region.end] = form.words
        there = {None, *forms.values()}
        patched = {word for r in self.regions if r.name in forms for word in range(r.start, r.end)}
        return replace(
            self,
            words=tuple(words),
            holes=tuple(
                replace(h, form=None)
                for h in self.holes
                if (h.form in there if h.form is not None else h.word not in patched)
            ),
            symbols=tuple(
                replace(s, form=None)
                for s in self.symbols
                if (s.form in there if s.form is not None else s.word not in patched)
            ),
            regions=(),
        )


def instructions(words: Sequence[Word]) -> Iterator[range]:
    """The indices of each instruction's words: of more than one only where words are bytes."""
    starts = [index for index, word in enumerate(words) if word.kind != "more"]
    yield from (range(start, end) for start, end in itertools.pairwise([*starts, len(words)]))


def beginning(words: Sequence[Word], index: int) -> Word:
    """The word that begins the instruction of which another is part; it has the text."""
    return next(words[place] for place in range(index, -1, -1) if words[place].kind != "more")


def in_words(slices: Iterable[Slice], word_bits: int) -> dict[int, list[Slice]]:
    """By word what stands in it; what is wider than a word is cut."""
    found: dict[int, list[Slice]] = {}
    for one in slices:
        for place, part in one.field.cut(word_bits).items():
            found.setdefault(one.word + place, []).append(replace(one, word=one.word + place, field=part))
    return found


@record
class Template:
    """`kind` is stub, optprobe or site; `layout` and `field` say where in an entry it goes.

    `axes` are those on which it depends; `images` say where object files have its words at rest, and
    `label_symbols` what they call its labels. A label is in some variant at least."""

    name: str
    kind: str
    layout: str | None
    field: str | None
    axes: tuple[str, ...]
    variants: tuple[TemplateVariant, ...]
    doc: str
    span: Span
    images: tuple[Image, ...] = ()
    label_symbols: tuple[LabelSymbol, ...] = ()


@record
class LayoutField:
    """kind is code, word, data or pad; `value` only for words; `name` is None for padding."""

    name: str | None
    kind: str
    offset: int
    size: int
    align: int
    value: int | None
    c_type: str | None
    copied_as_one: bool
    doc: str
    span: Span
    unit: int = 4  # bytes of a word of code


@record
class LayoutVariant:
    """An entry in one combination of cases; sizes in bytes."""

    when: When
    size: int
    align: int
    fields: tuple[LayoutField, ...]


@record
class Layout:
    """What an entry looks like; `commit_last` is the field that makes it valid."""

    name: str
    axes: tuple[str, ...]
    commit_last: str | None
    variants: tuple[LayoutVariant, ...]
    doc: str
    span: Span


@record
class Merged:
    """One word's joint mask: what it fixes, how many words it lets through, how many of those are members'."""

    word: int
    value: int
    derived: int
    written: int | None
    accepted: int
    members: int
    witness: int | None
    disassembly: str | None
    excessive: bool  # even the derived mask accepts words of no member
    span: Span
    bits: int = 32  # of the word


@record
class FamilyVariant:
    """The members that there are in one combination of cases, and their joint masks, if asked for."""

    when: When
    members: tuple[str, ...]
    extract: tuple[str, ...]
    merged: tuple[Merged, ...]


class _Variant(Protocol):
    @property
    def when(self) -> When: ...


V = TypeVar("V", bound=_Variant)


def seen_from(variants: Iterable[V], when: Iterable[tuple[str, str]]) -> V | None:
    """The variant for a combination of cases, which may name more axes than the thing has."""
    cases = frozenset(when)
    return next((v for v in variants if cases.issuperset(v.when)), None)


@record
class Family:
    """Templates that have to be told apart."""

    name: str
    axes: tuple[str, ...]
    variants: tuple[FamilyVariant, ...]
    doc: str
    span: Span


@record
class Spec:
    """`name` is the file's stem: the stem of every output. `impossible` are sets of cases that no build has."""

    name: str
    path: str
    licence: str | None
    isa: str
    unit: int
    pointer_bits: int
    axes: tuple[Axis, ...]
    externs: tuple[Extern, ...]
    layouts: tuple[Layout, ...]
    templates: tuple[Template, ...]
    families: tuple[Family, ...]
    tables: tuple[Table, ...] = ()
    breakpoints: tuple[Breakpoint, ...] = ()
    slots: tuple[Slot, ...] = ()
    callsites: tuple[Callsite, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    impossible: tuple[tuple[str, ...], ...] = ()
    bitmaps: tuple[Bitmap, ...] = ()
    comparisons: tuple[Comparison, ...] = ()

    @property
    def describes(self) -> bool:
        """Whether there is anything beside layouts, templates and families."""
        words = self.tables or self.breakpoints or self.slots or self.callsites or self.repeats
        return bool(words or self.bitmaps or self.rewrites)

    def layout(self, name: str) -> Layout:
        return next(layout for layout in self.layouts if layout.name == name)

    def layout_of(self, template: Template, variant: TemplateVariant) -> LayoutVariant | None:
        """The layout variant that a template's variant stands in; None for a template in no layout."""
        if template.layout is None:
            return None
        return seen_from(self.layout(template.layout).variants, variant.when)

    def placements(self) -> Iterator[tuple[Template, TemplateVariant, LayoutVariant, LayoutField]]:
        """Every variant of every template that is in a layout, with its field."""
        for template in self.templates:
            for variant in template.variants:
                layout = self.layout_of(template, variant)
                if layout is not None:
                    field = next(f for f in layout.fields if f.name == template.field)
                    yield template, variant, layout, field

    def extern_of(self, value: Symbolic) -> Extern | None:
        """The extern that a value is by itself; None where something is computed from it."""
        return next((extern for extern in self.externs if one_word(extern.name) == value.asm), None)

    def template(self, name: str) -> Template:
        return next(template for template in self.templates if template.name == name)
