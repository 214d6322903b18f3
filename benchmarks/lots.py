"""A region that chooses projects, invented from a seed: lumpy, and tight on land. What the mixed-integer figures are measured on.

60 processes × 30 goods × 24 quarters; 40 projects, each start quarter free or never; each takes land that comes in approval batches, sold in
whole lots; money by quarter; goals that may be missed at a price. About half of the projects fit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.growth import BOUGHT, DELAY, SOLD, unlimited

SHORT = 300.0
"""What a unit of a missed goal costs."""
AGED = 0.3
"""Share of the capacity at the start that still runs."""
LOT = 50.0
"""亩 in a lot; a project takes whole ones."""


def choice(
    processes: int = 60,
    goods: int = 30,
    quarters: int = 24,
    projects: int = 40,
    seed: int = 0,
    tight: float = 0.5,
    form: str = "cumulative",
    lump: tuple[float, float] = (5.0, 25.0),
    money: float = 4.0,
    aged: float = AGED,
) -> tuple[Any, dict[str, NDArray[np.int64]]]:
    """The programme and its blocks. `tight` is the share of all projects' land that is approved by the end. `form`: `cumulative`
    (binary: started by this quarter) or `starts` (binary: starts in this quarter); `lump` the range of their capacities; `money`
    what may be spent by each quarter, in even shares of what all that fits would cost; `aged` the share of the capacity at the start that still runs."""
    from lvlian.outlook.program import Clause, Program

    region = unlimited(processes, goods, quarters, seed)
    rng = np.random.default_rng(seed + 1)
    owner = rng.choice(processes, projects, replace=False)
    size = rng.uniform(*lump, projects)
    plot = np.ceil(rng.uniform(60, 400, projects) / LOT)
    outlay = size * region.build[owner] * rng.uniform(0.7, 1.3, projects)
    whole = (processes, quarters)
    p = Program()
    x = p.variables("activity", whole, cost=region.run[:, None] * region.discount)
    buy = p.variables("buy", (BOUGHT, quarters), cost=region.price[:, None] * region.discount)
    sell = p.variables("sell", (SOLD, quarters), upper=region.goal)
    short = p.variables("short", (SOLD, quarters), cost=SHORT * region.discount)
    stock = p.variables("stock", (goods, quarters), upper=20.0, cost=1e-2)
    z = p.variables("started", (projects, quarters), upper=1.0, integer=True)
    balance = p.rows("balance", (goods, quarters), 0.0, 0.0)
    good, process = np.nonzero(region.coef)
    p.add(balance[good], x[process], region.coef[good, process][:, None])
    p.add(balance[:BOUGHT], buy, 1.0)
    p.add(balance[goods - SOLD :], sell, -1.0)
    p.add(balance, stock, -1.0)
    p.add(balance[:, 1:], stock[:, :-1], 1.0)
    met = p.rows("goal", (SOLD, quarters), region.goal)
    p.add(met, sell, 1.0)
    p.add(met, short, 1.0)
    within = p.rows("within", whole, upper=aged * region.start[:, None])
    p.add(within, x, 1.0)
    by = np.array([0.35, 0.6, 0.8, 1.0])[np.minimum(np.arange(quarters) // 6, 3)]
    area = p.rows("land", quarters, upper=np.floor(tight * plot.sum() * by))
    fund = p.rows("money", quarters, upper=money * tight * outlay.sum() / quarters * np.arange(1, quarters + 1))
    later = np.arange(quarters)
    if form == "cumulative":
        p.add(within[owner][:, DELAY:], z[:, : quarters - DELAY], -size[:, None])
        p.add(area, z, plot[:, None])
        p.add(fund, z, outlay[:, None])
        steps = p.rows("once started", (projects, quarters - 1), lower=0.0)
        p.add(steps, z[:, 1:], 1.0)
        p.add(steps, z[:, :-1], -1.0)
        saved = region.discount - np.append(region.discount[1:], 0.0)
        p.price(z, outlay[:, None] * saved)
    else:
        for quarter in range(quarters):
            done = later[: quarter + 1]
            if quarter >= DELAY:
                p.add(within[owner, quarter][:, None], z[:, : quarter - DELAY + 1], -size[:, None])
            p.add(area[quarter], z[:, done], plot[:, None])
            p.add(fund[quarter], z[:, done], outlay[:, None])
        once = p.rows("once", projects, upper=1.0)
        p.add(once[:, None], z, 1.0)
        p.price(z, outlay[:, None] * region.discount)
    p.clause(Clause("land", "用地批次", "land batches", "quota", unit="lot"), rows=area)
    p.clause(Clause("money", "资金", "money", "quota"), rows=fund)
    p.clause(Clause("goals", "目标", "goals", "goal"), rows=met, side="lower")
    return p, {"started": z, "land": area, "money": fund, "sell": sell, "goal": met, "buy": buy}
