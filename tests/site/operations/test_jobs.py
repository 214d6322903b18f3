"""Jobs: progress, the stop button, a worker that is killed, a queue that lost what waited."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.site.world import World

from lvlian.site import jobs
from lvlian.site.jobs.registry import UnknownKind, _kinds, job
from lvlian.site.org.access import Access
from lvlian.site.org.models import AuditRecord, Job


@pytest.fixture
def kind() -> Any:
    """Registers handlers for one test."""
    before = dict(_kinds)
    yield job
    _kinds.clear()
    _kinds.update(before)


def _start(world: World, key: str, user: str = "office", **arguments: Any) -> Job:
    access = Access.of(world.a.people[user])
    return jobs.start(access, key, "甲县导入", world.a.region, arguments)


def test_done(world: World, kind: Any, client_of: Any) -> None:
    @kind("t", steps=("读取", "写入"))
    def run(access: Access, arguments: Any, progress: Any) -> Any:
        assert access.user == world.a.people["office"]
        progress("读取", 0, 2)
        progress("写入", 2, 2)
        return {"message": f"写入 {arguments['n']} 行", "url": "/firms/"}

    done = _start(world, "t", n=2)
    assert (done.state, done.message, done.result) == ("done", "写入 2 行", {"url": "/firms/"})
    assert AuditRecord.objects.get(action="job.start").subject == "甲县导入"
    told = client_of(world.a.people["office"]).get(f"/jobs/{done.pk}/state/").json()
    assert told["state"] == "done" and told["made"]["url"] == "/firms/"


def test_progress_is_seen_while_it_runs(world: World, kind: Any, client_of: Any) -> None:
    seen = []

    @kind("t", steps=("读取", "写入", "核对"))
    def run(access: Access, arguments: Any, progress: Any) -> None:
        progress("写入", 25, 100)
        (job_id,) = Job.objects.values_list("pk", flat=True)
        client = client_of(world.a.people["office"])
        seen.append(client.get(f"/jobs/{job_id}/state/").json())
        seen.append(client.get(f"/jobs/{job_id}/", headers={"HX-Request": "true"}).content.decode())

    _start(world, "t")
    state, fragment = seen
    assert (state["step"], state["steps"], state["step_name"]) == (2, 3, "写入")
    assert (state["done"], state["total"]) == (25, 100)
    assert "<html" not in fragment and "25 / 100" in fragment and "停止" in fragment


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ZeroDivisionError("secret"), "程序出错，什么也没有写入"),
        (UnknownKind("x"), "这一版程序不认得这种任务"),
        (OSError(28, "No space left on device"), "磁盘已满，什么也没有写入"),
    ],
)
def test_failure_is_one_sentence(world: World, kind: Any, raised: Exception, expected: str) -> None:
    @kind("t")
    def run(access: Access, arguments: Any, progress: Any) -> None:
        raise raised

    failed = _start(world, "t")
    assert failed.state == "failed" and failed.message.startswith(expected) and "secret" not in failed.message


def test_words_of_an_engine_are_kept(world: World, kind: Any) -> None:
    from lvlian.site.environment import SettingError

    @kind("t")
    def run(access: Access, arguments: Any, progress: Any) -> None:
        raise SettingError("第 3 行：应是数")

    assert _start(world, "t").message == "第 3 行：应是数"


def test_stopped_while_it_runs(world: World, kind: Any, client_of: Any) -> None:
    @kind("t")
    def run(access: Access, arguments: Any, progress: Any) -> None:
        (job_id,) = Job.objects.values_list("pk", flat=True)
        progress("写入", 0, 9)
        client_of(world.a.people["office"]).post(f"/jobs/{job_id}/stop/")
        progress("核对", 0, 9)
        raise AssertionError("went on")

    stopped = _start(world, "t")
    assert (stopped.state, stopped.message) == ("stopped", "已停止，什么也没有写入")


def test_nobody_sees_or_stops_the_jobs_of_others(world: World, kind: Any, client_of: Any) -> None:
    kind("t")(lambda access, arguments, progress: None)
    done = _start(world, "t")
    for user in (world.b.people["office"], world.a.people["chief"], world.people["office"]):
        client = client_of(user)
        assert client.get(f"/jobs/{done.pk}/").status_code == 404
        assert client.get(f"/jobs/{done.pk}/state/").status_code == 404
        assert client.post(f"/jobs/{done.pk}/stop/").status_code == 404
        assert "甲县导入" not in client.get("/jobs/").content.decode()
    page = client_of(world.a.people["office"]).get("/jobs/").content.decode()
    assert "甲县导入" in page


def test_unknown_kind_is_refused_at_the_start(world: World) -> None:
    with pytest.raises(UnknownKind):
        _start(world, "nothing")
    assert not Job.objects.exists()


# A worker of its own ----------------------------------------------------------------------------------------------------
Place = tuple[Path, dict[str, str]]


def _state(play: Any, home: Path, job_id: str, **settings: str) -> list[str]:
    return list(play("job_state", home, job_id, **settings).stdout.strip().split("|"))


def _wait(place: Place, job_id: str, *states: str, rows: int = 0) -> str:
    """Waits until the job is in one of the states, and has done so many rows; looks with plain SQL, which costs no process."""
    for _ in range(200):
        state, done = _look(place, job_id)
        if state in states and done >= rows:
            return state
        time.sleep(0.05)
    raise AssertionError(f"the job stays {state}, {done} rows")


def _look(place: Place, job_id: str) -> tuple[str, int]:
    home, settings = place
    if settings:
        import psycopg

        with psycopg.connect(settings["database"]) as connection:
            (state,) = connection.execute("SELECT state FROM org_job WHERE id = %s", [job_id]).fetchone()  # type: ignore[misc]
            said = connection.execute("SELECT value FROM jobs_kv WHERE key = %s", [f"progress:{job_id}"]).fetchone()
    else:
        with closing(sqlite3.connect(home / "lvlian.sqlite3", timeout=20)) as connection:
            (state,) = connection.execute("SELECT state FROM org_job WHERE id = ?", [UUID(job_id).hex]).fetchone()
        with closing(sqlite3.connect(home / "jobs.sqlite3", timeout=20)) as connection:
            said = connection.execute("SELECT value FROM kv WHERE key = ?", [f"progress:{job_id}"]).fetchone()
    return state, json.loads(bytes(said[0]))["done"] if said else 0


def _ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: Any, tmp_path: Path, play: Any) -> Place:
    """A site on either database, as its home and its settings."""
    if request.param == "sqlite":
        return request.getfixturevalue("home"), {}
    settings = {"database": request.getfixturevalue("database")}
    home = tmp_path / "home"
    play("found", home, **settings)
    return home, settings


def test_killed_in_the_middle_nothing_is_half_written(place: Place, play: Any, start: Any) -> None:
    home, settings = place
    before = play("tell", home, **settings).stdout
    job_id = play("start_slow", home, "500", "0.02", **settings).stdout.strip()
    worker = start("slow_worker", home, **settings)
    _ready(worker)
    _wait(place, job_id, "running", rows=3)
    worker.kill()
    worker.wait()
    assert _state(play, home, job_id, **settings) == ["failed", "0", "0", "被中断，什么也没有写入，请重做"]
    firms, records, _, *faults = play("tell", home, **settings).stdout.split("|")
    assert not faults
    assert firms == before.split("|")[0]
    assert int(records) == int(before.split("|")[1]) + 1  # that the job was started


def test_next_worker_tells_of_the_dead_and_takes_up_the_lost(home: Path, play: Any, start: Any) -> None:
    dead = play("start_slow", home, "500", "0.02").stdout.strip()
    worker = start("slow_worker", home)
    _ready(worker)
    _wait((home, {}), dead, "running")
    worker.kill()
    worker.wait()
    lost = play("start_slow", home, "3", "0").stdout.strip()
    (home / "jobs.sqlite3").unlink()
    for end in ("-wal", "-shm"):
        (home / f"jobs.sqlite3{end}").unlink(missing_ok=True)
    assert play("stock", home).stdout.split() == ["1", "1"]
    assert _state(play, home, dead)[0] == "failed"
    worker = start("slow_worker", home)
    _ready(worker)
    _wait((home, {}), lost, "done")
    worker.terminate()
    assert worker.wait(15) == 0


def test_a_worker_asked_to_end_stops_its_job_in_time(home: Path, play: Any, start: Any) -> None:
    job_id = play("start_slow", home, "2000", "0.01").stdout.strip()
    worker = start("slow_worker", home)
    _ready(worker)
    _wait((home, {}), job_id, "running")
    begun = time.monotonic()
    worker.terminate()
    assert worker.wait(15) == 0
    assert time.monotonic() - begun < 10
    assert _look((home, {}), job_id)[0] == "failed"


def test_stop_button_reaches_a_job_that_holds_the_write_lock(home: Path, play: Any, start: Any) -> None:
    job_id = play("start_slow", home, "2000", "0.01").stdout.strip()
    worker = start("slow_worker", home)
    _ready(worker)
    _wait((home, {}), job_id, "running", rows=3)
    play("stop", home, job_id)
    assert _wait((home, {}), job_id, "stopped", "done", "failed") == "stopped"
    worker.terminate()
    worker.wait(15)
