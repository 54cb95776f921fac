"""capstone's shared library, opened without its Python package, which loads the tables of every instruction set."""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import os

_MAJOR = 5  # the version whose cs_insn is declared below; pyproject.toml asks for it


class _Insn(ctypes.Structure):
    _fields_ = (
        ("id", ctypes.c_uint),
        ("address", ctypes.c_uint64),
        ("size", ctypes.c_uint16),
        ("bytes", ctypes.c_ubyte * 24),
        ("mnemonic", ctypes.c_char * 32),
        ("op_str", ctypes.c_char * 160),
        ("detail", ctypes.c_void_p),
    )


class Disassembler:
    """One instruction set in one mode, for as long as the program runs."""

    def __init__(self, arch: int, mode: int) -> None:
        self._library = _library()
        self._handle = ctypes.c_size_t()
        status = self._library.cs_open(arch, mode, ctypes.byref(self._handle))
        if status:
            raise OSError(f"capstone can't open this mode (error {status})")

    def first(self, code: bytes, address: int) -> tuple[str, str] | None:
        """(mnemonic, operands) of the first instruction, or None where there is none."""
        found = self.sized(code, address)
        return None if found is None else found[:2]

    def sized(self, code: bytes, address: int) -> tuple[str, str, int] | None:
        """The same, and the bytes that it takes."""
        found = ctypes.POINTER(_Insn)()
        count = self._library.cs_disasm(self._handle, code, len(code), address, 1, ctypes.byref(found))
        if not count:
            return None
        mnemonic, operands = found[0].mnemonic.decode("ascii"), found[0].op_str.decode("ascii")
        size = int(found[0].size)
        self._library.cs_free(found, count)
        return mnemonic, operands, size


@functools.cache
def _library() -> ctypes.CDLL:
    library = _found()
    major = ctypes.c_int()
    library.cs_version(ctypes.byref(major), ctypes.byref(ctypes.c_int()))
    if major.value != _MAJOR:
        raise OSError(f"capstone {major.value} is installed, and {_MAJOR} is needed")
    library.cs_open.argtypes = [ctypes.c_uint, ctypes.c_uint, ctypes.POINTER(ctypes.c_size_t)]
    library.cs_disasm.argtypes = [
        ctypes.c_size_t,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint64,
        ctypes.c_size_t,
        ctypes.POINTER(ctypes.POINTER(_Insn)),
    ]
    library.cs_disasm.restype = ctypes.c_size_t
    library.cs_free.argtypes = [ctypes.POINTER(_Insn), ctypes.c_size_t]
    library.cs_free.restype = None
    return library


def _found() -> ctypes.CDLL:
    """In the package's own folder, as wheels have it; elsewhere the package knows where."""
    spec = importlib.util.find_spec("capstone")
    for folder in (spec and spec.submodule_search_locations) or ():
        for name in ("libcapstone.so", "libcapstone.dylib"):
            path = os.path.join(folder, "lib", name)
            if os.path.exists(path):
                return ctypes.CDLL(path)
    import capstone

    library: ctypes.CDLL = capstone._cs
    return library
