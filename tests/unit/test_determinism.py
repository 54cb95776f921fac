"""The same spec gives the same bytes: whatever the hash seed, the locale, the folder, the order of arguments."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT, need

SPECS = ["module_stub.tramp", "module_stub_2016.tramp", "optprobe.tramp"]
DEFINES = ["-D", "PACATOC=16", "-D", "pt_regs.gpr[2]=24"]
TURKISH = "tr_TR.ISO-8859-9"  # another character set, and an i without a dot
LOCALES = ["C.UTF-8", "C", TURKISH]
FOLDERS = ["specs", "other place/übung", "deeper/than/that"]


@dataclass(frozen=True)
class Run:
    """One way to build the examples: everything follows from the hash seed."""

    seed: int

    @property
    def locale(self) -> str:
        return LOCALES[self.seed % 3]

    @property
    def folder(self) -> str:
        """Below the test's own folder."""
        return FOLDERS[self.seed // 3 % 3]

    @property
    def relative(self) -> bool:
        return bool(self.seed & 1)

    @property
    def elsewhere(self) -> bool:
        """Outputs in a folder given relative, deeper and not there yet."""
        return bool(self.seed & 2)

    def arguments(self, paths: list[str], output: str, defines: list[str]) -> list[str]:
        """Options and specs, shuffled."""
        draw = random.Random(self.seed)
        options = [
            ["--emit", "header,json"],
            ["--emit", "blob,listing"],
            ["-o", output],
            [f"-j{self.seed % 3 + 1}"],
        ]
        options += [defines] if defines else []
        groups = [*options, draw.sample(paths, len(paths))]
        return [word for group in draw.sample(groups, len(groups)) for word in group]


RUNS = [Run(seed) for seed in range(32)]
Outputs = dict[str, bytes]


def build(run: Run, base: Path, defines: list[str]) -> tuple[Outputs, str]:
    """The files of one build by name, and everything that was printed."""
    folder = base / run.folder
    paths = SPECS if run.relative else [str(folder / name) for name in SPECS]
    output = f"out/{run.seed}/deep" if run.elsewhere else str(base / f"out-{run.seed}")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": str(run.seed),
        "LC_ALL": run.locale,
        "LANG": run.locale,
        "LOCPATH": str(base / "locales") if run.locale == TURKISH else "",
        "TZ": "Asia/Tokyo" if run.relative else "UTC",
    }
    command = [sys.executable, "-m", "trampgen", "build", *run.arguments(paths, output, defines)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
    said = (done.stdout + done.stderr).decode("utf-8")
    assert done.returncode == 0, said
    found = folder / output  # an absolute one stays itself
    made = (
        path for path in sorted(found.iterdir()) if path.suffix != ".trampgen"
    )  # a record names its inputs
    return {path.name: path.read_bytes() for path in made}, said


def prepare(base: Path) -> None:
    """The examples in each folder, and a locale that few machines have."""
    for folder in FOLDERS:
        (base / folder).mkdir(parents=True)
        for name in (*SPECS, "optprobe.inc.tramp"):
            shutil.copy(EXAMPLES / "linux" / "powerpc" / name, base / folder)
    need("localedef")
    (base / "locales").mkdir()
    language, _, charset = TURKISH.partition(".")
    command = ["localedef", "-i", language, "-f", charset, str(base / "locales" / TURKISH)]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode:
        need("the Debian package locales")


@pytest.fixture(scope="module", params=[[], DEFINES], ids=["symbolic", "supplied"])
def builds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[tuple[Outputs, str]]]:
    """Every run, two at a time."""
    base = tmp_path_factory.mktemp("determinism")
    prepare(base)
    with ThreadPoolExecutor(2) as pool:
        return base, list(pool.map(lambda run: build(run, base, request.param), RUNS))


Builds = tuple[Path, list[tuple[Outputs, str]]]


def test_every_output_is_there(builds: Builds) -> None:
    names = set(builds[1][0][0])
    for stem in ("module_stub", "module_stub_2016", "optprobe"):
        assert {f"{stem}.h", f"{stem}.json", f"{stem}.lst"} <= names
    assert "module_stub.ppc64_stub.pcrel.be.bin" in names


def test_outputs_are_the_same_bytes(builds: Builds) -> None:
    (first, _), *others = builds[1]
    for run, (outputs, _) in zip(RUNS[1:], others, strict=True):
        assert list(outputs) == list(first), run
        different = [name for name in first if outputs[name] != first[name]]
        assert not different, run


def test_findings_are_the_same(builds: Builds) -> None:
    """Messages name the specs as they were given, and in the source's order."""

    def findings(said: str) -> list[str]:
        lines = re.findall(r"^.*?([^/\s]+\.tramp:\d+:\d+: (?:error|warning)\[.*)$", said, re.MULTILINE)
        return sorted(lines)

    first = findings(builds[1][0][1])
    assert len(first) >= 2
    for _, said in builds[1][1:]:
        assert findings(said) == first


def test_no_output_names_a_folder_or_a_date(builds: Builds) -> None:
    base, runs = builds
    words = [str(base), base.name, "other place", "übung", str(ROOT), str(Path.home()), "/tmp"]
    if os.environ.get("USER", "root") != "root":  # `root` could stand in a comment
        words.append(os.environ["USER"])
    dates = re.compile(
        rb"\b(19|20)\d\d[-/]\d\d?[-/]\d\d?\b|\b\d\d:\d\d:\d\d\b|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
    )
    for outputs, _ in runs:
        for name, data in outputs.items():
            if name.endswith(".bin"):
                continue
            assert not [word for word in words if word.encode() in data], name
            assert not dates.search(data), name


def test_outputs_are_text_with_unix_lines(builds: Builds) -> None:
    for name, data in builds[1][0][0].items():
        if not name.endswith(".bin"):
            text = data.decode("utf-8")
            assert text.endswith("\n")
            assert not text.endswith("\n\n")
            assert "\r" not in text
            if name != "module_stub.json":
                assert not re.search(r"[ \t]$", text, re.MULTILINE), name


def test_a_spec_does_not_depend_on_its_neighbours(builds: Builds, tmp_path: Path) -> None:
    """Built alone, the second spec has the same outputs."""
    folder = tmp_path / "alone"
    folder.mkdir()
    shutil.copy(EXAMPLES / "linux" / "powerpc" / SPECS[1], folder)
    outputs = builds[1][0][0]
    supplied = DEFINES[:2] if "module_stub_2016.ppc64_profile_stub.elfv2.be.bin" in outputs else []
    command = [
        sys.executable,
        "-m",
        "trampgen",
        "build",
        "-q",
        "--emit",
        "json,blob,listing",
        *supplied,
        SPECS[1],
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    for path in folder.iterdir():
        if path.suffix not in (".tramp", ".trampgen"):
            assert path.read_bytes() == outputs[path.name], path.name
