"""The queue: Huey over a SQLite file of its own beside the database, or over PostgreSQL where the site runs on it.

Progress, beats and stop marks stand in the queue's key-value store, never in the main database: they are seen while the job's
own transaction is open, and cost it no lock. Each process opens its own queue (a connection must not cross a fork).
"""

from __future__ import annotations

import json
import os
import threading
from typing import Any

from django.conf import settings
from huey import Huey, MemoryHuey, PostgresHuey, SqliteHuey
from huey.constants import EmptyData

NAME = "lvlian"
_lock = threading.Lock()
_queue: tuple[int, Huey] | None = None


def queue() -> Huey:
    """The queue of this process."""
    global _queue
    with _lock:
        if _queue is None or _queue[0] != os.getpid():
            _queue = (os.getpid(), _open())
        return _queue[1]


def close() -> None:
    """Closes the queue of this process, before a fork or at its end."""
    global _queue
    with _lock:
        if _queue is not None and _queue[0] == os.getpid():
            _queue[1].storage.close()
        _queue = None


def is_immediate() -> bool:
    """Whether jobs run at once, in the request that starts them (tests)."""
    return bool(getattr(settings, "HUEY_IMMEDIATE", False))


def _open() -> Huey:
    if is_immediate():
        huey = MemoryHuey(NAME)
    elif settings.ENVIRONMENT.postgres:
        database = settings.DATABASES["default"]
        huey = PostgresHuey(
            NAME,
            results=False,
            table_prefix="jobs",
            dbname=database["NAME"],
            **{
                theirs: database[ours]
                for ours, theirs in (("USER", "user"), ("PASSWORD", "password"), ("HOST", "host"), ("PORT", "port"))
                if database.get(ours)
            },
        )
    else:
        huey = SqliteHuey(NAME, results=False, filename=str(settings.HOME / "jobs.sqlite3"), timeout=20)
    huey.task(name="run_job")(_run)
    return huey


def _run(job_id: str) -> None:
    from lvlian.site.jobs.running import run_job

    run_job(job_id)


def enqueue(job_id: str) -> None:
    """Puts a job into the queue; where jobs are immediate, runs it."""
    if is_immediate():
        _run(job_id)
        return
    huey = queue()
    (task,) = huey._registry._registry.values()
    huey.enqueue(task((job_id,)))


# The store ------------------------------------------------------------------------------------------------------------
def put(key: str, value: Any) -> None:
    """Keeps a small JSON value under a key."""
    queue().storage.put_data(key, json.dumps(value, ensure_ascii=False).encode())


def peek(key: str) -> Any:
    """The value under a key; None where there is none."""
    found = queue().storage.peek_data(key)
    return None if found is EmptyData or found is None else json.loads(bytes(found))


def drop(*keys: str) -> None:
    """Forgets keys."""
    storage = queue().storage
    for key in keys:
        storage.pop_data(key)


def waiting() -> set[str]:
    """The ids of the jobs in the queue."""
    return {str(task.args[0]) for task in queue().pending() if task.args}
