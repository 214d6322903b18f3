"""The four quantities of one account: metal, energy, carbon and value of every stream, each with where its factor comes from.

The engines that show an account (footprint, Sankey, atlas) read it through a `Book`: streams with value and spread, of one month or
of several added up. Mass in t, power in kWh, gas in m3, money in yuan; layers in t of metal, tce, t CO2e and yuan.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

from lvlian.chain.dataset import LibraryError, read_yaml
from lvlian.chain.region import OUTSIDE, Firm, Region

PRICES = Path(__file__).parent / "data" / "good_prices.yaml"
_RANK = {"exact": 0, "redundant": 1, "nonredundant": 2, "observable": 3, "unobservable": 4}
Terms = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Layer:
    """One of the four quantities; `unit` is what a stream's amount times its factor counts in."""

    id: str
    zh: str
    en: str
    unit: str


METAL = Layer("metal", "金属", "metal", "t")
ENERGY = Layer("energy", "能量", "energy", "tce")
CARBON = Layer("carbon", "碳", "carbon", "t CO2e")
VALUE = Layer("value", "价值", "value", "yuan")
LAYERS: Mapping[str, Layer] = {layer.id: layer for layer in (METAL, ENERGY, CARBON, VALUE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A stream of goods in the unit of the good. `made` enters the store of `firm` from its `process`, `used` leaves it, `moved`
    goes from `firm` to `partner`, `stock` is closing less opening, `lost` leaves. `value` None: it cannot be found, then `low` and
    `high` bound it (None: no bound). `quality` is its class in the account, `read` whether a report stands behind it."""

    stream: str
    kind: str
    good: str
    firm: str
    partner: str = ""
    process: str = ""
    value: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    quality: str = ""
    read: bool = True

    @property
    def amount(self) -> float | None:
        """The value; where it cannot be found the middle of its bounds, None where there are none."""
        if self.value is not None:
            return self.value
        return None if self.low is None or self.high is None else (self.low + self.high) / 2

    @property
    def inward(self) -> bool:
        return self.kind == "moved" and self.firm == OUTSIDE

    @property
    def outward(self) -> bool:
        return self.kind == "moved" and self.partner == OUTSIDE


@dataclass(frozen=True, slots=True)
class Factor:
    """What one unit of a stream counts in a layer; `origin` reported | library | assumed | computed."""

    value: float
    origin: str
    note: str = ""


class Goods(Protocol):
    """What is needed of the library."""

    @property
    def goods(self) -> Mapping[str, Any]: ...

    @property
    def processes(self) -> Mapping[str, Any]: ...

    @property
    def stages(self) -> tuple[Any, ...]: ...

    @property
    def prices(self) -> tuple[Any, ...]: ...


Spread = Callable[[Sequence[Terms]], list[float | None]]


@dataclass(frozen=True, eq=False)
class Book:
    """An account as these engines read it. `spread` gives the sd of linear combinations of streams (None where it is unknown).
    `prices` and `contents` are what was reported of (firm, good): yuan per unit, mass fraction of metal."""

    region: Region
    months: tuple[str, ...]
    flows: tuple[Flow, ...]
    library: Goods
    spread: Spread
    prices: Mapping[tuple[str, str], float] = field(default_factory=dict)
    contents: Mapping[tuple[str, str], float] = field(default_factory=dict)
    simulated: bool = False

    @cached_property
    def by_stream(self) -> Mapping[str, Flow]:
        return {flow.stream: flow for flow in self.flows}

    @cached_property
    def footprint(self) -> Any:
        """The footprint by the default rule, reckoned once (`lvlian.chain.footprint.Footprint`)."""
        from lvlian.chain.footprint import footprint

        return footprint(self)

    @cached_property
    def factors(self) -> dict[str, dict[str, Factor]]:
        """The four layers by id: stream → factor; streams without a price are missing in `value`."""
        from lvlian.chain.footprint import carbon

        return {
            "metal": metal(self),
            "energy": energy(self),
            "carbon": carbon(self, self.footprint),
            "value": value(self),
        }

    @property
    def year(self) -> str:
        return self.months[-1][:4] if self.months else ""

    def seen_as(self, metal_id: str) -> Book:
        """The same account with another metal in view (a region may live from two)."""
        return replace(self, region=replace(self.region, metal=metal_id))

    def firm(self, firm_id: str) -> Firm | None:
        return self.region.firm(firm_id)

    def short(self, firm_id: str) -> str:
        firm = self.firm(firm_id)
        return firm.short if firm is not None else "区外" if firm_id == OUTSIDE else firm_id

    def main_product(self, process_id: str) -> str:
        """The good that a process is run for; empty where the library does not know the process."""
        process = self.library.processes.get(process_id)
        return process.product if process is not None else ""

    def stage(self, good_id: str) -> str:
        good = self.library.goods.get(good_id)
        return good.stage.id if good is not None else ""

    def names(self, good_id: str) -> tuple[str, str]:
        good = self.library.goods.get(good_id)
        return (good.zh, good.en) if good is not None else (good_id, good_id)


def open_book(*accounts: Any, library: Goods | None = None) -> Book:
    """One account, or several months of one region added up: values stream by stream, spreads as of independent months. A stream
    that cannot be found in one month is not found in the sum; its bounds add up. Raises ValueError without an account."""
    if not accounts:
        raise ValueError("a book needs at least one account")
    from lvlian.chain.library import load_library

    library = library or getattr(accounts[0], "library", None) or load_library()
    months = tuple(account.month for account in accounts)
    rows: dict[str, list[Flow]] = {}
    prices: dict[tuple[str, str], list[float]] = {}
    contents: dict[tuple[str, str], list[float]] = {}
    for account in accounts:
        for flow in _month(account, library, prices, contents):
            rows.setdefault(flow.stream, []).append(flow)

    def spread(wanted: Sequence[Terms]) -> list[float | None]:
        squares = [_variances(account, wanted) for account in accounts] if wanted else []
        return [
            None if math.isnan(v) else math.sqrt(max(v, 0.0))
            for v in (sum(month) for month in zip(*squares, strict=True))
        ]

    return Book(
        region=accounts[-1].region,
        months=months,
        flows=tuple(_added(flows) for flows in rows.values()),
        library=library,
        spread=spread,
        prices={key: sum(v) / len(v) for key, v in prices.items()},
        contents={key: sum(v) / len(v) for key, v in contents.items()},
        simulated=any(account.region.simulated for account in accounts),
    )


def _variances(account: Any, wanted: Sequence[Terms]) -> list[float]:
    """NaN where a combination touches a stream that cannot be found."""
    import numpy as np
    from scipy.sparse import csr_matrix

    index = account.network.index
    rows, cols, data = [], [], []
    for i, terms in enumerate(wanted):
        for stream, factor in terms:
            if (k := index.get(stream)) is not None:
                rows.append(i)
                cols.append(k)
                data.append(factor)
    weights = csr_matrix((data, (rows, cols)), shape=(len(wanted), len(account.network.streams)))
    return [float(v) for v in np.diag(account.solution.spread(weights))]


def _month(
    account: Any,
    library: Goods,
    prices: dict[tuple[str, str], list[float]],
    contents: dict[tuple[str, str], list[float]],
) -> Iterator[Flow]:
    """The streams of one account that are flows of goods; prices and contents are put into the two tables."""
    solution, network = account.solution, account.network
    classes = solution.classes()
    read = {r.stream for r in network.readings if r.role == "statement"}
    bounds = account.intervals
    for k, s in enumerate(network.streams):
        value = float(solution.value[k])
        known = not math.isnan(value)
        if s.kind in ("price", "content"):
            if known:
                (prices if s.kind == "price" else contents).setdefault((s.firm, s.good), []).append(value)
            continue
        if s.kind not in ("made", "used", "moved", "stock", "lost"):
            continue
        # what a transport loses is a loss of the receiver's, who is sent the whole
        haul = s.kind == "lost" and bool(s.partner)
        low, high = (None, None) if known else _bounds(bounds, s.id)
        if low is not None and high is not None and high - low <= 1e-9 * max(abs(high), 1.0):
            value, known = low, True  # its bounds leave no room
        yield Flow(
            stream=s.id,
            kind=s.kind,
            good=s.good,
            firm=_place(s.partner if haul else s.firm),
            partner="" if haul else _place(s.partner),
            process="" if haul or (s.kind == "lost" and s.process not in library.processes) else s.process,
            value=value if known else None,
            sd=float(solution.sd[k]) if known and not math.isnan(solution.sd[k]) else 0.0 if known else None,
            low=low,
            high=high,
            quality=classes[k],
            read=k in read,
        )


def _place(firm: str) -> str:
    return OUTSIDE if firm.startswith(OUTSIDE) else firm


def _bounds(bounds: Mapping[str, Any], stream: str) -> tuple[float | None, float | None]:
    found = bounds.get(stream)
    if found is None:
        return None, None
    low, high = (found.low, found.high) if hasattr(found, "low") else (found[0], found[1])
    return (
        None if low is None or not math.isfinite(low) else float(low),
        None if high is None or not math.isfinite(high) else float(high),
    )


def _added(flows: Sequence[Flow]) -> Flow:
    if len(flows) == 1:
        return flows[0]
    known = all(f.value is not None for f in flows)
    lows = [f.low if f.value is None else f.value for f in flows]
    highs = [f.high if f.value is None else f.value for f in flows]
    sds = [f.sd for f in flows]
    return replace(
        flows[0],
        value=sum(f.value or 0.0 for f in flows) if known else None,
        sd=None if None in sds else math.sqrt(sum((sd or 0.0) ** 2 for sd in sds)),
        low=None if known or None in lows else sum(v or 0.0 for v in lows),
        high=None if known or None in highs else sum(v or 0.0 for v in highs),
        quality=max((f.quality for f in flows), key=lambda q: _RANK.get(q, 0)),
        read=all(f.read for f in flows),
    )


def independent(flows: Sequence[Flow]) -> Spread:
    """Spreads where nothing is known of how the streams hang together: as if they were independent."""
    sds = {flow.stream: flow.sd for flow in flows}

    def spread(rows: Sequence[Terms]) -> list[float | None]:
        out: list[float | None] = []
        for row in rows:
            total, known = 0.0, True
            for stream, factor in row:
                sd = sds.get(stream)
                known = known and sd is not None
                total += (factor * (sd or 0.0)) ** 2
            out.append(total**0.5 if known else None)
        return out

    return spread


def metal(book: Book) -> dict[str, Factor]:
    """t of the region's metal per unit of each stream (goods without that metal: 0). One content per good, the mean of what was
    reported or the library's: with another at each firm what one sends would not be what the other receives."""
    goods, wanted = book.library.goods, book.region.metal
    told: dict[str, list[float]] = {}
    for (_, name), content in book.contents.items():
        told.setdefault(name, []).append(content)

    def of(flow: Flow) -> Factor:
        good = goods.get(flow.good)
        if good is None or good.metal != wanted:
            return Factor(0.0, "library")
        if flow.good in told:
            return Factor(sum(told[flow.good]) / len(told[flow.good]), "reported", "报出含量的平均")
        return Factor(good.content.value, "library" if good.verified else "assumed", good.cite)

    return _each(book, of, ("good",))


def energy(book: Book) -> dict[str, Factor]:
    """tce per unit of each stream that carries energy, at the equivalent value of the library (GB/T 2589); others 0."""
    goods = book.library.goods

    def of(flow: Flow) -> Factor:
        good = goods.get(flow.good)
        if good is None or not good.energy.value:
            return Factor(0.0, "library")
        return Factor(good.energy.value / 1000, "library" if good.verified else "assumed", good.cite)

    return _each(book, of, ("good",))


def value(book: Book) -> dict[str, Factor]:
    """yuan (without VAT) per unit of each stream: the reported price of the firm, the mean of reported prices of the good, or a
    shipped price, which is an assumption. Streams without any price are left out."""
    prices = good_prices(book)
    kinds = {firm.id: firm.kind for firm in book.region.firms}

    def of(flow: Flow) -> Factor | None:
        if (own := book.prices.get((flow.firm, flow.good))) is not None:
            return Factor(own, "reported")
        if (general := prices.get(flow.good)) is not None and general.origin == "reported":
            return general
        buyer = flow.partner if flow.inward else flow.firm
        return prices.get(f"{flow.good}@{kinds.get(buyer, '')}", general)

    return {k: f for k, f in _each(book, of, ("good", "firm", "partner")).items() if f is not None}


def good_prices(book: Book) -> dict[str, Factor]:
    """yuan (without VAT) per unit by good: the mean of what firms reported, else a shipped price, which is an assumption."""
    out = dict(_shipped(book))
    told: dict[str, list[float]] = {}
    for (_, good), price in book.prices.items():
        told.setdefault(good, []).append(price)
    out.update({good: Factor(sum(v) / len(v), "reported") for good, v in told.items()})
    return out


def _each(book: Book, of: Callable[[Flow], Any], by: tuple[str, ...]) -> dict[str, Any]:
    """`of` once per combination of the fields that it looks at."""
    kept: dict[tuple[str, ...], Any] = {}
    out = {}
    for flow in book.flows:
        key = tuple(getattr(flow, name) for name in by)
        if key not in kept:
            kept[key] = of(flow)
        out[flow.stream] = kept[key]
    return out


def _shipped(book: Book) -> dict[str, Factor]:
    """Prices of goods from the table of prices: the year of the account, else the latest before it, else the earliest."""
    out: dict[str, Factor] = {}
    rows: dict[str, list[Any]] = {}
    for row in book.library.prices:
        if row.price_ex_vat is not None and row.year[:4].isdigit():
            rows.setdefault(row.id, []).append(row)
    for good, parts in price_parts().items():
        total, notes = 0.0, []
        for part in parts:
            row = _price(rows.get(part, []), book.year, book.region.grid_area)
            if row is None:
                break
            total += row.price_ex_vat
            notes.append(f"{row.item_zh} {row.year} 年 {_money(row.price_ex_vat)} 元（不含税，来源：{row.source}）")
        else:
            out[good] = Factor(total, "assumed", " + ".join(notes))
    return out


def _money(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"


def _price(rows: Sequence[Any], year: str, area: str) -> Any:
    """The year itself, else the nearest earlier, else the earliest; then the area's own rows, yearly means before single days."""
    if not rows:
        return None
    earlier = [p for p in rows if p.year[:4] <= year] if year else rows
    best = max(p.year for p in earlier) if earlier else min(p.year for p in rows)
    same = [p for p in rows if p.year == best]
    own = (
        [p for p in same if area and p.region.startswith(area)]
        or [p for p in same if p.region.startswith("全国")]
        or same
    )
    return next((p for p in own if p.period == "year"), own[0])


@lru_cache(maxsize=4)
def price_parts(path: Path = PRICES) -> Mapping[str, tuple[str, ...]]:
    """Good → ids of the price rows whose sum is its price. Raises LibraryError."""
    data = read_yaml(path).get("goods")
    if not isinstance(data, dict):
        raise LibraryError(f"{path.name}, field goods: expected a mapping of goods to lists of price ids")
    out = {}
    for good, parts in data.items():
        if not isinstance(parts, list) or not parts or not all(isinstance(p, str) for p in parts):
            raise LibraryError(f"{path.name}, good {good}: expected a list of price ids, found {parts!r}")
        out[str(good)] = tuple(parts)
    return out
