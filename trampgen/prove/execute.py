"""Runs lifted code over values: paths fork at conditions that are open, and a bound ends what never does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from trampgen.model.record import record
from trampgen.prove import terms
from trampgen.prove.cpu import Cpu, GivenUp
from trampgen.prove.domain import PCODE, Value, subpiece
from trampgen.prove.lift import Lifted, Node, NotLifted, Op, lift
from trampgen.prove.machine import Machine, Patch
from trampgen.prove.program import Program, Step
from trampgen.prove.terms import Term, extract, invert, sub

MOST_STEPS = 5_000  # on all paths of one configuration
MOST_PATHS = 256


@record
class Leaving:
    """How control goes elsewhere: `kind` is jump, call, return, end (behind the last instruction) or trap."""

    kind: str
    target: Value
    step: Step


@dataclass(slots=True, eq=False, repr=False)
class Path:
    """A state on its way. `given` are bits that are 1 here, `left` how control left the code."""

    cpu: Cpu
    offset: int
    given: tuple[Term, ...] = ()
    calls: int = 0
    notes: dict[str, object] = field(default_factory=dict)  # what those who watch keep for each path

    def copy(self) -> Path:
        return Path(self.cpu.copy(), self.offset, self.given, self.calls, dict(self.notes))

    def assume(self, condition: Term) -> None:
        self.given = (*self.given, condition)

    def decided(self, condition: Value) -> int | None:
        """What a bit is on this path, if that is known."""
        if isinstance(condition, int):
            return condition
        if condition in self.given:
            return 1
        return 0 if invert(condition, 1) in self.given else None


@dataclass(slots=True, eq=False, repr=False)
class Watch:
    """Whom the executor tells what happens. `before` is asked at each step, `after` behind it, `call` says where the
    path goes on (None: nowhere), `left` is a path's end."""

    before: Callable[[Path, Step], None]
    after: Callable[[Path, Step], None]
    call: Callable[[Path, Leaving], bool]
    left: Callable[[Path, Leaving], None]


@dataclass(slots=True, eq=False, repr=False)
class Executor:
    """One program on one machine."""

    program: Program
    machine: Machine
    watch: Watch
    lifted: dict[tuple[object, ...], Lifted] = field(default_factory=dict)  # by the steps' keys
    steps: int = 0
    paths: int = 1
    by_offset: Mapping[int, Step] = field(default_factory=dict)

    def run(self, path: Path) -> None:
        """Follow a path and all that fork from it to their ends."""
        self.by_offset = {step.offset: step for step in self.program.steps}
        waiting = [path]
        while waiting:
            one = waiting.pop()
            while (forked := self._step(one)) is not None:
                waiting += forked

    def _step(self, path: Path) -> list[Path] | None:
        """One instruction; the paths that fork in it, or None where this one is at its end."""
        step = self.by_offset.get(path.offset)
        if step is None:
            raise GivenUp(f"control goes to {path.offset:#x}, where no instruction begins")
        if step.kind == "data":
            self.watch.left(path, Leaving("data", path.cpu.ip, step))
            return None
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise GivenUp(f"there is no end to it after {MOST_STEPS:,} instructions")
        path.cpu.site = step.index
        path.cpu.accesses.clear()
        path.cpu.written.clear()
        self.watch.before(path, step)
        if step.kind == "whole":
            self.watch.after(path, step)
            return self._goes_on(path, step)
        patch = patch_of(step, self.machine)
        if patch is not None:
            patch.apply(path.cpu, step)
            self.watch.after(path, step)
            return self._goes_on(path, step)
        return self._run(path, step, self._lifted(step))

    def _goes_on(self, path: Path, step: Step) -> list[Path] | None:
        path.offset = step.offset + step.size
        if path.offset == self.program.size:
            self.watch.left(path, Leaving("end", self._address(path, path.offset), step))
            return None
        return []

    def _lifted(self, step: Step) -> Lifted:
        key = step.key
        found = self.lifted.get(key)
        if found is None:
            try:
                found = self.lifted[key] = lift(step, self.machine)
            except NotLifted as error:
                raise GivenUp(f"`{step.text}`: {error}") from None
        return found

    def _address(self, path: Path, offset: int) -> Value:
        return terms.add(path.cpu.ip, offset, 8 * self.machine.word)

    # ---- one instruction -------------------------------------------------------------------------------

    def _run(self, path: Path, step: Step, ops: Lifted) -> list[Path] | None:
        waiting: list[tuple[Path, int, Unique]] = []
        forked: list[Path] = []
        alive = self._ops(path, step, ops, 0, {}, waiting)
        while waiting:
            other, at, unique = waiting.pop()
            self.paths += 1
            if self.paths > MOST_PATHS:
                raise GivenUp(f"it has more than {MOST_PATHS} paths")
            if self._ops(other, step, ops, at, unique, waiting):
                forked.append(other)
        if alive:
            return forked
        if forked:
            first, *rest = forked
            path.cpu, path.offset, path.given = first.cpu, first.offset, first.given
            path.calls, path.notes = first.calls, first.notes
            return rest
        return None

    def _ops(
        self,
        path: Path,
        step: Step,
        ops: Lifted,
        at: int,
        unique: Unique,
        waiting: list[tuple[Path, int, Unique]],
    ) -> bool:
        """P-code from one operation on; whether the path goes on in the code. Forks are put into `waiting`."""
        cpu = path.cpu
        while at < len(ops):
            op = ops[at]
            if op.name in PCODE:
                values = [self._read(cpu, node, unique) for node in op.inputs]
                assert op.out is not None
                bits = [8 * node.size for node in op.inputs]
                self._write(cpu, op.out, PCODE[op.name](values, bits, 8 * op.out.size), unique)
            elif op.name in _BRANCHES:
                goes = self._branch(path, step, op, at, unique, waiting)
                if isinstance(goes, bool):
                    return goes
                at = goes
                continue
            else:
                if not self._other(path, step, op, unique):
                    return False
            at += 1
        self.watch.after(path, step)
        return self._goes_on(path, step) is not None

    def _other(self, path: Path, step: Step, op: Op, unique: Unique) -> bool:
        cpu = path.cpu
        match op.name:
            case "LOAD":
                assert op.out is not None
                value = cpu.load(self._read(cpu, op.inputs[0], unique), op.out.size)
                self._write(cpu, op.out, value, unique)
            case "STORE":
                cpu.store(
                    self._read(cpu, op.inputs[0], unique),
                    self._read(cpu, op.inputs[1], unique),
                    op.inputs[1].size,
                )
            case "SUBPIECE":
                value, drop = self._read(cpu, op.inputs[0], unique), op.inputs[1].at
                assert op.out is not None and isinstance(drop, int)
                cut = subpiece(value, 8 * op.inputs[0].size, drop, 8 * op.out.size)
                self._write(cpu, op.out, cut, unique)
            case "CALLOTHER":
                return self._user(path, step, op)
            case _:
                raise GivenUp(f"`{step.text}`: nothing is known of {op.name}")
        return True

    def _user(self, path: Path, step: Step, op: Op) -> bool:
        """An operation that SLEIGH only names."""
        if op.user in self.machine.harmless and op.out is None:
            return True
        if op.user in self.machine.traps:
            self.watch.left(path, Leaving("trap", path.cpu.ip, step))
            return False
        raise GivenUp(f"`{step.text}`: nothing is known of what it does ({op.user})")

    # ---- where control goes ----------------------------------------------------------------------------

    def _branch(
        self, path: Path, step: Step, op: Op, at: int, unique: Unique, waiting: list[tuple[Path, int, Unique]]
    ) -> int | bool:
        """The operation to go on with, or whether the path goes on in the code."""
        if op.name == "CBRANCH":
            condition = extract(self._read(path.cpu, op.inputs[1], unique), 0, 1)
            known = path.decided(condition)
            if known is None:
                assert isinstance(condition, Term)
                other = path.copy()
                opposite = invert(condition, 1)
                assert isinstance(opposite, Term)
                other.assume(opposite)
                waiting.append((other, at + 1, dict(unique)))
                path.assume(condition)
                known = 1
            if not known:
                return at + 1
        node = op.inputs[0]
        if node.space == "const" and op.name in ("BRANCH", "CBRANCH"):
            assert isinstance(node.at, int)
            return at + (node.at - (node.at >> (8 * node.size - 1) << (8 * node.size)))
        target = node.at if node.space == "ram" else self._read(path.cpu, node, unique)
        self.watch.after(path, step)
        return self._goes(path, step, _KINDS[op.name], target)

    def _goes(self, path: Path, step: Step, kind: str, target: Value) -> bool:
        offset = self._inside(path, target)
        if offset is not None and kind in ("jump", "return"):
            path.offset = offset
            if offset == self.program.size:
                self.watch.left(path, Leaving("end", target, step))
                return False
            return True
        behind = step.offset + step.size
        if kind != "call" and self._returns_behind(path, behind):
            kind = "call"
        leaving = Leaving(kind, target, step)
        if kind != "call":
            self.watch.left(path, leaving)
            return False
        if not self.watch.call(path, leaving):
            return False
        path.offset = behind
        if behind == self.program.size:
            self.watch.left(path, Leaving("end", self._address(path, behind), step))
            return False
        return True

    def _inside(self, path: Path, target: Value) -> int | None:
        """The offset in the code that an address is."""
        distance = sub(target, path.cpu.ip, 8 * self.machine.word)
        return distance if isinstance(distance, int) and distance <= self.program.size else None

    def _returns_behind(self, path: Path, behind: int) -> bool:
        """Whether the return address is the next instruction: a jump is a call then."""
        link = self.machine.link
        return link is not None and self._inside(path, path.cpu.read(link)) == behind

    # ---- operands --------------------------------------------------------------------------------------

    def _read(self, cpu: Cpu, node: Node, unique: Unique) -> Value:
        match node.space:
            case "const":
                return node.at
            case "register":
                assert isinstance(node.at, int)
                return cpu.registers.load(node.at, node.size)
            case "unique":
                assert isinstance(node.at, int)
                value, size = unique[node.at]
                return value if size == node.size else extract(value, 0, 8 * node.size)
        return cpu.load(node.at, node.size)

    def _write(self, cpu: Cpu, node: Node, value: Value, unique: Unique) -> None:
        if node.space == "register":
            assert isinstance(node.at, int)
            cpu.set_register(node.at, value, node.size)
        elif node.space == "unique":
            assert isinstance(node.at, int)
            unique[node.at] = value, node.size
        else:
            cpu.store(node.at, value, node.size)


Unique = dict[int, tuple[Value, int]]
_BRANCHES = frozenset(("BRANCH", "CBRANCH", "BRANCHIND", "CALL", "CALLIND", "RETURN"))
_KINDS = {
    "BRANCH": "jump",
    "CBRANCH": "jump",
    "BRANCHIND": "jump",
    "CALL": "call",
    "CALLIND": "call",
    "RETURN": "return",
}


def patch_of(step: Step, machine: Machine) -> Patch | None:
    """The patch for an instruction that SLEIGH gets wrong."""
    width = 8 * step.size
    known = step.mask
    for patch in machine.patches:
        bits = patch.mask.bit_length()
        fits = bits <= width and (step.unit == 1 or bits > width - 8 * step.unit)
        if fits and patch.mask & ~known == 0 and step.number & patch.mask == patch.value:
            return patch
    return None


__all__ = ["Executor", "GivenUp", "Leaving", "Path", "Watch"]
