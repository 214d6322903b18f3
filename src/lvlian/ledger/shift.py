"""A supply that slips moves what hangs on it: proposed new dates of steps, each with its reason; nothing is moved by itself.

Three ties carry a slip on. A booked demand ties a supply to the step that it is needed for; `Step.after` ties a step to an earlier one;
`Step.supplies` ties a step to the supplies that are there when it is reached (a substation that itself waits for land). The time between
the two ends of a tie is kept as the plan had it, or is `Step.lead` where the stage's usual length is to hold instead of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from lvlian.ledger.factors import FACTORS, Booking, Demand, FactorError, Id, Supply, rank
from lvlian.ledger.track import Words


class WorkingDays(Protocol):
    """What is asked of a calendar: the n-th working day after a day."""

    def add(self, day: date, n: int, /) -> date: ...


class CycleError(FactorError):
    """Supplies and steps that wait for each other in a ring; `names` are those of the ring, in its order."""

    def __init__(self, names: tuple[str, ...]) -> None:
        ring = (*names, names[0])
        super().__init__(
            f"要素与节点互相等待，推不出日期：{' → '.join(ring)}，请解开其中一处。",
            f"Supplies and steps wait for each other: {' → '.join(ring)}; open one of these ties.",
        )
        self.names = names


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a project with the day that now counts. `stage` is the key that demands name in their `step`. `after` are steps of the
    same or another project that it follows; `supplies` those that it brings. `lead`: so many working days (calendar days where no
    calendar is given) lie between a factor and this step; None keeps the time that the plan had between them."""

    id: Id
    project: Id
    stage: str
    title: str
    day: date | None
    done: bool = False
    after: tuple[Id, ...] = ()
    supplies: tuple[Id, ...] = ()
    lead: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The proposal to move a step from `from_day` to `to_day` because of `cause`, the supply that it waits for in the end."""

    project: Id
    step: Id
    stage: str
    from_day: date
    to_day: date
    days: int
    cause: Id
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class _Move:
    """The new day of a supply or step, the supply at the root of it, what it waits for at once in words, and the root in words."""

    day: date
    cause: Id
    near: Words
    root: Words | None = None

    @property
    def origin(self) -> Words:
        return self.root or self.near

    @property
    def reason(self) -> Words:
        if self.root is None:
            return self.near
        return Words(f"{self.near.zh}；起因是{self.root.zh}", f"{self.near.en}; behind it, {self.root.en}")


def shifts(
    supplies: Iterable[Supply],
    demands: Iterable[Demand],
    bookings: Iterable[Booking],
    steps: Iterable[Step],
    calendar: WorkingDays | None = None,
) -> tuple[Shift, ...]:
    """The steps that slipped supplies move, by project, then day. A step that is done does not move, nor one without a day; a demand without
    a day of need moves nothing (both are told as missing). Raises CycleError where ties form a ring."""
    net = _Net(supplies, demands, bookings, steps, calendar)
    out = []
    for step, move in net.moved_steps():
        if step.day is None:
            continue
        days = (move.day - step.day).days
        reason = move.reason
        out.append(
            Shift(
                project=step.project,
                step=step.id,
                stage=step.stage,
                from_day=step.day,
                to_day=move.day,
                days=days,
                cause=move.cause,
                reason_zh=f"“{step.title}”由 {step.day} 顺延 {days} 天至 {move.day}：{reason.zh}。",
                reason_en=f"{step.title!r} moves from {step.day} by {days} days to {move.day}: {reason.en}.",
            )
        )
    return tuple(sorted(out, key=lambda one: (rank(one.project), one.from_day, rank(one.step))))


def shifted(
    proposals: Iterable[Shift], supplies: Iterable[Supply], demands: Iterable[Demand], steps: Iterable[Step]
) -> tuple[tuple[Supply, ...], tuple[Demand, ...], tuple[Step, ...]]:
    """What stands after proposals were taken over: steps at their new days, the needs behind them and the supplies that they bring moved
    along. Asking for shifts again then gives none. Raises KeyError for a step that is not among `steps`."""
    rows = tuple(steps)
    by_id = {step.id: step for step in rows}
    to = {one.step: one for one in proposals}
    for row in to:
        by_id[row]
    by_stage: dict[tuple[Id, str], int] = defaultdict(int)
    for row, one in to.items():
        key = (by_id[row].project, by_id[row].stage)
        by_stage[key] = max(by_stage[key], one.days)
    brought: dict[Id, list[tuple[Step, Shift]]] = defaultdict(list)
    for row, one in to.items():
        for supply in by_id[row].supplies:
            brought[supply].append((by_id[row], one))
    return (
        tuple(_carried_all(supply, brought.get(supply.id, ())) for supply in supplies),
        tuple(_put_off(demand, by_stage.get((demand.project, str(demand.step)), 0)) for demand in demands),
        tuple(replace(step, day=to[step.id].to_day) if step.id in to else step for step in rows),
    )


def _put_off(demand: Demand, days: int) -> Demand:
    if not days or demand.need_by is None:
        return demand
    return replace(demand, need_by=demand.need_by + timedelta(days=days))


def _carried_all(supply: Supply, moves: Iterable[tuple[Step, Shift]]) -> Supply:
    days = [day for step, one in moves if (day := _carried(supply, step, one.to_day)) is not None]
    return replace(supply, expected=max(days)) if days else supply


def _carried(supply: Supply, step: Step, to: date) -> date | None:
    """The day of a supply whose step moves to `to`: the time between the two is kept. None where that moves nothing."""
    if supply.done is not None or supply.day is None or step.day is None:
        return None
    day = to + max(timedelta(0), supply.day - step.day)
    return day if day > supply.day else None


class _Net:
    """Supplies and steps as one graph, walked from what waits for nothing."""

    def __init__(
        self,
        supplies: Iterable[Supply],
        demands: Iterable[Demand],
        bookings: Iterable[Booking],
        steps: Iterable[Step],
        calendar: WorkingDays | None,
    ) -> None:
        self.calendar = calendar
        self.supplies = {supply.id: supply for supply in supplies}
        self.steps = {step.id: step for step in steps}
        self.demands = {demand.id: demand for demand in demands}
        at: dict[tuple[Id, str], list[Id]] = defaultdict(list)
        for step in self.steps.values():
            at[step.project, step.stage].append(step.id)
        self.waits: dict[tuple[str, Id], list[tuple[str, Id, Id]]] = defaultdict(list)
        """Of each supply and step: kind and number of what it waits for, and the demand between."""
        for booking in bookings:
            demand = self.demands.get(booking.demand)
            if demand is None or booking.supply not in self.supplies:
                continue
            for row in at.get((demand.project, str(demand.step)), ()):
                self.waits["step", row].append(("supply", booking.supply, demand.id))
        for step in self.steps.values():
            for before in step.after:
                if before in self.steps:
                    self.waits["step", step.id].append(("step", before, ""))
            for brought in step.supplies:
                if brought in self.supplies:
                    self.waits["supply", brought].append(("step", step.id, ""))
        self.moves: dict[tuple[str, Id], _Move] = {}
        for kind, row in self._order():
            found = self._step_move(self.steps[row]) if kind == "step" else self._supply_move(self.supplies[row])
            if found is not None:
                self.moves[kind, row] = found

    def moved_steps(self) -> list[tuple[Step, _Move]]:
        return [(self.steps[row], move) for (kind, row), move in self.moves.items() if kind == "step"]

    def _order(self) -> list[tuple[str, Id]]:
        """Every supply and step behind all that it waits for. Raises CycleError."""
        nodes = [("supply", row) for row in self.supplies] + [("step", row) for row in self.steps]
        left = {node: len(self.waits.get(node, ())) for node in nodes}
        followers: dict[tuple[str, Id], list[tuple[str, Id]]] = defaultdict(list)
        for node, waits in self.waits.items():
            for kind, row, _ in waits:
                followers[kind, row].append(node)
        out = [node for node in nodes if not left[node]]
        for node in out:  # grows while it is walked
            for follower in followers.get(node, ()):
                left[follower] -= 1
                if not left[follower]:
                    out.append(follower)
        if len(out) < len(nodes):
            raise CycleError(self._ring({node for node in nodes if left[node]}))
        return out

    def _ring(self, stuck: set[tuple[str, Id]]) -> tuple[str, ...]:
        """The names of one ring among nodes that all wait for another of them, from the first by number on."""
        node = min(stuck, key=lambda one: (one[0], rank(one[1])))
        path: list[tuple[str, Id]] = []
        while node not in path:
            path.append(node)
            node = min(
                ((kind, row) for kind, row, _ in self.waits[node] if (kind, row) in stuck),
                key=lambda one: (one[0], rank(one[1])),
            )
        ring = path[path.index(node) :][::-1]
        first = min(range(len(ring)), key=lambda place: (ring[place][0] != "supply", rank(ring[place][1])))
        return tuple(self._name(*one) for one in ring[first:] + ring[:first])

    def _name(self, kind: str, row: Id) -> str:
        return self.supplies[row].title if kind == "supply" else self.steps[row].title

    def _supply_move(self, supply: Supply) -> _Move | None:
        best: _Move | None = None
        for _, row, _ in self.waits.get(("supply", supply.id), ()):
            move = self.moves.get(("step", row))
            if move is None or (day := _carried(supply, self.steps[row], move.day)) is None:
                continue
            best = _later(best, _Move(day, move.cause, _put_back(self.steps[row], move), move.origin))
        return best

    def _step_move(self, step: Step) -> _Move | None:
        if step.done or step.day is None:
            return None
        best: _Move | None = None
        for kind, row, between in self.waits.get(("step", step.id), ()):
            if kind == "supply":
                found = self._by_supply(step, step.day, self.supplies[row], self.demands[between])
            else:
                found = self._by_step(step, step.day, self.steps[row])
            if found is not None and found.day > step.day:
                best = _later(best, found)
        return best

    def _by_supply(self, step: Step, planned: date, supply: Supply, demand: Demand) -> _Move | None:
        moved = self.moves.get(("supply", supply.id))
        day = moved.day if moved is not None else supply.day
        if day is None or demand.need_by is None or day <= demand.need_by:
            return None
        if step.lead is None:
            to = day + max(timedelta(0), planned - demand.need_by)
        elif self.calendar is not None:
            to = self.calendar.add(day, step.lead)
        else:
            to = day + timedelta(days=step.lead)
        late, name = (day - demand.need_by).days, FACTORS[supply.factor].name
        near = Words(
            f"“{supply.title}”（{name.zh}）{day} 才到位，比需用日 {demand.need_by} 晚 {late} 天",
            f"{supply.title!r} ({name.en}) is there on {day}, {late} days after the need on {demand.need_by}",
        )
        return _Move(to, supply.id, near) if moved is None else _Move(to, moved.cause, near, moved.origin)

    def _by_step(self, step: Step, planned: date, before: Step) -> _Move | None:
        moved = self.moves.get(("step", before.id))
        if moved is None or before.day is None:
            return None
        return _Move(planned + (moved.day - before.day), moved.cause, _put_back(before, moved), moved.origin)


def _put_back(step: Step, move: _Move) -> Words:
    """That a step before moves, in words."""
    days = 0 if step.day is None else (move.day - step.day).days
    return Words(f"“{step.title}”顺延 {days} 天", f"{step.title!r} moves by {days} days")


def _later(one: _Move | None, other: _Move) -> _Move:
    """The later of two; of equally late ones the one whose cause and words come first, whatever the order of the input."""
    if one is None or other.day > one.day:
        return other
    if other.day == one.day and (rank(other.cause), other.reason.zh) < (rank(one.cause), one.reason.zh):
        return other
    return one
