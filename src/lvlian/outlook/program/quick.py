"""The answer of a tenth of a second: the same projects as last time, everything else made anew.

A mixed-integer session keeps two linear ones beside it: one with the whole-number columns fixed, whose optimum is the best answer with the
same projects, and one with them free between their bounds, whose optimum nothing can be below. Both keep their basis.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.program.answer import Answer
from lvlian.outlook.program.matrix import Floats

if TYPE_CHECKING:
    from lvlian.outlook.program.session import Session

SHARE = 12
"""In a dive one of so many fractional columns is rounded at a time."""
ROUNDS = 6
"""Roundings down at most where not all projects can be."""
TRIES = 60
"""Moves of whole-number columns that are tried at most."""


class Quick:
    """The two linear sessions of a mixed-integer one; they follow its bounds and costs."""

    def __init__(self, session: Session) -> None:
        from lvlian.outlook.program.session import Session as Linear

        self.session = session
        self.whole: NDArray[np.int64] = np.flatnonzero(session.matrix.integer)
        plain = replace(session.matrix, integer=np.zeros(session.matrix.shape[1], bool))
        self.same = Linear(session.program, matrix=plain)
        self.loose = Linear(session.program, matrix=plain)
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
        self.seen = now

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
        """A first answer: the linear optimum, its largest parts rounded up a few at a time (down where that cannot be), then single moves;
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
        left = seconds - (time.perf_counter() - begun)
        return self.ask(found.x, left) if left > 0 else self.fixed(found.x)

    def bound(self, seconds: float | None = None) -> float:
        """What no answer can be below."""
        answer = self.loose.solve(seconds=seconds)
        return answer.objective if answer.status == "optimal" else float("-inf")

    def ask(self, x: Floats, seconds: float) -> Answer:
        """The best with the same projects, or with one of the moves that its reduced costs propose; `gap` against the linear bound."""
        begun = time.perf_counter()
        self.follow()
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
        tried: set[tuple[int, float]] = set()
        for _ in range(TRIES):
            if time.perf_counter() - begun > 0.7 * seconds:
                break
            move = self._move(best, tried)
            if move is None:
                break
            place, value = move
            tried.add(move)
            x = best.x.copy()
            x[self.whole[place]] = value
            found = self.fixed(x, seconds=max(seconds - (time.perf_counter() - begun), 1e-3))
            if found.found and found.objective < best.objective - 1e-9 * abs(best.objective):
                best, way = found, "moved"
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

    def _move(self, answer: Answer, tried: set[tuple[int, float]]) -> tuple[int, float] | None:
        """The whole-number column whose step by one its reduced cost says to be worth most."""
        values = np.round(answer.x[self.whole])
        worth = answer.reduced[self.whole]
        lower, upper = self.session.lower[self.whole], self.session.upper[self.whole]
        step = np.where(worth < 0, 1.0, -1.0)
        able = (values + step >= lower) & (values + step <= upper) & (np.abs(worth) > 1e-9)
        for place in np.argsort(-np.abs(worth)):
            if able[place] and (int(place), float(values[place] + step[place])) not in tried:
                return int(place), float(values[place] + step[place])
            if not able[place]:
                continue
        return None
