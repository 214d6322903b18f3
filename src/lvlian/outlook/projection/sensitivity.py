"""One premise at a time: what each goal's figure becomes at the ends of a step. All turns are draws of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Case, CaseError, Premise
from lvlian.outlook.model import Model, compile_model
from lvlian.outlook.pipeline import Pipeline, pipeline
from lvlian.outlook.projection.chain import chain_of
from lvlian.outlook.projection.measure import bench_of
from lvlian.outlook.projection.reach import figures_of, measure_of
from lvlian.outlook.projection.run import run

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Swing:
    """A premise turned down to `low` and up to `high` from `value`; `aims`: goal → (figure at low, figure now, figure at high) in the goal's
    unit, of goals that a formula knows."""

    key: str
    zh: str
    en: str
    unit: str
    value: float
    low: float
    high: float
    aims: Mapping[str, tuple[float, float, float]]

    def width(self, aim_id: str) -> float:
        """How far the figure of a goal moves between the ends."""
        low, now, high = self.aims.get(aim_id, (0.0, 0.0, 0.0))
        return max(low, now, high) - min(low, now, high)

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key, "zh": self.zh, "en": self.en, "unit": self.unit, "value": self.value, "low": self.low,
            "high": self.high, "aims": {key: list(three) for key, three in self.aims.items()},
        }  # fmt: skip


def sensitivity(
    case: Case,
    keys: Sequence[str] | None = None,
    steps: Mapping[str, tuple[float, float]] | None = None,
    *,
    library: Library | None = None,
) -> tuple[Swing, ...]:
    """Each premise (default: all) turned alone to both ends of a step: those of `steps`, else one step of its slider to either side, within
    its range. In the order of `keys`. Raises CaseError for a key that no premise has."""
    from lvlian.chain.library import load_library

    shelf = library if library is not None else load_library()
    wanted = [_known(case, key) for key in (keys if keys is not None else [one.key for one in case.premises])]
    ends = [_ends(one, (steps or {}).get(one.key)) for one in wanted]
    turns = [(one.key, end) for one, pair in zip(wanted, ends, strict=True) for end in pair if end != one.value]
    base_line = pipeline(case)
    base = compile_model(case, shelf, base_line.capacity)
    models, lines = [base], [base_line]
    for key, value in turns:
        here = case.turned({key: value})
        line = pipeline(here) if _moves_projects(key) else base_line
        models.append(compile_model(here, shelf, line.capacity))
        lines.append(line)
    chain = chain_of(base, shelf)
    many = run(
        base,
        capacity=np.stack([model.capacity for model in models]),
        load=np.stack([model.load for model in models]),
        season=np.stack([model.season for model in models]),
        quota=np.stack([model.quota for model in models]),
        price=np.stack([model.price for model in models]),
        shocks=shocks_between(base, models),
        chain=chain,
    )
    bench = bench_of(chain, shelf)
    stage = bench.stage(many, np.stack([line.start for line in lines]), np.stack([_days(line) for line in lines]))
    places = {turn: row + 1 for row, turn in enumerate(turns)}
    figures: dict[str, Floats] = {}
    for aim in case.aims:
        measure = measure_of(bench, aim)
        if measure is None:
            continue
        found, _ = figures_of(case, aim, measure, measure.figures(stage))
        if found is not None:
            figures[aim.id] = np.broadcast_to(found, (len(models),))
    return tuple(
        Swing(
            key=one.key,
            zh=one.zh,
            en=one.en,
            unit=one.unit,
            value=one.value,
            low=low,
            high=high,
            aims={
                aim: (
                    float(row[places.get((one.key, low), 0)]),
                    float(row[0]),
                    float(row[places.get((one.key, high), 0)]),
                )
                for aim, row in figures.items()
                if not np.isnan(row).any()
            },
        )
        for one, (low, high) in zip(wanted, ends, strict=True)
    )


def shocks_between(base: Model, models: Sequence[Model]) -> dict[tuple[str, str], Floats]:
    """(plant id, good) → factor by model on what is used or left per tonne, for the recipes in which models differ. Raises CaseError where
    a model has other goods or plants."""
    out: dict[tuple[str, str], Floats] = {}
    for model in models:
        if model.goods != base.goods or len(model.plants) != len(base.plants):
            raise CaseError("models: found other goods or plants, expected those of the first")
    stack = np.stack([model.coef for model in models])
    for good, plant in zip(*np.nonzero((stack != base.coef).any(axis=0)), strict=True):
        if base.coef[good, plant]:
            out[base.plants[plant].id, base.goods[good]] = stack[:, good, plant] / base.coef[good, plant]
    return out


def _known(case: Case, key: str) -> Premise:
    found = case.premise(key)
    if found is None:
        raise CaseError(f"premise {key}: not among the premises of {case.region}, expected one of them")
    return found


def _ends(one: Premise, given: tuple[float, float] | None) -> tuple[float, float]:
    if given is not None:
        return given
    step = one.step or (one.high - one.low) / 10
    return max(one.value - step, min(one.low, one.value)), min(one.value + step, max(one.high, one.value))


def _moves_projects(key: str) -> bool:
    return key.startswith(("factor.", "project.", "ramp.", "start."))


def _days(line: Pipeline) -> Floats:
    return np.asarray(line.factor_day, float)


__all__ = ["Swing", "sensitivity", "shocks_between"]
