"""The example of docs/review.md is run as it stands."""

from __future__ import annotations

import doctest
from pathlib import Path

from tests.site.plans.conftest import SAMPLE

PAGE = Path(__file__).resolve().parents[3] / "docs" / "review.md"


def test_example(office, world):
    text = "\n".join("" if line.startswith("```") else line for line in PAGE.read_text(encoding="utf-8").splitlines())
    given = {"office": office, "county": world.a.region, "document": SAMPLE.read_bytes()}
    test = doctest.DocTestParser().get_doctest(text, given, PAGE.name, str(PAGE), 0)
    assert len(test.examples) >= 10
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0
