"""Power ISA, 32 and 64 bits: operand formats, relocation operators, extended mnemonics.

Formats from Power ISA 3.1B, Book I; the operators from the 64-bit ELF V2 ABI, section 3.5 (relocation types)."""

from __future__ import annotations

import functools
import re

from trampgen.isa import ppc_prefixed
from trampgen.isa.base import (
    Isa,
    Line,
    Lowered,
    OperandError,
    OperandKind,
    Pair,
    Piece,
    RelocationOperator,
    Slot,
)
from trampgen.isa.operands import Open, Operand, literal, number, opened, shown, slot, split, spoken
from trampgen.isa.ppc_reading import agrees

GPR = OperandKind("GPR", 5, signed=False, repeats=True)
BASE = OperandKind("RA", 5, signed=False, repeats=True)  # in parentheses after a displacement
SI = OperandKind("SI", 16, signed=True)
SI_HIGH = OperandKind(
    "SI", 16, signed=True, literal_high=0xFFFF, upper=True
)  # addis, lis: assemblers take both readings
SI_LIS = OperandKind("SI", 16, signed=True, literal_high=0xFFFF, fresh=True, upper=True)
UI = OperandKind("UI", 16, signed=False)
D = OperandKind("D", 16, signed=True)
DS = OperandKind("DS", 16, signed=True, align=4)
LI = OperandKind("LI", 26, signed=True, align=4, pc_relative=True)
BD = OperandKind("BD", 16, signed=True, align=4, pc_relative=True)
SH = OperandKind("SH", 5, signed=False)
SH6 = OperandKind("SH", 6, signed=False)
BF = OperandKind("BF", 3, signed=False)
BI = OperandKind("BI", 5, signed=False)
TO = OperandKind("TO", 5, signed=False)
SPR = OperandKind("SPR", 10, signed=False)
FXM = OperandKind("FXM", 8, signed=False)
L1 = OperandKind("L", 1, signed=False)
L2 = OperandKind("L", 2, signed=False)

# One letter for an operand; `d( )` and `n( )` are a displacement and its base register.
_LETTERS = {
    "r": GPR, "s": SI, "h": SI_HIGH, "H": SI_LIS, "u": UI, "d": D, "n": DS, "L": LI, "B": BD,
    "5": SH, "6": SH6, "c": BF, "i": BI, "t": TO, "p": SPR, "m": FXM, "1": L1, "2": L2,
}  # fmt: skip

_FORMATS = """
: nop blr blrl bctr bctrl sc trap isync sync lwsync eieio ptesync rfid
r: mflr mtlr mfctr mtctr mfxer mtxer mfcr mtcr mfmsr mtmsr mtmsrd mfdar mfdsisr mtdar mtdsisr mfsrr0 mfsrr1
rr: mr mr. not neg extsb extsh extsw cntlzw cntlzd cmpw cmpd cmplw cmpld slbmte
crr: cmpw cmpd cmplw cmpld
rrr: add add. addc adde subf subf. subfc subfe and and. andc or or. orc xor xor. nand nor eqv mullw mulld
rrr: mulhw mulhwu mulhd mulhdu divw divwu divd divdu slw srw sraw sld srd srad
rrr: lbzx lhzx lwzx ldx stbx sthx stwx stdx lwarx ldarx stwcx. stdcx.
rrs: addi addic addic. subfic mulli
rs: li cmpwi cmpdi
crs: cmpwi cmpdi
rrh: addis
rH: lis
rru: ori oris xori xoris andi. andis.
ru: cmplwi cmpldi
cru: cmplwi cmpldi
rd: lbz lbzu lhz lhzu lha lhau lwz lwzu stb stbu sth sthu stw stwu lmw stmw
rn: ld ldu lwa std stdu
rr5: slwi srwi srawi rotlwi clrlwi
rr6: sldi srdi sradi rotldi clrldi
rr555: rlwinm rlwimi
rr66: rldicl rldicr rldic rldimi
rp: mfspr
r1: mtmsrd
2: sync
pr: mtspr
mr: mtcrf
L: b bl
B: beq bne blt bgt ble bge bso bns beql bnel bltl bgtl blel bgel bdnz bdz
cB: beq bne blt bgt ble bge bso bns beql bnel bltl bgtl blel bgel
tiB: bc bcl
trs: twi tdi
trr: tw td
"""

_OPERATORS = {
    operator.name: operator
    for operator in (
        RelocationOperator("l", 0, 16),
        RelocationOperator("h", 16, 16),
        RelocationOperator("ha", 16, 16, carry_from=15),
        RelocationOperator("higher", 32, 16),
        RelocationOperator("highera", 32, 16, carry_from=15),
        RelocationOperator("highest", 48, 16),
        RelocationOperator("highesta", 48, 16, carry_from=15),
        # The 18 bits of a prefixed instruction's 34-bit displacement that its prefix holds (8LS:D, MLS:D forms).
        RelocationOperator("h18", 16, 18, signed=True),
    )
}

_REGISTER = re.compile(r"(r|cr|f|v|vs)([0-9]+)")
_CONDITION_BIT = re.compile(r"(?:4\s*\*\s*cr([0-7])\s*\+\s*)?(lt|gt|eq|so|un)")
# Lowered operands: Keystone's parser hangs or crashes on much of what lies beyond.
_CANONICAL = re.compile(r"{n}(\({n}\))?(, {n}(\({n}\))?)*".replace("{n}", "-?0x[0-9a-f]+"))
_LIMIT = {"r": 31, "cr": 7, "f": 31, "v": 31, "vs": 63}
_CONTRACT_REGISTERS = frozenset(
    [f"r{n}" for n in range(32)]
    + [f"cr{n}" for n in range(8)]
    + ["ctr", "lr", "xer", "cr", "msr", "dar", "dsisr", "memory", "all"]
)

# What capstone calls an instruction that is written with another name; `*` stands for any ending.
_ALIASES = """
addi: li | addis: lis | or: mr | or.: mr. | mr.: or. | ori: nop | xori: xnop | nor: not | not: nor
rldicl: clrldi rotldi srdi | rldicr: sldi | rlwinm: clrlwi rotlwi slwi srwi | clrldi: rotldi
clrlwi: slwi rotlwi | rotlwi: slwi | srwi: slwi rlwinm | srdi: rldicl rotldi
mfspr: mf* | mtspr: mt* | mfdar: mfspr | mfdsisr: mfspr | mtdar: mtspr | mtdsisr: mtspr | mtcr: mtcrf
mfsrr0: mfspr | mfsrr1: mfspr | sync: *sync | bclr: b* | bcctr: b*
tw: tw* trap | td: td* | twi: tw* | tdi: td* | bc: b* | bcl: b*
"""

# Instructions of 64-bit implementations only: Keystone takes them for 32 bits too.
_ONLY_64 = frozenset(
    """ld ldu ldx lwa std stdu stdx ldarx stdcx. extsw cntlzd mulld mulhd mulhdu divd divdu sld srd srad sradi
    sldi srdi rotldi clrldi rldicl rldicr rldic rldimi cmpd cmpdi cmpld cmpldi td tdi mtmsrd rfid slbmte
    plbz plhz plha plwz plwa pld pstb psth pstw pstd paddi pli
    ldux stdux ldbrx stdbrx lwax lwaux popcntd rldcl rldcr divde divdeu addex bpermd ptesync""".split()
)


_UPDATES = frozenset("lbzu lhzu lhau lwzu ldu stbu sthu stwu stdu".split())


@functools.cache
def formats() -> dict[str, tuple[tuple[OperandKind, ...], ...]]:
    """mnemonic → the operand lists it takes; a displacement counts as two, its base register after it."""
    table: dict[str, tuple[tuple[OperandKind, ...], ...]] = {}
    for row in _FORMATS.split("\n")[1:-1]:
        letters, _, mnemonics = row.partition(":")
        for mnemonic in mnemonics.split():
            table[mnemonic] = (*table.get(mnemonic, ()), _kinds(letters))
    for mnemonic in [m for m in table if table[m][0][-1:] == (BD,) and m not in ("bc", "bcl")]:
        for hint in "+-":  # static branch prediction
            table[mnemonic + hint] = table[mnemonic]
    return table


def _kinds(letters: str) -> tuple[OperandKind, ...]:
    kinds: list[OperandKind] = []
    for letter in letters:
        kinds += [_LETTERS[letter], BASE] if letter in "dn" else [_LETTERS[letter]]
    return tuple(kinds)


def lower(bits: int, line: Line) -> Lowered:
    """A statement in Keystone's spelling: bare register numbers, every number in hex, no symbols."""
    if bits == 32 and {line.mnemonic, line.mnemonic.rstrip(".")} & _ONLY_64:
        raise OperandError(
            "not-this-target", f"`{line.mnemonic}` is an instruction of ppc64, not of ppc32", line.span
        )
    if bits == 32 and line.mnemonic[-1] in "+-":
        what = "static prediction hints are encoded in another way before ISA 2.0"
        raise OperandError("not-this-target", what, line.span, help=f"write `{line.mnemonic[:-1]}`")
    operands, opens = split(line, foreign="#!|")
    kinds = _choose(line, operands, bool(opens))
    pieces: list[Piece] = [line.mnemonic]
    numbers: list[int | None] = []
    text = line.mnemonic.ljust(6)
    for index, (operand, kind) in enumerate(zip(operands, kinds, strict=True)):
        piece = _lower_one(line, operand, opens, kind)
        numbers.append(piece if isinstance(piece, int) else None)
        before, after = ("(", ")") if operand.is_base else (", " if index else " ", "")
        pieces += [before, hex(piece) if isinstance(piece, int) else piece, after]
        # A register that is a hole goes by the param's name, without the r.
        plain = re.sub("^c?r(?=\x01)", "", operand.text)
        text += f"{before}{shown(plain, opens)}{after}"
    if bits == 32 and line.mnemonic == "sync" and numbers == [2]:
        raise OperandError("not-this-target", "`sync 2` is ptesync, an instruction of ppc64", line.span)
    _check_form(line, numbers)
    return Lowered(line.mnemonic, tuple(pieces), tuple(numbers), text.strip())


def _check_form(line: Line, numbers: list[int | None]) -> None:
    """Invalid forms (Power ISA, Book I, sections 3.3.2, 3.3.3 and 2.4): what known operands rule out."""
    if line.mnemonic in _UPDATES:
        target, base = numbers[0], numbers[2]
        if base == 0 or (base is not None and base == target and line.mnemonic.startswith("l")):
            why = "RA is 0" if base == 0 else "RA is the target"
            raise OperandError("invalid-form", f"`{line.mnemonic}` is invalid where {why}", line.span)
    if line.mnemonic == "lmw":
        first, base = numbers[0], numbers[2]
        if first is not None and base is not None and base >= first:
            what = "`lmw` is invalid where RA is among the registers it loads"
            raise OperandError("invalid-form", what, line.span)
    if line.mnemonic == "sync" and numbers == [3]:
        raise OperandError("invalid-form", "`sync 3` is reserved", line.span)
    if line.mnemonic in ("bc", "bcl") and numbers[0] is not None and not _valid_bo(numbers[0]):
        raise OperandError("invalid-form", f"there is no BO {numbers[0]}", line.span)


def _valid_bo(bo: int) -> bool:
    """Whether the bits that must be zero are (Power ISA, Book I, figure of the BO field encodings)."""
    if bo & 0x14 == 0x14:
        return bo == 0x14
    if bo & 0x14 == 0:
        return bo & 1 == 0
    return bo & 3 != 1 if bo & 0x14 == 4 else bo & 9 != 1


def _choose(line: Line, operands: list[Operand], has_opens: bool) -> tuple[OperandKind | None, ...]:
    """The operand kinds of this use of a mnemonic; all None for an instruction the table lacks."""
    known = formats().get(line.mnemonic)
    if known is None:
        if has_opens:
            raise OperandError(
                "unknown-operand",
                f"`{line.mnemonic}` can't hold a hole: what its operands can represent is not known",
                line.span,
                help="write the word with raw, or use an instruction that docs/language.md lists",
            )
        return (None,) * len(operands)
    for kinds in known:
        if [kind is BASE for kind in kinds] == [operand.is_base for operand in operands]:
            return kinds
    if known == ((),):
        raise OperandError("operand-form", f"`{line.mnemonic}` takes no operand", line.span)
    forms = " or ".join(f"`{line.mnemonic} {_form(kinds)}`".replace(" `", "`") for kinds in known)
    raise OperandError(
        "operand-form", f"these are not the operands of `{line.mnemonic}`: it is {forms}", line.span
    )


def _form(kinds: tuple[OperandKind, ...]) -> str:
    """What an instruction looks like: `GPR, DS(RA)`."""
    return ", ".join(kind.name for kind in kinds).replace(", RA", "(RA)")


def _lower_one(line: Line, operand: Operand, opens: list[Open], kind: OperandKind | None) -> Slot | int:
    text = operand.text
    prefix = {GPR: "r", BASE: "r", BF: "cr"}.get(kind, "r") if kind else "r"
    inner = text.removeprefix(prefix) if text.startswith(prefix + "\x01") else text
    hole = opened(inner, opens)
    if hole is not None and kind is not None:
        return slot(hole.value, kind, _OPERATORS, line, hole.span)
    if "\x01" in text:
        raise OperandError(
            "open-operand",
            f"`{spoken(text, opens)}`: a value that is still open must be a whole operand",
            operand.span,
            help="put the arithmetic inside, as in ${(x + 4)@l}",
        )
    value = _register_or_number(line, operand, kind)
    if value is None:
        raise OperandError(
            "bad-operand",
            _bad_operand(line, text),
            operand.span,
            help=_bad_operand_hint(text, kind in (D, DS)),
            word=text,
        )
    return literal(value, kind, line, operand.span) if kind is not None else value


def _bad_operand(line: Line, text: str) -> str:
    if not text:
        return f"an operand of `{line.mnemonic}` is missing"
    if re.fullmatch(r"-?0[0-9]+", text):
        return f"`{text}`: a leading zero means octal to some and nothing to others"
    return f"`{text}` is no operand of `{line.mnemonic}`"


_SPELLED = {"sp": "r1", "rtoc": "r2", "toc": "r2"}


def _bad_operand_hint(text: str, is_displacement: bool) -> str:
    if not text:
        return "a displacement of zero is written, as in 0(r4)" if is_displacement else ""
    bare = text.lstrip("%").lower()
    if text != bare and _REGISTER.fullmatch(bare):
        return f"write {bare}"
    if text in _SPELLED:
        return f"write {_SPELLED[text]}"
    return "put the arithmetic inside: ${FRAME + 8}" if re.fullmatch(r"[-0-9xa-f]+[-+*/].*", text) else ""


def _register_or_number(line: Line, operand: Operand, kind: OperandKind | None) -> int | None:
    """The number of a register, a condition bit or a literal; a named register must be of the operand's class."""
    register = _REGISTER.fullmatch(operand.text)
    if register:
        prefix, index = register.group(1), int(register.group(2))
        if index > _LIMIT[prefix]:
            raise OperandError("bad-operand", f"there is no register {operand.text}", operand.span)
        _check_class(line, operand, {"r": (GPR, BASE), "cr": (BF,)}.get(prefix, ()), kind)
        return index
    bit = _CONDITION_BIT.fullmatch(operand.text)
    if bit:
        _check_class(line, operand, (BI,), kind)
        return 4 * int(bit.group(1) or 0) + {"lt": 0, "gt": 1, "eq": 2, "so": 3, "un": 3}[bit.group(2)]
    return number(operand.text)


def _check_class(
    line: Line, operand: Operand, fitting: tuple[OperandKind, ...], kind: OperandKind | None
) -> None:
    if kind is not None and kind not in fitting:
        what = f"`{operand.text}` is a register; `{line.mnemonic}` takes its {kind.name} operand here"
        raise OperandError("bad-operand", what, operand.span, help=_register_form(line.mnemonic, operand))


def _register_form(mnemonic: str, operand: Operand) -> str:
    """addi → add: the instruction that takes a register where this one takes a number."""
    other = mnemonic.replace("i", "", 1) if mnemonic.startswith("cmp") else mnemonic.removesuffix("i")
    known = other != mnemonic and other in formats() and operand.text.startswith("r")
    return f"`{other}` takes a register there" if known else ""


def word_kinds(words: list[int]) -> list[str]:
    """insn, or prefix and suffix for the two words of a prefixed instruction (primary opcode 1)."""
    kinds: list[str] = []
    for word in words:
        after_prefix = bool(kinds) and kinds[-1] == "prefix"
        kinds.append("suffix" if after_prefix else "prefix" if word >> 26 == 1 else "insn")
    return kinds


def replaceable(word: int) -> bool:
    """Whether a word may be replaced while another CPU may execute it: any but a prefix.

    An aligned word is fetched and stored as a whole (Power ISA, Book II, 1.4), which is what kprobes count on;
    a prefixed instruction is two words. Results are promised for fewer, I-form branches and `nop` (1.8.1)."""
    return word >> 26 != 1


# Primary opcodes of D-form instructions with an unsigned immediate: cmpli, ori, oris, xori, xoris, andi., andis.
_UNSIGNED_OPCODES = frozenset((10, 24, 25, 26, 27, 28, 29))


def sign_extends(words: tuple[int, ...], index: int) -> bool:
    """Whether the low 16 bits of a word given by number are a sign-extended immediate or displacement.

    Those of a suffix are the lower part of 34 bits, and not extended by themselves."""
    in_pair = word_kinds(list(words))[index] != "insn"
    return not in_pair and words[index] >> 26 not in _UNSIGNED_OPCODES


def _aliases() -> dict[str, tuple[str, ...]]:
    entries = (entry.split(":") for entry in _ALIASES.replace("\n", "|").split("|") if entry.strip())
    return {mnemonic.strip(): tuple(others.split()) for mnemonic, others in entries}


def _isa(name: str, bits: int, keystone_mode: int, capstone_mode: int, gnu_as: tuple[str, ...]) -> Isa:
    return Isa(
        name=name,
        unit=4,
        nop_word=0x60000000,
        pointer_bits=bits,
        keystone=(5, keystone_mode),  # KS_ARCH_PPC
        capstone=(4, capstone_mode),  # CS_ARCH_PPC
        operators={name: op for name, op in _OPERATORS.items() if op.shift + op.width <= bits},
        registers=_CONTRACT_REGISTERS,
        mnemonics=frozenset(formats()) - _ONLY_64
        if bits == 32
        else frozenset(formats()) | ppc_prefixed.MNEMONICS,
        prefixed=ppc_prefixed.prefixed if bits == 64 else lambda line: None,
        operands=_CANONICAL,
        lower=functools.partial(lower, bits),
        word_kinds=word_kinds,
        sign_extends=sign_extends,
        agrees=functools.partial(agrees, _aliases()),
        nop="nop",
        replaceable=replaceable,
        gnu_as=gnu_as,
        gnu_as_freedom={"mtcrf": 0x00100000},  # newer ones make mtocrf of a one-field mtcrf
        # Power ISA 3.1B, Book I, section 1.6: primary opcode 1, of 64-bit implementations alone.
        pair=Pair(0xFC000000, 0x04000000, 64) if bits == 64 else None,
    )


_BIG_ENDIAN_KEYSTONE, _BIG_ENDIAN_CAPSTONE = 1 << 30, 1 << 31
ISAS = {
    "ppc32": _isa(
        "ppc32",
        32,
        4 | _BIG_ENDIAN_KEYSTONE,
        4 | _BIG_ENDIAN_CAPSTONE,
        ("-a32", "-mbig", "-mppc", "-mregnames"),
    ),
    "ppc64": _isa(
        "ppc64",
        64,
        8 | _BIG_ENDIAN_KEYSTONE,
        8 | _BIG_ENDIAN_CAPSTONE,
        ("-a64", "-mbig", "-mpower10", "-mregnames"),
    ),
}
