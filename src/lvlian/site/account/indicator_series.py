"""An indicator over the months as a chart: a line for each variant with its 80 % band; fewer than three points are printed, not drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.account import saying_indicators as say
from lvlian.site.account.indicator_rows import IndicatorRow
from lvlian.site.account.selectors_indicators import YEAR, Basis

INK = "#1b2226"
LINES = (INK, "#1b6073", "#6f9aa6", "#5f696f", "#9aa5aa", "#b5cdd4")
BAND = "#c4d9df"
LEAST = 3


def series_of(row: IndicatorRow, basis: Basis, over: str) -> dict[str, Any]:
    """`months`, and for each variant that may be told its figures by month; `chart` None where no variant has three points."""
    found = basis.series(row.key)
    readings = found.to_date if over == YEAR else found.months
    months = [month for month in sorted(readings) if month[:4] >= basis.month[:4] or basis.earlier]
    digits = say.digits_of(*(one.value for one in row.variants if one.value is not None))
    lines: list[dict[str, Any]] = []
    for one in row.variants:
        if one.hidden or one.value is None:
            continue
        values = [readings[month].value(one.id) for month in months]
        cells = [
            {
                "month": month, "text": say.written(value, digits) if value is not None else "", "half": say.spread(value, digits) if value is not None else "",
                "change": _change(found.change.get((month, one.id))) if over != YEAR else "",
            }
            for month, value in zip(months, values, strict=True)
        ]  # fmt: skip
        if any(cell["text"] for cell in cells):
            lines.append({"variant": one, "cells": cells, "values": values})
    drawn = [line for line in lines if sum(v is not None and v.value is not None for v in line["values"]) >= LEAST]
    return {"months": months, "lines": lines, "chart": _chart(row, months, drawn) if drawn else None}


def _change(change: Any) -> str:
    return "" if change is None else f"{saying.number(change.value, 1, sign=True)}%"


def _chart(row: IndicatorRow, months: Sequence[str], drawn: Sequence[dict[str, Any]]) -> dict[str, Any]:
    series: list[dict[str, Any]] = []
    for n, line in enumerate(drawn[: len(LINES)]):
        name, colour = line["variant"].name, LINES[n]
        ends = [v.interval80 if v is not None and v.value is not None else None for v in line["values"]]
        common = {
            "type": "line",
            "stack": f"band{n}",
            "symbol": "none",
            "silent": True,
            "lineStyle": {"opacity": 0},
            "tooltip": {"show": False},
            "emphasis": {"disabled": True},
        }
        series += [
            {**common, "name": "", "data": [_plain(e[0]) if e else None for e in ends]},
            {**common, "name": "", "data": [_plain(e[1] - e[0]) if e else None for e in ends], "areaStyle": {"color": BAND, "opacity": 0.7 if n == 0 else 0.35}},
            {
                "type": "line", "name": name, "color": colour, "connectNulls": False, "symbol": "circle", "symbolSize": 5, "lineStyle": {"width": 2},
                "endLabel": {"show": True, "formatter": "{a}", "color": colour, "distance": 8, "textBorderColor": "#fff", "textBorderWidth": 3},
                "labelLayout": {"moveOverlap": "shiftY"},
                "data": [
                    None if v is None or v.value is None else {"value": _plain(v.value), "tip": [f"{month}{_('：')}{say.written(v)} {row.unit}", f"80% {say.interval(v)}"]}
                    for month, v in zip(months, line["values"], strict=True)
                ],
            },
        ]  # fmt: skip
    points: list[dict[str, Any]] = [
        {
            "coord": [months[-1], _plain(point.value)],
            "symbol": "diamond",
            "symbolSize": 11,
            "itemStyle": {"color": "#fff", "borderColor": INK, "borderWidth": 1.2},
            "label": {"show": True, "formatter": point.text, "position": "top", "color": INK},
            "name": point.when,
        }
        for point in row.points
        if point.when[:4] == months[-1][:4]
    ]
    if points:
        series[2]["markPoint"] = {"data": points, "silent": True}
    values = [e for line in drawn for v in line["values"] if v is not None and v.interval80 for e in v.interval80]
    values += [point["coord"][1] for point in points]
    axis: dict[str, Any] = {"type": "value", "name": row.unit}
    low, high = min(values), max(values)
    if low > 0 and (high - low) < 0.5 * high:  # far from zero: the line would lie flat at the top
        step = 10 ** math.floor(math.log10(max(high - low, high * 1e-3)))
        axis |= {
            "min": _plain(math.floor((low - 0.3 * (high - low)) / step) * step),
            "max": _plain(math.ceil((high + 0.3 * (high - low)) / step) * step),
        }
    return {
        "grid": {"left": 64, "right": 210, "top": 30, "bottom": 28},
        "xAxis": {"type": "category", "data": list(months), "boundaryGap": True},
        "yAxis": axis,
        "series": series,
    }


def _plain(value: float) -> float:
    return float(f"{value:.6g}")
