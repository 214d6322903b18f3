"""Sixteen writers book one supply at once: never above its amount, never twice for one demand, and the record knows of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

WRITERS, TURNS = 16, 5


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_sixteen_writers(request: pytest.FixtureRequest, tmp_path: Path, play: Any, start: Any, kind: str) -> None:
    if kind == "sqlite":
        home, settings = request.getfixturevalue("home"), {}
    else:
        home, settings = tmp_path / "home", {"database": request.getfixturevalue("database")}
        play("found", home, **settings)
    play("factors", home, **settings)
    writers = [start("book", home, str(number), str(TURNS), **settings) for number in range(WRITERS)]
    made = 0
    for writer in writers:
        assert writer.wait(180) == 0, writer.stdout.read()
        made += int(writer.stdout.read())
    total, count, demands, most, noted, *faults = play("booked", home, **settings).stdout.strip().split("|")
    assert not faults
    assert float(total) <= 10.0, "never above the amount"
    assert int(count) == int(demands), "never twice"
    assert float(most) <= 1.5, "never more than is needed"
    assert int(noted) == int(count), "every booking and every release stands in the record"
    assert made > WRITERS, "they came in each other's way more than once"
