"""What happens to a job's own row: it is started, taken up, ended, stopped, found dead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lvlian.site.jobs import queue, watching
from lvlian.site.jobs.registry import kind_of
from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Job, Region

State = Job.State
OPEN = (State.WAITING, State.RUNNING)


def start_job(access: Access, kind: str, title: str, region: Region, arguments: dict[str, Any]) -> Job:
    """A new job, recorded; it is enqueued once the transaction is through. Raises UnknownKind."""
    kind_of(kind)
    arguments["language"] = translation.get_language() or "zh-hans"
    with recording(access, "job.start", region=region, subject=title, data={"kind": kind}):
        job = Job.objects.create(region=region, user=access.user, kind=kind, title=title[:200], arguments=arguments)
        job_id = str(job.pk)
        if not queue.is_immediate():
            transaction.on_commit(lambda: queue.enqueue(job_id))
    if queue.is_immediate():
        queue.enqueue(job_id)
        job.refresh_from_db()
    return job


def stop_job(access: Access, job: Job) -> None:
    """Stops a job: at once where it waits, at its next step where it runs. A job that has ended stays as it is."""
    if job.state not in OPEN:
        return
    # Before the record: on SQLite that waits until the job's own transaction is over, and the mark is what ends it.
    watching.ask_to_stop(str(job.pk))
    with recording(access, "job.stop", region=job.region, subject=job.title):
        waiting = Job.objects.filter(pk=job.pk, state=State.WAITING)
        waiting.update(state=State.STOPPED, ended_at=timezone.now(), message=_("已停止，什么也没有写入"))


def take_up(job_id: str) -> Job | None:
    """The job, now running; None where it was stopped before, or another worker has it."""
    taken = Job.objects.filter(pk=job_id, state=State.WAITING).update(state=State.RUNNING, begun_at=timezone.now())
    return Job.objects.select_related("region", "user").get(pk=job_id) if taken else None


def end_job(job_id: str, state: str, message: str = "", result: Mapping[str, Any] | None = None) -> None:
    """What came of a running job."""
    Job.objects.filter(pk=job_id, state=State.RUNNING).update(
        state=state, message=message[:1000], result=dict(result or {}), ended_at=timezone.now()
    )
    watching.forget(job_id)


def interrupted() -> str:
    return _("被中断，什么也没有写入，请重做")


def bury(job: Job) -> Job:
    """Tells a running job as failed whose worker has died; any other is returned as it is."""
    if job.state == State.RUNNING and not queue.is_immediate() and not watching.is_alive(str(job.pk)):
        end_job(str(job.pk), State.FAILED, interrupted())
        job.refresh_from_db()
    return job


def take_stock() -> tuple[int, int]:
    """At the start of a worker: jobs whose worker died are told so; jobs that wait but were lost from the queue go back into
    it. Returns the numbers of both."""
    dead = 0
    for job in Job.objects.filter(state=State.RUNNING):
        dead += bury(job).state == State.FAILED
    queued = queue.waiting()
    lost = [str(pk) for pk in Job.objects.filter(state=State.WAITING).values_list("pk", flat=True)]
    lost = [job_id for job_id in lost if job_id not in queued]
    for job_id in lost:
        queue.enqueue(job_id)
    return dead, len(lost)
