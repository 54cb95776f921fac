"""Diagnostics are the product: one type, one registry of codes, one renderer for each output format."""

from trampgen.diagnostics.report import Abort, Diagnostic, Note, Report

__all__ = ["Abort", "Diagnostic", "Note", "Report"]
