"""An indicator's 80 % interval, its value and the plan's points on one axis, as markup; the figures stand beside it in the table. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDE, HIGH, PAD = 172, 16, 8


def ends_of(values: Sequence[float | None]) -> tuple[float, float] | None:
    """The axis that holds all of them, with room at both sides; None where there is nothing to draw."""
    known = [v for v in values if v is not None and math.isfinite(v)]
    if not known:
        return None
    low, high = min(known), max(known)
    room = 0.08 * (high - low) or max(abs(high) * 0.1, 1.0)
    return low - room, high + room


def axis(
    value: float | None, low: float | None, high: float | None, goals: Sequence[float], ends: tuple[float, float] | None
) -> SafeString:
    """The band is the 80 % interval (dashed where it is only bounds), the upright the value, hollow diamonds the plan."""
    if ends is None or not ends[1] > ends[0]:
        return SafeString("")
    start, stop = ends

    def at(x: float) -> float:
        return PAD + (WIDE - 2 * PAD) * (max(start, min(stop, x)) - start) / (stop - start)

    marks: SafeString = format_html('<path class="axis" d="M2 8H{}"/>', WIDE - 2)
    if low is not None:
        right = stop if high is None or not math.isfinite(high) else high
        kind = "band" if value is not None else "band bounds"
        marks += format_html(
            '<rect class="{}" x="{}" y="4" width="{}" height="8"/>',
            kind,
            _n(at(low)),
            _n(max(at(right) - at(low), 1.0)),
        )
    if value is not None:
        marks += format_html('<path class="value" d="M{} 2v12"/>', _n(at(value)))
    marks += format_html_join(
        "", '<path class="goal" d="M{} 3.2l4.8 4.8l-4.8 4.8l-4.8 -4.8z"/>', ((_n(at(g)),) for g in goals)
    )
    return format_html(
        '<svg class="axis-plot" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">{}</svg>',
        WIDE, HIGH, WIDE, HIGH, marks,
    )  # fmt: skip


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
