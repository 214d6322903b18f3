"""Dates of steps, and the facts made of project, step and date."""

from __future__ import annotations

import re
from dataclasses import replace

from lvlian.plan.facts import Milestone
from lvlian.plan.manuscript import Manuscript
from lvlian.plan.milestones.step import Step
from lvlian.plan.projects import (
    Project,
    described_capacity,
)
from lvlian.quantity.period import PeriodMention

TODAY = re.compile(r"(?:今天|昨天|昨日|今日|当天|当日|日前|近日|此次|本次|新近|同日)")


def date_of(
    periods: list[PeriodMention], event: Step, start: int, end: int, projects: list[Project]
) -> PeriodMention | None:
    """The date of a step: the last one before it that is no part of a name, else one right after it."""

    def in_name(p: PeriodMention) -> bool:
        return any(q.start <= p.start and p.end < q.end for q in projects)

    before = [p for p in periods if start <= p.start < event.start and not in_name(p)]
    if before:
        return before[-1]
    earlier = [p for p in periods if p.start < start and not in_name(p)]
    return earlier[-1] if earlier and not before and start == event.start else None


def facts_of(
    paper: Manuscript, projects: list[Project], event: Step, period: PeriodMention | None, clause: int
) -> list[Milestone]:
    out = []
    seen = paper.head.issued_in or ""
    told = len(seen) == 10 and period is None and TODAY.search(paper.clean, max(0, clause - 12), event.end)
    for i, found in enumerate(projects):
        project = found
        if project.capacity is None and not paper.is_ruling and (told_of := described_capacity(paper, project)):
            project = replace(
                project, capacity=told_of.value, capacity_max=told_of.value_max, capacity_unit=told_of.unit
            )
        said_before = (
            bool(re.search(r"[。！？\n]", paper.clean[project.end : event.start]))
            if project.end <= event.start
            else False
        )
        near = (
            i == len(projects) - 1
            and project.start < event.end <= project.end + 60
            and "。" not in paper.clean[project.start : event.end]
        )
        if said_before:
            # The name stands in an earlier sentence; the words of the step are the quote.
            quote, start = paper.text.quote(clause, event.end)
        else:
            quote, start = paper.text.quote(project.start, event.end if near else project.end)
        dated = period is not None and period.period.when is not None
        out.append(
            Milestone(
                project=project.name,
                owner=project.owner,
                product=project.product,
                capacity=project.capacity,
                capacity_max=project.capacity_max,
                capacity_unit=project.capacity_unit,
                event=event.step,
                when=period.period.when if period else seen[:7] if told else None,
                when_op="in" if told and not period else _op(period),
                quote=quote,
                start=start,
                section=paper.section_at(project.start),
                confidence=0.95 if dated else 0.75,
                reason=None if dated else "no date",
                made_by=(f"events:{event.step}:{paper.clean[event.start : event.end]}",),
            )
        )
    return out


def _op(period: PeriodMention | None) -> str | None:
    if period is None or period.period.when is None:
        return None
    return period.period.when_op if period.period.when_op in ("in", "by") else "in"
