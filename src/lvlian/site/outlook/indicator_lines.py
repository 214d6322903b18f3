"""Every indicator of the book as projected: by year, by quarter or over four quarters, with its 80 % band and the plan's points; and what is
missing where nothing can be said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.account.saying_indicators import MOST_MISSING, said, whom
from lvlian.site.account.workbook import Cell
from lvlian.site.org.access import Access
from lvlian.site.outlook.fan_chart import quarter_name
from lvlian.site.outlook.goal_figures import GoalFigures, places_for
from lvlian.site.outlook.origins import origin_of, pick
from lvlian.site.outlook.selectors_scenario import Room
from lvlian.site.outlook.selectors_standing import bands_of

if TYPE_CHECKING:
    from lvlian.outlook.case import Aim
    from lvlian.outlook.projection.rows import IndicatorRow
    from lvlian.outlook.risk import Chance

YEAR, QUARTER, ROLLING = "year", "quarter", "rolling"
LEAST = 3


@dataclass(frozen=True, kw_only=True)
class Point:
    """What the plan says of an indicator in a year; `chance` where its goal has one."""

    text: str
    unit: str
    year: int
    value: float
    light: str
    chance: str
    goal: int | None
    origin: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cell80:
    """A figure with half its 80 % band, or nothing; `low`, `high` the band."""

    when: str
    value: float | None = None
    told: str = ""
    spread: str = ""
    low: float | None = None
    high: float | None = None
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, kw_only=True)
class IndicatorLine:
    """One reading of an indicator."""

    key: str
    variant: str
    name: str
    reading: str
    unit: str
    cells: tuple[Cell80, ...] = ()
    missing: str = ""
    ask: str = ""
    assumptions: tuple[str, ...] = ()
    planned: bool = False

    @property
    def known(self) -> bool:
        return bool(self.cells)

    @property
    def unit_told(self) -> str:
        return said(self.unit)

    def has(self, words: str) -> bool:
        return words in self.name or words in self.reading or words in self.key


def columns_of(room: Room, by: str) -> list[tuple[str, str]]:
    """(label of the fan, what the head says)."""
    quarters = room.ground.case.quarters
    if by == YEAR:
        return [(str(year), str(year)) for year in sorted({one.year for one in quarters})]
    return [(str(one), quarter_name(str(one))) for one in quarters]


def lines_of(access: Access, room: Room, by: str, only: str = "") -> list[IndicatorLine]:
    """Every variant of every indicator, or of one; of an indicator without any figure one line."""
    bands = bands_of(room.ground, room.overlay)
    heads = columns_of(room, by)
    held: dict[str, list[IndicatorRow]] = {}
    for row in room.projection.indicators:
        if not only or row.indicator == only:
            held.setdefault(row.indicator, []).append(row)
    out = []
    for key, rows in held.items():
        known = [row for row in rows if row.known]
        out += [
            _line(access, room, row, bands.get((key, row.variant)), by, heads, first=not n)
            for n, row in enumerate(known)
        ]
        if not known:
            out.append(_lack(rows[0], planned=any(one.aim.indicator == key for one in room.goals)))
    return out


def _lack(row: IndicatorRow, *, planned: bool) -> IndicatorLine:
    told = _("、").join(pick(one.zh, one.en) for one in row.missing[:MOST_MISSING])
    if len(row.missing) > MOST_MISSING:
        told = _("%(what)s 等 %(n)d 项") % {"what": told, "n": len(row.missing)}
    asked = dict.fromkeys(who for one in row.missing for who in one.ask)
    names = _("、").join([whom(who) for who in asked][:3])
    if len(asked) > 3:
        names = _("%(what)s 等 %(n)d 处") % {"what": names, "n": len(asked)}
    return IndicatorLine(
        key=row.indicator, variant=row.variant, name=pick(row.name_zh, row.name_en), reading="", unit=row.unit, missing=told, ask=names, planned=planned
    )  # fmt: skip


def _line(
    access: Access, room: Room, row: IndicatorRow, chance: Chance | None, by: str, heads: Sequence[tuple[str, str]], *, first: bool
) -> IndicatorLine:  # fmt: skip
    fan = chance.fan(by) if chance is not None else None
    places_at = {label: place for place, label in enumerate(fan.labels)} if fan is not None else {}
    plain = _plain(row, room, by)
    aims = [one for one in room.goals if _same(one.aim, row, first=first)]
    figures = [float(fan.median[place]) for place in places_at.values()] if fan is not None else list(plain.values())
    places = places_for(figures, row.unit)
    cells = []
    for label, _name in heads:
        place = places_at.get(label)
        value = float(fan.median[place]) if fan is not None and place is not None else plain.get(label, math.nan)
        low, high = math.nan, math.nan
        if fan is not None and place is not None:
            low, high = (float(edge[place]) for edge in fan.band(80))
        if not math.isfinite(value):
            value = plain.get(label, math.nan)
        points = tuple(_point(access, room, one) for one in aims if by != QUARTER and _ends(label) == one.aim.year)
        if not math.isfinite(value):
            cells.append(Cell80(when=label, points=points))
            continue
        banded = math.isfinite(low) and math.isfinite(high)
        half = (high - low) / 2 if banded else 0.0
        spread = saying.number(half, places) if banded else ""
        cells.append(
            Cell80(
                when=label, value=value, told=saying.number(value, places), spread=spread if any(sign in "123456789" for sign in spread) else "",
                low=low if banded else None, high=high if banded else None, points=points,
            )
        )  # fmt: skip
    return IndicatorLine(
        key=row.indicator, variant=row.variant, name=pick(row.name_zh, row.name_en), reading=pick(row.zh, row.en), unit=row.unit, cells=tuple(cells),
        assumptions=row.assumptions, planned=bool(aims),
    )  # fmt: skip


def _ends(label: str) -> int:
    """The year that a label closes: 2024 of `2024` and of `2024-Q4`, 0 of other quarters."""
    year, sep, quarter = label.partition("-Q")
    return int(year) if not sep or quarter == "4" else 0


def _plain(row: IndicatorRow, room: Room, by: str) -> Mapping[str, float]:
    """The projection's own figures, where no draws were made."""
    if by == YEAR:
        return {str(year): value for year, value in (row.years or {}).items()}
    values = row.quarters if by == QUARTER else row.rolling
    return {str(quarter): value for quarter, value in zip(room.ground.case.quarters, values, strict=False)}


def _same(aim: Aim, row: IndicatorRow, *, first: bool) -> bool:
    """Whether the plan speaks of this reading: of the region as a whole, a level; where no reading is fixed, told once."""
    if aim.indicator != row.indicator or aim.firm or aim.group or aim.mode != "level" or not aim.year:
        return False
    return aim.variant == row.variant if aim.variant else first


def _point(access: Access, room: Room, one: GoalFigures) -> Point:
    aim = one.aim
    return Point(
        text=one.target, unit=aim.unit, year=aim.year, value=aim.value * aim.factor, light=one.light, chance=saying.chance(one.chance) if one.chance is not None else "",
        goal=one.goal, origin=origin_of(access, room.ground, aim.ref, one.title),
    )  # fmt: skip


# The page of one indicator ------------------------------------------------------------------------------------------------------
def part_of(access: Access, room: Room, key: str, variant: str = "") -> dict[str, Any] | None:
    """What the page of one indicator adds: its projection over the quarters with its bands, beside the plan's points; None where the outlook does
    not know the indicator. `variant` the reading that was fixed."""
    years = lines_of(access, room, YEAR, key)
    known = [one for one in years if one.known]
    if not known:
        return {"lack": years[0]} if years else None
    chosen = next((one for one in known if one.variant == variant), None) or next(
        (one for one in known if one.planned), known[0]
    )
    chance = bands_of(room.ground, room.overlay).get((key, chosen.variant))
    return {
        "lines": known,
        "heads": [head for _label, head in columns_of(room, YEAR)],
        "chosen": chosen,
        "chart": _chart(room, chosen, chance),
    }


def _chart(room: Room, line: IndicatorLine, chance: Chance | None) -> dict[str, Any] | None:
    if chance is None:
        return None
    by = ROLLING
    fan = chance.fan(by)
    if sum(math.isfinite(y) for y in fan.median) < LEAST:
        by, fan = QUARTER, chance.fan(QUARTER)
    if sum(math.isfinite(y) for y in fan.median) < LEAST:
        return None
    places = places_for([float(x) for x in fan.median], line.unit)
    points = [point for cell in line.cells for point in cell.points]
    edges = {name: fan.band(percent) for name, percent in (("50", 50), ("", 80), ("95", 95))}

    def figure(value: float) -> float | None:
        return round(float(value), places + 1) if math.isfinite(value) else None

    def at(label: str) -> str:
        year, quarter = label.split("-Q")
        return f"{year}-{int(quarter) * 3:02}"

    rows = [
        {"x": at(label), "y": figure(fan.median[n]), **{f"{side}{name}": figure(edges[name][which][n]) for name in edges for which, side in ((0, "low"), (1, "high"))}}
        for n, label in enumerate(fan.labels)
    ]  # fmt: skip
    last = next((float(y) for y in reversed(fan.median) if math.isfinite(y)), math.nan)
    years = [one.year for one in room.ground.case.quarters] + [point.year for point in points]
    data = {
        "unit": line.unit_told, "axis": "quarters", "from": min(years) - 1, "to": max(years), "projection": rows, "today": saying.month(room.ground.case.today),
        "plan": [{"x": p.year, "y": p.value, "text": p.text, "origin": p.origin["path"]} for p in points] if by == ROLLING else [],
        "actual": _actual(room, line, by), "labels": {"projection": f"{_('中位')} {saying.number(last, places)}"}, "right": 92,
    }  # fmt: skip
    table = [
        {"when": quarter_name(label), "median": saying.number(fan.median[n], places), "band": saying.between(edges[""][0][n], edges[""][1][n], places), "wide": saying.between(edges["95"][0][n], edges["95"][1][n], places)}
        for n, label in enumerate(fan.labels)
        if math.isfinite(fan.median[n])
    ]  # fmt: skip
    return {"data": data, "rows": table, "rolling": by == ROLLING}


def _actual(room: Room, line: IndicatorLine, by: str) -> list[dict[str, Any]]:
    """Quarters that the account knows, as the fan chart of a goal draws them."""
    from lvlian.outlook.case import Aim
    from lvlian.site.outlook.fan_chart import _actual as actual

    live = room.projection.live
    if live is None:
        return []
    measure = live.bench.measure(line.key, line.variant)
    aim = Aim(
        id="", name=line.name, indicator=line.key, variant=line.variant, op="=", value=1.0, unit=line.unit, year=0
    )
    return actual(room, measure, GoalFigures(aim=aim), by)


# The workbook ------------------------------------------------------------------------------------------------------------------
def sheets_of(
    lines: Sequence[IndicatorLine], heads: Sequence[tuple[str, str]], by: str
) -> list[tuple[str, list[str], list[list[Cell]]]]:
    names: list[str] = []
    for _label, head in heads:
        names += [head, _("%(when)s，低") % {"when": head}, _("%(when)s，高") % {"when": head}]
    if by != QUARTER:
        names.append(_("规划"))
    rows: list[list[Cell]] = []
    for one in lines:
        if not one.known:
            continue
        row: list[Cell] = [one.key, one.name, one.reading, one.unit_told]
        for cell in one.cells:
            row += [cell.value, cell.low, cell.high]
        if by != QUARTER:
            row.append(
                _("；").join(
                    f"{p.year}: {p.text}{p.unit} {p.chance}".strip() for cell in one.cells for p in cell.points
                )
            )
        rows.append(row)
    lacks: list[list[Cell]] = [[one.key, one.name, one.missing, one.ask] for one in lines if not one.known]
    return [
        (_("指标推演"), [_("代号"), _("指标"), _("口径"), _("单位"), *names], rows),
        (_("推不出的"), [_("代号"), _("指标"), _("缺什么"), _("找谁")], lacks),
    ]
