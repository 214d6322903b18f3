"""The worker: Huey's consumer in a process of its own, started by `lvlian serve`; on its own: `python -m lvlian.site.jobs.worker`."""

from __future__ import annotations

import logging
import os
import signal
from types import FrameType

THREADS = 2
PATIENCE = 8
"""Seconds that running jobs get to stop at their next step when the worker is asked to end."""
log = logging.getLogger("lvlian.site.jobs")


def work() -> None:
    """Runs jobs until SIGTERM or SIGINT. Django must be set up."""
    from lvlian.site.jobs import queue, watching
    from lvlian.site.jobs.actions import take_stock

    logging.getLogger("huey").setLevel(logging.ERROR)
    dead, lost = take_stock()
    if dead or lost:
        log.warning("jobs: %d were interrupted, %d are queued again", dead, lost)
    consumer = queue.queue().create_consumer(
        workers=THREADS, periodic=False, max_delay=0.5, backoff=1.2, shutdown_timeout=PATIENCE, graceful_signal="TERM"
    )
    consumer.start()

    def end(number: int, frame: FrameType | None) -> None:
        watching.leaving.set()
        consumer._signum, consumer._restart, consumer._graceful = number, False, True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    from huey.consumer import ConsumerStopped

    while True:
        try:
            consumer.loop()
        except ConsumerStopped:
            break
    queue.close()


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lvlian.site.settings")
    django.setup()
    work()


if __name__ == "__main__":
    main()
