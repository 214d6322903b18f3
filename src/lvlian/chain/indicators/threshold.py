"""Capacity on one side of an intensity limit, firm by firm, with the chance that each is where it seems to be."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from lvlian.chain.indicators.formula import Term, Variant
from lvlian.chain.indicators.scene import Scene
from lvlian.chain.indicators.sides import ratio_of, side_of
from lvlian.chain.indicators.terms import gather, line_selected
from lvlian.chain.indicators.value import Line, Missing, Part, Value

SURE = 0.9
"""Chance from which a firm is counted on a side; between 1 − SURE and SURE it may be on either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A firm against a limit: its capacity (t/a), its intensity, `chance` that it is on the asked side (None: not known, see `missing`)."""

    firm: str
    short: str
    capacity: float
    intensity: Value
    chance: float | None
    missing: tuple[Missing, ...] = ()


def chance_below(value: Value, limit: float) -> float | None:
    """The chance that a value is at or under a limit (normal spread); of a bounded one only where both ends agree; None where unknown."""
    if value.value is not None:
        return _chance(value.value, value.sd or 0.0, limit)
    if value.low is None or value.high is None:
        return None
    ends = [_chance(value.low, value.sd_low or 0.0, limit), _chance(value.high, value.sd_high or 0.0, limit)]
    return sum(ends) / 2 if min(ends) >= SURE or max(ends) <= 1 - SURE else None


def _chance(value: float, sd: float, limit: float) -> float:
    if sd <= 0:
        return 1.0 if value <= limit else 0.0
    return 0.5 * math.erfc((value - limit) / (sd * math.sqrt(2)))


def standings(variant: Variant, scene: Scene) -> tuple[Standing, ...]:
    """Every firm that has the capacity, against the variant's limit."""
    capacity = tuple(t for t in variant.numerator if t.source == "capacity")
    used = tuple(t for t in variant.numerator if t.source != "capacity")
    out = []
    for firm in scene.region.firms:
        size = gather(capacity, scene, firm.id)
        if not any(line_selected(term, line, scene) for term in capacity for line in firm.lines):
            continue
        intensity = intensity_of(used, variant.denominator, scene, firm.id)
        below = chance_below(intensity, variant.limit) if intensity.known else None
        chance = None if below is None else (below if variant.side == "<=" else 1 - below)
        out.append(
            Standing(
                firm=firm.id,
                short=firm.short,
                capacity=size.constant,
                intensity=intensity,
                chance=chance,
                missing=(*size.missing, *intensity.missing),
            )
        )
    return tuple(out)


def intensity_of(over: tuple[Term, ...], under: tuple[Term, ...], scene: Scene, firm: str) -> Value:
    """One firm's intensity (kWh per t)."""
    blank = Value(variant=firm, zh=firm, en=firm, reading="", unit="kWh/t")
    top, bottom = gather(over, scene, firm), gather(under, scene, firm)
    missing = tuple(dict.fromkeys([*top.missing, *bottom.missing]))
    assumptions = tuple(dict.fromkeys([*top.assumptions, *bottom.assumptions]))
    blank = replace(blank, missing=missing, assumptions=assumptions)
    return blank if missing else ratio_of(side_of(top, scene), side_of(bottom, scene), scene, blank)


def threshold_of(variant: Variant, scene: Scene, blank: Value, firm: str = "") -> Value:
    """Capacity on the asked side (t/a), or its share of all capacity in percent where the variant says `share`."""
    firms = tuple(f for f in standings(variant, scene) if firm in ("", f.firm))
    gaps = [m for f in firms for m in f.missing if f.capacity == 0]
    if not firms or gaps or all(f.chance is None for f in firms):
        lost = gaps or [m for f in firms for m in f.missing]
        if not lost:
            lost = [Missing(zh="有产能和能耗的企业", en="firms with capacity and energy", ask=("工信局",))]
        return replace(blank, missing=tuple(dict.fromkeys(lost)))
    whole = sum(f.capacity for f in firms)
    divisor = whole if variant.share else 1.0
    sure = sum(f.capacity for f in firms if f.chance is not None and f.chance >= SURE)
    doubt = sum(f.capacity for f in firms if f.chance is None or 1 - SURE < f.chance < SURE)
    lines = tuple(_line(f, variant) for f in firms)
    unsure = tuple(m for f in firms if f.chance is None for m in f.missing)
    words = tuple(f"{m.zh}缺，问{'、'.join(m.ask)}；计与不计都可能" for m in unsure)
    blank = replace(
        blank,
        numerator=Part(value=None if doubt else sure, sd=None, low=sure, high=sure + doubt, unit="t/a", lines=lines),
        denominator=Part(value=whole, sd=0.0, low=None, high=None, unit="t/a", lines=()) if variant.share else None,
        assumptions=words,
    )
    low, high = sure / divisor * blank.scale, (sure + doubt) / divisor * blank.scale
    if doubt:
        note = "有的企业离限值太近或缺数，计与不计都可能"
        return replace(blank, low=low, high=high, sd_low=0.0, sd_high=0.0, interval80=(low, high), notes=(note,))
    spread = math.sqrt(sum(f.capacity**2 * f.chance * (1 - f.chance) for f in firms if f.chance is not None))
    return replace(blank, value=low, sd=spread / divisor * abs(blank.scale), interval80=(low, high))


def _line(standing: Standing, variant: Variant) -> Line:
    value = standing.intensity
    if value.value is not None:
        told = f"{value.value:,.0f} ± {value.sd or 0:,.0f}"
    elif value.low is not None and value.high is not None:
        told = f"{value.low:,.0f}–{value.high:,.0f}"
    else:
        told = "缺数"
    chance = "" if standing.chance is None else f"，合乎的把握 {standing.chance:.0%}"
    label = f"{standing.short} {told} kWh/t（限 {variant.limit:,.0f}{chance}）"
    if standing.chance is None or 1 - SURE < standing.chance < SURE:
        return Line(label=label, value=None, sd=None, kind="capacity", low=0.0, high=standing.capacity)
    return Line(label=label, value=standing.capacity if standing.chance >= SURE else 0.0, sd=0.0, kind="capacity")


__all__ = ["SURE", "Standing", "chance_below", "intensity_of", "standings", "threshold_of"]
