"""How far a long build has come: one line on a terminal, gone when the build is done."""

from __future__ import annotations

import shutil
import time
from typing import TextIO

_PATIENCE = 0.5  # seconds: a build that is done by then shows nothing
_WIDTH = 24


class Progress:
    """Counts specs that are done; silent where the stream is no terminal."""

    def __init__(self, total: int, stream: TextIO, wanted: bool) -> None:
        self._total, self._stream = total, stream
        self._shows = wanted and total > 1 and stream.isatty()
        self._start = time.monotonic()
        self._done = 0
        self._shown = False

    def done(self, path: str) -> None:
        """One more spec is finished."""
        self._done += 1
        if not self._shows or time.monotonic() - self._start < _PATIENCE:
            return
        filled = _WIDTH * self._done // self._total
        bar = "#" * filled + "." * (_WIDTH - filled)
        line = f"[{bar}] {self._done}/{self._total} {path}"
        self._stream.write("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1])
        self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        """Leave the line as it was."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
