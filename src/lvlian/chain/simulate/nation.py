"""A nation of regions as one large system: smelters, casters and processors that trade, with its truth and its wrong readings.

Account-like and not a graph for a drawing: stores and processes of every firm are balances, flows between firms are read by both
sides, stock changes have either sign, small flows are not read at all. Invented throughout; for measurements of speed and detection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.account.system import Floats, Ints, System

STREAMS_PER_FIRM = 6.6
MOST_STREAMS = 20_000_000


@dataclass(frozen=True)
class Nation:
    """`system` with its readings; `truth` (m,) closes every balance; `wrong` the places in `system.reading` that were made wrong;
    `region` (m,) the region of each stream."""

    system: System
    truth: Floats
    wrong: Ints
    region: Ints


def simulate_nation(streams: int, seed: int = 1, wrong: float = 0.002, read: float = 0.92) -> Nation:
    """About `streams` streams (at least 90): regions of 20 firms around a smelter each, a tenth of the trade crosses regions.

    `wrong`: share of readings that are off by 10–50 sd; `read`: share of small flows (losses, scrap) that are read. Raises
    ValueError where `streams` is outside 90 … 2·10⁷ or a share outside 0 … 1.
    """
    if not 90 <= streams <= MOST_STREAMS:
        raise ValueError(f"streams: found {streams}, expected 90 to {MOST_STREAMS}")
    if not 0 <= wrong <= 1 or not 0 <= read <= 1:
        raise ValueError(f"shares: found wrong {wrong} and read {read}, expected 0 to 1")
    chance = np.random.default_rng(seed)
    firms = max(5, round(streams / STREAMS_PER_FIRM))
    each = min(20, firms)
    regions = -(-firms // each)
    home = np.arange(firms) // each
    grow = _Grower()
    # casters (three in four firms) cast liquid metal and bought scrap; processors roll or extrude what casters sell
    caster = np.arange(firms) % 4 != 3
    casters, processors = np.flatnonzero(caster), np.flatnonzero(~caster)
    liquid = chance.lognormal(8.0, 0.7, casters.size)
    scrap = liquid * chance.uniform(0.02, 0.10, casters.size)
    shed = (liquid + scrap) * chance.uniform(0.004, 0.020, casters.size)
    cast = liquid + scrap - shed
    stock = cast * chance.uniform(-0.05, 0.05, casters.size)
    smelter, process, store = grow.nodes(regions), grow.nodes(casters.size), grow.nodes(casters.size)
    grow.add(liquid, out_of=smelter[home[casters]], into=process, region=home[casters], sd=0.003, twice=True)
    grow.add(scrap, into=process, region=home[casters], sd=0.01)
    grow.add(shed, out_of=process, region=home[casters], sd=0.15, chance=chance, read=read)
    grow.add(cast, out_of=process, into=store, region=home[casters], sd=0.005)
    grow.add(stock, out_of=store, region=home[casters], sd=0.01, scale=cast, signed=True)
    work, ready = grow.nodes(processors.size), grow.nodes(processors.size)
    sold = (cast - stock) * chance.uniform(0.2, 0.8, casters.size)
    buyer = _partners(chance, home[casters], home[processors], processors.size)
    grow.add(sold, out_of=store, into=work[buyer], region=home[casters], sd=0.003, twice=True)
    grow.add(cast - stock - sold, out_of=store, region=home[casters], sd=0.003)
    taken = np.bincount(buyer, sold, processors.size)
    outside = chance.lognormal(6.0, 0.5, processors.size)
    waste = (taken + outside) * chance.uniform(0.08, 0.25, processors.size)
    made = taken + outside - waste
    kept = made * chance.uniform(-0.05, 0.05, processors.size)
    grow.add(outside, into=work, region=home[processors], sd=0.003)
    grow.add(waste, out_of=work, region=home[processors], sd=0.02, chance=chance, read=read)
    grow.add(made, out_of=work, into=ready, region=home[processors], sd=0.005)
    grow.add(kept, out_of=ready, region=home[processors], sd=0.01, scale=made, signed=True)
    grow.add(made - kept, out_of=ready, region=home[processors], sd=0.003)
    delivered = np.bincount(home[casters], liquid, regions)
    ingot = delivered * chance.uniform(0.05, 0.5, regions)
    grow.add(delivered + ingot, into=smelter, region=np.arange(regions), sd=0.004)
    grow.add(ingot, out_of=smelter, region=np.arange(regions), sd=0.003)
    return grow.finish(chance, wrong)


def _partners(chance: np.random.Generator, home: Ints, theirs: Ints, count: int) -> Ints:
    """For each seller a buyer: mostly one of the same region, for one in ten any."""
    first = np.searchsorted(theirs, home, "left")
    last = np.searchsorted(theirs, home, "right")
    near = first + (chance.random(home.size) * np.maximum(last - first, 1)).astype(np.int64)
    far = chance.integers(0, count, home.size)
    return np.where((chance.random(home.size) < 0.1) | (last == first), far, np.minimum(near, count - 1)).astype(
        np.int64
    )


class _Grower:
    """Streams and balances as they are added, whole arrays at a time."""

    def __init__(self) -> None:
        self.size = self.count = 0
        self.rows: list[Ints] = []
        self.cols: list[Ints] = []
        self.signs: list[Floats] = []
        self.truth: list[Floats] = []
        self.region: list[Ints] = []
        self.lower: list[Floats] = []
        self.stream: list[Ints] = []
        self.spread: list[Floats] = []

    def nodes(self, count: int) -> Ints:
        found = np.arange(self.count, self.count + count, dtype=np.int64)
        self.count += count
        return found

    def add(
        self, value: Floats, *, region: Ints, sd: float, out_of: Ints | None = None, into: Ints | None = None,
        scale: Floats | None = None, twice: bool = False, signed: bool = False,
        chance: np.random.Generator | None = None, read: float = 1.0,
    ) -> None:  # fmt: skip
        """Streams of these true values; `sd` relative to `scale` (the value where none is given)."""
        k = np.arange(self.size, self.size + value.size, dtype=np.int64)
        self.size += value.size
        for nodes, sign in ((out_of, -1.0), (into, 1.0)):
            if nodes is not None:
                self.rows.append(nodes)
                self.cols.append(k)
                self.signs.append(np.full(value.size, sign))
        self.truth.append(value)
        self.region.append(region)
        self.lower.append(np.full(value.size, -np.inf if signed else 0.0))
        spread = sd * np.abs(value if scale is None else scale) + 0.5
        seen: NDArray[Any] = np.ones(value.size, bool) if chance is None else chance.random(value.size) < read
        for _ in range(2 if twice else 1):
            self.stream.append(k[seen])
            self.spread.append(spread[seen])

    def finish(self, chance: np.random.Generator, wrong: float) -> Nation:
        from scipy.sparse import csr_matrix

        truth = np.concatenate(self.truth)
        stream, spread = np.concatenate(self.stream), np.concatenate(self.spread)
        reading = truth[stream] + spread * chance.standard_normal(stream.size)
        off = np.sort(chance.choice(stream.size, round(wrong * stream.size), replace=False))
        reading[off] += spread[off] * chance.uniform(10, 50, off.size) * chance.choice([-1.0, 1.0], off.size)
        balance = csr_matrix(
            (np.concatenate(self.signs), (np.concatenate(self.rows), np.concatenate(self.cols))),
            shape=(self.count, self.size),
        )
        system = System(
            balance=balance,
            constant=np.zeros(self.count),
            stream=stream,
            reading=reading,
            variance=spread**2,
            lower=np.concatenate(self.lower),
        )
        return Nation(system, truth, off.astype(np.int64), np.concatenate(self.region).astype(np.int64))
