"""Processors, which all tests of this folder share; without the packages that a proof needs there is nothing to try."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.prove.trial import Processors

if find_spec("pypcode") is None:
    collect_ignore = ["test_trust.py", "test_patches.py", "test_programs.py"]


@pytest.fixture(scope="package")
def processors() -> Iterator[Processors]:
    """All that runs code; what was started is ended."""
    from tests.prove.trial import Processors

    made = Processors()
    with made.stack:
        yield made
