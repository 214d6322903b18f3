"""One quarter of the chain for many draws: plants in order, local goods shared out, quotas kept. Rows are goods or plants, columns draws."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.projection.chain import Chain, Slot, Supply

Floats = NDArray[np.float64]
SECANT = 6
"""Steps to the cut that just keeps a quota; what a plant makes is linear in it between two kinks, so that one or two suffice."""
CLOSE = 1e-9


class Pass:
    """The plants of a chain in their order, once for each call. `factors`: (good, plant) → (D or 1,) on what it takes or leaves."""

    def __init__(
        self, chain: Chain, factors: Mapping[tuple[int, int], Floats], free: NDArray[np.bool_] | None = None
    ) -> None:
        self.chain = chain
        self.factors = factors
        self.free = free
        self.at = {good: row for row, good in enumerate(chain.tracked)}
        slots: dict[int, list[tuple[int, Slot]]] = {}
        start = 0
        for slot in chain.slots:
            slots.setdefault(slot.plant, []).append((start, slot))
            start += len(slot.options)
        self.options = start
        taken = {(slot.good, slot.plant) for slot in chain.slots}
        local = {supply.good: supply for supply in chain.supplies}
        self.steps: list[
            tuple[int, list[tuple[Supply, Floats | float]], list[tuple[int, Floats | float]], list[tuple[int, Slot, Floats | float]], int | None]
        ] = []  # fmt: skip
        for plant in chain.order:
            mine = [g for g in chain.tracked if chain.use[g, plant] > 0 and (g, plant) not in taken]
            product = chain.model.products[plant]
            self.steps.append(
                (
                    plant,
                    [(local[g], self.need(g, plant)) for g in mine if g in local],
                    [(self.at[g], self.need(g, plant)) for g in mine],
                    [(first, slot, self.need(slot.good, plant)) for first, slot in slots.get(plant, ())],
                    self.at.get(product) if chain.main[product, plant] > 0 else None,
                )
            )
        self.needs = {
            (supply.good, p): self.need(supply.good, p)
            for supply in chain.supplies
            for p in (*supply.users, *supply.makers)
        }
        self.main = {plant: chain.main[chain.model.products[plant], plant] for plant in chain.order}

    def need(self, good: int, plant: int) -> Floats | float:
        factor = self.factors.get((good, plant))
        used = float(self.chain.use[good, plant])
        return used if factor is None else used * factor

    def weight(self, limit: int, plant: int) -> Floats | float:
        """What a tonne of the plant takes of a limit's good, with the draws' own figure."""
        model = self.chain.model
        weight = float(model.weight[limit, plant])
        row = model.good.get(model.limits[limit].good)
        factor = None if row is None else self.factors.get((row, plant))
        return weight if factor is None else weight * factor

    def __call__(self, top: Floats, stock: Floats) -> tuple[Floats, Floats]:
        """(P, D) made and (options, D) taken of slots; `top` (P, D) the most of each, `stock` (tracked, D) at hand."""
        want = self._outlets(top, stock)
        hand = stock.copy()
        made = np.empty_like(want)
        taken = np.zeros((self.options, want.shape[1]))
        shared: set[int] = set()
        for plant, supplies, uses, slots, product in self.steps:
            for supply, _ in supplies:
                if supply.good not in shared:
                    shared.add(supply.good)
                    self._share(supply, hand, want, made)
            x = want[plant]
            for _, slot, need in slots:
                if slot.bought is None:
                    there = np.zeros_like(x)
                    for good in slot.options:
                        there += np.maximum(hand[self.at[good]], 0.0)
                    x = np.minimum(x, there / np.maximum(need, 1e-300))
            made[plant] = x
            for row, need in uses:
                hand[row] -= need * x
            for first, slot, need in slots:
                rest = need * x
                for step, good in enumerate(slot.options):
                    if step == slot.bought:
                        got = rest if step == len(slot.options) - 1 else np.zeros_like(x)
                    else:
                        got = np.minimum(np.maximum(hand[self.at[good]], 0.0), rest)
                        rest = rest - got
                    taken[first + step] += got
                    hand[self.at[good]] -= got
                if slot.bought is not None and slot.bought != len(slot.options) - 1:
                    taken[first + slot.bought] += rest
                    hand[self.at[slot.options[slot.bought]]] -= rest
            if product is not None:
                hand[product] += self.main[plant] * x
        return made, taken

    def _share(self, supply: Supply, hand: Floats, want: Floats, made: Floats) -> None:
        """What is at hand of a local good to its users: promised first, then in their order, sinks last; `want` comes down to it."""
        rest = np.maximum(hand[self.at[supply.good]], 0.0)
        need = {p: self.needs[supply.good, p] for p in supply.users}
        asked = {p: want[p] * need[p] for p in supply.users}
        given: dict[int, Floats] = {}
        for sources, targets, share, amount in supply.promised:
            from_there = np.asarray(sum(made[p] * self.main[p] for p in sources))
            promise = from_there if share is None else from_there * share
            if amount is not None:
                promise = np.minimum(promise, amount)
            promise = np.minimum(promise, rest)
            for p in targets:
                got = np.minimum(asked[p] - given.get(p, 0.0), promise)
                given[p] = given.get(p, 0.0) + got
                promise = promise - got
                rest = rest - got
        for rank in supply.ranks:
            open_ = [asked[p] - given[p] if p in given else asked[p] for p in rank]
            if len(rank) == 1:
                got = [np.minimum(open_[0], rest)]
                rest = rest - got[0]
            else:
                whole = np.asarray(sum(open_))
                part = np.minimum(1.0, rest / np.maximum(whole, 1e-300))
                got = [part * one for one in open_]
                rest = np.maximum(rest - part * whole, 0.0)
            for p, more in zip(rank, got, strict=True):
                total = given[p] + more if p in given else more
                less = np.minimum(want[p], total / need[p])
                if self.free is None or p in supply.sinks or self.chain.stored[supply.good]:
                    want[p] = less
                else:
                    want[p] = np.where(self.free, want[p], less)

    def _outlets(self, top: Floats, stock: Floats) -> Floats:
        """What plants may make at most: captive ones what their own firm takes, makers of what cannot leave the region no more than all its
        users together could; last in the chain first."""
        want = top.copy()
        for captive, product, users in self.chain.captive:
            asked = np.asarray(sum(want[p] * self.need(product, p) for p in users))
            want[captive] = np.minimum(want[captive], asked / self.main[captive])
        for supply in reversed(self.chain.supplies):
            if not supply.makers or self.chain.stored[supply.good]:
                continue
            room = np.asarray(sum(want[p] * self.needs[supply.good, p] for p in supply.users))
            made = np.asarray(sum(want[p] * self.main[p] for p in supply.makers))
            part = np.minimum(1.0, room / np.maximum(made, 1e-300))
            if (part < 1.0).any():
                for p in supply.makers:
                    want[p] = want[p] * part
        return want

    def closing(self, made: Floats, taken: Floats, stock: Floats) -> Floats:
        """(tracked, D) what is at hand when the next quarter begins."""
        from lvlian.outlook.projection.run import kept

        chain = self.chain
        rows = list(chain.tracked)
        used = chain.use[rows] @ made
        by = chain.by[rows] @ made
        for (good, plant), factor in self.factors.items():
            row = self.at.get(good)
            if row is not None:
                used[row] += chain.use[good, plant] * (factor - 1.0) * made[plant]
                by[row] += chain.by[good, plant] * (factor - 1.0) * made[plant]
        number = 0
        for slot in chain.slots:
            used[self.at[slot.good]] -= self.need(slot.good, slot.plant) * made[slot.plant]
            for good in slot.options:
                used[self.at[good]] += taken[number]
                number += 1
        left = np.maximum(stock + chain.main[rows] @ made - used, 0.0)
        return np.asarray(kept(chain, left, used, rows) + by)


def cut_to_quotas(
    step: Pass, top: Floats, stock: Floats, quota: Floats, rule: str
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """A quarter within its quotas: (P, D) made, (options, D) taken, (L, D) whether a limit cut. `quota` (L, D); what a limit of
    the kind `lower` asks is only reported elsewhere."""
    made, taken = step(top, stock)
    held = np.zeros(quota.shape, bool)
    chain = step.chain
    for number, limit in enumerate(chain.model.limits):
        weights = {
            p: step.weight(number, p)
            for p in range(len(chain.model.plants))
            if limit.side == "upper" and chain.model.weight[number, p] > 0
        }
        if not weights or not np.isfinite(quota[number]).any():
            continue
        most = quota[number]
        over = _taken(weights, made) - most
        hit = over > CLOSE * np.maximum(most, 1.0)
        if not hit.any():
            continue
        held[number] = hit
        order = sorted(weights, key=lambda p: (chain.margin[p] / chain.model.weight[number, p], p))
        base = made.copy()
        low, high = np.zeros_like(over), np.where(hit, over, 0.0)
        at_low, cut = np.where(hit, over, 0.0), high
        for _ in range(SECANT):
            caps = _capped(base, weights, order, cut, rule)
            tried, got = step(np.minimum(caps, top), stock)
            left = _taken(weights, tried) - most
            fits = left <= CLOSE * np.maximum(most, 1.0)
            better = hit & fits
            made, taken = np.where(better, tried, made), np.where(better, got, taken)
            high, low = np.where(better, cut, high), np.where(hit & ~fits, cut, low)
            at_low = np.where(hit & ~fits, left, at_low)
            slack = np.where(better, -left, np.inf)
            if not (hit & (~fits | (slack > 1e-7 * np.maximum(most, 1.0)))).any():
                break
            spare = np.maximum(most - _taken(weights, made), 0.0)
            cut = low + (high - low) * at_low / np.maximum(at_low + spare, 1e-300)
            cut = np.where(hit & (spare > 1e-7 * np.maximum(most, 1.0)), cut, high)
        top = np.where(hit, np.minimum(top, made), top)
    return made, taken, held


def _taken(weights: Mapping[int, Floats | float], made: Floats) -> Floats:
    return np.asarray(sum(weight * made[p] for p, weight in weights.items()))


def _capped(base: Floats, weights: Mapping[int, Floats | float], order: list[int], cut: Floats, rule: str) -> Floats:
    """What each plant may make when so much of the quota's good has to be saved: those first that earn least by it, or all alike."""
    caps = base.copy()
    if rule == "share":
        whole = _taken(weights, base)
        part = 1.0 - cut / np.maximum(whole, 1e-300)
        for p in weights:
            caps[p] = base[p] * np.clip(part, 0.0, 1.0)
        return caps
    rest = cut
    for p in order:
        saved = np.minimum(rest, weights[p] * base[p])
        caps[p] = base[p] - saved / weights[p]
        rest = rest - saved
    return caps
