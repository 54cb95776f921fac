"""Everything a spec wants assembled, collected first and asked for once; equal requests share one answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from trampgen.assemble.driver import BASE, Assembler, Result
from trampgen.isa.base import Displacement, Isa, Lowered, OperandKind, Slot
from trampgen.model.field import Run


@dataclass(frozen=True, slots=True)
class Request:
    """An instruction with a number for each of its open operands (a displacement for PC-relative ones).

    What an operand is open for is left out, so that equal instructions of different templates are one."""

    pieces: tuple[str | OperandKind | Displacement, ...]
    values: tuple[int, ...]

    def text(self, address: int) -> str:
        """The statement for the assembler, at its address: PC-relative operands become absolute targets."""
        text, values = "", iter(self.values)
        for piece in self.pieces:
            match piece:
                case str():
                    text += piece
                case Displacement(value, kind):
                    text += kind.spelled(value, address)
                case OperandKind():
                    text += piece.spelled(next(values), address)
        return text

    @property
    def positional(self) -> bool:
        """Whether the code depends on the address."""
        kinds = (piece.kind if isinstance(piece, Displacement) else piece for piece in self.pieces)
        return any(isinstance(kind, OperandKind) and kind.positional for kind in kinds)


def bare(lowered: Lowered) -> tuple[str | OperandKind | Displacement, ...]:
    """The pieces of an instruction with kinds for its slots."""
    return tuple(piece.kind if isinstance(piece, Slot) else piece for piece in lowered.pieces)


@dataclass(slots=True, eq=False, repr=False)
class Batch:
    """Requests by their order of arrival, and after `run` a result for each."""

    isa: Isa
    index: dict[Request, int] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    addresses: list[int] = field(default_factory=list)
    sound: set[int] = field(default_factory=set)  # requests that have been read back
    runs: dict[tuple[object, int], tuple[Run, ...]] = field(
        default_factory=dict
    )  # of slots already discovered

    def add(self, lowered: Lowered, values: tuple[int, ...]) -> int:
        """Ask for an instruction with these slot values; returns where its result will be."""
        request = Request(bare(lowered), values)
        return self.index.setdefault(request, len(self.index))

    def run(self, assembler: Assembler) -> None:
        """One round trip for all requests.

        PC-relative ones go first: after an extended mnemonic such as `sldi`, Keystone loses count of the
        address, and every later branch of the same call goes astray."""
        requests = list(self.index)
        order = sorted(range(len(requests)), key=lambda i: not requests[i].positional)
        self.addresses = [0] * len(requests)
        for place, i in enumerate(order):
            self.addresses[i] = BASE + place * self.isa.unit
        answers = assembler.assemble([requests[i].text(self.addresses[i]) for i in order])
        self.results = list(answers)
        for i, answer in zip(order, answers, strict=True):
            self.results[i] = answer

    def word(self, index: int) -> int | None:
        """The word of a request, None where it failed. Words are assembled big-endian.

        An instruction of bytes is a number whose lowest byte is the first one."""
        code = self.results[index].code
        return None if code is None else int.from_bytes(code, "little" if self.isa.of_bytes else "big")
