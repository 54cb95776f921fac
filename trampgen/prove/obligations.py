"""What has to hold for a contract to be kept, collected while the code runs over values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from trampgen.model import contracts as model
from trampgen.model.record import record
from trampgen.prove import exits, stack
from trampgen.prove.callee import Call, returns, unchanged
from trampgen.prove.contract import Contract, Origin
from trampgen.prove.cpu import Access, Cpu
from trampgen.prove.domain import Value
from trampgen.prove.execute import Leaving, Path, Watch
from trampgen.prove.meaning import Sight, address_of, holds, value
from trampgen.prove.memory import names
from trampgen.prove.program import Program, Step
from trampgen.prove.terms import Term, extract, sub


@record
class Obligation:
    """One bit that has to be 1 on a path. `given` are bits that are 1 there.

    `subject` is the register, member or place it is about. `check` is the step at which it has to hold, `where` says so
    in words, `culprit` the step that last wrote what is wrong. `needs` are obligations without which it says nothing."""

    code: str
    subject: str
    goal: Value
    given: tuple[Term, ...]
    check: Step
    where: str
    culprit: Step | None
    message: str
    want: Value
    got: Value
    origin: Origin
    help: str = ""
    needs: tuple[Obligation, ...] = ()


@record
class Checks:
    """Watches the paths of one program. `reached` are the labels that control came to."""

    program: Program
    contract: Contract
    known: Mapping[str, int]
    entry: Cpu
    kind: str  # of the template
    in_layout: bool
    found: list[Obligation] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)

    def watch(self) -> Watch:
        return Watch(self.before, self.after, self.call, self.left)

    # ---- at a step -------------------------------------------------------------------------------------

    def before(self, path: Path, step: Step) -> None:
        """What the contract says of the labels that stand here."""
        for label in self._labels_at(step.offset):
            self.reached.add(label)
            if label in self.contract.labels():
                self._frames(path)
                path.notes["label"] = label
                sight = self.sight(path)
                self._facts(path, step, label, sight)
                self._stale(path, step, label, sight)
        if step.kind == "whole":
            exits.check(self, path, Leaving("whole", path.cpu.ip, step))
            exits.begin_anew(self, path, step)

    def _labels_at(self, offset: int) -> list[str]:
        return [name for name, at in self.program.labels.items() if at == offset]

    def _frames(self, path: Path) -> None:
        sight = self.sight(path)
        path.notes["frames"] = {frame.struct: value(frame.address, sight) for frame, _ in self.contract.frames}

    def sight(self, path: Path) -> Sight:
        """The state of a path as the contract sees it."""
        frames = path.notes.get("frames")
        entry = path.notes.get("entry")
        assert frames is None or isinstance(frames, dict)
        return Sight(path.cpu, entry if isinstance(entry, Cpu) else self.entry, self.known, frames or {}, self.program.given)

    def calls(self, path: Path) -> tuple[Call, ...]:
        """The calls of a path so far."""
        found = path.notes.get("calls", ())
        assert isinstance(found, tuple)
        return found

    def _facts(self, path: Path, step: Step, label: str, sight: Sight) -> None:
        calls = self.calls(path)
        for fact, origin in self.contract.at(label):
            left, right = (unchanged(value(side, sight), calls) for side in (fact.left, fact.right))
            goal = holds(fact, left, right, 8 * path.cpu.machine.word)
            what = f"at {label}, {fact.text} does not hold"
            made = self.demand(path, "fact-fails", fact.text, goal, step, f"at {label}", what, right, left, origin)
            made.culprit = self.writer(fact.left, sight)
            for member in (side for side in (fact.left, fact.right) if isinstance(side, model.Member)):
                held = path.notes.setdefault("held", {})
                assert isinstance(held, dict)
                held[member.name] = made

    def writer(self, term: model.Term, sight: Sight) -> Step | None:
        """The step that last wrote what a term names."""
        site: int | None = None
        match term:
            case model.Register(name):
                site = sight.now.writer(name)
            case model.Member():
                site = sight.now.memory.writer(address_of(term, sight), sight.now.machine.word)
            case model.Memory(address, size):
                site = sight.now.memory.writer(value(address, sight), size or sight.now.machine.word)
        return None if site is None else self.program.steps[site]

    def _stale(self, path: Path, step: Step, label: str, sight: Sight) -> None:
        """Members of a struct that nothing has written, and of which the contract does not say that they hold anything."""
        free = self.contract.undefined.get(label, set())
        spoken = {side.struct for fact, _ in self.contract.at(label) for side in _all_terms(fact) if isinstance(side, model.Begin)}
        for struct in sorted(spoken & set(sight.frames)):
            for name, member in self.contract.members.get(struct, {}).items():
                if name in free:
                    continue
                held = unchanged(value(member, sight), self.calls(path))
                if left_over := sorted(one for one in names([held]) if _is_stale(one)):
                    what = f"at {label}, {name} holds what was on the stack: nothing on the way there writes it"
                    origin = Origin(f"{struct} is given to what is called at {label}", "", step.span, True)
                    made = self.demand(path, "stale-slot", name, 0, step, f"at {label}", what, held, held, origin)
                    made.help = f"write it, or say `undefined {name}` at {label}"
                    assert left_over

    def demand(
        self, path: Path, code: str, subject: str, goal: Value, step: Step, where: str, message: str, want: Value,
        got: Value, origin: Origin,
    ) -> Obligation:  # fmt: skip
        """Put an obligation on a path."""
        made = Obligation(code, subject, goal, path.given, step, where, None, message, want, got, origin)
        self.found.append(made)
        return made

    # ---- behind a step ---------------------------------------------------------------------------------

    def after(self, path: Path, step: Step) -> None:
        """What the instruction has written, and what it has read where the contract says what it may."""
        cpu = path.cpu
        for access in cpu.accesses:
            if access.writes:
                self._store(path, step, access)
            elif self.contract.loads is not None:
                self._load(path, step, access)
        for offset, size in cpu.written:
            for name, origin in self.contract.never_written.items():
                if _overlaps(cpu, name, offset, size):
                    what = f"{name} is written, and the contract says that it never is"
                    made = self.demand(path, "register-written", name, 0, step, "here", what, 0, 0, origin)
                    made.culprit = step
        cpu.written.clear()
        cpu.accesses.clear()

    def _store(self, path: Path, step: Step, access: Access) -> None:
        cpu, machine = path.cpu, path.cpu.machine
        if self._declared(path, access, self.contract.stores):
            return
        place = stack.distance(cpu, access.address)
        redzone, redzone_origin = self.contract.amounts["redzone"]
        if place is None or place[1] + access.size > 0:
            where = "above the stack pointer that the code began with" if place else "outside the stack"
            what = f"`{step.text.strip()}` writes {where}: {exits.shown_address(cpu, access.address)}"
            made = self._touch(path, "store-outside", what, step, access)
            made.help = "`stores memory[…] because \"…\"` in the contract says that this is meant"
            return
        if place[1] + access.size > -redzone:
            what = (
                f"`{step.text.strip()}` writes {-place[1]} bytes below the stack pointer that the code began "
                f"with, in the {redzone} bytes of the red zone"
            )
            made = self._touch(path, "red-zone", what, step, access)
            made.origin = redzone_origin
            return
        top = stack.distance(cpu, cpu.read(machine.sp))
        if top is not None and place[0] < top[0] - machine.below:
            what = f"`{step.text.strip()}` writes below the stack pointer, where an interrupt overwrites it"
            self._touch(path, "below-stack", what, step, access)

    def _load(self, path: Path, step: Step, access: Access) -> None:
        cpu = path.cpu
        own = stack.distance(cpu, access.address)
        code = sub(access.address, cpu.ip, 8 * cpu.machine.word)
        inside = isinstance(code, int) and code + access.size <= self.program.size
        if inside or (own is not None and own[1] + access.size <= 0):
            return
        declared = [*(self.contract.loads or []), *self.contract.stores]
        if not self._declared(path, access, declared):
            what = f"`{step.text.strip()}` reads {exits.shown_address(cpu, access.address)}, which no clause names"
            made = self._touch(path, "load-outside", what, step, access)
            made.help = "name it: `loads memory[…]`"

    def _declared(self, path: Path, access: Access, places: list[tuple[model.Memory, Origin]]) -> bool:
        """Whether a clause names this memory; its registers are those at the beginning."""
        entry = self.sight(path).entry
        sight = Sight(entry, entry, self.known, {}, self.program.given)
        width = 8 * entry.machine.word
        for place, _ in places:
            size = place.bytes or entry.machine.word
            distance = sub(access.address, value(place.address, sight), width)
            if isinstance(distance, int) and distance + access.size <= size:
                return True
        return False

    def _touch(self, path: Path, code: str, what: str, step: Step, access: Access) -> Obligation:
        origin = Origin("nothing but the code's own stack frame is written", "", step.span, True)
        address = access.address
        made = self.demand(path, code, step.text.strip(), 0, step, "here", what, address, address, origin)
        made.culprit = step
        return made

    # ---- calls and exits -------------------------------------------------------------------------------

    def call(self, path: Path, leaving: Leaving) -> bool:
        """A call: what it is given, what it leaves. One that is the last instruction of a stub or site is an exit."""
        step = leaving.step
        label = next((one for one in self._labels_at(step.offset) if one in self.contract.labels()), None)
        goes = [(one, origin) for one, origin in self.contract.goes if one.label is not None and one.label == self._last(path)]
        if label is None and not goes and self.kind != "optprobe" and step.offset + step.size == self.program.size:
            exits.check(self, path, leaving)
            return False
        exits.check_target(self, path, leaving, goes, f"at {self._last(path) or 'the call'}")
        self._alignment(path, step)
        name = self._name(path, step)
        frames = self.sight(path).frames
        made = returns(path.cpu, name, step, self.contract, frames, self.known)
        path.notes["calls"] = (*self.calls(path), made)
        path.cpu.written.clear()
        return True

    def _last(self, path: Path) -> str | None:
        label = path.notes.get("label")
        return label if isinstance(label, str) else None

    def _name(self, path: Path, step: Step) -> str:
        """What the call is called, once on a path."""
        before = {call.name for call in self.calls(path)}
        label = self._last(path) or f"the call at {step.offset:#x}"
        tried = label
        while tried in before:
            tried += "'"
        return tried

    def _alignment(self, path: Path, step: Step) -> None:
        cpu, machine = path.cpu, path.cpu.machine
        align, origin = self.contract.amounts["stack align"]
        bits = align.bit_length() - 1
        if not bits:
            return
        width = 8 * machine.word
        pushed = machine.word if machine.pushes_return else 0
        top = sub(cpu.read(machine.sp), -pushed, width)
        begun = self.sight(path).entry.read(machine.sp)
        known = min(bits, machine.entry_align.bit_length() - 1)
        moved = sub(top, begun, width)
        from trampgen.prove.domain import equal

        if known == bits:
            goal, got = equal(extract(moved, 0, bits), 0, bits), moved
        else:
            low = extract(top, 0, bits)
            goal, got = equal(low, 0, bits), top
        given = equal(extract(begun, 0, known), 0, known) if known else 1
        what = f"the stack pointer is not a multiple of {align} at the call"
        made = self.demand(path, "stack-alignment", machine.sp, goal, step, "at the call", what, 0, got, origin)
        if isinstance(given, Term):
            made.given = (*made.given, given)
        site = cpu.writer(machine.sp)
        made.culprit = None if site is None else self.program.steps[site]

    def left(self, path: Path, leaving: Leaving) -> None:
        """The end of a path."""
        exits.check(self, path, leaving)


def _all_terms(fact: model.Fact) -> Iterator[model.Term]:
    yield fact.left
    yield fact.right


def _is_stale(name: str) -> bool:
    """Whether a variable is what lay on the stack below its pointer."""
    return name.startswith("stack") and "[-" in name


def _overlaps(cpu: Cpu, name: str, offset: int, size: int) -> bool:
    for sleigh, _, _ in cpu.machine.registers[name]:
        if sleigh is not None:
            at, own = cpu.places[sleigh]
            if at < offset + size and offset < at + own:
                return True
    return False
