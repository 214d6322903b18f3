"""Goals: every quantified target or baseline, with its indicator, relation, mode and date.

A figure with a unit is a goal unless it is a name's (a project's capacity, 500强), an incentive's (奖励100万元), a
qualifier's (投资10亿元以上项目) or a way of speaking (五个方面). The noun before the figure names the indicator, or, for
counts, the noun behind it; the nearest word of comparison gives the relation; the date of the sentence holds, and that
of the head of a list of targets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lvlian.plan.facts import Goal
from lvlian.plan.goal_grammar import GoalGrammar, goal_grammar
from lvlian.plan.manuscript import Manuscript, Sentence
from lvlian.quantity.measure import Measure
from lvlian.quantity.period import PeriodMention

Span = tuple[int, int]
_BOUNDARY = "，；。：！？\n、"
_LONGEST_NOUN = 42


@dataclass(frozen=True, slots=True)
class _Figure:
    """A measure with what stands around it. `left` is where its own words begin, `right` where those behind it end."""

    measure: Measure
    left: int
    right: int
    bracket: Span | None
    """The bracket that it stands in."""


@dataclass(slots=True)
class _State:
    """What a sentence hands on: the indicator last named, and the date at the head of a list."""

    indicator: str = ""
    indicator_span: Span = (0, 0)
    before: str = ""
    """The indicator before the one that `占` opens, and where its words begin; `of` is the one after 占."""
    before_start: int = 0
    of: str = ""
    increase: bool = False
    unit: str = ""
    subject: str | None = None
    listed: PeriodMention | None = None
    listed_paragraph: int = -1
    listed_section: str = ""
    listed_open: bool = False
    listed_last: int = -1


def read_goals(paper: Manuscript, names: Sequence[Span] = (), benefits: Sequence[Span] = ()) -> list[Goal]:
    """All goals in order of the text.

    `names` are clean spans of project names (their capacities are no goals), `benefits` those of incentives.
    """
    grammar = goal_grammar()
    out: list[Goal] = []
    state = _State()
    masked = _Mask(sorted([*names, *_headings(paper)]))
    given = _Mask(sorted(benefits))
    for sentence in paper.spoken:
        out.extend(_sentence(paper, grammar, sentence, state, masked, given))
    return out


class _Mask:
    """Spans that a figure may lie in."""

    def __init__(self, spans: list[Span]) -> None:
        self._spans = spans
        self._starts = [s for s, _ in spans]
        reach, self._reach = 0, []
        for _, end in spans:
            reach = max(reach, end)
            self._reach.append(reach)

    @property
    def many(self) -> bool:
        """Whether there are so many spans that they are what the paper is about."""
        return len(self._spans) >= 8

    def holds(self, start: int, end: int) -> bool:
        i = bisect_right(self._starts, start) - 1
        while i >= 0 and self._reach[i] >= end:
            if self._spans[i][1] >= end:
                return True
            i -= 1
        return False


def _headings(paper: Manuscript) -> list[Span]:
    """Clean spans of the numbered headings: what a heading counts, its text says again."""
    out = []
    origin = paper.text.origin
    for heading in paper.headings:
        first = bisect_right(origin, heading.start - 1)
        out.append((first, bisect_right(origin, heading.end - 1)))
    return out


def _sentence(
    paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, state: _State, names: _Mask, benefits: _Mask
) -> list[Goal]:
    clean = paper.clean
    measures = [m for m in paper.measures_in(sentence.start, sentence.end) if not _names_a_kind(paper, grammar, sentence, m)]
    _new_scope(paper, sentence, state)
    out: list[Goal] = []
    if measures:
        state.indicator, state.unit, state.before, state.of, state.increase = "", "", "", "", False
        figures = _figures(paper, grammar, sentence, measures)
        k = 0
        while k < len(figures):
            group = [figures[k]]
            while k + len(group) < len(figures) and _listed_with(clean, grammar, group[-1], figures[k + len(group)]):
                group.append(figures[k + len(group)])
            out.extend(_group(paper, grammar, sentence, group, state, names, benefits))
            k += len(group)
    _listed_date(paper, sentence, state)
    return out


def _new_scope(paper: Manuscript, sentence: Sentence, state: _State) -> None:
    """The date at the head of a list ends with its paragraph, or with its section where that is about goals."""
    if state.listed is None:
        return
    section = _scope(paper, sentence.start)
    if sentence.paragraph == state.listed_paragraph or ("目标" in state.listed_section and section == state.listed_section):
        return
    paragraph = paper.text.paragraphs[sentence.paragraph]
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


def _listed_date(paper: Manuscript, sentence: Sentence, state: _State) -> None:
    """A sentence that begins with 到2025年 dates the list after it."""
    for period in paper.periods_in(sentence.start, sentence.end):
        lead = paper.clean[sentence.start : period.start]
        if len(lead) > 24 or period.period.when_op != "by" or period.period.when is None:
            return
        if not re.fullmatch(r"(?:[^，。]{0,16}(?:提出|明确|要求|指出|规定)[：，]?)?(?:[^，。]{0,8}[。：，])?(?:力争|确保|预计|计划|争取|目标是|到|至|其中|即|，|：|在|经过努力|通过努力|总体目标|发展目标|近期)*", lead):
            return
        state.listed, state.listed_paragraph, state.listed_section = period, sentence.paragraph, _scope(paper, sentence.start)
        state.listed_open = not paper.measures_in(sentence.start, sentence.end)
        state.listed_last = sentence.paragraph
        return


def _figures(paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, measures: Sequence[Measure]) -> list[_Figure]:
    clean = paper.clean
    brackets = _brackets(clean, sentence.start, sentence.end)
    out = []
    for i, measure in enumerate(measures):
        bracket = next(((a, b) for a, b in brackets if a < measure.start < b), None)
        left = bracket[0] + 1 if bracket else sentence.start
        for at in range(measure.number_start - 1, left - 1, -1):
            char = clean[at]
            if char in "，；：。！？" and not _within(brackets, at, bracket):
                left = at + 1
                break
        if i and measures[i - 1].end > left:
            previous = measures[i - 1]
            after = grammar.op_after.match(clean, previous.end)
            left = max(left, after.end() if after else previous.end)
            # `签约31个项目、金额210亿元`: the noun behind the figure before is its own.
            comma = clean.rfind("、", left + 1, measure.number_start - 1)
            if comma > left and clean[left] != "、" and len(clean[left:comma]) > 1 and "分别" not in clean[left : measure.number_start]:
                left = comma
        limit = bracket[1] if bracket else sentence.end
        right = measure.end
        while right < limit and (clean[right] not in _BOUNDARY or _within(brackets, right, bracket) or _goes_on(clean, grammar, right, limit, measure)):
            right += 1
        if i + 1 < len(measures):
            right = min(right, max(measure.end, measures[i + 1].number_start))
        out.append(_Figure(measure, left, right, bracket))
    return out


def _goes_on(clean: str, grammar: GoalGrammar, at: int, limit: int, measure: Measure) -> bool:
    """`10名科学院、工程院院士`: a 、 inside the counted noun, not before a new verb or figure."""
    if clean[at] != "、" or measure.unit not in grammar.count_units or at == measure.end:
        return False
    if re.match(r"(?:以上|左右)?(?:能够|具有|掌握|站在|紧跟|从事|在)[^的]*$", clean[measure.end : at]):
        return True  # a describing clause goes on to its 的
    rest = re.split(r"[，；。：！？\n、]", clean[at + 1 : limit], maxsplit=1)[0]
    return not re.search(r"\d", rest) and not grammar.goal_verb.match(rest) and len(rest) > 1


def _brackets(clean: str, start: int, end: int) -> list[Span]:
    out, stack = [], []
    for at in range(start, end):
        if clean[at] == "（":
            stack.append(at)
        elif clean[at] == "）" and stack:
            out.append((stack.pop(), at))
    return sorted(out, key=lambda s: s[1] - s[0])


def _within(brackets: list[Span], at: int, own: Span | None) -> bool:
    """Whether a place lies in a bracket other than the figure's own."""
    return any(a < at < b for a, b in brackets if own is None or (a, b) != own and own[0] <= a)


_CONNECTOR = re.compile(r"(?:[、和及与，]|以及|分别|到|至|约|约为)*$")


def _listed_with(clean: str, grammar: GoalGrammar, a: _Figure, b: _Figure) -> bool:
    """Whether two figures stand in one list (`65家和15家`), told by nothing but a connector between them."""
    if a.bracket != b.bracket:
        return False
    after = grammar.op_after.match(clean, a.measure.end)
    between = clean[after.end() if after else a.measure.end : b.measure.number_start]
    return bool(between) and len(between) <= 3 and bool(_CONNECTOR.fullmatch(between)) and between not in ("到", "至")


def _group(
    paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, group: list[_Figure], state: _State, names: _Mask, benefits: _Mask
) -> list[Goal]:
    """The goals of a row of figures that share their words."""
    first = group[0]
    if len(group) == 1:
        goal = _goal(paper, grammar, sentence, first, state, names, benefits)
        return [goal] if goal else []
    clean = paper.clean
    nouns = _shared_nouns(paper, grammar, sentence, first, len(group))
    out = []
    kept_indicator, kept_span = "", (0, 0)
    for i, figure in enumerate(group):
        left = figure.left if i else first.left
        goal = _goal(paper, grammar, sentence, replace(figure, left=left), state, names, benefits, first if i else None, nouns[i] if nouns else "")
        if goal is None:
            continue
        if i and not nouns and not _own_noun(paper, grammar, figure):
            goal = replace(goal, indicator=kept_indicator or goal.indicator)
        if i == 0:
            kept_indicator, kept_span = goal.indicator, (first.left, first.measure.end)
        if i:
            quote, start = paper.text.quote(_quote_start(paper, grammar, first, clean), _figure_end(grammar, clean, figure))
            goal = replace(goal, quote=quote, start=start)
        out.append(goal)
    del kept_span
    return out


def _own_noun(paper: Manuscript, grammar: GoalGrammar, figure: _Figure) -> bool:
    return bool(_noun_behind(paper, grammar, figure))


def _shared_nouns(paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, first: _Figure, count: int) -> list[str]:
    """`铝、铜产业产值分别…`: the names of as many indicators as there are figures, each with the shared head."""
    clean = paper.clean
    left = clean[first.left : first.measure.number_start]
    if "分别" not in left and "各" not in left:
        candidates = [left]
    else:
        before = clean[sentence.start : first.left].rstrip("，")
        candidates = [left, re.split(r"[；。：]", before)[-1].split("，")[-1]] if before else [left]
    for words in candidates:
        words = _without_periods(paper, grammar, words)
        words = grammar.trailing.sub("", words)
        words = re.sub(r"(?:保持|位居|居|稳居|分别|均).*$", "", words)
        opened = grammar.leading.match(words)
        words = words[opened.end() :] if opened else words
        own = grammar.subject.match(words)
        words = words[own.end() :] if own else words
        members = [m for m in re.split(r"、|和|及|与|以及", words) if m]
        if len(members) == count:
            return _spread(grammar, members)
    return []


def _spread(grammar: GoalGrammar, members: list[str]) -> list[str]:
    """The head noun that only the last member carries is given to all of them."""
    head = grammar.head_end.search(members[-1])
    if not head or grammar.head_end.search(members[0]):
        return members
    tail = head.group()
    own = members[-1][: head.start()]
    # `铜规上企业`: what stands between the last member's own word and the head belongs to the head.
    width = max(len(m) for m in members[:-1])
    if len(own) > width and len({len(m) for m in members[:-1]}) == 1:
        tail = own[width:] + tail
    return [m + tail for m in members[:-1]] + [members[-1]]


_LATIN_DATE = re.compile(r"(?:19|20)\d\d年?(?:\d{1,2}月)?(?:底|末|前|初)?")


def _without_periods(paper: Manuscript, grammar: GoalGrammar, words: str) -> str:
    return grammar.period_words.sub("", words)


def _goal(
    paper: Manuscript,
    grammar: GoalGrammar,
    sentence: Sentence,
    figure: _Figure,
    state: _State,
    names: _Mask,
    benefits: _Mask,
    lead: _Figure | None = None,
    given: str = "",
) -> Goal | None:
    """The goal of one figure, or None where the figure is none."""
    clean, measure = paper.clean, figure.measure
    left = clean[figure.left : measure.number_start]
    if lead is not None:
        left = clean[lead.left : lead.measure.number_start]
    op, op_entry = _relation(clean, grammar, figure, left)
    after = grammar.op_after.match(clean, measure.end)
    behind_at = after.end() if after else measure.end
    behind = clean[behind_at : figure.right]
    dated = state.listed is not None or figure_dated(paper, sentence, measure)
    if _is_none(paper, grammar, sentence, figure, left, behind, bool(after), dated, names, benefits):
        return None
    noun, noun_start, subject, where = _indicator(paper, grammar, figure, left, behind, behind_at, state, lead)
    if given:
        noun, where = given, "shared"
    if len(noun) < 2 or grammar.not_goals.search(noun):
        return None
    if _counts_nothing(grammar, measure, clean, left, noun, where, clean[sentence.start : measure.end]):
        return None
    period = _period(paper, grammar, sentence, figure, state)
    if op == "=" and left.startswith("、") and measure.unit == "次" and grammar.at_least.search(clean, figure.left - 24, figure.left):
        op = ">="
    if period is not None and period.start < figure.left and paper.year is not None and period.period.when:
        clause = clean[_clause_start(clean, sentence.start, measure.start) : measure.end]
        if int(period.period.when[:4]) < paper.year and grammar.promised.search(clause):
            period = None  # a promise behind the date of something past
    mode = _mode(paper, grammar, sentence, figure, left, period, noun, state.listed is not None)
    if mode == "level" and state.increase and measure.unit in grammar.count_units and not grammar.goal_verb.search(left):
        mode = "increase"
    if where == "behind" and mode == "level" and period is None and subject and re.search(r"产能|能力$", noun) and not grammar.goal_verb.search(left):
        mode = "baseline"
    when, when_op = _when(period)
    if mode == "level" and period is None and lead is None and figure.bracket is None and not state.subject:
        state.subject = subject
    quote_start = noun_start if noun_start is not None else _quote_start(paper, grammar, figure, clean)
    quote_end = behind_at + len(behind) if where == "behind" else _figure_end(grammar, clean, figure)
    if figure.bracket and where == "before bracket":
        quote_end = min(figure.bracket[1] + 1, sentence.end)
    quote, start = paper.text.quote(min(quote_start, measure.number_start), max(quote_end, measure.end))
    if re.search(r"占[^占]{0,24}$", clean[figure.left : measure.number_start]) and where == "before" and measure.unit != "%":
        state.before, state.before_start, state.of = state.indicator, state.indicator_span[0], noun
    state.indicator, state.unit = noun, measure.unit
    state.indicator_span = (quote_start, quote_end)
    state.increase = mode == "increase" and measure.unit in grammar.count_units
    doubt = {"inherited": "the indicator is named by an earlier figure", "clause before": "the indicator stands in the clause before"}.get(where)
    return Goal(
        indicator=noun, subject=subject or (paper.head.region or None), op=op, value=measure.value, value_max=measure.value_max,
        unit=_unit(measure, noun), mode=mode, when=when, when_op=when_op, quote=quote, start=start,
        section=paper.section_at(measure.start), confidence=0.75 if doubt else 0.95, reason=doubt,
        made_by=tuple(e for e in (op_entry, f"goals:{where}") if e),
    )


def _unit(measure: Measure, indicator: str) -> str:
    """The unit as printed; yuan of a value per kWh are 元/kWh, as the name says."""
    if measure.unit == "元" and "度电" in indicator:
        return "元/kWh"
    return "百分点" if measure.unit == "个百分点" else measure.unit


def _figure_end(grammar: GoalGrammar, clean: str, figure: _Figure) -> int:
    after = grammar.op_after.match(clean, figure.measure.end)
    return after.end() if after else figure.measure.end


def _quote_start(paper: Manuscript, grammar: GoalGrammar, figure: _Figure, clean: str) -> int:
    found = grammar.quote_lead.match(clean, figure.left, figure.measure.number_start)
    return found.end() if found else figure.left


def _relation(clean: str, grammar: GoalGrammar, figure: _Figure, left: str) -> tuple[str, str]:
    """The relation of a figure and the lexicon entry that tells it; a word behind the figure decides over one before."""
    if figure.measure.inner:
        return ">", f"goals:gt_after:{figure.measure.inner}"
    after = grammar.op_after.match(clean, figure.measure.end)
    if after:
        group = grammar.after_group[after["word"]]
        if after["incl"] and group == "lt_after":
            group = "le_after"
        if group in ("ge_after", "lt_after") and grammar.at_most.search(left):
            return ("<" if group == "lt_after" else ">="), f"goals:{group}:{after.group()}"
        return grammar.op_of[group], f"goals:{group}:{after.group()}"
    before = grammar.op_before.search(left) or grammar.op_before.search(grammar.plain_verbs.sub("", left))
    if before and before.lastgroup:
        return grammar.op_of[before.lastgroup], f"goals:{before.lastgroup}:{before[before.lastgroup]}"
    return "=", ""


def _names_a_kind(paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, measure: Measure) -> bool:
    """`20亿以上企业5家`, `投资超过10亿元的项目`, 百亿级: the figure tells which ones are meant and is no target itself."""
    if measure.scaled:
        return True
    if measure.unit in grammar.count_units:
        return False
    clean = paper.clean
    after = grammar.op_after.match(clean, measure.end)
    at = after.end() if after else measure.end
    limit = next((i for i in range(at, sentence.end) if clean[i] in _BOUNDARY), sentence.end)
    behind = clean[at:limit]
    thing = re.sub(r"^(?:的|规模|级|优质|重大|大|龙头|标志性)+", "", behind)
    number = clean[measure.number_start : measure.number_end]
    class_of = bool(re.match(r"级|优质|重大|大项目", behind)) or ("元" in measure.unit and not re.search(r"\d", number))
    return bool(grammar.qualifies.match(thing)) and (bool(after) or behind.startswith("的") or class_of)


def _is_none(
    paper: Manuscript,
    grammar: GoalGrammar,
    sentence: Sentence,
    figure: _Figure,
    left: str,
    behind: str,
    compared: bool,
    dated: bool,
    names: _Mask,
    benefits: _Mask,
) -> bool:
    """Whether a figure is no target for what it stands in or counts."""
    clean, measure = paper.clean, figure.measure
    if names.holds(measure.start, measure.end):
        return True
    unit = measure.unit
    quoted = clean.rfind("“", max(sentence.start, measure.start - 30), measure.start)
    if quoted >= 0 and clean.find("”", quoted, measure.start) < 0 and clean.find("”", measure.end, measure.end + 30) >= 0:
        return True
    titled = clean.rfind("《", sentence.start, measure.start)
    if titled >= 0 and clean.find("》", titled, measure.start) < 0:
        return True
    money = "元" in unit or unit in ("%", "亿", "万") or unit in grammar.time_units
    clause = clean[_clause_start(clean, sentence.start, measure.start) : figure.right]
    fund = re.match(r"的[^，、]{0,20}(?:资金|基金)", behind) and "规模" in left
    held = benefits.holds(measure.start, measure.end) and not re.match(r"[^，、]{0,8}(?:产能|能力|产量)", behind)
    if held and unit not in grammar.count_units and not fund:
        return True
    if "元" in unit and grammar.threshold.search(left) and not fund and not dated:
        return not re.search(r"力争|目标|确保|争取|规模|总额|资金|基金", left)  # who may come in, not what is to be reached
    if benefits.many and compared and unit not in grammar.count_units and unit != "%" and not dated and not fund:
        return True  # in a paper of incentives an undated threshold says who may apply
    # Thresholds of an incentive: `投资1亿元以上的，给予…奖励`.
    if (money or unit not in grammar.count_units) and not paper.periods_in(sentence.start, measure.start):
        if grammar.granted.search(clean, measure.start, sentence.end) or grammar.granted.search(clean, sentence.start, measure.start):
            return not re.match(r"的[^，、]{0,20}(?:资金|基金)", behind)
    if money and grammar.benefit.search(clause) and not grammar.head.search(left) and not re.search(r"资金|基金", clause):
        return True
    if re.search(r"每(?:增加|新增|满|引进|完成|达)[^，；。]{0,16}$", left):
        return True  # `每新增投资1000万元`: a step of a scale
    if unit in grammar.time_units:
        return not (grammar.time_head.search(left) and re.search(r"压|缩|控制|降|减|不超过|以内|提高|延长|提前", left + behind))
    has_head = bool(grammar.value_head_end.search(grammar.trailing.sub("", left)))
    if unit in grammar.spec_units and not has_head:
        return True
    # `203万吨电解铝项目`: the capacity in a project's name.
    if unit not in grammar.count_units and not money and not has_head and grammar.project_behind.match(behind):
        return True
    if behind.startswith("的，") or (behind in ("的", "以上的") and clean[figure.right : figure.right + 1] == "，"):
        return True
    if re.match(r"(?:级|强|周年|大会|高地|工程)", behind) and unit in grammar.count_units:
        return True
    return False


def figure_dated(paper: Manuscript, sentence: Sentence, measure: Measure) -> bool:
    """Whether the sentence names a date before a figure."""
    return any(p.period.when for p in paper.periods_in(sentence.start, measure.start))


def _clause_start(clean: str, start: int, at: int) -> int:
    return max(start, *(clean.rfind(c, start, at) + 1 for c in "，；。："))


def _noun_behind(paper: Manuscript, grammar: GoalGrammar, figure: _Figure) -> str:
    clean = paper.clean
    after = grammar.op_after.match(clean, figure.measure.end)
    return _behind_noun(grammar, figure.measure, clean[after.end() if after else figure.measure.end : figure.right])


def _behind_noun(grammar: GoalGrammar, measure: Measure, behind: str) -> str:
    """The noun that a count or an amount stands before, or nothing."""
    words = behind.removeprefix("的") if measure.unit in grammar.count_units else behind
    if not words or (grammar.not_noun.match(words) and not ("的" in words and re.match(r"在|具有|能够|从事", words))):
        return ""
    if len(words) > 20 and "的" in words[:-2]:
        words = words[words.index("的") + 1 :]
    words = re.sub(r"^“[^”]*[—–-][^”]*”(?=.{2})", "", words)
    words = re.split(r"（", words, maxsplit=1)[0] if words.count("（") != words.count("）") else words
    cut = grammar.head_then_verb.match(words)
    words = cut["noun"] if cut and measure.unit not in grammar.count_units else words
    words = re.sub(r"(?:以上|左右|，|、|和|及|与|并|等)+$", "", words)
    return words if len(words) <= _LONGEST_NOUN else words[:_LONGEST_NOUN]


def _indicator(
    paper: Manuscript,
    grammar: GoalGrammar,
    figure: _Figure,
    left: str,
    behind: str,
    behind_at: int,
    state: _State,
    lead: _Figure | None,
) -> tuple[str, int | None, str | None, str]:
    """(indicator, where its words begin, subject, how it was found)."""
    clean, measure = paper.clean, figure.measure
    counted = measure.unit in grammar.count_units
    begin = (lead or figure).left
    noun, offset, subject = _noun_before(paper, grammar, left, begin)
    noun_behind = _behind_noun(grammar, measure, behind)
    if measure.unit == "%" and left == "的" and state.before and state.of:
        # `甲…元，占乙…元的N%`: the share of the one in the other.
        return f"{state.before}占{state.of}", state.before_start, subject or state.subject, "share"
    produced = re.search(r"年(?:产|加工|处理|生产|供|回收)$", left)
    if produced and noun_behind and not re.search(r"产能|能力|规模", noun_behind):
        thing = re.sub(r"(?:的)?(?:生产线|项目|装置|工厂|系统|生产基地|基地)$", "", noun_behind)
        return f"{thing}年产量", None, subject, "behind"
    if counted and noun_behind and (not noun or not grammar.head_end.search(noun) or grammar.count_verb.search(left)):
        return noun_behind, None, subject, "behind"
    if measure.unit == "%" and noun and noun_behind and not grammar.head.search(noun) and not grammar.change.search(left):
        return f"{noun}{noun_behind}"[:_LONGEST_NOUN], offset, subject, "behind"
    if noun and re.match(r"年产(?!值|能|量|业|出)", noun) and not grammar.value_head_end.search(noun):
        return f"{noun[2:]}年产量", offset, subject, "before"
    fund = re.match(r"的([^，、]{0,20}(?:资金|基金))$", behind)
    if fund and noun:
        return f"{fund[1]}{noun}", offset, subject, "behind"
    if noun and noun_behind and not counted and re.fullmatch(r"(?:规划|设计|总|年)*(?:产能|规模|能力|产量)", noun):
        return f"{noun_behind}{noun}", offset, subject, "behind"
    if noun:
        if noun_behind and not counted and grammar.head_end.search(noun_behind) and not grammar.head_end.search(noun):
            return f"{noun}{noun_behind}"[:_LONGEST_NOUN], offset, subject, "behind"
        of = re.fullmatch(r"(?:占|占比|占比达|比重|占全部|份额)(?P<rest>.*)", noun)
        if of and state.indicator and lead is None:
            return f"{state.indicator}{noun}", None, subject or state.subject, "inherited"
        return noun, offset, subject, "before"
    if noun_behind and (not counted or noun_behind) and (grammar.head_end.search(noun_behind) or counted):
        return noun_behind, None, subject, "behind"
    if figure.bracket:
        before = _before_bracket(paper, grammar, figure.bracket[0], state)
        if before:
            return before, state.indicator_span[0] if state.indicator_span[1] else None, subject, "before bracket"
    if state.indicator and (_like(state.unit, measure.unit) or measure.unit == "%"):
        if measure.unit == "%" and state.unit != "%":
            of = "占比" if "占" in left else "增长" if "增" in left else ""
            return (f"{state.indicator}{of}" if of else ""), None, state.subject, "inherited"
        return state.indicator, None, state.subject, "inherited"
    if noun_behind and not counted and not re.search(r"(?:项目|工程)$", noun_behind):
        return noun_behind, None, subject, "behind"
    verb = grammar.verb_noun.search(left)
    if verb:
        return verb.group(), None, subject, "before"
    return "", None, None, "none"


def _like(a: str, b: str) -> bool:
    def kind(unit: str) -> str:
        return unit.lstrip("万亿千百")

    return bool(a) and kind(a) == kind(b)


def _before_bracket(paper: Manuscript, grammar: GoalGrammar, bracket: int, state: _State) -> str:
    """The indicator that a bracket with a figure speaks of: the noun right before it, else the figure's before it."""
    clean = paper.clean
    start = max(clean.rfind(c, 0, bracket) for c in _BOUNDARY + "》）") + 1
    measures = paper.measures_in(start, bracket)
    if measures:
        return state.indicator
    noun, _, _ = _noun_before(paper, grammar, clean[start:bracket], start)
    return noun


def _noun_before(paper: Manuscript, grammar: GoalGrammar, left: str, begin: int) -> tuple[str, int | None, str | None]:
    """The noun phrase that ends right before a figure: periods, verbs, comparisons and the subject taken away."""
    words = grammar.trailing.sub("", left)
    kept_verb = re.match(r"(?:培训|改造|建设|服务)", left[len(words) :])
    if kept_verb and len(words) > 2 and not grammar.value_head_end.search(words):
        words += kept_verb.group()
    start = 0
    subject: str | None = None
    for _ in range(8):
        before = start
        found = grammar.period_words.match(words, start)
        if found and found.end() > start:
            start = found.end()
        found = grammar.leading.match(words, start)
        if found and found.end() > start and not grammar.keeps.match(words, start):
            start = found.end()
        own = grammar.subject.match(words, start)
        if own and own.end() > start and subject is None:
            subject, start = own.group(), own.end()
        if start == before:
            break
    words = words[start:]
    inner = grammar.period_words.search(words)
    if inner and inner.group():
        # `铝产业产值2025年达到`: a date behind the noun; `在2020年基础上` belongs to a comparison.
        head, rest = words[: inner.start()], words[inner.end() :]
        if len(rest) > 1 and (len(rest) > len(head) or grammar.value_head_end.search(rest)):
            words, start = rest, start + inner.end()
        else:
            words = head
    words = grammar.comparison.sub("", words)
    words = grammar.trailing.sub("", words)
    done = re.match(r".*(?:建成|达产|投产|竣工|完工|实施|落地|运营)后(?:每年|，)?(?:可|预计|将)*", words)
    if done and len(words) - done.end() > 1:
        words, start = words[done.end() :], start + done.end()
        again = grammar.leading.match(words)
        if again and not grammar.keeps.match(words):
            words, start = words[again.end() :], start + again.end()
    kept = re.split(r"(?:将|把|再将|力争|确保|预计|计划|争取|使(?!用)|推动|推进|带动|促进|实现|完成|形成(?!率)|解决)(?=[^率]{2,})", words)
    if len(kept) > 1 and len(kept[-1]) > 1:
        start += len(words) - len(kept[-1])
        words = kept[-1]
        own = grammar.subject.match(words)
        if own and subject is None and own.end() < len(words):
            subject, words = own.group(), words[own.end() :]
            start += own.end()
    if words.startswith("、") or words.startswith("和"):
        words, start = words[1:], start + 1
    parts = words.split("、")
    if len(parts) > 1 and grammar.past_figure.search(parts[0]):
        words = parts[-1]
    words = words.strip("，、：；的")
    if len(words) > _LONGEST_NOUN:
        words = words[-_LONGEST_NOUN:]
    if not re.search(r"[\u4e00-\u9fffA-Za-z]", words):
        return "", None, subject
    return words, begin + start, subject


def _counts_nothing(
    grammar: GoalGrammar, measure: Measure, clean: str, left: str, noun: str, where: str, sentence_words: str
) -> bool:
    """A count that is a way of speaking (五个方面), or closes a list of names (甲、乙2个园区)."""
    if measure.unit not in grammar.count_units:
        return False
    number = clean[measure.number_start : measure.number_end]
    spoken = not re.search(r"\d", number)
    if grammar.not_counted.search(noun) or (spoken and where == "before" and "、" in noun):
        return True
    if measure.unit in ("次", "场", "期") and not re.search(r"每|不少于|至少|以上|累计|全年", sentence_words):
        return True
    if measure.unit == "次" and re.search(r"每", sentence_words):
        return False
    if measure.value == 1 and spoken and not re.search(r"至少|不少于|每|以上", left + clean[measure.end : measure.end + 2]):
        return True
    if left.endswith("等") and not (not spoken and re.search(r"建成|投产|达产|开工|竣工", clean[measure.end : measure.end + 24])):
        return True
    if grammar.refers_back.search(left) or (not left and re.search(r"(?:后|时|中|均|都|已|全部)$", noun)):
        return True
    if spoken and left[-1:] in ("”", "》", "）"):
        return True
    if where == "behind":
        lead = left[-14:]
        if "、" in lead and not grammar.goal_verb.search(lead) and not lead.endswith("、"):
            return not lead.endswith("等")
        if spoken and not grammar.goal_verb.search(left):
            return True
    return False


def _period(
    paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, figure: _Figure, state: _State
) -> PeriodMention | None:
    """The date of a figure: in its bracket, else the nearest before it in the sentence, else the list's."""
    clean, at = paper.clean, figure.measure.start
    if figure.bracket:
        inside = [p for p in paper.periods_in(*figure.bracket) if not _compared(clean, p)]
        if inside:
            return inside[0]
    brackets = _brackets(clean, sentence.start, sentence.end)
    near = [
        p for p in paper.periods_in(sentence.start, at)
        if p.end <= figure.measure.number_start and not _compared(clean, p) and not _within(brackets, p.start, figure.bracket)
        and clean[p.end : p.end + 1] != "度" and not clean[p.start : p.end].endswith("均") and (p.period.when is not None or p.period.when_op == "each" or p.period.relative)
    ]
    while near:
        found = near.pop()
        stop = next((i for i in range(found.end, at) if clean[i] in "，；："), at)
        begin = _clause_start(clean, sentence.start, found.start)
        if stop - found.end < 2 and found.period.when_op != "by":
            stop = next((i for i in range(stop + 1, at) if clean[i] in "，；："), at)
        if "-" in (found.period.when or "") and "；" in clean[found.end : at]:
            continue  # the month of an event, told before the semicolon
        if grammar.after_done.search(clean, stop, at):
            continue
        if stop < at and grammar.event_words.search(clean, begin, stop):
            continue  # the date of what happened in that clause
        return found
    behind = next((p for p in paper.periods_in(figure.measure.end, min(figure.measure.end + 12, sentence.end)) if clean[figure.measure.end : p.start] in ("（", "以上（", "左右（")), None)
    if behind is not None and behind.period.when:
        return behind
    return state.listed


def _compared(clean: str, period: PeriodMention) -> bool:
    """`较2020年`, `比上年`, `在2020年基础上`: a base, not a date."""
    return bool(re.search(r"(?:较|比|相比|以|与|从)$", clean[max(0, period.start - 2) : period.start])) and not clean.startswith("到", period.start) and (
        not clean[max(0, period.start - 1) : period.start] == "从"
    ) or clean.startswith(("基础上", "的基础上", "相比", "为基", "基数"), period.end)


def _mode(
    paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, figure: _Figure, left: str, period: PeriodMention | None, noun: str,
    listed: bool,
) -> str:
    clean = paper.clean
    year = paper.year
    clause = clean[_clause_start(clean, sentence.start, figure.measure.start) : figure.measure.end]
    past = grammar.past.search(clause) or (figure.bracket is None and grammar.past_lead.match(clean, sentence.start))
    dated = period.period.when if period is not None else None
    if dated and year is not None and int(dated[:4]) < year:
        return "baseline"
    seen = paper.head.issued_in or ""
    if dated and len(seen) == 10 and period is not None and period.period.last is not None and period.period.last.isoformat() < seen:
        return "baseline"
    if dated and year is None and period is not None and period.period.when_op == "in":
        told = clean[sentence.start : figure.measure.end]
        if int(dated[:4]) <= paper.past_year or (not paper.is_ruling and not grammar.future.search(told)):
            return "baseline"
    if not past and not dated and not grammar.future.search(clean, sentence.start, figure.measure.end):
        # `已形成…链条，电解铝产能61.5万吨`: what a sentence tells as done goes for its later clauses; news tell what is.
        if re.search(r"已(?!批|审)", clean[sentence.start : figure.measure.start]):
            return "baseline"
        paragraph = paper.text.paragraphs[sentence.paragraph]
        if paper.is_news and not listed and not paper.has_targets(paragraph.start, paragraph.end) and not _of_project(clean, sentence, figure, left):
            return "baseline"
    if past and not (dated and year is not None and int(dated[:4]) > year) and not grammar.future.search(clause):
        return "baseline"
    change = grammar.change.search(left)
    if grammar.rate.search(left) and figure.measure.unit in ("%", "百分点", "个百分点", "倍"):
        return "growth_rate"
    if change and figure.measure.unit in ("%",) and change.group() == "增长":
        by = period is not None and period.period.when_op == "by"
        return "increase" if by else "growth_rate"
    if change:
        return "increase"
    if grammar.change_noun.search(grammar.period_words.sub("", left)):
        return "level" if figure.measure.unit == "%" and "新增" in noun else "increase"
    return "level"


_PROJECT_FIGURE = re.compile(r"投资|年产|年处理|产能|规模|年产值|销售|税|就业|岗位|增加值|收入|生产线|利润|建设|达产|投产|规划")


def _of_project(clean: str, sentence: Sentence, figure: _Figure, left: str) -> bool:
    """Whether a figure of a news text is what a project is planned to be or bring."""
    words = clean[sentence.start : figure.right]
    return bool(_PROJECT_FIGURE.search(left + clean[figure.measure.end : figure.right])) and ("项目" in words or "基地" in words or "年" in left)


def _when(period: PeriodMention | None) -> tuple[str | None, str | None]:
    if period is None:
        return None, None
    value = period.period
    if value.when_op == "each":
        return None, "each"
    return (value.when, value.when_op) if value.when else (None, None)
