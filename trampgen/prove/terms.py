"""Bit-vector terms in normal form: sums of multiples, and pieces side by side.

A value is a Python int or a Term of known width. What is built is simplified at once and exists only once, so that most
of what a proof compares is one object on both sides and no solver is asked. Children are older than what is made of
them: `order` gives every term below some others, children first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Value = "int | Term"
Pieces = tuple["Piece", ...]
Piece = tuple["Term | None", int, int]  # term, its lowest bit, bits; of a number (None, the number, bits)


class Term:
    """`kind` is var, sum, cat or an operator; `args` depend on it. `number` counts terms as they are made."""

    __slots__ = ("args", "kind", "number", "width")

    def __init__(self, kind: str, width: int, args: tuple[Any, ...], number: int) -> None:
        self.kind = kind
        self.width = width
        self.args = args
        self.number = number


_known: dict[tuple[Any, ...], Term] = {}


def make(kind: str, width: int, *args: Any) -> Term:
    """The term with these parts, which are not simplified."""
    key = (kind, width, args)
    found = _known.get(key)
    if found is None:
        found = _known[key] = Term(kind, width, args, len(_known))
    return found


def forget() -> None:
    """Drop every term. Those that somebody still has can't be mixed with new ones."""
    _known.clear()


def var(name: str, width: int) -> Term:
    """A value that nothing is known of. One name has one width."""
    return make("var", width, name)


# ---- sums ----------------------------------------------------------------------------------------------


def linear(value: int | Term) -> tuple[int, dict[Term, int]]:
    """A value as a number and multiples of terms that are no sums.

    Of what is multiplied by 2^k, the highest k bits do not matter: such a term is that much narrower."""
    if isinstance(value, int):
        return value, {}
    if value.kind == "sum":
        return value.args[0], dict(value.args[1])
    if value.kind == "cat" and value.args[0][0] is None and not value.args[0][1]:
        zeros = value.args[0][2]
        constant, parts = linear(cat(value.args[1:], value.width - zeros))
        return constant << zeros, {term: scale << zeros for term, scale in parts.items()}
    return 0, {value: 1}


def sum_of(constant: int, parts: Mapping[Term, int], width: int) -> int | Term:
    """A number and multiples of terms, added modulo 2^width."""
    mask = (1 << width) - 1
    total, kept = _narrowed(constant, parts, width)
    if len(kept) > 1 and (whole := _neighbours(kept, mask)) is not None:
        return sum_of(total, whole, width)
    if not kept:
        return total & mask
    if not total & mask and len(kept) == 1:
        ((term, scale),) = kept.items()
        if scale & (scale - 1) == 0:
            return cat(((None, 0, width - term.width), *pieces(term, term.width)), width)
    ordered = sorted(kept.items(), key=lambda part: part[0].number)
    return make("sum", width, total & mask, tuple(ordered))


def _neighbours(parts: Mapping[Term, int], mask: int) -> dict[Term, int] | None:
    """The same with two parts that are bits of one term, side by side, as one; None where there are none."""
    cut: dict[tuple[Term, int, int], Term] = {}  # of what, lowest bit, multiple → part
    for term, scale in parts.items():
        (base, low, _), *rest = pieces(term, term.width)
        if base is not None and all(part[0] is None and not part[1] for part in rest):
            cut[base, low, scale] = term
    for (base, low, scale), term in cut.items():
        bits = pieces(term, term.width)[0][2]
        upper = cut.get((base, low + bits, scale << bits & mask))
        if upper is not None and upper is not term:
            more = pieces(upper, upper.width)[0][2]
            joined = extract(base, low, bits + more)
            assert isinstance(joined, Term)
            left = {
                other: factor for other, factor in parts.items() if other is not term and other is not upper
            }
            left[joined] = left.get(joined, 0) + scale
            return left
    return None


def _narrowed(constant: int, parts: Mapping[Term, int], width: int) -> tuple[int, dict[Term, int]]:
    """The same with each term as narrow as its multiple allows."""
    mask = (1 << width) - 1
    kept: dict[Term, int] = {}
    waiting = [(term, scale & mask) for term, scale in parts.items()]
    while waiting:
        term, scale = waiting.pop()
        if not scale:
            continue
        bits = width - ((scale & -scale).bit_length() - 1)
        if term.width > bits:
            more, others = linear(extract(term, 0, bits))
            constant += scale * more
            waiting += [(other, scale * factor & mask) for other, factor in others.items()]
            continue
        kept[term] = kept.get(term, 0) + scale & mask
        if not kept[term]:
            del kept[term]
    if any(term.width > width - ((scale & -scale).bit_length() - 1) for term, scale in kept.items()):
        return _narrowed(constant, kept, width)  # two parts have become one, of another multiple
    return constant, kept


def add(left: int | Term, right: int | Term, width: int, scale: int = 1) -> int | Term:
    """left + scale * right."""
    if isinstance(left, int) and isinstance(right, int):
        return (left + scale * right) & ((1 << width) - 1)
    constant, parts = linear(left)
    more, others = linear(right)
    for term, factor in others.items():
        parts[term] = parts.get(term, 0) + scale * factor
    return sum_of(constant + scale * more, parts, width)


def sub(left: int | Term, right: int | Term, width: int) -> int | Term:
    return add(left, right, width, -1)


def mul(left: int | Term, right: int | Term, width: int) -> int | Term:
    if isinstance(left, int):
        return add(0, right, width, left)
    if isinstance(right, int):
        return add(0, left, width, right)
    first, second = (left, right) if left.number <= right.number else (right, left)
    return make("mul", width, first, second)


# ---- pieces --------------------------------------------------------------------------------------------


def pieces(value: int | Term, width: int) -> Pieces:
    """A value as pieces, the lowest first."""
    if isinstance(value, int):
        return ((None, value, width),)
    return value.args if value.kind == "cat" else ((value, 0, width),)


def cat(parts: Iterable[Piece], width: int) -> int | Term:
    """Pieces side by side, the lowest first; neighbours that belong together are joined."""
    joined: list[Piece] = []
    for term, low, bits in parts:
        if not bits:
            continue
        if joined:
            before, begun, had = joined[-1]
            if before is term and (term is None or begun + had == low):
                joined[-1] = (term, begun | low << had if term is None else begun, had + bits)
                continue
        joined.append((term, low, bits))
    term, low, bits = joined[0]
    if len(joined) == 1:
        if term is None:
            return low
        if bits == term.width:
            return term
    return make("cat", width, *joined)


def extract(value: int | Term, low: int, bits: int) -> int | Term:
    """`bits` bits of a value from bit `low` up."""
    if isinstance(value, int):
        return value >> low & ((1 << bits) - 1)
    if low == 0 and bits == value.width:
        return value
    if value.kind == "sum" and low == 0:
        constant, parts = value.args
        total: int | Term = constant & ((1 << bits) - 1)
        for term, scale in parts:
            total = add(total, extract(term, 0, min(bits, term.width)), bits, scale)
        return total
    if value.kind == "sext" and low == 0 and bits > value.args[0].width:
        return sext(value.args[0], value.args[0].width, bits)
    return cat(_between(pieces(value, value.width), low, bits), bits)


def _between(parts: Pieces, low: int, bits: int) -> Iterator[Piece]:
    """The part of pieces from bit `low` on."""
    at = 0
    for term, begin, size in parts:
        first, last = max(low, at), min(low + bits, at + size)
        if first < last:
            if term is None:
                yield None, begin >> (first - at) & ((1 << (last - first)) - 1), last - first
            else:
                yield from _part(term, begin + first - at, last - first)
        at += size


def _part(term: Term, low: int, bits: int) -> Iterator[Piece]:
    """Bits of a term that is no cat: of what it extends, or of the parts of a sum, where that is the same."""
    if term.kind == "sext" and low + bits <= term.args[0].width:
        yield from _between(pieces(term.args[0], term.args[0].width), low, bits)
    elif term.kind == "sext" and low == 0 and bits < term.width:
        yield from pieces(sext(term.args[0], term.args[0].width, bits), bits)
    elif term.kind == "sum" and low == 0 and bits < term.width:
        yield from pieces(extract(term, 0, bits), bits)
    else:
        yield term, low, bits


def concat(parts: Iterable[tuple[int | Term, int]]) -> int | Term:
    """Values side by side, each with its bits, the lowest first."""
    given = list(parts)
    flat = (piece for value, bits in given for piece in pieces(value, bits))
    return cat(flat, sum(bits for _, bits in given))


def zext(value: int | Term, bits: int, width: int) -> int | Term:
    return concat([(value, bits), (0, width - bits)]) if width > bits else value


def sext(value: int | Term, bits: int, width: int) -> int | Term:
    if width <= bits:
        return value
    if isinstance(value, int):
        return (value - (value >> (bits - 1) << bits)) & ((1 << width) - 1)
    term, low, size = pieces(value, bits)[-1]
    if term is None and not low >> (size - 1):
        return zext(value, bits, width)
    return make("sext", width, value)


# ---- bit by bit ----------------------------------------------------------------------------------------


def bitwise(operator: str, left: int | Term, right: int | Term, width: int) -> int | Term:
    """and, or, xor: piece by piece, so that masks and shifted parts become pieces."""
    if isinstance(left, int) and isinstance(right, int):
        return {"and": left & right, "or": left | right, "xor": left ^ right}[operator]
    return cat(_bitwise(operator, pieces(left, width), pieces(right, width)), width)


def _bitwise(operator: str, left: Pieces, right: Pieces) -> Iterator[Piece]:
    cuts = sorted({*_ends(left), *_ends(right)})
    at = 0
    for end in cuts:
        ours, theirs = tuple(_between(left, at, end - at)), tuple(_between(right, at, end - at))
        if len(ours) == len(theirs) == 1:
            yield from _piecewise(operator, ours[0], theirs[0], end - at)
        else:  # a part of a term is several pieces
            yield from _bitwise(operator, ours, theirs)
        at = end


def _ends(parts: Pieces) -> Iterator[int]:
    at = 0
    for _, _, bits in parts:
        at += bits
        yield at


def _piecewise(operator: str, left: Piece, right: Piece, bits: int) -> Iterator[Piece]:
    if left == right:
        yield left if operator != "xor" else (None, 0, bits)
        return
    if left[0] is None:
        left, right = right, left
    if right[0] is not None:
        yield _opaque(operator, left, right, bits), 0, bits
        return
    if left[0] is None:
        yield (
            None,
            {"and": left[1] & right[1], "or": left[1] | right[1], "xor": left[1] ^ right[1]}[operator],
            bits,
        )
        return
    yield from _masked(operator, left, right[1], bits)


def _masked(operator: str, left: Piece, mask: int, bits: int) -> Iterator[Piece]:
    """A piece with a number, in runs of equal bits of that."""
    at = 0
    while at < bits:
        one = mask >> at & 1
        rest = (~mask if one else mask) >> at
        run = min(bits - at, (rest & -rest).bit_length() - 1 if rest else bits)
        part: Piece = (left[0], left[1] + at, run)
        if (operator == "and" and not one) or (operator == "or" and one):
            yield None, (1 << run) - 1 if one else 0, run
        elif operator == "xor" and one:
            yield make("not", run, cat([part], run)), 0, run
        else:
            yield part
        at += run


def _opaque(operator: str, left: Piece, right: Piece, bits: int) -> Term:
    a, b = cat([left], bits), cat([right], bits)
    assert isinstance(a, Term) and isinstance(b, Term)
    return make(operator, bits, *sorted((a, b), key=lambda term: term.number))


def invert(value: int | Term, width: int) -> int | Term:
    if isinstance(value, Term) and value.kind == "not":
        inner: Term = value.args[0]
        return inner
    return bitwise("xor", value, (1 << width) - 1, width)


# ---- from the bottom up --------------------------------------------------------------------------------


def children(term: Term) -> Iterator[Term]:
    """The terms that a term is made of."""
    if term.kind == "sum":
        yield from (part for part, _ in term.args[1])
    elif term.kind == "cat":
        yield from (part for part, _, _ in term.args if part is not None)
    elif term.kind != "var":
        yield from (part for part in term.args if isinstance(part, Term))


def order(values: Iterable[int | Term]) -> list[Term]:
    """Every term below some values, and these, children first."""
    seen: set[Term] = set()
    left = [value for value in values if isinstance(value, Term)]
    while left:
        term = left.pop()
        if term not in seen:
            seen.add(term)
            left += children(term)
    return sorted(seen, key=lambda term: term.number)


def variables(*values: int | Term) -> list[Term]:
    return [term for term in order(values) if term.kind == "var"]
