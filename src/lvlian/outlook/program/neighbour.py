"""A better choice of whole numbers near one in hand: moves of one chain or two, those first that the duals of earlier tries let hope most.

Each try solves the linear programme that is left (`Held`) and yields a cut below which no choice lies; a move that some cut shows to be no
gain is never tried, so the search ends where no move of one or two can be better, or when its time is over.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.program.chain import Chains, Ints
from lvlian.outlook.program.held import Held
from lvlian.outlook.program.matrix import Floats

CUTS = 60
"""Cuts of the latest tries that are asked."""
TRIES = 3
"""Tries after which what was learned orders the moves anew."""
FIRST, PAIRS = 100, 20_000
"""Moves that a gain is hoped of, each with all others; pairs of which at most so many are looked at."""
WORTH = 1e-7
"""Relative gain that counts."""


@dataclass
class Search:
    """A search over the choices of a session; kept, so that its linear programme keeps its basis."""

    held: Held
    chains: Chains
    level: Ints = field(init=False)
    z: Floats = field(init=False)
    best: float = field(init=False, default=np.inf)
    base: Floats = field(init=False)

    def start(self, z: Floats, soon: float = np.inf, most: int = 1000) -> bool:
        """Begins at whole numbers; False where nothing is feasible with them, or they do not hold by themselves and cannot be mended.
        After `soon` (time.perf_counter) mending tries one move at a time only; it makes `most` moves."""
        self.tables: list[Floats] = []
        self.bases: list[float] = []
        self.seen: set[bytes] = set()
        self.root = np.arange(self.chains.count) * self.chains.levels
        self.bar = self.chains.barred()
        self.sides = self.chains.sides()
        self.z = z.copy()
        self.level = self.chains.level(z)
        self.best = self._try(self.level, np.inf)
        self.at = 0
        if not np.isfinite(self.best):
            return False
        return float(self._over(self.chains.taken(z))) <= 0 or self._mend(soon, most)

    def run(self, end: float) -> float:
        """Moves until nothing is better or the clock (time.perf_counter) says `end`; the objective reached."""
        while time.perf_counter() < end:
            moved = tried = 0
            for level in self._moves():
                tried += 1
                before = len(self.tables)
                value = self._try(level, np.inf)
                if value < self.best - WORTH * abs(self.best):
                    self.best, self.at, moved = value, before, 1
                    self._settle(level)
                    break
                if tried >= TRIES or time.perf_counter() >= end:
                    break
            if not moved and not tried:
                break
        return self.best

    def _settle(self, level: Ints) -> None:
        self.level, self.z = level, self.chains.whole(self.z, level)

    def _try(self, level: Ints, cut: float) -> float:
        self.seen.add(level.tobytes())
        value = self.held.value(self.chains.whole(self.z, level), cut)
        if np.isfinite(value):
            table = self.chains.table(self.held.gain())
            self.tables.append(table)
            self.bases.append(value - float(table[self.root + level].sum()))
        return value

    def _known(self) -> tuple[Floats, Floats]:
        """What each cut, the best's first, says of the choice in hand (k,), and by how much each level of one chain changes it (k, C·S)."""
        last = range(max(0, len(self.tables) - CUTS), len(self.tables))
        asked = [self.at, *(one for one in last if one != self.at)]
        tables = np.stack([self.tables[one] for one in asked])
        now = tables[:, self.root + self.level]
        value = np.array([self.bases[one] for one in asked]) + now.sum(axis=1)
        return value, tables - np.repeat(now, self.chains.levels, axis=1)

    def _moves(self) -> list[Ints]:
        """Levels to try, the most hopeful first: one chain moved, or two."""
        chains, size = self.chains, self.chains.levels
        value, change = self._known()
        below = self.best - 10 * WORTH * abs(self.best)
        taken = chains.taken(self.z)
        use = chains.use - np.repeat(chains.use[self.root + self.level], size, axis=0)
        one = np.where(self.bar, np.inf, (value[:, None] + change).max(axis=0))
        one[self.root + self.level] = np.inf
        single = np.flatnonzero(one < below)
        single = single[self._holds(taken + use[single])]
        hoped = np.flatnonzero((change[0] < below - self.best) & ~self.bar)
        hoped = hoped[np.argsort(change[0][hoped], kind="stable")][:FIRST]
        others = np.flatnonzero(~self.bar)
        two = value[0] + change[0][hoped][:, None] + change[0][others]
        two[(hoped // size)[:, None] == (others // size)] = np.inf
        flat = two.ravel()
        pairs = np.flatnonzero(flat < below)
        if pairs.size > PAIRS:
            pairs = pairs[np.argpartition(flat[pairs], PAIRS)[:PAIRS]]
        a, b = hoped[pairs // max(others.size, 1)], others[pairs % max(others.size, 1)]
        worth = flat[pairs]
        for row in range(1, value.size):
            np.maximum(worth, value[row] + change[row][a] + change[row][b], out=worth)
            if row % 8 == 0:
                left = worth < below
                a, b, worth = a[left], b[left], worth[left]
        order = np.argsort(worth, kind="stable")[:2000]
        order = order[(worth[order] < below)]
        order = order[self._holds(taken + use[a[order]] + use[b[order]])]
        found = [(float(one[place]), int(place), -1) for place in single]
        found += [(float(worth[k]), int(a[k]), int(b[k])) for k in order]
        out: list[Ints] = []
        for _, first, second in sorted(found):
            level = self.level.copy()
            for move in (first, second):
                if move >= 0:
                    level[move // size] = move % size
            if level.tobytes() not in self.seen:
                out.append(level)
                if len(out) >= TRIES:
                    break
        return out

    def _holds(self, taken: Floats) -> NDArray[np.bool_]:
        low, high = self.sides
        return np.asarray(((taken >= low) & (taken <= high)).all(axis=1))

    def _over(self, taken: Floats) -> NDArray[np.float64]:
        """By how much the rows of whole numbers do not hold, each as a share of its side, added up."""
        low, high = self.sides
        with np.errstate(invalid="ignore"):
            under = np.where(np.isfinite(low), np.maximum(low - taken, 0.0) / np.maximum(1.0, np.abs(low)), 0.0)
            above = np.where(np.isfinite(high), np.maximum(taken - high, 0.0) / np.maximum(1.0, np.abs(high)), 0.0)
        return np.asarray((under + above).sum(axis=-1))

    def _mend(self, soon: float, most: int) -> bool:
        """Moves chain after chain, the least loss per share of what is over first, until the rows of whole numbers hold."""
        chains, size = self.chains, self.chains.levels
        for step in range(min(4 * chains.count, most) + 1):
            taken = chains.taken(self.z)
            over = float(self._over(taken))
            if over <= 0:
                return True
            if step == most:
                break
            use = chains.use - np.repeat(chains.use[self.root + self.level], size, axis=0)
            less = over - self._over(taken + use)
            places = np.flatnonzero((less > 1e-12) & ~self.bar)
            tried: list[tuple[float, float, Ints, int]] = []
            while len(tried) < (TRIES if time.perf_counter() < soon else 1) and places.size:
                value, change = self._known()
                loss = np.maximum((value[:, None] + change[:, places]).max(axis=0) - self.best, 0.0) + 1e-9 * abs(
                    self.best
                )
                place = int(places[np.argmin(loss / less[places])])
                level = self.level.copy()
                level[place // size] = place % size
                before = len(self.tables)
                found = self._try(level, np.inf)
                if np.isfinite(found):
                    tried.append(((found - self.best + 1e-9 * abs(found)) / less[place], found, level, before))
                places = places[places != place]
            if not tried:
                return False
            _, self.best, level, self.at = min(tried, key=lambda one: one[0])
            self._settle(level)
        return False
