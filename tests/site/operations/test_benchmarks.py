"""The site's benchmarks run on a small size, and their world is one that the site could have made. Nothing here is timed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benchmarks.figure import Figure
from benchmarks.site import page
from benchmarks.site.places import task
from benchmarks.site.visiting import usernames


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("large") / "home"
    made = task("fill", home, "", "0.01")
    assert made["projects"] == made["facts"] == made["milestones"] == 500 and made["history"] == 10_000
    return home


def test_the_chain_of_the_world_holds(large: Path) -> None:
    found = task("reckon", large, "")
    assert found["faults"] == [] and found["records"] == 100


def test_every_page_that_is_measured_opens(large: Path) -> None:
    asked = task("queries", large, "")
    missing = {name for name, one in asked.items() if one["status"] != 200}
    assert missing <= {"audit record"}  # the small world has no such number


def test_the_import_that_is_measured_writes_every_row(large: Path) -> None:
    assert task("bring_in", large, "", "40")["rows"] == 40


def test_tables(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "performance.md"
    path.write_text(f"# Page\n\n{page.BEGIN}\nold\n{page.END}\nend\n", encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", path)
    figures = [
        Figure(part="Pages", what="overview", value=412.5, unit="ms, p95", bound=300, note="p50 90 ms"),
        Figure(part="Writes", what="errors", value=0, unit="", bound=0),
    ]
    where = {"date": "2030-01-01", "system": "Linux", "cores": 2, "memory": 8, "python": "3.11.7", "load": 0.1}
    page.write(figures, where)
    text = path.read_text(encoding="utf-8")
    assert "| overview | 412 ms, p95 **beyond** | 300 | 1.38 | p50 90 ms |" in text
    assert "| errors | 0 | 0 |" in text
    assert "old" not in text and text.endswith("end\n")


def test_who_visits() -> None:
    names = usernames(20)
    assert sum(name.startswith("county") for name in names) == 12 and names.count("nation") == 3
