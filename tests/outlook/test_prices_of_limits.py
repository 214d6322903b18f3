"""Prices of limits: equal to what one more unit really brings, told as a range where the two sides differ, zero where nothing holds back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvlian.chain.library import load_library
from lvlian.outlook.pathway import options_of, plan_of
from lvlian.outlook.pathway.prices import prices
from tests.outlook.example import small_case
from tests.outlook.ways import BARE, priced_case, primary

KEYS = {"without": BARE}


@pytest.fixture(scope="module")
def library():
    return load_library()


def tight(amount: float, season=(0.8, 1.0, 1.1, 1.1)):
    limit = replace(small_case().limits[0], amount=amount, season=season)
    return small_case(prices=priced_case().prices, limits=(limit,), aims=(primary(30.0),))


def test_the_price_is_what_one_more_unit_brings(library):
    plan = plan_of(tight(4.5e9), library, options_of(KEYS))
    plan.solve()
    found = prices(plan)
    assert found and found[0].unit == "万千瓦时电"
    one = next(price for price in found if price.sure)
    place = plan.built.case.quarters.index(one.quarter)
    row = int(plan.built.rows["power"][place])
    base = plan.quick()
    top = float(plan.linear.row_upper[row])
    plan.linear.bounds_rows([row], upper=[top + 1e6])
    more = plan.quick()
    worth = (
        float(plan.built.reward @ (more.x - base.x)) / plan.built.weights[place] * 1e4 / 100
    )  # yuan for each of 100 万千瓦时
    assert one.yuan == pytest.approx(worth, rel=0.02)
    assert one.zh.startswith(f"{one.quarter.zh}再多 1 万千瓦时电值") and "10,000 kWh" in one.en


def test_nothing_is_paid_for_what_nobody_lacks(library):
    plan = plan_of(tight(9e9), library, options_of(KEYS))
    plan.solve()
    assert prices(plan) == ()


def test_where_the_two_sides_differ_it_is_said(library):
    """A quota that just lets all plants run: less costs, more brings nothing."""
    loose = plan_of(tight(9e9), library, options_of(KEYS))
    solution = loose.solve()
    used = [float(sum(loose.built.model.weight[0] @ solution.x[loose.built.x][:, q] for _ in (0,))) for q in range(8)]
    case = tight(4 * used[0], season=(1.0, 2.0, 2.0, 2.0))
    plan = plan_of(case, library, options_of(KEYS))
    plan.solve()
    for price in prices(plan):
        assert price.sure or (price.low <= price.yuan * 1.001 and price.high >= price.yuan * 0.999)
        assert price.sure or "–" in price.zh or "保不住" in price.zh


def test_without_an_answer_there_are_none(library):
    assert prices(plan_of(tight(9e9), library, options_of(KEYS))) == ()
