"""Which reports are wrong: the screening of a system, with its limit, its removals, its suspects and the sets it cannot resolve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.robust import Robust, robust
from lvlian.chain.account.serial import Removal, path, removal, search
from lvlian.chain.account.sets import Near, SuspectSet, sets_of
from lvlian.chain.account.solution import Solution
from lvlian.chain.account.system import Floats, System, UnsolvableError
from lvlian.chain.account.testing import Evidence, State, detectable_error, evidence_of, family_limit

ROUNDS = 6
"""How often a system with products of unknowns or bounds is screened again about its cleaned solution."""
SMALL = 600
"""Up to so many readings every one is held against every other; beyond, neighbourhoods are searched by themselves (see `large`)."""
NOTHING = 1e10
"""A reading whose variance is so many times wider says nothing."""
MOVED = 12
"""So many of the streams that a suspect would have moved are told."""


@dataclass(frozen=True)
class Suspect:
    """A reading that cannot stand: `implied` ± `sd` is the stream's value by all readings that do, `z` the distance over its sd (the
    reading's own and the implied one's), `share` of the received χ² that went with it, `detectable` the smallest error that would
    be found here with a chance of 80 %, `near` what could be wrong in its place almost as well. `moved`: (stream, shift) that the
    reading would have caused, the largest in the streams' own sd first."""

    reading: int
    reported: float
    implied: float
    sd: float
    z: float
    share: float
    detectable: float
    near: tuple[Near, ...] = ()
    moved: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Screening:
    """All that the tests say about a system's readings; arrays (r,) follow `system.reading` as given.

    `limit`: |z| that sound readings together exceed with the chance `family_error`. `removals`: the global test as received and
    after each removal. `suspects`: readings that stand alone; `sets`: those among which some are wrong and the balances cannot say
    which; what is `out` of `solution` is the suspects and each set's stand-ins. `z`, `implied`, `implied_sd`: every reading against
    all others that are not out, NaN where nothing checks it; `detectable`: smallest error found with 80 % chance (∞: none).
    `kept`: for each reading of `solution.system` its place in `system`.
    `robust`: the estimator beside it, `first`: the evidence of all
    readings as received (both None for large systems)."""

    system: System
    family_error: float
    limit: float
    removals: tuple[Removal, ...]
    suspects: tuple[Suspect, ...]
    sets: tuple[SuspectSet, ...]
    out: tuple[int, ...]
    as_received: Callable[[], Solution]
    solution: Solution
    z: Floats
    implied: Floats
    implied_sd: Floats
    detectable: Floats
    robust: Robust | None = None
    first: Evidence | None = None

    @cached_property
    def received(self) -> Solution:
        """The solution with all readings, without bounds (of a large system found when it is asked for)."""
        return self.as_received()

    @property
    def kept(self) -> tuple[int, ...]:
        gone = set(self.out)
        return tuple(k for k in range(len(self.system.reading)) if k not in gone)

    @property
    def closed(self) -> bool:
        """Whether the global test holds after the removals."""
        return self.removals[-1].ok

    @property
    def only_serial(self) -> tuple[int, ...]:
        """What is out and the robust estimator lets stand (no member of its set flagged)."""
        if self.robust is None:
            return ()
        flagged = set(self.robust.flagged)
        return tuple(i for i in self.out if not flagged & (set(self._company(i)) | {i}))

    @property
    def only_robust(self) -> tuple[int, ...]:
        """What the robust estimator flags and the serial test neither takes out nor names in a set."""
        if self.robust is None:
            return ()
        named = {i for s in self.sets for i in s.readings} | set(self.out)
        return tuple(i for i in self.robust.flagged if i not in named)

    def _company(self, reading: int) -> tuple[int, ...]:
        return next((s.readings for s in self.sets if reading in s.readings), ())


def screen(
    system: System,
    family_error: float = 0.05,
    control: str = "bonferroni",
    trusted: Sequence[int] = (),
    settled: Sequence[int] = (),
    known: Screening | None = None,
) -> Screening:
    """Test all readings, leave out what cannot stand, and say so. Raises UnsolvableError where exact readings contradict.

    `trusted`: readings that are relations rather than reports; they are never suspected nor counted in the family.
    `settled`: readings that are known to be wrong from elsewhere (a set's member whose kind fits, a firm's answer): out from the
    start, and they do not come back. `known`: an earlier screening of the same system, whose solution as received is taken over.
    """
    if len(system.reading) > SMALL and not system.bilinear:
        return _screen_large(system, _Judge(family_error, control, tuple(trusted), tuple(settled)))
    if known is not None and known.system is system and known.first is not None:
        received, evidence = known.received, known.first
    else:
        received = reconcile(replace(system, lower=None))
        evidence = evidence_of(received)
    first = evidence
    judge = _Judge(family_error, control, tuple(trusted), tuple(settled))
    out = judge.search(evidence)
    gone = tuple(sorted({*out, *settled}))
    solution = reconcile(system.without(gone))
    if system.bilinear or solution.at_bound:
        out, gone, solution, evidence = _again(system, judge, out, gone, solution, evidence)
    return replace(_screening(system, judge, out, gone, received, solution, evidence), first=first)


@dataclass(frozen=True, slots=True)
class _Judge:
    """The rules of one screening."""

    family_error: float
    control: str
    trusted: tuple[int, ...]
    settled: tuple[int, ...]

    def search(self, evidence: Evidence, start: Sequence[int] = ()) -> tuple[int, ...]:
        fixed: list[int] = []
        for k in self.settled:  # what nothing checks is left out of the solution, but tells the others nothing
            if evidence.state(fixed).information[k] > 0:
                fixed.append(k)
        begin = [*fixed, *(k for k in start if k not in fixed)]
        return search(evidence, self.family_error, self.control, self.trusted, begin, len(fixed))


def _again(
    system: System,
    judge: _Judge,
    out: tuple[int, ...],
    gone: tuple[int, ...],
    solution: Solution,
    evidence: Evidence,
) -> tuple[tuple[int, ...], tuple[int, ...], Solution, Evidence]:
    """Judge all readings about the cleaned solution, its tangent and its bounds, until the same ones are out."""
    seen = {frozenset(gone)}
    for _ in range(ROUNDS):
        try:
            about = evidence_of(reconcile(_tangent(system, solution)))
        except UnsolvableError:  # a stream at its bound contradicts an exact reading once all readings are back
            break
        names = judge.search(about, [k for k in out if about.weight[k, k] > about.floor[k]])
        new = tuple(sorted({*names, *judge.settled}))
        if new != gone and frozenset(new) in seen:
            break  # going round in circles: what was found first stays
        out, evidence = names, about
        if new == gone:
            break
        seen.add(frozenset(new))
        gone, solution = new, reconcile(system.without(new))
    return out, gone, solution, evidence


def _tangent(system: System, solution: Solution) -> System:
    """The system in which products of unknowns are replaced by their tangents and streams at their bound by exact readings."""
    from scipy.sparse import csr_matrix, vstack

    x = np.nan_to_num(solution.value)
    held = list(solution.at_bound)
    rows = np.zeros((len(system.bilinear), system.size))
    constant = np.zeros(len(system.bilinear))
    for at, equation in enumerate(system.bilinear):
        constant[at] = equation.constant - sum(c * x[i] * x[j] for i, j, c in equation.products)
        for i, c in equation.linear:
            rows[at, i] += c
        for i, j, c in equation.products:
            rows[at, i] += c * x[j]
            rows[at, j] += c * x[i]
    lower = np.zeros(system.size) if system.lower is None else system.lower
    return replace(
        system,
        balance=vstack([system.balance, csr_matrix(rows)], format="csr"),
        constant=np.concatenate([system.constant, constant]),
        stream=np.concatenate([system.stream, held]).astype(np.int64),
        reading=np.concatenate([system.reading, lower[held]]),
        variance=np.concatenate([system.variance, np.zeros(len(held))]),
        bilinear=(),
        lower=None,
    )


def _screening(
    system: System,
    judge: _Judge,
    out: tuple[int, ...],
    gone: tuple[int, ...],
    received: Solution,
    solution: Solution,
    evidence: Evidence,
) -> Screening:
    r = len(system.reading)
    sd = evidence.sd[:r]
    state = evidence.state(out)
    information = state.information[:r].copy()
    error = np.zeros(r)
    live = information > 0
    error[live] = state.score[:r][live] / information[live]
    information[list(out)] = 1.0 / np.diag(state.spread)
    error[list(out)] = state.error
    checked = information > 0
    z = np.where(checked, error * np.sqrt(information), np.nan)
    tested = checked.copy()
    tested[[*judge.trusted, *judge.settled]] = False
    limit = family_limit(int(tested.sum()), judge.family_error, judge.control)
    implied, spread = _implied(system, evidence, state, solution, checked, error, information)
    rows = path(evidence, out, judge.family_error)
    detectable = detectable_error(information, limit) * np.where(sd > 0, sd, 1.0)
    held = range(r, len(evidence.sd))  # streams at their bound, which are no reports
    sets, near = sets_of(evidence, out, system.reading, sd, [*judge.trusted, *held], judge.settled)
    inside = {k: at for at, s in enumerate(sets) for k in s.stand_in}
    fall = {row.reading: (rows[at].chi2 - row.chi2) / max(rows[0].chi2, 1e-300) for at, row in enumerate(rows[1:])}
    suspects = tuple(
        Suspect(
            reading=i,
            reported=float(system.reading[i]),
            implied=float(implied[i]),
            sd=float(spread[i]),
            z=float(z[i]),
            share=float(fall[i]),
            detectable=float(detectable[i]),
            near=near.get(i, ()),
            moved=_moved(evidence, out, i, solution),
        )
        for i in (row.reading for row in rows)
        if i is not None and i not in inside
    )
    return Screening(
        system=system,
        family_error=judge.family_error,
        limit=limit,
        removals=rows,
        suspects=suspects,
        sets=sets,
        out=gone,
        as_received=lambda: received,
        solution=solution,
        z=z,
        implied=implied,
        implied_sd=spread,
        detectable=detectable,
        robust=robust(evidence, limit),
    )


def _within(system: System, solution: Solution) -> bool:
    """Whether a solution that knew no bounds keeps them."""
    return system.lower is None or not bool((np.nan_to_num(solution.value, nan=np.inf) < system.lower).any())


def _screen_large(system: System, judge: _Judge) -> Screening:
    from lvlian.chain.account.large import find_many, sets_in

    sd = np.sqrt(np.maximum(system.variance, 0.0))
    variance = system.variance.copy()
    variance[list(judge.settled)] *= NOTHING
    fit, found = find_many(
        replace(system, lower=None, variance=variance), judge.family_error, [*judge.trusted, *judge.settled]
    )
    gone = tuple(sorted({*found.out, *judge.settled}))
    solution = found.solution
    if solution is None or judge.settled or not _within(system, solution):
        solution = reconcile(system.without(gone))
    order, fall = found.out, found.fall
    rows = [removal(None, fit.chi2, fit.dof, judge.family_error)]
    for at, reading in enumerate(order):
        rest = max(rows[-1].chi2 - float(fall[at]), 0.0)
        rows.append(removal(reading, rest, fit.dof - at - 1, judge.family_error))
    r = len(system.reading)
    keep = np.ones(r, bool)
    keep[list(found.out)] = False
    z, information, error = np.full(r, np.nan), np.zeros(r), np.zeros(r)
    z[keep], information[keep], error[keep] = found.rest.z, found.rest.power, np.nan_to_num(found.rest.distance)
    out = np.array(gone, np.int64)
    value, spread = solution.value[system.stream], np.nan_to_num(solution.sd[system.stream])
    error[out] = system.reading[out] - value[out]
    information[out] = 1.0 / (system.variance[out] + spread[out] ** 2)
    z[out] = error[out] * np.sqrt(information[out])
    checked = information > 0
    implied = np.where(checked, system.reading - error, np.nan)
    with np.errstate(divide="ignore"):
        wide = np.where(checked, 1.0 / information - system.variance, np.nan)
    detectable = detectable_error(information, found.limit)
    sets, near = sets_in(found, system.reading, sd)
    inside = {k for s in sets for k in s.stand_in}
    suspects = tuple(
        Suspect(
            reading=i,
            reported=float(system.reading[i]),
            implied=float(implied[i]),
            sd=float(spread[i]),
            z=float(z[i]),
            share=float(fall[at] / max(fit.chi2, 1e-300)),
            detectable=float(detectable[i]),
            near=near.get(i, ()),
        )
        for at, i in enumerate(order)
        if i not in inside
    )
    return Screening(
        system=system,
        family_error=judge.family_error,
        limit=found.limit,
        removals=tuple(rows),
        suspects=suspects,
        sets=sets,
        out=gone,
        as_received=lambda: reconcile(replace(system, lower=None)),
        solution=solution,
        z=z,
        implied=implied,
        implied_sd=np.sqrt(np.maximum(wide, 0.0)),
        detectable=detectable,
    )


def _implied(
    system: System,
    evidence: Evidence,
    state: State,
    solution: Solution,
    checked: Any,
    error: Floats,
    information: Floats,
) -> tuple[Floats, Floats]:
    """(r,) value and sd of each reading's stream by all other readings that are in."""
    r = len(system.reading)
    stream = system.stream
    k = list(state.out)
    at = np.arange(r)
    pull: Floats = evidence.pull[stream, at]
    if k:
        beside: Floats = evidence.pull[stream][:, k] @ state.spread
        pull = pull - (beside * evidence.weight[k][:, :r].T).sum(axis=1)
    pull[k] = 0.0  # these are out already
    value = np.nan_to_num(solution.value[stream]) - pull * error
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.nan_to_num(solution.sd[stream]) ** 2 + np.where(checked, pull**2 / information, 0.0)
    return np.where(checked, value, np.nan), np.where(checked, np.sqrt(variance), np.nan)


def _moved(evidence: Evidence, out: tuple[int, ...], reading: int, solution: Solution) -> tuple[tuple[int, float], ...]:
    with_it = evidence.state([k for k in out if k != reading])
    shift = np.nan_to_num(evidence.values(with_it) - evidence.values(evidence.state(out)))
    sd = np.nan_to_num(solution.sd)
    far = np.abs(shift) / np.where(sd > 0, sd, np.inf)
    order = [int(k) for k in np.argsort(-far, kind="stable")[:MOVED] if far[k] > 0.05]
    return tuple((k, float(shift[k])) for k in order)
