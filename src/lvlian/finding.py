"""The one record for everything that the product wants to tell somebody.

Checks of a plan, conflicts, suspects of a reconciliation and late milestones are all findings, so that
one list, one page and one paper serve them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Severity = Literal["conflict", "notice", "gap", "agrees"]
"""冲突 two statements cannot both hold · 提示 worth a look · 待补 something is missing · 相符 the figures agree."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
SEVERITY_ZH: dict[Severity, str] = {"conflict": "冲突", "notice": "提示", "gap": "待补", "agrees": "相符"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A fact that a finding rests on, with its sentence.

    `kind` is a key of the public fact form (`goals`, `milestones`, …) or `text`; `index` is the place in that list
    (None for `text`); `quote` is the exact words; `start` their offset in the document (None where it is unknown);
    `section` the heading that they stand under.
    """

    kind: str
    quote: str
    index: int | None = None
    start: int | None = None
    section: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "index": self.index,
            "quote": self.quote,
            "start": self.start,
            "section": self.section,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to tell: `code` (kebab-case, stable), one sentence in each language, the facts, the arithmetic.

    `arithmetic` holds one line per step, e.g. `310 + 550 + 34 = 894 ≠ 900 (2024, 亿元)`; empty where nothing is computed.
    `arithmetic_en` are the same lines in English where they hold words.
    """

    code: str
    severity: Severity
    message_zh: str
    message_en: str
    facts: tuple[Evidence, ...] = ()
    arithmetic: tuple[str, ...] = ()
    document: str = ""
    assumptions: tuple[str, ...] = field(default=())
    arithmetic_en: tuple[str, ...] = ()

    def steps(self, chinese: bool = True) -> tuple[str, ...]:
        """The arithmetic in one language; lines without words serve both."""
        return self.arithmetic if chinese else self.arithmetic_en or self.arithmetic

    def to_json(self) -> dict[str, Any]:
        """The public form; keys in a fixed order so that the same input gives the same bytes."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message_zh": self.message_zh,
            "message_en": self.message_en,
            "facts": [fact.to_json() for fact in self.facts],
            "arithmetic": list(self.arithmetic),
            **({"arithmetic_en": list(self.arithmetic_en)} if self.arithmetic_en else {}),
            "assumptions": list(self.assumptions),
            "document": self.document,
        }


def by_severity(findings: list[Finding]) -> list[Finding]:
    """Stable order: what cannot hold first, what agrees last."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
