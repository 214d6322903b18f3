"""The facts of plans as a workbook of their own (`lvlian read --xlsx`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lvlian.plan.facts import PlanFacts

from .deposit import deposit
from .sheets import fact_sheets, notes_sheet
from .workbook import workbook_bytes


def write_facts_xlsx(facts: Sequence[PlanFacts], path: Path, *, language: str = "zh") -> Path:
    """Write one workbook with the facts of all plans. Raises BriefError where the file cannot be written."""
    deposit({Path(path): facts_workbook(facts, language=language)})
    return Path(path)


def facts_workbook(facts: Sequence[PlanFacts], *, language: str = "zh") -> bytes:
    """The workbook of `write_facts_xlsx` as bytes; the same facts give the same bytes."""
    from lvlian import __version__

    return workbook_bytes([*fact_sheets(facts, language), notes_sheet(facts, __version__, language)])
