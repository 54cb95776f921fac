"""Nothing that a spec says exhausts the compiler: each hostile text is compiled or refused, soon and with a place."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Compiled, compile_file
from tests.processes import at_most
from trampgen.diagnostics.text import render

Compile = Callable[..., Compiled]
SECONDS = 4  # of CPU time: twice what a quiet machine may take


def chain(count: int, value: Callable[[int], str]) -> str:
    return "const " + ", ".join(f"A{n} = {value(n)}" for n in range(count))


def code(*lines: str, name: str = "s", params: str = "") -> str:
    body = "\n".join(lines)
    return f"stub {name} {{\n{params}\ncode {{\n{body}\n}} }}\n"


def axes(count: int) -> str:
    return "".join(f'variant v{n} {{ a{n} when "A{n}"; b{n} }}\n' for n in range(count))


def members(count: int, body: Callable[[int], str], extra: str = "") -> str:
    stubs = "".join(code(body(n), name=f"member{n}") for n in range(count))
    return f"{stubs}family f {{ members {', '.join(f'member{n}' for n in range(count))}{extra} }}\n"


def table(count: int, row: Callable[[int], str], extra: str = "") -> str:
    rows = "".join(f"r{n} = {row(n)}\n" for n in range(count))
    return f"table t: u32 unordered {{\n{rows}{extra}}}\n"


HOSTILE = {
    "rows that each ask the assembler much": table(
        340, lambda n: f"asm {{ rlwinm ${{a}}, ${{b}}, ${{c}}, {n // 32 % 32}, {n % 32} }}"
    ),
    "rows of random masks": table(
        2048, lambda n: f"mask {(n * 2654435761) % (1 << 32) | 1:#x} value {n % 2}"
    ),
    "rows in very many cases": axes(9)
    + table(
        2039,
        lambda n: f"mask 0xfffffffe value {2 * n}",
        "".join(f"if a{n} {{ q{n} = mask 0xffffffff value {2 * n + 1} }}\n" for n in range(9)),
    ),
    "thousands of rows": table(5000, lambda n: f"mask 0xffffffff value {n}"),
    "thousands of bits": table(1, lambda _: "1 " * 5000),
    "rows under hundreds of conditions": "table t: u32 unordered {"
    + "if 1 {" * 300 + "a = mask 1 value 1" + "}" * 300 + "}",
    "thousands of states": "callsite c { word 0 = asm { bl ${f} }\n"
    + "".join(f"replace s{n} {{ word 0 = mask 0xffffffff value {n} }}\n" for n in range(5000)) + "}",
    "many words in many states": "callsite c {\n" + "".join(f"word {n} = asm {{ bl ${{f{n}}} }}\n" for n in range(100))
    + "".join(f"replace s{n} {{ word {n} = asm {{ nop }} }}\n" for n in range(16)) + "}",
    "thousands of data words": "repeat r count 16 {\ncode {\n"
    + "".join(f"ldr r0, ${{&d{n}}}\n" for n in range(3000)) + "}\n"
    + "".join(f"data d{n}: u32\n" for n in range(3000)) + "}",
    "thousands of repeats": "".join(f"repeat r{n} count 16 {{ code {{ nop }} }}\n" for n in range(3000)),
    "a slot of many words": "slot s size 1048576 page 1048576 { copied insn: 4 }",
    "a page of many slots": "slot s size 12 page 1048572 reserve 80000 { copied insn: 4 or 8 }",
    "sizes beyond all": "slot s size 1 << 62 page 1 << 63 reserve 1 << 60 { copied insn: 1 << 40 }",
    "constants, each of the one before": chain(2000, lambda n: f"A{n - 1} + 1" if n else "0"),
    "constants, each of the one after": chain(2000, lambda n: f"A{n + 1} + 1" if n < 1999 else "0"),
    "constants that double": chain(40, lambda n: f"A{n - 1} + A{n - 1}" if n else "0")
    + "\n" + code("li r3, ${A39}"),
    "symbolic constants that double": 'extern const A0 as "a"\nconst '
    + ", ".join(f"A{n} = A{n - 1} + A{n - 1}" for n in range(1, 40)) + "\n" + code("li r3, ${A39}"),
    "a circle of constants": chain(3000, lambda n: f"A{(n + 1) % 3000}"),
    "thousands of constants": chain(4096, lambda n: str(n)),
    "thousands of unknown names": chain(1000, lambda n: str(n))
    + "\n" + code(*(f"li r3, ${{B{n}}}" for n in range(1000))),
    "thousands of errors": "stub int { code { nop } }\n" * 3000,
    "thousands of params": code("nop", params="param " + ", ".join(f"p{n}" for n in range(5000))),
    "one param in thousands of slices": code(
        *("addis r3, r3, ${p@ha}\naddi r3, r3, ${p@l}" for _ in range(1000)), params="param p"
    ),
    "thousands of members": members(1000, lambda n: f"addi r3, r3, {n}"),
    "members that are all one": members(128, lambda _: "nop"),
    "members merged": members(128, lambda n: f"raw {(n * 2654435761) % (1 << 32)}", "; merge words 0..0"),
    "many families of the same long members": "".join(
        code(f"addi r3, r3, {n}", *["nop"] * 50, name=f"member{n}") for n in range(128)
    )
    + "".join(f"family f{n} {{ members {', '.join(f'member{m}' for m in range(128))} }}\n" for n in range(11)),
    "slices everywhere in merged members": members(
        100,
        lambda n: f"raw {(0x80000000 | n * 0x9E3779B1) & 0xFFFFFFFF & ~(0xFFFF << n % 16)} | p@l << {n % 16}",
        "; merge words 0..0",
    ).replace("{\n\ncode", "{\nparam p\ncode"),
    "thousands of layouts": "".join(f"layout l{n} {{ code c size 4 }}\n" for n in range(3000)),
    "thousands of fields": "layout l {\n" + "\n".join(f"word w{n} = {n}" for n in range(3000)) + "\n}",
    "a field of a gigabyte": "layout l { code c size 1 << 30 }",
    "stubs that share a large layout": "layout l { code c size 1 << 20 }\n"
    + "".join(f"stub t{n} in l.c {{ code {{ nop }} }}\n" for n in range(200)),
    "large code in every case": axes(12) + code(*(f"if a{n} {{ nop }}" for n in range(12)), *["nop"] * 500),
    "a large layout in every case": axes(12)
    + "layout l {\ncode c size 4\n" + "\n".join(f"pad size {{ a{n}: 4, b{n}: 8 }}" for n in range(12)) + "\n}",
    "a merge of words without end": code("nop") + "family f { members s; merge words 0..99999999999 }",
    "thousands of cases": "variant v {\n" + "\n".join(f'c{n} when "C{n}"' for n in range(4000)) + "\n}",
    "a long name": f"const {'a' * 50000} = 1",
    "a long name that is unknown": code("li r3, ${" + "a" * 50000 + "}"),
    "a long label": code("a" * 50000 + ": nop"),
    "a long string": f'extern const A as "{"a" * 50000}"',
    "long documentation": "/// word\n" * 5000 + code("nop"),
    "a long comment": f"//{'a' * 100000}\n" + code("nop"),
    "a long line of words": code("nop " + "a, " * 30000),
    "a number with suffixes": "const A = 0" + "u" * 50000 + "x",
    "one expression of thousands": "const A = " + " + ".join(["1"] * 20000),
    "short lines": code(*["nop"] * 9900),
    "long code": code(*(f"addi r3, r3, {n}" for n in range(9900))),
    "one word too many": code(*["nop"] * 40000),
    "interpolations": code("nop " + "${1}" * 50000),
    "braces": "{" * 100000,
    "empty lines": "\n" * 100000,
    "ampersands": "const A = " + "& " * 50000,
    "a loop without end": code("for n in 0..999999999999 { nop }"),
    "empty loops within each other": code("for a in 0..9999999 { for b in 0..9999999 { } }", "nop"),
    "macros that double": "macro m0() { nop }\n"
    + "".join(f"macro m{n}() {{ m{n - 1}(); m{n - 1}() }}\n" for n in range(1, 20)) + code("m19()"),
    "empty macros that double": "macro m0() { }\n"
    + "".join(f"macro m{n}() {{ m{n - 1}(); m{n - 1}() }}\n" for n in range(1, 20)) + code("m19()"),
    "macros within macros": "macro m0() { nop }\n"
    + "".join(f"macro m{n}() {{ m{n - 1}() }}\n" for n in range(1, 256)) + code("m255()"),
    "macros within macros, the last first": "".join(f"macro m{n}() {{ m{n - 1}() }}\n" for n in range(255, 0, -1))
    + "macro m0() { nop }\n" + code("m255()"),
    "a circle of macros": "".join(f"macro m{n}() {{ m{(n + 1) % 256}() }}\n" for n in range(256)) + code("m0()"),
    "macros of all the others": "".join(
        f"macro m{n}() {{ {'; '.join(f'm{m}()' for m in range(n)) or 'nop'} }}\n" for n in range(100)
    ) + code("m99()"),
    "thousands of macros": "".join(f"macro m{n}() {{ nop }}\n" for n in range(5000)) + code("m1()"),
    "values that double in macros": 'extern const E as "E"\nmacro m0(v) { li r3, ${v} }\n'
    + "".join(f"macro m{n}(v) {{ m{n - 1}(v + v) }}\n" for n in range(1, 20)) + code("m19(E)"),
    "blocks as deep as macros make them": f"macro m0() {{ {'if 1 { ' * 60}nop{' }' * 60} }}\n"
    + "".join(f"macro m{n}() {{ {'if 1 { ' * 60}m{n - 1}(){' }' * 60} }}\n" for n in range(1, 15)) + code("m14()"),
    "deep loops": code("for n in 0..1 { " * 100 + "nop" + " }" * 100),
    "deep regions": code("patch a { " * 100 + "nop" + " } rest { nop }" * 100),
    "thousands of regions": code(*(f"patch a{n} {{ nop }} rest {{ blr }}" for n in range(2000))),
    "many large regions": code(
        *(f"patch a{n} {{ b ${{p}} }} pad nop rest {{ for n in 0..30 {{ blr }} }}" for n in range(128)),
        params="param p",
    ),
    "members of many forms": members(
        100, lambda m: "patch r { nop }\n" + "".join(f"or f{n} {{ nop }}\n" for n in range(100)) + "rest { nop }"
    ),
    "two members of many long forms": members(
        2, lambda m: "patch r { nop }\n" + "\n".join(
            f"or f{n} {{ for n in 1..60 {{ nop }} }}" for n in range(60)
        ).replace("}\n", "} pad nop\n") + " pad nop\nrest { for n in 1..60 { nop } }"
    ).replace("patch r { nop }", "patch r { nop } pad nop"),
    "a region of thousands of forms": code(
        "patch a { nop }", *(f"or a{n} {{ nop }}" for n in range(3000)), "rest { blr }"
    ),
    "thousands of literals": code("bctr", *(f"literal a{n}: u32" for n in range(3000))),
    "thousands of checks": code(
        "b ${p}", params="param p: branch\n" + "reach p as written s16 of p - ip\n" * 3000
    ),
    "thousands of symbols": code("blr", params="".join(f"symbol s{n}\n" for n in range(3000))),
    "thousands of exceptions": code(
        "blr", params=f'symbol s except {", ".join(f"l{n}" for n in range(3000))} because "of them"'
    ),
    "the same exception a thousand times": code(
        "l: blr", params=f'symbol s except {", ".join(["l"] * 3000)} because "of it"'
    ),
    "thousands of members of a struct": "extern struct s\n" + code("for n in 0..9000 { ld r3, ${s.a[n]}(r3) }"),
    "members of members": "extern struct s\n" + code(f"ld r3, ${{s{'.a' * 200}}}(r3)"),
    "loops in many stubs": "".join(code("for n in 0..9990 { nop }", name=f"stub{n}") for n in range(200)),
    "empty loops in many stubs": "".join(
        code("for n in 0..39990 { }", "nop", name=f"stub{n}") for n in range(200)
    ),
    "a loop in many cases": axes(10) + code("for n in 0..9000 { nop }", *(f"if a{n} {{ nop }}" for n in range(10))),
    "impossible cases": axes(8) + "".join(f"impossible a{n} and b{n + 1}\n" for n in range(7))
    + code(*(f"if a{n} {{ nop }}" for n in range(8))),
    "facts of a contract": code("nop").rstrip().rstrip("}")
    + "contract {\n" + "r3 == 1, r4 == 2 for n in 0..999999999\n" * 250 + "} }\n",
    "late syntax errors": code(*["nop"] * 20000).rstrip().rstrip("}") + "@ @\n" * 30,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str, compile_text: Compile) -> None:
    start = time.process_time()
    with at_most(60):
        found = compile_text(f"target ppc64\n{HOSTILE[name]}")
        text = "\n".join(render(diagnostic, found.sources) for diagnostic in found.found)
    assert time.process_time() - start < SECONDS
    assert (found.spec is None) == any(d.severity == "error" for d in found.found)
    assert all(diagnostic.span for diagnostic in found.found)
    assert len(found.found) <= 202
    assert len(text) < 100_000


def included(folder: Path, count: int, text: Callable[[int], str]) -> Compiled:
    """What becomes of a spec and some files beside it."""
    for number in range(count):
        (folder / f"part{number}.tramp").write_text(text(number))
    return compile_file(folder / "part0.tramp")


def test_a_long_chain_of_includes(tmp_path: Path) -> None:
    found = included(tmp_path, 3000, lambda n: f'include "part{n + 1}.tramp"\n')
    first = found.found[0]
    assert (first.code, first.message) == ("too-many", "a specification is made of 64 files at most")
    assert first.span is not None
    assert first.span.path.endswith("part63.tramp")


def test_many_files(tmp_path: Path) -> None:
    names = "\n".join(f'include "part{n}.tramp"' for n in range(1, 3000))
    found = included(tmp_path, 3000, lambda n: names if n == 0 else f"const A{n} = {n}\n")
    assert "too-many-findings" in found.codes
    assert found.codes[0] == "too-many"


def test_one_file_many_times(tmp_path: Path) -> None:
    found = included(tmp_path, 2, lambda n: "target ppc64\n" if n else 'include "part1.tramp"\n' * 4000)
    assert set(found.codes) == {"no-licence", "empty"}


def test_a_large_file(tmp_path: Path) -> None:
    found = included(tmp_path, 1, lambda n: "//" + "a" * (10 << 20))
    assert [(d.code, d.span and d.span.line) for d in found.found] == [("too-long", 1)]


def test_length_alone_is_no_reason(tmp_path: Path) -> None:
    """The limits are on what a text is multiplied by: thousands of templates are as good as ten."""
    stubs = "".join(
        code(*(f"addi r3, r3, {n}" for n in range(20)), "bctr", name=f"stub{m}") for m in range(1200)
    )
    found = included(tmp_path, 1, lambda n: f"//! SPDX-License-Identifier: MIT\ntarget ppc64\n{stubs}")
    assert found.spec is not None
    assert len(found.spec.templates) == 1200


def test_files_that_are_large_together(tmp_path: Path) -> None:
    names = "".join(f'include "part{n}.tramp"\n' for n in range(1, 12))
    found = included(tmp_path, 12, lambda n: names if n == 0 else "//" + "a" * (500 << 10) + "\n")
    assert set(found.codes) == {"too-long"}
    assert [d.span and d.span.line for d in found.found] == [9, 10, 11]


@pytest.mark.parametrize("named", ["on the command line", "by an include"])
def test_a_pipe_does_not_block(named: str, tmp_path: Path) -> None:
    pipe, spec = tmp_path / "pipe.tramp", tmp_path / "spec.tramp"
    os.mkfifo(pipe)
    spec.write_text('include "pipe.tramp"\n')
    with at_most(5):
        found = compile_file(pipe if named == "on the command line" else spec)
    assert found.codes[0] == "cannot-read"
    assert "it is no regular file" in found.found[0].message


def test_a_device_is_no_specification() -> None:
    found = compile_file(Path("/dev/zero"))
    assert found.codes == ["cannot-read"]


ODD_BYTES = {
    "NUL": b"\0", "DEL": b"\x7f", "a lone CR": b"\r", "escape": b"\x1b", "a surrogate": b"\xed\xa0\x80",
    "an overlong slash": b"\xc0\xaf", "beyond Unicode": b"\xf4\x90\x80\x80", "a cut sequence": b"\xe2\x82",
    "a byte order mark": b"\xef\xbb\xbf", "CSI": b"\xc2\x9b", "a line separator": b"\xe2\x80\xa8",
    "right-to-left": b"\xe2\x80\xae",
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_BYTES)
def test_odd_bytes_have_a_place(name: str, tmp_path: Path) -> None:
    """The column counts characters: € is one."""
    path = tmp_path / "spec.tramp"
    path.write_bytes("target ppc64\n// €".encode() + ODD_BYTES[name] + b" \n")
    (found,) = compile_file(path).found
    assert found.code == "not-text"
    assert found.span is not None
    assert (found.span.line, found.span.column) == (2, 5)


def test_lines_may_end_in_cr_lf(tmp_path: Path) -> None:
    path = tmp_path / "spec.tramp"
    path.write_bytes(b"target ppc64\r\n\r\nstub s {\r\n  code {\r\n nop\r\n}\r\n}\r\n")
    assert compile_file(path).codes == ["no-licence"]
