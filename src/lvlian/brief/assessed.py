"""A plan with what was found in it: the one input of every brief."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvlian.finding import Finding
from lvlian.plan.facts import PlanFacts

_INVENTED = re.compile(r"【[^】]{0,20}(?:虚构|模拟)[^】]{0,20}】")
_OPENING = 400


@dataclass(frozen=True, slots=True)
class Assessed:
    """The facts read from one document and the findings about it, in any order."""

    facts: PlanFacts
    findings: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """The document's title, else the name of its file."""
        return self.facts.document.title or self.facts.name

    @property
    def invented(self) -> bool:
        """Whether the document says at its head, in 【】, that it is invented (虚构, 模拟); every file made from it says so too."""
        return bool(_INVENTED.search(self.facts.text[:_OPENING]) or _INVENTED.search(self.facts.document.title))
