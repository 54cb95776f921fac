"""Jinja2 with the project's settings: undefined names are errors, nothing is escaped, whitespace is ours."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any

from trampgen.resources import digest, read_text

if TYPE_CHECKING:
    from jinja2 import Environment, Template


@functools.cache
def _environment() -> Environment:
    from jinja2 import BaseLoader, Environment, StrictUndefined

    class Included(BaseLoader):
        """What one template includes is prebuilt too."""

        def load(self, environment: Environment, name: str, globals: Any = None) -> Template:
            return _template(name)

    environment = Environment(
        loader=Included(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["comment"] = comment
    environment.filters["hex"] = hex
    return environment


@functools.cache
def _template(name: str) -> Template:
    """Prebuilt if that fits the template's text and this version of Jinja2, else compiled now."""
    import jinja2

    source = read_text("templates", name)
    stored = importlib.import_module(f"trampgen.prebuilt.{module_of(name)}")
    if digest(source.encode()) == stored.SOURCE and jinja2.__version__ == stored.JINJA2:
        return jinja2.Template.from_module_dict(_environment(), vars(stored), {})
    return _environment().from_string(source)


def module_of(template: str) -> str:
    """header.h.j2 → header_h."""
    return template.removesuffix(".j2").replace(".", "_")


def compiled(name: str) -> str:
    """A template as a Python module that says what it was made from."""
    import jinja2

    source = read_text("templates", name)
    code = _environment().compile(source, name=name, raw=True, defer_init=True)
    return f'SOURCE = "{digest(source.encode())}"\nJINJA2 = "{jinja2.__version__}"\n{code}\n'


def render(template: str, **values: Any) -> str:
    """The text of a template in templates/."""
    return _template(template).render(**values)


def comment(text: str) -> str:
    """Text that is safe inside a C comment."""
    return text.replace("*/", "* /").replace("/*", "/ *")
