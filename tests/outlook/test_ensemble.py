"""Ensembles: sketches that add up to the bit, backends that agree, workers that die."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.outlook.ensemble import ACCURACY, Backend, Part, Task, backend_of, run_ensemble, run_task, tasks_of
from lvlian.outlook.ensemble.sketch import Sketch, sketch_of
from lvlian.outlook.risk import RiskError, risk
from lvlian.outlook.risk.stream import BLOCK
from tests.outlook import lone_work
from tests.outlook.example import small_case
from tests.outlook.lone_machine import lone_case

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


@pytest.fixture(scope="module")
def cases():
    base = lone_case(small_case())
    return {"a": base, "b": replace(base, aims=tuple(replace(aim, value=aim.value * 0.8) for aim in base.aims))}


@pytest.fixture(scope="module")
def tasks(cases):
    return tasks_of(cases, draws=5_000, size=2 * BLOCK, quarterly=True, make=lone_work.make)


@pytest.fixture(scope="module")
def base(tasks):
    return run_ensemble(tasks, "threads", workers=1)


def bits(ensemble):
    return json.dumps(ensemble.to_json())


@given(
    st.lists(st.sampled_from([0.0, -3.5, 1e-9, 7.0, 1e12, -2e-13, float("nan")]), min_size=1, max_size=60),
    st.floats(1e-6, 1e9),
)
@settings(max_examples=30, deadline=None)
def test_quantiles_of_a_sketch_are_within_its_accuracy(values, scale):
    figures = np.array([values]) * scale
    sketch = sketch_of(figures, 0, np.zeros(figures.shape, bool))
    there = np.sort(figures[~np.isnan(figures)])
    assert sketch.draws(0) == len(there)
    for share, found in zip(LEVELS, sketch.quantiles(0, LEVELS), strict=True):
        if not len(there):
            assert np.isnan(found)
            continue
        true = there[max(int(np.ceil(share * len(there))) - 1, 0)]
        assert found == pytest.approx(true, rel=ACCURACY * 1.001, abs=1e-12)


@given(st.permutations(range(6)))
@settings(max_examples=20, deadline=None)
def test_sketches_add_up_to_the_bit_in_any_order(order):
    draws = np.random.default_rng(4).gamma(2.0, 50.0, (3, 6 * BLOCK)) - 40
    whole = sketch_of(draws, 0, draws > 60)
    parts = [
        sketch_of(draws[:, k * BLOCK : (k + 1) * BLOCK], k * BLOCK, draws[:, k * BLOCK : (k + 1) * BLOCK] > 60)
        for k in range(6)
    ]
    found: Sketch = parts[order[0]]
    for k in order[1:]:
        found = found.add(parts[k])
    for name in ("codes", "counts", "blocks", "moments", "reached"):
        assert getattr(found, name).tobytes() == getattr(whole, name).tobytes()
    packed = pickle.loads(pickle.dumps(whole))
    for name in ("codes", "counts", "blocks", "moments", "reached"):
        assert getattr(packed, name).tobytes() == getattr(whole, name).tobytes()
    mean, sd = found.moment(1)
    assert mean == pytest.approx(draws[1].mean(), rel=1e-12)
    assert sd == pytest.approx(draws[1].std(ddof=1), rel=1e-12)


def test_sketches_that_do_not_fit():
    one = sketch_of(np.ones((2, 10)), 0, np.ones((2, 10), bool))
    with pytest.raises(RiskError, match="block 0 came twice"):
        one.add(one)
    with pytest.raises(RiskError, match="found 1 columns, expected 2"):
        one.add(sketch_of(np.ones((1, 10)), BLOCK, np.ones((1, 10), bool)))
    with pytest.raises(RiskError, match=f"expected a multiple of {BLOCK}"):
        sketch_of(np.ones((1, 10)), 5, np.ones((1, 10), bool))
    assert np.isnan(sketch_of(np.full((1, 4), np.nan), 0, np.zeros((1, 4), bool)).moment(0)[0])


def test_an_ensemble_says_what_the_risk_step_says(cases, base):
    for name, case in cases.items():
        alone = risk(case, draws=5_000, machine=lone_work.make(case))
        for goal in base.groups[name].goals:
            one = alone.of(goal.id)
            assert goal.chance == one.chance
            assert goal.mean == pytest.approx(one.mean, rel=1e-12)
            # The sketch takes a draw, the risk step lies between two: a thin tail leaves more between them.
            assert goal.quantiles == pytest.approx(one.levels, rel=0.01)
            assert goal.fan["2025-Q4"][3] == pytest.approx(one.fan().median[-1], rel=2 * ACCURACY)
        assert base.groups[name].silent["firms"][0] == "没有口径"


@pytest.mark.parametrize(("size", "workers"), [(BLOCK, 2), (2 * BLOCK, 3), (9 * BLOCK, 2)])
def test_neither_tasks_nor_workers_change_a_bit(cases, base, size, workers):
    tasks = tasks_of(cases, draws=5_000, size=size, quarterly=True, make=lone_work.make)
    assert bits(run_ensemble(tasks[::-1], "threads", workers=workers)) == bits(base)


def test_processes_that_die_lose_nothing(cases, tmp_path):
    marked = {name: replace(case, scenario=str(tmp_path / "mark")) for name, case in cases.items()}
    tasks = tasks_of(marked, draws=2 * BLOCK, size=BLOCK, make=lone_work.make)
    found = run_ensemble(tasks, "processes", workers=1, work=lone_work.dies_once)
    assert (tmp_path / "mark").exists()
    assert bits(found) == bits(run_ensemble(tasks, "threads", workers=1))


def test_processes_that_always_die_are_told(tasks):
    with pytest.raises(RiskError, match="6 tasks are left after 1 pools"):
        run_ensemble(tasks, "processes", workers=1, retries=0, work=lone_work.dies_always)


def test_a_case_that_cannot_run_does_not_stop_the_others(cases, tasks, base):
    def work(task: Task) -> Part:
        return replace(run_task(task), sketch=None, error="a: no") if task.group == "a" else run_task(task)

    found = run_ensemble(tasks, "threads", work=work)
    assert found.groups["a"].error == "a: no"
    assert found.groups["a"].goals == ()
    assert json.dumps(found.to_json()["groups"]["b"]) == json.dumps(base.to_json()["groups"]["b"])


def test_a_region_of_which_nothing_can_be_said_says_why(cases):
    tasks = tasks_of({"x": replace(cases["a"], aims=cases["a"].aims[2:])}, draws=10, make=lone_work.make)
    found = run_ensemble(tasks).groups["x"]
    assert (found.error, found.goals, dict(found.silent)) == ("", (), {"firms": ("没有口径", "no formula")})


def test_a_case_that_cannot_run_is_its_groups_sentence():
    broken = replace(small_case(), plants=(replace(small_case().plants[0], process="magic"),))
    found = run_ensemble(tasks_of({"x": broken}, draws=10)).groups["x"]
    assert "found magic" in found.error


def test_a_stop_leaves_what_came(tasks):
    told = []
    found = run_ensemble(tasks, "threads", workers=1, progress=lambda *at: told.append(at), stop=lambda: len(told) >= 3)
    assert found.stopped
    assert found.parts == 3
    assert sum(group.draws for group in found.groups.values()) < 10_000


def test_a_task_twice_is_told(tasks):
    with pytest.raises(RiskError, match=r"task a#0\+2048 is there twice"):
        run_ensemble([*tasks, tasks[0]])


@pytest.mark.parametrize(
    ("setting", "kind", "workers", "address"),
    [
        ("", "threads", None, ""),
        ("processes:3", "processes", 3, ""),
        ("dask:2", "dask", 2, ""),
        ("tcp://10.0.0.7:8786", "dask", None, "tcp://10.0.0.7:8786"),
    ],
)
def test_one_setting_chooses(monkeypatch, setting, kind, workers, address):
    monkeypatch.setenv("LVLIAN_CLUSTER", setting)
    assert backend_of() == Backend(kind=kind, workers=workers, address=address)


@pytest.mark.parametrize("setting", ["cloud", "threads:0", "threads:x", "dask:9999"])
def test_a_setting_that_cannot_be(setting):
    with pytest.raises(RiskError, match="LVLIAN_CLUSTER: found"):
        backend_of(setting)


def test_dask_is_only_imported_when_asked_for(tasks, monkeypatch):
    import builtins
    import subprocess
    import sys

    told = subprocess.run(
        [sys.executable, "-c", "import sys, lvlian.outlook.ensemble, lvlian.outlook.risk; print('distributed' in sys.modules, 'numba' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.split() == ["False", "False"]
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "distributed":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        RiskError, match=r"Dask is not installed, expected it for this backend: pip install 'lvlian\[cluster\]'"
    ):
        run_ensemble(tasks, "dask")
