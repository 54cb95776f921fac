"""What a build leaves on disk, under the folder's lock: outputs, then their records; what is no longer made goes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from trampgen.emit.write import locked, write
from trampgen.incremental import record as records
from trampgen.incremental.record import Record


def store(folder: str, files: Mapping[str, bytes], built: Mapping[str, Record]) -> dict[str, str]:
    """Write outputs, then the records of their specs. Says which files were `wrote` and `removed`. Raises OSError."""
    with locked(folder):
        gone: list[str] = []
        kept: dict[str, bytes] = {}
        for spec, new in built.items():
            old = records.load(folder, spec)
            if old is not None:
                gone += [name for name in _orphans(folder, old, new) if name not in files]
                new = new.beside(old)
            kept[records.name_of(spec)] = records.text(new).encode()
        changed = write(folder, {**files, **kept})
        for name in gone:
            os.unlink(os.path.join(folder, name))
    return dict.fromkeys(changed, "wrote") | dict.fromkeys(gone, "removed")


def _orphans(folder: str, old: Record, new: Record) -> Iterator[str]:
    """Outputs of the last build that this one no longer makes, unless somebody has changed them since."""
    made = set(new.names())
    for kind in new.outputs:
        for name, known in old.outputs.get(kind, {}).items():
            plain = os.path.basename(name) == name
            if name not in made and plain and records.digest_of(os.path.join(folder, name)) == known:
                yield name
