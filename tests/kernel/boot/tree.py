"""The kernel's source and build tree: one variant of it at a time is put in place, and what changed is built."""

from __future__ import annotations

import contextlib
import difflib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.kernel.boot.targets import SCRIPTS, Rewrites, Target

# Longest that any one process of a build may take, in seconds of CPU time.
_LONGEST = 600
_TRAMPGEN = f"TRAMPGEN={sys.executable} -m trampgen"
# A file of the source, what stands there, and what has to.
Mend = tuple[str, str, str]
_CONDITION = re.compile(r"#\s*(elif|else|endif)\b")


class Broken(Exception):
    """A build that failed, with what it said."""


def run(command: Sequence[str | Path], log: Path, stdin: str = "") -> None:
    """Run something that must succeed. What it says goes to a file."""
    limited = ["bash", "-c", f'ulimit -t {_LONGEST}; exec "$@"', "bash", *map(str, command)]
    done = subprocess.run(limited, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    log.write_text(done.stdout)
    if done.returncode:
        raise Broken(f"{log}:\n" + "\n".join(done.stdout.splitlines()[-20:]))


def with_lines(original: Sequence[str], edited: Sequence[str]) -> Iterator[str]:
    """An edited file whose untouched lines have the numbers that they had.

    `WARN_ON()` and its like put them into the kernel. They are said again after each part that the preprocessor may
    have skipped, since it skips what is said there, too; and not before a line that goes on has come to its end.
    """
    matcher = difflib.SequenceMatcher(None, original, edited, autojunk=False)
    previous = ""
    for kind, first, last, start, stop in matcher.get_opcodes():
        if kind != "equal":
            yield from edited[start:stop]
            previous = edited[stop - 1] if stop > start else previous
            continue
        due = first > 0
        for number, line in enumerate(original[first:last], first + 1):
            if due and not previous.endswith("\\\n"):
                yield f"#line {number}\n"
                due = False
            yield line
            previous = line
            due = due or (first > 0 and bool(_CONDITION.match(line)))


def write(path: Path, text: str) -> bool:
    """Write what differs. Hard links to the source that stays as it is are broken."""
    if path.exists() and path.read_text() == text:
        return False
    path.unlink(missing_ok=True)
    path.write_text(text)
    return True


@dataclass(frozen=True)
class Tree:
    """Folders of run.sh, and the command that builds; `clean` is the source as it was unpacked."""

    target: Target
    folder: Path
    clean: Path
    make: tuple[str, ...]

    @property
    def source(self) -> Path:
        """Hard links to the clean source; what is rewritten is a file of its own."""
        return self.folder / "source"

    @property
    def build(self) -> Path:
        """Where Kbuild writes."""
        return self.folder / "build"

    def header(self, name: str) -> Path:
        """Where one of the generated headers is. Folders have some in common: a name may say in which it is."""
        headers = (f"{hook.folder}/{spec.stem}.h" for hook in self.target.hooks for spec in hook.specs)
        return self.build / next(header for header in headers if header.endswith(f"/{name}"))

    def put(self, rewrites: Rewrites, mends: Sequence[Mend] = ()) -> None:
        """Have these files rewritten, and no others; then mend files of theirs, or specs."""
        self._forget_spoilt()
        texts = {name: self._original(name) for files in self.target.variants.values() for name in files}
        texts |= {name: self._rewritten(name, script) for name, script in rewrites.items()}
        for hook in self.target.hooks:
            makefile = f"{hook.folder}/Makefile"
            texts[makefile] = self._original(makefile) + (hook.rules.read_text() if rewrites else "")
            texts |= {f"{hook.folder}/{spec.name}": spec.read_text() for spec in hook.specs}
        for name, old, new in mends:
            if old not in texts[name]:
                raise Broken(f"{name} has no {old!r}")
            texts[name] = texts[name].replace(old, new)
        for name, text in texts.items():
            write(self.source / name, text)

    def _original(self, name: str) -> str:
        return (self.clean / name).read_text()

    def _rewritten(self, name: str, script: Path) -> str:
        original = self._original(name)
        scratch = self.folder / "edited"
        scratch.write_text(original)
        run(["ed", "-s", "-v", scratch], self.folder / "edit.log", stdin=script.read_text())
        return "".join(with_lines(original.splitlines(True), scratch.read_text().splitlines(True)))

    def made(self) -> None:
        """Build what changed."""
        offsets = f"{sys.executable} {SCRIPTS / 'same_template.py'} --constants"
        command = [
            *self.make,
            _TRAMPGEN,
            f"TRAMPGEN_OFFSETS={offsets}",
            self.target.image,
        ]
        run(command, self.folder / "make.log")

    @contextlib.contextmanager
    def spoilt(self, header: str, how: Callable[[str], str]) -> Iterator[None]:
        """Have one of the generated headers wrong for a while."""
        path, mark = self.header(header), self._mark
        sound = path.read_text()
        mark.touch()
        path.write_text(how(sound))
        try:
            yield
        finally:
            path.write_text(sound)
            mark.unlink()

    @property
    def _mark(self) -> Path:
        return self.folder / "spoilt"

    def _forget_spoilt(self) -> None:
        """Somebody was stopped while a header was wrong: have all of them made anew."""
        if self._mark.exists():
            for folder, spec in ((hook.folder, spec) for hook in self.target.hooks for spec in hook.specs):
                (self.build / folder / f".{spec.stem}.trampgen").unlink(missing_ok=True)
                (self.build / folder / f"{spec.stem}.h").unlink(missing_ok=True)
            self._mark.unlink()

    def modules(self, source: Path) -> list[Path]:
        """Modules of our own, built against the kernel as it is."""
        folder = self.folder / f"{source.parent.name}-{source.name}"
        folder.mkdir(exist_ok=True)
        changed = [write(folder / file.name, file.read_text()) for file in source.iterdir()]
        if any(changed) or not list(folder.glob("*.ko")):
            run([*self.make, _TRAMPGEN, f"M={folder}", "modules"], self.folder / "module.log")
        return sorted(folder.glob("*.ko"))
