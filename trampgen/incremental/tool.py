"""The version of the tool, to the byte: what it is made of and the libraries that it stands on."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator

from trampgen.resources import PACKAGE, folder

_LIBRARIES = re.compile(
    r"(lark|keystone[_-]engine|capstone|jinja2|pyelftools)-[^/]*\.(dist|egg)-info", re.IGNORECASE
)


def identity() -> str:
    """A digest of every file of the package and of the names (with versions) of the libraries installed."""
    found = hashlib.sha256()
    for path in _files():
        with open(path, "rb") as stream:
            data = stream.read()
        found.update(b"%s %d\n" % (os.path.basename(path).encode(), len(data)))
        found.update(data)
    found.update("\n".join(_libraries()).encode())
    return found.hexdigest()


def _files() -> Iterator[str]:
    beside = [folder("grammars"), folder("templates")]  # in a checkout; a wheel has them inside
    for root in (PACKAGE, *(path for path in beside if not path.startswith(PACKAGE + os.sep))):
        for where, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            yield from (os.path.join(where, name) for name in sorted(names))


def _libraries() -> list[str]:
    """Their folders of metadata: importlib.metadata would take longer to load than a build with nothing to do."""
    found: set[str] = set()
    for place in sys.path:
        try:
            names = os.listdir(place or ".")
        except OSError:
            continue
        found.update(name for name in names if _LIBRARIES.fullmatch(name))
    return sorted(found)
