"""What becomes of a case's projects: the day of every stage, first outputs, capacity by quarter, and who waits for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import STAGES, Case
from lvlian.outlook.pipeline.calendar import day_at
from lvlian.outlook.pipeline.capacity import capacity_of, starts_of
from lvlian.outlook.pipeline.load_tables import Tables
from lvlian.outlook.pipeline.prior import RUNNING, Slip, remaining
from lvlian.outlook.pipeline.stage_days import StageDays, at_rate
from lvlian.outlook.pipeline.wiring import FactorDay, Short, Wiring

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a project is late: `path` from the first cause (a factor or a project) to the project itself, `kind` factor, upstream, overdue,
    revised, slip, dropped or short; `days` late and the same in `quarters`, rounded (None: never); `aims` that count it, by id."""

    project: str
    path: tuple[str, ...]
    kind: str
    promised: date | None
    projected: date | None
    quarters: int | None
    days: int | None
    plants: tuple[str, ...]
    aims: tuple[str, ...]
    zh: str
    en: str


@dataclass(frozen=True, eq=False, kw_only=True)
class EdgeTable:
    """J projects and E edges: `order` (J,), `still` (J,) 0 to come, 1 fixed, 2 never; the edges of project j are first[j] … first[j + 1] of
    `source`, `upstream`, `offset`, `after` (E,)."""

    order: NDArray[np.int64]
    still: NDArray[np.int8]
    first: NDArray[np.int64]
    source: NDArray[np.int64]
    upstream: NDArray[np.bool_]
    offset: Floats
    after: Floats


@dataclass(frozen=True, eq=False)
class Pipeline:
    """J projects, F factors, P plants of the case, N of them brought by projects, K kinds of ramp, Q quarters. Days are quarters since the case's
    first. `base` (J,) first output as told, today at least; `slip` (J,) premises; `expected` (J,) what the overdue are expected to
    take beyond today; `fixed` what has begun, `dropped` what never comes. `factor_…` (F,) the same. `ramp`, `curve_length` (K,)
    quarters. `rows`, `places`, `size`, `until`, `steps`, `knots`, `curve_of` (N, …) describe plants of projects; `standing` (P, Q) the rest."""

    case: Case
    tables: Tables
    days: tuple[StageDays, ...]
    factors: tuple[FactorDay, ...]
    wiring: Wiring
    now: float
    base: Floats
    slip: Floats
    expected: Floats
    fixed: NDArray[np.bool_]
    dropped: NDArray[np.bool_]
    factor_base: Floats
    factor_slip: Floats
    factor_expected: Floats
    factor_fixed: NDArray[np.bool_]
    rate: float | None
    kinds: tuple[str, ...]
    ramp: Floats
    curve_length: Floats
    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    size: Floats
    until: Floats
    steps: Floats
    knots: NDArray[np.int64]
    curve_of: NDArray[np.int64]
    standing: Floats
    assumptions: tuple[tuple[str, str], ...]

    @cached_property
    def start(self) -> Floats:
        """(J,) first outputs, quarters since the case's first; inf never, −inf for what ran before with no day told."""
        return np.asarray(starts_of(self)[0])

    @cached_property
    def factor_day(self) -> Floats:
        """(F,) the days of factors."""
        moved = np.maximum(self.factor_base + self.factor_slip + self.factor_expected, self.now)
        return np.where(self.factor_fixed, self.factor_base, moved)

    @cached_property
    def late_start(self) -> Floats:
        """(J,) first outputs if what is not yet started does not start in time: by the mean of those that do not."""
        delay = self.expected.copy()
        for place in np.flatnonzero(self.waiting):
            law = self.tables.priors.law(self.days[place].project.kind, "started")
            if law is not None and self.rate is not None:
                grace = self.tables.priors.grace
                delay[place] += grace + remaining(at_rate(law, self.rate, grace), grace)[0]
        return np.asarray(starts_of(self, delay[None])[0])

    @cached_property
    def waiting(self) -> NDArray[np.bool_]:
        """(J,) projects that have not been started and are to come."""
        started = STAGES.index("started")
        return np.array([one.stage < started for one in self.days], bool) & ~self.dropped

    @cached_property
    def capacity(self) -> Floats:
        """(P, Q) t a quarter as built. With a premise `start.rate` below 1 what is not yet started counts with that share in time and with
        the rest late: the expected capacity."""
        whole = np.asarray(capacity_of(self)[0])
        if self.rate is None or self.rate >= 1.0 or not self.waiting.any():
            return whole
        late = capacity_of(self, start=self.late_start[None])[0]
        mine = self.rows[self.waiting[self.places]]
        out = whole.copy()
        out[mine] = self.rate * whole[mine] + (1.0 - self.rate) * late[mine]
        return out

    @cached_property
    def edge_table(self) -> EdgeTable:
        """What waits for what, for the compiled loop."""
        rows = [self.wiring.edges.get(place, ()) for place in range(len(self.days))]
        edges = [edge for row in rows for edge in row]
        return EdgeTable(
            order=np.array(self.wiring.order, np.int64),
            still=np.where(self.dropped, 2, np.where(self.fixed, 1, 0)).astype(np.int8),
            first=np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64),
            source=np.array([edge.source for edge in edges], np.int64),
            upstream=np.array([edge.upstream for edge in edges], bool),
            offset=np.array([edge.offset for edge in edges], float),
            after=np.array([edge.after for edge in edges], float),
        )

    @property
    def slips(self) -> Mapping[str, Slip]:
        """`project.<id>` and `factor.<id>` → the law of what may still come; nothing for what is done or dropped."""
        out = {
            f"project.{one.project.id}": one.slip
            for place, one in enumerate(self.days)
            if not self.fixed[place] and not self.dropped[place]
        }
        out.update({f"factor.{one.factor.id}": one.slip for one in self.factors if not one.fixed})
        return out

    @property
    def short(self) -> tuple[Short, ...]:
        """Factors that do not reach for all."""
        return self.wiring.short

    @cached_property
    def stages(self) -> Mapping[str, Mapping[str, tuple[date | None, date | None, date | None]]]:
        """Project → stage → day promised, day told since (or done), day projected; None where there is none."""
        from lvlian.outlook.pipeline.cause import stage_table

        return stage_table(self)

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """Why projects come later than promised, in the order of the case."""
        from lvlian.outlook.pipeline.cause import causes_of

        return causes_of(self)

    def place(self, project: str) -> int:
        """Raises KeyError."""
        return self._places[project]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {one.project.id: place for place, one in enumerate(self.days)}

    def starts(self, project: str) -> date | None:
        """The day of a project's first output; None never, or long ago."""
        return day_at(self.case.first, float(self.start[self.place(project)]))

    def reached(self, place: int) -> tuple[float, ...]:
        """The projected days of a project's stages: what comes before the first output moves with it as far as it has to."""
        one = self.days[place]
        own = list(one.own)
        if one.begun:
            return tuple(own)
        start = float(self.start[place])
        moved = max(self.slip[place] + self.expected[place], 0.0)
        before = -np.inf
        for stage in range(one.stage + 1, RUNNING):
            waits = [
                (float(self.start[e.source]) if e.upstream else float(self.factor_day[e.source]))
                + e.offset
                - one.to_running(stage)
                for e in self.wiring.edges.get(place, ())
                if e.stage <= stage
            ]
            share = 1.0 - one.after(stage)
            here = max([own[stage] + moved * share, before, *waits])
            before = own[stage] = min(here, start)
        shift = start - one.own[RUNNING]
        own[RUNNING] = start
        told = one.told[-1]
        ramped = start + float(self.ramp[self.kinds.index(one.project.kind)])
        own[-1] = max(ramped, told + min(shift, 0.0)) if told == told and np.isfinite(shift) else ramped
        return tuple(own)
