"""A plan with what was found in it: the one input of every brief."""

from __future__ import annotations

from dataclasses import dataclass

from lvlian.finding import Finding
from lvlian.plan.facts import PlanFacts


@dataclass(frozen=True, slots=True)
class Assessed:
    """The facts read from one document and the findings about it, in any order."""

    facts: PlanFacts
    findings: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """The document's title, else the name of its file."""
        return self.facts.document.title or self.facts.name
