"""Finds the grammar and the text templates, in an installed package and in a checkout."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable


def resource(folder: str, name: str) -> Traversable:
    """A data file of the installed package, or of the checkout that the package is run from."""
    packaged = resources.files("trampgen") / folder / name
    if packaged.is_file():
        return packaged
    # In a checkout grammars/ and templates/ stand beside the package; the wheel has them inside.
    return resources.files("trampgen").joinpath("..", folder, name)


def read_text(folder: str, name: str) -> str:
    """The text of a data file."""
    return resource(folder, name).read_text(encoding="utf-8")
