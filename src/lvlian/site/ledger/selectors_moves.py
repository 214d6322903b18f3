"""Reads for a milestone's move that waits for a second person: the project, the supply that asks for it, the goals behind."""

from __future__ import annotations

from typing import Any

from lvlian.site.ledger.models import Item, Supply
from lvlian.site.ledger.selectors_balance import goal_name, goals_behind
from lvlian.site.org.access import Access, scoped
from lvlian.site.plans.models import Milestone, Project, Proposal


def behind(access: Access, milestone: Milestone, proposal: Proposal) -> dict[str, Any]:
    """`project`, `supply` and `goals` (with their names) as far as the user sees them."""
    project = scoped(Project, access).filter(pk=milestone.project_id).first()
    items = list(scoped(Item, access).filter(project=milestone.project_id))
    goals = [goal for found in goals_behind(access, items).values() for goal in found]
    cause = proposal.before.get("supply")
    supply = scoped(Supply, access).filter(pk=cause).first() if isinstance(cause, int) else None
    may = access.may("dispatch.see")
    return {
        "project": project, "supply": supply if may else None, "goals": [(goal, goal_name(goal)) for goal in goals],
    }  # fmt: skip
