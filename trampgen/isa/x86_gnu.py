"""Statements of x86 for GNU as, which chooses the forms of instructions by itself: what to write so that it takes ours.

A symbol that is set only behind the code gets the long form of an operand, one that is set before it the short one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from trampgen.isa.x86_encoded import BRANCHES, NOPS, has_near
from trampgen.isa.x86_operands import register
from trampgen.isa.x86_reading import REGISTERS, SIZES, Memory, Register, operand

PREFIX = "tramp."  # begins the names of symbols, of which some would be operators or registers
_KNOWN = "known."  # the same, of those that are set before the code
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*\b(?! ptr)")
_WORDS = frozenset(("ptr", "offset", *SIZES, *REGISTERS))
_BRANCH = re.compile(r"(?:(short|near) )?(.*)")
_KEYWORD = re.compile(r"\b(byte|reg) (?!ptr\b)(\([^()]*\)|[^\s,\]]+)")


def settings(numbers: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """The directives before the code and those behind it that give symbols their values."""
    early = [f".set {_KNOWN}{name}, {value}" for name, value in sorted(numbers.items())]
    return early, [f".set {PREFIX}{name}, {value}" for name, value in sorted(numbers.items())]


def text(bits: int, said: str, numbers: Mapping[str, int]) -> str:
    """A line in GNU's dialect; `numbers` are those of params and externs, anything of one that is an address."""
    name, _, rest = said.partition(" ")
    if name in NOPS and not rest:
        return ".byte " + ", ".join(f"{byte:#x}" for byte in bytes.fromhex(NOPS[name]))
    if name in BRANCHES and rest and not _is_indirect(rest):
        return _branch(name, rest, numbers)
    if not any(one in numbers for one in _NAME.findall(rest)):
        return f"{name} {_without_keywords(_prefixed(rest, numbers) if '[rip' in rest else rest)}".strip()
    operands = [one.strip() for one in rest.split(",")]
    short = "{disp8} " if any("[" in one and _KEYWORD.search(one) for one in operands) else ""
    return f"{short}{name} {', '.join(_operand(bits, one, operands, numbers) for one in operands)}"


def _branch(name: str, rest: str, numbers: Mapping[str, int]) -> str:
    """An address is set to where its branch stands: GNU as would make that short."""
    match = _BRANCH.fullmatch(rest)
    assert match is not None
    distance, target = match.group(1), _prefixed(match.group(2), numbers)
    is_param = any(one in numbers for one in _NAME.findall(match.group(2)))
    if distance == "near" or (not distance and is_param and has_near(name)):
        return f"{{disp32}} {name} {target}"
    return f"{name} {'short ' if distance and name == 'jmp' else ''}{target}"


def _prefixed(text: str, numbers: Mapping[str, int]) -> str:
    """The names of params and labels as they are here; a label stands in an address relative to rip, too."""

    def prefixed(found: re.Match[str]) -> str:
        name = found.group()
        return name if name in _WORDS and name not in numbers else PREFIX + name

    return _NAME.sub(prefixed, text)


def _is_indirect(rest: str) -> bool:
    return isinstance(operand(rest), Register | Memory) or "[" in rest or rest.startswith("reg ")


def _without_keywords(rest: str) -> str:
    return _KEYWORD.sub(lambda match: match.group(2), rest)


def _operand(bits: int, one: str, every: list[str], numbers: Mapping[str, int]) -> str:
    match = _KEYWORD.search(one)
    if match is not None and match.group(1) == "reg":
        return _register(bits, match.group(2), every, numbers)
    if match is not None:
        early = _NAME.sub(lambda found: _KNOWN + found.group(), match.group(2))
        return one[: match.start()] + early + one[match.end() :]
    opened = any(name in numbers for name in _NAME.findall(one)) and one not in REGISTERS
    text = _prefixed(one, numbers) if opened else one
    return f"offset {text}" if opened and "[" not in one else text


def _register(bits: int, chosen: str, every: list[str], numbers: Mapping[str, int]) -> str:
    """The register that a param chooses, as wide as the other operand."""
    size = next(_sizes(every), bits // 8)
    kind = register(bits, size)
    (name,) = _NAME.findall(chosen)
    added = re.search(r"([+-]) (\d+)\)$", chosen)
    number = (numbers[name]) + (int("".join(added.groups())) if added else 0)
    return kind.names[number & 7] if kind is not None else chosen


def _sizes(every: list[str]) -> Iterator[int]:
    for found in map(operand, every):
        if isinstance(found, Register | Memory) and found.size:
            yield found.size
