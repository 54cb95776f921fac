"""Families: which members exist where, whether they can be told apart, and what one joint mask would accept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from trampgen.cubes.cube import Cube, joint, subtract, union_count
from trampgen.derive.overlap import cubes_at, shared
from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.text import count
from trampgen.expand.evaluate import Context, EvaluationError, bounds, condition, number
from trampgen.expand.variants import combinations
from trampgen.model.source import Span
from trampgen.model.spec import (
    Family,
    FamilyVariant,
    Merged,
    Template,
    TemplateVariant,
    When,
    seen_from,
)
from trampgen.resolve.axes import axes_of
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast

Disassemble = Callable[[bytes | int], str]  # of a word, or of code where words are bytes
_BYTE = 8  # bits


def families(
    scope: Scope, templates: Mapping[str, Template], disassemble: Disassemble, report: Report
) -> list[Family]:
    """Every family in every combination of cases in which it has a member."""
    found: list[Family] = []
    for family in scope.families.values():
        axes = axes_of(family, scope)
        variants: list[FamilyVariant] = []
        for when in combinations(axes, scope):
            try:
                context = Context(scope, dict(when))
                if family.condition is not None and not condition(family.condition, context):
                    continue
                variant = _variant(family, when, context, templates, disassemble, report)
            except EvaluationError as error:
                error.tell(report)
                continue
            if variant.members:
                variants.append(variant)
        _check_disjoint(family, variants, templates, disassemble, report)
        if not variants and not report.errors:
            report.error(
                "never-true", family.name.span, f"`{family.name.text}` exists in no combination of cases"
            )
        found.append(Family(family.name.text, axes, tuple(variants), family.doc, family.name.span))
    return found


def _variant(
    family: ast.Family,
    when: When,
    context: Context,
    templates: Mapping[str, Template],
    disassemble: Disassemble,
    report: Report,
) -> FamilyVariant:
    present = [
        (name, variant)
        for name in family.members
        if name.text in templates and (variant := seen_from(templates[name.text].variants, when))
    ]
    merged: list[Merged] = []
    for extra in family.merges[1:]:
        report.error(
            "merge-range",
            extra.span,
            "a family merges one range of words",
            [Note("this one", family.merges[0].span)],
        )
    for merge in family.merges[:1]:
        if present:
            merged += _merge(family, merge, present, context, disassemble, report)
    _report_excess(family, merged, when, report)
    names = tuple(name.text for name, _ in present)
    return FamilyVariant(when, names, tuple(n.text for n in family.extract), tuple(merged))


def _check_disjoint(
    family: ast.Family,
    variants: Sequence[FamilyVariant],
    templates: Mapping[str, Template],
    disassemble: Disassemble,
    report: Report,
) -> None:
    """One error for each pair that can't be told apart, with the cases in which that is so."""
    for index, name in enumerate(family.members):
        for other in family.members[:index]:
            both = [v for v in variants if {name.text, other.text} <= set(v.members)]
            for variant in both:
                words = _shared(variant, name, other, templates)
                if words is not None:
                    _report_overlap(name, other, words, variant.when, disassemble, report)


def _shared(
    variant: FamilyVariant, name: ast.Name, other: ast.Name, templates: Mapping[str, Template]
) -> list[Cube] | None:
    """Words that are both members, as far as both have words; None if some word tells them apart."""
    first, second = (seen_from(templates[n.text].variants, variant.when) for n in (name, other))
    if first is None or second is None:
        return None
    return shared(first, second)


def _report_overlap(
    name: ast.Name, other: ast.Name, words: list[Cube], when: When, disassemble: Disassemble, report: Report
) -> None:
    lines, unit = [f"{cube.value:08x}  {disassemble(cube.value)}" for cube in words], "word"
    if words[0].width == _BYTE:
        code, unit = bytes(cube.value for cube in words), "byte"
        lines = [code.hex(" "), disassemble(code)]
    report.error(
        "members-overlap",
        name.span,
        f"`{name.text}` and `{other.text}` can't be told apart",
        [f"{unit}s that are both of them:\n" + "\n".join(lines), Note("the other member", other.span)],
        f"give one of them a {unit} that the other can't have, or take it out of the family",
        when,
    )


def _merge(
    family: ast.Family,
    merge: ast.Merge,
    present: Sequence[tuple[ast.Name, TemplateVariant]],
    context: Context,
    disassemble: Disassemble,
    report: Report,
) -> list[Merged]:
    first, last = bounds(merge.words, context, "a word index")
    shortest, variant = min(present, key=lambda pair: len(pair[1].words))
    if not 0 <= first <= last < len(variant.words):
        report.error(
            "merge-range",
            merge.words.span,
            f"`{shortest.text}` has {variant.word_name}s 0…{len(variant.words) - 1}",
            when=context.cases.items(),
        )
        return []
    written = [number(expr, context, "a mask") for expr in merge.written]
    for expr, given in zip(merge.written, written, strict=True):
        if not 0 <= given < 1 << variant.word_bits:
            what = "a byte" if variant.unit == 1 else f"a {variant.word_bits}-bit word"
            raise EvaluationError("immediate-range", expr.span, f"{given:#x} is no mask of {what}")
    if merge.written and len(written) != last - first + 1:
        report.error(
            "merge-range",
            merge.span,
            f"{count(len(written), 'mask')} for {count(last - first + 1, variant.word_name)}",
        )
        return []
    merged: list[Merged] = []
    patterns = [list(cubes_at(variant)) for _, variant in present]
    for word in range(first, last + 1):
        cubes = list(dict.fromkeys(cube for places in patterns for cube in places[word].values()))
        mask = written[word - first] if written else None  # as the kernel wrote it
        at = merge.written[word - first].span if written else merge.span
        merged.append(_word(word, cubes, mask, at, disassemble))
        if mask is not None:
            _compare(family, merged[-1], cubes, disassemble, report)
    return merged


def _word(word: int, cubes: list[Cube], written: int | None, at: Span, disassemble: Disassemble) -> Merged:
    tightest = joint(cubes)
    mask = tightest.mask if written is None else written
    accepted = Cube(mask, cubes[0].value & mask, tightest.width)
    inside = [c for cube in cubes if (c := cube.meets(accepted))]
    strangers = subtract([accepted], cubes)
    witness = _witness(strangers, disassemble)
    return Merged(
        word,
        cubes[0].value,
        tightest.mask,
        written,
        accepted.count,
        union_count(inside),
        witness,
        None if witness is None or tightest.width == _BYTE else disassemble(witness),
        tightest.count > union_count(cubes),
        at,
        tightest.width,
    )


def _witness(cubes: list[Cube], disassemble: Disassemble) -> int | None:
    """A word of the cubes, one that is an instruction if any of them starts with one."""
    for cube in cubes if cubes and cubes[0].width > _BYTE else ():
        if not disassemble(cube.value).startswith("("):
            return cube.value
    return cubes[0].value if cubes else None


def _compare(
    family: ast.Family, merged: Merged, cubes: list[Cube], disassemble: Disassemble, report: Report
) -> None:
    """The written mask against the derived one: tighter loses members, looser lets strangers in."""
    assert merged.written is not None
    written, derived, width = merged.written, merged.derived, cubes[0].width
    unit = "byte" if width == _BYTE else "word"
    accepted = Cube(written, cubes[0].value & written, width)
    lost = subtract(cubes, [accepted])
    if lost:
        bits = (written & ~derived).bit_count()
        word = lost[0].value
        report.error(
            "mask-tighter",
            merged.span,
            f"the mask written for {unit} {merged.word} of `{family.name.text}` is tighter than the derived one by "
            f"{count(bits, 'bit')}: {_hex(written, width)} against {_hex(derived, width)}",
            [f"{_spoken(word, width, disassemble)} belongs to a member and is rejected"],
            f"write 0x{_hex(derived, width)}, or leave `as written` out",
        )
    elif derived & ~written:
        bits = (derived & ~written).bit_count()
        strangers = subtract([accepted], [Cube(derived, cubes[0].value & derived, width)])
        word = _witness(strangers, disassemble) or 0
        report.warning(
            "mask-looser",
            merged.span,
            f"the mask written for {unit} {merged.word} of `{family.name.text}` is looser than the derived one by "
            f"{count(bits, 'bit')}: {_hex(written, width)} against {_hex(derived, width)}",
            [
                f"it accepts {accepted.count:,} {unit}s, the derived mask {Cube(derived, 0, width).count:,}",
                f"{_spoken(word, width, disassemble)} is accepted and belongs to no member",
            ],
            f"write 0x{_hex(derived, width)}, or leave `as written` out",
        )


def _hex(value: int, width: int) -> str:
    return f"{value:0{width // 4}x}"


def _spoken(word: int, width: int, disassemble: Disassemble) -> str:
    """A word as a number and as an instruction; a byte is none."""
    return _hex(word, width) if width == _BYTE else f"{_hex(word, width)}  {disassemble(word)}"


def _report_excess(family: ast.Family, merged: list[Merged], when: When, report: Report) -> None:
    # A mask that is only too loose as written has its own message.
    loose = [m for m in merged if m.excessive and m.witness is not None]
    if not loose:
        return
    unit = "words" if loose[0].disassembly is not None else "bytes"
    notes = [
        f"word {m.word}: {m.accepted:,} words are accepted, {m.members:,} belong to a member; "
        f"{m.witness:08x}  {m.disassembly} does not"
        if m.disassembly is not None
        else f"byte {m.word}: {m.accepted:,} values are accepted, {m.members:,} belong to a member; "
        f"{m.witness:02x} does not"
        for m in loose
    ]
    report.warning(
        "joint-mask-over-accepts",
        loose[0].span if len(merged) == 1 else family.merges[0].span,
        f"the joint masks of `{family.name.text}` accept {unit} that no member has",
        notes,
        "the generated match compares with each member exactly: use it instead of the masks",
        when,
    )
