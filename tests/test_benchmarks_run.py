"""The benchmarks run and write what the page expects. Nothing here is timed."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import corpus
from benchmarks.__main__ import PARTS
from benchmarks.figure import Figure
from benchmarks.linearity import exponent
from benchmarks.page import BEGIN, END, PAGE, broken, tables, write

ROOT = Path(__file__).resolve().parent.parent
MACHINE = {"date": "2030-01-01", "system": "Linux", "cores": 2, "memory": 8, "python": "3.11.7", "load": 0.1}


def figures_of(part: str, *options: str) -> list[Figure]:
    run = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{part}", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    return [Figure(**json.loads(line)) for line in run.stdout.splitlines()]


@pytest.mark.parametrize("part", [part for part in PARTS if part != "score_plans"])
def test_every_part_runs_on_a_small_size(part: str) -> None:
    figures = figures_of(part, "--small")
    assert figures
    assert all((math.isfinite(f.value) and f.value >= 0) or f.unit == "" for f in figures)


def test_without_the_real_plans_the_score_is_skipped_loudly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LVLIAN_SHARED", str(tmp_path))
    (figure,) = figures_of("score_plans")
    assert math.isnan(figure.value)
    assert "not scored" in figure.what


def test_the_real_plans_are_scored_by_kind(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LVLIAN_SHARED", str(shared))
    told = {f.what for f in figures_of("score_plans")}
    assert told == {
        f"{k}: {s}" for k in ("goals", "milestones", "duties", "incentives", "chains") for s in ("F1", "precision")
    }


def test_the_phases_of_reading_name_every_kind_of_fact() -> None:
    phases = {f.what for f in figures_of("reading", "--small") if f.part == "reading: phases"}
    assert {"text", "outline", "head", "periods", "goals", "milestones", "incentives", "duties", "chains"} <= phases


@pytest.mark.parametrize("name", corpus.FAMILIES)
def test_a_text_has_the_size_asked_for_and_is_always_the_same(name: str) -> None:
    text = corpus.FAMILIES[name](20_000)
    assert text == corpus.FAMILIES[name](20_000)
    assert 15_000 <= len(text.encode()) <= 21_000


def test_plans_differ_and_are_as_long_as_plans_are() -> None:
    plans = [corpus.plan(number) for number in range(30)]
    assert len(set(plans)) == 30
    assert all(3_000 <= len(text) <= 9_000 for text in plans)
    assert abs(len(corpus.plan_of(5_000)) - 5_000) < 200


def test_the_exponent_is_one_for_linear_and_two_for_quadratic() -> None:
    assert exponent([(s, 3.0 * s) for s in (10, 100, 1000)]) == pytest.approx(1)
    assert exponent([(s, 0.1 * s * s) for s in (10, 100, 1000)]) == pytest.approx(2)


def test_the_page_keeps_what_stands_around_the_tables(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    figures = [
        Figure(part="reading", what="a plan", value=25.0, unit="ms", bound=50.0),
        Figure(part="reading", what="too slow", value=75.0, unit="ms", bound=50.0),
        Figure(part="right or wrong", what="goals: F1", value=0.99, unit="", bound=0.97, least=True),
        Figure(part="right or wrong", what="skipped", value=float("nan"), unit=""),
    ]
    write(tables(figures, MACHINE), page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n2030-01-01, Linux, 2 cores, 8 GiB, Python 3.11.7")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text
    assert "| a plan | 25 ms | ≤ 50 ms | 0.50 | |" in text
    assert "| too slow | 75 ms | ≤ 50 ms | **1.50** | |" in text
    assert "| skipped | – | | | |" in text
    assert [f.what for f in broken(figures)] == ["too slow"]


def test_a_page_without_marks_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("no marks\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.md: expected the lines"):
        write("tables", page)


def test_the_page_of_the_docs_has_the_marks() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
