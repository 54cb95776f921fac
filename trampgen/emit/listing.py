"""NAME.lst: every word beside its instruction, its source line, and what its holes hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from trampgen.derive.params import show
from trampgen.emit.c_template import promised
from trampgen.emit.summary import counted, elements
from trampgen.isa.operands import named
from trampgen.model.field import Field
from trampgen.model.spec import Hole, Region, Spec, SymbolBits, Template, TemplateVariant, Word, instructions
from trampgen.model.values import Affine, Relocated

if TYPE_CHECKING:
    from trampgen.model.repeats import Repeat, RepeatVariant


def listing(spec: Spec) -> str:
    """The annotated listing of every template in every variant."""
    blocks: list[str] = []
    for template in spec.templates:
        for variant in template.variants:
            blocks.append("\n".join(_variant(spec, template, variant)))
    if spec.describes:
        from trampgen.emit import described

        blocks += described.listing(spec)
    blocks += ["\n".join(_repeat(repeat, v, spec.unit)) for repeat in spec.repeats for v in repeat.variants]
    return "\n\n".join(blocks) + "\n"


def _variant(spec: Spec, template: Template, variant: TemplateVariant) -> list[str]:
    cases = ", ".join(case for _, case in variant.when)
    where = f" in {template.layout}.{template.field}" if template.layout else ""
    lines = [f"{template.name}{f' [{cases}]' if cases else ''}{where}: {variant.size} bytes"]
    for own in instructions(variant.words):
        offset = own.start * variant.unit
        lines += [f"{label.name}:" for label in variant.labels if label.offset == offset]
        lines.append(_instruction(variant, own, variant.words[own.start : own.stop], None))
        for region in (region for region in variant.regions if region.end == own.stop):
            lines += _forms(variant, region)
    lines += [f"{label.name}:" for label in variant.labels if label.offset == variant.size]
    lines += _params(variant)
    for promise in variant.contract:
        lines += [f"  {line}" for line in promised(promise)]
    return lines


def _repeat(repeat: Repeat, variant: RepeatVariant, unit: int) -> list[str]:
    """One element: its code and, behind the code of all elements, its data."""
    cases = ", ".join(case for _, case in variant.when)
    each = f"{unit * variant.code_words} bytes of code, then {unit * len(variant.data)} of data each"
    lines = [f"{repeat.name}{f' [{cases}]' if cases else ''}: {elements(variant)}, {each}"]
    for index, word in enumerate(variant.element.words):
        lines += ["  data:"] if index == variant.code_words else []
        lines.append(_instruction(variant.element, range(index, index + 1), [word], None))
    return lines + _params(variant.element)


def _params(variant: TemplateVariant) -> list[str]:
    lines: list[str] = []
    for param in variant.params:
        relative = counted(param)
        rest = f", rests at {param.rest:#x}" if param.rest else ""
        lines.append(f"  param {param.name}: {show(param.reach)}{relative} ({param.c_type}{rest})")
    return lines


def _instruction(variant: TemplateVariant, own: range, words: Sequence[Word], form: str | None) -> str:
    """A word and its mask, or the bytes of an instruction of bytes, and what stands in it."""
    every: list[Hole | SymbolBits] = [*variant.holes, *variant.symbols]
    slices = [one for one in every if one.word in own and one.form == form]
    holes = [f"{_slice(one)} {_where(one, own, variant.unit)}" for one in slices]
    word = words[0]
    value = f"{word.value:08x} & {word.mask:08x}"
    if variant.unit == 1:
        value = f"{' '.join(f'{byte.value:02x}' for byte in words):<23}"
    text = f"  {own.start * variant.unit:4}  {value}  {word.asm:<32} line {word.span.line:<4}"
    return (text + ("; " + ", ".join(holes) if holes else "")).rstrip()


def _forms(variant: TemplateVariant, region: Region) -> Iterator[str]:
    """What a region can be patched to, below what rests there."""
    for form in region.forms:
        yield f"  patched{f' to {form.name}' if len(region.forms) > 1 else ''}:"
        for own in instructions(form.words):
            words = form.words[own.start : own.stop]
            place = range(own.start + region.start, own.stop + region.start)
            yield f"  {_instruction(variant, place, words, form.name)}"


def _slice(one: Hole | SymbolBits) -> str:
    value = Affine(one.param, one.field.addend) if isinstance(one, Hole) else one.value
    return named(Relocated(value, one.operator) if one.operator else value)


def _where(one: Hole | SymbolBits, own: range, unit: int) -> str:
    """Bits of a word; of bytes which of the instruction's, where a value has them whole."""
    if unit > 1 or one.field.width % 8 or len(one.field.runs) > 1:
        return _bits(one.field)
    first = one.word - own.start
    last = first + one.field.width // 8 - 1
    return f"bytes {first}…{last}" if last > first else f"byte {first}"


def _bits(field: Field) -> str:
    """`[15:0] = bits 31…16 plus the carry of bit 15`."""
    parts = []
    for run in reversed(field.runs):
        insn = f"[{run.insn_bit + run.count - 1}:{run.insn_bit}]"
        inverted = "" if run.xnor is None else f" xnor bit {run.xnor}"
        parts.append(f"{insn} = bits {run.value_bit + run.count - 1}…{run.value_bit}{inverted}")
    carry = "" if field.carry_from is None else f" + carry of bit {field.carry_from}"
    return ", ".join(parts) + carry
