"""Wrong readings in large networks: enough found, few false, quietly where nothing is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from lvlian.chain.account import large, suspects
from lvlian.chain.account.suspects import screen
from lvlian.chain.account.system import System


def chain(streams: int, seed: int, wrong: int, size: tuple[float, float] = (10, 50)):
    """Processes in order with mostly short links and one flow each over the boundary; (system, wrong readings)."""
    rng = np.random.default_rng(seed)
    n = streams // 3
    k = streams - n
    source = rng.integers(0, n, k)
    target = (source + rng.geometric(0.2, k)) % n
    far = rng.random(k) < 0.01
    target[far] = rng.integers(0, n, far.sum())
    target = np.where(target == source, (target + 1) % n, target)
    inner = rng.lognormal(3.0, 1.0, k)
    net = np.bincount(target, inner, n) - np.bincount(source, inner, n)
    rows = np.concatenate([target, source, np.arange(n)])
    cols = np.concatenate([np.arange(k), np.arange(k), k + np.arange(n)])
    data = np.concatenate([np.ones(k), -np.ones(k), np.where(net > 0, -1.0, 1.0)])
    truth = np.concatenate([inner, np.abs(net) + 1e-9])
    sd = 0.03 * truth + 0.05
    reading = truth + sd * rng.standard_normal(streams)
    bad = rng.choice(streams, wrong, replace=False)
    reading[bad] += sd[bad] * rng.uniform(*size, wrong) * rng.choice([-1, 1], wrong)
    balance = csr_matrix((data, (rows, cols)), shape=(n, streams))
    return System(balance, np.zeros(n), np.arange(streams), reading, sd**2), set(bad.tolist())


def test_most_is_found_and_little_is_false():
    right = named = wrong = 0
    for seed in range(1, 7):
        system, bad = chain(6_000, seed, 12)
        got = screen(system)
        right += len(set(got.out) & bad)
        named += len(got.out)
        wrong += len(bad)
        assert got.removals[0].chi2 > got.removals[-1].chi2
        assert got.removals[-1].chi2 == pytest.approx(got.solution.chi2, rel=1e-6)
    assert right / named > 0.85
    assert right / wrong > 0.70


def test_sound_networks_are_left_in_peace():
    alarms = sum(bool(screen(chain(1_800, seed, 0)[0]).out) for seed in range(40))
    assert alarms <= 6  # 5 % of 40, and chance


def test_it_agrees_with_the_search_of_small_systems(monkeypatch):
    system, _ = chain(300, 3, 3, (30, 50))
    small = screen(system)
    monkeypatch.setattr(suspects, "SMALL", 10)
    got = screen(system)
    assert set(got.out) == set(small.out)
    assert got.removals[-1].chi2 == pytest.approx(small.removals[-1].chi2, rel=1e-6)
    assert got.z == pytest.approx(small.z, rel=1e-5, abs=1e-5, nan_ok=True)
    assert got.implied == pytest.approx(small.implied, rel=1e-6, abs=1e-5, nan_ok=True)
    assert got.detectable == pytest.approx(small.detectable, rel=1e-5)
    assert [s.readings for s in got.sets] == [s.readings for s in small.sets]


def test_settled_and_trusted_readings_of_a_large_system(monkeypatch):
    monkeypatch.setattr(suspects, "SMALL", 10)
    system, _ = chain(300, 3, 3, (30, 50))
    first = screen(system)
    one = first.out[0]
    assert one not in screen(system, trusted=[one]).out
    sound = next(i for i in range(300) if i not in first.out and np.isfinite(first.detectable[i]))
    got = screen(system, settled=[sound])
    assert sound in got.out
    assert got.implied[sound] == pytest.approx(got.solution.value[sound])


def test_without_a_factor_the_plainest_errors_are_still_found(monkeypatch):
    monkeypatch.setattr(suspects, "SMALL", 10)
    monkeypatch.setattr(large, "_opened", lambda system: None)
    system, bad = chain(900, 2, 3, (40, 50))
    got = screen(system)
    assert set(got.out) & bad
    assert len(set(got.out) - bad) <= 2
    assert got.removals[-1].chi2 == pytest.approx(got.solution.chi2, rel=1e-6)


def test_belief_learns_from_what_is_found():
    few, many = large._learned(np.zeros(0), 1_000), large._learned(np.full(50, 30.0), 1_000)
    assert few.odds > many.odds
    assert many.width < few.width
    assert many.size == pytest.approx(np.log(30), abs=0.05)
    assert many.cost(np.array([30.0]))[0] < few.cost(np.array([30.0]))[0]


def test_correlated_and_repeated_readings(monkeypatch):
    system, _ = chain(300, 5, 0)
    twice = System(
        system.balance,
        system.constant,
        np.concatenate([system.stream, [4, 9]]),
        np.concatenate([system.reading, system.reading[[4, 9]]]),
        np.concatenate([system.variance, system.variance[[4, 9]]]),
        correlation=((10, 20, 0.4), (30, 31, -0.3)),
    )
    reading = twice.reading.copy()
    reading[301] += 60 * np.sqrt(twice.variance[301])
    twice = System(twice.balance, twice.constant, twice.stream, reading, twice.variance, twice.correlation)
    small = screen(twice)
    monkeypatch.setattr(suspects, "SMALL", 10)
    got = screen(twice)
    assert 301 in got.out
    assert set(got.out) == set(small.out)
    assert got.z[got.kept[5]] == pytest.approx(small.z[got.kept[5]], abs=1e-6)
