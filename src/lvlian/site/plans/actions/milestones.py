"""What a unit does with a milestone: move its date with a reason, or say when it was reached. Both are recorded."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording
from lvlian.site.plans.models import Milestone


class Refused(ValueError):
    """The values given cannot be right; `field` is the one at fault."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def move(access: Access, milestone: Milestone, revision: int, expected: date | None, why: str) -> Milestone:
    """Sets the date that is now expected, None to go back to the promised one; a date needs its reason.

    Raises Refused, Conflict, PermissionDenied."""
    why = why.strip()
    if expected is not None and not why:
        raise Refused("why", _("改期须写理由：因何、由谁、到何时。"))
    if milestone.done is not None:
        raise Refused("expected", _("已完成的节点不再改期；先撤回完成日期。"))
    with recording(
        access, "milestone.move", row=milestone, permission="record.edit", reason=why, data={"expected": expected}
    ) as act:
        return act.update(milestone, revision, expected=expected, why=why if expected else "")


def finish(access: Access, milestone: Milestone, revision: int, done: date | None, *, today: date) -> Milestone:
    """Sets the day on which it was reached, None to take that back. Raises Refused, Conflict, PermissionDenied."""
    if done is not None and done > today:
        raise Refused("done", _("完成日期不能晚于今天 %(day)s。") % {"day": today.isoformat()})
    action = "milestone.finish" if done is not None else "milestone.reopen"
    with recording(access, action, row=milestone, permission="record.edit", data={"done": done}) as act:
        return act.update(milestone, revision, done=done)
