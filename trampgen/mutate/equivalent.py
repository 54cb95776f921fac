"""Whether two versions of a template do the same for every input: shown path by path, by one term or by z3.

What counts is what others see: at calls every register, the target and the code's stack; where control leaves every
register, and memory that is not the code's own stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trampgen.model.memory import orders
from trampgen.model.spec import TemplateVariant
from trampgen.mutate.judge import Fixed, Judge
from trampgen.prove import terms
from trampgen.prove.cpu import Cpu
from trampgen.prove.domain import Value, equal
from trampgen.prove.execute import Executor, GivenUp, Leaving, Path, Watch, patch_of
from trampgen.prove.lift import Decides
from trampgen.prove.patches.x86 import syscall
from trampgen.prove.program import Program, Step, Unsupplied, configurations, contents, program
from trampgen.prove.run import Subject, begin
from trampgen.prove.stack import distance
from trampgen.prove.terms import Term

Seen = dict[str, tuple[Value, int]]  # what is seen → value, bits


@dataclass(slots=True, eq=False)
class _Seen:
    """The events of all paths, each path under the conditions that led to it."""

    subject: Subject
    paths: list[tuple[tuple[Term, ...], list[tuple[str, Seen]]]] = field(default_factory=list)

    def events(self, path: Path) -> list[tuple[str, Seen]]:
        found = path.notes.get("events", ())
        assert isinstance(found, tuple)
        return list(found)

    def call(self, path: Path, leaving: Leaving) -> None:
        machine = path.cpu.machine  # where it returns to moves with the code
        seen = self._state(path.cpu, [name for name in machine.registers if name != machine.link])
        seen["target"] = leaving.target, 8 * path.cpu.machine.word
        seen |= self._frame(path) | self._stack(path.cpu)
        path.notes["events"] = (*self.events(path), ("call", seen))

    def asked(self, path: Path, step: Step) -> None:
        """An instruction of which only the name is known, such as a system call: it may depend on any register."""
        seen = self._state(path.cpu, list(path.cpu.machine.registers))
        path.notes["events"] = (*self.events(path), (f"{step.number:#x}", seen))

    def left(self, path: Path, leaving: Leaving) -> None:
        machine = path.cpu.machine
        seen = self._state(path.cpu, list(machine.registers))
        width = 8 * machine.word
        seen["target"] = leaving.target, width
        if leaving.kind in ("whole", "trap"):
            seen["target"] = leaving.step.number & (1 << width) - 1, width
        seen |= self._memory(path.cpu)
        self.paths.append((path.given, [*self.events(path), (leaving.kind, seen)]))

    def _state(self, cpu: Cpu, names: list[str]) -> Seen:
        known = dict.fromkeys([*names, cpu.machine.sp])
        return {
            name: (cpu.read(name), cpu.machine.bits(name)) for name in known if name in cpu.machine.registers
        }

    def _frame(self, path: Path) -> Seen:
        """The structs that a callee is given."""
        frames = path.notes.get("frames")
        assert frames is None or isinstance(frames, dict)
        contract, known = self.subject.contract, self.subject.supplied.known
        label = path.notes.get("label")
        free = contract.undefined.get(label if isinstance(label, str) else None, set())
        found: Seen = {}
        for struct, base in (frames or {}).items():
            from trampgen.prove.meaning import offset_of

            for name, member in contract.members.get(struct, {}).items():
                word = path.cpu.machine.word
                if name not in free:
                    address = terms.add(base, offset_of(member, known), 8 * word)
                    found[name] = path.cpu.memory.load(address, word), 8 * word
        return found

    def _stack(self, cpu: Cpu) -> Seen:
        """What the code has written to its own stack, from the stack pointer up."""
        cells = cpu.memory.cells(cpu.memory.stack)
        own = distance(cpu, cpu.read(cpu.machine.sp))
        low = (own[0] if own is not None else 0) + cpu.machine.pushes_return * cpu.machine.word
        written = [at for at in sorted(cells.bytes) if low <= at < 0 and cells.bytes[at].site is not None]
        return {f"stack{at:#x}": (cells.load(at, 1), 8) for at in written}

    def _memory(self, cpu: Cpu) -> Seen:
        """Bytes that were written, but for those of the code's own stack."""
        found: Seen = {}
        for region, cells in cpu.memory.regions.items():
            for offset in sorted(cells.bytes):
                if cells.bytes[offset].site is not None and not (region is cpu.memory.stack and offset < 0):
                    found[f"{cells.name}{offset:#x}"] = cells.load(offset, 1), 8
        return found


def equivalent(judge: Judge, variant: TemplateVariant, section: str | None) -> str | None:
    """How it is shown that a version does the same: `simplified` or `z3`; None where it is not shown."""
    ways = set()
    try:
        before, after = judge.subject(judge.variant), judge.subject(variant)
        for configuration in configurations(judge.variant):
            if section is None or section in configuration.values():
                for way in _configuration(
                    before.of(configuration), after.of(configuration), configuration, {}
                ):
                    if way is None:
                        return None
                    ways.add(way)
    except (Unsupplied, GivenUp):
        return None
    return "z3" if "z3" in ways else "simplified"


def _configuration(
    before: Subject, after: Subject, configuration: Mapping[str, str], fixed: Fixed
) -> Iterator[str | None]:
    one = program(before.variant, configuration, before.supplied.known, fixed)
    other = program(after.variant, configuration, after.supplied.known, fixed)
    for order, _ in orders(before.variant.isa):
        try:
            yield _compared(_run(before, one, order), _run(after, other, order), one)
        except Decides as hole:
            for value in contents(before.variant, hole.name):
                yield from _configuration(before, after, configuration, {**fixed, hole.name: value})
            return


def _run(subject: Subject, made: Program, order: str) -> _Seen:
    path, checks = begin(subject, made, order)
    seen, watch = _Seen(subject), checks.watch()

    def call(path: Path, leaving: Leaving) -> bool:
        known = path.notes.get("calls")
        kept = path.copy()
        goes_on = watch.call(path, leaving)
        if goes_on or path.notes.get("calls") is not known:
            seen.call(kept, leaving)
            path.notes["events"] = kept.notes["events"]
        else:
            seen.left(path, leaving)
        return goes_on

    def left(path: Path, leaving: Leaving) -> None:
        watch.left(path, leaving)
        seen.left(path, leaving)

    def before(path: Path, step: Step) -> None:
        patch = patch_of(step, subject.machine)
        if patch is not None and patch.apply is syscall:
            seen.asked(path, step)
        watch.before(path, step)

    def after(path: Path, step: Step) -> None:
        if any(op.name == "CALLOTHER" for op in subject.lifted.get(step.key, ())):
            seen.asked(path, step)
        watch.after(path, step)

    Executor(made, subject.machine, Watch(before, after, call, left), subject.lifted).run(path)
    return seen


def _compared(before: _Seen, after: _Seen, made: Program) -> str | None:
    """Path by path: the same conditions, the same events, the same values."""
    if len(before.paths) != len(after.paths):
        return None
    way = "simplified"
    for (given, events), (also, others) in zip(before.paths, after.paths, strict=True):
        if given != also or [kind for kind, _ in events] != [kind for kind, _ in others]:
            return None
        for (_, one), (_, other) in zip(events, others, strict=True):
            if set(one) != set(other):
                return None
            for name, (value, bits) in one.items():
                goal = equal(value, other[name][0], bits)
                if goal != 1:
                    if not _asked(goal, given, made):
                        return None
                    way = "z3"
    return way


def _asked(goal: Value, given: tuple[Term, ...], made: Program) -> bool:
    """Whether z3 finds no numbers for which two values differ."""
    from trampgen.prove.contract import Origin
    from trampgen.prove.obligation import Obligation
    from trampgen.prove.solve import answer

    step = made.steps[0]
    one = Obligation("equivalent", "", goal, given, step, "", None, "", 0, 0, Origin("", "", step.span))
    return answer(one, made.reaches).holds is True
