"""The tables behind a quarter's notice: what changed, goals, red and yellow items, what units answered, the registers."""

from __future__ import annotations

from collections.abc import Sequence

from lvlian.ledger.report import Day, GoalLine, ItemLine, LightLine, QuarterReport, UnitLine
from lvlian.ledger.snapshot import Change

from .annexes import Annex, without_empty
from .dispatch_words import (
    KINDS,
    NOTHING,
    chance_words,
    change_lines,
    iso,
    late_words,
    light_words,
    promised_cell,
    quarter_words,
    table_words,
)
from .figures import number

_ORDER = {kind: place for place, kind in enumerate(KINDS)}


def change_annex(changes: Sequence[Change]) -> Annex | None:
    """Promises not kept first, then what was changed, added, removed; each as the difference gives them. None without any."""
    rows = [
        [
            KINDS[change.kind].zh if change.kind in KINDS else change.kind,
            table_words(change.table) or NOTHING,
            change.label or change.key or NOTHING,
            change.unit or NOTHING,
            change_lines(change.fields) or NOTHING,
            change.why or NOTHING,
        ]
        for change in sorted(changes, key=lambda change: _ORDER.get(change.kind, len(_ORDER)))
    ]
    header = ("变化", "类", "事项", "责任单位", "由 → 到", "原因")
    return without_empty(Annex("与上次快照相比的变化", header, rows)) if rows else None


def goal_annex(report: QuarterReport) -> Annex | None:
    """Goals beside what was reached, and the outlook where there is one. None without any."""
    rows = [_goal(goal) for goal in report.goals]
    periods = {goal.period for goal in report.goals}
    through = {goal.through for goal in report.goals if goal.through}
    header = (
        "灯",
        "目标",
        "单位",
        f"规划\n{periods.pop()}" if len(periods) == 1 and "" not in periods else "规划",
        f"完成\n{through.pop()}" if len(through) == 1 else "完成",
        "推演\n全年",
        "达成\n概率",
        "说明",
    )
    notes = ("推演全年和达成概率由模型得出，不是实绩。",) if any(g.projected is not None for g in report.goals) else ()
    return without_empty(Annex("目标对照表", header, rows, (3, 4, 5, 6), notes)) if rows else None


def _goal(goal: GoalLine) -> list[str]:
    def said(value: float | None) -> str:
        return NOTHING if value is None else number(value)

    return [
        light_words(goal.light),
        goal.indicator or NOTHING,
        goal.unit or NOTHING,
        promised_cell(goal),
        said(goal.reached),
        said(goal.projected),
        chance_words(goal.chance) or NOTHING,
        goal.why or NOTHING,
    ]


def light_annex(lights: Sequence[LightLine]) -> Annex | None:
    """Late items, then warned ones. None without any."""
    rows = [
        [
            light_words(line.light) + ("" if line.late is None else f"\n{late_words(line.late)}"),
            line.title or NOTHING,
            line.unit or NOTHING,
            _promise(line),
            line.reason or NOTHING,
            f"{line.next_step}\n{iso(line.next_day)}".strip() or NOTHING,
        ]
        for state in ("bad", "warn")
        for line in lights
        if line.light == state
    ]
    header = ("灯与序时", "事项", "责任单位", "应 → 现", "原因", "下一节点")
    return without_empty(Annex("滞后和预警事项", header, rows)) if rows else None


def _promise(line: LightLine) -> str:
    return f"{line.step} {_days(line.promised, line.expected)}".strip()


def _days(promised: Day, expected: Day) -> str:
    """The day that was promised and under it the one that is expected now, where it is another."""
    due, now = iso(promised), iso(expected)
    return f"{due or NOTHING}\n→ {now}" if now and now != due else due or NOTHING


def unit_annex(units: Sequence[UnitLine]) -> Annex | None:
    """What each unit was asked and answered, in the order of the organisation's list, with the sums. None without any."""
    if not units:
        return None
    rows = [
        [
            line.unit or NOTHING,
            str(line.owed),
            str(line.answered),
            str(line.corrected),
            NOTHING if line.minutes is None else str(line.minutes),
            line.state or NOTHING,
        ]
        for line in units
    ]
    minutes = [line.minutes for line in units if line.minutes is not None]
    rows.append(
        [
            "合计",
            str(sum(line.owed for line in units)),
            str(sum(line.answered for line in units)),
            str(sum(line.corrected for line in units)),
            str(sum(minutes)) if minutes else NOTHING,
            NOTHING,
        ]
    )
    header = ("单位", "应核，项", "已核，项", "更正，项", "约用时，分", "状态")
    notes = ("按单位名录排序，只列事实，不作评比。",)
    return without_empty(Annex("各单位核对情况", header, rows, (1, 2, 3, 4), notes))


def item_annexes(items: Sequence[ItemLine]) -> list[Annex]:
    """A table for each track, in the order of first mention."""
    tracks: dict[str, list[ItemLine]] = {}
    for item in items:
        tracks.setdefault(item.track, []).append(item)
    header = ("序", "事项", "责任单位", "阶段", "时限\n→ 现计划", "灯", "备注")
    return [
        without_empty(
            Annex(
                track or "其他",
                header,
                [
                    [
                        str(place),
                        item.title or NOTHING,
                        item.unit or NOTHING,
                        item.stage or NOTHING,
                        _days(item.due, item.expected),
                        light_words(item.light),
                        item.note or NOTHING,
                    ]
                    for place, item in enumerate(lines, start=1)
                ],
                (0,),
            )
        )
        for track, lines in tracks.items()
    ]


def previous_words(report: QuarterReport) -> str:
    """The snapshot that this quarter is laid beside: `2023年7月18日封存的快照`."""
    if report.previous_at:
        day = report.previous_at
        return f"{day.year}年{day.month}月{day.day}日封存的快照"
    return "上次快照"


def notice_title(report: QuarterReport) -> str:
    """`关于2023年三季度绿色铝产业调度情况的通报`."""
    return f"关于{quarter_words(report)}{report.subject}调度情况的通报"
