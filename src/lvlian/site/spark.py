"""Small drawings made on the server: sparkline and segmented bar, as SVG whose sizes are attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from lvlian.site.saying import number

WIDTH, HEIGHT = 176, 92
_TOP, _BASE, _SIDE = 22, 70, 12
SEGMENTS = frozenset({"done", "part", "planned", "rest", "late", "ok", "warn", "bad", "none"})


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time; `kind` is `plan`, `actual` or `projection`; `low` and `high` bound a projection at 80 %."""

    x: float
    y: float
    kind: str = "actual"
    low: float | None = None
    high: float | None = None
    text: str = ""


def points_of(raw: Iterable[Mapping[str, object] | Point]) -> list[Point]:
    """The points that carry a value, in the order of time; a point without a value is a gap."""
    taken = []
    for point in raw:
        if isinstance(point, Point):
            taken.append(point)
        elif point.get("y") is not None:
            low, high = point.get("low"), point.get("high")
            taken.append(
                Point(
                    float(point["x"]),  # type: ignore[arg-type]
                    float(point["y"]),  # type: ignore[arg-type]
                    str(point.get("kind") or "actual"),
                    None if low is None else float(low),  # type: ignore[arg-type]
                    None if high is None else float(high),  # type: ignore[arg-type]
                    str(point.get("text") or ""),
                )
            )
    return sorted(taken, key=lambda point: point.x)


def sparkline(raw: Iterable[Mapping[str, object] | Point], label: str = "") -> SafeString:
    """Plan points as hollow diamonds with their value, the account as an ink line, the projection in accent with its band.

    The axis does not start at zero: the plan's values are printed instead. Nothing is drawn without a point.
    """
    points = points_of(raw)
    if not points:
        return SafeString("")
    left, right = min(p.x for p in points), max(p.x for p in points)
    first, last = int(left // 1), int(-(-right // 1))
    years = range(first, max(last, first + 1) + 1)
    values = [v for p in points for v in (p.y, p.low, p.high) if v is not None]
    floor, roof = min(values), max(values)
    floor, roof = (floor, roof) if roof > floor else (floor - 1, roof + 1)

    def at(x: float) -> float:
        return round(_SIDE + (x - years[0]) / (years[-1] - years[0]) * (WIDTH - 2 * _SIDE), 1)

    def up(y: float) -> float:
        return round(_BASE - 6 - (y - floor) / (roof - floor) * (_BASE - 6 - _TOP), 1)

    rows: list[SafeString] = [
        format_html_join(
            "", '<line class="year" x1="{0}" y1="6" x2="{0}" y2="{1}"/>', ((at(year), _BASE) for year in years)
        ),
        format_html('<line class="base" x1="0" y1="{0}" x2="{1}" y2="{0}"/>', _BASE, WIDTH),
    ]
    projected = [p for p in points if p.kind == "projection"]
    actual = [p for p in points if p.kind == "actual"]
    banded = [p for p in projected if p.low is not None and p.high is not None]
    start = actual[-1:]
    if banded:
        edge = [f"{at(p.x)},{up(p.y)}" for p in start]
        edge += [f"{at(p.x)},{up(p.high)}" for p in banded if p.high is not None]
        edge += [f"{at(p.x)},{up(p.low)}" for p in reversed(banded) if p.low is not None]
        rows.append(format_html('<polygon class="band" points="{}"/>', " ".join(edge)))
    for kind, line in (("projection", start + projected if projected else []), ("actual", actual)):
        if len(line) > 1:
            where = " ".join(f"{at(p.x)},{up(p.y)}" for p in line)
            rows.append(format_html('<polyline class="{}" points="{}"/>', kind, where))
    if actual:
        rows.append(
            format_html('<circle class="actual-dot" cx="{}" cy="{}" r="2"/>', at(actual[-1].x), up(actual[-1].y))
        )
    for p in points:
        if p.kind == "plan":
            x, y = at(p.x), up(p.y)
            rows.append(format_html('<path class="plan" d="M{} {}l4 4l-4 4l-4-4z"/>', x, round(y - 4, 1)))
            anchor = "end" if x > WIDTH - 20 else "start" if x < 20 else "middle"
            x = min(max(x, 4), WIDTH - 4)
            text = p.text or number(p.y)
            rows.append(
                format_html(
                    '<text class="value" x="{}" y="{}" text-anchor="{}">{}</text>', x, round(y - 8, 1), anchor, text
                )
            )
    rows.append(
        format_html_join(
            "",
            '<text x="{}" y="{}" text-anchor="{}">{}</text>',
            (
                (
                    0 if year == years[0] else WIDTH if year == years[-1] else at(year),
                    HEIGHT - 6,
                    "start" if year == years[0] else "end" if year == years[-1] else "middle",
                    year,
                )
                for year in years
            ),
        )
    )
    name = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" {}>{}</svg>', WIDTH, HEIGHT, name, mark_safe("".join(rows))
    )


def segments(parts: Iterable[Mapping[str, object]], total: float | None = None, label: str = "") -> SafeString:
    """A bar of 100 units: one rectangle for each part, the rest as ground. Raises ValueError on a kind that is not known."""
    shares = [(str(part.get("kind") or "done"), float(part.get("value") or 0)) for part in parts]  # type: ignore[arg-type]
    unknown = {kind for kind, _ in shares} - SEGMENTS
    if unknown:
        raise ValueError(f"bar: kind {sorted(unknown)[0]!r} is not one of {', '.join(sorted(SEGMENTS))}")
    whole = float(total) if total else sum(value for _, value in shares)
    rows, begun = [], 0.0
    for kind, value in shares:
        width = min(100 * value / whole, 100 - begun) if whole > 0 else 0
        if width > 0:
            rows.append((kind, f"{begun:.2f}", f"{width:.2f}"))
        begun += max(width, 0)
    name = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="segments" viewBox="0 0 100 8" preserveAspectRatio="none" {}>'
        '<rect class="ground" width="100" height="8"/>{}</svg>',
        name,
        format_html_join("", '<rect class="{}" x="{}" width="{}" height="8"/>', rows),
    )
