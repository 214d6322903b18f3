"""Date and mode of a goal: which period of the sentence or list is meant, and whether it is a target or an actual."""

from __future__ import annotations

import re

from lvlian.plan.goals.figure import Figure, clause_start, find_brackets, within
from lvlian.plan.goals.grammar import GoalGrammar
from lvlian.plan.goals.state import State
from lvlian.plan.manuscript import Manuscript, Sentence
from lvlian.quantity.period import PeriodMention

_ITEM = re.compile(
    r"[一二三四五六七八九十]{1,2}是|——|（[一二三四五六七八九十\d]{1,3}）|\d{1,2}[.、]|[①-⑳]|[一二三四五六七八九十]{1,2}、"
)


def new_scope(paper: Manuscript, sentence: Sentence, state: State) -> None:
    """The date at the head of a list ends with its paragraph, or with its section where that is about goals."""
    if state.listed is None:
        return
    section = _scope(paper, sentence.start)
    if sentence.paragraph == state.listed_paragraph or (
        "目标" in state.listed_section and section == state.listed_section
    ):
        return
    paragraph = paper.text.paragraphs[sentence.paragraph]
    if state.listed_colon and _ITEM.match(paper.clean, paragraph.start, paragraph.end):
        return  # `…目标：` and its numbered items
    if (
        state.listed_open
        and not paper.is_ruling
        and sentence.paragraph <= state.listed_last + 1
        and paper.measures_in(paragraph.start, paragraph.end)
        and paragraph.end - paragraph.start > 30
    ):
        state.listed_last = sentence.paragraph
        return  # a head without a figure of its own: the list follows in the next paragraphs
    state.listed = None


def _scope(paper: Manuscript, position: int) -> str:
    heading = paper.heading_at(position)
    return heading.path if heading else ""


def note_listed_date(paper: Manuscript, sentence: Sentence, state: State) -> None:
    """A sentence that begins with 到2025年 dates the list after it."""
    for period in paper.periods_in(sentence.start, sentence.end):
        lead = paper.clean[sentence.start : period.start]
        if re.search(r"回顾|以来|成就", paper.clean[sentence.start : sentence.end]):
            return
        heads = period.period.when_op == "by" or "目标" in paper.clean[sentence.start : sentence.end]
        if len(lead) > 24 or not heads or period.period.when is None:
            return
        if not re.fullmatch(
            r"(?:[^，。]{0,16}(?:提出|明确|要求|指出|规定)[：，]?)?(?:[^，。]{0,8}[。：，])?(?:力争|确保|预计|计划|争取|目标是|到|至|其中|即|，|：|在|经过努力|通过努力|总体目标|发展目标|近期)*",
            lead,
        ):
            return
        state.listed, state.listed_paragraph, state.listed_section = (
            period,
            sentence.paragraph,
            _scope(paper, sentence.start),
        )
        state.listed_colon = paper.clean[paper.text.paragraphs[sentence.paragraph].end - 1] == "："
        state.listed_open = not paper.measures_in(sentence.start, sentence.end)
        state.listed_last = sentence.paragraph
        return


def period_of(
    paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, figure: Figure, state: State
) -> PeriodMention | None:
    """The date of a figure: in its bracket, else the nearest before it in the sentence, else the list's."""
    clean, at = paper.clean, figure.measure.start
    if figure.bracket:
        inside = [p for p in paper.periods_in(*figure.bracket) if not _compared(clean, p)]
        if inside:
            return inside[0]
    brackets = find_brackets(clean, sentence.start, sentence.end)
    near = [
        p
        for p in paper.periods_in(sentence.start, at)
        if p.end <= figure.measure.number_start
        and not _compared(clean, p)
        and not within(brackets, p.start, figure.bracket)
        and clean[p.end : p.end + 1] != "度"
        and not clean[p.start : p.end].endswith("均")
        and (p.period.when is not None or p.period.when_op == "each" or p.period.relative)
    ]
    while near:
        found = near.pop()
        stop = next((i for i in range(found.end, at) if clean[i] in "，；："), at)
        begin = clause_start(clean, sentence.start, found.start)
        if stop - found.end < 2 and found.period.when_op != "by":
            stop = next((i for i in range(stop + 1, at) if clean[i] in "，；："), at)
        if re.match(r"[从由自]", clean[max(0, found.start - 1) : found.start + 1].lstrip("，、")) and re.search(
            r"\d.*(?:到|至)", clean[found.end : figure.measure.number_start]
        ):
            continue  # `从2017年的19%提升到28%`: the year of the base
        if "-" in (found.period.when or "") and "；" in clean[found.end : at]:
            continue  # the month of an event, told before the semicolon
        if grammar.after_done.search(clean, stop, at):
            continue
        if stop < at and grammar.event_words.search(clean, begin, stop):
            continue  # the date of what happened in that clause
        return found
    behind = next(
        (
            p
            for p in paper.periods_in(figure.measure.end, min(figure.measure.end + 12, sentence.end))
            if clean[figure.measure.end : p.start] in ("（", "以上（", "左右（")
        ),
        None,
    )
    if behind is not None and behind.period.when:
        return behind
    return state.listed


def _compared(clean: str, period: PeriodMention) -> bool:
    """`较2020年`, `比上年`, `在2020年基础上`: a base, not a date."""
    return (
        bool(re.search(r"(?:较|比|相比|以|与|从)$", clean[max(0, period.start - 2) : period.start]))
        and not clean.startswith("到", period.start)
        and clean[max(0, period.start - 1) : period.start] != "从"
    ) or clean.startswith(("基础上", "的基础上", "相比", "为基", "基数"), period.end)


def mode_of(
    paper: Manuscript,
    grammar: GoalGrammar,
    sentence: Sentence,
    figure: Figure,
    left: str,
    period: PeriodMention | None,
    noun: str,
    listed: bool,
) -> str:
    clean = paper.clean
    year = paper.year
    clause = clean[clause_start(clean, sentence.start, figure.measure.start) : figure.measure.end]
    past = grammar.past.search(clause) or (figure.bracket is None and grammar.past_lead.match(clean, sentence.start))
    dated = period.period.when if period is not None else None
    if dated and year is not None and int(dated[:4]) < year:
        return "baseline"
    seen = paper.head.issued_in or ""
    if (
        dated
        and len(seen) == 10
        and period is not None
        and period.period.last is not None
        and period.period.last.isoformat() < seen
    ):
        return "baseline"
    if dated and year is None and period is not None and period.period.when_op == "in":
        told = clean[sentence.start : figure.measure.end]
        if int(dated[:4]) <= paper.past_year or (not paper.is_ruling and not grammar.future.search(told)):
            return "baseline"
    each = period is not None and period.period.when_op == "each"
    if not past and not dated and not each and not grammar.future.search(clean, sentence.start, figure.measure.end):
        # `已形成…链条，电解铝产能61.5万吨`: what a sentence tells as done goes for its later clauses; news tell what is.
        if re.search(r"已(?!批|审)", clean[sentence.start : figure.measure.start]):
            return "baseline"
        planned = re.search(
            r"总投资|计划投资|(?<!完成)(?<!累计)(?<!已)投资额?(?:约|为|达|近|超)*$|规划|设计|年(?:产|加工|处理)|(?:达产|建成|投产)后",
            left,
        )
        past_told = 0 if planned and not paper.reviews(sentence.paragraph) else paper.tells_past(sentence.paragraph)
        if (
            not listed
            and past_told
            and (past_told == 2 or paper.is_ruling or not _of_project(clean, sentence, figure, left))
        ):
            return "baseline"
    if past and not (dated and year is not None and int(dated[:4]) > year) and not grammar.future.search(clause):
        return "baseline"
    if re.search(r"(?:从|由)[^，；。]{0,14}$", left) and _RISES.match(clean, figure.measure.end):
        return "baseline"  # `从10万吨增至20万吨`: where it starts from
    change = grammar.change.search(left)
    if grammar.rate.search(left) and figure.measure.unit in ("%", "百分点", "个百分点", "倍"):
        return "growth_rate"
    if change and figure.measure.unit == "%" and re.search(r"(?:较|比|与)(?:20|19)\d\d年", left):
        return "increase"
    if change and figure.measure.unit in ("%",) and change.group() == "增长":
        by = period is not None and period.period.when_op == "by"
        return "increase" if by else "growth_rate"
    if change:
        return "increase"
    if grammar.change_noun.search(grammar.period_words.sub("", left)):
        return "level" if figure.measure.unit == "%" and "新增" in noun else "increase"
    return "level"


_RISES = re.compile(
    r"(?:以上|左右)?(?:大幅|稳步|逐步)?(?:提高|增加|增长|上升|提升|扩大|下降|降低|减少|压缩|缩短|增|升|降|减)(?:到|至|为)"
)
_PROJECT_FIGURE = re.compile(
    r"投资|年产|年处理|产能|规模|年产值|销售|税|就业|岗位|增加值|收入|生产线|利润|建设|达产|投产|规划"
)


def _of_project(clean: str, sentence: Sentence, figure: Figure, left: str) -> bool:
    """Whether a figure of a news text is what a project is planned to be or bring."""
    words = clean[sentence.start : figure.right]
    return bool(_PROJECT_FIGURE.search(left + clean[figure.measure.end : figure.right])) and (
        "项目" in words or "基地" in words or "年" in left
    )


def listed_dates(
    paper: Manuscript, sentence: Sentence, first: Figure, count: int
) -> list[tuple[str | None, str | None]]:
    """`2023年、2024年、2025年…分别达到…`: as many dates in a row as there are figures, one for each; else nothing."""
    clean = paper.clean
    if "分别" not in clean[first.left : first.measure.number_start]:
        return []
    row: list[PeriodMention] = []
    for period in paper.periods_in(sentence.start, first.measure.start):
        joined = row and clean[row[-1].end : period.start] in ("、", "和", "及", "，", "到", "至")
        row = [*row, period] if joined else [period]
        if len(row) == count and all(p.period.when for p in row):
            break
    return [date_of(p) for p in row] if len(row) == count and all(p.period.when for p in row) else []


def date_of(period: PeriodMention | None) -> tuple[str | None, str | None]:
    if period is None:
        return None, None
    value = period.period
    if value.when_op == "each":
        return None, "each"
    return (value.when, value.when_op) if value.when else (None, None)
