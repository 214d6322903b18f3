"""What is there once and not by the quarter: land by approval batch, kW of substations, money; who starts when it does not reach for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lvlian.outlook.pathway.choices import build_quarters
from lvlian.outlook.pathway.money import investment_of, land_of
from lvlian.outlook.program import Clause

if TYPE_CHECKING:
    from lvlian.outlook.pathway.build import Built

WAN = 1e4
KIND_ZH = {
    "land": "用地",
    "power": "供电能力",
    "gas": "供气能力",
    "water": "供水能力",
    "funds": "资金",
    "energy_quota": "用能指标",
}


def amounts(built: Built, spent: dict[int, float]) -> None:
    """Pools by kind and unit of factor, and the limits of land and of funds."""
    _pools(built, spent)
    _land(built)
    _funds(built, spent)


def _pools(built: Built, spent: dict[int, float]) -> None:
    """What projects have taken of the factors of one kind by any quarter ≤ what is there by then; more land may be had by whole lots."""
    case, choices, program = built.added.case, built.choices, built.program
    pools: dict[tuple[str, str], list[int]] = {}
    for place, factor in enumerate(case.factors):
        if factor.amount is not None:
            pools.setdefault((factor.kind, factor.unit), []).append(place)
    width = case.count
    ends = np.arange(width) + 1.0
    for (kind, unit), members in pools.items():
        waits = [w for w in choices.waits if not w.upstream and w.source in members and w.amount > 0]
        asks = [w for w in waits if w.target in choices.of_project]
        if not asks:
            continue
        there = np.zeros(width)
        rows = program.rows(f"pool {kind} {unit}", width)
        for place in members:
            amount = float(case.factors[place].amount or 0.0)
            days = choices.of_factor.get(place)
            if days is None:
                there += amount * (choices.pipeline.factor_day[place] <= ends - 1e-9)
                continue
            for m in days:
                program.add(rows[choices.day[m] <= ends - 1e-9], built.z[m], -amount)
        seen = set()
        for wait in waits:
            if wait.target in seen:  # a relief names no amount of its own
                continue
            seen.add(wait.target)
            mine = choices.of_project.get(wait.target)
            if mine is None:
                there -= wait.amount * (choices.begin[wait.target] - wait.offset <= ends - 1e-9)
                continue
            for n in mine:
                program.add(rows[choices.time[n] - wait.offset <= ends - 1e-9], built.y[n], wait.amount)
        program.bound(rows=rows, upper=there)
        if kind == "land" and built.options.may("lots"):
            built.lots[kind, unit] = _lots(built, rows, spent)
        zh = f"{KIND_ZH.get(kind, kind)}合计 {sum(float(case.factors[p].amount or 0) for p in members):g}{unit}"
        clause = Clause(
            f"pool.{kind}.{unit}", zh, f"{kind} in all", "quota", case.factors[members[0]].ref, unit, case.factors[members[0]].unit_name,
            extra={"factors": tuple(case.factors[p].id for p in members)},
        )  # fmt: skip
        program.clause(
            clause, rows=rows, side="upper", scale=max(sum(float(case.factors[p].amount or 0) for p in members), 1.0)
        )
        built.rows[f"pool.{kind}.{unit}"] = rows


def _lots(built: Built, rows: np.ndarray, spent: dict[int, float]) -> np.ndarray:
    table, width = built.options.lots, built.case.count
    first = int(np.ceil(max(built.choices.pipeline.now, 0.0) + float(table["lead"]) - 1e-9))
    most = np.where(np.arange(width) >= first, float(table["most"]), 0.0)
    lots = built.program.variables("lots land", width, upper=most, integer=True)
    size = float(table["size"])
    for q in range(first, width):
        built.program.add(rows[q:], lots[q], -size)
        spent[int(lots[q])] = size * float(table["cost"]) / WAN * float(built.weights[q])
    return lots


def _land(built: Built) -> None:
    """A limit of land: all that projects have taken since the case began."""
    case, choices, program = built.added.case, built.choices, built.program
    for number, limit in enumerate(built.model.limits):
        if limit.good != "land" or limit.side != "upper":
            continue
        rows = program.rows(f"quota {limit.id}", case.count, upper=built.model.quota[number])
        for place, mine in choices.of_project.items():
            size = land_of(case, case.projects[place], built.options)
            lag = build_quarters(choices, place)
            for n in mine:
                program.add(rows[choices.time[n] - lag <= np.arange(case.count) + 1.0], built.y[n], size)
        program.clause(Clause(limit.id, limit.zh, limit.en, "quota", limit.ref, "亩"), rows=rows, side="upper")
        built.rows[limit.id] = rows


def spending(built: Built, n: int) -> np.ndarray:
    """(Q,) yuan of a choice's investment in each quarter: evenly over the time of building."""
    case, choices = built.added.case, built.choices
    place, end = int(choices.project[n]), float(choices.time[n])
    out = np.zeros(case.count)
    if not np.isfinite(end):
        return out
    size = investment_of(case, case.projects[place], built.options)
    length = max(build_quarters(choices, place), 1.0)
    quarters = np.arange(case.count, dtype=float)
    overlap = np.clip(np.minimum(quarters + 1, end) - np.maximum(quarters, end - length), 0.0, 1.0)
    return np.asarray(size * overlap / length)


def _funds(built: Built, spent: dict[int, float]) -> None:
    """A limit of funds: what is spent by any quarter ≤ own funds + loans, whose interest above the discount counts as cost."""
    case, program = built.added.case, built.program
    for number, limit in enumerate(built.model.limits):
        if limit.good != "funds" or limit.side != "upper":
            continue
        rows = program.rows(f"quota {limit.id}", case.count, upper=built.model.quota[number] / WAN)
        whole = 0.0
        for n, column in enumerate(built.y.tolist()):
            gone = np.cumsum(spending(built, n)) / WAN
            whole += float(gone[-1])
            at = np.flatnonzero(gone)
            program.add(rows[at], column, gone[at])
        rate = float(built.options.money["rates"]["loan"])
        loan = program.variables(f"loan {limit.id}", case.count, upper=0.7 * whole)
        for q in range(case.count):
            program.add(rows[q:], loan[q], -1.0)
            spent[int(loan[q])] = rate / 4.0 * float(built.weights[q:].sum())
        clause = Clause(limit.id, limit.zh, limit.en, "quota", limit.ref, "元")
        program.clause(clause, rows=rows, side="upper")
        built.rows[limit.id] = rows


__all__ = ["amounts", "spending"]
