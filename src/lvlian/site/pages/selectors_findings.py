"""Reads for the page of findings: what does not add up in the plans in force, and what was decided about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F, QuerySet

from lvlian.site import sums
from lvlian.site.org.access import Access, here
from lvlian.site.pages import links
from lvlian.site.pages.wording import english
from lvlian.site.plans.models import Finding


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that a finding rests on."""

    quote: str
    section: str
    origin: str

    @property
    def place(self) -> str:
        return place_of(self.section)


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
        """The sections that it is about, by their numbers, at most two: `二（二）2 ↔ 二（四）2`."""
        names = list(dict.fromkeys(sentence.place for sentence in self.sentences if sentence.section))
        return " ↔ ".join(names[:2])

    @property
    def lines(self) -> list[sums.Row]:
        """The first lines of the arithmetic, for a row of a list."""
        return sums.rows([str(line) for line in self.finding.arithmetic[:LINES]])

    @property
    def quoted(self) -> bool:
        """Whether the words are at hand, not only their places."""
        return any(sentence.quote for sentence in self.sentences)


SENTENCES = 4
LINES = 2
_NUMBER = re.compile(
    r"([一二三四五六七八九十百]+)(?=[、.．])[、.．]|([（(][一二三四五六七八九十百\d]+[）)])|(\d+)[、.．]"
)


def place_of(section: str) -> str:
    """A path of headings by their numbers: `二、重点任务 › （二）加快建成 › 2.推动开工` → `二（二）2`; its beginning where there are none."""
    out = ""
    for part in re.split(r"\s*›\s*", section):
        at = 0
        while match := _NUMBER.match(part, at):
            out += "".join(group or "" for group in match.groups())
            at = match.end()
    return out or (section if len(section) <= SHORT else section[:SHORT] + "…")


SHORT = 10


def card(access: Access, finding: Finding) -> Card:
    """A finding with the sentences that it rests on."""
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
        finding.message_en if english() and finding.message_en else finding.message_zh,
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
