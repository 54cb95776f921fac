"""The examples for x86: bytes known by heart, and the probe's header in C against the Python model."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.execute.patch import encoded
from tests.run.cross import HERE as FOLDER
from tests.run.cross import INCLUDE, X86, X86_32, Machine, asked, compile_program, succeed
from tests.run.golden import LINUX, compiled, variant
from trampgen.emit.header import header
from trampgen.emit.summary import summary
from trampgen.model.spec import Param, TemplateVariant

Ask = Callable[[list[str]], list[str]]

WARNINGS = ("-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wundef", "-Wstrict-prototypes", "-Werror")
NOP5, OLD_NOP5 = "0f1f440000", "3e8d742600"
# Of arch/x86/kernel/kprobes of Linux 6.12, assembled; what lies between the pieces is the same with frame pointers.
SAVE64 = "6a18549c0f1f004883ec1857565251504150415141524153535541544155415641574889e6"
FRAME64 = SAVE64[:-6] + "488d6c2401" + SAVE64[-6:]
REST64 = (
    3 * NOP5
    + "488b94249000000048899424a0000000415f415e415d415c5d5b415b415a4159415858595a5e5f4883c4184883c4109d"
)
SAVE32 = "16549c8d760083ec100fa0061e5055575652515389e2"
FRAME32 = SAVE32[:-4] + "89e581e5ffffff7f" + SAVE32[-4:]
REST32 = 2 * OLD_NOP5 + "8b54243889542440" + "5b595a5e5f5d58" + "83c41c83c4089d"
GOLDEN = {
    (64, False): SAVE64 + REST64,
    (64, True): FRAME64 + REST64,
    (32, False): SAVE32 + REST32,
    (32, True): FRAME32 + REST32,
}
PROBE = pytest.mark.parametrize(
    ("bits", "frames"), GOLDEN, ids=lambda value: f"{value}" if value in (32, 64) else f"frames {value}"
)


def hexadecimal(template: TemplateVariant) -> str:
    return bytes(word.value for word in template.words).hex()


def offsets(template: TemplateVariant) -> dict[str, int]:
    return {label.name: label.offset for label in template.labels}


def probe(bits: int, frames: bool, name: str = "optprobe_template") -> TemplateVariant:
    case = "frame_pointer" if frames else "no_frame_pointer"
    return variant("x86/optprobe", name, width=f"x86_{bits}", frames=case)


@PROBE
def test_the_probe(bits: int, frames: bool) -> None:
    assert hexadecimal(probe(bits, frames)) == GOLDEN[bits, frames]


def test_the_sizes_and_positions_of_the_kernel() -> None:
    assert offsets(probe(64, False)) == {"clac": 4, "val": 0x25, "call": 0x2F, "end": 0x64}
    assert [len(GOLDEN[key]) // 2 for key in GOLDEN] == [100, 105, 54, 62]
    assert offsets(probe(32, False)) == {"clac": 3, "val": 22, "call": 27, "end": 54}


@pytest.mark.parametrize(("bits", "load"), [(64, "48bf8877665544332211"), (32, "b888776655")])
def test_the_regions_of_the_probe(bits: int, load: str) -> None:
    """The call is at its end five bytes away from where it leads."""
    rest = probe(bits, False)
    values = {"op": 0x1122334455667788 & (1 << bits) - 1, "callback": 0x2000 + offsets(rest)["call"]}
    code = bytes(encoded(rest.patched(), values, 0x2000)).hex()
    clac, val = (2 * offsets(rest)[name] for name in ("clac", "val"))
    assert code[clac : clac + 6] == "0f01ca"
    assert code[val:].startswith(f"{load}e8fbffffff")


@pytest.mark.parametrize("name", ["optprobe_site", "optprobe_return"])
def test_the_reach_of_jumps(name: str) -> None:
    """From the end of the instruction; where addresses have 32 bits, to everywhere."""
    template = variant("x86/optprobe", name, width="x86_64")
    [param] = template.params
    assert (template.size, param.pc_base) == (5, 5)
    assert (param.reach.low, param.reach.high) == (-0x80000000, 0x7FFFFFFF)


def test_the_trampoline_of_uretprobes() -> None:
    template = variant("x86/uretprobe", "uretprobe_trampoline")
    assert hexadecimal(template) == "5051415348c7c04f0100000f05415b59c3"
    assert offsets(template) == {"ask": 11, "syscall_check": 13, "end": 17}


def test_static_calls() -> None:
    """Each region at rest and in its forms: of the functions, all at the end of what leads to them."""
    found = {
        template.name: [hexadecimal(each.patched({}))]
        + [hexadecimal(each.patched({region.name: form.name})) for form in region.forms]
        for template in compiled(LINUX / "x86" / "static_call.tramp", 64).templates
        for each in template.variants
        for region in each.regions
    }
    nothing = "c3cccccccc"
    assert found == {
        "static_call_tramp": [f"{code}0fb9cc" for code in ("c3cc909090", "e900000000", nothing)],
        "static_call_site": [NOP5, "e800000000", "2e2e2e31c0"],
        "static_call_tail": [nothing, "e900000000"],
        "static_call_jcc": [f"0f8{condition:x}00000000" for condition in range(16)],
    }


def test_the_summary_names_a_place_once() -> None:
    """Every condition of a jump has its target in the same bytes."""
    text = summary(compiled(LINUX / "x86" / "static_call.tramp", 64), [])
    assert "      func (byte 2): -0x80000000 … 0x7fffffff" in text


@pytest.mark.parametrize("frames", ["frame_pointer", "no_frame_pointer"])
@pytest.mark.parametrize(("tail", "size"), [("thunk", 5), ("fenced", 2), ("bare", 1)])
@pytest.mark.parametrize("name", ["ftrace_tramp", "ftrace_regs_tramp"])
def test_what_the_kernel_patches_in_a_trampoline(name: str, tail: str, size: int, frames: str) -> None:
    """The ftrace_ops is loaded from behind the code and what ends it; the jump in the middle has two bytes."""
    template = variant("x86/ftrace", name, frames=frames, tail=tail)
    code, at = bytes.fromhex(hexadecimal(template)), offsets(template)
    load = code[at["op_ptr"] : at["op_ptr"] + 7]
    assert load[:3].hex() == "488b15"
    assert at["op_ptr"] + 7 + int.from_bytes(load[3:], "little") == at["ops"] == len(code) - 8
    assert code[at["ops"] - size : at["ops"]] == b"\xc3" + b"\xcc" * (size - 1)
    if name == "ftrace_regs_tramp":
        assert code[at["direct"] - 3 : at["direct"] + 2].hex() == "4885c06690"


@pytest.mark.parametrize("spec", ["static_call", "ftrace", "uretprobe", "optprobe"])
@pytest.mark.parametrize("machine", [X86, X86_32], ids=lambda machine: machine.name)
def test_the_headers_compile_whatever_the_host(spec: str, machine: Machine, tmp_path: Path) -> None:
    """Each guard that a header asks for by itself, on hosts of both widths."""
    machine.needed()
    example = compiled(LINUX / "x86" / f"{spec}.tramp", 64)
    text = header(example, "trampgen build")
    assert max(len(line.expandtabs(8)) for line in text.splitlines()) <= 100  # as checkpatch has it
    (tmp_path / "all.h").write_text(text)
    (tmp_path / "all.c").write_text('#include "all.h"\n')
    guards = [case.guard for axis in example.axes for case in axis.cases if case.guard]
    keep = ["-fkeep-inline-functions", "-fkeep-static-functions", f"-I{INCLUDE}", "-c", "all.c"]
    for defines in [[], *([f"-D{guard}"] for guard in guards)]:
        succeed(tmp_path, machine.tool("gcc"), *WARNINGS, *defines, *keep)


@pytest.fixture
def ask(bits: int, frames: bool, tmp_path: Path) -> Ask:
    """The program, which answers questions about one variant of the probe."""
    machine: Machine = X86 if bits == 64 else X86_32
    machine.needed()
    spec = compiled(LINUX / "x86" / "optprobe.tramp", 64)
    (tmp_path / "optprobe.h").write_text(header(spec, "trampgen build"))
    defines = [*(["-DCONFIG_X86_64"] if bits == 64 else []), *(["-DCONFIG_FRAME_POINTER"] if frames else [])]
    program = str(tmp_path / "program")
    compile_program(program, tmp_path, machine, defines, FOLDER / "x86_probe.c")
    return lambda lines: asked(tmp_path, [*machine.command, program], lines)


def filled(template: TemplateVariant, ip: int, clac: bool, **values: int) -> bytes:
    forms = {"val": "val", "call": "call"} | ({"clac": "clac"} if clac else {})
    return bytes(encoded(template.patched(forms), values, ip))


@PROBE
def test_the_encoder_writes_what_the_model_says(ask: Ask, bits: int, frames: bool) -> None:
    template, drawn = probe(bits, frames), random.Random(f"{bits}")
    lines, expected = [], []
    for _ in range(200):
        ip, op = drawn.getrandbits(bits - 1), drawn.getrandbits(bits)
        callback = (ip + drawn.randrange(-0x7FFFFF00, 0x7FFFFF00)) % (1 << bits)
        clac = drawn.random() < 0.5
        lines.append(f"e {ip:x} {op:x} {callback:x} {clac:d}")
        code = filled(template, ip, clac, op=op, callback=callback)
        expected.append(code.hex())
        lines.append(f"m {ip:x} {code.hex()}")
        expected.append(f"{clac:d} 1 1 {op:x} {callback:x}")
    assert ask([*lines, "e 0 0 0 2"]) == [*expected, "-22"]


def hole_bits(template: TemplateVariant, params: tuple[Param, ...]) -> set[int]:
    """The bits of the code that these params occupy, the lowest of byte 0 first."""
    holes = [hole for param in params for group in param.groups for hole in group]
    return {8 * hole.word + bit for hole in holes for bit in range(64) if hole.field.mask >> bit & 1}


@PROBE
@pytest.mark.parametrize("patched", [False, True], ids=["at rest", "patched"])
def test_the_recogniser_notices_each_bit_that_is_no_hole(
    ask: Ask, bits: int, frames: bool, patched: bool
) -> None:
    template = probe(bits, frames)
    code = bytes.fromhex(hexadecimal(template))
    open_bits: set[int] = set()
    if patched:
        code = filled(template, 0x1000, True, op=0x5A5A5A5A, callback=0x123456)
        open_bits = hole_bits(template, template.params)
    number = int.from_bytes(code, "little")
    bit_count = 8 * len(code)
    spoilt = [(number ^ 1 << bit).to_bytes(len(code), "little").hex() for bit in range(bit_count)]
    answers = ask([f"m 1000 {text}" for text in [code.hex(), *spoilt]])
    assert answers[0] != "no"
    matched = {bit for bit, answer in enumerate(answers[1:]) if answer != "no"}
    assert matched == open_bits
    assert len(open_bits) == (bits + 32 if patched else 0)


@PROBE
@pytest.mark.parametrize("what", ["s", "r"])
def test_jumps_that_reach_are_encoded(ask: Ask, bits: int, frames: bool, what: str) -> None:
    """Where the kernel's own check is wrong, too: it adds the length of the jump instead of taking it away."""
    ip = 0x7FFF00001000 if bits == 64 else 0x1000
    reach = range(-0x80000000 + 5, 0x80000000 + 5)
    distances = [end + near for end in (reach.start, reach.stop) for near in range(-12, 12)]
    answers = ask([f"{what} {ip:x} {(ip + distance) % (1 << bits):x}" for distance in distances])
    for distance, answer in zip(distances, answers, strict=True):
        fits = bits == 32 or distance in reach
        code = b"\xe9" + ((distance - 5) % (1 << 32)).to_bytes(4, "little")
        assert answer == (code.hex() if fits else "-34"), distance
