"""A build: compile every spec, make every artefact in memory, and only then touch the output folder."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from trampgen.compile import compile_spec
from trampgen.diagnostics import Abort, Report
from trampgen.emit.blob import blobs
from trampgen.emit.header import header
from trampgen.emit.listing import listing
from trampgen.emit.manifest import manifest
from trampgen.model.source import Sources
from trampgen.model.spec import Spec

KINDS = ("header", "json", "blob", "listing")


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
        report.found += own.found
    notes: list[str] = []
    files: dict[str, bytes] = {}
    for kind in KINDS:
        if kind in kinds:
            files |= _MAKERS[kind](spec, supplied, notes)
    return Built(spec, files, notes)


Maker = Callable[[Spec, Mapping[str, int], list[str]], dict[str, bytes]]


def _header(spec: Spec, supplied: Mapping[str, int], notes: list[str]) -> dict[str, bytes]:
    return {f"{spec.name}.h": header(spec, regenerate(spec, supplied)).encode()}


def _json(spec: Spec, supplied: Mapping[str, int], notes: list[str]) -> dict[str, bytes]:
    return {f"{spec.name}.json": manifest(spec).encode()}


def _blob(spec: Spec, supplied: Mapping[str, int], notes: list[str]) -> dict[str, bytes]:
    files, missing = blobs(spec)
    notes += missing
    return files


def _listing(spec: Spec, supplied: Mapping[str, int], notes: list[str]) -> dict[str, bytes]:
    return {f"{spec.name}.lst": listing(spec).encode()}


_MAKERS: dict[str, Maker] = {"header": _header, "json": _json, "blob": _blob, "listing": _listing}


def regenerate(spec: Spec, supplied: Mapping[str, int]) -> str:
    """The command that makes this header again, without any folder's name in it."""
    defines = [f"-D {name}={value}" for name, value in sorted(supplied.items())]
    return " ".join(["trampgen build", *defines, "--emit header", shlex.quote(f"{spec.name}.tramp")])
