"""`trampgen offsets`: what it prints is C, and what it writes is a constants file that a build takes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import need
from tests.loop.conftest import Run
from tests.loop.test_facts import ASM_OFFSETS, COMPILER, REGS, SPEC, make
from tests.objects import PREAMBLE

TYPES = """
enum colour { RED = 3, GREEN = -7 };
struct list { struct list *next; };
typedef struct { void *entry; u64 toc; } __attribute__((packed)) func_desc_t;
typedef struct mixed mixed_t;
struct mixed {
	char first;
	union { struct { u16 low, high; }; u32 both; };
	struct { u8 a; u64 b; } __attribute__((packed)) inner[2];
	u32 one:3, :2, two:7;
	int (*callback)(struct mixed *, struct other *, ...);
	const char *const *names;
	enum colour colour;
	enum { HERE, THERE } place;
	func_desc_t desc;
	struct list list;
	u8 line[16] __attribute__((aligned(64)));
	mixed_t *parent;
	struct { int x; } *behind;
	long rest[];
};
union either { u64 whole; u32 halves[2]; } an_either;
struct mixed a_mixed;
"""
USES = "int callback(struct pt_regs *r) { return 0; }"
ELF = ("offsets", "--elf", "types.o")


@pytest.fixture(autouse=True)
def objects(work: Path) -> Path:
    need(COMPILER)
    make("regs.o", REGS)
    make("types.o", PREAMBLE + TYPES)
    Path("save.tramp").write_text(SPEC)
    Path("asm-offsets.h").write_text(ASM_OFFSETS)
    return work


def test_it_looks_like_c(run: Run) -> None:
    assert run("offsets", "--elf", "regs.o", "pt_regs").out == (
        "struct pt_regs {\n"
        "\tunsigned long gpr[32];  /*     0   256 */\n"
        "\tunsigned long nip;      /*   256     8 */\n"
        "\tunsigned long msr;      /*   264     8 */\n"
        "\t/* size 272, 3 members */\n"
        "};\n"
    )


def test_holes_bit_fields_and_what_has_no_name(run: Run) -> None:
    shown = run(*ELF, "struct mixed").out
    for line in (
        "\t/* 3 bytes unused */\n",
        "\t\tstruct {\n\t\t\tu16 low; ",
        "\tu32 one:3; ",
        "\tu32 two:7; ",
        "/*    26:0 3 bits */",
        "\t} __attribute__((packed)) inner[2]; ",
        "\tint (*callback)(struct mixed *, struct other *, ...);",
        "\tu8 line[16] __attribute__((aligned(64)));",
        "\tlong rest[]; ",
    ):
        assert line in shown


@pytest.mark.parametrize("name", ["struct mixed", "mixed_t", "func_desc_t", "union either"])
def test_a_compiler_takes_it(name: str, run: Run) -> None:
    """What is compiled from the text has the same text."""
    whole = run(*ELF, "--complete", name).out
    variable = name if name != "mixed_t" else "struct mixed"
    make("again.o", f"{whole}\n{variable} variable;", "-Wall", "-Wextra", "-Werror")
    assert run("offsets", "--elf", "again.o", "--complete", name).out == whole
    assert run("offsets", "--elf", "again.o", name).out == run(*ELF, name).out != ""


def test_several_at_once_declare_their_types_once(run: Run) -> None:
    whole = run(*ELF, "--complete", "struct mixed", "func_desc_t", "struct list").out
    make("again.o", f"{whole}\nstruct mixed variable;")
    assert whole.count("func_desc_t;") == 1


def test_json(run: Run) -> None:
    found = json.loads(run(*ELF, "--format", "json", "mixed_t", "either.halves[1]").out)["structs"]
    assert found[1] == {"name": "either.halves[1]", "offset": 4}
    members = {one["name"]: one for one in found[0]["members"]}
    assert (found[0]["name"], found[0]["kind"], found[0]["size"]) == ("mixed", "struct", 192)
    assert members["two"]["bits"] == {"offset": 213, "size": 7}
    assert members["inner"]["counts"] == [2]
    assert [one["offset"] for one in members["inner"]["members"]] == [0, 1]
    assert [one["name"] for one in members[None]["members"]] == [None, "both"]


def test_members(run: Run) -> None:
    assert (
        run(*ELF, "mixed.inner[1].b", "either.halves[1]").out
        == "mixed.inner[1].b = 18\n\neither.halves[1] = 4\n"
    )


def test_a_spec_says_what_it_needs(run: Run) -> None:
    needed = "REGS = 48\npt_regs.gpr[4] = 32\npt_regs.nip = 256\n"
    both = run("offsets", "--elf", "regs.o", "--asm-offsets", "asm-offsets.h", "save.tramp")
    assert (both.status, both.out.split("\n", 2)[2], both.err) == (0, needed, "")
    alone = run("offsets", "--elf", "regs.o", "--spec", "save.tramp")
    assert alone.out.endswith("// REGS is not known: STACK_INT_FRAME_REGS\n")
    found = json.loads(run("offsets", "--elf", "regs.o", "--format", "json", "save.tramp").out)
    assert found == {"externs": {"pt_regs.gpr[4]": 32, "pt_regs.nip": 256}, "symbolic": ["REGS"]}


def test_what_it_locks_supplies_a_build(run: Run) -> None:
    lock = (
        "offsets",
        "--elf",
        "regs.o",
        "--asm-offsets",
        "asm-offsets.h",
        "--lock",
        "folder/regs.const",
        "save.tramp",
    )
    assert run(*lock).out == "wrote folder/regs.const\n"
    assert run(*lock).out == "unchanged folder/regs.const\n"
    assert Path("folder/regs.const").read_text().split("\n")[:2] == [
        "// Facts of a build for 64-bit PowerPC. To write them anew:",
        "//   trampgen offsets --elf FILE --asm-offsets asm-offsets.h --lock regs.const save.tramp",
    ]
    assert run("lint", "--constants", "folder/regs.const", "save.tramp").status == 0
    assert run("lint", "--constants", "folder/regs.const", "--elf", "regs.o", "save.tramp").status == 0
    assert run(*lock, "--check").status == 0
    make("regs.o", REGS.replace("nip, msr", "msr, nip"))
    Path("asm-offsets.h").write_text(ASM_OFFSETS.replace("304", "312"))
    stale = run(*lock, "--check")
    assert stale.status == 1
    assert "-pt_regs.nip = 256\n+pt_regs.nip = 264\n" in stale.out
    assert "--check mends it" in stale.err
    differs = run("lint", "--constants", "folder/regs.const", "--elf", "regs.o", "save.tramp")
    assert "`pt_regs.nip` is 256 (folder/regs.const) and 264 (DWARF of regs.o)" in differs.err


def test_a_lock_of_whole_structs(run: Run) -> None:
    run("offsets", "--elf", "regs.o", "--from", "callback", "--lock", "regs.const", "pt_regs")
    lines = Path("regs.const").read_text().splitlines()
    assert lines[1] == "//   trampgen offsets --elf FILE --from callback --lock regs.const pt_regs"
    assert lines[2:5] == ["pt_regs.gpr = 0", "pt_regs.gpr[0] = 0", "pt_regs.gpr[1] = 8"]
    assert len(lines) == 2 + 1 + 32 + 2
    assert run("lint", "--constants", "regs.const", "-D", "REGS=48", "save.tramp").status == 0
    run(*ELF, "--lock", "mixed.const", "mixed")
    text = Path("mixed.const").read_text()
    for line in ("mixed.low = 4", "mixed.inner[1].b = 18", "mixed.desc.toc = 64", "mixed.list.next = 72"):
        assert f"{line}\n" in text
    assert "mixed.one" not in text


def test_sources_are_compared(run: Run) -> None:
    make("other.o", REGS.replace("nip, msr", "msr, nip"))
    make("third.o", REGS.replace("nip, msr", "nip, msr, ccr"))
    assert run("offsets", "--elf", "regs.o", "--elf", "types.o", "pt_regs", "either").status == 0
    differs = run("offsets", "--elf", "regs.o", "--elf", "other.o", "pt_regs")
    assert differs.status == 1
    assert (
        "`struct pt_regs` in DWARF of regs.o and in DWARF of other.o: `nip` is at 256 and at 264"
        in differs.err
    )
    assert "272 and 280 bytes" in run("offsets", "--elf", "regs.o", "--elf", "third.o", "pt_regs").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pt_reg",), "regs.o has no `pt_reg`\n      = help: did you mean `pt_regs`?"),
        (("pt_regs.npi",), "struct pt_regs has no member `npi`\n      = note: so says regs.o\n"),
        (("pt_regs.npi",), "= help: did you mean `nip`?"),
        (("pt_regs.gpr[33]",), "`gpr` has 32 elements"),
        (("--from", "calback", "pt_regs"), "regs.o has no function `calback`\n      = help: did you mean `callback`?"),
        (("--elf", "save.tramp", "pt_regs"), "save.tramp: this is no ELF file"),
        (("--elf", "nothing.o", "pt_regs"), "can't read nothing.o: No such file or directory"),
        (("--lock", "out.const", "pt_reg"), "regs.o has no `pt_reg`"),
    ],
)  # fmt: skip
def test_findings(arguments: tuple[str, ...], message: str, run: Run) -> None:
    found = run("offsets", "--elf", "regs.o", *arguments)
    assert found.status == 1
    assert message in found.err
    assert not Path("out.const").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--elf", "regs.o"), "name a struct"),
        (("pt_regs",), "give an object"),
        (("--elf", "regs.o", "--check", "pt_regs"), "--check says nothing without --lock"),
        (("--elf", "regs.o", "--lock", "a", "--format", "json", "pt_regs"), "--format says nothing"),
        (("--elf", "regs.o", "pt_regs", "save.tramp"), "name none"),
        (("--asm-offsets", "asm-offsets.h", "pt_regs"), "without a spec"),
        (("--elf", "regs.o", "--lock", "/proc/a.const", "pt_regs"), "can't write to"),
        (("--elf", "regs.o", "--nonsense", "pt_regs"), "unrecognized arguments: --nonsense"),
    ],
)
def test_wrong_command_lines(
    arguments: tuple[str, ...], message: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        found = run("offsets", *arguments)
        status, said = found.status, found.err
    except SystemExit as ended:
        status, said = int(ended.code or 0), capsys.readouterr().err
    assert status == 2
    assert message in said


def test_options_between_names(run: Run) -> None:
    assert (
        run("offsets", "either.whole", "--elf", "types.o", "either.halves").out
        == "either.whole = 0\n\neither.halves = 0\n"
    )


def btf_of(text: str) -> None:
    """The section alone, in a file btf."""
    make("btf.o", text, "-gbtf")
    copy = [OBJCOPY, "-O", "binary", "-j", ".BTF", "--set-section-flags", ".BTF=alloc", "btf.o", "btf"]
    subprocess.run(copy, check=True)


OBJCOPY = "powerpc64le-linux-gnu-objcopy"


def test_dwarf_and_btf_of_one_file(run: Run) -> None:
    """gcc writes either, and kernels have both."""
    need(OBJCOPY)
    btf_of(REGS)
    subprocess.run([OBJCOPY, "--add-section", ".BTF=btf", "regs.o", "both.o"], check=True)
    assert (
        run("offsets", "--elf", "both.o", "pt_regs").out == run("offsets", "--elf", "regs.o", "pt_regs").out
    )
    btf_of(REGS.replace("nip, msr", "msr, nip"))
    subprocess.run([OBJCOPY, "--update-section", ".BTF=btf", "both.o"], check=True)
    differs = run("offsets", "--elf", "both.o", "pt_regs").err
    assert "in DWARF of both.o and in BTF of both.o: `nip` is at 256 and at 264" in differs
