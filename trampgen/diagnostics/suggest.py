"""Near misses: what a writer may have meant."""

from __future__ import annotations

from collections.abc import Iterable

_MOST_CHARACTERS = 20_000  # to compare with: among more, the search is slow and a near miss says little


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """A help text naming the closest known word, or nothing; 1 is the same word, 0 any."""
    import difflib  # only where there is something to say

    candidates = sorted(known)
    if sum(map(len, candidates)) > _MOST_CHARACTERS:
        return ""
    match = difflib.get_close_matches(word, candidates, n=1, cutoff=cutoff)
    return f"did you mean `{match[0]}`?" if match else ""
