"""Figures of a sentence with the words around them, and the spans that they may lie in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lvlian.plan.goals.grammar import GoalGrammar
from lvlian.plan.manuscript import Manuscript, Sentence
from lvlian.quantity.measure import Measure

Span = tuple[int, int]


BOUNDARY = "，；。：！？\n、"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with what stands around it. `left` is where its own words begin, `right` where those behind it end."""

    measure: Measure
    left: int
    right: int
    bracket: Span | None
    """The bracket that it stands in."""


class Mask:
    """Spans that a figure may lie in."""

    def __init__(self, spans: list[Span], dominant: bool = False) -> None:
        self._spans = spans
        self.dominant = dominant
        """Whether most figures of the paper lie in these spans: they are what it is about."""
        self._starts = [s for s, _ in spans]
        reach, self._reach = 0, []
        for _, end in spans:
            reach = max(reach, end)
            self._reach.append(reach)

    def holds(self, start: int, end: int) -> bool:
        i = bisect_right(self._starts, start) - 1
        while i >= 0 and self._reach[i] >= end:
            if self._spans[i][1] >= end:
                return True
            i -= 1
        return False


def find_figures(
    paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, measures: Sequence[Measure]
) -> list[Figure]:
    clean = paper.clean
    brackets = find_brackets(clean, sentence.start, sentence.end)
    out: list[Figure] = []
    for i, measure in enumerate(measures):
        bracket = next(((a, b) for a, b in brackets if a < measure.start < b), None)
        left = bracket[0] + 1 if bracket else sentence.start
        for at in range(measure.number_start - 1, left - 1, -1):
            char = clean[at]
            if char in "，；：。！？" and not within(brackets, at, bracket):
                left = at + 1
                break
        if i and measures[i - 1].end > left:
            previous = measures[i - 1]
            after = grammar.op_after.match(clean, previous.end)
            left = max(left, after.end() if after else previous.end)
            # `签约31个项目、金额210亿元`: the noun behind the figure before is its own.
            joint = max(clean.rfind(c, left + 1, measure.number_start - 1) for c in "、和")
            if (
                joint > left
                and clean[left] != "、"
                and joint - left > 1
                and "分别" not in clean[left : measure.number_start]
            ):
                left = joint
                if out and out[-1].right > joint:
                    out[-1] = replace(out[-1], right=joint)
        limit = bracket[1] if bracket else sentence.end
        right = measure.end
        while right < limit and (
            clean[right] not in BOUNDARY
            or within(brackets, right, bracket)
            or _goes_on(clean, grammar, right, limit, measure)
        ):
            right += 1
        if i + 1 < len(measures):
            right = min(right, max(measure.end, measures[i + 1].number_start))
        out.append(Figure(measure, left, right, bracket))
    return out


def _goes_on(clean: str, grammar: GoalGrammar, at: int, limit: int, measure: Measure) -> bool:
    """`10名科学院、工程院院士`: a 、 inside the counted noun, not before a new verb or figure."""
    if clean[at] != "、" or measure.unit not in grammar.count_units or at == measure.end:
        return False
    if re.match(r"(?:以上|左右)?(?:能够|具有|掌握|站在|紧跟|从事|在)[^的]*$", clean[measure.end : at]):
        return True  # a describing clause goes on to its 的
    rest = re.split(r"[，；。：！？\n、]", clean[at + 1 : limit], maxsplit=1)[0]
    return not re.search(r"\d", rest) and not grammar.goal_verb.match(rest) and len(rest) > 1


def find_brackets(clean: str, start: int, end: int) -> list[Span]:
    out, stack = [], []
    for at in range(start, end):
        if clean[at] == "（":
            stack.append(at)
        elif clean[at] == "）" and stack:
            out.append((stack.pop(), at))
    return sorted(out, key=lambda s: s[1] - s[0])


def within(brackets: list[Span], at: int, own: Span | None) -> bool:
    """Whether a place lies in a bracket other than the figure's own."""
    return any(a < at < b for a, b in brackets if own is None or ((a, b) != own and own[0] <= a))


_CONNECTOR = re.compile(r"(?:[、和及与，]|以及|分别|到|至|约|约为)*$")


def listed_with(clean: str, grammar: GoalGrammar, a: Figure, b: Figure) -> bool:
    """Whether two figures stand in one list (`65家和15家`), told by nothing but a connector between them."""
    if a.bracket != b.bracket:
        return False
    after = grammar.op_after.match(clean, a.measure.end)
    between = clean[after.end() if after else a.measure.end : b.measure.number_start]
    if between == "，" and a.measure.unit != b.measure.unit:
        return False
    return bool(between) and len(between) <= 3 and bool(_CONNECTOR.fullmatch(between)) and between not in ("到", "至")


def clause_start(clean: str, start: int, at: int) -> int:
    return max(start, *(clean.rfind(c, start, at) + 1 for c in "，；。："))


def figure_end(grammar: GoalGrammar, clean: str, figure: Figure) -> int:
    after = grammar.op_after.match(clean, figure.measure.end)
    return after.end() if after else figure.measure.end


def names_a_kind(paper: Manuscript, grammar: GoalGrammar, sentence: Sentence, measure: Measure) -> bool:
    """`20亿以上企业5家`, `投资超过10亿元的项目`, 百亿级: the figure tells which ones are meant and is no target itself."""
    if measure.scaled:
        return True
    if measure.unit in grammar.count_units:
        return False
    clean = paper.clean
    if (
        measure.unit in grammar.spec_units
        and clean[measure.end : measure.end + 1] not in ("", *"，；。、：）\n")
        and not (grammar.op_after.match(clean, measure.end))
    ):
        return True  # `20个500千伏输变电工程`
    after = grammar.op_after.match(clean, measure.end)
    at = after.end() if after else measure.end
    limit = next((i for i in range(at, sentence.end) if clean[i] in BOUNDARY), sentence.end)
    behind = clean[at:limit]
    thing = re.sub(r"^(?:的|规模|级|优质|重大|大|龙头|标志性)+", "", behind)
    whose = (
        behind.startswith("的")
        and bool(re.search(rf"(?:{grammar.qualifies.pattern})$", behind[-12:]))
        and len(behind) <= 24
    )
    above = bool(re.search(r"(?:超|超过|过|达|达到|突破)$", clean[sentence.start : measure.number_start]))
    if above and "元" in measure.unit and grammar.qualifies.match(behind):
        return True  # `营业收入超50亿元企业5家`
    if whose and (
        after or re.search(r"(?:超|超过|达|达到|突破|过|不低于)$", clean[sentence.start : measure.number_start])
    ):
        return True
    number = clean[measure.number_start : measure.number_end]
    class_of = bool(re.match(r"级|优质|重大|大项目", behind)) or ("元" in measure.unit and not re.search(r"\d", number))
    return bool(grammar.qualifies.match(thing)) and (bool(after) or behind.startswith("的") or class_of)
