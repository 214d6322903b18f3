"""The screening: what is out, what is said of it, and that nothing else is touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chain.account.readings import flows, network, p10, p14

from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.suspects import screen
from lvlian.chain.account.system import Bilinear, UnsolvableError


def month():
    """A smelter's month: liquid metal to three processors read at both ends, a haulier's total, a lonely ingot balance."""
    # 1 output; 2..4 moved; 5 total hauled; 6 to own ingot; 7 ingot sold; 8 into stock
    nodes = ["1-2-3-4-6", "2+3+4-5", "6-7-8"]
    system = network(nodes, [68_300.0, 41_200.0, 7_910.0, 6_318.0, 61_460.0, 14_210.0, 13_400.0, 300.0], [1.0] * 8)
    sd = np.array([300, 200, 60, 50, 300, 80, 70, 60, 200, 60, 50], float)
    stream = np.array([0, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3])
    reading = np.array([68_300, 41_200, 7_910, 6_318, 54_002, 14_210, 13_400, 300, 39_812, 7_872, 6_270.0])
    return replace(system, stream=stream, reading=reading, variance=sd**2)


def test_a_report_that_the_other_side_and_the_totals_contradict():
    got = screen(month())
    assert [s.reading for s in got.suspects] == [1]
    (suspect,) = got.suspects
    assert suspect.reported == 41_200
    assert suspect.implied == pytest.approx(39_818, abs=40)
    assert suspect.z == pytest.approx((suspect.reported - suspect.implied) / np.hypot(200, suspect.sd), rel=1e-9)
    assert suspect.detectable < 1_382
    assert dict(suspect.moved)[1] > 0
    (group,) = got.sets
    assert set(group.readings) == {6, 7}
    assert {round(m.implied) for m in group.members} == {13_910, 810} or group.count == 1
    assert got.removals[0].ok is False
    assert got.closed
    assert got.removals[-1].chi2 == pytest.approx(got.solution.chi2)
    assert sum(s.share for s in got.suspects) < 1


def test_without_errors_nothing_is_said():
    system, truth = flows(1, 20, 8)
    got = screen(replace(system, reading=truth))
    assert (got.suspects, got.sets, got.out) == ((), (), ())
    assert len(got.removals) == 1
    assert got.closed
    assert got.robust is not None
    assert got.robust.flagged == ()


@pytest.mark.parametrize(
    ("make", "out"),
    [(p10, {2, 3, 5, 7}), (p14, {4, 5, 17, 18})],
)
def test_published_cases(make, out):
    got = screen(make())
    assert set(got.out) == out
    assert got.closed
    assert got.limit == pytest.approx({13: 2.891, 24: 3.078}[len(got.system.reading)], abs=1e-3)
    assert len(got.kept) == len(got.solution.system.reading)
    assert got.only_robust == ()


@settings(max_examples=40)
@given(seed=st.integers(0, 100_000), twice=st.integers(0, 2), correlated=st.integers(0, 1))
def test_every_reading_is_held_against_all_others(seed, twice, correlated):
    system, _ = flows(seed, 12, 6, twice=twice, correlated=correlated)
    got = screen(system)
    for i in got.kept[:6]:
        if np.isnan(got.z[i]):
            assert got.detectable[i] == np.inf
            continue
        rest = reconcile(system.without([*got.out, i]))
        stream = system.stream[i]
        assert got.implied[i] == pytest.approx(rest.value[stream], rel=1e-6, abs=1e-5)
        assert got.implied_sd[i] == pytest.approx(rest.sd[stream], rel=1e-5, abs=1e-6)
    for i in got.out:
        assert got.implied[i] == pytest.approx(got.solution.value[system.stream[i]], rel=1e-6, abs=1e-5)


@settings(max_examples=60)
@given(seed=st.integers(0, 100_000), size=st.floats(1.0, 4.0))
def test_a_detectable_error_is_found_in_a_set_or_near(seed, size):
    system, truth = flows(seed, 16, 8)
    clean = screen(replace(system, reading=truth))
    rng = np.random.default_rng(seed)
    seen = np.flatnonzero(np.isfinite(clean.detectable))
    wrong = int(rng.choice(seen))
    reading = truth.copy()
    reading[wrong] += size * clean.detectable[wrong]
    got = screen(replace(system, reading=reading))
    near = {n.reading for s in got.suspects for n in s.near}
    assert wrong in {*got.out, *(i for s in got.sets for i in s.readings), *near}


def test_settled_readings_stay_out_and_trusted_ones_in():
    system = month()
    first = screen(system)
    got = screen(system, settled=[7], known=first)
    assert 7 in got.out
    assert not got.sets
    assert {s.reading for s in got.suspects} == {1, 7}
    assert got.solution.value[7] == pytest.approx(810, abs=20)
    kept = screen(system, trusted=[1])
    assert 1 not in kept.out


def test_a_settled_reading_that_nothing_checks_is_left_out_too():
    system = network(["1-2-3"], [100.0, 60.0, None], [1.0, 1.0, None])
    got = screen(system, settled=[1])
    assert got.out == (1,)
    assert np.isnan(got.solution.value[1])


def test_readings_that_nothing_checks_are_never_suspected():
    system = network(["1-2-3"], [100.0, -500.0, None], [1.0, 1.0, None])
    got = screen(system)
    assert got.out == ()
    assert np.isnan(got.z).all()
    assert (got.detectable == np.inf).all()


def test_a_bound_brings_an_error_to_light():
    # sent 100, two receivers: one says 130, the other says nothing and cannot have received less than 0; either of two is wrong
    system = network(["1-2-3"], [100.0, 130.0, None], [1.0, 1.0, None])
    assert screen(system).out == ()
    bounded = replace(system, lower=np.zeros(3))
    got = screen(bounded)
    assert np.nanmin(got.solution.value) >= -1e-9
    assert {i for s in got.sets for i in s.readings} | set(got.out) == {0, 1}


def test_products_of_unknowns():
    # mass × content = metal in two of three streams of a furnace; a content of 9.5 for 0.95
    system = network(["1-2-3"], [100.0, 60.0, 40.0, 0.95, 57.2], [0.25, 0.25, 0.25, 1e-5, 0.04])
    system = replace(system, bilinear=(Bilinear(linear=((4, -1.0),), products=((1, 3, 1.0),)),))
    assert screen(system).out == ()
    bad = system.reading.copy()
    bad[4] = 75.0
    got = screen(replace(system, reading=bad))
    named = {i for s in got.sets for i in s.readings} | {s.reading for s in got.suspects}
    assert 4 in named
    assert got.closed


def test_exact_readings_that_contradict_are_an_error():
    system = network(["1-2"], [1.0, 2.0], [0.0, 0.0])
    with pytest.raises(UnsolvableError):
        screen(system)


def test_nothing_to_screen():
    system = network(["1-2"], [None, None], [None, None])
    got = screen(system)
    assert (got.out, got.suspects, got.z.size) == ((), (), 0)


@given(seed=st.integers(0, 1_000), factor=st.sampled_from([1e-6, 1e6]))
@settings(max_examples=15)
def test_units_do_not_matter(seed, factor):
    system, _ = flows(seed, 14, 7)
    reading = system.reading.copy()
    reading[3] += 30 * np.sqrt(system.variance[3])
    system = replace(system, reading=reading)
    other = replace(system, reading=reading * factor, variance=system.variance * factor**2)
    first, second = screen(system), screen(other)
    assert first.out == second.out
    assert [s.readings for s in first.sets] == [s.readings for s in second.sets]
