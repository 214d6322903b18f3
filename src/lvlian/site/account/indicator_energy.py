"""The energy part of an indicator's page: smelters by the grades of the standard, the stepped price, the intensity joint with downstream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lvlian.chain.indicators.value import Z80
from lvlian.site import saying
from lvlian.site.account import saying_indicators as say
from lvlian.site.account.selectors_indicators import YEAR, Basis

if TYPE_CHECKING:
    from lvlian.chain.indicators.value import Missing, Value

KEYS = frozenset(
    {
        "smelting_ac_intensity",
        "benchmark_capacity_share",
        "below_baseline_capacity",
        "old_cells_exit",
        "energy_intensity_chain",
    }
)
"""Indicators whose page has the part."""


def energy_of(basis: Basis, over: str) -> dict[str, Any]:
    """Grades, price and joint intensity of every smelter; figures of firms, only for who reads them."""
    about = ("energy", over)
    if about not in basis.made:
        basis.made[about] = _energy(basis, over)
    return basis.made[about]  # type: ignore[no-any-return]


def _energy(basis: Basis, over: str) -> dict[str, Any]:
    from lvlian.chain.indicators.energy import grades, joint_intensity, scene_of, stepped_price

    flows = (
        list(basis.flows.values()) if over == YEAR else [basis.flows.get(basis.month) or list(basis.flows.values())[-1]]
    )
    scene = scene_of(flows, basis.facts)
    found = grades(scene)
    names = {firm.id: firm.short or firm.name for firm in flows[-1].region.firms}
    firms = [
        {
            "name": names.get(one.firm, one.firm),
            "capacity": saying.number(one.capacity / 1e4, 1),
            "intensity": _figure(one.intensity, 0),
            "half": _half(one.intensity, 0),
            "lacks": _lacks(one.missing),
            "cells": _cells(found.cells.get(one.firm)),
        }
        for one in found.firms
    ]
    levels = [
        {
            "name": one.zh,
            "limit": saying.number(one.limit),
            "share": _range(one.share_low * 100, one.share_high * 100, 1),
            "capacity": _range(one.low / 1e4, one.high / 1e4, 1),
            "expected": saying.number(one.expected * 100, 1) if one.expected is not None else "",
            "chances": [
                saying.percent(one.chances.get(firm.firm)) if one.chances.get(firm.firm) is not None else ""
                for firm in found.firms
            ],
            "rule": one.rule,
        }
        for one in found.levels
    ]
    prices, joints = [], []
    for one in found.firms:
        price = stepped_price(scene, one.firm)
        prices.append({
            "name": names.get(one.firm, one.firm), "intensity": _figure(price.intensity, 0), "half": _half(price.intensity, 0), "limit": saying.number(price.limit),
            "steps": price.steps, "add": saying.number(price.add, 3) if price.add is not None else "",
            "chances": [(n, saying.percent(chance)) for n, chance in price.chances.items()],
            "cost": saying.number(price.cost / 1e4, 1) if price.cost is not None else "",
            "expected": saying.number(price.expected / 1e4, 1) if price.expected is not None else "",
            "per_tonne": saying.number(price.per_tonne, 1) if price.per_tonne is not None else "",
            "assumptions": price.assumptions, "lacks": _lacks(price.missing),
        })  # fmt: skip
        joint = joint_intensity(scene, one.firm)
        joints.append({
            "name": names.get(one.firm, one.firm), "members": [names.get(member, member) for member in joint.members[1:]],
            "rows": [
                {
                    "name": say.pick(joint.alone[key].zh, joint.alone[key].en), "alone": _figure(joint.alone[key], 3), "joint": _figure(joint.joint[key], 3),
                    "benefit": saying.number(joint.benefit[key], 3) if joint.benefit[key] is not None else "",
                    "lacks": _lacks((*joint.alone[key].missing, *joint.joint[key].missing)),
                }
                for key in joint.alone
            ],
        })  # fmt: skip
    return {
        "firms": firms, "levels": levels, "prices": prices, "joints": joints, "assumptions": found.assumptions, "lacks": _lacks(found.missing),
    }  # fmt: skip


def _figure(value: Value, digits: int) -> str:
    if value.value is not None:
        return saying.number(value.value, digits)
    if value.low is not None and value.high is not None:
        return _range(value.low, value.high, digits)
    return ""


def _half(value: Value, digits: int) -> str:
    return saying.number(value.sd * Z80, digits) if value.value is not None and value.sd is not None else ""


def _range(low: float, high: float, digits: int) -> str:
    return "–".join(dict.fromkeys((saying.number(low, digits), saying.number(high, digits))))


def _cells(tonnes: float | None) -> str:
    return "" if tonnes is None else saying.number(tonnes / 1e4, 1)


def _lacks(missing: tuple[Missing, ...]) -> str:
    told = [say.shortened(say.pick(one.zh, one.en)) for one in dict.fromkeys(missing)][: say.MOST_MISSING]
    return _("；").join(told)
