"""An account as indicators see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from lvlian.chain.indicators.flows import Flows, ReadingOf
from lvlian.chain.indicators.given import Facts, Given, facts_of
from lvlian.chain.region import OUTSIDE, Region

if TYPE_CHECKING:
    from lvlian.chain.account.network import Network, Stream
    from lvlian.chain.account.solution import Solution
    from lvlian.chain.library import Library

_WORDS = {
    "made": "产量",
    "used": "用量",
    "stock": "库存变动",
    "level": "库存",
    "lost": "损失",
    "price": "单价",
    "value": "产值",
    "content": "含量",
}


def flows_of(network: Network, solution: Solution, library: Library | None = None, intervals: Any = None) -> Flows:
    """The flows of a reconciled network. `solution` is that of the network's own system (rows of `balance` in its order)."""
    from lvlian.chain.library import load_library

    shelf = library if library is not None else load_library()
    system = solution.system
    readings = tuple(
        ReadingOf(
            stream=int(stream),
            variance=float(variance),
            party=_party(network, place),
            label=_called(network, place, int(stream), shelf),
            source=_source(network, place),
        )
        for place, (stream, variance) in enumerate(zip(system.stream, system.variance, strict=True))
    )
    return Flows(
        region=network.region,
        month=network.month,
        streams=network.streams,
        value=np.asarray(solution.value, float),
        sd=np.asarray(solution.sd, float),
        classes=tuple(solution.classes()),
        spread=solution.spread,
        balance=system.balance,
        constant=system.constant,
        lower=system.lower,
        readings=readings,
        labels={s.id: label(s, network.region, shelf) for s in network.streams},
        intervals=dict(intervals or {}),
    )


def facts_in(network: Network, extra: Iterable[Given] = ()) -> Facts:
    """The facts of a network's region, firms and statements, and others."""
    return facts_of(network.region, network.facts.values(), extra)


def label(stream: Stream, region: Region, library: Library) -> str:
    """A stream in words: who, what, and where it goes."""
    good = library.goods.get(stream.good)
    name = good.zh if good is not None else stream.good
    firm, partner = _who(stream.firm, region), _who(stream.partner, region)
    if stream.kind in ("moved", "arrived"):
        end = "（到厂）" if stream.kind == "arrived" else ""
        return f"{name} {firm} → {partner}{end}"
    process = library.processes.get(stream.process)
    step = f"（{process.zh}）" if process is not None and stream.kind == "used" else ""
    return f"{firm} {name} {_WORDS.get(stream.kind, stream.kind)}{step}".strip()


def _who(firm_id: str, region: Region) -> str:
    if firm_id.startswith(OUTSIDE):
        return firm_id.partition(":")[2] or "区外"
    firm = region.firm(firm_id)
    return firm.short if firm is not None else firm_id


def _party(network: Network, place: int) -> str:
    if place >= len(network.readings):
        return ""
    statement = network.readings[place].statement
    return "" if statement is None else _who(statement.party, network.region)


def _source(network: Network, place: int) -> str:
    if place >= len(network.readings):
        return "assumed"
    reading = network.readings[place]
    return reading.role if reading.statement is None else reading.statement.source


def _called(network: Network, place: int, stream: int, library: Library) -> str:
    name = label(network.streams[stream], network.region, library)
    if place >= len(network.readings) or network.readings[place].statement is not None:
        return name
    note = network.readings[place].note
    return f"{name}（{note}）" if note else name
