"""A benefit that was found in a sentence, before it becomes an `Incentive`."""

from __future__ import annotations

from dataclasses import dataclass

from lvlian.plan.incentives.beneficiary import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`[start, end)` are the words that give the benefit (clean text); `made_by` the lexicon group and the wording."""

    benefit: str
    group: str
    start: int
    end: int
    recipient: Recipient | None = None
    amount: float | None = None
    unit: str | None = None
    limit: str | None = None
    open_share: bool = False
    generic: bool = False
    confidence: float = 0.9
    reason: str | None = None
    segment: int = 0
    member: int = -1
    members: int = 0
    """Place in a list of amounts that is spread (分别), and its length."""
