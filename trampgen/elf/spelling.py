"""Types as C spells them, around a name."""

from __future__ import annotations

from trampgen.elf.errors import BadElf
from trampgen.elf.types import QUALIFIERS, Type, Types

_DEEPEST = 50  # pointers, arrays and functions around one name
_LONGEST = 4000  # characters: functions may take functions that take functions
_KEYWORD = {"atomic": "_Atomic"}
_IN_FRONT = ("const", "volatile", "restrict", "_Atomic")

# Compilers put the words of a type into orders of their own.
_BASES = {
    "long unsigned int": "unsigned long", "long int": "long", "short unsigned int": "unsigned short",
    "short int": "short", "long long unsigned int": "unsigned long long", "long long int": "long long",
    "__int128 unsigned": "unsigned __int128", "_Bool": "_Bool", "bool": "_Bool",
}  # fmt: skip


def spellings(name: str) -> tuple[str, ...]:
    """How compilers may write the name of a type."""
    return name, *(theirs for theirs, ours in _BASES.items() if ours == name and theirs != name)


def declared(types: Types, at: int | None, name: str, body: str = "") -> str:
    """A declaration: `unsigned long gpr[32]`. `body` stands for what a type without a name holds."""
    return _joined(*_around(types, at, body, 0), name)


def _around(types: Types, at: int | None, body: str, depth: int) -> tuple[str, str]:
    """What stands before a name and after it."""
    if depth > _DEEPEST:
        raise BadElf("a type nests without end")
    if at is None:
        return "void", ""
    found = types.type(at)
    match found.kind:
        case "pointer":
            return _pointer(types, found, body, depth)
        case "array":
            before, after = _around(types, found.target, body, depth + 1)
            return before, "".join(f"[{'' if c is None else c}]" for c in found.counts) + after
        case "function":
            before, after = _around(types, found.target, body, depth + 1)
            space = "" if before.endswith("*") else " "
            return f"{before}{space}", f"({_arguments(types, found, depth)}){after}"
    if found.kind in QUALIFIERS:
        return _qualified(types, found, body, depth)
    return _word(found, body), ""


def _pointer(types: Types, found: Type, body: str, depth: int) -> tuple[str, str]:
    before, after = _around(types, found.target, body, depth + 1)
    space = "" if before.endswith(("*", " ")) else " "
    if _binds_tighter(types, found.target):
        return f"{before}{space}(*", f"){after}"
    return f"{before}{space}*", after


def _binds_tighter(types: Types, at: int | None) -> bool:
    """Whether what a pointer points to stands after the name: arrays and functions."""
    for _ in range(_DEEPEST):
        if at is None:
            return False
        found = types.type(at)
        if found.kind not in QUALIFIERS:
            return found.kind in ("array", "function")
        at = found.target
    raise BadElf("a type nests without end")


def _qualified(types: Types, found: Type, body: str, depth: int) -> tuple[str, str]:
    before, after = _around(types, found.target, body, depth + 1)
    word = _KEYWORD.get(found.kind, found.kind)
    if before.endswith("*"):
        return f"{before}{word}", after
    if after.startswith("["):  # it is of the elements, which say so themselves
        return before, after
    words = before.split(" ")
    rest = next(at for at, one in enumerate([*words, ""]) if one not in _IN_FRONT)
    return " ".join([*sorted({word, *words[:rest]}, key=_IN_FRONT.index), *words[rest:]]), after


def _arguments(types: Types, found: Type, depth: int) -> str:
    given = [_joined(*_around(types, at, "", depth + 1)) for at in found.arguments]
    if found.open and given:
        given.append("...")
    text = ", ".join(given) if given or found.open else "void"
    if len(text) > _LONGEST:
        raise BadElf("the type of a function goes on without end")
    return text


def _joined(before: str, after: str, name: str = "") -> str:
    tight = before.endswith(("*", " ")) or not (name or after.startswith("["))
    return f"{before}{'' if tight else ' '}{name}{after}"


def _word(found: Type, body: str) -> str:
    if found.kind in ("struct", "union", "enum"):
        return f"{found.kind} {found.name}" if found.name else f"{found.kind} {body or '{ … }'}"
    name = found.name or "void"
    return _BASES.get(name, name)
