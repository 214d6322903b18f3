"""The answer of a tenth of a second: the projects of last time, those moved or left out that have to be, everything else made anew.

A mixed-integer session keeps linear ones beside it: one with the whole-number columns held, whose optimum is the best answer with the same
projects (made small where it is searched with), and one with them free between their bounds, whose optimum nothing can be below.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.program.answer import Answer
from lvlian.outlook.program.chain import Chains
from lvlian.outlook.program.held import Held
from lvlian.outlook.program.matrix import Floats
from lvlian.outlook.program.neighbour import Search

if TYPE_CHECKING:
    from lvlian.outlook.program.session import Session

SHARE = 12
"""In a dive one of so many fractional columns is rounded at a time."""
ROUNDS = 6
"""Roundings down at most where not all projects can be."""
PART, SMALL = 0.5, 0.2
"""Parts of projects in the linear optimum that a search begins with as whole ones: after a slider, and at first."""
SPENT = 0.9
"""Share of the time after which no move is tried."""


class Quick:
    """The two linear sessions of a mixed-integer one; they follow its bounds and costs."""

    def __init__(self, session: Session) -> None:
        from lvlian.outlook.program.session import Session as Linear

        self.session = session
        self.whole: NDArray[np.int64] = np.flatnonzero(session.matrix.integer)
        plain = replace(session.matrix, integer=np.zeros(session.matrix.shape[1], bool))
        self.same = Linear(session.program, matrix=plain)
        self.loose = Linear(session.program, matrix=plain)
        self.least: float = -np.inf
        """What no answer can be below, where it is known as things stand."""
        held = Held(session)
        self.search = Search(held, Chains(held))
        self.seen: tuple[Floats, ...] = (plain.lower, plain.upper, plain.row_lower, plain.row_upper, plain.cost)

    def follow(self) -> None:
        """Hands what changed in the session on to both."""
        own = self.session
        size = self.seen[2].size
        now = tuple(one.copy() for one in (own.lower, own.upper, own.row_lower[:size], own.row_upper[:size], own.cost))
        columns = np.flatnonzero((now[0] != self.seen[0]) | (now[1] != self.seen[1]))
        rows = np.flatnonzero((now[2] != self.seen[2]) | (now[3] != self.seen[3]))
        costs = np.flatnonzero(now[4] != self.seen[4])
        for one in (self.same, self.loose):
            if columns.size:
                one.bounds_columns(columns, now[0][columns], now[1][columns])
            if rows.size:
                one.bounds_rows(rows, now[2][rows], now[3][rows])
            if costs.size:
                one.costs(costs, now[4][costs])
        if columns.size or rows.size or costs.size:
            self.least = -np.inf
        self.seen = now
        self.search.held.follow()

    def fixed(self, x: Floats, seconds: float | None = None) -> Answer:
        """The best answer with the whole-number columns of `x`."""
        values = np.round(x[self.whole])
        lower, upper = self.session.lower[self.whole], self.session.upper[self.whole]
        self.same.fix(self.whole, np.clip(values, lower, upper))
        return self.same.solve(seconds=seconds)

    def fewer(self, x: Floats) -> Answer:
        """The best of the same projects in parts, the smallest parts rounded down first: some are dropped or start later."""
        lower, upper = self.session.lower[self.whole], self.session.upper[self.whole]
        most = np.clip(np.round(x[self.whole]), lower, upper)
        # what was chosen is wanted: parts are to come from the limits alone, not from what a part would save
        own = self.session.cost[self.whole]
        self.same.costs(self.whole, -0.01 * np.abs(own) - 1e-6 * float(np.abs(self.session.cost).max(initial=1.0)))
        self.same.bounds_columns(self.whole, lower, most)
        found = self.same.solve()
        for _ in range(ROUNDS):
            if not found.found:
                break
            part = found.x[self.whole] - np.floor(found.x[self.whole] + 1e-6)
            between = np.flatnonzero(part > 1e-6)
            if not between.size:
                break
            order = between[np.argsort(part[between], kind="stable")][: (between.size + 1) // 2]
            most[order] = np.maximum(lower[order], np.floor(found.x[self.whole[order]] + 1e-6))
            self.same.bounds_columns(self.whole[order], lower[order], most[order])
            found = self.same.solve()
        self.same.costs(self.whole, own)
        if not found.found:
            return found
        parts = found.x.copy()
        parts[self.whole] = np.floor(parts[self.whole] + 1e-6)
        return self.fixed(parts)

    def dive(self, seconds: float) -> Answer | None:
        """A first answer: the linear optimum, its largest parts rounded up a few at a time (down where that cannot be);
        None where it leads nowhere in time."""
        begun = time.perf_counter()
        self.follow()
        one, whole = self.loose, self.whole
        lower, upper = self.session.lower[whole].copy(), self.session.upper[whole].copy()
        found = one.solve(seconds=seconds)
        try:
            while found.found and time.perf_counter() - begun < seconds:
                x = found.x[whole]
                part = x - np.floor(x + 1e-6)
                open_places = np.flatnonzero(part > 1e-6)
                if not open_places.size:
                    break
                order = open_places[np.argsort(-part[open_places], kind="stable")][: max(1, open_places.size // SHARE)]
                kept = lower[order].copy()
                lower[order] = np.ceil(x[order] - 1e-6)
                one.bounds_columns(whole[order], lower[order], upper[order])
                found = one.solve()
                if not found.found:
                    lower[order], upper[order] = kept, np.maximum(kept, np.floor(x[order] + 1e-6))
                    one.bounds_columns(whole[order], lower[order], upper[order])
                    found = one.solve()
        finally:
            one.bounds_columns(whole, self.session.lower[whole], self.session.upper[whole])
        if not found.found or (np.abs(found.x[whole] - np.round(found.x[whole])) > 1e-6).any():
            return None
        return self.fixed(found.x)

    def bound(self, seconds: float | None = None) -> float:
        """What no answer can be below."""
        answer = self.loose.solve(seconds=seconds)
        self.least = answer.objective if answer.status == "optimal" else -np.inf
        return self.least

    def ask(self, x: Floats, seconds: float) -> Answer:
        """The best near the same projects, where a search of moves of one or two comes to in time; `gap` against the linear bound."""
        begun = time.perf_counter()
        self.follow()
        end, search = begun + SPENT * seconds, self.search
        lower, upper = self.session.lower[self.whole], self.session.upper[self.whole]
        z = np.clip(np.round(x[self.whole]), lower, upper)
        held = search.chains.fits and search.held.fits(z)
        found: tuple[float, Floats] | None = None
        first = np.inf
        if held and search.start(z):
            first, bound = search.best, self.bound()
            found = search.run(end), search.z
        elif search.chains.fits:
            # what does not hold any more is a worse place to begin than the linear optimum, where there is no time for both
            bound = self.bound()
            for one in (self.rounded(PART), z) if np.isfinite(bound) else (z,):
                if (found is None or time.perf_counter() < end) and search.start(one, begun + 0.6 * seconds):
                    reached = search.run(end), search.z
                    found = reached if found is None or reached[0] < found[0] else found
        if found is not None:
            search.held.value(found[1])
            way = "fewer" if not held else "moved" if found[0] < first else "same"
            best = search.held.answer(found[1], begun)
        else:
            best, way = self.fixed(x), "same"
            if not best.found:
                best, way = self.fewer(x), "fewer"
            if not best.found:
                return replace(
                    best,
                    why_zh="照旧的项目安排已不可行，须重新求解",
                    why_en="the projects chosen before are not feasible any more: solve anew",
                    way="same",
                )
            bound = self.bound()
        gap = max(best.objective - bound, 0.0) / max(abs(best.objective), 1e-9)
        return replace(
            best,
            status="optimal" if gap <= 1e-6 else "best",
            gap=gap,
            bound=bound,
            way=way,
            seconds=time.perf_counter() - begun,
            duals=np.zeros_like(best.duals),
            reduced=np.zeros_like(best.reduced),
        )

    def rounded(self, part: float) -> Floats:
        """(whole,) the linear optimum after `bound`, parts of `part` and more rounded up."""
        found = self.loose.last
        assert found is not None
        lower, upper = self.session.lower[self.whole], self.session.upper[self.whole]
        return np.asarray(np.clip(np.floor(found.x[self.whole] + (1.0 - part) + 1e-9), lower, upper))

    def better(self, z: Floats | None, seconds: float, above: float = np.inf) -> Answer | None:
        """What a search from whole numbers finds in time, from the linear optimum where none are given; None where they do not hold or
        it is not below `above`."""
        begun = time.perf_counter()
        self.follow()
        search = self.search
        if not search.chains.fits or (z is None and not np.isfinite(self.bound())):
            return None
        lower, upper = self.session.lower[self.whole], self.session.upper[self.whole]
        z = self.rounded(SMALL) if z is None else np.clip(np.round(z), lower, upper)
        begun_search = time.perf_counter()
        if not search.start(z, begun_search + 0.5 * seconds):
            return None
        if not search.run(begun_search + seconds) < above:
            return None
        search.held.value(search.z)
        return search.held.answer(search.z, begun)
