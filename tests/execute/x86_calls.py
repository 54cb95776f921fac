"""Calls that are patched on x86-64, executed: static calls, traced functions, and the return of probed ones."""

from __future__ import annotations

from collections.abc import Sequence

from tests.execute import x86
from tests.execute.x86 import BITS64, CALLBACK, CODE, PARENT, SITE, Machine, Moment, Registers, State
from trampgen.model.spec import TemplateVariant

OPS = 0x1122334455667788
NAMES = (*BITS64.general, BITS64.sp)
CALL_SIZE = 5
KERNEL_CS, KERNEL_DS = 0x10, 0x18


def from_parent(state: State) -> Moment:
    """A function has been called by PARENT."""
    return state.entry.written(state.entry.sp, PARENT)


def gone(machine: Machine, code: bytes, state: State, until: int, **changed: int) -> list[str]:
    """What else than what is said changes on the way from SITE to another place; memory is as it was."""
    before = from_parent(state)
    machine.place(SITE, code)
    machine.set(before)
    after = machine.run(SITE, until)
    if isinstance(after, str):
        return [after]
    wanted = before.having(**changed)
    found = x86.differences("end", after.registers, {name: wanted.registers[name] for name in NAMES})
    touched = after.above(before.sp) != before.above(before.sp)
    return [*found, *(["memory touched"] if touched else [])]


def holds(condition: int, flags: int) -> bool:
    """Whether a condition holds, by its number in an opcode (SDM volume 2, appendix B.1.4.7)."""
    cf, pf, zf, sf, of = (bool(flags >> bit & 1) for bit in (0, 2, 6, 7, 11))
    found = (of, cf, zf, cf or zf, sf, pf, sf != of, zf or sf != of)[condition >> 1]
    return found != bool(condition & 1)


class Trace:
    """A traced function at SITE, whose tracer is at CALLBACK; the trampoline stands at CODE."""

    def __init__(
        self, template: TemplateVariant, all_registers: bool, frames: bool, thunk: int | None
    ) -> None:
        self.all_registers, self.frames = all_registers, frames
        self.call = next(region for region in template.regions if region.name == "call")
        forms = {"call": "call"} | ({"back": "back"} if thunk is not None else {})
        values = {"func": CALLBACK, "ops": OPS, "return_thunk": thunk or 0}
        self.code = x86.code(template.patched(forms), CODE, **values)
        site = x86.variant("ftrace", "ftrace_site")
        self.site = x86.code(site.patched(), SITE, tracer=CODE)

    @property
    def slots(self) -> Sequence[str]:
        """What a tracer can change, for it to come back into registers; r11 does not."""
        some = ("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "rbp")
        return (*some, "rbx", "r10", "r12", "r13", "r14", "r15", "flags") if self.all_registers else some

    def complaints(self, machine: Machine, state: State, goes_on: int) -> list[str]:
        """What was wrong with one run of a function whose tracer makes it go on somewhere."""
        entry = from_parent(state)
        machine.place(SITE, self.site)
        machine.place(CODE, self.code)
        machine.set(entry)
        called = machine.run(SITE, CALLBACK)
        if isinstance(called, str):
            return [f"call: {called}"]
        pt_regs = called.registers["rcx"]
        if found := self.call_complaints(entry, called, pt_regs):
            return found
        returned = x86.handled(called, state, pt_regs, self.slots)
        returned = returned.written(pt_regs + 8 * BITS64.pt_regs.index("ip"), goes_on)
        machine.set(returned)
        end = machine.run(called.at(called.sp), goes_on)
        if isinstance(end, str):
            return [f"end: {end}"]
        return self.end_complaints(entry, returned, end, pt_regs)

    def call_complaints(self, entry: Moment, called: Moment, pt_regs: int) -> list[str]:
        """The arguments, what pt_regs is promised to hold, the frames for the unwinder, nothing else touched."""
        before, registers = entry.registers, called.registers
        got = {name: registers[name] for name in ("rdi", "rsi", "rdx", "rbx", "r12", "r13", "r14", "r15")}
        wanted = {name: before[name] for name in got} | {"rdi": SITE, "rsi": PARENT, "rdx": OPS}
        got |= {"return": called.at(called.sp), "pt_regs": pt_regs}
        wanted |= {"return": CODE + self.call.end, "pt_regs": called.sp + 8}
        slots = called.slots(pt_regs)
        known = self.saved(before)
        got |= {f"pt_regs.{name}": slots[name] for name in known}
        wanted |= {f"pt_regs.{name}": value for name, value in known.items()}
        got |= {"rbp": registers["rbp"], **self.chain(called)}
        wanted |= self.wanted_chain(before, pt_regs)
        touched = called.above(entry.sp) != entry.above(entry.sp)
        return [*x86.differences("call", got, wanted), *(["call: other memory touched"] if touched else [])]

    def saved(self, before: Registers) -> Registers:
        some = {name: before[name] for name in self.slots}
        some |= {"ip": SITE + CALL_SIZE, "rsp": before["rsp"], "orig_ax": 0}
        if not self.all_registers:
            return some | {"cs": 0}
        return some | {"r11": before["r11"], "cs": KERNEL_CS, "ss": KERNEL_DS}

    def chain(self, called: Moment) -> Registers:
        """Two frames from rbp on, where it leads to one."""
        if not self.frames or self.all_registers:
            return {}
        inner = called.registers["rbp"]
        outer = called.at(inner)
        return {"ip": called.at(inner + 8), "outer": called.at(outer), "parent": called.at(outer + 8)}

    def wanted_chain(self, before: Registers, pt_regs: int) -> Registers:
        if not self.frames:
            return {"rbp": before["rbp"]}
        if self.all_registers:
            return {"rbp": pt_regs + 1}
        # Of the saved registers, the frames of the function and of its caller, and rbp itself, pt_regs are lowest.
        frame = pt_regs + 8 * len(BITS64.pt_regs)
        return {"rbp": frame, "ip": SITE + CALL_SIZE, "outer": before["rbp"], "parent": PARENT}

    def end_complaints(self, entry: Moment, returned: Moment, end: Moment, pt_regs: int) -> list[str]:
        """Registers as the tracer left them in pt_regs or had to keep them; the stack as the function knows it."""
        slots = returned.slots(pt_regs)
        kept = [name for name in NAMES if name not in BITS64.volatile]
        wanted = {name: entry.registers[name] for name in kept} | {name: slots[name] for name in self.slots}
        found = x86.differences("end", end.registers, wanted)
        touched = end.above(entry.sp) != returned.above(entry.sp)
        return [*found, *(["end: other memory touched"] if touched else [])]
