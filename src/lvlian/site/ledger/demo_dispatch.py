"""Simulated quarters of the demonstration: the last one sealed, met, decided and issued, the present one being checked. All of it is
invented and says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from lvlian.ledger.quarter import quarter_of
from lvlian.site.frame import today
from lvlian.site.ledger.actions import dispatch as acts
from lvlian.site.ledger.actions import items, sealing
from lvlian.site.ledger.actions.lights import recompute
from lvlian.site.ledger.models import Ask, Dispatch, Item, Party, Step
from lvlian.site.ledger.registers import tracks
from lvlian.site.org.access import Access, Held, scoped
from lvlian.site.org.models import Region, Unit
from lvlian.site.org.roles import ROLES
from lvlian.site.plans.actions import milestones
from lvlian.site.plans.models import Milestone

COUNTY = "532622"
OFFICE = "砚山县绿色铝产业三年行动工作领导小组办公室"
SUBJECT = "绿色铝产业"
WORDS = {"office": OFFICE, "subject": SUBJECT, "place": "县政府三楼会议室（模拟）", "chair": "链长（模拟）"}


def simulate(access: Access, regions: Mapping[str, Region]) -> None:
    """The quarter before today's as it went, and today's as it stands in its second step."""
    region = regions.get(COUNTY)
    if region is None:
        return
    office = Access(
        user=access.user, held=(*access.held, Held(ROLES["office"], region.pk, region.path)), region_id=region.pk
    )
    now = quarter_of(today())
    _last(office, region, now.before)
    _between(office, region)
    _present(office, region, now)


def _last(access: Access, region: Region, quarter: Any) -> None:
    """The last quarter as it may have gone: sealed on its day, with what was done later not done yet."""
    _tasks(access, region, quarter.first)
    dispatch = acts.open_dispatch(access, region, quarter, simulated=True, **WORDS)
    day = dispatch.seal_on
    later = _undone(access, region, day)
    _filled(access, dispatch)
    for unit in _units(access, dispatch):
        acts.confirm(access, dispatch, unit, day=dispatch.check_until)
    recompute(day)
    at = timezone.make_aware(datetime.combine(day, time(17, 5)))
    sealing.seal_dispatch(access, _again(access, dispatch), at=at)
    recompute(today())
    _decided(access, region, dispatch)
    for row, done in later:
        held = scoped(Milestone, access).select_related("project__region", "project__plan").get(pk=row)
        milestones.finish(access, held, held.revision, done, today=today())


def _tasks(access: Access, region: Region, first: date) -> None:
    """An invented task for each unit that answers for something: so that every sheet has what is right and what has moved."""
    involved = scoped(Party, access).filter(item__region=region).values("unit")
    for number, unit in enumerate(scoped(Unit, access).filter(pk__in=involved).order_by("pk")):
        title = f"模拟：{unit}落实{first.year}年重点任务清单"
        items.open_item(
            access, region, "duty", title, day=first + timedelta(days=9), stage="working", lead=unit, simulated=True,
            due=date(first.year, 9 + number % 3, 20), permission="dispatch.run",
        )  # fmt: skip


def _undone(access: Access, region: Region, day: date) -> list[tuple[int, date]]:
    """Takes back what was done after a day, for as long as the last quarter is told."""
    rows = scoped(Milestone, access).filter(project__region=region, done__gt=day, project__item__branch="active")
    out = [(row.pk, row.done) for row in rows.select_related("project__region", "project__plan").order_by("pk")]
    for row in rows.select_related("project__region", "project__plan").order_by("pk"):
        milestones.finish(access, row, row.revision, None, today=today())
    return out


def _filled(access: Access, dispatch: Dispatch) -> None:
    """Invented figures for what nobody knew."""
    rows = scoped(Ask, access).filter(dispatch=dispatch, state=Ask.State.WAITING, item__isnull=False, source="")
    for number, ask in enumerate(rows.select_related("item").order_by("pk")):
        track = tracks().get(ask.item.track)
        field = track.field(ask.field) if track is not None else None
        if field is None or number % 5 == 4:
            continue
        if field.kind == "number":
            acts.correct(access, ask, ask.revision, 1000 + 350 * (number % 17))
        elif field.kind == "text":
            acts.correct(access, ask, ask.revision, "模拟：按季度计划推进，责任单位每月报一次")


def _decided(access: Access, region: Region, dispatch: Dispatch) -> None:
    late = list(_late(access, region)[:3])
    units = _units(access, dispatch)
    for place, item in enumerate(late):
        sealing.decide(
            access, dispatch, f"模拟：{item.title}的滞后节点由责任单位逐周报进度，按期补上"[:200],
            item.lead or (units[place % len(units)] if units else None), today() + timedelta(days=30 * place - 10),
            ("supervision", "issue", "duty")[place], about=item,
        )  # fmt: skip
    dispatch = _again(access, dispatch)
    dispatch = sealing.meet(
        access, dispatch, dispatch.revision, present="县发展改革局、县工信商务局、县自然资源局", excused="无",
        heard="模拟：园区管委会汇报一季度项目进度；县自然资源局汇报用地组件报批",
    )  # fmt: skip
    sealing.convert(access, dispatch)
    dispatch = _again(access, dispatch)
    number = f"砚绿铝组办发〔{dispatch.issue_on.year}〕×号（模拟）"
    sealing.issue(access, dispatch, dispatch.revision, number, dispatch.issue_on)


def _between(access: Access, region: Region) -> None:
    """What happened since: some promises moved, one item given up."""
    rows = (
        scoped(Step, access)
        .filter(item__region=region, item__branch="active", done__isnull=True, due__gt=today())
        .select_related("item")
        .order_by("due", "pk")
    )
    moved = 0
    for step in rows[:30]:
        if moved == 4:
            break
        if step.expected is None:
            items.move(
                access,
                step.item,
                None,
                step.key,
                step.due + timedelta(days=61),
                "模拟：前置手续未办完，责任单位，下季度",
            )
            moved += 1


def _present(access: Access, region: Region, quarter: Any) -> None:
    day = today()
    meeting = timezone.make_aware(datetime.combine(day + timedelta(days=12), time(14, 30)))
    dispatch = acts.open_dispatch(
        access, region, quarter, simulated=True, as_of=day, check_from=day - timedelta(days=1), check_until=day + timedelta(days=5),
        seal_on=day + timedelta(days=6), meeting_at=meeting, issue_on=day + timedelta(days=17), **WORDS,
    )  # fmt: skip
    units = _units(access, dispatch)
    for place, unit in enumerate(units):
        if place % 3 == 0:
            acts.confirm(access, dispatch, unit)
        elif place % 3 == 1:
            some = list(scoped(Ask, access).filter(dispatch=dispatch, unit=unit).values_list("pk", flat=True)[:5])
            acts.confirm(access, dispatch, unit, some)
    acts.remind(access, _again(access, dispatch))
    for text, place, days, becomes in (
        ("模拟：第二批次用地获批后 15 个工作日内完成项目供地", 0, 45, "supervision"),
        ("模拟：变电站并行施工，年底前具备送电条件", 1, 180, "supervision"),
        ("模拟：专线穿越许可一周一报，切换期用气缺口先由罐车补", 2, 40, "issue"),
    ):
        sealing.decide(
            access, dispatch, text, units[place % len(units)] if units else None, day + timedelta(days=days), becomes
        )


def _units(access: Access, dispatch: Dispatch) -> list[Unit]:
    asked = scoped(Ask, access).filter(dispatch=dispatch).values("unit")
    return list(scoped(Unit, access).filter(pk__in=asked).order_by("pk"))


def _late(access: Access, region: Region) -> Any:
    return (
        scoped(Item, access).filter(region=region, light="bad", branch="active").select_related("lead").order_by("pk")
    )


def _again(access: Access, dispatch: Dispatch) -> Dispatch:
    return scoped(Dispatch, access).select_related("region").get(pk=dispatch.pk)  # type: ignore[no-any-return]
