"""Quotas by quarter, and electricity beside them: from other provinces, solar, storage, demand response, captive units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.model import PER_YEAR, compile_model
from lvlian.outlook.pathway.money import annuity, rate_of
from lvlian.outlook.program import Clause

if TYPE_CHECKING:
    from lvlian.outlook.pathway.build import Built

Floats = NDArray[np.float64]
POWER = "electricity"
DRY = "power.dry"
"""The premise, and the id of the limit that it makes where a case has no limit of electricity."""
WAN = 1e4


def wet_season(built: Built) -> Floats:
    """(P, Q) the season's part of capacity without the dry season's loss of power (which stands as a quota of its own)."""
    found = built.added.case.premise(DRY)
    if found is None or not found.value or _limited(built):
        return built.model.season
    from lvlian.chain.library import load_library

    return compile_model(built.added.case.turned({DRY: 0.0}), load_library(), built.model.capacity).season


def _limited(built: Built) -> bool:
    return any(limit.good == POWER and limit.side == "upper" for limit in built.case.limits)


def limits(built: Built, spent: dict[int, float]) -> None:
    """Rows and clauses of the quotas, and the sources that may stand beside those of electricity."""
    model, program = built.model, built.program
    width = built.x.shape[1]
    for number, limit in enumerate(model.limits):
        if limit.side != "upper" or not model.weight[number].any():
            continue
        quarters = np.flatnonzero(np.isfinite(model.quota[number]))
        rows = program.rows(f"quota {limit.id}", len(quarters), upper=model.quota[number, quarters])
        built.rows[limit.id] = np.full(width, -1, np.int64)
        built.rows[limit.id][quarters] = rows
        for p in np.flatnonzero(model.weight[number]):
            program.add(rows, built.x[p, quarters], model.weight[number, p])
        if limit.good == POWER:
            _beside(built, limit.id, quarters, rows, model.quota[number, quarters], spent)
        clause = Clause(limit.id, limit.zh, limit.en, "quota", limit.ref, _unit(limit.good), extra={"good": limit.good})
        program.clause(clause, rows=rows, side="upper")
    _dry(built, spent)


def _dry(built: Built, spent: dict[int, float]) -> None:
    """Where no quota of electricity is told, the dry season's loss is one: smelters together take no more than their lines at reduced load."""
    model, program, choices = built.model, built.program, built.choices
    wet = wet_season(built)
    dry = model.season < wet - 1e-12
    quarters = np.flatnonzero(dry.any(axis=0))
    row_of = model.good.get(POWER)
    if not len(quarters) or row_of is None:
        return
    takes = np.maximum(-model.coef[row_of], 0.0)
    members = np.flatnonzero(dry.any(axis=1) & (takes > 0))
    share = takes[:, None] * model.load[:, None] * model.season
    standing = np.array([(share[members, q] * choices.standing[members, q]).sum() for q in quarters])
    rows = program.rows("quota power.dry", len(quarters), upper=standing)
    built.rows[DRY] = np.full(built.x.shape[1], -1, np.int64)
    built.rows[DRY][quarters] = rows
    for p in members:
        program.add(rows, built.x[p, quarters], takes[p])
    for row, q in zip(rows, quarters, strict=True):
        n, m = np.nonzero(choices.capacity[:, members, q])
        program.add(row, built.y[n], -choices.capacity[n, members[m], q] * share[members[m], q])
    reach = np.array(
        [
            (takes[members] * model.load[members] * wet[members, q] * choices.pipeline.capacity[members, q]).sum()
            for q in quarters
        ]
    )
    _beside(built, DRY, quarters, rows, np.maximum(reach, standing), spent)
    premise = built.added.case.premise(DRY)
    assert premise is not None  # asked for by wet_season
    clause = Clause(
        DRY,
        f"枯水期用电 {_signed(premise.value)}",
        f"power in the dry season {_signed(premise.value)}",
        "quota",
        premise.ref,
        "kWh",
        extra={"good": POWER},
    )
    program.clause(clause, rows=rows, side="upper")


def _beside(
    built: Built,
    limit: str,
    quarters: NDArray[np.int64],
    rows: NDArray[np.int64],
    quota: Floats,
    spent: dict[int, float],
) -> None:
    """kWh by source and quarter that widen a quota, at what they cost."""
    if not built.options.may("sources"):
        return
    program, case = built.program, built.added.case
    now = max(built.choices.pipeline.now, 0.0)
    rate = rate_of(case, built.options)
    for name, source in built.options.power.items():
        share = float(source["share"])
        if share <= 0:
            continue
        season = np.array([float(source["seasons"][case.quarters[q].number - 1]) for q in quarters])
        open_ = quarters >= int(np.ceil(now + float(source["lead"]) - 1e-9))
        most = np.where(open_, share * np.abs(quota) * season, 0.0)
        columns = program.variables(f"power {name} {limit}", len(quarters), upper=most)
        program.add(rows, columns, -1.0)
        whole = np.full(built.x.shape[1], -1, np.int64)
        whole[quarters] = columns
        built.extra[name, limit] = columns
        for column, q in zip(columns.tolist(), quarters.tolist(), strict=True):
            spent[column] = float(source["price"]) / WAN * float(built.weights[q])
        if "capital" in source and open_.any():  # built once, and paid by the quarter from then on
            first = int(quarters[open_][0])
            panel = int(program.variables(f"panels {name} {limit}", 1)[0])  # kW
            built.panels[name, limit] = panel
            made = float(source["hours"]) / PER_YEAR * season
            cover = program.rows(f"sun {name} {limit}", len(quarters), upper=0.0)
            program.add(cover, columns, 1.0)
            program.add(cover, panel, -made)
            yearly = annuity(rate, float(source["life"])) * float(source["capital"]) * 1000.0
            spent[panel] = yearly / PER_YEAR / WAN * float(built.weights[first:].sum())


def _signed(share: float) -> str:
    return f"{share:+.0%}".replace("-", "−")


def _unit(good: str) -> str:
    return {POWER: "kWh", "natural_gas": "m3"}.get(good, "t")


__all__ = ["DRY", "limits", "wet_season"]
