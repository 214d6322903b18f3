"""Priors of slip: what records make of them, what is left when a promise has passed, and what the share that starts in time means."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lvlian.outlook.case import CaseError, Factor, Project, Step
from lvlian.outlook.pipeline import Record, load_tables, records_of, update
from lvlian.outlook.pipeline.load_tables import load_durations, load_priors
from lvlian.outlook.pipeline.prior import Prior, posterior, remaining, together
from lvlian.outlook.pipeline.stage_days import at_rate


def test_without_records_it_is_the_prior():
    priors = load_priors()
    assert update(priors, ()).laws == priors.laws
    law = priors.law("semis", "built")
    assert posterior(law, []) is law
    assert "无历史" in law.said[0]


@settings(max_examples=10, deadline=None)
@given(shape=st.floats(0.5, 6), scale=st.floats(0.2, 3), never=st.floats(0, 0.4), seed=st.integers(0, 2**20))
def test_with_many_records_it_is_what_they_say(shape, scale, never, seed):
    rng = np.random.default_rng(seed)
    slips = rng.gamma(shape, scale, 20_000)
    slips[rng.uniform(size=len(slips)) < never] = np.inf
    found = posterior(Prior(shape=1.2, scale=0.8, never=0.02), slips.tolist())
    came = slips[np.isfinite(slips)]
    assert found.mean == pytest.approx(came.mean(), rel=0.01)
    assert found.never == pytest.approx(np.isinf(slips).mean(), abs=0.002)
    if shape > 1:  # below, many slips are shorter than the two days as which the least is read
        assert found.shape == pytest.approx(shape, rel=0.06)
    assert found.observed == 20_000


def test_few_records_move_it_by_their_weight():
    prior = Prior(shape=1.0, scale=1.0, never=0.1, strength=5)
    found = posterior(prior, [3.0] * 5)
    assert found.mean == pytest.approx((5 * 1.0 + 5 * 3.0) / 10)
    assert found.never == pytest.approx((5 * 0.1) / 10)
    assert found.first == (1.0, 1.0, 0.1)
    assert "历史 5 例" in found.said[0]
    assert "5 records" in found.said[1]
    one_by_one = prior
    assert posterior(one_by_one, [np.inf]).never == pytest.approx((0.5 + 1) / 6)


def test_without_weight_it_is_the_law_of_greatest_likelihood():
    rng = np.random.default_rng(3)
    slips = rng.gamma(2.5, 0.7, 400)
    found = posterior(Prior(shape=1, scale=1, strength=0), np.maximum(slips, 0.02).tolist())
    shape, _, scale = stats.gamma.fit(np.maximum(slips, 0.02), floc=0)
    assert found.shape == pytest.approx(shape, rel=1e-4)
    assert found.scale == pytest.approx(scale, rel=1e-4)


def test_records_alike_or_in_time_do_not_break_it():
    for slips in ([2.0] * 50, [0.0] * 50, [-1.0, 0.0, 5.0], [np.inf] * 3):
        found = posterior(Prior(shape=1, scale=1, strength=0), slips)
        assert np.isfinite([found.shape, found.scale, found.never]).all()
        assert found.shape > 0


def test_records_are_read_from_promised_and_done_days():
    project = Project(
        id="a", name="甲", kind="casting", stage="running",
        steps=(
            Step(stage="started", promised=date(2022, 1, 1), done=date(2022, 4, 2)),
            Step(stage="running", promised=date(2023, 1, 1), done=date(2023, 7, 2)),
            Step(stage="full", promised=date(2024, 1, 1)),
        ),
    )  # fmt: skip
    factor = Factor(id="f", kind="land", title="地", promised=date(2023, 1, 1), done=date(2023, 4, 2))
    found = records_of([project], [factor])
    assert [(one.kind, one.stage) for one in found] == [
        ("casting", "started"),
        ("casting", "running"),
        ("factor.land", "there"),
    ]
    assert found[0].slip == pytest.approx(91 / 91.3125)
    assert found[1].slip == pytest.approx((182 - 91) / 91.3125)  # only what came on top
    priors = update(load_priors(), found)
    assert priors.law("casting", "started").observed == 1
    assert priors.law("semis", "started").observed == 0
    assert priors.law("factor.land", "there").observed == 1
    assert (
        update(load_priors(), [Record(kind="new kind", stage="built", slip=1.0)]).law("new kind", "built").observed == 1
    )


@settings(max_examples=25, deadline=None)
@given(shape=st.floats(0.5, 5), scale=st.floats(0.2, 2), elapsed=st.floats(0, 12), never=st.floats(0, 0.3))
def test_what_is_left_is_that_of_the_law_beyond_what_has_passed(shape, scale, elapsed, never):
    mean, variance, left = remaining(Prior(shape=shape, scale=scale, never=never), elapsed)
    law = stats.gamma(shape, scale=scale)
    beyond = law.sf(elapsed)
    if beyond > 1e-9:
        wanted = law.expect(lambda x: x - elapsed, lb=elapsed) / beyond
        assert mean == pytest.approx(wanted, rel=2e-3)
        square = law.expect(lambda x: (x - elapsed) ** 2, lb=elapsed) / beyond
        assert variance == pytest.approx(square - wanted**2, rel=2e-2, abs=1e-6)
        assert left == pytest.approx(min(never / (never + (1 - never) * beyond), 0.9))
    assert mean > 0
    assert left >= never - 1e-12


def test_stages_together_have_the_mean_and_variance_of_their_sum():
    rng = np.random.default_rng(0)
    parts = [
        Prior(shape=1.0, scale=1.0, never=0.1),
        Prior(shape=1.2, scale=0.8),
        Prior(shape=1.0, scale=0.5, never=0.2),
    ]
    found = together([(one.mean, one.variance, one.never) for one in parts])
    total = sum(rng.gamma(one.shape, one.scale, 200_000) for one in parts)
    assert found.mean == pytest.approx(total.mean(), rel=0.01)
    assert found.shape * found.scale**2 == pytest.approx(total.var(), rel=0.02)
    assert found.never == pytest.approx(1 - 0.9 * 0.8)
    quantiles = stats.gamma.ppf([0.1, 0.5, 0.9], found.shape, scale=found.scale)
    np.testing.assert_allclose(quantiles, np.quantile(total, [0.1, 0.5, 0.9]), atol=0.08)  # a week
    assert together([]).mean == 0.0


@pytest.mark.parametrize("rate", [0.1, 0.6, 0.95])
def test_the_share_in_time_is_the_share_within_the_grace(rate):
    law = at_rate(Prior(shape=1.3, scale=9.0, never=0.1), rate, 1.0)
    assert stats.gamma.cdf(1.0, law.shape, scale=law.scale) == pytest.approx(rate)
    assert at_rate(law, 1.0, 1.0).mean == 0.0


def test_durations_are_the_register_s_where_no_kind_says_else():
    durations = load_durations()
    assert durations.quarters("semis", "signed") == pytest.approx(90 / 91.3125)
    assert durations.quarters("other", "built") == pytest.approx(360 / 91.3125)
    assert durations.quarters("primary", "built") > durations.quarters("casting", "built")
    assert durations.quarters("primary", "planned") == 0.0
    assert not durations.verified
    for law in load_tables().priors.laws.values():
        assert law.source[0]
        assert not law.verified


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("projects: {primary: {built: {shape: 1}}}", "scale is missing"),
        ("projects: {primary: {built: {shape: 0, scale: 1}}}", "projects.primary.built.shape"),
        ("projects: {primary: {built: {shape: 1, scale: 1, never: 1}}}", "never"),
        ("projects: {primary: {builds: {shape: 1, scale: 1}}}", "the key 'builds'"),
        ("factors: {lands: {shape: 1, scale: 1}}", "the key 'lands'"),
        ("strength: many", "field strength"),
        ("projects: {primary: {built: {shape: .nan, scale: 1}}}", "shape"),
        ("projects: {primary: {built: {shape: " + "9" * 400 + ", scale: 1}}}", "shape"),
    ],
)
def test_a_broken_file_of_priors_is_one_sentence(tmp_path, text, words):
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(CaseError, match=r"mine\.yaml") as caught:
        load_priors(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
