"""Dataclasses that mypy holds to be frozen.

There are some two hundred kinds of nodes and records, and Python compiles four functions for each of them at every
start to refuse assignments once more at run time, to print, to compare and to hash them: a fifth of a small build. What
the passes hand to each other as keys of dictionaries is an ordinary frozen dataclass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False)
def record(cls: type[T]) -> type[T]:
    """Slots, each instance equal to itself alone: a node of the syntax tree, what a pass hands on."""
    return dataclass(slots=True, eq=False, repr=False)(cls)


@dataclass_transform(frozen_default=True)
def compared(cls: type[T]) -> type[T]:
    """Slots, compared field by field, no hash: the C of two variants, which stands once where it is the same."""
    return dataclass(slots=True, repr=False)(cls)
