"""What cannot be found is bounded, and the bounds are those of the linear programme where the balances are a tree."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chain.account.situation import CLEAN, LIQUID, MONTH, REGION

from lvlian.chain.account.account import make_account
from lvlian.chain.account.intervals import sums

SILENT = [s for s in CLEAN if s.item not in ("received",)]


@pytest.fixture(scope="module")
def account():
    return make_account(REGION, MONTH, CLEAN)


def test_bounds_of_the_silent_buyers_are_exact(account) -> None:
    for buyer in ("ding", "wu"):
        k = account.network.index[f"moved:smelter>{buyer}/{LIQUID}"]
        assert account.hidden.intervals[k] == pytest.approx(account.hidden.bounds({k: 1.0}, exact=True), rel=1e-6)


@given(st.sets(st.integers(0, len(CLEAN) - 1), min_size=3, max_size=14))
@settings(max_examples=15)
def test_bounds_are_never_narrower_than_the_programmes(silent: set[int]) -> None:
    account = make_account(REGION, MONTH, [s for k, s in enumerate(CLEAN) if k not in silent])
    hidden = [k for k in account.hidden.home if account.streams[k].kind in ("moved", "used", "made")]
    for k in hidden[:: max(len(hidden) // 4, 1)]:
        low, high = account.hidden.intervals[k]
        exact_low, exact_high = account.hidden.bounds({k: 1.0}, exact=True)
        size = max(abs(exact_low), abs(exact_high) if math.isfinite(exact_high) else 1.0, 1.0)
        assert low <= exact_low + 1e-5 * size
        assert high >= exact_high - 1e-5 * size or math.isinf(exact_high)


def test_nothing_is_below_zero(account) -> None:
    for k, (low, high) in account.hidden.intervals.items():
        assert low <= high
        if not account.streams[k].signed:
            assert low >= 0


def test_a_known_sum_of_unknown_parts(account) -> None:
    known = sums(account.hidden)
    (parts,) = [p for p in known if {account.streams[k].good for k in p} == {LIQUID}]
    _, value, sd = known[parts]
    seen = account.quantity(dict.fromkeys(parts, 1.0))
    assert seen.value == pytest.approx(value)
    assert seen.sd == pytest.approx(sd, rel=1e-6)
    twice = account.quantity({parts[0]: 1.0, parts[1]: 2.0})
    assert not twice.known
    assert twice.low == pytest.approx(seen.low, rel=0.1)


def test_a_difference_of_hidden_flows_can_be_known(account) -> None:
    index = account.network.index
    moved, arrived = index[f"moved:smelter>wu/{LIQUID}"], index[f"arrived:smelter>wu/{LIQUID}"]
    lost = index[f"lost:smelter>wu/liquid_transport/{LIQUID}"]
    gap = account.quantity({moved: 1.0, arrived: -1.0, lost: -1.0})
    assert gap.known
    assert gap.value == pytest.approx(0.0, abs=1e-6)


def test_what_stands_alone_is_unbounded() -> None:
    account = make_account(REGION, MONTH, [])
    ends = [account.intervals[s.id] for s in account.streams if s.boundary == "out"]
    assert all(math.isinf(high) for _, high in ends)
    assert np.isnan(account.value).sum() > 50
