"""A real Dask cluster of two worker processes on this machine: the same bits as threads, and a worker that is killed loses nothing."""

from __future__ import annotations

import json
import os
import signal

import pytest

from lvlian.outlook.ensemble import run_ensemble, tasks_of
from lvlian.outlook.risk import RiskError
from lvlian.outlook.risk.stream import BLOCK
from tests.outlook import lone_work
from tests.outlook.example import small_case
from tests.outlook.lone_machine import lone_case

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore")  # the cluster's own, in its own threads


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0, silence_logs=50
    ) as found:
        yield found


@pytest.fixture(scope="module")
def tasks():
    case = lone_case(small_case())
    return tasks_of({"a": case, "b": case}, draws=8 * BLOCK, size=BLOCK, make=lone_work.make)


@pytest.fixture(scope="module")
def expected(tasks):
    return json.dumps(run_ensemble(tasks, "threads", workers=1).to_json())


def test_two_processes_of_a_cluster_give_the_same_bits(cluster, tasks, expected):
    found = run_ensemble(tasks, address=cluster.scheduler_address)
    assert json.dumps(found.to_json()) == expected
    assert found.parts == len(tasks)
    assert found.bytes < 40_000 * len(tasks)


def test_a_worker_that_is_killed_loses_nothing(cluster, tasks, expected):
    with distributed.Client(cluster, set_as_default=False) as client:
        workers = client.run(os.getpid)
    killed = []

    def progress(done: int, whole: int) -> None:
        if done == 3 and not killed:
            killed.append(next(iter(workers.values())))
            os.kill(killed[0], signal.SIGKILL)

    # Another seed of names: what the first test left on the scheduler must not answer for this one.
    again = [*tasks_of({"c": tasks[0].case}, draws=BLOCK, make=lone_work.make), *tasks]
    found = run_ensemble(again, address=cluster.scheduler_address, progress=progress)
    assert killed
    assert found.parts == len(again)
    document = found.to_json()
    del document["groups"]["c"]
    assert json.dumps(document) == expected


def test_a_scheduler_that_is_not_there_is_told(tasks, monkeypatch):
    monkeypatch.setattr("lvlian.outlook.ensemble.backend.TIMEOUT", "0.5s")
    with pytest.raises(RiskError, match=r"Dask scheduler tcp://127\.0\.0\.1:9: not reached"):
        run_ensemble(tasks, address="tcp://127.0.0.1:9")
