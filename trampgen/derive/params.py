"""From holes to params: the exact range of each, the promise checked against it, the words at rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trampgen.assemble.words import Assembled
from trampgen.diagnostics import Note, Report
from trampgen.expand.instances import Promised
from trampgen.fields import arith
from trampgen.fields.reach import flaws, intersection, reach
from trampgen.isa.base import Isa
from trampgen.model.field import Field, Reach
from trampgen.model.spec import Hole, Param, TemplateVariant, When, Word


def variant(assembled: Assembled, isa: Isa, report: Report) -> TemplateVariant:
    """The finished variant of a template; broken promises go to the report."""
    params: list[Param] = []
    words = list(assembled.words)
    for promised in assembled.instance.params:
        own = tuple(hole for hole in assembled.holes if hole.param == promised.name)
        if not own:  # not used in this combination of cases
            continue
        param = _param(promised, own, assembled.instance.when, isa, report)
        if param is not None:
            params.append(param)
            _rest(param, words, report)
    return TemplateVariant(
        assembled.instance.when,
        tuple(words),
        assembled.holes,
        assembled.symbols,
        assembled.labels,
        tuple(params),
        assembled.instance.contract,
    )


def groups(holes: Sequence[Hole]) -> list[tuple[Hole, ...]]:
    """Holes that hold a value together: slices of one sum form a group, a whole operand is one by itself.

    A value can be there twice, once with @ha and a sign-extended low half, once with @h and a plain one:
    then these are two groups."""
    found: list[tuple[Hole, ...]] = [(hole,) for hole in holes if hole.operator is None]
    slices = [hole for hole in holes if hole.operator is not None]
    for addend in dict.fromkeys(hole.field.addend for hole in slices):
        own = [hole for hole in slices if hole.field.addend == addend]
        carried = tuple(hole for hole in own if _carried(hole))
        plain = tuple(hole for hole in own if not _carried(hole))
        both = all(
            any(_is_low(h) for h in part) and not all(_is_low(h) for h in part) for part in (carried, plain)
        )
        found += [carried, plain] if both else [tuple(own)]
    return found


def _is_low(hole: Hole) -> bool:
    return hole.field.low_bit < 8  # an alignment drops a few of its bits, no more


def _carried(hole: Hole) -> bool:
    """Whether a slice belongs to the form in which the low half is sign-extended."""
    return hole.field.signed if _is_low(hole) else hole.field.carry_from is not None


def _param(promised: Promised, holes: Sequence[Hole], when: When, isa: Isa, report: Report) -> Param | None:
    together = groups(holes)
    before = len(report.errors)
    for group in together:
        _check_group(promised, group, report)
    _check_sums(promised, together, report)
    if len(report.errors) > before:
        return None
    for group in together:
        _check_lone(promised, group, report)
    reaches = [reach([hole.field for hole in group], isa.pointer_bits) for group in together]
    encodable = intersection(reaches)
    relative = {hole.pc_relative for hole in holes}
    if encodable is None or len(relative) > 1:
        report.error(
            "no-common-range", promised.span, f"no value of `{promised.name}` fits all its holes at once"
        )
        return None
    if True in relative and (promised.reach is not None or promised.align is not None):
        report.error(
            "address-promise",
            promised.span,
            f"`{promised.name}` is an address: what it can be depends on where the code runs",
            [f"the branch reaches {show(encodable)} from itself"],
            "leave the promise out: the encoder checks the distance",
        )
        return None
    final = _narrowed(encodable, promised)
    lost = _first_lost(final, encodable, _full(together, isa))
    if lost is not None:
        _report_lost(promised, final, lost, encodable, together, when, isa, report)
        return None
    return Param(
        promised.name,
        final,
        "unsigned long" if True in relative else c_type(final),
        _at_rest(promised, final, holes),
        True in relative,
        holes[0].pc_base,
        promised.base,
        promised.doc,
        tuple(sorted(together, key=len, reverse=True)),
        promised.span,
    )


def _narrowed(encodable: Reach, promised: Promised) -> Reach:
    """What the encoder will accept: the promise where there is one."""
    if promised.reach is not None:
        return promised.reach
    if promised.align is None:
        return encodable
    align = promised.align
    return Reach(encodable.low + -encodable.low % align, encodable.high - encodable.high % align, align)


def _check_lone(promised: Promised, group: Sequence[Hole], report: Report) -> None:
    """@ha or @h without the @l that belongs to it, unless the param is promised to need none."""
    low = 1 << min(hole.field.low_bit for hole in group)
    if group[0].operator is None or any(_is_low(hole) for hole in group) or (promised.align or 1) % low == 0:
        return
    report.warning(
        "lone-slice",
        group[0].span,
        f"only the upper bits of `{promised.name}` are encoded: it must be a multiple of {low:#x}",
        help=f"encode ${{{promised.name}@l}} too, or promise `align {low:#x}` if that is meant",
    )


def _check_group(promised: Promised, group: Sequence[Hole], report: Report) -> None:
    fields = [hole.field for hole in group]
    for flaw in flaws(fields):
        notes = [Note(f"also here: {_where(hole)}", hole.span) for hole in group[1:]]
        if flaw.code != "hole-gap":
            value = flaw.witness - fields[0].addend
            notes.insert(0, Note(f"{_hex(value)} would give {_hex(_executed(fields, value))}"))
        report.error(flaw.code, group[0].span, f"`{promised.name}`: {flaw.message}", notes, flaw.help)
    addend = fields[0].addend
    align = 1 << min(field.low_bit for field in fields)
    if group[0].operator is None and addend % align:
        report.error(
            "immediate-alignment",
            group[0].span,
            f"`{promised.name}` plus {addend} goes into a field that drops the low {align.bit_length() - 1} bits",
        )


def _executed(fields: Sequence[Field], value: int) -> int:
    """What instructions make of a value's slices: their sum, sign-extended where the instruction does that."""
    slices = {(field.low_bit, field.top_bit): replace(field, addend=0) for field in fields}
    total = value + fields[0].addend
    parts = [
        arith.decode([(field, 0)], [arith.encode(field, total)], 64, field.signed)
        for field in slices.values()
    ]
    return sum(parts) - fields[0].addend


def _check_sums(promised: Promised, together: Sequence[Sequence[Hole]], report: Report) -> None:
    """Upper slices of one sum and the low slice of another don't add up to either."""
    slices = [group for group in together if group[0].operator is not None]
    uppers = [group for group in slices if not all(_is_low(hole) for hole in group)]
    lowers = [group for group in slices if all(_is_low(hole) for hole in group)]
    for lower in lowers:
        for upper in uppers:
            if lower[0].field.addend != upper[0].field.addend:
                sum_of = [_sum(promised.name, group[0].field.addend) for group in (upper, lower)]
                report.error(
                    "mixed-sums",
                    lower[0].span,
                    f"the upper half is of {sum_of[0]}, the lower of {sum_of[1]}: together they are neither",
                    [Note("the upper half", upper[0].span)],
                    "write the same sum in both: the carry depends on it",
                )


def _sum(name: str, addend: int) -> str:
    return f"`{name} {'+' if addend > 0 else '-'} {abs(addend)}`" if addend else f"`{name}`"


def _where(hole: Hole) -> str:
    return f"@{hole.operator}" if hole.operator else "the whole value"


def _full(together: Sequence[Sequence[Hole]], isa: Isa) -> int | None:
    """The width at which every bit pattern is a value, signed or not; None if some group is narrower."""
    tops = [max(hole.field.top_bit for hole in group) for group in together]
    return min(tops) if all(top >= isa.pointer_bits for top in tops) else None


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
    notes = [f"{_hex(lost)} would be encoded as {_hex(read)}"]
    above = max(0, final.high - encodable.high)
    below = max(0, encodable.low - final.low)
    if final.align >= encodable.align and above + below:
        notes.append(f"{(above + below) // final.align:,} promised values can't be encoded")
    how = "/".join(f"@{hole.operator}" for hole in group if hole.operator) or "this operand"
    notes.append(f"{how} reaches {show(encodable)}")
    report.error(
        "range-not-encodable",
        promised.span,
        f"`{promised.name}` is promised as {promised.spoken or show(final)}, but {_hex(lost)} can't be encoded",
        [*notes, *(Note("encoded here", hole.span) for hole in group)],
        _mend(final, encodable),
        when,
    )


def _mend(promised: Reach, encodable: Reach) -> str:
    if promised.align < encodable.align and encodable.low <= promised.low and promised.high <= encodable.high:
        return f"promise less: add `align {encodable.align}`"
    align = f" align {encodable.align}" if encodable.align > 1 else ""
    whole = f"`in {_hex(encodable.low)}..{_hex(encodable.high)}{align}`"
    return f"leave the promise out (the range is then derived), or write {whole} or less"


def show(reach: Reach) -> str:
    """A range for people: `-0x80008000 … 0x7fff7fff`, with its alignment where there is one."""
    step = f", multiples of {reach.align}" if reach.align > 1 and not reach.phase else ""
    if reach.phase:
        step = f", {reach.align} apart from {reach.low}"
    return f"{_hex(reach.low)} … {_hex(reach.high)}{step}"


def _hex(value: int) -> str:
    return str(value) if abs(value) < 256 else hex(value)


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


def _rest(param: Param, words: list[Word], report: Report) -> None:
    """Put a param's value at rest into the words."""
    if param.rest is None:
        return
    if param.pc_relative or not param.reach.holds(param.rest):
        what = "an address has no value at rest" if param.pc_relative else f"out of {show(param.reach)}"
        report.error("bad-rest", param.span, f"`{param.name}` rests at {_hex(param.rest)}: {what}")
        return
    for group in param.groups:
        for hole in group:
            word = words[hole.word]
            words[hole.word] = replace(word, value=word.value | arith.encode(hole.field, param.rest))
