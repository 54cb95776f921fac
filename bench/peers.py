"""Environments of their own below build/bench: trampgen as it is installed from its wheel, and its peers."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.timing import Failed

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
HOME = BUILD / "home"
PWNTOOLS = "4.15.0"
PWNTOOLS_CACHE = HOME / f".pwntools-cache-3.{sys.version_info.minor}" / "asm-cache"
SCANNERS = ("numpy==2.4.6", "yara-python==4.5.4")
GNU_AS = "powerpc64-linux-gnu-as"
GNU_AS_PACKAGE = "binutils-powerpc64-linux-gnu"

_ASSEMBLE = """
context.update(arch="powerpc64", endian="big", log_level="error")
asm('''
addis 11, 2, 0
addi 11, 11, 0
std 2, 24(1)
ld 12, 32(11)
mtctr 12
bctr
''')
"""
# What its documentation shows, and the least that can be imported of it. It keeps what it assembled, and may.
PWNTOOLS_ASM = "from pwn import asm, context" + _ASSEMBLE
PWNLIB_ASM = "from pwnlib.asm import asm; from pwnlib.context import context" + _ASSEMBLE


def environment() -> dict[str, str]:
    """For everything that is timed: no setting of the caller's Python, and a home that nobody else writes to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TRAMPGEN"))}
    HOME.mkdir(parents=True, exist_ok=True)
    return kept | {"HOME": str(HOME), "XDG_CACHE_HOME": str(HOME), "PWNLIB_NOTERM": "1", "LC_ALL": "C.UTF-8"}


def ours() -> Path:
    """The folder of commands of an environment with the locked packages and trampgen's wheel."""
    lock = ROOT / "requirements.lock"
    commands = _made(BUILD / "own", lock.read_text(), ["--require-hashes", "-r", str(lock)])
    _install(commands.parent, ["--no-deps", "--force-reinstall", str(_wheel())])
    return commands


def _wheel() -> Path:
    wheels = BUILD / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    _do([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)])
    [wheel] = wheels.glob("*.whl")
    return wheel


def pwntools() -> Path | None:
    """The same with pwntools, which needs a GNU assembler; None without one."""
    if shutil.which(GNU_AS) is None:
        return None
    return _made(BUILD / "venv", PWNTOOLS, [f"pwntools=={PWNTOOLS}"])


def scanners() -> Path:
    """The same as ours(), with two other programs beside it that look for patterns of bytes."""
    lock = ROOT / "requirements.lock"
    key = lock.read_text() + "".join(SCANNERS)
    commands = _made(BUILD / "scanners", key, ["--require-hashes", "-r", str(lock)], SCANNERS)
    _install(commands.parent, ["--no-deps", "--force-reinstall", str(_wheel())])
    return commands


def _made(folder: Path, key: str, *packages: Sequence[str]) -> Path:
    """An environment with these packages; one that a former run completed from the same key is kept."""
    stamp, mark = folder / ".stamp", hashlib.sha256(f"{sys.version}\n{key}".encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != mark:
        print(f"bench: making {folder.relative_to(ROOT)}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        _do([sys.executable, "-m", "venv", "--without-pip", str(folder)])
        for some in packages:
            _install(folder, some)
        stamp.write_text(mark)
    return folder / "bin"


def _install(folder: Path, packages: Sequence[str]) -> None:
    """By whichever pip there is; and every module compiled, as an installed program has it."""
    _do([*_pip(folder / "bin" / "python"), "install", "--quiet", *packages])
    _do([str(folder / "bin" / "python"), "-m", "compileall", "-q", str(folder / "lib")], may_fail=True)


def _pip(python: Path) -> list[str]:
    """.venv has a pip only where Debian's python3-venv was there to bring it."""
    base = os.path.join(sys.base_prefix, "bin", "python3")
    candidates = [[runner, "-m", "pip", "--python", str(python)] for runner in (sys.executable, base)]
    candidates += [
        [str(python), f"{wheel}/pip"] for wheel in Path("/usr/share/python-wheels").glob("pip-*.whl")
    ]
    for candidate in candidates:
        if not subprocess.run([*candidate, "--version"], capture_output=True, env=_quiet()).returncode:
            return candidate
    raise Failed("no pip is to be found")


def _do(words: Sequence[str], may_fail: bool = False) -> None:
    done = subprocess.run(
        words, cwd=ROOT, env=_quiet(), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode and not may_fail:
        raise Failed(f"{' '.join(words)}\n{done.stdout}{done.stderr}")


def _quiet() -> dict[str, str]:
    wanted = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}
    return {n: v for n, v in os.environ.items() if not n.startswith("PYTHON")} | wanted
