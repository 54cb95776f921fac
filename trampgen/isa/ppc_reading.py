"""What capstone prints for a Power instruction, against what was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

_NUMBER = re.compile(r"-?0x[0-9a-f]+|-?[0-9]+|\b(?:r|cr|f|v|vs)([0-9]+)\b|\b(lt|gt|eq|so|un)\b")
_CR_BIT = re.compile(r"(?:4\*)?cr([0-7])\+?(lt|gt|eq|so|un)")
_CONDITION = {"lt": 0, "gt": 1, "eq": 2, "so": 3, "un": 3}


def agrees(
    aliases: Mapping[str, tuple[str, ...]],
    mnemonic: str,
    numbers: list[int],
    found: tuple[str, str],
    address: int,
) -> bool:
    """Whether the text at an address is the instruction that was written, perhaps under another name."""
    read = _numbers(found[1])
    if numbers[-1:] == [address] and len(read) < len(numbers):
        read.append(address)  # capstone prints no target where it is the branch itself
    same_name = found[0].rstrip("+-") == mnemonic.rstrip("+-")
    if same_name and (_same(numbers, read) or _same(numbers, [0, *read])):  # cr0 can be left out
        return True
    # A shorthand drops or adds fixed operands; the ones both have keep their order.
    short, long = sorted((numbers, read), key=len)
    plain, recorded = mnemonic.rstrip("."), mnemonic.endswith(".")
    known = aliases.get(mnemonic) or (aliases.get(plain, ()) if recorded else ())
    shown = found[0].rstrip(".") if recorded and mnemonic not in aliases else found[0]
    if not any(fnmatchcase(shown, alias) for alias in known):
        return False
    return _within(short, long) or short[-1:] == long[-1:]


def _numbers(operands: str) -> list[int]:
    found: list[int] = []
    operands = _CR_BIT.sub(lambda m: str(4 * int(m.group(1)) + _CONDITION[m.group(2)]), operands)
    for match in _NUMBER.finditer(operands):
        if match.group(1):
            found.append(int(match.group(1)))
        elif match.group(2):
            found.append(_CONDITION[match.group(2)])
        else:
            found.append(int(match.group(), 0))
    return found


def _equal(written: int, read: int) -> bool:
    """A 16-bit immediate may be printed as signed or unsigned."""
    return written == read or (-0x8000 <= written < 1 << 16 and written - read in (1 << 16, -1 << 16))


def _same(written: list[int], read: list[int]) -> bool:
    return len(written) == len(read) and all(map(_equal, written, read))


def _within(short: list[int], long: list[int]) -> bool:
    rest = iter(long)
    return all(any(_equal(number, other) for other in rest) for number in short)
