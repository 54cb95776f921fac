"""The parts of `make kernel-test` that need no kernel: what is put into its source, its first files, its judge."""

from __future__ import annotations

import contextlib
import gzip
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.kernel.boot import faults, judge, machine
from tests.kernel.boot.kernel import Kernel, different
from tests.kernel.boot.targets import HERE, REPO, TARGETS, Rewrites
from tests.kernel.boot.tree import Broken, Mend, Tree, run, with_lines

CONSOLE = """[    0.1] Testing tracer function: PASSED
[    1.2] # kprobes_test: pass:5 fail:0 skip:0 total:5
guest begins
check uprobe pass 10 hits in 10 calls
check snapshots-mkdirat fail 3 of 46
guest ends
"""


def booted(console: str) -> judge.Checks:
    return judge.judge(machine.Boot(console, 1.0, True))


def test_untouched_lines_keep_their_numbers(tmp_path: Path) -> None:
    original = [f"int at_{n}[__LINE__];\n" for n in range(1, 12)]
    edited = [*original[:2], "char one[1];\n", "char two[1];\n", *original[3:6], *original[8:]]
    source = tmp_path / "lines.c"
    source.write_text("".join(with_lines(original, edited)))
    seen = subprocess.run(["gcc", "-E", "-P", source], capture_output=True, text=True, check=True).stdout
    kept = [n for n in range(1, 12) if n not in (3, 7, 8)]
    assert [line for line in seen.splitlines() if "at_" in line] == [f"int at_{n}[{n}];" for n in kept]


def test_lines_keep_their_numbers_behind_a_change_that_is_skipped(tmp_path: Path) -> None:
    original = [
        "int a;\n",
        "#if 0\n",
        "int b;\n",
        "int c;\n",
        "int d;\n",
        "#endif\n",
        "int at_7[__LINE__];\n",
    ]
    source = tmp_path / "skipped.c"
    source.write_text("".join(with_lines(original, [*original[:2], "int e;\n", *original[4:]])))
    seen = subprocess.run(["gcc", "-E", "-P", source], capture_output=True, text=True, check=True).stdout
    assert seen.split("\n")[1] == "int at_7[7];"


def test_a_macro_is_not_cut_in_two(tmp_path: Path) -> None:
    original = [
        "#define A(x) \\\n",
        "\t(1 + \\\n",
        "\t 2 + \\\n",
        "\t (x))\n",
        "int at_5[__LINE__];\n",
        "int sum[A(3)];\n",
    ]
    source = tmp_path / "macro.c"
    source.write_text("".join(with_lines(original, [original[0], "\t(0 + \\\n", *original[3:]])))
    seen = subprocess.run(["gcc", "-E", "-P", source], capture_output=True, text=True, check=True).stdout
    assert seen.splitlines() == ["int at_5[5];", "int sum[(0 + (3))];"]


def test_an_unchanged_file_has_no_line_directives() -> None:
    assert list(with_lines(["a\n", "b\n"], ["a\n", "b\n"])) == ["a\n", "b\n"]


def test_the_first_files_are_an_archive_that_cpio_reads() -> None:
    archive = gzip.decompress(machine.initramfs({"init": b"program", "left-out": b"x+0x4\n"}))
    offset, names = 0, {}
    while (name := archive[offset + 110 :].partition(b"\0")[0]) != b"TRAILER!!!":
        fields = [int(archive[offset + 6 + 8 * n : offset + 14 + 8 * n], 16) for n in range(13)]
        assert archive[offset : offset + 6] == b"070701"
        data = offset + (110 + fields[11] + 3) // 4 * 4
        names[name.decode()] = (fields[1], archive[data : data + fields[6]])
        offset = data + (fields[6] + 3) // 4 * 4
    assert names["init"] == (0o100755, b"program")
    assert names["left-out"][1] == b"x+0x4\n"
    assert list(names)[:2] == ["dev", "dev/console"]


def test_checks_are_those_that_were_made() -> None:
    found = booted(CONSOLE)
    assert {name for name, (good, _) in found.items() if good} == {
        "ftrace",
        "kunit",
        "uprobe",
        "ended",
        "quiet",
    }
    assert judge.missed(found, ["uprobe", "snapshots-mkdirat", "livepatch"]) == {
        "snapshots-mkdirat": "3 of 46",
        "livepatch": "never came to that",
    }


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ("[    3.0] BUG: Unable to handle kernel data access at 0x0\n", "quiet"),
        ("[    3.0] Testing dynamic ftrace: .. FAILED!!\n", "ftrace"),
        ("[    3.0]     not ok 2 test_kprobes\n", "kunit"),
    ],
)
def test_what_a_kernel_complains_of_fails(said: str, check: str) -> None:
    assert check in judge.missed(booted(said + CONSOLE), [check])


def test_a_kernel_that_says_nothing_passes_nothing() -> None:
    assert list(judge.missed(booted(""), [*TARGETS["ppc64le"].checks, "quiet"])) == [
        name for name in TARGETS["ppc64le"].checks if name != "quiet"
    ]


def test_a_boot_that_hangs_is_ended(tmp_path: Path) -> None:
    boot = machine.boot(["sh", "-c", "echo guest begins; exec sleep 60"], tmp_path / "log", 1.0)
    assert boot.seconds < 20
    assert not boot.ended
    assert judge.missed(judge.judge(boot), ["ended"]) == {"ended": "it hangs"}


@pytest.mark.parametrize(
    "said",
    ["reboot: Power down", "[ 4.5] Kernel panic - not syncing: Fatal exception", "Rebooting in 1 seconds"],
)
def test_a_boot_ends_where_the_kernel_says_so(tmp_path: Path, said: str) -> None:
    boot = machine.boot(["sh", "-c", f"echo '{said}'; exec sleep 60"], tmp_path / "log", 30.0)
    assert boot.seconds < 20
    assert boot.ended


def test_a_build_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="no such rule"):
        run(["sh", "-c", "echo no such rule >&2; exit 2"], tmp_path / "log")


FAULTY = [name for name in TARGETS if faults.listed(name)]


@pytest.fixture(scope="module")
def headers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("headers")
    specs = [spec for hook in TARGETS[request.param].hooks for spec in hook.specs]
    specs = [spec for spec in specs if spec.suffix == ".tramp" and ".inc" not in spec.suffixes]
    known = specs[0].parent / ("pt_regs32.const" if request.param == "ppc32" else "pt_regs64.const")
    options = ["--constants", str(known)] if known.exists() else []
    command = [sys.executable, "-m", "trampgen", "build", "-q", "--emit", "header", *options]
    subprocess.run([*command, "-o", folder, *specs], check=True)
    return request.param, folder


@pytest.mark.parametrize("headers", FAULTY, indirect=True)
def test_faults_are_of_one_line(headers: tuple[str, Path]) -> None:
    target, folder = headers
    listed = faults.listed(target)
    assert len(listed) >= 12
    for fault in listed:
        sound = (folder / Path(fault.header).name).read_text()
        pairs = zip(sound.splitlines(), fault.spoilt(sound).splitlines(), strict=True)
        # Cases of a template differ in where the line's bytes go to.
        kinds = {(without_numbers(a), without_numbers(b)) for a, b in pairs if a != b}
        assert 1 <= len(kinds) <= 2, f"{fault.name}: {kinds}"


def without_numbers(line: str) -> str:
    return re.sub(r"\b\d+\b", "N", line.split("/*")[0].strip())


def test_bytes_of_an_instruction_are_spoilt_together() -> None:
    sound = "\t0x41, 0x50,\t\t/* push r8 */ \\\n\t0x9c\t/* pushfq */\n"
    assert faults.Fault("x", "x.h", insn="push r8", word="0x90").spoilt(sound) == sound.replace(
        "0x41, 0x50", "0x90"
    )
    assert faults.Fault("x", "x.h", insn="pushfq", word="0x50").spoilt(sound) == sound.replace("0x9c", "0x50")


def test_a_header_that_two_folders_have_is_found_by_its_folder(tmp_path: Path) -> None:
    tree = Tree(TARGETS["x86-64"], tmp_path, tmp_path, ())
    names = ("optprobe.h", "kernel/opcodes.h", "kprobes/opcodes.h")
    found = [tree.header(name).relative_to(tree.build).as_posix() for name in names]
    folder = "arch/x86/kernel"
    assert found == [f"{folder}/kprobes/optprobe.h", f"{folder}/opcodes.h", f"{folder}/kprobes/opcodes.h"]


def test_a_raw_image_branches_to_the_kernel() -> None:
    image = machine.arm_image(b"kernel", 0x1F8000)
    assert image[0x1F8000:] == b"kernel"
    assert (
        int.from_bytes(image[:4], "little") == 0xEA000000 + (0x1F8000 - 8) // 4
    )  # b, in words from behind the next


def test_a_fault_that_the_header_has_not_is_refused() -> None:
    with pytest.raises(Broken, match=r"fault x: .* has no"):
        faults.Fault("x", "optprobe.h", insn="li r5, 1", word="0x60000000").spoilt("#define A 1\n")


class Pretended(Kernel):
    """A kernel that is neither built nor booted: what a fault changed in it, and what its console said, is given."""

    def __init__(self, folder: Path, differ: list[str], console: str) -> None:
        super().__init__(PretendedTree(TARGETS["arm"], folder, folder, ("make",)))
        self.differ, self.console = differ, console

    def changed(self, variant: str) -> list[str]:
        return self.differ

    def booted(self, name: str, image: Path) -> judge.Checks:
        return booted(self.console)


class PretendedTree(Tree):
    def put(self, rewrites: Rewrites, mends: Sequence[Mend] = ()) -> None: ...

    def made(self) -> None: ...

    @contextlib.contextmanager
    def spoilt(self, header: str, how: Callable[[str], str]) -> Iterator[None]:
        yield


@pytest.mark.parametrize(
    ("differ", "console", "noticed", "said"),
    [
        ([".text"], CONSOLE.replace("3 of 46", ""), False, "NOT CAUGHT"),
        ([], "nothing of it", False, "NOT IN THE IMAGE"),
        ([".text"], "# kprobes_test: pass:4 fail:1", True, "kunit"),
    ],
)
def test_a_fault_is_noticed_if_it_is_in_the_image(
    tmp_path: Path, differ: list[str], console: str, noticed: bool, said: str
) -> None:
    kernel = Pretended(tmp_path, differ, console)
    sound: judge.Checks = dict.fromkeys(TARGETS["arm"].checks, (False, "")) | {"kunit": (True, "")}
    sound["text"] = (True, "")
    caught, why = faults.tried(faults.Fault("x", "optprobe.h"), kernel, sound)
    assert caught == noticed
    assert said in why


def test_kernels_differ_in_sections() -> None:
    ours, theirs = {".text": b"a", ".data": b"b", ".one": b""}, {".text": b"a", ".data": b"c", ".two": b""}
    assert different(ours, theirs) == [".data", ".one", ".two"]
    assert different(ours, dict(ours)) == []


def test_the_page_shows_what_is_added_to_the_makefile() -> None:
    page = (REPO / "docs/kernel.md").read_text()
    (shown,) = re.findall(r"```make\n(.*?)```", page, re.DOTALL)
    assert shown == TARGETS["ppc64le"].hook.rules.read_text().lstrip()


def test_each_target_can_be_asked_for() -> None:
    listed = re.search(r'^readonly bootable="(.*)"$', (HERE / "run.sh").read_text(), re.MULTILINE)
    assert listed is not None
    assert listed[1].split() == list(TARGETS)
