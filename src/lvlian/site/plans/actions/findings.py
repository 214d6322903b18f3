"""What is decided about findings, and checking a version again after its facts changed."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.site.org.access import Access
from lvlian.site.org.chain import Act, recording
from lvlian.site.plans.models import Fact, Finding, Version
from lvlian.site.plans.reading import finding_rows, ids_of, plan_facts
from lvlian.site.plans.refusal import PlanError

AT_ONCE = 1500
"""Facts of a version up to which it is checked again within the same action; above it a person asks for it."""
SETTLING = (Finding.State.OPEN, Finding.State.KNOWN, Finding.State.ASKED)


def settle(access: Access, finding: Finding, revision: int | None, state: str, reason: str = "") -> Finding:
    """记为已知, 转问询, or open again. Raises Conflict, PermissionDenied, PlanError (a known finding needs no reason, one that is
    asked about does: it is the question)."""
    if state not in SETTLING:
        raise PlanError(_("自查的处理只有：未处理、记为已知、转问询。"))
    if state == Finding.State.ASKED and not reason.strip():
        raise PlanError(_("转问询要写明问什么、问谁。"))
    with recording(
        access, "finding.settle", row=finding, reason=reason, permission="finding.settle", data={"state": state}
    ) as act:
        by = None if state == Finding.State.OPEN else access.user
        act.update(
            finding,
            revision,
            state=state,
            reason=reason.strip()[:500],
            decided_by=by,
            decided_at=timezone.now() if by else None,
        )
    return finding


def check_again(access: Access, version: Version) -> int:
    """Checks a version again, however large it is. Gives how many findings hold. Raises PermissionDenied."""
    with recording(access, "plan.check", row=version.plan, permission="finding.settle") as act:
        recheck(act, version, at_any_size=True)
    return Finding.objects.filter(version=version).exclude(state=Finding.State.GONE).count()


def recheck(act: Act, version: Version, *, at_any_size: bool = False) -> bool:
    """Checks the version again over its facts as they stand; what no longer holds is gone, what is new is added, what was
    decided stays. False where it was left out because the version is large."""
    from lvlian.plan.check import check_plan

    rows = list(Fact.objects.filter(version=version).order_by("order", "pk"))
    if len(rows) > AT_ONCE and not at_any_size:
        return False
    facts, ordered = plan_facts(version, rows)
    found = {row.key: row for row in finding_rows(version, check_plan(facts), ids_of(ordered))}
    known = {row.key: row for row in Finding.objects.filter(version=version)}
    _gone(act, [row for key, row in known.items() if key not in found and row.state != Finding.State.GONE])
    _back(act, [row for key, row in known.items() if key in found and row.state == Finding.State.GONE])
    new = [row for key, row in found.items() if key not in known]
    Finding.objects.bulk_create(new, batch_size=500)
    for row in new:
        act.note(row, {}, {"severity": row.severity, "code": row.code})
    return True


def _gone(act: Act, rows: Sequence[Finding]) -> None:
    for row in rows:
        act.update(row, None, state=Finding.State.GONE)


def _back(act: Act, rows: Sequence[Finding]) -> None:
    for row in rows:
        act.update(row, None, state=Finding.State.KNOWN if row.reason else Finding.State.OPEN)
