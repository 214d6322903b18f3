"""The robust estimate: it loses what is far off, keeps the rest, and is exact where nothing is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.chain.account.readings import flows, network, p14

from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.robust import robust
from lvlian.chain.account.testing import evidence_of, family_limit


def test_a_far_reading_loses_its_weight_and_its_influence():
    system = network(["1-2", "2-3", "3-4"], [100.0, 100.5, 99.5, 10_000.0], [1.0] * 4)
    got = robust(evidence_of(reconcile(system)), family_limit(4))
    assert got.flagged == (3,)
    assert got.weight[3] < 1e-4
    assert got.weight[:3].min() > 0.9
    assert got.value[0] == pytest.approx(100.0, abs=0.1)


def test_without_errors_it_is_least_squares():
    system, truth = flows(3, 12, 6)
    solution = reconcile(replace(system, reading=truth + 0.1 * (system.reading - truth)))
    got = robust(evidence_of(solution), family_limit(12))
    assert not got.flagged
    assert got.weight == pytest.approx(np.ones(12))
    assert got.value == pytest.approx(solution.value)


def test_readings_that_nothing_checks_have_no_z():
    system = network(["1-2-3"], [100.0, 60.0, None], [1.0, 1.0, None])
    got = robust(evidence_of(reconcile(system)), 2.0)
    assert np.isnan(got.z).all()
    assert got.flagged == ()


def test_it_agrees_with_the_serial_test_on_fourteen_units():
    got = robust(evidence_of(reconcile(p14())), family_limit(24))
    assert got.flagged == (4, 5, 17, 18)


def test_three_far_readings_are_flagged_and_little_else():
    named, right, wrong = 0, 0, 0
    for seed in range(60):
        system, truth = flows(seed, 30, 12)
        evidence = evidence_of(reconcile(replace(system, reading=truth)))
        rng = np.random.default_rng(seed)
        strong = np.flatnonzero(evidence.state().information > 0.5)
        if len(strong) < 3:
            continue
        bad = rng.choice(strong, 3, replace=False)
        errors = rng.standard_normal(30)
        errors[bad] += 25 * rng.choice([-1, 1], 3)
        score = evidence.weight @ errors
        got = robust(replace(evidence, score=score, chi2=float(errors @ score)), family_limit(30))
        right += len(set(got.flagged) & set(bad.tolist()))
        wrong += len(set(got.flagged) - set(bad.tolist()))
        named += 3
    assert right / named > 0.85
    assert wrong / named < 0.25
