"""Sets that no balance can tell apart: complete, with what each member would have to be, and no member preferred."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chain.account.readings import flows, network

from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.serial import search
from lvlian.chain.account.sets import same_as, sets_of
from lvlian.chain.account.testing import evidence_of


def found(system):
    evidence = evidence_of(reconcile(system))
    out = search(evidence)
    return out, *sets_of(evidence, out, system.reading, evidence.sd)


def test_one_lonely_balance_leaves_all_its_readings():
    # remelt ingot made = sold + into stock, and nothing else knows of them
    out, sets, _ = found(network(["1-2-3"], [22_720.0, 21_200.0, 1_020.0], [80.0**2, 70.0**2, 60.0**2]))
    (group,) = sets
    assert len(out) == 1
    assert group.readings == (0, 1, 2)
    assert group.stand_in == out
    assert [round(m.implied, 6) for m in group.members] == [22_220, 21_700, 1_520]
    assert len({round(abs(m.z), 9) for m in group.members}) == 1
    assert group.members[0].sd == pytest.approx(np.hypot(70, 60))


def test_members_say_what_else_would_move():
    system = network(["1-2-3", "3-4-5"], [100.0, 60.0, None, 20.0, 5.0], [1.0, 1.0, None, 1.0, 1.0])
    _, (group,), _ = found(system)
    assert group.readings == (0, 1, 2, 3)  # all four of the one relation that is left when stream 3 is unread
    solution = reconcile(system.without(group.stand_in))
    for member in group.members:
        other = reconcile(system.without([member.reading]))
        moved = dict(member.moved)
        for stream in range(5):
            assert solution.value[stream] + moved.get(stream, 0.0) == pytest.approx(other.value[stream])
        assert other.value[system.stream[member.reading]] == pytest.approx(member.implied)


def test_two_of_three_parallel_readings_are_wrong():
    # the same flow read three times and once through a balance: 100 is outvoted by nobody
    system = network(["1-2", "2-3", "4-5"], [100.0, 140.0, 180.0, 50.0, 50.0], [1.0] * 5)
    out, sets, _ = found(system)
    assert len(out) == 2
    (group,) = sets
    assert group.count == 2
    assert group.readings == (0, 1, 2)
    assert all(np.isnan(m.implied) for m in group.members)


def test_a_reading_that_others_confirm_stands_alone():
    out, sets, near = found(network(["1-2", "2-3"], [100.0, 130.0, 100.0], [1.0] * 3))
    assert (out, sets) == ((1,), ())
    assert near == {1: ()}


def test_what_is_almost_the_same_is_told():
    # a big exact meter between two flows and a small third one: the two can hardly be told apart
    system = network(["1-2-3"], [100.0, 60.0, 5.0], [1.0, 1.0, 0.01])
    system = replace(
        system,
        stream=np.array([0, 1, 2, 0]),
        reading=np.array([100.0, 60.0, 5.0, 99.0]),
        variance=np.array([1.0, 1.0, 0.01, 400.0]),
    )
    evidence = evidence_of(reconcile(system))
    same, near = same_as(evidence, evidence.state(), 0)
    assert not same
    assert {1, 2} <= {n.reading for n in near}
    assert all(n.likeness**2 > 0.95 for n in near)


def test_trusted_readings_are_in_no_set():
    evidence = evidence_of(reconcile(network(["1-2-3"], [22_720.0, 21_200.0, 1_020.0], [6400.0, 4900.0, 3600.0])))
    same, _ = same_as(evidence, evidence.state(), 0, trusted=[2])
    assert same == [1]


@settings(max_examples=40)
@given(seed=st.integers(0, 100_000), nodes=st.integers(3, 8))
def test_a_set_is_whole_and_its_members_close_the_account_alike(seed, nodes):
    system, truth = flows(seed, nodes + 4, nodes)
    rng = np.random.default_rng(seed)
    wrong = int(rng.integers(len(truth)))
    reading = system.reading.copy()
    reading[wrong] += 60 * np.sqrt(system.variance[wrong])
    system = replace(system, reading=reading)
    out, sets, _ = found(system)
    evidence = evidence_of(reconcile(system))
    if evidence.state().information[wrong] == 0:
        return
    if len(out) != 1:
        return  # noise brought another one along
    named = sets[0].readings if sets else out
    chi2 = {i: reconcile(system.without([i])).chi2 for i in range(len(truth)) if evidence.state().information[i] > 0}
    least = chi2[out[0]]
    alike = {i for i, c in chi2.items() if c - least < 1e-5 * max(evidence.chi2, 1)}
    assert set(named) >= {i for i in alike if chi2[i] - least < 1e-9 * max(evidence.chi2, 1)} & set(named)
    assert set(named) <= alike | set(out)
