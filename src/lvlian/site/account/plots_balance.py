"""The small pictures of the account, as markup: distance of a report from all others, a test on a log scale, an interval on an axis.

Pure; each carries no words of its own because the figures stand beside it in the table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WIDE, HIGH = 132, 16
AXIS = 6.0
"""z at the ends of the axis; what is farther is a chevron."""
FARTHEST = 99.0
BAR = 150


def z_plot(z: float, limit: float, kind: str = "") -> SafeString:
    """z on ±6: the grey band is the limit, a dot inside it; outside the shape of its light (`bad`, `warn`), beyond a chevron."""
    if not math.isfinite(z):
        return SafeString("")
    middle, scale = WIDE / 2, (WIDE / 2 - 8) / AXIS
    band = min(limit, AXIS) * scale
    x = middle + max(-AXIS, min(AXIS, z)) * scale
    beyond = abs(z) > AXIS
    shape = kind or ("bad" if abs(z) > limit else "in")
    marks = format_html(
        '<rect class="band" x="{}" y="1" width="{}" height="14"/><path class="zero" d="M{} 0v16"/>',
        _n(middle - band), _n(2 * band), _n(middle),
    )  # fmt: skip
    if shape == "in":
        marks += format_html(
            '<path class="stem" d="M{} 8H{}"/><circle cx="{}" cy="8" r="2.6"/>', _n(middle), _n(x), _n(x)
        )
    else:
        marks += format_html('<path class="stem" d="M{} 8H{}"/>', _n(middle), _n(x))
        if shape == "warn":
            marks += format_html('<path class="shape" d="M{} 3.4l4.4 8.4h-8.8z"/>', _n(x))
        else:
            marks += format_html('<path class="shape" d="M{} 4h8v8h-8z"/>', _n(x - 4))
        if beyond:
            side = 1 if z > 0 else -1
            marks += format_html(
                '<path class="chevron" d="M{} 4.5l{} 3.5l{} 3.5"/>', _n(x + 5.5 * side), 2.5 * side, -2.5 * side
            )
    return format_html(
        '<svg class="zplot z-{}" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">{}</svg>',
        shape, WIDE, HIGH, WIDE, HIGH, marks,
    )  # fmt: skip


def log_bar(value: float, limit: float, most: float) -> SafeString:
    """χ² from 1 to `most` on a log scale; the ink upright is the limit."""
    top = math.log10(max(most, limit, 10.0))

    def at(x: float) -> float:
        return BAR * math.log10(max(x, 1.0)) / top

    return format_html(
        '<svg class="logbar{}" viewBox="0 0 {} 16" width="{}" height="16" aria-hidden="true" focusable="false">'
        '<rect x="0" y="3" width="{}" height="10"/><path class="limit" d="M{} 0v16"/></svg>',
        " held" if value <= limit else "", BAR + 2, BAR + 2, _n(max(at(value), 1.5)), _n(min(at(limit), BAR)),
    )  # fmt: skip


def span(
    low: float | None, high: float | None, value: float | None, goals: Sequence[float], ends: tuple[float, float]
) -> SafeString:
    """An 80 % interval with its value and the goals (hollow diamonds) on the axis `ends`."""
    start, stop = ends
    if not stop > start:
        return SafeString("")

    def at(x: float) -> float:
        return 8 + (WIDE + 24) * (max(start, min(stop, x)) - start) / (stop - start)

    marks: SafeString = format_html('<path class="axis" d="M4 8H{}"/>', WIDE + 36)
    if low is not None and high is not None:
        marks += format_html(
            '<rect class="band" x="{}" y="4" width="{}" height="8"/>', _n(at(low)), _n(max(at(high) - at(low), 1.0))
        )
    if value is not None:
        marks += format_html('<path class="value" d="M{} 2v12"/>', _n(at(value)))
    marks += format_html_join(
        "", '<path class="goal" d="M{} 3.2l4.8 4.8l-4.8 4.8l-4.8 -4.8z"/>', ((_n(at(g)),) for g in goals)
    )
    return format_html(
        '<svg class="span" viewBox="0 0 {} 16" width="{}" height="16" aria-hidden="true" focusable="false">{}</svg>',
        WIDE + 40, WIDE + 40, marks,
    )  # fmt: skip


def trend(points: Sequence[tuple[float, float, float]], label: str) -> SafeString:
    """Months of a flow as (value, low, high); nothing where there are fewer than three: numbers are read then."""
    known = [p for p in points if math.isfinite(p[0])]
    if len(known) < 3:
        return SafeString("")
    low, high = min(p[1] for p in known), max(p[2] for p in known)
    room = (high - low) or 1.0
    step = 280 / (len(points) - 1)

    def y(v: float) -> float:
        return 56 - 48 * (v - low) / room

    line, pen = [], "M"
    bands: list[SafeString] = []
    for n, (value, down, up) in enumerate(points):
        if not math.isfinite(value):
            pen = "M"
            continue
        x = 10 + n * step
        line.append(f"{pen}{_n(x)} {_n(y(value))}")
        bands.append(format_html('<path class="bar" d="M{} {}V{}"/>', _n(x), _n(y(down)), _n(y(up))))
        bands.append(format_html('<circle cx="{}" cy="{}" r="2.4"/>', _n(x), _n(y(value))))
        pen = "L"
    return format_html(
        '<svg class="trend" viewBox="0 0 300 64" width="300" height="64" role="img" aria-label="{}"><path class="base" d="M0 63H300"/>'
        '<path class="line" d="{}"/>{}</svg>',
        label, "".join(line), mark_safe("".join(bands)),
    )  # fmt: skip


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
