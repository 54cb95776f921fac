"""What has to hold for a contract to be kept, collected while the code runs over values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trampgen.model import contracts as model
from trampgen.prove import exits, touches
from trampgen.prove.callee import Call, returns, unchanged
from trampgen.prove.contract import Contract, Origin
from trampgen.prove.cpu import Cpu
from trampgen.prove.domain import Value
from trampgen.prove.execute import Leaving, Path, Watch
from trampgen.prove.meaning import Sight, address_of, holds, value
from trampgen.prove.memory import names
from trampgen.prove.obligation import Obligation
from trampgen.prove.program import Program, Step
from trampgen.prove.touches import stack_at_call


@dataclass(slots=True, eq=False, repr=False)
class Checks:
    """Watches the paths of one program. `reached` are the labels that control came to."""

    program: Program
    contract: Contract
    known: Mapping[str, int]
    entry: Cpu
    kind: str  # of the template
    in_layout: bool
    found: list[Obligation] = field(default_factory=list)
    exits: int = 0  # paths that leave the code
    reached: set[str] = field(default_factory=set)
    ran: set[tuple[str, str | None]] = field(default_factory=set)  # instructions that are params, at labels

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
                path.notes["passed"] = (*self._passed(path), label)
                sight = self.sight(path)
                self._facts(path, step, label, sight)
                self._stale(path, step, label, sight)
        path.notes["sp"] = path.cpu.read(path.cpu.machine.sp)
        if step.kind == "whole":
            self._ran(path, step)
            self._uncalled(path, step)
            exits.check(self, path, Leaving("whole", path.cpu.ip, step))
            exits.begin_anew(self, path, step)

    def _ran(self, path: Path, step: Step) -> None:
        """An instruction that is a param runs at the label that control has come by last."""
        whole = next((one.name for one in step.slices), None)
        self.ran |= {(label, whole) for label in self._passed(path)[-1:]}

    def _labels_at(self, offset: int) -> list[str]:
        return [name for name, at in self.program.labels.items() if at == offset]

    def _frames(self, path: Path) -> None:
        sight = self.sight(path)
        path.notes["frames"] = {
            frame.struct: value(frame.address, sight) for frame, _ in self.contract.frames
        }

    def sight(self, path: Path) -> Sight:
        """The state of a path as the contract sees it."""
        frames = path.notes.get("frames")
        entry = path.notes.get("entry")
        assert frames is None or isinstance(frames, dict)
        return Sight(
            path.cpu,
            entry if isinstance(entry, Cpu) else self.entry,
            self.known,
            frames or {},
            self.program.given,
            labels=self.program.labels,
        )

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
            made = self.demand(
                path, "fact-fails", fact.text, goal, step, f"at {label}", what, right, left, origin
            )
            made.culprit = self.writer(fact.left, sight)
            for member in (side for side in (fact.left, fact.right) if isinstance(side, model.Member)):
                held = path.notes.get("held", {})
                assert isinstance(held, dict)
                path.notes["held"] = {**held, member.name: made}  # not that of other paths

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
        """Members of a struct that nothing has written, and that the contract does not call undefined."""
        free = self.contract.undefined.get(label, set())
        spoken = {
            side.struct
            for fact, _ in self.contract.at(label)
            for side in _all_terms(fact)
            if isinstance(side, model.Begin)
        }
        for struct in sorted(spoken & set(sight.frames)):
            for name, member in self.contract.members.get(struct, {}).items():
                if name in free:
                    continue
                held = unchanged(value(member, sight), self.calls(path))
                if left_over := sorted(one for one in names([held]) if _is_stale(one)):
                    what = (
                        f"at {label}, {name} holds what was on the stack: nothing on the way there writes it"
                    )
                    origin = Origin(f"{struct} is given to what is called at {label}", "", step.span, True)
                    made = self.demand(
                        path, "stale-slot", name, 0, step, f"at {label}", what, held, held, origin
                    )
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

    def after(self, path: Path, step: Step) -> None:
        """What the instruction has read and written."""
        touches.check(self, path, step)

    # ---- calls and exits -------------------------------------------------------------------------------

    def call(self, path: Path, leaving: Leaving) -> bool:
        """A call: what it is given, what it leaves. One that is the last instruction of a stub or site is an exit."""
        step = leaving.step
        label = next((one for one in self._labels_at(step.offset) if one in self.contract.labels()), None)
        goes = [
            (one, origin)
            for one, origin in self.contract.goes
            if one.label is not None and one.label == self._last(path)
        ]
        if (
            label is None
            and not goes
            and self.kind != "optprobe"
            and step.offset + step.size == self.program.size
        ):
            exits.check(self, path, leaving)
            return False
        exits.check_target(self, path, leaving, goes, f"at {self._last(path) or 'the call'}")
        stack_at_call(self, path, step)
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

    def check_end(self) -> None:
        """Where something is demanded of the exit, there is one; where a param has to run, it does."""
        for runs, origin in self.contract.runs:
            if runs.label in self.reached and (runs.label, runs.param) not in self.ran:
                step = next(
                    one for one in self.program.steps if one.offset == self.program.labels[runs.label]
                )
                what = f"`{runs.param}` does not run at {runs.label}"
                at, where = Path(self.entry, step.offset), f"at {runs.label}"
                self.demand(at, "not-run", runs.param, 0, step, where, what, 0, 0, origin)
        said = [origin for fact, origin in self.contract.facts if fact.label is None]
        said += [origin for goes, origin in self.contract.goes if goes.label is None]
        if not self.exits and (said or self.kind == "optprobe"):
            what, step = "control never leaves the code", self.program.steps[-1]
            origin = (
                said[0]
                if said
                else Origin("an optprobe goes on with the probed function", "", step.span, True)
            )
            nowhere = Path(self.entry, step.offset)
            self.demand(nowhere, "wrong-exit", what, 0, step, "nowhere", what, 0, 0, origin)

    def _passed(self, path: Path) -> tuple[str, ...]:
        """The labels that a path has come by."""
        found = path.notes.get("passed", ())
        assert isinstance(found, tuple)
        return found

    def _uncalled(self, path: Path, step: Step) -> None:
        """Where a contract says what is called at a label, something is."""
        called = {call.name.rstrip("'") for call in self.calls(path)}
        for one, origin in self.contract.goes:
            if one.label in self._passed(path) and one.label not in called:
                what = f"nothing is called at {one.label}, where the contract has {one.text}"
                self.demand(path, "wrong-call", one.text, 0, step, f"at {one.label}", what, 0, 0, origin)

    def left(self, path: Path, leaving: Leaving) -> None:
        """The end of a path."""
        if leaving.kind != "trap":
            self._uncalled(path, leaving.step)
        exits.check(self, path, leaving)


def _all_terms(fact: model.Fact) -> Iterator[model.Term]:
    yield fact.left
    yield fact.right


def _is_stale(name: str) -> bool:
    """Whether a variable is what lay on the stack below its pointer."""
    return name.startswith("stack[-")
