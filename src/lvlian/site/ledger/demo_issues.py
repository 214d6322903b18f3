"""Simulated problems and supervised tasks of the demonstration county, in every state, made through the actions that people use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from lvlian.ledger.item import Event
from lvlian.site.frame import today
from lvlian.site.ledger.actions import issues, items, supervision
from lvlian.site.ledger.actions.issues import Report
from lvlian.site.ledger.actions.supervision import Task
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Region, Unit

COUNTY = "532622"
PROBLEMS: tuple[tuple[str, str, int, str], ...] = (
    ("power", "模拟：110 千伏变电站主变到货推迟，送电要到三月，影响投产", 16, "handling"),
    ("land", "模拟：第二批次用地还差两户未签，围墙不能施工", 1, "reported"),
    ("gas", "模拟：门站到厂区支线路由未批，点火时间定不下来", 6, "handling"),
    ("funds", "模拟：专项贷款资料补了三次，银行没有回话", 12, "answered"),
    ("approval", "模拟：环评批复比承诺晚了一个月", 21, "closed"),
    ("logistics", "模拟：铝液运输通道夜间限行，入厂要绕行", 4, "unsatisfied"),
    ("other", "模拟：标准厂房屋面漏水，设备不敢进场", 8, "waiting"),
)
"""Kind, sentence, working days ago, how far it is."""


def simulate(access: Access, regions: Mapping[str, Region]) -> None:
    """Makes them for the county, all labelled as simulated. `access` is somebody's of the office."""
    region = regions.get(COUNTY)
    if region is None:
        return
    abouts = list(
        scoped(Item, access).filter(region=region, project__isnull=False).select_related("lead").order_by("pk")[:12]
    )
    units = list(scoped(Unit, access).filter(region=region).order_by("pk"))
    if not units:
        return
    calendar, day = working_days(), today()
    for at, (kind, sentence, ago, state) in enumerate(PROBLEMS):
        about = abouts[at % len(abouts)] if abouts else None
        report = Report(
            kind=kind, sentence=sentence, about=about, firm=about.firm if about else None, channel=("page", "visit", "phone")[at % 3],
            wished=day + timedelta(days=20 + at), references=("模拟：企业来函",), simulated=True,
        )  # fmt: skip
        opened = calendar.add(day, -ago)
        item = issues.open_issue(access, region, report, day=opened)
        _go_on(access, item, state, opened, units)
    _tasks(access, region, abouts, units)


def _go_on(access: Access, item: Item, state: str, opened: date, units: list[Unit]) -> None:
    """Brings a problem to where it stands, on the days on which that would have been."""
    if state in ("reported", "waiting"):
        return
    calendar, day = working_days(), today()
    taken = min(calendar.add(opened, 1), day)
    if item.lead_id is None:
        item = issues.hand_over(access, item, None, units[0], why="模拟：链长办交办")
    told = [Event("enter", taken, {"stage": key}) for key in ("accepted", "assigned", "handling")]
    state_now = [one for one in told if one.data["stage"] not in _reached(item)]
    item = items.happen(access, item, None, "issue.accept", *state_now)
    if state == "handling":
        items.report(access, item, None, "模拟：已与承办方对接，本周给出时间")
        return
    item = issues.answer(access, item, None, "模拟：已协调，下周二前办结，每日报进度")
    if state == "closed":
        issues.rate(access, item, None, True, "模拟：电话回访，企业说满意")
    elif state == "unsatisfied":
        issues.rate(access, item, None, False, "模拟：只答复在办，没有说何时通行")


def _reached(item: Item) -> set[str]:
    order = [stage.key for stage in issues.register().stages]
    return set(order[: order.index(item.stage) + 1])


def _tasks(access: Access, region: Region, abouts: list[Item], units: list[Unit]) -> None:
    """Tasks that are listed, handed over, signed for, urged, late and done."""
    day = today()
    told = (
        ("模拟：督办二号变电站按期投运", "模拟：逐周报进度，倒排到天", "模拟：季度调度会议决定第 1 条", 40, "urged"),
        ("模拟：督办第二批次用地交付", "模拟：剩余两户月底前签约", "模拟：县委县政府督查通知", 12, "signed"),
        ("模拟：督办专项债资金拨付到位", "模拟：按工程进度拨付", "模拟：季度调度会议决定第 3 条", 25, "assigned"),
        ("模拟：督办招商签约项目落地手续", "模拟：手续清单一次告知", "模拟：链长批示", 30, "done"),
        ("模拟：督办园区道路通车", "模拟：雨季前通车", "模拟：人大代表建议", 45, "listed"),
    )
    for at, (title, task, origin, ahead, state) in enumerate(told):
        about = abouts[-1 - at] if len(abouts) > at else None
        unit = None if state == "listed" else units[(at * 2) % len(units)]
        item = supervision.put_on_list(
            access, region,
            Task(title=title, task=task, origin=origin, due=day + timedelta(days=ahead), about=about, simulated=True), unit,
        )  # fmt: skip
        if state in ("signed", "urged", "done"):
            item = supervision.sign(access, item, None)
        if state == "urged":
            supervision.urge(access, item, None, "模拟：两周未报进展，请本周五前报")
        if state == "done":
            supervision.finish(access, item, None, "模拟：手续清单已发，三家企业收到", "模拟：督办报告〔2024〕3号")
