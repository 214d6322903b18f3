"""Milestones: dated, or required but undated, steps of named projects, land batches and facilities."""

from __future__ import annotations

import re
from bisect import bisect_right

from lvlian.plan.facts import Milestone
from lvlian.plan.manuscript import Manuscript, Sentence
from lvlian.plan.milestones.record import date_of, facts_of
from lvlian.plan.milestones.step import (
    WEAK_STEPS,
    Step,
    StepGrammar,
    before_step,
    clauses,
    find_steps,
    only_openers,
    step_grammar,
    strip_soft,
    without_periods,
)
from lvlian.plan.milestones.subject import PASSED_OVER, mentioned, object_of, subject_of, whole_clause
from lvlian.plan.milestones.undated import attributive_steps, undated_steps
from lvlian.plan.projects import (
    Project,
)
from lvlian.quantity.period import PeriodMention


def read_milestones(paper: Manuscript) -> list[Milestone]:
    """All milestones in order of the text."""
    grammar = step_grammar()
    out: list[Milestone] = []
    last: list[Project] = []
    announced: tuple[Step, PeriodMention | None] | None = None
    title_starts = [start for start, _ in paper.titles]
    for sentence in paper.spoken:
        k = bisect_right(title_starts, sentence.start) - 1
        if k >= 0 and title_starts[k] == sentence.start and sentence.end <= paper.titles[k][1] + 1:
            # A title tells no step; where it is a project's name, its text speaks of that.
            last = mentioned(paper, sentence.start, sentence.end) or last
            continue
        if announced is not None and sentence.start == paper.text.paragraphs[sentence.paragraph].start:
            listed = _announced(paper, sentence, announced)
            announced = announced if listed else None
            out.extend(listed)
            if listed:
                last = mentioned(paper, sentence.start, sentence.end) or last
        found, last = _sentence(paper, grammar, sentence, last)
        out.extend(found)
        if not paper.is_ruling:
            announced = _announces(paper, grammar, sentence) or announced
    return out


_TOGETHER = re.compile(
    r"(?:(?<!\d)\d{1,4}|[一二三四五六七八九十]{1,4})(?:多|余)?[个项大][^，。]{0,12}(?:项目|工程)[^，。]{0,8}(?:集中|同日|同时|举行)"
)


def _announces(paper: Manuscript, grammar: StepGrammar, sentence: Sentence) -> tuple[Step, PeriodMention | None] | None:
    """`六个重点项目举行集中开工仪式`: the step and date of the projects that the next paragraphs name."""
    together = _TOGETHER.search(paper.clean, sentence.start, sentence.end)
    if not together:
        return None
    found = grammar.event.search(paper.clean, together.end(), min(sentence.end, together.end() + 8))
    if not found:
        return None
    periods = [p for p in paper.periods_in(sentence.start, together.start()) if p.period.when]
    step = Step(found.start(), found.end(), grammar.step_of.get(found.group(), found.group()))
    return step, (periods[-1] if periods else None)


def _announced(paper: Manuscript, sentence: Sentence, announced: tuple[Step, PeriodMention | None]) -> list[Milestone]:
    """The step of a paragraph that begins with one of the projects announced before it."""
    projects = mentioned(paper, sentence.start, sentence.end)
    return facts_of(paper, projects, announced[0], announced[1], sentence.start) if projects else []


def _sentence(
    paper: Manuscript, grammar: StepGrammar, sentence: Sentence, last: list[Project]
) -> tuple[list[Milestone], list[Project]]:
    """The milestones of one sentence; the projects that its last clause speaks of."""
    clean = paper.clean
    out: list[Milestone] = []
    current: list[Project] = []
    waiting: list[Milestone] = []
    carried: PeriodMention | None = None
    listed: list[Project] = []
    supports = softened = False
    for start, end in clauses(clean, sentence.start, sentence.end):
        out.extend(attributive_steps(paper, grammar, start, end))
        if clean[start - 1] == "；":
            current, carried, listed = [], None, []
            supports = softened = False
            out.extend(waiting)
            waiting = []
        events = find_steps(paper, grammar, start, end)
        periods = [p for p in paper.periods_in(start, end) if p.period.when_op != "each"]
        if not events:
            if periods and not clean[start:end].strip("到在于至，"):
                carried = periods[-1]
            named, undated = undated_steps(paper, grammar, start, end, periods or ([carried] if carried else []))
            if paper.is_ruling:
                supports = bool(grammar.soft.match(clean, strip_soft(clean, start), end)) or (supports and not named)
                if softened:
                    named, undated = [], []
                softened = softened or supports
            if named:
                current = named
                waiting = undated
            else:
                whole = whole_clause(paper, start, end)
                if whole:
                    listed.extend(whole)
                    current = whole
                elif not paper.is_ruling:
                    current = mentioned(paper, start, end) or current
            if (
                periods
                and clean[start : periods[0].start] in ("", "到", "力争到", "在", "力争", "确保", "于")
                and len(clean[start:end]) < 16
            ):
                carried = periods[0]
            continue
        soft = grammar.soft.match(clean, strip_soft(clean, start), end)
        at = start
        for k, event in enumerate(events):
            subject_end = before_step(paper, grammar, at, event.start)
            dated = bool(date_of(periods, event, at, end, []) or (carried if not periods else None))
            projects = subject_of(paper, at, subject_end, current, last, dated)
            after_end = events[k + 1].start if k + 1 < len(events) else end
            if projects and projects[0].start < start and not clean[at:subject_end].strip("、"):
                # Nothing before the step in its clause: a name behind it (`开工建设甲项目`) goes before one of an earlier clause.
                projects = object_of(paper, event.end, after_end, dated) or projects
            elsewhere = not projects or projects[0].start < start
            if event.step in WEAK_STEPS and elsewhere and not (event.step == "备案" and projects):
                at = event.end
                continue
            if projects is None:
                projects = (
                    object_of(paper, event.end, after_end, dated)
                    if not clean[at:subject_end].strip("、") or only_openers(clean, at, subject_end)
                    else []
                )
                if not projects and (current or last) and PASSED_OVER.match(without_periods(paper, at, event.start)):
                    projects = current or (last if periods and not paper.is_ruling else [])
            if listed and projects and projects[0].start >= start:
                projects = listed + projects
            listed = []
            period = date_of(periods, event, at, end, projects) or (carried if not periods else None)
            if projects and not (soft and period is None):
                if event.step == "建设" and clean.startswith("完成", start):
                    event = Step(event.start, event.end, "建成")
                if waiting and period is not None:
                    waiting = []
                out.extend(facts_of(paper, projects, event, period, start))
            if projects:
                current = projects
            at = event.end
    out.extend(waiting)
    return out, current or last
