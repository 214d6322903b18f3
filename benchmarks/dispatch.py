"""What a quarter's dispatch costs on the site: prefilling, sealing, comparing and telling a quarter of ten thousand items, on SQLite in a
folder that is thrown away."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import date, timedelta
from typing import Any

from benchmarks.figure import Figure, Scale, scale_asked

PART = "a quarter's dispatch"
ITEMS = 10_000
BOUNDS = {"prefill": 2.0, "seal": 3.0, "difference": 1.0}


def main(scale: Scale) -> None:
    with tempfile.TemporaryDirectory(prefix="lvlian-bench-") as home:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lvlian.site.settings")
        os.environ["LVLIAN_HOME"] = home
        os.environ["LVLIAN_SECRET_KEY"] = "benchmarks only"
        os.environ["LVLIAN_TODAY"] = "2023-10-12"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        measure(scale.pick(ITEMS, 100))


def told(what: str, value: float, bound: float | None, note: str) -> None:
    Figure(part=PART, what=what, value=value, unit="s", bound=bound, note=note).tell()


def timed(task: Any) -> tuple[float, Any]:
    begun = time.perf_counter()
    made = task()
    return time.perf_counter() - begun, made


def measure(count: int) -> None:
    from lvlian.ledger.quarter import Quarter
    from lvlian.site.ledger.actions.dispatch import confirm, open_dispatch
    from lvlian.site.ledger.actions.sealing import seal_dispatch
    from lvlian.site.ledger.models import Dispatch
    from lvlian.site.ledger.papers import paper_bytes
    from lvlian.site.ledger.selectors_dispatch_told import told_of

    access, region, units = county()
    register(access, region, units, count)
    spent, dispatch = timed(lambda: open_dispatch(access, region, Quarter(2023, 2)))
    told(f"opened and prefilled, {count:,} items", spent, BOUNDS["prefill"], f"{dispatch.asks.count():,} facts asked")
    spent, n = timed(lambda: confirm(access, dispatch, units[0]))
    told("all of a unit's sheet confirmed", spent, None, f"{n:,} facts")
    spent, sealed = timed(lambda: seal_dispatch(access, dispatch))
    told(
        f"sealed, {count:,} items",
        spent,
        BOUNDS["seal"],
        f"{sealed.rows:,} rows, {len(sealed.content) / 1024:.0f} KiB packed",
    )
    spent, second = timed(lambda: open_dispatch(access, region, Quarter(2023, 3)))
    told("the next quarter opened and prefilled", spent, BOUNDS["prefill"], f"{second.asks.count():,} facts asked")
    row = Dispatch.objects.select_related("region").get(pk=second.pk)
    spent, now = timed(lambda: told_of(access, row))
    told("the quarter as it stands, read for its page", spent, None, "kept until something is written")
    spent, changes = timed(lambda: now.all_changes)
    told("difference of the two", spent, BOUNDS["difference"], f"{len(changes):,} changes")
    spent, content = timed(lambda: paper_bytes(access, row, "notice"))
    told("notice (Word)", spent, 3.0, f"{len(content) / 1024:.0f} KiB")


def county() -> tuple[Any, Any, list[Any]]:
    """A county with twenty units and somebody of its office."""
    from lvlian.site.org.access import Access
    from lvlian.site.org.models import Grant, Region, Unit, User

    region = Region.objects.create(code="900101", name="甲县", level="county", path="90/9001/900101/")
    units = [Unit.objects.create(region=region, name=f"甲县{number}局") for number in range(20)]
    user = User.objects.create(username="office", name="链长办", home=region, must_change=False)
    Grant.objects.create(user=user, role="office", region=region)
    return Access.of(user, region_id=region.pk), region, units


def register(access: Any, region: Any, units: list[Any], count: int) -> None:
    """Items with three promises each, opened in June, one in seven late."""
    from lvlian.ledger.item import Event
    from lvlian.site.ledger.actions.book import Book
    from lvlian.site.ledger.models import Item
    from lvlian.site.org.chain import recording

    day = date(2023, 6, 1)
    tracks = ("project", "land", "power", "duty")
    with recording(access, "item.open", region=region, permission="item.open") as act:
        book = Book(act, date(2023, 10, 12))
        for number in range(count):
            track = tracks[number % 4]
            item = Item(region=region, track=track, title=f"甲县第 {number} 项")
            unit = units[number % len(units)].pk
            book.open(item, day, {"lead": unit, "units": [unit], "data": {}})
            for place in range(3):
                due = date(2023, 8, 1) + timedelta(days=30 * place + number % 200)
                book.happen(
                    item,
                    Event(
                        "promise",
                        day,
                        {"step": f"s{place}", "stage": "", "title": f"节点{place}", "due": due, "given": "set"},
                    ),
                )
        book.write()


if __name__ == "__main__":
    main(scale_asked())
