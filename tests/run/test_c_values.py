"""The generated C functions under qemu against the Python model: every limit and 100,000 values of each stub."""

from __future__ import annotations

import errno
import functools
import random
import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from tests.run.cross import MACHINES, VARIANTS, Machine, Variant, build, specification, stubs, succeed
from tests.run.numbers import boundaries, column, native, packed
from trampgen.fields.arith import decode, encode
from trampgen.model.field import Reach
from trampgen.model.spec import Param, TemplateVariant

BUFFER_WORDS = 8
UNTOUCHED = 0xA5A5A5A5
RECORD_WORDS = 4 + BUFFER_WORDS  # struct encoded of values.c
RANDOM_VALUES = 100_000
RANGES = {
    "elfv1": (-0x80008000, 0x7FFF7FFF),
    "pcrel": (-(1 << 33), (1 << 33) - 1),
    "elfv2": (-0x80008000, 0x7FFF7FFF),
}
FAMILY = next(v for v in VARIANTS if str(v) == "module_stub_2016-elfv2")

MACHINE = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
STUB = pytest.mark.parametrize(("variant", "stub"), stubs(), ids=str)

Program = Callable[[Machine, Variant], list[str]]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, headers: Path) -> Program:
    """The command that runs values.c for a machine and a variant; built when it is first asked for."""
    folder = tmp_path_factory.mktemp("values")

    @functools.cache
    def command(machine: Machine, variant: Variant) -> list[str]:
        return [machine.emulator, build(folder, headers, machine, variant, "values.c")]

    def checked(machine: Machine, variant: Variant) -> list[str]:
        machine.needed()
        return command(machine, variant)

    return checked


def compiled(variant: Variant, stub: str) -> TemplateVariant:
    """A stub with its externs known."""
    return next(compiled for template, compiled in variant.templates() if template.name == stub)


@functools.cache
def sample(reach: Reach) -> tuple[int, ...]:
    """Boundary values, then random ones: half anywhere in reach, half of any magnitude."""
    source = random.Random(20161)
    anywhere = [source.randint(reach.low, reach.high) for _ in range(RANDOM_VALUES // 2)]
    widest = max(-reach.low, reach.high).bit_length()
    sizes = [source.getrandbits(source.randint(1, widest)) for _ in range(RANDOM_VALUES // 2)]
    small = [max(reach.low, min(reach.high, source.choice((-size, size)))) for size in sizes]
    return tuple(boundaries(reach)[0] + anywhere + small)


def same(got: Iterable[int], expected: Iterable[int], values: Sequence[int], what: str) -> None:
    """Equality of two columns, with the first value that differs in the message."""
    got, expected = list(got), list(expected)
    if got != expected:
        index = next(i for i, pair in enumerate(zip(got, expected, strict=True)) if pair[0] != pair[1])
        pytest.fail(f"{what} of {values[index]:#x}: {got[index]:#x} instead of {expected[index]:#x}")


def words_of(template: TemplateVariant, value: int) -> list[int]:
    """The model's words for one value."""
    words = [word.value & word.mask for word in template.words]
    for hole in template.holes:
        words[hole.word] |= encode(hole.field, value)
    return words


def model_decode(param: Param, words: Sequence[int]) -> int:
    return decode([(hole.field, hole.word) for hole in param.groups[0]], words, 64, True)


@STUB
def test_the_model_agrees_with_itself_and_with_the_manual(variant: Variant, stub: str) -> None:
    template = compiled(variant, stub)
    (param,) = template.params
    assert (param.reach.low, param.reach.high, param.reach.align) == (*RANGES[variant.case], 1)
    values = boundaries(param.reach)[0] + list(sample(param.reach)[:2000])
    for value in values:
        assert model_decode(param, words_of(template, value)) == value


@MACHINE
@STUB
def test_encodes_matches_and_decodes_like_the_model(
    variant: Variant, stub: str, machine: Machine, program: Program, tmp_path: Path
) -> None:
    command = program(machine, variant)
    template = compiled(variant, stub)
    reach = template.params[0].reach
    values, refused = sample(reach), boundaries(reach)[1]
    assert len(values) > RANDOM_VALUES
    assert len(refused) > 50
    data = succeed(tmp_path, *command, stub, "values", data=packed(machine, [*values, *refused]))

    assert len(data) == 4 * RECORD_WORDS * (len(values) + len(refused))
    whole, end = native("I", data, machine), RECORD_WORDS * len(values)
    decoded = native("q", data, machine)[:: RECORD_WORDS // 2]
    accepted, rest = whole[:end], whole[end:]
    same(accepted[2::RECORD_WORDS], [0] * len(values), values, "return value")
    for index in range(BUFFER_WORDS):
        expected = [UNTOUCHED] * len(values)
        if index < len(template.words):
            word = template.words[index]
            expected = [word.value & word.mask] * len(values)
            for hole in template.holes:
                if hole.word == index:
                    bits = column(hole.field, values)
                    expected = [old | new for old, new in zip(expected, bits, strict=True)]
        same(accepted[4 + index :: RECORD_WORDS], expected, values, f"word {index}")
    same(accepted[3::RECORD_WORDS], [1] * len(values), values, "match")
    same(decoded[: len(values)], values, values, "decoded value")

    same(rest[2::RECORD_WORDS], [(1 << 32) - errno.ERANGE] * len(refused), refused, "return value")
    for index in range(BUFFER_WORDS):
        same(rest[4 + index :: RECORD_WORDS], [UNTOUCHED] * len(refused), refused, f"word {index}")


@MACHINE
@STUB
def test_initialises_arrays(
    variant: Variant, stub: str, machine: Machine, program: Program, tmp_path: Path
) -> None:
    symbolic = next(c for template, c in variant.templates(known=False) if template.name == stub)
    data = succeed(tmp_path, *program(machine, variant), stub, "macros")
    expected = [word.value for word in compiled(variant, stub).words] + [w.mask for w in symbolic.words]
    assert [f"{word:08x}" for word in native("I", data, machine)] == [f"{word:08x}" for word in expected]


@MACHINE
@STUB
def test_matches_whatever_is_in_the_holes_and_nothing_else(
    variant: Variant, stub: str, machine: Machine, program: Program, tmp_path: Path
) -> None:
    command = program(machine, variant)
    template = compiled(variant, stub)
    values = boundaries(template.params[0].reach)[0]
    holes = [0] * len(template.words) + [0xFFFFFFFF] * (BUFFER_WORDS - len(template.words))
    for hole in template.holes:
        holes[hole.word] |= hole.field.mask
    expected = bytes(mask >> bit & 1 for mask in holes for bit in range(32))
    data = succeed(tmp_path, *command, stub, "flips", data=packed(machine, values))
    assert len(data) == len(values) * len(expected)
    for index, value in enumerate(values):
        flips = data[len(expected) * index : len(expected) * (index + 1)]
        wrong = [divmod(i, 32) for i in range(len(expected)) if flips[i] != expected[i]]
        assert not wrong, f"(word, bit) of {value:#x}"


@MACHINE
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_commits_in_order_and_stops_at_an_error(
    variant: Variant, machine: Machine, program: Program, tmp_path: Path
) -> None:
    text = succeed(tmp_path, *program(machine, variant), "-", "commit").decode()
    funcdata = f"32+{8 * variant.descriptor_words}"
    writes = ["0+28", funcdata] + (["28+4!"] if variant.header == "module_stub" else [])
    lines = []
    for allowed in range(5):
        done = " ".join(["", *writes[:allowed]])
        lines.append(f"{allowed}:{done} -> {0 if allowed >= len(writes) else -errno.EIO}")
    assert text.splitlines() == lines


@MACHINE
def test_the_family_says_which_member_it_is(machine: Machine, program: Program, tmp_path: Path) -> None:
    command = program(machine, FAMILY)
    members = [compiled(FAMILY, "ppc64_stub"), compiled(FAMILY, "ppc64_profile_stub")]
    merged = specification("module_stub_2016", known=False).families[0].variants[0].merged
    asked: list[tuple[int, list[int]]] = []
    expected: list[tuple[int, int, int]] = []  # reladdr, return value, member
    none = (UNTOUCHED, -errno.EINVAL, 0)

    def ask(words: Sequence[int], answer: tuple[int, int, int], count: int = BUFFER_WORDS) -> None:
        asked.append((count, [*words, *[0] * (BUFFER_WORDS - len(words))]))
        expected.append(answer)

    for number, member in enumerate(members, 1):
        for value in boundaries(member.params[0].reach)[0]:
            words = words_of(member, value)
            for count in range(BUFFER_WORDS + 1):
                ask(words, (value, 0, number) if count >= len(words) else none, count)
        words = words_of(member, 0x12345678)
        for index, word in enumerate(member.words):
            for bit in range(32):
                if word.mask >> bit & 1:
                    ask([w ^ (1 << bit if i == index else 0) for i, w in enumerate(words)], none)
        for merge in merged:  # the words that joint masks let through though no member has them
            if merge.witness is not None:
                mixed = list(words)
                mixed[merge.word] = merge.witness
                ask(mixed, none)
    ask([0] * BUFFER_WORDS, none)
    ask([0xFFFFFFFF] * BUFFER_WORDS, none)
    first, second = (words_of(member, 0) for member in members)
    ask(first[:1] + second[1:], none)
    ask(second[:1] + first[1:], none)

    byte_order = "<" if machine.order == "little" else ">"
    data = b"".join(struct.pack(f"{byte_order}Q8I", count, *words) for count, words in asked)
    out = succeed(tmp_path, *command, "-", "family", data=data)
    masks, records = out[: 4 * 2 * len(merged)], out[4 * 2 * len(merged) :]
    got = list(struct.iter_unpack(f"{byte_order}qii", records))
    for question, answer, wanted in zip(asked, got, expected, strict=True):
        assert answer == wanted, question
    joint = [*(m.value & m.derived for m in merged), *(m.derived for m in merged)]
    assert list(native("I", masks, machine)) == joint
