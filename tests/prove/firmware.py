"""PowerPC in supervisor mode: qemu-system boots a firmware of a few KiB that runs states from memory, which is shared.

An idle machine spins; it is ended with the block that started it, or with this process."""

from __future__ import annotations

import mmap
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import need
from tests.prove.concrete import Code, Outcome, Room, State
from tests.run.cross import succeed

HERE = Path(__file__).parent
# As in firmware.S.
MAILBOX, IMAGES, STATES = 0x100000, 0x200000, 0x400000
MEMORY = 0x10000000
STATE_WORDS, INSTRUCTIONS = 96, 43
REGISTERS = [*(f"r{n}" for n in range(32)), "ctr", "lr", "xer", "cr", "msr", "dar", "dsisr"]
NIP, CAUSE, AFTER = 39, 40, 41
MOST = 1000
REASON = 0x783F0000  # bits of SRR1 that say why there is an interrupt (Power ISA 3.1, Book III 7.5)
SECONDS = 120
ALIGNMENT, STORAGE = 0x600, (0x300, 0x380)


@dataclass(frozen=True)
class Board:
    """What is emulated, and how its firmware is built. `word` in bytes."""

    word: int
    compiler: str
    command: tuple[str, ...]
    room: Room


ROOM = Room(0x3000000, 0x2800000)
BOARDS = {
    "ppc64": Board(
        8, "powerpc64-linux-gnu",
        ("qemu-system-ppc64", "-M",
         "pseries,memory-backend=ram,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off",
         "-cpu", "power10", "-bios", "{image}"), ROOM,
    ),
    "ppc32": Board(
        4, "powerpc-linux-gnu",
        ("qemu-system-ppc", "-M", "g3beige,memory-backend=ram", "-cpu", "7400", "-device",
         "loader,addr=0x100,cpu-num=0", "-device", "loader,addr=0,force-raw=on,file={image}"), ROOM,
    ),
}  # fmt: skip


def built(board: Board, folder: Path) -> Path:
    """The firmware as it is put at address 0."""
    made, image = folder / "firmware.o", folder / "firmware.bin"
    need(f"{board.compiler}-gcc", board.command[0], "setpriv")
    big = ["-mbig", "-mabi=elfv1"] if board.word == 8 else []
    succeed(folder, f"{board.compiler}-gcc", *big, "-c", "-o", str(made), str(HERE / "firmware.S"))
    succeed(folder, f"{board.compiler}-objcopy", "-O", "binary", "-j", ".text", str(made), str(image))
    return image


class Running:
    """A machine that waits for states."""

    def __init__(self, board: Board, memory: mmap.mmap, process: subprocess.Popen[bytes]) -> None:
        self.board, self.memory, self.process = board, memory, process
        self.images: dict[bytes, int] = {}

    def _words(self, at: int, *values: int) -> None:
        word = self.board.word
        self.memory[at : at + word * len(values)] = b"".join(value.to_bytes(word, "big") for value in values)

    def _word(self, at: int) -> int:
        return int.from_bytes(self.memory[at : at + self.board.word], "big")

    def run(self, runs: Sequence[tuple[Code, State]]) -> list[Outcome | str]:
        """All runs, in batches."""
        found: list[Outcome | str] = []
        for at in range(0, len(runs), MOST):
            found += self._batch(runs[at : at + MOST])
        return found

    def _batch(self, runs: Sequence[tuple[Code, State]]) -> Iterator[Outcome | str]:
        word, room = self.board.word, self.board.room
        self.images.clear()
        for index, (code, state) in enumerate(runs):
            self._place(STATES + STATE_WORDS * word * index, code, state)
        records = STATES + STATE_WORDS * word * len(runs)
        size = AFTER * word + room.data_size
        words = (room.code, room.code_size // word, room.data, room.data_size // word, STATES, records, size)
        self._words(MAILBOX, 0, 0, len(runs), *words)
        self._words(MAILBOX, 1)
        self._wait()
        return (self._record(records + size * index, code, state) for index, (code, state) in enumerate(runs))

    def _wait(self) -> None:
        end = time.monotonic() + SECONDS
        while not self._word(MAILBOX + self.board.word):
            if self.process.poll() is not None:
                assert self.process.stderr is not None
                raise AssertionError(
                    f"the machine ended: {self.process.stderr.read().decode(errors='replace')}"
                )
            if time.monotonic() > end:
                left = self._word(MAILBOX + 2 * self.board.word)
                raise AssertionError(f"the machine does not answer; {left} runs were left")
            time.sleep(0.002)

    def _place(self, at: int, code: Code, state: State) -> None:
        word = self.board.word
        values = [state.registers[name] for name in REGISTERS]
        start = code.start - self.board.room.code
        units = state.code[start : start + state.length]
        images = (self._image(state.around), self._image(state.data))
        self._words(at, *values, code.start, *images, len(units) // 4)
        self.memory[at + INSTRUCTIONS * word : at + INSTRUCTIONS * word + len(units)] = units

    def _image(self, data: bytes) -> int:
        if data not in self.images:
            at = IMAGES if not self.images else max(self.images.values()) + self.board.room.code_size
            self.memory[at : at + len(data)] = data
            self.images[data] = at
        return self.images[data]

    def _record(self, at: int, code: Code, state: State) -> Outcome | str:
        word, room = self.board.word, self.board.room
        found = {name: self._word(at + word * index) for index, name in enumerate(REGISTERS)}
        found["msr"] &= ~REASON
        nip, cause = self._word(at + word * NIP), self._word(at + word * CAUSE)
        if cause in (*STORAGE, ALIGNMENT) or nip == code.start:
            return f"interrupt {cause:#x} at {nip:#x}"
        data = self.memory[at + word * AFTER : at + word * AFTER + room.data_size]
        return Outcome(found, nip, data)


@contextmanager
def running(isa: str) -> Iterator[Running]:
    """A machine, until the block ends."""
    board = BOARDS[isa]
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as made:
        folder = Path(made)
        image = built(board, folder)
        shared = folder / "memory"
        with shared.open("w+b") as file:
            file.truncate(MEMORY)
            memory = mmap.mmap(file.fileno(), MEMORY)
        backend = f"memory-backend-file,id=ram,size={MEMORY},mem-path={shared},share=on"
        command = ["setpriv", "--pdeathsig", "KILL", *(part.format(image=image) for part in board.command)]
        command += ["-m", f"{MEMORY >> 20}M", "-object", backend]
        command += "-nographic -nodefaults -display none -serial none -monitor none -net none".split()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            yield Running(board, memory, process)
        finally:
            process.kill()
            process.wait()
            assert process.stderr is not None
            process.stderr.close()
            memory.close()
