"""Lights as columns and filters of lists: a milestone's from `plans.light`; a project's is that of its item in the ledger, and where it has
none the worst of its milestones'."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from lvlian.site.plans.light import RANKS, light_case, light_of, with_light, word_of, worst
from lvlian.site.plans.models import Milestone, Project


def milestone_light(row: Milestone, today: date) -> tuple[str, str, str]:
    """State, word and reason of a milestone's light."""
    light = light_of(row, today)
    return light.state, light.word, light.reason


def project_light(row: Project, today: date) -> tuple[str, str, str]:
    """State, word and reason of a project's light; its item and its milestones were loaded with it. The reason told here is the day that
    counts: those of the item are internal."""
    item = getattr(row, "item", None)
    if item is not None:
        named = f"{item.next} {item.expected:%Y-%m-%d}".strip() if item.expected else item.next
        return item.light, word_of(item.light), named
    steps = [(light_of(step, today), step) for step in row.milestones.all()]  # type: ignore[attr-defined]
    light = worst(light for light, _step in steps)
    step = next((step for one, step in steps if one is light), None)
    return light.state, light.word, f"{step.event} {light.reason}" if step is not None else light.reason


def milestone_rank(today: date) -> Mapping[str, Any]:
    return {"light_rank": light_case(today)}


def project_rank(today: date) -> Mapping[str, Any]:
    worst_of = (
        Milestone._base_manager.filter(project=OuterRef("pk"))
        .order_by()
        .values("project")
        .annotate(rank=Max(light_case(today)))
        .values("rank")
    )
    return {"light_rank": Coalesce("item__rank", Subquery(worst_of), Value(RANKS["none"]))}


def pick_milestones(rows: QuerySet[Any], states: tuple[str, ...], today: date) -> QuerySet[Any]:
    wanted = Q()
    for state in states:
        wanted |= with_light(state, today)
    return rows.filter(wanted)


def pick_projects(rows: QuerySet[Any], states: tuple[str, ...], today: date) -> QuerySet[Any]:
    """Projects whose light is one of these."""
    alone = _pick_by_steps(rows.model._base_manager.filter(item__isnull=True), states, today)
    return rows.filter(Q(item__light__in=states) | Q(pk__in=alone.values("pk")))


def _pick_by_steps(rows: QuerySet[Any], states: tuple[str, ...], today: date) -> QuerySet[Any]:
    """Projects whose worst milestone has one of these lights. Late ones are looked for first, since the index of dates finds them."""
    steps = Milestone._base_manager.order_by()
    ranked = steps.values("project").annotate(rank=Max(light_case(today)))
    wanted = Q()
    for state in states:
        if state == "bad":
            wanted |= Q(pk__in=steps.filter(with_light("bad", today)).values("project"))
        elif state == "warn":
            bad = steps.filter(with_light("bad", today)).values("project")
            warn = steps.filter(with_light("warn", today)).values("project")
            wanted |= Q(pk__in=warn) & ~Q(pk__in=bad)
        elif state == "none":
            wanted |= Q(pk__in=ranked.filter(rank=RANKS["none"]).values("project"))
            wanted |= ~Q(pk__in=steps.values("project"))
        else:
            wanted |= Q(pk__in=ranked.filter(rank=RANKS["ok"]).values("project"))
    return rows.filter(wanted)
