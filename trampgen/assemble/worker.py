"""The process that Keystone lives in. Run as a script; imports nothing of ours, so that nothing of ours dies with it.

Reads one JSON request a line: {arch, mode, big, address, width, statements, single}. Answers with JSON lines:
a batch gives one line, {"codes": [hex, …]} or {"failed": why}; with `single`, one line a statement,
{"code": hex} or {"failed": why}, so that the statement that kills the process is known by its silence."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import resource
import signal
import sys
from collections.abc import Callable

TYPE_CHECKING = False  # typing's own takes longer to load than Keystone
if TYPE_CHECKING:
    from typing import Any

_MEMORY = 1 << 30
_PRINTED = 16 << 20  # bytes in one file; standard error is a file
_CPU_SECONDS = 0.5  # for one call, which takes less than a thousandth of it
_MOST_CODE = 1 << 20
_OUT_OF_MEMORY = 1
_PR_SET_PDEATHSIG = 1
_CHUNK = 2048  # statements in one call: keeps the table of label differences small


def _library() -> ctypes.CDLL:
    """The shared library inside the keystone package, without running the package's own import code."""
    spec = importlib.util.find_spec("keystone")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        for name in ("libkeystone.so", "libkeystone.so.0", "libkeystone.dylib"):
            if os.path.exists(os.path.join(folder, name)):
                return _declared(ctypes.CDLL(os.path.join(folder, name)))
    raise OSError("libkeystone is not installed")


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    library.ks_open.argtypes = [ctypes.c_uint, ctypes.c_uint, ctypes.POINTER(ctypes.c_void_p)]
    library.ks_asm.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_uint64,
        ctypes.POINTER(ctypes.POINTER(ctypes.c_ubyte)),
        ctypes.POINTER(ctypes.c_size_t),
        ctypes.POINTER(ctypes.c_size_t),
    ]
    library.ks_errno.argtypes = library.ks_close.argtypes = [ctypes.c_void_p]
    library.ks_free.argtypes = [ctypes.POINTER(ctypes.c_ubyte)]
    library.ks_strerror.restype = ctypes.c_char_p
    return library


def _assemble(library: ctypes.CDLL, arch: int, mode: int, text: str, address: int) -> bytes:
    """One call on a fresh engine: an engine that has reported an error may read freed memory later."""
    engine = ctypes.c_void_p()
    status = library.ks_open(arch, mode, ctypes.byref(engine))
    if status:
        raise ValueError(f"Keystone can't open this mode (error {status})")
    encoding = ctypes.POINTER(ctypes.c_ubyte)()
    size, count = ctypes.c_size_t(), ctypes.c_size_t()
    try:
        status = library.ks_asm(
            engine,
            text.encode("ascii"),
            address,
            ctypes.byref(encoding),
            ctypes.byref(size),
            ctypes.byref(count),
        )
        if status:
            raise _failure(library, library.ks_errno(engine))
        code = _copied(encoding, size.value)
        library.ks_free(encoding)
        return code
    finally:
        library.ks_close(engine)


def _failure(library: ctypes.CDLL, error: int) -> Exception:
    """Why a call failed. Memory that is gone would fail the next statement too: that ends the process."""
    text = library.ks_strerror(error)
    reason = text.decode("ascii", "replace").strip() if text else ""
    reason = reason or f"Keystone gives error {error} without a reason"
    return MemoryError(reason) if error == _OUT_OF_MEMORY else ValueError(reason)


def _copied(encoding: Any, size: int) -> bytes:
    """What Keystone made; neither its pointer nor its size is believed."""
    if not size:
        return b""
    if not encoding or size > _MOST_CODE:
        raise ValueError(f"Keystone claims to have made {size} bytes")
    return ctypes.string_at(encoding, size)


def _batch(library: ctypes.CDLL, request: dict[str, Any], statements: list[str], address: int) -> list[str]:
    """Codes of several statements from one call, cut by a table of label differences at the end."""
    lines = [f"L{i}: {statement}" for i, statement in enumerate(statements)]
    lines.append(f"L{len(statements)}:")
    lines += [f".long L{i + 1}-L{i}" for i in range(len(statements))]
    code = _assemble(library, request["arch"], request["mode"], "\n".join(lines), address)
    table = 4 * len(statements)
    if len(code) < table:
        raise ValueError("Keystone returned less than was asked for")
    body, sizes = code[:-table], code[-table:]
    codes, at = [], 0
    for i in range(len(statements)):
        length = int.from_bytes(sizes[4 * i : 4 * i + 4], "big" if request["big"] else "little")
        codes.append(body[at : at + length])
        at += length
    if at != len(body) or any(len(c) == 0 for c in codes) or _misplaced(codes, request["width"]):
        raise ValueError("the lengths of Keystone's output don't add up")
    return [c.hex() for c in codes]


def _misplaced(codes: list[bytes], width: int) -> bool:
    return width > 0 and any(len(c) != width for c in codes)


def _answer(library: ctypes.CDLL, request: dict[str, Any], reply: Callable[[dict[str, Any]], None]) -> None:
    statements, width = request["statements"], request["width"]
    if not request["single"]:
        # CPU time, not wall time: a busy machine is no hang. SIGPROF ends the process.
        signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS + len(statements) / 1000)
        codes = []
        try:
            for start in range(0, len(statements) or 1, _CHUNK):  # no statements: a sign of life is wanted
                part = statements[start : start + _CHUNK]
                codes += _batch(library, request, part, request["address"] + width * start)
            reply({"codes": codes})
        except ValueError as error:
            reply({"failed": str(error)})
        return
    for index, statement in enumerate(statements):
        signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS)
        try:
            code = _assemble(
                library, request["arch"], request["mode"], statement, request["address"] + width * index
            )
            if not code:
                raise ValueError("Keystone reported success and returned nothing")
            if _misplaced([code], width):
                raise ValueError(f"Keystone made {len(code)} bytes of it, an instruction has {width}")
            reply({"code": code.hex()})
        except ValueError as error:
            reply({"failed": str(error)})


def die_with(parent: int) -> None:
    """Ask the kernel (of Linux) to end this process when the thread that started it is gone, however it ends."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone")  # too early for the kernel to tell


def obey(parent: int) -> None:
    """In a process that was forked: signals to end are obeyed at once, and the end of the parent is one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with(parent)


def _limit(kind: int, most: int) -> None:
    """Lower a limit; one that is lower already can't be raised, and need not be."""
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def main() -> None:
    """Serve requests until standard input ends. The one argument is the parent's process id."""
    if sys.argv[1:]:
        die_with(int(sys.argv[1]))
    _limit(resource.RLIMIT_AS, _MEMORY)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, _PRINTED)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the library prints must not be taken for an answer

    def reply(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    library = _library()
    for line in sys.stdin:
        try:
            _answer(library, json.loads(line), reply)
        except MemoryError as error:  # too little is left even for Python to say so in its own way
            os.write(2, f"{str(error) or 'out of memory'}\n".encode())
            os._exit(1)
        signal.setitimer(signal.ITIMER_PROF, 0)


if __name__ == "__main__":
    main()
