"""Booking and releasing: the rules as sentences, and any sequence of steps keeps them."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lvlian.site.ledger.actions import factors
from lvlian.site.ledger.models import Booking, Demand
from lvlian.site.org.chain import verify
from lvlian.site.org.models import AuditRecord
from tests.site.ledger.factors_world import Works, make_works

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(world: Any) -> Works:
    return make_works(world)


def test_the_rules_are_said(works: Works) -> None:
    with pytest.raises(factors.BookingRefused, match="已经为"):
        factors.book(works.access, works.supply, works.demands[0], 1)
    factors.release(works.access, works.bookings[0])
    with pytest.raises(factors.BookingRefused, match="只余 6万千瓦"):
        factors.book(works.access, works.supply, works.demands[0], 7)
    with pytest.raises(factors.BookingRefused, match="超出需要"):
        factors.book(works.access, works.supply, works.demands[0], 3)
    with pytest.raises(factors.BookingRefused, match="大于零"):
        factors.book(works.access, works.supply, works.demands[0], 0)
    with pytest.raises(factors.Refused, match="已经释放"):
        factors.release(works.access, works.bookings[0])
    assert factors.book(works.access, works.supply, works.demands[0], 2).amount == 2


def test_another_factor_or_an_unknown_amount_cannot_be_booked(works: Works, world: Any) -> None:
    land = {"factor": "land", "title": "用地", "amount": None, "unit": "亩"}
    supply = factors.add_supply(works.access, world.a.region, land)
    with pytest.raises(factors.BookingRefused, match="供的是用地"):
        factors.book(works.access, supply, works.demands[0], 1)
    need = factors.add_demand(works.access, works.items[0], {"factor": "land", "amount": 5, "unit": "亩"})
    with pytest.raises(factors.BookingRefused, match="缺数量"):
        factors.book(works.access, supply, need, 1)
    with pytest.raises(factors.Refused, match="不能折算"):
        factors.add_supply(works.access, world.a.region, {**land, "unit": "万吨"})


def test_only_who_may(works: Works, world: Any) -> None:
    unit = world.access(world.a.people["unit"], world.a.region)
    with pytest.raises(PermissionDenied):
        factors.book(unit, works.supply, works.demands[0], 1)
    other = world.access(world.b.people["office"], world.b.region)
    with pytest.raises(PermissionDenied):
        factors.move_supply(other, works.supply, None, None, "")


def test_a_demand_goes_with_its_bookings(works: Works) -> None:
    factors.remove_demand(works.access, works.demands[0])
    record = AuditRecord.objects.get(action="demand.remove")
    assert record.changes >= 2
    with pytest.raises(factors.Refused, match="先释放"):
        factors.remove_supply(works.access, works.supply)
    assert Booking.objects.count() == 2 and not verify().faults


@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_keeps_the_rules(works: Works, seed: int) -> None:
    chance = random.Random(seed)
    demands = list(Demand.objects.order_by("pk"))
    for _ in range(25):
        kept = list(Booking.objects.all())
        try:
            if kept and chance.random() < 0.4:
                factors.release(works.access, chance.choice(kept))
            else:
                factors.book(
                    works.access, works.supply, chance.choice(demands), chance.choice((0.1, 0.2, 0.7, 2.0, 5.5))
                )
        except (factors.BookingRefused, factors.Refused):
            pass
        now = list(Booking.objects.all())
        assert sum(Decimal(str(one.amount)) for one in now) <= Decimal(10)
        assert len({one.demand_id for one in now}) == len(now)
    assert not verify().faults
