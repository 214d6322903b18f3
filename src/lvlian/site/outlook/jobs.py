"""The job that looks for the cheapest way in a large region. A stop keeps the best found."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from lvlian.site.jobs import Progress, Stopped, job, queue
from lvlian.site.org.access import Access
from lvlian.site.outlook.way import MINUTES, search

EVERY = 0.3


class NoWay(ValueError):
    """One sentence: why there is nothing to look for."""


@job("pathway", steps=("规划求解",))
def find(access: Access, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """`query` is the address of the page without its `?`. The result holds the way in plain data, for the page. Raises NoWay, CaseError."""
    from lvlian.site.account.views.indicators import region_of
    from lvlian.site.outlook.selectors_scenario import room_of
    from lvlian.site.outlook.wanted import read_wanted

    access.need("outlook.run")
    query = QueryDict(str(arguments["query"]))
    room = room_of(access, region_of(access), query)
    if room is None:
        raise NoWay(_("这个地区没有现行规划，没有目标可求。"))
    wanted = read_wanted(query, room.case)
    begun, step = time.monotonic(), _("规划求解")
    job_id, told = str(getattr(progress, "job_id", "")), [0.0]
    stopped = [False]

    def tell(part: str, now: Any) -> None:
        if time.monotonic() - told[0] < EVERY or not job_id:
            return
        told[0] = time.monotonic()
        queue.put(f"pathway:{job_id}", standing(part, now, time.monotonic() - begun))

    def stop() -> bool:
        if not stopped[0]:
            try:
                progress(step, 0, 1)
            except Stopped as asked:
                if not asked.by_user:
                    raise
                stopped[0] = True
        return stopped[0]

    progress(step, 0, 1)
    try:
        way = search(room, wanted, seconds=MINUTES * 60, progress=tell, stop=stop)
    finally:
        if job_id:
            queue.drop(f"pathway:{job_id}")
    if not way.found and way.data["status"] == "stopped":
        raise NoWay(_("还没有找到一组可行的动作就停了；什么也没有留下。"))
    address = f"{reverse('outlook-pathway')}?{arguments['query']}&job={job_id}".replace("?&", "?")
    message = (
        _("已停止，留下找到的最好一组") if stopped[0] else _("求得一组动作") if way.found else _("这些目标不能都做到")
    )
    return {
        "message": message,
        "url": address,
        "url_label": _("看动作"),
        "way": way.to_json(),
        "stopped": stopped[0],
        "stamp": room.ground.stamp,
    }


def standing(part: str, now: Any, seconds: float) -> dict[str, Any]:
    """What a running search tells: the step, the best so far, the gap that is not closed yet, seconds."""
    return {
        "part": part, "gap": now.gap if math.isfinite(now.gap) else None, "best": now.objective if math.isfinite(now.objective) else None,
        "done": now.done, "seconds": round(seconds, 1),
    }  # fmt: skip
