"""A GNU assembler's opinion: every instruction of a spec assembled once more, raw words by their text."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from trampgen import isa as isas
from trampgen.diagnostics import Abort, Report
from trampgen.fields import arith
from trampgen.isa.base import Isa
from trampgen.model.field import ALL_BITS, WORD_BITS
from trampgen.model.memory import from_memory
from trampgen.model.repeats import RepeatVariant
from trampgen.model.spec import Hole, Spec, TemplateVariant, Word, in_words, instructions
from trampgen.model.values import one_word

_SECONDS = 30
_SOME_COUNT = 16  # bits of a symbol are not compared


def compare(spec: Spec, prefix: str, report: Report) -> None:
    """gnu-as-differs: a word that the assembler `{prefix}as` makes otherwise, or can't make.

    Three times: with every param zero, at its lowest and at its highest value, so that a slice that is
    missing from the text of a raw word, or is another there, shows too. Addresses and externs stay zero."""
    with contextlib.suppress(Abort):  # the report holds no more: nothing further needs to be compared
        for template in spec.templates:
            for variant in template.variants:
                for state in states(variant):
                    _compare(state, isas.load(variant.isa), prefix, report)
        for repeat in spec.repeats:
            for repeated in repeat.variants:
                _compare(_repeated(repeated), isas.load(repeated.element.isa), prefix, report)


def states(variant: TemplateVariant) -> Iterator[TemplateVariant]:
    """The code at rest, and with each form of its regions at least once."""
    yield variant.patched({})
    for number in range(max((len(region.forms) for region in variant.regions), default=0)):
        chosen = {r.name: r.forms[min(number, len(r.forms) - 1)].name for r in variant.regions}
        yield variant.patched(chosen)


def _repeated(variant: RepeatVariant) -> TemplateVariant:
    """The first element of a block; of an open count, which any number can be, of some."""
    between = Word(0, ALL_BITS, "data", ".long 0", variant.code[0].span)
    return variant.first_of(variant.count if isinstance(variant.count, int) else _SOME_COUNT, between)


def _compare(variant: TemplateVariant, isa: Isa, prefix: str, report: Report) -> None:
    rounds: list[dict[str, int]] = [{}]
    rounds += [{p.name: getattr(p.reach, end) for p in variant.params} for end in ("low", "high")]
    for values in rounds:
        if not _agrees(variant, values, isa, prefix, report):
            break


def _agrees(
    variant: TemplateVariant, values: Mapping[str, int], isa: Isa, prefix: str, report: Report
) -> bool:
    """Whether the assembler makes the words that our encoder makes for these values."""
    lines = source(variant, values, isa)
    data, said = _assemble("\n".join(lines) + "\n", isa, prefix)
    before = len(report.found)
    # Addresses, and bits that are taken over, have no number in the text.
    unsaid = {param.name for param in variant.params if param.pc_relative or param.kind == "bits"}
    if data is None:
        at = variant.words[0].span
        report.error("gnu-as-differs", at, f"{prefix}as does not take the code: {said}", when=variant.when)
        return False
    words = [data[i : i + isa.unit] for i in range(0, len(data), isa.unit)]
    holes, symbols = in_words(variant.holes, variant.word_bits), in_words(variant.symbols, variant.word_bits)
    for own in instructions(variant.words):
        theirs, ours, differ = "", "", 0
        for index, found in zip(own, words[own.start : own.stop], strict=False):
            word = variant.words[index]
            read = _read(found, word, isa)
            here = _encoded(word, holes.get(index, []), values)
            free = isa.gnu_as_freedom.get((word.asm or "more").split()[0], 0)
            free |= sum(symbol.field.mask for symbol in symbols.get(index, []))
            # A relocation is left in the word with what is added to it, or without.
            free |= sum(hole.field.mask for hole in holes.get(index, []) if hole.param in unsaid)
            differ |= (here ^ read) & ~free
            ours, theirs = ours + f"{here:0{2 * isa.unit}x}", theirs + f"{read:0{2 * isa.unit}x}"
        if differ:
            given = ", ".join(f"{name} = {value:#x}" for name, value in values.items())
            report.error(
                "gnu-as-differs",
                variant.words[own.start].span,
                f"`{variant.words[own.start].asm}` is {ours} here and {theirs} for {prefix}as",
                [f"with {given}"] if given else [],
                when=variant.when,
            )
            if isa.of_bytes:
                return False  # what follows may stand elsewhere
    if len(words) != len(variant.words):
        unit = variant.word_name
        message = f"{len(variant.words)} {unit}s here, {len(words)} from {prefix}as"
        report.error("gnu-as-differs", variant.words[0].span, message, when=variant.when)
    return len(report.found) == before


def source(variant: TemplateVariant, values: Mapping[str, int], isa: Isa) -> list[str]:
    """The code as the assembler reads it, every param and extern a number."""
    labels = {label.name for label in variant.labels}
    numbers = {param.name: values.get(param.name, 0) for param in variant.params if not param.pc_relative}
    numbers |= {extern: 0 for symbol in variant.symbols for extern in map(one_word, symbol.value.externs)}
    early, late = isa.gnu_as_settings({name: numbers[name] for name in numbers if name not in labels})
    addresses = {p.name: 0 for p in variant.params if p.pc_relative} if isa.of_bytes else {}
    lines = [*isa.gnu_as_head, *early]
    for index, word in enumerate(variant.words):
        lines += _labels(variant, index * isa.unit, isa)
        if word.kind not in ("suffix", "more"):
            lines += [f".set {isa.gnu_as_prefix}{name}, ." for name in addresses]
            lines.append(_line(variant, index, values, {**numbers, **addresses}, isa))
    return [*lines, *_labels(variant, variant.size, isa), *late]


def _labels(variant: TemplateVariant, offset: int, isa: Isa) -> list[str]:
    """The labels at an offset, under their own names, which raw words may use, and as code has them."""
    names = [label.name for label in variant.labels if label.offset == offset]
    return [f"{prefix}{name}:" for name in names for prefix in dict.fromkeys(("", isa.gnu_as_prefix))]


def _line(
    variant: TemplateVariant, index: int, values: Mapping[str, int], numbers: Mapping[str, int], isa: Isa
) -> str:
    """One instruction; a word that is all param, a literal or a copied instruction, is a number."""
    word = variant.words[index]
    whole = next((h for h in variant.holes if h.word == index and not word.mask), None)
    if whole is not None and (isa.unit > 1 or word.kind == "data"):
        directive = ".quad" if whole.field.width > WORD_BITS else ".long"
        return f"{directive} {values.get(whole.param, 0)}"
    return isa.gnu_as_text(word.asm, numbers)


def _read(found: bytes, word: Word, isa: Isa) -> int:
    if isa.of_bytes:
        return found[0]
    return from_memory(found, isa.name, word.kind, isa.gnu_as_order)


def _encoded(word: Word, holes: Sequence[Hole], values: Mapping[str, int]) -> int:
    """A word with these values in its holes."""
    bits = word.value & word.mask
    for hole in holes:
        if not hole.pc_relative:
            bits |= arith.encode(hole.field, values.get(hole.param, 0))
    return bits


def _assemble(text: str, isa: Isa, prefix: str) -> tuple[bytes | None, str]:
    """The code of a source text as it is in memory, or None and the assembler's first complaint."""
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder, "code.bin")
        Path(folder, "code.s").write_text(text)
        steps = (
            [f"{prefix}as", *isa.gnu_as, "-o", "code.o", "code.s"],
            [f"{prefix}objcopy", "-O", "binary", "-j", ".text", "code.o", "code.bin"],
        )
        for step in steps:
            try:
                done = subprocess.run(step, cwd=folder, capture_output=True, text=True, timeout=_SECONDS)
            except (OSError, subprocess.TimeoutExpired) as error:
                return None, str(error)
            if done.returncode:
                complaints = [line for line in done.stderr.split("\n") if "Error" in line] or [done.stderr]
                return None, complaints[0].strip()
        return binary.read_bytes(), ""
