"""What of bitmaps and their comparisons can be seen without any value."""

from __future__ import annotations

from trampgen.diagnostics import Note, Report
from trampgen.resolve.names import tell_unknown
from trampgen.resolve.scope import Scope
from trampgen.syntax.ast_tables import Bitmap, Comparison
from trampgen.syntax.walk_tables import leaves

INDICES = ("opcode",)  # what a bitmap can be asked about: an opcode is one byte


def check(bitmap: Bitmap, report: Report) -> None:
    """A known index, something listed, a reason that says something."""
    if bitmap.type.text not in INDICES:
        tell_unknown(bitmap.type, INDICES, "index of a bitmap:", report)
    if not next(leaves(bitmap.listed), None):
        all_but = "`all except` leaves nothing out: every opcode is in it"
        what = all_but if bitmap.excludes else "`only` lists nothing: no opcode is in it"
        help = 'a line lists opcodes with their reason: `0xcc, 0x60..0x62 because "…"`'
        report.error("empty", bitmap.name.span, f"bitmap `{bitmap.name.text}`: {what}", help=help)
    for opcodes in leaves(bitmap.listed):
        if not opcodes.because.strip():
            help = "the reason is what a bitmap is written out for"
            report.error("empty", opcodes.span, "`because` without a reason", help=help)


def check_comparison(comparison: Comparison, scope: Scope, report: Report) -> None:
    """Two bitmaps that exist, compared once."""
    pair = (comparison.left, comparison.right)
    for name in pair:
        if name.text not in scope.bitmaps:
            tell_unknown(name, scope.bitmaps, "bitmap", report)
    texts = {name.text for name in pair}
    if len(texts) == 1:
        what = f"`{comparison.left.text}` is compared with itself"
        report.error(
            "duplicate-name", comparison.right.span, what, [Note("first here", comparison.left.span)]
        )
    first = next(one for one in scope.comparisons if {one.left.text, one.right.text} == texts)
    if first is not comparison:
        what = f"`{comparison.left.text}` and `{comparison.right.text}` are already compared"
        report.error("duplicate-name", comparison.span, what, [Note("first here", first.span)])
