"""The goals of a plan as an engine takes them: which indicator each means, for whom, by when; baselines as facts of the region."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lvlian.chain.indicators.goals import load_goal_rules, propose
from lvlian.chain.simulate.names import same_firm
from lvlian.outlook.case import Aim
from lvlian.outlook.plan_words import PlanWords
from lvlian.quantity.unit import UnitError, convert

if TYPE_CHECKING:
    from lvlian.chain.indicators.goals import Proposal
    from lvlian.chain.library import Library
    from lvlian.chain.region import Region

_WHEN = re.compile(r"(\d{4})(?:-?Q([1-4])|-?H([12])|-(\d{2}))?")


def aims_of(
    words: PlanWords, plain: Mapping[str, Any], library: Library, region: Region
) -> tuple[tuple[Aim, ...], dict[str, float]]:
    """Every goal as an aim (one that no formula knows says why), and the figures that the plan gives for years gone by: `facts`,
    keyed `indicator[/firm or group]@year` in the indicator's unit, or by the name of a figure of the region (`…@year`, yuan)."""
    goals = words.facts.goals
    proposals = propose([_listed(words, row) for row in plain["goals"]], library)
    about = load_goal_rules().about
    aims: list[Aim] = []
    facts: dict[str, float] = {}
    seen: set[tuple[Any, ...]] = set()
    for place, (goal, found) in enumerate(zip(goals, proposals, strict=True)):
        year, quarter = when_of(goal.when)
        firm = _firm(words, found, region)
        group = goal.subject if goal.subject in words.groups else _group(words, goal.indicator)
        if found.fact:
            facts.update({f"{found.fact}@{year}": _yuan(goal.value, goal.unit or "")} if year else {})
        if goal.mode == "baseline":
            if year and found.indicator:
                whose = f"/{firm or group}" if firm or group else ""
                facts[f"{found.indicator}{whose}@{year}"] = goal.value * found.factor
            continue
        same = (goal.indicator, goal.value, goal.value_max, goal.unit, goal.mode, goal.op, year, quarter, firm, group)
        if same in seen:  # a table that repeats the text
            continue
        seen.add(same)
        why = "" if found.indicator else found.why
        if not year:
            why = (why + "；" if why else "") + (
                "按期重复的要求，没有年份" if goal.when_op == "each" else "原文没有写年份"
            )
        aims.append(
            Aim(
                id=f"g{place}",
                name=goal.indicator,
                indicator=found.indicator,
                variant=found.variant or "",
                op=goal.op,
                value=goal.value,
                value_max=goal.value_max,
                unit=goal.unit or "",
                year=year,
                quarter=quarter,
                factor=found.factor,
                about=about,
                mode=goal.mode,
                firm=firm,
                group=group,
                subject=goal.subject or "",
                unit_name=words.unit(goal),
                why=why,
                ref=words.ref("goals", place, goal, found.why if found.indicator and not found.sure else ""),
            )
        )
    return tuple(aims), facts


def _group(words: PlanWords, indicator: str) -> str:
    """The list of projects with which a goal's indicator begins (在建项目产值); "" where with none."""
    return next((one for one in words.groups if indicator.startswith(one) and len(indicator) > len(one)), "")


def _listed(words: PlanWords, goal: Mapping[str, Any]) -> Mapping[str, Any]:
    """A goal whose indicator begins with a list of projects, said of that list."""
    indicator = str(goal.get("indicator") or "")
    group = _group(words, indicator)
    return {**goal, "subject": group, "indicator": indicator.removeprefix(group).lstrip("的")} if group else goal


def when_of(when: str | None) -> tuple[int, int]:
    """Year and quarter of a goal's date; (0, 4) without one."""
    found = _WHEN.fullmatch((when or "").strip())
    if found is None:
        return 0, 4
    year, quarter, half, month = (int(part or 0) for part in found.groups())
    return year, quarter or 2 * half or min((month + 2) // 3, 4) or 4


def _firm(words: PlanWords, found: Proposal, region: Region) -> str:
    if not found.of_firm:
        return ""
    short = words.short(found.subject)
    fits: Sequence[str] = [one.id for one in region.firms if one.name == found.subject]
    return next(iter(fits or [one.id for one in region.firms if same_firm(words.short(one.name), short)]), "")


def _yuan(value: float, unit: str) -> float:
    try:
        return convert(value, unit, "元")
    except UnitError:
        return value
