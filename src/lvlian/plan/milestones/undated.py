"""Steps that are required without a date (推进甲项目建设), and steps before their name (今天开工的甲项目)."""

from __future__ import annotations

import re

from lvlian.plan.facts import Milestone
from lvlian.plan.manuscript import Manuscript
from lvlian.plan.milestones.record import TODAY, facts_of
from lvlian.plan.milestones.step import Step, StepGrammar, strip_soft
from lvlian.plan.projects import (
    Project,
    has_place,
    is_facility,
    is_named,
    split_projects,
    strip_openers,
)
from lvlian.quantity.period import PeriodMention

_PUSHES = {
    **dict.fromkeys(
        (
            "推进",
            "加快推进",
            "全面推进",
            "积极推进",
            "扎实推进",
            "大力推进",
            "继续推进",
            "深入推进",
            "持续推进",
            "稳步推进",
            "有序推进",
        ),
        "推进",
    ),
    "续建": "续建",
    "启动": "启动",
    "加快启动": "启动",
}
"""A push without another step is the step: `推进甲项目、乙工程`."""


_NO_STEP = re.compile(r"的|后|内容|规模|周期|工期|地点|单位|用地|期|进度|条件|标准|面积|总")


_BUILT = re.compile(r"(?<!主要)(?:开工)?(?:建设|建成)(?!的|后|投产|内容|规模|周期|工期|期|总)(?=[^，；]{4,40}$)")


def undated_steps(
    paper: Manuscript, grammar: StepGrammar, start: int, end: int, periods: list[PeriodMention]
) -> tuple[list[Project], list[Milestone]]:
    """`加快推进甲项目建设`, `建成乙核心区`: the projects, and the required steps where a place or phase names them."""
    clean = paper.clean
    begin = strip_openers(clean, start, start)
    if grammar.soft.match(clean, strip_soft(clean, start), end):
        return [], []
    while begin < end and (p := next((p for p in paper.periods_in(begin, end) if p.start == begin), None)):
        begin = p.end
    period = next((p for p in periods if p.period.when), None)
    verb = grammar.undated_verb.match(clean, begin, end)
    if verb and _NO_STEP.match(clean, verb.end(), end):
        return [], []
    built = _BUILT.search(clean, begin, end)
    if built and (not verb or built.start() > verb.end()):
        # The verb stands in mid-clause: `集中资源建设甲核心区`.
        projects = [
            p
            for p in split_projects(paper, built.end(), end)
            if is_named(paper, p, not paper.is_ruling) and is_facility(paper, p)
        ]
        if projects:
            step = "建成" if built.group().endswith("建成") else "建设"
            return projects, facts_of(paper, projects, Step(built.start(), built.end(), step), period, start)
    if not verb:
        return [], []
    body_end, step, step_span = end, verb.group(), (verb.start(), verb.end())
    trailing = re.search(r"(?:进度|步伐|工作)?$", clean[verb.end() : end])
    stop = verb.end() + trailing.start() if trailing else end
    last = max(grammar.undated_step.finditer(clean, verb.end(), stop), key=lambda m: m.start(), default=None)
    if last and last.end() == stop:
        body_end, step, step_span = last.start(), last.group(), last.span()
    elif re.search(r"(?:项目|工程)$", clean[verb.end() : stop]) and step in _PUSHES:
        step = _PUSHES[step]
    elif step not in ("建设", "建成", "加快建设"):
        return [], []
    step = (
        "建成"
        if verb.group() == "完成"
        else "建设"
        if step == "加快建设"
        else "启动建设"
        if verb.group() in ("加快启动", "启动") and step == "建设"
        else step
    )
    inner = verb.end()
    while nested := grammar.undated_verb.match(clean, inner, body_end):
        inner = nested.end()
    if inner >= body_end:
        return [], []
    whole_place = has_place(clean[inner:body_end], paper.head.region)
    projects = [p for p in split_projects(paper, inner, body_end) if is_named(paper, p, whole_place)]
    return projects, facts_of(paper, projects, Step(step_span[0], step_span[1], step), period, start)


def attributive_steps(paper: Manuscript, grammar: StepGrammar, start: int, end: int) -> list[Milestone]:
    """`今天开工的甲项目`: the step stands before the name."""
    clean = paper.clean
    begin = start
    period = next((p for p in paper.periods_in(start, end) if p.start == start), None)
    told = TODAY.match(clean, start, end)
    if period is not None:
        begin = period.end
    elif told:
        begin = told.end()
    else:
        return []
    event = grammar.event.match(clean, begin, end)
    if not event or clean[event.end() : event.end() + 1] != "的":
        return []
    stop = re.compile(r"[，；。由]|(?<=项目)|(?<=工程)").search(clean, event.end() + 1, end)
    limit = min(end, stop.start() if stop else end)
    projects = [p for p in split_projects(paper, event.end() + 1, limit) if is_named(paper, p, True)]
    step = Step(event.start(), event.end(), grammar.step_of.get(event.group(), event.group()))
    return facts_of(paper, projects, step, period, start)
