"""What to ask for: the single paper that fixes most of what the account cannot know, what it would fix, and by when.

Four reasons to ask: a flow that cannot be found (`receipt`), a set that cannot be told apart (`stock`), a figure that nothing checks
(`second`), a ratio that stands in for a measurement (`recipe`). What a paper would bring is reckoned with a reading of its class's
uncertainty: for hidden streams from the directions that stay open (`Component.open`), for others from the posterior covariance,
var(u | c) = var(u) − cov(u, c)² / (var(c) + sd²).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lvlian.chain.account.intervals import EIGHTY, Component, Hidden
from lvlian.chain.account.judge import DoubtSet
from lvlian.chain.account.network import Network
from lvlian.chain.account.reduce import Whole
from lvlian.chain.account.solution import CLASSES
from lvlian.chain.account.sources import Sources
from lvlian.chain.library import Library
from lvlian.chain.region import OUTSIDE

REASONS = ("receipt", "stock", "second", "recipe")
WORTH = ("moved", "used", "made")
SMALL = 1e-6


@dataclass(frozen=True, slots=True)
class Fixed:
    """A stream that the paper fixes: before `low`..`high` (80 %), afterwards ± `half` about what it turns out to be."""

    stream: int
    low: float
    high: float
    half: float


@dataclass(frozen=True, slots=True)
class Ask:
    """`reason` (REASONS), the `stream` whose figure is asked for, of which `firm` (its post), the class of source it would have, the
    day `due` (ISO); `fixes` what it would bring; `set_at` the set that it decides; `gain` in the unit of the good, for the order."""

    reason: str
    stream: int
    firm: str
    post: str
    source: str
    due: str
    fixes: tuple[Fixed, ...]
    gain: float
    set_at: int | None = None
    reading: int | None = None


def asks_for(
    whole: Whole,
    hidden: Hidden,
    sets: Sequence[DoubtSet],
    library: Library,
    sources: Sources,
) -> tuple[Ask, ...]:
    """The papers worth asking for: the best of each reason first, then the second best; within a reason by what they bring."""
    network = whole.network
    found: list[Ask] = []
    found += _receipts(whole, hidden, library, sources)
    found += _decisions(whole, sets, sources)
    found += _seconds(whole, library, sources, {m.reading for one in sets for m in one.members})
    found += _recipes(whole, library, sources)
    best = sorted(found, key=lambda a: (-a.gain, network.streams[a.stream].id))
    rank: dict[str, int] = dict.fromkeys(REASONS, 0)
    placed = []
    for ask in best:
        placed.append((rank[ask.reason], REASONS.index(ask.reason), ask))
        rank[ask.reason] += 1
    placed.sort(key=lambda x: x[:2])
    return tuple(ask for _, _, ask in placed[: sources.most_asks])


def due(month: str, days: int) -> str:
    """The day so many days after the end of a month "2023-09"."""
    from datetime import date, timedelta

    year, number = int(month[:4]), int(month[5:7])
    following = date(year + number // 12, number % 12 + 1, 1)
    return (following + timedelta(days=days - 1)).isoformat()


def _post(network: Network, firm: str) -> str:
    entry = network.region.firm(firm)
    return entry.post if entry is not None else ""


def _ask(
    network: Network, sources: Sources, reason: str, stream: int, firm: str, fixes: tuple[Fixed, ...], gain: float
) -> Ask:
    days, source = sources.asks[reason]
    return Ask(reason, stream, firm, _post(network, firm), source, due(network.month, days), fixes, float(gain))


def _receipts(whole: Whole, hidden: Hidden, library: Library, sources: Sources) -> list[Ask]:
    """Hidden flows of metal: for each component, readings one after the other until nothing that matters stays hidden."""
    network = whole.network
    out: list[Ask] = []
    silent = _silent(network)
    for component in hidden.components:
        matters = [k for k in component.streams.tolist() if _matters(network, library, k)]
        if not matters or len(out) > sources.most_asks:
            continue
        directions = component.open.copy()
        left = set(matters)
        for _ in range(3):
            options: list[tuple[float, int, float, bool, int, int, str, list[int]]] = []
            for k in sorted(left, key=lambda j: network.streams[j].id):
                firm = _teller(network, k)
                row = directions[component.place(k)]
                norm = float(row @ row)
                if not firm or norm < SMALL:
                    continue
                rest = directions - np.outer(directions @ row / norm, row)
                fixed = [j for j in left if np.abs(rest[component.place(j)]).max(initial=0.0) < 1e-7]
                within = sum(_width(hidden, j) for j in fixed if _rank(network, j) == 0)
                gain = sum(_width(hidden, j) for j in fixed)
                options.append((-within, _rank(network, k), -gain, firm not in silent, len(options), k, firm, fixed))
            if not options or min(options)[2] >= 0:
                break
            _, _, less, _, _, k, firm, fixed = min(options)
            gain = -less
            moved = [j for j in fixed if network.streams[j].kind == "moved" and not network.streams[j].boundary]
            shown = sorted(moved or fixed, key=lambda j: (j != k, _rank(network, j), network.streams[j].id))
            fixes = tuple(_fixed(whole, hidden, component, k, j, sources) for j in shown)
            out.append(_ask(network, sources, "receipt", k, firm, fixes, gain))
            row = directions[component.place(k)]
            directions = directions - np.outer(directions @ row / float(row @ row), row)
            left -= set(fixed)
            if not left:
                break
    return out


def _silent(network: Network) -> set[str]:
    told = {s.party for s in network.statements}
    return {f.id for f in network.region.firms if f.id not in told}


def _matters(network: Network, library: Library, k: int) -> bool:
    stream = network.streams[k]
    good = library.goods.get(stream.good)
    return (
        stream.kind in ("moved", "made", "used")
        and good is not None
        and good.kind in ("metal", "ore", "scrap", "intermediate", "part")
    )


def _rank(network: Network, k: int) -> int:
    stream = network.streams[k]
    return WORTH.index(stream.kind) + (3 if stream.boundary else 0)


def _teller(network: Network, k: int) -> str:
    """Who can report a stream: of a flow between firms the receiver, else the one that it belongs to."""
    stream = network.streams[k]
    if stream.kind == "moved" and not stream.partner.startswith(OUTSIDE):
        return stream.partner
    return "" if stream.firm.startswith(OUTSIDE) else stream.firm


def _width(hidden: Hidden, k: int) -> float:
    """What is not known of a stream; where nothing bounds it, the size of what its firm runs."""
    low, high = hidden.intervals[k]
    if math.isfinite(high) and math.isfinite(low):
        return high - low
    network = hidden.whole.network
    stream = network.streams[k]
    sizes = [size for (firm, _), size in network.scale.items() if firm in (stream.firm, stream.partner)]
    return min(sizes, default=0.0)


def _fixed(whole: Whole, hidden: Hidden, component: Component, asked: int, k: int, sources: Sources) -> Fixed:
    low, high = hidden.intervals[k]
    a, b = hidden.intervals[asked]
    middle = (a + b) / 2 if math.isfinite(b) else max(a, 0.0)
    stream = whole.network.streams[asked]
    sd = sources.sd(middle, stream.unit, sources.asks["receipt"][1])
    if k == asked:
        return Fixed(k, low, high, EIGHTY * sd)
    open_ = component.open
    mine, theirs = open_[component.place(k)], open_[component.place(asked)]
    share = float(mine @ theirs) / max(float(theirs @ theirs), 1e-300)
    rest = hidden.observed({k: 1.0, asked: -share})
    variance = (share * sd) ** 2
    if rest is not None:
        variance += combination_sd(whole, rest[0]) ** 2
    return Fixed(k, low, high, EIGHTY * math.sqrt(variance))


def combination_sd(whole: Whole, weights: dict[int, float]) -> float:
    """Standard deviation of one combination of streams."""
    from scipy.sparse import csr_matrix

    if not weights:
        return 0.0
    keys = list(weights)
    row = csr_matrix(([weights[k] for k in keys], ([0] * len(keys), keys)), shape=(1, len(whole.value)))
    return math.sqrt(max(float(whole.spread(row)[0, 0]), 0.0))


def _decisions(whole: Whole, sets: Sequence[DoubtSet], sources: Sources) -> list[Ask]:
    network = whole.network
    out = []
    for at, one in enumerate(sets):
        best = min(
            one.members,
            key=lambda m: (network.streams[network.readings[m.reading].stream].kind != "level", m.reading),
        )
        given = network.readings[best.reading]
        stream = network.streams[given.stream]
        firm = given.statement.about if given.statement is not None else stream.firm
        level = stream.kind == "level"
        days, source = sources.asks["stock" if level else "second"]
        sd = sources.sd(best.reported, stream.unit, source)
        gap = abs(best.reported - best.implied) if math.isfinite(best.implied) else abs(best.reported)
        fix = Fixed(
            given.stream, min(best.reported, best.reported - gap), max(best.reported, best.reported + gap), EIGHTY * sd
        )
        out.append(
            Ask(
                "stock",
                given.stream,
                firm,
                _post(network, firm),
                source,
                due(network.month, days),
                (fix,),
                gap,
                at,
                best.reading,
            )
        )
    return out


def _seconds(whole: Whole, library: Library, sources: Sources, open_: set[int]) -> list[Ask]:
    """Products that one report tells and nothing checks: a meter on something that goes with them."""
    network = whole.network
    alone = CLASSES.index("nonredundant")
    out = []
    for r, given in enumerate(network.readings):
        if given.statement is None or r in whole.unused or r in open_ or whole.kind[given.stream] != alone:
            continue
        stream = network.streams[given.stream]
        good = library.goods.get(stream.good)
        if (
            stream.kind != "made"
            or not stream.process
            or good is None
            or good.kind not in ("metal", "part", "intermediate")
        ):
            continue
        beside = [
            k
            for k in range(len(network.streams))
            if network.streams[k].firm == stream.firm
            and network.streams[k].process == stream.process
            and network.streams[k].kind == "used"
            and network.streams[k].unit == "kWh"
        ]
        k = beside[0] if beside else given.stream
        half = EIGHTY * float(whole.sd[given.stream])
        value = float(whole.value[given.stream])
        fix = Fixed(given.stream, value - half, value + half, half)
        days, source = sources.asks["second"]
        out.append(
            Ask(
                "second",
                k,
                stream.firm,
                _post(network, stream.firm),
                source,
                due(network.month, days),
                (fix,),
                abs(value),
                None,
                r,
            )
        )
    return out


def _recipes(whole: Whole, library: Library, sources: Sources) -> list[Ask]:
    """Residues that would tell the loss of metal, now taken from the library: per receiver of the residue, else per firm."""
    from scipy.sparse import csr_matrix

    network = whole.network
    index = network.index
    pairs = []
    for k, stream in enumerate(network.streams):
        good = library.goods.get(stream.good)
        if (
            stream.kind != "made"
            or good is None
            or good.kind != "residue"
            or not good.metal
            or np.isnan(whole.value[k])
        ):
            continue
        lost = next(
            (
                j
                for j, s in enumerate(network.streams)
                if s.kind == "lost" and s.firm == stream.firm and s.process == stream.process
            ),
            None,
        )
        product = library.processes[stream.process].product if stream.process in library.processes else ""
        made = index.get(f"made:{stream.firm}/{stream.process}/{product}")
        if lost is None or made is None or np.isnan(whole.value[lost]) or not whole.value[made] > 0:
            continue
        pairs.append((k, lost, made, good.content.value))
    if not pairs:
        return []
    rows, cols, data = [], [], []
    for at, (k, lost, _, content) in enumerate(pairs):
        rows += [2 * at, 2 * at + 1, 2 * at + 1]
        cols += [k, k, lost]
        data += [1.0, content, 1.0]
    cov = whole.spread(csr_matrix((data, (rows, cols)), shape=(2 * len(pairs), len(whole.value))))
    source = sources.asks["recipe"][1]
    named: dict[tuple[str, str], list[tuple[Fixed, float, int]]] = {}
    for at, (k, lost, made, content) in enumerate(pairs):
        stream = network.streams[k]
        sd = sources.sd(float(whole.value[k]), stream.unit, source)
        var_c, var_u, both = cov[2 * at, 2 * at], cov[2 * at + 1, 2 * at + 1], cov[2 * at, 2 * at + 1]
        if not np.isfinite(var_u) or var_u <= 0 or any(g.stream == k for g in network.readings):
            continue
        after = max(var_u - both**2 / (var_c + sd**2), 0.0)
        size = float(whole.value[made])
        shed = float(whole.value[lost]) + content * float(whole.value[k])
        now, then = EIGHTY * math.sqrt(var_u), EIGHTY * math.sqrt(after)
        if after > 0.25 * var_u:
            continue
        taker = next(
            (
                s.partner
                for s in network.streams
                if s.kind == "moved" and s.good == stream.good and s.firm == stream.firm and not s.boundary
            ),
            stream.firm,
        )
        fix = Fixed(lost, (shed - now) / size, (shed + now) / size, then / size)
        named.setdefault((taker, stream.good), []).append((fix, now - then, k))
    out = []
    for (taker, _), entries in named.items():
        entries.sort(key=lambda e: -e[1])
        out.append(
            _ask(
                network,
                sources,
                "recipe",
                entries[0][2],
                taker,
                tuple(e[0] for e in entries),
                sum(e[1] for e in entries),
            )
        )
    return out
