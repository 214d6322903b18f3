"""How far a job is, whether its worker is alive, and whether somebody wants it stopped: small values in the queue's store."""

from __future__ import annotations

import logging
import os
import platform
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lvlian.site.jobs import queue
from lvlian.site.jobs.registry import Stopped

EVERY = 0.25
"""Progress is written, and the stop mark looked for, at most so often (seconds)."""
BEAT = 2.0
SILENCE = 12.0
"""A worker that was silent for so long is taken for dead."""
log = logging.getLogger("lvlian.site.jobs")
leaving = threading.Event()
"""Set when this process is asked to end: running jobs stop at their next step."""


class Watch:
    """The progress of one running job. Called by its handler; knows the steps' numbers."""

    def __init__(self, job_id: str, steps: tuple[str, ...] = ()) -> None:
        self.job_id, self.steps, self.seen = job_id, steps, list(steps)
        self.begun = time.time()
        self.step_begun = self.begun
        self.step = ""
        self.written = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        fresh = step != self.step
        if not fresh and done < total and now - self.written < EVERY:
            return
        self.written = now
        if queue.peek(f"stop:{self.job_id}"):
            raise Stopped
        if leaving.is_set():
            raise Stopped(by_user=False)
        if fresh:
            self.step, self.step_begun = step, time.time()
            if step not in self.seen:
                self.seen.append(step)
        queue.put(
            f"progress:{self.job_id}",
            {
                "step_name": step,
                "step": self.seen.index(step) + 1,
                "steps": len(self.seen),
                "done": done,
                "total": total,
                "begun": self.begun,
                "step_begun": self.step_begun,
            },
        )


def progress_of(job_id: str) -> dict[str, Any]:
    """What a running job said last, {} where it said nothing; `seconds` is the rest of its step at the pace so far."""
    found = queue.peek(f"progress:{job_id}")
    if not found:
        return {}
    spent = time.time() - found["step_begun"]
    done, total = found["done"], found["total"]
    found["seconds"] = round(spent / done * (total - done)) if done and total > done and spent > 1 else 0
    found["spent"] = round(time.time() - found["begun"])
    return dict(found)


def ask_to_stop(job_id: str) -> None:
    queue.put(f"stop:{job_id}", True)


def forget(job_id: str) -> None:
    """Drops what was kept while the job ran."""
    queue.drop(f"progress:{job_id}", f"stop:{job_id}", f"beat:{job_id}")


# The beat -------------------------------------------------------------------------------------------------------------
@contextmanager
def beating(job_id: str) -> Iterator[None]:
    """While inside, a thread says every two seconds that the worker is alive."""
    over = threading.Event()

    def beat() -> None:
        while True:
            try:
                queue.put(f"beat:{job_id}", {"at": time.time(), "host": platform.node(), "pid": os.getpid()})
            except Exception as error:  # a full disk must not end the job's own thread
                log.warning("job %s: no beat, %s", job_id, error)
            if over.wait(BEAT):
                return

    if queue.is_immediate():
        yield
        return
    thread = threading.Thread(target=beat, name=f"beat-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(BEAT)


def is_alive(job_id: str) -> bool:
    """Whether the worker of a running job is heard of: its last beat is young, and its process is there if it runs on this
    machine."""
    beat = queue.peek(f"beat:{job_id}")
    if not beat or time.time() - beat["at"] > SILENCE:
        return False
    if beat["host"] != platform.node() or beat["pid"] == os.getpid():
        return True
    try:
        os.kill(beat["pid"], 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
