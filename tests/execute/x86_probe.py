"""Optimised probes of x86: the probed function jumps to a copy of the template, which calls its handler.

Behind the copy stand the instructions that the jump has displaced, and a jump back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tests.execute import x86
from tests.execute.x86 import CALLBACK, CODE, SITE, Machine, Moment, Registers, State, Width
from trampgen.model.spec import TemplateVariant

KERNEL_DS = 0x18
NOT_SAVED = ("orig_ax", "ip", "cs", "gs")  # the callback sets them


@dataclass(frozen=True)
class Probe:
    """All that is executed: the jump at SITE and the copy at CODE, of which the template is `size` bytes."""

    width: Width
    frames: bool
    clac: bool
    op: int
    site: bytes
    copy: bytes
    size: int
    returns: int  # to where the handler returns
    displaced: bytes


def template(width: Width, frames: bool) -> TemplateVariant:
    cases = ("width", width.name), ("frames", "frame_pointer" if frames else "no_frame_pointer")
    return x86.variant("optprobe", "optprobe_template", *cases)


def probe(width: Width, frames: bool, clac: bool, op: int, displaced: bytes) -> Probe:
    """A probe as the kernel prepares it."""
    rest = template(width, frames)
    forms = {"val": "val", "call": "call"} | ({"clac": "clac"} if clac else {})
    copy = x86.code(rest.patched(forms), CODE, op=op, callback=CALLBACK)
    call = next(region for region in rest.regions if region.name == "call")
    back, jump = (
        x86.variant("optprobe", f"optprobe_{name}", ("width", width.name)) for name in ("return", "site")
    )
    last = CODE + len(copy) + len(displaced)
    return Probe(
        width,
        frames,
        clac,
        op,
        x86.code(jump, SITE, slot=CODE),
        copy + displaced + x86.code(back, last, next=SITE + len(displaced)),
        len(copy),
        CODE + call.end,
        displaced,
    )


def complaints(machine: Machine, probe: Probe, state: State) -> list[str]:
    """What was wrong with one run of a probe that has been placed."""
    width = probe.width
    machine.set(state.entry)
    called = machine.run(SITE, CALLBACK)
    if isinstance(called, str):
        return [f"call: {called}"]
    pt_regs = called.sp + width.word
    found = call_complaints(probe, state.entry, called, pt_regs)
    if found:  # what pt_regs holds is no use
        return found
    returned = x86.handled(called, state, pt_regs, (*width.general, "flags"))
    machine.set(returned)
    end = machine.run(called.at(called.sp), SITE + len(probe.displaced))
    if isinstance(end, str):
        return [f"end: {end}"]
    return end_complaints(probe, state.entry.sp, returned, end, pt_regs)


def call_complaints(probe: Probe, entry: Moment, called: Moment, pt_regs: int) -> list[str]:
    """Arguments, the frame, every slot as at entry, and nothing touched above the stack pointer."""
    width, before, registers = probe.width, entry.registers, called.registers
    got = {"pt_regs": pt_regs, "return": called.at(called.sp)}
    wanted = {"pt_regs": entry.sp - width.word * len(width.pt_regs), "return": probe.returns}
    for name, value in zip(width.arguments, (probe.op, pt_regs), strict=False):
        got[name], wanted[name] = registers[name], value
    kept = [name for name in width.general if name not in width.volatile]
    got |= {name: registers[name] for name in kept}
    wanted |= {name: before[name] for name in kept} | (
        {width.bp: frame(width, pt_regs)} if probe.frames else {}
    )
    got |= {"AC": registers["flags"] & x86.AC, "DF": registers["flags"] & x86.DF}
    wanted |= {"AC": 0 if probe.clac else before["flags"] & x86.AC, "DF": before["flags"] & x86.DF}
    got |= {f"pt_regs.{name}": value for name, value in called.slots(pt_regs).items()}
    wanted |= {f"pt_regs.{name}": value for name, value in saved(width, before).items()}
    touched = called.above(entry.sp) != entry.above(entry.sp)
    return [*x86.differences("call", got, wanted), *(["call: other memory touched"] if touched else [])]


def frame(width: Width, pt_regs: int) -> int:
    """What the frame pointer is for the unwinder to find pt_regs: no address of a frame."""
    return pt_regs + 1 if width.word == 8 else pt_regs & 0x7FFFFFFF


def saved(width: Width, entry: Registers) -> Registers:
    """pt_regs as an exception would have it; sp less the word that the callback adds."""
    slots = {name: entry[name] for name in (*width.general, "flags")}
    slots |= {width.sp: entry[width.sp] - width.word, "ss": KERNEL_DS}
    if width.word == 4:
        slots |= {name: x86.SEGMENTS[name] for name in ("ss", "ds", "es", "fs")}
    return slots


def end_complaints(probe: Probe, sp: int, returned: Moment, end: Moment, pt_regs: int) -> list[str]:
    """All registers as the handler left them in pt_regs, and then what the displaced instructions do to them."""
    width, slots = probe.width, returned.slots(pt_regs)
    names = (*width.general, "flags")
    restored = returned.having(**{name: slots[name] for name in names}, **{width.sp: sp})
    wanted = alone(width, probe.displaced, restored)
    found = x86.differences(
        "end", end.registers, {name: wanted.registers[name] for name in (*names, width.sp)}
    )
    touched = end.above(sp) != wanted.above(sp)
    return [*found, *(["end: other memory touched"] if touched else [])]


def alone(width: Width, displaced: bytes, before: Moment) -> Moment:
    """What instructions do where they were before they were displaced."""
    machine = single(width)
    machine.place(SITE, displaced)
    machine.set(before)
    after = machine.run(SITE, SITE + len(displaced))
    assert isinstance(after, Moment), after
    return after


@cache
def single(width: Width) -> Machine:
    return Machine(width)


def first_complaints(machine: Machine, probe: Probe, states: Sequence[State]) -> list[str]:
    """What is wrong with the first run of a probe that is not as it should be."""
    machine.place(SITE, probe.site)
    machine.place(CODE, probe.copy)
    judged = (complaints(machine, probe, state) for state in states)
    return next((found for found in judged if found), [])
