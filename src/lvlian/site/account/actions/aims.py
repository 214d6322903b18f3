"""Which indicator a goal means, and which reading of an indicator a region goes by. Both are settled by people, never by the program."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.site.account.models import GoalLink, VariantChoice
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Region
from lvlian.site.plans.models import Goal


class AimError(ValueError):
    """One sentence for whoever can mend it."""


def link_goal(
    access: Access, goal: Goal, indicator: str, variant: str, reason: str = "", *, refused: bool = False
) -> GoalLink:
    """Confirms (or refuses) that a goal means an indicator. Raises AimError for an indicator or variant that is not there."""
    _exists(indicator, variant)
    name = "indicator.refuse" if refused else "indicator.link"
    state = GoalLink.State.REFUSED if refused else GoalLink.State.CONFIRMED
    values = {
        "indicator": indicator, "variant": variant, "state": state, "reason": reason[:300], "user": access.user,
        "at": timezone.now(),
    }  # fmt: skip
    with recording(access, name, row=goal, permission="indicator.set", reason=reason) as act:
        row = scoped(GoalLink, access).filter(goal=goal).first()
        if row is None:
            return act.create(GoalLink(goal=goal, **values))  # type: ignore[no-any-return]
        return act.update(row, row.revision, **values)  # type: ignore[no-any-return]


def choose_variant(access: Access, region: Region, indicator: str, variant: str, reason: str) -> VariantChoice:
    """Fixes the reading of an indicator for a region, with its ground; an earlier choice is replaced, the record keeps both."""
    _exists(indicator, variant)
    if not variant:
        raise AimError(_("定口径须选一个口径。"))
    if not reason.strip():
        raise AimError(_("定口径须写依据：哪份文件、哪次会议。"))
    values = {"variant": variant, "reason": reason[:300], "user": access.user, "at": timezone.now()}
    with recording(
        access, "indicator.choose", region=region, subject=indicator, reason=reason, permission="indicator.set"
    ) as act:
        row = scoped(VariantChoice, access).filter(region=region, indicator=indicator).first()
        if row is None:
            return act.create(VariantChoice(region=region, indicator=indicator, **values))  # type: ignore[no-any-return]
        return act.update(row, row.revision, **values)  # type: ignore[no-any-return]


def _exists(indicator: str, variant: str) -> None:
    from lvlian.chain.indicators.load_formulas import load_formulas

    known = load_formulas()
    if indicator not in known:
        raise AimError(_("没有“%(name)s”这个指标。") % {"name": indicator})
    if variant and variant not in {one.id for one in known[indicator].variants}:
        raise AimError(_("指标“%(name)s”没有“%(variant)s”这个口径。") % {"name": indicator, "variant": variant})
