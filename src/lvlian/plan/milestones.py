"""Milestones: dated, or required but undated, steps of named projects, land batches and facilities."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from lvlian.plan.facts import Milestone
from lvlian.plan.lexicon import built_from_lexicon, load_lexicon
from lvlian.plan.manuscript import Manuscript, Sentence
from lvlian.plan.projects import (
    Project,
    described_capacity,
    has_place,
    is_facility,
    is_named,
    split_projects,
    strip_openers,
)
from lvlian.quantity.period import PeriodMention


@dataclass(frozen=True, slots=True)
class _Grammar:
    event: re.Pattern[str]
    step_of: dict[str, str]
    before: re.Pattern[str]
    soft: re.Pattern[str]
    undated_verb: re.Pattern[str]
    undated_step: re.Pattern[str]


@built_from_lexicon
def _grammar() -> _Grammar:
    events, projects = load_lexicon("events"), load_lexicon("projects")
    step_of = {word: step for step, words in events.groups.items() for word in words if not word.startswith("re:")}
    return _Grammar(
        event=re.compile(events.pattern(*events.groups)),
        step_of=step_of,
        before=re.compile(rf"{projects.pattern('before_event')}+$"),
        soft=re.compile(projects.pattern("soft")),
        undated_verb=re.compile(projects.pattern("undated_verbs")),
        undated_step=re.compile(projects.pattern("undated_steps")),
    )


@dataclass(frozen=True, slots=True)
class _Event:
    start: int
    end: int
    step: str


_ATTRIBUTE = re.compile(
    r"的|项目|企业|产能|面积|率|后|以来|条件|手续|计划|前期|任务|工作日|工作责任|取得|奠定|打下|提供|责任|流程|制度|时间|达标|(?:一批|一个)"
)
_WEAK = (
    "启动",
    "筹备",
    "备案",
    "招标",
    "公开招标",
    "前期工作",
    "设备安装",
    "建设",
    "落户",
    "落地",
    "验收",
    "通水",
    "供电",
    "开业",
)
"""Steps whose words are common in other uses: only of a named project that stands right before them."""
_NOT_BEFORE = re.compile(r"(?:未|待|尚未|停|筹|拟|在|没有|不得|严禁|不|再|新|已)$")
_PASSED_OVER = re.compile(
    r"^(?:并|且|也|将|已)?(?:正式|全部|全面|实现|完成|力争|确保|预计|计划|同时|争取|同步|有望|目前|现已|已经|已|将|可|于|在|并|，|前|底|左右|年内|即可|再|后|其中|整个|该|此|本)*$"
)
_ANAPHOR = re.compile(
    r"^(?:其中|预计|目前|此次|当前|现)*(?:该|此|本|整个|这一|上述|公司|其)?(?:[一二三四首]期)?(?:项目|工程|公司|园区|企业|生产线|(?<=期))(?:一期|二期|三期)?(?:工程|项目)?(?:全部|正式|已|将|计划|预计)*$"
)


def read_milestones(paper: Manuscript) -> list[Milestone]:
    """All milestones in order of the text."""
    grammar = _grammar()
    out: list[Milestone] = []
    last: list[Project] = []
    heading_starts = [h.start for h in paper.headings]
    for sentence in paper.spoken:
        first, end = paper.text.span(sentence.start, sentence.end)
        k = bisect_right(heading_starts, first + 2) - 1
        if k >= 0 and heading_starts[k] >= first - 2 and end <= paper.headings[k].end + 1:
            # A heading tells no step; where it is a project's name, its text speaks of that.
            last = _mention(paper, sentence.start, sentence.end) or last
            continue
        found, last = _sentence(paper, grammar, sentence, last)
        out.extend(found)
    return out


def _clauses(clean: str, start: int, end: int) -> list[tuple[int, int]]:
    """Parts of a sentence divided at ， ； ： outside brackets and quotes."""
    parts, depth, at = [], 0, start
    for i in range(start, end):
        char = clean[i]
        if char in "（“《":
            depth += 1
        elif char in "）”》":
            depth = max(0, depth - 1)
        elif (depth == 0 and char in "，；：。！？") or (char == "；" and i - at > 200):
            if i > at:
                parts.append((at, i))
            at, depth = i + 1, 0
    if at < end:
        parts.append((at, end))
    return parts


def _sentence(
    paper: Manuscript, grammar: _Grammar, sentence: Sentence, last: list[Project]
) -> tuple[list[Milestone], list[Project]]:
    """The milestones of one sentence; the projects that its last clause speaks of."""
    clean = paper.clean
    out: list[Milestone] = []
    current: list[Project] = []
    waiting: list[Milestone] = []
    carried: PeriodMention | None = None
    listed: list[Project] = []
    supports = softened = False
    for start, end in _clauses(clean, sentence.start, sentence.end):
        out.extend(_attributive(paper, grammar, start, end))
        if clean[start - 1] == "；":
            current, carried, listed = [], None, []
            supports = softened = False
            out.extend(waiting)
            waiting = []
        events = _events(paper, grammar, start, end)
        periods = [p for p in paper.periods_in(start, end) if p.period.when_op != "each"]
        if not events:
            if periods and not clean[start:end].strip("到在于至，"):
                carried = periods[-1]
            named, undated = _undated(paper, grammar, start, end, periods or ([carried] if carried else []))
            if paper.is_ruling:
                supports = bool(grammar.soft.match(clean, strip_soft(clean, start), end)) or (supports and not named)
                if softened:
                    named, undated = [], []
                softened = softened or supports
            if named:
                current = named
                waiting = undated
            else:
                whole = _whole_clause(paper, start, end)
                if whole:
                    listed.extend(whole)
                    current = whole
                elif not paper.is_ruling:
                    current = _mention(paper, start, end) or current
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
            subject_end = _before(paper, grammar, at, event.start)
            dated = bool(_date(periods, event, at, end, []) or (carried if not periods else None))
            projects = _subject(paper, at, subject_end, current, last, dated)
            after_end = events[k + 1].start if k + 1 < len(events) else end
            if projects and projects[0].start < start and not clean[at:subject_end].strip("、"):
                # Nothing before the step in its clause: a name behind it (`开工建设甲项目`) goes before one of an earlier clause.
                projects = _object(paper, event.end, after_end, dated) or projects
            elsewhere = not projects or projects[0].start < start
            if event.step in _WEAK and elsewhere and not (event.step == "备案" and projects):
                at = event.end
                continue
            if projects is None:
                projects = (
                    _object(paper, event.end, after_end, dated)
                    if not clean[at:subject_end].strip("、") or _only_openers(clean, at, subject_end)
                    else []
                )
                if not projects and (current or last) and _PASSED_OVER.match(_without_periods(paper, at, event.start)):
                    projects = current or (last if periods and not paper.is_ruling else [])
            if listed and projects and projects[0].start >= start:
                projects = listed + projects
            listed = []
            period = _date(periods, event, at, end, projects) or (carried if not periods else None)
            if projects and not (soft and period is None):
                if event.step == "建设" and clean.startswith("完成", start):
                    event = _Event(event.start, event.end, "建成")
                if waiting and period is not None:
                    waiting = []
                out.extend(_facts(paper, projects, event, period, start))
            if projects:
                current = projects
            at = event.end
    out.extend(waiting)
    return out, current or last


_TODAY = re.compile(r"(?:今天|昨天|昨日|今日|当天|当日|日前|近日|此次|本次|新近|同日)")


def _attributive(paper: Manuscript, grammar: _Grammar, start: int, end: int) -> list[Milestone]:
    """`今天开工的甲项目`: the step stands before the name."""
    clean = paper.clean
    begin = start
    period = next((p for p in paper.periods_in(start, end) if p.start == start), None)
    told = _TODAY.match(clean, start, end)
    if period is not None:
        begin = period.end
    elif told:
        begin = told.end()
    else:
        return []
    event = grammar.event.match(clean, begin, end)
    if not event or clean[event.end() : event.end() + 1] != "的":
        return []
    stop = re.compile(r"[，；。]|(?<=项目)|(?<=工程)").search(clean, event.end() + 1, end)
    limit = min(end, stop.start() if stop else end)
    projects = [p for p in split_projects(paper, event.end() + 1, limit) if is_named(paper, p, True)]
    step = _Event(event.start(), event.end(), grammar.step_of.get(event.group(), event.group()))
    return _facts(paper, projects, step, period, start)


def strip_soft(clean: str, start: int) -> int:
    """The place after words that may stand before 支持 and the like."""
    found = re.compile(r"(?:并|积极|大力|重点|加大|同时|优先)*").match(clean, start)
    return found.end() if found and not clean.startswith("优先", start) else start


def _events(paper: Manuscript, grammar: _Grammar, start: int, end: int) -> list[_Event]:
    clean = paper.clean
    out = []
    for found in grammar.event.finditer(clean, start, end):
        if _NOT_BEFORE.search(clean, max(start, found.start() - 2), found.start()) and not clean[
            max(start, found.start() - 2) : found.start()
        ].endswith("已"):
            continue
        after = clean[found.end() : min(end, found.end() + 4)]
        if found.group() == "启动" and not re.match(r"[，。；、]|$", clean[found.end() : end][:1]):
            continue
        if _in_name(paper, start, found.start(), found.end(), end):
            continue
        if _ATTRIBUTE.match(after) or _inside_quotes(clean, start, found.start()):
            continue
        out.append(_Event(found.start(), found.end(), grammar.step_of.get(found.group(), "建设")))
    if len(out) == 1 and clean[out[0].start : out[0].end] == "建设" and clean[out[0].end : end] == "":
        return []  # `推进甲项目建设` alone is read as an undated step
    return out


_NAME_GOES_ON = re.compile(r"[\u4e00-\u9fff]{1,14}?(?:项目|工程|中心|系统)")


def _in_name(paper: Manuscript, start: int, event: int, event_end: int, end: int) -> bool:
    """Whether a step's word is part of a name: `园区供气综合利用项目`."""
    clean = paper.clean
    if not _NAME_GOES_ON.match(clean, event_end, end):
        return False
    piece = max(start, *(clean.rfind(c, start, event) + 1 for c in "、，；：和"))
    if any(p.end == event for p in paper.periods_in(piece, event)):
        return False
    begun = strip_openers(clean, piece, event)
    return begun < event and not _grammar().before.search(clean, begun, event)


def _inside_quotes(clean: str, start: int, at: int) -> bool:
    return clean.count("“", start, at) > clean.count("”", start, at) or clean.count("《", start, at) > clean.count(
        "》", start, at
    )


def _before(paper: Manuscript, grammar: _Grammar, start: int, end: int) -> int:
    """The end of the subject: what stands between it and the step (dates, adverbs) is taken away."""
    clean = paper.clean
    while True:
        found = grammar.before.search(clean, start, end)
        period = next(
            (p for p in paper.periods_in(start, end) if end <= p.end and clean[p.end : p.end + 1] != "度"), None
        )
        if period is not None:
            end = period.start
        elif found and found.start() < end:
            end = found.start()
        else:
            return end


def _without_periods(paper: Manuscript, start: int, end: int) -> str:
    words, at = "", start
    for period in paper.periods_in(start, end):
        words += paper.clean[at : period.start]
        at = period.end
    return words + paper.clean[at:end]


def _only_openers(clean: str, start: int, end: int) -> bool:
    return strip_openers(clean, start, end) >= end


def _subject(
    paper: Manuscript, start: int, end: int, current: list[Project], last: list[Project], dated: bool
) -> list[Project] | None:
    """The projects that a step is said of; None where the clause has no subject of its own."""
    clean = paper.clean
    bare = _without_periods(paper, strip_openers(clean, start, end), end)
    if _PASSED_OVER.match(bare) or bare.strip("、") == "":
        return current or None
    if _ANAPHOR.match(bare):
        phase = re.search(r"[一二三四首]期", bare)
        return _phase(current or last, phase.group() if phase else "") or None
    if _only_openers(clean, start, end):
        return None
    projects = [p for p in split_projects(paper, start, end) if is_named(paper, p, dated or not paper.is_ruling)]
    if projects and not paper.is_ruling and (current or last) and not any(is_facility(paper, p) for p in projects):
        return current or last  # `年产甲2万吨，计划2026年投产`: what the project makes is said, not another project
    return projects


def _phase(projects: list[Project], phase: str) -> list[Project]:
    """`一期项目` after a project's name is that project's first phase."""
    if not phase or not projects:
        return projects
    return [
        replace(
            p, name=re.sub(r"[一二三四首]期$", "", p.name) + phase, capacity=None, capacity_max=None, capacity_unit=None
        )
        for p in projects[:1]
    ]


def _object(paper: Manuscript, start: int, end: int, dated: bool) -> list[Project]:
    """`开工建设甲项目、乙项目`: the projects after the step."""
    while start < end and paper.clean[start] in "了：":
        start += 1
    return [
        p
        for p in split_projects(paper, start, end)
        if is_named(paper, p, dated or not paper.is_ruling) and is_facility(paper, p)
    ]


_NO_NAME = re.compile(
    r"围绕|依托|聚焦|按照|根据|以|对|是|为|也|公司拥有|拥有|主要|建设|配套|规划|及|以及|其中|内容|规模"
)
_KIND = re.compile(r"(?:项目|工程|生产线)(?:[一二三四首]期)?(?!部|建设内容)")


def _mention(paper: Manuscript, start: int, end: int) -> list[Project]:
    """The project that a clause of a report opens with; later clauses speak of it."""
    found = _KIND.search(paper.clean, start, end)
    if not found or found.end() - start > 60:
        return []
    if _NO_NAME.match(paper.clean, start, found.end()):
        return []
    return [p for p in split_projects(paper, start, found.end()) if is_named(paper, p, False) and len(p.name) > 5][:1]


def _whole_clause(paper: Manuscript, start: int, end: int) -> list[Project]:
    """A clause that is nothing but project names, as in a list with commas."""
    clean = paper.clean
    aside = clean.find("——", start, end)
    if aside > 0:
        return [p for p in split_projects(paper, aside + 2, end) if is_named(paper, p, not paper.is_ruling)]
    if (
        not re.search(r"(?:项目|工程|生产线)(?:（[^（）]*）)?$", clean[start:end])
        or _NO_NAME.match(clean, start, end)
        or re.match(r"围绕|依托|聚焦|按照|根据|以|对", clean[start:end])
    ):
        return []
    return [p for p in split_projects(paper, start, end) if is_named(paper, p, not paper.is_ruling)]


def _date(
    periods: list[PeriodMention], event: _Event, start: int, end: int, projects: list[Project]
) -> PeriodMention | None:
    """The date of a step: the last one before it that is no part of a name, else one right after it."""

    def in_name(p: PeriodMention) -> bool:
        return any(q.start <= p.start and p.end < q.end for q in projects)

    before = [p for p in periods if start <= p.start < event.start and not in_name(p)]
    if before:
        return before[-1]
    earlier = [p for p in periods if p.start < start and not in_name(p)]
    return earlier[-1] if earlier and not before and start == event.start else None


def _facts(
    paper: Manuscript, projects: list[Project], event: _Event, period: PeriodMention | None, clause: int
) -> list[Milestone]:
    out = []
    seen = paper.head.issued_in or ""
    told = len(seen) == 10 and period is None and _TODAY.search(paper.clean, max(0, clause - 12), event.end)
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


def _undated(
    paper: Manuscript, grammar: _Grammar, start: int, end: int, periods: list[PeriodMention]
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
            return projects, _facts(paper, projects, _Event(built.start(), built.end(), step), period, start)
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
    return projects, _facts(paper, projects, _Event(step_span[0], step_span[1], step), period, start)
