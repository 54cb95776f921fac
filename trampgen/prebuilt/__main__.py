"""`python -m trampgen.prebuilt` writes the data of this folder anew."""

from __future__ import annotations

from pathlib import Path

from trampgen.emit import render
from trampgen.resources import names
from trampgen.syntax import tables

HERE = Path(__file__).parent


def main() -> None:
    """The tables of the grammar and a module for each template."""
    (HERE / tables.PREBUILT).write_text(tables.serialized(), encoding="utf-8")
    for template in names("templates"):
        module = HERE / f"{render.module_of(template)}.py"
        module.write_text(render.compiled(template), encoding="utf-8")


if __name__ == "__main__":
    main()
