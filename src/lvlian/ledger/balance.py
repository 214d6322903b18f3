"""The balance of factors by quarter, and its shortages: who goes short, for how long, and which goals stand behind.

A quarter's line tells its last day: a supply counts in the quarter in which it comes and in each after it, a demand in every quarter that
it touches. A rate (load, gas) is gone after its last day; of a stock (land, funds) only what nobody booked lapses then.
Who is short is decided by a declared rule, shown as such: booked supplies serve the demand that they are booked for; what is free goes
to the others by the day of need, then by their number. Nothing in the order of the input counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lvlian.ledger.factors import FACTORS, ORDER, Booking, Demand, Id, Supply, rank, told
from lvlian.ledger.quarter import Quarter, quarter_of
from lvlian.ledger.track import Factor, Words

NONE = Decimal(0)
RULE = Words(
    "先按预订，余下的按需用日期先后、再按编号先后分配",
    "what is booked goes to its demand; the rest by the day of need, then by number",
)
"""The rule by which a shortage names who is short; pages and papers print it beside the names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterLine:
    """One factor in one quarter, in the factor's unit. `free` is what may still be booked: always `expected - booked`. `short` is what is
    needed and covered neither by a booking nor by what is free. The undated stand in no sum: they are told beside it."""

    factor: Factor
    quarter: Quarter
    unit: str
    promised: Decimal
    expected: Decimal
    demand: Decimal
    booked: Decimal
    free: Decimal
    short: Decimal
    undated_supply: Decimal
    undated_demand: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """A demand that a shortage holds up: `amount` of it is not covered. `days` from the day of need to `covered`, the day on which the
    supplies that are known cover it, `quarters` the number of quarters in between; None where they do not up to the last quarter."""

    demand: Id
    project: Id
    title: str
    amount: Decimal
    covered: date | None
    days: int | None
    quarters: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """`amount` of a factor that is missing in a quarter, whom it holds up, and the goals behind them."""

    factor: Factor
    quarter: Quarter
    amount: Decimal
    delays: tuple[Delay, ...]
    goals: tuple[str, ...]
    zh: str
    en: str


def balance(
    supplies: Iterable[Supply],
    demands: Iterable[Demand],
    bookings: Iterable[Booking],
    first: Quarter,
    last: Quarter,
    today: date | None = None,
) -> tuple[QuarterLine, ...]:
    """A line for each factor that is supplied or needed and each quarter from `first` through `last`, in the order of FACTORS.

    With `today`, a supply whose day has passed without being done has no day: its unit has to report a new one. Raises FactorError
    where a booking is told in a unit that does not fit.
    """
    return tuple(
        ledger.line(quarter)
        for ledger in _accounts(supplies, demands, bookings, today)
        for quarter in first.through(last)
    )


def shortages(
    supplies: Iterable[Supply],
    demands: Iterable[Demand],
    bookings: Iterable[Booking],
    first: Quarter,
    last: Quarter,
    today: date | None = None,
) -> tuple[Shortage, ...]:
    """The quarters from `first` through `last` in which a factor is short, with whom each holds up; supplies that come after `last` are
    not looked at. Arguments as in `balance`."""
    out = []
    for ledger in _accounts(supplies, demands, bookings, today):
        out += _shortages_of(ledger, tuple(first.through(last)))
    return tuple(out)


class _Account:
    """One factor's rows, prepared once: amounts in its unit, days of supplies, what is booked on what."""

    def __init__(self, factor: Factor) -> None:
        self.factor = factor
        self.supplies: list[tuple[Supply, Decimal, date | None, Decimal]] = []
        """Supply, amount, the day that counts, what is booked on it."""
        self.demands: list[tuple[date, Demand, Decimal]] = []
        """The dated ones by the declared order: day of need, demand, amount."""
        self.booked_for: dict[Id, list[tuple[int, Decimal]]] = defaultdict(list)
        """By demand: the place of the supply in `supplies`, and how much."""
        self.undated_supply = self.undated_demand = NONE

    def line(self, quarter: Quarter) -> QuarterLine:
        last = quarter.last
        expected, booked = self.at_hand(last)
        promised = NONE
        for one, amount, _, kept in self.supplies:
            if one.promised is not None and one.promised <= last:
                promised += standing(one, amount, kept, last)
        needed, rows = self.open(quarter)
        free = expected - booked
        short = sum((amount for _, amount in rows), NONE) - max(NONE, free)
        return QuarterLine(
            factor=self.factor, quarter=quarter, unit=FACTORS[self.factor].unit, promised=promised, expected=expected,
            demand=needed, booked=booked, free=free, short=max(NONE, short),
            undated_supply=self.undated_supply, undated_demand=self.undated_demand,
        )  # fmt: skip

    def at_hand(self, last: date) -> tuple[Decimal, Decimal]:
        """What is there on a quarter's last day, and how much of that is booked."""
        expected = booked = NONE
        for one, amount, day, kept in self.supplies:
            if day is not None and day <= last and serves(one, last):
                expected += standing(one, amount, kept, last)
                booked += kept
        return expected, booked

    def open(self, quarter: Quarter) -> tuple[Decimal, list[tuple[Demand, Decimal]]]:
        """What is needed in a quarter in all, and the demands that their bookings do not cover, with how much, by the declared order."""
        first, last = quarter.first, quarter.last
        serving = [day is not None and day <= last and serves(one, last) for one, _, day, _ in self.supplies]
        booked_for, needed = self.booked_for, NONE
        out = []
        for day, one, amount in self.demands:
            if day > last:
                break
            if one.until is not None and one.until < first:
                continue
            needed += amount
            for place, kept in booked_for.get(one.id, ()):
                if serving[place]:
                    amount -= kept
            if amount > 0:
                out.append((one, amount))
        return needed, out


def serves(one: Supply, last: date) -> bool:
    """Whether what is booked on a supply that has come still reaches its demands on a day: of a stock it always does."""
    return one.stock or one.until is None or one.until >= last


def standing(one: Supply, amount: Decimal, kept: Decimal, last: date) -> Decimal:
    """How much of a supply that has come is there on a day; of a stock that has ended what was booked before."""
    if one.until is None or one.until >= last:
        return amount
    return min(kept, amount) if one.stock else NONE


def _accounts(
    supplies: Iterable[Supply], demands: Iterable[Demand], bookings: Iterable[Booking], today: date | None
) -> list[_Account]:
    accounts: dict[Factor, _Account] = {}
    by_supply: dict[Id, list[Booking]] = defaultdict(list)
    for booking in bookings:
        by_supply[booking.supply].append(booking)
    for supply in supplies:
        account = accounts.setdefault(supply.factor, _Account(supply.factor))
        day = supply.day
        if today is not None and supply.done is None and day is not None and day < today:
            day = None
        kept = NONE
        for booking in by_supply.get(supply.id, ()):
            amount = booking.measure(supply.factor)
            kept += amount
            account.booked_for[booking.demand].append((len(account.supplies), amount))
        measure = supply.measure
        if day is None:
            account.undated_supply += measure
        account.supplies.append((supply, measure, day, kept))
    for demand in demands:
        account = accounts.setdefault(demand.factor, _Account(demand.factor))
        if demand.need_by is None:
            account.undated_demand += demand.measure
        else:
            account.demands.append((demand.need_by, demand, demand.measure))
    for account in accounts.values():
        account.demands.sort(key=lambda row: (row[0], rank(row[1].id)))
    return [accounts[factor] for factor in sorted(accounts, key=ORDER.__getitem__)]


def _shortages_of(account: _Account, quarters: Sequence[Quarter]) -> list[Shortage]:
    short: list[tuple[Quarter, list[tuple[Demand, Decimal]]]] = []
    waiting: dict[Id, int] = {}
    """Demands that are short, and the place in `quarters` of the last quarter in which they were."""
    relief: dict[tuple[Id, int], tuple[date, Quarter]] = {}
    for place, quarter in enumerate(quarters):
        expected, booked = account.at_hand(quarter.last)
        pool = max(NONE, expected - booked)
        asked = NONE
        here: list[tuple[Demand, Decimal]] = []
        served: dict[Id, Decimal] = {}
        for demand, amount in account.open(quarter)[1]:
            asked += amount
            if asked > pool:
                here.append((demand, min(amount, asked - pool)))
            else:
                served[demand.id] = asked
        still = {demand.id for demand, _ in here}
        lifted = [row for row in waiting if row not in still]
        if lifted:
            arrivals = _arrivals(account, quarter, pool)
            for row in lifted:
                relief[row, waiting.pop(row)] = (
                    _day_of_relief(account, row, served.get(row), arrivals, quarter),
                    quarter,
                )
        for row in still:
            waiting[row] = place
        if here:
            short.append((quarter, here))
    until: dict[Id, tuple[date, Quarter]] = {}
    out = []
    places = {quarter: place for place, quarter in enumerate(quarters)}
    for quarter, rows in reversed(short):
        delays = []
        for demand, amount in rows:
            found = relief.get((demand.id, places[quarter]))
            if found is not None:
                until[demand.id] = found
            delays.append(_delay(demand, amount, until.get(demand.id)))
        out.append(_shortage(account.factor, quarter, delays, [demand for demand, _ in rows], quarters[-1]))
    return out[::-1]


def _arrivals(account: _Account, quarter: Quarter, pool: Decimal) -> list[tuple[date, Decimal]]:
    """The days in a quarter on which supplies come, with what is free from each on; the last leaves `pool`."""
    came: dict[date, Decimal] = defaultdict(Decimal)
    first, last = quarter.first, quarter.last
    for one, amount, day, kept in account.supplies:
        if day is not None and first <= day <= last and serves(one, last):
            came[day] += standing(one, amount, kept, last) - kept
    out = []
    for day in sorted(came, reverse=True):
        out.append((day, pool))
        pool -= came[day]
    return out[::-1]


def _day_of_relief(
    account: _Account, row: Id, asked: Decimal | None, arrivals: list[tuple[date, Decimal]], quarter: Quarter
) -> date:
    """The day in the quarter from which a demand is covered: by what is free, or by the last of its bookings that comes in it."""
    days = [
        day
        for place, _ in account.booked_for.get(row, ())
        if (day := account.supplies[place][2]) is not None and quarter.first <= day <= quarter.last
    ]
    if asked is not None and (day := next((day for day, free in arrivals if free >= asked), None)) is not None:
        days.append(day)
    return max(days, default=quarter.first)


def _delay(demand: Demand, amount: Decimal, found: tuple[date, Quarter] | None) -> Delay:
    if found is None or demand.need_by is None or (demand.until is not None and demand.until < found[0]):
        day = days = quarters = None
    else:
        day = found[0]
        days, quarters = (day - demand.need_by).days, found[1].place - quarter_of(demand.need_by).place
    return Delay(
        demand=demand.id, project=demand.project, title=demand.who, amount=amount, covered=day, days=days, quarters=quarters
    )  # fmt: skip


def _shortage(factor: Factor, quarter: Quarter, delays: list[Delay], demands: list[Demand], last: Quarter) -> Shortage:
    amount = sum((one.amount for one in delays), NONE)
    goals = tuple(dict.fromkeys(goal for demand in demands for goal in demand.goals))
    name = FACTORS[factor].name
    who_zh = "、".join(f"{one.title}（{_wait_zh(one, last)}）" for one in delays[:5])
    who_en = ", ".join(f"{one.title} ({_wait_en(one, last)})" for one in delays[:5])
    if len(delays) > 5:
        who_zh, who_en = f"{who_zh}等 {len(delays)} 项", f"{who_en} and {len(delays) - 5} more"
    zh = f"{quarter.zh}{name.zh}缺 {told(factor, amount)}，影响{who_zh}"
    en = f"In {quarter} {name.en} is short by {told(factor, amount)}; it holds up {who_en}"
    if goals:
        zh += f"，牵动目标{'、'.join(goals)}"
        en += f"; goals behind: {', '.join(goals)}"
    return Shortage(
        factor=factor, quarter=quarter, amount=amount, delays=tuple(delays), goals=goals, zh=zh + "。", en=en + "."
    )  # fmt: skip


def _wait_zh(one: Delay, last: Quarter) -> str:
    return f"到 {last} 仍无供给" if one.days is None else f"晚 {one.days} 天"


def _wait_en(one: Delay, last: Quarter) -> str:
    return f"not covered up to {last}" if one.days is None else f"{one.days} days late"
