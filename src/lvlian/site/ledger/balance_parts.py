"""Balances, shortages and delays as the pages show them. Pure: rows that were read go in, what is shown comes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lvlian.ledger.balance import Delay, QuarterLine
from lvlian.ledger.factors import FACTORS
from lvlian.ledger.light import Reason
from lvlian.ledger.saying import say
from lvlian.site import saying
from lvlian.site.ledger.models.factor import FactorKind
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_balance import Standing, goal_name
from lvlian.site.ledger.selectors_factors import Days
from lvlian.site.org.access import Access
from lvlian.site.org.wording import field_words, value_words

COLOURS = ("#6f9aa6", "#5f696f", "#1b2226")
"""Supply as expected, demand, what was promised: the roles of the design system."""


def name_of(factor: str) -> str:
    """用电 用地 用气 …"""
    return str(dict(FactorKind.choices).get(factor, factor))


def told(amount: Any, unit: str) -> str:
    """An amount with its unit; `缺数量` where nobody has told it."""
    return _("缺数量") if amount is None else f"{saying.number(float(amount))} {unit}"


def late(need: date | None, days: Days) -> int | None:
    """By how many days a supply comes after the need; None where that cannot be told, 0 where it is in time."""
    if days.done is not None or need is None:
        return 0
    return None if days.now is None else max(0, (days.now - need).days)


def reasons(access: Access, item: Any, day: date) -> list[str]:
    """Why an item's light is what it is, for those who may read it."""
    if not access.reads(item, "reasons"):
        return []
    language = "en" if (get_language() or "").startswith("en") else "zh"
    track = tracks().get(item.track)
    return [say(Reason(code, values), day, language, track) for code, values in item.reasons]


def shortages(found: Standing) -> list[dict[str, Any]]:
    """A row for each run of quarters in which the same demands go short, the earliest first."""
    out: list[dict[str, Any]] = []
    for one in sorted(found.shortages, key=lambda row: (row.quarter.place, list(FACTORS).index(row.factor))):
        delays = [delay for delay in one.delays if delay.demand not in found.met]
        if not delays:
            continue
        who = tuple((delay.demand, delay.amount) for delay in delays)
        before = next((row for row in out if row["factor"] == one.factor and row["who"] == who), None)
        if before is not None and before["last"].next == one.quarter:
            before["last"] = one.quarter
            continue
        out.append(
            {
                "factor": one.factor, "name": name_of(one.factor), "unit": FACTORS[one.factor].unit, "first": one.quarter,
                "last": one.quarter, "amount": float(sum(delay.amount for delay in delays)), "who": who,                 "delays": [_delay(delay, found) for delay in delays], "goals": _goals(delays, found),
            }
        )  # fmt: skip
    return out


def _delay(delay: Delay, found: Standing) -> dict[str, Any]:
    item = found.items.get(int(delay.project))
    return {
        "title": delay.title, "url": reverse("demand-detail", args=[delay.demand]), "amount": float(delay.amount),
        "days": delay.days, "covered": delay.covered, "light": item.light if item is not None else "none",
    }  # fmt: skip


def _goals(delays: Sequence[Delay], found: Standing) -> list[dict[str, str]]:
    seen: dict[int, dict[str, str]] = {}
    for delay in delays:
        for goal in found.goals.get(int(delay.project), ()):
            seen.setdefault(goal.pk, {"name": goal_name(goal), "url": reverse("goal-detail", args=[goal.pk])})
    return list(seen.values())


def balance(factor: str, lines: Sequence[QuarterLine], sees: bool, region: Any) -> dict[str, Any]:
    """One factor: its rows, its chart, the worst light that it gives."""
    unit = FACTORS[factor].unit  # type: ignore[index]
    short = [line for line in lines if line.short > 0]
    return {
        "factor": factor, "name": name_of(factor), "unit": unit, "stock": FACTORS[factor].stock,  # type: ignore[index]
        "lines": lines, "short": short[0] if short else None, "light": "bad" if short else "ok",
        "undated_supply": float(lines[0].undated_supply), "undated_demand": float(lines[0].undated_demand),
        "chart": chart(lines, unit, sees), "id": f"balance-{factor.replace('_', '-')}",
    }  # fmt: skip


def chart(lines: Sequence[QuarterLine], unit: str, sees: bool) -> dict[str, Any]:
    """Plain ECharts options: supply as expected and demand as bars, what was promised as a hollow diamond."""
    quarters = [str(line.quarter) for line in lines]

    def bars(name: str, values: list[Decimal], colour: str) -> dict[str, Any]:
        data = [
            {"value": float(value), "name": quarter, "tip": [f"{name} {saying.number(float(value))} {unit}"]}
            for quarter, value in zip(quarters, values, strict=True)
        ]
        return {"name": name, "type": "bar", "data": data, "itemStyle": {"color": colour}, "barGap": "10%"}

    series = [bars(_("现供给"), [line.expected for line in lines], COLOURS[0])]
    if sees:
        series.append(bars(_("需求"), [line.demand for line in lines], COLOURS[1]))
    promised = bars(_("承诺供给"), [line.promised for line in lines], "#fff")
    promised |= {
        "type": "scatter", "symbol": "diamond", "symbolSize": 10,
        "itemStyle": {"color": "#fff", "borderColor": COLOURS[2], "borderWidth": 1.3},
    }  # fmt: skip
    series.append(promised)
    return {
        "grid": {"left": 8, "right": 12, "top": 28, "bottom": 4, "containLabel": True},
        "legend": {"show": True, "top": 0, "left": 0},
        "xAxis": {"type": "category", "data": quarters},
        "yAxis": {"type": "value", "name": ""},
        "series": series,
    }


def changes(conflict: Any) -> list[dict[str, Any]] | None:
    """Who changed what since a form was opened."""
    if conflict is None:
        return None
    return [
        {
            "who": change.record.actor_name, "at": change.record.at,
            "fields": [
                {
                    "name": field_words(change.model, key), "old": value_words(change.model, key, change.before.get(key)),
                    "new": value_words(change.model, key, new),
                }
                for key, new in change.after.items()
            ],
        }
        for change in conflict.changes
    ]  # fmt: skip
