"""One kernel after another from one tree: built, held against the unmodified one, booted, judged."""

from __future__ import annotations

import contextlib
import resource
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.kernel.boot import judge, machine
from tests.kernel.boot.targets import HERE, PROBED, Pattern, Target
from tests.kernel.boot.tree import Tree, run
from trampgen.elf.file import Elf

# What is not the kernel's own text or data: symbols, debug info, and what is made of them.
_NOT_LOADED = (".BTF", ".BTF_ids", ".notes")


# Seconds by the clock, and of CPU time.
Took = tuple[float, float]


def _cpu_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Kernel:
    """What of a tree has been built and booted, and how long that took, in seconds."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.times = tree, dict[str, Took]()
        self._files: dict[str, bytes] = {}
        self._sound: dict[str, dict[str, bytes]] = {}

    @property
    def target(self) -> Target:
        """What the tree is of."""
        return self.tree.target

    @contextlib.contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Note how long something takes."""
        start = time.monotonic(), _cpu_time()
        yield
        self.times[what] = time.monotonic() - start[0], _cpu_time() - start[1]

    def wanted(self, variant: str = "bytes") -> Sequence[str]:
        """Checks that this variant has to pass."""
        return ["text", *self.target.checks] if variant == "bytes" else self.target.checks

    def tried(self, variant: str) -> judge.Checks:
        """Build one of the variants, boot it and judge."""
        image = self.tree.folder / "base/vmlinux"
        if variant != "base":
            self.tree.put(self.target.variants[variant])
            with self.timed(f"{variant}: build"):
                self.tree.made()
            image = self.tree.build / self.target.image
            self._sound[variant] = _loaded(self.tree.build / "vmlinux")
        found = self.booted(variant, image)
        if variant == "bytes":
            found["text"] = self.same_as_base()
        return found

    def booted(self, name: str, image: Path) -> judge.Checks:
        """Boot an image and judge what it says."""
        left_out = "".join(f"{place}\n" for place in places(image, self.target.left_out))
        return judge.judge(self.boot(name, image, {"left-out": left_out.encode()}))

    def boot(
        self, name: str, image: Path, files: Mapping[str, bytes], more: Sequence[str] = (), **how: Any
    ) -> machine.Boot:
        """Boot an image with these files beside the guest's own; the log stays. `more` is for the emulator."""
        folder = self.tree.folder / "boots"
        folder.mkdir(exist_ok=True)
        stripped, first = folder / f"{name}.image", folder / "initramfs"
        self._strip(image, stripped)
        first.write_bytes(machine.initramfs({**self.files(), **files}))
        arguments = f"console={self.target.console} panic=-1 oops=panic nokaslr kunit.enable=1".split()
        command = machine.command(self.target.qemu, stripped, first, arguments)
        with self.timed(f"{name}: boot"):
            boot = machine.boot([*command, *more], folder / f"{name}.log", **how)
        stripped.unlink()
        return boot

    def _strip(self, image: Path, to: Path) -> None:
        log, raw = self.tree.folder / "boots/strip.log", self.target.raw
        if raw is None:
            run([self.target.gcc.replace("gcc", "strip"), "-g", "-o", to, image], log)
        else:
            run([self.target.gcc.replace("gcc", "objcopy"), "-O", "binary", "-S", image, to], log)
            to.write_bytes(machine.arm_image(to.read_bytes(), raw))

    def files(self) -> dict[str, bytes]:
        """The first process and the modules, built once."""
        if not self._files:
            with self.timed("guest: build"):
                self._files = self._made_files()
        return self._files

    def _made_files(self) -> dict[str, bytes]:
        init = self.tree.folder / "init"
        sources = sorted(HERE.glob("guest/*.c"))
        flags = "-O2 -Wall -Wextra -Werror -static -fno-pie -no-pie -s".split()
        run([self.target.gcc, *flags, "-o", init, *sources], self.tree.folder / "init.log")
        folders = [HERE / "guest/module", *self.target.modules]
        own = [module for folder in folders for module in self.tree.modules(folder)]
        modules = [*own, *sorted((self.tree.folder / "base/modules").glob("*.ko"))]
        strip = self.target.gcc.replace("gcc", "strip")
        found = {"init": init.read_bytes()}
        for module in modules:
            subprocess.run(
                [strip, "--strip-debug", "-o", self.tree.folder / "stripped.ko", module], check=True
            )
            found[module.name] = (self.tree.folder / "stripped.ko").read_bytes()
        return found

    def same_as_base(self) -> tuple[bool, str]:
        """Whether everything that is loaded is what the unmodified source makes."""
        ours = self._sound["bytes"]
        differ = different(ours, _loaded(self.tree.folder / "base/vmlinux"))
        size = sum(map(len, ours.values()))
        return (
            not differ,
            f"differ: {' '.join(differ)}" if differ else f"{size:,} bytes of {len(ours)} sections",
        )

    def changed(self, variant: str) -> list[str]:
        """Sections in which what was built last differs from this variant as it was judged."""
        return different(_loaded(self.tree.build / "vmlinux"), self._sound[variant])


def different(ours: Mapping[str, bytes], theirs: Mapping[str, bytes]) -> list[str]:
    """Names of sections that only one of two kernels has, or that are not the same."""
    return sorted(name for name in ours.keys() | theirs if ours.get(name) != theirs.get(name))


def _loaded(path: Path) -> dict[str, bytes]:
    elf = Elf(str(path))
    return {
        section.name: bytes(elf.data(section))
        for section in elf.sections
        if section.allocated and section.has_bytes and section.name not in _NOT_LOADED
    }


def places(image: Path, patterns: Sequence[Pattern]) -> Iterator[str]:
    """Where in the probed functions one of these instructions stands, as the kernel writes it."""
    return (f"{name}+0x{offset:x}" for name, offset in matches(image, patterns, PROBED))


def matches(image: Path, patterns: Sequence[Pattern], functions: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Where in these functions one of these instructions stands: the symbol of the code, and bytes from there."""
    elf = Elf(str(image))
    for name in (prefix + name for name in functions for prefix in ("", ".")):
        for symbol in elf.symbols.named(name):
            section = elf.sections[symbol.section]
            start = symbol.value - section.address
            code = bytes(elf.data(section)[start : start + symbol.size]) if section.executable else b""
            for offset in range(0, len(code), 4):
                word = int.from_bytes(code[offset : offset + 4], elf.code_order)
                if any(word & mask == value for mask, value in patterns):
                    yield name, offset
