"""trampgen.mk under GNU make."""

from __future__ import annotations

import pytest

from tests.conftest import need
from tests.fragments.project import Project
from tests.fragments.rebuilds import Constants, Rebuilds

BOTH = ["far_call.tramp", "near_call.tramp"]
BLOB = "build/far_call.far_call.le.bin"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example in a folder with a space in its name, built four jobs at a time."""
    need("make", "cc")
    folder = tmp_path_factory.mktemp("make") / "a project"
    project = Project("make", folder, ("make",), product="demo").copied()
    assert project.build("-j4") == BOTH
    project.keep()
    return project


class TestMake(Rebuilds, Constants):
    """What all tools have in common, and what only make has."""

    def test_outputs_that_were_deleted_are_made_again(self, project: Project) -> None:
        for name in (project.header, BLOB):
            (project.folder / name).unlink()
        project.build("-j4")
        assert (project.folder / project.header).exists()
        assert (project.folder / BLOB).stat().st_size == 24
        assert project.build() == []

    def test_two_specs_at_a_time(self, project: Project) -> None:
        project.edit(project.included, "24", "32")
        assert project.build("-j4") == BOTH
        assert project.build("-j4") == []

    def test_the_flags_are_a_dependency_by_way_of_the_makefile(self, project: Project) -> None:
        project.edit("Makefile", "header,blob", "header,blob,json")
        assert project.build() == BOTH
        assert (project.folder / "build/far_call.json").exists()
        assert project.build() == []

    def test_specs_in_another_folder(self, project: Project) -> None:
        specs = project.folder / "specs"
        specs.mkdir()
        for name in (*BOTH, "frame.inc.tramp"):
            (project.folder / name).rename(specs / name)
        project.edit("Makefile", "all:", "vpath %.tramp specs\nall:")
        assert project.build() == BOTH
        project.edit("specs/frame.inc.tramp", "24", "32")
        assert project.build() == BOTH
        assert project.build() == []

    def test_a_hand_in_the_header_is_found(self, project: Project) -> None:
        project.succeed("make", "trampgen-check")
        project.edit("build/near_call.h", "0xf8410018", "0xf8410019")
        assert project.build() == []  # newer than the spec: nobody else would notice
        done = project.run("make", "trampgen-check")
        assert done.returncode != 0
        assert "\n-\t0xf8410019," in done.stdout
        assert "\n+\t0xf8410018," in done.stdout
