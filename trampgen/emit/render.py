"""Jinja2 with the project's settings: undefined names are errors, nothing is escaped, whitespace is ours."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from trampgen.resources import read_text

if TYPE_CHECKING:
    from jinja2 import Environment


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda name: read_text("templates", name)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["comment"] = comment
    return environment


def render(template: str, **values: Any) -> str:
    """The text of a template in templates/."""
    return _environment().get_template(template).render(**values)


def comment(text: str) -> str:
    """Text that is safe inside a C comment."""
    return text.replace("*/", "* /").replace("/*", "/ *")
