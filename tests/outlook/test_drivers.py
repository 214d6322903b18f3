"""What moves a goal: shares of variance, ranks, swings, what decides, what holds a quarter back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.risk import generated

from lvlian.outlook.projection import project
from lvlian.outlook.risk import Streams, compare, draw_all, risk
from lvlian.outlook.risk.assess import swing
from lvlian.outlook.risk.driver import rank_correlations, variance_shares
from lvlian.outlook.risk.lump import LumpedMachine
from lvlian.outlook.risk.machine import ChainMachine, chain_machine_of, machine_of
from tests.outlook.example import small_case
from tests.outlook.lone_machine import lone_case, lone_machine


@pytest.fixture(scope="module")
def machine():
    return lone_machine(lone_case(small_case()))


@pytest.fixture(scope="module")
def found(machine):
    return risk(machine.case, draws=4_000, seed=2, workers=1, machine=machine)


@pytest.fixture(scope="module")
def chain():
    """A goal that the projects' days decide: smelting of 2025."""
    case = small_case()
    aims = (*case.aims, replace(case.aims[0], id="g3", value=47.0, year=2025))
    return machine_of(replace(case, aims=aims))


def test_shares_of_variance_are_sobols():
    z = Streams(1).normals([f"x{n}" for n in range(5)], 0, 20_000)
    weights = np.array([3.0, 2.0, 1.0, 0.0, 0.0])
    # x3 × x4 moves the figure only together: neither explains any of it alone.
    figures = weights @ z + 1.5 * z[3] * z[4]
    exact = np.append(weights[:3] ** 2, [0, 0]) / (14 + 2.25)
    assert variance_shares(z, figures) == pytest.approx(exact, abs=0.02)
    assert variance_shares(z, np.full(20_000, 3.0)).tolist() == [0.0] * 5
    assert variance_shares(z[:, :10], figures[:10]).tolist() == [0.0] * 5


def test_a_cause_that_is_not_monotone_is_seen_by_its_share_alone():
    z = Streams(1).normals(["a", "b"], 0, 10_000)
    figures = z[0] ** 2
    # What is left within a bin of the tails is not explained by it.
    assert variance_shares(z, figures) == pytest.approx([0.95, 0.0], abs=0.05)
    assert rank_correlations(z, figures) == pytest.approx([0.0, 0.0], abs=0.05)


def test_equal_scores_share_a_bin_and_what_is_no_figure_is_left_out():
    score = np.repeat([0.0, 1.0], 2_000)
    figures = score * 2 + Streams(3).normals(["e"], 0, 4_000)[0] * 0.5
    assert variance_shares(score[None], figures)[0] == pytest.approx(1 / 1.25, abs=0.02)
    figures[::3] = np.nan
    assert variance_shares(score[None], figures)[0] == pytest.approx(1 / 1.25, abs=0.02)
    assert rank_correlations(np.ones((1, 4_000)), figures)[0] == 0


def test_ranks_are_scipys():
    from scipy.stats import spearmanr

    z = Streams(1).normals(["a", "b"], 0, 500).round(1)
    assert rank_correlations(z[:1], z[0] + z[1])[0] == pytest.approx(spearmanr(z[0], z[0] + z[1])[0])


def test_drivers_of_a_goal(found):
    drivers = found.drivers("value")
    assert {one.key for one in drivers[:2]} == {"price.aluminium_ingot", "factor.tower.slip"}
    price = next(one for one in drivers if one.key.startswith("price"))
    assert price.rank > 0.4
    assert price.low < found.of("value").median < price.high
    assert price.swing > 0 > next(one for one in drivers if one.key == "factor.tower.slip").swing
    assert sum(one.share for one in drivers) < 1.05
    assert [one.share for one in drivers] == sorted((one.share for one in drivers), reverse=True)
    assert {one.key for one in found.drivers("out") if one.share > 0.02 and one.key.startswith("price")} == set()


def test_a_swing_is_one_input_at_its_tenth_and_ninetieth_percentile(machine):
    rows = swing(machine, machine.case.aims[0])
    keys = [one.key for one in machine.plan.inputs]
    low, high = rows[keys.index("load.x")]
    assert high / low == pytest.approx((0.9 + 0.03 * 1.2816) / (0.9 - 0.03 * 1.2816), rel=1e-4)
    low, high = rows[keys.index("price.aluminium_ingot")]
    assert low == high


def test_the_draws_of_a_path_in_the_swing_move_its_mean_of_the_year(machine):
    plan = machine.plan
    path = next(one for one in plan.inputs if one.path is not None)
    z = plan.scores(Streams(4), 0, 20_000)[plan.rows[path.key]]
    means = np.log(path.path.paths(z))[4:].mean(axis=0)
    along = np.log(path.path.paths(plan.direction(path, 2025)[:, None]))[4:].mean()
    assert along == pytest.approx(means.std(), rel=0.03)


def test_the_factor_that_decides(found):
    deciders = found.deciders()
    assert deciders[0].key == "factor.tower.slip"
    assert 0 < deciders[0].saves["out"] <= 1
    assert [one.most for one in deciders] == sorted((one.most for one in deciders), reverse=True)


def test_bottlenecks_by_quarter(found):
    rows = found.bottlenecks("out")
    assert [row.key for row in rows] == ["ramp", "tower"]
    tower = rows[1]
    assert tower.often[0] > 0.4
    assert tower.often[3:] == (0.0,) * 5
    quarter, worst, often = found.worst_quarters("out")[0]
    assert (str(quarter), worst.key, often) == ("2024-Q4", "ramp", 1.0)
    assert found.bottlenecks("value") == ()


def test_what_holds_the_chain(chain):
    found = risk(chain.case, draws=1_000, seed=2, workers=1, machine=chain)
    rows = found.bottlenecks("g3")
    assert rows
    assert all(0 <= share <= 1 for row in rows for share in row.often)
    assert max(sum(row.often[place] for row in rows) for place in range(8)) <= 1 + 1e-9
    assert found.drivers("g3")[0].key in ("factor.tower.slip", "project.pots.slip", "slip.common")
    assert {one.key for one in found.deciders()} <= {one.key for one in chain.plan.inputs}


def test_a_scenario_turns_the_chances(chain):
    late = machine_of(chain.case.turned({"factor.tower.slip": 4.0}))
    before, after = (risk(one.case, draws=1_000, seed=2, machine=one) for one in (chain, late))
    change = {row.aim: row for row in compare(before, after)}["g3"]
    assert change.change is not None
    assert change.change < 0
    assert change.gained == 0


def test_equal_plants_are_one_line_and_nothing_changes():
    case = generated(projects=60, quarters=12, factors=5)
    whole, short = chain_machine_of(case), machine_of(case)
    assert isinstance(whole, ChainMachine)
    assert isinstance(short, LumpedMachine)
    assert len(short.model.plants) == 10
    one, other = (risk(case, draws=600, seed=9, workers=1, machine=machine) for machine in (whole, short))
    for long, lines in zip(one.chances, other.chances, strict=True):
        assert lines.figures is not None or long.figures is None
        if long.figures is None:
            continue
        assert lines.figures == pytest.approx(long.figures, rel=1e-9)
        assert lines.chance == long.chance
    # A goal of one firm tells its plant from the others.
    alone = replace(case, aims=(replace(case.aims[0], firm="f0"),))
    assert isinstance(machine_of(alone), ChainMachine)


def test_without_draws_it_is_the_projection(chain):
    """Every input at its premise: the machine reads the goals as the projection does."""
    fixed = {}
    for one in chain.plan.inputs:
        if one.key.endswith(".slip"):
            fixed[one.key] = 0.0
        elif one.key != "slip.common":
            fixed[one.key] = 1.0 if one.path is not None else one.value
    _, courses = draw_all(chain, 1, 2, fixed=fixed)
    told = project(chain.case)
    for aim in chain.aims:
        course, reach = courses[aim.id], told.aim(aim.id)
        found = course.year(chain.case.quarters, aim.year, aim.quarter)
        assert found.tolist() == pytest.approx([reach.value] * 2, rel=1e-9)
        assert course.met(found).tolist() == [reach.met] * 2
        assert course.quarterly()[:, 0] == pytest.approx(np.array(reach.quarters), rel=1e-9, nan_ok=True)
        assert course.rolling(chain.case.quarters)[3:, 0] == pytest.approx(
            np.array(reach.rolling)[3:], rel=1e-9, nan_ok=True
        )
