"""Memory, and registers too, byte by byte: what each byte is part of, and which instruction wrote it.

An address is a region and an offset: the part of it that is a number, and all the rest. Regions do not overlap. That
is an assumption, and harmless: what is written outside the stack frame has to be in the contract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from trampgen.model.record import record
from trampgen.prove import terms
from trampgen.prove.domain import Value
from trampgen.prove.terms import Term, concat, extract

Region = Term | None  # an address without its number; None of one that is a number


@record
class Byte:
    """The byte at `place` of the `size` bytes that were written at once; `site` is the step that did it."""

    value: Value
    place: int
    size: int
    site: int | None


@record
class Lost:
    """From here on offsets `low` … `high` - 1 hold anything; `since` ends the names of what they hold."""

    low: int
    high: int
    since: str


@dataclass(slots=True, eq=False, repr=False)
class Cells:
    """The bytes of one region. What was never written is a variable for each aligned word."""

    name: str  # `stack[`, `memory[entry.r13`: what an offset and a bracket are put behind
    word: int  # bytes
    order: str  # little or big
    since: str = ""  # ends the names of what nobody has written
    bytes: dict[int, Byte] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)

    def copy(self) -> Cells:
        return Cells(self.name, self.word, self.order, self.since, dict(self.bytes), list(self.lost))

    def load(self, offset: int, size: int) -> Value:
        """`size` bytes as a number of 8 * size bits."""
        first = self.bytes.get(offset)
        if first is not None and first.place == 0 and first.size == size:
            others = (self.bytes.get(offset + at) for at in range(1, size))
            if all(
                o is not None and o.value is first.value and o.place == at for at, o in enumerate(others, 1)
            ):
                return first.value
        parts = [(self._byte(offset + at), 8) for at in range(size)]
        return concat(parts if self.order == "little" else reversed(parts))

    def store(self, offset: int, value: Value, size: int, site: int | None) -> None:
        for at in range(size):
            self.bytes[offset + at] = Byte(value, at, size, site)

    def lose(self, low: int, high: int, since: str) -> None:
        """Bytes that hold anything from now on."""
        for offset in [offset for offset in self.bytes if low <= offset < high]:
            del self.bytes[offset]
        self.lost.append(Lost(low, high, since))

    def writer(self, offset: int, size: int) -> int | None:
        """The step that last wrote some of these bytes."""
        found = (self.bytes.get(offset + at) for at in range(size))
        sites = [byte.site for byte in found if byte is not None and byte.site is not None]
        return max(sites, default=None)

    def _byte(self, offset: int) -> Value:
        byte = self.bytes.get(offset)
        if byte is None:
            start = offset - offset % self.word
            byte = Byte(self._unknown(offset, start), offset - start, self.word, None)
        low = byte.place if self.order == "little" else byte.size - 1 - byte.place
        return extract(byte.value, 8 * low, 8)

    def _unknown(self, offset: int, start: int) -> Term:
        lost = next((lost for lost in reversed(self.lost) if lost.low <= offset < lost.high), None)
        return terms.var(self.spelled(start, self.since if lost is None else lost.since), 8 * self.word)

    def spelled(self, offset: int, since: str = "") -> str:
        """A word of memory for people: stack[-0x10], memory[entry.r13 + 8]."""
        if self.name.endswith("["):
            return f"{self.name}{offset:#x}]{since}"
        more = f" {'-' if offset < 0 else '+'} {spelled(abs(offset))}" if offset else ""
        return f"{self.name}{more}]{since}"


@dataclass(slots=True, eq=False, repr=False)
class Memory:
    """All regions. `stack` is that of the stack pointer as the code finds it."""

    word: int
    order: str
    stack: Term
    regions: dict[Region, Cells] = field(default_factory=dict)
    since: str = ""  # ends the names of what is in memory that nobody has written

    def copy(self) -> Memory:
        regions = {region: cells.copy() for region, cells in self.regions.items()}
        return Memory(self.word, self.order, self.stack, regions, self.since)

    def split(self, address: Value) -> tuple[Region, int]:
        """The region of an address and the signed offset in it."""
        constant, parts = terms.linear(address)
        width = 8 * self.word
        offset = constant - (constant >> (width - 1) << width)
        if not parts:
            return None, offset
        region = terms.sum_of(0, parts, width)
        assert isinstance(region, Term)
        return region, offset

    def cells(self, region: Region) -> Cells:
        found = self.regions.get(region)
        if found is None:
            shown = (
                "stack["
                if region is self.stack
                else f"memory[{spelled(region) if region is not None else ''}"
            )
            found = self.regions[region] = Cells(shown, self.word, self.order, self.since)
        return found

    def load(self, address: Value, size: int) -> Value:
        region, offset = self.split(address)
        return self.cells(region).load(offset, size)

    def store(self, address: Value, value: Value, size: int, site: int | None) -> None:
        region, offset = self.split(address)
        self.cells(region).store(offset, value, size, site)

    def writer(self, address: Value, size: int) -> int | None:
        region, offset = self.split(address)
        return self.cells(region).writer(offset, size)


def spelled(value: Value, depth: int = 3) -> str:
    """A value for people, not too deep."""
    if isinstance(value, int):
        return str(value) if value < 10 else f"{value:#x}"
    if value.kind == "var":
        return str(value.args[0])
    if not depth:
        return "…"
    if value.kind == "sum":
        return _spelled_sum(value, depth)
    if value.kind == "cat":
        return _spelled_pieces(value, depth)
    inner = ", ".join(
        spelled(part if isinstance(part, Term) else _plain(part), depth - 1) for part in value.args
    )
    return f"{value.kind}({inner})"


def _plain(part: int | tuple[int, int]) -> int:
    return part if isinstance(part, int) else part[0]


def _spelled_sum(value: Term, depth: int) -> str:
    constant, parts = value.args
    half = 1 << (value.width - 1)
    shown: list[tuple[bool, str]] = []
    for term, scale in sorted(parts, key=lambda part: not str(part[0].args[0]).startswith("entry.")):
        signed = scale - 2 * half if scale >= half else scale
        times = "" if abs(signed) == 1 else f"{abs(signed)} * "
        shown.append((signed < 0, times + spelled(term, depth - 1)))
    signed = constant - 2 * half if constant >= half else constant
    if signed:
        shown.append((signed < 0, spelled(abs(signed))))
    first = ("-" if shown[0][0] else "") + shown[0][1]
    return first + "".join(f" {'-' if negative else '+'} {text}" for negative, text in shown[1:])


def _spelled_pieces(value: Term, depth: int) -> str:
    parts: list[str] = []
    at = 0
    for term, low, bits in value.args:
        if term is None:
            parts += [spelled(low << at)] if low else []
        else:
            whole = spelled(term, depth - 1)
            cut = "" if low == 0 and bits == term.width else f"[{low + bits - 1}:{low}]"
            parts.append(f"{whole}{cut}" + (f" << {at}" if at else ""))
        at += bits
    return " | ".join(reversed(parts))


def names(values: Iterable[Value]) -> set[str]:
    """The names of the variables that values depend on."""
    return {term.args[0] for term in terms.variables(*values)}
