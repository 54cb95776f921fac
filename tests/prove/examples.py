"""The example specs with code, and what a proof of each needs to be told."""

from __future__ import annotations

from dataclasses import dataclass

from tests.conftest import EXAMPLES, Compiled, compile_file
from trampgen.model.spec import Spec
from trampgen.prove.explain import tell
from trampgen.prove.run import prove
from trampgen.prove.verdict import Verdict

LINUX = EXAMPLES / "linux"


@dataclass(frozen=True)
class Example:
    """A spec, constants files beside it, and cases to which the proof is limited."""

    path: str
    constants: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join([self.path, *self.cases, *self.constants])

    def compiled(self) -> Compiled:
        constants = [str((LINUX / self.path).parent / name) for name in self.constants]
        return compile_file(LINUX / f"{self.path}.tramp", {}, constants)


EVERY = [
    Example("powerpc/optprobe"),
    Example("powerpc/optprobe", ("pt_regs64.const",), ("ppc64",)),
    Example("powerpc/optprobe", ("pt_regs32.const",), ("ppc32",)),
    Example("powerpc/optprobe_2017"),
    Example("powerpc/module_stub"),
    Example("powerpc/module_stub_2016"),
    Example("powerpc/module_plt32"),
    Example("powerpc/static_call32"),
    Example("arm/optprobe", ("pt_regs.const",)),
    Example("x86/optprobe", ("pt_regs64.const",), ("x86_64",)),
    Example("x86/optprobe", ("pt_regs32.const",), ("x86_32",)),
    Example("x86/ftrace", ("pt_regs64.const",)),
    Example("x86/uretprobe"),
    Example("x86/static_call"),
    Example("arm64/module_plt"),
    Example("arm64/kprobes"),
    Example("arm64/call_sites"),
]


def verdicts(spec: Spec, cases: tuple[str, ...] = ()) -> list[Verdict]:
    return list(prove(spec, (), cases))


__all__ = ["EVERY", "LINUX", "Example", "tell", "verdicts"]
