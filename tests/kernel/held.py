"""A spec and object files in memory, whose bits can be turned over one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trampgen.arguments import Given
from trampgen.assemble.process import Worker
from trampgen.compile import compile_spec
from trampgen.diagnostics import Diagnostic, Report
from trampgen.elf.file import Elf
from trampgen.facts.gather import of_files
from trampgen.model.bitmaps import Bitmap
from trampgen.model.memory import ByteOrder, to_memory
from trampgen.model.source import Sources
from trampgen.model.spec import Spec, Template, instructions
from trampgen.model.tables import Table
from trampgen.verify import code, words
from trampgen.verify.model import Checked, Located
from trampgen.verify.run import Outcome, Thing, images, verify


@dataclass(frozen=True)
class Flip:
    """One bit of one thing turned over: whether that has to be found, and how the message says where."""

    held: Held
    checked: Checked
    at: Located
    byte: int
    bit: int
    matters: bool
    place: str

    def told(self) -> list[Diagnostic]:
        """What verification says while the bit is turned."""
        image, at = self.at.elf.image, self.at.section.offset + self.at.offset + self.byte
        image[at] ^= 1 << self.bit
        try:
            return self.held.verified(case for _, case in self.checked.when)[1]
        finally:
            image[at] ^= 1 << self.bit

    def is_told(self) -> bool:
        """Whether it is found just where it is, if it matters, and nothing is said if it does not."""
        wrong = self.told()
        notes = [note.text for one in wrong for note in one.notes]
        return len(wrong) == self.matters and (not wrong or any(self.place in note for note in notes))

    def why(self) -> str:
        """What is said instead."""
        return f"{self.checked.name}: bit {self.bit} of byte {self.byte:#x}, {self.place}: {self.told()}"


@dataclass(frozen=True)
class Held:
    """A compiled spec and the files that it is held against."""

    spec: Spec
    elfs: Sequence[Elf]

    def verified(self, cases: Iterable[str] = ()) -> tuple[Outcome, list[Diagnostic]]:
        """What is found, in all cases or in some."""
        report = Report()
        return verify(self.spec, self.elfs, cases, report), report.found

    def title(self, one: Checked) -> str:
        """Kind, name and those cases that name no target-independent choice: as the tests list it."""
        cases = [case for _, case in one.when if case not in ("thunk", "fenced", "bare")]
        return " ".join([one.kind, one.name, *cases])

    def different_things(self) -> list[Checked]:
        """Each thing once, of many copies the first and the last."""
        found: dict[tuple[str, str], list[Checked]] = {}
        for one in self.verified()[0].checked:
            found.setdefault((one.kind, one.name), []).append(one)
        return [one for group in found.values() for one in dict.fromkeys((group[0], group[-1]))]

    def flips(self, one: Checked) -> Iterator[Flip]:
        """Every bit of a thing; none of a struct, which no bytes of the file are."""
        place = one.place
        for byte, (mask, start) in enumerate(self._masks(one, place) if isinstance(place, Located) else []):
            assert isinstance(place, Located)
            for bit in range(8):
                yield Flip(self, one, place, byte, bit, bool(mask >> bit & 1), place.at(start))

    def _masks(self, one: Checked, place: Located) -> list[tuple[int, int]]:
        """For each byte its bits that are compared, and where what it belongs to begins."""
        thing = self._thing(one)
        if isinstance(thing, Bitmap):
            return [(0xFF, byte - byte % 4) for byte in range(thing.width // 8)]
        if isinstance(thing, Table):
            return []
        return self._code(thing, one, place)

    def _thing(self, one: Checked) -> Thing:
        return next(thing for thing, _, _ in images(self.spec) if thing.name == one.name)

    def _code(self, template: Template, one: Checked, at: Located) -> list[tuple[int, int]]:
        variant = next(v for v in template.variants if set(one.when) <= set(v.when))
        elf, image = at.elf, next(i for t, i, _ in images(self.spec) if t.name == one.name)
        expected = code.chosen(variant, words.read(at, variant.words, variant.isa, variant.unit))
        free = code.excepted(variant, image)
        found = words.read(at, expected, variant.isa, variant.unit)
        masks: list[tuple[int, int]] = []
        for place in instructions(expected):
            for index in place:
                if index * variant.unit >= at.extent:
                    return masks
                linked = any(found[i][1] for i in place)
                open_bits = found[index][1] if index not in free or linked else -1
                mask = expected[index].mask & ~open_bits
                order: ByteOrder = elf.order if elf.order == elf.code_order else "be8"
                if at.array:
                    stored = mask.to_bytes(variant.unit, elf.order)
                else:
                    stored = to_memory(mask, variant.isa, expected[index].kind, order)
                masks += [(byte, place.start * variant.unit) for byte in stored]
        return masks


def hold(path: Path, files: Sequence[Path]) -> Held:
    """A spec with the externs that its files' debug info supplies, and these in memory."""
    elfs = [Elf(str(file), memoryview(bytearray(file.read_bytes()))) for file in files]
    sources, report = Sources(), Report()
    facts = of_files(Given({}), elfs, sources, report)
    with Worker() as worker:
        spec = compile_spec(str(path), facts.values, sources, report, worker, facts)
    return Held(spec, elfs)
