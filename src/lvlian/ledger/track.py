"""A track (台账类型): an ordered list of stages with clocks, gates and fields. What `tracks/*.yaml` says, as frozen records.

Nothing here knows of one track in particular: a new register is a new file (`docs/ledger-tracks.md` walks through one)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Branch = Literal["active", "paused", "cancelled", "merged", "closed"]
"""进行 暂停 取消 并入 办结: an item is on one of them; only `active` and `paused` may go on."""
BRANCHES: tuple[Branch, ...] = ("active", "paused", "cancelled", "merged", "closed")
ENDED: frozenset[str] = frozenset({"cancelled", "merged", "closed"})

FieldKind = Literal["text", "number", "date", "choice", "yes", "firm", "unit", "goal", "project", "factor"]
Factor = Literal["power", "energy", "land", "gas", "water", "funds", "logistics", "environment", "energy_quota"]
"""用电负荷 用电量 用地 用气 用水 资金 物流 环境容量 能耗指标."""
Level = Literal["unit", "lead", "leading_group", "supervision"]
"""责任单位 牵头单位 领导小组 督查: who an item has been raised to."""
Per = Literal["week", "month", "quarter", "half_year", "year"]


@dataclass(frozen=True, slots=True)
class Words:
    """One thing in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How long an item may stay in a stage: `days` working days from entering it, `most` at most when extended (0: no
    extension). When it runs out the item is raised to `to`."""

    days: int
    most: int = 0
    near: int = 1
    """From so many working days before the end the light warns."""
    to: Level = "leading_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a track asks of its items beside the stage: once, by one unit. `unit` is the unit of a number (`亩`, `万千瓦`);
    `needed_at` the stage that is not entered without it; `asked` whether the quarterly dispatch asks whether it still holds;
    `commercial` that only the firm and those who account for the chain read it."""

    key: str
    name: Words
    kind: FieldKind = "text"
    unit: str = ""
    choices: tuple[tuple[str, Words], ...] = ()
    needed_at: str = ""
    asked: bool = False
    commercial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A question that has to be answered with yes before a stage is entered: `land`, `power`, `gas`, `environment`, `chain`…
    A no may be waived with a reason by two people."""

    key: str
    name: Words
    factor: Factor | None = None
    """The factor whose balance proposes the answer."""
    need: str = ""
    """The field of the item that holds how much is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage. `words` are how plans and reports call reaching it (`建成投产` reaches 建成 and 投产: it stands in the later
    one). `days` is the usual length in calendar days since the stage before, for pacing (序时) where a plan gives only the end;
    an assumption unless the track's source says else."""

    key: str
    name: Words
    words: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    """Words of a heading under which a plan lists items that stand here already (`在建`)."""
    days: int = 0
    optional: bool = False
    clock: Clock | None = None
    gates: tuple[Gate, ...] = ()
    back: tuple[str, ...] = ()
    """Stages that an item may be sent back to from here."""
    evidence: Words | None = None
    """What proves that it was reached (备案证, 用地批复)."""
    evidence_needed: bool = False
    needs: tuple[Factor, ...] = ()
    """Factors that must be there when the stage is reached."""
    level: Level | None = None
    """Entering this stage raises the item to this level."""
    by: Literal["unit", "office", "firm", "any"] = "unit"
    """Who moves an item into this stage: its own units, the office, the firm it is about, any of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LightRule:
    """Thresholds of the light, in calendar days: `near` before a date still counts as in time but is told; past a date or
    moved beyond the promise by up to `bad` days warns, by more is late; no report for `stale` days is told (0: never)."""

    near: int = 15
    bad: int = 30
    stale: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """When somebody is told: so many calendar days `before` or `after` the day that counts, or `stale` days after the last report;
    `working` counts in working days."""

    before: int | None = None
    after: int | None = None
    stale: int | None = None
    working: bool = False
    to: Level = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Items counted against a goal: those that reached `stage` in the goal's period. `indicators` are the words that an indicator's
    name must hold, one of each group (`[[招商, 招引], [企业, 项目]]`)."""

    stage: str
    indicators: tuple[tuple[str, ...], ...]
    without: tuple[str, ...] = ()
    per: Per = "quarter"
    adds: str = ""
    """The field whose numbers are added up (到位资金); empty: the items themselves are counted."""
    stock: bool = False
    """What reached the stage stays there (规上企业): a goal that gives a level includes those that there were at the start."""
    itself: bool = False
    """Only the stage itself counts; else those beyond it do too (a project at full output need not be in the statistics)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """Which accepted facts become items of this track: `kind` of fact, and words that its event (`events`) or its project's name
    or product (`words`) holds. `rank`: of several tracks that take a fact, the one with the lowest rank gets it."""

    kind: Literal["milestones", "duties", "mechanisms", "incentives", "goals"]
    events: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rank: int = 100


@dataclass(frozen=True, kw_only=True)
class Track:
    """A register. `key` is its file's name; `group` the room of the site that shows it (`projects`, `factors`, `investment`,
    `cultivation`, `issues`, `supervision`, `duties`)."""

    key: str
    name: Words
    noun: Words
    about: Words
    group: str
    stages: tuple[Stage, ...]
    fields: tuple[Field, ...] = ()
    light: LightRule = LightRule()
    levels: tuple[Level, ...] = ("unit", "lead", "leading_group")
    reminders: tuple[Reminder, ...] = ()
    counts: tuple[Count, ...] = ()
    takes: tuple[Takes, ...] = ()
    supplies: Factor | None = None
    """Finished items of this track supply this factor (a land batch, a substation)."""
    amount: str = ""
    """The field that says how much it supplies."""
    recurs: bool = False
    """The item comes round each period (its field `per`) and is reported each time, instead of moving through stages."""
    final: str = ""
    """Reaching this stage closes the item; empty: the last one."""
    source: str = ""
    source_en: str = ""
    verified: bool = False
    file: str = field(default="", compare=False)

    @cached_property
    def by_key(self) -> Mapping[str, Stage]:
        return {stage.key: stage for stage in self.stages}

    @cached_property
    def order(self) -> Mapping[str, int]:
        return {stage.key: place for place, stage in enumerate(self.stages)}

    @property
    def closes_at(self) -> str:
        return self.final or self.stages[-1].key

    def field(self, key: str) -> Field | None:
        return next((one for one in self.fields if one.key == key), None)

    def between(self, here: str, there: str) -> tuple[Stage, ...]:
        """The stages after `here` up to and with `there`; empty where `there` is not ahead. Raises KeyError."""
        return self.stages[self.order[here] + 1 : self.order[there] + 1]

    def next_of(self, here: str) -> tuple[Stage, ...]:
        """The stages that may follow: the next, and those behind it as long as what is left out is optional."""
        out = []
        for stage in self.stages[self.order[here] + 1 :]:
            out.append(stage)
            if not stage.optional:
                break
        return tuple(out)

    def standing_of(self, heading: str) -> Stage | None:
        """The stage in which the items under a plan's heading stand already (在建项目): the last whose words it holds, not negated."""
        for stage in reversed(self.stages):
            if any(word in heading and f"未{word}" not in heading for word in stage.standing):
                return stage
        return None

    def stage_of(self, event: str) -> Stage | None:
        """The stage that a plan's or a report's word tells (`建成投产`): the longest of the stages' words that it holds, of equally
        long ones the later stage."""
        best: tuple[int, int, Stage] | None = None
        for place, stage in enumerate(self.stages):
            for word in (*stage.words, stage.name.zh):
                if word in event and (best is None or (len(word), place) > best[:2]):
                    best = (len(word), place, stage)
        return best[2] if best else None
