"""The quarters of a chain by linear programme: HiGHS chooses what every plant makes so that the margin of the quarter is greatest.

The rules are those of the run by merit (capacity, local goods, quotas, what is at hand); only contracts are left aside, so that the
programme is never below it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.program import Program
from lvlian.outlook.projection.chain import Chain
from lvlian.outlook.projection.quarter import Pass

Floats = NDArray[np.float64]


def lp_quarters(
    chain: Chain,
    top: Floats,
    quota: Floats,
    price: Floats,
    cost: Floats,
    factors: Mapping[tuple[int, int], Floats],
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """(D, P, Q) made, (D, options, Q) taken of slots, (D, L, Q) whether a limit binds; one programme for each draw and quarter.

    `top` (D, P, Q), `quota` (D, L, Q), `price`, `cost` (D or 1, G, Q). Raises ProgramError where a figure is none."""
    draws, plants, width = top.shape
    options = [(number, good) for number, slot in enumerate(chain.slots) for good in slot.options]
    activity = np.zeros((draws, plants, width))
    flex = np.zeros((draws, len(options), width))
    held = np.zeros(quota.shape, bool)
    for draw in range(draws):
        mine = {key: factor[draw : draw + 1] if len(factor) > 1 else factor for key, factor in factors.items()}
        step = Pass(chain, mine)
        stock = chain.target.copy()
        for q in range(width):
            at = min(draw, len(price) - 1)
            made, taken, full = _quarter(
                step,
                mine,
                options,
                top[draw, :, q],
                stock,
                quota[draw, :, q],
                price[at, :, q],
                cost[min(draw, len(cost) - 1), :, q],
            )
            activity[draw, :, q], flex[draw, :, q], held[draw, :, q] = made, taken, full
            stock = _closing(step, mine, options, made, taken, stock)
    return activity, flex, held


def _coefficients(step: Pass, factors: Mapping[tuple[int, int], Floats]) -> tuple[Floats, Floats]:
    """(G, P) used and left beside the product, with the draw's own figures."""
    use, by = step.chain.use.copy(), step.chain.by.copy()
    for (good, plant), factor in factors.items():
        use[good, plant] *= float(factor[0])
        by[good, plant] *= float(factor[0])
    return use, by


def _quarter(
    step: Pass,
    factors: Mapping[tuple[int, int], Floats],
    options: list[tuple[int, int]],
    top: Floats,
    stock: Floats,
    quota: Floats,
    price: Floats,
    cost: Floats,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    chain = step.chain
    goods, plants = chain.coef.shape
    use, by = _coefficients(step, factors)
    exportable = np.concatenate([chain.model.exportable, np.ones(goods - len(chain.model.goods), bool)])
    program = Program()
    # what is left beside a product is sold in the next quarter: it counts at its price
    x = program.variables("made", plants, upper=top, cost=-(by.T @ price))
    buy = program.variables("bought", goods, upper=np.where(chain.free, np.inf, 0.0), cost=cost)
    keep = np.where(chain.stored, np.minimum(chain.target, stock), 0.0)
    sell = program.variables("sold", goods, upper=np.where(exportable, np.inf, 0.0), cost=-price)
    hold = program.variables("kept", goods, upper=keep, cost=-price * (1 - 1e-9))
    taken = program.variables("taken", len(options)) if options else np.zeros(0, np.int64)
    balance = program.rows("balance", goods, lower=-stock, upper=-stock)
    rows, columns = np.nonzero(chain.main)
    program.add(balance[rows], x[columns], chain.main[rows, columns])
    slotted = {(slot.good, slot.plant) for slot in chain.slots}
    direct = [(g, p) for g, p in zip(*np.nonzero(use), strict=True) if (int(g), int(p)) not in slotted]
    if direct:
        g, p = np.array(direct).T
        program.add(balance[g], x[p], -use[g, p])
    for sign, block in ((1.0, buy), (-1.0, sell), (-1.0, hold)):
        program.add(balance, block, sign)
    if options:
        met = program.rows("slots", len(chain.slots), lower=0.0, upper=0.0)
        for number, slot in enumerate(chain.slots):
            program.add(met[number], x[slot.plant], -use[slot.good, slot.plant])
        slots, wanted = np.array(options).T
        program.add(met[slots], taken, 1.0)
        program.add(balance[wanted], taken, -1.0)
    limits = [n for n, limit in enumerate(chain.model.limits) if limit.side == "upper" and np.isfinite(quota[n])]
    limits = [n for n in limits if chain.model.weight[n].any()]
    if limits:
        most = program.rows("quota", len(limits), upper=quota[limits])
        for row, number in enumerate(limits):
            for p in np.flatnonzero(chain.model.weight[number]):
                program.add(most[row], x[p], float(np.squeeze(step.weight(number, int(p)))))
    answer = program.solve()
    made = np.clip(answer.x[x], 0.0, top)
    full = np.zeros(len(quota), bool)
    for number in limits:
        weights = [float(np.squeeze(step.weight(number, p))) for p in range(plants)]
        full[number] = float(made @ weights) >= quota[number] * (1 - 1e-7)
    return made, np.maximum(answer.x[taken], 0.0) if options else np.zeros(0), full


def _closing(
    step: Pass,
    factors: Mapping[tuple[int, int], Floats],
    options: list[tuple[int, int]],
    made: Floats,
    taken: Floats,
    stock: Floats,
) -> Floats:
    from lvlian.outlook.projection.run import kept

    chain = step.chain
    use, by = _coefficients(step, factors)
    used = use @ made
    for slot in chain.slots:
        used[slot.good] -= use[slot.good, slot.plant] * made[slot.plant]
    for row, (_, good) in enumerate(options):
        used[good] += taken[row]
    left = np.maximum(stock + chain.main @ made - used, 0.0)
    return np.asarray(kept(chain, left[:, None], used[:, None])[:, 0] + by @ made)


__all__ = ["lp_quarters"]
