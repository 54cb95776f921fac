"""Words and positions known by heart: those that kernels have in their templates, stubs, traps and call sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from tests.execute.patch import encoded
from tests.run.golden import LINUX, compiled, variant
from trampgen.model.spec import TemplateVariant, seen_from
from trampgen.model.tables import Pattern

PACAIRQSOFTMASK, PACATOC = 2354, 16  # as pt_regs64.const has them
VALUE = 0x1122334455667788
NOP = "60000000"


def hexadecimal(words: Iterable[int]) -> list[str]:
    return [f"{word:08x}" for word in words]


def at_rest(template: TemplateVariant) -> list[str]:
    return hexadecimal(word.value for word in template.words)


def masks(template: TemplateVariant) -> list[str]:
    return hexadecimal(word.mask for word in template.words)


def indices(template: TemplateVariant) -> dict[str, int | None]:
    return {label.name: label.index for label in template.labels}


def powerpc(case: str) -> TemplateVariant:
    """The probe's template in one of the cases of its ABI, or for 32 bits."""
    bits, abi = (32, "elfv2") if case == "ppc32" else (64, case)
    return variant("powerpc/optprobe", "optprobe_template", bits, bits=f"ppc{bits}", abi=abi)


def patched(case: str) -> list[str]:
    """All regions patched, both numbers VALUE as far as they go, all branches to address 0."""
    template = powerpc(case).patched()
    number = VALUE & (1 << template.pointer_bits) - 1
    values = {"op": number, "insn": number, "callback": 0, "emulate": 0, "back": 0}
    return hexadecimal(encoded(template, values, 0))


def rows(name: str, **cases: str) -> Mapping[str, Pattern]:
    """The rows of the table of traps."""
    (table,) = [t for t in compiled(LINUX / "powerpc" / "uprobes.tramp", 64).tables if t.name == name]
    found = seen_from(table.variants, cases.items())
    assert found is not None
    return dict(found.rows)


def test_the_probe_of_elfv2() -> None:
    words = at_rest(powerpc("elfv2"))
    assert len(words) == 109
    assert words[:5] == "f821fd31 f8010030 380102d0 f8010038 f8410040".split()
    assert words[34:38] == "7ca000a6 f8a10138 38a00700 f8a10170".split()
    assert words[49] == f"88ad{PACAIRQSOFTMASK:04x}"
    assert words[51] == f"e84d{PACATOC:04x}"
    assert words[57] == "38810030"
    assert words[59] == "38610030"
    assert words[-2:] == ["382102d0", NOP]


@pytest.mark.parametrize("case", ["elfv1", "pcrel", "elfv2"])
def test_positions_in_the_probe_of_64_bits(case: str) -> None:
    assert indices(powerpc(case)) == {
        "op_address": 52, "call_handler": 58, "insn_address": 60, "call_emulate": 65, "ret": 108, "end": 109,
    }  # fmt: skip


def test_the_probes_of_the_other_abis_differ_where_they_have_to() -> None:
    elfv1, pcrel, elfv2 = (at_rest(powerpc(case)) for case in ("elfv1", "pcrel", "elfv2"))
    assert (elfv1[0], elfv1[107]) == ("f821fcf1", "38210310")
    assert pcrel == [*elfv2[:51], "3840ffff", *elfv2[52:]]


def test_the_probe_of_32_bits() -> None:
    template = powerpc("ppc32")
    words = at_rest(template)
    assert len(words) == 44
    assert words[:5] == "9421ff40 90010010 380100c0 90010014 bc410018".split()
    assert words[-3:] == ["b8410018", "382100c0", NOP]
    assert indices(template) == {
        "op_address": 20, "call_handler": 24, "insn_address": 26, "call_emulate": 29, "ret": 43, "end": 44,
    }  # fmt: skip


@pytest.mark.parametrize("case", ["elfv1", "pcrel", "elfv2"])
def test_loads_of_64_bits(case: str) -> None:
    words = patched(case)
    assert words[52:57] == "3c601122 60633344 786307c6 64635566 60637788".split()
    assert words[60:65] == "3c801122 60843344 788407c6 64845566 60847788".split()


def test_loads_of_32_bits() -> None:
    """One word less than the region has: a nop fills it up."""
    words = patched("ppc32")
    assert words[20:23] == ["3c605566", "60637788", NOP]
    assert words[26:29] == ["3c805566", "60847788", NOP]


@pytest.mark.parametrize(("arch", "nop"), [("v5", "e1a00000"), ("v7", "e320f000")])
def test_the_probe_of_arm(arch: str, nop: str) -> None:
    template = variant("arm/optprobe", "optprobe_template", 32, arch=arch)
    assert (
        at_rest(template)
        == (
            "e24dd0ff e88d7fff e28d30ff e58d3034 e10f4000 e58d4040 e1a0100d e59f0034 e59f2034 e20d4004 e04dd004 "
            "e12fff32 e08dd004 e59d1040 e3110020 159d203c 13822001 158d203c e12ff001 e89dffff "
            f"{nop} {nop} 00000000 00000000"
        ).split()
    )
    expected = {
        "sub_sp": 0, "add_sp": 2, "direct_exec": 19, "restore_orig_insn": 20, "restore_end": 21, "val": 22,
        "call": 23, "end": 24,
    }  # fmt: skip
    assert expected.items() <= indices(template).items()


def test_the_instruction_in_the_copy_of_arm() -> None:
    template = variant("arm/optprobe", "optprobe_template", 32, arch="v7").patched()
    values = {"stack_protect": 72, "original": 0xE0810002, "next": 0x1004, "val": 0, "call": 0}
    words = hexadecimal(encoded(template, values, 0x2000))
    # The branch is at 0x2054 and counts from 0x205c: 0x1058 bytes back.
    assert words[19:22] == ["e89d7fff", "e0810002", "eafffbea"]


def test_the_plt_of_32_bits() -> None:
    template = variant("powerpc/module_plt32", "module_plt", 32)
    assert at_rest(template) == "3d800000 398c0000 7d8903a6 4e800420".split()
    assert masks(template) == "ffff0000 ffff0000 ffffffff ffffffff".split()


def test_the_static_call_of_32_bits() -> None:
    template = variant("powerpc/static_call32", "static_call_tramp", 32)
    offsets = {label.name: label.offset for label in template.labels}
    assert (offsets["return_zero"], offsets["target"], template.size) == (20, 28, 32)
    assert (
        at_rest(template) == f"{NOP} 3d800000 818c0000 7d8903a6 4e800420 38600000 4e800020 00000000".split()
    )
    forms = {form: at_rest(template.patched({"jump": form}))[0] for form in ("jump", "none", "ret0")}
    assert forms == {"jump": "48000000", "none": "4e800020", "ret0": "48000014"}


def test_the_plt_of_arm64() -> None:
    template = variant("arm64/module_plt", "module_plt")
    assert at_rest(template) == "90000010 91000210 d61f0200".split()
    assert masks(template) == "9f00001f ffc003ff ffffffff".split()
    place, words = 0xFFFF80007A2B1FF4, {}
    for target in (0xFFFF80008000A123, 0xFFFF80007A2B1FFF, 0xFFFF80007A2B2000, 0xFFFF80007A2B0FFF):
        words[target] = hexadecimal(encoded(template, {"dst": target}, place))[:2]
    assert list(words.values()) == [
        ["b002ead0", "91048e10"], ["90000010", "913ffe10"], ["b0000010", "91000210"], ["f0fffff0", "913ffe10"],
    ]  # fmt: skip


def test_the_veneer_of_arm64() -> None:
    template = variant("arm64/module_plt", "adrp_veneer")
    values = {"rd": 7, "dst": 0x12345000, "back": 0x11FFC}
    assert hexadecimal(encoded(template, values, 0x10FE8)) == "b00919a7 910000e7 14000403".split()


def test_slots_of_arm64() -> None:
    sizes = {}
    for spec in ("kprobes", "uprobes"):
        for slot in compiled(LINUX / "arm64" / f"{spec}.tramp", 64).slots:
            [layout] = slot.variants
            sizes[slot.name] = (layout.size, layout.reserved)
    assert sizes == {"kprobe_xol": (8, 0), "uprobe_xol": (4, 1)}


def test_call_sites_of_arm64() -> None:
    spec = compiled(LINUX / "arm64" / "call_sites.tramp", 64)
    [site] = spec.callsites
    found = {
        state.name: {index: tuple(hexadecimal((p.mask, p.value))) for index, p in state.words}
        for state in site.variants[0].states
    }
    nop, save = ("ffffffff", "d503201f"), ("ffffffff", "aa1e03e9")
    assert found == {
        None: {-1: nop, 0: nop},
        "disabled": {-1: save, 0: nop},
        "enabled": {-1: save, 0: ("fc000000", "94000000")},
    }
    # aarch64_insn_is_bti(): what all four have in common.
    [table] = spec.tables
    rows = [row for _, row in table.variants[0].rows]
    assert {row.value & 0xFFFFFF3F for row in rows} == {0xD503241F}
    assert len(rows) == 4


def test_traps() -> None:
    found = {
        name: hexadecimal((row.mask, row.value)) for name, row in rows("trap_insn", width="ppc64").items()
    }
    narrow = {"tw": ["fc0007fe", "7c000008"], "twi": ["fc000000", "0c000000"]}
    assert found == {**narrow, "td": ["fc0007fe", "7c000088"], "tdi": ["fc000000", "08000000"]}
    assert rows("trap_insn", width="ppc32").keys() == narrow.keys()


@pytest.mark.parametrize(
    ("spec", "name", "word"),
    [
        ("powerpc/uprobes", "uprobe_swbp", 0x7FE00008),
        ("powerpc/optprobe", "kprobe_breakpoint", 0x7FE00008),
        ("arm/optprobe", "kprobe_breakpoint", 0x07F001F8),
        ("arm64/kprobes", "kprobe_breakpoint", 0xD4200080),
        ("arm64/kprobes", "kprobe_single_step", 0xD42000C0),
        ("arm64/uprobes", "uprobe_swbp", 0xD42000A0),
    ],
)
def test_breakpoints(spec: str, name: str, word: int) -> None:
    breakpoints = {b.name: b for b in compiled(LINUX / f"{spec}.tramp", 64).breakpoints}
    assert {v.word for v in breakpoints[name].variants} == {word}


def test_call_sites() -> None:
    """Each site in each of its cases, as it begins and as it is replaced: index → (mask, value)."""
    bl, nop, mflr = ("fc000003", "48000001"), ("ffffffff", NOP), ("ffffffff", "7c0802a6")
    spec = compiled(LINUX / "powerpc" / "call_sites.tramp", 64)
    found = {
        (site.name, dict(variant.when)["abi"], state.name): {
            index: tuple(hexadecimal((pattern.mask, pattern.value))) for index, pattern in state.words
        }
        for site in spec.callsites
        for variant in site.variants
        for state in variant.states
    }
    expected: dict[tuple[str, str, str | None], dict[int, tuple[str, ...]]] = {}
    for abi, load in (("elfv1", "e8410028"), ("elfv2", "e8410018")):
        expected["toc_call", abi, None] = {0: bl, 1: nop}
        expected["toc_call", abi, "restored"] = {0: bl, 1: ("ffffffff", load)}
    for abi in ("pcrel", "elfv2"):
        expected["profile_call", abi, None] = {-1: mflr, 0: bl}
        expected["profile_call", abi, "disabled"] = {-1: mflr, 0: nop}
        saved = {-2: mflr, -1: ("ffffffff", "f8010010")}
        expected["profile_call_saved", abi, None] = {**saved, 0: bl}
        expected["profile_call_saved", abi, "disabled"] = {**saved, 0: nop}
    assert found == expected
