"""A plan as the checks see it: goals as exact figures, steps with their moments, the clean text with its outline."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypeVar, cast

from lvlian.chain.library import Library, load_library
from lvlian.finding import Evidence, Finding, Severity
from lvlian.plan.check.assumption import Assumption, Words, load_assumptions, load_words
from lvlian.plan.check.figure import OP_SIGNS, OP_WORDS, Bounds, Moment, bounds_of, exact, moment_of, shown
from lvlian.plan.check.name import indicator_core, is_firm, plain, same_firm
from lvlian.plan.facts import Duty, Fact, Goal, Heading, Milestone, PlanFacts
from lvlian.plan.manuscript import Manuscript
from lvlian.plan.outline import read_outline
from lvlian.plan.text import read_text

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A goal with its figures exact. `dimension` and `scale` by its unit (`money`, 元; `mass`, 吨; …), empty where the unit is unknown."""

    goal: Goal
    value: Decimal
    value_max: Decimal | None
    bounds: Bounds
    moment: Moment | None
    dimension: str
    scale: Decimal
    regional: bool
    section: str

    @property
    def year(self) -> int | None:
        return self.moment.year if self.moment else None

    @property
    def key(self) -> str:
        """The indicator without words that change nothing."""
        return indicator_core(self.goal.indicator)

    def printed(self) -> str:
        """The figure without its unit: `900 左右`, `105 以上`, `1—2`."""
        top = f"—{shown(self.value_max)}" if self.value_max is not None else ""
        word = OP_WORDS.get(self.goal.op, "")
        return (
            f"{word} {shown(self.value)}{top}".strip() if word == "超过" else f"{shown(self.value)}{top} {word}".strip()
        )

    def told(self) -> str:
        """The figure with its unit, as a plan writes it: `900亿元左右`, `5户以上`, `93.8%`."""
        top = f"—{shown(self.value_max)}" if self.value_max is not None else ""
        word = OP_WORDS.get(self.goal.op, "")
        figure = f"{shown(self.value)}{top}{self.goal.unit or ''}"
        return f"{word}{figure}" if word == "超过" else f"{figure}{word}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A milestone with its moment, its place in the order of steps (-1 where the event is not in the list), its owner (from the
    project's name where the record has none) and capacity exact."""

    milestone: Milestone
    moment: Moment | None
    stage: int
    owner: str
    low: Decimal | None
    high: Decimal | None
    section: str

    @property
    def name(self) -> str:
        """Owner and project without saying the owner twice."""
        project, owner = self.milestone.project, self.milestone.owner or ""
        return project if not owner or plain(project).startswith(plain(owner)) else f"{owner}{project}"


class Case:
    """One plan under check. Building it reads nothing but the facts; the text is prepared when a check first asks for it."""

    def __init__(self, facts: PlanFacts, library: Library | None = None) -> None:
        self.facts = facts
        self.library = library or load_library()
        self.words: Words = load_words()
        self.assumed: dict[str, Assumption] = load_assumptions()
        self._kept: dict[str, object] = {}
        self._kin_of: dict[int, list[Step]] = {}
        self._index = {id(fact): (kind, i) for kind in _KINDS for i, fact in enumerate(facts.of(kind))}

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once for this plan and kept under the name."""
        if name not in self._kept:
            self._kept[name] = make()
        return cast(T, self._kept[name])

    # -- the text
    @cached_property
    def paper(self) -> Manuscript | None:
        """The clean text with its outline; None where only the facts are at hand."""
        if not self.facts.text:
            return None
        text = read_text(self.facts.text)
        return Manuscript(text, self.facts.document, self.facts.outline or read_outline(text))

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        return self.paper.headings if self.paper else self.facts.outline

    def clean_of(self, start: int) -> int:
        """The place in the clean text of an offset of the document."""
        paper = self.paper
        return bisect_right(paper.text.origin, start) - 1 if paper else -1

    def section_of(self, fact: Fact) -> str:
        """The heading that a fact stands under: its own word, else by its offset."""
        if fact.section or fact.start is None:
            return fact.section
        i = bisect_right(self.headings, fact.start, key=lambda heading: heading.start) - 1
        return self.headings[i].text if i >= 0 else ""

    def sentence_around(self, start: int) -> str:
        """The sentence of the clean text that an offset of the document stands in; empty without a text."""
        i = bisect_right(self._sentence_starts, self.clean_of(start)) - 1
        return self._sentences[i][2] if i >= 0 else ""

    def words_after(self, fact: Fact, most: int = 12) -> str:
        """The clean words that follow a fact's quote, up to punctuation; empty without a text."""
        paper = self.paper
        if paper is None or fact.start is None:
            return ""
        at = self.clean_of(fact.start + len(fact.quote) - 1) + 1
        return re.split(r"[，。；：、\n]", paper.clean[at : at + most])[0]

    @cached_property
    def _sentences(self) -> list[tuple[int, int, str]]:
        paper = self.paper
        return [(s.start, s.end, paper.clean[s.start : s.end]) for s in paper.sentences()] if paper else []

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [s[0] for s in self._sentences]

    def sentences(self) -> Sequence[tuple[int, int, str]]:
        """(start, end, words) of each sentence of the clean text."""
        return self._sentences

    def is_heading(self, clean: int) -> bool:
        """Whether a place of the clean text stands within a heading."""
        paper = self.paper
        if paper is None or clean >= len(paper.text.origin):
            return False
        at = paper.text.origin[clean]
        i = bisect_right(self.headings, at, key=lambda heading: heading.start) - 1
        return i >= 0 and at < self.headings[i].end

    @cached_property
    def is_plan(self) -> bool:
        """Whether the paper is a plan, by its title or its first lines: news, reports and lists of benefits owe nobody a date."""
        title = self.facts.document.title
        return self.words.within(title or self.facts.text[:300], "plan_titles") is not None

    # -- the facts
    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The goals whose figures are finite and that were read with some confidence, in order."""
        return tuple(
            self._target(goal)
            for goal in self.facts.goals
            if self._sure(goal) and _finite(goal.value) and _finite(goal.value_max)
        )

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The milestones that were read with some confidence, in order."""
        return tuple(self._step(milestone) for milestone in self.facts.milestones if self._sure(milestone))

    def _sure(self, fact: Fact) -> bool:
        return fact.confidence >= float(self.assumed["confidence"].value)

    @cached_property
    def issued(self) -> Moment | None:
        """Month of issue; the year alone where no more is known."""
        date = self.facts.document.date
        return moment_of(date[:7] if date else None) or moment_of(self.facts.document.issued_in)

    @property
    def duties(self) -> tuple[Duty, ...]:
        return self.facts.duties

    def _target(self, goal: Goal) -> Target:
        dimension, scale = self.unit(goal.unit)
        value = exact(goal.value)
        top = exact(goal.value_max) if goal.value_max is not None else None
        return Target(
            goal=goal,
            value=value,
            value_max=top,
            bounds=bounds_of(goal.op, value, top, self.assumed["about"].value),
            moment=moment_of(goal.when),
            dimension=dimension,
            scale=scale,
            regional=self.is_region(goal.subject),
            section=self.section_of(goal),
        )

    def _step(self, milestone: Milestone) -> Step:
        low = exact(milestone.capacity) if milestone.capacity is not None and _finite(milestone.capacity) else None
        top = (
            exact(milestone.capacity_max)
            if milestone.capacity_max is not None and _finite(milestone.capacity_max)
            else low
        )
        return Step(
            milestone=milestone,
            moment=moment_of(milestone.when),
            stage=self.stage(milestone.event),
            owner=milestone.owner or "",
            low=low,
            high=top,
            section=self.section_of(milestone),
        )

    def unit(self, unit: str | None) -> tuple[str, Decimal]:
        """(dimension, size in the base unit); an unknown unit is its own dimension."""
        entry = self.words.mapping("units").get(unit or "")
        return (str(entry[0]), Decimal(str(entry[1]))) if entry else (unit or "", Decimal(1))

    def unit_en(self, unit: str | None) -> str:
        """The unit in English (`×10⁸ yuan`), as printed where it is not in the list."""
        return str(self.words.mapping("units_en").get(unit or "", unit or ""))

    def english(self, target: Target) -> str:
        """The figure with its bound and unit in English: `≈ 900 ×10⁸ yuan`."""
        top = f"–{shown(target.value_max)}" if target.value_max is not None else ""
        return f"{OP_SIGNS.get(target.goal.op, '')}{shown(target.value)}{top} {self.unit_en(target.goal.unit)}".rstrip()

    def stage(self, event: str) -> int:
        """The place of an event in the order of steps; of several words in it the last step counts. -1 where none is known."""
        names = self.words.nested("stages")
        whole = next((i for i, row in enumerate(names) if event in row), None)
        if whole is not None:
            return whole
        return max((i for i, row in enumerate(names) if any(word in event for word in row)), default=-1)

    def is_region(self, subject: str | None) -> bool:
        """Whether a goal is the region's own: no subject, the region's name, or a word such as 全县."""
        name, region = plain(subject), plain(self.facts.document.region)
        if not name or name == region or name in self.words.listed("region_words"):
            return True
        return bool(region) and not is_firm(name) and (region.startswith(name) or name.endswith(region))

    @cached_property
    def _kin(self) -> dict[tuple[object, ...], list[Step]]:
        """Steps by what two steps of one project must share: their names, the capacity, or the product."""
        out: dict[tuple[object, ...], list[Step]] = {}
        for step in self.steps:
            for key in _keys(step):
                out.setdefault(key, []).append(step)
        return out

    def kin(self, step: Step) -> list[Step]:
        """The steps of the same project, itself among them, in order. Bounded: of thousands that share a capacity the first 60 are looked at."""
        order = self._order
        known = self._kin_of.get(order[id(step)])
        if known is None:
            near = {id(other): other for key in _keys(step) for other in self._kin.get(key, ())[:_MOST_KIN]}
            known = sorted(
                (o for o in near.values() if o is step or self.same_project(step, o)), key=lambda o: order[id(o)]
            )
            self._kin_of[order[id(step)]] = known
        return known

    @cached_property
    def _order(self) -> dict[int, int]:
        return {id(step): i for i, step in enumerate(self.steps)}

    def later_kin(self, step: Step) -> list[Step]:
        """The steps of the same project that stand after it."""
        order = self._order
        return [other for other in self.kin(step) if order[id(other)] > order[id(step)]]

    def same_project(self, one: Step, other: Step) -> bool:
        """Whether two steps are of one project: the owner agrees and the capacity, or the names agree."""
        a, b = one.milestone, other.milestone
        if plain(a.project) == plain(b.project) and plain(a.owner) == plain(b.owner):
            return True
        if a.owner and b.owner:
            if not same_firm(a.owner, b.owner):
                return False
            if one.low is not None and other.low is not None and a.capacity_unit == b.capacity_unit:
                return one.low == other.low and one.high == other.high and self._one_kind(a, b)
            return bool(a.product and b.product) and plain(a.product) == plain(b.product)
        return False

    def _one_kind(self, a: Milestone, b: Milestone) -> bool:
        first, second = self.library.product_of(a.product or a.project), self.library.product_of(b.product or b.project)
        if first is None or second is None or first.id == second.id:
            return True
        return first.stage.id == second.stage.id or bool(set(_pairs(a)) & set(_pairs(b)))

    # -- telling
    def evidence(self, fact: Fact) -> Evidence:
        """The fact as evidence, with its place in the list of its kind."""
        kind, index = self._index.get(id(fact), (fact.kind, None))
        return Evidence(kind=kind, index=index, quote=fact.quote, start=fact.start, section=self.section_of(fact))

    def words_at(self, start: int, end: int) -> Evidence:
        """The words of the document behind the clean span as evidence."""
        paper = self.paper
        if paper is None:
            return Evidence(kind="text", quote="")
        quote, at = paper.text.quote(start, end)
        return Evidence(kind="text", quote=quote, start=at, section=paper.section_at(start))

    def finding(
        self,
        code: str,
        severity: Severity,
        zh: str,
        en: str,
        facts: Iterable[Fact | Evidence | Target | Step] = (),
        arithmetic: Iterable[str] = (),
        assumptions: Iterable[Assumption | str] = (),
    ) -> Finding:
        """A finding of this document; facts that stand twice in the list are told once."""
        told = dict.fromkeys(fact if isinstance(fact, Evidence) else self.evidence(_fact(fact)) for fact in facts)
        return Finding(
            code=code if severity != "agrees" else f"{code}-agrees",
            severity=severity,
            message_zh=zh,
            message_en=en,
            facts=tuple(told),
            arithmetic=tuple(dict.fromkeys(arithmetic)),
            document=self.facts.name or self.facts.document.title,
            assumptions=tuple(str(a) for a in assumptions),
        )


_KINDS = ("goals", "milestones", "duties", "incentives", "chains", "mechanisms", "clusters")


_MOST_KIN = 60


def _keys(step: Step) -> list[tuple[object, ...]]:
    m = step.milestone
    keys: list[tuple[object, ...]] = [("name", plain(m.project), plain(m.owner))]
    if m.owner and step.low is not None:
        keys.append(("capacity", step.low, step.high, m.capacity_unit))
    if m.owner and m.product:
        keys.append(("product", plain(m.product)))
    return keys


def _fact(item: Fact | Target | Step) -> Fact:
    if isinstance(item, Target):
        return item.goal
    return item.milestone if isinstance(item, Step) else item


def _finite(value: float | None) -> bool:
    return value is None or (isinstance(value, int | float) and math.isfinite(value) and abs(value) < 1e15)


def _pairs(milestone: Milestone) -> list[str]:
    words = plain(milestone.product or milestone.project)
    return [words[i : i + 2] for i in range(len(words) - 1)]


def listed(items: Sequence[str], most: int = 6) -> str:
    """Names joined by 、; what is beyond `most` is counted: `甲、乙等9项`."""
    unique = list(dict.fromkeys(items))
    return "、".join(unique[:most]) + (f"等{len(unique)}项" if len(unique) > most else "")
