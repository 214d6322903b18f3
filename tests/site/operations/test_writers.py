"""Several people write at once: nobody is turned away, nothing is lost, the chain holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

WRITERS, TURNS = 8, 10


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_eight_writers(request: pytest.FixtureRequest, tmp_path: Path, play: Any, start: Any, kind: str) -> None:
    if kind == "sqlite":
        home, settings = request.getfixturevalue("home"), {}
    else:
        home, settings = tmp_path / "home", {"database": request.getfixturevalue("database")}
        play("found", home, **settings)
    before = float(play("tell", home, **settings).stdout.split("|")[2])
    writers = [start("write", home, str(number), str(TURNS), **settings) for number in range(WRITERS)]
    for writer in writers:
        assert writer.wait(120) == 0, writer.stdout.read()
    _, records, value, *faults = play("tell", home, **settings).stdout.strip().split("|")
    assert not faults
    assert int(records) == WRITERS * TURNS
    assert float(value) == before + WRITERS * TURNS
