"""The examples, compiled with the numbers that a kernel's build knows."""

from __future__ import annotations

import functools
from pathlib import Path

from tests.conftest import EXAMPLES, compile_file
from trampgen.model.spec import Spec, TemplateVariant, seen_from

LINUX = EXAMPLES / "linux"
# Those that pt_regs64.const does not have.
SUPPLIED = {"PACAKBASE": 24, "PACASOFTIRQEN": 2355}


def specs() -> list[Path]:
    """Every example that is no include file."""
    return [path for path in sorted(LINUX.rglob("*.tramp")) if not path.name.endswith(".inc.tramp")]


@functools.cache
def compiled(path: Path, bits: int) -> Spec:
    """An example with the offsets of a kernel of 32 or 64 bits."""
    files = [str(LINUX / "powerpc" / f"pt_regs{bits}.const")] if path.parent.name == "powerpc" else []
    spec = compile_file(path, SUPPLIED, files).spec
    assert spec is not None
    return spec


def variant(spec: str, template: str, bits: int = 64, /, **cases: str) -> TemplateVariant:
    """A template of `folder/stem` in some cases."""
    found = seen_from(compiled(LINUX / f"{spec}.tramp", bits).template(template).variants, cases.items())
    assert found is not None
    return found
