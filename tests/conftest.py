"""What all tests share: the toolchain gate, and specs compiled from text or from examples/."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from trampgen.arguments import Given
from trampgen.assemble.driver import Assembler
from trampgen.assemble.process import Worker
from trampgen.compile import compile_spec
from trampgen.diagnostics import Abort, Diagnostic, Report
from trampgen.facts.gather import gather
from trampgen.isa.base import Isa
from trampgen.model.source import Sources
from trampgen.model.spec import Spec

# The same examples in every run; TRAMPGEN_EXPLORE=1 looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("TRAMPGEN_EXPLORE") else "steady")

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"


def need(*commands: str) -> None:
    """Skip without these commands; fail instead where the run says that the toolchain must be there."""
    missing = [command for command in commands if shutil.which(command) is None]
    if not missing:
        return
    reason = f"needs Debian packages for {', '.join(missing)}"
    if os.environ.get("TRAMPGEN_REQUIRE_TOOLCHAIN"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class Compiled:
    """A spec, or None with the findings that say why not."""

    spec: Spec | None
    found: list[Diagnostic]
    sources: Sources

    @property
    def codes(self) -> list[str]:
        return [diagnostic.code for diagnostic in self.found]


def compile_file(
    path: Path,
    supplied: Mapping[str, int] | None = None,
    constants: Sequence[str] = (),
    asm_offsets: Sequence[str] = (),
    elf: Sequence[str] = (),
    then: Callable[[Spec, Report], object] | None = None,
) -> Compiled:
    """Compile one file, and do something more with the spec; errors are returned, not raised."""
    sources, report = Sources(), Report()
    try:
        with Worker() as worker:
            facts = gather(Given(supplied or {}, constants, asm_offsets, elf), sources, report)
            spec: Spec | None = compile_spec(str(path), facts.values, sources, report, worker, facts)
        if then is not None and spec is not None:
            then(spec, report)
    except Abort:
        spec = None
    return Compiled(spec, report.ordered(), sources)


@contextmanager
def assembler_of(isa: Isa, command: list[str] | None = None) -> Iterator[Assembler]:
    """An assembler with a worker of its own, which may be another program than the real one."""
    with Worker(command) as worker:
        yield Assembler(isa, worker)


@pytest.fixture
def compile_text(tmp_path: Path) -> Callable[..., Compiled]:
    """Compile a spec given as text; the licence line is added."""

    def compile_it(text: str, supplied: Mapping[str, int] | None = None, licence: bool = True) -> Compiled:
        path = tmp_path / "spec.tramp"
        head = "//! SPDX-License-Identifier: MIT\n" if licence else ""
        path.write_text(head + textwrap.dedent(text))
        return compile_file(path, supplied)

    return compile_it
