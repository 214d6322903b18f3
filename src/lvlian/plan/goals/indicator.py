"""The indicator of a figure: the noun before it, behind it, before its bracket, or named by an earlier figure."""

from __future__ import annotations

import re

from lvlian.plan.goals.figure import BOUNDARY, Figure
from lvlian.plan.goals.grammar import GoalGrammar
from lvlian.plan.goals.state import State
from lvlian.plan.manuscript import Manuscript, Sentence
from lvlian.quantity.measure import Measure

_LONGEST_NOUN = 42


def noun_behind(paper: Manuscript, grammar: GoalGrammar, figure: Figure) -> str:
    clean = paper.clean
    after = grammar.op_after.match(clean, figure.measure.end)
    return _behind_noun(grammar, figure.measure, clean[after.end() if after else figure.measure.end : figure.right])


def _behind_noun(grammar: GoalGrammar, measure: Measure, behind: str) -> str:
    """The noun that a count or an amount stands before, or nothing."""
    behind = re.sub(r"^（[^（）]{1,4}）", "", behind)  # `3家（个）`
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


def indicator_of(
    paper: Manuscript,
    grammar: GoalGrammar,
    figure: Figure,
    left: str,
    behind: str,
    behind_at: int,
    state: State,
    lead: Figure | None,
) -> tuple[str, int | None, str | None, str]:
    """(indicator, where its words begin, subject, how it was found)."""
    measure = figure.measure
    counted = measure.unit in grammar.count_units
    begin = (lead or figure).left
    noun, offset, subject = _noun_before(paper, grammar, left, begin)
    if counted and noun and (verb := grammar.counted_lead.match(noun)):
        noun = noun[verb.end() :]
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
    if (
        measure.unit == "%"
        and noun
        and noun_behind
        and not grammar.head.search(noun)
        and not grammar.change.search(left)
    ):
        return f"{noun}{noun_behind}"[:_LONGEST_NOUN], offset, subject, "behind"
    if noun.startswith(("高于", "低于", "快于", "优于")) and state.indicator and lead is None:
        return f"{state.indicator}{noun}", None, state.subject, "inherited"
    if not noun and measure.unit == "%" and behind.startswith("的") and len(behind) > 3:
        return behind[1:][:_LONGEST_NOUN], None, subject, "behind"
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
        if of and measure.unit != "%" and len(of["rest"]) > 1:
            return of["rest"], offset, subject, "before"
        if of and state.indicator and lead is None:
            return f"{state.indicator}{noun}", None, subject or state.subject, "inherited"
        return noun, offset, subject, "before"
    if noun_behind and (not counted or noun_behind) and (grammar.head_end.search(noun_behind) or counted):
        return noun_behind, None, subject, "behind"
    if figure.bracket:
        before, place = _before_bracket(paper, grammar, figure.bracket[0], state)
        if before:
            return before, place, subject, "before bracket"
    if re.match(r"[从由]", left) and begin > 1 and paper.clean[begin - 1] == "，":
        at = max(paper.clean.rfind(c, 0, begin - 1) for c in "，；。：\n") + 1
        if not paper.measures_in(at, begin - 1):
            before, place, owner = _noun_before(paper, grammar, paper.clean[at : begin - 1], at)
            if before and grammar.value_head_end.search(before):
                return before, place, owner, "clause before"
    if state.indicator and (_like(state.unit, measure.unit) or measure.unit == "%"):
        if measure.unit == "%" and state.unit != "%":
            moved = re.search(r"增长|下降|降低|提高|提升|减少|增幅|增", left)
            share_word = "占比" if "占" in left else moved.group() if moved else ""
            return (f"{state.indicator}{share_word}" if share_word else ""), None, state.subject, "inherited"
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


def _before_bracket(paper: Manuscript, grammar: GoalGrammar, bracket: int, state: State) -> tuple[str, int | None]:
    """The indicator that a bracket with a figure speaks of, and its place: the noun right before it, else the figure's before it."""
    clean = paper.clean
    start = max(clean.rfind(c, 0, bracket) for c in BOUNDARY + "》）") + 1
    measures = paper.measures_in(start, bracket)
    if measures:
        return state.indicator, state.indicator_span[0] if state.indicator_span[1] else None
    if start and clean[start - 1] in "》）":
        behind_title = _BEHIND_TITLE.match(clean, start)
        start = behind_title.end() if behind_title else start
    noun, place, _ = _noun_before(paper, grammar, clean[start:bracket], start)
    return noun, place


_BEHIND_TITLE = re.compile(r"(?:中|里)?(?:对于?|关于|的)?")


def _noun_before(paper: Manuscript, grammar: GoalGrammar, left: str, begin: int) -> tuple[str, int | None, str | None]:
    """The noun phrase that ends right before a figure: periods, verbs, comparisons and the subject taken away."""
    words = grammar.trailing.sub("", left)
    kept_verb = re.match(r"(?:培训|改造|建设|服务)", left[len(words) :])
    if kept_verb and len(words) > 2 and not grammar.value_head_end.search(words):
        words += kept_verb.group()
    marked = re.match(r"【[^】]*】", words)
    start = marked.end() if marked else 0
    compared = grammar.comparison.match(words, start)
    if compared:
        start = compared.end()
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
    kept = re.split(
        r"(?:将|把|再将|力争|确保|预计|计划|争取|使(?!用)|推动|推进|带动|促进|实现|完成|形成(?!率)|解决)(?=[^率]{2,})",
        words,
    )
    if len(kept) == 2 and re.fullmatch(r"[\u4e00-\u9fff]{2,6}", kept[0]) and words[len(kept[0]) :].startswith("实现"):
        words = kept[0] + kept[1]  # `氧化铝实现就地转化率80%`
    elif len(kept) > 1 and len(kept[-1]) > 1:
        start += len(words) - len(kept[-1])
        words = kept[-1]
        own = grammar.subject.match(words)
        if own and subject is None and own.end() < len(words):
            subject, words = own.group(), words[own.end() :]
            start += own.end()
    if words in ("投资", "产值", "任务") and re.search(r"[\u4e00-\u9fff]{2,}完成$", left[: left.rfind(words)]):
        # `重点项目完成投资30亿元`: the bare noun alone would lose whose it is.
        at = max(left.rfind("，"), left.rfind("；"), -1) + 1
        words, start = grammar.period_words.sub("", left[at : left.rfind(words) + len(words)])[-14:], at
    if words.startswith(("、", "和")):
        words, start = words[1:], start + 1
    parts = words.split("、")
    if len(parts) > 1 and grammar.past_figure.search(parts[0]):
        words = parts[-1]
    words = re.sub(r"(?:由|从)(?:目前|现在|现有|原来|当前)?的?$", "", words).strip("，、：；的")
    if len(words) > _LONGEST_NOUN:
        words = words[-_LONGEST_NOUN:]
    if not re.search(r"[\u4e00-\u9fffA-Za-z]", words):
        return "", None, subject
    return words, begin + start, subject


def shared_nouns(
    paper: Manuscript, grammar: GoalGrammar, sentence: Sentence | None, first: Figure, count: int
) -> list[str]:
    """`铝、铜产业产值分别…`: the names of as many indicators as there are figures, each with the shared head."""
    clean = paper.clean
    left = clean[first.left : first.measure.number_start]
    if sentence is None or ("分别" not in left and "各" not in left):
        candidates = [left]
    else:
        before = clean[sentence.start : first.left].rstrip("，")
        candidates = [left, re.split(r"[；。：]", before)[-1].split("，")[-1]] if before else [left]
    for words in candidates:
        words = _without_periods(paper, grammar, words)
        words = grammar.trailing.sub("", words)
        words = re.sub(r"(?:保持|位居|居|稳居|分别|依次|均|各自?(?!类|县|市|地|行)).*$", "", words)
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


def _without_periods(paper: Manuscript, grammar: GoalGrammar, words: str) -> str:
    return grammar.period_words.sub("", words)
