"""Each module builds its example once (`built`); each test finds it as it was then."""

from __future__ import annotations

import pytest

from tests.fragments.project import Project


@pytest.fixture
def project(built: Project) -> Project:
    """The built example, restored."""
    built.restore()
    return built
