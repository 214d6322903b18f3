"""A case becomes a pipeline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lvlian.outlook.case import STAGES, Case, CaseError, Plant, Project
from lvlian.outlook.model import PER_YEAR, quarters_since
from lvlian.outlook.pipeline.load_tables import Tables, load_tables
from lvlian.outlook.pipeline.prior import RUNNING, Record, update
from lvlian.outlook.pipeline.record import Pipeline
from lvlian.outlook.pipeline.stage_days import stage_days
from lvlian.outlook.pipeline.wiring import factor_days, wire

EVER = -np.inf


def pipeline(case: Case, tables: Tables | None = None, *, history: Sequence[Record] = ()) -> Pipeline:
    """The pipeline of a case, with the premises `project.<id>.slip`, `project.<id>.run`, `factor.<id>.slip`, `ramp.<kind>`
    and `start.rate` as they stand. `history`: records of projects that are over (see `records_of`), by which the priors of slip are
    updated. Raises CaseError: an unknown stage, need or project, or projects that wait for each other."""
    found = tables or load_tables()
    if history:
        found = Tables(curves=found.curves, durations=found.durations, priors=update(found.priors, history))
    rate_premise = case.premise("start.rate")
    rate = None if rate_premise is None else _share(rate_premise.value)
    # A share of 1 that nobody has turned is the plan's own word, not a figure about slips: there the prior says how late a start is.
    said = None if rate_premise is not None and rate_premise.baseline is None and rate == 1.0 else rate
    kinds = tuple(dict.fromkeys(one.kind for one in case.projects))
    lengths = np.array([found.curve(kind).length for kind in kinds])
    ramp = np.array([_ramp(case, kind, length) for kind, length in zip(kinds, lengths.tolist(), strict=True)])
    days = tuple(
        stage_days(one, found, case.today, case.first, float(ramp[kinds.index(one.kind)]), said)
        for one in case.projects
    )
    factors = factor_days(case, days, found)
    wiring = wire(case, days, factors, found)
    fixed = np.array([one.begun for one in days], bool)
    base = np.array(
        [one.own[RUNNING] if not one.begun or one.own[RUNNING] == one.own[RUNNING] else EVER for one in days]
    )
    expected = np.array([one.parts[one.stage + 1] if one.late and not one.begun else 0.0 for one in days])
    dropped = np.array([_dropped(case, one, place in wiring.held) for place, one in enumerate(case.projects)], bool)
    plants = _plants(case)
    rows = np.array([row for row, (_, place) in enumerate(plants) if place >= 0], np.int64)
    places = np.array([place for _, place in plants if place >= 0], np.int64)
    curves = [found.curve(case.projects[place].kind) for place in places]
    steps = np.zeros((len(rows), max((len(curve.steps) for curve in curves), default=1)))
    for row, curve in enumerate(curves):
        steps[row, : len(curve.steps)] = curve.steps
    return Pipeline(
        case=case,
        tables=found,
        days=days,
        factors=factors,
        wiring=wiring,
        now=quarters_since(case.first, case.today),
        base=base,
        slip=np.array([case.figure(f"project.{one.id}.slip", 0.0) for one in case.projects], float),
        expected=expected,
        fixed=fixed,
        dropped=dropped,
        factor_base=np.array([one.day for one in factors], float),
        factor_slip=np.array([case.figure(f"factor.{one.factor.id}.slip", 0.0) for one in factors], float),
        factor_expected=np.array([one.slip.mean if one.late else 0.0 for one in factors], float),
        factor_fixed=np.array([one.fixed for one in factors], bool),
        rate=rate,
        kinds=kinds,
        ramp=ramp,
        curve_length=lengths,
        rows=rows,
        places=places,
        size=np.array([case.plants[row].capacity / PER_YEAR for row in rows], float),
        until=np.array([_until(case, case.plants[row]) for row in rows], float),
        steps=steps,
        knots=np.array([len(curve.steps) for curve in curves], np.int64),
        curve_of=np.array([kinds.index(case.projects[place].kind) for place in places], np.int64),
        standing=_standing(case, rows),
        assumptions=_assumptions(case, days, kinds, found),
    )


def _share(value: float) -> float:
    if not 0.0 <= value <= 1.0:
        raise CaseError(f"premise start.rate: found {value:g}, expected a share from 0 to 1")
    return value


def _ramp(case: Case, kind: str, length: float) -> float:
    value = case.figure(f"ramp.{kind}", case.figure("ramp.default", length))
    if not 0.0 <= value <= 100.0:
        raise CaseError(f"premise ramp.{kind}: found {value:g}, expected 0 to 100 quarters")
    return value


def _dropped(case: Case, project: Project, held: bool) -> bool:
    return held or case.figure(f"project.{project.id}.run", 0.0 if project.optional else 1.0) < 0.5


def _plants(case: Case) -> list[tuple[Plant, int]]:
    """Every plant with the place of its project, −1 for those that stand. Raises CaseError for a project that is none."""
    place = {one.id: number for number, one in enumerate(case.projects)}
    brought = {plant: number for number, one in enumerate(case.projects) for plant in one.plants}
    out = []
    for plant in case.plants:
        if plant.project and plant.project not in place:
            raise CaseError(
                f"plant {plant.id}, field project: found {plant.project}, expected the id of a project of the case"
            )
        out.append((plant, place[plant.project] if plant.project else brought.get(plant.id, -1)))
    return out


def _until(case: Case, plant: Plant) -> float:
    """The end of a plant's last day."""
    return np.inf if plant.until is None else quarters_since(case.first, plant.until)


def _standing(case: Case, rows: np.ndarray) -> np.ndarray:
    """(P, Q) the plants that no project brings, at nameplate for the part of each quarter in which they stand; zero elsewhere."""
    place = np.arange(case.count, dtype=float)
    out = np.zeros((len(case.plants), case.count))
    brought = set(rows.tolist())
    for row, plant in enumerate(case.plants):
        if row not in brought:
            begun = EVER if plant.since is None else quarters_since(case.first, plant.since)
            part = np.minimum(place + 1, _until(case, plant)) - np.maximum(place, begun)
            out[row] = plant.capacity / PER_YEAR * np.clip(part, 0.0, 1.0)
    return out


def _assumptions(case: Case, days: Sequence, kinds: Sequence[str], tables: Tables) -> tuple[tuple[str, str], ...]:  # type: ignore[type-arg]
    """What the days and curves rest on that nobody has told, in Chinese and English."""
    out = []
    running = STAGES[RUNNING]
    undated = [one.project.name or one.project.id for one in days if not one.begun and running in one.assumed]
    if undated:
        names = "、".join(undated[:5])
        more_zh, more_en = (f"等 {len(undated)} 项", f" and {len(undated) - 5} more") if len(undated) > 5 else ("", "")
        out.append(
            (
                f"{names}{more_zh}未写投产日期，按通常建设期推定（{tables.durations.source[0]}）。",
                f"{', '.join(undated[:5])}{more_en}: no day of first output is told; usual building times are taken ({tables.durations.source[1]})",
            )
        )
    long_ago = [
        one.project.name or one.project.id for one in days if one.begun and one.own[RUNNING] != one.own[RUNNING]
    ]
    if long_ago:
        out.append(
            (
                f"{'、'.join(long_ago[:5])}已投产而未写日期，按已满产计。",
                f"{', '.join(long_ago[:5])}: in production with no day told; taken as ramped up.",
            )
        )
    for kind in kinds:
        curve = tables.curve(kind)
        if not curve.verified:
            shares = "、".join(f"{share:.0%}" for share in curve.shares)
            out.append(
                (
                    f"{curve.zh}投产后各季产能为 {shares}，再满产（{curve.source[0]}）。",
                    f"{curve.en}: {shares.replace('、', ', ')} of capacity by quarter, then full ({curve.source[1]})",
                )
            )
    return tuple(dict.fromkeys(out))
