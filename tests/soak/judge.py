"""One verdict on one text: compiled and emitted in this process, it is built or refused, and nothing else happens."""

from __future__ import annotations

import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.processes import Late, at_most
from trampgen.arguments import Given
from trampgen.assemble.process import Worker
from trampgen.build import Request, build
from trampgen.diagnostics import Diagnostic
from trampgen.diagnostics.codes import registry
from trampgen.diagnostics.json import render as render_json
from trampgen.diagnostics.text import render as render_text
from trampgen.emit import KINDS
from trampgen.model.source import Sources, Span

SECONDS = 2.0
_HANGS = 30  # of wall time: whoever is not done by then does not use CPU time either


@dataclass(frozen=True)
class Verdict:
    """What became of a text: whether it was built, the codes of its findings, the CPU time it took."""

    built: bool
    codes: tuple[str, ...]
    seconds: float


class Defect(AssertionError):
    """What no text may bring about."""


def judge(data: bytes, folder: Path, worker: Worker) -> Verdict:
    """Compile and emit a text as `folder`/spec.tramp; raises Defect."""
    path = folder / "spec.tramp"
    path.write_bytes(data)
    verdict = _judged(path, data, worker)
    if verdict.seconds > SECONDS:  # once more: others use this machine too
        verdict = _judged(path, data, worker)
        if verdict.seconds > SECONDS:
            raise Defect(f"takes {verdict.seconds:.1f} s of CPU time")
    return verdict


def _judged(path: Path, data: bytes, worker: Worker) -> Verdict:
    start = time.process_time()
    try:
        with at_most(_HANGS):
            product = build(Request(str(path), Given({}), KINDS), worker)
            sources = Sources(dict(product.texts))
            text = "".join(render_text(diagnostic, sources) for diagnostic in product.findings)
            text.encode("utf-8", "backslashreplace")
            json.loads(render_json(list(product.findings)))
    except Late:
        raise Defect(f"not done after {_HANGS} s") from None
    except Exception as error:
        raise Defect(f"{type(error).__name__}: {error}") from error
    seconds = time.process_time() - start
    errors = [diagnostic for diagnostic in product.findings if diagnostic.severity == "error"]
    _check((product.files is None) == bool(errors), "neither outputs nor errors, or both")
    made = [data for files in (product.files or {}).values() for data in files.values()]
    _check(all(made), "an empty output")
    for diagnostic in product.findings:
        _check_diagnostic(diagnostic, {str(path): data}, sources)
    return Verdict(product.files is not None, tuple(d.code for d in product.findings), seconds)


def _check_diagnostic(diagnostic: Diagnostic, given: dict[str, bytes], sources: Sources) -> None:
    said = f"{diagnostic.code}: {diagnostic.message}"
    _check(diagnostic.code in registry(), f"an unknown code: {said}")
    _check(bool(diagnostic.summary.strip()), f"no message: {said}")
    _check("\n" not in diagnostic.message, f"a message of several lines: {said}")
    _check(diagnostic.span is not None, f"no place: {said}")
    for span in (diagnostic.span, *(note.span for note in diagnostic.notes)):
        if span is not None:
            text = sources.texts.get(span.path)
            if text is None:  # refused before it was text
                text = given.get(span.path, b"").decode("utf-8", "replace")
            _check(_inside(span, text), f"{span} is outside its file: {said}")


def _inside(span: Span, text: str) -> bool:
    """Whether a span stands in a text; it may show the place behind the last character of a line."""
    lines = text.split("\n")
    if not 1 <= span.line <= span.end_line <= len(lines):
        return False
    first, last = len(lines[span.line - 1]), len(lines[span.end_line - 1])
    ordered = (span.line, span.column) < (span.end_line, span.end_column)
    return ordered and 1 <= span.column <= first + 1 and 1 <= span.end_column <= last + 2


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Defect(otherwise)


def kept(data: bytes, why: str) -> Path:
    """The failing text, written where it can be looked at."""
    folder = Path(os.environ.get("TRAMPGEN_SOAK_KEEP") or tempfile.mkdtemp(prefix="trampgen-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"defect-{len(list(folder.iterdir()))}.tramp"
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(why + "\n", encoding="utf-8", errors="backslashreplace")
    return path


def shrunk(data: bytes, folder: Path, worker: Worker, seconds: float = 5.0) -> bytes:
    """A smaller text with a defect too: lines are taken away, ever fewer at once, while there is time."""
    lines, until = data.split(b"\n"), time.monotonic() + seconds
    step = len(lines) // 2
    while step:
        start = 0
        while start < len(lines) and time.monotonic() < until:
            fewer = lines[:start] + lines[start + step :]
            if _defective(b"\n".join(fewer), folder, worker):
                lines = fewer
            else:
                start += step
        step //= 2
    return b"\n".join(lines)


def _defective(data: bytes, folder: Path, worker: Worker) -> bool:
    try:
        judge(data, folder, worker)
    except Defect:
        return True
    return False
