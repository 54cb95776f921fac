"""The whole compiler on one screen: read → parse → resolve → expand → assemble → derive → check."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from trampgen import check
from trampgen.assemble.driver import Assembler
from trampgen.assemble.process import Unusable, Worker
from trampgen.assemble.program import assemble
from trampgen.assemble.readback import disassembly, text_of
from trampgen.assemble.words import Assembled
from trampgen.derive import symbols
from trampgen.derive.families import families
from trampgen.derive.params import variant
from trampgen.derive.replacing import replacing
from trampgen.diagnostics import Report
from trampgen.expand.evaluate import Context, EvaluationError, ends
from trampgen.expand.instances import Instance, instances
from trampgen.expand.layouts import lay_out
from trampgen.isa.base import Isa
from trampgen.model.record import record
from trampgen.model.source import Sources
from trampgen.model.spec import Axis, Case, Extern, Layout, Spec, Template, TemplateVariant, among
from trampgen.model.values import natural
from trampgen.resolve import limits, uses
from trampgen.resolve.scope import Scope, gather
from trampgen.syntax import ast
from trampgen.syntax.load import load

if TYPE_CHECKING:
    from trampgen.derive.described import Parts
    from trampgen.expand.described import Drafts
    from trampgen.facts.gather import Facts
    from trampgen.facts.supply import Supply
    from trampgen.model.tables import Breakpoint


@record
class Expanded:
    """A spec whose code is unrolled, in every combination of cases: what is left is to assemble it.

    Of a spec that is not `whole` only some templates or cases are wanted, and nothing that is about several."""

    path: str
    scope: Scope
    layouts: list[Layout]
    externs: tuple[Extern, ...]  # those of structs are not among them
    instances: list[Instance]
    drafts: Drafts | None
    whole: bool = True


def compile_spec(
    path: str,
    supplied: Mapping[str, int],
    sources: Sources,
    report: Report,
    worker: Worker,
    facts: Facts | None = None,
    narrowed: Callable[[Expanded], Expanded] = lambda front: front,
) -> Spec:
    """A checked spec. Errors are in the report, and Abort is raised at the end of the phase that found them.

    `supplied` are values of externs by name; `facts` know them too, and are asked for others. `narrowed` leaves out
    what nobody asks for."""
    return finished(narrowed(expanded(path, supplied, sources, report, worker, facts)), report, worker)


def part(front: Expanded, templates: Sequence[str], cases: Sequence[str]) -> Expanded:
    """What there is of some templates (of all, if there are no names), in the combinations that have these cases.

    All of it where nothing is named, or something that there is not."""
    scope = front.scope
    known = all(name in scope.templates for name in templates) and all(name in scope.cases for name in cases)
    if not known or not (templates or cases):
        return front
    found = [
        one
        for one in front.instances
        if (not templates or one.template.name.text in templates) and among(one.when, scope.cases, cases)
    ]
    sites = any(one.template.overs for one in found)
    return replace(front, instances=found, drafts=front.drafts if sites else None, whole=False)


def expanded(
    path: str,
    supplied: Mapping[str, int],
    sources: Sources,
    report: Report,
    worker: Worker,
    facts: Facts | None = None,
) -> Expanded:
    """The first half of it. Raises Abort."""
    scope = _declared(path, sources, report)
    with contextlib.suppress(Unusable):  # said later, at a place in the spec
        worker.start()  # Keystone loads while names are resolved
    # A -D of another spec's extern is no error here: the command line sees all of them.
    scope.supplied = {name: value for name, value in supplied.items() if scope.is_known(name)}
    uses.check(scope, report)
    supply = _supply(facts, scope, report)
    report.stop_on_errors()
    layouts = lay_out(scope, report)
    known = _externs(scope, report)
    report.stop_on_errors()  # a layout that failed would make every offsetof() fail with it
    unrolled, drafted = instances(scope, layouts, report), _drafts(scope, layouts, report)
    if supply is not None:
        supply.finish()
    report.stop_on_errors()
    return Expanded(path, scope, layouts, known, unrolled, drafted)


def finished(front: Expanded, report: Report, worker: Worker) -> Spec:
    """The second half. Raises Abort."""
    scope, drafted = front.scope, front.drafts
    externs = (*front.externs, *_offsets(scope))
    words = assemble(
        [*front.instances, *(drafted.instances() if drafted else [])],
        scope.values,
        lambda isa: Assembler(isa, worker),
        report,
    )
    report.stop_on_errors()
    assembled, others = words[: len(front.instances)], words[len(front.instances) :]
    _check_symbols(assembled, externs, report)
    variants = [variant(one, report) for one in assembled]
    rest = _described(drafted, others, scope, report)
    report.stop_on_errors()
    templates = _templates(scope, assembled, variants, rest.breakpoints if rest else (), report)
    found = families(scope, templates, lambda code: _read(code, scope.isa), report) if front.whole else []
    spec = Spec(
        os.path.splitext(os.path.basename(front.path))[0],
        front.path,
        scope.licence,
        scope.isa.name,
        scope.isa.unit,
        scope.isa.pointer_bits,
        tuple(_axis(axis) for axis in scope.axes.values()),
        externs,
        tuple(front.layouts),
        tuple(templates.values()),
        tuple(found),
        *(
            (rest.tables, rest.breakpoints, rest.slots, rest.callsites, rest.repeats, rest.rewrites)
            if rest
            else ((),) * 6
        ),
        tuple(tuple(case.text for case in one.cases) for one in scope.impossible),
        *((rest.bitmaps, rest.comparisons) if rest else ()),
    )
    if scope.in_objects and front.whole:
        spec = _in_objects(spec, scope, report)
    check.run(spec, report)
    report.stop_on_errors()
    return spec


def _in_objects(spec: Spec, scope: Scope, report: Report) -> Spec:
    """What says where object files have it: only some specs do."""
    from trampgen.derive.images import in_objects

    return in_objects(spec, scope, report)


def _read(code: bytes | int, isa: Isa) -> str:
    """What a word is, or what bytes are, as text."""
    return text_of(isa, code) if isinstance(code, bytes) else disassembly(isa, code)


def _declared(path: str, sources: Sources, report: Report) -> Scope:
    """Everything that the file and what it includes declare, by name."""
    declarations = load(path, sources, report)
    limits.check_counts(declarations, report)
    report.stop_on_errors()
    scope = gather(path, declarations, report)
    if scope is None:
        report.stop_on_errors()
        raise AssertionError("a spec without a target is an error")
    return scope


def _supply(facts: Facts | None, scope: Scope, report: Report) -> Supply | None:
    """Who is asked for externs, where anything but names and values was given."""
    if facts is None or not facts.known:
        return None
    from trampgen.facts.supply import Supply

    supply = scope.supplier = Supply(facts, scope, report)
    return supply


def _drafts(scope: Scope, layouts: list[Layout], report: Report) -> Drafts | None:
    """What the scope describes beside templates; most specs describe nothing, and need not load what does it."""
    if not scope.described:
        return None
    from trampgen.expand.described import drafts

    return drafts(scope, layouts, report)


def _described(
    drafted: Drafts | None, assembled: Sequence[Assembled], scope: Scope, report: Report
) -> Parts | None:
    if drafted is None:
        return None
    from trampgen.derive.described import described

    return described(drafted, assembled, lambda when: scope.isa_of(case for _, case in when), report)


def _check_symbols(assembled: Sequence[Assembled], externs: Sequence[Extern], report: Report) -> None:
    by_name = {extern.name: extern for extern in externs}
    for one in assembled:
        symbols.check(one.symbols, by_name, one.instance.isa.pointer_bits, report)


def _templates(
    scope: Scope,
    assembled: Sequence[Assembled],
    variants: Sequence[TemplateVariant],
    breakpoints: Sequence[Breakpoint],
    report: Report,
) -> dict[str, Template]:
    """The templates by name, in the order of the spec, sites with what they replace."""
    marks = {mark.name: mark for mark in breakpoints}
    found: dict[str, Template] = {}
    pairs = zip(assembled, variants, strict=True)
    for name, group in itertools.groupby(pairs, key=lambda pair: pair[0].instance.template.name.text):
        own, declared = list(group), scope.templates[name]
        replaced = tuple(replacing(declared, made, marks, report) for _, made in own)
        found[name] = _template(declared, own[0][0].instance.axes, replaced)
    return found


def _externs(scope: Scope, report: Report) -> tuple[Extern, ...]:
    found: list[Extern] = []
    for extern in scope.externs.values():
        value = scope.value_of(extern.name.text, extern.name.span)
        low = high = None
        if extern.range is not None:
            try:
                low, high = ends(extern.range, Context(scope, {}))
            except EvaluationError as error:
                error.tell(report)
            if low is not None and high is not None and low > high:
                report.error("empty-range", extern.range.span, f"{low}..{high} holds nothing")
        if value is not None and low is not None and high is not None and not low <= value <= high:
            report.error(
                "extern-range", extern.name.span, f"{extern.name.text} = {value} is not in {low}..{high}"
            )
        unit = extern.unit.value if extern.unit else None
        name, c_text = extern.name, extern.c_text.value
        found.append(Extern(name.text, c_text, value, low, high, name.span, unit=unit))
    return tuple(found)


def _offsets(scope: Scope) -> Iterator[Extern]:
    """The members of extern structs that code asks for, in an order that does not depend on the code."""
    for offset in sorted(scope.offsets.values(), key=lambda offset: natural(offset.name)):
        value = scope.value_of(offset.name, offset.span)
        struct = f"struct {offset.struct}"
        yield Extern(offset.name, offset.c, value, None, None, offset.span, struct, offset.unit)


def _axis(axis: ast.Variant) -> Axis:
    cases = tuple(Case(c.name.text, c.guard.value if c.guard else None) for c in axis.cases)
    return Axis(axis.name.text, cases, axis.name.span)


def _template(
    template: ast.Template, axes: tuple[str, ...], variants: tuple[TemplateVariant, ...]
) -> Template:
    layout = template.layout.text if template.layout else None
    field = template.field.text if template.field else None
    return Template(
        template.name.text, template.kind, layout, field, axes, variants, template.doc, template.name.span
    )
