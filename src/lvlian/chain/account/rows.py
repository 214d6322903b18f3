"""The table of an account: a row for each statement, for each flow that nobody reports, and for each sum that is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lvlian.chain.account.intervals import EIGHTY, Hidden
from lvlian.chain.account.judge import Judged
from lvlian.chain.account.labels import firm_name, good_name, label
from lvlian.chain.account.network import Network
from lvlian.chain.account.reduce import Reduced, Whole
from lvlian.chain.account.solution import CLASSES
from lvlian.chain.account.sources import Sources
from lvlian.chain.library import Library

SHOWN = ("metal", "ore", "scrap", "intermediate", "part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line. `stream` by index (−1: a sum of `parts`); `reading` and `statement` by index where somebody reported; `struck`: not
    used. Figures in the good's unit, NaN where there is none; `low`..`high` is the 80 % interval, ±∞ open; `half` its half-width;
    `z` against all others; `kind` the class (CLASSES); `doubt`, `in_set` by place in the account's lists; `mark` the code of the
    kind, `stale`, `set` or empty; `depth` 1 under a sum."""

    stream: int
    label_zh: str
    label_en: str
    group: str
    group_zh: str
    group_en: str
    firm: str
    who_zh: str
    who_en: str
    unit: str
    kind: str
    reading: int | None = None
    reported: float = math.nan
    struck: bool = False
    value: float = math.nan
    half: float = math.nan
    low: float = math.nan
    high: float = math.nan
    change: float = math.nan
    z: float = math.nan
    doubt: int | None = None
    in_set: int | None = None
    mark: str = ""
    mark_zh: str = ""
    mark_en: str = ""
    depth: int = 0
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Table:
    network: Network
    whole: Whole
    reduced: Reduced
    judged: Judged
    hidden: Hidden
    library: Library
    sources: Sources
    received: Mapping[int, int]

    def rows(self, known_sums: Mapping[tuple[int, ...], tuple[int, float, float]]) -> tuple[Row, ...]:
        network = self.network
        out: list[tuple[tuple[int, int, float], Row]] = []
        z = self._z()
        read = {given.stream for given in network.readings if given.statement is not None}
        for r, given in enumerate(network.readings):
            if given.statement is not None:
                row = self._reported(r, z.get(r, math.nan))
                out.append(((self._order(row.group), 0, self._place(given.stream, r)), row))
        summed: set[int] = set()
        for parts, (_, value, sd) in known_sums.items():
            parts = tuple(k for k in parts if self._shown(k))
            if len(parts) < 2 or any(k in read for k in parts):
                continue
            row = self._sum(parts, value, sd)
            place = max(self._place(k, 0) for k in parts) + 0.5
            out.append(((self._order(row.group), 1, place), row))
            for n, k in enumerate(parts):
                out.append(((self._order(row.group), 1, place + 0.01 * (n + 1)), self._derived(k, 1)))
                summed.add(k)
        for k in range(len(network.streams)):
            if k not in read and k not in summed and self._shown(k):
                row = self._derived(k, 0)
                out.append(((self._order(row.group), 1, self._place(k, 0)), row))
        return tuple(row for _, row in sorted(out, key=lambda pair: pair[0]))

    def _z(self) -> dict[int, float]:
        found = self.judged.screening
        return {int(r): float(z) for r, z in zip(self.reduced.readings, found.z, strict=True)}

    def _shown(self, k: int) -> bool:
        stream = self.network.streams[k]
        good = self.library.goods.get(stream.good)
        if good is None or good.kind not in SHOWN:
            return False
        if stream.kind == "moved":
            return True
        if stream.kind == "made":
            recipe = self.library.processes.get(stream.process)
            return recipe is None or recipe.product == stream.good
        return (
            stream.kind == "used"
            and stream.good in self.sources.unstorable
            and self._made_here(stream.firm, stream.good)
        )

    def _made_here(self, firm: str, good: str) -> bool:
        return any(s.kind == "made" and s.firm == firm and s.good == good for s in self.network.streams)

    def _place(self, stream: int, reading: int) -> float:
        return float(self.received.get(stream, 10_000 + stream)) + reading * 1e-6

    def _group(self, k: int) -> tuple[str, str, str]:
        stream = self.network.streams[k]
        good = self.library.goods.get(stream.good)
        flows = stream.kind in ("moved", "arrived", "total") or (
            stream.kind == "used" and self._made_here(stream.firm, stream.good)
        )
        if good is not None and flows and stream.good in self.sources.unstorable and good.kind in SHOWN:
            zh, en = good_name(self.library, stream.good), good_name(self.library, stream.good, False)
            return f"flow:{stream.good}", f"{zh}去向", f"where {en} goes"
        process = self.library.processes.get(stream.process)
        stage = process.stage if process is not None else good.stage if good is not None else None
        if stage is None:
            return "other", "其他", "other"
        return f"stage:{stage.id}", stage.zh, stage.id

    def _order(self, group: str) -> int:
        kind, _, name = group.partition(":")
        stages = {s.id: s.order for s in self.library.stages}
        if kind == "flow":
            good = self.library.goods.get(name)
            return 10 * (good.stage.order if good is not None else 90) + 5
        return 10 * stages.get(name, 99)

    def _reported(self, r: int, z: float) -> Row:
        network, whole = self.network, self.whole
        given = network.readings[r]
        k, s = given.stream, given.statement
        assert s is not None
        stream = network.streams[k]
        struck = r in self.judged.out
        doubt = next((i for i, d in enumerate(self.judged.doubts) if d.reading == r), None)
        in_set = next((i for i, one in enumerate(self.judged.sets) if any(m.reading == r for m in one.members)), None)
        mark = mark_zh = mark_en = ""
        value, sd = float(whole.value[k]), float(whole.sd[k])
        kind = CLASSES[int(whole.kind[k])]
        low, high = value - EIGHTY * sd, value + EIGHTY * sd
        if math.isnan(value):
            low, high = self.hidden.intervals[k]
        if doubt is not None:
            found = self.judged.doubts[doubt].kind
            mark, mark_zh, mark_en = found.code, found.zh, found.en
            kind = "redundant"
        elif in_set is not None:
            struck = False  # nobody knows which: no member is struck
            one = self.judged.sets[in_set]
            member = next(m for m in one.members if m.reading == r)
            mark, mark_zh, mark_en = "set", "同组", "same set"
            if any(x.code == "stale" for x in member.kinds):
                mark, mark_zh, mark_en = "stale", "过期", "stale"
            kind, z, value = "redundant", member.z, member.implied if math.isfinite(member.implied) else value
            sd = member.sd if math.isfinite(member.sd) else sd
            low, high = value - EIGHTY * sd, value + EIGHTY * sd
        elif r in self.judged.stale:
            mark, mark_zh, mark_en = "stale", "过期", "stale"
        region, library = network.region, self.library
        group, group_zh, group_en = self._group(k)
        return Row(
            stream=k,
            label_zh=label(stream, region, library, True, s.item),
            label_en=label(stream, region, library, False, s.item),
            group=group,
            group_zh=group_zh,
            group_en=group_en,
            firm=s.party,
            who_zh=firm_name(region, s.party),
            who_en=firm_name(region, s.party, False),
            unit=stream.unit,
            kind=kind,
            reading=r,
            reported=given.value,
            struck=struck,
            value=value,
            half=EIGHTY * sd,
            low=low,
            high=high,
            change=value - given.value,
            z=z,
            doubt=doubt,
            in_set=in_set,
            mark=mark,
            mark_zh=mark_zh,
            mark_en=mark_en,
        )

    def _derived(self, k: int, depth: int) -> Row:
        network, whole = self.network, self.whole
        stream = network.streams[k]
        value, sd = float(whole.value[k]), float(whole.sd[k])
        low, high = self.hidden.intervals[k] if math.isnan(value) else (value - EIGHTY * sd, value + EIGHTY * sd)
        group, group_zh, group_en = self._group(k)
        who = stream.partner if stream.kind == "moved" and not stream.boundary else stream.firm
        if stream.boundary == "in":
            who = stream.partner
        region, library = network.region, self.library
        return Row(
            stream=k,
            label_zh=("其中 " if depth else "") + label(stream, region, library, True),
            label_en=("of which " if depth else "") + label(stream, region, library, False),
            group=group,
            group_zh=group_zh,
            group_en=group_en,
            firm=who,
            who_zh=firm_name(region, who),
            who_en=firm_name(region, who, False),
            unit=stream.unit,
            kind=CLASSES[int(whole.kind[k])],
            value=value,
            half=EIGHTY * sd,
            low=low,
            high=high,
            depth=depth,
        )

    def _sum(self, parts: tuple[int, ...], value: float, sd: float) -> Row:
        network = self.network
        first = network.streams[parts[0]]
        region, library = network.region, self.library
        ends = [network.streams[k].partner or network.streams[k].process for k in parts]
        zh = "、".join(firm_name(region, e) for e in ends)
        en = ", ".join(firm_name(region, e, False) for e in ends)
        group, group_zh, group_en = self._group(parts[0])
        return Row(
            stream=-1,
            label_zh=f"{good_name(library, first.good)} → {zh} 合计",
            label_en=f"{good_name(library, first.good, False)} → {en} in all",
            group=group,
            group_zh=group_zh,
            group_en=group_en,
            firm="",
            who_zh=zh,
            who_en=en,
            unit=first.unit,
            kind="observable",
            value=value,
            half=EIGHTY * sd,
            low=value - EIGHTY * sd,
            high=value + EIGHTY * sd,
            parts=parts,
        )


def rows_of(
    network: Network,
    whole: Whole,
    reduced: Reduced,
    judged: Judged,
    hidden: Hidden,
    known_sums: Mapping[tuple[int, ...], tuple[int, float, float]],
    library: Library,
    sources: Sources,
) -> tuple[Row, ...]:
    """The table in the order of the chain; within a part reported rows in the order in which they came."""
    received: dict[int, int] = {}
    for r, given in enumerate(network.readings):
        if given.statement is not None:
            received.setdefault(given.stream, r)
    return _Table(network, whole, reduced, judged, hidden, library, sources, received).rows(known_sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A balance: `received` gap by the figures as they came (NaN where one is missing), `left` gap of the balanced figures, `through`
    what runs through it."""

    node: int
    id: str
    kind: str
    label_zh: str
    label_en: str
    unit: str
    received: float
    left: float
    through: float


def checks_of(network: Network, whole: Whole, library: Library) -> tuple[Check, ...]:
    """Every store, process and total that somebody's figure touches."""
    first: dict[int, float] = {}
    told: set[int] = set()
    for given in network.readings:
        first.setdefault(given.stream, given.value)
        if given.statement is not None:
            told.add(given.stream)
    out = []
    value = np.nan_to_num(whole.value)
    for at, node in enumerate(network.nodes):
        if node.products or node.kind == "level" or not any(k in told for k, _ in node.terms):
            continue
        complete = all(k in first for k, _ in node.terms)
        hidden = any(np.isnan(whole.value[k]) for k, _ in node.terms)
        received = sum(c * first[k] for k, c in node.terms) + node.constant if complete else math.nan
        left = math.nan if hidden else sum(c * float(value[k]) for k, c in node.terms) + node.constant
        zh, en = _node_label(network, at, library)
        unit = network.streams[node.terms[0][0]].unit
        through = sum(abs(c * float(value[k])) for k, c in node.terms) / 2
        out.append(
            Check(
                node=at,
                id=node.id,
                kind=node.kind,
                label_zh=zh,
                label_en=en,
                unit=unit,
                received=received,
                left=left,
                through=through,
            )
        )
    return tuple(out)


def _node_label(network: Network, at: int, library: Library) -> tuple[str, str]:
    node = network.nodes[at]
    zh = [firm_name(network.region, node.firm)] if node.firm else []
    en = [firm_name(network.region, node.firm, False)] if node.firm else []
    process = library.processes.get(node.process)
    if process is not None:
        zh.append(process.zh.partition("(")[0])
        en.append(process.en)
    if node.good in library.goods:
        zh.append(good_name(library, node.good))
        en.append(good_name(library, node.good, False))
    words = {
        "store": ("收发存", "store"),
        "process": ("金属平衡", "metal"),
        "relation": ("单耗", "ratio"),
        "transport": ("运输", "transport"),
        "total": ("合计", "total"),
        "value": ("产值", "value"),
    }[node.kind]
    return " ".join([*zh, words[0]]), " ".join([*en, words[1]])
