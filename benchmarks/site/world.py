"""A large invented site: a hundred counties with 50,000 projects and 50,000 facts, and a million rows of history in a chain that
holds. Written in bulk; the same on every run."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from typing import Any

PASSWORD = "measured-not-guessed-2024"
TODAY = "2024-06-28"
PREFECTURES, COUNTIES = 10, 10
PRODUCTS = ("铝板带", "铝箔", "铝型材", "再生铝", "铝合金棒", "预焙阳极", "铝线缆", "汽车轻量化部件")
EVENTS = ("开工", "建成", "投产", "达产", "供地", "获批")
INDICATORS = (
    ("铝产业产值", "亿元"), ("电解铝产量", "万吨"), ("铝水就地转化率", "%"), ("度电产值", "元/千瓦时"), ("直接解决就业", "万人"),
)  # fmt: skip


def grow(scale: float = 1.0) -> dict[str, int]:
    """Fills an empty, migrated site. `scale` shrinks what a county has and the history."""
    from django.contrib.auth.hashers import make_password
    from django.db import connection

    from lvlian.site.org.models import Grant, User
    from lvlian.site.plans.models import Fact, Milestone, Project
    from lvlian.site.search.index import rebuild

    dice = random.Random(3)
    nation, prefectures, counties = _regions()
    hashed = make_password(PASSWORD)

    def user(username: str, role: str, region: Any) -> None:
        person = User.objects.create(username=username, name=username, home=region, must_change=False, password=hashed)
        Grant.objects.create(user=person, role=role, region=region)

    user("nation", "office", nation)
    user("audit", "audit_admin", nation)
    for number, region in enumerate(prefectures):
        user(f"prefecture{number}", "office", region)
    for number, region in enumerate(counties):
        user(f"county{number}", "office", region)
    for region in counties:
        _county(region, dice, max(5, round(500 * scale)))
    _items(counties)
    rows = _history(counties, max(200, round(1_000_000 * scale)))
    rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "projects": Project.objects.count(),
        "facts": Fact.objects.count(),
        "milestones": Milestone.objects.count(),
        "history": rows,
    }


def _items(counties: Sequence[Any]) -> None:
    """The items of all projects and duties. What that writes into the audit is cleared away: the history begins with its own first."""
    from django.db import connection

    from lvlian.site.ledger.actions.adoption import adopt
    from lvlian.site.org.access import Access
    from lvlian.site.org.guard import TABLES, lift_guard, set_guard

    for region in counties:
        adopt(Access(), region)
    with connection.schema_editor() as editor:
        lift_guard(editor)
    with connection.cursor() as cursor:
        for table in reversed(TABLES):
            cursor.execute(f"DELETE FROM {table}")
    with connection.schema_editor() as editor:
        set_guard(editor)


def _regions() -> tuple[Any, list[Any], list[Any]]:
    from lvlian.site.org.models import Region

    nation = Region.objects.create(code="00", name="全国", level="nation", path="00/")
    province = Region.objects.create(code="99", name="示例省", level="province", parent=nation, path="00/99/")
    prefectures, counties = [], []
    about = {"as_of": date(2024, 5, 31), "simulated": "压测数据，全部虚构"}
    for p in range(PREFECTURES):
        code = f"99{p:02}"
        prefecture = Region.objects.create(
            code=code, name=f"示例{p}州", level="prefecture", parent=province, path=f"{province.path}{code}/", **about
        )
        prefectures.append(prefecture)
        for c in range(COUNTIES):
            code = f"99{p:02}{c:02}"
            path = f"{prefecture.path}{code}/"
            name = f"示例{p}州{c}县"
            counties.append(
                Region.objects.create(code=code, name=name, level="county", parent=prefecture, path=path, **about)
            )
    return nation, prefectures, counties


def _county(region: Any, dice: random.Random, size: int) -> None:
    from lvlian.site.org.models import Firm, Unit
    from lvlian.site.plans.models import Duty, Fact, Finding, Goal, Incentive, Milestone, Plan, Project, Version

    units = Unit.objects.bulk_create(Unit(region=region, name=f"{region.name}第{n}局") for n in range(5))
    firms = Firm.objects.bulk_create(
        Firm(region=region, name=f"{region.name}第{n}铝业公司") for n in range(size // 10 + 1)
    )
    plan = Plan.objects.create(
        region=region, title=f"{region.name}铝产业三年行动方案", issuer=f"{region.name}人民政府", issued_on=date(2024, 1, 15),
        first_year=2024, last_year=2026, invented=True,
    )  # fmt: skip
    told = [_told(region.name, firms, units, n, dice) for n in range(size)]
    text, starts = "一、任务\n", []
    for _, _, quote, _ in told:
        starts.append(len(text))
        text += f"{quote}。\n"
    version = Version.objects.create(
        plan=plan, number=1, name=f"{region.name}.txt", sha256=f"{region.pk:064}", text=text, characters=len(text),
        reader="measured", outline=[{"level": 1, "text": "一、任务", "start": 0, "end": 4, "path": "一、任务"}],
    )  # fmt: skip
    plan.current = version
    plan.save()
    facts = Fact.objects.bulk_create(
        (
            Fact(
                version=version, region=region, kind=kind, order=n, title=title, data=data, quote=quote, start=starts[n],
                length=len(quote), section="一、任务", state="pending" if n % 5 == 0 else "accepted",
            )
            for n, (kind, title, quote, data) in enumerate(told)
        ),
        batch_size=500,
    )  # fmt: skip
    projects = Project.objects.bulk_create(
        (
            Project(
                region=region, plan=plan, name=f"{region.name}{PRODUCTS[n % 8]}项目{n}", firm=firms[n % len(firms)],
                owner=firms[n % len(firms)].name, product=PRODUCTS[n % 8], capacity=dice.randint(1, 60),
                capacity_unit="万吨", investment=dice.randint(1_000, 900_000),
            )
            for n in range(size)
        ),
        batch_size=500,
    )  # fmt: skip
    links = Project.units.through
    links.objects.bulk_create((links(project=p, unit=units[n % 5]) for n, p in enumerate(projects)), batch_size=500)
    due = (date(2024, 1, 31) + timedelta(days=dice.randint(0, 900)) for _ in count())
    standing = {
        kind: [f for f in facts if f.kind == kind and f.state == "accepted"]
        for kind in ("milestones", "goals", "duties", "incentives")
    }
    of_project = iter(standing["milestones"])
    Milestone.objects.bulk_create(
        (
            Milestone(
                project=p, fact=next(of_project, None), event=EVENTS[n % 6], when=day.strftime("%Y-%m"), when_op="before", due=day,
                expected=day + timedelta(days=20 * (n % 4)) if n % 7 == 0 else None, why="设备晚到" if n % 7 == 0 else "",
                done=day if day < date(2024, 5, 1) and n % 3 else None,
            )
            for n, (p, day) in enumerate(zip(projects, due, strict=False))
        ),
        batch_size=500,
    )  # fmt: skip
    Goal.objects.bulk_create(
        Goal(
            region=region, plan=plan, fact=f, indicator=f.data["indicator"], subject=region.name, value=f.data["value"],
            unit=f.data["unit"], when=f.data["when"], when_op="by", year=int(f.data["when"]),
        )
        for f in standing["goals"]
    )  # fmt: skip
    duties = Duty.objects.bulk_create(
        Duty(region=region, plan=plan, fact=f, section=f.title, lead=units[n % 5])
        for n, f in enumerate(standing["duties"])
    )
    of_duty = Duty.units.through
    of_duty.objects.bulk_create(of_duty(duty=d, unit=units[(n + 1) % 5]) for n, d in enumerate(duties))
    Incentive.objects.bulk_create(
        Incentive(region=region, plan=plan, fact=f, who="企业", benefit=f.title, amount=f.data["amount"], unit="万元")
        for f in standing["incentives"]
    )
    Finding.objects.bulk_create(
        Finding(
            version=version, region=region, order=n, rank=n % 3, severity=("conflict", "notice", "gap", "agrees")[n % 4],
            code="parts-and-total", key=f"{region.pk}-{n}", message_zh=f"{region.name}第 {n} 处分项之和不符", message_en="parts",
            arithmetic=["40 + 60 = 100 ≠ 90"], evidence=[],
        )
        for n in range(20)
    )  # fmt: skip


def _told(
    name: str, firms: Sequence[Any], units: Sequence[Any], n: int, dice: random.Random
) -> tuple[str, str, str, dict[str, Any]]:
    """Kind, title, sentence and data of a fact."""
    if n % 10 < 6:
        owner, product = firms[n % len(firms)].name, PRODUCTS[n % 8]
        project, event, when = f"{name}{product}项目{n}", EVENTS[n % 6], f"2024-{n % 12 + 1:02}"
        quote = f"{owner}的{project}于{when}{event}"
        return (
            "milestones",
            quote,
            quote,
            {"project": project, "owner": owner, "event": event, "when": when, "when_op": "before"},
        )
    if n % 10 < 8:
        (indicator, unit), year = INDICATORS[n % 5], 2024 + n % 3
        value = dice.randint(1, 900)
        quote = f"到{year}年{indicator}达到{value}{unit}"
        data = {
            "indicator": indicator, "subject": name, "op": "=", "value": value, "unit": unit, "mode": "level",
            "when": str(year), "when_op": "by",
        }  # fmt: skip
        return "goals", quote, quote, data
    if n % 10 == 8:
        quote = f"第{n}项任务由{units[n % 5].name}牵头"
        return "duties", quote, quote, {"units": [units[n % 5].name], "lead": units[n % 5].name}
    quote = f"第{n}类项目给予{n}万元奖励"
    return "incentives", quote, quote, {"who": "企业", "benefit": quote, "amount": n, "unit": "万元"}


# History --------------------------------------------------------------------------------------------------------------
def _history(counties: Sequence[Any], total: int, per_record: int = 100) -> int:
    """So many changed rows in actions of a hundred, chained as the site chains them."""
    from lvlian.site.org.chain import digest_of, hash_of
    from lvlian.site.org.models import AuditChange, AuditRecord, User
    from lvlian.site.plans.models import Project

    projects = {region.pk: list(Project.objects.filter(region=region).values_list("pk", "name")) for region in counties}
    actors = {user.home_id: user for user in User.objects.filter(username__startswith="county")}
    previous, at = "", datetime(2024, 1, 1, tzinfo=UTC)
    records: list[Any] = []

    def changes() -> Iterator[tuple[Any, ...]]:
        nonlocal previous
        identity = count(1)
        for seq in range(1, total // per_record + 1):
            region = counties[seq % len(counties)]
            actor, own = actors[region.pk], projects[region.pk]
            rows = []
            for line in range(1, per_record + 1):
                pk, name = own[(seq * per_record + line) % len(own)]
                rows.append(
                    AuditChange(
                        line=line, model="project", object_id=pk, label=name,
                        before={"capacity": float(line)}, after={"capacity": float(line + 1)},
                    )
                )  # fmt: skip
            record = AuditRecord(
                seq=seq, at=at + timedelta(minutes=seq), actor=actor, actor_name=f"{actor.name}（{actor.username}）", role="office",
                action="project.bulk", region=region, subject=region.name, request=f"measured-{seq}", data={},
                changes=per_record, algorithm="sha256", previous=previous,
            )  # fmt: skip
            record.digest = digest_of(rows, "sha256")
            previous = record.hash = hash_of(record)
            records.append(record)
            for row in rows:
                yield (
                    next(identity), row.line, row.model, row.object_id, row.label,
                    json.dumps(row.before), json.dumps(row.after), seq,
                )  # fmt: skip

    # The rows refer to their records, which are known only once the rows are: both databases look at that at the commit.
    from django.db import transaction

    with transaction.atomic():
        _pour(
            "org_auditchange", ("id", "line", "model", "object_id", "label", "before", "after", "record_id"), changes()
        )
        AuditRecord.objects.bulk_create(records, batch_size=500)
    return total


def _pour(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    from django.db import connection

    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            return
        marks = ", ".join("?" for _ in columns)
        source = iter(rows)
        raw = connection.connection.cursor()
        while block := list(islice(source, 20_000)):
            raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", block)
