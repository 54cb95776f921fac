"""The record of a build, `.NAME.trampgen` beside its outputs: digests of what was read and what was written.

A build whose record still fits has nothing to do. No dataclass here and nothing heavy: this is all that such a
build loads."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping

from trampgen.resources import digest, digest_of_stream

TYPE_CHECKING = False  # see cli.py
if TYPE_CHECKING:
    from typing import Any

_FIELDS = ("tool", "defines", "sources", "externs", "inputs", "objects", "outputs", "findings")


class Record:
    """What one spec was built from and into.

    `defines` are the -D that name externs of the spec, `sources` the files that supply others, by the option that
    names them; `inputs` (texts), `objects` (ELF files) and `outputs[kind]` hold a digest for each file; `findings` are
    warnings in the form of `--format json`."""

    __slots__ = _FIELDS

    def __init__(
        self,
        tool: str,
        defines: Mapping[str, int],
        sources: Mapping[str, Iterable[str]],
        externs: Iterable[str],
        inputs: Mapping[str, str],
        objects: Mapping[str, str | None],
        outputs: Mapping[str, Mapping[str, str]],
        findings: list[dict[str, Any]],
    ) -> None:
        self.tool = tool
        self.externs = list(externs)
        self.defines = {name: value for name, value in sorted(defines.items()) if name in self.externs}
        self.sources = {option: list(files) for option, files in sources.items()}
        self.inputs = dict(inputs)
        self.objects = dict(objects)
        self.outputs = {kind: dict(files) for kind, files in outputs.items()}
        self.findings = findings

    def only(self, kinds: Iterable[str]) -> Record:
        """As much of it as is about these artefacts, all of which it has."""
        return self._with({kind: self.outputs[kind] for kind in kinds})

    def beside(self, old: Record) -> Record:
        """With what an older record knows of artefacts that this build was not asked for, if it is of the same
        inputs, options and tool: two rules of a makefile may each make one kind."""
        same = all(getattr(self, n) == getattr(old, n) for n in _FIELDS if n not in ("outputs", "findings"))
        return self._with({**old.outputs, **self.outputs}) if same else self

    def _with(self, outputs: Mapping[str, Mapping[str, str]]) -> Record:
        return Record(**{**{field: getattr(self, field) for field in _FIELDS}, "outputs": outputs})

    def fits(
        self,
        tool: str,
        spec: str,
        defines: Mapping[str, int],
        sources: Mapping[str, Iterable[str]],
        objects: Mapping[str, str | None],
        folder: str,
    ) -> bool:
        """Whether nothing changed: not the tool, the options, the files read, nor the files written."""
        return (
            self.tool == tool
            and self.defines == {name: defines[name] for name in self.externs if name in defines}
            and self.sources == {option: list(files) for option, files in sources.items()}
            and self.objects == dict(objects)
            and spec in self.inputs
            and _hold(self.inputs, "")
            and all(_hold(files, folder) for files in self.outputs.values())
        )

    def names(self) -> list[str]:
        """Every output."""
        return [name for files in self.outputs.values() for name in files]


def _hold(digests: Mapping[str, str], folder: str) -> bool:
    return all(digest_of(os.path.join(folder, path)) == known for path, known in digests.items())


def digest_of(path: str) -> str | None:
    """The digest of a file; None if it can't be read or is no plain file."""
    try:
        if not os.path.isfile(path):  # reading a pipe would wait for ever
            return None
        with open(path, "rb") as stream:
            return digest_of_stream(stream)
    except OSError:
        return None


def name_of(spec: str) -> str:
    """The name of a spec's record."""
    return f".{os.path.splitext(os.path.basename(spec))[0]}.trampgen"


def load(folder: str, spec: str) -> Record | None:
    """The record of the last build; None if there is none, or none that is as it was written."""
    path = os.path.join(folder, name_of(spec))
    try:
        if not os.path.isfile(path):
            return None
        with open(path, encoding="utf-8") as stream:
            seal, _, body = stream.read().partition("\n")
        known = json.loads(body) if seal == digest(body.encode()) else None
        # Another version of trampgen may have had other fields.
        return Record(**known) if isinstance(known, dict) and known.keys() == set(_FIELDS) else None
    except (OSError, ValueError):
        return None


def text(record: Record) -> str:
    """A record as it is stored: the digest of the rest on the first line, so that only our own are believed."""
    body = json.dumps({field: getattr(record, field) for field in _FIELDS}, indent=1) + "\n"
    return f"{digest(body.encode())}\n{body}"
