"""Faults judged by several processes, which end with the program that started them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from trampgen.arguments import Usage
from trampgen.assemble.process import Worker
from trampgen.diagnostics import Diagnostic, Report
from trampgen.model.spec import Spec
from trampgen.mutate.faults import Fault
from trampgen.mutate.run import Bench, Result

CHUNK = 40  # faults that are assembled together

_benches: Sequence[tuple[Bench, Sequence[Fault]]]
_worker: Worker
_tasks: Sequence[tuple[Any, ...]]

T = TypeVar("T")
Task = tuple[Spec, Sequence[str], Sequence[str]]  # a spec, templates and cases
Plain = tuple[str, str, str, str, dict[str, int], str]


def judge_all(
    benches: Sequence[tuple[Bench, Sequence[Fault]]], worker: Worker, jobs: int, done: Callable[[int], None]
) -> list[list[Result]]:
    """What became of the faults of each bench, in their order; `done` is told how many more are known."""
    pieces = [(n, at) for n, (_, faults) in enumerate(benches) for at in range(0, len(faults), CHUNK)]
    global _benches, _worker
    _benches, _worker = benches, worker
    if jobs < 2 or len(pieces) < 2:
        known = []
        for piece in pieces:
            known.append(_piece(*piece))
            done(len(known[-1]))
    else:
        known = _parallel(_piece, pieces, jobs, done)
    found: list[list[Result]] = [[] for _ in benches]
    for (number, at), results in zip(pieces, known, strict=True):
        faults = benches[number][1][at : at + CHUNK]
        found[number] += [Result(fault, *plain) for fault, plain in zip(faults, results, strict=True)]
    return [distinct(results) for results in found]


def distinct(results: Sequence[Result]) -> list[Result]:
    """Without those that change nothing and those that make the same words as one before."""
    seen: set[str] = set()
    kept = []
    for one in results:
        if one.by != "same" and (not one.sign or one.sign not in seen):
            kept.append(one)
        seen.add(one.sign)
    return [replace(one) for one in kept]


def _piece(number: int, at: int) -> list[Plain]:
    bench, faults = _benches[number]
    bench.forget()
    results = bench.judged(faults[at : at + CHUNK], _worker)
    return [(one.by, one.code, one.why, one.sign, dict(one.numbers), one.cases) for one in results]


def proofs(tasks: Sequence[Task], jobs: int) -> list[list[Diagnostic]]:
    """What a proof of each spec without a fault has to say.

    Never in this process where others follow: z3 has threads, and what is forked behind it may wait for them."""
    return (
        [_proof(*task) for task in tasks] if jobs < 2 else _parallel(_proof, tasks, jobs, lambda known: None)
    )


def _proof(spec: Spec, names: Sequence[str], cases: Sequence[str]) -> list[Diagnostic]:
    from trampgen.prove.explain import tell
    from trampgen.prove.run import prove

    report = Report()
    tell(list(prove(spec, names, cases)), report)
    return list(report.found)


def _parallel(
    work: Callable[..., list[T]], tasks: Sequence[tuple[Any, ...]], jobs: int, done: Callable[[int], None]
) -> list[list[T]]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    # Fork: the specs are compiled once. No thread runs yet that a fork could hurt.
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(min(jobs, len(tasks)), context, initializer=_prepare, initargs=(os.getpid(),))
    try:
        futures = [pool.submit(_call, work, number) for number in _shared(tasks)]
        for future in as_completed(futures):
            done(len(future.result()))
    except BrokenProcessPool:
        raise Usage("a process was killed: where memory is short, -j1 needs less") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return [future.result() for future in futures]


def _shared(tasks: Sequence[tuple[Any, ...]]) -> range:
    """Tasks as numbers: what they are of is not sent, it is there when a process is forked."""
    global _tasks
    _tasks = tasks
    return range(len(tasks))


def _call(work: Callable[..., list[T]], number: int) -> list[T]:
    return work(*_tasks[number])


def _prepare(parent: int) -> None:
    """In each process, before its first piece of work."""
    from trampgen.assemble.worker import obey

    obey(parent)
    global _worker
    _worker = Worker()
