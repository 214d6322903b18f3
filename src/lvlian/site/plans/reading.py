"""Between the engine's records and the site's rows: a document read and checked, its facts as rows, rows as facts again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from lvlian.brief.headings import LONGEST_SECTION, Outline
from lvlian.finding import SEVERITIES
from lvlian.finding import Finding as Found
from lvlian.plan.facts import FACT_KINDS, Head, Heading, PlanFacts
from lvlian.plan.facts import Fact as Read
from lvlian.plan.fields import own_values, plain_number
from lvlian.site.plans.models import Fact, Finding, Version
from lvlian.site.plans.saying import fact_of, title_of

if TYPE_CHECKING:
    from lvlian.plan.source import Source

SEVERITY_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def reader_name() -> str:
    """The reader's name and version, as it stands in a version's record."""
    from lvlian import __version__

    return f"rules {__version__}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was read: `source` None where only a region file was at hand."""

    facts: PlanFacts
    findings: tuple[Found, ...]
    source: Source | None = None


def read_document(name: str, content: bytes) -> Reading:
    """Reads and checks a document. Raises SourceError (one sentence) where it cannot be read."""
    from lvlian.plan.check import check_plan
    from lvlian.plan.read import read_plan
    from lvlian.plan.source import source_from_bytes

    source = source_from_bytes(content, name=file_name(name))
    facts = read_plan(source)
    return Reading(facts, tuple(check_plan(facts)), source)


def file_name(name: str) -> str:
    """A file's name as it is kept: without folders and without what cannot be printed, at most 200 characters."""
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(char for char in last if char.isprintable()).strip() or "document"
    if len(kept) <= 200:
        return kept
    suffix = PurePath(kept).suffix[:10]
    return kept[: 200 - len(suffix)] + suffix


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """A fact's own fields as JSON keeps them: lists, whole numbers without a fraction."""
    return {name: list(value) if isinstance(value, tuple) else plain_number(value) for name, value in values.items()}


def fact_rows(version: Version, facts: PlanFacts, lengths: Mapping[tuple[str, int], int] | None = None) -> list[Fact]:
    """A row for each fact, in the order of the text, not saved; `place` on each is (kind, index) in the reading."""
    outline = Outline(version.outline)
    named = [(fact, cls.kind, index) for cls in FACT_KINDS for index, fact in enumerate(facts.of(cls.kind))]
    named.sort(key=lambda item: (item[0].start is None, item[0].start or 0))
    rows = []
    for order, (fact, kind, index) in enumerate(named):
        data = stored(own_values(fact))
        row = Fact(
            version=version,
            region_id=version.plan.region_id,
            kind=kind,
            order=order,
            title=title_of(kind, data),
            data=data,
            quote=fact.quote,
            start=fact.start,
            length=len(fact.quote) or (lengths or {}).get((kind, index), 0),
            section=(outline.path(fact.start) or fact.section)[:LONGEST_SECTION],
            confidence=fact.confidence,
            doubt=(fact.reason or "")[:300],
            made_by=list(fact.made_by),
            origin=fact.origin[:60],
        )
        row.place = (kind, index)  # type: ignore[attr-defined]
        rows.append(row)
    return rows


def finding_key(found: Found) -> str:
    """What makes a finding the same after a new check."""
    return hashlib.sha256(f"{found.code}\n{found.message_zh}".encode()).hexdigest()


def finding_rows(version: Version, findings: Iterable[Found], ids: Mapping[tuple[str, int], int]) -> list[Finding]:
    """A row for each finding, not saved; `ids` gives the row of each fact by (kind, index) in what was checked."""
    rows: dict[str, Finding] = {}
    for order, found in enumerate(findings):
        evidence = []
        for item in found.facts:
            entry = {name: value for name, value in item.to_json().items() if name != "index"}
            if item.index is not None and (item.kind, item.index) in ids:
                entry["fact"] = ids[item.kind, item.index]
            evidence.append(entry)
        start = next((item.start for item in found.facts if item.start is not None), None)
        row = Finding(
            version=version,
            region_id=version.plan.region_id,
            order=order,
            rank=SEVERITY_RANK[found.severity],
            severity=found.severity,
            code=found.code[:60],
            key=finding_key(found),
            message_zh=found.message_zh,
            message_en=found.message_en,
            arithmetic=list(found.arithmetic),
            assumptions=list(found.assumptions),
            evidence=evidence,
            start=start,
        )
        rows.setdefault(row.key, row)
    return list(rows.values())


def head_values(facts: PlanFacts) -> dict[str, Any]:
    """What a plan takes from the head of its document."""
    head = facts.document
    first, last = (int(year) if str(year).isdecimal() else None for year in head.period or ("", ""))
    return {
        "title": (" ".join(head.title.split()) or facts.name)[:200],
        "issuer": " ".join(head.issuer.split())[:120],
        "number": " ".join(head.number.split())[:80],
        "issued_on": _day(head.date),
        "first_year": first,
        "last_year": last,
    }


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def plan_facts(version: Version, rows: Iterable[Fact], *, standing: bool = False) -> tuple[PlanFacts, list[Fact]]:
    """The version's facts in the engine's form, rejected ones left out (`standing`: only those that count), and the rows in the
    order of `FACT_KINDS` and of each kind, so that `rows[...]` answers to (kind, index)."""
    outline = Outline(version.outline)
    by_kind: dict[str, list[tuple[Read, Fact]]] = {cls.kind: [] for cls in FACT_KINDS}
    for row in rows:
        if row.state == Fact.State.REJECTED or (standing and not row.stands):
            continue
        hand = row.state in (Fact.State.CORRECTED, Fact.State.ADDED)
        settled = hand or row.state == Fact.State.ACCEPTED
        fact = fact_of(
            row.kind,
            row.values,
            quote=row.quote,
            start=row.start,
            section=outline.last(row.start) or row.section.rpartition(" › ")[2],
            confidence=1.0 if settled else row.confidence,
            reason=None if settled else row.doubt or None,
            made_by=tuple(row.made_by),
            origin="hand" if hand else row.origin,
        )
        by_kind[row.kind].append((fact, row))
    values: dict[str, Any] = {kind: tuple(fact for fact, _ in pairs) for kind, pairs in by_kind.items()}
    head = version.head or {}
    period = head.get("period")
    facts = PlanFacts(
        document=Head(
            title=head.get("title") or "",
            number=head.get("number") or "",
            issuer=head.get("issuer") or "",
            date=head.get("date"),
            region=head.get("region") or "",
            period=(str(period[0]), str(period[1])) if period else None,
            issued_in=head.get("issued_in"),
        ),
        outline=tuple(
            Heading(**{key: heading[key] for key in ("level", "text", "start", "end", "path") if key in heading})
            for heading in version.outline
        ),
        name=PurePath(version.name).stem,
        sha256=version.sha256,
        text=version.text,
        **values,
    )
    return facts, [row for pairs in by_kind.values() for _, row in pairs]


def ids_of(rows: Iterable[Fact]) -> dict[tuple[str, int], int]:
    """(kind, index) → row, for rows in the order that `plan_facts` gives."""
    out: dict[tuple[str, int], int] = {}
    counts: dict[str, int] = {}
    for row in rows:
        index = counts.get(row.kind, 0)
        counts[row.kind] = index + 1
        out[row.kind, index] = row.pk
    return out


def head_json(facts: PlanFacts) -> dict[str, Any]:
    """The head as a version keeps it."""
    return {**facts.document.to_json(), "issued_in": facts.document.issued_in}
