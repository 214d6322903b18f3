"""Indicators from accounts: every variant of an indicator with its spread, its two sides as flows, and what is missing.

The spread of a ratio is linearised, dR = (dN − R·dD) / D, with the whole posterior covariance of the streams, so that what stands
in both sides counts once. Months are taken as independent of each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lvlian.chain.indicators.flows import Flows
from lvlian.chain.indicators.formula import Formula, FormulaBook, Variant
from lvlian.chain.indicators.given import Facts, facts_of
from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.chain.indicators.scene import Scene, Sum
from lvlian.chain.indicators.sides import difference_of, part_of, ratio_of, side_of, sum_of
from lvlian.chain.indicators.terms import gather
from lvlian.chain.indicators.threshold import threshold_of
from lvlian.chain.indicators.value import Z80, Choice, Missing, Reading, Value

if TYPE_CHECKING:
    from lvlian.chain.library import Library


def evaluate(
    formula: Formula,
    accounts: Flows | Sequence[Flows],
    facts: Facts | None = None,
    *,
    library: Library | None = None,
    book: FormulaBook | None = None,
    choices: Iterable[Choice] = (),
    before: Sequence[Flows] = (),
    firm: str = "",
) -> Reading:
    """An indicator over one or several months, in all its variants.

    `accounts` of different months; `facts` figures that are no flows (default: those of the region and its firms); `before` the
    accounts of the earlier period that a growth counts from; `firm` the id of the one firm that is meant (a goal
    of its own; the part of the largest firms is always of the region).
    Nothing is a number where something is missing."""
    from lvlian.chain.library import load_library

    flows: tuple[Flows, ...] = (accounts,) if isinstance(accounts, Flows) else tuple(accounts)
    if not flows:
        raise ValueError("accounts: expected at least one month")
    flows = tuple(sorted(flows, key=lambda account: account.month))
    if len({account.month for account in flows}) < len(flows):
        raise ValueError("accounts: a month stands twice")
    shelf = library if library is not None else load_library()
    held = book if book is not None else load_formulas()
    known = facts if facts is not None else facts_of(flows[-1].region)
    scene = Scene(flows=flows, over=formula.over, facts=known, library=shelf, book=held)
    earlier = Scene(flows=tuple(before), over=formula.over, facts=known, library=shelf, book=held) if before else None
    entry = shelf.indicators.get(formula.id)
    return Reading(
        indicator=formula.id,
        name_zh=entry.name_zh if entry is not None else formula.id,
        name_en=entry.name_en if entry is not None else formula.id,
        unit=formula.unit,
        direction=formula.direction,
        over=formula.over,
        months=scene.months,
        values=tuple(_value(formula, variant, scene, earlier, firm) for variant in formula.variants),
        chosen=next((c for c in choices if c.indicator == formula.id and formula.variant(c.variant)), None),
        simulated=any(f.region.simulated for f in flows),
        absent=_absent(scene.months),
    )


def evaluate_all(
    accounts: Flows | Sequence[Flows],
    facts: Facts | None = None,
    *,
    only: Iterable[str] | None = None,
    library: Library | None = None,
    book: FormulaBook | None = None,
    choices: Iterable[Choice] = (),
    before: Sequence[Flows] = (),
) -> Mapping[str, Reading]:
    """All indicators of the book (or `only` these), by id."""
    held = book if book is not None else load_formulas()
    fixed = tuple(choices)
    return {
        key: evaluate(held[key], accounts, facts, library=library, book=held, choices=fixed, before=before)
        for key in (held.formulas if only is None else only)
    }


def _value(formula: Formula, variant: Variant, scene: Scene, earlier: Scene | None, firm: str = "") -> Value:
    blank = Value(
        variant=variant.id,
        zh=variant.zh,
        en=variant.en,
        reading=variant.reading,
        unit=formula.unit,
        scale=formula.scale,
        assumed=variant.assumed,
    )
    if formula.kind == "growth":
        return _growth(formula, variant, scene, earlier, blank, firm)
    if formula.kind == "threshold":
        return threshold_of(variant, scene, blank, firm)
    if formula.kind == "concentration":
        return _concentration(variant, scene, blank)
    top = gather(variant.numerator, scene, firm)
    if formula.kind == "capped":
        top = _capped(top, variant.limit)
    bottom = gather(variant.denominator, scene, firm) if variant.denominator else None
    return value_of(formula.kind, top, bottom, scene, blank)


def value_of(kind: str, top: Sum, bottom: Sum | None, scene: Scene, blank: Value) -> Value:
    """The value of gathered sums; a missing figure on either side leaves no number, but the parts that are known stay open to view."""
    missing = _distinct([*top.missing, *(bottom.missing if bottom else ())])
    assumptions = tuple(dict.fromkeys([*top.assumptions, *(bottom.assumptions if bottom else ())]))
    if len(scene.flows) > 1 and scene.over == "sum":
        assumptions += ("各月相互独立",)
    over = side_of(top, scene)
    under = None if bottom is None else side_of(bottom, scene)
    blank = replace(
        blank,
        numerator=part_of(over, scene),
        denominator=None if under is None else part_of(under, scene),
        missing=missing,
        assumptions=assumptions,
    )
    if missing:
        return blank
    if under is None:
        return sum_of(over, scene, blank)
    if kind == "difference":
        return difference_of(over, under, scene, blank)
    return ratio_of(over, under, scene, blank)


def _capped(total: Sum, limit: float) -> Sum:
    cut = [line if line.value is None else replace(line, value=min(line.value, limit)) for line in total.lines]
    total.constant = sum(line.value or 0.0 for line in cut)
    total.lines = cut
    return total


def _concentration(variant: Variant, scene: Scene, blank: Value) -> Value:
    """The largest `top` firms' part, the largest by their balanced value."""
    firms = []
    for firm in scene.region.firms:
        one = gather(variant.numerator, scene, firm.id)
        if not one.missing and not one.assumptions:
            side = side_of(one, scene)
            if side.value is not None:
                firms.append((side.value, firm.id))
    chosen = [firm for _, firm in sorted(firms, reverse=True)[: variant.top]]
    bottom = gather(variant.numerator, scene)
    if not chosen:
        return value_of("ratio", gather(variant.numerator, scene), bottom, scene, blank)
    top = gather(variant.numerator, scene, chosen[0])
    for firm_id in chosen[1:]:
        other = gather(variant.numerator, scene, firm_id)
        top.rows = [a + b for a, b in zip(top.rows, other.rows, strict=True)]
        top.constant += other.constant
        top.lines += other.lines
    return value_of("ratio", top, bottom, scene, blank)


def _growth(
    formula: Formula, variant: Variant, scene: Scene, earlier: Scene | None, blank: Value, firm: str = ""
) -> Value:
    """(V ÷ V₀)^(1/n) − 1 in percent, n years between the first months of the two periods."""
    of, which = variant.of
    base = scene.book[of]
    inner = base.variant(which)
    assert inner is not None  # the loader has checked it
    now = _value(base, inner, replace(scene, over=base.over), None, firm)
    if earlier is None or len(earlier.flows) != len(scene.flows):
        ask = ("各企业统计岗",) if earlier is None else ()
        gap = Missing(zh="上一期同样月份的链账", en="the account of the same months of an earlier period", ask=ask)
        return replace(blank, missing=_distinct([gap, *now.missing]), numerator=now.numerator)
    then = _value(base, inner, replace(earlier, over=base.over), None, firm)
    missing = _distinct([*now.missing, *then.missing])
    blank = replace(
        blank,
        numerator=now.numerator,
        denominator=then.numerator,
        missing=missing,
        assumptions=tuple(dict.fromkeys([*now.assumptions, *then.assumptions, "两期相互独立"])),
    )
    if missing or now.value is None or then.value is None:
        return blank
    years = _years(earlier.months[0], scene.months[0])
    if then.value <= 0 or now.value <= 0 or years <= 0:
        return replace(blank, missing=(Missing(zh="基期的数大于 0", en="a base above 0"),))
    factor = (now.value / then.value) ** (1 / years)
    spread = factor / years * math.hypot((now.sd or 0.0) / now.value, (then.sd or 0.0) / then.value)
    value, sd = (factor - 1) * formula.scale, spread * formula.scale
    return replace(blank, value=value, sd=sd, interval80=(value - Z80 * sd, value + Z80 * sd))


def _years(first: str, last: str) -> float:
    return (int(last[:4]) - int(first[:4])) + (int(last[5:7]) - int(first[5:7])) / 12


def _absent(months: Sequence[str]) -> tuple[str, ...]:
    """Months between the first and the last that have no account."""
    if not months or len(months[0]) != 7:
        return ()
    at, out = months[0], []
    while at < months[-1]:
        if at not in months:
            out.append(at)
        year, month = int(at[:4]), int(at[5:7])
        at = f"{year + month // 12:04d}-{month % 12 + 1:02d}"
    return tuple(out)


def _distinct(missing: Sequence[Missing]) -> tuple[Missing, ...]:
    return tuple(dict.fromkeys(missing))


__all__ = ["evaluate", "evaluate_all", "value_of"]
