"""Every form of what is patched at calls of x86-64 runs with random states."""

from __future__ import annotations

import itertools

import pytest

from tests.execute import x86, x86_calls
from tests.execute.x86 import BITS64, CALLBACK, LANDING, PARENT, SITE, Machine, Moment, State
from tests.execute.x86_calls import Trace, gone

STATES = 50
RET = bytes([0xC3])
TRAMP_UD = bytes.fromhex("0fb9cc")


def states(seed: str) -> list[State]:
    return x86.random_states(seed, STATES, BITS64)


@pytest.fixture
def machine() -> Machine:
    return Machine(BITS64)


def static_call(template: str, form: str | None) -> bytes:
    """A template whose only region is patched to a form, or rests."""
    rest = x86.variant("static_call", template)
    [region] = rest.regions
    return x86.code(rest.patched({region.name: form} if form else {}), SITE, func=CALLBACK)


@pytest.mark.parametrize("form", ["jump", "none", None])
def test_the_trampoline_of_a_static_call(form: str | None, machine: Machine) -> None:
    code = static_call("static_call_tramp", form)
    assert code[5:] == TRAMP_UD
    for state in states("tramp"):
        to, taken = (CALLBACK, 0) if form == "jump" else (PARENT, 8)
        assert gone(machine, code, state, to, rsp=state.entry.sp + taken) == []


@pytest.mark.parametrize("form", ["jump", None])
def test_a_static_call_at_the_end_of_a_function(form: str | None, machine: Machine) -> None:
    code = static_call("static_call_tail", form)
    for state in states("tail"):
        to, taken = (CALLBACK, 0) if form else (PARENT, 8)
        assert gone(machine, code, state, to, rsp=state.entry.sp + taken) == []


@pytest.mark.parametrize("form", ["call", "return0", None])
def test_a_static_call(form: str | None, machine: Machine) -> None:
    code = static_call("static_call_site", form)
    for state in states("site"):
        if form == "call":
            assert gone(machine, code, state, CALLBACK, rsp=state.entry.sp - 8) == []
            now = machine.now()
            assert now.at(now.sp) == SITE + 5
        else:
            changed = {"rax": 0} if form else {}
            assert gone(machine, code, state, SITE + 5, **changed) == []


def test_a_static_call_under_each_condition(machine: Machine) -> None:
    region = x86.variant("static_call", "static_call_jcc").regions[0]
    forms = [None, *(form.name for form in region.forms)]
    assert len(forms) == 16
    for (number, form), state in itertools.product(enumerate(forms), states("jcc")):
        taken = x86_calls.holds(number, state.entry.registers["flags"])
        code = static_call("static_call_jcc", form)
        assert gone(machine, code, state, CALLBACK if taken else SITE + 6) == [], (form, taken)


@pytest.mark.parametrize("tail", ["thunk", "thunk at rest", "fenced", "bare"])
@pytest.mark.parametrize("frames", ["frame_pointer", "no_frame_pointer"])
@pytest.mark.parametrize("template", ["ftrace_tramp", "ftrace_regs_tramp"])
def test_a_traced_function(template: str, frames: str, tail: str, machine: Machine) -> None:
    thunk = x86.END - 0x10 if tail == "thunk" else None
    rest = x86.variant("ftrace", template, ("frames", frames), ("tail", tail.split()[0]))
    trace = Trace(rest, template == "ftrace_regs_tramp", frames == "frame_pointer", thunk)
    machine.place(x86.END - 0x10, RET)
    for number, state in enumerate(states(f"{template} {tail}")):
        goes_on = SITE + 5 if number % 2 else LANDING + number
        assert trace.complaints(machine, state, goes_on) == [], number


def test_a_function_that_nobody_traces(machine: Machine) -> None:
    code = x86.code(x86.variant("ftrace", "ftrace_site").patched({}), SITE)
    for state in states("nop"):
        assert gone(machine, code, state, SITE + 5) == []


def answer(machine: Machine, asked: list[Moment], after: int, result: int) -> None:
    """Let syscalls of a machine do what the kernel does: put the address to return to where rax was saved."""

    def kernel(uc: object, data: object) -> None:
        asked.append(machine.now())
        machine.uc.mem_write(asked[-1].sp + 16, PARENT.to_bytes(8, "little"))
        for name, value in {"rcx": after, "r11": asked[-1].registers["flags"], "rax": result}.items():
            machine.uc.reg_write(machine.numbers[name], value)

    machine.on_syscall(kernel)


def test_the_return_of_a_probed_function() -> None:
    """The kernel is asked once, at the place where it expects that, and says where the function returns to."""
    template = x86.variant("uretprobe", "uretprobe_trampoline")
    check = next(label.offset for label in template.labels if label.name == "syscall_check")
    for state in states("uretprobe"):
        machine, asked, before = Machine(BITS64), list[Moment](), state.entry.registers
        answer(machine, asked, SITE + check, before["rax"])
        assert gone(machine, x86.code(template, SITE), state, PARENT) == []
        [moment] = asked
        assert moment.registers["rax"] == 335
        assert moment.sp == state.entry.sp - 24
        found = [moment.at(moment.sp + 8 * n) for n in range(3)]
        assert found == [before["r11"], before["rcx"], before["rax"]]
        assert machine.now().registers["flags"] == before["flags"]
