"""QEMU's decodetree patterns (its docs/devel/decodetree.rst): lines to patterns in groups, with all that they inherit.

Every line is judged by itself, so that one run names all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trampgen.cubes.cube import Cube
from trampgen.decode.rows import Bits, Field, Of, Part
from trampgen.model.record import record

_NAME = r"[A-Za-z][A-Za-z0-9_]*"
_KINDS = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "arguments": r"&(\w*)",
        "format": r"@(\w*)",
        "field": r"%(\w*)",
        "renamed": rf"({_NAME})=%(\w*)",
        "constant": rf"({_NAME})=([+-]?[0-9]+)",
        "bits": r"[01.\-]+",
        "place": rf"({_NAME}):(s?)([0-9]+)",
        "position": r"([0-9]+):(s?)([0-9]+)",
        "function": r"!function=(\w+)",
    }.items()
}
_FIXED, _ONES, _IGNORED = (str.maketrans("01.-", to) for to in ("1100", "0100", "0001"))
_BRACKETS = ("{", "}", "[", "]")
_INDENT = 2  # columns for each group around a line


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that can't be, and why."""

    line: int
    message: str


class Unreadable(Exception):
    """Everything that is wrong with a file."""

    def __init__(self, found: list[Wrong]) -> None:
        super().__init__("\n".join(f"line {one.line}: {one.message}" for one in found))
        self.found = sorted(found, key=lambda one: one.line)


class _Refused(Exception):
    """What is wrong with the line that is being read."""


@record
class Pattern:
    """One row. `arguments` is the name of its set, "" for one that was made up; fields are in the set's order."""

    name: str
    cube: Cube
    fields: tuple[Field, ...]
    arguments: str
    line: int


@record
class Group:
    """`overlapping`: the first match counts. Otherwise no two members share a word."""

    overlapping: bool
    members: list[Pattern | Group]
    line: int

    def patterns(self) -> Iterator[Pattern]:
        """All rows in the order in which they are tried."""
        for member in self.members:
            if isinstance(member, Pattern):
                yield member
            else:
                yield from member.patterns()


@dataclass(slots=True)
class _Line:
    """What the words of a format or pattern say; `width` bits of it so far."""

    mask: int = 0
    value: int = 0
    ignored: int = 0
    width: int = 0
    fields: dict[str, Field] = field(default_factory=dict)
    arguments: str | None = None
    format: str | None = None

    def shift(self, count: int) -> None:
        self.mask, self.value, self.ignored = (
            bits << count for bits in (self.mask, self.value, self.ignored)
        )
        self.width += count

    def add(self, name: str, what: Field) -> None:
        if name in self.fields:
            raise _Refused(f"the field {name} is there twice")
        self.fields[name] = Field(name, what.parts, what.scale, what.constant, what.function)


def parse(text: str, width: int = 32) -> Group:
    """The patterns of a file, whose instructions have `width` bits. Raises Unreadable."""
    return _Reader(width).read(text)


class _Reader:
    """Definitions so far, and the groups that are open."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.fields: dict[str, Field] = {}
        self.arguments: dict[str, tuple[str, ...]] = {}
        self.formats: dict[str, _Line] = {}
        self.groups = [Group(False, [], 0)]
        self.wrong: list[Wrong] = []

    def read(self, text: str) -> Group:
        last = 0
        for last, indent, words in _lines(text):
            try:
                self._line(last, indent, words)
            except _Refused as refused:
                self.wrong.append(Wrong(last, str(refused)))
        if len(self.groups) > 1:
            self.wrong.append(Wrong(self.groups[-1].line, "this group is not closed"))
        if self.wrong:
            raise Unreadable(self.wrong)
        return self.groups[0]

    def _line(self, line: int, indent: int, words: list[str]) -> None:
        first, *rest = words
        closing = first in ("}", "]")
        wanted = _INDENT * max(len(self.groups) - 1 - closing, 0)
        if indent != wanted:
            self.wrong.append(Wrong(line, f"indented by {indent}, not by {wanted}"))
        if first in _BRACKETS and rest:
            raise _Refused(f"nothing may follow {first}")
        if closing:
            self._close(first)
        elif first in ("{", "["):
            self._open(first, line)
        else:
            self._definition(line, first, rest)

    def _open(self, bracket: str, line: int) -> None:
        group = Group(bracket == "{", [], line)
        self.groups[-1].members.append(group)
        self.groups.append(group)

    def _close(self, bracket: str) -> None:
        if len(self.groups) == 1:
            raise _Refused(f"no group is open that {bracket} could close")
        group = self.groups.pop()
        if group.overlapping != (bracket == "}"):
            raise _Refused(f"{bracket} closes the other kind of group, of line {group.line}")
        if not group.members:
            raise _Refused("this group is empty")

    def _definition(self, line: int, first: str, rest: list[str]) -> None:
        kind, name = first[0], first[1:]
        if kind == "%":
            _once(self.fields, name, "field")
            self.fields[name] = self._field(name, rest)
        elif kind == "&":
            _once(self.arguments, name, "argument set")
            self.arguments[name] = _arguments(rest)
        elif kind == "@":
            _once(self.formats, name, "format")
            self.formats[name] = self._format(rest)
        elif re.fullmatch(r"\w+", first, re.ASCII):
            self.groups[-1].members.append(self._pattern(first, line, rest))
        else:
            raise _Refused(f"`{first}` begins no definition")

    def _field(self, name: str, words: list[str]) -> Field:
        parts: list[Part] = []
        function = None
        for word in words:
            if found := _KINDS["function"].fullmatch(word):
                if function is not None:
                    raise _Refused("two functions")
                function = found[1]
            else:
                parts.append(self._part(word))
        if not parts and function is None:
            raise _Refused(f"the field {name} has no value")
        if sum(part.width for part in parts) > self.width:
            raise _Refused(f"the field {name} has more bits than an instruction")
        if _overlap(parts):
            raise _Refused(f"parts of the field {name} overlap")
        return Field(name, tuple(parts), 0, 0, function)

    def _part(self, word: str) -> Part:
        if found := _KINDS["position"].fullmatch(word):
            bits = Bits(int(found[1]), int(found[3]), bool(found[2]))
            if bits.low + bits.width > self.width or not bits.width:
                raise _Refused(f"{word} is not in an instruction of {self.width} bits")
            return bits
        if found := _KINDS["place"].fullmatch(word):
            return Of(found[1], int(found[3]), bool(found[2]))
        raise _Refused(f"`{word}` is no part of a field")

    def _format(self, words: list[str]) -> _Line:
        said = self._words(words)
        if said.format is not None:
            raise _Refused("a format can't refer to a format")
        if said.width:
            self._whole(said)
        _masks(said)
        if said.arguments is not None:
            _in_set(said.fields, said.arguments, self.arguments[said.arguments])
        return said

    def _pattern(self, name: str, line: int, words: list[str]) -> Pattern:
        said = self._words(words)
        self._whole(said)
        if said.format is not None:
            self._inherit(said, self.formats[said.format])
        _masks(said)
        left = (1 << self.width) - 1 & ~(said.mask | said.ignored | _places(said.fields))
        if left:
            raise _Refused(f"nothing is said of the bits {left:#x}")
        order = tuple(said.fields) if said.arguments is None else self.arguments[said.arguments]
        _in_set(said.fields, said.arguments or "", order)
        missing = [one for one in order if one not in said.fields]
        if missing:
            raise _Refused(f"no value for {', '.join(missing)}")
        fields = tuple(said.fields[one] for one in order)
        _referred(fields)
        cube = Cube(said.mask, said.value, self.width)
        return Pattern(name, cube, fields, said.arguments or "", line)

    def _whole(self, said: _Line) -> None:
        if said.width == self.width:
            return
        several = said.width and not said.width % 8 and said.width < self.width
        why = "; instructions of several widths (--varinsnwidth) are not read" if several else ""
        raise _Refused(f"{said.width} bits, not {self.width}{why}")

    def _inherit(self, said: _Line, base: _Line) -> None:
        if said.arguments is not None:
            raise _Refused("both a format and an argument set")
        if said.mask & base.mask:
            raise _Refused(f"bits {said.mask & base.mask:#x} are fixed here and in @{said.format}")
        if base.width not in (0, said.width):
            raise _Refused(f"@{said.format} has another width")
        twice = [name for name in said.fields if name in base.fields]
        if twice:
            raise _Refused(f"{', '.join(twice)} both here and in @{said.format}")
        # A set that the format did not name is that of its own fields: a pattern can't add to it.
        said.arguments = base.arguments
        if base.arguments is None:
            _in_set(said.fields, "", tuple(base.fields))
        said.mask |= base.mask
        said.value |= base.value
        said.ignored |= base.ignored
        said.fields = base.fields | said.fields

    def _words(self, words: list[str]) -> _Line:
        said = _Line()
        for word in words:
            kind, found = _kind(word)
            if kind == "bits":
                said.shift(len(word))
                said.mask |= int(word.translate(_FIXED), 2)
                said.value |= int(word.translate(_ONES), 2)
                said.ignored |= int(word.translate(_IGNORED), 2)
            elif kind == "place":
                width = int(found[3])
                if not width or said.width + width > self.width:
                    raise _Refused(f"{word} is not in an instruction of {self.width} bits")
                low = self.width - said.width - width
                said.add(found[1], Field(found[1], (Bits(low, width, bool(found[2])),)))
                said.shift(width)
            elif kind == "constant":
                said.add(found[1], Field(found[1], constant=int(found[2])))
            elif kind in ("field", "renamed"):
                said.add(found[1], _known(self.fields, found[found.re.groups], "field"))
            elif kind == "arguments":
                said.arguments = _first(said.arguments, found[1], self.arguments, "argument set")
            else:
                said.format = _first(said.format, found[1], self.formats, "format")
        return said


def _lines(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Number, indentation and words of each logical line: a backslash at the end goes on in the next."""
    words: list[str] = []
    start = indent = 0
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip().expandtabs()
        found = line.partition("#")[0].split()
        if not words:
            start, indent = number, len(line) - len(line.lstrip())
        words += found
        if words and words[-1] == "\\":
            words.pop()
        elif words:
            yield start, indent, words
            words = []
    if words:
        yield start, indent, words


def _kind(word: str) -> tuple[str, re.Match[str]]:
    for kind in ("arguments", "format", "field", "renamed", "constant", "bits", "place"):
        if found := _KINDS[kind].fullmatch(word):
            return kind, found
    raise _Refused(f"`{word}` is no part of a pattern")


def _arguments(words: list[str]) -> tuple[str, ...]:
    names = [word.partition(":")[0] for word in words if word != "!extern"]
    for word in words:
        if word != "!extern" and not re.fullmatch(rf"{_NAME}(:{_NAME})?", word):
            raise _Refused(f"`{word}` is no argument")
    if len(set(names)) < len(names):
        raise _Refused("an argument is there twice")
    return tuple(names)


def _once(known: Mapping[str, object], name: str, what: str) -> None:
    if name in known:
        raise _Refused(f"there is another {what} {name}")


def _known(known: Mapping[str, Field], name: str, what: str) -> Field:
    if name not in known:
        raise _Refused(f"there is no {what} {name}")
    return known[name]


def _first(before: str | None, name: str, known: Mapping[str, object], what: str) -> str:
    if before is not None:
        raise _Refused(f"more than one {what}")
    if name not in known:
        raise _Refused(f"there is no {what} {name}")
    return name


def _overlap(parts: list[Part]) -> bool:
    masks = [part.mask for part in parts if isinstance(part, Bits)]
    return sum(mask.bit_count() for mask in masks) > _union(masks).bit_count()


def _union(masks: list[int]) -> int:
    all_bits = 0
    for mask in masks:
        all_bits |= mask
    return all_bits


def _places(fields: Mapping[str, Field]) -> int:
    return _union([bits.mask for one in fields.values() for bits in one.bits])


def _masks(said: _Line) -> None:
    """A bit is fixed, in a field, or ignored."""
    places = _places(said.fields)
    for one, other, what in (
        (places, said.mask, "in a field and fixed"),
        (places, said.ignored, "in a field and ignored"),
        (said.mask, said.ignored, "fixed and ignored"),
    ):
        if one & other:
            raise _Refused(f"bits {one & other:#x} are {what}")


def _in_set(fields: Mapping[str, Field], name: str, arguments: tuple[str, ...]) -> None:
    unknown = [one for one in fields if one not in arguments]
    if unknown:
        raise _Refused(f"{', '.join(unknown)} not in the argument set {name}".rstrip())


def _referred(fields: tuple[Field, ...]) -> None:
    """Fields made from others: those must be there, and none may be made from itself."""
    needs = {one.name: one.needs for one in fields}
    for name, wanted in needs.items():
        missing = [one for one in wanted if one not in needs]
        if missing:
            raise _Refused(f"{name} refers to {', '.join(missing)}, which is not there")
    while ready := [name for name, wanted in needs.items() if not any(one in needs for one in wanted)]:
        needs = {name: wanted for name, wanted in needs.items() if name not in ready}
    if needs:
        raise _Refused(f"{', '.join(needs)} {'is' if len(needs) == 1 else 'are'} made from each other")
