"""The custom_target for Meson that docs/builds.md shows."""

from __future__ import annotations

import pytest

from tests.conftest import need
from tests.fragments.project import Project
from tests.fragments.rebuilds import Constants, Rebuilds


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example, set up and built; its folders have spaces in their names."""
    need("meson", "ninja", "cc")
    project = Project(
        "meson",
        tmp_path_factory.mktemp("meson") / "a project",
        ("ninja", "-C", "out put"),
        header="out put/far_call.h",
        product="out put/demo",
    ).copied()
    project.succeed("meson", "setup", "out put")
    assert project.build() == ["far_call.tramp"]
    project.keep()
    return project


class TestMeson(Rebuilds, Constants):
    """What all tools have in common, and what ninja can do besides."""

    def test_a_header_that_was_deleted_is_made_again(self, project: Project) -> None:
        (project.folder / project.header).unlink()
        assert project.build() == ["far_call.tramp"]
        assert project.build() == []
