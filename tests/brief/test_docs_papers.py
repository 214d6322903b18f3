"""The examples of docs/papers.md are run as they stand."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "papers.md"


def test_examples() -> None:
    parser = doctest.DocTestParser()
    text = "\n".join("" if line.startswith("```") else line for line in PAGE.read_text(encoding="utf-8").splitlines())
    test = parser.get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) > 10
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def test_its_picture_is_small() -> None:
    picture = PAGE.parent / "pictures" / "papers-notice.png"
    assert picture.stat().st_size <= 300 * 1024
