"""Two scenarios as tables of rows that differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.org.access import Access
from lvlian.site.outlook.goal_figures import GoalFigures, figures_of, places_for
from lvlian.site.outlook.origins import pick
from lvlian.site.outlook.overlay import places_of, scale_of
from lvlian.site.outlook.selectors import projection_of, risk_of, with_overlay
from lvlian.site.outlook.selectors_scenario import Room

if TYPE_CHECKING:
    from lvlian.outlook.projection import Difference

CLOSE = 1e-6
"""Figures that differ by less of themselves are the same."""


@dataclass(frozen=True)
class Side:
    """One of the two: its key in the address, name, who kept it when and why, and its overlay."""

    key: str
    name: str
    overlay: Mapping[str, Any]
    who: str = ""
    reason: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """`a`, `b` and `told` as they are printed, `a_cell`, `b_cell`, `change` for a workbook."""

    name: str
    when: str
    unit: str
    a: str
    b: str
    told: str
    a_cell: str | float | None
    b_cell: str | float | None
    change: float | None
    before: str = ""
    after: str = ""
    light: str = ""
    was: str = ""


@dataclass
class Table:
    key: str
    title: str
    note: str
    rows: list[Row] = field(default_factory=list)


def sides_of(room: Room, *keys: str) -> list[Side]:
    """The two that an address names; what it does not know is the baseline."""
    from lvlian.outlook.case import CaseError

    out = []
    for key in keys:
        kept = next((one for one in room.scenarios if str(one.pk) == key), None)
        if kept is not None:
            who = _("，").join(
                part for part in (kept.user.name if kept.user is not None else "", saying.day(kept.at)) if part
            )
            side = Side(key, kept.name, kept.overlay, who, kept.reason)
            try:
                with_overlay(room.ground.case, kept.overlay)
            except CaseError as why:
                side = Side(key, kept.name, {}, who, kept.reason, str(why))
        elif key == "now" and room.overlay:
            side = Side("now", _("现在的拨法"), room.overlay)
        else:
            side = Side("base", _("基准"), {})
        out.append(side)
    return out


def tables_of(access: Access, room: Room, a: Side, b: Side, *, every: bool = False) -> list[Table]:
    """All tables; of rows that are the same only with `every`, goals always."""
    from lvlian.outlook.projection import compare

    ground = room.ground
    left, right = projection_of(ground, a.overlay), projection_of(ground, b.overlay)
    found = compare(left, right, all_rows=every)
    goals = figures_of(right, risk_of(ground, b.overlay), left, risk_of(ground, a.overlay), dict(ground.goals))
    premises = {one.key: one for one in ground.case.premises}
    tables = [
        Table("premise", _("条件"), _("拨动了什么")),
        Table("aim", _("目标"), _("中位数与达成概率，同一批抽样")),
        Table("indicator", _("指标，按年"), _("推演的中线")),
        Table("project", _("项目投产日"), _("差为天数，正数是后一个更晚")),
        Table("binding", _("每季度卡在哪里"), ""),
    ]
    by_key = {table.key: table for table in tables}
    by_key["aim"].rows = [_goal(one) for one in goals if one.known or every]
    for row in found:
        if row.kind == "aim" or (not every and _alike(row)):
            continue
        if row.kind == "premise" and row.key in premises:
            scale, unit = scale_of(premises[row.key])
            by_key["premise"].rows.append(_row(row, unit, scale, places_of(premises[row.key])))
        else:
            by_key[row.kind].rows.append(_row(row, row.unit))
    return [table for table in tables if table.rows or table.key == "aim"]


def _alike(row: Difference) -> bool:
    return (
        isinstance(row.a, float)
        and isinstance(row.b, float)
        and math.isclose(row.a, row.b, rel_tol=CLOSE, abs_tol=1e-12)
    )


def _goal(one: GoalFigures) -> Row:
    change = None if one.value is None or one.base is None else one.value - one.base
    return Row(
        name=one.title, when=str(one.aim.year or ""), unit=one.aim.unit, a=one.base_told, b=one.told, told=saying.number(change, one.places, sign=True),
        a_cell=one.base, b_cell=one.value, change=change, before=saying.chance(one.before), after=saying.chance(one.chance), light=one.light,
    )  # fmt: skip


def _row(row: Difference, unit: str, scale: float = 1.0, places: int | None = None) -> Row:
    values = [value * scale if isinstance(value, float) and math.isfinite(value) else value for value in (row.a, row.b)]
    if places is None:
        places = places_for([value for value in values if isinstance(value, float)], unit)
    change = None if row.change is None or not math.isfinite(row.change) else row.change * scale
    if row.kind == "premise" and row.key.endswith(".run"):
        words = [_("做") if value else _("不做") for value in values]
        return _made(row, "", words, ["", ""], None, "")
    told = [
        saying.number(value, places) if isinstance(value, float) else str(value) if value is not None else saying.DASH
        for value in values
    ]
    return _made(
        row,
        unit,
        told,
        values,
        change,
        saying.number(change, 0 if row.kind == "project" else places, sign=True) if change is not None else "",
    )


def _made(row: Difference, unit: str, told: list[str], cells: list[Any], change: float | None, difference: str) -> Row:
    return Row(
        name=pick(row.zh, row.en), when=row.when, unit=unit, a=told[0], b=told[1], told=difference,
        a_cell=cells[0] if isinstance(cells[0], float) else told[0], b_cell=cells[1] if isinstance(cells[1], float) else told[1], change=change,
    )  # fmt: skip
