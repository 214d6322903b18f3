"""Why projects are late, in words: from the factor or the project that holds them up to the goals that count them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from lvlian.outlook.case import STAGES, Project
from lvlian.outlook.model import quarters_since
from lvlian.outlook.pipeline.calendar import day_at
from lvlian.outlook.pipeline.prior import RUNNING
from lvlian.outlook.pipeline.record import Cause, Pipeline
from lvlian.outlook.pipeline.wiring import Edge

VERBS: Mapping[str, tuple[str, str]] = {
    "land": ("供地", "is supplied"),
    "power": ("投运", "carries load"),
    "gas": ("通气", "carries gas"),
    "water": ("通水", "carries water"),
    "logistics": ("投用", "is in use"),
    "funds": ("到位", "is paid"),
    "environment": ("批复", "is approved"),
    "energy_quota": ("批复", "is approved"),
    "metal": ("供料", "delivers"),
}
SAID = (
    "供地",
    "获批",
    "批复",
    "批准",
    "投运",
    "并网",
    "供电",
    "用电",
    "通电",
    "供气",
    "通气",
    "用气",
    "供水",
    "通水",
    "到位",
    "投用",
    "通车",
)
"""Ends of a factor's title that say already what has to happen."""
QUARTER_DAYS = 365.25 / 4
DAY = 0.5 / 92
"""Half a day in quarters: what is closer is one day."""


def stage_table(line: Pipeline) -> Mapping[str, Mapping[str, tuple[date | None, date | None, date | None]]]:
    """Project → stage → promised, revised or done, projected."""
    out = {}
    for place, one in enumerate(line.days):
        reached = line.reached(place)
        rows = {}
        for number, stage in enumerate(STAGES):
            step = one.project.step(stage)
            promised = None if step is None else step.promised
            revised = None if step is None else step.done or step.revised
            projected = revised if number <= one.stage else day_at(line.case.first, reached[number])
            if promised is not None or revised is not None or number > one.stage:
                rows[stage] = (promised, revised, projected)
        out[one.project.id] = rows
    return out


def promised_start(project: Project, line: Pipeline) -> float | None:
    """The first output as promised, quarters since the case's first; from the usual building times where only another stage was promised,
    None where no stage was."""
    told = {
        step.stage: quarters_since(line.case.first, step.promised)
        for step in project.steps
        if step.promised is not None
    }
    if "running" in told:
        return told["running"]
    durations = line.tables.durations
    if "full" in told:
        return told["full"] - float(line.ramp[line.kinds.index(project.kind)])
    earlier = [stage for stage in STAGES[:RUNNING] if stage in told]
    if not earlier:
        return None
    last = STAGES.index(earlier[-1])
    return told[earlier[-1]] + sum(durations.quarters(project.kind, stage) for stage in STAGES[last + 1 : RUNNING + 1])


def causes_of(line: Pipeline) -> tuple[Cause, ...]:
    """One for each project that comes later than promised by more than a day, or never."""
    out = []
    for place, one in enumerate(line.days):
        project = one.project
        promised = promised_start(project, line)
        start = float(line.start[place])
        if one.begun or (project.optional and line.dropped[place]):
            continue
        if promised is None and math.isfinite(start):
            continue
        if promised is not None and start - promised <= 2 * DAY:
            continue
        if _moved(line, place):
            out.append(_cause(line, place, promised))
    return tuple(out)


def _moved(line: Pipeline, place: int) -> bool:
    """Whether anything moved a project: else its promise is only closer than its usual ramp or building time, which is believed."""
    one = line.days[place]
    return bool(
        line.dropped[place]
        or line.slip[place] > 0
        or one.late > 0
        or _winner(line, place) is not None
        or any(step.revised is not None for step in one.project.steps)
    )


def _winner(line: Pipeline, place: int) -> Edge | None:
    """What holds a project back more than its own days do."""
    late = max(float(line.slip[place] + line.expected[place]), 0.0)
    own = max(float(line.base[place] + line.slip[place] + line.expected[place]), line.now)
    best, found = own + DAY, None
    for edge in line.wiring.edges.get(place, ()):
        ready = float(line.start[edge.source] if edge.upstream else line.factor_day[edge.source])
        if ready + edge.offset + edge.after * late > best:
            best, found = ready + edge.offset + edge.after * late, edge
    return found


def _cause(line: Pipeline, place: int, promised: float | None) -> Cause:
    case, project = line.case, line.days[place].project
    day = line.starts(project.id)
    before = None if promised is None else day_at(case.first, promised)
    quarters = days = None
    if day is not None and before is not None:
        days = (day - before).days
        quarters = round(days / QUARTER_DAYS)
    path, kind, zh, en = _reason(line, place)
    name = project.name or project.id
    if day is None:
        head = (f"{name}不能投产", f"{name} does not start")
    elif quarters:
        head = (f"{name}晚 {quarters} 季投产", f"{name} starts {quarters} quarter{'s' if quarters > 1 else ''} late")
    else:
        head = (f"{name}晚 {days} 天投产", f"{name} starts {days} day{'s' if days != 1 else ''} late")
    plants = tuple(plant.id for plant in case.plants if plant.project == project.id or plant.id in project.plants)
    year = case.first.year if before is None else before.year
    aims = tuple(
        aim.id
        for aim in case.aims
        if plants
        and aim.firm in ("", project.firm)
        and aim.group in ("", project.group)
        and (not aim.year or aim.year >= year)
    )
    return Cause(
        project=project.id, path=(*path, project.id), kind=kind, promised=before, projected=day, quarters=quarters, days=days,
        plants=plants, aims=aims, zh=f"{head[0]}，{zh}。", en=f"{head[1]}: {en}.",
    )  # fmt: skip


def _reason(line: Pipeline, place: int) -> tuple[tuple[str, ...], str, str, str]:
    """Path, kind and the second half of the sentence, in Chinese and English."""
    one = line.days[place]
    project = one.project
    short = next((found for found in line.wiring.short if found.project == project.id), None)
    if line.dropped[place]:
        if place in line.wiring.held and short is not None:
            return (short.factor,), "short", f"因{short.zh.rstrip('。')}", short.en.rstrip(".")
        return (), "dropped", "因本情景中不建", "it is not built in this scenario"
    edge = _winner(line, place)
    if edge is not None and not edge.upstream:
        factor = line.factors[edge.source].factor
        there = day_at(line.case.first, float(line.factor_day[edge.source]))
        verb = VERBS[factor.kind]
        month = "—" if there is None else f"{there:%Y-%m}"
        if factor.title.endswith(SAID):
            return (factor.id,), "factor", f"因{factor.title}要到 {month}", f"{factor.title}: not before {month}"
        return (
            (factor.id,),
            "factor",
            f"因{factor.title} {month} 才{verb[0]}",
            f"{factor.title} {verb[1]} only in {month}",
        )
    if edge is not None:
        other = line.days[edge.source].project
        path = _reason(line, edge.source)[0] if not line.fixed[edge.source] else ()
        there = line.starts(other.id)
        name = other.name or other.id
        if there is None:
            return (*path, other.id), "upstream", f"因{name}不能投产", f"{name} does not start"
        return (*path, other.id), "upstream", f"因{name} {there:%Y-%m} 才投产", f"{name} starts only in {there:%Y-%m}"
    if line.slip[place] > 0:
        slip = f"{line.slip[place]:g}"
        return (), "slip", f"因设定晚 {slip} 季", f"it is set {slip} quarters later"
    if one.late > 0:
        stage = STAGES[one.stage + 1]
        zh, en = _stage_words(stage)
        return (
            (),
            "overdue",
            f"因到 {line.case.today:%Y-%m-%d} 尚未{zh}，已逾期 {_days(one.late)} 天",
            f"not {en} by {line.case.today:%Y-%m-%d}, {_days(one.late)} days overdue",
        )
    revised = project.step("running")
    if revised is not None and revised.revised is not None:
        return (), "revised", f"现报 {revised.revised:%Y-%m} 投产", f"it is now reported for {revised.revised:%Y-%m}"
    return (), "revised", "因前面的环节已改期", "its earlier stages were moved"


def _days(quarters: float) -> int:
    return round(quarters * QUARTER_DAYS)


def _stage_words(stage: str) -> tuple[str, str]:
    from lvlian.ledger.load import load_track, shipped_folder

    track = load_track(shipped_folder() / "project.yaml")
    name = next(one.name for one in track.stages if one.key == stage)
    return name.zh, name.en.lower()


def without_factor_delay(line: Pipeline, factor: str) -> Pipeline:
    """The same with one factor on the day that was promised: what its lateness costs is the difference. Raises KeyError."""
    place = next((number for number, one in enumerate(line.factors) if one.factor.id == factor), None)
    if place is None:
        raise KeyError(factor)
    day = line.factors[place].factor.promised
    base, slip, late = line.factor_base.copy(), line.factor_slip.copy(), line.factor_expected.copy()
    if day is not None:
        base[place] = quarters_since(line.case.first, day)
    slip[place] = late[place] = 0.0
    fixed = line.factor_fixed.copy()
    fixed[place] = True
    return replace(line, factor_base=base, factor_slip=slip, factor_expected=late, factor_fixed=fixed)
