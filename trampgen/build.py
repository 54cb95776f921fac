"""From requests to products: specs compiled, alone or several at a time, and every artefact made in memory."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from trampgen.arguments import Given
from trampgen.assemble.process import Worker
from trampgen.collector import uncollected
from trampgen.compile import compile_spec
from trampgen.diagnostics import Abort, Diagnostic, Report
from trampgen.emit.blob import blobs
from trampgen.emit.header import header
from trampgen.emit.listing import listing
from trampgen.emit.manifest import manifest
from trampgen.emit.summary import summary
from trampgen.facts.gather import gather
from trampgen.model.record import record
from trampgen.model.source import Sources
from trampgen.model.spec import Spec

Files = Mapping[str, Mapping[str, bytes]]  # kind → file name → bytes


@record
class Request:
    """One spec to compile, what is given for its externs and the artefacts wanted.

    `gnu_as` is the prefix of an assembler to compare with, if any."""

    path: str
    given: Given
    kinds: tuple[str, ...] = ()
    gnu_as: str | None = None


@record
class Product:
    """What became of a request; `files` is None where there are errors, which are among the findings."""

    files: Files | None
    findings: tuple[Diagnostic, ...]
    texts: Mapping[str, str]  # every file read, by the path that messages show
    externs: tuple[str, ...] = ()
    summary: str = ""


@uncollected()
def build(request: Request, worker: Worker) -> Product:
    """Compile one spec and make its artefacts."""
    sources, report = Sources(), Report()
    try:
        facts = gather(request.given, sources, report)
        spec = compile_spec(request.path, facts.values, sources, report, worker, facts)
    except Abort:
        return Product(None, tuple(report.found), sources.texts)
    if request.gnu_as is not None:
        from trampgen.assemble.second_opinion import compare

        compare(spec, request.gnu_as, report)
    files, notes = artefacts(spec, request.kinds)
    externs = tuple(extern.name for extern in spec.externs)
    return Product(files, tuple(report.found), sources.texts, externs, summary(spec, notes))


def artefacts(spec: Spec, kinds: tuple[str, ...]) -> tuple[Files, list[str]]:
    """The files of each kind, and notes that say what could not be made, and why."""
    files: dict[str, Mapping[str, bytes]] = {}
    notes: list[str] = []
    if "header" in kinds:
        files["header"] = {f"{spec.name}.h": header(spec, regenerate(spec)).encode()}
    if "json" in kinds:
        files["json"] = {f"{spec.name}.json": manifest(spec).encode()}
    if "blob" in kinds:
        files["blob"], notes = blobs(spec)
    if "listing" in kinds:
        files["listing"] = {f"{spec.name}.lst": listing(spec).encode()}
    if "rust" in kinds:
        from trampgen.emit.rust import rust

        text, more = rust(spec, regenerate(spec, "rust"))
        files["rust"], notes = {f"{spec.name}.rs": text.encode()}, [*notes, *more]
    return files, notes


def regenerate(spec: Spec, kind: str = "header") -> str:
    """The command that makes an artefact again, without any folder's name in it."""
    defines = [f"-D {extern.name}={extern.value}" for extern in spec.externs if extern.value is not None]
    return " ".join(["trampgen build", *sorted(defines), f"--emit {kind}", shlex.quote(f"{spec.name}.tramp")])
