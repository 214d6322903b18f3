"""The demonstration: five regions with the facts of their published plans, an invented county whose plan waits for review, and
people of every role who share one password."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from lvlian.site.serving import FirstPassword, ServeError

TODAY = "2024-06-28"
"""The day of the demonstration: after the sample plan was issued, in the middle of the others."""
NOTICE = "演示：事实取自公开发布的规划，人员、完成与改期均为模拟"
INVENTED = "演示：青岩县及其规划均属虚构"
LEDGER = ("factors", "issues", "investment", "dispatch")
"""Rooms of the ledger that bring simulated data, in this order: a quarter is dispatched when all else is there."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Place:
    """A region of the demonstration: its code, name and level, and the region file or plan that it brings."""

    code: str
    name: str
    level: str
    parent: str
    file: str = ""


PLACES = (
    Place("53", "云南省", "province", "00"),
    Place("5326", "文山州", "prefecture", "53"),
    Place("532622", "砚山县", "county", "5326", "yanshan"),
    Place("45", "广西壮族自治区", "province", "00"),
    Place("4510", "百色市", "prefecture", "45", "baise"),
    Place("65", "新疆维吾尔自治区", "province", "00"),
    Place("6523", "昌吉州", "prefecture", "65", "changji"),
    Place("52", "贵州省", "province", "00", "guizhou"),
    Place("37", "山东省", "province", "00"),
    Place("3715", "聊城市", "prefecture", "37", "liaocheng"),
    Place("99", "示例省", "province", "00"),
    Place("9901", "示例州", "prefecture", "99"),
    Place("990101", "青岩县", "county", "9901", "qingyan"),
    Place("990101p", "青岩铝产业园", "park", "990101"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demonstration; who is bound to a unit or a firm bears its name."""

    username: str
    name: str
    role: str
    region: str


PEOPLE = (
    Person("chief", "砚山县链长", "chief", "532622"),
    Person("office", "砚山县链长办", "office", "532622"),
    Person("lead", "砚山县牵头单位", "lead", "532622"),
    Person("unit", "砚山县责任单位", "unit", "532622"),
    Person("park", "砚山产业园区管委会", "park", "532622"),
    Person("firm", "砚山县企业", "firm", "532622"),
    Person("supervisor", "县督查室", "supervisor", "532622"),
    Person("analyst", "全国分析员", "analyst", "00"),
    Person("qingyan", "青岩县链长办", "office", "990101"),
    Person("province", "云南省链长办", "office", "53"),
    Person("nation", "全国链长办", "office", "00"),
    Person("system_admin", "系统管理员", "system_admin", "00"),
    Person("security_admin", "安全管理员", "security_admin", "00"),
    Person("audit_admin", "审计管理员", "audit_admin", "00"),
)


def data_folder() -> Path:
    """The folder with the regions and the sample plan. Raises ServeError."""
    for folder in (Path(__file__).resolve().parents[3] / "data", Path("data")):
        if (folder / "regions").is_dir():
            return folder
    raise ServeError("the demonstration needs the folder data/ of a clone of the project; run it from there.")


def code_sum() -> str:
    """Digest of the program and of the demonstration's data: another sum, another demonstration."""
    sums = hashlib.sha256()
    package, data = Path(__file__).resolve().parents[1], data_folder()
    for folder, suffixes in ((package, (".py", ".yaml")), (data, (".yaml", ".txt"))):
        for path in sorted(folder.rglob("*")):
            if path.suffix in suffixes:
                about = path.stat()
                sums.update(f"{path.relative_to(folder)}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return sums.hexdigest()


def claim(home: Path) -> bool:
    """Takes a folder for a demonstration. One that another version of the program made, or that was not finished, is removed;
    returns whether there was one. Raises ServeError where the folder holds a real site."""
    mark, there = home / "demo", (home / "lvlian.sqlite3").exists()
    if there and not mark.is_file():
        raise ServeError(f"{home}: holds a site that is no demonstration; name another folder with --home.")
    if there and mark.read_text("ascii").startswith(code_sum() + " "):
        return False
    for name in ("lvlian.sqlite3", "jobs.sqlite3"):
        for end in ("", "-wal", "-shm"):
            (home / f"{name}{end}").unlink(missing_ok=True)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write("unfinished\n")
    except OSError as error:
        raise ServeError(f"{home}: {error.strerror}; name another folder with --home.") from None
    return there


def found(home: Path) -> list[FirstPassword]:
    """Builds the world where it is not there yet; the accounts, with the one password of this home."""
    mark = home / "demo"
    kept = mark.read_text("ascii").split()
    password = kept[1] if len(kept) == 2 else ""
    if not password:
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        build(password)
        mark.write_text(f"{code_sum()} {password}\n", encoding="ascii")
    return [FirstPassword(person.username, person.name, password) for person in PEOPLE]


def build(password: str) -> None:
    """The whole world: regions, plans with their facts, people."""
    from lvlian.site.account import demo as reports
    from lvlian.site.org.access import Access
    from lvlian.site.org.actions.founding import add_region, root_region

    with _quick_writes():
        regions = {"00": root_region()}
        for place in PLACES:
            about: dict[str, Any] = {}
            if place.file:
                about = {
                    "as_of": date.fromisoformat(TODAY),
                    "simulated": INVENTED if place.file == "qingyan" else NOTICE,
                }
            regions[place.code] = add_region(
                Access(), place.code, place.name, place.level, regions[place.parent], **about
            )
        loader = _person(PEOPLE[10], regions, password)
        _load(Access.of(loader), regions)
        for room in LEDGER:
            import_module(f"lvlian.site.ledger.demo_{room}").simulate(Access.of(loader), regions)
        reports.simulate(Access.of(loader), regions, data_folder())
        for person in PEOPLE:
            if person.username != loader.username:
                _person(person, regions, password, loader.password)


def _load(access: Any, regions: dict[str, Any]) -> None:
    from lvlian.site.plans.actions.documents import load_document, load_region_file

    data = data_folder()
    for place in PLACES:
        if place.file == "qingyan":
            content = (data / "sample" / "qingyan.txt").read_bytes()
            load_document(access, regions[place.code], "青岩县铝产业链提质三年行动方案.txt", content)
        elif place.file:
            load_region_file(access, regions[place.code], data / "regions" / f"{place.file}.yaml", accept=True)
    _progress(access)


def _progress(access: Any) -> None:
    """Invented: what was due is done, some of it moved; a demonstration in which everything is late shows nothing."""
    from datetime import timedelta

    from lvlian.site.org.access import scoped
    from lvlian.site.org.chain import recording
    from lvlian.site.plans.models import Milestone

    today = date.fromisoformat(TODAY)
    rows = scoped(Milestone, access).filter(due__isnull=False).select_related("project__region").order_by("due", "pk")
    with recording(access, "milestone.bulk", subject="模拟进展", permission="record.edit") as act:
        for number, row in enumerate(rows):
            if row.due > today:
                if row.due - today < timedelta(days=5) and number % 2:
                    moved = today + timedelta(days=25)
                    act.update(row, row.revision, expected=moved, why="模拟：设备到货推迟，施工单位，下月底前")
            elif number % 9 == 4:
                moved = today + timedelta(days=70 + number)
                act.update(row, row.revision, expected=moved, why="模拟：前置手续未办完，责任单位，下季度")
            elif number % 9 != 7:
                act.update(row, row.revision, done=row.due - timedelta(days=number * 5 % 20))
    _reports(access)


def _reports(access: Any) -> None:
    """Invented: the duties and routines of one county were reported on, but for every fourth."""
    from lvlian.site.ledger.actions import items
    from lvlian.site.ledger.models import Item
    from lvlian.site.org.access import scoped

    rows = scoped(Item, access).filter(region__code="532622", track__in=("duty", "routine")).order_by("pk")
    for number, row in enumerate(rows):
        if number % 4 != 3:
            items.report(access, row, row.revision, "模拟：按计划推进")


def _person(person: Person, regions: dict[str, Any], password: str, hashed: str = "") -> Any:
    """An account with its grant. All share one hash: the costly part is done once."""
    from lvlian.site.org.access import Access
    from lvlian.site.org.chain import recording
    from lvlian.site.org.models import Grant, User
    from lvlian.site.org.roles import ROLES

    region, bound = regions[person.region], ROLES[person.role].bound
    with recording(Access(), "person.add", region=region, subject=person.name) as act:
        body = _body(act, bound, region) if bound else None
        user = User(
            username=person.username, name=(body.name if body else person.name)[:60], home=region, must_change=False
        )
        if hashed:
            user.password = hashed
        else:
            user.set_password(password)
        act.create(user)
        act.create(Grant(user=user, role=person.role, region=region, **({bound: body} if body else {})))
    return user


def _body(act: Any, bound: str, region: Any) -> Any:
    """The unit or firm with most to do that nobody is bound to yet; made where there is none."""
    from django.db.models import Count

    from lvlian.site.org.models import Firm, Grant, Unit

    model, counted = (Firm, "projects") if bound == "firm" else (Unit, "duties")
    taken = Grant._base_manager.filter(**{f"{bound}__isnull": False}).values(f"{bound}_id")
    rows = model._base_manager.filter(region=region).exclude(pk__in=taken)
    found = rows.annotate(n=Count(counted)).order_by("-n", "name").first()
    return found if found is not None else act.create(model(region=region, name=f"{region.name}示例单位"))


@contextmanager
def _quick_writes() -> Iterator[None]:
    """One transaction for all of it: a demonstration is there whole or not at all."""
    from django.db import transaction

    with transaction.atomic():
        yield
