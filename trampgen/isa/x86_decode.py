"""The format of an x86 instruction: where its parts are, how long it is, which registers it names, where it goes on.

Intel SDM, volume 2, chapter 2. Nothing is guessed: what the opcode maps do not have is refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from trampgen.isa.x86_formats import (
    CONTROLS,
    IMMEDIATES,
    MODRM_NONE,
    MODRM_REGISTERS,
    UNDEFINED,
    Leaf,
    formats,
)
from trampgen.model.record import record

LONGEST = 15  # bytes of an instruction; the processor refuses a longer one (SDM 2.3.11)
SEGMENTS = frozenset({0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65})
OPERAND, ADDRESS, LOCK, REPNE, REP = 0x66, 0x67, 0xF0, 0xF2, 0xF3
LEGACY, VEX, EVEX = range(3)


class Why(Enum):
    """Why an instruction is refused: an errno, and the reason. The order is that of the C enumerators."""

    OK = ("", "nothing is wrong")
    SHORT = ("EINVAL", "it goes on behind what can be read")
    LONG = ("EINVAL", "it is longer than 15 bytes")
    UNKNOWN = ("EINVAL", "no instruction, or none that is known")
    VENDOR = ("EINVAL", "a branch with a prefix 66: how long it is depends on the processor's maker")
    RELATIVE = ("EOPNOTSUPP", "a relative branch: the copy would go elsewhere")
    CALL = ("EOPNOTSUPP", "a call: it would return behind the copy")
    SAVES = ("EOPNOTSUPP", "it makes the processor save its address, which would be the copy's")
    MASKS = ("EOPNOTSUPP", "it holds the debug exception back: who waits behind it would not get it")
    LEAVES = ("EOPNOTSUPP", "it goes elsewhere: what has to follow the copy would not run")
    SCRATCH = ("EOPNOTSUPP", "it uses every register that could be the scratch")
    OPERAND = (
        "EOPNOTSUPP",
        "its operand is relative to the instruction pointer, and nothing is done about it",
    )
    RANGE = ("ERANGE", "the operand is further from the copy than a displacement reaches")

    @property
    def errno(self) -> str:
        return self.value[0]

    @property
    def text(self) -> str:
        return self.value[1]


@dataclass(eq=False)
class Refused(Exception):
    """An instruction that can't be decoded, or not be moved."""

    why: Why


@record
class Insn:
    """An instruction's format. Offsets are in bytes from its start, 0 for what it does not have.

    `kind` is LEGACY, VEX or EVEX; `prefix` is where the REX, VEX or EVEX that counts begins, or None.
    `reg` and `vvvv` are the fields with their extensions. `regs` has a bit for each general-purpose register
    that stands in them or is used unnamed; those of ModRM.rm and of a SIB are not among them."""

    length: int
    kind: int
    prefix: int | None
    map: int
    opcode: int
    opcode_at: int
    modrm_at: int
    modrm: int
    displacement_at: int
    displacement: int
    immediate_at: int
    immediate: int
    rip_relative: bool
    reg: int
    vvvv: int
    regs: int
    control: str


class _Reader:
    """Bytes of which no more are read than an instruction may have."""

    def __init__(self, code: bytes) -> None:
        self.code = code
        self.at = 0

    def need(self, count: int) -> int:
        """Where the next bytes begin, which must be there."""
        if self.at + count > LONGEST:
            raise Refused(Why.LONG)
        if self.at + count > len(self.code):
            raise Refused(Why.SHORT)
        at, self.at = self.at, self.at + count
        return at

    def byte(self) -> int:
        return self.code[self.need(1)]

    def ahead(self) -> int:
        """The next byte, which stays."""
        byte = self.byte()
        self.at -= 1
        return byte


@dataclass(slots=True)
class _State:
    """What the bytes have said so far."""

    wide: bool
    operand: bool = False
    address: bool = False
    lock: bool = False
    repeat: int = 0
    rex: int = 0
    prefix: int | None = None
    kind: int = LEGACY
    map: int = 0
    pp: int = 0
    w: bool = False
    r: int = 0
    vvvv: int = 0
    modrm_at: int = 0
    modrm: int = 0
    memory: bool = False


def decode(code: bytes, wide: bool) -> Insn:
    """The format of the instruction that the bytes begin with, in 64-bit mode or in 32-bit mode; raises Refused."""
    reader, state = _Reader(code), _State(wide)
    byte = _prefixes(reader, state)
    if byte in (0xC4, 0xC5, 0x62) and (wide or reader.ahead() >= 0xC0):
        _vector(byte, reader, state)
        opcode = reader.byte()
    else:
        opcode = _escapes(byte, reader, state)
    opcode_at = reader.at - 1
    leaf = _form(opcode, reader, state)
    displacement, rip_relative = _memory(reader, state, leaf) if state.memory else (0, False)
    displacement_at = reader.need(displacement) if displacement else 0
    immediate = _immediate(leaf, state)
    immediate_at = reader.need(immediate) if immediate else 0
    reg = state.modrm >> 3 & 7 | state.r
    return Insn(
        length=reader.at,
        kind=state.kind,
        prefix=state.prefix,
        map=state.map,
        opcode=opcode,
        opcode_at=opcode_at,
        modrm_at=state.modrm_at,
        modrm=state.modrm,
        displacement_at=displacement_at,
        displacement=displacement,
        immediate_at=immediate_at,
        immediate=immediate,
        rip_relative=rip_relative,
        reg=reg,
        vvvv=state.vvvv,
        regs=leaf.implied | _named(leaf, reg, state),
        control=CONTROLS[leaf.control],
    )


def _prefixes(reader: _Reader, state: _State) -> int:
    """The first byte that is no prefix; a REX counts right before it only."""
    while True:
        byte = reader.byte()
        if state.wide and byte & 0xF0 == 0x40:
            state.rex, state.prefix = byte, reader.at - 1
            continue
        if byte == OPERAND:
            state.operand = True
        elif byte == ADDRESS:
            state.address = True
        elif byte == LOCK:
            state.lock = True
        elif byte in (REPNE, REP):
            state.repeat = byte
        elif byte not in SEGMENTS:
            return byte
        state.rex, state.prefix = 0, None


def _vector(byte: int, reader: _Reader, state: _State) -> None:
    """VEX of two and three bytes, EVEX: no other prefix stands in for a part of them."""
    if state.rex or state.operand or state.repeat or state.lock:
        raise Refused(Why.UNKNOWN)
    state.prefix = reader.at - 1
    state.kind = EVEX if byte == 0x62 else VEX
    first = reader.byte()
    state.map, state.r = 1, 0 if first & 0x80 else 8
    last = first
    if byte != 0xC5:
        state.map = first & (7 if byte == 0x62 else 31)
        last = reader.byte()
        state.w = bool(last & 0x80)
    if byte == 0x62:
        reader.byte()
        if first & 8 or not last & 4:
            raise Refused(Why.UNKNOWN)
    state.vvvv, state.pp = ~last >> 3 & 15, last & 3
    if not state.wide:
        state.r, state.vvvv = 0, state.vvvv & 7


def _escapes(byte: int, reader: _Reader, state: _State) -> int:
    """The opcode of a legacy encoding; F2 and F3 count before 66."""
    state.w, state.r = bool(state.rex & 8), (state.rex & 4) << 1
    state.pp = {REP: 2, REPNE: 3}.get(state.repeat, int(state.operand))
    if byte != 0x0F:
        return byte
    state.map, byte = 1, reader.byte()
    if byte not in (0x38, 0x3A):
        return byte
    state.map = 2 if byte == 0x38 else 3
    return reader.byte()


def _form(opcode: int, reader: _Reader, state: _State) -> Leaf:
    """What there is to know of an opcode with its ModRM, which is read."""
    row = formats(state.wide).row(state.kind, state.map, opcode, state.pp)
    leaf = row.memory[0]
    if row.modrm != MODRM_NONE:
        state.modrm_at = reader.at
        state.modrm = reader.byte()
        state.memory = state.modrm < 0xC0 and row.modrm != MODRM_REGISTERS
        defined = state.memory or row.bytes >> (state.modrm & 63) & 1
        leaves = row.memory if state.memory else row.registers
        leaf = leaves[state.modrm >> 3 & 7] if defined else UNDEFINED
    if leaf == UNDEFINED or (state.lock and not (state.memory and leaf.has("lock"))):
        raise Refused(Why.UNKNOWN)
    return leaf


def _memory(reader: _Reader, state: _State, leaf: Leaf) -> tuple[int, bool]:
    """Bytes of the displacement, and whether it is from the next instruction."""
    mod, rm = state.modrm >> 6, state.modrm & 7
    if state.address and not state.wide:
        if leaf.has("sib"):
            raise Refused(Why.UNKNOWN)
        return (1 if mod == 1 else 2 if mod == 2 or rm == 6 else 0), False
    base = reader.byte() & 7 if rm == 4 else rm
    if leaf.has("sib") and rm != 4:
        raise Refused(Why.UNKNOWN)
    if mod == 0 and base == 5:
        return 4, state.wide and rm == 5
    return (0, 1, 4)[mod], False


def _immediate(leaf: Leaf, state: _State) -> int:
    """Bytes of the immediate, the relative displacement of a branch or the address that the instruction holds."""
    small = state.operand and not state.w
    match IMMEDIATES[leaf.immediate]:
        case "ib":
            return 1
        case "iw":
            return 2
        case "iwb":
            return 3
        case "iz":
            return 2 if small else 4
        case "iv":
            return 8 if state.w else 2 if small else 4
        case "ia":
            return (4 if state.address else 8) if state.wide else (2 if state.address else 4)
        case "ip":
            return 4 if small else 6
        case "relz":
            # Intel's processors pass over the prefix of a near branch, AMD's take a displacement of 16 bits.
            if small and state.wide:
                raise Refused(Why.VENDOR)
            return 2 if small else 4
    return 0


def _named(leaf: Leaf, reg: int, state: _State) -> int:
    """The general-purpose registers of ModRM.reg and VEX.vvvv; AH to BH are parts of rax to rbx."""
    found = 1 << reg if leaf.has("gpr") else 0
    if leaf.has("byte"):
        found |= 1 << (reg - 4 if 4 <= reg < 8 and not state.rex else reg)
    if leaf.has("vgpr"):
        found |= 1 << state.vvvv
    return found
