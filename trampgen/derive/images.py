"""Where object files have what a spec declares, from its `symbol` clauses to the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from trampgen.diagnostics import Report
from trampgen.model.bitmaps import Bitmap
from trampgen.model.images import Image, LabelSymbol
from trampgen.model.repeats import Repeat
from trampgen.model.spec import Spec, Template
from trampgen.model.tables import Breakpoint, Table
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast, ast_tables

Array = TypeVar("Array", Table, Breakpoint, Repeat, Bitmap)


def in_objects(spec: Spec, scope: Scope, report: Report) -> Spec:
    """The spec with its images and symbols of labels; labels that no variant has are in the report."""
    return replace(
        spec,
        templates=tuple(_template(one, scope.templates[one.name], report) for one in spec.templates),
        tables=_arrays(spec.tables, scope.tables),
        breakpoints=_arrays(spec.breakpoints, scope.breakpoints),
        repeats=_arrays(spec.repeats, scope.repeats),
        bitmaps=_arrays(spec.bitmaps, scope.bitmaps),
    )


def _template(template: Template, declared: ast.Template, report: Report) -> Template:
    _check_labels(template, declared, report)
    symbols = tuple(
        LabelSymbol(one.symbol.value, one.label.text, one.span)
        for one in declared.symbols
        if isinstance(one, ast_tables.LabelSymbol)
    )
    return replace(template, images=_images(declared), label_symbols=symbols)


def _arrays(things: tuple[Array, ...], declared: Mapping[str, ast.InObjects]) -> tuple[Array, ...]:
    return tuple(replace(one, images=_images(declared[one.name])) for one in things)


def _images(declared: ast.InObjects) -> tuple[Image, ...]:
    return tuple(
        Image(
            one.symbol.value,
            one.end.value if one.end else None,
            tuple(label.text for label in one.excepted),
            one.because,
            one.span,
        )
        for one in declared.symbols
        if isinstance(one, ast_tables.Image)
    )


def _check_labels(template: Template, declared: ast.Template, report: Report) -> None:
    """never-true: a label that stands where no combination of cases has it."""
    there = {label.name for variant in template.variants for label in variant.labels}
    for one in declared.symbols:
        for label in one.excepted if isinstance(one, ast_tables.Image) else (one.label,):
            if label.text not in there:
                what = f"label `{label.text}` stands in no combination of cases"
                report.error("never-true", label.span, what)
