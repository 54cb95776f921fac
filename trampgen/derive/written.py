"""Checks as somebody wrote them by hand, held against what the code can really encode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trampgen.derive.slices import shown
from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.diagnostics.text import count
from trampgen.expand.promises import Written
from trampgen.fields import arith
from trampgen.fields.reach import intersection
from trampgen.model.field import Reach
from trampgen.model.record import record
from trampgen.model.spec import Hole, Param, TemplateVariant


@record
class _Check:
    """Both ranges in one measure: a value as it is, an address as its distance from where the code runs."""

    written: Written
    param: Param
    theirs: Reach
    ours: Reach

    @property
    def measure(self) -> str:
        return f"{self.param.name} - ip" if self.param.pc_relative else self.param.name


def check(checks: Iterable[Written], variant: TemplateVariant, report: Report) -> None:
    """reach-differs: a check that lets through what can't be encoded, or stops what can."""
    for written in checks:
        param = next((p for p in variant.params if p.name == written.param), None)
        if param is None:
            continue  # not used in this combination of cases
        if param.page or param.pc_relative != (written.origin is not None):
            _report_measure(written, param, report)
            continue
        places = [label.name for label in variant.labels]
        if written.origin and written.origin not in places:
            what, help = f"there is no label `{written.origin}` here", did_you_mean(written.origin, places)
            report.error("unknown-name", written.span, what, (), help, variant.when)
            continue
        compared = _Check(written, param, _theirs(written, variant), _ours(param))
        notes = [*_accepted(compared), *_rejected(compared)]
        if notes:
            _report(compared, notes, variant, report)


def _report_measure(written: Written, param: Param, report: Report) -> None:
    if param.page:
        what = f"`{param.name}` is counted from a page: how far from where the code runs depends on the place in it"
        help = f"leave the check out: {param.name}_fits() in the header is exact"
    elif param.pc_relative:
        what = f"`{param.name}` is an address: what can be checked is its distance from somewhere"
        help = f"write `of {param.name} - ip`, or from where it is"
    else:
        what, help = f"`{param.name}` is no address: it has no distance", "leave `of` and what follows it out"
    report.error("reach-measure", written.span, what, help=help)


def _report(compared: _Check, notes: list[str], variant: TemplateVariant, report: Report) -> None:
    written, param = compared.written, compared.param
    holes = [hole for group in param.groups for hole in group]
    true = f"{compared.measure} is {shown(compared.ours.low)} … {shown(compared.ours.high)}"
    true += f", multiples of {compared.ours.align}" if compared.ours.align > 1 else ""
    report.error(
        "reach-differs",
        written.span,
        f"the check of `{param.name}` as written, {written.spoken}, is not what can be encoded",
        [*notes, f"exactly, {true}", *(Note("encoded here", hole.span) for hole in holes)],
        f"leave it out: {param.name}_fits() in the header is exact",
        variant.when,
    )


def _theirs(written: Written, variant: TemplateVariant) -> Reach:
    """The values that a check lets through; those of an address as distances from where the code runs."""
    low, high = written.reach.low - written.addend, written.reach.high - written.addend
    if written.sign < 0:
        low, high = -high, -low
    away = next((label.offset for label in variant.labels if label.name == written.origin), 0)
    phase = written.sign * (written.reach.phase - written.addend) + away
    return Reach(low + away, high + away, written.reach.align, phase % written.reach.align)


def _ours(param: Param) -> Reach:
    """The values that can be encoded; of an address that stands in several branches, by all of them."""
    if not param.pc_relative:
        return param.reach
    each = [_from_start(hole, param.reach) for group in param.groups for hole in group]
    found = intersection(each)
    assert found is not None, "branches of one template reach each other"
    return found


def _from_start(hole: Hole, reach: Reach) -> Reach:
    away = hole.offset + hole.pc_base
    return Reach(reach.low + away, reach.high + away, reach.align, (reach.phase + away) % reach.align)


def _accepted(compared: _Check) -> Iterator[str]:
    """The first value in each direction that passes and can't be encoded."""
    for value, number in _beyond(compared.theirs, compared.ours):
        encoded = _encoded_as(compared, value)
        yield (
            f"it accepts {compared.measure} = {shown(value)}, which would be encoded as {shown(encoded)}"
            f" ({count(number, 'such value')})"
        )
    odd = _off_grid(compared.theirs, compared.ours)
    if odd is not None:
        yield f"it accepts {compared.measure} = {shown(odd)}, which is not aligned to {compared.ours.align}"


def _rejected(compared: _Check) -> Iterator[str]:
    """The first value in each direction that is stopped and could be encoded."""
    for value, number in _beyond(compared.ours, compared.theirs):
        yield f"it rejects {compared.measure} = {shown(value)}, which can be encoded ({count(number, 'such value')})"
    odd = _off_grid(compared.ours, compared.theirs)
    if odd is not None:
        yield f"it rejects {compared.measure} = {shown(odd)}, which can be encoded"


def _off_grid(wide: Reach, narrow: Reach) -> int | None:
    """The first value of a range that the alignment of another rules out, where the two meet."""
    low = max(wide.low, narrow.low)
    low += (wide.phase - low) % wide.align
    values = (value for value in (low, low + wide.align) if value <= min(wide.high, narrow.high))
    return next((value for value in values if (value - narrow.phase) % narrow.align), None)


def _beyond(wide: Reach, narrow: Reach) -> Iterator[tuple[int, int]]:
    """Of a range, the value next to each end of another that lies outside it, and how many do there."""
    below = min(wide.high, narrow.low - 1)
    below -= (below - wide.phase) % wide.align
    if below >= wide.low:
        yield below, (below - wide.low) // wide.align + 1
    above = max(wide.low, narrow.high + 1)
    above += (wide.phase - above) % wide.align
    if above <= wide.high:
        yield above, (wide.high - above) // wide.align + 1


def _encoded_as(compared: _Check, value: int) -> int:
    """What a value reads back as once it has been pressed into the holes."""
    group = compared.param.groups[0]
    away = group[0].offset + group[0].pc_base if compared.param.pc_relative else 0
    words = [arith.encode(hole.field, value - away) for hole in group]
    fields = [(hole.field, index) for index, hole in enumerate(group)]
    bits = 64 if compared.ours.low < 0 else 32
    return arith.decode(fields, words, bits, compared.ours.low < 0) + away
