"""The example headers, generated once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run.cross import VARIANTS, specification
from trampgen.emit.header import header


@pytest.fixture(scope="session")
def headers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both headers, their externs left to the C compiler."""
    folder = tmp_path_factory.mktemp("headers")
    for name in {variant.header for variant in VARIANTS}:
        (folder / f"{name}.h").write_text(header(specification(name, known=False), "trampgen build"))
    return folder
