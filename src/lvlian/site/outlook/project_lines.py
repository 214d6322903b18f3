"""Projects as promised, as told since and as projected: the rows of the page, of its chart and of its workbook."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.account.workbook import Cell
from lvlian.site.ledger.saying import factor_name, stage_name
from lvlian.site.org.access import Access
from lvlian.site.outlook.goal_figures import GoalFigures
from lvlian.site.outlook.origins import origin_of, pick
from lvlian.site.outlook.selectors_overview import LATE, late_words
from lvlian.site.outlook.selectors_scenario import Room
from lvlian.site.outlook.selectors_standing import project_urls

if TYPE_CHECKING:
    from lvlian.outlook.case import Factor, Project
    from lvlian.outlook.pipeline import Pipeline
    from lvlian.outlook.projection.rows import ProjectRow, RiskRow

CLOSE = 2
"""So many days are no delay: a month's end is told in several ways."""
RUNNING = ("running", "full")
GOALS = 2
_TELLS_SIZE = re.compile(r"\d\s*万?(吨|千瓦|kW|MW)")
ROOM = 0.24
"""Share of the chart's axis that is left free for the words of the last marks."""


@dataclass(frozen=True)
class StageLine:
    """`late` days of the projection after the promise."""

    key: str
    name: str
    promised: date | None
    revised: date | None
    projected: date | None
    late: int | None
    origin: dict[str, Any] | None


@dataclass(frozen=True)
class LaneLine:
    """A factor that the project waits for."""

    title: str
    kind: str
    promised: date | None
    projected: date | None
    light: str
    holds: bool


@dataclass(frozen=True, kw_only=True)
class ProjectLine:
    """`goals` those that count it: (goal, what its delay costs, address of the goal), dearest first; `chain` titles from the first cause to it."""

    row: ProjectRow
    light: str
    word: str
    delay: str
    why: str
    chain: tuple[str, ...]
    now: str
    capacity: str
    stages: tuple[StageLine, ...]
    lanes: tuple[LaneLine, ...]
    aims: tuple[str, ...]
    goals: tuple[tuple[GoalFigures, str], ...]
    url: str
    origin: dict[str, Any]
    assumed: bool
    """The day of first output was not promised itself, but follows from another stage and the usual time of building."""


def lines_of(access: Access, room: Room) -> list[ProjectLine]:
    """Every project of the case, the latest first, then those that no day is promised for, then the rest."""
    made, ground = room.projection, room.ground
    live = made.live
    assert live is not None  # made here, not read from a file
    case, line = live.case, live.line
    urls = project_urls(access, ground)
    projects = {one.id: one for one in case.projects}
    titles = {**{one.id: one.name for one in case.projects}, **{one.id: one.title for one in case.factors}}
    goals = {one.aim.id: one for one in room.goals}
    costs = _costs(made.risks)
    track = _track()
    out = []
    for row in made.projects:
        project = projects[row.id]
        light, word = light_of(row)
        counted = _counting(project, room.goals)
        lost = next((costs[key] for key in (row.id, *row.path) if costs.get(key)), {})
        dear = sorted(
            ((goals[key], value) for key, value in lost.items() if key in goals and value > 0),
            key=lambda pair: -pair[1] / max(abs(pair[0].aim.value), 1e-12),
        )
        told = [(one, saying.number(-value, one.places, sign=True)) for one, value in dear]
        out.append(
            ProjectLine(
                row=row, light=light, word=word, delay=_delay(row), why=_why(row), chain=tuple(titles.get(key, key) for key in row.path) if len(row.path) > 1 else (),
                now=stage_name(track, row.stage), capacity=_capacity(row.capacity), stages=tuple(_stages(access, room, project, row, track)),
                lanes=tuple(_lanes(project, row, line)), aims=tuple(one.aim.id for one in counted), goals=tuple(one for one in told if _tells(one[1]))[:GOALS],
                url=urls.get(row.id, ""), origin=origin_of(access, ground, project.ref, row.name),
                assumed=row.promised is not None and row.stages.get("running", (None,))[0] is None,
            )
        )  # fmt: skip
    order = {"bad": 0, "warn": 1, "none": 2, "ok": 3}
    places = {one.row.id: place for place, one in enumerate(out)}
    return sorted(out, key=lambda one: (order[one.light], -_weight(one.row), places[one.row.id]))


def _weight(row: ProjectRow) -> float:
    return math.inf if row.never else float(row.late or 0)


def _tells(figure: str) -> bool:
    return any(sign in "123456789" for sign in figure)


def _track() -> Any:
    from lvlian.ledger.load import load_track, shipped_folder

    return load_track(shipped_folder() / "project.yaml")


def light_of(row: ProjectRow) -> tuple[str, str]:
    """Light and word: what runs is ●, what never comes ■, what has no promised day ○."""
    if row.stage in RUNNING:
        return "ok", _("已投产")
    if row.never:
        return "bad", _("不投产")
    if row.late is None:
        return "none", _("无承诺")
    if row.late <= CLOSE:
        return "ok", _("按期")
    return ("bad", _("滞后")) if row.late > LATE else ("warn", _("预警"))


def _delay(row: ProjectRow) -> str:
    if row.never or row.late is None or row.stage in RUNNING or row.late <= CLOSE:
        return ""
    return _("晚 %(late)s") % {"late": late_words(row.late)}


def _why(row: ProjectRow) -> str:
    """The second half of the engine's sentence: the first only says again which project it is and how late."""
    if row.zh:
        sentence = pick(row.zh, row.en)
        rest = sentence.removeprefix(row.name)
        _head, _sep, why = rest.partition("，") if sentence == row.zh else rest.partition(": ")
        return (why or sentence).rstrip("。.")
    if row.late is None and row.stage not in RUNNING and not row.never:
        return _("规划没有写日期，按同类项目的通常工期推演")
    return ""


def _costs(rows: Sequence[RiskRow]) -> dict[str, Mapping[str, float]]:
    return {row.id: row.costs for row in rows}


def _counting(project: Project, goals: Sequence[GoalFigures]) -> list[GoalFigures]:
    """Goals whose figure the plants of the project are part of."""
    if not project.plants:
        return []
    return [
        one for one in goals
        if one.known and one.aim.indicator and one.aim.firm in ("", project.firm) and one.aim.group in ("", project.group)
    ]  # fmt: skip


def _capacity(tonnes: float) -> str:
    """`38 万吨`, `3,000 吨`; nothing where it makes nothing that is accounted."""
    if tonnes <= 0:
        return ""
    if tonnes >= 10_000:
        return _("%(n)s 万吨") % {"n": saying.number(round(tonnes / 10_000, 2))}
    return _("%(n)s 吨") % {"n": saying.number(round(tonnes))}


def _stages(access: Access, room: Room, project: Project, row: ProjectRow, track: Any) -> list[StageLine]:
    out = []
    for key, (promised, revised, projected) in row.stages.items():
        step = project.step(key)
        late = (projected - promised).days if promised is not None and projected is not None else None
        source = (
            origin_of(access, room.ground, step.ref, row.name) if step is not None and promised is not None else None
        )
        out.append(StageLine(key, stage_name(track, key), promised, revised, projected, late, source))
    return out


def _lanes(project: Project, row: ProjectRow, line: Pipeline) -> list[LaneLine]:
    from lvlian.outlook.pipeline.calendar import day_at

    places = {one.factor.id: place for place, one in enumerate(line.factors)}
    out = []
    for need in project.needs:
        if need.factor not in places:
            continue
        place = places[need.factor]
        factor: Factor = line.factors[place].factor
        there = factor.done or day_at(line.case.first, float(line.factor_day[place]))
        light = "none"
        if factor.done is not None:
            light = "ok"
        elif factor.promised is not None and there is not None:
            late = (there - factor.promised).days
            light = "bad" if late > LATE else "warn" if late > CLOSE else "ok"
        out.append(
            LaneLine(factor.title, factor_name(factor.kind), factor.promised, there, light, need.factor in row.path)
        )
    return out


# The chart ---------------------------------------------------------------------------------------------------------------
def gantt_of(lines: Sequence[ProjectLine], today: date) -> dict[str, Any]:
    """Data of `static/js/chart-gantt.js`: hatched from the promised day of first output to the projected one, factors as lanes."""
    days = [day for one in lines for day in (one.row.promised, one.row.projected, one.row.revised) if day]
    days += [day for one in lines for lane in one.lanes for day in (lane.promised, lane.projected) if day]
    low = max(min([*days, today]), date(today.year - 2, 1, 1))
    high = min(max([*days, today]), date(today.year + 3, 12, 31))
    first = date(low.year, (low.month - 1) // 3 * 3 + 1, 1)
    months = max(12, math.ceil(((high.year - first.year) * 12 + high.month - first.month + 1) * (1 + ROOM)))
    end = first.year * 12 + first.month - 1 + math.ceil(months / 3) * 3 - 1
    return {
        "from": f"{first:%Y-%m}", "to": f"{end // 12}-{end % 12 + 1:02}", "today": today.isoformat(),
        "rows": [_gantt_row(one, today, first, low, high) for one in lines],
    }  # fmt: skip


def _gantt_row(one: ProjectLine, today: date, first: date, low: date, high: date) -> dict[str, Any]:
    row = one.row
    capacity = "" if _TELLS_SIZE.search(row.name) else one.capacity
    out: dict[str, Any] = {
        "name": row.name, "capacity": capacity, "url": one.url, "light": one.light, "word": one.word, "reason": one.why,
        "lanes": [_gantt_lane(lane, first, high) for lane in one.lanes],
    }  # fmt: skip
    if row.projected is None:
        out["note"] = _("推演期内不投产") if row.never else _("无日期")
        return out
    promised, projected = row.promised, row.projected
    until = promised or projected
    begun = next((days[2] or days[1] or days[0] for key, days in row.stages.items() if key == "started"), None)
    known = begun is not None and promised is not None and not one.assumed
    start = max(begun or first, first)
    bars = []
    if start < until:
        if row.stage in RUNNING:
            bars.append(_bar(start, min(until, projected), "done"))
        elif not known:
            bars.append(_bar(start, until, "assumed"))
        elif until <= today:
            bars.append(_bar(start, until, "done"))
        elif start >= today:
            bars.append(_bar(start, until, "planned"))
        else:
            bars += [_bar(start, today, "done"), _bar(today, until, "planned")]
    if promised is not None and (row.late or 0) > CLOSE:
        bars.append(_bar(max(promised, first), projected, "late"))
    name = _("投产")
    marks: list[dict[str, str]] = []
    if row.stage in RUNNING:
        marks.append({"at": projected.isoformat(), "kind": "now", "text": f"{name}　{projected:%Y-%m}"})
    else:
        moved = promised is not None and (row.late or 0) > CLOSE
        if promised is not None:
            marks.append({"at": promised.isoformat(), "kind": "promised", "text": ""})
        if row.revised is not None and row.revised != promised:
            marks.append({"at": row.revised.isoformat(), "kind": "now", "text": ""})
        said = f"{name}　{promised:%Y-%m} → {projected:%Y-%m}" if moved else f"{name}　{projected:%Y-%m}"
        marks.append({"at": projected.isoformat(), "kind": "projected", "text": said})
    out["bars"], out["marks"] = bars, [mark for mark in marks if low <= date.fromisoformat(mark["at"]) <= high]
    if not out["marks"]:
        out["note"] = _("日期在图外：%(when)s") % {"when": saying.month(projected)}
    return out


def _bar(start: date, end: date, kind: str) -> dict[str, str]:
    return {"from": start.isoformat(), "to": end.isoformat(), "kind": kind}


def _gantt_lane(lane: LaneLine, first: date, high: date) -> dict[str, Any]:
    words = {"ok": _("正常"), "warn": _("预警"), "bad": _("滞后"), "none": _("缺数")}
    out: dict[str, Any] = {
        "name": f"{lane.kind}　{lane.title}", "light": lane.light, "word": words[lane.light], "dashed": lane.promised is None, "delays": lane.holds,
    }  # fmt: skip
    promised = lane.promised or lane.projected
    if promised is None:
        out["note"] = _("无日期")
        return out
    out["from"], out["to"] = min(max(first, promised - timedelta(days=365)), promised).isoformat(), promised.isoformat()
    if lane.projected is not None and lane.projected > promised:
        out["now"] = min(lane.projected, high).isoformat()
    return out


# The workbook --------------------------------------------------------------------------------------------------------------
def sheets_of(lines: Sequence[ProjectLine], room: Room) -> list[tuple[str, list[str], list[list[Cell]]]]:
    names = {one.aim.id: _("%(year)d年%(goal)s") % {"year": one.aim.year, "goal": one.title} for one in room.goals}

    def day(one: date | None) -> Cell:
        return saying.day(one) if one is not None else ""

    whole: list[list[Cell]] = [
        [
            one.row.name, one.row.firm, one.row.group, one.row.unit_name, one.capacity, one.now, one.word, day(one.row.promised), day(one.row.revised), day(one.row.projected),
            one.row.late, one.why, " → ".join(one.chain), _("；").join(f"{goal.title} {goal.aim.year} {lost}{goal.aim.unit}" for goal, lost in one.goals),
            _("、").join(names[key] for key in one.aims),
        ]
        for one in lines
    ]  # fmt: skip
    stages: list[list[Cell]] = [
        [one.row.name, stage.name, day(stage.promised), day(stage.revised), day(stage.projected), stage.late]
        for one in lines
        for stage in one.stages
    ]
    return [
        (_("项目投产"), [_("项目"), _("业主"), _("清单"), _("责任单位"), _("推演计入的产能，每年"), _("现阶段"), _("灯"), _("投产，承诺"), _("投产，现日期"), _("投产，推演"), _("晚，天"), _("为什么"), _("因果"), _("晚了少多少"), _("计入哪些目标")], whole),
        (_("各环节"), [_("项目"), _("环节"), _("承诺"), _("现日期"), _("推演"), _("差，天")], stages),
    ]  # fmt: skip
