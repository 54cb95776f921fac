"""No file brings down what reads it: a short fixed share in every run of the tests, 10,000 with `make soak`.

Whatever a file holds, it is read or refused with a message, soon, and in bounded memory."""

from __future__ import annotations

import os
import random
import resource
import time
import traceback
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.conftest import compile_file
from tests.processes import Late, at_most
from tests.soak.elves import Original, damaged, originals
from trampgen.diagnostics import Report
from trampgen.elf.debuginfo import sources
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.model.spec import Spec
from trampgen.scan.areas import of_elf
from trampgen.scan.patterns import order_of, patterns
from trampgen.scan.search import Finder
from trampgen.verify.run import verify

COUNT = int(os.environ.get("TRAMPGEN_SOAK") or 1000) // 2
SEED = int(os.environ.get("TRAMPGEN_SOAK_SEED") or 1)
_SECONDS = 2.0  # of CPU time for one file
_HANGS = 20
_MEMORY = 1 << 30  # bytes that a process may take beside those that it has


def read(spec: Spec, path: Path) -> str:
    """Everything that is done with a file; how it ended."""
    try:
        elf = Elf(str(path))
        verify(spec, [elf], (), Report())
        for info in sources(elf):
            info.struct("outer", "apply")
            info.enumerator("GREEN")
        for pattern in patterns(spec, elf.targets, order_of(elf)):
            for area in of_elf(elf, data=True):
                list(Finder(pattern).find(area.buffer))
    except BadElf as error:
        return f"refused: {error}"
    return "read"


def one(spec: Spec, path: Path) -> str:
    """The same; what must not be is said as a defect."""
    start = time.process_time()
    try:
        with at_most(_HANGS):
            ended = read(spec, path)
    except Late:
        return "defect: hangs"
    except MemoryError:
        return "defect: needs too much memory"
    except Exception:
        return f"defect: {traceback.format_exc(limit=-3)}"
    took = time.process_time() - start
    return ended if took < _SECONDS else f"defect: takes {took:.1f} s"


def _many(original: Original, folder: Path, seed: int, count: int, results: Connection) -> None:
    """In a process of its own, whose memory is bounded."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, used + _MEMORY))
    spec = compile_file(original.spec).spec
    dice, path = random.Random(seed), folder / f"{original.name}.o"
    for number in range(count):
        path.write_bytes(damaged(original.data, dice))
        ended = one(spec, path) if spec is not None else "defect: the spec has errors"
        if ended.startswith("defect"):
            (folder / f"{original.name}-{number}.o").write_bytes(path.read_bytes())
        results.send((number, ended))
    results.send(None)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Original]:
    return originals(tmp_path_factory.mktemp("elves"))


def test_undamaged_files_are_read(files: list[Original], tmp_path: Path) -> None:
    for original in files:
        compiled = compile_file(original.spec)
        assert compiled.spec is not None, [finding.message for finding in compiled.found]
        path = tmp_path / f"{original.name}.o"
        path.write_bytes(original.data)
        assert one(compiled.spec, path) == "read"


def test_damaged_files_are_read_or_refused(files: list[Original], tmp_path: Path) -> None:
    share = -(-COUNT // len(files))
    refused = 0
    for original in files:
        ours, theirs = get_context("fork").Pipe(duplex=False)
        process = get_context("fork").Process(target=_many, args=(original, tmp_path, SEED, share, theirs))
        process.start()
        theirs.close()
        defects = []
        try:
            while (result := ours.recv()) is not None:
                number, ended = result
                refused += ended.startswith("refused")
                defects += [f"{original.name}-{number}.o: {ended}"] if ended.startswith("defect") else []
        except EOFError:
            defects.append(f"{original.name}: the process died")
        process.join()
        assert defects == [], f"in {tmp_path}:\n" + "\n".join(defects[:5])
    assert refused > COUNT // 10  # it is damage that is tried
