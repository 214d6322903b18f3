"""Whether the bands hold what they say: histories are simulated whose truth is known, and counted in how many it lies within the band.

Two questions. `back_test`: the truth comes from the model's own laws with another seed; a band of 80 % then holds 80 % but for chance, or the
step from laws to bands is wrong. `learned`: the truth of each region has a law of its own near the prior, and the forecast knows only
the prior and the region's records; a band holds what it says if records are weighed rightly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lvlian.outlook.risk.assess import draw_all
from lvlian.outlook.risk.engine import Machine
from lvlian.outlook.risk.law import gamma_of
from lvlian.outlook.risk.stream import Floats, RiskError, Streams

if TYPE_CHECKING:
    from lvlian.outlook.pipeline import Priors

PERCENTS = (50, 80, 95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """In which share of `count` histories the truth of `what` lay within each band: (50, 80, 95 %)."""

    what: str
    shares: tuple[float, float, float]
    count: int


def inside(below: Floats, upto: Floats) -> tuple[float, float, float]:
    """The share of truths within the bands of 50, 80, 95 %, from the share of the forecast below each truth and up to it (probability
    integral transform; where the two differ, many draws share the figure, and the part of them that lies in the band counts: Czado,
    Gneiting & Held, Biometrics 65 (2009) 1254–1261)."""
    found = []
    for percent in PERCENTS:
        low, high = 0.5 - percent / 200, 0.5 + percent / 200
        wide = upto - below
        part = np.clip(np.minimum(upto, high) - np.maximum(below, low), 0.0, None)
        point = ((below >= low) & (below <= high)).astype(float)
        found.append(float(np.where(wide > 0, part / np.where(wide > 0, wide, 1.0), point).mean()))
    return found[0], found[1], found[2]


def places(forecast: Floats, truths: Floats) -> tuple[Floats, Floats]:
    """(R, T) the shares of `forecast` (R, D) below each of `truths` (R, T), and up to it."""
    draws = forecast.shape[1]
    rising = np.sort(forecast, axis=1)
    below = (
        np.stack([np.searchsorted(row, truth, side="left") for row, truth in zip(rising, truths, strict=True)]) / draws
    )
    upto = (
        np.stack([np.searchsorted(row, truth, side="right") for row, truth in zip(rising, truths, strict=True)]) / draws
    )
    return below, upto


def back_test(
    machine: Machine, *, seed: int, truth_seed: int, draws: int = 4_000, histories: int = 4_000
) -> tuple[Held, ...]:
    """Each goal's bands in its year, and over all quarters, against histories of another seed. Raises RiskError for one seed twice."""
    if seed == truth_seed:
        raise RiskError(f"calibration: found seed {seed} for forecast and truth, expected two")
    _, said = draw_all(machine, seed, draws)
    _, truth = draw_all(machine, truth_seed, histories)
    quarters = machine.case.quarters
    out = []
    for aim in machine.aims:
        rows = [course.quarterly() for course in (said[aim.id], truth[aim.id])]
        varies = np.flatnonzero((rows[0].min(axis=1) < rows[0].max(axis=1)) & ~np.isnan(rows[0]).any(axis=1))
        if len(varies):
            share = inside(*places(rows[0][varies], rows[1][varies]))
            out.append(Held(what=f"{aim.id} by quarter", shares=share, count=histories * len(varies)))
        years = [
            course.year(quarters, aim.year or quarters[-1].year, aim.quarter)[None]
            for course in (said[aim.id], truth[aim.id])
        ]
        if np.nanmin(years[0]) < np.nanmax(years[0]):
            out.append(Held(what=aim.id, shares=inside(*places(years[0], years[1])), count=histories))
    return tuple(out)


def learned(
    priors: Priors,
    stages: Sequence[tuple[str, str]],
    *,
    seed: int,
    regions: int = 400,
    records: int = 20,
    projects: int = 20,
    spread: float = 0.4,
) -> Held:
    """Delays of `projects` in each of many regions: each region's true laws are the priors with means times exp(`spread` × normal); its
    records are drawn from them, the forecast is the prior updated by the records (lvlian.outlook.pipeline.update)."""
    from scipy.special import gammainc

    from lvlian.outlook.pipeline import Record, update

    streams = Streams(seed)
    shares: list[Floats] = []
    for kind, stage in stages:
        law = priors.law(kind, stage)
        if law is None:
            raise RiskError(f"calibration: no prior for {kind}, {stage}")
        apart = np.exp(spread * streams.normals([f"{kind}/{stage}/region"], 0, regions)[0] - spread**2 / 2)
        drawn = streams.normals([f"{kind}/{stage}/{n}" for n in range(records + projects)], 0, regions)
        slips = gamma_of(drawn, law.shape, law.scale) * apart
        for region in range(regions):
            told = update(
                priors, [Record(kind=kind, stage=stage, slip=float(one)) for one in slips[:records, region]]
            ).law(kind, stage)
            assert told is not None
            shares.append(gammainc(told.shape, slips[records:, region] / told.scale))
    at = np.concatenate(shares)
    return Held(what=f"delays after {records} records", shares=inside(at, at), count=len(at))
