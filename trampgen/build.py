"""A build: compile every spec, make every artefact in memory, and only then touch the output folder."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trampgen.compile import compile_spec
from trampgen.diagnostics import Abort, Report
from trampgen.emit.blob import blobs
from trampgen.emit.header import header
from trampgen.emit.listing import listing
from trampgen.emit.manifest import manifest
from trampgen.model.source import Sources
from trampgen.model.spec import Spec


@dataclass(frozen=True, slots=True)
class Built:
    """One spec and its artefacts by file name; `notes` say what could not be made, and why."""

    spec: Spec
    files: Mapping[str, bytes]
    notes: list[str]


def build(
    path: str, supplied: Mapping[str, int], kinds: Sequence[str], sources: Sources, report: Report
) -> Built | None:
    """The artefacts of one spec; None if it has errors, which are in the report."""
    own = Report()  # errors of another spec must not stop this one
    try:
        spec = compile_spec(path, supplied, sources, own)
    except Abort:
        return None
    finally:
        for diagnostic in own.found:
            report.add(diagnostic)
    files: dict[str, bytes] = {}
    notes: list[str] = []
    if "header" in kinds:
        files[f"{spec.name}.h"] = header(spec, regenerate(spec)).encode()
    if "json" in kinds:
        files[f"{spec.name}.json"] = manifest(spec).encode()
    if "blob" in kinds:
        made, notes = blobs(spec)
        files |= made
    if "listing" in kinds:
        files[f"{spec.name}.lst"] = listing(spec).encode()
    return Built(spec, files, notes)


def regenerate(spec: Spec) -> str:
    """The command that makes this header again, without any folder's name in it."""
    defines = [f"-D {extern.name}={extern.value}" for extern in spec.externs if extern.value is not None]
    return " ".join(["trampgen build", *sorted(defines), "--emit header", shlex.quote(f"{spec.name}.tramp")])
