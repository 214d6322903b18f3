"""The examples of docs/quantity.md are run as they stand."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quantity.md"


def test_examples() -> None:
    parser = doctest.DocTestParser()
    # the fences of the page are no output
    text = "\n".join("" if line.startswith("```") else line for line in PAGE.read_text(encoding="utf-8").splitlines())
    test = parser.get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) > 15
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
    assert result.failed == 0
