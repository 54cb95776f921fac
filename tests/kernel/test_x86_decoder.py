"""The decoder of x86 formats and the rewrite of uprobes against Linux 6.12's own code, compiled for user space."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests import x86
from tests.conftest import need
from tests.kernel.kernels import cache
from tests.run.cross import asked, succeed
from tests.x86_refused import refused_knowingly
from trampgen.isa.x86_decode import Why, decode
from trampgen.isa.x86_rewrite import rewrite
from trampgen.model.rewrites import Rule

HERE = Path(__file__).resolve().parent
TARBALL = Path("/usr/src/linux-source-6.12.tar.xz")
WANTED = ("tools/arch/x86", "tools/include", "arch/x86/kernel/uprobes.c")
FIXUPS = {0x08: 6, 0x10: 7, 0x20: 3}
ORDER = (6, 7, 3)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Linux' source as `make kernel-objects` has unpacked it; the sweep unpacks what it needs."""
    for found in sorted(cache().glob("source-*")):
        if all((found / part).exists() for part in WANTED):
            return found
    if not (x86.SWEEP and TARBALL.exists()):
        pytest.skip("the source of Linux 6.12: `make kernel-objects` unpacks it")
    folder = tmp_path_factory.mktemp("linux")
    parts = [f"linux-source-6.12/{part}*" for part in WANTED]
    subprocess.run(["tar", "xf", TARBALL, "-C", folder, "--wildcards", *parts], check=True)
    return folder / "linux-source-6.12"


@pytest.fixture(scope="module")
def kernel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the program."""
    need("gcc", "awk")
    folder, tools = tmp_path_factory.mktemp("decoder"), source / "tools"
    x86_tools = tools / "arch" / "x86"
    generator, maps = x86_tools / "tools/gen-insn-attr-x86.awk", x86_tools / "lib/x86-opcode-map.txt"
    tables = succeed(folder, "awk", "-f", str(generator), str(maps))
    (folder / "inat-tables.c").write_bytes(tables)
    text = (source / "arch/x86/kernel/uprobes.c").read_text()
    analyze = re.search(r"^static void riprel_analyze.*?^}\n", text, re.MULTILINE | re.DOTALL)
    assert analyze
    (folder / "riprel.inc").write_text(analyze[0])
    for name in ("inat.c", "insn.c"):  # beside the tables, which they include by name
        (folder / name).write_bytes((x86_tools / "lib" / name).read_bytes())
    folders = [f"-I{path}" for path in (folder, tools / "include", x86_tools / "include")]
    sources = [str(folder / "inat.c"), str(folder / "insn.c"), str(HERE / "x86_decoder.c")]
    succeed(folder, "gcc", "-O2", "-w", *folders, *sources, "-o", "decoder")
    return folder


def known(code: bytes) -> str | None:
    """What Linux' decoder is known to see otherwise."""
    prefixes = prefixes_of(code)
    rest = code[len(prefixes) :] + b"\0\0"
    if any(byte & 0xF0 == 0x40 for byte in prefixes[:-1]):
        return "a REX that is not the last prefix"
    if rest[0] == 0x0F and rest[1] & 0xF0 in (0x40, 0x90) and set(prefixes) & {0xF2, 0xF3}:
        return "cmov and setcc with F2 or F3, taken for instructions on mask registers"
    if rest[0] == 0x0F and rest[1] in (0x19, 0x1D, 0xFF):
        return "ud0 and reserved nops without their ModRM"
    if rest[0] == 0x0F and rest[1] in range(0x20, 0x24):
        return "moves of control and debug registers, of which mod counts for nothing"
    return None


def prefixes_of(code: bytes) -> bytes:
    """Legacy prefixes and REX."""
    legacy = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF0, 0xF2, 0xF3}
    return code[: next((i for i, byte in enumerate(code) if byte not in legacy and byte & 0xF0 != 0x40), 0)]


def test_linux_rewrites_the_same(kernel: Path) -> None:
    """The same length, and the same bytes for the register that Linux chooses; ours may be an earlier one that is free.

    Linux takes the lower three bits of ModRM.reg and vvvv for general-purpose registers always."""
    seen: Counter[str] = Counter()
    codes = [*x86.found_forms().values(), *x86.made_forms()[:: 1 if x86.SWEEP else 4]]
    answers = asked(kernel, [str(kernel / "decoder")], [code.hex() for code in codes])
    for code, answer in zip(codes, answers, strict=True):
        length, relative, fixup, made = answer.split()
        insn = x86.tried(decode, code, True)
        if isinstance(insn, Why):
            assert int(length) < 0 or refused_knowingly(code, True, insn), code.hex()
            continue
        if int(length) != insn.length:
            assert known(code), (code.hex(), answer)
            seen[f"differs: {known(code)}"] += 1
            continue
        assert int(relative)
        theirs = FIXUPS[int(fixup)]
        seen["the same" if agrees(code, theirs, bytes.fromhex(made)) else "another register"] += 1
    print(f"\n{dict(seen)}")
    assert seen["the same"] > 5_000


def agrees(code: bytes, theirs: int, made: bytes) -> bool:
    """Whether both choose one register; where not, ours is an earlier candidate, and all else is the same."""
    ours = x86.tried(rewrite, Rule("scratch", "stepped", ORDER), code, True)
    if isinstance(ours, Why):
        return ours in (Why.SAVES, Why.MASKS)
    assert rewrite(Rule("scratch", "stepped", (theirs,)), code, True).code == made, code.hex()
    assert ours.scratch in ORDER[: ORDER.index(theirs) + 1], code.hex()
    return ours.scratch == theirs


def test_linux_decodes_whole_binaries_to_the_same_lengths(kernel: Path) -> None:
    """Every distinct instruction, displacements and immediates set aside, as far as it is one."""
    seen: dict[bytes, bytes] = {}
    for path in x86.binaries()[: None if x86.SWEEP else 1]:
        for text in x86.texts(path):
            for code, length in x86.instructions(text[: x86.SOME]):
                seen.setdefault(code[: min(length, 7)], code[:length])
    codes = list(seen.values())
    different: Counter[str] = Counter()
    answers = asked(kernel, [str(kernel / "decoder")], [code.hex() for code in codes])
    for code, answer in zip(codes, answers, strict=True):
        if int(answer.split()[0]) != len(code):
            name = known(code)
            assert name, (code.hex(), answer)
            different[name] += 1
    print(f"\n{len(codes):,} instructions, different: {dict(different)}")
