"""Statements with something open in them: which operand a relocation fills, which one is a label or a literal."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from trampgen.importing import reading
from trampgen.importing.drafts import Statement, Target
from trampgen.importing.model import Piece
from trampgen.importing.reading import Reading
from trampgen.importing.references import Wanted
from trampgen.isa.base import Isa
from trampgen.isa.x86_encoded import BRANCHES, has_near
from trampgen.model.values import LabelAddress, Relocated, Value

_NOT_BRANCHES = ("adr", "ldr", "prfm")  # of what is counted from the program counter: how their names begin
LabelOf = Callable[[int], str | None]  # the name of a label at an offset, if one can be there


def opened(
    isa: Isa, found: Reading, values: Mapping[int, Value], words: Mapping[int, str] | None = None
) -> Statement:
    """A reading with open values in the place of some of its items, and words before them that choose a form."""
    parts: list[str | Value] = [" "]
    for i, text in enumerate(found.parts):
        if i in values:
            before = str(parts.pop())
            parts += [_before(isa, before, text, values[i]) + (words or {}).get(i, ""), values[i]]
        else:
            parts.append(text)
    return Statement(found.mnemonic, tuple(_merged(parts)))


def _before(isa: Isa, before: str, text: str, value: Value) -> str:
    """What stands before an open value: no sign, no `#` before a target, of a register what makes it one."""
    is_register = text[:1].isalpha()
    if isa.of_bytes:
        signed = before.endswith("- ")
        return (before[:-2] + "+ " if signed else before) + ("reg " if is_register else "")
    if is_register:
        return before + _letter(isa, text)
    return before.removesuffix("#") if _is_target(value) else before


def forms(isa: Isa, mnemonic: str, piece: Piece) -> tuple[str, ...]:
    """Words that may stand before an open value: of bytes, those for a form that is not the usual one."""
    if not isa.of_bytes:
        return ("",)
    if mnemonic in BRANCHES:
        return ("", "short " if piece.size == 2 else "near ")
    return ("", "byte ")


def _merged(parts: Sequence[str | Value]) -> Iterator[str | Value]:
    for is_text, group in itertools.groupby(parts, lambda part: isinstance(part, str)):
        if is_text:
            yield "".join(map(str, group))
        else:
            yield from group


def _letter(isa: Isa, register: str) -> str:
    """What stands before the number of a register."""
    return register[0] if isa.name == "arm64" and register[0] in "xw" else "r"


def _is_target(value: Value) -> bool:
    """Whether an address stands there, which has no `#` before it."""
    return isinstance(value, LabelAddress | Target) or (
        isinstance(value, Relocated) and value.operator == "pg_hi21"
    )


def closed(found: Reading) -> Statement:
    """A reading as it is."""
    return Statement(found.mnemonic, (f" {found.operands}",) if found.operands else ())


def filled(isa: Isa, piece: Piece, wants: Sequence[Wanted], label_of: LabelOf) -> Iterator[Statement]:
    """Statements in which each field of a relocation is an operand: the one whose number changes with its bits."""
    values = [_value(want, label_of) for want in wants]
    if any(value is None for value in values):
        return
    plain = piece.value & ~piece.linked
    base = plain | sum(_some(want.mask, 1) for want in wants)
    others = [base ^ _some(want.mask, 1) ^ _some(want.mask, 2) for want in wants]
    words = [replace(piece, words=split(value, piece)).words for value in (base, *others)]
    for first, *rest in zip(*(reading.readings(isa, own, piece.offset) for own in words), strict=False):
        items = [first.same_but_numbers(other) for other in rest]
        if all(one is not None and len(one) == 1 for one in items):
            places = {one[0]: value for one, value in zip(items, values, strict=True) if one and value}
            if len(places) == len(wants):
                for word in forms(isa, first.mnemonic, piece):
                    yield opened(isa, first, places, dict.fromkeys(places, word))


def split(value: int, piece: Piece) -> tuple[int, ...]:
    """The words of a piece that has this value."""
    if piece.unit == 1:
        return tuple(value.to_bytes(piece.size, "little"))
    bits, count = 8 * piece.unit, len(piece.words)
    return tuple(value >> bits * (count - 1 - i) & (1 << bits) - 1 for i in range(count))


def _value(want: Wanted, label_of: LabelOf) -> Value | None:
    if want.value is not None or want.offset is None:
        return want.value
    name = label_of(want.offset)
    return None if name is None else LabelAddress(name)


def _some(mask: int, which: int) -> int:
    """One of the lower bits of a mask: a small number, whatever the field."""
    bits = [1 << at for at in range(mask.bit_length()) if mask >> at & 1]
    return bits[min(which, len(bits) - 1)]


def labelled(isa: Isa, piece: Piece, label_of: LabelOf) -> Iterator[Statement]:
    """A branch, or a load relative to itself, of something in the extent; nothing where it has no such operand."""
    for number, found in enumerate(reading.readings(isa, piece.words, piece.offset)):
        place = reading.relative(isa, piece, number)
        if place is not None:
            name = label_of(place[1]) if found.mnemonic != "adrp" else None  # which page depends on the place
            if name is not None:
                statement = opened(isa, found, {place[0]: LabelAddress(name)})
                yield from _by_length(isa, statement, piece, place[1])
            continue
        load = reading.loaded(isa, piece, found.operands)
        name = label_of(load[1]) if load is not None else None
        if load is not None and name is not None:
            match = load[0]
            before, after = found.operands[: match.start()], found.operands[match.end() :]
            if isa.of_bytes:
                before, after = before + "[rip + ", "]" + after
            yield Statement(found.mnemonic, (f" {before}", LabelAddress(name), after))
            return


def _by_length(isa: Isa, statement: Statement, piece: Piece, target: int) -> Iterator[Statement]:
    """A branch of bytes that is longer than it need be says so."""
    near = isa.of_bytes and piece.size > 2 and has_near(statement.mnemonic)
    if not near or not -128 <= target - (piece.offset + 2) <= 127:
        yield statement
    if near:
        yield Statement(statement.mnemonic, (" near ", *statement.values))


def elsewhere(isa: Isa, piece: Piece) -> tuple[int, int] | None:
    """The item and the target of a branch; None for any other instruction."""
    found = next(reading.readings(isa, piece.words, piece.offset), None)
    if found is None or found.mnemonic.startswith(_NOT_BRANCHES):
        return None
    return reading.relative(isa, piece)


def to_outside(isa: Isa, piece: Piece, item: int, name: str) -> Iterator[Statement]:
    """A branch to a param."""
    found = next(reading.readings(isa, piece.words, piece.offset))
    for word in forms(isa, found.mnemonic, piece):
        yield opened(isa, found, {item: Target(name)}, {item: word})
