"""The example of docs/ledger.md is run as it stands."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[3] / "docs" / "ledger.md"


def test_example(world: Any) -> None:
    text = "\n".join("" if line.startswith("```") else line for line in PAGE.read_text(encoding="utf-8").splitlines())
    given = {
        "office": world.access(world.a.people["office"], world.a.region), "county": world.a.region, "unit": world.a.units[0],
    }  # fmt: skip
    test = doctest.DocTestParser().get_doctest(text, given, PAGE.name, str(PAGE), 0)
    assert len(test.examples) >= 10
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0
