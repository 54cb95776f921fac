"""Verdicts and contracts as text and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from trampgen.diagnostics.text import count
from trampgen.prove.contract import Contract, Origin
from trampgen.prove.machine import Machine
from trampgen.prove.verdict import Verdict


def lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A line for each verdict, what somebody has looked at, what all of it assumes."""
    for verdict in verdicts:
        yield f"{verdict.status:8} {verdict.title()}: {_what(verdict)}"
    for reason in _allowed(verdicts):
        yield f"allowed  {reason}"
    for assumption in assumptions(verdicts):
        yield f"assumed  {assumption}"


def _what(verdict: Verdict) -> str:
    if verdict.status == "unknown":
        return verdict.why
    parts = [f"{count(verdict.held, 'obligation')} hold{'s' if verdict.held == 1 else ''}"]
    if verdict.held > verdict.simplified:
        parts.append(f"{verdict.held - verdict.simplified} of them by z3")
    if verdict.findings:
        parts.append(f"{count(len(verdict.findings), 'obligation')} refuted")
    if verdict.allowed:
        parts.append(f"{len(verdict.allowed)} allowed")
    return ", ".join(parts)


def _allowed(verdicts: Sequence[Verdict]) -> list[str]:
    found: dict[str, None] = {}
    for verdict in verdicts:
        for one in verdict.allowed:
            assert one.allowed is not None
            because = one.allowed.because
            found[
                f"{verdict.template.name}: {one.obligation.code} of {one.obligation.subject}: {because}"
            ] = None
    return list(found)


def assumptions(verdicts: Sequence[Verdict]) -> list[str]:
    """What all proofs together assume, each once."""
    return list(dict.fromkeys(one for verdict in verdicts for one in verdict.assumptions))


def document(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Verdicts and assumptions as plain data."""
    return {"verdicts": [_entry(verdict) for verdict in verdicts], "assumptions": assumptions(verdicts)}


def _entry(verdict: Verdict) -> dict[str, Any]:
    return {
        "template": verdict.template.name,
        "cases": [case for _, case in verdict.when],
        "forms": dict(verdict.chosen),
        "byte_order": verdict.order,
        "verdict": verdict.status,
        "why": verdict.why or None,
        "held": verdict.held,
        "by_simplification": verdict.simplified,
        "refuted": [
            {
                "code": one.obligation.code,
                "subject": one.obligation.subject,
                "message": one.obligation.message,
                "line": one.obligation.check.span.line,
                "allowed": one.allowed.because if one.allowed is not None else None,
                "counterexample": {name: f"{number:#x}" for name, number in one.answer.numbers.items()},
            }
            for one in verdict.refuted
        ],
    }


# ---- contracts -----------------------------------------------------------------------------------------


def demanded(contract: Contract, machine: Machine) -> Iterator[str]:
    """What is demanded of a variant, each with its reason or `default`."""
    for verb, names in (
        ("keeps", contract.kept), ("clobbers", contract.clobbered), ("never writes", contract.never_written),
        ("sticky", contract.sticky),
    ):  # fmt: skip
        for origin, own in _grouped(names).items():
            yield f"  {verb} {', '.join(own)}{_why(origin)}"
    for fact, origin in contract.facts:
        where = f"at {fact.label}: " if fact.label is not None else "at the exit: "
        yield f"  {where}{fact.text}{_why(origin)}"
    for label, free in contract.undefined.items():
        yield f"  at {label}: anything in {', '.join(sorted(free))}"
    for goes, origin in contract.goes:
        yield f"  {f'at {goes.label}: calls' if goes.label is not None else 'exits to'} {goes.text}{_why(origin)}"
    for verb, (value, origin) in contract.amounts.items():
        yield f"  {verb} {value}{_why(origin)}"
    for struct, origin in ((frame.struct, origin) for frame, origin in contract.frames):
        yield f"  {origin.text or struct}{_why(origin)}"
    for origin in dict.fromkeys(origin for _, origin in contract.stores):
        yield f"  {origin.text}{_why(origin)}"
    for origin in dict.fromkeys(origin for _, origin in contract.loads or []):
        yield f"  {origin.text}{_why(origin)}"
    for clause in contract.allowed:
        yield f"  allows {clause.code}{f' of {chr(44).join(clause.of)}' if clause.of else ''}: {clause.because}"


def _grouped(names: dict[str, Origin]) -> dict[Origin, list[str]]:
    found: dict[Origin, list[str]] = {}
    for name, origin in names.items():
        found.setdefault(origin, []).append(name)
    return found


def _why(origin: Origin) -> str:
    if origin.by_default:
        return "  (default)"
    return f"  ({origin.because})" if origin.because else ""
