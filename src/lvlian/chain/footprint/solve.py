"""The footprint of an account: one factorisation, every product, every origin, and how sure each figure is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lvlian.chain.dataset import LibraryError
from lvlian.chain.footprint.factors import Factors, load_factors
from lvlian.chain.footprint.network import Equations, Source, Store, build, foreign
from lvlian.chain.footprint.power import PowerMix
from lvlian.chain.footprint.record import CarbonBalance, Carried, Footprint
from lvlian.chain.layers import CARBON, Book, Factor, metal, value
from lvlian.chain.region import OUTSIDE

DENSE = 600
"""Up to so many stores a dense factorisation is the quicker one."""


def footprint(
    book: Book,
    factors: Factors | None = None,
    rule: str = "metal",
    mixes: Mapping[str, PowerMix] | None = None,
    power: str = "average",
) -> Footprint:
    """t CO2e per unit of every good of an account, cradle to gate. `rule`: how co-products share (see `network.RULES`); `mixes`:
    power mix by firm; `power`: average (by place) | residual (by market). Raises LibraryError, ValueError."""
    factors = factors or load_factors()
    weights = (metal(book), value(book) if rule == "value" else {})
    eq = build(book, factors, rule, mixes, power, weights)
    solver = _Solver(eq)
    share = factors.range_is
    per = solver.per_source()
    columns = list(solver.sources)
    # spread of factors: columns of one factor move together, different factors are independent
    keys = list(dict.fromkeys(source.key for source in columns))
    relative = np.array([_relative(eq, key, share) for key in keys])
    belongs = np.zeros((len(columns), len(keys)))
    for j, source in enumerate(columns):
        belongs[j, keys.index(source.key)] = 1.0
    flows_sd = solver.spread_of_flows(book, per)
    stores = {
        store: _carried(store[1], store[0], per[i], columns, belongs, relative, flows_sd[i], eq.through[i])
        for i, store in enumerate(eq.stores)
    }
    made = solver.made(per, belongs, relative, stores)
    return Footprint(
        region=book.region.name,
        months=book.months,
        rule=rule,
        power=power,
        stores=stores,
        made=made,
        balance=_balance(book, eq, stores),
        assumptions=tuple(dict.fromkeys(eq.assumptions)),
        completed=tuple(eq.completed),
        unknown=tuple(eq.unknown),
        bounded=tuple(eq.bounded),
        simulated=book.simulated,
        outside=_outside(eq),
    )


def carbon(book: Book, found: Footprint) -> dict[str, Factor]:
    """t CO2e per unit of each stream, so that carbon flows through the network as metal does."""
    out: dict[str, Factor] = {}
    for flow in book.flows:
        key = (flow.firm if flow.firm != OUTSIDE else flow.partner, flow.good)
        if flow.kind == "lost":
            amount = 0.0
        elif flow.kind == "made":
            told = found.made.get((flow.firm, flow.process, flow.good))
            amount = told.value if told is not None else found.outside.get(key, 0.0) if foreign(book, flow) else 0.0
        elif flow.inward:
            amount = found.outside.get(key, 0.0)
        else:
            stored = found.stores.get(key)
            amount = stored.value if stored is not None else 0.0
        out[flow.stream] = Factor(amount, "computed", CARBON.zh)
    return out


class _Solver:
    """M factorised once; dense for a region, sparse above."""

    def __init__(self, eq: Equations) -> None:
        self.eq = eq
        self.size = len(eq.stores)
        self.sources: list[Source] = list(dict.fromkeys(source for _, source, _ in eq.burden))
        rows = np.array([r for r, _, _ in eq.matrix], np.int64)
        cols = np.array([c for _, c, _ in eq.matrix], np.int64)
        data = np.array([v for _, _, v in eq.matrix], float)
        if self.size <= DENSE:
            matrix = np.zeros((self.size, self.size))
            np.add.at(matrix, (rows, cols), data)
            self._solve = _dense(matrix)
        else:
            from scipy.sparse import csc_matrix
            from scipy.sparse.linalg import splu

            try:
                factor = splu(csc_matrix((data, (rows, cols)), shape=(self.size, self.size)))
            except RuntimeError as error:
                raise LibraryError(_CLOSED) from error
            self._solve = lambda right: np.asarray(factor.solve(right))

    def per_source(self) -> Any:
        """(stores, sources): t CO2e per unit by origin."""
        place = {source: j for j, source in enumerate(self.sources)}
        right = np.zeros((self.size, len(self.sources)))
        for i, source, amount in self.eq.burden:
            right[i, place[source]] += amount
        found = self._solve(right) if self.size else right
        if not np.isfinite(found).all():
            raise LibraryError(_CLOSED)
        return found

    def spread_of_flows(self, book: Book, per: Any) -> list[float | None]:
        """sd of every store's figure from the spread of the streams: df = −M⁻¹ (∂R/∂x) dx, R the residual of the equations."""
        eq = self.eq
        total = per.sum(axis=1)
        outside = _outside(eq)
        slopes: dict[str, dict[int, float]] = {}

        def note(stream: str, row: int, slope: float) -> None:
            if slope:
                at = slopes.setdefault(stream, {})
                at[row] = at.get(row, 0.0) + slope

        for store, i in eq.index.items():
            if store in eq.fixed:
                continue
            for flow in eq.into[store]:
                note(flow.stream, i, total[i])
                if foreign(book, flow):
                    note(flow.stream, i, -outside[store])
                elif flow.kind == "moved":
                    note(flow.stream, i, -total[eq.index[flow.firm, flow.good]])
        for flow in book.flows:
            if flow.kind == "lost" and not flow.process and (store := (flow.firm, flow.good)) in eq.index:
                note(flow.stream, eq.index[store], -total[eq.index[store]])
        for step in eq.steps:
            burden = sum(amount for _, amount in step.burden)
            burden += sum((u.amount or 0.0) * total[eq.index[step.firm, u.good]] for u in step.used)
            for flow, share in zip(step.made, step.shares, strict=True):
                store = (step.firm, flow.good)
                if store in eq.fixed:
                    continue
                i = eq.index[store]
                for used in step.used:
                    note(used.stream, i, -share * total[eq.index[step.firm, used.good]])
                for stream, slope in step.slopes:
                    note(stream, i, -share * slope)
                if 0 < share < 1:  # a larger output also takes a larger share
                    for other, its in zip(step.made, step.shares, strict=True):
                        change = (float(other is flow) - share) * its / (other.amount or 1.0)
                        note(other.stream, i, -burden * change)
        streams = list(slopes)
        if not streams:
            return [None] * self.size
        right = np.zeros((self.size, len(streams)))
        for j, stream in enumerate(streams):
            for row, slope in slopes[stream].items():
                right[row, j] = slope
        sensitivity = -self._solve(right)
        # what is only bounded moves alone, evenly between its bounds; all else as the account has it
        loose = {j: _even(book, s) for j, s in enumerate(streams) if s in set(eq.bounded)}
        still = 1e-12 * (abs(sensitivity).max() or 1.0)
        wide = [sum((line[j] * sd) ** 2 for j, sd in loose.items()) for line in sensitivity]
        sensitivity[:, list(loose)] = 0.0
        sure: list[list[tuple[str, float]]] = [[] for _ in range(self.size)]
        for i, j in zip(*np.nonzero(abs(sensitivity) > still), strict=True):
            sure[i].append((streams[j], float(sensitivity[i, j])))
        found = book.spread(sure)
        return [None if sd is None else math.hypot(sd, math.sqrt(w)) for sd, w in zip(found, wide, strict=True)]

    def made(
        self, per: Any, belongs: Any, relative: Any, stores: Mapping[Store, Carried]
    ) -> dict[tuple[str, str, str], Carried]:
        """What a unit carries as it leaves its process."""
        eq, out = self.eq, {}
        place = {source: j for j, source in enumerate(self.sources)}
        for step in eq.steps:
            gathered = np.zeros(len(self.sources))
            for used in step.used:
                gathered += (used.amount or 0.0) * per[eq.index[step.firm, used.good]]
            for source, amount in step.burden:
                if source in place:
                    gathered[place[source]] += amount
            for flow, share in zip(step.made, step.shares, strict=True):
                if not flow.amount or flow.amount <= 0:
                    continue
                store = stores[step.firm, flow.good]
                sd = store.sd_flows
                out[step.firm, step.process, flow.good] = _carried(
                    flow.good,
                    step.firm,
                    gathered * (share / flow.amount),
                    self.sources,
                    belongs,
                    relative,
                    sd,
                    flow.amount,
                )
        return out


def _even(book: Book, stream: str) -> float:
    flow = book.by_stream[stream]
    return ((flow.high or 0.0) - (flow.low or 0.0)) / math.sqrt(12)


_CLOSED = "footprint: some goods only come from each other and from nowhere else, so what they carry cannot be found"


def _dense(matrix: Any) -> Any:
    from scipy.linalg import lu_factor, lu_solve

    if not len(matrix):
        return lambda right: right
    scale = np.abs(matrix).max(axis=1)
    scaled = matrix / scale[:, None]
    if np.linalg.cond(scaled, 1) > 1e13:
        raise LibraryError(_CLOSED)
    factor = lu_factor(scaled, check_finite=False)
    return lambda right: lu_solve(factor, right / scale[:, None], check_finite=False)


def _relative(eq: Equations, key: str, share: float) -> float:
    known = eq.carried.get(key)
    return known.sd(share) / known.value if known is not None and known.value else 0.0


def _carried(
    good: str,
    firm: str,
    row: Any,
    columns: list[Source],
    belongs: Any,
    relative: Any,
    flows: float | None,
    amount: float,
) -> Carried:
    by_factor = row @ belongs
    sd_factors = float(np.sqrt(((by_factor * relative) ** 2).sum()))
    return Carried(
        good=good,
        firm=firm,
        value=float(row.sum()),
        sd=float(np.hypot(sd_factors, flows or 0.0)),
        sd_factors=sd_factors,
        sd_flows=flows,
        parts=tuple((source, float(part)) for source, part in zip(columns, row, strict=True) if part),
        amount=amount,
    )


def _outside(eq: Equations) -> dict[Store, float]:
    """What a unit from outside carries, by store that takes it."""
    out = {}
    for store in eq.stores:
        firm, good = store
        known = eq.carried.get(f"electricity:{firm}" if good == "electricity" else good)
        out[store] = known.value if known is not None else 0.0
    return out


def _balance(book: Book, eq: Equations, stores: Mapping[Store, Carried]) -> CarbonBalance:
    direct = brought = leaving = stock = lost = 0.0
    for step in eq.steps:
        for source, amount in step.burden:
            if source.kind in ("direct", "fuel"):
                direct += amount
            else:
                brought += amount
        if not step.made or not any(step.shares):
            lost += sum(amount for _, amount in step.burden)
            lost += sum((u.amount or 0.0) * stores[step.firm, u.good].value for u in step.used)
        for flow, share in zip(step.made, step.shares, strict=True):
            if share and (step.firm, flow.good) in eq.fixed:
                lost += share * sum(amount for _, amount in step.burden)
    outside = _outside(eq)
    given: dict[Store, float] = {}
    for flow in book.flows:
        store = (flow.firm, flow.good)
        if flow.kind not in ("used", "moved") or store not in eq.index:
            continue
        given[store] = given.get(store, 0.0) + (flow.amount or 0.0)
        if flow.outward:
            leaving += (flow.amount or 0.0) * stores[store].value
    for store, i in eq.index.items():
        if store not in eq.fixed:
            taken = sum(f.amount or 0.0 for f in eq.into[store] if foreign(book, f))
            brought += taken * outside[store]
            stock += (eq.through[i] - given.get(store, 0.0)) * stores[store].value
        else:  # nothing is known to fill it: what it gives is taken to have come from outside
            brought += given.get(store, 0.0) * stores[store].value
    return CarbonBalance(direct, brought, leaving, stock, lost)
