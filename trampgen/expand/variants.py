"""Which combinations of cases exist, and how a thing of few axes looks from one that has more."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from trampgen.model.spec import LayoutVariant, When
from trampgen.resolve.scope import Scope


def combinations(axes: Sequence[str], scope: Scope) -> list[When]:
    """Every choice of one case for each axis, in the order in which the guards are tested."""
    cases = [[(axis, case.name.text) for case in scope.axes[axis].cases] for axis in axes]
    return [tuple(choice) for choice in itertools.product(*cases)]


def seen_from(variants: Sequence[LayoutVariant], cases: Mapping[str, str]) -> LayoutVariant | None:
    """The layout variant whose cases are among the given ones."""
    return next((v for v in variants if all(cases.get(axis) == case for axis, case in v.when)), None)
