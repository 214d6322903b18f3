"""What is done inside the large site, in a process of its own: `python -m benchmarks.ledger.tasks NAME …`."""

from __future__ import annotations

import gc
import json
import sys
import time
from datetime import date, timedelta
from typing import Any

from benchmarks.site.world import TODAY


def fill(scale: str) -> dict[str, Any]:
    """Tables, the large site (a tenth of it is enough for the plans), then the large ledger."""
    from benchmarks.ledger.world import grow
    from benchmarks.site import world
    from lvlian.site.serving import migrate

    migrate()
    begun = time.monotonic()
    world.grow(0.1 * float(scale))
    made = grow(float(scale))
    return {**made, "seconds": time.monotonic() - begun}


def lights() -> dict[str, Any]:
    """All lights computed anew, with nothing changed and with every light changed; the turn of one day."""
    from django.db import connection

    from lvlian.site.ledger.actions.lights import fresh, recompute
    from lvlian.site.ledger.models import Item

    today = date.fromisoformat(TODAY)

    def timed(act: Any) -> tuple[float, Any]:
        begun = time.perf_counter()
        result = act()
        return time.perf_counter() - begun, result

    same, _ = timed(lambda: recompute(today))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_item SET light = 'none', rank = 1, turns_on = NULL")
    every, written = timed(lambda: recompute(today))
    turn, turned = timed(lambda: fresh(today + timedelta(days=1)))
    recompute(today)
    return {
        "items": Item.objects.count(), "same": same, "every": every, "written": written, "turn": turn, "turned": turned,
    }  # fmt: skip


def places() -> dict[str, Any]:
    """For each account some items that it may open."""
    from lvlian.site.ledger.models import Item
    from lvlian.site.org.models import User

    out: dict[str, Any] = {}
    for user in User.objects.exclude(username="audit").select_related("home"):
        rows = Item.objects.filter(region__path__startswith=user.home.path).order_by("pk")
        out[user.username] = list(rows.values_list("pk", flat=True)[:30])
    return out


if __name__ == "__main__":
    import django

    django.setup()
    gc.set_threshold(20_000, 20, 50)  # as in the processes that lvlian serve starts
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False))
