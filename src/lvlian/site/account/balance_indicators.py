"""The main indicators at the foot of a month's account: one row for each reading, each opening into the flows it is made of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

from lvlian.quantity.show import MINUS
from lvlian.site.account import saying_balance as say
from lvlian.site.account.plots_balance import span
from lvlian.site.account.saying_indicators import named, names_of, said, whom

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.indicators.value import Line, Part, Reading, Value
    from lvlian.site.account.models import GoalLink, VariantChoice

MAIN = (
    "liquid_local_conversion", "aluminium_deep_processing_local", "output_per_kwh", "smelting_ac_intensity", "recycled_share_of_primary",
    "energy_intensity_chain", "semis_overall_yield", "chain_output_value",
)  # fmt: skip
"""Those that a month of reports tells most about; the room of indicators has all."""


def readings_of(account: Account) -> Mapping[str, Reading]:
    """The main indicators of a month, all their readings."""
    from lvlian.chain.indicators.evaluate import evaluate_all
    from lvlian.chain.indicators.from_account import facts_in, flows_of

    return evaluate_all(flows_of(account), facts_in(account), only=MAIN, library=account.library)


def stream_names(account: Account) -> Mapping[str, str]:
    """Words of streams in Chinese → in the page's language; empty where that is Chinese."""
    from lvlian.chain.indicators.from_account import flows_of

    return names_of([flows_of(account)]) if say.english() else {}


def indicator_rows(
    readings: Mapping[str, Reading],
    links: Sequence[GoalLink],
    choices: Mapping[str, VariantChoice],
    kwargs_month: str,
    names: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Rows of the table; a reading that the region fixed is marked, none is chosen here. `names`: words of streams in another language."""
    out, words = [], names or {}
    for key, reading in readings.items():
        goals = [link.goal for link in links if link.indicator == key]
        targets = [float(goal.value) for goal in goals if goal.value is not None]
        known = [v for v in reading.values if v.known]
        ends = _ends([*(v.interval80 or () for v in known)], targets)
        chosen = choices.get(key)
        url = _address(key, kwargs_month)
        for n, value in enumerate(reading.values):
            out.append(
                {
                    "key": key, "name": say.pick(reading.name_zh, reading.name_en) if not n else "", "url": url,
                    "variant": say.pick(value.zh, value.en), "unit": said(value.unit), **_figures(value),
                    "axis": _axis(value, targets, ends) if value.known else "",
                    "goals": [{"goal": goal, "url": f"{reverse('goals')}{goal.pk}/"} for goal in goals] if not n else [],
                    "chosen": chosen is not None and chosen.variant == value.variant,
                    "open": bool(value.numerator or value.denominator), "numerator": _part(value.numerator, words),
                    "denominator": _part(value.denominator, words), "assumptions": value.assumptions, "notes": value.notes,
                    "missing": [(say.pick(m.zh, m.en), [whom(each) for each in m.ask]) for m in value.missing[:3]], "reading": said(value.reading), "first": not n,
                }
            )  # fmt: skip
    return out


def _axis(value: Value, targets: Sequence[float], ends: tuple[float, float]) -> str:
    low, high = value.interval80 if value.interval80 is not None else (None, None)
    return span(low, high, value.value, targets, ends)


def _address(key: str, month: str) -> str:
    try:
        return f"{reverse('indicator-detail', args=[key])}?month={month}"
    except NoReverseMatch:  # the room of indicators is not there
        return ""


def _ends(intervals: Sequence[Sequence[float]], targets: Sequence[float]) -> tuple[float, float]:
    points = [x for pair in intervals for x in pair if math.isfinite(x)] + list(targets)
    if not points:
        return (0.0, 0.0)
    low, high = min(points), max(points)
    room = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
    return (low - room, high + room)


def _figures(value: Value) -> dict[str, str]:
    half = (
        (value.interval80[1] - value.interval80[0]) / 2
        if value.interval80 is not None and value.value is not None
        else math.nan
    )
    places = max(0, min(3, 1 - math.floor(math.log10(half)))) if math.isfinite(half) and half > 0 else 2
    if value.value is not None:
        return {"value": _told(value.value, places), "half": _told(half, places) if math.isfinite(half) else ""}
    if value.low is not None:
        high = value.high
        text = (
            f"{_told(value.low, 2)}–{_told(high, 2)}"
            if high is not None and math.isfinite(high)
            else f"≥ {_told(value.low, 2)}"
        )
        return {"value": text, "half": ""}
    return {"value": "", "half": ""}


def _told(value: float, places: int) -> str:
    shown = round(value, places)
    return f"{MINUS if shown < 0 else ''}{abs(shown):,.{places}f}"


def _amount(value: float | None, unit: str) -> str:
    if value is None or not math.isfinite(value):
        return ""
    return say.with_unit(value, unit)


def _part(part: Part | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    if part is None:
        return None
    total = _amount(part.value, part.unit) or (
        say.between(part.low, part.high if part.high is not None else math.inf, part.unit)
        if part.low is not None
        else ""
    )
    return {
        "total": total,
        "lines": [_line(line, part.unit, names) for line in part.lines],
        "unit": say.unit_word(part.unit),
    }


def _line(line: Line, unit: str, names: Mapping[str, str]) -> dict[str, Any]:
    value = line.value if line.value is not None else math.nan
    digits = say.digits_for(value, unit)
    told = say.told(value, unit, digits)
    if not told and line.low is not None:
        told = say.between(line.low, line.high if line.high is not None else math.inf, unit)
    half = 1.2815515655446004 * line.sd if line.sd is not None and line.value is not None else math.nan
    return {
        "label": named(line.label, names), "value": told, "half": say.told(half, unit, digits), "factor": line.factor, "stream": line.stream,
        "kind": say.CLASS_WORDS.get(line.kind, ""),
    }  # fmt: skip
