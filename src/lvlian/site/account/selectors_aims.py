"""Goals of plans beside the account: what each may mean (proposed), what people confirmed, and how far the account is from it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lvlian.site.account.models import GoalLink
from lvlian.site.account.selectors_indicators import (
    YEAR,
    Basis,
    account_months,
    as_office,
    basis_of,
    choices_of,
    links_of,
    opens,
    shows,
    with_choice,
)
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Region
from lvlian.site.plans.models import Goal

if TYPE_CHECKING:
    from lvlian.chain.indicators.goals import Comparison, Proposal
    from lvlian.chain.indicators.value import Reading

MOST = 1500
"""So many goals of a region are proposed at once."""
BASELINE = "baseline"


def public_form(goal: Goal) -> dict[str, Any]:
    """A goal as the engines take it."""
    return {
        "indicator": goal.indicator, "subject": goal.subject, "unit": goal.unit, "mode": goal.mode, "op": goal.op,
        "value": goal.value, "value_max": goal.value_max, "when": goal.when, "when_op": goal.when_op,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal with what it may mean and what somebody settled; `link` None while nobody did."""

    goal: Goal
    proposal: Proposal
    link: GoalLink | None = None

    @property
    def state(self) -> str:
        if self.link is not None:
            return str(self.link.state)
        return "open" if self.proposal.indicator else "none"

    @property
    def indicator(self) -> str:
        return self.link.indicator if self.link is not None else self.proposal.indicator

    @property
    def variant(self) -> str:
        return self.link.variant if self.link is not None else (self.proposal.variant or "")

    @property
    def confirmed(self) -> bool:
        return self.link is not None and self.link.state == GoalLink.State.CONFIRMED


def aims_of(access: Access, region: Region, goals: Iterable[Goal] | None = None) -> list[Aim]:
    """The goals that the reader sees of a region, each with its proposal and what was settled."""
    from lvlian.chain.indicators.goals import propose

    if goals is None:
        rows = scoped(Goal, access).filter(region=region).exclude(mode=BASELINE)
        goals = rows.select_related("plan", "region", "firm").order_by("pk")[:MOST]
    some = list(goals)
    links = {link.goal_id: link for link in links_of(access, region)}
    told = propose([public_form(goal) for goal in some])
    return [
        Aim(goal, _as_linked(one, links.get(goal.pk)), links.get(goal.pk)) for goal, one in zip(some, told, strict=True)
    ]


def _as_linked(proposal: Proposal, link: GoalLink | None) -> Proposal:
    """The proposal, or in its place what somebody confirmed: another indicator comes with its own factor of units."""
    if link is None or link.state != GoalLink.State.CONFIRMED:
        return proposal
    variant = link.variant or None
    if link.indicator == proposal.indicator:
        return replace(proposal, variant=variant, sure=True)
    from lvlian.chain.indicators.goals import factor_between

    factor = factor_between(proposal.unit, link.indicator)
    return replace(proposal, indicator=link.indicator, variant=variant, sure=True, factor=factor or 1.0)


# Beside the account -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Told:
    """What the account says of a confirmed goal. `month` as of which; `months` that are added up; `comparisons` one for each variant
    that the goal may mean (several: 口径未定); `hidden`: the figure is of fewer firms than may be told; `why`: no figure."""

    aim: Aim
    month: str
    months: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    reading: Reading | None = None
    hidden: bool = False
    why: str = ""
    asked: tuple[str, ...] = ()
    simulated: bool = False

    @property
    def known(self) -> list[Comparison]:
        return [one for one in self.comparisons if one.value is not None or one.low is not None]

    @property
    def unfixed(self) -> bool:
        """Whether the plan leaves open which variant it means and nobody fixed one."""
        return len(self.comparisons) > 1

    @property
    def only(self) -> Comparison | None:
        """The one comparison there is, where a figure is known."""
        return self.comparisons[0] if len(self.comparisons) == 1 and self.known else None

    @property
    def ends(self) -> tuple[float, float] | None:
        """The least and the most that the variants come to, in the goal's unit; those that rest on reference figures count only where no
        other is known."""
        assumed = {v.variant for v in self.reading.values if v.assumed} if self.reading is not None else set()
        some = [one for one in self.known if one.variant not in assumed] or self.known
        values = [v for one in some for v in (one.value, one.low, one.high) if v is not None and math.isfinite(v)]
        return (min(values), max(values)) if values else None


def told_of(access: Access, goals: Sequence[Goal], until: str = "") -> dict[int, Told]:
    """By goal: what the account says of those that were confirmed to mean an indicator, up to the month `until` (the latest where none
    is given). A goal of a year that has an account is held against that year's."""
    out: dict[int, Told] = {}
    by_region: dict[int, list[Goal]] = {}
    confirmed = set(_confirmed(access, goals))
    for goal in goals:
        if goal.pk in confirmed:
            by_region.setdefault(goal.region_id, []).append(goal)
    for some in by_region.values():
        region = some[0].region
        months = [one for one in account_months(access, region) if not until or one <= until]
        choices = choices_of(access, region)
        whole = opens(access, region)
        for aim in aims_of(access, region, some):
            if aim.confirmed:
                month = month_for(aim.goal, months)
                basis = basis_of(access, region, month) if month else None
                out[aim.goal.pk] = _told(aim, basis, choices, whole)
    return out


def month_for(goal: Goal, months: Sequence[str]) -> str:
    """The month up to which a goal is held against the account: the last of its own year, else the last there is."""
    mine = [one for one in months if one.startswith(f"{goal.year}-")]
    return max(mine or months, default="")


def _confirmed(access: Access, goals: Sequence[Goal]) -> Iterable[int]:
    regions = {goal.region_id: goal.region for goal in goals}
    for region in regions.values():
        rows = scoped(GoalLink, as_office(access, region)).filter(goal__region=region, state=GoalLink.State.CONFIRMED)
        yield from rows.values_list("goal_id", flat=True)


def _told(aim: Aim, basis: Basis | None, choices: Mapping[str, Any], whole: bool) -> Told:
    from lvlian.chain.indicators.goals import compare

    if basis is None or not basis.flows:
        return Told(aim, "", (), (), why="no-account")
    key = aim.indicator
    firm = ""
    if aim.goal.firm_id is not None or aim.proposal.of_firm:
        firm = _firm_key(basis, aim.goal)
        if not firm:
            return Told(aim, basis.month, tuple(basis.months), (), why="no-firm")
    reading = with_choice(basis.reading(key, YEAR, firm), choices.get(key))
    found = compare(public_form(aim.goal), aim.proposal, reading)
    hidden = bool(firm) and not whole
    missing = tuple(one.zh for c in found for one in c.missing)
    asked = tuple(dict.fromkeys(who for c in found for one in c.missing for who in one.ask))
    return Told(
        aim, basis.month, tuple(basis.months), () if hidden else found, reading, hidden=hidden,
        why="" if hidden or any(c.value is not None or c.low is not None for c in found) else "; ".join(dict.fromkeys(missing)) if whole else "missing",
        asked=asked if whole else (), simulated=reading.simulated,
    )  # fmt: skip


def _firm_key(basis: Basis, goal: Goal) -> str:
    """The account's firm that a goal is about: the record's, else the one whose name stands in the subject."""
    account = basis.account or next(iter(basis.accounts.values()))
    name = goal.firm.name if goal.firm is not None else ""
    for firm in account.region.firms:
        if name and firm.name == name:
            return firm.id
    for firm in account.region.firms:
        if firm.name and (firm.name in goal.subject or (len(firm.short) > 1 and firm.short in goal.subject)):
            return firm.id
    return ""


__all__ = ["Aim", "Told", "aims_of", "public_form", "shows", "told_of"]
