"""A scenario is kept, changed or dropped; an assumption of the outlook is fixed for a region. The outlook itself is never stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Region
from lvlian.site.outlook.models import PremiseChoice, Scenario


class ScenarioError(ValueError):
    """One sentence for whoever can mend it."""


def keep(
    access: Access, region: Region, name: str, reason: str, overlay: Mapping[str, Any], *, simulated: bool = False
) -> Scenario:
    """Keeps a scenario under a name that the region does not have yet. Raises ScenarioError, PermissionDenied."""
    name, reason = name.strip(), reason.strip()
    if not name or not reason:
        raise ScenarioError(_("存情景须写名称和理由。"))
    if not any(overlay.get(key) for key in ("set", "drop", "dates", "aims")):
        raise ScenarioError(_("还没有改动什么，不用存。"))
    if scoped(Scenario, access).filter(region=region, name=name[:80]).exists():
        raise ScenarioError(_("已有叫“%(name)s”的情景，请换一个名称。") % {"name": name[:80]})
    with recording(
        access, "scenario.keep", region=region, subject=name, reason=reason, permission="outlook.run"
    ) as act:
        row = Scenario(
            region=region,
            name=name[:80],
            reason=reason[:300],
            overlay=dict(overlay),
            user=access.user,
            simulated=simulated,
        )
        return act.create(row)  # type: ignore[no-any-return]


def change(access: Access, scenario: Scenario, revision: int, overlay: Mapping[str, Any], reason: str = "") -> Scenario:
    """Keeps other changes under the same name. Raises Conflict, PermissionDenied."""
    values: dict[str, Any] = {"overlay": dict(overlay), "user": access.user, "at": timezone.now()}
    if reason.strip():
        values["reason"] = reason.strip()[:300]
    with recording(access, "scenario.change", row=scenario, reason=reason, permission="outlook.run") as act:
        return act.update(scenario, revision, **values)  # type: ignore[no-any-return]


def drop(access: Access, scenario: Scenario) -> None:
    """Takes a scenario away; the record of the action keeps what it was."""
    with recording(access, "scenario.drop", row=scenario, permission="outlook.run") as act:
        act.delete(scenario)


def fix_premise(
    access: Access, region: Region, key: str, label: str, value: float, unit: str, reason: str
) -> PremiseChoice:
    """Fixes an assumption for a region, with who says so and on what ground; an earlier one is replaced. Raises ScenarioError."""
    if not reason.strip():
        raise ScenarioError(_("改假设须写依据：谁说的，哪份文件。"))
    if not math.isfinite(value):
        raise ScenarioError(_("假设的数值应为有限的数。"))
    values = {
        "label": label[:200], "value": value, "unit": unit[:30], "reason": reason.strip()[:300], "user": access.user,
        "at": timezone.now(),
    }  # fmt: skip
    with recording(
        access, "premise.fix", region=region, subject=label or key, reason=reason, permission="outlook.set"
    ) as act:
        row = scoped(PremiseChoice, access).filter(region=region, key=key).first()
        if row is None:
            return act.create(PremiseChoice(region=region, key=key[:160], **values))  # type: ignore[no-any-return]
        return act.update(row, row.revision, **values)  # type: ignore[no-any-return]


def free_premise(access: Access, choice: PremiseChoice) -> None:
    """The premise is again what the plan, the account or the shipped assumption says."""
    with recording(access, "premise.free", row=choice, permission="outlook.set") as act:
        act.delete(choice)
