"""Which delay costs which goal how much: the quarters are run again without each delay, all of them as draws of one run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Aim
from lvlian.outlook.pipeline import Pipeline, without_factor_delay
from lvlian.outlook.pipeline.calendar import day_at
from lvlian.outlook.projection.measure import Bench
from lvlian.outlook.projection.reach import figures_of, measure_of
from lvlian.outlook.projection.rows import RiskRow
from lvlian.outlook.projection.run import Run, run
from lvlian.quantity.show import figure

Floats = NDArray[np.float64]
DAY = 4 / 365.25
WORTH = 1e-3
"""A cost is told from this share of the goal on."""


def risks(base: Run, line: Pipeline, bench: Bench, aims: Sequence[Aim]) -> tuple[RiskRow, ...]:
    """One row for each late factor and each project that is late by itself, dearest first (by the sum of its shares of goals)."""
    case, model = line.case, base.model
    found: list[tuple[str, str, str, str, int, tuple[str, ...]]] = []
    lines: list[Pipeline] = []
    for place, one in enumerate(line.factors):
        factor = one.factor
        if factor.promised is None:
            continue
        there = day_at(case.first, float(line.factor_day[place]))
        late = 0 if there is None else (there - factor.promised).days
        if late <= 2:
            continue
        other = without_factor_delay(line, factor.id)
        begun = other.start
        moved = tuple(
            p.id
            for p, now, then in zip(case.projects, line.start, begun, strict=True)
            if now - then > DAY or (np.isinf(now) and np.isfinite(then))
        )
        found.append((factor.id, factor.kind, factor.title, factor.unit_name, late, moved))
        lines.append(other)
    for place, project in enumerate(case.projects):
        own = _own_delay(line, place)
        if own <= 2 * DAY:
            continue
        delay = line.expected.copy()
        delay[place] -= own
        other = replace(line, expected=delay)
        if line.start[place] - other.start[place] > DAY:
            found.append((project.id, "project", project.name, project.unit_name, round(own / DAY), (project.id,)))
            lines.append(other)
    if not found:
        return ()
    begun = np.stack([other.start for other in lines])
    many = run(model, capacity=np.stack([other.capacity for other in lines]), chain=base.chain)
    before, after = bench.stage(base, line.start[None]), bench.stage(many, begun)
    costs: list[dict[str, float]] = [{} for _ in found]
    weight = np.zeros(len(found))
    for aim in aims:
        measure = measure_of(bench, aim)
        if measure is None:
            continue
        now, _ = figures_of(case, aim, measure, measure.figures(before))
        then, _ = figures_of(case, aim, measure, measure.figures(after))
        if now is None or then is None:
            continue
        down = bench.book[aim.indicator].direction == "down"
        lost = np.nan_to_num(now[0] - then if down else then - now[0])
        least = WORTH * max(abs(aim.value), 1e-12)
        for row in np.flatnonzero(np.abs(lost) > least):
            costs[row][aim.id] = float(lost[row])
            weight[row] += max(float(lost[row]) / max(abs(aim.value), 1e-12), 0.0)
    names = {project.id: project.name or project.id for project in case.projects}
    labels = {aim.id: aim for aim in aims}
    rows = [
        RiskRow(
            id=key, kind=kind, title=title, unit_name=unit, days=days, projects=projects, costs=costs[row],
            zh=_zh(title, days, [names[p] for p in projects if p != key], costs[row], labels),
            en=_en(title, days, [names[p] for p in projects if p != key], costs[row], labels),
        )
        for row, (key, kind, title, unit, days, projects) in enumerate(found)
    ]  # fmt: skip
    return tuple(rows[k] for k in np.argsort(-weight, kind="stable"))


def _own_delay(line: Pipeline, place: int) -> float:
    """Quarters by which a project is late by itself: told since or slipped against its promise, without what it waits for."""
    from lvlian.outlook.pipeline.cause import promised_start

    if line.fixed[place] or line.dropped[place]:
        return 0.0
    promised = promised_start(line.case.projects[place], line)
    if promised is None:
        return 0.0
    own = max(float(line.base[place] + line.slip[place] + line.expected[place]), line.now)
    return own - max(promised, line.now) if promised < line.now else own - promised


def _worst(costs: dict[str, float], aims: dict[str, Aim]) -> list[tuple[Aim, float]]:
    ranked = sorted(costs.items(), key=lambda item: -item[1] / max(abs(aims[item[0]].value), 1e-12))
    return [(aims[key], value) for key, value in ranked if value > 0][:2]


def _zh(title: str, days: int, names: list[str], costs: dict[str, float], aims: dict[str, Aim]) -> str:
    head = f"{title}晚 {days} 天"
    if names:
        head += f"，{'、'.join(names[:3])}{'等' if len(names) > 3 else ''}跟着晚"
    told = [
        f"{aim.year}年{aim.name}少 {figure(value, digits=_digits(value))}{aim.unit}"
        for aim, value in _worst(costs, aims)
    ]
    return f"{head}，{'，'.join(told)}。" if told else f"{head}，各目标年份的数不变。"


def _en(title: str, days: int, names: list[str], costs: dict[str, float], aims: dict[str, Aim]) -> str:
    head = f"{title} is {days} days late"
    if names:
        head += f", so are {', '.join(names[:3])}{' and others' if len(names) > 3 else ''}"
    told = [
        f"{aim.name} {aim.year} falls by {figure(value, digits=_digits(value))} {aim.unit}"
        for aim, value in _worst(costs, aims)
    ]
    return f"{head}; {', '.join(told)}." if told else f"{head}; no goal's year changes."


def _digits(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2


__all__ = ["risks"]
