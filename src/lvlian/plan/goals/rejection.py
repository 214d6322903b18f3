"""Figures that are no goals: names, thresholds of incentives, descriptions, ways of speaking."""

from __future__ import annotations

import re

from lvlian.plan.goals.figure import Figure, Mask, clause_start
from lvlian.plan.goals.grammar import GoalGrammar
from lvlian.plan.manuscript import Manuscript, Sentence
from lvlian.quantity.measure import Measure


def is_no_goal(
    paper: Manuscript,
    grammar: GoalGrammar,
    sentence: Sentence,
    figure: Figure,
    left: str,
    behind: str,
    compared: bool,
    dated: bool,
    names: Mask,
    benefits: Mask,
) -> bool:
    """Whether a figure is no target for what it stands in or counts."""
    clean, measure = paper.clean, figure.measure
    if names.holds(measure.start, measure.end):
        return True
    unit = measure.unit
    quoted = clean.rfind("“", max(sentence.start, measure.start - 30), measure.start)
    if (
        quoted >= 0
        and clean.find("”", quoted, measure.start) < 0
        and clean.find("”", measure.end, measure.end + 30) >= 0
    ):
        return True
    titled = clean.rfind("《", sentence.start, measure.start)
    if titled >= 0 and clean.find("》", titled, measure.start) < 0:
        return True
    money = "元" in unit or unit in ("%", "亿", "万") or unit in grammar.time_units
    clause = clean[clause_start(clean, sentence.start, measure.start) : figure.right]
    fund = re.match(r"的[^，、]{0,20}(?:资金|基金)", behind) and "规模" in left
    held = benefits.holds(measure.start, measure.end) and not re.match(r"[^，、]{0,8}(?:产能|能力|产量)", behind)
    if held and unit not in grammar.count_units and not fund:
        return True
    if "元" in unit and grammar.threshold.search(left) and not fund and not dated:
        return not re.search(
            r"力争|目标|确保|争取|规模|总额|资金|基金", left
        )  # who may come in, not what is to be reached
    if benefits.dominant and not dated and not fund and not re.search(r"力争|目标|确保|资金|基金|担保", clause):
        return True  # in a paper of incentives an undated figure says who may apply
    if re.search(r"第\d+、$", left):
        return True
    threshold = (money or unit not in grammar.count_units) and not paper.periods_in(sentence.start, measure.start)
    if threshold and grammar.granted.search(clean, sentence.start, sentence.end):
        return not re.match(r"的[^，、]{0,20}(?:资金|基金)", behind)
    if (
        money
        and grammar.benefit.search(clause)
        and not grammar.head.search(left)
        and not re.search(r"资金|基金", clause)
    ):
        return True
    if re.search(r"每(?:增加|新增|满|引进|完成|达)[^，；。]{0,16}$", left):
        return True  # `每新增投资1000万元`: a step of a scale
    if unit in grammar.time_units:
        return not (
            grammar.time_head.search(left) and re.search(r"压|缩|控制|降|减|不超过|以内|提高|延长|提前", left + behind)
        )
    has_head = bool(grammar.value_head_end.search(grammar.trailing.sub("", left)))
    if unit in grammar.spec_units and not has_head:
        return True
    if re.match(r"[^，；。]{0,16}为(?:链主|龙头|核心|依托|基础|主体|引领)", behind):
        return True  # `以甲公司60万吨电解铝为链主`: what the firm is, not what is to be reached
    # `203万吨电解铝项目`: the capacity in a project's name.
    if unit not in grammar.count_units and not money and not has_head and grammar.project_behind.match(behind):
        return not re.search(r"(?:布局|新增|规划)(?:建设)?$", left)
    if behind.startswith("的，") or (behind in ("的", "以上的") and clean[figure.right : figure.right + 1] == "，"):
        return True
    return unit in grammar.count_units and bool(re.match(r"(?:级|强|周年|大会|高地|工程)", behind))


def figure_dated(paper: Manuscript, sentence: Sentence, measure: Measure) -> bool:
    """Whether the sentence names a date before a figure."""
    return any(p.period.when for p in paper.periods_in(sentence.start, measure.start))


def counts_nothing(
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
    if (
        measure.value == 1
        and spoken
        and not re.search(r"至少|不少于|每|以上", left + clean[measure.end : measure.end + 2])
    ):
        return True
    if left.endswith("等") and not (
        not spoken
        and (
            re.search(r"建成|投产|达产|开工|竣工", clean[measure.end : measure.end + 24])
            or re.match(r"(?:[^，；。]{0,12})?(?:推进|续建|新建|建成|设立|打造|建设|创建)", left)
        )
    ):
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
