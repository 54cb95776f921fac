"""How slots look in C: their arithmetic, what is written into one, where a task that is stopped in one goes on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from trampgen import isa as isas
from trampgen.emit import c_params, c_template, c_text, c_words
from trampgen.emit.c_params import ParamView
from trampgen.emit.c_words import Names, WordView
from trampgen.model.record import compared
from trampgen.model.spec import Spec, When
from trampgen.model.tables import Slot, SlotForm, SlotVariant

_WIDTH = 92


@compared
class FormView:
    """A form: names of its functions' arguments, sizes in bytes, the code around the copy, and what is open in it."""

    name: str
    macro: str
    doc: str
    buffer: str
    insn: str
    size: str
    count: str
    ip: str
    distance: str
    at: int
    around: int
    most: int
    code: tuple[str, ...]
    arguments: tuple[str, ...]
    params: tuple[ParamView, ...]
    stores: tuple[str, ...]
    assertions: tuple[tuple[str, str], ...]
    before: tuple[tuple[str, tuple[int, ...]], ...]  # by state, the offsets before the copy has run
    behind: tuple[tuple[str, tuple[int, ...]], ...]
    about: tuple[str, ...]
    wrong: str
    sized: bool = True  # functions are told the size of what is copied


@compared
class SlotView:
    """One variant of a slot; `wrong` is C that is true of what can't be copied."""

    name: str
    macro: str
    size: int
    align: int
    page: str
    is_text: bool
    reserved: int
    filler: str
    insn: str
    pair: str | None
    wrong: str
    stored: str
    type: str
    unit: int
    largest: int
    memory: str | None
    forms: tuple[FormView, ...]

    def in_memory(self, text: str) -> str:
        """An instruction as it is written to RAM."""
        return text if self.memory is None else f"{self.memory}_TO_MEM({text})"


def views(spec: Spec, slot: Slot) -> dict[When, SlotView]:
    return {variant.when: _slot(spec, slot, variant) for variant in slot.variants}


def _slot(spec: Spec, slot: Slot, variant: SlotVariant) -> SlotView:
    is_text = isinstance(variant.page, str)
    pair = f"(insn[0] & {variant.pair[0]:#010x}) == {variant.pair[1]:#010x}" if variant.pair else None
    return SlotView(
        slot.name,
        c_text.macro(slot.name),
        variant.size,
        variant.align,
        f"({variant.page})" if is_text else str(variant.page),
        is_text,
        variant.reserved,
        c_text.word(variant.filler, 8 * variant.unit),
        slot.insn,
        pair,
        _wrong(variant),
        _stored(slot, variant),
        f"u{8 * variant.unit}",
        variant.unit,
        variant.copied[-1],
        isas.load(variant.isa).memory,
        tuple(_form(spec, slot, variant, form) for form in variant.forms),
    )


def _form(spec: Spec, slot: Slot, variant: SlotVariant, form: SlotForm) -> FormView:
    code = form.code
    name, macro = f"{slot.name}_{form.name}", c_text.macro(f"{slot.name}_{form.name}")
    taken = {param.name for param in code.params}
    buffer, insn, size, ip, distance = (
        c_text.free(wanted, taken) for wanted in ("slot", slot.insn, "size", "ip", "distance")
    )
    memory = isas.load(variant.isa).memory
    own = {param.name: param.name for param in code.params}
    relative = any(param.pc_relative for param in code.params)
    count = size if variant.unit == 1 else f"{size} / sizeof(*{buffer})"
    names = Names(spec.name, buffer, ip, own, memory, word_bits=code.word_bits, moved=(form.at, size))
    words = c_words.views(code, names)
    params = tuple(c_params.view(macro, param, code, names, distance) for param in code.params)
    kind = f"u{8 * variant.unit}"
    arguments = [f"{kind} *{buffer}", *([f"unsigned long {ip}"] if relative else [])]
    arguments += [f"const {kind} *{insn}", f"size_t {size}"]
    arguments += [f"{c_text.argument_type(param)} {param.name}" for param in code.params]
    return FormView(
        name,
        macro,
        form.doc,
        buffer,
        insn,
        size,
        count,
        ip,
        distance,
        variant.unit * form.at,
        code.size,
        form.most,
        tuple(_listed(words)),
        tuple(arguments),
        params,
        tuple(_stores(words, form.at, buffer, count)),
        c_template.assertions(spec, code),
        tuple(_cases(form, after=False)),
        tuple(_cases(form, after=True)),
        tuple(_about(slot, insn, size, ip if relative else "", any(param.fallible for param in params))),
        _too_large(form, variant, macro, insn, size),
    )


def _too_large(form: SlotForm, variant: SlotVariant, macro: str, insn: str, size: str) -> str:
    """C that is true of what a form can't copy."""
    least = variant.copied[0]
    if variant.unit == 1:
        return f"{f'{size} < {least}' if least > 1 else f'!{size}'} || {size} > {macro}_INSN_MAX"
    wrong = _wrong(variant, insn, size)
    return wrong if form.most == variant.copied[-1] else f"{wrong} || {size} > {macro}_INSN_MAX"


def _about(slot: Slot, insn: str, size: str, ip: str, fallible: bool) -> list[str]:
    """What an encoder's comment says."""
    text = (
        f"Write a slot to RAM: @{insn}, an instruction of @{size} bytes, and what stands around it; "
        f"{c_text.macro(slot.name)}_FILL in what is left."
    )
    text += f" It will run at @{ip}." if ip else ""
    text += " Returns 0, or -EINVAL for a size that can't be copied"
    text += ", or -ERANGE if a value can't be encoded" if fallible else ""
    return textwrap.wrap(text + "; then nothing is written.", _WIDTH)


def _listed(words: Sequence[WordView]) -> Iterator[str]:
    """The words around the copied instruction, each instruction on a line of its own."""
    groups = c_words.by_instruction(words)
    for group in groups:
        last = group is groups[-1]
        text = ", ".join(word.rest for word in group)
        yield f"{text}{'' if last else ','}\t/* {group[0].asm} */{'' if last else ' ' + chr(92)}"


def _stores(words: Sequence[WordView], at: int, buffer: str, count: str) -> Iterator[str]:
    """How what is open is written: behind the copied instruction everything stands further by its size."""
    for index, word in enumerate(words):
        if not word.varies or word.held:
            continue
        place = index if index < at else f"{count} + {index}" if index else count
        yield from c_words.stores([word], buffer, place)


def _cases(form: SlotForm, after: bool) -> Iterator[tuple[str, tuple[int, ...]]]:
    """By state the offsets at which a task is in it."""
    own = [boundary for boundary in form.boundaries if boundary.after == after]
    for state in ("probed", "slot", "next"):
        if offsets := tuple(boundary.offset for boundary in own if boundary.state == state):
            yield state.upper(), offsets


def _stored(slot: Slot, variant: SlotVariant) -> str:
    """Word `i` of a slot without forms, as memory holds it."""
    text = f"i < size / sizeof(*slot) ? insn[i] : {c_text.macro(slot.name)}_FILL"
    memory = isas.load(variant.isa).memory
    return text if memory is None else f"{memory}_TO_MEM({text})"


def _wrong(variant: SlotVariant, insn: str = "insn", size: str = "size") -> str:
    """What a prefix begins has two words, anything else one: a size must be that, and one that is copied."""
    least, most = variant.copied[0], variant.copied[-1]
    if variant.unit == 1:
        return f"{size} < {least} || {size} > {most}" if least > 1 else f"!{size} || {size} > {most}"
    if variant.pair is None:
        return f"{size} != {least}"
    if least != most:
        return f"{size} != (pair ? {most} : {least})"
    return f"{'!' if least > 4 else ''}pair || {size} != {least}"
