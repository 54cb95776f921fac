"""Which combinations of cases exist."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from trampgen.model.spec import When
from trampgen.resolve.scope import Scope


def combinations(axes: Sequence[str], scope: Scope) -> list[When]:
    """Every choice of one case for each axis, in the order in which the guards are tested."""
    cases = [[(axis, case.name.text) for case in scope.axes[axis].cases] for axis in axes]
    return [tuple(choice) for choice in itertools.product(*cases)]
