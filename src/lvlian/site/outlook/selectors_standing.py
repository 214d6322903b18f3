"""What the tables of the outlook read beside the case: which record of the registers a project is, and the bands of every indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from lvlian.site.org.access import Access, scoped
from lvlian.site.outlook.selectors import SEED, Ground, key_of, library, once, projection_of, with_overlay
from lvlian.site.plans.models import Milestone

if TYPE_CHECKING:
    from lvlian.outlook.risk import Chance

BANDS = 1000
"""Draws for the bands of all indicators: more of them than goals, and no chance is told of them."""


def project_urls(access: Access, ground: Ground) -> dict[str, str]:
    """Project of the case → its page, where the registers hold it."""
    facts: dict[int, str] = {}
    for one in ground.case.projects:
        for ref in (one.ref, *(step.ref for step in one.steps)):
            row = ground.facts.get(ref.fact) if ref.fact is not None else None
            if row is not None:
                facts.setdefault(row, one.id)
    held = (
        scoped(Milestone, access)
        .filter(project__region__path__startswith=ground.region.path, fact__in=facts)
        .order_by("-pk")
        .values_list("fact_id", "project_id")
    )
    return {facts[fact]: reverse("project-detail", args=[project]) for fact, project in held}


def bands_of(ground: Ground, overlay: Mapping[str, Any] | None = None) -> dict[tuple[str, str], Chance]:
    """(indicator, variant) → its draws, for every one that the projection has a figure of."""

    def make() -> dict[tuple[str, str], Chance]:
        from lvlian.outlook.case import Aim
        from lvlian.outlook.risk import risk

        rows = [row for row in projection_of(ground, overlay).indicators if row.known]
        case = with_overlay(ground.case, overlay or {})
        year = case.quarters[-1].year
        asked = tuple(
            Aim(id=f"{row.indicator}.{row.variant}", name=row.name_zh, indicator=row.indicator, variant=row.variant, op="=", value=1.0, unit=row.unit, year=year)
            for row in rows
        )  # fmt: skip
        found = risk(replace(case, aims=asked), library(), draws=BANDS, seed=SEED)
        return {(one.aim.indicator, one.aim.variant): one for one in found.chances if one.course is not None}

    return once(("bands", ground.stamp, key_of(overlay or {})), make)
