"""The tables of a projection: an indicator over the quarters, a project against its promise, what a delay costs which goal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from lvlian.chain.indicators.value import Missing
from lvlian.outlook.model import PER_YEAR
from lvlian.outlook.projection.reach import past_of, year_of

if TYPE_CHECKING:
    from lvlian.outlook.case import Case
    from lvlian.outlook.pipeline import Pipeline
    from lvlian.outlook.projection.measure import Bench, Measure
    from lvlian.outlook.projection.run import Run
    from lvlian.outlook.projection.stage import Stage


@dataclass(frozen=True, kw_only=True)
class IndicatorRow:
    """One variant of an indicator, in its own unit: by quarter, over four quarters, by calendar year (`years` only where all its quarters are
    known). NaN where a quarter has no figure; with `missing` there is none at all."""

    indicator: str
    variant: str
    name_zh: str
    name_en: str
    zh: str
    en: str
    unit: str
    quarters: tuple[float, ...] = ()
    rolling: tuple[float, ...] = ()
    years: Mapping[int, float] | None = None
    missing: tuple[Missing, ...] = ()
    assumptions: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return bool(self.quarters)


@dataclass(frozen=True, kw_only=True)
class ProjectRow:
    """A project against its promise. `stages`: stage → (promised, told since or done, projected). `late` days and `quarters` of the first
    output against the promise (None: none was promised, or it never comes), `never` whether it does not come. `zh`, `en` say why it is late."""

    id: str
    name: str
    firm: str
    group: str
    unit_name: str
    stage: str
    capacity: float
    stages: Mapping[str, tuple[date | None, date | None, date | None]]
    promised: date | None
    revised: date | None
    projected: date | None
    late: int | None
    quarters: int | None
    never: bool
    kind: str
    path: tuple[str, ...]
    aims: tuple[str, ...]
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class RiskRow:
    """A delay, the projects that it holds, and what it costs each goal in its year (in the goal's unit, > 0 is lost): found by running
    the quarters again without it. `kind` that of the factor, or project."""

    id: str
    kind: str
    title: str
    unit_name: str
    days: int
    projects: tuple[str, ...]
    costs: Mapping[str, float]
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class LimitRow:
    """A limit of the region by quarter, in the unit of its good: `used` by the plants, `quota` (None: none holds), `held` quarters in which it cut
    something. One of the kind `lower` cuts nothing: `short` are the quarters in which less was used than it asks."""

    id: str
    good: str
    side: str
    zh: str
    en: str
    used: tuple[float, ...]
    quota: tuple[float | None, ...]
    held: tuple[bool, ...]
    short: tuple[bool, ...]


def limit_rows(done: Run) -> tuple[LimitRow, ...]:
    """Limits on what plants take, in the order of the case; land, funds and the like are no matter of a quarter's run."""
    out = []
    for number, limit in enumerate(done.model.limits):
        if not done.model.weight[number].any():
            continue
        used, quota = done.weight(number)[0], done.model.quota[number]
        lower = limit.side == "lower"
        out.append(
            LimitRow(
                id=limit.id,
                good=limit.good,
                side=limit.side,
                zh=limit.zh,
                en=limit.en,
                used=tuple(map(float, used)),
                quota=tuple(float(x) if math.isfinite(x) else None for x in quota),
                held=tuple(bool(x) for x in done.held[0, number]),
                short=tuple(bool(lower and x < y * (1 - 1e-9)) for x, y in zip(used, quota, strict=True)),
            )
        )
    return tuple(out)


def indicator_row(case: Case, bench: Bench, stage: Stage, measure: Measure) -> IndicatorRow:
    """A variant of an indicator in the first draw."""
    entry = bench.library.indicators.get(measure.indicator)
    figures = measure.figures(stage)
    blank: dict[str, Any] = {
        "indicator": measure.indicator,
        "variant": measure.variant,
        "name_zh": entry.name_zh if entry is not None else measure.indicator,
        "name_en": entry.name_en if entry is not None else measure.indicator,
        "zh": measure.zh,
        "en": measure.en,
        "unit": measure.unit,
        "assumptions": figures.assumptions,
    }
    if figures.numerator is None:
        return IndicatorRow(**blank, missing=figures.missing)
    past = past_of(case, None, measure)
    years: dict[int, float] = {}
    for year in dict.fromkeys(quarter.year for quarter in case.quarters):
        found = float(year_of(measure, figures, case.quarters, year, PER_YEAR, past)[0])
        if not math.isnan(found):
            years[year] = found
    if measure.kind == "growth":
        grown = _growth(case, measure, years)
        if not grown:
            gap = Missing(zh="上一年的数", en="the figure of the year before", ask=("统计局",))
            return IndicatorRow(**blank, missing=(gap,))
        nothing = tuple([math.nan] * len(case.quarters))
        return IndicatorRow(**blank, years=grown, quarters=nothing, rolling=nothing)
    level, rolled = measure.level(figures), measure.rolled(figures)
    assert level is not None and rolled is not None  # the numerator is known
    if np.isnan(level[0]).all():
        gap = Missing(zh="分母大于 0（区内没有）", en="a denominator above 0: there is none in the region")
        return IndicatorRow(**blank, missing=(gap,))
    return IndicatorRow(
        **blank,
        quarters=tuple(map(float, level[0])),
        rolling=tuple(map(float, rolled[0])),
        years=years,
    )


def _growth(case: Case, measure: Measure, years: Mapping[int, float]) -> dict[int, float]:
    """Percent a year, against the year before where it is known (projected, on record, or a figure of the plan)."""
    known = dict(years)
    for key, value in case.facts.items():
        name, _, year = key.partition("@")
        if name == "chain_output_value" and year.isdigit():
            known.setdefault(int(year), value)
    return {
        year: (value / known[year - 1] - 1.0) * 100.0 for year, value in years.items() if known.get(year - 1, 0.0) > 0
    }


def project_rows(case: Case, line: Pipeline) -> tuple[ProjectRow, ...]:
    """Every project of the case in its order."""
    from lvlian.outlook.pipeline.calendar import day_at
    from lvlian.outlook.pipeline.cause import promised_start

    causes = {cause.project: cause for cause in line.causes}
    stages = line.stages
    capacity = {plant.id: plant.capacity for plant in case.plants}
    out = []
    for place, project in enumerate(case.projects):
        table = stages.get(project.id, {})
        start = float(line.start[place])
        before = promised_start(project, line)
        told = None if before is None else day_at(case.first, before)
        projected = line.starts(project.id)
        cause = causes.get(project.id)
        late = None if told is None or projected is None else max((projected - told).days, 0)
        quarters = None if late is None else 0
        if cause is not None and late is not None:
            quarters = cause.quarters
        revised = table.get("running", (None, None, None))[1]
        out.append(
            ProjectRow(
                id=project.id,
                name=project.name,
                firm=case.names.get(project.firm, project.firm),
                group=project.group,
                unit_name=project.unit_name,
                stage=project.stage,
                capacity=sum(capacity.get(plant, 0.0) for plant in project.plants[-1:]),
                stages=table,
                promised=told,
                revised=revised,
                projected=projected,
                late=late,
                quarters=quarters,
                never=math.isinf(start) and start > 0,
                kind="" if cause is None else cause.kind,
                path=() if cause is None else cause.path,
                aims=() if cause is None else cause.aims,
                zh="" if cause is None else cause.zh,
                en="" if cause is None else cause.en,
            )
        )
    return tuple(out)


def plain(value: Any) -> Any:
    """Records, dates and arrays as JSON has them; NaN and infinities as null."""
    if hasattr(value, "__dataclass_fields__"):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def indicator_from_json(data: Mapping[str, Any]) -> IndicatorRow:
    """The record of `plain`."""
    values = dict(data)
    for key in ("quarters", "rolling"):
        values[key] = tuple(math.nan if x is None else x for x in data[key])
    values["years"] = None if data["years"] is None else {int(year): x for year, x in data["years"].items()}
    values["missing"] = tuple(Missing(zh=m["zh"], en=m["en"], ask=tuple(m["ask"])) for m in data["missing"])
    values["assumptions"] = tuple(data["assumptions"])
    return IndicatorRow(**values)


def project_from_json(data: Mapping[str, Any]) -> ProjectRow:
    """The record of `plain`."""
    values = dict(data)
    for key in ("promised", "revised", "projected"):
        values[key] = _day(data[key])
    values["stages"] = {stage: tuple(_day(day) for day in days) for stage, days in data["stages"].items()}
    values["path"], values["aims"] = tuple(data["path"]), tuple(data["aims"])
    return ProjectRow(**values)


def limit_from_json(data: Mapping[str, Any]) -> LimitRow:
    """The record of `plain`."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return LimitRow(**values)


def risk_from_json(data: Mapping[str, Any]) -> RiskRow:
    """The record of `plain`."""
    return RiskRow(**{**data, "projects": tuple(data["projects"])})


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


__all__ = [
    "IndicatorRow",
    "LimitRow",
    "ProjectRow",
    "RiskRow",
    "indicator_from_json",
    "indicator_row",
    "limit_from_json",
    "limit_rows",
    "plain",
    "project_from_json",
    "project_rows",
    "risk_from_json",
]  # fmt: skip
