"""The faults that are put into code: each one a small slip of whoever wrote it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace

from trampgen.expand.code import AnyLine, WholeWord
from trampgen.expand.instances import Instance
from trampgen.expand.raw import RawLine
from trampgen.isa.base import Line
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import Affine, LabelAddress, Relocated, Symbolic
from trampgen.mutate.edits import Edit
from trampgen.mutate.effects import Effect, Effects, depend, repeatable
from trampgen.mutate.targets import Target, target
from trampgen.mutate.tokens import Token, line_of, spoken, tokens

KINDS = (
    "drop", "duplicate", "swap", "offset", "register", "frame", "scratch", "instruction", "immediate", "target", "part",
)  # fmt: skip

Key = tuple[object, ...]


@record
class Fault:
    """One slip, in each variant whose code has the line. `edits` are by the variant's place among the instances."""

    template: str
    kind: str
    what: str
    span: Span
    key: Key
    section: str | None
    edits: dict[int, tuple[Edit, ...]] = field(default_factory=dict)


@record
class Where:
    """One line of an instance: its section and number there, and its effect."""

    section: str | None
    at: int
    line: AnyLine
    key: Key
    effect: Effect | None
    in_region: bool


def faults(instances: Sequence[tuple[Instance, Instance, Effects]], seed: int) -> list[Fault]:
    """All faults of one template, in the order of its code; the same one in several variants is one.

    Each instance comes with itself measured and placed."""
    found: dict[Key, Fault] = {}
    for number, (instance, measured, effects) in enumerate(instances):
        for fault in _Seeder(instance, measured, effects, seed).all():
            own = found.setdefault(fault.key, fault)
            own.edits[number] = fault.edits[0]
            if own is fault and number:
                del own.edits[0]
    return list(found.values())


class _Seeder:
    def __init__(self, instance: Instance, measured: Instance, effects: Effects, seed: int) -> None:
        self.instance, self.seed = instance, seed
        self.target: Target = target(instance.isa.name)
        self.starts = {section: block.starts(first) for section, first, block in measured.code.sections()}
        self.lines = list(self._places(effects))

    def all(self) -> Iterator[Fault]:
        for index, where in enumerate(self.lines):
            behind = self.lines[index + 1] if index + 1 < len(self.lines) else None
            yield from self._moved(where, behind)
            if isinstance(where.line, Line):
                yield from self._changed(where, where.line)
        yield from self._frames()

    # ---- where ------------------------------------------------------------------------------------------

    def _places(self, effects: Effects) -> Iterator[Where]:
        seen: dict[Key, int] = {}
        code = self.instance.code
        for section, _, block in code.sections():
            for at, line in enumerate(block.lines):
                if isinstance(line, WholeWord) and line.kind == "data":
                    continue
                inside = section is not None or self._rests(at)
                if section is None and inside and self._never_rests(at):
                    continue
                key: Key = (section, line.span, line.used_at if isinstance(line, Line) else None)
                seen[key] = seen.get(key, -1) + 1
                offset = self.starts[section][at] * self.instance.isa.unit
                if (section, offset) in effects:  # what never runs can do no harm
                    yield Where(section, at, line, (*key, seen[key]), effects[section, offset], inside)

    def _rests(self, at: int) -> bool:
        return any(region.lines[0] <= at < region.lines[1] for region in self.instance.code.regions)

    def _never_rests(self, at: int) -> bool:
        """Whether a line is part of what an encoder always writes over."""
        for region in self.instance.code.regions:
            if region.lines[0] <= at < region.lines[1]:
                lines = self.instance.code.block.lines[slice(*region.lines)]
                only_nops = all(isinstance(line, Line) and line.mnemonic.startswith("nop") for line in lines)
                return only_nops and len(region.forms) == 1
        return False

    # ---- lines that are gone, there twice, elsewhere ------------------------------------------------------

    def _moved(self, where: Where, behind: Where | None) -> Iterator[Fault]:
        line = where.line
        own = _text(line)
        if own.startswith("nop"):
            return
        yield self._fault(where, "drop", f"`{own}` is left out", (), self._nothing(line))
        if not where.in_region and not repeatable(where.effect):
            yield self._fault(where, "duplicate", f"`{own}` stands twice", (), line, line)
        if behind is not None and self._neighbours(where, behind) and depend(where.effect, behind.effect):
            what = f"`{own}` and `{_text(behind.line)}` are swapped"
            edit = Edit(where.section, where.at, 2, (behind.line, line))
            yield Fault("", "swap", what, _place(line), (*where.key, "swap"), where.section, {0: (edit,)})

    def _neighbours(self, where: Where, behind: Where) -> bool:
        same = where.section == behind.section and behind.at == where.at + 1
        return same and where.in_region == behind.in_region and _text(behind.line) != _text(where.line)

    def _nothing(self, line: AnyLine) -> Line:
        return Line(
            self.instance.isa.nop,
            (),
            line.span,
            getattr(line, "used_at", None),
            0 if self.instance.isa.of_bytes else 1,
        )

    # ---- lines that say something else -------------------------------------------------------------------

    def _changed(self, where: Where, line: Line) -> Iterator[Fault]:
        own = tokens(line, self.target.registers)
        for other in self.target.instead(line.mnemonic)[:2]:
            yield self._instead(where, "instruction", (other,), line_of(line, own, other))
        for index, token in enumerate(own):
            for kind, detail, changed in self._other_tokens(token, where, index):
                made = line_of(line, [*own[:index], changed, *own[index + 1 :]])
                yield self._instead(where, kind, (index, detail), made)
        yield from self._scratched(where, line, own)

    def _instead(self, where: Where, kind: str, detail: Key, made: Line) -> Fault:
        what = f"`{_text(where.line)}` is `{spoken(made)}`"
        return self._fault(where, kind, what, detail, made)

    def _fault(self, where: Where, kind: str, what: str, detail: Key, *by: AnyLine) -> Fault:
        edit = Edit(where.section, where.at, 1, by)
        key = (*where.key, kind, *detail)
        return Fault("", kind, what, _place(where.line), key, where.section, {0: (edit,)})

    def _other_tokens(self, token: Token, where: Where, index: int) -> Iterator[tuple[str, object, Token]]:
        if token.kind == "register":
            others = list(self.target.others(token.text))
            if others:
                number = self._drawn(where, index).randrange(len(others))
                yield "register", number, replace(token, text=others[number])
        elif token.kind == "number":
            yield from self._numbers(token, where, index)
        elif token.kind == "open":
            yield from self._opens(token, where, index)

    def _shifts(self, where: Where, index: int) -> list[int]:
        """By how much an offset is wrong: a slot, and something else."""
        word = self.instance.isa.pointer_bits // 8
        drawn = self._drawn(where, index)
        slot = drawn.choice([word, -word])
        return [slot, drawn.choice([shift for shift in (4, -4, 8, -8, 16, -16) if shift != slot])]

    def _drawn(self, where: Where, index: int) -> random.Random:
        """What is drawn for an operand: the same for a line of a spec in each variant that has it."""
        at = _place(where.line)
        return random.Random(f"{self.seed} {at.line} {at.column} {where.key[-1]} {index}")

    def _numbers(self, token: Token, where: Where, index: int) -> Iterator[tuple[str, object, Token]]:
        assert isinstance(token.value, int)
        if token.memory:
            for shift in self._shifts(where, index):
                value = token.value + (-shift if token.minus else shift)
                if value >= 0:
                    yield "offset", shift, replace(token, text=str(value))
            return
        more = self._drawn(where, index).choice((1, 4, 8, 16))
        for detail, value in ("more", token.value + more), ("less", token.value - 1):
            if value >= 0:
                yield "immediate", detail, replace(token, text=str(value))

    def _opens(self, token: Token, where: Where, index: int) -> Iterator[tuple[str, object, Token]]:
        value = token.value
        match value:
            case Symbolic():
                kind = "offset" if token.memory else "immediate"
                for shift in self._shifts(where, index):
                    yield kind, shift, _opened(token, _more(value, shift))
            case LabelAddress():
                for label in self._labels():
                    if label != value.label:
                        yield "target", label, _opened(token, LabelAddress(label, value.addend))
            case Affine():
                for param in self._params(value.param):
                    yield "target", param, _opened(token, Affine(param, value.addend))
                yield "immediate", "more", _opened(token, Affine(value.param, value.addend + 4))
            case Relocated(base, operator):
                for other in self._operators(operator)[:2]:
                    yield "part", other, _opened(token, Relocated(base, other))
                if isinstance(base, Affine):
                    for param in self._params(base.param):
                        yield "target", param, _opened(token, Relocated(Affine(param, base.addend), operator))

    def _labels(self) -> list[str]:
        return [name.text for name, _ in self.instance.code.places()]

    def _params(self, name: str) -> list[str]:
        kinds = {
            param.name.text: param.type.text if param.type else "" for param in self.instance.template.params
        }
        return [other for other, kind in kinds.items() if other != name and kind == kinds.get(name)]

    def _operators(self, operator: str) -> list[str]:
        known = self.instance.isa.operators
        own = known[operator]
        return [name for name, one in known.items() if name != operator and one.width == own.width]

    def _scratched(self, where: Where, line: Line, own: Sequence[Token]) -> Iterator[Fault]:
        """A register is written over before it is stored."""
        if where.in_region or self.target.saves.fullmatch(line.mnemonic) is None:
            return
        names = [token.text for token in own if token.kind == "register" and not token.memory]
        if line.mnemonic == "mov":
            stores = (
                own[:1]
                and any(token.memory for token in own if token.kind != "text")
                and own[-1].kind == "register"
            )
            names = names[-1:] if stores and not own[-1].memory else []
        for name in names[:1]:
            text = self.target.scratch.format(name, self.target.number)
            mnemonic, _, operands = text.partition(" ")
            size = 0 if self.instance.isa.of_bytes else 1
            scratch = Line(mnemonic, (" " + operands,), line.span, line.used_at, size)
            what = f"`{text}` stands before `{_text(line)}`"
            yield self._fault(where, "scratch", what, (name,), scratch, line)

    # ---- the frame ---------------------------------------------------------------------------------------

    def _frames(self) -> Iterator[Fault]:
        """The frame is smaller wherever its size stands."""
        sizes = dict.fromkeys(size for where in self.lines if (size := self._frame_size(where)))
        word = self.instance.isa.pointer_bits // 8
        for place, size in enumerate(sizes):
            for less in (2 * word, 16 * word, 288):
                if size > less:
                    yield from self._smaller(place, size, less)

    def _frame_size(self, where: Where) -> int | None:
        """The number in a line that writes the stack pointer."""
        if not isinstance(where.line, Line) or where.section is not None:
            return None
        own = tokens(where.line, self.target.registers)
        first = next((token for token in own if token.kind == "register"), None)
        if first is None or first.text not in ("r1", "sp", "rsp", "esp"):
            return None
        return next(
            (t.value for t in own if t.kind == "number" and isinstance(t.value, int) and t.value >= 16), None
        )

    def _smaller(self, place: int, size: int, less: int) -> Iterator[Fault]:
        edits = []
        first: Where | None = None
        for where in self.lines:
            if isinstance(where.line, Line) and where.section is None:
                own = tokens(where.line, self.target.registers)
                if any(t.kind == "number" and t.value == size for t in own):
                    changed = [
                        replace(t, text=str(size - less)) if t.kind == "number" and t.value == size else t
                        for t in own
                    ]
                    edits.append(Edit(None, where.at, 1, (line_of(where.line, changed),)))
                    first = first or where
        if first is not None and len(edits) > 1:
            what = f"the frame has {less} bytes less in {len(edits)} lines"
            yield Fault(
                "", "frame", what, _place(first.line), (place, "frame", less), None, {0: tuple(edits)}
            )


def _opened(token: Token, value: object) -> Token:
    return replace(token, value=value)  # type: ignore[arg-type]


def _more(value: Symbolic, shift: int) -> Symbolic:
    sign = "+" if shift > 0 else "-"
    return Symbolic(f"({value.c}) {sign} {abs(shift)}", f"({value.asm}) {sign} {abs(shift)}", value.externs)


def _text(line: AnyLine) -> str:
    match line:
        case Line():
            return spoken(line)
        case RawLine():
            return line.text or "raw " + ", ".join(f"{word.value:#x}" for word in line.words)
        case _:
            return f"${{{line.param}}}"


def _place(line: AnyLine) -> Span:
    return (line.used_at if isinstance(line, Line) else None) or line.span


__all__ = ["KINDS", "Callable", "Fault", "faults"]
