"""How a plan's facts are read for a case: days, headings, which unit answers, which register takes a milestone."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from lvlian.chain.simulate.names import name_rules
from lvlian.ledger.intake import nearest_line
from lvlian.ledger.load import load_tracks
from lvlian.ledger.routing import route, words_of
from lvlian.ledger.track import Track
from lvlian.outlook.case import Ref
from lvlian.plan.facts import Duty, Fact, Milestone, PlanFacts

_WHEN = re.compile(r"(\d{4})(?:-?(?:Q([1-4])|H([12]))|-(\d{1,2})(?:-(\d{1,2}))?)?")
_NUMBER = re.compile(r"[（(][一二三四五六七八九十]+[)）]|\d+[.．、]|[一二三四五六七八九十]+、")
_LIST = re.compile(r"[^\d产项]{1,6}项目(?=.)")
_SPLIT = re.compile(r"[、，,及和与]")
_UTILITIES: Mapping[str, str] = {
    "用电": "power",
    "供电": "power",
    "用气": "gas",
    "供气": "gas",
    "用地": "land",
    "用水": "water",
}
"""What a benefit of the plan's own words supplies."""
_ANSWERS: Mapping[str, str] = {
    "power": r"供电|电网|电力",
    "land": r"自然资源|国土",
    "gas": r"燃气|天然气|管道",
    "water": r"水务|水利",
    "funds": r"财政|金融",
    "environment": r"生态环境|环保",
    "energy_quota": r"发展改革|能源",
}
"""Words of the unit that answers for a factor, where a section names several."""


FIRST_YEAR, LAST_YEAR = 1900, 2200


def last_day(when: str | None) -> date | None:
    """The last day of `2025`, `2023-Q3`, `2023-H1`, `2023-09` or `2023-09-15`; None for anything else, and for years that no plan
    can mean."""
    found = _WHEN.fullmatch((when or "").strip())
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    year = int(found[1])
    month = 3 * int(found[2]) if found[2] else 6 * int(found[3]) if found[3] else int(found[4] or 12)
    if not 1 <= month <= 12:
        return None
    longest = calendar.monthrange(year, month)[1]
    return date(year, month, min(int(found[5]), longest) if found[5] and int(found[5]) else longest)


@dataclass(frozen=True)
class PlanWords:
    """The facts with their headings, their duty lines and the registers."""

    facts: PlanFacts
    tracks: Mapping[str, Track] = field(default_factory=load_tracks)

    # Headings ------------------------------------------------------------------------------------------------------------
    @cached_property
    def _paths(self) -> tuple[list[int], list[str]]:
        stack: list[tuple[int, str]] = []
        starts, paths = [], []
        for heading in sorted(self.facts.outline, key=lambda one: one.start):
            words = " ".join(heading.text.split())
            stack = [(level, text) for level, text in stack if level < heading.level] + [(heading.level, words)]
            starts.append(heading.start)
            paths.append(" › ".join(text for _, text in stack))
        return starts, paths

    def path(self, fact: Fact) -> str:
        """The headings above a fact, joined with ` › `; its section where it has no place in the text."""
        starts, paths = self._paths
        at = bisect_right(starts, fact.start) - 1 if fact.start is not None else -1
        return paths[at] if at >= 0 else fact.section

    def end(self, kind: str, place: int, fact: Fact) -> int | None:
        """The offset behind the words of a fact; None where it has no place."""
        if fact.start is None:
            return None
        anchors: Mapping[Any, Any] = getattr(self.facts, "anchors", None) or {}
        anchor = anchors.get((kind, place))
        return fact.start + (anchor.length if anchor is not None else len(fact.quote))

    def ref(self, kind: str, place: int, fact: Fact, words: str = "") -> Ref:
        """The origin of what a fact says."""
        return Ref(
            kind="plan", section=fact.section, quote=fact.quote, start=fact.start, fact=(kind, place), words=words,
            day=last_day(self.facts.document.date), verified=True,
        )  # fmt: skip

    # Firms ---------------------------------------------------------------------------------------------------------------
    @cached_property
    def places(self) -> tuple[str, ...]:
        """The region's name with and without its kind, which the short names of firms leave off."""
        region = str(self.facts.document.region or "")
        return tuple(dict.fromkeys((region, re.sub(r"[省市县州区]$", "", region))))

    def short(self, name: str) -> str:
        """A firm's short name, as the world of the plan has it."""
        return name_rules().short(name, self.places)

    # Units ---------------------------------------------------------------------------------------------------------------
    @cached_property
    def _lines(self) -> dict[str, dict[str, None]]:
        lines: dict[str, dict[str, None]] = {}
        for duty in self.facts.duties:
            lines.setdefault(self.path(duty), {}).update(dict.fromkeys(_units(duty)))
        return lines

    def units(self, fact: Fact) -> tuple[str, ...]:
        """The units of the duty line that holds for a fact's section, the leading one first; none where there is no line."""
        found = tuple(nearest_line({line: units.keys() for line, units in self._lines.items()}, self.path(fact)))
        if found or self.facts.outline:
            return found
        if fact.start is not None:  # no headings at hand: a duty line stands at the end of what it is for
            after = [duty for duty in self.facts.duties if duty.start is not None and duty.start >= fact.start]
            return _units(min(after, key=lambda duty: duty.start or 0)) if after else ()
        # a record without places: the line whose number stands in the section's path
        for duty in self.facts.duties:
            number = _NUMBER.match(duty.section.strip())
            if number is not None and number[0] in fact.section.replace(" ", ""):
                return _units(duty)
        return ()

    def unit(self, fact: Fact, factor: str = "") -> str:
        """Who answers: of the section's units the one whose name fits the factor, else the first."""
        units = self.units(fact)
        return self.answering(units, factor) or (units[0] if units else "")

    def answering(self, units: Sequence[str], factor: str) -> str:
        """The unit whose name fits a factor; "" where none does."""
        words = _ANSWERS.get(factor, "")
        return next((name for name in units if words and re.search(words, name)), "")

    # Registers -----------------------------------------------------------------------------------------------------------
    def track(self, fact: Milestone) -> Track | None:
        """The register that takes a milestone."""
        return route(self.tracks, "milestones", fact.event, words_of(fact.project, fact.product))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """What the plan's goals call its lists of projects (在建项目): subjects of goals (or the beginning of what they count) that a heading
        names."""
        region = self.facts.document.region
        headings = "".join(heading.text for heading in self.facts.outline) + "".join(
            fact.section for fact in self.facts.milestones
        )
        subjects = dict.fromkeys(goal.subject or "" for goal in self.facts.goals)
        for goal in self.facts.goals:
            if (found := _LIST.match(goal.indicator)) is not None:
                subjects.setdefault(found[0])
        return tuple(s for s in subjects if len(s) > 2 and "项目" in s and s not in region and s in headings)

    def group(self, fact: Milestone) -> str:
        """The list that a milestone stands in; "" where the plan has no goal for it."""
        path = self.path(fact) + " " + fact.section
        return next((one for one in sorted(self.groups, key=len, reverse=True) if one in path), "")

    def supplied(self, place: int) -> tuple[str, tuple[str, ...]] | None:
        """What an incentive supplies to named owners: (power, gas, land, water; the names). None where it is another benefit."""
        fact = self.facts.incentives[place]
        kind = next((kind for word, kind in _UTILITIES.items() if word in fact.benefit), None)
        if kind is None:
            return None
        names = re.sub(r"等.*$|项目业主$", "", fact.who)
        return kind, tuple(name for name in _SPLIT.split(names) if 2 <= len(name) <= 20)


def _units(duty: Duty) -> tuple[str, ...]:
    names = [*([duty.lead] if duty.lead else []), *duty.units]
    return tuple(dict.fromkeys("".join(name.split()) for name in names if name and name.strip()))
