"""Reads for the page of findings: what does not add up in the plans in force, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F, QuerySet
from django.utils.translation import get_language

from lvlian.site.org.access import Access, here
from lvlian.site.pages import links
from lvlian.site.plans.models import Finding


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that a finding rests on."""

    quote: str
    section: str
    origin: str


@dataclass(slots=True)
class Card:
    """A finding as it is shown, in the language of the page; its arithmetic and sentences stay as printed."""

    finding: Finding
    message: str
    url: str
    sentences: list[Sentence] = field(default_factory=list)
    more: int = 0
    """How many further sentences there are."""

    severity = property(lambda self: self.finding.severity)
    arithmetic = property(lambda self: self.finding.arithmetic)
    assumptions = property(lambda self: [_text(one) for one in self.finding.assumptions])

    @property
    def place(self) -> str:
        """The sections that it is about, at most two."""
        names = list(dict.fromkeys(sentence.section for sentence in self.sentences if sentence.section))
        return " ↔ ".join(names[:2])


SENTENCES = 4


def card(access: Access, finding: Finding) -> Card:
    """A finding with the sentences that it rests on."""
    english = (get_language() or "").startswith("en") and finding.message_en
    evidence = [one for one in finding.evidence if isinstance(one, Mapping)]
    sentences = [
        Sentence(
            str(one.get("quote") or ""),
            str(one.get("section") or ""),
            links.origin(access, fact if isinstance(fact := one.get("fact"), int) else None),
        )
        for one in evidence[:SENTENCES]
    ]
    return Card(
        finding,
        finding.message_en if english else finding.message_zh,
        links.paragraph(finding.version.plan_id, finding.pk),
        sentences,
        max(0, len(evidence) - SENTENCES),
    )


def narrowed(
    access: Access,
    *,
    severity: str = "",
    state: str = "",
    plan: int | None = None,
    code: str = "",
    region: int | None = None,
) -> QuerySet[Finding]:
    """Findings of the versions in force, the gravest first, then by plan and place."""
    rows = here(Finding, access).filter(version__plan__current=F("version"))
    if severity:
        rows = rows.filter(severity=severity)
    if state:
        rows = rows.filter(state=state)
    if plan:
        rows = rows.filter(version__plan=plan)
    if code:
        rows = rows.filter(code=code)
    if region:
        rows = rows.filter(region=region)
    return rows.order_by("rank", "version_id", "order", "pk")


def counts(rows: QuerySet[Finding], name: str) -> dict[str, int]:
    """How many there are by one of their fields. One query."""
    return dict(rows.order_by().values_list(name).annotate(n=Count("pk")))


def _text(one: object) -> str:
    """An assumption in words, whether it is kept as text or with its name."""
    if isinstance(one, Mapping):
        return str(one.get("zh") or one.get("text") or one.get("message") or one.get("name") or "")
    return str(one)
