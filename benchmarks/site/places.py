"""A site of its own to measure: a folder, or a database on a private PostgreSQL server, filled once and served by `lvlian serve`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figure import ROOT
from benchmarks.site.world import TODAY


def environment(home: Path, database: str = "") -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("LVLIAN_", "DJANGO_"))}
    env |= {
        "LVLIAN_HOME": str(home),
        "LVLIAN_TODAY": TODAY,
        "LVLIAN_DEMO": "on",
        "DJANGO_SETTINGS_MODULE": "lvlian.site.settings",
    }
    return env | ({"LVLIAN_DATABASE": database} if database else {})


def task(name: str, home: Path, database: str, *arguments: str) -> Any:
    """What a task of `benchmarks.site.tasks` prints, run in a process of its own on this site."""
    command = [sys.executable, "-m", "benchmarks.site.tasks", name, *arguments]
    done = subprocess.run(
        command, env=environment(home, database), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def served(home: Path, database: str = "") -> Iterator[str]:
    """The address of the running site."""
    command = [sys.executable, "-m", "lvlian", "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=environment(home, database), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("http://"):
                break
        else:
            raise RuntimeError("lvlian serve did not start")
        from lvlian.site.serving import first_page

        first_page(line.strip())
        try:
            yield line.strip()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
