"""Running one job: with its user's rights as they are now, and one sentence whatever happens."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, close_old_connections, connection
from django.utils import translation
from django.utils.translation import gettext as _

from lvlian.site.jobs import queue, watching
from lvlian.site.jobs.actions import State, end_job, interrupted, take_up
from lvlian.site.jobs.registry import Stopped, UnknownKind, kind_of
from lvlian.site.middleware import reason_of
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Conflict

log = logging.getLogger("lvlian.site.jobs")


def run_job(job_id: str) -> None:
    """Takes a job up, runs its handler and keeps what came of it. Raises nothing but what ends the process."""
    if not queue.is_immediate():
        close_old_connections()
    try:
        with watching.beating(job_id):
            _run(job_id)
    finally:
        if not queue.is_immediate():
            connection.close()


def _run(job_id: str) -> None:
    job = take_up(job_id)
    if job is None:
        return
    with translation.override(job.arguments.get("language", "zh-hans")):
        state, message, result = State.FAILED, "", {}
        try:
            kind = kind_of(job.kind)
            access = Access.of(job.user, region_id=job.region_id)
            result = dict(kind.handler(access, job.arguments, watching.Watch(job_id, kind.steps)) or {})
            state, message = State.DONE, str(result.pop("message", ""))
        except Stopped as stop:
            state = State.STOPPED if stop.by_user else State.FAILED
            message = _("已停止，什么也没有写入") if stop.by_user else interrupted()
        except Exception as error:
            message = sentence(error, job_id)
        end_job(job_id, state, message, result)


def sentence(error: Exception, job_id: str) -> str:
    """One sentence for whoever started the job: the error's own where an engine put bad input into words, else what to do."""
    expected = isinstance(error, ValueError) and type(error).__module__.partition(".")[0] == "lvlian"
    if isinstance(error, ValidationError):
        return "；".join(error.messages)
    if expected:
        return str(error)
    if isinstance(error, PermissionDenied):
        return _("没有做这件事的权限；什么也没有写入。请找安全管理员")
    if isinstance(error, Conflict):
        return _("%(row)s 刚被别人改过；什么也没有写入，请看过再做") % {"row": error.row}
    if isinstance(error, UnknownKind):
        return _("这一版程序不认得这种任务；请重做")
    reason = reason_of(error) if isinstance(error, (DatabaseError, OSError)) else None
    if reason is not None:
        log.error("job %s: %s", job_id, error)
        return _told(reason)
    log.error("job %s failed", job_id, exc_info=error)
    return _("程序出错，什么也没有写入；请把编号 %(job)s 告诉系统管理员") % {"job": job_id[:8]}


def _told(reason: str) -> Any:
    return {
        "full": _("磁盘已满，什么也没有写入；请系统管理员腾出空间后重做"),
        "locked": _("数据库正忙，什么也没有写入；请过一会儿重做"),
        "gone": _("数据库连不上，什么也没有写入；请过一会儿重做"),
        "readonly": _("数据库只读，什么也没有写入；请找系统管理员"),
    }[reason]
