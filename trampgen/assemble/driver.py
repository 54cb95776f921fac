"""Keystone at arm's length: one worker process, one batch, and a reason for every statement that gave no code."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from trampgen.isa.base import Isa

# Addresses high enough that no branch target is negative: `bge -0x40` would parse as `bge-`.
BASE = 0x10000000
_WALL_SECONDS = 60.0
_STATEMENT = re.compile(r"[a-z][a-z0-9_.]*[+-]?( [ -~]*)?")
_OPERANDS = re.compile(r"[A-Za-z0-9_,.()\[\]{}#+*!^ -]*")
_NUMBER = re.compile(r"0x[0-9a-f]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Result:
    """The code of a statement, or why there is none; `fatal` if it took the assembler down with it."""

    code: bytes | None
    problem: str = ""
    fatal: bool = False


class WorkerDied(Exception):
    """The worker ended or stayed silent; the text says how."""


def gate(statement: str) -> str | None:
    """Why a statement must not reach Keystone, or None. Inputs beyond this are known to crash or hang it."""
    if not _STATEMENT.fullmatch(statement):
        return "a statement starts with a lower-case mnemonic and is printable ASCII on one line"
    operands = statement.partition(" ")[2]
    if not _OPERANDS.fullmatch(operands):
        bad = next(c for c in operands if not _OPERANDS.fullmatch(c))
        return f"`{bad}` can't stand in an operand"
    if len(statement) > 200:
        return "the statement is longer than 200 characters"
    for opening, closing in ("()", "[]", "{}"):
        if operands.count(opening) != operands.count(closing) or operands.count(opening) > 8:
            return f"unbalanced {opening} {closing}"
    if operands.lstrip()[:1] in tuple("),+%"):
        return "an operand is missing"
    if any(
        int(n, 0) >= 1 << 63
        for n in _NUMBER.findall(operands)
        if n.startswith("0x") or n == "0" or n[0] != "0"
    ):
        return "a number of 64 bits or more"
    return None


class Assembler:
    """A Keystone worker for one target; use as a context manager so that no process is left behind."""

    def __init__(self, isa: Isa, command: list[str] | None = None) -> None:
        self.isa = isa
        self._command = command or [sys.executable, "-I", str(Path(__file__).with_name("worker.py"))]
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self._errors: IO[bytes] | None = None

    def __enter__(self) -> Assembler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin loading Keystone; the caller can do other work meanwhile."""
        if self._process is None:
            self._errors = tempfile.TemporaryFile()
            self._unread = b""
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
            )

    def close(self) -> None:
        """End the worker, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def assemble(self, statements: list[str]) -> list[Result]:
        """The code of each statement; the statement at index i is assembled for BASE + i * unit."""
        refused = {i: why for i, s in enumerate(statements) if (why := gate(s))}
        if refused:
            safe = [("nop" if i in refused else s) for i, s in enumerate(statements)]
            return [
                Result(None, refused[i]) if i in refused else result
                for i, result in enumerate(self.assemble(safe))
            ]
        if not statements:
            return []
        try:
            answer = next(self._ask(statements, single=False))
            if "codes" in answer:
                return [Result(bytes.fromhex(code)) for code in answer["codes"]]
        except WorkerDied:
            pass
        return self._one_by_one(statements)

    def _one_by_one(self, statements: list[str]) -> list[Result]:
        """Slower, but says which statement fails: the one whose answer is an error, or never comes."""
        results: list[Result] = []
        while len(results) < len(statements):
            try:
                for answer in self._ask(statements[len(results) :], single=True, at=len(results)):
                    code = answer.get("code")
                    results.append(Result(bytes.fromhex(code)) if code else Result(None, answer["failed"]))
            except WorkerDied as death:
                results.append(Result(None, str(death), fatal=True))
        return results

    def _ask(self, statements: list[str], single: bool, at: int = 0) -> Iterator[dict[str, Any]]:
        self.start()
        assert self._process is not None and self._process.stdin is not None
        arch, mode = self.isa.keystone
        request = {
            "arch": arch,
            "mode": mode,
            "big": True,
            "width": self.isa.unit,
            "address": BASE + at * self.isa.unit,
            "statements": statements,
            "single": single,
        }
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise self._death() from None
        for _ in statements if single else [None]:
            yield self._answer()

    def _answer(self) -> dict[str, Any]:
        try:
            answer = json.loads(self._line())
        except ValueError:
            raise self._death() from None
        if not isinstance(answer, dict) or not answer.keys() & {"code", "codes", "failed"}:
            raise self._death()
        return answer

    def _line(self) -> bytes:
        """The next line of the worker; less than a line if it ended or said nothing for too long."""
        assert self._process is not None and self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        deadline = time.monotonic() + _WALL_SECONDS
        while b"\n" not in self._unread:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            more = os.read(pipe, 1 << 20) if ready else b""
            if not more:
                return self._unread
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _death(self) -> WorkerDied:
        """What became of the worker, in words; the next request starts a new one."""
        assert self._process is not None and self._errors is not None
        try:
            status: int | None = self._process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            status = None
        self._errors.seek(0)
        said = self._errors.read(4096).decode("utf-8", "replace").strip().split("\n")[-1]
        self.close()
        how = (
            "Keystone gave no sensible answer"
            if status is None
            else "Keystone did not finish: out of CPU time"
            if status == -27
            else f"Keystone was ended by signal {-status}"
            if status < 0
            else f"Keystone's process ended with status {status}"
        )
        return WorkerDied(f"{how} ({said})" if said else how)
