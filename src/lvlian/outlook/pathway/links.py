"""Who supplies whom: what the projection of the finished plan moves between firms, and the contracts that the plan needs beyond the order of merit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lvlian.outlook.case import Case, Contract, Ref
from lvlian.outlook.model import PER_YEAR
from lvlian.outlook.pathway.build import Built
from lvlian.outlook.pathway.solve import Solution
from lvlian.outlook.projection import Projection

HIS = Ref(kind="assumption", words="路径求解", who="推演")


@dataclass(frozen=True)
class Link:
    """`good` from firm `source` to firm `target`, t in each quarter of the case; `known`: a contract says so already."""

    good: str
    zh: str
    source: str
    target: str
    tonnes: tuple[float, ...]
    known: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "good": self.good,
            "zh": self.zh,
            "source": self.source,
            "target": self.target,
            "tonnes": [round(t, 1) for t in self.tonnes],
            "known": self.known,
        }


def wanted(built: Built, solution: Solution, shown: Projection) -> tuple[Contract, ...]:
    """Contracts for plants that the plan feeds and the order of merit would not: from the firm that makes most of the good, the yearly
    amount that the plan moves there."""
    live = shown.live
    if live is None:
        return ()
    least = float(built.options.links["least"])
    chain, case = built.chain, built.case
    there = {plant.id: row for row, plant in enumerate(live.model.plants)}
    out = []
    for supply in chain.supplies:
        good = chain.goods[supply.good]
        makers: dict[str, float] = {}
        for p in supply.makers:
            firm = built.model.plants[p].firm
            makers[firm] = makers.get(firm, 0.0) + float(solution.x[built.x[p]].sum())
        if not makers:
            continue
        source = max(makers, key=lambda firm: makers[firm])
        users: dict[str, np.ndarray] = {}
        for p in supply.users:
            plant = built.model.plants[p]
            if plant.role == "sink" or plant.id not in there:
                continue
            gap = solution.x[built.x[p]] - live.run.activity[0, there[plant.id]]
            users[plant.firm] = users.get(plant.firm, np.zeros(case.count)) + gap * chain.use[supply.good, p]
        total = {
            firm: sum(
                (
                    solution.x[built.x[p]] * chain.use[supply.good, p]
                    for p in supply.users
                    if built.model.plants[p].firm == firm
                ),
                np.zeros(case.count),
            )
            for firm in users
        }
        for firm, gap in users.items():
            short = gap > least / PER_YEAR
            if short.any() and firm != source:
                out.append(
                    Contract(
                        source=source,
                        target=firm,
                        good=good,
                        amount=float(total[firm][short].mean()) * PER_YEAR,
                        ref=HIS,
                    )
                )
    return tuple(out)


def links(shown: Projection, names: Case) -> tuple[Link, ...]:
    """What moves between firms of the region in a projection, goods of metal only, largest first."""
    live = shown.live
    if live is None:
        return ()
    known = {(one.source, one.target, one.good) for one in live.case.contracts}
    out = []
    for stream in live.bench.template.streams:
        if stream.kind != "moved" or "outside" in (stream.firm, stream.partner):
            continue
        entry = live.library.goods.get(stream.good)
        if entry is None or not entry.metal:
            continue
        tonnes = live.stage.readings(stream.id)[0]
        if tonnes.sum() > 1.0:
            out.append(
                Link(
                    stream.good,
                    entry.zh,
                    stream.firm,
                    stream.partner,
                    tuple(float(t) for t in tonnes),
                    (stream.firm, stream.partner, stream.good) in known,
                )
            )
    return tuple(sorted(out, key=lambda one: -sum(one.tonnes)))


__all__ = ["Link", "links", "wanted"]
