"""What takes longer than a request: jobs in Huey's queue, with their progress, a stop button and one sentence at the end.

A room registers what it can do in its `jobs.py`:

    @job("plan", steps=("读取", "核对", "写入"))
    def load(access, arguments, progress):
        progress("读取", 0, 1)          # raises Stopped when somebody pressed the stop button
        …
        return {"message": "…", "url": "/plans/3/"}

and a page starts it with `jobs.start(access, "plan", title, region, {"file": 12})`. A handler writes all or nothing: it does its
writing in one `recording(…)` at its end, so that a job that was stopped or killed has written nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lvlian.site.jobs.registry import Handler, Progress, Stopped, job

if TYPE_CHECKING:
    from lvlian.site.org.access import Access
    from lvlian.site.org.models import Job, Region

__all__ = ["Handler", "Progress", "Stopped", "job", "start"]


def start(access: Access, kind: str, title: str, region: Region, arguments: Mapping[str, Any] | None = None) -> Job:
    """A new job of the user, in the queue once the transaction around it is through. `arguments` must be JSON: a file goes by
    the id of its `StoredFile`. The caller has checked that the user may do it. Raises UnknownKind."""
    from lvlian.site.jobs.actions import start_job

    return start_job(access, kind, title, region, dict(arguments or {}))
