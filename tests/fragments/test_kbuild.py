"""Kbuild.trampgen in a module outside the kernel's tree, built against the headers that Debian packages."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from tests.conftest import need
from tests.fragments.project import BUILD, Project
from tests.fragments.rebuilds import Rebuilds

WAYS = ("dep", "filechk", "committed", "offsets")
CMD = "dep/..far_call.trampgen.cmd"


def headers() -> Path:
    """A folder in which modules can be built: one with a configuration, and with fixdep."""
    found = [path.parent for path in sorted(Path("/usr/src").glob("linux-headers-*/Module.symvers"))]
    kernel = found[-1] if found else Path("/usr/src/linux-headers-amd64")
    need("make", str(kernel / "scripts/basic/fixdep"))
    return kernel


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """All modules; what the tests build is one object, which takes less time."""
    kernel = headers()
    folder = tmp_path_factory.mktemp("kbuild") / "modules"
    project = Project(
        "kbuild",
        folder,
        ("make", f"KDIR={kernel}"),
        spec="dep/far_call.tramp",
        header="dep/far_call.h",
        product="dep/tramp_dep.o",
    ).copied()
    assert project.build("-j4") == ["far_call.tramp", "load_slot.tramp", "near_call.tramp"]
    project.keep()
    return dataclasses.replace(project, command=("make", "-C", str(kernel), f"M={folder}", project.product))


@pytest.fixture
def filechk(project: Project) -> Project:
    """The same, but another object."""
    return dataclasses.replace(
        project,
        command=(*project.command[:-1], "filechk/tramp_filechk.o"),
        spec="filechk/near_call.tramp",
        header="filechk/near_call.h",
        product="filechk/tramp_filechk.o",
    )


@pytest.fixture
def offsets(project: Project) -> Project:
    """The same, but a module of two objects, one with what the spec asks for."""
    return dataclasses.replace(
        project,
        command=(*project.command[:-1], "offsets/tramp_offsets.o"),
        spec="offsets/load_slot.tramp",
        header="offsets/load_slot.h",
        product="offsets/tramp_offsets.o",
    )


@pytest.fixture
def modules(project: Project) -> Project:
    """The same, but all of it is built."""
    return dataclasses.replace(project, command=("make", "KDIR=" + project.command[2]))


class TestTracked(Rebuilds):
    """if_changed_dep: what all tools have in common, and what Kbuild's saved commands are for."""

    def test_fixdep_keeps_what_the_spec_includes(self, project: Project) -> None:
        record = f"{project.folder}/dep/.far_call.trampgen"
        text = project.read(CMD)
        assert f"source_{record} := {project.folder}/dep/far_call.tramp\n" in text
        assert f"deps_{record} := \\\n  {project.folder}/dep/../frame.inc.tramp \\\n\n" in text

    def test_options_are_a_dependency(self, project: Project) -> None:
        assert project.build("SLOT=40") == ["far_call.tramp"]
        assert "0xe98b0028" in project.read(project.header)
        assert project.build("SLOT=40") == []

    def test_a_header_that_was_deleted_is_made_again(self, project: Project) -> None:
        (project.folder / project.header).unlink()
        assert project.build() == ["far_call.tramp"]
        assert project.build() == []


class TestModules:
    """The other ways, and all of them together."""

    def test_every_way_gives_a_module(self, modules: Project) -> None:
        for way in WAYS:
            assert (modules.folder / way / f"tramp_{way}.ko").exists()
        assert modules.build() == ["near_call.tramp"]  # filechk

    def test_filechk_runs_each_time_and_leaves_what_is_the_same(self, filechk: Project) -> None:
        before = filechk.times()
        (filechk.folder / filechk.spec).touch()
        assert filechk.build() == ["near_call.tramp"]
        assert filechk.times() == before
        filechk.edit(filechk.included, "24", "40")
        assert filechk.build() == ["near_call.tramp"]
        assert "0xf8410028" in filechk.read(filechk.header)
        assert all(new > old for new, old in zip(filechk.times(), before, strict=True))
        filechk.edit(filechk.spec, "std  r2", "std  r99")
        assert re.search(r"filechk/near_call.tramp:\d+:\d+: error", filechk.fail())
        assert "0xf8410028" in filechk.read(filechk.header)

    def test_offsets_are_those_of_the_object(self, offsets: Project) -> None:
        assert offsets.build() == []
        assert "0x48, 0x8b, 0x47, 0x08," in offsets.read(offsets.header)
        before = offsets.times()
        offsets.edit("offsets/slot.c", "slot->target", "slot->target + slot->uses")
        assert offsets.build() == ["load_slot.tramp"]
        assert offsets.times()[0] == before[0]
        offsets.edit("offsets/slot.h", "u32 uses", "u64 uses")
        assert offsets.build() == ["load_slot.tramp"]
        assert "0x48, 0x8b, 0x47, 0x10," in offsets.read(offsets.header)
        assert offsets.build() == []

    def test_clean_leaves_the_sources_which_suffice_for_a_committed_header(self, modules: Project) -> None:
        modules.succeed(*modules.command, "clean")
        left = {path.relative_to(modules.folder) for path in modules.folder.rglob("*")}
        assert left == {path.relative_to(BUILD / "kbuild") for path in (BUILD / "kbuild").rglob("*")}
        one = ["-C", modules.command[1].removeprefix("KDIR="), f"M={modules.folder}/committed"]
        modules.succeed("make", *one, "TRAMPGEN=/does/not/exist")
        assert (modules.folder / "committed/tramp_committed.ko").exists()

    def test_a_committed_header_that_is_stale_is_shown(self, modules: Project) -> None:
        modules.succeed("make", "check")
        modules.edit("committed/near_call.h", "0xf8410018", "0xf8410019")
        done = modules.run("make", "check")
        assert done.returncode != 0
        assert "\n-\t0xf8410019," in done.stdout
        assert "\n+\t0xf8410018," in done.stdout
        assert "near_call.h" in done.stdout
