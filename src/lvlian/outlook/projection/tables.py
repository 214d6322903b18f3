"""A projection as tables for papers: text in every cell, both languages in the heads, `—` where there is no figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lvlian.outlook.projection.compare import Difference
from lvlian.outlook.projection.projection import Projection
from lvlian.outlook.projection.sensitivity import Swing
from lvlian.quantity.show import MINUS, figure

NONE = "—"
Words = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """`columns` (zh, en) with the unit in the head; `rows` of as many texts."""

    title: Words
    columns: tuple[Words, ...]
    rows: tuple[tuple[str, ...], ...]


def told(value: float | None, digits: int | None = None) -> str:
    """A figure with as many decimals as its size asks for."""
    if value is None or not math.isfinite(value):
        return NONE
    if digits is None:
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = figure(round(value, digits), separators=abs(value) >= 1e4, digits=digits)
    return "0" if text.strip(MINUS + "0.") == "" else text


def aims_table(told_of: Projection) -> Table:
    """Goal, year, unit, planned, projected, gap, met or why it cannot be said."""
    rows = []
    for one in told_of.aims:
        aim = one.aim
        who = f"（{aim.subject or aim.group}）" if aim.firm or aim.group else ""
        if one.met is None:
            state = one.missing[0].zh if one.missing else NONE
        else:
            state = "达到" if one.met else "未达到"
        goal = aim.label.removeprefix(f"{aim.year}年{aim.name} ").removesuffix(aim.unit)
        rows.append((f"{aim.name}{who}", str(aim.year or NONE), aim.unit, goal, told(one.value), told(one.gap), state))
    columns = (
        ("目标", "goal"), ("年份", "year"), ("单位", "unit"), ("规划", "planned"), ("推演", "projected"), ("差", "gap"), ("结果", "result"),
    )  # fmt: skip
    return Table(title=("各目标推演", "Goals projected"), columns=columns, rows=tuple(rows))


def binding_table(told_of: Projection, aims: Sequence[str] | None = None) -> Table:
    """One row for each goal that a formula knows, one column for each quarter: what holds it back."""
    rows = []
    for one in told_of.aims:
        bound = told_of.bound(one.aim.id)
        if bound and (aims is None or one.aim.id in aims):
            rows.append((f"{one.aim.year}年{one.aim.name}", *(row.zh for row in bound)))
    quarters = tuple((str(quarter), str(quarter)) for quarter in told_of.quarters)
    return Table(
        title=("每季卡在哪里", "What holds each quarter back"), columns=(("目标", "goal"), *quarters), rows=tuple(rows)
    )


def projects_table(told_of: Projection, late: bool = False) -> Table:
    """Project, firm, promised, told since, projected, days late, why; with `late` only those that are late or never come."""
    rows = [
        (
            row.name,
            row.firm,
            NONE if row.promised is None else row.promised.isoformat(),
            NONE if row.revised is None else row.revised.isoformat(),
            "不投产" if row.never else NONE if row.projected is None else row.projected.isoformat(),
            told(None if row.late is None else float(row.late), 0),
            row.zh,
        )
        for row in told_of.projects
        if not late or row.late or row.never
    ]
    columns = (
        ("项目", "project"), ("企业", "firm"), ("应投产", "promised"), ("改期", "told since"), ("推演投产", "projected"),
        ("晚，天", "days late"), ("原因", "why"),
    )  # fmt: skip
    return Table(title=("项目：应投产与推演", "Projects: promised and projected"), columns=columns, rows=tuple(rows))


def risks_table(told_of: Projection) -> Table:
    """Delay, days, whom it belongs to, projects that it holds, what it costs the goals."""
    names = {one.aim.id: one.aim for one in told_of.aims}
    projects = {row.id: row.name for row in told_of.projects}
    rows = []
    for row in told_of.risks:
        costs = "；".join(
            f"{names[key].year}年{names[key].name} {told(-value)}{names[key].unit}"
            for key, value in sorted(
                row.costs.items(), key=lambda item: -item[1] / max(abs(names[item[0]].value), 1e-12)
            )
            if value > 0
        )
        held = "、".join(projects.get(key, key) for key in row.projects)
        rows.append((row.title, told(float(row.days), 0), row.unit_name or NONE, held or NONE, costs or "各目标不变"))
    columns = (
        ("什么晚了", "what is late"),
        ("晚，天", "days late"),
        ("责任单位", "unit"),
        ("带累的项目", "projects held"),
        ("少了多少", "what it costs"),
    )
    return Table(title=("哪项晚了，少多少", "What each delay costs"), columns=columns, rows=tuple(rows))


def premises_table(told_of: Projection, turned: bool = False) -> Table:
    """Premise, value, range, unit, who says so; with `turned` only those that a scenario changed."""
    rows = []
    for one in told_of.premises:
        if turned and one.baseline is None:
            continue
        ground = one.ref.said or one.ref.who or "假设"
        before = NONE if one.baseline is None else told(one.baseline)
        rows.append((one.zh, told(one.value), before, f"{told(one.low)}–{told(one.high)}", one.unit or NONE, ground))
    columns = (
        ("前提", "premise"),
        ("取值", "value"),
        ("原值", "before"),
        ("范围", "range"),
        ("单位", "unit"),
        ("依据", "ground"),
    )
    return Table(title=("前提", "Premises"), columns=columns, rows=tuple(rows))


def swings_table(swings: Sequence[Swing], aim_id: str, most: int = 12) -> Table:
    """The premises that move a goal most: its figure at the low end, now, at the high end."""
    ranked = sorted((one for one in swings if one.width(aim_id) > 0), key=lambda one: -one.width(aim_id))[:most]
    rows = tuple(
        (one.zh, f"{told(one.low)}–{told(one.high)}{one.unit}", *(told(value) for value in one.aims[aim_id]))
        for one in ranked
    )
    columns = (
        ("前提", "premise"),
        ("一档", "step"),
        ("低端", "at the low end"),
        ("现在", "now"),
        ("高端", "at the high end"),
    )
    return Table(title=("什么最左右结果", "What moves it most"), columns=columns, rows=rows)


def differences_table(rows: Sequence[Difference], names: Words = ("甲", "乙")) -> Table:
    """Two projections row by row."""
    kinds: Mapping[str, str] = {
        "premise": "前提",
        "aim": "目标",
        "indicator": "指标",
        "project": "项目",
        "binding": "卡在",
    }

    def cell(value: float | str | None) -> str:
        return value if isinstance(value, str) else told(value)

    body = tuple(
        (kinds[row.kind], row.zh, row.when or NONE, row.unit or NONE, cell(row.a), cell(row.b), told(row.change))
        for row in rows
    )
    columns = (
        ("类", "kind"),
        ("名称", "name"),
        ("时间", "when"),
        ("单位", "unit"),
        (names[0], names[0]),
        (names[1], names[1]),
        ("差", "difference"),
    )
    return Table(title=("逐行对照", "Row by row"), columns=columns, rows=body)


__all__ = [
    "Table", "aims_table", "binding_table", "differences_table", "premises_table", "projects_table", "risks_table", "swings_table", "told",
]  # fmt: skip
