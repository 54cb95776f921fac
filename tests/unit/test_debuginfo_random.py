"""Random structs: nested, packed, aligned, with arrays and bit-fields, against the compiler's own answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import need
from tests.objects import PREAMBLE, answered, answers, compiled, ones
from trampgen.elf.debuginfo import DebugInfo, sources
from trampgen.elf.file import Elf
from trampgen.elf.types import Member, Struct, everything, offset_of
from trampgen.facts.show import definition
from trampgen.model.record import record

CONFIGURATIONS = [
    ("gcc", "-gdwarf-5"), ("gcc", "-gdwarf-3"), ("gcc", "-gbtf"), ("powerpc64-linux-gnu-gcc", "-gdwarf-4"),
    ("powerpc64-linux-gnu-gcc", "-gbtf"), ("powerpc-linux-gnu-gcc", "-gdwarf-2"), ("i686-linux-gnu-gcc", "-gdwarf-5"),
    ("arm-linux-gnueabi-gcc", "-gdwarf-5"), ("clang", "-gdwarf-5"),
]  # fmt: skip
SCALARS = {
    "char": 8,
    "u8": 8,
    "short": 16,
    "u16": 16,
    "int": 32,
    "u32": 32,
    "long": 32,
    "u64": 64,
    "void *": 0,
}


@record
class Node:
    """A member: `kind` is a scalar type, struct or union; `bits` of a bit-field."""

    kind: str
    name: str
    counts: tuple[int, ...]
    bits: int
    attribute: str
    members: tuple[Node, ...]

    def text(self) -> str:
        counts = "".join(f"[{count}]" for count in self.counts)
        bits = f":{self.bits}" if self.bits else ""
        if self.kind in ("struct", "union"):
            inside = " ".join(member.text() for member in self.members)
            return f"{self.kind} {self.attribute} {{ {inside} }} {self.name}{counts};"
        return f"{self.kind} {self.name}{counts}{bits} {self.attribute};"

    def paths(self) -> Iterator[tuple[str, bool]]:
        """Names that lead to it and what is in it; whether it is a bit-field."""
        own = self.name + "".join(f"[{count - 1}]" for count in self.counts)
        if self.name:
            yield own, bool(self.bits)
        for member in self.members:
            for path, is_bits in member.paths():
                yield f"{own}.{path}" if self.name else path, is_bits


@st.composite
def nodes(draw: st.DrawFn, names: Iterator[int], depth: int = 0) -> Node:
    number = next(names)
    compound = depth < 3 and draw(st.integers(0, 3)) == 0
    attributes = ["", "", "", "__attribute__((aligned(16)))"]
    if compound:
        kind = draw(st.sampled_from(["struct", "union"]))
        members = tuple(draw(nodes(names, depth + 1)) for _ in range(draw(st.integers(1, 4))))
        name = f"m{number}" if draw(st.booleans()) else ""
        counts = draw(st.sampled_from([(), (), (3,)])) if name else ()
        attribute = draw(st.sampled_from([*attributes, "__attribute__((packed))"]))
        return Node(kind, name, counts, 0, attribute, members)
    kind = draw(st.sampled_from(sorted(SCALARS)))
    bits = draw(st.integers(1, SCALARS[kind])) if SCALARS[kind] and draw(st.integers(0, 2)) == 0 else 0
    counts = () if bits else draw(st.sampled_from([(), (), (), (1,), (5,), (2, 3)]))
    return Node(kind, f"m{number}", counts, bits, "" if bits else draw(st.sampled_from(attributes)), ())


@st.composite
def structs(draw: st.DrawFn) -> Node:
    names = iter(range(10_000))
    kind = draw(st.sampled_from(["struct", "struct", "struct", "union"]))
    members = tuple(draw(nodes(names)) for _ in range(draw(st.integers(1, 8))))
    return Node(kind, "", (), 0, draw(st.sampled_from(["", "", "__attribute__((packed))"])), members)


def found(struct: Struct | None, path: str) -> Member | None:
    """The member that a path without its last indices names."""
    *before, last = path.split(".")
    for name in before:
        assert struct is not None
        struct = next(one for one in everything(struct) if one.name == name.split("[")[0]).inner()
    return (
        next((one for one in everything(struct) if one.name == last.split("[")[0]), None) if struct else None
    )


def held(made: list[Node], info: DebugInfo, elf: Elf) -> None:
    expected = iter(answered(elf))
    for number, node in enumerate(made):
        struct = info.struct(f"{node.kind} s{number}")
        assert struct is not None
        assert struct.size == next(expected)
        for path, is_bits in node.paths():
            if not is_bits:
                value = next(expected)
                if not (info.flattens and "][" in path):
                    assert offset_of(struct, path) == value, path
            elif "[" not in path:
                member = found(struct, path)
                assert member is not None
                assert member.bits is not None or member.size == len(ones(elf, bits_name(number, path))) // 8
                outer = offset_of(struct, path.rpartition(".")[0]) or 0
                start = member.bits.offset if member.bits else 8 * member.offset
                size = member.bits.size if member.bits else 8 * (member.size or 0)
                start += 8 * outer
                assert ones(elf, bits_name(number, path)) == set(range(start, start + size)), path


def bits_name(number: int, path: str) -> str:
    return f"ones_{number}_{path.replace('.', '_')}"


def text(made: list[Node], instead: Sequence[str] = ()) -> str:
    """The structs, or other declarations of them, variables with one bit-field of ones each, and the answers."""
    lines, asked = [PREAMBLE], []
    for number, node in enumerate(made):
        tag = f"{node.kind} s{number}"
        inside = " ".join(member.text() for member in node.members)
        own = f"{node.kind} {node.attribute} s{number} {{ {inside} }}; {tag} variable{number};"
        lines.append(instead[number] if instead else own)
        asked.append(f"sizeof({tag})")
        for path, is_bits in node.paths():
            if not is_bits:
                asked.append(f"offsetof({tag}, {path})")
            elif "[" not in path:
                lines.append(f"{tag} {bits_name(number, path)} = {{ .{path} = -1 }};")
    return "\n".join([*lines, answers(asked)])


@pytest.mark.parametrize(("compiler", "flag"), CONFIGURATIONS, ids=[" ".join(one) for one in CONFIGURATIONS])
@given(made=st.lists(structs(), min_size=1, max_size=6))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_structs(compiler: str, flag: str, made: list[Node], tmp_path: Path) -> None:
    if compiler == "clang" and shutil.which(compiler) is None:
        pytest.skip("needs clang")
    need(compiler)
    elf = Elf(str(compiled(compiler, text(made), tmp_path / "a.o", (flag,))))
    held(made, sources(elf)[0], elf)


@pytest.mark.parametrize("compiler", ["gcc", "i686-linux-gnu-gcc", "powerpc64-linux-gnu-gcc"])
@given(made=st.lists(structs(), min_size=1, max_size=6))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_printed_has_the_same_layout(compiler: str, made: list[Node], tmp_path: Path) -> None:
    """Packed, aligned and moved members come out where they were, though nobody says how."""
    need(compiler)
    info = sources(Elf(str(compiled(compiler, text(made), tmp_path / "a.o"))))[0]
    printed: list[str] = []
    for number, node in enumerate(made):
        struct = info.struct(f"{node.kind} s{number}")
        assert struct is not None
        printed.append(f"{definition(struct)} {node.kind} s{number} variable{number};")
        assert "no declaration" not in printed[-1]
    again = Elf(str(compiled(compiler, text(made, printed), tmp_path / "b.o")))
    held(made, info, again)
