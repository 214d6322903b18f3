"""The page of the checks: its table is the registry's, its example runs."""

from __future__ import annotations

import doctest
from pathlib import Path

from lvlian.plan.check import FAMILIES, TABLE
from lvlian.plan.check.table import assumptions_markdown, codes_markdown


def test_the_tables_are_those_of_the_registry(root: Path) -> None:
    page = (root / "docs" / "checks.md").read_text("utf-8")
    assert codes_markdown().strip() in page and assumptions_markdown().strip() in page, (
        "run python -m lvlian.plan.check.table"
    )


def test_the_worked_example_runs(root: Path) -> None:
    result = doctest.testfile(str(root / "docs" / "checks.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 3 and result.failed == 0


def test_every_check_is_described() -> None:
    for code, check in TABLE.items():
        assert code == check.code and check.family in FAMILIES and check.run.__doc__
        assert check.meaning.endswith("。") and check.severities and check.needs
        assert not code.endswith("-agrees")
