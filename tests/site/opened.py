"""The site as a person starts it: `lvlian demo` in a process of its own, for tests of the browser and of operations."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 120


@dataclass
class Site:
    """A demonstration that runs. `login` takes a username of `lvlian.site.demo.PEOPLE`: the roles' names, `qingyan` (the office
    of the county whose plan waits for review), `province`, `nation`."""

    url: str
    password: str
    home: Path
    process: subprocess.Popen[str]
    reader: threading.Thread
    """Reads on what the process says, so that it never waits for a reader."""

    def login(self, page: Any, role: str = "office", path: str = "/") -> None:
        page.goto(f"{self.url}/login/?next={path}")
        page.fill("input[name=username]", role)
        page.fill("input[name=password]", self.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)


def start_demo(home: Path, *arguments: str, **environment: str) -> Site:
    """`lvlian demo` on a free port; comes back when its first page has been fetched."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("LVLIAN_", "DJANGO_"))}
    command = [sys.executable, "-m", "lvlian", "demo", "--port", "0", "--home", str(home), *arguments]
    process = subprocess.Popen(
        command, env=env | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    assert process.stdout is not None
    lines: list[str] = []
    timer = threading.Timer(PATIENCE, process.kill)
    timer.start()
    try:
        for line in process.stdout:
            lines.append(line)
            if line.startswith("http://"):
                break
        else:
            raise AssertionError("lvlian demo did not start:\n" + "".join(lines))
    finally:
        timer.cancel()
    url = lines[-1].strip()
    (password,) = [line.partition(":")[2].strip() for line in lines if line.startswith("password of all:")]
    reader = threading.Thread(target=lambda: [None for _ in process.stdout or ()], daemon=True)
    reader.start()

    from lvlian.site.serving import first_page

    first_page(url)
    return Site(url, password, home, process, reader)


def end_demo(site: Site) -> int:
    """Ends it as Ctrl-C does; the exit status."""
    site.process.send_signal(signal.SIGINT)
    try:
        return site.process.wait(20)
    except subprocess.TimeoutExpired:
        site.process.kill()
        raise
    finally:
        site.reader.join(5)
        if site.process.stdout is not None:
            site.process.stdout.close()
