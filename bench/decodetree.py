"""Decoders of one pattern file by both generators: C that is compiled alike, run in turn, compared word by word."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.timing import Failed
from trampgen.decode.plan import Plan
from trampgen.decode.planning import plan
from trampgen.decode.rows import Row, Rows
from trampgen.decode.shapes import shapes
from trampgen.emit.c_decoder import decoder
from trampgen.importing.decodetree import Pattern, parse
from trampgen.resources import folder

FLAGS = ["-O2", "-std=gnu11", "-w"]
_SCALES = {f"times_{1 << by}": by for by in range(1, 6)} | {"ex_shift_" + str(by): by for by in range(1, 13)}
# What the included code of QEMU has around it.
_AROUND = """
#include <trampgen.h>
#define TRIES(bits) \\
static inline uint##bits##_t extract##bits(uint##bits##_t v, int at, int n) \\
{ return v >> at & ~(uint##bits##_t)0 >> (bits - n); } \\
static inline int##bits##_t sextract##bits(uint##bits##_t v, int at, int n) \\
{ return (int##bits##_t)(v << (bits - n - at)) >> (bits - n); } \\
static inline uint##bits##_t deposit##bits(uint##bits##_t v, int at, int n, uint##bits##_t f) \\
{ uint##bits##_t m = ~(uint##bits##_t)0 >> (bits - n) << at; return (v & ~m) | (f << at & m); }
TRIES(32)
TRIES(64)
typedef struct { int row; } DisasContext;
"""
_SCAN = """
static inline int scan(%s word)
{
	for (int row = 0; row < OURS_ROWS; row++)
		if ((word & ours_words[row].mask) == ours_words[row].value)
			return row;
	return -1;
}
"""
_RUN = """
long NAME_FN(const WORD *words, size_t count)
{
	long sum = 0;
	for (size_t i = 0; i < count; i++) {
		BODY
	}
	return sum;
}
int NAME_ONE(WORD word) { BODY_ONE }
"""


@dataclass(frozen=True, slots=True)
class Input:
    """A pattern file, the width of its instructions, and the ELF file whose text they are tried on, if any."""

    path: Path
    width: int
    text: Path | None = None

    @property
    def name(self) -> str:
        return re.sub(r"\W", "_", f"{self.path.parent.name}_{self.path.stem}")


@dataclass(frozen=True, slots=True)
class Made:
    """The sources of one input by what they hold, and the plan of ours."""

    plan: Plan
    sources: dict[str, Path]


def rows_of(patterns: Sequence[Pattern]) -> tuple[Row, ...]:
    """Patterns as rows: each name once, QEMU's multiplying functions as what they are."""
    seen: dict[str, int] = {}
    rows = []
    for pattern in patterns:
        seen[pattern.name] = number = seen.get(pattern.name, 0) + 1
        fields = tuple(
            replace(field, scale=_SCALES[field.function], function=None)
            if field.function in _SCALES
            else field
            for field in pattern.fields
        )
        rows.append(Row(pattern.name if number == 1 else f"{pattern.name}__{number}", pattern.cube, fields))
    return tuple(rows)


def make(given: Input, decodetree: Path, into: Path) -> Made:
    """Write the C of both generators for one input."""
    patterns = list(parse(given.path.read_text(), given.width).patterns())
    table = Rows("ours", given.width, rows_of(patterns))
    found = plan([row.cube for row in table.rows], given.width)
    names = list(dict.fromkeys(pattern.name for pattern in patterns))
    same = [names.index(pattern.name) for pattern in patterns]
    sources = _theirs(given, decodetree, into, names)
    sources |= _ours(table, found, same, into)
    return Made(found, sources)


def _theirs(given: Input, decodetree: Path, into: Path, names: Sequence[str]) -> dict[str, Path]:
    included, patterns = into / "theirs.inc", into / "patterns.decode"
    patterns.write_text(
        given.path.read_text().replace("!extern", "")
    )  # whose structs another file would have
    words = [sys.executable, str(decodetree), "-o", str(included), "-w", str(given.width)]
    done = subprocess.run([*words, "--static-decode=theirs", str(patterns)], capture_output=True, text=True)
    if done.returncode:
        raise Failed(done.stdout + done.stderr)
    text = included.read_text()
    functions = sorted(set(re.findall(r"\b(\w+)\(ctx[,)]", text)))
    own = [name for name in functions if not name.startswith(("trans_", "theirs"))]
    head = _AROUND + "".join(_function(name, f"{name}(ctx)" in text) for name in own)
    found = {}
    for sink, store in (("row", ""), ("fields", '__asm__ volatile("" : : "r"(a) : "memory"); ')):
        trans = "".join(
            f"static bool trans_{name}(DisasContext *c, arg_{name} *a) {{ {store}c->row = {number}; return true; }}\n"
            for number, name in enumerate(names)
        )
        word = f"u{given.width}"
        call = "DisasContext c = { -1 }; theirs(&c, "
        plain = _path(into, f"theirs_{sink}", f'{head}#include "theirs.inc"\n{trans}')
        found[f"theirs_{sink}"] = _runner(
            plain, word, f"{call}words[i]); sum += c.row;", f"{call}word); return c.row;"
        )
        found[f"theirs_{sink}_alone"] = _alone(
            plain, f"bool alone(DisasContext *c, {word} w) {{ return theirs(c, w); }}"
        )
    return found


def _function(name: str, alone: bool) -> str:
    by = _SCALES.get(name)
    if alone:
        return f"static inline int {name}(DisasContext *c) {{ return 1; }}\n"
    return f"static inline int {name}(DisasContext *c, int x) {{ return {f'x * {1 << by}' if by else 'x + 1'}; }}\n"


def _ours(table: Rows, found: Plan, same: Sequence[int], into: Path) -> dict[str, Path]:
    word = f"u{table.width}"
    functions = {f.function: f for row in table.rows for f in row.fields if f.function}
    head = "#include <trampgen.h>\n" + "".join(
        f"static inline s64 {name}({'s64 x' if f.parts else 'void'}) {{ return {'x + 1' if f.parts else 1}; }}\n"
        for name, f in sorted(functions.items())
    )
    names = f"static const u16 same[] = {{ {', '.join(map(str, same))} }};\n"
    one = "int row = ours_decode(word); return row < 0 ? row : same[row];"
    plain = _path(into, "ours_row", head + decoder(table, found))
    fields = _path(into, "ours_fields", head + decoder(table, found, shapes(table.rows, table.width)))
    linear = _path(into, "linear_row", head + decoder(table, found) + _SCAN % word)
    keep = '__asm__ volatile("" : : "r"(&out) : "memory"); sum += out.row;'
    return {
        "ours_row": _runner(plain, word, "sum += ours_decode(words[i]);", one, names),
        "ours_row_alone": _alone(plain, f"int alone({word} w) {{ return ours_decode(w); }}"),
        "ours_fields": _runner(
            fields, word, f"struct ours_fields out; ours_read(words[i], &out); {keep}", one, names
        ),
        "ours_fields_alone": _alone(
            fields, f"int alone({word} w, struct ours_fields *out) {{ return ours_read(w, out); }}"
        ),
        "linear_row": _runner(linear, word, "sum += scan(words[i]);", one, names),
    }


def _path(into: Path, name: str, text: str) -> Path:
    path = into / f"{name}.h"
    path.write_text(text)
    return path


def _runner(header: Path, word: str, body: str, one: str, before: str = "") -> Path:
    text = (
        _RUN.replace("NAME", header.stem).replace("WORD", word).replace("BODY_ONE", one).replace("BODY", body)
    )
    path = header.with_suffix(".c")
    path.write_text(f'#include "{header.name}"\n{before}{text}')
    return path


def _alone(header: Path, text: str) -> Path:
    path = header.with_name(f"{header.stem}_alone.c")
    path.write_text(f'#include "{header.name}"\n{text}\n')
    return path


def compiled(compiler: str, sources: Sequence[Path], into: Path, *more: str) -> None:
    """Compile files of a folder. Raises Failed."""
    words = [compiler, *FLAGS, *more, f"-I{folder('include')}", *map(str, sources), "-o", str(into)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise Failed(done.stderr[:600])
