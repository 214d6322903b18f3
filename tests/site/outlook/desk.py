"""A county whose plan sets goals that a formula knows, promises projects and land by a day: small enough to be projected at once."""

from __future__ import annotations

from typing import Any

from lvlian.site.plans.models import Goal
from tests.site.world import County, _fact

GOALS = (
    ("铝产业产值", "~", 40.0, "亿元", 2024), ("铝产业产值", ">=", 60.0, "亿元", 2025), ("度电产值", ">=", 4.0, "元/kWh", 2024),
    ("铝水就地转化", "=", 90.0, "%", 2024),
)  # fmt: skip
WORKS = (
    ("年产20万吨铝合金棒项目", "甲F1铝业有限公司", "铝合金棒", 20, "万吨", "建成投产", "2023-06"),
    ("年产10万吨铝板带项目", "甲F2铝业有限公司", "铝板带", 10, "万吨", "建成投产", "2024-03"),
    ("2023年度第二批次项目用地", None, None, 690.5, "亩", "获批", "2023-12"),
)


def plant(county: County) -> County:
    """Adds the facts and goals."""
    region, text = county.region, county.version.text
    for name, op, value, unit, year in GOALS:
        data = {
            "indicator": name, "subject": region.name, "op": op, "value": value, "unit": unit, "mode": "level", "when": str(year), "when_op": "in",
        }  # fmt: skip
        fact = _fact(county, "goals", f"{name} {year}", text[:4], data)
        county.goals.append(
            Goal.objects.create(
                region=region, plan=county.plan, fact=fact, indicator=name, subject=region.name, op=op, value=value, unit=unit,
                when=str(year), when_op="in", year=year,
            )
        )  # fmt: skip
    for project, owner, product, capacity, unit, event, when in WORKS:
        step: dict[str, Any] = {
            "project": project, "owner": owner, "product": product, "capacity": capacity, "capacity_unit": unit, "event": event,
            "when": when, "when_op": "by",
        }  # fmt: skip
        _fact(county, "milestones", f"{project} {event}", text[:4], step)
    return county
