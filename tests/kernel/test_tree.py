"""What docs/kernel.md says of a kernel tree, and the module of examples/module, with prepared trees of Linux 6.12."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT
from trampgen.cli import main

Objects = Callable[[str], Path]
PAGE = (ROOT / "docs" / "kernel.md").read_text()
CROSS = {
    "ppc64le": "powerpc64le-linux-gnu-",
    "ppc64le-pcrel": "powerpc64le-linux-gnu-",
    "ppc64be-elfv1": "powerpc64-linux-gnu-",
    "ppc64be-elfv2": "powerpc64-linux-gnu-",
}


def shown(section: str) -> list[list[str]]:
    """The trampgen commands of a section."""
    part = PAGE.split(f"## {section}\n")[1].split("\n## ")[0]
    return [line.split() for line in re.findall(r"^    trampgen (.*)$", part, re.MULTILINE)]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kernel_objects: Objects) -> Path:
    """As a kernel's build tree, as far as the page goes."""
    objects = kernel_objects("ppc64le")
    shutil.copytree(EXAMPLES / "linux" / "powerpc", tmp_path, dirs_exist_ok=True)
    for folder, names in (
        ("include/generated", ("asm-offsets.h",)),
        ("arch/powerpc/kernel", ("optprobes.o", "optprobes_head.o")),
    ):
        (tmp_path / folder).mkdir(parents=True)
        for name in names:
            shutil.copy(objects / name, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_of_the_page_run(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pypcode")
    commands = shown("In a kernel tree")
    assert [words[0] for words in commands] == ["build", "build", "build", "build", "prove", "verify"]
    for words in commands:
        assert main(words) == 0, capsys.readouterr().err
    out = capsys.readouterr().out
    assert "proved   optprobe_template [ppc64, elfv2], little-endian: " in out
    assert "ok       optprobe optprobe_template [ppc64, elfv2]: 109 words" in out
    assert "assumed  struct pt_regs is not supplied" not in out
    assert "module_stub.h was made for PACATOC = 16" in (tree / "module_stub.h").read_text()
    assert sorted(path.name for path in tree.glob("optprobe.*.bin"))


def test_a_stale_header_is_noticed(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, checked = shown("In a kernel tree")[:2]
    assert "--check" in checked
    assert main(made) == main(checked) == 0
    spec = tree / "module_stub.tramp"
    spec.write_text(spec.read_text().replace("elfv1: 40, _: 24", "elfv1: 40, _: 32"))
    capsys.readouterr()
    assert main(checked) == 1
    assert re.search(r"^\+\t0xf8410020,.*std +r2, 32\(r1\)", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize("target", CROSS)
def test_the_module_compiles(target: str, tmp_path: Path, kernel_objects: Objects) -> None:
    """With all the warnings that a kernel developer can ask for at first."""
    prepared = kernel_objects(target).parent
    folder = tmp_path / "module"
    shutil.copytree(EXAMPLES / "module", folder)
    command = [
        "make", "-C", str(prepared), f"M={folder}", "ARCH=powerpc", f"CROSS_COMPILE={CROSS[target]}",
        "W=1", f"TRAMPGEN={sys.executable} -m trampgen", "tramp_calls.o",
    ]  # fmt: skip
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    done = subprocess.run(
        command, env=environment | {"PYTHONPATH": str(ROOT), "LC_ALL": "C"}, text=True, timeout=300,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "warning" not in done.stdout, done.stdout
    assert (folder / "tramp_calls.o").exists()
    checkpatch = ["perl", str(prepared / "source/scripts/checkpatch.pl"), "--no-tree", "--no-summary"]
    said = subprocess.run(
        [*checkpatch, "--strict", "--quiet", "-f", str(folder / "tramp_calls.c")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout == ""
