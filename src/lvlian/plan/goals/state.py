"""What one figure hands on to the next: the indicator last named, the date at the head of a list."""

from __future__ import annotations

from dataclasses import dataclass

from lvlian.plan.goals.figure import Span
from lvlian.quantity.period import PeriodMention


@dataclass(slots=True)
class State:
    """What a sentence hands on: the indicator last named, and the date at the head of a list."""

    indicator: str = ""
    indicator_span: Span = (0, 0)
    before: str = ""
    """The indicator before the one that `占` opens, and where its words begin; `of` is the one after 占."""
    before_start: int = 0
    of: str = ""
    increase: bool = False
    unit: str = ""
    subject: str | None = None
    firm: str = ""
    """The one firm that a sentence without figures put at the head of its paragraph, `支持甲公司满负荷运行。`"""
    firm_paragraph: int = -1
    listed: PeriodMention | None = None
    listed_paragraph: int = -1
    listed_section: str = ""
    listed_open: bool = False
    listed_last: int = -1
    listed_colon: bool = False
