"""What a contract says, as data: terms over registers and memory, and the clauses made of them."""

from __future__ import annotations

from typing import Literal

from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import Symbolic

# What a proof can find, and a contract allow.
FINDINGS = (
    "fact-fails", "not-preserved", "lost-write", "sticky-restored", "register-written", "exit-fails", "wrong-exit",
    "wrong-call", "not-run", "store-outside", "red-zone", "below-stack", "load-outside", "stack-alignment",
    "stale-slot", "runs-into-data",
)  # fmt: skip

# ---- terms ---------------------------------------------------------------------------------------------


@record
class Number:
    """A number, or one that only the kernel's build knows."""

    value: int | Symbolic


@record
class Register:
    """What a register holds where the clause is about."""

    name: str


@record
class Indexed:
    """`x[rd]`: the register whose number a param is."""

    prefix: str
    param: str


@record
class AtEntry:
    """`entry.r[3]`: what a register held when the code began."""

    name: str


@record
class Given:
    """What a param was patched to."""

    param: str


@record
class Member:
    """`pt_regs.gpr[3]`: a word of a struct that the contract places; `offset` counts from where that begins."""

    struct: str
    name: str
    offset: int | Symbolic


@record
class Begin:
    """`&pt_regs`: where such a struct begins."""

    struct: str


@record
class Place:
    """`&direct_exec`: the address of a label, a literal or a region."""

    label: str


@record
class Memory:
    """`memory[r13 + 8]`: what a load from there gives; `bytes` is 0 for as many as an address has."""

    address: Term
    bytes: int = 0


@record
class Unary:
    """`-x` or `~x`."""

    operator: str
    operand: Term


@record
class Binary:
    """Arithmetic modulo 2 to the power of the width of an address."""

    operator: str
    left: Term
    right: Term


@record
class Choice:
    """`then if condition else otherwise`: where control goes."""

    condition: Fact
    then: Term
    otherwise: Term


Term = (
    Number | Register | Indexed | AtEntry | Given | Member | Begin | Place | Memory | Unary | Binary | Choice
)

# ---- clauses -------------------------------------------------------------------------------------------


@record
class Registers:
    """`clobbers`, `preserves`, `never writes` or `sticky`: registers by name, or `all`; of memory, what lies `below`
    a register is excepted."""

    verb: Literal["clobbers", "preserves", "never writes", "sticky"]
    names: tuple[str, ...]
    excepted: tuple[str, ...] = ()
    below: str | None = None


@record
class Amount:
    """`redzone` bytes below the stack pointer that stay as they are, `stack align` at calls, and the bytes above
    the stack pointer that the `callee owns`."""

    verb: Literal["redzone", "stack align", "callee owns"]
    value: int


@record
class Frame:
    """Where a struct lies while the code runs."""

    struct: str
    address: Term


@record
class Fact:
    """A comparison that holds at a label, or when control leaves (`label` is None)."""

    label: str | None
    operator: str
    left: Term
    right: Term
    text: str


@record
class Undefined:
    """Members of a struct that hold anything at a label."""

    label: str | None
    members: tuple[Term, ...]


@record
class Goes:
    """Where control goes: a call at a label, or every way out of the code (`label` is None)."""

    label: str | None
    targets: tuple[Term, ...]
    text: str


@record
class Runs:
    """At a label the instruction that a param is runs."""

    label: str | None
    param: str


@record
class Touches:
    """Memory outside the frame that the code `loads` or `stores`."""

    verb: Literal["loads", "stores"]
    places: tuple[Memory, ...]


@record
class Allow:
    """A finding that somebody has looked at: of these registers and members, or of anything."""

    code: str
    of: tuple[str, ...]
    because: str
    span: Span


Clause = Registers | Amount | Frame | Fact | Undefined | Goes | Runs | Touches | Allow
