"""Ramps: exact integrals over part quarters, stretched, retired, and the compiled loop beside NumPy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from lvlian.outlook.case import CaseError, Premise
from lvlian.outlook.pipeline import capacity_of, load_tables, pipeline
from lvlian.outlook.pipeline.curve import Curve
from lvlian.outlook.pipeline.load_tables import load_curves
from tests.outlook.example import small_case


def rate(curve, time, stretch=1.0):
    at = int(np.floor(time / stretch))
    return 0.0 if time < 0 else curve.shares[at] if at < len(curve.shares) else 1.0


@settings(max_examples=30, deadline=None)
@given(
    shares=st.lists(st.floats(0, 1), max_size=6),
    start=st.floats(-8, 8),
    stretch=st.floats(0.2, 4),
    quarter=st.integers(0, 12),
)
def test_what_is_made_in_a_quarter_is_the_integral_of_the_rate(shares, start, stretch, quarter):
    curve = Curve(kind="x", shares=tuple(shares))
    length = curve.length * stretch
    got = curve.made(quarter + 1.0 - start, length) - curve.made(quarter - start, length)
    steps = [start + k * stretch for k in range(len(shares) + 1)]
    points = sorted({quarter, quarter + 1, *(p for p in steps if quarter < p < quarter + 1)})
    real = stretch if shares else 1.0
    wanted = sum(quad(lambda t: rate(curve, t - start, real), a, b, limit=20)[0] for a, b in pairwise(points))
    assert float(got) == pytest.approx(wanted, abs=1e-6)


def test_a_ramp_of_no_length_is_full_at_once_and_none_is_full():
    curve = load_tables().curve("primary")
    assert float(curve.made(3.0, 0.0)) == pytest.approx(3.0, abs=1e-10)
    assert float(Curve(kind="x", shares=()).made(2.5)) == 2.5
    assert load_tables().curve("no such kind") is load_tables().curve("default")


def test_every_shipped_curve_climbs_and_says_that_it_is_assumed():
    for curve in load_curves().values():
        assert list(curve.shares) == sorted(curve.shares)
        assert not curve.verified
        assert curve.source[0]
        assert curve.source[1]


def test_the_premise_of_a_kind_stretches_its_ramp_only():
    case = small_case()
    turned = replace(case, premises=(*case.premises, Premise(key="ramp.casting", zh="", en="", value=6, low=0, high=8)))
    base, slow = pipeline(case), pipeline(turned)
    rows = {plant.id: row for row, plant in enumerate(case.plants)}
    assert slow.capacity[rows["slab"]].sum() < base.capacity[rows["slab"]].sum()
    np.testing.assert_allclose(np.delete(slow.capacity, rows["slab"], 0), np.delete(base.capacity, rows["slab"], 0))
    by_name = capacity_of(base, ramp={"casting": 6.0})[0]
    np.testing.assert_allclose(by_name, slow.capacity)
    drawn = capacity_of(base, ramp={"casting": np.array([2.0, 6.0])})
    np.testing.assert_allclose(drawn[0], base.capacity)
    np.testing.assert_allclose(drawn[1], slow.capacity)
    with pytest.raises(CaseError, match=r"ramp\.casting"):
        pipeline(replace(case, premises=(Premise(key="ramp.casting", zh="", en="", value=-1, low=0, high=8),)))


def test_full_output_is_reached_and_retirement_ends_it_in_the_middle_of_a_quarter():
    case = small_case()
    plants = tuple(
        replace(plant, until=date(2025, 8, 16)) if plant.id in ("slab", "billet") else plant for plant in case.plants
    )
    found = pipeline(replace(case, plants=plants)).capacity
    rows = {plant.id: row for row, plant in enumerate(plants)}
    for name in ("slab", "billet"):
        whole = plants[rows[name]].capacity / 4
        assert found[rows[name], 5] == pytest.approx(whole)
        assert found[rows[name], 6] == pytest.approx(whole * 46 / 92)
        assert found[rows[name], 7] == 0.0


def drawn(case, draws, seed):
    rng = np.random.default_rng(seed)
    delay = rng.gamma(1.0, 1.5, (draws, len(case.projects))) - 0.3
    delay[0] = np.inf
    return delay, rng.gamma(1.0, 1.0, (draws, len(case.factors)))


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**20), stretched=st.booleans(), ends=st.booleans())
def test_the_compiled_loop_is_numpy_to_the_last_digits(seed, stretched, ends):
    case = small_case(count=20)
    if ends:
        case = replace(case, plants=tuple(replace(one, until=date(2026, 2, 10)) for one in case.plants))
    line = pipeline(case)
    delay, factor_delay = drawn(case, 40, seed)
    ramp = np.random.default_rng(seed).uniform(0, 9, (40, len(line.kinds))) if stretched else None
    one = capacity_of(line, delay, factor_delay=factor_delay, ramp=ramp, compiled=False)
    other = capacity_of(line, delay, factor_delay=factor_delay, ramp=ramp, compiled=True)
    np.testing.assert_allclose(one, other, atol=1e-12 * 6e5, rtol=0)


def test_draws_are_those_of_each_alone_whatever_the_chunk():
    case = small_case()
    line = pipeline(case)
    delay, factor_delay = drawn(case, 30, 1)
    whole = capacity_of(line, delay, factor_delay=factor_delay)
    out = np.full((10, len(case.plants), case.count), np.nan)
    for first in range(0, 30, 10):
        part = slice(first, first + 10)
        capacity_of(line, delay[part], factor_delay=factor_delay[part], out=out)
        assert np.array_equal(out, whole[part])
    assert (whole[0, line.rows] == 0).all()
    np.testing.assert_allclose(capacity_of(line, np.zeros((1, 3)), factor_delay=np.zeros((1, 2)))[0], line.capacity)


@pytest.mark.parametrize(
    ("give", "words"),
    [
        ({"delay": np.zeros((4, 2))}, "field delay"),
        ({"factor_delay": np.zeros((4, 3))}, "field factor_delay"),
        ({"delay": np.zeros((4, 3)), "factor_delay": np.zeros((5, 2))}, "one number of draws"),
        ({"ramp": np.zeros((4, 9))}, "field ramp"),
        ({"ramp": {"no": 3.0}}, "found no"),
        ({"delay": np.zeros((4, 3)), "ramp": {"deep": np.ones(3)}}, "3 draws, expected 4"),
        ({"out": np.zeros((2, 2, 2))}, "field out"),
    ],
)
def test_arrays_that_do_not_fit_are_told(give, words):
    with pytest.raises(CaseError, match=words):
        capacity_of(pipeline(small_case()), **give)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("curves: {primary: {shares: 3}}", "curves.primary.shares"),
        ("curves: {primary: {shares: [0.5, 2]}}", "curves.primary.shares"),
        ("curves: {primary: {share: [1]}}", "the key 'share'"),
        ("curves: 4", "field curves"),
        ("- 1", "expected a mapping"),
        ("a: b: c", "line 1"),
        ("", "expected a mapping"),
    ],
)
def test_a_broken_file_of_curves_is_one_sentence(tmp_path, text, words):
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(CaseError, match=r"mine\.yaml") as caught:
        load_curves(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_user_s_curve_replaces_the_shipped_one(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "curves: {casting: {zh: 铸造, en: casting, shares: [1]}}\nsource: {zh: 某厂, en: a plant, verified: true}",
        "utf-8",
    )
    found = load_curves(path)
    assert found["casting"].shares == (1.0,)
    assert found["casting"].verified
    assert found["primary"].shares == load_curves()["primary"].shares
    with pytest.raises(CaseError, match="cannot be read"):
        load_curves(tmp_path / "none.yaml")
