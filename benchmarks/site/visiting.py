"""People who visit the running site: logging in, opening pages with time to think between them, writing through the API."""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.site.world import PASSWORD

PAGES: dict[str, str] = {
    "overview": "/",
    "plans": "/plans/",
    "plan (500 facts)": "/plans/{plan}/",
    "goals": "/goals/",
    "projects": "/projects/",
    "project list": "/projects/list/",
    "project list, filtered and sorted": "/projects/list/?sort=-capacity&product=铝箔",
    "project": "/projects/{project}/",
    "project history": "/projects/{project}/history/",
    "milestone list": "/milestones/",
    "duties": "/duties/",
    "incentives": "/incentives/",
    "findings": "/findings/",
    "fact list": "/facts/",
    "firm list": "/firms/",
    "search": "/search/?q=铝箔项目",
    "search by initials": "/search/?q=lbxm",
}
AUDIT_PAGES = {
    "audit": "/audit/",
    "audit, one region and action": "/audit/?action=project.bulk",
    "audit record": "/audit/150/",
}


class Visitor:
    """A browser: one connection, its cookies."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=120)
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, content and headers. The path may hold Chinese."""
        path = re.sub(r"[^\x00-\x7f]+", lambda found: urlencode({"": found[0]})[1:], path)
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        if method != "GET":
            self.connection.close()  # one that was kept open may have ended: a write must not be sent twice
        for last in (False, True):
            try:
                self.connection.request(method, path, body, sent)
                answer = self.connection.getresponse()
                break
            except (http.client.RemoteDisconnected, ConnectionError):
                self.connection.close()
                if last or method != "GET":
                    raise
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer.status, content, dict(answer.headers)

    def login(self, username: str) -> None:
        _, page, _ = self.ask("GET", "/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        values = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token[1].decode()}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, *_ = self.ask("POST", "/login/", urlencode(values).encode(), **kind)
        assert status == 302, f"{username} could not log in: {status}"

    def send(self, method: str, path: str, value: Any) -> tuple[int, Any]:
        """A write through the API."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.cookies.get("csrftoken", "")}
        status, content, _ = self.ask(method, path, json.dumps(value).encode(), **headers)
        return status, json.loads(content) if content else None


@dataclass
class Seen:
    """What visitors saw: server times in milliseconds by page, what went wrong, counts of anything."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, page: str, status: int, headers: dict[str, str], expected: Sequence[int] = (200,)) -> None:
        found = re.search(r"dur=([\d.]+)", headers.get("Server-Timing", ""))
        with self.lock:
            if status not in expected:
                self.wrong.append(f"{page}: {status}")
            elif found:
                self.times[page].append(float(found[1]))

    def write(self, what: str, status: int, good: int, said: Any) -> None:
        """Counts a write that was taken, or told that somebody was quicker (409); anything else is wrong."""
        with self.lock:
            self.counts[f"{what}s" if status == good else "conflicts" if status == 409 else "other"] += 1
            if status not in (good, 409):
                self.wrong.append(f"{what}: {status} {str(said)[:200]}")

    def percentile(self, share: float, page: str | None = None) -> float:
        values = sorted(self.times[page] if page else [t for times in self.times.values() for t in times])
        return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


class Crowd:
    """People in a thread each. Everybody logs in first; the clock starts when all are in."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.begun = seconds, 0.0
        self.people: list[Callable[[], None]] = []
        self.errors: list[BaseException] = []

    def add(self, url: str, username: str, work: Callable[[Visitor], None]) -> None:
        """Somebody who does `work` again and again until the time is over."""

        def live() -> None:
            try:
                visitor = Visitor(url)
                visitor.login(username)
                self.barrier.wait(600)
                while time.monotonic() - self.begun < self.seconds:
                    work(visitor)
            except BaseException as error:
                self.errors.append(error)
                self.barrier.abort()

        self.people.append(live)

    def run(self) -> None:
        """Lets everybody do their work; the first error is raised at the end."""

        def start() -> None:
            self.begun = time.monotonic()

        self.barrier = threading.Barrier(len(self.people), start)
        threads = [threading.Thread(target=person) for person in self.people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.errors:
            raise self.errors[0]


def usernames(users: int) -> list[str]:
    """Who visits: of twenty, twelve at counties, five at prefectures, three who see everything."""
    kinds = ["county"] * 12 + ["prefecture"] * 5 + ["nation"] * 3
    return [f"{kinds[n % 20]}{n // 2 % 10}" if kinds[n % 20] != "nation" else "nation" for n in range(users)]


def visit(
    url: str, places: dict[str, list[dict[str, int]]], *, users: int, seconds: float, think: tuple[float, float]
) -> Seen:
    """So many people open pages for so long. `places` gives, for each username, ids of records that they may open."""
    seen, crowd, pages = Seen(), Crowd(seconds), list(PAGES.items())

    def browser(number: int, username: str) -> Callable[[Visitor], None]:
        dice = random.Random(number)

        def browse(visitor: Visitor) -> None:
            time.sleep(dice.uniform(*think))
            name, path = dice.choice(pages)
            status, _, headers = visitor.ask("GET", path.format(**dice.choice(places[username])))
            seen.note(name, status, headers)

        return browse

    turns = iter(range(10**9))

    def audit(visitor: Visitor) -> None:
        time.sleep(think[1])
        name, path = list(AUDIT_PAGES.items())[next(turns) % len(AUDIT_PAGES)]
        status, _, headers = visitor.ask("GET", path)
        seen.note(name, status, headers)

    for number, username in enumerate(usernames(users - 1)):
        crowd.add(url, username, browser(number, username))
    crowd.add(url, "audit", audit)
    crowd.run()
    return seen


def write_together(url: str, shared: Sequence[int], *, users: int, seconds: float, think: tuple[float, float]) -> Seen:
    """People who see everything read, edit the same few projects and remark on them. Each edit raises the number in a project's note
    by one from what was read: when all is over, the notes must add up to the edits that were accepted."""
    seen, crowd = Seen(), Crowd(seconds)

    def writer(number: int) -> Callable[[Visitor], None]:
        dice = random.Random(number)

        def work(visitor: Visitor) -> None:
            time.sleep(dice.uniform(*think))
            project, what = dice.choice(shared), dice.random()
            if what < 0.5:
                status, _, headers = visitor.ask("GET", f"/projects/{project}/")
                seen.note("read", status, headers)
            elif what < 0.65:
                body = {"model": "project", "object_id": project, "text": f"留言 {number}"}
                status, said = visitor.send("POST", "/api/v1/comments", body)
                seen.write("remark", status, 201, said)
            else:
                _, content, _ = visitor.ask("GET", f"/api/v1/projects/{project}")
                row = json.loads(content)
                change = {"revision": row["revision"], "note": str(int(row["note"] or 0) + 1)}
                status, said = visitor.send("PATCH", f"/api/v1/projects/{project}", change)
                seen.write("edit", status, 200, said)

        return work

    for number in range(users):
        crowd.add(url, "nation", writer(number))
    crowd.run()
    return seen
