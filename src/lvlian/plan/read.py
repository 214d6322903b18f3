"""Read a document into facts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from unicodedata import normalize

from lvlian.plan.chains import read_chains
from lvlian.plan.clusters import read_clusters
from lvlian.plan.duties import read_duties
from lvlian.plan.facts import Fact, Goal, Head, Milestone, PlanFacts
from lvlian.plan.goals import read_goals
from lvlian.plan.grid import find_grids, row_spans
from lvlian.plan.head import read_head
from lvlian.plan.incentives import read_incentives
from lvlian.plan.manuscript import Manuscript
from lvlian.plan.mechanisms import read_mechanisms
from lvlian.plan.milestones import read_milestones
from lvlian.plan.outline import read_outline
from lvlian.plan.source import Source, source_from_text
from lvlian.plan.table import read_tables
from lvlian.plan.text import read_text

_F = TypeVar("_F", bound=Fact)


def manuscript_from_source(source: Source) -> Manuscript:
    """The manuscript of a source: text, head, outline. Raises nothing."""
    text = read_text(source.text, row_spans(source, find_grids(source)))
    headings = read_outline(text)
    return Manuscript(text, read_head(text, headings, source.name), headings)


def manuscript_from_text(source: str) -> Manuscript:
    """The manuscript of a bare text, for the fact modules."""
    return manuscript_from_source(source_from_text(source))


def read_plan(source: Source) -> PlanFacts:
    """All facts of a document, in the order in which they stand. Raises nothing for a source that was read."""
    paper = manuscript_from_source(source)
    steps = read_milestones(paper)
    incentives = read_incentives(paper)
    goals = read_goals(paper, _name_spans(paper, steps), _spans(paper, incentives))
    told = read_tables(paper, source)
    return PlanFacts(
        document=replace(paper.head, period=_period(paper.head, goals)),
        goals=_in_order(goals, told.goals),
        milestones=_in_order(steps, told.milestones),
        incentives=tuple(incentives),
        duties=_in_order(read_duties(paper), told.duties),
        chains=tuple(read_chains(paper)),
        mechanisms=tuple(read_mechanisms(paper)),
        clusters=tuple(read_clusters(paper)),
        outline=paper.headings,
        name=source.name,
        sha256=source.sha256,
        text=source.text,
    )


def _in_order(prose: Sequence[_F], tables: Sequence[_F]) -> tuple[_F, ...]:
    """Facts of the prose and of the tables in the order in which they stand."""
    return tuple(sorted([*prose, *tables], key=lambda fact: (fact.start or 0) + len(fact.quote)))


def _spans(paper: Manuscript, facts: Sequence[Fact]) -> list[tuple[int, int]]:
    """Clean spans of the facts' quotes."""
    origin = paper.text.origin
    return [
        (bisect_left(origin, fact.start), bisect_left(origin, fact.start + len(fact.quote)))
        for fact in facts
        if fact.start is not None
    ]


def _name_spans(paper: Manuscript, steps: Sequence[Milestone]) -> list[tuple[int, int]]:
    """Clean spans of the names of projects, without the words of their steps."""
    out = []
    for (start, end), step in zip(_spans(paper, steps), steps, strict=True):
        if not paper.clean.startswith(normalize("NFKC", step.project[:4]).translate(_FULL_BRACKETS), start):
            continue  # quoted by its step; the name stands elsewhere
        stop = start + len(step.project)
        out.append(
            (start, min(end, stop + 12) if step.capacity_unit and "亩" in step.capacity_unit else min(end, stop))
        )
    return out


_FULL_BRACKETS = str.maketrans("()", "（）")


def _period(head: Head, goals: list[Goal]) -> tuple[str, str] | None:
    """First and last year that the title names, else that the goals do."""
    import re

    named = re.search(r"(20\d\d)(?:年)?\s*[—–~至-]+\s*(20\d\d)", head.title)
    if named:
        return named[1], named[2]
    years = sorted(g.when[:4] for g in goals if g.when and g.mode != "baseline")
    return (years[0], years[-1]) if years else None
