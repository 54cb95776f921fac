"""Families and layouts of byte code in C, on hosts of both byte orders: which member bytes are, what an entry holds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.conftest import ROOT, compile_file
from tests.run.cross import BE, PPC32, X86, X86_32, Machine, compile_program, succeed
from trampgen.emit.blob import blobs
from trampgen.emit.header import header
from trampgen.model.spec import Spec, TemplateVariant

PASS = ROOT / "tests" / "pass"
HOSTS = pytest.mark.parametrize("machine", [X86, BE, X86_32, PPC32], ids=lambda machine: machine.name)

FAMILY = """
#include <stdio.h>
#include "kernel.h"
#include "x86-family.h"

int main(void)
{
	u8 code[64];
	int size;

	while ((size = getchar()) != EOF) {
		u64 value = 0;
		int i, ret;

		for (i = 0; i < size; i++)
			code[i] = (u8)getchar();
		ret = loads_get_value(code, (size_t)size, &value);
		printf("%d ", thunks_match(code, (size_t)size));
		printf("%d %d ", loads_match(code, (size_t)size), pairs_match(code, (size_t)size));
		printf("%d %llx\\n", ret, (unsigned long long)value);
	}
	return 0;
}
"""

ENTRY = """
#include <stdio.h>
#include <string.h>
#include "kernel.h"
#include "x86-widths.h"

static int calls;

static int poke(void *dst, const void *src, size_t len)
{
	memcpy(dst, src, len);
	printf("%zu\\n", len);
	return calls++ == 2 ? -EINVAL : 0;
}

int main(void)
{
	struct entry made = { 0 }, there = { 0 };
	size_t i;

	made.owner = 0;
	if (jump_encode(made.jump, 0x1000, 0x1000 + JUMP_SIZE, 0))
		return 1;
	if (entry_commit(&there, &made, poke) != -EINVAL || !entry_match(&there) || entry_match(&made))
		return 2;
	if (!jump_match(there.jump) || jump_get_target(there.jump, 0x1000) != 0x1000 + JUMP_SIZE)
		return 3;
	there.magic = 0;
	for (i = 0; i < sizeof(there.jump); i++)
		printf("%02x ", there.jump[i]);
	printf("%d %d %d\\n", (int)sizeof(there), ENTRY_MAGIC_OFFSET, (int)sizeof(there.jump));
	return 0;
}
"""


def specification(name: str, folder: Path) -> Spec:
    """A spec of tests/pass, its header written to a folder."""
    spec = compile_file(PASS / f"{name}.tramp").spec
    assert spec is not None
    (folder / f"{name}.h").write_text(header(spec, "trampgen build"))
    return spec


def made(variant: TemplateVariant, source: random.Random) -> bytes:
    """Bytes that match, with anything in the holes."""
    return bytes(w.value & w.mask | source.getrandbits(8) & ~w.mask & 0xFF for w in variant.words)


def is_it(variant: TemplateVariant, code: bytes) -> bool:
    pairs = zip(code, variant.words, strict=False)
    fixed = all(byte & word.mask == word.value & word.mask for byte, word in pairs)
    return len(code) >= len(variant.words) and fixed


def expected(spec: Spec, code: bytes) -> str:
    """What the program should say, from the words themselves."""
    answers = []
    for family in spec.families:
        members = family.variants[0].members
        found = [name for name in members if is_it(spec.template(name).variants[0], code)]
        assert len(found) < 2
        answers.append(members.index(found[0]) + 1 if found else 0)
    loads = spec.families[1].variants[0].members
    value, status = 0, -22
    if answers[1]:
        [hole] = spec.template(loads[answers[1] - 1]).variants[0].holes
        size = hole.field.width // 8
        value, status = int.from_bytes(code[hole.word : hole.word + size], "little"), 0
    return f"{answers[0]} {answers[1]} {answers[2]} {status} {value:x}"


@HOSTS
def test_a_family_of_bytes(machine: Machine, tmp_path: Path) -> None:
    """Every member, each of its bits flipped, cut short, and with more behind it."""
    machine.needed()
    spec = specification("x86-family", tmp_path)
    (tmp_path / "family.c").write_text(FAMILY)
    compile_program(str(tmp_path / "family"), tmp_path, machine, [], tmp_path / "family.c")
    source, asked = random.Random(86), list[bytes]()
    for template in spec.templates:
        for _ in range(20):
            code = made(template.variants[0], source)
            asked += [code, code[:-1], code + b"\xcc", code[:1], b""]
            for bit in range(8 * len(code)):
                number = int.from_bytes(code, "little") ^ 1 << bit
                asked.append(number.to_bytes(len(code), "little"))
    data = b"".join(bytes([len(code)]) + code for code in asked)
    said = succeed(tmp_path, *machine.command, "./family", data=data).decode().splitlines()
    wrong = [
        (c.hex(), got, want) for c, got in zip(asked, said, strict=True) if got != (want := expected(spec, c))
    ]
    assert not wrong
    assert {line[0] for line in said} == set("012345")


@HOSTS
def test_an_entry_with_bytes_of_code(machine: Machine, tmp_path: Path) -> None:
    """The field is of bytes, and its size no multiple of four; the word that makes it valid is written last."""
    machine.needed()
    spec = specification("x86-widths", tmp_path)
    (tmp_path / "entry.c").write_text(ENTRY)
    narrow = machine in (X86_32, PPC32)
    defines = ["-DCONFIG_X86_32"] if narrow else []
    compile_program(str(tmp_path / "entry"), tmp_path, machine, defines, tmp_path / "entry.c")
    lines = succeed(tmp_path, *machine.command, "./entry").decode().splitlines()
    assert lines[:3] == ["14", "8", "4"]
    files, notes = blobs(spec)
    assert not notes
    blob = files[f"x86-widths.jump.{'x86_32' if narrow else 'x86_64'}.le.bin"]
    assert blob[16:20] == (0x66617221).to_bytes(4, "little")
    assert lines[3] == f"{blob[:14].hex(' ')} {len(blob)} 16 14"
