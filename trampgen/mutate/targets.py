"""What faults need to know of instruction sets: registers, opposite conditions, how a register is overwritten."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from trampgen.model.record import record

Groups = tuple[tuple[str, ...], ...]


@record
class Target:
    """`groups` are registers of which one can stand for another; `conditions` such mnemonics and endings.

    `scratch` writes over a register; `saves` are mnemonics that store their first register, `sources` tell whether
    any line stores one (x86)."""

    registers: re.Pattern[str]
    groups: Groups
    mnemonics: Mapping[str, tuple[str, ...]]
    scratch: str
    number: int  # what that writes
    saves: re.Pattern[str]

    def others(self, register: str) -> Iterator[str]:
        """Registers that could stand there by mistake: neighbours."""
        for group in self.groups:
            if register in group:
                at = group.index(register)
                yield group[(at + 1) % len(group)]
                yield group[at - 1]

    def instead(self, mnemonic: str) -> tuple[str, ...]:
        """Other instructions with the same operands."""
        return self.mnemonics.get(mnemonic, ())


def _row(prefix: str, count: int, ending: str = "") -> tuple[str, ...]:
    return tuple(f"{prefix}{number}{ending}" for number in range(count))


def _each_other(*groups: str) -> dict[str, tuple[str, ...]]:
    """Words of which each can stand for the others of its group; the next one comes first."""
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        words = group.split()
        for at, word in enumerate(words):
            others = (*found.get(word, ()), *words[at + 1 :], *words[:at])
            found[word] = tuple(dict.fromkeys(others))
    return found


def _pattern(groups: Groups, *more: str) -> re.Pattern[str]:
    return re.compile("|".join([*(re.escape(one) for group in groups for one in group), *more]))


# ---- powerpc -------------------------------------------------------------------------------------------

_PPC = _each_other(
    "beq bne", "blt bge", "bgt ble", "beqlr bnelr", "bltlr bgelr", "bgtlr blelr", "b bl", "blr bctr bctrl",
    "mtctr mtlr", "mtlr mtctr", "mfctr mflr mfxer", "mtxer mtctr", "mfcr mfmsr", "mtmsr mtcr", "ld lwz", "std stw",
    "lwz lhz", "stw sth", "lbz lhz", "stdu std", "stwu stw", "ori xori andi.", "oris ori", "addis addi", "lis li",
    "add subf", "cmpdi cmpldi", "cmpwi cmplwi", "lmw lwz", "stmw stw",
)  # fmt: skip
_PPC_GROUPS = (_row("r", 32), _row("cr", 8))

# ---- arm -----------------------------------------------------------------------------------------------

_ARM_PAIRS = ("eq", "ne"), ("cs", "cc"), ("mi", "pl"), ("vs", "vc"), ("hi", "ls"), ("ge", "lt"), ("gt", "le")
_ARM_BASES = ("", "b", "bl", "bx", "ldr", "str", "mov", "add", "sub", "orr", "and", "tst", "cmp", "mvn")


def _arm() -> dict[str, tuple[str, ...]]:
    found = _each_other(
        "ldmia ldmib", "stmia stmib", "stmia stmdb", "ldr ldrh", "str strh", "ldr ldrb", "blx bx", "bl b", "tst teq", "add sub",
        "and orr bic", "orrne andne", "movw mov", "movt movw",
    )  # fmt: skip
    for base, pair in itertools.product(_ARM_BASES, _ARM_PAIRS):
        for one, other in (pair, pair[::-1]):
            found[base + one] = (base + other, base) if base else (other,)
    return found


_ARM_GROUPS = ((*_row("r", 13), "lr"), ("sp", "r12"), ("pc", "lr"))

# ---- arm64 ---------------------------------------------------------------------------------------------

_A64 = _each_other(
    "cbz cbnz", "tbz tbnz", "br blr ret", "blr br", "b bl", "bl b", "movz movk movn", "ldr ldrh", "str strh", "ldp ldnp",
    "stp stnp", "add sub", "adrp adr", *(f"b.{one} b.{other}" for one, other in _ARM_PAIRS),
)  # fmt: skip
_A64_GROUPS = (_row("x", 31), _row("w", 31), ("sp", "x29"), ("lr", "x29"), ("xzr", "x0"), ("wzr", "w0"))

# ---- x86 -----------------------------------------------------------------------------------------------

_X86_PAIRS = (
    ("o", "no"), ("b", "ae"), ("c", "nc"), ("e", "ne"), ("z", "nz"), ("be", "a"), ("s", "ns"), ("p", "np"), ("l", "ge"),
    ("le", "g"),
)  # fmt: skip
_X86 = _each_other(
    *(f"{base}{one} {base}{other}" for base in ("j", "set", "cmov") for one, other in _X86_PAIRS), "call jmp",
    "mov lea", "lea mov", "add sub", "and or", "test cmp", "pushfq cld", "popfq cld", "pushfd cld", "popfd cld",
)  # fmt: skip
_LEGACY = ("ax", "cx", "dx", "bx", "sp", "bp", "si", "di")
_X86_GROUPS = (
    (*(f"r{name}" for name in _LEGACY), *_row("r", 16)[8:]),
    (*(f"e{name}" for name in _LEGACY), *_row("r", 16, "d")[8:]),
    ("cs", "ds", "es", "fs", "gs", "ss"),
)

_TARGETS = {
    "ppc": Target(
        _pattern(_PPC_GROUPS), _PPC_GROUPS, _PPC, "li {}, {}", 0x5A5, re.compile(r"st[bhwd]u?x?|stmw|mt\w+")
    ),
    "arm": Target(
        _pattern(_ARM_GROUPS),
        _ARM_GROUPS,
        _arm(),
        "mov {}, #{}",
        0x5A0,
        re.compile(r"str\w*|stm\w*|push|msr"),
    ),
    "arm64": Target(
        _pattern(_A64_GROUPS), _A64_GROUPS, _A64, "mov {}, #{}", 0x5A5, re.compile(r"st[rpu]\w*|br|blr")
    ),
    "x86": Target(_pattern(_X86_GROUPS), _X86_GROUPS, _X86, "mov {}, {}", 0x5A5, re.compile(r"push|mov")),
}


def target(isa: str) -> Target:
    """What there is to know of one instruction set."""
    family = (
        "arm64" if isa == "arm64" else next(name for name in ("ppc", "arm", "x86") if isa.startswith(name))
    )
    return _TARGETS[family]
