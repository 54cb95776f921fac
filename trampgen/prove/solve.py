"""Whether an obligation holds: by being simplified to 1, else by numbers that refute it, else by asking z3."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trampgen.model.field import Reach
from trampgen.model.record import record
from trampgen.prove.domain import OPERATORS, Value
from trampgen.prove.obligation import Obligation
from trampgen.prove.terms import Term, order, variables
from trampgen.prove.valuation import evaluate

if TYPE_CHECKING:
    import z3

_TRIES = 24
_MILLISECONDS = 10_000  # for one question


@record
class Answer:
    """`holds`, or numbers for which it does not; None where nobody knows. `by` is how: simplified, tried or z3."""

    holds: bool | None
    numbers: Mapping[str, int]
    by: str


def answer(one: Obligation, reaches: Mapping[str, Reach]) -> Answer:
    """Whether the goal is 1 wherever everything given is."""
    if one.goal == 1:
        return Answer(True, {}, "simplified")
    found = _tried(one, reaches)
    if found is not None:
        return Answer(False, _plain(one, found, reaches), "tried")
    return _asked(one, reaches)


# ---- numbers -------------------------------------------------------------------------------------------


def _variables(one: Obligation) -> list[Term]:
    shown = [value for value in (one.want, one.got) if isinstance(value, Term)]
    goal = [one.goal] if isinstance(one.goal, Term) else []
    return variables(*goal, *one.given, *shown)


def _tried(one: Obligation, reaches: Mapping[str, Reach]) -> dict[str, int] | None:
    """Numbers that refute it, if they are easily found: small ones that differ, then any."""
    free = _variables(one)
    for attempt in range(_TRIES):
        drawn = random.Random(attempt)
        numbers = {
            term.args[0]: _drawn(term, attempt, place, drawn, reaches) for place, term in enumerate(free, 1)
        }
        if _refutes(one, numbers):
            return numbers
    return None


def _drawn(term: Term, attempt: int, place: int, drawn: random.Random, reaches: Mapping[str, Reach]) -> int:
    reach = reaches.get(term.args[0])
    full = 1 << term.width
    if reach is not None:
        low, high = max(reach.low, -(full >> 1)), min(reach.high, full - 1)
        steps = max(0, high - low) // reach.align
        near = min(place, steps) if attempt == 0 else drawn.randrange(steps + 1)
        return low + near * reach.align & full - 1
    if attempt == 0:
        return place % full
    if attempt == 1:
        return full - place & full - 1
    return drawn.randrange(full)


def _refutes(one: Obligation, numbers: Mapping[str, int]) -> bool:
    goal, *given = evaluate([one.goal, *one.given], numbers)
    return goal == 0 and all(given)


def _plain(one: Obligation, numbers: dict[str, int], reaches: Mapping[str, Reach]) -> dict[str, int]:
    """As few numbers other than 0 as will do."""
    for name in list(numbers):
        reach = reaches.get(name)
        if reach is None or reach.holds(0):
            kept, numbers[name] = numbers[name], 0
            if not _refutes(one, numbers):
                numbers[name] = kept
    return numbers


# ---- the solver ----------------------------------------------------------------------------------------


def _asked(one: Obligation, reaches: Mapping[str, Reach]) -> Answer:
    import z3

    solver, known = question(one, reaches)
    solver.set("timeout", _MILLISECONDS)
    result = solver.check()
    if result == z3.unsat:
        return Answer(True, {}, "z3")
    if result != z3.sat:
        return Answer(None, {}, f"z3 does not know after {_MILLISECONDS // 1000} s")
    model = solver.model()
    numbers = {
        term.args[0]: model.eval(known[term], model_completion=True).as_long()
        for term in _variables(one)
        if term in known
    }
    if not _refutes(one, numbers):
        raise AssertionError(f"z3 and we differ over {one.code} of {one.subject}")
    return Answer(False, _plain(one, numbers, reaches), "z3")


def question(one: Obligation, reaches: Mapping[str, Reach]) -> tuple[z3.Solver, dict[Term, Any]]:
    """A solver that is asked for numbers that refute an obligation, and the terms as it knows them."""
    import z3

    solver = z3.SolverFor("QF_BV")
    values: list[Value] = [one.goal, *one.given]
    known: dict[Term, Any] = {}
    for term in order(values):
        known[term] = _translated(term, known)
    for term in variables(*values):
        reach = reaches.get(term.args[0])
        if reach is not None:
            solver.add(*_within(known[term], reach, term.width))
    for value in one.given:
        solver.add(known[value] == 1)
    goal = known[one.goal] if isinstance(one.goal, Term) else z3.BitVecVal(one.goal, 1)
    solver.add(goal == 0)
    return solver, known


def _within(variable: Any, reach: Reach, width: int) -> list[Any]:
    """The limits of a param; numbers below 0 are the upper half."""
    import z3

    low, high = max(reach.low, -(1 << width - 1)), min(reach.high, (1 << width) - 1)
    if low < 0:
        limits = [variable >= low, variable <= min(high, (1 << width - 1) - 1)]
    else:
        limits = [z3.UGE(variable, low), z3.ULE(variable, high)]
    if reach.align & (reach.align - 1) == 0 and reach.align > 1:
        limits.append(z3.Extract(reach.align.bit_length() - 2, 0, variable) == reach.phase % reach.align)
    return limits


def _translated(term: Term, known: Mapping[Term, Any]) -> Any:
    import z3

    width = term.width
    match term.kind:
        case "var":
            return z3.BitVec(term.args[0], width)
        case "sum":
            total = z3.BitVecVal(term.args[0], width)
            for part, scale in term.args[1]:
                total = total + z3.BitVecVal(scale, width) * z3.ZeroExt(width - part.width, known[part])
            return total
        case "cat":
            parts = [
                z3.BitVecVal(low, bits) if part is None else z3.Extract(low + bits - 1, low, known[part])
                for part, low, bits in term.args
            ]
            return parts[0] if len(parts) == 1 else z3.Concat(*reversed(parts))
    values = [_operand(part, term, known) for part in term.args]
    return _OPERATIONS[term.kind](values, width)


def _operand(part: Any, term: Term, known: Mapping[Term, Any]) -> Any:
    import z3

    if isinstance(part, Term):
        return known[part]
    if isinstance(part, tuple):
        return z3.BitVecVal(part[0], part[1])
    return z3.BitVecVal(part, term.args[0].width)  # of `eq`, whose second operand can be a number


def _bit(condition: Any) -> Any:
    import z3

    return z3.If(condition, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1))


def _lazy(name: str) -> Any:
    def apply(values: Sequence[Any], width: int) -> Any:
        import z3

        return getattr(z3, name)(*values)

    return apply


def _chosen(values: Sequence[Any], width: int) -> Any:
    import z3

    return z3.If(values[0] == 1, values[1], values[2])


def _counted(values: Sequence[Any], width: int) -> Any:
    import z3

    bits = [z3.ZeroExt(width - 1, z3.Extract(at, at, values[0])) for at in range(width)]
    return sum(bits[1:], bits[0])


def _leading(values: Sequence[Any], width: int) -> Any:
    import z3

    found = z3.BitVecVal(width, width)
    for at in range(width):
        found = z3.If(z3.Extract(at, at, values[0]) == 1, z3.BitVecVal(width - 1 - at, width), found)
    return found


_OPERATIONS: Mapping[str, Any] = {
    "mul": lambda v, w: v[0] * v[1],
    "and": lambda v, w: v[0] & v[1],
    "or": lambda v, w: v[0] | v[1],
    "xor": lambda v, w: v[0] ^ v[1],
    "not": lambda v, w: ~v[0],
    "sext": lambda v, w: _lazy("SignExt")([w - v[0].size(), v[0]], w),
    "eq": lambda v, w: _bit(v[0] == v[1]),
    "ult": lambda v, w: _bit(_lazy("ULT")(v, w)),
    "ite": _chosen,
    "shl": lambda v, w: v[0] << v[1],
    "lshr": _lazy("LShR"),
    "ashr": lambda v, w: v[0] >> v[1],
    "udiv": _lazy("UDiv"),
    "urem": _lazy("URem"),
    "sdiv": lambda v, w: v[0] / v[1],
    "srem": _lazy("SRem"),
    "popcount": _counted,
    "lzcount": _leading,
}
assert set(OPERATORS) <= set(_OPERATIONS)
