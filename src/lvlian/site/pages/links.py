"""Where a figure leads: to its list, its record, its sentence."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from lvlian.site.org.access import Access


def record(model: str, pk: int) -> str:
    """The page of a record."""
    return reverse(f"{model}-detail", args=[pk])


def steps(project_id: int, milestone_id: int) -> str:
    """A milestone among those of its project, where its dates can be changed."""
    return f"{reverse('project-milestones', args=[project_id])}#milestone-{milestone_id}"


def origin(access: Access, fact_id: int | None) -> str:
    """What the mark 规 opens; empty where there is no fact, or the user may not read plans."""
    return reverse("fact-origin", args=[fact_id]) if fact_id and access.may("plan.read") else ""


def sentence(access: Access, plan_id: int | None, fact_id: int | None) -> str:
    """The sentence in the plan's text."""
    if not plan_id or not fact_id or not access.may("plan.read"):
        return ""
    return f"{reverse('plan-detail', args=[plan_id])}#fact-{fact_id}"


def paragraph(plan_id: int, finding_id: int) -> str:
    """The finding after its paragraph in the plan's text."""
    return f"{reverse('plan-detail', args=[plan_id])}#finding-{finding_id}"


def listing(name: str, **filters: object) -> str:
    """A page with a filter: the state of a page is its address."""
    query = urlencode({key: value for key, value in filters.items() if value not in (None, "")})
    return f"{reverse(name)}?{query}" if query else reverse(name)
