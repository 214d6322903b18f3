"""A region that grows over 5 to 15 years, invented from a seed: what the planning figures are measured on.

P processes turn lower goods into higher ones; good 0 is power, 1 gas, 2 to 9 are bought, the last 10 are sold and carry goals. Capacity is
added with a delay of two quarters under limits of land, power, gas and money. The limits come from a solve without any: `tight` 1.05
can be met, 0.7 cannot. Same figures as the study that the floors were taken from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BOUGHT, SOLD, DELAY = 10, 10, 2


@dataclass
class Region:
    """`coef` (C, P) made and used per unit of activity; by process `start` capacity, `build` and `run` costs, `land` per unit; `price`
    (BOUGHT,); by quarter `goal` (SOLD, T) least sales, `discount`, `supply` (BOUGHT, T) most purchases, `money`, `area`."""

    coef: Floats
    start: Floats
    build: Floats
    run: Floats
    land: Floats
    price: Floats
    goal: Floats
    discount: Floats
    supply: Floats
    money: Floats
    area: Floats

    @property
    def size(self) -> tuple[int, int, int]:
        """P, C, T."""
        return self.coef.shape[1], self.coef.shape[0], self.discount.size


def unlimited(processes: int, goods: int, quarters: int, seed: int = 0) -> Region:
    """Without limits of power, gas, money and land."""
    rng = np.random.default_rng(seed)
    coef = np.zeros((goods, processes))
    for p in range(processes):
        out = BOUGHT + p % (goods - BOUGHT)
        coef[out, p] = 1.0
        for good in rng.choice(out, rng.integers(2, 5), replace=False):
            coef[good, p] -= rng.uniform(0.1, 0.5)
        coef[0, p] -= rng.uniform(0.2, 1.0)
        coef[1, p] -= rng.uniform(0.05, 0.3)
    goal = rng.uniform(5, 20, (SOLD, 1)) * np.linspace(1, 4, quarters)
    none = np.full(quarters, np.inf)
    return Region(
        coef,
        rng.uniform(10, 60, processes),
        rng.uniform(20, 80, processes),
        rng.uniform(0.5, 2, processes),
        rng.uniform(0.5, 3, processes),
        rng.uniform(0.5, 3, BOUGHT),
        goal,
        0.98 ** np.arange(quarters),
        np.full((BOUGHT, quarters), np.inf),
        none,
        none.copy(),
    )


def limited(processes: int = 200, goods: int = 50, quarters: int = 60, tight: float = 1.05, seed: int = 0) -> Region:
    """With limits taken from the answer without any."""
    from lvlian.outlook.program import Session

    region = unlimited(processes, goods, quarters, seed)
    program, places = programme(region)
    x = Session(program, {"solver": "ipm", "run_crossover": "off"}).solve().x
    new, cap, buy = x[places["new"]], x[places["cap"]], x[places["buy"]]
    region.supply[2:] = 3 * buy[2:].max()
    region.supply[0] = tight * np.maximum.accumulate(buy[0]) + 1
    region.supply[1] = max(tight, 1.05) * np.maximum.accumulate(buy[1]) + 1
    spent = np.cumsum(region.build @ new)
    money = 1.5 * np.full(quarters, spent[-1] / quarters) + 1.0
    money[0] += spent[0]
    return replace(region, money=money, area=1.1 * np.maximum.accumulate(region.land @ cap) + 1)


def programme(region: Region, sentences: bool = False) -> tuple[Any, dict[str, NDArray[np.int64]]]:
    """The linear programme, and the numbers of its blocks. With `sentences`: power, gas, money, land and each goal is a clause."""
    from lvlian.outlook.program import Program

    processes, goods, quarters = region.size
    size, inf = (processes, quarters), np.inf
    late = np.where(np.arange(quarters) >= quarters - DELAY, 0.0, inf)
    p = Program()
    x = p.variables("activity", size, cost=region.run[:, None] * region.discount)
    new = p.variables("new", size, upper=late, cost=region.build[:, None] * region.discount)
    cap = p.variables("capacity", size)
    buy = p.variables("buy", (BOUGHT, quarters), upper=region.supply, cost=region.price[:, None] * region.discount)
    sell = p.variables("sell", (SOLD, quarters), lower=region.goal)
    stock = p.variables("stock", (goods, quarters), cost=1e-3)
    balance = p.rows("balance", (goods, quarters), 0.0, 0.0)
    good, process = np.nonzero(region.coef)
    p.add(balance[good], x[process], region.coef[good, process][:, None])
    p.add(balance[:BOUGHT], buy, 1.0)
    p.add(balance[goods - SOLD :], sell, -1.0)
    p.add(balance, stock, -1.0)
    p.add(balance[:, 1:], stock[:, :-1], 1.0)
    before = np.zeros(size)
    before[:, 0] = region.start
    grow = p.rows("grow", size, before, before)
    p.add(grow, cap, 1.0)
    p.add(grow[:, 1:], cap[:, :-1], -1.0)
    p.add(grow[:, DELAY:], new[:, : quarters - DELAY], -1.0)
    within = p.rows("within", size, upper=0.0)
    p.add(within, x, 1.0)
    p.add(within, cap, -1.0)
    money = p.rows("money", quarters, upper=region.money)
    p.add(money, new, region.build[:, None])
    area = p.rows("land", quarters, upper=region.area)
    p.add(area, cap, region.land[:, None])
    if sentences:
        say(p, buy, sell, money, area)
    return p, {"activity": x, "new": new, "cap": cap, "buy": buy, "sell": sell, "stock": stock}


def say(p: Any, buy: Any, sell: Any, money: Any, area: Any) -> None:
    """The limits and goals as clauses."""
    from lvlian.outlook.program import Clause

    p.clause(Clause("power", "用电量", "power", "quota"), columns=buy[0])
    p.clause(Clause("gas", "用气量", "gas", "quota"), columns=buy[1])
    p.clause(Clause("money", "资金", "money", "quota"), rows=money)
    p.clause(Clause("land", "用地", "land", "quota"), rows=area)
    for number in range(len(sell)):
        p.clause(
            Clause(f"goal {number}", f"目标{number}", f"goal {number}", "goal"), columns=sell[number], side="lower"
        )
