"""What is done inside the site, in a process of its own: `python -m benchmarks.site.tasks NAME …` with the site's environment."""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any


def fill(scale: str) -> dict[str, Any]:
    """Tables, then the large world."""
    from benchmarks.site.world import grow
    from lvlian.site.serving import migrate

    migrate()
    begun = time.monotonic()
    made = grow(float(scale))
    return {**made, "seconds": time.monotonic() - begun}


def places() -> dict[str, Any]:
    """For each account, some records that it may open."""
    from lvlian.site.org.models import User
    from lvlian.site.plans.models import Plan, Project

    out: dict[str, Any] = {}
    for user in User.objects.exclude(username="audit").select_related("home"):
        plans = (
            Plan.objects.filter(region__path__startswith=user.home.path)
            .order_by("pk")
            .values_list("pk", flat=True)[:20]
        )
        out[user.username] = [
            {"plan": plan, "project": project}
            for plan in plans
            for project in Project.objects.filter(plan_id=plan).order_by("pk").values_list("pk", flat=True)[:3]
        ]
    return out


def queries() -> dict[str, Any]:
    """How many queries each page asks, at most, for a county, a prefecture and for who sees everything."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.site.visiting import AUDIT_PAGES, PAGES
    from lvlian.site.org.models import User

    settings.ALLOWED_HOSTS.append("testserver")
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    found = places()
    out: dict[str, dict[str, Any]] = {}
    for username in ("county0", "prefecture0", "nation", "audit"):
        client = Client()
        client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
        pages = AUDIT_PAGES if username == "audit" else PAGES
        for name, path in pages.items():
            path = path.format(**found[username][0]) if username != "audit" else path
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                begun = time.perf_counter()
                status = client.get(path).status_code
                spent = (time.perf_counter() - begun) * 1000
            slow = max(asked.captured_queries, key=lambda query: float(query["time"]), default=None)
            one = {
                "queries": len(asked),
                "status": status,
                "ms": round(spent),
                "slowest": slow and [slow["time"], slow["sql"][:600]],
            }
            kept = out.setdefault(name, one | {"who": username})
            if one["queries"] > kept["queries"] or spent > kept["ms"]:
                out[name] = one | {"who": username, "queries": max(one["queries"], kept["queries"])}
    return out


def shared() -> list[int]:
    """A few projects that everybody edits at once."""
    from lvlian.site.plans.models import Project

    found = list(Project.objects.order_by("pk")[:8])
    Project.objects.filter(pk__in=[row.pk for row in found]).update(note="0")
    return [row.pk for row in found]


def reckon(*ids: str) -> dict[str, Any]:
    """What the notes of these projects add up to, how many remarks there are, and whether the chain holds."""
    from lvlian.site.org.chain import verify
    from lvlian.site.org.models import Comment
    from lvlian.site.plans.models import Project

    begun = time.monotonic()
    verdict = verify()
    return {
        "edits": sum(int(row.note) for row in Project.objects.filter(pk__in=ids)),
        "remarks": Comment.objects.count(),
        "records": verdict.records,
        "faults": list(verdict.faults),
        "seconds": time.monotonic() - begun,
    }


def bring_in(rows: str) -> dict[str, Any]:
    """An Excel file of so many projects: its preview, and its writing."""
    import xlsxwriter

    from lvlian.site.lists import actions_import
    from lvlian.site.lists.intake import headers
    from lvlian.site.lists.registry import spec_for
    from lvlian.site.org.access import Access
    from lvlian.site.org.models import User
    from lvlian.site.plans.models import Project

    user = User.objects.select_related("home").get(username="county1")
    access = Access.of(user, region_id=user.home_id)
    spec = spec_for("project")
    assert spec is not None
    titles = headers(spec, actions_import.importable(spec, access))
    path = Path("/tmp") / f"lvlian-measured-{user.pk}.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(titles.values()))
        for number in range(int(rows)):
            sheet.write_row(number + 1, 0, [_cell(name, number) for name in titles])
    content = path.read_bytes()
    path.unlink()

    def silent(step: str, done: int, total: int) -> None:
        return None

    file = actions_import.keep_file(access, spec, user.home, "压测.xlsx", content)
    before, begun = Project.objects.count(), time.monotonic()
    intake, difference, _ = actions_import.preview(access, spec, file, user.home, False, silent)
    previewed = time.monotonic()
    assert not intake.faults, intake.faults[:3]
    actions_import.apply(access, spec, file, user.home, False, difference.digest(), silent)
    return {
        "preview": previewed - begun,
        "apply": time.monotonic() - previewed,
        "rows": Project.objects.count() - before,
        "megabytes": len(content) / 1e6,
    }


def _cell(name: str, number: int) -> Any:
    cells = {
        "name": f"导入项目{number}", "owner": f"示例业主{number % 300}", "product": "铝板带", "capacity": number % 500 + 1,
        "capacity_unit": "万吨", "investment": number % 9000 + 100,
    }  # fmt: skip
    return cells.get(name, "")


if __name__ == "__main__":
    import django

    django.setup()
    gc.set_threshold(20_000, 20, 50)  # as in the processes that lvlian serve starts
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False))
