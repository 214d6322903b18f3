"""The facts of a plan document, in the public form (`docs/facts.md`).

A fact says what the text says, never what it should say, and carries its words: `quote` is an exact substring of the
document and `start` its offset. Reading fills `section` (the heading that the fact stands under, as printed),
`confidence` (0..1) with a `reason` when it is low, and `made_by`, the lexicon entries that made it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    kind: ClassVar[str] = ""

    quote: str
    start: int | None = None
    section: str = ""
    confidence: float = 1.0
    reason: str | None = None
    made_by: tuple[str, ...] = ()
    origin: str = "rules"
    """Who read it: `rules`, `model:<name>` (second reader), `hand` (a person's correction)."""

    def to_json(self) -> dict[str, Any]:
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        own = [f.name for f in fields(self) if f.name not in _SHARED]
        ordered = [*own, *_SHARED]
        return {name: list(v) if isinstance(v := values[name], tuple) else v for name in ordered}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Fields that this class does not know are left out. Raises KeyError-free ValueError on a missing field."""
        known = {f.name: f for f in fields(cls)}
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k in known}
        try:
            return cls(**values)
        except TypeError as error:
            raise ValueError(f"{cls.kind}: {error}") from None


_SHARED = ("quote", "start", "section", "confidence", "reason", "made_by", "origin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Fact):
    """A quantified target or baseline. `op` one of >= > <= < = ~; `mode` level|increase|growth_rate|baseline."""

    kind: ClassVar[str] = "goals"
    indicator: str
    subject: str | None
    op: str
    value: float
    value_max: float | None = None
    unit: str | None = None
    mode: str = "level"
    when: str | None = None
    when_op: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Fact):
    """A dated (or explicitly undated but required) step of a named project, land batch or facility."""

    kind: ClassVar[str] = "milestones"
    project: str
    owner: str | None = None
    product: str | None = None
    capacity: float | None = None
    capacity_max: float | None = None
    capacity_unit: str | None = None
    event: str = ""
    when: str | None = None
    when_op: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Fact):
    """A responsibility line: `units` as printed, `lead` the one marked 牵头. `section` is the heading that it belongs to."""

    kind: ClassVar[str] = "duties"
    units: tuple[str, ...] = ()
    lead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incentive(Fact):
    """A benefit that somebody can obtain; `limit` max|exact|None goes with `amount` and `unit`."""

    kind: ClassVar[str] = "incentives"
    who: str
    benefit: str
    amount: float | None = None
    unit: str | None = None
    limit: str | None = None
    duration: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain(Fact):
    """A chain written with dashes, its nodes in order."""

    kind: ClassVar[str] = "chains"
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism(Fact):
    """Something that is to happen again and again: `act`, `actor`, `per` (day week month quarter half_year year), `times`, `op`."""

    kind: ClassVar[str] = "mechanisms"
    name: str
    actor: str | None = None
    per: str | None = None
    times: float | None = None
    op: str = "="


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster(Fact):
    """A cluster, park, base or core area: `form` (集群 园区 基地 核心区 …), `place`, `products` named for it."""

    kind: ClassVar[str] = "clusters"
    name: str
    form: str
    place: str | None = None
    products: tuple[str, ...] = ()


FACT_KINDS: tuple[type[Fact], ...] = (Goal, Milestone, Duty, Incentive, Chain, Mechanism, Cluster)
SCORED_KINDS = ("goals", "milestones", "duties", "incentives", "chains")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a document; `date` is YYYY-MM-DD or None, `period` first and last year as text."""

    title: str = ""
    number: str = ""
    issuer: str = ""
    date: str | None = None
    region: str = ""
    period: tuple[str, str] | None = None
    issued_in: str | None = None
    """Against what 今年 is read: `date`, else the year of the number, else the date of the web page; YYYY or YYYY-MM-DD."""

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "number": self.number,
            "issuer": self.issuer,
            "date": self.date,
            "region": self.region,
            "period": list(self.period) if self.period else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One heading of the outline: `level` 1 (一、) 2 (（一）) 3 (1.) 4 (（1）), the words as printed, offsets in the text."""

    level: int
    text: str
    start: int
    end: int
    path: str = ""
    """All headings from the top, joined with ` › `."""

    def to_json(self) -> dict[str, Any]:
        return {"level": self.level, "text": self.text, "start": self.start, "end": self.end, "path": self.path}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """All that was read from one document. `name` is the file's stem, `sha256` that of its bytes."""

    document: Head
    goals: tuple[Goal, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    duties: tuple[Duty, ...] = ()
    incentives: tuple[Incentive, ...] = ()
    chains: tuple[Chain, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    outline: tuple[Heading, ...] = ()
    name: str = ""
    sha256: str = ""
    text: str = field(default="", repr=False)
    """The document's text that offsets count in; empty where only the facts are at hand (`data/regions`)."""

    def of(self, kind: str) -> tuple[Fact, ...]:
        """The facts of one kind, by the key of the public form."""
        if kind not in {cls.kind for cls in FACT_KINDS}:
            raise ValueError(f"fact kind {kind!r}: expected one of {', '.join(cls.kind for cls in FACT_KINDS)}")
        facts: tuple[Fact, ...] = getattr(self, kind)
        return facts

    def to_json(self) -> dict[str, Any]:
        """The public form: `document`, the five scored kinds, then what else was read. The text is not part of it."""
        out: dict[str, Any] = {"document": self.document.to_json()}
        for cls in FACT_KINDS:
            out[cls.kind] = [fact.to_json() for fact in self.of(cls.kind)]
        out["outline"] = [heading.to_json() for heading in self.outline]
        out["source"] = {"name": self.name, "sha256": self.sha256, "issued_in": self.document.issued_in}
        return out

    @classmethod
    def from_json(cls, data: dict[str, Any], *, name: str = "", text: str = "") -> PlanFacts:
        """Read the public form (also a gold record, whose facts carry no `start`). Raises ValueError on a wrong shape."""
        if not isinstance(data, dict) or not isinstance(data.get("document"), dict):
            raise ValueError("expected an object with the key 'document'")
        head = data["document"]
        period = head.get("period")
        values: dict[str, Any] = {}
        for kind in FACT_KINDS:
            records = data.get(kind.kind) or []
            if not isinstance(records, list):
                raise ValueError(f"{kind.kind}: expected a list")
            values[kind.kind] = tuple(kind.from_json(record) for record in records)
        source = data.get("source") or {}
        return cls(
            document=Head(
                title=head.get("title") or "",
                number=head.get("number") or "",
                issuer=head.get("issuer") or "",
                date=head.get("date"),
                region=head.get("region") or "",
                period=(str(period[0]), str(period[1])) if period else None,
                issued_in=source.get("issued_in"),
            ),
            outline=tuple(
                Heading(**{k: h[k] for k in ("level", "text", "start", "end", "path") if k in h})
                for h in data.get("outline") or []
            ),
            name=name or source.get("name", ""),
            sha256=source.get("sha256", ""),
            text=text,
            **values,
        )

    def located(self) -> PlanFacts:
        """The same facts with `start` filled from `text` where it is missing; a quote that stands n times is given out in order."""
        if not self.text:
            return self
        values: dict[str, Any] = {}
        for cls in FACT_KINDS:
            used: dict[str, int] = {}
            placed = []
            for fact in self.of(cls.kind):
                start = fact.start
                if start is None:
                    start = self.text.find(fact.quote, used.get(fact.quote, 0))
                    if start < 0:
                        start = self.text.find(fact.quote)
                    if start >= 0 and self.text.find(fact.quote, start + 1) >= 0:
                        used[fact.quote] = start + 1
                placed.append(replace(fact, start=start if start >= 0 else None))
            values[cls.kind] = tuple(placed)
        return replace(self, **values)
