"""What is played in a process of its own: `python -m tests.site.operations.scenes NAME …` on the site of `LVLIAN_HOME`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote


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
        with recording(access, "goal.edit", row=goal, subject=number, witness="tests") as act:
            act.update(goal, None, value=F("value") + 1)

    return raise_goal


def factors() -> None:
    """A supply of 10 万千瓦 and sixteen items that each need 1.5 of it."""
    from lvlian.site.ledger.actions.factors import add_demand, add_supply
    from lvlian.site.ledger.actions.items import open_item
    from lvlian.site.org.access import Access
    from lvlian.site.org.models import User

    office = User.objects.get(username="甲office")
    access, region = Access.of(office), office.home
    add_supply(
        access, region, {"factor": "power", "title": "甲县变电站", "amount": 10.0, "unit": "万千瓦", "stock": False}
    )
    for number in range(16):
        item = open_item(access, region, "project", f"甲县用电项目{number}")
        add_demand(access, item, {"factor": "power", "amount": 1.5, "unit": "万千瓦"})


def book(number: str, count: str) -> None:
    """So many bookings of one supply in a row for any of the demands, some given back: one of several writers; prints how many stood."""
    import random

    from lvlian.site.ledger.actions import factors
    from lvlian.site.ledger.models import Booking, Demand, Supply
    from lvlian.site.org.access import Access
    from lvlian.site.org.models import User

    access, chance = Access.of(User.objects.get(username="甲office")), random.Random(number)
    supply, demands, made = Supply.objects.get(), list(Demand.objects.order_by("pk")), 0
    for _ in range(int(count)):
        try:
            if chance.random() < 0.3 and (found := Booking.objects.order_by("?").first()) is not None:
                factors.release(access, found)
            else:
                factors.book(access, supply, chance.choice(demands), chance.choice((0.5, 1.0, 1.5)))
                made += 1
        except (factors.BookingRefused, factors.Refused):
            pass
    print(made)


def booked() -> None:
    """The sum of all bookings, how many there are, of how many demands, the most that one demand has, and faults of the chain."""
    from django.db.models import Count, Sum

    from lvlian.site.ledger.models import Booking
    from lvlian.site.org.chain import verify
    from lvlian.site.org.models import AuditRecord

    told = Booking.objects.aggregate(all=Sum("amount"), n=Count("pk"), of=Count("demand", distinct=True))
    most = Booking.objects.values("demand").annotate(sum=Sum("amount")).order_by("-sum").first()
    noted = (
        AuditRecord.objects.filter(action="booking.make").count()
        - AuditRecord.objects.filter(action="booking.release").count()
    )
    print(told["all"] or 0, told["n"], told["of"], most["sum"] if most else 0, noted, *verify().faults, sep="|")


def _office() -> Any:
    """The first county's office in a test client, logged in, and the address of a remark on its first project."""
    from django.test import Client

    from lvlian.site.org.models import User
    from lvlian.site.plans.models import Project

    user = User.objects.get(username="甲office")
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    project = Project.objects.filter(region=user.home).order_by("pk").first()
    assert project is not None
    client.get(f"/projects/{project.pk}/")
    return client, project


def _remark(client: Any, project: Any, text: str = "留言" * 900) -> str:
    """Status of a remark, and the sentence that came with it where it was refused."""
    answer = client.post(f"/comments/project/{project.pk}/add/", {"text": text})
    return f"{answer.status_code}|{unquote(answer.headers.get('X-Sentence', ''))}"


def disk_full() -> None:
    """Remarks until the database may not grow any more; then there is room again."""
    from django.db import connection

    client, project = _office()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count={pages + 4}")
    said = ""
    while not said.startswith("503"):
        said = _remark(client, project)
    print(said)
    print(client.get(f"/projects/{project.pk}/").status_code)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count=1000000")
    print(_remark(client, project))
    tell()


def disk_full_in_a_job() -> None:
    """A job that writes more than there is room for."""
    from django.conf import settings
    from django.db import connection

    from lvlian.site import jobs
    from lvlian.site.org.access import Access
    from lvlian.site.org.chain import recording
    from lvlian.site.org.models import Firm, User

    settings.HUEY_IMMEDIATE = True
    tell()

    @jobs.job("large")
    def large(access: Any, arguments: Any, progress: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            (pages,) = cursor.fetchone()
            cursor.execute(f"PRAGMA max_page_count={pages + 20}")
        try:
            with recording(access, "firm.import", region=region, subject="多") as act:
                for number in range(10_000):
                    act.create(Firm(region=region, name=f"多{number}"))
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA max_page_count=1000000")

    office = User.objects.get(username="甲office")
    region = office.home
    job = jobs.start(Access.of(office), "large", "大导入", region)
    print(job.state, job.message, sep="|")
    tell()


def locked() -> None:
    """Somebody else holds the write lock for longer than a request waits."""
    import sqlite3
    from datetime import timedelta

    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from lvlian.site.org.models import SiteSession

    client, project = _office()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=200")
    SiteSession.objects.update(seen_at=timezone.now() - timedelta(minutes=5))  # the next page wants to note its use
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    print(_remark(client, project))
    begun = time.monotonic()
    print(client.get(f"/projects/{project.pk}/").status_code, time.monotonic() - begun < 5)
    other.execute("ROLLBACK")
    other.close()
    print(_remark(client, project))
    tell()


def gone() -> None:
    """The database server ends the connection, and takes new ones again afterwards."""
    from django.db import connection, connections

    client, project = _office()
    print(_remark(client, project))
    real = dict(connection.settings_dict)
    connections.close_all()
    connection.settings_dict["HOST"] = "/nowhere"
    print(_remark(client, project))
    connection.settings_dict.update(real)
    print(_remark(client, project))


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
    from django.conf import settings

    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"  # the folder of static files is not made here
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    globals()[sys.argv[1]](*sys.argv[2:])
