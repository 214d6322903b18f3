"""Why a programme is impossible: which of its sentences cannot all hold, and what each of them alone would have to give.

One elastic programme tells whether anything is wrong; its duals name the sentences; a deletion filter over those alone makes the set
minimal (Chinneck 2008, chapter 7: elastic filter first, then deletion); then each sentence of the set is asked how little it must give
when all others hold. In a large programme whole kinds of sentences are tried first: what is left is presolved to a fraction of it.
"""

from __future__ import annotations

import time

import numpy as np

from lvlian.outlook.program.answer import Answer
from lvlian.outlook.program.blocks import Program
from lvlian.outlook.program.clause import Hold
from lvlian.outlook.program.conflict import Conflict, Give, Repair
from lvlian.outlook.program.contradiction import contradiction
from lvlian.outlook.program.elastic import Elastic, elastic, excess
from lvlian.outlook.program.session import LARGE, PRIMAL, Session

TOLERANCE = 1e-6
"""Shares of a clause's scale below which nothing is violated."""
FAINT = 1e-9
"""Share of a certificate below which a clause has no part in it."""
HASTE = 150
"""Pivots after which a simplex in a large search gives way to the interior point."""
MIXED_SECONDS = 5.0
"""At most so long for one question with whole numbers."""


def explain(program: Program, *, repairs: bool | None = None, seconds: float | None = None) -> Conflict | None:
    """The conflict of a programme; None where everything can hold. The programme's costs do not matter.

    `repairs` True asks every clause of the conflict, False none but those that the cheapest mix answers already; by default all in a
    programme of ordinary size, and in a large one (more than 30,000 entries) as many as `seconds` leave room for (None: none; ask
    `repair_of`). Minimality that was not proved in time is told: `minimal` False.
    """
    begun = time.perf_counter()
    told = contradiction(program)
    if told is not None:
        return _timed(told, told.solves, time.perf_counter() - begun)
    deadline = None if seconds is None else begun + seconds
    search = _Search(program, deadline, whole=False)
    mixed = bool(program.matrix().integer.any())
    first = search.solve()
    if not mixed or not first.found or first.objective > TOLERANCE:
        found = search.run(first, repairs, mixed)
    else:
        # everything holds as long as projects may be built by halves: whole numbers are part of the reason
        search = _Search(program, deadline, whole=True)
        found = search.run(search.solve(), repairs, mixed)
    if found is None:
        return None
    return _timed(found, search.solves, time.perf_counter() - begun)


def repair_of(program: Program, clause_id: str, *, seconds: float | None = None) -> Repair:
    """What one clause alone must give so that everything else holds, solved anew. Raises ProgramError for an unknown clause."""
    clause = program.holds(clause_id)[0].clause
    if not clause.give:
        return Repair(clause, False)
    form = elastic(program, only={clause_id})
    session = Session(program, matrix=form.matrix)
    answer = session.solve(seconds=seconds)
    if not answer.found:
        return Repair(clause, False, verified=answer.status == "infeasible", exact=answer.status == "infeasible")
    return _repair(program, form, clause_id, answer)


class _Search:
    """One search: an elastic session whose prices are turned."""

    def __init__(self, program: Program, deadline: float | None, whole: bool) -> None:
        self.program = program
        self.deadline = deadline
        self.solves = 0
        self.proved = True
        self.form: Elastic = elastic(program, whole=whole)
        self.holds: dict[str, tuple[Hold, ...]] = {key: program.holds(key) for key in program.clauses}
        self.session = Session(program, matrix=self.form.matrix)
        self.large = self.form.matrix.value.size > LARGE
        if self.large:
            self.session.pivots = HASTE
        else:
            self.session.options["simplex_strategy"] = PRIMAL
            self.session.set_option("simplex_strategy", PRIMAL)

    def run(self, first: Answer, repairs: bool | None, mixed: bool) -> Conflict | None:
        if not first.found:
            hard = first.status == "infeasible"
            why = (first.why_zh, first.why_en)
            return Conflict((), {}, {}, {}, hard, hard=hard, why_zh=why[0], why_en=why[1])
        if first.objective <= TOLERANCE:
            return None
        weights = self.weights(first)
        used = [key for key in self.form.slacks if self.used(key, first) > TOLERANCE]
        together = {key: _repair(self.program, self.form, key, first, verify=len(used) == 1) for key in used}
        conflict = self.smallest(first, weights, used)
        if mixed and not self.session.mixed:
            conflict = self.smaller(conflict)
        found = dict(together) if len(used) == 1 and not (mixed and not self.session.mixed) else {}
        if repairs or (repairs is None and (not self.large or self.deadline is not None)):
            for key in conflict:
                if key in found:
                    continue
                if self.late() and repairs is None:
                    break
                found[key] = self.alone(key, first, mixed)
        order = sorted(found.values(), key=lambda one: (not one.possible, one.share * one.clause.weight))
        return Conflict(
            clauses=tuple(self.program.clauses[key] for key in conflict),
            repairs={one.clause.id: one for one in order},
            certificate=weights,
            together=together,
            minimal=self.proved,
        )

    # -- the smallest set -----------------------------------------------------------------------------------------------

    def smallest(self, first: Answer, weights: dict[str, float], used: list[str]) -> list[str]:
        """Drops one clause after the other where the rest is still in conflict."""
        order = list(self.form.slacks)
        if self.session.mixed:
            left, answer = order[:], first
        else:
            left = sorted((key for key in order if weights[key] > FAINT), key=lambda key: (key in used, weights[key]))
            for key in set(order) - set(left):
                self.price(key, 0.0)
            left, answer = self.kinds(left, used, weights, first)
        keep: list[str] = []
        while left:
            key = left.pop(0)
            if self.late():
                self.proved = False
                return sorted([*keep, key, *left], key=order.index)
            rest = self.left(answer, key)
            self.price(key, 0.0)
            if rest > 0.05 * answer.objective and rest > 10 * TOLERANCE:
                # the old certificate still stands without it
                answer = _lower(answer, rest)
                continue
            tried = self.solve()
            if self.holds_all(tried):
                self.price(key, 1.0)
                keep.append(key)
                continue
            answer = tried
            if not self.session.mixed:
                # what has no weight in the new certificate goes at once
                weights = self.weights(answer)
                for other in [one for one in left if weights[one] <= FAINT]:
                    self.price(other, 0.0)
                    left.remove(other)
                left.sort(key=lambda one: (one in used, weights[one]))
        return sorted(keep, key=order.index)

    def kinds(
        self, left: list[str], used: list[str], weights: dict[str, float], answer: Answer
    ) -> tuple[list[str], Answer]:
        """Tries to drop all clauses of a kind at once, those apart that the cheapest repair uses."""
        if len(left) - len(used) < 4:
            return left, answer
        kind = {key: self.program.clauses[key].kind for key in left if key not in used}
        groups = [[key for key in kind if kind[key] == one] for one in dict.fromkeys(kind.values())]
        if len(groups) == 1:
            groups = [groups[0][: len(groups[0]) // 2]]
        for group in sorted(groups, key=lambda keys: sum(weights[key] for key in keys))[:-1] or groups:
            if self.late() or len(group) < 2:
                continue
            # a large programme is presolved again without them; in a small one the last basis is worth more
            for key in group:
                self.drop(key) if self.large else self.price(key, 0.0)
            if self.large:
                self.session.forget()
            tried = self.solve()
            if self.holds_all(tried):
                for key in group:
                    self.undrop(key) if self.large else self.price(key, 1.0)
                if self.large:
                    self.session.forget()
                    self.solve()
                continue
            weights, answer = self.weights(tried), tried
            left = [key for key in left if key not in group and weights[key] > FAINT]
            for key in set(self.form.slacks) - set(left) - set(group):
                self.price(key, 0.0)
        left.sort(key=lambda key: (key in used, weights[key]))
        return left, answer

    def smaller(self, conflict: list[str]) -> list[str]:
        """A set that is minimal for halves of projects may have a smaller one for whole projects."""
        search = _Search(self.program, self.deadline, whole=True)
        for key in search.form.slacks:
            search.price(key, 1.0 if key in conflict else 0.0)
        keep, left = [], list(conflict)
        while left:
            key = left.pop(0)
            search.price(key, 0.0)
            if search.holds_all(search.solve()):
                search.price(key, 1.0)
                keep.append(key)
        self.solves += search.solves
        self.proved = self.proved and search.proved
        return keep

    def holds_all(self, answer: Answer) -> bool:
        """Whether everything that still has a price can hold; what is not proved counts as yes, and is told."""
        if answer.found and answer.objective <= TOLERANCE:
            return True
        if answer.status == "optimal" or answer.bound > TOLERANCE:
            return False
        self.proved = False
        return True

    # -- repairs --------------------------------------------------------------------------------------------------------

    def alone(self, key: str, first: Answer, mixed: bool) -> Repair:
        """What one clause must give when all others hold."""
        clause = self.program.clauses[key]
        if not clause.give:
            return Repair(clause, False)
        if not mixed and self.left(first, key) > 10 * TOLERANCE:
            return Repair(clause, False, verified=True)
        if mixed or self.large:
            self.solves += 1
            return repair_of(self.program, key, seconds=MIXED_SECONDS if mixed else None)
        for other in self.form.slacks:
            self.undrop(other)
            self.price(other, 0.0 if other == key else 1.0)
        if self.solve().objective > TOLERANCE:
            return Repair(clause, False, verified=True)
        # now nothing else gives: that is held, and this one gives as little as it can
        for other, slack in self.form.slacks.items():
            self.session.bounds_columns(slack.column, 0.0, slack.most if other == key else 0.0)
        self.price(key, 1.0)
        answer = self.solve()
        for slack in self.form.slacks.values():
            self.session.bounds_columns(slack.column, 0.0, slack.most)
        return _repair(self.program, self.form, key, answer) if answer.found else Repair(clause, False, exact=False)

    # -- parts ----------------------------------------------------------------------------------------------------------

    def used(self, key: str, answer: Answer) -> float:
        slack = self.form.slacks[key]
        return float((answer.x[slack.column] * slack.price).sum())

    def weights(self, answer: Answer) -> dict[str, float]:
        """What each clause weighs in the certificate: its duals in shares of its scale, as shares of all. Of whole-number answers
        (they have none): what each is used."""
        if self.session.mixed:
            found = {key: self.used(key, answer) for key in self.form.slacks}
        else:
            found = {
                key: sum(float((np.abs(_duals(answer, hold)) * hold.scale).sum()) for hold in holds)
                for key, holds in self.holds.items()
            }
        whole = sum(found.values()) or 1.0
        return {key: weight / whole for key, weight in found.items()}

    def left(self, answer: Answer, key: str) -> float:
        """What the certificate still proves when a clause rests: a lower bound of the elastic optimum without it (weak duality)."""
        if self.session.mixed:
            return -np.inf
        value = answer.objective
        for hold in self.holds[key]:
            dual = _duals(answer, hold)
            bounds = self.session.bounds_of(hold)
            for side, rest, bound, sign in (
                ("upper", hold.rest_upper, bounds[1], -1.0),
                ("lower", hold.rest_lower, bounds[0], 1.0),
            ):
                if hold.side not in (side, "both"):
                    continue
                held = dual * sign > 0
                if held.any():
                    value -= float((dual[held] * (bound[held] - rest[held])).sum())
        return value

    def price(self, key: str, times: float) -> None:
        slack = self.form.slacks[key]
        if slack.column.size:
            self.session.costs(slack.column, slack.price * times)

    def drop(self, key: str) -> None:
        """Lets a clause rest, its slacks with it: what is left can be presolved."""
        self.session.bounds_columns(self.form.slacks[key].column, 0.0, 0.0)
        self.session.relax(key)

    def undrop(self, key: str) -> None:
        if key in self.session.relaxed:
            self.session.restore(key)
            self.session.bounds_columns(self.form.slacks[key].column, 0.0, self.form.slacks[key].most)

    def solve(self) -> Answer:
        self.solves += 1
        spare = None if self.deadline is None else max(self.deadline - time.perf_counter(), 0.5)
        if self.session.mixed:
            spare = MIXED_SECONDS if spare is None else min(spare, MIXED_SECONDS)
        return self.session.solve(seconds=spare)

    def late(self) -> bool:
        return self.deadline is not None and time.perf_counter() > self.deadline


def _duals(answer: Answer, hold: Hold) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """(n,) the duals of a hold's bounds on the side that says the sentence: > 0 a lower bound, < 0 an upper one that bites."""
    dual = (answer.reduced if hold.columns else answer.duals)[hold.places]
    return np.maximum(dual, 0.0) if hold.side == "lower" else np.minimum(dual, 0.0) if hold.side == "upper" else dual


def _lower(answer: Answer, objective: float) -> Answer:
    from dataclasses import replace

    return replace(answer, objective=objective)


def _timed(conflict: Conflict, solves: int, seconds: float) -> Conflict:
    from dataclasses import replace

    return replace(conflict, solves=solves, seconds=seconds)


def _repair(program: Program, form: Elastic, key: str, answer: Answer, verify: bool = True) -> Repair:
    """The repair that an elastic answer holds for one clause."""
    slack, clause = form.slacks[key], program.clauses[key]
    matrix = program.matrix()
    gives, share, total, most = [], 0.0, 0.0, 0.0
    for number, hold in enumerate(program.holds(key)):
        mine = slack.hold == number
        amounts = np.maximum(answer.x[slack.column[mine]], 0.0)
        place, upper = slack.place[mine], slack.upper[mine]
        used = amounts > TOLERANCE * hold.scale[place]
        amounts, place, upper = amounts[used], place[used], upper[used]
        low, high = (matrix.lower, matrix.upper) if hold.columns else (matrix.row_lower, matrix.row_upper)
        places = hold.places[place]
        bounds = np.where(upper, high[places] + amounts, low[places] - amounts)
        gives.append(Give(hold.columns, places, upper, amounts, bounds))
        share += float((amounts / hold.scale[place]).sum())
        total += float(amounts.sum())
        most = max(most, float(amounts.max(initial=0.0)))
    held = verify and _holds_again(program, form, gives, answer)
    return Repair(clause, True, tuple(gives), share, total, most, held, answer.status == "optimal")


def _holds_again(program: Program, form: Elastic, gives: list[Give], answer: Answer) -> bool:
    """Whether the answer, put into the programme's own rows and bounds with those that moved, violates nothing."""
    matrix = program.matrix()
    low, high = matrix.lower.copy(), matrix.upper.copy()
    row_low, row_high = matrix.row_lower.copy(), matrix.row_upper.copy()
    for give in gives:
        lower, upper = (low, high) if give.columns else (row_low, row_high)
        upper[give.places[give.upper]] = give.bounds[give.upper]
        lower[give.places[~give.upper]] = give.bounds[~give.upper]
    x = form.point(answer.x, {key: program.holds(key) for key in form.slacks})
    return max(excess(low, high, x), excess(row_low, row_high, matrix.times(x))) <= 10 * TOLERANCE
