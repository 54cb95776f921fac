"""Which combination of cases a file was built for: the one in which it differs least."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from trampgen.model.spec import Spec, When
from trampgen.verify.model import Checked

_MOST = 4096  # combinations
Thing = tuple[str, str, str]  # kind, name, place


def ruled_out(spec: Spec, wanted: frozenset[str]) -> frozenset[str]:
    """The cases that can't hold where others of their axes are said to."""
    axes = [{case.name for case in axis.cases} for axis in spec.axes]
    return frozenset(case for axis in axes if axis & wanted for case in axis - wanted)


def choose(spec: Spec, checked: Sequence[Checked]) -> list[Checked]:
    """What to report: of every thing the variant of the best combination, of equals the first.

    A thing that there is not in those cases is left out."""
    by_thing: dict[Thing, list[Checked]] = {}
    for one in checked:
        by_thing.setdefault((one.kind, one.name, one.place.at()), []).append(one)
    combinations = [(_weight(when, by_thing), when) for when in _combinations(spec, _used(checked))]
    least = min((weight for weight, _ in combinations), default=(0, 0))
    best = [when for weight, when in combinations if weight == least] or [()]
    seen = [found for variants in by_thing.values() if (found := _of_all(variants, best)) is not None]
    closest = {found.group: found for found in sorted(seen, key=_by_weight, reverse=True)}
    return [found for found in seen if closest[found.group] is found]


def _of_all(variants: Sequence[Checked], best: Sequence[When]) -> Checked | None:
    """The variant of the first combination; if it is right, for those of its cases that all others agree on."""
    first = _seen(variants, best[0])
    if first is None or first.differences:
        return first
    others = [set(other.when) for when in best if (other := _seen(variants, when)) is not None]
    return replace(first, when=tuple(one for one in first.when if all(one in other for other in others)))


def _by_weight(one: Checked) -> int:
    return one.weight


def _used(checked: Iterable[Checked]) -> frozenset[str]:
    """Cases on which anything that was compared depends."""
    return frozenset(case for one in checked for _, case in one.when)


def _combinations(spec: Spec, used: frozenset[str]) -> Iterator[When]:
    """Every combination of those axes that make a difference here, but for impossible ones."""
    axes = [
        [(axis.name, case.name) for case in axis.cases if case.name in used]
        for axis in spec.axes
        if any(case.name in used for case in axis.cases)
    ]
    impossible = [frozenset(cases) for cases in spec.impossible]
    for when in itertools.islice(itertools.product(*axes), _MOST):
        cases = {case for _, case in when}
        if not any(some <= cases for some in impossible):
            yield when


def _weight(when: When, by_thing: Mapping[Thing, Sequence[Checked]]) -> tuple[int, int]:
    """How many things a file has that there are not in these cases, and how much of the others differs."""
    groups: dict[str, int] = {}
    absent = 0
    for variants in by_thing.values():
        one = _seen(variants, when)
        if one is None:
            absent += 1
        else:
            groups[one.group] = min(one.weight, groups.get(one.group, one.weight))
    return absent, sum(groups.values())


def _seen(variants: Sequence[Checked], when: When) -> Checked | None:
    cases = frozenset(when)
    return next((one for one in variants if cases.issuperset(one.when)), None)
