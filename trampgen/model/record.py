"""Dataclasses that mypy holds to be frozen.

There are some two hundred kinds of nodes and records, and Python compiles five functions for each of them at every
start: four to refuse assignments once more at run time, to print, to compare and to hash, and `__init__`. Records do
without the four, and `__init__` is compiled when the first one of a kind is made: most commands make a few kinds. What
the passes hand to each other as keys of dictionaries is an ordinary frozen dataclass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False)
def record(cls: type[T]) -> type[T]:
    """Slots, each instance equal to itself alone: a node of the syntax tree, what a pass hands on."""
    return _made_late(dataclass(slots=True, eq=False, repr=False, init=False)(cls))


@dataclass_transform(frozen_default=True)
def compared(cls: type[T]) -> type[T]:
    """Slots, compared field by field, no hash: the C of two variants, which stands once where it is the same."""
    return _made_late(dataclass(slots=True, repr=False, init=False)(cls))


def _made_late(cls: type[T]) -> type[T]:
    """Give a class an `__init__` that puts the real one in its place when it is first called."""

    def first(self: object, *args: object, **named: object) -> None:
        made = _initialiser(cls)
        setattr(cls, "__init__", made)  # noqa: B010 (mypy refuses an assignment to a method)
        made(self, *args, **named)

    if "__init__" not in vars(cls):
        setattr(cls, "__init__", first)  # noqa: B010
    return cls


def _initialiser(cls: type[Any]) -> Callable[..., None]:
    """`__init__` with the fields as parameters, as dataclass() would make it."""
    own = fields(cls)
    body = [f"self.{one.name} = {_value(one)}" for one in own] or ["pass"]
    lines = [f"def __init__(self, {', '.join(map(_parameter, own))}):", *(f" {line}" for line in body)]
    known: dict[str, Any] = dict(_defaults(own))
    exec("\n".join(lines), known)
    return known["__init__"]  # type: ignore[no-any-return]


def _parameter(one: Field[Any]) -> str:
    has_default = one.default is not MISSING or one.default_factory is not MISSING
    return f"{one.name}=default_{one.name}" if has_default else one.name


def _value(one: Field[Any]) -> str:
    if one.default_factory is MISSING:
        return one.name
    return f"factory_{one.name}() if {one.name} is default_{one.name} else {one.name}"


def _defaults(own: tuple[Field[Any], ...]) -> Iterator[tuple[str, Any]]:
    for one in own:
        if one.default_factory is not MISSING:
            yield f"default_{one.name}", MISSING
            yield f"factory_{one.name}", one.default_factory
        elif one.default is not MISSING:
            yield f"default_{one.name}", one.default
