"""What was refuted, for people: one finding for each root cause, with the lines involved and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from trampgen.diagnostics import Diagnostic, Note, Report
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.prove.domain import Value
from trampgen.prove.memory import names, spelled
from trampgen.prove.obligation import Obligation
from trampgen.prove.valuation import evaluate
from trampgen.prove.verdict import Refuted, Verdict

_MOST_NUMBERS = 6
_MOST_SUBJECTS = 6
_ABOUT_PLACES = (
    "store-outside",
    "red-zone",
    "below-stack",
    "load-outside",
    "runs-into-data",
)  # not about values


@record
class Finding:
    """Refuted obligations of one root cause: the first one, what they are about, where they were found."""

    first: Refuted
    subjects: dict[str, None]
    verdicts: list[Verdict]


def findings(verdicts: Iterable[Verdict]) -> list[Finding]:
    """One for each instruction that is wrong and way in which it is, in the order in which they were found."""
    found: dict[tuple[str, Span, str], Finding] = {}
    for verdict in verdicts:
        for one in verdict.findings:
            key = _cause(one.obligation)
            finding = found.setdefault(key, Finding(one, {}, []))
            finding.subjects[one.obligation.subject] = None
            if verdict not in finding.verdicts:
                finding.verdicts.append(verdict)
    return list(found.values())


def _cause(one: Obligation) -> tuple[str, Span, str]:
    """The instruction that is wrong; where nothing was written, what it is about. A frame is too small as a whole."""
    if one.code == "red-zone":
        return one.code, one.origin.span, ""
    if one.culprit is None:
        return one.code, one.check.span, one.subject
    return one.code, one.culprit.span, "" if one.code in _ABOUT_PLACES else one.where


def tell(verdicts: Sequence[Verdict], report: Report, every_case: bool = True) -> None:
    """Put what was refuted, what nobody knows and what is said in vain into the report.

    That a clause is of no use is known where `every_case` was looked at."""
    for finding in findings(verdicts):
        report.add(diagnostic(finding, verdicts))
    for verdict in verdicts:
        if verdict.status == "unknown":
            what = f"{verdict.template.name} is not proved: {verdict.why}"
            cases = ", ".join(case for _, case in verdict.when)
            span = verdict.template.span
            report.add(Diagnostic("unproven", "warning", what, span, (), "", (cases,) if cases else ()))
    if every_case:
        _tell_unused(verdicts, report)
    _tell_unreached(verdicts, report)


def diagnostic(finding: Finding, verdicts: Sequence[Verdict]) -> Diagnostic:
    """A finding as a diagnostic at the instruction that is wrong."""
    one = finding.first.obligation
    at = (one.culprit or one.check).span
    others = [subject for subject in finding.subjects if subject != one.subject]
    more = f"; the same of {_listed(others)}" if others and one.code not in _ABOUT_PLACES else ""
    notes = [*_places(one), *_demand(one), *_numbers(finding.first)]
    notes += [Note(f"only where memory is {order}-endian") for order in _only(finding, verdicts)]
    return Diagnostic(
        one.code, "error", one.message + more, at, tuple(notes), one.help, _cases(finding, verdicts)
    )


def _listed(subjects: Sequence[str]) -> str:
    shown = ", ".join(subjects[:_MOST_SUBJECTS])
    left = len(subjects) - _MOST_SUBJECTS
    return f"{shown} and {left} more" if left > 0 else shown


def _places(one: Obligation) -> Iterable[Note]:
    """The last write is where the finding stands; where it was looked at is another line, mostly."""
    if one.culprit is not None and one.culprit is not one.check:
        yield Note(f"checked here, {one.where}", one.check.span)


def _demand(one: Obligation) -> Iterable[Note]:
    origin = one.origin
    because = f": {origin.because}" if origin.because else ""
    if not origin.by_default:
        yield Note(f"demanded here{because}", origin.span)
    elif origin.text:
        yield Note(f"by default: {origin.text}")


def _numbers(refuted: Refuted) -> Iterable[Note]:
    """What is there and what has to be, as terms and as numbers."""
    one, numbers = refuted.obligation, refuted.answer.numbers
    if one.code in _ABOUT_PLACES or one.code in ("register-written", "not-run"):
        return
    if one.code == "stale-slot":
        yield Note(f"it holds {spelled(one.got)}")
        return
    if one.code == "stack-alignment":
        yield Note(f"it is {spelled(one.got)}")
        return
    if one.code in ("wrong-exit", "wrong-call"):
        if one.where == "nowhere":
            return
        yield Note(f"it goes to {spelled(one.got)}")
    else:
        yield Note(f"it is {spelled(one.got)}, and has to be {spelled(one.want)}")
    got, want = _evaluated([one.got, one.want], numbers)
    given = _given(one, numbers)
    if given and one.code in ("wrong-exit", "wrong-call"):
        if got != want:
            yield Note(f"for example, {given}: it goes to {got:#x}, and has to go to {want:#x}")
    elif given:
        yield Note(f"for example, {given}: it is {got:#x}, and has to be {want:#x}")


def _evaluated(values: Sequence[Value], numbers: Mapping[str, int]) -> list[int]:
    return evaluate(values, numbers)


def _given(one: Obligation, numbers: Mapping[str, int]) -> str:
    """The registers and memory that matter, with their numbers."""
    wanted = names([one.got, one.want, *one.given])
    shown = [name for name in numbers if name in wanted][:_MOST_NUMBERS]
    return ", ".join(f"{name} = {numbers[name]:#x}" for name in shown)


def _of_template(finding: Finding, verdicts: Sequence[Verdict]) -> list[Verdict]:
    template = finding.verdicts[0].template
    return [verdict for verdict in verdicts if verdict.template is template]


def _only(finding: Finding, verdicts: Sequence[Verdict]) -> list[str]:
    """The one byte order in which it was found, if there are others."""
    orders = {verdict.order for verdict in finding.verdicts}
    every = {verdict.order for verdict in _of_template(finding, verdicts)}
    return sorted(orders) if len(orders) == 1 < len(every) else []


def _cases(finding: Finding, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """The combinations of cases in which it was found; none where they are all."""
    own = dict.fromkeys(", ".join(case for _, case in verdict.when) for verdict in finding.verdicts)
    return tuple(case for case in own if case)


def _tell_unused(verdicts: Sequence[Verdict], report: Report) -> None:
    """allow-unused: a clause that allows what is not found in any variant that has it."""
    used = {one.allowed.span for verdict in verdicts for one in verdict.allowed if one.allowed is not None}
    for verdict in _whole(verdicts):
        for clause in verdict.allowances:
            if clause.span not in used:
                of = f" of {', '.join(clause.of)}" if clause.of else ""
                what = f"nothing is found that `allow {clause.code}{of}` would allow"
                help = "take it out: a later finding would be lost in it"
                report.add(Diagnostic("allow-unused", "warning", what, clause.span, (), help))


def _whole(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Verdicts of templates of which every variant is proved."""
    found: list[Verdict] = []
    for template in dict.fromkeys(verdict.template for verdict in verdicts):
        own = [verdict for verdict in verdicts if verdict.template is template]
        known = {verdict.when for verdict in own}
        if len(known) == len(template.variants) and all(verdict.status == "proved" for verdict in own):
            found += own
    return found


def _tell_unreached(verdicts: Sequence[Verdict], report: Report) -> None:
    """unreached: a label of which a contract says something, and to which control never comes."""
    known = [verdict for verdict in verdicts if verdict.status != "unknown"]
    for template in dict.fromkeys(verdict.template for verdict in known):
        own = [verdict for verdict in known if verdict.template is template]
        reached = {label for verdict in own for label in verdict.reached}
        spoken = {label: span for verdict in own for label, span in verdict.spoken.items()}
        for label, span in spoken.items():
            if label not in reached:
                what = f"control never comes to `{label}`: what the contract says there is said of nothing"
                report.add(Diagnostic("unreached", "error", what, span))
