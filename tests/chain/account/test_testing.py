"""Limits of a family of tests, and readings held against all others without reconciling again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chain.account.readings import flows, p10, p14

from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.testing import (
    detectable_error,
    discoveries,
    evidence_of,
    family_limit,
    global_limit,
)


def test_the_limit_of_a_family_grows_with_its_size():
    assert family_limit(18) == pytest.approx(2.99, abs=0.005)
    assert family_limit(1) == pytest.approx(1.959964, abs=1e-6)
    assert family_limit(18, control="sidak") == pytest.approx(2.984, abs=0.001)
    assert family_limit(100_000) == pytest.approx(5.0263, abs=1e-3)
    assert family_limit(0) == family_limit(1)


@pytest.mark.parametrize(
    ("wrong", "words"), [({"family_error": 0}, "family_error"), ({"control": "none"}, "bonferroni, sidak")]
)
def test_a_limit_that_cannot_be_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        family_limit(3, **wrong)


def test_global_limit_is_that_of_the_tables():
    assert global_limit(10) == pytest.approx(18.307, abs=1e-3)
    assert np.isnan(global_limit(0))


def test_discoveries_step_up():
    z = np.array([0.1, 4.0, np.nan, 3.0, 2.6, 0.5])
    assert discoveries(z).tolist() == [
        1,
        3,
        4,
    ]  # 2.6 alone among five would not pass Bonferroni's 2.58 by much, here it does
    assert discoveries(np.array([1.0, 1.2])).size == 0
    assert discoveries(np.array([np.nan])).size == 0


def test_detectable_error_is_found_four_times_in_five():
    limit = family_limit(10)
    rng = np.random.default_rng(1)
    size = float(detectable_error(np.array([4.0]), limit)[0])
    z = rng.standard_normal(20_000) + size * 2.0
    assert (np.abs(z) > limit).mean() == pytest.approx(0.8, abs=0.01)
    assert detectable_error(np.array([0.0]), limit)[0] == np.inf


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), twice=st.integers(0, 2), correlated=st.integers(0, 2), unread=st.integers(0, 3))
def test_a_reading_left_out_is_what_reconciling_without_it_gives(seed, twice, correlated, unread):
    system, _ = flows(seed, 12, 6, unread=unread, twice=twice, correlated=correlated)
    whole = reconcile(system)
    evidence = evidence_of(whole)
    state = evidence.state()
    for i in range(len(system.reading)):
        rest = reconcile(system.without([i]))
        if state.information[i] == 0:
            assert rest.dof == whole.dof  # nothing checks it: no condition goes with it
            continue
        assert rest.dof == whole.dof - 1
        assert whole.chi2 - rest.chi2 == pytest.approx(state.square[i], abs=1e-7 * max(whole.chi2, 1))
        out = evidence.state([i])
        assert out.chi2 == pytest.approx(rest.chi2, abs=1e-7 * max(whole.chi2, 1))
        known = ~np.isnan(rest.value)
        assert evidence.values(out)[known] == pytest.approx(rest.value[known], rel=1e-7, abs=1e-6)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), k=st.integers(2, 4))
def test_several_left_out_are_what_reconciling_without_them_gives(seed, k):
    system, _ = flows(seed, 14, 7, correlated=1)
    evidence = evidence_of(reconcile(system))
    out: list[int] = []
    for i in np.random.default_rng(seed).permutation(len(system.reading)):
        if len(out) < k and evidence.state(out).information[i] > 1e-6:
            out.append(int(i))
    state, rest = evidence.state(out), reconcile(system.without(out))
    assert state.chi2 == pytest.approx(rest.chi2, abs=1e-6 * max(evidence.chi2, 1))
    kept = [i for i in range(len(system.reading)) if i not in out]
    z = np.where(
        state.information > 0, state.score / np.sqrt(np.where(state.information > 0, state.information, 1)), np.nan
    )[kept]
    if not any(i in out or j in out for i, j, _ in system.correlation) and not system.correlation:
        assert z == pytest.approx(rest.z, nan_ok=True, abs=1e-6)


@pytest.mark.parametrize(("make", "chi2", "dof"), [(p10, 62.14168732945, 8), (p14, 128.4761805733, 14)])
def test_evidence_of_published_networks_is_a_projection(make, chi2, dof):
    evidence = evidence_of(reconcile(make()))
    assert evidence.chi2 == pytest.approx(chi2, rel=1e-10)
    assert evidence.weight @ evidence.weight == pytest.approx(evidence.weight, abs=1e-9)
    assert np.trace(evidence.weight) == pytest.approx(dof)
    assert evidence.score @ evidence.score == pytest.approx(chi2, rel=1e-9)
