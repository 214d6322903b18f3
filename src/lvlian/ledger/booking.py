"""Booking (预订) of a supply for a demand: what may be booked, said before it is written and again under the lock that writes it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from lvlian.ledger.factors import FACTORS, Booking, Demand, FactorError, Supply, exact, measured, told

Because = Literal["factor", "amount", "unit", "unknown", "twice", "ended", "beyond", "more"]


class BookingRefused(FactorError):
    """A booking that may not be made; `because` says which rule it breaks, the sentence says the figures."""

    def __init__(self, because: Because, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.because = because


def free_of(supply: Supply, bookings: Iterable[Booking]) -> Decimal:
    """What is left of a supply, in the factor's unit; below zero where more was booked than is there."""
    return supply.measure - sum((one.measure(supply.factor) for one in bookings if one.supply == supply.id), Decimal(0))


def may_book(
    supply: Supply,
    bookings: Iterable[Booking],
    amount: Decimal,
    *,
    demand: Demand,
    unit: str = "",
) -> None:
    """Nothing where `amount` (in `unit`, else in the factor's unit) of `supply` may be booked for `demand` beside `bookings`.

    Raises BookingRefused where the two are of different factors, the amount is not above zero or not told in a unit that fits, the
    supply's amount is unknown, the pair is booked already, the supply ends before the need begins, the sum of all bookings would
    exceed the supply, or the demand would be booked more than it needs. A supply without a date may be booked: it is told as
    missing until its unit brings the date.
    """
    name = FACTORS[supply.factor].name
    if demand.factor != supply.factor:
        other = FACTORS[demand.factor].name
        raise BookingRefused(
            "factor",
            f"“{supply.title}”供的是{name.zh}，“{demand.title}”要的是{other.zh}，不能预订。",
            f"{supply.title!r} supplies {name.en}, {demand.title!r} needs {other.en}; it cannot be booked.",
        )
    try:
        wanted = measured(supply.factor, exact(amount), unit or FACTORS[supply.factor].unit)
    except FactorError as error:
        raise BookingRefused("unit", error.zh, error.en) from error
    if wanted <= 0:
        raise BookingRefused(
            "amount",
            f"预订数量写的是 {told(supply.factor, wanted)}，应大于零。",
            f"The amount booked is {told(supply.factor, wanted)}, expected more than zero.",
        )
    if supply.amount is None:
        raise BookingRefused(
            "unknown",
            f"“{supply.title}”缺数量，由{supply.unit_name or '供给单位'}补报后再预订。",
            f"The amount of {supply.title!r} is missing; {supply.unit_name or 'its unit'} has to bring it first.",
        )
    rows = list(bookings)
    if any(one.supply == supply.id and one.demand == demand.id for one in rows):
        raise BookingRefused(
            "twice",
            f"“{supply.title}”已经为“{demand.title}”预订过，请在原预订上更正数量。",
            f"{supply.title!r} is booked for {demand.title!r} already; correct that booking.",
        )
    if supply.until is not None and demand.need_by is not None and demand.need_by > supply.until:
        raise BookingRefused(
            "ended",
            f"“{supply.title}”到 {supply.until} 为止，“{demand.title}”{demand.need_by} 才用，不能预订。",
            f"{supply.title!r} ends on {supply.until}, {demand.title!r} needs it from {demand.need_by}; it cannot be booked.",
        )
    free = free_of(supply, rows)
    if wanted > free:
        left = max(free, Decimal(0))
        raise BookingRefused(
            "beyond",
            f"“{supply.title}”共 {told(supply.factor, supply.measure)}，只余 {told(supply.factor, left)}，"
            f"不够预订 {told(supply.factor, wanted)}。",
            f"{supply.title!r} has {told(supply.factor, supply.measure)}, of which {told(supply.factor, left)} is free: "
            f"too little for {told(supply.factor, wanted)}.",
        )
    if demand.amount is not None:
        need = demand.measure
        have = sum((one.measure(supply.factor) for one in rows if one.demand == demand.id), Decimal(0))
        if have + wanted > need:
            raise BookingRefused(
                "more",
                f"“{demand.title}”需 {told(supply.factor, need)}，已预订 {told(supply.factor, have)}，"
                f"再预订 {told(supply.factor, wanted)} 就超出需要。",
                f"{demand.title!r} needs {told(supply.factor, need)} and has {told(supply.factor, have)} booked: "
                f"{told(supply.factor, wanted)} more is beyond the need.",
            )
