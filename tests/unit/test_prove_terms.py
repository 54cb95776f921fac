"""Terms and p-code over them: what is simplified is the same for every number, and is what z3 takes it for."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from trampgen.prove import terms
from trampgen.prove.domain import PCODE, Value, bounds, choose, subpiece
from trampgen.prove.terms import Term, add, concat, extract, linear, sum_of, var
from trampgen.prove.valuation import evaluate, replaced

NAMES = {8: ["a8", "b8"], 16: ["a16", "b16"], 32: ["a32", "b32"], 64: ["a64", "b64"]}
SAME_WIDTH = [
    "INT_ADD", "INT_SUB", "INT_MULT", "INT_AND", "INT_OR", "INT_XOR", "INT_LEFT", "INT_RIGHT", "INT_SRIGHT",
    "INT_DIV", "INT_REM", "INT_SDIV", "INT_SREM",
]  # fmt: skip
ONE = ["INT_2COMP", "INT_NEGATE", "POPCOUNT", "LZCOUNT"]
COMPARISONS = [
    "INT_EQUAL", "INT_NOTEQUAL", "INT_LESS", "INT_LESSEQUAL", "INT_SLESS", "INT_SLESSEQUAL", "INT_CARRY", "INT_SCARRY",
    "INT_SBORROW",
]  # fmt: skip
TRUTHS = ["BOOL_AND", "BOOL_OR", "BOOL_XOR"]


class Grown:
    """An expression as a term, and what it is for numbers, computed beside it."""

    def __init__(self, drawn: random.Random) -> None:
        self.drawn = drawn
        self.numbers = {name: self.number(bits) for bits, names in NAMES.items() for name in names}

    def number(self, bits: int) -> int:
        special = [0, 1, (1 << bits) - 1, 1 << bits - 1, 0xFF, 0xFFFF & (1 << bits) - 1]
        return (
            self.drawn.choice([*special, *(self.drawn.getrandbits(bits) for _ in range(6))]) & (1 << bits) - 1
        )

    def leaf(self, bits: int) -> tuple[Value, int]:
        if self.drawn.random() < 0.3:
            number = self.number(bits)
            return number, number
        name = self.drawn.choice(NAMES[bits])
        return var(name, bits), self.numbers[name]

    def grow(self, bits: int, depth: int) -> tuple[Value, int]:
        if not depth:
            return self.leaf(bits)
        kind = self.drawn.choice(
            ["same", "same", "same", "one", "truth", "extended", "cut", "joined", "shifted"]
        )
        if kind == "same":
            name = self.drawn.choice(SAME_WIDTH)
            return self.apply(
                name, [self.grow(bits, depth - 1), self.grow(bits, depth - 1)], [bits, bits], bits
            )
        if kind == "one":
            return self.apply(self.drawn.choice(ONE), [self.grow(bits, depth - 1)], [bits], bits)
        if kind == "truth":
            return self.truth(bits, depth)
        if kind == "extended" and bits > 8:
            narrow = self.drawn.choice([width for width in NAMES if width < bits])
            name = self.drawn.choice(["INT_ZEXT", "INT_SEXT"])
            return self.apply(name, [self.grow(narrow, depth - 1)], [narrow], bits)
        if kind == "cut" and bits < 64:
            wide = self.drawn.choice([width for width in NAMES if width > bits])
            value, number = self.grow(wide, depth - 1)
            drop = self.drawn.randrange((wide - bits) // 8 + 1)
            return subpiece(value, wide, drop, bits), subpiece_of(number, drop, bits)
        if kind == "joined" and bits > 8:
            half = bits // 2
            return self.apply(
                "PIECE", [self.grow(half, depth - 1), self.grow(half, depth - 1)], [half, half], bits
            )
        value, number = self.grow(bits, depth - 1)
        count = self.drawn.randrange(bits + 2)
        name = self.drawn.choice(["INT_LEFT", "INT_RIGHT", "INT_SRIGHT"])
        return self.apply(name, [(value, number), (count, count)], [bits, 32], bits)

    def truth(self, bits: int, depth: int) -> tuple[Value, int]:
        wide = self.drawn.choice(list(NAMES))
        operands = [self.grow(wide, depth - 1), self.grow(wide, depth - 1)]
        one = self.apply(self.drawn.choice(COMPARISONS), operands, [wide, wide], 8)
        two = self.apply(self.drawn.choice(COMPARISONS), operands[::-1], [wide, wide], 8)
        both = self.apply(self.drawn.choice(TRUTHS), [one, two], [8, 8], 8)
        return both if bits == 8 else self.apply("INT_ZEXT", [both], [8], bits)

    def apply(
        self, name: str, operands: list[tuple[Value, int]], bits: list[int], width: int
    ) -> tuple[Value, int]:
        values, numbers = zip(*operands, strict=True)
        result = PCODE[name](list(numbers), bits, width)
        assert isinstance(result, int)
        assert 0 <= result < 1 << width, name
        return PCODE[name](list(values), bits, width), result


def subpiece_of(number: int, drop: int, bits: int) -> int:
    return number >> 8 * drop & (1 << bits) - 1


@pytest.mark.parametrize("seed", range(40))
def test_simplified_is_the_same_number(seed: int) -> None:
    for attempt in range(60):
        grown = Grown(random.Random(f"{seed} {attempt}"))
        bits = grown.drawn.choice(list(NAMES))
        value, number = grown.grow(bits, grown.drawn.randrange(1, 6))
        assert evaluate([value], grown.numbers) == [number]
        low, high = bounds(value, bits)
        assert low <= number <= high
        some: Mapping[str, Value] = {
            name: n for name, n in grown.numbers.items() if grown.drawn.random() < 0.5
        }
        assert evaluate([replaced(value, some)], grown.numbers) == [number]
        constant, parts = linear(value)
        assert evaluate([sum_of(constant, parts, bits)], grown.numbers) == [number]


@pytest.mark.parametrize("seed", range(6))
def test_z3_takes_it_for_the_same(seed: int) -> None:
    z3 = pytest.importorskip("z3")
    from trampgen.prove.solve import _translated

    for attempt in range(20):
        grown = Grown(random.Random(f"z3 {seed} {attempt}"))
        bits = grown.drawn.choice(list(NAMES))
        value, number = grown.grow(bits, grown.drawn.randrange(1, 5))
        known: dict[Term, object] = {}
        for term in terms.order([value]):
            known[term] = _translated(term, known)
        if isinstance(value, Term):
            given = [
                (z3.BitVec(name, width), z3.BitVecVal(grown.numbers[name], width))
                for width in NAMES
                for name in NAMES[width]
            ]
            assert z3.simplify(z3.substitute(known[value], *given)).as_long() == number


def test_a_register_taken_apart_and_put_together_is_itself() -> None:
    register = var("a32", 32)
    parts = [(extract(register, 4 * n, 4), 4) for n in range(8)]
    assert concat(parts) is register


def test_halves_with_a_carry_are_the_sum() -> None:
    high, low = var("h", 16), var("l", 16)
    shifted = PCODE["INT_LEFT"]([terms.sext(high, 16, 64), 16], [64, 32], 64)
    code = add(add(var("a64", 64), shifted, 64), terms.sext(low, 16, 64), 64)
    given = add(add(terms.sext(low, 16, 64), terms.sext(high, 16, 64), 64, 1 << 16), var("a64", 64), 64)
    assert code is given


def test_choose() -> None:
    assert choose(1, 2, 3, 8) == 2
    picked = choose(var("c", 1), var("a8", 8), 7, 8)
    assert evaluate([picked], {"c": 1, "a8": 5}) == [5]
    assert evaluate([picked], {"c": 0, "a8": 5}) == [7]
