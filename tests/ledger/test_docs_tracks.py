"""The examples of docs/ledger-tracks.md are run as they stand, on the register that the page walks through."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from lvlian.ledger.load import load_tracks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ledger-tracks.md"
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def test_the_register_of_the_page_works_as_the_page_says(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    (written,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "water.yaml").write_text(written, encoding="utf-8")
    plain = re.sub(r"```yaml\n.*?```", "", page, flags=re.DOTALL)
    text = "\n".join("" if line.startswith("```") else line for line in plain.splitlines())
    test = doctest.DocTestParser().get_doctest(text, {"folder": tmp_path}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) >= 30
    assert doctest.DocTestRunner(optionflags=FLAGS).run(test).failed == 0


def test_the_page_names_every_track_in_its_room() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rooms = {
        row[0]: set(re.findall(r"`([a-z-]+)`", row[1]))
        for row in re.findall(r"^\| (\w+) \| (`.*) \|$", page, re.MULTILINE)
    }
    told = {group: keys for group, keys in rooms.items() if group in {track.group for track in load_tracks().values()}}
    assert told == {
        group: {key for key, track in load_tracks().items() if track.group == group}
        for group in {track.group for track in load_tracks().values()}
    }
