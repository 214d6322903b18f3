"""The finished case and its projection, with the contracts that the plan needs beyond the order of merit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lvlian.ledger.quarter import quarter_of
from lvlian.outlook.case import Case, Contract
from lvlian.outlook.model import PER_YEAR
from lvlian.outlook.pathway.after import after
from lvlian.outlook.pathway.build import WAN, Built
from lvlian.outlook.pathway.links import wanted
from lvlian.outlook.pathway.moves import Move
from lvlian.outlook.pathway.solve import Plan, Solution
from lvlian.outlook.projection import Projection, project

if TYPE_CHECKING:
    from lvlian.chain.library import Library


def finished(
    plan: Plan, solution: Solution, shown: Projection, library: Library
) -> tuple[Case, Projection, tuple[Move, ...]]:
    """The finished case and its projection; contracts where the order of merit alone would leave goals shorter than the plan does."""
    built = plan.built
    done = after(built, solution)
    again = project(done, library)
    if not built.options.may("links"):
        return done, again, ()
    money = float(built.program.matrix().row_upper[built.ceiling]) * WAN - solution.spent
    contracts = _paid(built, wanted(built, solution, again), money)
    if not contracts:
        return done, again, ()
    best = project(after(built, solution, contracts), library)
    if _short(built, best) >= _short(built, again) - 1e-4:
        return done, again, ()
    kept, without = list(contracts), {}
    for one in contracts:  # those that change nothing are no moves
        fewer = [other for other in kept if other is not one]
        shown_without = project(after(built, solution, fewer), library) if fewer else again
        if _short(built, shown_without) <= _short(built, best) + 1e-3:
            kept, best = fewer, shown_without
        else:
            without[id(one)] = shown_without
    done = after(built, solution, kept)
    return done, best, tuple(_link_move(built, one, without[id(one)], best) for one in kept)


def _paid(built: Built, contracts: Sequence[Contract], money: float) -> tuple[Contract, ...]:
    """The contracts that the budget leaves money for, cheapest first."""
    out = []
    for one in sorted(contracts, key=lambda one: _cost(built, one)):
        money -= _cost(built, one)
        if money >= -1.0:
            out.append(one)
    return tuple(one for one in contracts if one in out)


def _cost(built: Built, contract: Contract) -> float:
    """Yuan over the whole period."""
    return float(contract.amount or 0.0) * float(built.options.links["cost"]) * built.case.count / PER_YEAR


def _short(built: Built, shown: Projection) -> float:
    """Sum of shares of the targets that a projection misses."""
    total = 0.0
    seen = set()
    for goal in built.goals.goals:
        if goal.aim.id in seen:
            continue
        seen.add(goal.aim.id)
        row = shown.aim(goal.aim.id)
        if row.short:
            total += row.short / max(abs(goal.aim.value), 1e-9)
    return total


def _link_move(built: Built, contract: Any, before: Projection, now: Projection) -> Move:
    case, table = built.case, built.options.links
    names = {key: case.names.get(key, key) for key in (contract.source, contract.target)}
    live = now.live
    zh_good = (
        contract.good
        if live is None or contract.good not in live.library.goods
        else live.library.goods[contract.good].zh
    )
    amount = float(contract.amount or 0.0)
    gain = {
        row.aim.id: row.value - old.value
        for row, old in zip(now.aims, before.aims, strict=True)
        if row.value is not None and old.value is not None
    }
    return Move(
        key=f"link:{contract.source}:{contract.target}:{contract.good}", kind="link",
        zh=f"{zh_good}每年 {amount / 1e4:.1f} 万吨由{names[contract.source]}供{names[contract.target]}", en=f"{amount / 1e3:,.0f} kt of {contract.good} a year from {contract.source} to {contract.target}",
        who=str(table["who"]), when=max(case.quarters[0], quarter_of(case.today)), day=None, cost=_cost(built, contract), gain=gain, track=str(table["track"]),
        data={"title": f"{names[contract.source]}—{names[contract.target]}供料", "good": contract.good, "amount": round(amount)}, contract=contract,
    )  # fmt: skip


__all__ = ["finished"]
