"""Sites in folders and databases of their own, for what cannot be tried inside one process: kill -9, backups, several writers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.site.operations.server import PostgresServer, find_initdb

ROOT = Path(__file__).resolve().parents[3]


def environment(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a process that works on the site in `home`."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("LVLIAN_", "DJANGO_"))}
    env |= {
        "LVLIAN_HOME": str(home),
        "LVLIAN_TODAY": "2023-10-12",
        "PYTHONPATH": str(ROOT),
        "LVLIAN_HOSTS": "testserver,127.0.0.1",
    }
    return env | {f"LVLIAN_{key.upper()}": value for key, value in settings.items()}


@pytest.fixture(scope="session")
def play() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a scene of `scenes.py` in a process of its own, to its end."""

    def run(scene: str, home: Path, *arguments: str, check: bool = True, **settings: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "tests.site.operations.scenes", scene, *arguments],
            env=environment(home, **settings), cwd=ROOT, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a scene and leaves it running; whatever still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def begin(scene: str, home: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.site.operations.scenes", scene, *arguments],
            env=environment(home, **settings), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture(scope="session")
def lvlian() -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command line in a process of its own."""

    def run(*arguments: str, home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "lvlian", *arguments],
            env=environment(home, **settings), cwd=home.parent, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def _founded(tmp_path_factory: pytest.TempPathFactory, play: Callable[..., Any]) -> Path:
    home = tmp_path_factory.mktemp("founded") / "home"
    play("found", home)
    return home


@pytest.fixture
def home(_founded: Path, tmp_path: Path) -> Path:
    """The folder of a site on SQLite with the world of `tests.site.world` in it, copied for this test."""
    return Path(shutil.copytree(_founded, tmp_path / "home"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server of this run's own; skipped, by name, where its programs are not installed."""
    if find_initdb() is None:
        pytest.skip("no initdb on this machine: install the package postgresql")
    with PostgresServer(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    """The address of a new, empty database."""
    with postgres.database() as url:
        yield url
