"""The harness of powerpc, built when it is first asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from tests.execute import ppc
from tests.execute.ppc import World
from tests.run.cross import succeed


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Callable[[World], str]:
    """Builds ppc.c, once for each machine."""
    folder = tmp_path_factory.mktemp("ppc")

    @functools.cache
    def build(name: str, compiler: str) -> str:
        flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fno-stack-protector", "-static"]
        path = str(folder / name)
        succeed(folder, compiler, *flags, "-o", path, str(ppc.HERE / "ppc.c"))
        return path

    def built(world: World) -> str:
        world.machine.needed()
        return build(world.machine.name, world.machine.tool("gcc"))

    return built
