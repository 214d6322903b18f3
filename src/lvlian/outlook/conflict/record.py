"""What the search tells: the sentences that cannot all hold, the sum that shows it, and what each repair would change.

A conflict stands on a page as 甲 乙 丙 …, its arithmetic, and repairs that change one thing each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from lvlian.finding import Evidence, Finding
from lvlian.outlook.case import CaseError, Ref

if TYPE_CHECKING:
    from lvlian.outlook.case import Case
    from lvlian.outlook.scenario import Scenario

Role = Literal["goal", "quota", "date", "report", "rule"]
"""goal, quota and date are the plan's own sentences; report: what was reported, measured or set in a scenario (no quotation marks); rule: what
physics, a standard or this project's own assumption says."""
ROLE_ZH = {"goal": "目标", "quota": "指标", "date": "时限", "report": "报数", "rule": "依据"}
NOWHERE = Ref()
MARKS = "甲乙丙丁戊己庚辛壬癸"
MARKS_EN = "ABCDEFGHIJ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One member of a conflict. `mark` 甲 乙 …; `zh`, `en` its words (the quote itself is `ref.quote`); `also` the other places that say the
    same; `key` names what it is about: an aim's id, a limit's, a premise's, `project:stage`, a factor's. `assumed`: nobody said it but this project."""

    id: str
    role: Role
    zh: str
    en: str
    key: str = ""
    mark: str = ""
    ref: Ref = NOWHERE
    also: tuple[Ref, ...] = ()
    year: int = 0
    day: date | None = None
    unit_name: str = ""
    assumed: bool = False

    @property
    def words(self) -> str:
        """What to print: the plan's own words in quotation marks where they are at hand, else what it says."""
        return f"“{self.ref.quote}”" if self.ref.quote and self.role in ("goal", "quota", "date") else self.zh

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "mark": self.mark,
            "role": self.role,
            "zh": self.zh,
            "en": self.en,
            "key": self.key,
            "kind": self.ref.kind,
            "quote": self.ref.quote,
            "section": self.ref.section,
            "start": self.ref.start,
            "fact": list(self.ref.fact) if self.ref.fact else None,
            "who": self.ref.who,
            "said": self.ref.day.isoformat() if self.ref.day else None,
            "also": [ref.section for ref in self.also],
            "year": self.year or None,
            "day": self.day.isoformat() if self.day else None,
            "unit_name": self.unit_name,
            "assumed": self.assumed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the arithmetic in columns: left, sign (= ≠ > < ≥ ≤), right. `last`: the line in which it breaks."""

    zh: str
    sign: str
    right: str
    en: str = ""
    right_en: str = ""
    last: bool = False

    def said(self, chinese: bool = True) -> str:
        left, right = (self.zh, self.right) if chinese else (self.en or self.zh, self.right_en or self.right)
        return f"{left} {self.sign} {right}"

    def to_json(self) -> dict[str, Any]:
        return {
            "zh": self.zh,
            "en": self.en or self.zh,
            "sign": self.sign,
            "right": self.right,
            "right_en": self.right_en or self.right,
            "last": self.last,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A change of one thing. `kind` a key of repairs.yaml, `clause` the id of the sentence that changes, `mark` its 甲 乙; `old` → `new` in `unit`
    (days for dates: `new_day`). `share` how far it moves, as a share of what stands. `price_zh` what it costs in words, `cost` yuan where known
    (then under `assumptions`). `holds` after solving again; `why_zh` why not. `tested` False: it could not be solved again."""

    kind: str
    clause: str
    mark: str
    zh: str
    en: str
    holds: bool
    tested: bool = True
    old: float | None = None
    new: float | None = None
    new_day: date | None = None
    unit: str = ""
    share: float = 0.0
    cost: float | None = None
    price_zh: str = ""
    price_en: str = ""
    why_zh: str = ""
    why_en: str = ""
    who: str = ""
    assumptions: tuple[str, ...] = ()
    rank: int = 0
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    """What a scenario would change: `set` premise → value, `dates` project or factor → stage → day, `aims` id → figure; empty where
    no scenario can say it."""

    def scenario(self, name: str, author: str = "", reason: str = "") -> Scenario:
        """The repair as a scenario, to be projected or kept. Raises CaseError where it is none."""
        from lvlian.outlook.scenario import Scenario

        if not self.changes:
            raise CaseError(f"repair {self.kind} of {self.clause}: changes nothing that a scenario can say")
        return Scenario(name=name, author=author, reason=reason or self.zh, **self.changes)  # type: ignore[arg-type]

    @property
    def verdict(self) -> str:
        return "未复算" if not self.tested else "可行" if self.holds else "不可行"

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "clause": self.clause,
            "mark": self.mark,
            "zh": self.zh,
            "en": self.en,
            "holds": self.holds,
            "tested": self.tested,
            "verdict": self.verdict,
            "old": self.old,
            "new": self.new,
            "new_day": self.new_day.isoformat() if self.new_day else None,
            "unit": self.unit,
            "share": self.share,
            "cost": self.cost,
            "price_zh": self.price_zh,
            "price_en": self.price_en,
            "why_zh": self.why_zh,
            "why_en": self.why_en,
            "who": self.who,
            "assumptions": list(self.assumptions),
            "changes": {
                key: {
                    name: {stage: day.isoformat() for stage, day in value.items()}
                    if isinstance(value, Mapping)
                    else value
                    for name, value in held.items()
                }
                for key, held in self.changes.items()
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Sentences that cannot all hold. `system` figures (goals among themselves) | dates | pathway (goals, quotas, capacity and dates together).
    `severity` conflict, or notice where it rests on a figure that this project assumed. `gap` how far apart they are (a share; days for
    dates). `title` the heading alone. `proved`: without any one of `clauses` the others can all hold, each solved. `same` codes of the plan's own checks that told
    this pair already. `basis` definitions that the arithmetic uses. `titles` the projects it is about."""

    id: str
    system: Literal["figures", "dates", "pathway"]
    severity: Literal["conflict", "notice"]
    title: str
    title_en: str
    zh: str
    en: str
    clauses: tuple[Said, ...]
    lines: tuple[Line, ...]
    repairs: tuple[Repair, ...] = ()
    year: int = 0
    gap: float = 0.0
    proved: bool = True
    assumptions: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    same: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return {"figures": "sentences-conflict", "dates": "dates-conflict", "pathway": "pathway-conflict"}[self.system]

    def keys(self) -> frozenset[str]:
        return frozenset(one.id for one in self.clauses)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "system": self.system,
            "code": self.code,
            "severity": self.severity,
            "title": self.title,
            "title_en": self.title_en,
            "zh": self.zh,
            "en": self.en,
            "year": self.year or None,
            "gap": self.gap,
            "proved": self.proved,
            "clauses": [one.to_json() for one in self.clauses],
            "lines": [one.to_json() for one in self.lines],
            "repairs": [one.to_json() for one in self.repairs],
            "assumptions": list(self.assumptions),
            "basis": list(self.basis),
            "titles": list(self.titles),
            "same": list(self.same),
        }

    def to_finding(self, document: str = "") -> Finding:
        """The same as a finding, to stand in one list with those of the plan's checks; the best repair that holds is its last sentence."""
        best = next((one for one in self.repairs if one.holds and one.tested), None)
        return Finding(
            code=self.code,
            severity=self.severity,
            message_zh=self.zh + (f"最小改法：{best.mark}{best.zh}。" if best else ""),
            message_en=self.en + (f" Least change: {best.en}." if best else ""),
            facts=tuple(_evidence(ref) for one in self.clauses for ref in (one.ref, *one.also) if ref.kind == "plan"),
            arithmetic=tuple(line.said() for line in self.lines),
            arithmetic_en=tuple(line.said(chinese=False) for line in self.lines),
            assumptions=self.assumptions,
            document=document,
        )


def _evidence(ref: Ref) -> Evidence:
    kind, index = ref.fact if ref.fact else ("text", None)
    return Evidence(kind=kind, quote=ref.quote, index=index, start=ref.start, section=ref.section)


def conflict_id(system: str, keys: Sequence[str]) -> str:
    """A stable short name of a set of sentences."""
    return f"{system}-{hashlib.sha256('|'.join(sorted(keys)).encode()).hexdigest()[:10]}"


def marked(clauses: Sequence[Said]) -> tuple[Said, ...]:
    """The sentences with 甲 乙 丙 … in their order."""
    from dataclasses import replace

    return tuple(
        replace(one, mark=MARKS[place] if place < len(MARKS) else str(place + 1)) for place, one in enumerate(clauses)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Findings of the plan's checks and conflicts as one list without saying anything twice: `findings` in order of severity; `same`
    conflict id → the findings of the checks that told it already."""

    findings: tuple[Finding, ...]
    same: dict[str, tuple[Finding, ...]] = field(default_factory=dict)


def merged(case: Case, conflicts: Sequence[Conflict], findings: Sequence[Finding], document: str = "") -> Merged:
    """Conflicts whose every sentence the plan's checks told already as not fitting are linked and left out, so that nothing stands twice."""
    from lvlian.finding import by_severity

    same: dict[str, tuple[Finding, ...]] = {}
    added = []
    for one in conflicts:
        told = told_already(one, findings)
        if told:
            same[one.id] = told
        else:
            added.append(one.to_finding(document or case.region))
    return Merged(findings=tuple(by_severity([*findings, *added])), same=same)


def told_already(conflict: Conflict, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of the plan's checks that together tell a conflict: each names a fact of every sentence of it, all of them all facts.
    None for a conflict that rests on a report or on a rule, which no check of the plan knows."""
    plan = [one for one in conflict.clauses if one.ref.kind == "plan"]
    facts = [{ref.fact for ref in (one.ref, *one.also) if ref.fact is not None} for one in plan]
    if len(plan) < 2 or len(plan) < len(conflict.clauses) or not all(facts):
        return ()
    fits, covered = [], set()
    for finding in findings:
        theirs = {(fact.kind, fact.index) for fact in finding.facts if fact.index is not None}
        if finding.severity in ("conflict", "notice") and all(mine & theirs for mine in facts):
            fits.append(finding)
            covered |= theirs
    return tuple(fits) if set().union(*facts) <= covered else ()
