"""`lvlian serve` and `lvlian demo`: first start, clean end, a port in use, children that do not outlive their parent."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from tests.site.opened import end_demo, start_demo
from tests.site.operations.conftest import environment


def _started(pid: int) -> list[int]:
    """The processes below, once gunicorn's workers and the worker of the jobs are there."""
    until = time.monotonic() + 20
    while len(below := _children(pid)) < 4 and time.monotonic() < until:
        time.sleep(0.1)
    return below


def _children(pid: int) -> list[int]:
    """Every process below one, by /proc."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    found, todo = [], [pid]
    while todo:
        below = [child for child, parent in parents.items() if parent == todo[0]]
        found += below
        todo = todo[1:] + below
    return found


def _gone(pids: list[int], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(
            Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text() for pid in pids
        ):
            return True
        time.sleep(0.1)
    return False


def _serve(home: Path, *arguments: str) -> tuple[subprocess.Popen[str], list[str]]:
    command = [sys.executable, "-m", "lvlian", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("http://"):
            break
    return process, lines


def _fetch(url: str) -> int:
    from lvlian.site.serving import first_page

    first_page(url)
    with urllib.request.urlopen(f"{url}/health", timeout=20) as answer:
        return int(answer.status)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_first_start_prints_passwords_once_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    home = tmp_path / "home"
    process, first = _serve(home)
    assert _fetch(first[-1]) == 200
    below = _started(process.pid)
    process.send_signal(number)
    assert process.wait(20) == 0
    process.stdout.close()  # type: ignore[union-attr]
    assert len(below) >= 4 and _gone(below)  # gunicorn with its workers, and the worker of the jobs
    told = [line.split() for line in first if re.match(r"  \S+ +\S{8,} ", line)]
    assert len(told) == 3

    process, second = _serve(home)
    assert not any(password in line for _, password, *_ in told for line in second)
    assert _fetch(second[-1]) == 200
    process.send_signal(number)
    assert process.wait(20) == 0
    process.stdout.close()  # type: ignore[union-attr]


def test_port_in_use(tmp_path: Path, lvlian: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = lvlian("serve", "--port", port, home=tmp_path / "home")
    assert refused.returncode == 2
    assert refused.stderr == f"port {port} on 127.0.0.1 is in use; choose another with --port.\n"
    assert not (tmp_path / "home").exists()


def test_without_the_packages_of_the_site(tmp_path: Path) -> None:
    """As after `pip install lvlian` without its part `web`."""
    (tmp_path / "django.py").write_text("raise ModuleNotFoundError(\"No module named 'django'\", name='django')")
    env = environment(tmp_path / "home")
    env["PYTHONPATH"] = str(tmp_path)
    for command in (["serve", "--port", "0"], ["audit", "verify"], ["backup", str(tmp_path / "x.tar")]):
        done = subprocess.run(
            [sys.executable, "-m", "lvlian", *command], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert done.stderr == "the site's packages are not installed; run: pip install 'lvlian[web]'.\n"


def test_killed_parent_leaves_nobody_behind(tmp_path: Path) -> None:
    process, lines = _serve(tmp_path / "home")
    assert _fetch(lines[-1]) == 200
    below = _children(process.pid)
    process.kill()
    process.wait()
    process.stdout.close()  # type: ignore[union-attr]
    assert _gone(below)


def test_killed_worker_is_started_again(tmp_path: Path) -> None:
    process, lines = _serve(tmp_path / "home")
    assert _fetch(lines[-1]) == 200
    direct = [pid for pid in _children(process.pid) if _parent(pid) == process.pid]
    (worker,) = [pid for pid in direct if not _children(pid)]
    os.kill(worker, signal.SIGKILL)
    assert _gone([worker])
    time.sleep(1)
    again = [pid for pid in _children(process.pid) if _parent(pid) == process.pid]
    assert len(again) == 2 and worker not in again
    process.terminate()
    assert process.wait(20) == 0
    process.stdout.close()  # type: ignore[union-attr]


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_demo_keeps_its_password_and_is_not_made_over_a_site(tmp_path: Path, lvlian: Any, home: Path) -> None:
    refused = lvlian("demo", "--home", str(home), "--port", "0", home=tmp_path)
    assert refused.returncode == 2 and "holds a site that is no demonstration" in refused.stderr
    first = start_demo(tmp_path / "demo")
    assert end_demo(first) == 0
    second = start_demo(tmp_path / "demo")
    assert end_demo(second) == 0
    assert first.password == second.password
