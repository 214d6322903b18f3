"""Words of steps in a clause: which are steps, which are attributes or parts of names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvlian.plan.lexicon import built_from_lexicon, load_lexicon
from lvlian.plan.manuscript import Manuscript
from lvlian.plan.projects import (
    strip_openers,
)


@dataclass(frozen=True, slots=True)
class StepGrammar:
    event: re.Pattern[str]
    step_of: dict[str, str]
    before: re.Pattern[str]
    soft: re.Pattern[str]
    undated_verb: re.Pattern[str]
    undated_step: re.Pattern[str]


@built_from_lexicon
def step_grammar() -> StepGrammar:
    events, projects = load_lexicon("events"), load_lexicon("projects")
    step_of = {word: step for step, words in events.groups.items() for word in words if not word.startswith("re:")}
    return StepGrammar(
        event=re.compile(events.pattern(*events.groups)),
        step_of=step_of,
        before=re.compile(rf"{projects.pattern('before_event')}+$"),
        soft=re.compile(projects.pattern("soft")),
        undated_verb=re.compile(projects.pattern("undated_verbs")),
        undated_step=re.compile(projects.pattern("undated_steps")),
    )


@dataclass(frozen=True, slots=True)
class Step:
    start: int
    end: int
    step: str


_ATTRIBUTE = re.compile(
    r"的|项目|企业|产能|面积|率|后|以来|条件|手续|计划|前期|任务|工作日|工作责任|取得|奠定|打下|提供|责任|流程|制度|时间|达标|(?:一批|一个)"
)


WEAK_STEPS = (
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


def clauses(clean: str, start: int, end: int) -> list[tuple[int, int]]:
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


def find_steps(paper: Manuscript, grammar: StepGrammar, start: int, end: int) -> list[Step]:
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
        out.append(Step(found.start(), found.end(), grammar.step_of.get(found.group(), "建设")))
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
    return begun < event and not step_grammar().before.search(clean, begun, event)


def _inside_quotes(clean: str, start: int, at: int) -> bool:
    return clean.count("“", start, at) > clean.count("”", start, at) or clean.count("《", start, at) > clean.count(
        "》", start, at
    )


def strip_soft(clean: str, start: int) -> int:
    """The place after words that may stand before 支持 and the like."""
    found = re.compile(r"(?:并|积极|大力|重点|加大|同时|优先)*").match(clean, start)
    return found.end() if found and not clean.startswith("优先", start) else start


def before_step(paper: Manuscript, grammar: StepGrammar, start: int, end: int) -> int:
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


def without_periods(paper: Manuscript, start: int, end: int) -> str:
    words, at = "", start
    for period in paper.periods_in(start, end):
        words += paper.clean[at : period.start]
        at = period.end
    return words + paper.clean[at:end]


def only_openers(clean: str, start: int, end: int) -> bool:
    return strip_openers(clean, start, end) >= end
