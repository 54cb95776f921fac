"""Which combinations of cases exist."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from trampgen.model.spec import When
from trampgen.resolve.impossible import is_impossible
from trampgen.resolve.scope import Scope


def combinations(axes: Sequence[str], scope: Scope) -> list[When]:
    """Every choice of one case for each axis that a build can have, in the order in which guards are tested."""
    cases = [[(axis, case.name.text) for case in scope.axes[axis].cases] for axis in axes]
    choices = (tuple(choice) for choice in itertools.product(*cases))
    return [choice for choice in choices if not is_impossible(dict(choice), scope)]
