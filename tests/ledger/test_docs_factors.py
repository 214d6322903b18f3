"""The examples of docs/factors.md and docs/snapshots.md are run as they stand."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(("name", "least"), [("factors.md", 20), ("snapshots.md", 8)])
def test_examples(name: str, least: int) -> None:
    page = DOCS / name
    # the fences of the page are no output
    text = "\n".join("" if line.startswith("```") else line for line in page.read_text(encoding="utf-8").splitlines())
    test = doctest.DocTestParser().get_doctest(text, {}, name, str(page), 0)
    assert len(test.examples) >= least
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0
