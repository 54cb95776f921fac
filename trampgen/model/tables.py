"""Compiled tables, breakpoints, slots and call sites. All tuples are in source order; words are in value form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trampgen.model.record import record
from trampgen.model.source import Span

if TYPE_CHECKING:
    from trampgen.model.images import Image
    from trampgen.model.spec import Hole, Param, TemplateVariant, When


@record
class Pattern:
    """Every word w with w & mask == value; `value` has no bit outside `mask`, and both are of `width` bits.

    Bits outside the mask belong to a hole, or may be anything; `ignored` are those that the encoding fixes
    and the processor does not look at. `asm` is the instruction, or the pattern as it was written."""

    mask: int
    value: int
    ignored: int
    holes: tuple[Hole, ...]
    asm: str
    because: str
    doc: str
    span: Span
    width: int = 32


@record
class Predicate:
    """A function of a word; `negated` is true where no row matches, `among` names rows and classes if not all count."""

    name: str
    negated: bool
    doc: str
    span: Span
    among: tuple[str, ...] = ()


@record
class Requirement:
    """A field must not be `value`, or what the field `other` is; with `equal` it must. Any of `others` is as good."""

    field: str
    other: str | None
    value: int
    equal: bool = False
    others: tuple[Requirement, ...] = ()

    @property
    def tests(self) -> tuple[Requirement, ...]:
        """The comparisons of which one has to hold."""
        return (self, *self.others)


@record
class Entry:
    """What a table says of a row's words; `groups` are those around it, the outermost first."""

    classes: tuple[str, ...]
    action: str | None
    arguments: tuple[int, ...]
    requires: tuple[Requirement, ...]
    groups: tuple[str, ...]


@record
class TableVariant:
    """The rows that there are in one combination of cases, by name, and what is said of each.

    `order` are (mask, value, row) in the order in which they match; where no row is given, words are in none.
    Patterns of rows in a group are what they have in common with it."""

    when: When
    rows: tuple[tuple[str, Pattern], ...]
    entries: tuple[Entry, ...] = ()
    order: tuple[tuple[int, int, int | None], ...] = ()
    width: int = 32


@record
class Table:
    """Instructions by mask and value; `ordered` if the first row that matches counts."""

    name: str
    axes: tuple[str, ...]
    predicates: tuple[Predicate, ...]
    variants: tuple[TableVariant, ...]
    doc: str
    span: Span
    ordered: bool = False
    classes: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()


@record
class BreakpointVariant:
    """`row` is the row of the table that the word is in; None for a breakpoint in no table.

    `size` in bytes: a narrow instruction of Thumb has 2, and its word is its halfword."""

    when: When
    isa: str
    word: int
    size: int
    asm: str
    row: str | None


@record
class Breakpoint:
    """The word that is written over an instruction."""

    name: str
    table: str | None
    axes: tuple[str, ...]
    predicates: tuple[Predicate, ...]
    variants: tuple[BreakpointVariant, ...]
    doc: str
    span: Span
    images: tuple[Image, ...] = ()


@record
class Boundary:
    """A place between two instructions of a form, or at one of its ends, at which a task can be stopped.

    `offset` in bytes, without the copied instruction, which has run where `after` is true. `state` is probed where
    nothing has run, next where all has run that the copied instruction does outside of a slot, slot anywhere else:
    there a task can go on in a slot alone."""

    offset: int
    after: bool
    state: str


@record
class SlotForm:
    """What a slot holds: `code` around the instruction, which is copied before word `at` of it.

    `most` bytes of instruction leave room for the rest."""

    name: str
    code: TemplateVariant
    at: int
    most: int
    boundaries: tuple[Boundary, ...]
    doc: str
    span: Span


@record
class SlotVariant:
    """Sizes in bytes: of a slot, of what is copied into it (smallest first), of a page (text: C's business).

    `reserved` slots at the page's start are not handed out; words that are not copied hold `filler`.
    `pair` is (mask, value) of what begins an instruction of two words, where the target has such."""

    when: When
    isa: str
    size: int
    align: int
    page: int | str
    reserved: int
    copied: tuple[int, ...]
    filler: int
    pair: tuple[int, int] | None
    forms: tuple[SlotForm, ...] = ()
    unit: int = 4  # bytes of a word


@record
class Slot:
    """Places for copied instructions; `insn` is what the spec calls them, `fill` the breakpoint in what is left."""

    name: str
    axes: tuple[str, ...]
    insn: str
    variants: tuple[SlotVariant, ...]
    doc: str
    span: Span


@record
class State:
    """What a call site can be. `words` are all its words by index, `replaced` the indices that make the difference.

    The state that a site begins in has no name, and replaces nothing. `params` are fields of its own words:
    of all of them in the first state, of replaced ones in another."""

    name: str | None
    words: tuple[tuple[int, Pattern], ...]
    replaced: tuple[int, ...]
    params: tuple[Param, ...]
    doc: str
    span: Span

    def word(self, index: int) -> Pattern:
        return dict(self.words)[index]


@record
class NeverNop:
    """A word that must not become a nop while the site is in a state (None: the one it begins in)."""

    index: int
    state: str | None
    because: str
    span: Span


@record
class CallsiteVariant:
    """The states that there are in one combination of cases, the one it begins in first; `nop` is the target's."""

    when: When
    isa: str
    states: tuple[State, ...]
    never: tuple[NeverNop, ...]
    nop: int


@record
class Callsite:
    """Words around an address, and what may become of them."""

    name: str
    axes: tuple[str, ...]
    variants: tuple[CallsiteVariant, ...]
    doc: str
    span: Span
