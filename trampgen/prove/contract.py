"""The clauses of a template's contract, sorted by what they demand; what is not said comes from `defaults`."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from trampgen.model import contracts as model
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.spec import Template, TemplateVariant
from trampgen.prove.machine import Machine


@record
class Origin:
    """Why something is demanded: a clause with its reason, or what is always so (`span` is that of the template)."""

    text: str
    because: str
    span: Span
    by_default: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Contract:
    """What a variant has to keep. Registers by name, each with what demands it."""

    facts: list[tuple[model.Fact, Origin]] = field(default_factory=list)
    goes: list[tuple[model.Goes, Origin]] = field(default_factory=list)
    runs: list[tuple[model.Runs, Origin]] = field(default_factory=list)
    frames: list[tuple[model.Frame, Origin]] = field(default_factory=list)
    undefined: dict[str | None, set[str]] = field(default_factory=dict)
    members: dict[str, dict[str, model.Member]] = field(default_factory=dict)  # struct → name → member
    kept: dict[str, Origin] = field(default_factory=dict)
    never_written: dict[str, Origin] = field(default_factory=dict)
    sticky: dict[str, Origin] = field(default_factory=dict)
    clobbered: dict[str, Origin] = field(default_factory=dict)
    amounts: dict[str, tuple[int, Origin]] = field(default_factory=dict)
    loads: list[tuple[model.Memory, Origin]] | None = None
    stores: list[tuple[model.Memory, Origin]] = field(default_factory=list)
    allowed: list[model.Allow] = field(default_factory=list)
    slots: dict[str, Slot] | None = None  # once somebody has asked

    def amount(self, verb: str) -> int:
        return self.amounts[verb][0]

    def at(self, label: str | None) -> list[tuple[model.Fact, Origin]]:
        return [(fact, origin) for fact, origin in self.facts if fact.label == label]

    def labels(self) -> list[str]:
        """Labels of which something is said."""
        return list(
            dict.fromkeys([*self.spoken(), *(label for label in self.undefined if label is not None)])
        )

    def spoken(self) -> dict[str, Span]:
        """Labels of which something is said, each with the first clause that does."""
        found: dict[str, Span] = {}
        said = [(fact.label, origin) for fact, origin in self.facts]
        said += [(goes.label, origin) for goes, origin in self.goes]
        said += [(runs.label, origin) for runs, origin in self.runs]
        for label, origin in said:
            if label is not None:
                found.setdefault(label, origin.span)
        return found

    def saved(self, machine: Machine) -> Mapping[str, Slot]:
        """Registers that a slot holds, those that are parts of others (cr0 of cr) too."""
        if self.slots is None:
            self.slots = {}
            for fact, _ in self.facts:
                pair = _saved(fact.left, fact.right) or _saved(fact.right, fact.left)
                if fact.operator == "==" and pair is not None:
                    name, member, more = pair
                    for part, low in bits_of(name, machine):
                        self.slots.setdefault(part, Slot(member, more, low, name))
        return self.slots


@record
class Slot:
    """Where a register is saved: from bit `low` of a member, to which the register as a whole (`of`) plus `more` goes.

    `pt_regs.sp == entry.rsp - 8` has -8."""

    member: model.Member
    more: int
    low: int
    of: str


def _saved(slot: model.Term, value: model.Term) -> tuple[str, model.Member, int] | None:
    match slot, value:
        case model.Member(), model.AtEntry(name):
            return name, slot, 0
        case model.Member(), model.Binary(
            "+" | "-" as operator, model.AtEntry(name), model.Number(int(more))
        ):
            return name, slot, more if operator == "+" else -more
    return None


def bits_of(name: str, machine: Machine) -> list[tuple[str, int]]:
    """A register as those that `preserves all` counts, each with its lowest bit in it."""
    parts = _inside(name, machine)
    if len(parts) == 1:
        return [(parts[0], 0)]
    places: dict[tuple[str, int], int] = {}
    at = 0
    for sleigh, low, bits in machine.registers[name]:
        if sleigh is not None:
            places |= {(sleigh, low + bit): at + bit for bit in range(bits)}
        at += bits
    return [(part, places[next(_sleigh(part, machine))]) for part in parts]


def contract(
    template: Template, variant: TemplateVariant, machine: Machine, states: Mapping[str, str] | None = None
) -> Contract:
    """What the spec says, and by default: of regions in these states, or of all there are."""
    from trampgen.prove import defaults

    found = Contract()
    for promise in variant.contract:
        if states is not None and any(states.get(region) != form for region, form in promise.states):
            continue
        origin = Origin(promise.text, promise.because, promise.span)
        for clause in promise.clauses:
            _add(found, clause, origin, machine)
    defaults.fill(found, template, variant, machine)
    return found


def _add(found: Contract, clause: model.Clause, origin: Origin, machine: Machine) -> None:
    match clause:
        case model.Registers():
            _registers(found, clause, origin, machine)
        case model.Amount(verb, value):
            found.amounts[verb] = value, origin
        case model.Frame():
            found.frames.append((clause, origin))
        case model.Fact():
            found.facts.append((clause, origin))
            _members(found, (clause.left, clause.right))
        case model.Undefined(label, members):
            _members(found, members)
            found.undefined.setdefault(label, set()).update(m.name for m in _in_terms(members))
        case model.Goes():
            found.goes.append((clause, origin))
        case model.Runs():
            found.runs.append((clause, origin))
        case model.Touches(verb, places):
            if verb == "loads":
                found.loads = [*(found.loads or []), *((place, origin) for place in places)]
            else:
                found.stores += [(place, origin) for place in places]
        case model.Allow():
            found.allowed.append(clause)


def _registers(found: Contract, clause: model.Registers, origin: Origin, machine: Machine) -> None:
    every = list(machine.kept_over) if "all" in clause.names else []
    names = [*every, *(name for name in clause.names if name in machine.registers or "[" in name)]
    excepted = parts_of(clause.excepted, machine)
    into = {
        "clobbers": found.clobbered,
        "preserves": found.kept,
        "never writes": found.never_written,
        "sticky": found.sticky,
    }[clause.verb]
    for name in parts_of(names, machine):
        if name not in excepted:
            into.setdefault(name, origin)


def parts_of(names: Iterable[str], machine: Machine) -> list[str]:
    """Registers as those that `preserves all` counts: cr is cr0 to cr7, and of two names for one it is the first."""
    return list(dict.fromkeys(part for name in names for part in _inside(name, machine)))


@functools.cache
def _inside(name: str, machine: Machine) -> tuple[str, ...]:
    if name in machine.kept_over:
        return (name,)
    own = set(_sleigh(name, machine))
    inside = (other for other in machine.kept_over if own and set(_sleigh(other, machine)) <= own)
    return tuple(inside) or (name,)


def _sleigh(name: str, machine: Machine) -> Iterator[tuple[str, int]]:
    for sleigh, low, bits in machine.registers.get(name, ()):
        if sleigh is not None:
            yield from ((sleigh, bit) for bit in range(low, low + bits))


def _members(found: Contract, terms: Iterable[model.Term]) -> None:
    for member in _in_terms(terms):
        found.members.setdefault(member.struct, {}).setdefault(member.name, member)


def _in_terms(terms: Iterable[model.Term]) -> Iterator[model.Member]:
    for term in terms:
        match term:
            case model.Member():
                yield term
            case model.Memory(address):
                yield from _in_terms((address,))
            case model.Unary(_, operand):
                yield from _in_terms((operand,))
            case model.Binary(_, left, right):
                yield from _in_terms((left, right))
