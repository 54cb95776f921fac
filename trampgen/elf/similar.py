"""Names much like one that there is not, among all the strings of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable

_MOST = 3
_TRIED = 12
_MANY = 2000  # to compare letter by letter


def similar(name: str, strings: Iterable[bytes], is_there: Callable[[str], bool]) -> list[str]:
    """The best of the strings, and of the ends of strings, for which something is there.

    Linkers store a name as the end of a longer one, so that what is compared has about as many characters."""
    from difflib import get_close_matches  # only where there is something to say

    word, _, tag = name.rpartition(" ")
    wanted = tag.encode()
    pool: set[bytes] = set()
    for string in strings:
        for length in range(len(wanted) - 1, len(wanted) + 2):
            end = string[-length:] if length > 0 else b""
            if end[:1] == wanted[:1] or end[-3:] == wanted[-3:]:
                pool.add(end)
    if len(pool) > _MANY:
        pool = {end for end in pool if end[:2] == wanted[:2] or end[-3:] == wanted[-3:]}
    names = sorted(end.decode() for end in pool if end.isascii())
    found: list[str] = []
    for close in get_close_matches(tag, names, n=_TRIED, cutoff=0.7):
        full = f"{word} {close}".strip()
        if close != tag and is_there(full) and len(found) < _MOST:
            found.append(full)
    return found
