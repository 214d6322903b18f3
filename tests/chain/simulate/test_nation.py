"""A nation as one large system: balanced, bounded, the same from one seed; and a score that counts right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.dataset import read_yaml
from lvlian.chain.library import load_library
from lvlian.chain.simulate import world_from_plan
from lvlian.chain.simulate.nation import simulate_nation
from lvlian.chain.simulate.score import Score, Tally, score_world

REGION = Path(__file__).parents[3] / "data" / "regions" / "yanshan.yaml"


@settings(max_examples=20, deadline=None)
@given(st.integers(90, 5000), st.integers(0, 1000))
def test_the_truth_closes_every_balance(streams: int, seed: int) -> None:
    nation = simulate_nation(streams, seed)
    system = nation.system
    assert abs(system.size - streams) <= max(40, 0.1 * streams)
    size = abs(system.balance) @ np.abs(nation.truth)
    assert np.all(np.abs(system.balance @ nation.truth) <= 1e-12 * (1 + size))
    assert system.lower is not None and np.all(nation.truth >= np.maximum(system.lower, -np.inf))
    assert len(nation.region) == system.size


def test_one_seed_one_nation_and_sound_readings_close() -> None:
    first, second = simulate_nation(2000, 5), simulate_nation(2000, 5)
    assert np.array_equal(first.system.reading, second.system.reading) and len(first.wrong) > 0
    solution = reconcile(simulate_nation(1000, 1, wrong=0.0).system)
    assert solution.chi2 < 1.2 * solution.dof


@pytest.mark.parametrize(("streams", "wrong"), [(5, 0.1), (10**9, 0.1), (1000, 2.0), (1000, -0.1)])
def test_what_is_out_of_range_is_refused(streams: int, wrong: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        simulate_nation(streams, wrong=wrong)


def test_scores_add_up() -> None:
    one = Score({"unit": Tally(2, 1, 1, 1, 0, 1, 0, 1)}, doubts=2, true=1, months=1)
    both = one + Score({"unit": Tally(1, 1, 0, 0, 1, 0, 0, 1), "bias": Tally(1)}, doubts=1, true=1, months=1, sound=1)
    assert both.all.planted == 4 and both.kinds["unit"].recall == pytest.approx(2 / 3)
    assert both.precision == pytest.approx(2 / 3) and both.all.recall_detectable == 1.0
    assert both.kinds["unit"].kind_right == 1.0 and both.months == 2 and both.sound == 1


def test_planted_faults_are_scored_against_the_account() -> None:
    world = world_from_plan(read_yaml(REGION), load_library())
    found = score_world(world, ["2023-08", "2023-09"], [2, 3], faults=2)
    assert found.months == 2 and found.all.planted == 4
    assert found.all.detected <= found.all.detectable <= found.all.planted
    sound = score_world(world, ["2023-08", "2023-09"], [2], faults=0)
    assert (sound.sound, sound.all.planted) == (1, 0)
