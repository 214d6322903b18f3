"""Wrong readings in a network of a country's size: one factor, a few thousand candidates, each neighbourhood searched by itself.

A wrong reading disturbs its neighbours only, so that the readings that look off fall into small clusters; inside one the exact
covariance of all distances is cheap, and a set of wrong readings is judged as a whole: how far χ² falls against how unlikely so many
errors of such sizes are. How common and how large errors are is learned from what has been found (empirical Bayes: Efron & Morris 1975;
the share of false names settles as in Benjamini & Hochberg 1995), beginning from "at most one", so that a sound network keeps the
family error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lvlian.chain.account.sets import Near, SuspectSet, sets_of
from lvlian.chain.account.system import Floats, Ints
from lvlian.chain.account.testing import CHECKED, Evidence, State, family_limit

CANDIDATE = 2.8
"""|z| from which a reading takes part in the search."""
ALONE = 3.3
"""|z| that at least one reading of a cluster must have; below, no belief makes it wrong."""
JOINED = 0.1
"""|correlation| from which two candidates belong to one cluster."""
SLIGHT = 1e-3
"""Part of a candidate's influence below which a balance does not count for the clusters (it does for the covariance)."""
SIZE, WIDTH = float(np.log(20.0)), 1.5
"""Before anything is found: logarithm of a wrong reading's error in its own sd, and the sd of that logarithm."""
LEAST_WIDTH = 0.5
TURNS, ROUNDS, STEPS, BATCHES = 4, 2, 100, 3
TRIED, WORTH, LEAST_SQUARE = 4, 3.0, 6.0
"""So many readings are tried at each place, if their gain as estimated is at most WORTH short of the present one's."""


@dataclass(frozen=True, slots=True)
class Belief:
    """How common errors are (`odds`: logarithm of right to wrong) and how large (`size`, `width`: log-normal, in a reading's sd)."""

    odds: float
    size: float = SIZE
    width: float = WIDTH

    def cost(self, error: Floats) -> Floats:
        """What an error of each size adds to χ² in the balance of evidence, without the determinant of their covariance."""
        far = np.maximum(np.abs(error), 1e-3)
        tail = 0.5 * ((np.log(far) - self.size) / self.width) ** 2 + np.log(2 * self.width * far * np.sqrt(2 * np.pi))
        return np.asarray(2 * (self.odds + tail) - np.log(2 * np.pi))

    @property
    def least(self) -> float:
        """Information (in a reading's sd) that the belief itself gives: an error that nothing tells is about as large as others."""
        return float(np.exp(-2 * self.size))


@dataclass(frozen=True, slots=True)
class Cluster:
    """Candidates that disturb each other: their readings (ascending) and how they stand against each other."""

    readings: Ints
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Found:
    """`out`: readings that cannot stand, in a good order to tell, with the `fall` of χ² with each. `rest`: how those that are in stand
    (a fit or `Rough`), `solution` without the others where it is known. `clusters`: where they lie. `limit`: of the family."""

    out: tuple[int, ...]
    fall: Floats
    rest: Any
    solution: Any
    clusters: tuple[Cluster, ...]
    limit: float


def find_many(system: Any, family_error: float = 0.05, trusted: Sequence[int] = ()) -> tuple[Any, Found]:
    """The fit of all readings, and what is wrong among them but for the `trusted`. Raises UnsolvableError."""
    from scipy.sparse import hstack

    fit = _opened(system)
    if fit is None:
        return _in_batches(system, family_error, trusted)
    sd = np.sqrt(np.maximum(system.variance, 0.0))
    free = np.ones(len(sd), bool)
    free[list(trusted)] = False
    z = np.abs(np.nan_to_num(fit.z))
    limit = family_limit(int((free & (fit.power > 0)).sum()), family_error)
    if z[free].max(initial=0.0) <= limit:
        return fit, Found((), np.zeros(0), fit, None, (), limit)
    chosen = np.flatnonzero(free & (z > CANDIDATE))
    way = _ways(fit, sd, chosen)
    names, clusters = _searched(fit, sd, way, chosen, limit)
    out, fall = _falls(fit, sd, way, chosen, names)
    rest, solution = _without(system, out)
    for _ in range(ROUNDS):
        keep = np.ones(len(sd), bool)
        keep[list(out)] = False
        later = np.zeros(len(sd), bool)
        later[keep] = np.abs(np.nan_to_num(rest.z)) > CANDIDATE
        later &= free
        later[chosen] = False
        more = np.flatnonzero(later)
        if not more.size:
            break
        chosen, way = np.concatenate([chosen, more]), hstack([way, _ways(fit, sd, more)], format="csc")
        before = names
        names, clusters = _searched(fit, sd, way, chosen, limit)
        if names == before:
            break
        out, fall = _falls(fit, sd, way, chosen, names)
        rest, solution = _without(system, out)
    return fit, Found(out, fall, rest, solution, clusters, limit)


def _without(system: Any, out: Sequence[int]) -> tuple[Any, Any]:
    """How the readings stand without some of them, and the solution where it tells just that (readings that are not correlated)."""
    from lvlian.chain.account.reconcile import reconcile

    smaller = system.without(out)
    if system.correlation:
        return _opened(smaller), None
    solution = reconcile(smaller)
    return _rough(solution), solution


def _opened(system: Any) -> Any:
    """The fit of a system; None where no factor of it fits into memory."""
    from lvlian.chain.account.factor import Factor
    from lvlian.chain.account.linear import solve_parts
    from lvlian.chain.account.reconcile import fit_of

    parts, _ = solve_parts(system)
    return fit_of(parts, system) if isinstance(parts.solver, Factor) else None


@dataclass(frozen=True, slots=True)
class Rough:
    """What a solution tells of its readings, in the words of a fit: distances by its spreads (readings that are not correlated)."""

    z: Floats
    power: Floats
    chi2: float
    dof: int

    @property
    def distance(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.power > 0, self.z / np.sqrt(self.power), np.nan)


def _in_batches(system: Any, family_error: float, trusted: Sequence[int]) -> tuple[Any, Found]:
    """Without a factor: leave out every reading that is the worst of its neighbourhood, reconcile again, a few times."""
    from lvlian.chain.account.reconcile import reconcile

    r = len(system.reading)
    free = np.ones(r, bool)
    free[list(trusted)] = False
    solution = reconcile(system)
    whole = rest = _rough(solution)
    limit = family_limit(int((free & ~np.isnan(whole.z)).sum()), family_error)
    touches = (abs(system.balance) > 0).tocsc()[:, system.stream].tocoo()
    out: list[int] = []
    fall: list[float] = []
    for _ in range(BATCHES):
        keep = np.ones(r, bool)
        keep[out] = False
        z = np.zeros(r)
        z[keep] = np.abs(np.nan_to_num(rest.z))
        z[~free] = 0.0
        top, best = np.zeros(system.balance.shape[0]), np.zeros(r)
        np.maximum.at(top, touches.row, z[touches.col])
        np.maximum.at(best, touches.col, top[touches.row])
        hits = np.flatnonzero((z > limit) & (z >= best))
        if not hits.size:
            break
        before = rest.chi2
        out += [int(k) for k in hits[np.argsort(-z[hits], kind="stable")]]
        solution = reconcile(system.without(out))
        rest = _rough(solution)
        fall += [(before - rest.chi2) / len(hits)] * len(hits)
    return whole, Found(tuple(out), np.array(fall), rest, solution, (), limit)


def _rough(solution: Any) -> Rough:
    variance = solution.system.variance
    left = np.nan_to_num(variance - solution.sd[solution.system.stream] ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.where((variance > 0) & ~np.isnan(solution.z), np.maximum(left, 0.0) / variance**2, 0.0)
    return Rough(solution.z, power, solution.chi2, solution.dof)


def sets_in(found: Found, reported: Floats, sd: Floats) -> tuple[tuple[SuspectSet, ...], dict[int, tuple[Near, ...]]]:
    """Sets that cannot be told apart, and what is near to each that stands alone, as `sets.sets_of` in every cluster."""
    from dataclasses import replace

    sets: list[SuspectSet] = []
    near: dict[int, tuple[Near, ...]] = {}
    gone = np.array(found.out, np.int64)
    for cluster in found.clusters:
        at = cluster.readings
        here = [int(k) for k in np.flatnonzero(np.isin(at, gone))]
        if not here:
            continue
        some, close = sets_of(cluster.evidence, here, reported[at], sd[at])
        for s in some:
            members = tuple(replace(m, reading=int(at[m.reading]), moved=()) for m in s.members)
            sets.append(SuspectSet(members, tuple(int(at[k]) for k in s.stand_in), s.count))
        for k, names in close.items():
            near[int(at[k])] = tuple(replace(n, reading=int(at[n.reading])) for n in names)
    return tuple(sets), near


def _falls(fit: Any, sd: Floats, way: Any, chosen: Ints, out: Sequence[int]) -> tuple[tuple[int, ...], Floats]:
    """The readings that are out in a good order to tell, and by how much χ² falls with each; not among them are those that nothing
    but readings that are out could imply."""
    if not out:
        return (), np.zeros(0)
    order_of = np.argsort(chosen)
    members = order_of[np.searchsorted(chosen[order_of], out)]
    take = chosen[members]
    weight = _with_local(fit, sd, take, _products(way, members))
    score = fit.score[take] * sd[take]
    order, fall = [], []
    rest = np.diag(weight).copy()
    roots: list[Floats] = []
    for k in np.argsort(-(score**2) / np.maximum(rest, 1e-300), kind="stable"):
        row = weight[k].copy()
        for w in roots:
            row -= w[k] * w
        if row[k] <= CHECKED:
            continue
        w = row / np.sqrt(row[k])
        fall.append(float(score[k] ** 2 / row[k]))
        score = score - w * (score[k] / np.sqrt(row[k]))
        roots.append(w)
        order.append(int(take[k]))
    return tuple(order), np.array(fall)


def _searched(
    fit: Any, sd: Floats, way: Any, chosen: Ints, limit: float
) -> tuple[tuple[int, ...], tuple[Cluster, ...]]:
    """`way`: the columns of `chosen`. What is beyond the family's limit says at first how common errors are."""
    clusters = _clusters(fit, sd, way, chosen)
    beyond = sum(bool((c.evidence.state().square > limit**2).any()) for c in clusters)
    belief = Belief(odds=float(np.log(max(len(sd), 2) / max(beyond, 1))))
    found: list[tuple[int, ...]] = [() for _ in clusters]
    for _ in range(TURNS):
        new = [_best(c.evidence, belief, start) for c, start in zip(clusters, found, strict=True)]
        errors = [c.evidence.state(out).error for c, out in zip(clusters, new, strict=True) if out]
        belief = _learned(np.concatenate(errors) if errors else np.zeros(0), len(sd))
        if new == found:
            break
        found = new
    out = sorted(int(c.readings[k]) for c, names in zip(clusters, found, strict=True) for k in names)
    return tuple(out), clusters


def _learned(error: Floats, readings: int) -> Belief:
    """What is believed of errors after some have been found; little is learned from few."""
    n = len(error)
    share = (n + 1) / (readings + 2)
    if not n:
        return Belief(odds=float(-np.log(share)))
    size = np.log(np.maximum(np.abs(error), 1e-3))
    middle = float(np.median(size))
    width = 1.4826 * float(np.median(np.abs(size - middle)))
    return Belief(
        odds=float(np.log((1 - share) / share)),
        size=(n * middle + 5 * SIZE) / (n + 5),
        width=max(float(np.sqrt((n * width**2 + 10 * WIDTH**2) / (n + 10))), LEAST_WIDTH),
    )


def _best(evidence: Evidence, belief: Belief, start: Sequence[int]) -> tuple[int, ...]:
    """The set of wrong readings with the best evidence: one more, one less or one exchanged as long as it gains."""
    out = tuple(start)
    best = _evidence(evidence, belief, out)
    for _ in range(STEPS):
        options = {tuple(sorted(o)) for o in _steps(evidence, belief, out)} - {out}
        scored = sorted((_evidence(evidence, belief, o), o) for o in options)
        if not scored or scored[0][0] >= best - 1e-9:
            break
        best, out = scored[0]
    return out


def _steps(evidence: Evidence, belief: Belief, out: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
    for add, gain in _promising(evidence.state(out), belief):
        if gain > -WORTH:
            yield (*out, add)
    for i in out:
        rest = tuple(k for k in out if k != i)
        yield rest
        others = _promising(evidence.state(rest), belief)
        own = max((gain for add, gain in others if add == i), default=0.0)
        for add, gain in others:
            if add != i and gain > own - WORTH:
                yield (*rest, add)


def _promising(state: State, belief: Belief) -> list[tuple[int, float]]:
    """The readings that explain most beside those that are out, and about what they gain."""
    live = np.flatnonzero(state.square > LEAST_SQUARE)
    if not live.size:
        return []
    information = state.information[live]
    gain = state.square[live] - belief.cost(state.score[live] / information) - np.log(information + belief.least)
    return [(int(live[k]), float(gain[k])) for k in np.argsort(-gain, kind="stable")[:TRIED]]


def _evidence(evidence: Evidence, belief: Belief, out: Sequence[int]) -> float:
    """−2 log of how well a set of wrong readings explains all (a constant apart); each error integrated out by Laplace's method."""
    if not out:
        return 0.0
    k = list(out)
    weight = evidence.weight[np.ix_(k, k)]
    try:
        root = np.linalg.cholesky(weight)
    except np.linalg.LinAlgError:
        return np.inf
    if np.diag(root).min() ** 2 < CHECKED:
        return np.inf
    w = np.linalg.solve(root, evidence.score[k])
    error = np.linalg.solve(root.T, w)
    known = np.linalg.slogdet(weight + belief.least * np.eye(len(k)))[1]
    return float(-(w @ w) + belief.cost(error).sum() + known)


def _clusters(fit: Any, sd: Floats, way: Any, chosen: Ints) -> tuple[Cluster, ...]:
    """The clusters in which a reading is far enough off to be looked at."""
    from scipy.sparse import diags
    from scipy.sparse.csgraph import connected_components

    norm = np.sqrt(np.maximum(np.asarray(way.multiply(way).sum(axis=0)).ravel(), 1e-300))
    rough = (way @ diags(1.0 / norm)).tocsc()
    rough.data[np.abs(rough.data) < SLIGHT] = 0.0
    rough.eliminate_zeros()
    like = rough.T @ rough
    if fit._local.count_nonzero():  # correlated readings belong together
        own = diags(sd[chosen]) @ fit._local[chosen][:, chosen] @ diags(sd[chosen])
        like = (like + abs(own)).tocsr()
    like.data[np.abs(like.data) < JOINED] = 0.0
    like.eliminate_zeros()
    count, label = connected_components(like, directed=False)
    far = np.zeros(count)
    np.maximum.at(far, label, np.abs(fit.score[chosen]) / np.sqrt(fit.power[chosen]))
    order = np.argsort(label, kind="stable")
    out = []
    for members in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        if far[label[members[0]]] < ALONE:
            continue
        members = members[np.argsort(chosen[members])]
        readings = chosen[members]
        weight = _with_local(fit, sd, readings, _products(way, members))
        score = fit.score[readings] * sd[readings]
        size = len(members)
        floor = CHECKED * np.maximum(np.diag(weight), 1.0)
        none = np.zeros((0, size))
        out.append(Cluster(readings, Evidence(score, weight, floor, none, np.zeros(0), sd[readings], 0.0, size)))
    return tuple(out)


def _products(way: Any, members: Any) -> Floats:
    """Inner products of some columns, without the overhead of sparse slices."""
    parts = [slice(way.indptr[k], way.indptr[k + 1]) for k in members]
    rows = np.unique(np.concatenate([way.indices[p] for p in parts]))
    full = np.zeros((len(rows), len(members)))
    for at, p in enumerate(parts):
        full[np.searchsorted(rows, way.indices[p]), at] = way.data[p]
    return np.asarray(full.T @ full)


def _with_local(fit: Any, sd: Floats, readings: Ints, weight: Any) -> Floats:
    if fit._local.count_nonzero():
        weight = weight + fit._local[readings][:, readings].toarray() * np.outer(sd[readings], sd[readings])
    return np.asarray((weight + weight.T) / 2)


def _ways(fit: Any, sd: Floats, readings: Ints) -> Any:
    """Sparse matrix (balances × readings) whose columns' inner products are the covariances of the readings' scores, in sd."""
    from scipy.sparse import csc_matrix, diags

    effect = (csc_matrix(fit._effect)[:, readings] @ diags(sd[readings])).tocsc()
    factor = fit._factor
    if factor is None:
        return effect
    if factor.dense:
        full = effect.toarray()
        covariance = full.T @ factor.solve(full)
        values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
        return csc_matrix((vectors * np.sqrt(np.maximum(values, 0.0))).T)
    from lvlian.chain.account.reach import forward

    ptr, idx, val = forward(
        effect.indptr, factor.place[effect.indices], effect.data, factor._lp, factor._li, factor._lx, factor._d
    )
    return csc_matrix((val, idx, ptr), shape=effect.shape)
