"""From holes to params: the exact range of each, the promise checked against it, the words at rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trampgen.assemble.words import Assembled
from trampgen.derive import copies, slices, written
from trampgen.derive.slices import shown
from trampgen.diagnostics import Note, Report
from trampgen.expand.promises import Promised
from trampgen.fields import arith
from trampgen.fields.reach import intersection, reach, top
from trampgen.isa.base import Isa
from trampgen.model.field import Field, Reach
from trampgen.model.spec import Hole, Param, TemplateVariant, When, Word, in_words

_C_RANGES = ((0, 1 << 64), (-(1 << 63), 1 << 63))  # of u64 and of s64, the ends excluded


def variant(assembled: Assembled, report: Report) -> TemplateVariant:
    """The finished variant of a template; broken promises go to the report."""
    instance = assembled.instance
    params: list[Param] = []
    words, taken_over = copies.taken_over(assembled, report)
    bits = 8 * instance.isa.unit
    for promised in instance.params:
        own = tuple(hole for hole in assembled.holes if hole.param == promised.name)
        if promised.name in taken_over:
            params.append(copies.param(promised, own, taken_over[promised.name], report))
        elif own:  # else it is not used in this combination of cases
            param = _param(promised, own, instance.when, instance.isa, report)
            if param is not None:
                params.append(replace(param, groups=_steady_first(param.groups, assembled)))
                _rest(param, words, bits, report)
    found = TemplateVariant(
        instance.when,
        instance.isa.name,
        instance.isa.pointer_bits,
        tuple(words),
        (*assembled.holes, *(hole for _, hole in taken_over.values())),
        assembled.symbols,
        assembled.labels,
        tuple(params),
        instance.contract,
        assembled.regions,
        unit=instance.isa.unit,
    )
    written.check(instance.written, found, report)
    return found


def _param(promised: Promised, holes: Sequence[Hole], when: When, isa: Isa, report: Report) -> Param | None:
    together = slices.groups(holes)
    if not _check_kind(promised, holes, isa, report) or not slices.check(promised, together, report):
        return None
    encodable = _encodable(promised, holes, together, isa, report)
    if encodable is None:
        return None
    relative = any(hole.pc_relative for hole in holes)
    paged = any(hole.page for hole in holes)  # whose alignment is that of the address itself
    if relative and (promised.reach is not None or (promised.align is not None and not paged)):
        report.error(
            "address-promise",
            promised.span,
            f"`{promised.name}` is an address: what it can be depends on where the code runs",
            [f"it reaches {show(encodable)} from its instruction's page"]
            if paged
            else [f"the branch reaches {show(encodable)} from itself"],
            "leave the promise out: the encoder checks the distance",
        )
        return None
    if paged and (promised.align or 1) > max(hole.page for hole in holes):
        report.error(
            "address-promise",
            promised.span,
            f"`{promised.name}` is counted from the start of a page: an alignment to more does not follow from that",
            help="promise no more than a page, and let the caller see to the rest",
        )
        return None
    final = _final(promised, encodable, together, when, isa, report)
    if final is None:
        return None
    return Param(
        promised.name,
        final,
        "unsigned long" if relative else c_type(final),
        _at_rest(promised, final, holes),
        relative,
        next((hole.pc_base for hole in holes if hole.pc_relative), 0),
        promised.base,
        promised.doc,
        tuple(sorted(together, key=len, reverse=True)),
        promised.span,
        "branch" if relative else promised.kind or "number",
    )


def _steady_first(together: Sequence[tuple[Hole, ...]], assembled: Assembled) -> tuple[tuple[Hole, ...], ...]:
    """A param is read back from its first group: one that is there whatever regions are patched to, if any."""
    inside = {word for region in assembled.regions for word in range(region.start, region.end)}
    return tuple(sorted(together, key=lambda group: group[0].form is not None or group[0].word in inside))


def _check_kind(promised: Promised, holes: Sequence[Hole], isa: Isa, report: Report) -> bool:
    """param-kind: a param that is declared as one thing and stands where another belongs."""
    relative = any(hole.pc_relative for hole in holes)
    for hole in holes:
        whole = hole.operator is None and hole.field.width == 8 * isa.unit and not hole.field.signed
        wrong = {
            "insn": None if whole else "an operand, not a whole instruction",
            "branch": None if relative else "a value, not the target of a branch",
            None: None,
        }[promised.kind]
        if wrong:
            what = f"`{promised.name}` is declared as {promised.kind}, and stands here as {wrong}"
            report.error("param-kind", hole.span, what, [Note("declared here", promised.span)])
            return False
    return True


def _encodable(
    promised: Promised, holes: Sequence[Hole], together: Sequence[Sequence[Hole]], isa: Isa, report: Report
) -> Reach | None:
    """What all holes of a param can hold at once; None if that is no range for C, which is reported."""
    distances = [hole for hole in holes if hole.pc_relative]
    values = [hole for hole in holes if not hole.pc_relative and not _within_page(hole, distances)]
    if len({bool(hole.page) for hole in distances}) > 1:
        pages = [hole for hole in distances if hole.page]
        report.error(
            "no-common-range",
            promised.span,
            f"`{promised.name}` is counted in pages by one instruction and in bytes by another",
            [
                Note("in pages", pages[0].span),
                Note("in bytes", next(h for h in distances if not h.page).span),
            ],
            "use two params",
        )
        return None
    if distances and values:
        report.error(
            "no-common-range",
            promised.span,
            f"`{promised.name}` is a distance in one instruction and a value in another",
            [Note("the distance", distances[0].span), Note("the value", values[0].span)],
            "use two params",
        )
        return None
    encodable = intersection(_reaches(together, isa))
    if encodable is None or encodable.low == encodable.high:
        only = f"only {encodable.low} of" if encodable else "no value of"
        message = f"{only} `{promised.name}` fits all its holes at once"
        report.error("no-common-range", promised.span, message, [Note("a hole", h.span) for h in holes])
        return None
    if not any(low <= encodable.low and encodable.high < high for low, high in _C_RANGES):
        message = f"`{promised.name}` would reach {show(encodable)}: no C type holds that"
        report.error("too-large", promised.span, message)
        return None
    return encodable


def _within_page(hole: Hole, distances: Sequence[Hole]) -> bool:
    """Whether a slice is of an address's place in its page, which is the same wherever the code runs."""
    return any(1 << hole.field.top_bit <= other.page for other in distances)


def _reaches(together: Sequence[Sequence[Hole]], isa: Isa) -> list[Reach]:
    """Each group's range; beside a narrower group, a pointer-wide one limits nothing but the alignment."""
    reaches = [_reach(group, isa) for group in together]
    full = [_pointer_wide(group, isa) for group in together]
    if all(full):
        return reaches
    whole = _C_RANGES[1][0], _C_RANGES[0][1] - 1  # negative values too
    return [
        replace(own, low=whole[0], high=whole[1]) if wide else own
        for own, wide in zip(reaches, full, strict=True)
    ]


def _reach(group: Sequence[Hole], isa: Isa) -> Reach:
    """A group's range. A distance is signed, even one as wide as a pointer."""
    bits = isa.pointer_bits + group[0].pc_relative
    return reach([hole.field for hole in group], bits)


def _pointer_wide(group: Sequence[Hole], isa: Isa) -> bool:
    return top([hole.field for hole in group]) >= isa.pointer_bits


def _final(
    promised: Promised,
    encodable: Reach,
    together: Sequence[Sequence[Hole]],
    when: When,
    isa: Isa,
    report: Report,
) -> Reach | None:
    """What the encoder will accept; None if that is nothing or more than the holes hold, which is reported."""
    final = _narrowed(encodable, promised)
    if final.low > final.high:
        message = (
            f"no multiple of {final.align} fits the holes of `{promised.name}`: they hold {show(encodable)}"
        )
        report.error("no-common-range", promised.span, message)
        return None
    lost = _first_lost(final, encodable, _full(together, isa))
    if lost is not None:
        _report_lost(promised, final, lost, encodable, together, when, isa, report)
        return None
    return final


def _narrowed(encodable: Reach, promised: Promised) -> Reach:
    """What the encoder will accept: the promise where there is one."""
    if promised.reach is not None:
        return promised.reach
    if promised.align is None:
        return encodable
    align = promised.align
    return Reach(encodable.low + -encodable.low % align, encodable.high - encodable.high % align, align)


def _full(together: Sequence[Sequence[Hole]], isa: Isa) -> int | None:
    """The width at which every bit pattern is a value, signed or not; None if some group is narrower."""
    if not all(_pointer_wide(group, isa) for group in together):
        return None
    return min(top([hole.field for hole in group]) for group in together)


def _first_lost(promised: Reach, encodable: Reach, full: int | None) -> int | None:
    """The promised value nearest to zero that can't be encoded; None if the promise holds."""
    if full is not None:
        low = -(1 << (full - 1)) if promised.low < 0 else 0
        high = (1 << (full - 1 if promised.low < 0 else full)) - encodable.align
        encodable = Reach(low, high, encodable.align, encodable.phase)
    if (promised.align % encodable.align) or (promised.low - encodable.phase) % encodable.align:
        lost = (
            promised.low
            if (promised.low - encodable.phase) % encodable.align
            else promised.low + promised.align
        )
        return next((v for v in (1, -1) if promised.holds(v) and not encodable.holds(v)), lost)
    above = max(promised.low, encodable.high + encodable.align)
    below = min(promised.high, encodable.low - encodable.align)
    if promised.high > encodable.high:
        return above + (promised.low - above) % promised.align
    if promised.low < encodable.low:
        return below - (below - promised.low) % promised.align
    return None


def _report_lost(
    promised: Promised,
    final: Reach,
    lost: int,
    encodable: Reach,
    together: Sequence[Sequence[Hole]],
    when: When,
    isa: Isa,
    report: Report,
) -> None:
    group = min(together, key=lambda g: (reach([h.field for h in g], isa.pointer_bits).holds(lost), len(g)))
    fields: list[tuple[Field, int]] = [(hole.field, i) for i, hole in enumerate(group)]
    words = [arith.encode(field, lost) for field, _ in fields]
    read = arith.decode(fields, words, isa.pointer_bits, encodable.low < 0)
    notes = [f"{shown(lost)} would be encoded as {shown(read)}"]
    above = max(0, final.high - encodable.high)
    below = max(0, encodable.low - final.low)
    if final.align >= encodable.align and above + below:
        notes.append(f"{(above + below) // final.align:,} promised values can't be encoded")
    notes += _missed(final, encodable)
    how = "/".join(f"@{hole.operator}" for hole in group if hole.operator) or "this operand"
    notes.append(f"{how} reaches {show(encodable)}")
    report.error(
        "range-not-encodable",
        promised.span,
        f"`{promised.name}` is promised as {promised.spoken or show(final)}, but {shown(lost)} can't be encoded",
        [*notes, *(Note("encoded here", hole.span) for hole in group)],
        _mend(final, encodable),
        when,
    )


def _missed(promised: Reach, encodable: Reach) -> list[str]:
    """The first value at each end that could be encoded and is not promised."""
    if promised.align != encodable.align:
        return []
    ends = ((promised.low - promised.align, "below"), (promised.high + promised.align, "above"))
    return [
        f"{shown(value)} {side} can be encoded, and is not promised"
        for value, side in ends
        if encodable.holds(value)
    ]


def _mend(promised: Reach, encodable: Reach) -> str:
    if promised.align < encodable.align and encodable.low <= promised.low and promised.high <= encodable.high:
        return f"promise less: add `align {encodable.align}`"
    align = f" align {encodable.align}" if encodable.align > 1 else ""
    whole = f"`in {shown(encodable.low)}..{shown(encodable.high)}{align}`"
    return f"leave the promise out (the range is then derived), or write {whole} or less"


def show(reach: Reach) -> str:
    """A range for people: `-0x80008000 … 0x7fff7fff`, with its alignment where there is one."""
    step = f", multiples of {reach.align}" if reach.align > 1 and not reach.phase else ""
    if reach.phase:
        step = f", {reach.align} apart from {reach.low}"
    return f"{shown(reach.low)} … {shown(reach.high)}{step}"


def c_type(reach: Reach) -> str:
    """The smallest C type that holds every value of the range."""
    for bits in (8, 16, 32, 64):
        if reach.low >= 0 and reach.high < 1 << bits:
            return f"u{bits}"
        if reach.low < 0 and -(1 << (bits - 1)) <= reach.low and reach.high < 1 << (bits - 1):
            return f"s{bits}"
    return "u64" if reach.low >= 0 else "s64"


def _at_rest(promised: Promised, final: Reach, holes: Sequence[Hole]) -> int | None:
    """The value that the words hold at rest: the promised one, else zero where all-zero holes mean that."""
    if promised.rest is not None:
        return promised.rest
    zero = not any(hole.pc_relative or arith.encode(hole.field, 0) for hole in holes)
    return 0 if zero and final.holds(0) else None


def _rest(param: Param, words: list[Word], bits: int, report: Report) -> None:
    """Put a param's value at rest into the words; what regions are patched to does not rest."""
    if param.rest is None:
        return
    if param.pc_relative or not param.reach.holds(param.rest):
        what = "an address has no value at rest" if param.pc_relative else f"out of {show(param.reach)}"
        report.error("bad-rest", param.span, f"`{param.name}` rests at {shown(param.rest)}: {what}")
        return
    for group in param.groups:
        for parts in in_words((hole for hole in group if hole.form is None), bits).values():
            for hole in parts:
                word = words[hole.word]
                words[hole.word] = replace(word, value=word.value | arith.encode(hole.field, param.rest))
