"""Quotas that a plan's own goals state: electricity of a year, energy of a year, a ceiling on the capacity of smelters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lvlian.outlook.case import Limit, Plant
from lvlian.outlook.plan_aims import when_of
from lvlian.outlook.plan_words import PlanWords
from lvlian.quantity.unit import UnitError, convert

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.plan.facts import Goal

_POWER = re.compile(r"用电量|供电量|电量保障|电量指标|用电指标")
_ENERGY = re.compile(r"能耗总量|能源消费总量|用能总量|能耗指标")
_CAPACITY = re.compile(r"产能")
_NOT = re.compile(r"单位|占比|比重|增速|下降|绿电|光伏|新能源|外送|发电")


def limits_of(words: PlanWords, plants: Sequence[Plant], library: Library) -> tuple[Limit, ...]:
    """The quotas among the goals, in the order of the text. Electricity and energy that are at most, or simply stated; a capacity only
    where the plan says at most."""
    out: list[Limit] = []
    for place, goal in enumerate(words.facts.goals):
        name, unit = goal.indicator, re.sub(r"/年$", "", goal.unit or "")
        if goal.mode != "level" or _NOT.search(name):
            continue
        if _POWER.search(name) and goal.op in ("<=", "<", "=", "~"):
            found = _limit(words, place, goal, "electricity", unit, "千瓦时")
        elif _ENERGY.search(name) and goal.op in ("<=", "<", "="):
            found = _limit(words, place, goal, "energy_quota", unit, "吨标准煤")
        elif _CAPACITY.search(name) and goal.op in ("<=", "<"):
            processes = _primary(name, plants, library)
            found = _limit(words, place, goal, "capacity", unit, "吨", processes) if processes else None
        else:
            found = None
        if found is not None:
            out.append(found)
    return tuple(out)


def _limit(
    words: PlanWords, place: int, goal: Goal, good: str, unit: str, wanted: str, processes: tuple[str, ...] = ()
) -> Limit | None:
    try:
        amount = convert(goal.value if goal.value_max is None else goal.value_max, unit, wanted)
    except UnitError:
        return None
    year, _ = when_of(goal.when)
    return Limit(
        id=f"{good}-g{place}", good=good, zh=goal.indicator, en=f"{good} a year", amount=amount,
        years=(year,) if year else (), processes=processes, ref=words.ref("goals", place, goal),
    )  # fmt: skip


def _primary(name: str, plants: Sequence[Plant], library: Library) -> tuple[str, ...]:
    """The primary processes that a ceiling on a capacity is about."""
    product = library.product_of(name)
    if product is None:
        return ()
    run = dict.fromkeys(plant.process for plant in plants)
    return tuple(
        process
        for process in run
        if library.processes[process].stage.id == "primary"
        and (product.metal or "aluminium") == library.processes[process].metal
        and product.stage.id == "primary"
    )
