"""Why a programme is impossible: which of its sentences cannot all hold, and what each of them alone would have to give.

One elastic programme tells whether anything is wrong; its duals name the sentences; a deletion filter over those alone makes the set
minimal; then each sentence of the set is asked how little it must give when all others hold.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.program.answer import Answer
from lvlian.outlook.program.blocks import Program
from lvlian.outlook.program.clause import Clause, Hold
from lvlian.outlook.program.elastic import Elastic, elastic, excess
from lvlian.outlook.program.matrix import Floats
from lvlian.outlook.program.session import Session

TOLERANCE = 1e-6
"""Shares of a clause's scale below which nothing is violated."""


@dataclass(frozen=True)
class Give:
    """What the bounds of one hold must give: `places` (n,) numbers of columns or rows, `amounts` (n,) ≥ 0 in the bound's unit, `upper`
    whether upper bounds rise (else lower bounds fall), `bounds` (n,) what they become."""

    columns: bool
    places: NDArray[np.int64]
    upper: NDArray[np.bool_]
    amounts: Floats
    bounds: Floats


@dataclass(frozen=True)
class Repair:
    """What one clause alone must give so that all others hold. `possible` False: it alone cannot mend it, however much it gives.
    `share` is the sum of amounts in shares of the clause's scale, `total` the sum in the bound's unit, `most` the largest single
    amount. `verified`: solved again with the moved bounds. `exact` False: the least was not proved (time, or whole-number gap)."""

    clause: Clause
    possible: bool
    gives: tuple[Give, ...] = ()
    share: float = 0.0
    total: float = 0.0
    most: float = 0.0
    verified: bool = False
    exact: bool = True

    def amounts(self) -> dict[tuple[bool, int], float]:
        """(of columns, number) → how much the bound gives."""
        return {
            (give.columns, int(place)): float(amount)
            for give in self.gives
            for place, amount in zip(give.places, give.amounts, strict=True)
        }

    def to_json(self) -> dict[str, Any]:
        return {
            "clause": self.clause.id,
            "possible": self.possible,
            "total": self.total,
            "most": self.most,
            "share": self.share,
            "verified": self.verified,
        }


@dataclass(frozen=True)
class Conflict:
    """`clauses` cannot all hold; drop any one of them and the others can (`minimal`, proved by solving). `repairs` by clause id, cheapest
    first. `together` is the cheapest mix of all clauses, `certificate` what each clause weighs in the proof (shares of 1). `hard`:
    nothing can hold even without any sentence (`clauses` empty). `solves` programmes solved, in `seconds`."""

    clauses: tuple[Clause, ...]
    repairs: Mapping[str, Repair]
    certificate: Mapping[str, float]
    together: Mapping[str, Repair]
    minimal: bool
    hard: bool = False
    solves: int = 0
    seconds: float = 0.0
    why_zh: str = ""
    why_en: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def zh(self) -> str:
        if self.hard:
            return self.why_zh or "即使放开所有语句，仍没有可行的安排"
        return f"{len(self.clauses)}句话不能同时成立：{'；'.join(one.zh or one.id for one in self.clauses)}"

    @property
    def en(self) -> str:
        if self.hard:
            return self.why_en or "nothing is feasible even without any of the sentences"
        return f"{len(self.clauses)} sentences cannot all hold: {'; '.join(one.en or one.zh or one.id for one in self.clauses)}"

    def to_json(self) -> dict[str, Any]:
        return {
            "clauses": [one.to_json() for one in self.clauses],
            "repairs": [one.to_json() for one in self.repairs.values()],
            "certificate": dict(self.certificate),
            "together": [one.to_json() for one in self.together.values()],
            "minimal": self.minimal,
            "hard": self.hard,
            "zh": self.zh,
            "en": self.en,
            "seconds": round(self.seconds, 3),
        }


def explain(program: Program, *, repairs: bool = True, seconds: float | None = None) -> Conflict | None:
    """The conflict of a programme with its repairs; None where everything can hold. Costs of the programme do not matter."""
    return _Search(program, seconds).run(repairs)


class _Search:
    """One search: an elastic session whose prices are turned."""

    def __init__(self, program: Program, seconds: float | None) -> None:
        self.begun = time.perf_counter()
        self.program = program
        self.limit = seconds
        self.solves = 0
        self.form: Elastic = elastic(program)
        self.holds: dict[str, tuple[Hold, ...]] = {key: program.holds(key) for key in program.clauses}
        self.session = Session(program, {"solver": "choose"}, matrix=self.form.matrix)

    def run(self, repairs: bool) -> Conflict | None:
        first = self._solve()
        if not first.found:
            return Conflict(
                (),
                {},
                {},
                {},
                True,
                hard=True,
                solves=self.solves,
                seconds=self._spent(),
                why_zh=first.why_zh,
                why_en=first.why_en,
            )
        if first.objective <= TOLERANCE:
            return None
        weights = self._weights(first)
        together = {key: self._repair(key, first) for key in weights if self._used(key, first.x) > TOLERANCE}
        conflict = self._smallest(
            [key for key, weight in sorted(weights.items(), key=lambda one: one[1]) if weight > 1e-9]
        )
        found: dict[str, Repair] = {}
        if repairs:
            found = {key: self._alone(key) for key in conflict}
        order = sorted(found.values(), key=lambda one: (not one.possible, one.share * one.clause.weight))
        return Conflict(
            clauses=tuple(self.program.clauses[key] for key in conflict),
            repairs={one.clause.id: one for one in order},
            certificate=weights,
            together=together,
            minimal=True,
            solves=self.solves,
            seconds=self._spent(),
        )

    # -- parts --------------------------------------------------------------------------------------------------------

    def _smallest(self, candidates: list[str]) -> list[str]:
        """Drops one candidate after the other where the rest is still in conflict."""
        for key in self.form.slacks:
            if key not in candidates:
                self._price(key, 0.0)
        keep: list[str] = []
        left = list(candidates)
        while left:
            key = left.pop(0)
            self._price(key, 0.0)
            answer = self._solve()
            if answer.objective <= TOLERANCE:
                self._price(key, 1.0)
                keep.append(key)
                continue
            if not self.session.mixed:
                # what has no weight in the new certificate goes at once
                weights = self._weights(answer)
                for other in [one for one in left if weights.get(one, 0.0) <= 1e-9]:
                    self._price(other, 0.0)
                    left.remove(other)
        order = list(self.form.slacks)
        return sorted(keep, key=order.index)

    def _alone(self, key: str) -> Repair:
        """What one clause must give when all others hold."""
        clause = self.program.clauses[key]
        if not clause.give:
            return Repair(clause, False)
        for other in self.form.slacks:
            self._price(other, 0.0 if other == key else 1.0)
        if self._solve().objective > TOLERANCE:
            return Repair(clause, False, verified=True)
        for other, slack in self.form.slacks.items():
            self.session.bounds_columns(slack.column, 0.0, slack.most if other == key else 0.0)
        self._price(key, 1.0)
        answer = self._solve()
        for slack in self.form.slacks.values():
            self.session.bounds_columns(slack.column, 0.0, slack.most)
        if not answer.found:
            return Repair(clause, False)
        return self._repair(key, answer, verify=True)

    def _repair(self, key: str, answer: Answer, verify: bool = False) -> Repair:
        slack, clause = self.form.slacks[key], self.program.clauses[key]
        gives, share, total, most = [], 0.0, 0.0, 0.0
        for number, hold in enumerate(self.holds[key]):
            mine = slack.hold == number
            amounts = np.maximum(answer.x[slack.column[mine]], 0.0)
            place, upper = slack.place[mine], slack.upper[mine]
            used = amounts > TOLERANCE * hold.scale[place]
            amounts, place, upper = amounts[used], place[used], upper[used]
            matrix = self.program.matrix()
            low, high = (matrix.lower, matrix.upper) if hold.columns else (matrix.row_lower, matrix.row_upper)
            places = hold.places[place]
            bounds = np.where(upper, high[places] + amounts, low[places] - amounts)
            gives.append(Give(hold.columns, places, upper, amounts, bounds))
            share += float((amounts / hold.scale[place]).sum())
            total += float(amounts.sum())
            most = max(most, float(amounts.max(initial=0.0)))
        repair = Repair(clause, True, tuple(gives), share, total, most, exact=answer.status == "optimal")
        if not verify:
            return repair
        return Repair(clause, True, repair.gives, share, total, most, self._holds_again(repair, answer), repair.exact)

    def _holds_again(self, repair: Repair, answer: Answer) -> bool:
        """Whether the answer, put into the programme's own rows with the moved bounds, violates nothing."""
        matrix = self.program.matrix()
        low, high = matrix.lower.copy(), matrix.upper.copy()
        row_low, row_high = matrix.row_lower.copy(), matrix.row_upper.copy()
        for give in repair.gives:
            lower, upper = (low, high) if give.columns else (row_low, row_high)
            upper[give.places[give.upper]] = give.bounds[give.upper]
            lower[give.places[~give.upper]] = give.bounds[~give.upper]
        x = self.form.point(answer.x, self.holds)
        return max(excess(low, high, x), excess(row_low, row_high, matrix.times(x))) <= 10 * TOLERANCE

    def _used(self, key: str, x: Floats) -> float:
        slack = self.form.slacks[key]
        return float((x[slack.column] * slack.price).sum())

    def _weights(self, answer: Answer) -> dict[str, float]:
        """What each clause weighs in the certificate: its duals in shares of its scale, as shares of all."""
        found = {}
        for key, holds in self.holds.items():
            weight = 0.0
            for hold in holds:
                dual = (answer.reduced if hold.columns else answer.duals)[hold.places]
                # minimising: a lower bound that bites has a positive dual, an upper one a negative one
                dual = (
                    np.maximum(dual, 0.0)
                    if hold.side == "lower"
                    else np.maximum(-dual, 0.0)
                    if hold.side == "upper"
                    else np.abs(dual)
                )
                weight += float((dual * hold.scale).sum())
            found[key] = weight
        whole = sum(found.values()) or 1.0
        return {key: weight / whole for key, weight in found.items()}

    def _price(self, key: str, times: float) -> None:
        slack = self.form.slacks[key]
        if slack.column.size:
            self.session.costs(slack.column, slack.price * times)

    def _solve(self) -> Answer:
        self.solves += 1
        return self.session.solve(seconds=self.limit)

    def _spent(self) -> float:
        return time.perf_counter() - self.begun
