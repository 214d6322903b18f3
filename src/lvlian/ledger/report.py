"""What a quarter's papers rest on, as frozen records: whoever holds the ledger fills them, the papers only set them.

Days are ISO words as precise as they are known (`2023-10-25`, `2023-08`, `2023-Q3`) or dates. Nothing here ranks: units stand
in the order in which they are given, which is the order of the organisation's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lvlian.ledger.snapshot import Change

Day = date | str | None
"""A day, or a period as a plan writes it; None where nobody has said when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Items of `what` (里程碑) whose day lay up to the report's: how many were due, kept, warned, late, without figures."""

    due: int = 0
    kept: int = 0
    warned: int = 0
    late: int = 0
    missing: int = 0
    what: str = "里程碑"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalLine:
    """A goal beside what was reached: `op` as in facts (`>=`, `~`, …), `period` whose goal it is, `through` up to when was
    reached, `measured` whether that comes from the account (else from counting items). `projected` and `chance` (0 to 1) come from an
    outlook and are None without one; a light of `none` says what is missing in `why`."""

    indicator: str
    unit: str = ""
    promised: float | None = None
    reached: float | None = None
    projected: float | None = None
    chance: float | None = None
    light: str = "none"
    why: str = ""
    op: str = ">="
    period: str = ""
    through: str = ""
    origin: str = ""
    measured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LightLine:
    """An item with a light: what step was due when (`promised`), when it comes now (`expected`), by how many days it is `late`
    (negative: so many are left), and who takes the next step by which day. `group` is the heading that the notice sets it under
    (用地, 用电, 审批…), `blocks` what waits for it. `cause` is the reason without what the days beside it tell already; None: as it is."""

    light: str
    title: str
    unit: str = ""
    late: int | None = None
    reason: str = ""
    cause: str | None = None
    next_step: str = ""
    next_day: Day = None
    track: str = ""
    step: str = ""
    promised: Day = None
    expected: Day = None
    group: str = ""
    blocks: tuple[str, ...] = ()
    key: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """What a unit was asked and answered in the dispatch: facts of the questions, never a score. `minutes` is what answering
    takes at a guess, `state` a word (已交, 还差 3, 未交)."""

    unit: str
    owed: int = 0
    answered: int = 0
    corrected: int = 0
    minutes: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """What the meeting decided, or is asked to decide before it has met: who does it by when, and what it `becomes` (督办, 台账,
    问题). `item` is the item it came from or turned into."""

    number: int
    text: str
    unit: str = ""
    due: Day = None
    becomes: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """A row of the annexed tables, one table for each `track` (by its name, in the order of first mention)."""

    track: str
    title: str
    unit: str = ""
    stage: str = ""
    due: Day = None
    expected: Day = None
    light: str = "none"
    note: str = ""
    origin: str = ""


@dataclass(frozen=True, kw_only=True)
class QuarterReport:
    """A quarter as its papers tell it.

    `office` issues them; `subject` is what is dispatched (绿色铝产业), `plan` the document that asks for it. `sealed_at`,
    `snapshot_hash`, `previous_hash` and `audit_root` are empty until the quarter is sealed. `simulated` says in a few words
    which figures are invented (empty: none); `draft` keeps 代拟稿 on every page until a person has issued the paper.
    """

    region: str
    office: str
    year: int
    quarter: int
    as_of: date
    subject: str = ""
    plan: str = ""
    meeting_at: datetime | None = None
    sealed_at: datetime | None = None
    previous_at: date | None = None
    issued: date | None = None
    snapshot_hash: str = ""
    previous_hash: str = ""
    audit_root: str = ""
    simulated: str = ""
    draft: bool = True
    number: str = ""
    """The document's number when it has one; else `mark` and a placeholder."""
    mark: str = ""
    """The issuer's mark in document numbers (砚绿铝组办发)."""
    addressees: str = "县直有关部门"
    copies: tuple[str, ...] = ()
    place: str = ""
    chair: str = ""
    present: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    """What was reported at the meeting, one sentence each."""
    counts: Counts = Counts()
    changes: tuple[Change, ...] = ()
    goals: tuple[GoalLine, ...] = ()
    lights: tuple[LightLine, ...] = ()
    units: tuple[UnitLine, ...] = ()
    decisions: tuple[DecisionLine, ...] = ()
    items: tuple[ItemLine, ...] = ()

    def __post_init__(self) -> None:
        if self.quarter not in (1, 2, 3, 4):
            raise ValueError(f"quarter {self.quarter}: expected 1, 2, 3 or 4")
