"""What is played in a process of its own: `python -m tests.site.operations.scenes NAME …` on the site of `LVLIAN_HOME`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def found() -> None:
    """The tables, and the small world in them."""
    from lvlian.site.serving import migrate

    migrate()
    from tests.site.world import make_world

    make_world()


def slow_worker() -> None:
    """A worker that knows `slow`: a job that writes firms one by one in one action, saying how far it is."""
    from lvlian.site.jobs import job
    from lvlian.site.jobs.worker import work

    @job("slow", steps=("读取", "写入"))
    def slow(access: Any, arguments: Any, progress: Any) -> Any:
        from lvlian.site.org.chain import recording
        from lvlian.site.org.models import Firm, Region

        total = arguments["rows"]
        progress("读取", 0, total)
        region = Region.objects.get(pk=arguments["region"])
        with recording(access, "firm.import", region=region, subject="慢") as act:
            for number in range(total):
                act.create(Firm(region=region, name=f"慢{number}"))
                progress("写入", number + 1, total)
                time.sleep(arguments["pause"])
        return {"message": "写入完成", "url": "/firms/"}

    print("ready", flush=True)
    work()


def start_slow(rows: str, pause: str) -> None:
    """Starts a slow job in the name of the first county's office; prints its id."""
    from lvlian.site import jobs
    from lvlian.site.jobs.registry import job
    from lvlian.site.org.access import Access
    from lvlian.site.org.models import User

    job("slow")(lambda access, arguments, progress: None)
    office = User.objects.get(username="甲office")
    arguments = {"rows": int(rows), "pause": float(pause), "region": office.home_id}
    print(jobs.start(Access.of(office), "slow", "慢慢导入", office.home, arguments).pk)


def job_state(job_id: str) -> None:
    """State and message of a job as its page shows them."""
    from lvlian.site.jobs.selectors import own_job, standing_of
    from lvlian.site.org.access import Access
    from lvlian.site.org.models import User

    standing = standing_of(own_job(Access.of(User.objects.get(username="甲office")), job_id))  # type: ignore[arg-type]
    print(standing.state, standing.done, standing.total, standing.message, sep="|")


def stop(job_id: str) -> None:
    from lvlian.site.jobs.actions import stop_job
    from lvlian.site.jobs.selectors import own_job
    from lvlian.site.org.access import Access
    from lvlian.site.org.models import User

    access = Access.of(User.objects.get(username="甲office"))
    stop_job(access, own_job(access, job_id))  # type: ignore[arg-type]


def stock() -> None:
    """What a worker does first."""
    from lvlian.site.jobs.actions import take_stock

    print(*take_stock())


def write(number: str, count: str) -> None:
    """So many actions in a row, as one of several writers: each raises the same goal's value by one."""
    raise_goal = _raiser(number)
    for _ in range(int(count)):
        raise_goal()


def write_on(number: str, until: str) -> None:
    """The same, until a file is there."""
    raise_goal = _raiser(number)
    raise_goal()
    print("ready", flush=True)
    while not Path(until).exists():
        raise_goal()


def _raiser(number: str) -> Callable[[], None]:
    from django.db.models import F

    from lvlian.site.org.access import Access
    from lvlian.site.org.chain import recording
    from lvlian.site.org.models import User
    from lvlian.site.plans.models import Goal

    access = Access.of(User.objects.get(username="甲office"))
    goal = Goal.objects.order_by("pk").first()
    assert goal is not None

    def raise_goal() -> None:
        with recording(access, "goal.edit", row=goal, subject=number) as act:
            act.update(goal, None, value=F("value") + 1)

    return raise_goal


def tell() -> None:
    """Firms, records, first goal's value, and whether the chain holds."""
    from lvlian.site.org.chain import verify
    from lvlian.site.org.models import Firm
    from lvlian.site.plans.models import Goal

    goal = Goal.objects.order_by("pk").first()
    verdict = verify()
    print(Firm.objects.count(), verdict.records, goal.value if goal else "", *verdict.faults, sep="|")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lvlian.site.settings")
    import django

    django.setup()
    globals()[sys.argv[1]](*sys.argv[2:])
