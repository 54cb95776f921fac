"""How rewrites look in C: the decoder's tables, printed from those of the model, and each rule's refusals."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Sequence

from trampgen.emit import c_text
from trampgen.isa import x86_decode
from trampgen.isa.x86_decode import Why
from trampgen.isa.x86_formats import CONTROLS, FLAGS, IMMEDIATES, Formats, Leaf, Row, formats
from trampgen.isa.x86_opcodes import MAPS
from trampgen.isa.x86_rewrite import REGISTERS, refusals
from trampgen.model.record import compared
from trampgen.model.rewrites import Rewrite, RewriteVariant
from trampgen.model.spec import Spec, When, seen_from

_WIDTH = 92
_ROW = 68  # columns of a row before its last number, which has up to 18
_CONTINUED = "\n\t  "
_MOST_MAPS = 8  # numbers of opcode maps that VEX and EVEX can name here


@compared
class DecoderView:
    """The decoder of one mode: `x` and `macro` begin its names; tables are lines of C."""

    x: str
    macro: str
    wide: bool
    longest: int
    whys: tuple[tuple[str, str], ...]
    errnos: tuple[tuple[str, tuple[str, ...]], ...]
    controls: tuple[tuple[str, str], ...]
    flags: tuple[tuple[str, int], ...]
    immediates: tuple[tuple[str, int], ...]
    segments: tuple[str, ...]
    leaves: tuple[str, ...]
    rows: tuple[str, ...]
    entries: tuple[str, ...]
    maps: tuple[str, ...]
    opcodes: tuple[tuple[str, tuple[str, ...]], ...]


@compared
class RuleView:
    """A rule of one variant: (control, why, whether of RIP-relative operands alone), and what is done about these."""

    x: str
    macro: str
    wide: bool
    action: str
    candidates: tuple[int, ...]
    names: str
    refusals: tuple[tuple[str, str, bool], ...]
    about: tuple[str, ...]

    @property
    def arguments(self) -> tuple[str, ...]:
        own = {"scratch": ("int *scratch",), "adjust": ("u64 from", "u64 to")}.get(self.action, ())
        return ("u8 *out", "const u8 *code", "size_t room", f"struct {self.x}_insn *insn", *own)


_CONTROL_TEXTS = {
    "next": "the next instruction follows",
    "relative": "a branch to a distance from itself",
    "leaves": "a jump or return to an address that does not depend on its own",
    "call": "a call to such an address, which pushes the one behind itself",
    "saves": "the processor saves the instruction's address, or the next one",
    "masks": "the debug exception is held back until after the next instruction",
}


def prefix(spec: Spec) -> str:
    """What the names of a header's decoder begin with: two headers can be included together."""
    return c_text.macro(spec.name).lower()


_FUNCTIONS = """fail need byte prefixes vector escapes memory immediate row leaf decode error why control insn
    reader leaves rows entries maps opcodes""".split()


def decoder_names(spec: Spec) -> Iterable[str]:
    """What the decoder takes of C's names, besides those of this spec's own declarations."""
    yield from (f"{prefix(spec)}_{name}" for name in (*_FUNCTIONS, "regs"))
    macro = c_text.macro(spec.name)
    yield from (f"{macro}_WHY_{why.name}" for why in Why)
    yield from (f"{macro}_CONTROL_{name.upper()}" for name in CONTROLS)
    yield from (f"{macro}_FLAG_{name.upper()}" for name in FLAGS)
    yield from (f"{macro}_IMM_{name.upper()}" for name in IMMEDIATES)
    yield from (f"{macro}_MAX_INSN_SIZE", f"{macro}_NO_PREFIX")


def decoders(spec: Spec) -> tuple[tuple[str, ...], dict[When, object]]:
    """The axes that the mode depends on with all else that rewrites do, and the decoder of each combination of them."""
    wanted = {axis for rewrite in spec.rewrites for axis in rewrite.axes}
    axes = [axis for axis in spec.axes if axis.name in wanted]
    found: dict[When, object] = {}
    for when in itertools.product(*([(axis.name, case.name) for case in axis.cases] for axis in axes)):
        variants = (seen_from(rewrite.variants, when) for rewrite in spec.rewrites)
        wide = next((variant.wide for variant in variants if variant), None)
        if wide is not None:
            found[when] = _decoder(spec, wide)
    return tuple(axis.name for axis in axes), found


def _decoder(spec: Spec, wide: bool) -> DecoderView:
    tables, macro = formats(wide), c_text.macro(spec.name)
    leaves = {leaf: index for index, leaf in enumerate(tables.leaves)}
    maps = {key: index for index, key in enumerate(MAPS)}
    numbers = [[1 + maps.get((kind, map), -1) for map in range(_MOST_MAPS)] for kind in range(3)]
    return DecoderView(
        prefix(spec),
        macro,
        wide,
        x86_decode.LONGEST,
        tuple((f"{macro}_WHY_{why.name}", why.text) for why in Why),
        tuple(_errnos(macro)),
        tuple((f"{macro}_CONTROL_{name.upper()}", _CONTROL_TEXTS[name]) for name in CONTROLS),
        tuple((f"{macro}_FLAG_{name.upper()}", 1 << index) for index, name in enumerate(FLAGS)),
        tuple((f"{macro}_IMM_{name.upper()}", index) for index, name in enumerate(IMMEDIATES)),
        tuple(f"{byte:#x}" for byte in sorted(x86_decode.SEGMENTS)),
        tuple(_leaf(leaf) for leaf in tables.leaves),
        tuple(_row(row, leaves) for row in tables.rows),
        tuple(_braced(entry) for entry in tables.entries),
        tuple(_braced(row) for row in numbers),
        tuple(_opcodes(tables)),
    )


def _errnos(macro: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Each errno with its reasons; what is not there is -EINVAL."""
    for errno in dict.fromkeys(why.errno for why in Why if why.errno not in ("", "EINVAL")):
        yield errno, tuple(f"{macro}_WHY_{why.name}" for why in Why if why.errno == errno)


def _braced(numbers: Sequence[int]) -> str:
    return f"{{ {', '.join(map(str, numbers))} }}"


def _leaf(leaf: Leaf) -> str:
    return _braced([leaf.immediate, leaf.control, leaf.flags, leaf.implied])


def _row(row: Row, leaves: dict[Leaf, int]) -> str:
    memory, registers = ([leaves[leaf] for leaf in four] for four in (row.memory, row.registers))
    forms = f"{{ {row.modrm}, {_braced(memory)}, {_braced(registers)},"
    return f"{forms}{' ' if len(forms) < _ROW else _CONTINUED}{row.bytes:#x} }}"


_NAMES = {0: "", 1: "VEX", 2: "EVEX"}
_ESCAPES = {0: "one byte", 1: "0f", 2: "0f 38", 3: "0f 3a", 5: "map 5", 6: "map 6"}


def _opcodes(tables: Formats) -> Iterable[tuple[str, tuple[str, ...]]]:
    for (kind, number), opcodes in tables.maps.items():
        lines = (", ".join(map(str, opcodes[at : at + 16])) for at in range(0, 256, 16))
        yield f"{_NAMES[kind]} {_ESCAPES[number]}".strip(), tuple(lines)


def rules(spec: Spec, rewrite: Rewrite) -> dict[When, RuleView]:
    return {variant.when: _rule(spec, rewrite, variant) for variant in rewrite.variants}


def _course(variant: RewriteVariant) -> str:
    because = f" because {variant.because}" if variant.because else ""
    return {
        None: "",
        "stepped": f"The copy is stepped{because}: addresses that it leaves behind are its own.",
        "followed": f"Something follows the copy{because}: what would not come there is refused.",
    }[variant.rule.course]


def _rule(spec: Spec, rewrite: Rewrite, variant: RewriteVariant) -> RuleView:
    macro, rule = c_text.macro(spec.name), variant.rule
    found = refusals(rule)
    return RuleView(
        prefix(spec),
        macro,
        variant.wide,
        rule.action or "none",
        rule.candidates,
        ", ".join(REGISTERS[number] for number in rule.candidates),
        tuple(
            (f"{macro}_CONTROL_{one.control.upper()}", f"{macro}_WHY_{one.why.name}", one.relative_only)
            for one in found
        ),
        tuple(textwrap.wrap(_course(variant), _WIDTH)),
    )
