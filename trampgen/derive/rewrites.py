"""Rewrites: whether there is a scratch register for every instruction that there can be, shown by one that has none."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from trampgen.assemble.capstone import Disassembler
from trampgen.diagnostics import Report
from trampgen.expand.described import Drafts
from trampgen.expand.rewrites import DraftRewrite
from trampgen.isa.x86_decode import LEGACY, VEX, decode
from trampgen.isa.x86_formats import CONTROLS, MODRM_ANY, UNDEFINED, Leaf, formats
from trampgen.isa.x86_rewrite import REGISTERS, refusals
from trampgen.model.record import record
from trampgen.model.rewrites import Action, Control, Rewrite, RewriteVariant, Rule
from trampgen.syntax.ast_tables import Course, Scratch

_CS_X86, _CS_64 = 3, 8
_PREFIX = (b"", b"\x66", b"\xf3", b"\xf2")
_ESCAPE = (b"", b"\x0f", b"\x0f\x38", b"\x0f\x3a")
_DISPLACEMENT = b"\x78\x56\x34\x12"
_IMMEDIATE = 8  # zeros behind it: more than any has


@record
class Form:
    """Instructions with a RIP-relative operand that differ in registers alone; `reg` where it is part of the opcode."""

    kind: int
    map: int
    opcode: int
    prefix: int
    reg: int
    leaf: Leaf

    @property
    def named(self) -> int:
        """How many general-purpose registers it names as it likes."""
        return (self.leaf.has("gpr") or self.leaf.has("byte")) + self.leaf.has("vgpr")


def rewrites(drafts: Drafts, report: Report) -> list[Rewrite]:
    """Every rewrite in every combination of cases in which it exists."""
    found: list[Rewrite] = []
    for declared, axes, own in drafts.rewrites:
        variants = tuple(_variant(draft, report) for draft in own)
        found.append(Rewrite(declared.name.text, axes, variants, declared.doc, declared.name.span))
    return found


def _variant(draft: DraftRewrite, report: Report) -> RewriteVariant:
    action = draft.operand.action if draft.operand else None
    names = action.registers if isinstance(action, Scratch) else ()
    candidates = tuple(REGISTERS.index(name.text) for name in names)
    kind: Action | None = None if action is None else "scratch" if isinstance(action, Scratch) else "adjust"
    rule = Rule(kind, _course(draft.course), candidates)
    if isinstance(action, Scratch):
        _check_enough(rule, action, draft, report)
    return RewriteVariant(
        draft.when, draft.isa, draft.wide, rule, draft.course.because if draft.course else ""
    )


def _course(written: Course | None) -> Control | None:
    if written is None:
        return None
    return "stepped" if written.kind == "stepped" else "followed"


def _check_enough(rule: Rule, action: Scratch, draft: DraftRewrite, report: Report) -> None:
    """scratch-taken: instructions that use every candidate."""
    # The best witness names its registers; old instructions come first.
    lacking = sorted(
        (form for form in forms() if not _free(form, rule)), key=lambda form: form.leaf.implied.bit_count()
    )
    if not lacking:
        return
    codes = [witness(form, rule.candidates) for form in lacking]
    code = next((code for code in codes if _disassembler().first(code, 0)), codes[0])
    names = [name.text for name in action.registers]
    all_of = {1: "it", 2: "both"}.get(len(names), "all of them")
    report.error(
        "scratch-taken",
        action.span,
        f"there are instructions in which {' and '.join(names)} {'are' if len(names) > 1 else 'is'} taken",
        [f"`{shown(code)}` uses {all_of}"],
        "name more of them; with rsi, rdi and rbx there is one for every instruction",
        draft.when,
    )


def _free(form: Form, rule: Rule) -> bool:
    """Whether a candidate is free however the form's registers are chosen; what is not moved needs none."""
    if _is_refused(form.leaf, rule):
        return True
    left = [number for number in rule.candidates if not form.leaf.implied >> number & 1]
    return len(left) > form.named


def _is_refused(leaf: Leaf, rule: Rule) -> bool:
    return CONTROLS[leaf.control] in [refusal.control for refusal in refusals(rule)]


@functools.cache
def forms() -> tuple[Form, ...]:
    """Every form of 64-bit mode that can have a RIP-relative operand, in the order of the opcode maps."""
    return tuple(_forms())


def _forms() -> Iterator[Form]:
    tables = formats(True)
    for (kind, map), opcodes in tables.maps.items():
        for opcode, entry in enumerate(opcodes):
            for prefix, index in enumerate(tables.entries[entry]):
                row = tables.rows[index]
                for reg, leaf in enumerate(row.memory):
                    if row.modrm == MODRM_ANY and leaf != UNDEFINED and not leaf.has("sib"):
                        yield Form(kind, map, opcode, prefix, reg, leaf)


def users(number: int) -> list[Form]:
    """The forms that use a register without naming it, one for each opcode: they take the next candidate."""
    found: dict[tuple[int, int, int, Leaf], Form] = {}
    for form in forms():
        if form.leaf.implied >> number & 1:
            found.setdefault((form.kind, form.map, form.opcode, form.leaf), form)
    return list(found.values())


def witness(form: Form, wanted: Iterable[int] = ()) -> bytes:
    """An instruction of a form that names as many of the registers as it can."""
    left = [number for number in wanted if not form.leaf.implied >> number & 1]
    reg, vvvv = form.reg, 0
    if form.leaf.has("gpr") or form.leaf.has("byte"):
        reg = left.pop(0) if left else form.reg
    if form.leaf.has("vgpr"):
        vvvv = left.pop(0) if left else 0
    head = _head(form, reg, vvvv)
    code = head + bytes([form.opcode, (reg & 7) << 3 | 5]) + _DISPLACEMENT + bytes(_IMMEDIATE)
    return code[: decode(code, True).length]


def _head(form: Form, reg: int, vvvv: int) -> bytes:
    """Prefixes and escapes; 64 bits wide, where that makes no difference to whether it is an instruction."""
    if form.kind == LEGACY:
        rex = 0x40 if form.leaf.has("byte") else 0x48
        rex |= (reg & 8) >> 1
        needed = rex != 0x40 or reg > 3  # sil and dil instead of dh and bh
        return _PREFIX[form.prefix] + (bytes([rex]) if needed else b"") + _ESCAPE[form.map]
    last, r = (~vvvv & 15) << 3 | form.prefix, 0 if reg & 8 else 0x80
    if form.kind == VEX:
        return bytes([0xC4, r | 0x60 | form.map, last])
    return bytes([0x62, r | 0x70 | form.map, last | 4, 0x08])


@functools.cache
def _disassembler() -> Disassembler:
    return Disassembler(_CS_X86, _CS_64)


def shown(code: bytes) -> str:
    """Bytes, and what capstone reads in them where it knows them."""
    found = _disassembler().first(code, 0)
    text = f"  {' '.join(found)}" if found else ""
    return f"{code.hex(' ')}{text}"
