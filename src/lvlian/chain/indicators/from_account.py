"""An account as indicators see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lvlian.chain.account.labels import firm_name, good_name, label
from lvlian.chain.indicators.flows import Flows, ReadingOf
from lvlian.chain.indicators.given import Facts, Given, facts_of

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.network import Network, Reading, Stream
    from lvlian.chain.account.reduce import Whole
    from lvlian.chain.account.solution import Solution
    from lvlian.chain.library import Library
    from lvlian.chain.region import Region


def flows_of(account: Account) -> Flows:
    """The flows of an account: what it holds for doubtful is left out there and here; sets of reports that
    cannot be told apart come along, so that an indicator can say what would change it."""
    network = account.network
    otherwise = tuple(
        (called(network.streams[network.readings[member.reading].stream], network.region, account.library), values)
        for group in account.sets
        for member, values in zip(group.members, group.alternatives, strict=False)
    )
    return replace(flows_from(network, account.whole, account.library, account.intervals), otherwise=otherwise)


def facts_in(account: Account, extra: Iterable[Given] = ()) -> Facts:
    """The facts of an account's region, of its firms and in its statements; `extra` others (counts of the ledger, prices)."""
    return facts_of(account.region, account.network.facts.values(), extra)


def flows_from(
    network: Network,
    solution: Whole | Solution,
    library: Library,
    intervals: Mapping[str, tuple[float, float]] | None = None,
) -> Flows:
    """The flows of a reconciled network; `solution` answers for the streams of the network in their order."""
    system = solution.system
    region = network.region
    return Flows(
        region=region,
        month=network.month,
        streams=network.streams,
        value=np.asarray(solution.value, float),
        sd=np.asarray(solution.sd, float),
        classes=tuple(solution.classes()),
        spread=solution.spread,
        balance=system.balance,
        constant=system.constant,
        lower=system.lower,
        readings=tuple(_reading(network, r, library) for r in network.readings),
        labels={s.id: called(s, region, library) for s in network.streams},
        english={s.id: called(s, region, library, False) for s in network.streams},
        intervals=dict(intervals or {}),
    )


def called(stream: Stream, region: Region, library: Library, chinese: bool = True) -> str:
    """A stream in words, with its firm."""
    name = label(stream, region, library, chinese)
    owner = stream.partner if stream.boundary == "in" else stream.firm
    who = firm_name(region, owner, chinese)
    return f"{who} {name}".strip() if chinese or not who else f"{who}: {name}"


def _reading(network: Network, reading: Reading, library: Library) -> ReadingOf:
    stream, statement = network.streams[reading.stream], reading.statement
    if statement is not None:
        party = firm_name(network.region, statement.party)
        name = called(stream, network.region, library)
        source = statement.source
    else:
        party = ""
        told = reading.note.partition("，来源：")[0]
        name = f"{firm_name(network.region, stream.firm)} {told or good_name(library, stream.good)}".strip()
        source = reading.role
    return ReadingOf(stream=reading.stream, variance=reading.sd**2, party=party, label=name, source=source)
