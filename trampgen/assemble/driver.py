"""Keystone at arm's length: one worker process, one batch, and a reason for every statement that gave no code."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

from trampgen.assemble.process import ProcessLost, Unusable, Worker, readable
from trampgen.isa.base import Isa
from trampgen.model.record import record

# Addresses high enough that no branch target is negative: `bge -0x40` would parse as `bge-`.
BASE = 0x10000000
_WALL_SECONDS = 15.0  # for one answer; what spins is ended by its CPU timer long before
_MOST_LOSSES = 8  # each of them a statement that took a worker down; the rest is then not asked
_PATIENCE = 2.0  # seconds for which such statements are looked for
_STATEMENT = re.compile(r"[a-z][a-z0-9_.]*[+-]?( [ -~]*)?")
_LONGEST = 200
_MOST_BYTES = 15  # of an instruction of x86 (SDM volume 2, section 2.3.11)


@record
class Result:
    """The code of a statement, or why there is none; `fatal` if it took the assembler down with it.

    After too many of those the rest is not `asked`: nothing is known of it."""

    code: bytes | None
    problem: str = ""
    fatal: bool = False
    asked: bool = True


def gate(statement: str, operands: re.Pattern[str]) -> str | None:
    """Why a statement must not reach Keystone, or None. Inputs beyond this are known to crash or hang it."""
    if not _STATEMENT.fullmatch(statement):
        return "a statement starts with a lower-case mnemonic and is printable ASCII on one line"
    if len(statement) > _LONGEST:
        return f"the statement is longer than {_LONGEST} characters"
    given = statement.partition(" ")[2]
    if given and not operands.fullmatch(given):
        return "these are no operands of this target"
    if any(int(number, 0) >= 1 << 63 for number in re.findall(r"\b(?:0x[0-9a-f]+|[1-9][0-9]*)", given)):
        return "a number of 64 bits or more"
    return None


class Assembler:
    """Statements of one target to bytes, by a worker."""

    def __init__(self, isa: Isa, worker: Worker) -> None:
        self.isa = isa
        self._worker = worker

    def assemble(self, statements: list[str]) -> list[Result]:
        """The code of each statement; the statement at index i is assembled for BASE + i * unit."""
        known = {
            i: Result(None, why) for i, s in enumerate(statements) if (why := gate(s, self.isa.operands))
        }
        for i, statement in enumerate(statements):
            word = self.isa.own_word(statement, BASE + i * self.isa.unit)
            if i not in known and word is not None:
                known[i] = Result(word.to_bytes(self.isa.unit, "big"))
        results = self._assemble([self.isa.nop if i in known else s for i, s in enumerate(statements)])
        return [known.get(i, result) for i, result in enumerate(results)]

    def _assemble(self, statements: list[str]) -> list[Result]:
        if not statements:
            return []
        try:
            answer = next(self._ask(statements, single=False))
            if "codes" in answer:
                return [Result(self._code(code)) for code in _listed(answer["codes"], len(statements))]
        except ProcessLost:
            self._worker.close()
        return self._one_by_one(statements)

    def _one_by_one(self, statements: list[str]) -> list[Result]:
        """Slower, but says which statement fails: the one whose answer is an error, or never comes."""
        results: list[Result] = []
        losses, started = 0, time.monotonic()
        while len(results) < len(statements):
            self._show_life()
            try:
                for answer in self._ask(statements[len(results) :], single=True, at=len(results)):
                    result = Result(self._code(answer["code"])) if "code" in answer else _failed(answer)
                    results.append(result)
            except ProcessLost as loss:
                self._worker.close()
                results.append(Result(None, f"Keystone's process was lost: {loss}", fatal=True))
                losses += 1
                if losses == _MOST_LOSSES or time.monotonic() - started > _PATIENCE:
                    break
        unasked = Result(None, "not asked", asked=False)
        return results + [unasked] * (len(statements) - len(results))

    def _show_life(self) -> None:
        """A new worker answers an empty batch first, so that no statement is blamed where none ever works."""
        if self._worker.is_running:
            return
        try:
            next(self._ask([], single=False))
        except ProcessLost as loss:
            self._worker.close()
            raise Unusable(f"Keystone's process does not work: {loss}") from None

    def _ask(self, statements: list[str], single: bool, at: int = 0) -> Iterator[dict[str, Any]]:
        """Send a request and yield its answers, one or one for each statement."""
        process = self._worker.start()
        arch, mode = self.isa.keystone
        request = {
            "arch": arch,
            "mode": mode,
            "big": self.isa.order == "big",
            "width": 0 if self.isa.of_bytes else self.isa.unit,  # 0: of any
            "address": BASE + at * self.isa.unit,
            "statements": statements,
            "single": single,
        }
        process.send(json.dumps(request).encode(), _WALL_SECONDS)
        for _ in statements if single else [None]:
            yield _answer(process.receive(_WALL_SECONDS))

    def _code(self, text: object) -> bytes:
        """The code of one statement in value form, of a width that instructions have; bytes stay as they are."""
        try:
            code = bytes.fromhex(text) if isinstance(text, str) else b""
        except ValueError:
            code = b""
        if not 0 < len(code) <= _MOST_BYTES if self.isa.of_bytes else len(code) != self.isa.unit:
            raise ProcessLost("it gives no sensible answer")
        return code if self.isa.order == "big" or self.isa.of_bytes else code[::-1]


def _answer(line: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or not answer.keys() & {"code", "codes", "failed"}:
        raise ProcessLost("it gives no sensible answer")
    return answer


def _listed(codes: object, count: int) -> list[object]:
    if not isinstance(codes, list) or len(codes) != count:
        raise ProcessLost("it gives no sensible answer")
    return codes


def _failed(answer: dict[str, Any]) -> Result:
    reason = answer.get("failed")
    if not isinstance(reason, str) or not reason:
        raise ProcessLost("it gives no sensible answer")
    return Result(None, readable(reason))
