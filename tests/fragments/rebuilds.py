"""What every build tool has to get right, as tests that the class of each tool inherits."""

from __future__ import annotations

from tests.fragments.project import Project


class Rebuilds:
    """`project` is a fixture: everything built, nothing changed."""

    def test_a_second_build_does_nothing(self, project: Project) -> None:
        before = project.times()
        assert project.build() == []
        assert project.times() == before

    def test_a_touched_spec_compiles_nothing_and_the_build_settles(self, project: Project) -> None:
        before = project.times()
        (project.folder / project.spec).touch()
        assert project.build() == ["far_call.tramp"]
        assert project.build() == []
        assert project.times() == before

    def test_a_change_of_an_included_file_reaches_the_program(self, project: Project) -> None:
        before = project.times()
        assert "0xf8410018" in project.read(project.header)
        project.edit(project.included, "24", "40")
        assert "far_call.tramp" in project.build()
        assert "0xf8410028" in project.read(project.header)
        assert all(new > old for new, old in zip(project.times(), before, strict=True))
        assert project.build() == []

    def test_a_broken_spec_ends_the_build_and_leaves_the_header(self, project: Project) -> None:
        before = project.times()
        header = project.read(project.header)
        project.edit(project.spec, "mtctr  r12", "mtctr  r99")
        line = project.read(project.spec).split("r99")[0].count("\n") + 1
        for _ in range(2):
            assert f"far_call.tramp:{line}:16: error" in project.fail()
            assert project.read(project.header) == header
        project.edit(project.spec, "r99", "r12")
        assert project.build() == ["far_call.tramp"]
        assert project.times() == before

    def test_an_included_file_may_go(self, project: Project) -> None:
        (project.folder / project.included).unlink()
        for spec in project.folder.rglob("*_call.tramp"):
            lines = spec.read_text().split("\n")
            spec.write_text(
                "\n".join("const TOC_SAVE = 24" if line.startswith("include") else line for line in lines)
            )
        before = project.times()
        assert "far_call.tramp" in project.build()
        again = project.build()
        assert not (again and project.forgets)
        assert project.times() == before


class Constants:
    """For those whose example has a constants file."""

    def test_the_constants_file_is_a_dependency(self, project: Project) -> None:
        assert "0xe98b0020" in project.read(project.header)
        project.edit("numbers.txt", "32", "48")
        assert "far_call.tramp" in project.build()
        assert "0xe98b0030" in project.read(project.header)
        assert "e98b0030" in project.succeed(f"./{project.product}")
        assert project.build() == []
