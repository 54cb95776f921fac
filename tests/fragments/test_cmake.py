"""trampgen.cmake with both of its generators."""

from __future__ import annotations

import pytest

from tests.conftest import need
from tests.fragments.project import Project
from tests.fragments.rebuilds import Constants, Rebuilds


@pytest.fixture(scope="module", params=["Ninja", "Unix Makefiles"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example, configured for a generator and built; its folders have spaces in their names."""
    need("cmake", "ninja" if request.param == "Ninja" else "make", "cc")
    project = Project(
        "cmake",
        tmp_path_factory.mktemp("cmake") / "a project",
        ("cmake", "--build", "out put"),
        header="out put/trampgen/demo/far_call.h",
        product="out put/demo",
        forgets=request.param == "Ninja",
    ).copied()
    project.succeed("cmake", "-G", str(request.param), "-S", ".", "-B", "out put")
    assert project.build("-j4") == ["far_call.tramp", "near_call.tramp"]
    project.keep()
    return project


class TestCMake(Rebuilds, Constants):
    """What all tools have in common, and what only CMake has."""

    def test_options_are_a_dependency(self, project: Project) -> None:
        header = project.read(project.header)
        project.edit("CMakeLists.txt", "CONSTANTS numbers.txt", "OPTIONS -D SLOT=56")
        assert project.build() == ["far_call.tramp"]
        assert project.read(project.header) != header
        assert project.build() == []

    def test_two_targets_of_one_spec(self, project: Project) -> None:
        more = "add_library(more OBJECT demo.c)\ntrampgen_header(more far_call.tramp OPTIONS -D SLOT=56)\n"
        with (project.folder / "CMakeLists.txt").open("a") as file:
            file.write(more + "trampgen_header(more near_call.tramp)\n")
        assert project.build("-j4") == ["far_call.tramp", "near_call.tramp"]
        header = "far_call.h"
        ours, theirs = (project.read(f"out put/trampgen/{target}/{header}") for target in ("demo", "more"))
        assert "-D SLOT=32" in ours
        assert "-D SLOT=56" in theirs
        assert project.build("-j4") == []

    def test_an_argument_in_the_wrong_place(self, project: Project) -> None:
        project.edit("CMakeLists.txt", "CONSTANTS numbers.txt", "numbers.txt")
        assert "OPTIONS or CONSTANTS goes before numbers.txt" in project.fail()
