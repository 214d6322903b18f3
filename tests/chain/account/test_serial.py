"""Several wrong readings one after the other: found, restored, exchanged, and never more than redundancy bears."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.chain.account.readings import flows, network, p10, p14

from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.serial import path, search
from lvlian.chain.account.sets import sets_of
from lvlian.chain.account.testing import evidence_of, family_limit, global_limit


def with_errors(evidence, errors):
    """The evidence of other readings of the same network, told by their errors in sd."""
    score = evidence.weight @ errors
    return replace(evidence, score=score, chi2=float(errors @ score))


@pytest.mark.parametrize("make", [p10, p14])
def test_sound_readings_are_called_wrong_in_one_month_of_twenty(make):
    evidence = evidence_of(reconcile(make()))
    rng = np.random.default_rng(5)
    alarms = sum(bool(search(with_errors(evidence, rng.standard_normal(len(evidence.score))))) for _ in range(2_000))
    assert 0.025 < alarms / 2_000 < 0.06


@pytest.mark.parametrize("make", [p10, p14])
def test_one_detectable_error_is_found_or_in_its_set(make):
    evidence = evidence_of(reconcile(make()))
    information = evidence.state().information
    rng = np.random.default_rng(6)
    limit = family_limit(int((information > 0).sum()))
    named, right = 0, 0
    for _ in range(400):
        i = int(rng.integers(len(information)))
        errors = rng.standard_normal(len(information))
        errors[i] += rng.choice([-1, 1]) * (limit + 3) / np.sqrt(information[i])
        case = with_errors(evidence, errors)
        out = search(case)
        sets, near = sets_of(case, out, np.zeros(len(errors)), np.ones(len(errors)))
        told = {*out, *(k for s in sets for k in s.readings)}
        named += i in told or i in {n.reading for names in near.values() for n in names}
        right += i in told
    assert named / 400 > 0.985
    assert right / 400 > 0.94


def test_two_errors_that_push_the_same_way_are_both_found():
    # three meters in a row on one flow, twice: the two wrong ones outvote nobody
    system = network(["1-2", "2-3", "3-4", "4-5"], [100.0, 130.0, 100.2, 60.0, 99.9], [1.0] * 5)
    assert set(search(evidence_of(reconcile(system)))) == {1, 3}


def test_what_fits_again_comes_back():
    system = network(["1-2", "2-3", "3-4"], [100.0, 100.5, 99.5, 140.0], [1.0] * 4)
    evidence = evidence_of(reconcile(system))
    assert search(evidence, start=[0]) == (3,)
    assert search(evidence, start=[0], fixed=1) == (0, 3)


def test_trusted_readings_stay():
    system = network(["1-2", "2-3", "3-4"], [100.0, 100.5, 99.5, 140.0], [1.0] * 4)
    assert 3 not in search(evidence_of(reconcile(system)), trusted=[3])


def test_a_pair_that_hides_in_single_tests_is_found():
    hidden = 0
    for seed in range(60):
        system, truth = flows(seed, 14, 7)
        evidence = evidence_of(reconcile(replace(system, reading=truth)))
        size = np.sqrt(np.maximum(np.diag(evidence.weight), 1e-9))
        like = np.triu(evidence.weight / np.outer(size, size), 1)
        for i, j in np.argwhere((np.abs(like) > 0.3) & (np.abs(like) < 0.7)):
            errors = np.zeros(14)
            errors[i], errors[j] = 1 / size[i], -np.sign(like[i, j]) / size[j]
            unit = with_errors(evidence, errors)
            errors *= 0.97 * family_limit(14) / np.sqrt(unit.state().square.max())
            case = with_errors(evidence, errors)
            if case.chi2 > 25 and case.chi2 > 1.3 * global_limit(evidence.dof):
                hidden += 1
                out = search(case)
                sets, _ = sets_of(case, out, truth, np.ones(14))
                assert len(out) == 2
                assert {int(i), int(j)} <= {*out, *(k for s in sets for k in s.readings)}
    assert hidden > 3


def test_the_path_tells_how_chi2_falls():
    evidence = evidence_of(reconcile(p14()))
    rows = path(evidence, search(evidence))
    assert rows[0].reading is None
    assert [r.dof for r in rows] == [14, 13, 12, 11, 10]
    assert all(a.chi2 > b.chi2 for a, b in pairwise(rows))
    assert [r.ok for r in rows] == [False, False, False, False, True]
    assert rows[0].limit == pytest.approx(23.6848, abs=1e-3)


def test_never_more_is_removed_than_checks_are_left():
    system = network(["1-2-3", "3-4"], [100.0, 10.0, 500.0, -300.0], [1.0] * 4)
    evidence = evidence_of(reconcile(system))
    out = search(evidence)
    assert len(out) <= evidence.dof
    solution = reconcile(system.without(out))
    assert not np.isnan(solution.value).any()
