"""Damage to good and bad specs, by someone who knows the grammar: a mutant is a list of tokens and what is between."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lark import Lark, UnexpectedInput

from tests.conftest import EXAMPLES, ROOT
from trampgen.resources import read_text
from trampgen.syntax.lines import Lines, TooManyWords
from trampgen.syntax.parse import keywords

Rng = random.Random
CHOICES = (
    "NAME", "NUMBER", "STRING", "MNEMONIC", "ASM_TEXT", "LABEL", "COMPARE", "SHIFT", "DOC", "BASE", "BITS", "BIT_FIELD",
)  # fmt: skip
_LARGEST = 20_000  # bytes of a seed: larger ones are about size alone

NUMBERS = [
    sign + str(value)
    for sign in ("", "-")
    for power in (0, 1, 5, 8, 14, 15, 16, 25, 26, 31, 32, 33, 62, 63, 64, 65, 128)
    for value in ((1 << power) - 1, 1 << power, (1 << power) + 1)
] + ["0x0", "0xffffffff", "0b1", "00", "1_000", "0x", "1e9", "9" * 300]
NAMES = [*keywords(), "int", "_", "r3", "r32", "s8", "u64", "x", "X", "cr0", "é", "a" * 101]
ODD = [
    "@", "@ha", "@l", "${", "}", "{", "(", ")", ";", "\n", "//", "///x\n", "//!", "/*", "*/", "#if", '"', '"\n',
    "..", "->", "&&", "||", "!", "~", "<<", ">>", "%", "= a b", ":", ",", ", ,", "\t", "\r\n", "\u00a0", "“", "€",
    "\u200b", "\\", "$", "${&x}", "${x@l}", "if 1 {", "} else {", "raw 0x1", "x:", "nop", "stdu r1, -16(r1)",
    "for n in 0..3 {", "patch x {", "} rest {", "} or y {", "pad nop", "literal x: u32 rest 1", "${x}", "x(r3, 1)",
    "macro x(r) {", "impossible a and b", "extern struct x", "x.y[1]", "reach x as written s32", "copy x[3:0]",
    "symbol x", 'symbol "x*"', "symbol x to y", "symbol x at x", 'symbol x except x because "y"', "from x",
    "at x {", "never at 0x3c of 64", "@lo12", "@pg_hi21", "x${n}", "[x1, #${x}]!",
]  # fmt: skip
BYTE_OPERANDS = [
    "[rbx + 8]", "byte ${x}", "[rbx + byte ${x}]", "reg ${x}", "gs:[0x28]", "dword ptr [rip + ${&x}]", "rsp", "ah",
    "xmm9", "[rsp*2]", "byte", "short 5",
]  # fmt: skip
BYTES = [
    b"\0", b"\x7f", b"\r", b"\x1b", b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    b"\xc2\x9b", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xc0\xaf",
]  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A token with its terminal's name, or what stands between two tokens (no name)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Seeds:
    """The specs to damage, each as pieces: those that compile, that have no syntax error, that have one.

    The pool is of all their tokens, by terminal."""

    good: tuple[tuple[Piece, ...], ...]
    sound: tuple[tuple[Piece, ...], ...]
    broken: tuple[tuple[Piece, ...], ...]
    pool: dict[str, list[str]]


@functools.cache
def grammar() -> Lark:
    """The grammar as text has it: the compiler's own parser may be prepared in another way."""
    text = read_text("grammars", "tramp.lark")
    return Lark(text, parser="lalr", lexer="contextual", postlex=Lines())


def seeds() -> Seeds:
    """All specs of examples/, tests/fail and tests/pass."""
    read = [(path, (ROOT / path).read_bytes().decode("utf-8", "replace")) for path in _paths()]
    specs = [(path, *pieces(text)) for path, text in read if 0 < len(text) <= _LARGEST]
    good = tuple(tuple(spec) for path, spec, whole in specs if whole and "fail" not in path.parts)
    sound = tuple(tuple(spec) for _, spec, whole in specs if whole)
    broken = tuple(tuple(spec) for _, spec, whole in specs if not whole)
    pool: dict[str, dict[str, None]] = {}
    for piece in (piece for _, spec, _ in specs for piece in spec if piece.kind):
        pool.setdefault(piece.kind, {})[piece.text] = None
    return Seeds(good, sound, broken, {kind: list(texts) for kind, texts in pool.items()})


def _paths() -> list[Path]:
    tops = (EXAMPLES, ROOT / "tests" / "fail", ROOT / "tests" / "pass")
    return [path.relative_to(ROOT) for top in tops for path in sorted(top.rglob("*.tramp"))]


def pieces(text: str) -> tuple[list[Piece], bool]:
    """A text as its own lexer reads it, and whether it could; what follows a syntax error is taken by lines."""
    found: list[Piece] = []
    end, whole = 0, True
    try:
        for token in grammar().parse_interactive(text).iter_parse():
            if token.start_pos is not None and token.end_pos is not None and token.start_pos >= end:
                found += [Piece("", text[end : token.start_pos]), Piece(token.type, str(token))]
                end = token.end_pos
    except (UnexpectedInput, TooManyWords):
        whole = False
    found += [Piece("", line) for line in text[end:].splitlines(keepends=True)]
    return [piece for piece in found if piece.text], whole


def mutant(given: Seeds, rng: Rng) -> bytes:
    """One of the specs with a few things changed, and sometimes with damaged bytes."""
    spec = list(rng.choice(rng.choices([given.good, given.sound, given.broken], [10, 9, 1])[0]))
    changes = MILD if rng.random() < 0.7 else [*MILD, *WILD]  # most texts should come past the parser
    for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 5, 8])):
        if spec:
            rng.choice(changes)(spec, given, rng)
    data = "".join(piece.text for piece in spec).encode("utf-8", "replace")
    return _damaged(data, rng) if rng.random() < 0.08 else data


def _damaged(data: bytes, rng: Rng) -> bytes:
    at = rng.randrange(len(data) + 1)
    match rng.randrange(5):
        case 0:
            return data[:at]
        case 1:
            return data.replace(b"\n", b"\r\n")
        case 2:
            return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
        case 3:
            return b"\xef\xbb\xbf" + data
    return data[:at] + rng.choice(BYTES) + data[at:]


# ---- changes: each is given the pieces, the seeds and the dice -----------------------------------------

Change = Callable[[list[Piece], Seeds, Rng], None]


def _some(spec: list[Piece], rng: Rng, *kinds: str) -> int:
    """The index of a token, of one of these kinds if there is any."""
    tokens = [i for i, piece in enumerate(spec) if piece.kind and (not kinds or piece.kind in kinds)]
    return rng.choice(tokens) if tokens else rng.randrange(len(spec))


def _delete(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    del spec[_some(spec, rng)]


def _duplicate(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    here = _some(spec, rng)
    spec[here:here] = [spec[here], Piece("", " ")]


def _swap(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    here, there = _some(spec, rng), _some(spec, rng)
    spec[here], spec[there] = spec[there], spec[here]


def _same_kind(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    here = _some(spec, rng, *CHOICES)
    kind = spec[here].kind
    if kind in given.pool:
        spec[here] = Piece(kind, rng.choice(given.pool[kind]))


def _any_kind(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    kind = rng.choice(list(given.pool))
    spec[_some(spec, rng)] = Piece(kind, f" {rng.choice(given.pool[kind])} ")


def _odd(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    here = _some(spec, rng)
    spec[here : here + rng.randrange(2)] = [Piece("", f" {rng.choice(ODD)} ")]


def _number(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    here = _some(spec, rng, "NUMBER")
    if spec[here].kind == "NUMBER":
        spec[here] = Piece("NUMBER", rng.choice(NUMBERS))


def _operand(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    here = _some(spec, rng, "ASM_TEXT")
    if spec[here].kind != "ASM_TEXT":
        return
    words = spec[here].text.split(",")
    words[rng.randrange(len(words))] = rng.choice(
        [*NUMBERS, "r3", "4(r1)", "cr1", " ", "${x}", *BYTE_OPERANDS]
    )
    spec[here] = Piece("ASM_TEXT", ",".join(words))


def _rename(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    """All uses of a name, or one of them."""
    old = spec[_some(spec, rng, "NAME", "LABEL")]
    new = Piece(old.kind, rng.choice([*NAMES, *given.pool["NAME"]]))
    everywhere = rng.random() < 0.5
    for index, piece in enumerate(spec):
        if piece == old and (everywhere or rng.random() < 0.3):
            spec[index] = new


def _brace(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    here = _some(spec, rng, "LBRACE", "RBRACE", "LPAR", "RPAR")
    spec[here : here + 1] = rng.choice([[], [spec[here]] * 2])


def _nest(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    here, depth = _some(spec, rng, "NUMBER", "NAME", "MNEMONIC"), rng.choice([1, 3, 40, 160, 2000])
    code = spec[here].kind == "MNEMONIC"
    blocks = [("if 1 { ", " }"), ("for n in 0..1 { ", " }"), ("patch x { ", " } rest { nop }")]
    left, right = rng.choice(blocks) if code else rng.choice([("(", ")"), ("-", ""), ("1 + (", ")")])
    spec[here] = Piece("", left * depth + spec[here].text + right * depth)


def _starts(spec: list[Piece], kind: str = "") -> list[int]:
    """Where statements begin, or those that begin with a terminal."""
    found, previous = [], "_NL"
    for index, piece in enumerate(spec):
        if piece.kind and piece.kind != "_NL":
            if previous in ("_NL", "LBRACE") and (piece.kind == kind or not kind):
                found.append(index)
            previous = piece.kind
        elif "\n" in piece.text:
            previous = "_NL"
    return found


def _block(spec: list[Piece], rng: Rng, kind: str = "") -> tuple[int, int]:
    """From the beginning of a statement to its end, or to that of the block that begins in it."""
    start, depth = rng.choice(_starts(spec, kind) or [rng.randrange(len(spec))]), 0
    for end in range(start, len(spec)):
        depth += (spec[end].text == "{") - (spec[end].text == "}")
        if depth < 0:
            return start, end
        if depth == 0 and end > start and (spec[end].text == "}" or "\n" in spec[end].text):
            return start, end + 1
    return start, len(spec)


def _splice(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    """A statement of another spec, mostly of the same kind, instead of one or before it."""
    here, end = _block(spec, rng)
    other = list(rng.choice(given.sound)) if rng.random() < 0.8 else spec
    kind = spec[here].kind if rng.random() < 0.9 else ""
    if _starts(other, kind):
        first, last = _block(other, rng, kind)
        spec[here : rng.choice([here, end])] = [*other[first:last], Piece("_NL", "\n")]


def _block_of(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    """A statement as the body of a block."""
    first, last = _block(spec, rng)
    open = rng.choice(
        ["for n in 1..3 {\n", "if 1 {\n", "patch z pad nop rest {\n", "patch z {\n", "macro z(r3) {\n"]
    )
    close = "\n} rest { nop }\n" if open == "patch z {\n" else "\n}\n"
    spec[first:last] = [Piece("", open), *spec[first:last], Piece("", close)]


def _remove(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    first, last = _block(spec, rng)
    del spec[first:last]


def _repeat(spec: list[Piece], given: Seeds, rng: Rng) -> None:
    first, last = _block(spec, rng)
    spec[first:first] = [*spec[first:last], Piece("_NL", "\n")] * rng.choice([1, 2, 30])


MILD: list[Change] = [
    _same_kind, _same_kind, _same_kind, _number, _number, _operand, _rename, _splice, _splice, _splice, _remove,
    _repeat, _block_of,
]  # fmt: skip
WILD: list[Change] = [_delete, _duplicate, _swap, _any_kind, _odd, _brace, _nest]
