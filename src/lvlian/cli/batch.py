"""One task for each of many files, in this process or in several, results in the order given."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from lvlian.cli import terminal
from lvlian.cli.session import session, use_lexicon
from lvlian.cli.status import CommandError, sentence

R = TypeVar("R")
Task = Callable[[Path], R]

FEW = 8
"""Up to so many files one process is faster than starting more."""


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """What came of a file: `value`, or None and the sentence of `problem`."""

    path: Path
    value: R | None
    problem: str = ""
    trace: str = ""


def run_batch(task: Task[R], paths: Sequence[Path], jobs: int | None, words: str) -> Iterator[Done[R]]:
    """Run `task` on every path and yield what came of each, in order; problems are complained about as they come.

    `task` must be a module's function (or a partial of one) and its result must pickle. `jobs` None takes the cores that
    this process may use, and one for few files.
    """
    use_lexicon()
    workers = _workers(jobs, len(paths))
    one = partial(_guarded, task)
    if workers == 1:
        with terminal.meter(len(paths), words) as meter:
            for path in paths:
                yield _told(one(path))
                meter.step()
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    import lvlian.plan.read  # noqa: F401  (a forked worker then has it)

    pool = ProcessPoolExecutor(workers, initializer=_start, initargs=(session.quiet, session.debug, session.lexicon))
    try:
        # The workers start before the thread of the progress bar does.
        results = pool.map(one, paths, chunksize=max(1, min(16, len(paths) // (workers * 4))))
        with terminal.meter(len(paths), words) as meter:
            for done in results:
                yield _told(done)
                meter.step()
    except BrokenProcessPool:
        raise CommandError(
            "a process that read files was killed, most likely for want of memory; try --jobs 1."
        ) from None
    else:
        pool.shutdown()
    finally:
        # Whoever stops half way does not wait for the rest; `end_workers` ends it.
        pool.shutdown(wait=False)


def _workers(jobs: int | None, files: int) -> int:
    if jobs is not None:
        return max(1, min(jobs, files))
    return (
        1
        if files <= FEW
        else min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, files)
    )


def _guarded(task: Task[R], path: Path) -> Done[R]:
    try:
        return Done(path, task(path))
    except BrokenPipeError:
        raise
    except Exception as error:
        return Done(path, None, sentence(error, path.name), traceback.format_exc())


def _told(done: Done[R]) -> Done[R]:
    if done.problem:
        terminal.complain(done.problem)
        if session.debug:
            for line in done.trace.splitlines():
                terminal.complain(line)
    return done


def _start(quiet: bool, debug: bool, lexicon: Path | None) -> None:
    """A worker: the same options; Ctrl-C is for the parent, which ends its workers."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    session.quiet, session.debug, session.lexicon = quiet, debug, lexicon
    use_lexicon()


def end_workers() -> None:
    """End the processes that still work for a command line that was left."""
    import multiprocessing

    for process in multiprocessing.active_children():
        process.terminate()
