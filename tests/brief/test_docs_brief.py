"""The examples of docs/brief.md are run as they stand."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "brief.md"


def test_examples() -> None:
    parser = doctest.DocTestParser()
    text = "\n".join("" if line.startswith("```") else line for line in PAGE.read_text(encoding="utf-8").splitlines())
    test = parser.get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) > 10
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def test_pictures_stand_where_the_page_names_them_and_are_small() -> None:
    pictures = sorted((PAGE.parent / "pictures").glob("brief-*.png"))
    named = [
        line.split("(")[1].rstrip(")")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("![")
    ]
    assert sorted(named) == [f"pictures/{path.name}" for path in pictures]
    assert all(path.stat().st_size <= 300 * 1024 for path in pictures)
