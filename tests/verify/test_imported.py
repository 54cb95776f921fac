"""What `import` makes of an object, `verify` holds against the same object."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compilers import built
from tests.verify.test_command import CODE, assembly
from trampgen.cli import main


@pytest.mark.parametrize("target", [target for target in CODE if target != "thumb"])
def test_an_import_is_verified(target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = built(assembly(tmp_path, target), target, tmp_path)
    assert main(["import", f"{made}:save_words", "--licence", "MIT"]) == 0
    spec = tmp_path / "imported.tramp"
    spec.write_text(capsys.readouterr().out)
    assert main(["verify", str(spec), "--elf", made]) == 0
    assert "save_words" in capsys.readouterr().out


def test_an_import_is_not_another_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = built(assembly(tmp_path, "arm64"), "arm64", tmp_path)
    assert main(["import", f"{made}:save_words", "--licence", "MIT"]) == 0
    spec = tmp_path / "imported.tramp"
    spec.write_text(capsys.readouterr().out)
    other = built(assembly(tmp_path, "arm64", "nop"), "arm64", tmp_path)
    assert main(["verify", str(spec), "--elf", other]) == 1
    assert "error[word-differs]" in capsys.readouterr().err
