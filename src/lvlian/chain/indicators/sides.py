"""The two sides of an indicator: their values where the account determines them, their bounds where it does not, and the ratio of both."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lvlian.chain.indicators.extremes import End, Form, extreme
from lvlian.chain.indicators.flows import Floats, Flows
from lvlian.chain.indicators.scene import Scene, Sum
from lvlian.chain.indicators.value import Z80, Line, Missing, Otherwise, Part, Share, Value

WIDE = 0.05
"""Relative sd of a denominator from which the interval is Fieller's and no longer the linear one."""
LARGE = 0.1
"""Relative sd of a denominator from which the linear sd is told to be too small."""
SHARES = 6
SEEN = 0.005
LEAST = 1e-4
"""Parts of the variance: the first so many sources above `SEEN` are told; a reading below `LEAST` is not looked at."""
NAMED = 4


@dataclass(frozen=True)
class Side:
    """`rows` without hidden streams and `constant` where the account determines the sum (`value`), else `value` None."""

    total: Sum
    rows: tuple[Floats, ...]
    constant: float
    value: float | None

    @property
    def open(self) -> bool:
        return self.total.open_low != 0 or self.total.open_high != 0

    @property
    def forms(self) -> tuple[Form, ...]:
        first = Form(self.total.rows[0], self.total.constant)
        return (first, *(Form(row, 0.0) for row in self.total.rows[1:]))


def side_of(total: Sum, scene: Scene) -> Side:
    """Settle every month's row: what the balances determine needs no hidden stream."""
    rows, constant = [], total.constant
    for account, row in zip(scene.flows, total.rows, strict=True):
        settled = account.settled(row)
        if settled is None:
            return Side(total, (), total.constant, None)
        if _below_zero(account, row):
            settled = np.where(account.hidden, 0.0, row), 0.0
            total.assume("推得的合计小于 0，按 0 计")
        rows.append(settled[0])
        constant += settled[1]
    value = constant
    for account, row in zip(scene.flows, rows, strict=True):
        value += float(row @ np.where(account.hidden, 0.0, account.value))
    return Side(total, tuple(rows), constant, value)


def _below_zero(account: Flows, row: Floats) -> bool:
    """Whether hidden streams that cannot be negative are, together, less than nothing by what is known (its spread): then they are 0."""
    part = np.where(account.hidden, row, 0.0)
    if not part.any() or account.lower is None or (part < 0).any() or (account.lower[part > 0] < 0).any():
        return False
    settled = account.settled(part)
    return settled is not None and float(settled[0] @ np.where(account.hidden, 0.0, account.value)) + settled[1] < 0


def spread_of(
    rows: tuple[Floats, ...], slopes: dict[str, float], sides: tuple[Side, ...], scene: Scene
) -> tuple[float, tuple[Share, ...]]:
    """The sd of Σ rows·x + Σ slope × figure, and which sources bring it."""
    total = sd_of(rows, slopes, sides, scene) ** 2
    if total <= 0:
        return 0.0, ()
    sources: dict[tuple[str, str], float] = {}
    for account, row in zip(scene.flows, rows, strict=True):
        parts = account.shares(row) if np.any(row) else None
        for k in () if parts is None else np.flatnonzero(parts > LEAST * total):
            reading = account.readings[int(k)]
            key = (reading.label, reading.party)
            sources[key] = sources.get(key, 0.0) + float(parts[k])  # type: ignore[index]
    named = {key: entry for side in sides for key, entry in side.total.slopes.items()}
    for figure, slope in slopes.items():
        _, sd, label, party = named[figure]
        sources[label, party] = sources.get((label, party), 0.0) + (slope * sd) ** 2
    ranked = sorted(((part / total, label, party) for (label, party), part in sources.items()), reverse=True)
    return math.sqrt(total), tuple(
        Share(label=label, party=party, part=part) for part, label, party in ranked[:SHARES] if part > SEEN
    )


def sd_of(rows: tuple[Floats, ...], slopes: dict[str, float], sides: tuple[Side, ...], scene: Scene) -> float:
    """The sd of Σ rows·x + Σ slope × figure."""
    total = 0.0
    for account, row in zip(scene.flows, rows, strict=True):
        if np.any(row):
            total += max(float(account.covariance(row[None, :])[0, 0]), 0.0)
    named = {key: entry[1] for side in sides for key, entry in side.total.slopes.items()}
    return math.sqrt(total + sum((slope * named[key]) ** 2 for key, slope in slopes.items()))


def sum_of(side: Side, scene: Scene, blank: Value) -> Value:
    """A sum in the indicator's unit."""
    if side.value is not None and not side.open:
        slopes = {key: entry[0] for key, entry in side.total.slopes.items()}
        sd, shares = spread_of(side.rows, slopes, (side,), scene)
        return _settled(blank, side.value, sd, shares, _otherwise(side, None, scene, side.value, sd))
    return _bounded(blank, side, None, scene)


def difference_of(over: Side, under: Side, scene: Scene, blank: Value) -> Value:
    """Numerator − denominator."""
    if over.value is None or under.value is None:
        return replace(blank, missing=(_unfound(over, under, scene),))
    rows = tuple(a - b for a, b in zip(over.rows, under.rows, strict=True))
    sd, shares = spread_of(rows, _slopes(over, under, 1.0, 1.0), (over, under), scene)
    return _settled(blank, over.value - under.value, sd, shares)


def ratio_of(over: Side, under: Side, scene: Scene, blank: Value) -> Value:
    """Numerator ÷ denominator."""
    if under.value is not None and under.value <= 0 and not under.open:
        return replace(blank, missing=(Missing(zh="分母大于 0", en="a denominator above 0"),))
    if over.value is None or under.value is None or over.open or under.open:
        return _bounded(blank, over, under, scene)
    n, d = over.value, under.value
    ratio = n / d
    rows = tuple((a - ratio * b) / d for a, b in zip(over.rows, under.rows, strict=True))
    sd, shares = spread_of(rows, _slopes(over, under, 1 / d, ratio / d), (over, under), scene)
    value = _settled(blank, ratio, sd, shares, _otherwise(over, under, scene, ratio, sd))
    moments = _moments(over, under, scene)
    return _wide(replace(value, moments=(n, d, *moments)), n, d, *moments)


def _slopes(over: Side, under: Side, up: float, down: float) -> dict[str, float]:
    """Slope of up·N − down·D with respect to every uncertain figure."""
    out = {key: up * entry[0] for key, entry in over.total.slopes.items()}
    for key, entry in under.total.slopes.items():
        out[key] = out.get(key, 0.0) - down * entry[0]
    return out


def _moments(over: Side, under: Side, scene: Scene) -> tuple[float, float, float]:
    """Variances of numerator and denominator and their covariance, base units."""
    a = b = ab = 0.0
    for account, top, low in zip(scene.flows, over.rows, under.rows, strict=True):
        cov = account.covariance(np.stack([top, low]))
        a, b, ab = a + float(cov[0, 0]), b + float(cov[1, 1]), ab + float(cov[0, 1])
    for key, (slope, sd, _, _) in over.total.slopes.items():
        a += (slope * sd) ** 2
        if key in under.total.slopes:
            ab += slope * under.total.slopes[key][0] * sd**2
    for slope, sd, _, _ in under.total.slopes.values():
        b += (slope * sd) ** 2
    return max(a, 0.0), max(b, 0.0), ab


def _wide(value: Value, n: float, d: float, a: float, b: float, ab: float) -> Value:
    """Fieller's interval (1954) where the denominator is uncertain: all R with (n − R·d)² ≤ z² · Var(N − R·D)."""
    cv = math.sqrt(b) / d
    if cv <= WIDE:
        return value
    notes = value.notes
    if cv > LARGE:
        notes += (f"分母相对标准差 {cv:.0%}，线性标准差偏小，请看 80% 区间",)
    z2 = Z80**2
    qa, qb, qc = d * d - z2 * b, n * d - z2 * ab, n * n - z2 * a
    root = qb * qb - qa * qc
    if qa <= 0 or root < 0:
        return replace(value, interval80=None, notes=(*notes, "分母与 0 分不开，给不出 80% 区间"))
    low, high = (qb - math.sqrt(root)) / qa, (qb + math.sqrt(root)) / qa
    return replace(value, interval80=(low * value.scale, high * value.scale), notes=notes)


def _otherwise(
    over: Side, under: Side | None, scene: Scene, value: float, sd: float
) -> tuple[tuple[str, str, float], ...]:
    """(month, report, figure) for every report of a set that cannot be told apart which would move the figure by more than a tenth of
    its sd."""
    out = []
    for month, account in enumerate(scene.flows):
        for label, values in account.otherwise:
            tops = _moved(over, month, values, account)
            lows = None if under is None else _moved(under, month, values, account)
            if lows is not None and lows <= 0:
                continue
            told = tops if lows is None else tops / lows
            if abs(told - value) > max(0.1 * sd, 1e-9 * abs(value)):
                out.append((account.month, label, told))
    return tuple(out)


def _moved(side: Side, month: int, values: Mapping[int, float], account: Flows) -> float:
    """A side with some streams of one month at other values."""
    row = side.rows[month]
    assert side.value is not None  # only asked of settled sides
    return side.value + sum(float(row[k]) * (v - float(account.value[k])) for k, v in values.items() if row[k])


def _settled(
    blank: Value,
    value: float,
    sd: float,
    shares: tuple[Share, ...],
    otherwise: tuple[tuple[str, str, float], ...] = (),
) -> Value:
    value, sd = value * blank.scale, sd * abs(blank.scale)
    other = tuple(Otherwise(month=month, label=label, value=told * blank.scale) for month, label, told in otherwise)
    return replace(
        blank, value=value, sd=sd, interval80=(value - Z80 * sd, value + Z80 * sd), shares=shares, otherwise=other
    )


def _bounded(blank: Value, over: Side, under: Side | None, scene: Scene) -> Value:
    """Bounds of what the balances and x ≥ 0 leave open, each with the spread of what is known."""
    ends: list[tuple[float, float]] = []
    for largest in (False, True):
        top = _with(over, over.total.open_high if largest else over.total.open_low)
        bottom = None if under is None else _with(under, under.total.open_low if largest else under.total.open_high)
        end = extreme(scene.flows, top, bottom, largest)
        if end is None:
            return replace(blank, missing=(_unfound(over, under, scene),))
        ends.append((end.value, _end_sd(end, scene)))
    (low, sd_low), (high, sd_high) = ends
    scale = blank.scale
    if abs(high - low) <= 1e-9 * max(abs(high), abs(low)):
        return _settled(blank, low, max(sd_low, sd_high), ())
    return replace(
        blank,
        low=low * scale,
        high=high * scale,
        sd_low=sd_low * scale,
        sd_high=sd_high * scale,
        interval80=((low - Z80 * sd_low) * scale, (high + Z80 * sd_high) * scale),
        notes=(
            *blank.notes,
            "有的流推不得，只能给上下界"
            if over.value is None or (under and under.value is None)
            else "有的企业缺事实，计与不计都可能",
        ),
    )


def _with(side: Side, extra: float) -> tuple[Form, ...]:
    first, *rest = side.forms
    return (Form(first.row, first.constant + extra), *rest)


def _end_sd(end: End, scene: Scene) -> float:
    total = 0.0
    for account, gradient in zip(scene.flows, end.gradient, strict=True):
        total += max(float(account.covariance(gradient[None, :])[0, 0]), 0.0)
    return math.sqrt(total)


def _unfound(over: Side, under: Side | None, scene: Scene) -> Missing:
    """Names the streams that nothing bounds, and who could tell."""
    labels, english, asks = [], [], []
    for side in (over, under):
        if side is None or side.value is not None:
            continue
        for account, row in zip(scene.flows, side.total.rows, strict=True):
            for k in np.flatnonzero((row != 0) & account.hidden):
                labels.append(account.label(int(k)))
                english.append(account.label_en(int(k)))
                firm = account.region.firm(account.streams[int(k)].firm) or account.region.firm(
                    account.streams[int(k)].partner
                )
                if firm is not None:
                    asks.append(f"{firm.short} {firm.post}")
    each = list(dict.fromkeys(labels))
    names = "、".join(each[:NAMED]) + (f" 等 {len(each)} 项" if len(each) > NAMED else "") if each else "有的流"
    each_en = list(dict.fromkeys(english))
    more = f" and others ({len(each_en)} in all)" if len(each_en) > NAMED else ""
    names_en = ", ".join(each_en[:NAMED]) + more if each_en else "some streams"
    return Missing(
        zh=f"{names}（推不得，也没有上界）", en=f"{names_en}: neither found nor bounded", ask=tuple(dict.fromkeys(asks))
    )


# -- parts
def part_of(side: Side, scene: Scene) -> Part:
    """A side as a list of flows that can be opened."""
    total = side.total
    sd = None
    if side.value is not None:
        slopes = {key: entry[0] for key, entry in total.slopes.items()}
        sd = sd_of(side.rows, slopes, (side,), scene)
    low = high = None
    if side.value is None or side.open:
        ends = [
            extreme(scene.flows, _with(side, e), None, top)
            for e, top in ((total.open_low, False), (total.open_high, True))
        ]
        low, high = (None if end is None else end.value for end in ends)
    known = side.value is not None and not side.open and not total.missing
    return Part(
        value=side.value if known else None,
        sd=sd if known else None,
        low=low,
        high=high,
        unit=total.unit or _unit(total, scene),
        lines=(*_stream_lines(total, scene), *total.lines),
        weights=tuple(
            {account.streams[int(k)].id: float(row[k]) for k in np.flatnonzero(row)}
            for account, row in zip(scene.flows, total.rows, strict=True)
        ),
    )


def _unit(total: Sum, scene: Scene) -> str:
    for account, row in zip(scene.flows, total.rows, strict=True):
        for k in np.flatnonzero(row):
            return str(getattr(account.streams[int(k)], "unit", ""))
    return ""


def _stream_lines(total: Sum, scene: Scene) -> tuple[Line, ...]:
    """One line per stream over all months, in the order of the network; streams that are only known together share a line above."""
    lines: dict[str, Line] = {}
    groups: list[Line] = []
    for account, row in zip(scene.flows, total.rows, strict=True):
        picked = [int(k) for k in np.flatnonzero(row)]
        blind = [k for k in picked if account.hidden[k]]
        if len(blind) > 1:
            group = _together(account, row, blind)
            if group is not None:
                groups.append(group)
        for k in picked:
            stream, weight = account.streams[k], float(row[k])
            before = lines.get(stream.id)
            lines[stream.id] = _line(account, k, weight, before, total.weighted.get(stream.id, ""))
    return (*lines.values(), *groups)


def _line(account: Flows, k: int, weight: float, before: Line | None, factor: str) -> Line:
    stream = account.streams[k]
    value: float | None
    sd: float | None
    low: float | None
    high: float | None
    if account.hidden[k]:
        value = sd = None
        low, high = (None if end is None else weight * end for end in _bounds(account, k))
        if weight < 0:
            low, high = high, low
    else:
        value, sd, low, high = weight * float(account.value[k]), abs(weight) * float(account.sd[k]), None, None
    if before is not None:
        value = None if value is None or before.value is None else value + before.value
        sd = None if sd is None or before.sd is None else math.hypot(sd, before.sd)
        low = high = None
    return Line(
        label=account.label(k),
        value=value,
        sd=sd,
        kind=account.classes[k],
        stream=stream.id,
        low=low,
        high=high,
        factor=factor,
    )


def _bounds(account: Flows, k: int) -> tuple[float | None, float | None]:
    kept = account.intervals.get(account.streams[k].id)
    if kept is not None:
        return kept[0], kept[1] if math.isfinite(kept[1]) else None
    unit = np.zeros(account.size)
    unit[k] = 1.0
    ends = [extreme((account,), (Form(unit, 0.0),), None, largest) for largest in (False, True)]
    return tuple(None if end is None else end.value for end in ends)  # type: ignore[return-value]


def _together(account: Flows, row: Floats, blind: list[int]) -> Line | None:
    """The hidden streams of a side as one sum where the balances determine it."""
    part = np.zeros(account.size)
    part[blind] = row[blind]
    settled = account.settled(part)
    if settled is None:
        return None
    weights, shift = settled
    value = 0.0 if _below_zero(account, part) else float(weights @ np.where(account.hidden, 0.0, account.value)) + shift
    sd = math.sqrt(max(float(account.covariance(weights[None, :])[0, 0]), 0.0))
    labels = [account.label(k) for k in blind]
    return Line(
        label="、".join(labels) + " 合计",
        value=value,
        sd=sd,
        kind="observable",
        members=tuple(account.streams[k].id for k in blind),
    )
