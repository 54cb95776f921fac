"""Several specs at a time: processes that each keep a Keystone worker and end with the program that started them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from trampgen.arguments import Usage
from trampgen.assemble.process import Worker
from trampgen.build import Product, Request, build

if TYPE_CHECKING:
    from concurrent.futures import Future

_worker: Worker  # of a process of the pool


def build_all(
    requests: Sequence[Request], worker: Worker, jobs: int, done: Callable[[str], None]
) -> list[Product]:
    """A product for each request, in their order; `done` is told the path of each as it is finished."""
    if jobs < 2 or len(requests) < 2:
        products = []
        for request in requests:
            products.append(build(request, worker))
            done(request.path)
        return products
    return _parallel(requests, min(jobs, len(requests)), done)


def _parallel(requests: Sequence[Request], jobs: int, done: Callable[[str], None]) -> list[Product]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    # Fork: the compiler is loaded once. No thread runs yet that a fork could hurt.
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(jobs, context, initializer=_prepare, initargs=(os.getpid(),))
    try:
        futures: dict[Future[Product], str] = {pool.submit(_one, r): r.path for r in requests}
        for future in as_completed(futures):
            future.result()
            done(futures[future])
    except BrokenProcessPool:
        raise Usage("a process that compiled was killed: where memory is short, -j1 needs less") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return [future.result() for future in futures]


def _prepare(parent: int) -> None:
    """In each process, before its first piece of work."""
    from trampgen.assemble.worker import obey

    obey(parent)
    global _worker
    _worker = Worker()


def _one(request: Request) -> Product:
    return build(request, _worker)
