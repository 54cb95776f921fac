"""What a spec looks like in memory: bytes and masks of each template, and of what else it describes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from trampgen.elf.file import Elf
from trampgen.model.memory import ByteOrder, to_memory
from trampgen.model.record import record
from trampgen.model.spec import Param, Region, Spec, SymbolBits, TemplateVariant, When, Word

_STEPS = {"x86_64": 1, "x86_32": 1, "thumb": 2, "riscv32": 2, "riscv64": 2}  # elsewhere 4


@record
class State:
    """Bytes that can stand in a part; `form` is None at rest. `value` has no bit outside `mask`."""

    form: str | None
    value: bytes
    mask: bytes


@record
class Part:
    """Bytes `start` … `end - 1` of a pattern: any one of the states, what rests first, as recognisers ask."""

    name: str
    start: int
    end: int
    states: tuple[State, ...]


@record
class Pattern:
    """Bytes in the order of memory: what is fixed of them (`value` under `mask`), and parts that have several states.

    Under parts the mask is zero. `unit` are the bytes of a word, `step` what a place is a multiple of, `whens` the
    cases that have it: variants that differ in nothing are one pattern, and `code` is the first of them. `params` and
    `symbols` are what can be read, by words from `origin` bytes on: that is where a call site is. Words behind the
    pattern's own are `away` bytes further off, or nobody knows where. `state` is that of a call site. Where one of
    `members` is, the pattern is not."""

    name: str
    kind: str  # stub, optprobe, site, breakpoint, repeat, callsite or family
    isa: str
    order: ByteOrder
    unit: int
    step: int
    whens: tuple[When, ...]
    value: bytes
    mask: bytes
    parts: tuple[Part, ...] = ()
    code: TemplateVariant | None = None
    params: tuple[Param, ...] = ()
    symbols: tuple[SymbolBits, ...] = ()
    origin: int = 0
    away: int | None = 0
    state: str = ""
    members: tuple[Pattern, ...] = ()

    @property
    def size(self) -> int:
        return len(self.value)

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases of each `when`, joined: `ppc64, elfv2`; none where it depends on nothing."""
        return tuple(", ".join(case for _, case in when) for when in self.whens if when)

    @property
    def fixed_bits(self) -> int:
        """How many bits any match has in common: of each part those of the state that fixes the fewest."""
        least = (min(_bits(state.mask) for state in part.states) for part in self.parts)
        return _bits(self.mask) + sum(least)


def order_of(elf: Elf) -> ByteOrder:
    """The byte orders of a file's code and data. In big-endian objects of ARM both are big; a linker makes be8."""
    if elf.order == "little":
        return "little"
    return "be8" if elf.code_order == "little" else "big"


def patterns(
    spec: Spec,
    targets: Collection[str],
    order: ByteOrder,
    names: Collection[str] = (),
    cases: Collection[str] = (),
) -> list[Pattern]:
    """The templates of a spec that a machine of these targets can hold, in the order of the spec.

    `names` chooses some of them, `cases` those variants that no chosen case rules out."""
    found: list[Pattern] = []
    for template in spec.templates:
        if not names or template.name in names:
            own = [v for v in template.variants if v.isa in targets and possible(spec, v.when, cases)]
            found += merged(of_template(template.name, template.kind, v, order) for v in own)
    return found


def possible(spec: Spec, when: When, cases: Collection[str]) -> bool:
    """Whether a combination of cases agrees with those that were chosen."""
    for axis in spec.axes:
        chosen = {case.name for case in axis.cases} & set(cases)
        if chosen and any(name == axis.name and case not in chosen for name, case in when):
            return False
    return True


def of_template(name: str, kind: str, variant: TemplateVariant, order: ByteOrder) -> Pattern:
    """The pattern of one variant of a template."""
    value, mask = (bytearray(part) for part in in_memory(variant.words, variant.isa, order))
    parts = tuple(_part(region, variant, order) for region in variant.regions)
    for part in parts:
        value[part.start : part.end] = mask[part.start : part.end] = bytes(part.end - part.start)
    return Pattern(
        name,
        kind,
        variant.isa,
        order,
        variant.unit,
        step_of(variant.isa, variant.words),
        (variant.when,),
        bytes(value),
        bytes(mask),
        parts,
        variant,
        variant.params,
        variant.symbols,
    )


def step_of(isa: str, words: Iterable[Word] = ()) -> int:
    """Code stands at multiples of this. A literal of Thumb is a multiple of 4 away from one."""
    return 4 if any(word.kind == "data" for word in words) and isa == "thumb" else _STEPS.get(isa, 4)


def in_memory(words: Sequence[Word], isa: str, order: ByteOrder) -> tuple[bytes, bytes]:
    """The bytes of words without open bits, and the mask of those that are not open."""
    known = b"".join(to_memory(word.value & word.mask, isa, word.kind, order) for word in words)
    return known, b"".join(to_memory(word.mask, isa, word.kind, order) for word in words)


def merged(found: Iterable[Pattern]) -> Iterator[Pattern]:
    """Each pattern once, with the cases of all that are the same."""
    alike: dict[object, list[Pattern]] = {}
    for pattern in found:
        alike.setdefault(_key(pattern), []).append(pattern)
    for first, *others in alike.values():
        for other in others:
            first = _with(first, other.whens)
        yield first


def _with(pattern: Pattern, whens: tuple[When, ...]) -> Pattern:
    return replace(pattern, whens=(*pattern.whens, *whens))


def _part(region: Region, variant: TemplateVariant, order: ByteOrder) -> Part:
    words: list[tuple[str | None, Sequence[Word]]] = [(None, variant.words[region.start : region.end])]
    words += [(form.name, form.words) for form in region.forms]
    states = tuple(State(form, *in_memory(own, variant.isa, order)) for form, own in words)
    return Part(region.name, variant.unit * region.start, variant.unit * region.end, states)


def _key(pattern: Pattern) -> object:
    """What tells two patterns apart: bytes, states, and what is read from them."""
    parts = tuple((part.name, *((s.form, s.value, s.mask) for s in part.states)) for part in pattern.parts)
    params = tuple((param.name, param.kind, param.reach, _holes(param)) for param in pattern.params)
    symbols = tuple((s.value.asm, s.word, s.field, s.operator, s.form) for s in pattern.symbols)
    members = tuple(map(_key, pattern.members))
    return pattern.value, pattern.mask, parts, params, symbols, pattern.away, pattern.state, members


def _holes(param: Param) -> object:
    return tuple(
        tuple((h.word, h.offset, h.field, h.pc_relative, h.pc_base, h.form, h.page) for h in group)
        for group in param.groups
    )


def _bits(mask: bytes) -> int:
    return int.from_bytes(mask, "big").bit_count()
