"""Draws by name, laws, chances, scenarios on the same draws."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lvlian.outlook.case import Premise
from lvlian.outlook.risk import RiskError, Streams, compare, fit, fit_prices, risk
from lvlian.outlook.risk.goal import Course
from lvlian.outlook.risk.law import GAMMA_SHAPE, gamma_of, law_of
from lvlian.outlook.risk.price import load_price_laws
from lvlian.outlook.risk.read_prices import read_prices
from lvlian.outlook.risk.stream import BLOCK, spans, stable_hash
from tests.outlook.example import small_case
from tests.outlook.lone_machine import lone_case, lone_machine


@pytest.fixture(scope="module")
def case():
    return lone_case(small_case())


@pytest.fixture(scope="module")
def base(case):
    return risk(case, draws=6_000, seed=3, workers=1, machine=lone_machine(case))


def test_a_stream_is_its_key_and_its_place():
    streams = Streams(7)
    whole = streams.normals(["a", "b"], 0, 3 * BLOCK + 17)
    assert np.array_equal(streams.normals(["b"], BLOCK, 900)[0], whole[1, BLOCK : BLOCK + 900])
    assert np.array_equal(streams.normals(["a"], 2 * BLOCK, BLOCK + 17)[0], whole[0, 2 * BLOCK :])
    assert not np.array_equal(Streams(8).normals(["a"], 0, 100)[0], whole[0, :100])
    assert abs(whole[0] @ whole[1] / whole.shape[1]) < 0.06
    assert stats.kstest(whole.ravel(), "norm").pvalue > 1e-3


def test_the_bits_of_a_seed_never_change():
    # A value that is pinned: whoever changes block, hash or generator changes every figure that was ever printed.
    assert stable_hash("project.a.slip") == 4856717301271634649
    assert Streams(1).normals(["project.a.slip"], 0, 3)[0].tolist() == [
        0.00045991922703329,
        -1.1008040549774196,
        0.6570764154053178,
    ]


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, True, "7"])
def test_a_seed_that_cannot_be(seed):
    with pytest.raises(RiskError, match="seed: found"):
        Streams(seed)


@given(st.integers(1, 50_000), st.integers(1, 9_000))
@settings(max_examples=30, deadline=None)
def test_spans_are_whole_blocks_and_leave_nothing_out(draws, size):
    parts = spans(draws, size)
    assert sum(count for _, count in parts) == draws
    assert all(first % BLOCK == 0 for first, _ in parts)
    assert [first for first, _ in parts] == list(np.cumsum([0, *(count for _, count in parts)])[:-1])


@pytest.mark.parametrize(("shape", "never"), [(0.6, 0.0), (1.5, 0.0), (1.5, 0.1), (4.0, 0.35)])
def test_gamma_delays_follow_their_law(shape, never):
    z = Streams(5).normals(["x"], 0, 40_000)[0]
    found = gamma_of(z, shape, 2.0, never)
    there = found[np.isfinite(found)]
    assert abs(np.isinf(found).mean() - never) < 4 * np.sqrt(never * (1 - never) / len(z)) + 1e-9
    assert stats.kstest(there, stats.gamma(shape, scale=2.0).cdf).statistic < 0.01
    assert (np.diff(found[np.argsort(z)][: len(there)]) >= 0).all()


def test_gamma_delays_that_cannot_be():
    with pytest.raises(RiskError, match="expected shape > 0"):
        gamma_of(np.zeros(2), 0.0, 1.0)
    assert np.isinf(gamma_of(np.zeros(2), 1.0, 1.0, 1.0)).all()
    assert gamma_of(np.zeros(2), 1.0, 0.0).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("law", "mean", "sd"),
    [
        ("normal", 10.0, 0.5),
        ("lognormal", 10.0 * np.sqrt(1.0025), 0.5),
        ("gamma", 10.0 + 0.5 * np.sqrt(GAMMA_SHAPE), 0.5),
        ("triangular", 32 / 3, np.sqrt((64 + 100 + 196 - 80 - 112 - 140) / 18)),
    ],
)
def test_premises_vary_as_their_law_says(law, mean, sd):
    premise = Premise(key="intensity.a.b", zh="", en="", value=10, low=8, high=14, spread=0.5, law=law)
    found = law_of(premise).of(Streams(2).normals(["x"], 0, 60_000)[0])
    assert found.mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(60_000) + 1e-3)
    assert found.std() == pytest.approx(sd, rel=0.03)


def test_a_premise_keeps_within_what_can_be():
    z = np.array([-9.0, 0.0, 9.0])
    share = Premise(key="start.rate", zh="", en="", value=0.6, low=0, high=1, spread=0.2)
    assert law_of(share).of(z).tolist() == [0.0, 0.6, 1.0]
    dry = Premise(key="power.dry", zh="", en="", value=-0.2, low=-0.4, high=0, spread=0.2)
    assert law_of(dry).of(z).tolist() == [-1.0, -0.2, 0.0]
    assert law_of(replace(share, spread=0.0)) is None
    with pytest.raises(RiskError, match=r"premise start\.rate, field spread"):
        law_of(replace(share, spread=float("nan")))
    with pytest.raises(RiskError, match="lognormal needs a value above 0"):
        law_of(replace(share, value=0.0, law="lognormal"))


def test_prices_come_back_to_their_premise():
    laws, goods = load_price_laws()
    law = laws[goods["aluminium_ingot"]]
    paths = law.paths(Streams(4).normals([f"q{n}" for n in range(40)], 0, 20_000))
    assert np.median(paths[-1]) == pytest.approx(1.0, abs=0.015)
    assert np.log(paths[0]).std() == pytest.approx(law.sigma, rel=0.03)
    assert np.log(paths[-1]).std() == pytest.approx(law.spread, rel=0.05)
    assert law.half_life == pytest.approx(8.05, abs=0.05)


def test_a_fit_finds_the_law_that_made_the_series():
    law = replace(load_price_laws()[0]["aluminium"], phi=0.8, sigma=0.1)
    paths = 2_000 * law.paths(Streams(6).normals([f"q{n}" for n in range(200)], 0, 200))
    found = [fit(path) for path in paths.T]
    assert np.mean([one.phi for one in found]) == pytest.approx(0.8, abs=0.02)
    assert np.mean([one.sigma for one in found]) == pytest.approx(0.1, rel=0.03)
    assert found[0].with_spread(0.3).spread == pytest.approx(0.3)


def test_a_series_of_ones_own(tmp_path):
    path = tmp_path / "price.csv"
    rows = [f"{2020 + n // 12}-{n % 12 + 1:02d},{2000 + 40 * (n % 7)}" for n in range(48)]
    path.write_text("month,al\n" + "\n".join(rows), encoding="utf-8")
    year, prices = read_prices(path, "al")
    assert (year, len(prices)) == (2020, 16)
    assert prices[0] == pytest.approx((2000 + 2040 + 2080) / 3)
    assert fit_prices(path).years == (2020, 2023)
    path.write_text("季度,铝价\n2023年一季度,18000\n2023-Q2,18500\n2023Q4,18400\n", encoding="utf-8")
    with pytest.raises(RiskError, match="found 2023-Q4 after 2023-Q2"):
        read_prices(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found no table"),
        ("month,al\n2023-01,x", "row 2: found price 'x'"),
        ("month,al\nsoon,3", "row 2: found 'soon'"),
        ("month,al\n2023-01,3", "no whole quarter"),
        ("month,al\n" + "\n".join(f"20{n:02d}-Q1,1" for n in range(3)), "without a gap"),
        (
            "month,al\n" + "\n".join(f"{2020 + n // 4}-Q{n % 4 + 1},{n - 2}" for n in range(14)),
            "expected a figure above 0",
        ),
        ("month,al\n2023-Q1,5\n2023-Q2,5", "expected at least 12"),
    ],
)
def test_a_series_that_cannot_be_read(tmp_path, text, said):
    path = tmp_path / "price.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RiskError, match=said):
        fit_prices(path)
    with pytest.raises(RiskError, match="expected one named nil"):
        path.write_text("a,b\n1,2", encoding="utf-8")
        read_prices(path, "nil")


def test_chances_are_those_of_arithmetic(case):
    """One project of 100 kt/a without factor: 2025 is whole unless it is late by more than the ramp leaves; the law is known exactly."""
    alone = lone_case(small_case(), projects=1)
    machine = lone_machine(alone, shared=0.0)
    machine = replace(machine, case=replace(machine.case, premises=()))
    machine = replace(
        machine, plan=replace(machine.plan, inputs=tuple(i for i in machine.plan.inputs if i.key == "project.j0.slip"))
    )
    found = risk(alone, draws=20_000, seed=11, workers=1, machine=machine).of("out")
    late = stats.gamma(1.5, scale=0.8)

    def made(delay):
        return 25_000 * 0.9 * np.clip((np.arange(4, 8) - 1 - delay + 1) / 4, 0, 1).sum() / 1e4

    grid = late.ppf(np.linspace(0.00005, 0.99995, 10_001))
    exact = np.array([made(delay) for delay in grid])
    assert found.mean == pytest.approx(exact.mean(), abs=4 * exact.std() / np.sqrt(20_000))
    assert found.figures is not None
    assert (found.figures >= 8.0).mean() == pytest.approx((exact >= 8.0).mean(), abs=0.012)
    assert found.interval == pytest.approx(np.quantile(exact, [0.1, 0.9]).tolist(), abs=0.08)


def test_a_risk_says_what_it_can(base):
    goal = base.of("out")
    assert 0 < goal.chance < 1
    low, high = goal.leaves
    assert low < goal.chance < high
    assert high - low < 0.03
    assert goal.gap == pytest.approx(goal.median - 20)
    assert goal.margin(0.5) == 0
    assert goal.margin(0.8) == pytest.approx(goal.median - np.quantile(goal.figures, 0.2))
    assert base.of("firms").chance is None
    assert base.of("firms").why == ("没有口径", "no formula")
    assert base.drivers("firms") == ()
    with pytest.raises(RiskError, match="goal nil: not among the goals"):
        base.of("nil")
    document = json.loads(json.dumps(base.to_json()))
    assert document["goals"][0]["fans"]["rolling"]["labels"][0] == "2024-Q1"
    assert document["goals"][0]["fans"]["rolling"]["mean"][:3] == [None, None, None]


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_and_chunks_are_not_seen(case, base, workers, monkeypatch):
    monkeypatch.setattr("lvlian.outlook.risk.assess.chunk_of", lambda machine: 1_024 if workers == 2 else 300)
    again = risk(case, draws=6_000, seed=3, workers=workers, machine=lone_machine(case))
    for one, other in zip(base.chances, again.chances, strict=True):
        if one.figures is not None:
            assert one.figures.tobytes() == other.figures.tobytes()
    assert base.to_json() == again.to_json()


def test_fewer_draws_are_the_first_of_many(case, base):
    few = risk(case, draws=1_000, seed=3, machine=lone_machine(case))
    assert np.array_equal(few.of("out").figures, base.of("out").figures[:1_000])


def test_a_project_more_changes_no_other_draws(case):
    more = lone_case(small_case(), projects=4)
    one, two = lone_machine(case), lone_machine(more)
    streams = Streams(3)
    few = one.plan.draws(one.plan.scores(streams, 0, 500))
    many = two.plan.draws(two.plan.scores(streams, 0, 500))
    assert np.array_equal(few.delay, many.delay[:, :3])
    assert np.array_equal(few.factor_delay, many.factor_delay)
    assert np.array_equal(few.paths["price.aluminium_ingot"], many.paths["price.aluminium_ingot"])


def test_a_common_cause_moves_all_projects(case):
    machine = lone_machine(case, common=0.5)
    late = machine.plan.draws(machine.plan.scores(Streams(1), 0, 8_000)).delay
    assert stats.spearmanr(late[:, 0], late[:, 1])[0] == pytest.approx(0.48, abs=0.03)
    assert stats.kstest(late[:, 0], stats.gamma(1.5, scale=0.8).cdf).statistic < 0.02
    with pytest.raises(RiskError, match=r"premise slip\.common"):
        lone_machine(case, common=1.0)


def test_scenarios_are_compared_on_the_same_draws(case, base):
    late = lone_machine(case, shared=2.0)
    found = risk(case, draws=6_000, seed=3, workers=1, machine=late)
    rows = {row.aim: row for row in compare(base, found)}
    row = rows["out"]
    assert None not in (row.change, row.after, row.before, row.gained, row.lost)
    assert row.change < 0  # type: ignore[operator]
    assert row.after - row.before == pytest.approx(row.gained - row.lost)  # type: ignore[operator]
    assert row.gained == 0
    # On common draws the error of the change is a fraction of what two seeds would leave.
    apart = np.sqrt(2) * base.of("out").figures.std() / np.sqrt(6_000)
    assert row.error < 0.6 * apart
    assert rows["firms"].change is None
    with pytest.raises(RiskError, match="expected the same of both"):
        compare(base, replace(found, seed=4))


def test_a_stop_leaves_what_was_done(case):
    told = []
    found = risk(
        case, draws=20_000, seed=3, workers=1, machine=lone_machine(case),
        progress=lambda done, whole: told.append((done, whole)), stop=lambda: len(told) >= 2,
    )  # fmt: skip
    assert found.stopped
    assert found.draws == told[-1][0] < 20_000
    whole = risk(case, draws=found.draws, seed=3, machine=lone_machine(case))
    assert np.array_equal(whole.of("value").figures, found.of("value").figures)
    with pytest.raises(RiskError, match="stopped before the first draws"):
        risk(case, draws=100, machine=lone_machine(case), stop=lambda: True)
    with pytest.raises(RiskError, match="stopped before the first draws"):
        risk(case, draws=5_000, workers=2, machine=lone_machine(case), stop=lambda: True)


@pytest.mark.parametrize("draws", [0, -3, 1.5, True, 10_000_000])
def test_draws_that_cannot_be(case, draws):
    with pytest.raises(RiskError, match="draws: found"):
        risk(case, draws=draws, machine=lone_machine(case))


def test_a_project_that_never_comes(case):
    found = risk(case, draws=2_000, seed=3, machine=lone_machine(case, never=0.3))
    assert np.isfinite(found.of("out").figures).all()
    assert (found.of("out").figures == 0).mean() == pytest.approx(0.027, abs=0.012)


def test_years_are_completed_from_what_was_recorded(case):
    quarters = case.quarters[1:5]
    course = Course(np.ones((4, 3)), den=np.full((4, 3), 2.0), past={case.first: (5.0, 6.0)})
    assert course.year(quarters, 2024).tolist() == [8 / 12] * 3
    assert np.isnan(course.year(quarters, 2025)).all()
    assert np.isnan(course.rolling(quarters)[1]).all()
    assert course.rolling(quarters)[2].tolist() == [8 / 12] * 3
    assert replace(course, den=None, base=(2.0, 2), mode="growth_rate").year(quarters, 2024).tolist() == [100.0] * 3
    assert (
        replace(course, den=None, base=(4.0, 1), mode="increase", factor=4.0).year(quarters, 2024).tolist() == [1.0] * 3
    )
    assert replace(course, over="last", den=None).year(quarters, 2024, 3).tolist() == [1.0] * 3
