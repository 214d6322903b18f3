"""Goals: every quantified target or baseline, with its indicator, relation, mode and date.

A figure with a unit is a goal unless it is a name's (a project's capacity, 500强), an incentive's (奖励100万元), a
qualifier's (投资10亿元以上项目) or a way of speaking (五个方面). The noun before the figure names the indicator, or, for
counts, the noun behind it; the nearest word of comparison gives the relation; the date of the sentence holds, and that
of the head of a list of targets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lvlian.plan.facts import Goal
from lvlian.plan.goals.figure import (
    Figure,
    Mask,
    Span,
    clause_start,
    figure_end,
    find_figures,
    listed_with,
    names_a_kind,
)
from lvlian.plan.goals.grammar import GoalGrammar, goal_grammar
from lvlian.plan.goals.indicator import indicator_of, noun_behind, shared_nouns
from lvlian.plan.goals.rejection import counts_nothing, figure_dated, is_no_goal
from lvlian.plan.goals.state import State
from lvlian.plan.goals.timing import date_of, listed_dates, mode_of, new_scope, note_listed_date, period_of
from lvlian.plan.manuscript import Manuscript, Sentence
from lvlian.quantity.measure import Measure


def read_goals(paper: Manuscript, names: Sequence[Span] = (), benefits: Sequence[Span] = ()) -> list[Goal]:
    """All goals in order of the text.

    `names` are clean spans of project names (their capacities are no goals), `benefits` those of incentives.
    """
    grammar = goal_grammar()
    out: list[Goal] = []
    state = State()
    masked = Mask(sorted([*names, *paper.titles]))
    given = Mask(sorted(benefits))
    held = sum(1 for m in paper.measures if given.holds(m.start, m.end))
    given.dominant = held >= 6 and held >= 0.5 * len(paper.measures)
    for sentence in paper.spoken:
        out.extend(_sentence(paper, grammar, sentence, state, masked, given))
    return out


def _sentence(
    paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, state: State, names: Mask, benefits: Mask
) -> list[Goal]:
    clean = paper.clean
    measures = [
        m for m in paper.measures_in(sentence.start, sentence.end) if not names_a_kind(paper, grammar, sentence, m)
    ]
    new_scope(paper, sentence, state)
    out: list[Goal] = []
    if measures:
        state.indicator, state.unit, state.before, state.of, state.increase = "", "", "", "", False
        state.subject = None
        figures = find_figures(paper, grammar, sentence, measures)
        k = 0
        while k < len(figures):
            group = [figures[k]]
            while k + len(group) < len(figures) and listed_with(clean, grammar, group[-1], figures[k + len(group)]):
                group.append(figures[k + len(group)])
            out.extend(_group(paper, grammar, sentence, group, state, names, benefits))
            k += len(group)
    else:
        _note_firm(paper, grammar, sentence, state)
    note_listed_date(paper, sentence, state)
    return out


def _group(
    paper: Manuscript,
    grammar: GoalGrammar,
    sentence: Sentence,
    group: list[Figure],
    state: State,
    names: Mask,
    benefits: Mask,
) -> list[Goal]:
    """The goals of a row of figures that share their words."""
    first = group[0]
    if len(group) == 1:
        goal = _goal(paper, grammar, sentence, first, state, names, benefits)
        return _each(paper, grammar, first, goal) if goal else []
    clean = paper.clean
    nouns = shared_nouns(paper, grammar, sentence, first, len(group))
    if group[-1].measure.unit.endswith("百分点"):
        # `14.9个、10.3个和14.6个百分点`: the unit is printed in full only once.
        group = [
            replace(f, measure=replace(f.measure, unit=group[-1].measure.unit)) if f.measure.unit == "个" else f
            for f in group
        ]
    dates = listed_dates(paper, sentence, first, len(group))
    out: list[Goal] = []
    kept = ""
    for i, figure in enumerate(group):
        lead, given = first if i else None, nouns[i] if nouns else ""
        goal = _goal(paper, grammar, sentence, figure, state, names, benefits, lead, given)
        if goal is None:
            continue
        if dates:
            goal = replace(goal, when=dates[i][0], when_op=dates[i][1])
        if i and not nouns and not _own_noun(paper, grammar, figure):
            goal = replace(goal, indicator=kept or goal.indicator)
        if i == 0:
            kept = goal.indicator
        else:
            quote, start = paper.text.quote(
                _quote_start(paper, grammar, first, clean), figure_end(grammar, clean, figure)
            )
            goal = replace(goal, quote=quote, start=start)
        out.append(goal)
    return out


_EACH = re.compile(r"(?P<nouns>[^，；。：]{2,30}?)(?:各自?|均)(?:[^，；。、]{0,8})$")


def _each(paper: Manuscript, grammar: GoalGrammar, figure: Figure, goal: Goal) -> list[Goal]:
    """`甲和乙各降低5%`, `甲、乙占比均在80%以上`: one figure said of several nouns gives one goal for each."""
    left = paper.clean[figure.left : figure.measure.number_start]
    if not _EACH.search(left):
        return [goal]
    nouns = shared_nouns(paper, grammar, None, figure, 2) or shared_nouns(paper, grammar, None, figure, 3)
    return [replace(goal, indicator=noun) for noun in nouns] if nouns else [goal]


def _own_noun(paper: Manuscript, grammar: GoalGrammar, figure: Figure) -> bool:
    return bool(noun_behind(paper, grammar, figure))


def _goal(
    paper: Manuscript,
    grammar: GoalGrammar,
    sentence: Sentence,
    figure: Figure,
    state: State,
    names: Mask,
    benefits: Mask,
    lead: Figure | None = None,
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
    if is_no_goal(paper, grammar, sentence, figure, left, behind, bool(after), dated, names, benefits):
        return None
    noun, noun_start, subject, where = indicator_of(paper, grammar, figure, left, behind, behind_at, state, lead)
    if given:
        noun, where = given, "shared"
    if len(noun) < 2 or grammar.not_goals.search(noun):
        return None
    if counts_nothing(grammar, measure, clean, left, noun, where, clean[sentence.start : measure.end]):
        return None
    period = period_of(paper, grammar, sentence, figure, state)
    if (
        op == "="
        and left.startswith("、")
        and measure.unit == "次"
        and grammar.at_least.search(clean, figure.left - 24, figure.left)
    ):
        op = ">="
    if period is not None and period.start < figure.left and paper.year is not None and period.period.when:
        clause = clean[clause_start(clean, sentence.start, measure.start) : measure.end]
        if int(period.period.when[:4]) < paper.year and grammar.promised.search(clause):
            period = None  # a promise behind the date of something past
    mode = mode_of(paper, grammar, sentence, figure, left, period, noun, state.listed is not None)
    if (
        mode == "level"
        and state.increase
        and measure.unit in grammar.count_units
        and not grammar.goal_verb.search(left)
    ):
        mode = "increase"
    if (
        where == "behind"
        and mode == "level"
        and period is None
        and subject
        and re.search(r"产能|能力$", noun)
        and not grammar.goal_verb.search(left)
    ):
        mode = "baseline"
    when, when_op = date_of(period)
    if subject:
        state.subject = subject
    else:
        subject = state.subject or _of_firm(grammar, sentence, state, noun) or _headed(paper, measure.start, noun)
    quote_start = noun_start if noun_start is not None else _quote_start(paper, grammar, figure, clean)
    quote_end = behind_at + len(behind) if where == "behind" else figure_end(grammar, clean, figure)
    if figure.bracket and where == "before bracket":
        quote_end = min(figure.bracket[1] + 1, sentence.end)
    quote, start = paper.text.quote(min(quote_start, measure.number_start), max(quote_end, measure.end))
    if (
        re.search(r"占[^占]{0,24}$", clean[figure.left : measure.number_start])
        and where == "before"
        and measure.unit != "%"
    ):
        state.before, state.before_start, state.of = state.indicator, state.indicator_span[0], noun
    state.indicator, state.unit = noun, measure.unit
    state.indicator_span = (quote_start, quote_end)
    state.increase = mode == "increase" and measure.unit in grammar.count_units
    doubt = {
        "inherited": "the indicator is named by an earlier figure",
        "clause before": "the indicator stands in the clause before",
    }.get(where)
    return Goal(
        indicator=noun,
        subject=subject or (paper.head.region or None),
        op=op,
        value=measure.value,
        value_max=measure.value_max,
        unit=_unit(measure, noun),
        mode=mode,
        when=when,
        when_op=when_op,
        quote=quote,
        start=start,
        section=paper.section_at(measure.start),
        confidence=0.75 if doubt else 0.95,
        reason=doubt,
        made_by=tuple(e for e in (op_entry, f"goals:{where}") if e),
    )


def _note_firm(paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, state: State) -> None:
    """The firm at the head of a paragraph owns the bare figures of the sentences behind it."""
    if sentence.start != paper.text.paragraphs[sentence.paragraph].start:
        return
    words = paper.clean[sentence.start : sentence.end]
    first = grammar.firm_first.match(words)
    alone = first is not None and not grammar.firm_end.search(words, first.end())
    state.firm, state.firm_paragraph = (first["firm"], sentence.paragraph) if first and alone else ("", -1)


def _of_firm(grammar: GoalGrammar, sentence: Sentence, state: State, noun: str) -> str | None:
    """Whose output or value is by the firm that heads the paragraph."""
    return state.firm if sentence.paragraph == state.firm_paragraph and grammar.firm_figure.fullmatch(noun) else None


_HEADED = re.compile(r"(?:在建|未开工|新开工|续建|新建|拟建|已建成|存量|新落地|招商)(?:项目|企业)|链主企业|龙头企业")


def _headed(paper: Manuscript, position: int, noun: str) -> str | None:
    """Whose a bare figure (产值, 投资) is by the heading above: 在建项目, 未开工项目, 链主企业."""
    if len(noun) > 4:
        return None
    found = _HEADED.search(paper.section_at(position))
    return found.group() if found else None


def _unit(measure: Measure, indicator: str) -> str:
    """The unit as printed; yuan of a value per kWh are 元/kWh, as the name says."""
    if measure.unit == "元" and "度电" in indicator:
        return "元/kWh"
    return "百分点" if measure.unit == "个百分点" else measure.unit


def _quote_start(paper: Manuscript, grammar: GoalGrammar, figure: Figure, clean: str) -> int:
    found = grammar.quote_lead.match(clean, figure.left, figure.measure.number_start)
    return found.end() if found else figure.left


def _relation(clean: str, grammar: GoalGrammar, figure: Figure, left: str) -> tuple[str, str]:
    """The relation of a figure and the lexicon entry that tells it; a word behind the figure decides over one before."""
    if figure.measure.inner:
        return ">", f"goals:gt_after:{figure.measure.inner}"
    after = grammar.op_after.match(clean, figure.measure.end)
    if after:
        group = grammar.after_group[after["word"]]
        if after["incl"] and group == "lt_after":
            group = "le_after"
        return grammar.op_of[group], f"goals:{group}:{after.group()}"
    if re.search(r"(?:达到|达成|突破)年产[^，]{0,12}$", left):
        return ">=", "goals:ge_before:达到"
    before = grammar.op_before.search(left) or grammar.op_before.search(grammar.plain_verbs.sub("", left))
    if before and before.lastgroup:
        return grammar.op_of[before.lastgroup], f"goals:{before.lastgroup}:{before[before.lastgroup]}"
    return "=", ""
