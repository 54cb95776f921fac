"""What is demanded of a template where its contract does not say otherwise, by its kind and the calling convention."""

from __future__ import annotations

from trampgen.model.spec import Template, TemplateVariant
from trampgen.prove.contract import Contract, Origin, parts_of
from trampgen.prove.machine import Machine


def fill(contract: Contract, template: Template, variant: TemplateVariant, machine: Machine) -> None:
    """Add what is not said.

    - An optprobe interrupts a function anywhere: it keeps every register and the red zone.
    - Beside a list of what is clobbered, everything else is kept.
    - A site keeps everything but the link register; a stub everything but what the ABI gives to code between caller
      and callee.
    - The stack pointer is kept, and what a callee may leave on another processor is sticky."""
    because = Origin("", "", template.span, True)
    _registers(contract, template, machine, because)
    for name in machine.sticky:
        if name not in contract.clobbered:
            contract.sticky.setdefault(name, _by_default(f"sticky {name}", because))
    amounts = {
        "redzone": machine.redzone if template.kind == "optprobe" else 0,
        "stack align": machine.align,
        "callee owns": machine.owned[1],
    }
    for verb, value in amounts.items():
        contract.amounts.setdefault(verb, (value, _by_default(f"{verb} {value}", because)))


def _registers(contract: Contract, template: Template, machine: Machine, because: Origin) -> None:
    if contract.clobbered:
        text = "what is not said to be clobbered is kept"
        free = set(contract.clobbered)
    elif contract.kept:
        text, free = "", set(machine.kept_over)
    elif template.kind == "optprobe":
        text, free = "an optprobe keeps every register", set()
    elif template.kind == "site":
        text, free = "a site keeps every register but the link register", set(filter(None, [machine.link]))
    else:
        text = "a stub keeps what the ABI does not give to code between caller and callee"
        free = set(parts_of(machine.linkage, machine))
    origin = _by_default(text, because)
    for name in machine.kept_over:
        if name not in free:
            contract.kept.setdefault(name, origin)
    contract.kept.setdefault(machine.sp, _by_default("the stack pointer is kept", because))


def _by_default(text: str, because: Origin) -> Origin:
    return Origin(text, "", because.span, True)
