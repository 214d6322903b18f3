"""The programme with whole numbers held, chains of starts, and moves of one or two: against every choice."""

from __future__ import annotations

import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.outlook.program import Program, Session
from lvlian.outlook.program.chain import Chains
from lvlian.outlook.program.held import Held
from lvlian.outlook.program.neighbour import Search


def starts(seed: int, unit: float = 1.0) -> tuple[Program, dict[str, np.ndarray]]:
    """Three projects that start by a quarter of three or never, lots of land to buy, demand that may be missed at a price."""
    rng = np.random.default_rng(seed)
    p = Program()
    run = p.variables("run", (3, 3), upper=9.0 * unit, cost=1.0 / unit)
    short = p.variables("short", 3, cost=30.0 / unit)
    z = p.variables("started", (3, 3), upper=1.0, integer=True, cost=rng.uniform(1, 9, (3, 1)))
    lots = p.variables("lots", (), lower=1.0, upper=3.0, integer=True, cost=4.0)
    room = p.rows("room", (3, 3), upper=0.5 * unit)
    p.add(room, run, 1.0)
    p.add(room, z, -rng.uniform(2, 5, (3, 1)) * unit)
    goal = p.rows("goal", 3, lower=np.array([2.0, 5.0, 8.0]) * unit)
    p.add(goal, run, 1.0)
    p.add(goal, short, 1.0)
    p.add(goal[2], lots, 0.3 * unit)
    land = p.rows("land", 3, upper=[1.0, 2.0, 2.0])
    p.add(land, z, rng.integers(1, 3, (3, 1)).astype(float))
    p.add(land, lots, -1.0)
    steps = p.rows("once started", (3, 2), lower=0.0)
    p.add(steps, z[:, 1:], 1.0)
    p.add(steps, z[:, :-1], -1.0)
    return p, {"started": z, "lots": lots, "land": land, "room": room}


def choices(b: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Whole numbers of every choice that keeps what is started."""
    return [
        np.append((np.arange(3) >= np.array(first)[:, None]).astype(float).ravel(), lots)
        for first in product(range(4), repeat=3)
        for lots in (1.0, 2.0, 3.0)
    ]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 500), st.sampled_from([1.0, 1e7]))
def test_held_is_the_programme_with_its_whole_numbers_fixed(seed: int, unit: float) -> None:
    p, b = starts(seed, unit)
    session, linear = Session(p), Session(p.linear())
    held = Held(session)
    whole = np.append(b["started"].ravel(), b["lots"])
    rng = np.random.default_rng(seed)
    all_of = choices(b)
    tried = [all_of[k] for k in rng.choice(len(all_of), 12, replace=False)]
    cuts, values = [], []
    for z in tried:
        value = held.value(z)
        linear.fix(whole, z)
        linear.bounds_rows(b["land"], None, np.inf)  # of whole numbers alone: `fits` looks at them
        assert value == pytest.approx(linear.solve().objective, rel=1e-7)
        assert p.matrix().cost @ held.x(z) == pytest.approx(value, rel=1e-7)
        cuts.append((z, value, held.gain()))
        values.append(value)
    for z, value in zip(tried, values, strict=True):  # no choice lies below a cut of another
        for other, base, gain in cuts:
            assert value >= base + gain @ (z - other) - 1e-6 * abs(value)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 500))
def test_moves_of_one_or_two_come_to_a_choice_that_none_of_them_betters(seed: int) -> None:
    p, b = starts(seed)
    session = Session(p)
    held = Held(session)
    chains = Chains(held)
    assert sorted(chains.length.tolist()) == [2, 3, 3, 3]
    table = {z.tobytes(): held.value(z) for z in choices(b) if held.fits(z)}
    search = Search(held, chains)
    assert search.start(np.append(np.ones(9), 1.0))  # does not hold: mended
    assert held.fits(search.z)
    reached = search.run(time.perf_counter() + 5)
    assert reached == pytest.approx(table[search.z.tobytes()])
    assert np.array_equal(chains.whole(search.z, chains.level(search.z)), search.z)
    level = chains.level(search.z)
    for raw, value in table.items():
        if (chains.level(np.frombuffer(raw)) != level).sum() <= 2:
            assert value >= reached - 1e-5 * abs(reached)


def test_bounds_of_the_session_bar_levels() -> None:
    p, b = starts(3)
    session = Session(p)
    session.fix(b["started"][0], [0.0, 1.0, 1.0])
    session.bounds_columns(b["lots"], 2.0, None)
    chains = Chains(Held(session))
    allowed = ~chains.barred().reshape(chains.count, -1)
    assert sorted(row.sum() for row in allowed) == [1, 2, 4, 4]
    z = np.append((np.arange(3) >= 1) * np.ones((3, 1)), 2.0)
    assert all(allowed[k, level] for k, level in enumerate(chains.level(z)))
