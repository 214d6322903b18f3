"""Where tasks run: threads or processes of this machine, or a Dask cluster. One setting chooses; the answer is the same to the bit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from lvlian.outlook.ensemble.task import Part, Task, run_task
from lvlian.outlook.risk.assess import cores
from lvlian.outlook.risk.stream import RiskError

SETTING = "LVLIAN_CLUSTER"
TIMEOUT = "5s"
MALLOC = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")
ROOM = 1 << 28
AHEAD = 3
"""Tasks handed out for each worker: enough that none waits, few enough that little is lost with one."""
Work = Callable[[Task], Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """`kind` threads | processes | dask; `workers` how many (None: the cores); `address` of a Dask scheduler ("": one is started here)."""

    kind: str = "threads"
    workers: int | None = None
    address: str = ""

    @property
    def count(self) -> int:
        return self.workers or cores()


def backend_of(setting: str | None = None) -> Backend:
    """From a setting, by default the environment's LVLIAN_CLUSTER: `threads`, `processes`, `dask`, each with `:n` for n workers, or a
    scheduler's address (`tcp://host:8786`). Raises RiskError for another."""
    text = (os.environ.get(SETTING, "") if setting is None else setting).strip()
    if not text:
        return Backend()
    if "://" in text:
        return Backend(kind="dask", address=text)
    kind, _, number = text.partition(":")
    if kind not in ("threads", "processes", "dask") or (number and not (number.isdigit() and 0 < int(number) <= 1024)):
        raise RiskError(
            f"{SETTING}: found {text}, expected threads, processes or dask, with :n for n workers, or the address of a Dask scheduler"
        )
    return Backend(kind=kind, workers=int(number) if number else None)


def parts_of(tasks: Sequence[Task], backend: Backend, *, work: Work = run_task, retries: int = 3) -> Iterator[Part]:
    """The parts of all tasks as they come. A worker that is lost loses nothing: what it had is done again, at most `retries` times.
    Raises RiskError where that is not enough, where Dask is asked for and not installed or not reached."""
    if backend.kind == "threads":
        with ThreadPoolExecutor(backend.count, thread_name_prefix="ensemble") as pool:
            yield from _pooled(pool.submit, tasks, backend.count, work)
    elif backend.kind == "processes":
        yield from _processes(tasks, backend.count, work, retries)
    elif backend.kind == "dask":
        yield from _dask(tasks, backend, work, retries)
    else:
        raise RiskError(f"backend: found {backend.kind}, expected threads, processes or dask")


def _pooled(submit: Callable[..., Future[Part]], tasks: Sequence[Task], workers: int, work: Work) -> Iterator[Part]:
    """A few tasks ahead of the workers, so that an ensemble of millions is never all in memory."""
    rest = iter(tasks)
    running: set[Future[Part]] = set()
    try:
        while True:
            while len(running) < AHEAD * workers and (task := next(rest, None)) is not None:
                running.add(submit(work, task))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in running:
            future.cancel()


def _processes(tasks: Sequence[Task], workers: int, work: Work, retries: int) -> Iterator[Part]:
    """A pool whose process dies is broken as a whole: what had not come back is given to a new one."""
    from multiprocessing import get_context

    left = {task.name: task for task in tasks}
    for attempt in range(retries + 1):
        # Not forked: a fork of a process that has threads may hang.
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            try:
                for part in _pooled(pool.submit, list(left.values()), workers, work):
                    del left[f"{part.group}#{part.first}+{part.draws}"]
                    yield part
                return
            except BrokenProcessPool as error:
                if attempt == retries:
                    raise RiskError(
                        f"ensemble: {len(left)} tasks are left after {retries + 1} pools of processes have died, the next is {next(iter(left))}"
                    ) from error


def _dask(tasks: Sequence[Task], backend: Backend, work: Work, retries: int) -> Iterator[Part]:
    try:
        import dask
        import distributed
    except ImportError as error:
        raise RiskError(
            "Dask is not installed, expected it for this backend: pip install 'lvlian[cluster]', or choose threads or processes"
        ) from error
    distributed_: Any = distributed
    with ExitStack() as stack:
        try:
            if backend.address:
                client: Any = stack.enter_context(
                    distributed_.Client(backend.address, timeout=TIMEOUT, set_as_default=False)
                )
            else:
                # Dask makes its workers give memory back at once; with arrays that come and go that doubles the time of a task.
                roomy = {f"distributed.nanny.pre-spawn-environ.{name}": ROOM for name in MALLOC}
                with dask.config.set(roomy):
                    cluster: Any = stack.enter_context(
                        distributed_.LocalCluster(
                            n_workers=backend.count, threads_per_worker=1, processes=True, dashboard_address=None
                        )
                    )
                client = stack.enter_context(distributed_.Client(cluster, set_as_default=False))
        except (OSError, ValueError) as error:
            raise RiskError(
                f"Dask scheduler {backend.address}: not reached ({error}), expected one that listens there"
            ) from error
        workers = max(sum(client.nthreads().values()), 1)
        rest = iter(tasks)
        running: Any = distributed_.as_completed(loop=client.loop, with_results=True, raise_errors=False)

        def hand_out(count: int) -> None:
            for _ in range(count):
                if (task := next(rest, None)) is None:
                    return
                running.add(
                    client.submit(work, task, key=f"lvlian-{task.seed}-{task.name}", retries=retries, pure=True)
                )

        hand_out(AHEAD * workers)
        for future, result in running:
            if future.status != "finished":
                # A task whose workers died too often; any other error is the program's and is shown as it is.
                lost = future.exception()
                if type(lost).__name__ == "KilledWorker":
                    raise RiskError(f"ensemble: the workers that had {future.key} died again and again") from lost
                raise lost
            yield result
            hand_out(1)
