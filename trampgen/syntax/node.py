"""What makes a class a node of the syntax tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False)
def node(cls: type[T]) -> type[T]:
    """A dataclass with slots, each instance equal to itself alone, that mypy holds to be frozen.

    There are so many kinds of nodes that a start of the program would feel what dataclasses compile to enforce it
    once more at run time."""
    return dataclass(slots=True, eq=False, repr=False)(cls)
