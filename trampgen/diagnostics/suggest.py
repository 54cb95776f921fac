"""Near misses: what a writer may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A help text naming the closest known word, or nothing."""
    import difflib  # only where there is something to say

    match = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean `{match[0]}`?" if match else ""
