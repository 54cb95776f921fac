"""The whole compiler on one screen: read → parse → resolve → expand → assemble → derive → check."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Mapping

from trampgen import check
from trampgen.assemble.driver import Assembler
from trampgen.assemble.process import Unusable, Worker
from trampgen.assemble.program import assemble
from trampgen.assemble.readback import disassembly
from trampgen.derive import symbols
from trampgen.derive.described import described
from trampgen.derive.families import families
from trampgen.derive.params import variant
from trampgen.diagnostics import Report
from trampgen.expand.described import drafts
from trampgen.expand.evaluate import Context, EvaluationError, number
from trampgen.expand.instances import instances
from trampgen.expand.layouts import lay_out
from trampgen.model.source import Sources
from trampgen.model.spec import Axis, Case, Extern, Spec, Template, TemplateVariant
from trampgen.resolve import limits, uses
from trampgen.resolve.scope import Scope, gather
from trampgen.syntax import ast
from trampgen.syntax.load import load


def compile_spec(
    path: str,
    supplied: Mapping[str, int],
    sources: Sources,
    report: Report,
    worker: Worker,
) -> Spec:
    """A checked spec. Errors are in the report, and Abort is raised at the end of the phase that found them."""
    declarations = load(path, sources, report)
    limits.check_counts(declarations, report)
    report.stop_on_errors()
    scope = gather(path, declarations, report)
    if scope is None:
        report.stop_on_errors()
        raise AssertionError("a spec without a target is an error")
    with contextlib.suppress(Unusable):  # said later, at a place in the spec
        worker.start()  # Keystone loads while names are resolved
    # A -D of another spec's extern is no error here: the command line sees all of them.
    scope.supplied = {name: value for name, value in supplied.items() if name in scope.externs}
    uses.check(scope, report)
    report.stop_on_errors()
    layouts = lay_out(scope, report)
    externs = _externs(scope, report)
    report.stop_on_errors()  # a layout that failed would make every offsetof() fail with it
    expanded = instances(scope, layouts, report)
    drafted = drafts(scope, layouts, report)
    report.stop_on_errors()
    wanted = [*expanded, *drafted.instances()]
    words = assemble(wanted, scope.isa, scope.values, Assembler(scope.isa, worker), report)
    assembled, others = words[: len(expanded)], words[len(expanded) :]
    report.stop_on_errors()
    by_name = {extern.name: extern for extern in externs}
    for one in assembled:
        symbols.check(one.symbols, by_name, scope.isa.pointer_bits, report)
    finished = [(a.instance.stub.name.text, a, variant(a, scope.isa, report)) for a in assembled]
    rest = described(drafted, others, scope.isa, report)
    report.stop_on_errors()
    templates = {}
    for name, group in itertools.groupby(finished, key=lambda item: item[0]):
        variants = list(group)
        templates[name] = _template(
            scope.stubs[name], variants[0][1].instance.axes, tuple(v for _, _, v in variants)
        )
    found = families(scope, templates, lambda word: disassembly(scope.isa, word), report)
    spec = Spec(
        os.path.splitext(os.path.basename(path))[0],
        path,
        scope.licence,
        scope.isa.name,
        scope.isa.unit,
        scope.isa.pointer_bits,
        tuple(_axis(axis) for axis in scope.axes.values()),
        externs,
        tuple(layouts),
        tuple(templates.values()),
        tuple(found),
        rest.tables,
        rest.breakpoints,
        rest.slots,
        rest.callsites,
    )
    check.run(spec, report)
    report.stop_on_errors()
    return spec


def _externs(scope: Scope, report: Report) -> tuple[Extern, ...]:
    found: list[Extern] = []
    for extern in scope.externs.values():
        value = scope.supplied.get(extern.name.text)
        low = high = None
        if extern.range is not None:
            try:
                low, high = (
                    number(e, Context(scope, {}), "a range") for e in (extern.range.low, extern.range.high)
                )
            except EvaluationError as error:
                error.tell(report)
            if low is not None and high is not None and low > high:
                report.error("empty-range", extern.range.span, f"{low}..{high} holds nothing")
        if value is not None and low is not None and high is not None and not low <= value <= high:
            report.error(
                "extern-range", extern.name.span, f"{extern.name.text} = {value} is not in {low}..{high}"
            )
        found.append(Extern(extern.name.text, extern.c_text.value, value, low, high, extern.name.span))
    return tuple(found)


def _axis(axis: ast.Variant) -> Axis:
    cases = tuple(Case(case.name.text, case.guard.value if case.guard else None) for case in axis.cases)
    return Axis(axis.name.text, cases, axis.name.span)


def _template(stub: ast.Stub, axes: tuple[str, ...], variants: tuple[TemplateVariant, ...]) -> Template:
    layout = stub.layout.text if stub.layout else None
    field = stub.field.text if stub.field else None
    return Template(stub.name.text, "stub", layout, field, axes, variants, stub.doc, stub.name.span)
