"""Stocks in use against a cube of cohorts, against what can be solved by hand, and the old scrap that comes of them."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lvlian.outlook.case import CaseError, Premise
from lvlian.outlook.stocks import Lifetime, in_use, inflow_for, load_products, scrap_supply
from lvlian.outlook.stocks.lifetime import LAWS, weibull_of
from tests.outlook.example import small_case


def cube(inflow, survival):
    """Stock and outflow with every cohort kept: survival (T periods since entry, T cohorts, …)."""
    periods = len(inflow)
    kept = np.zeros((periods, periods, *inflow.shape[1:]))
    for cohort in range(periods):
        for period in range(cohort, periods):
            kept[period, cohort] = inflow[cohort] * survival[period - cohort, cohort]
    stock = kept.sum(axis=1)
    left = (
        inflow[0] - kept[0, 0],
        *(inflow[t] - kept[t, t] + sum(kept[t - 1, c] - kept[t, c] for c in range(t)) for t in range(1, periods)),
    )
    return stock, np.array(left)


def survival_of(law, mean, sd, age):
    """From scipy's own laws."""
    if law == "normal":
        return stats.norm.sf(age, mean, sd)
    if law == "lognormal":
        spread = np.sqrt(np.log1p((sd / mean) ** 2))
        return stats.lognorm.sf(age, spread, scale=np.exp(np.log(mean) - spread**2 / 2))
    if law == "weibull":
        shape, scale = weibull_of(mean, sd)
        return stats.weibull_min.sf(age, shape, scale=scale)
    return np.where(age < mean, 1.0, 0.0)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("way", ["loop", "fft"])
@pytest.mark.parametrize("shape", [(40,), (70, 3), (33, 2, 4)])
def test_a_stock_is_that_of_the_cube_of_cohorts(law, way, shape):
    rng = np.random.default_rng(4)
    inflow = rng.uniform(0, 10, shape)
    mean, sd = rng.uniform(3, 20, shape[1:]), rng.uniform(1, 5, shape[1:])
    lifetime = Lifetime(law, mean, sd)
    age = np.arange(shape[0]).reshape(-1, *(1,) * len(shape[1:])) + 0.5
    share = survival_of(law, mean, sd, age)
    np.testing.assert_allclose(lifetime.survival(shape[0]), share, atol=1e-13)
    stock, outflow = cube(inflow, np.repeat(share[:, None], shape[0], axis=1))
    found = in_use(inflow, lifetime, by=way)
    np.testing.assert_allclose(found.stock, stock, atol=1e-11)
    np.testing.assert_allclose(found.outflow, outflow, atol=1e-11)


def test_lifetimes_that_change_by_cohort_are_those_of_the_cube():
    rng = np.random.default_rng(5)
    inflow, mean = rng.uniform(0, 10, (30, 3)), np.linspace(4, 18, 30)[:, None] + np.arange(3)
    lifetime = Lifetime("normal", mean, 2.0, by_cohort=True)
    age = np.arange(30)[:, None, None] + 0.5
    stock, outflow = cube(inflow, survival_of("normal", mean[None], 2.0, age))
    found = in_use(inflow, lifetime)
    np.testing.assert_allclose(found.stock, stock, atol=1e-12)
    np.testing.assert_allclose(found.outflow, outflow, atol=1e-12)
    np.testing.assert_allclose(inflow_for(stock, lifetime).inflow, inflow, atol=1e-10)
    same = in_use(inflow, Lifetime("normal", np.full((30, 3), 7.0), 2.0, by_cohort=True))
    np.testing.assert_allclose(same.stock, in_use(inflow, Lifetime("normal", 7.0, 2.0)).stock, atol=1e-12)


def test_a_fixed_lifetime_only_moves_what_enters():
    inflow = np.arange(1.0, 21.0)
    found = in_use(inflow, Lifetime("fixed", 5.0))
    np.testing.assert_allclose(found.outflow[5:], inflow[:-5])
    np.testing.assert_allclose(found.outflow[:5], 0.0)
    assert in_use(inflow, Lifetime("fixed", 0.4)).stock.max() == 0.0  # given up in the period in which it entered


def test_a_steady_inflow_ends_in_inflow_times_mean_life():
    """Little's law; entering in the middle of a period and counted at its end takes half a period off nothing: the sum of a survival
    at the middles is the integral to second order."""
    for law in ("normal", "lognormal", "weibull"):
        found = in_use(np.full(400, 3.0), Lifetime(law, 30.0, 8.0))
        assert found.stock[-1] == pytest.approx(90.0, rel=1e-4)
        assert found.outflow[-1] == pytest.approx(3.0, rel=1e-6)


def test_weibull_with_shape_one_is_the_exponential_law():
    shape, scale = weibull_of([10.0, 10.0], [10.0, 5.0])
    assert shape[0] == pytest.approx(1.0, abs=1e-10)
    assert scale[0] == pytest.approx(10.0, rel=1e-10)
    assert stats.weibull_min.mean(shape[1], scale=scale[1]) == pytest.approx(10.0)
    assert stats.weibull_min.std(shape[1], scale=scale[1]) == pytest.approx(5.0)
    # of an exponential law with entry in the middle: a recursion by one factor
    found = in_use(np.full(50, 1.0), Lifetime("weibull", 10.0, 10.0))
    np.testing.assert_allclose(found.stock[1:], found.stock[:-1] * np.exp(-0.1) + np.exp(-0.05), rtol=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    periods=st.integers(1, 90), series=st.integers(1, 4), law=st.sampled_from(LAWS), mean=st.floats(0.6, 60), cv=st.floats(0.05, 0.9),
    seed=st.integers(0, 2**20),
)  # fmt: skip
def test_mass_is_kept(periods, series, law, mean, cv, seed):
    inflow = np.random.default_rng(seed).uniform(0, 1e6, (periods, series))
    found = in_use(inflow, Lifetime(law, mean, cv * mean))
    size = max(float(inflow.sum()), 1.0)
    assert abs(found.inflow.sum(0) - found.outflow.sum(0) - found.stock[-1]).max() <= 1e-11 * size
    assert found.outflow.min() >= -1e-11 * size
    assert found.stock.min() >= -1e-11 * size
    other = in_use(inflow, Lifetime(law, mean, cv * mean), by="loop" if periods >= 64 else "fft")
    np.testing.assert_allclose(other.stock, found.stock, atol=1e-11 * size)


@settings(max_examples=25, deadline=None)
@given(periods=st.integers(1, 60), law=st.sampled_from(LAWS), mean=st.floats(3, 40), seed=st.integers(0, 2**20))
def test_what_has_to_enter_for_a_stock_is_what_made_it(periods, law, mean, seed):
    inflow = np.random.default_rng(seed).uniform(0, 10, (periods, 2))
    lifetime = Lifetime(law, mean, mean / 4)
    found = inflow_for(in_use(inflow, lifetime).stock, lifetime)
    np.testing.assert_allclose(found.inflow, inflow, atol=1e-8)
    np.testing.assert_allclose(found.inflow.cumsum(0) - found.outflow.cumsum(0), found.stock, atol=1e-8)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Lifetime("gamma", 5.0, 1.0), "field law"),
        (lambda: Lifetime("normal", 0.0, 1.0), "field mean"),
        (lambda: Lifetime("normal", 5.0, 0.0), "field sd"),
        (lambda: Lifetime("fixed", 5.0, -1.0), "field sd"),
        (lambda: Lifetime("normal", 5.0, 1.0, by_cohort=True), "field by_cohort"),
        (lambda: in_use(np.ones((5, 3)), Lifetime("normal", np.ones(4), 1.0)), "field lifetime"),
        (lambda: in_use([1.0, np.nan], Lifetime("normal", 5.0, 1.0)), "field inflow"),
        (lambda: in_use(3.0, Lifetime("normal", 5.0, 1.0)), "field inflow"),
        (
            lambda: in_use(np.ones((9, 1)), Lifetime("normal", np.ones((4, 1)), 1.0, by_cohort=True)),
            "4 cohorts, expected 9",
        ),
        (lambda: inflow_for(np.ones(5), Lifetime("fixed", 0.4)), "half a period"),
        (lambda: Lifetime("normal", np.ones(3), 1.0, by_cohort=True).survival(3), "by cohort"),
    ],
)
def test_what_cannot_be_is_one_sentence(make, words):
    with pytest.raises(CaseError, match=words):
        make()


def test_uses_of_metal_are_assumed_unless_a_source_was_read():
    for metal in load_products().values():
        assert metal.uses
        for use in metal.uses:
            assert use.source[0]
            assert use.source[1]
            assert not use.verified
            assert 0 <= use.collection <= 1


def test_old_scrap_comes_a_lifetime_after_use_and_what_is_not_collected_is_lost():
    case = small_case()
    use = {"building": {1984: 1000.0, **dict.fromkeys(range(1985, 2030), 0.0)}}
    found = scrap_supply(case, use)
    assert [one.id for one in found.uses] == ["building"]
    assert found.arising.shape == (1, case.count)
    # forty years on average, so that a thirty-third of it a year, at the top of the law of 12 years, is given up now
    year = found.arising[0, :4].sum()
    assert year == pytest.approx(1000 * stats.norm.pdf(0) / 12, rel=0.01)
    np.testing.assert_allclose(found.collected, found.arising * 0.85)
    assert found.years()[2024][0] == pytest.approx(year * 0.85)
    np.testing.assert_allclose(found.stock[0, :-1] - found.stock[0, 1:], found.arising[0, 1:], atol=1e-9)


def test_one_year_of_use_is_taken_back_by_growth_and_a_premise_turns_the_collection():
    case = small_case(facts={"use.transport": 1000.0, "workers": 3.0})
    found = scrap_supply(case)
    assert found.arising.min() > 0
    assert found.arising[0, 0] < 250  # of growing use less is given up than enters
    low = small_case(
        facts={"use.transport": 1000.0},
        premises=(Premise(key="collection.transport", zh="", en="", value=0.425, low=0, high=1),),
    )
    np.testing.assert_allclose(scrap_supply(low).collected * 2, found.collected)
    assert any("假设" in zh for zh, _ in found.assumptions)
    assert not found.ask[0]


def test_scrap_is_told_gross_by_the_library_s_content():
    from lvlian.chain.library import load_library

    library = load_library()
    case = small_case(facts={"use.transport": 1000.0})
    content = library.goods["aluminium_scrap"].content.value
    np.testing.assert_allclose(
        scrap_supply(case, library=library).goods["aluminium_scrap"] * content, scrap_supply(case).collected.sum(axis=0)
    )


def test_without_past_use_nothing_is_said_and_who_could_is_named():
    found = scrap_supply(small_case())
    assert found.arising.shape == (0, 8)
    assert found.goods["aluminium_scrap"].sum() == 0
    assert "统计局" in found.ask[0]
    assert "statistics" in found.ask[1]


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ({"spoons": {2000: 1.0}}, "spoons"),
        ({"building": {2000: -1.0}}, "building.2000"),
        ({"building": {90: 1.0}}, "building.90"),
    ],
)
def test_use_that_cannot_be_is_one_sentence(use, words):
    with pytest.raises(CaseError, match=words):
        scrap_supply(small_case(), use)


def test_a_user_s_file_of_uses_comes_over_the_shipped_one(tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("metals: {aluminium: {products: {building: {zh: 门窗, law: weibull, mean: 30, sd: 9, collection: 0.9}}}}\nsource: {zh: 某县, en: a county, verified: true}", "utf-8")  # fmt: skip
    found = load_products(mine)["aluminium"]
    assert found.use("building").mean == 30
    assert found.use("building").verified
    assert found.use("transport").mean == load_products()["aluminium"].use("transport").mean
    for text, words in (
        ("metals: [", "line 2"),
        ("metals: {zinc: {products: {}}}", "metals.zinc.good"),
        ("metals: {aluminium: {products: {building: {mean: 1e9, sd: 1, collection: 1}}}}", "building.mean"),
        ("metals: {aluminium: {products: {building: {law: gamma, mean: 9, sd: 1, collection: 1}}}}", "building.law"),
        ("metals: {aluminium: {products: {building: {mean: 9, sd: 1}}}}", "building.collection"),
        ("metal: {}", "the key 'metal'"),
    ):
        bad = tmp_path / "bad.yaml"
        bad.write_text(text, "utf-8")
        load_products.cache_clear()
        with pytest.raises(CaseError, match=r"bad\.yaml|products\.yaml") as caught:
            load_products(bad)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)
    load_products.cache_clear()


def test_the_example_of_the_page_runs():
    page = Path(__file__).parents[2] / "docs" / "stocks.md"
    test = doctest.DocTestParser().get_doctest(page.read_text("utf-8"), {}, page.name, str(page), 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0
