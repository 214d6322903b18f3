"""Quarters and years are the sum of their months; what is missing is named."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.chain.account.situation import BEFORE, CLEAN, LIQUID, MONTH, REGION, said

from lvlian.chain.account.account import make_account
from lvlian.chain.account.year import PeriodError, months_of, year_account
from lvlian.chain.region import Region

MADE = f"made:smelter/electrolysis/{LIQUID}"


def _month(month: str, before, closing: float):
    statements = [
        said(
            s.party,
            s.item,
            s.good,
            s.value,
            month=month,
            firm=s.firm,
            partner=s.partner,
            process=s.process,
            sd=s.sd,
            source=s.source,
        )
        for s in CLEAN
        if s.item != "closing"
    ]
    return make_account(
        REGION,
        month,
        [*statements, said("smelter", "closing", "aluminium_ingot", closing, month=month, sd=60.0)],
        before=before,
    )


@pytest.fixture(scope="module")
def quarter():
    july = _month("2023-07", [said("smelter", "closing", "aluminium_ingot", 3_000, month="2023-06", sd=5.0)], 4_020)
    august = _month("2023-08", july, 5_040)
    return july, august, _month("2023-09", august, 6_060)


def test_flows_add_up_with_independent_months(quarter) -> None:
    period = year_account(quarter, "2023-Q3")
    assert period.complete
    whole, parts = period.flow(MADE), [a.flow(MADE) for a in quarter]
    assert whole.value == pytest.approx(sum(p.value for p in parts))
    assert whole.sd == pytest.approx(math.sqrt(sum(p.sd**2 for p in parts)))
    assert any("独立" in note for note in period.assumptions)
    total = period.total(kind="made", good=LIQUID)
    assert (total.value, total.sd) == pytest.approx((whole.value, whole.sd))
    weights = np.zeros((1, len(period.streams)))
    weights[0, period.index[MADE]] = 1
    assert math.sqrt(period.covariance(weights)[0, 0]) == pytest.approx(whole.sd)


def test_stocks_telescope(quarter) -> None:
    period = year_account(quarter, "2023-Q3")
    change = period.flow("stock:smelter/aluminium_ingot")
    opening = period.flow("level:smelter/opening/aluminium_ingot")
    closing = period.flow("level:smelter/closing/aluminium_ingot")
    assert closing.value - opening.value == pytest.approx(change.value, rel=1e-2)
    assert change.sd == pytest.approx(math.hypot(opening.sd, closing.sd))
    assert change.sd < math.sqrt(sum(a.flow("stock:smelter/aluminium_ingot").sd ** 2 for a in quarter))


def test_missing_months_are_named_and_not_filled(quarter) -> None:
    year = year_account(quarter[:2], "2023")
    assert year.missing == tuple(m for m in months_of("2023") if m not in ("2023-07", "2023-08"))
    assert not year.complete
    assert year.flow(MADE).value == pytest.approx(sum(a.flow(MADE).value for a in quarter[:2]))
    assert any("2023-01" in note for note in year.assumptions)


def test_what_one_month_leaves_unknown_is_bounded(quarter) -> None:
    period = year_account(quarter, "2023-Q3")
    flow = period.flow(f"moved:smelter>wu/{LIQUID}")
    assert not flow.known
    assert flow.low == 0
    assert flow.high == pytest.approx(sum(a.flow(f"moved:smelter>wu/{LIQUID}").high for a in quarter))
    assert period.classes[period.index[f"moved:smelter>wu/{LIQUID}"]] == "unobservable"


def test_periods() -> None:
    assert months_of("2023-Q4") == ("2023-10", "2023-11", "2023-12")
    assert len(months_of("2023-H1")) == 6
    assert len(months_of("2023")) == 12
    assert months_of("sometime") == ()


def test_what_cannot_be_added_up(quarter) -> None:
    with pytest.raises(PeriodError, match="no account"):
        year_account([])
    with pytest.raises(PeriodError, match="two accounts"):
        year_account([quarter[0], quarter[0]])
    with pytest.raises(PeriodError, match="does not belong"):
        year_account(quarter, "2023-Q4")
    other = make_account(Region(name="别处", firms=REGION.firms), MONTH, [], before=BEFORE)
    with pytest.raises(PeriodError, match="one region"):
        year_account([quarter[0], other])
