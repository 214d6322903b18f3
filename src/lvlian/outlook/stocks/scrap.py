"""Old scrap: what past use gives back, by use and quarter, and how much of it is collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Case, CaseError
from lvlian.outlook.stocks.in_use import in_use
from lvlian.outlook.stocks.lifetime import Lifetime
from lvlian.outlook.stocks.load_products import Metal, Use, load_products

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]
PER_YEAR = 4


@dataclass(frozen=True, eq=False)
class ScrapSupply:
    """N uses, Q quarters of the case, tonnes of metal a quarter: `arising` (N, Q) what is given up, `collected` (N, Q) what comes back,
    `stock` (N, Q) in use at the end. `goods` good → (Q,) t gross as the chain buys it. `ask` who could tell what is missing,
    in Chinese and English (empty: nothing is)."""

    uses: tuple[Use, ...]
    quarters: tuple[Quarter, ...]
    stock: Floats
    arising: Floats
    collected: Floats
    goods: Mapping[str, Floats]
    assumptions: tuple[tuple[str, str], ...]
    ask: tuple[str, str] = ("", "")

    def years(self) -> Mapping[int, Floats]:
        """Year → (N,) collected in its quarters that the case has."""
        at = np.array([one.year for one in self.quarters])
        return {int(year): self.collected[:, at == year].sum(axis=1) for year in np.unique(at)}


def scrap_supply(
    case: Case,
    consumption: Mapping[str, Mapping[int, float]] | None = None,
    *,
    library: Library | None = None,
    metals: Mapping[str, Metal] | None = None,
) -> ScrapSupply:
    """The old scrap of a case's region.

    `consumption`: use → year → t of metal that entered use. Where it is not given, the case's facts `use.<use>` (t in the year before the
    first quarter), taken back with the growth of products.yaml; without either nothing can be said and `ask` says who could. Years beyond
    the last one told go on as in it. Premises: `collection.<use>` (share), `use.growth` (a year). `library` gives the metal content
    of the scrap. Raises CaseError for a metal or use that products.yaml does not have, and for figures below zero."""
    known = (metals or load_products()).get(case.metal)
    if known is None:
        raise CaseError(f"case {case.region}, field metal: found {case.metal}, which products.yaml does not have")
    growth = case.figure("use.growth", known.growth)
    if growth <= -1:
        raise CaseError(f"premise use.growth: found {growth:g}, expected a figure above −1 a year")
    years = _years(case, consumption, known, growth)
    uses = tuple(one for one in known.uses if one.id in years)
    quarters = case.quarters
    shape = (len(uses), len(quarters))
    stock, arising, collected = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for row, use in enumerate(uses):
        flow, begin = _quarterly(years[use.id], case)
        found = in_use(flow, Lifetime(use.law, use.mean * PER_YEAR, use.sd * PER_YEAR))
        part = slice(begin, begin + len(quarters))
        stock[row], arising[row] = found.stock[part], np.maximum(found.outflow[part], 0.0)
        rate = case.figure(f"collection.{use.id}", use.collection)
        if not 0.0 <= rate <= 1.0:
            raise CaseError(f"premise collection.{use.id}: found {rate:g}, expected a share from 0 to 1")
        collected[row] = arising[row] * rate
    good = library.goods.get(known.good) if library is not None else None
    content = good.content.value if good is not None and good.content.value else 1.0
    return ScrapSupply(
        uses=uses,
        quarters=quarters,
        stock=stock,
        arising=arising,
        collected=collected,
        goods={known.good: collected.sum(axis=0) / content},
        assumptions=_assumptions(uses, consumption is None and bool(uses), growth),
        ask=_ask(case) if not uses else ("", ""),
    )


def _years(
    case: Case, consumption: Mapping[str, Mapping[int, float]] | None, metal: Metal, growth: float
) -> dict[str, dict[int, float]]:
    """Use → year → t that entered use. Raises CaseError."""
    if consumption is None:
        last = case.first.year - 1
        told = {key.removeprefix("use."): value for key, value in case.facts.items() if key.startswith("use.")}
        consumption = {
            use: {last - back: amount / (1 + growth) ** back for back in range(metal.years)}
            for use, amount in told.items()
        }
    out: dict[str, dict[int, float]] = {}
    for key, row in consumption.items():
        if metal.use(key) is None:
            names = ", ".join(one.id for one in metal.uses)
            raise CaseError(f"consumption, field {key}: found no such use of {metal.id}, expected one of {names}")
        for year, amount in row.items():
            if not (np.isfinite(amount) and amount >= 0 and 1800 <= year <= 2400):
                raise CaseError(
                    f"consumption, field {key}.{year}: found {amount}, expected tonnes, 0 or more, of a year"
                )
        if row:
            out[key] = dict(row)
    return out


def _quarterly(years: Mapping[int, float], case: Case) -> tuple[Floats, int]:
    """What enters by quarter from the first year told to the case's last quarter, and where the case begins in it. A year's figure is spread
    evenly; a year between two that are told has what the one before it had."""
    first, last = min(min(years), case.first.year), case.quarters[-1].year
    amounts, here = [], 0.0
    for year in range(first, last + 1):
        here = years.get(year, here)
        amounts.append(here / PER_YEAR)
    return np.repeat(np.array(amounts), PER_YEAR), case.first.place - PER_YEAR * first


def _assumptions(uses: tuple[Use, ...], grown: bool, growth: float) -> tuple[tuple[str, str], ...]:
    out = []
    for use in uses:
        mark = ("", "") if use.verified else ("，未核", ", not verified")
        out.append(
            (
                f"{use.zh}平均使用 {use.mean:g} 年、报废后收集 {use.collection:.0%}（{use.source[0]}{mark[0]}）。",
                f"{use.en}: {use.mean:g} years in use on average, {use.collection:.0%} collected ({use.source[1]}{mark[1]})",
            )
        )
    if grown:
        out.append(
            (
                f"历年用量由一年的数按每年增长 {growth:.0%} 倒推（假设）。",
                f"Past use is taken back from one year at {growth:.0%} a year (assumed).",
            )
        )
    return tuple(out)


def _ask(case: Case) -> tuple[str, str]:
    return (
        f"{case.region}历年各用途的金属消费量未知，旧废料不能推得；请统计局或再生资源主管单位报近年分用途消费量或报废量。",
        f"Past use of metal in {case.region} is not known, so its old scrap cannot be told; the statistics bureau or the unit for recycling would settle it with use or discards by kind.",
    )
