"""Facts and findings as sheets: plain rows and columns, shared by the brief's workbook and `lvlian read --xlsx`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lvlian.finding import Finding, by_severity
from lvlian.plan.facts import Fact, PlanFacts

from .assessed import Assessed
from .figures import when_en, when_zh
from .origins import tidy
from .saying import reason_words
from .units import duty_matrix
from .wording import Wording

Value = str | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading (with the unit where all rows share one), its width in characters, whether it holds numbers."""

    heading: str
    width: int
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with one header row."""

    name: str
    columns: tuple[Column, ...]
    rows: list[list[Value]]


def fact_sheets(facts: Sequence[PlanFacts], language: str = "zh") -> list[Sheet]:
    """One sheet for each kind of fact, empty ones too, rows in the order of the documents."""
    w = Wording(language)
    makers: list[Callable[[Sequence[PlanFacts], Wording], Sheet]] = [
        _goals,
        _milestones,
        _duties,
        _incentives,
        _chains,
        _mechanisms,
        _clusters,
    ]
    return [make(facts, w) for make in makers]


def finding_sheet(assessed: Sequence[Assessed], language: str = "zh") -> Sheet:
    """All findings, the severe ones of each plan first."""
    w = Wording(language)
    rows: list[list[Value]] = []
    for item in assessed:
        for finding in by_severity(list(item.findings)):
            message = finding.message_zh if language == "zh" else finding.message_en or finding.message_zh
            quotes = "\n".join(f"“{tidy(fact.quote)}”" for fact in finding.facts if fact.quote)
            sections = "；".join(dict.fromkeys(fact.section for fact in finding.facts if fact.section))
            rows.append(
                [
                    _plan(item.facts),
                    w.term("severity_of", finding.severity).in_(language),
                    finding.code,
                    message,
                    "\n".join(finding.arithmetic),
                    "\n".join(finding.assumptions),
                    sections,
                    quotes,
                ]
            )
    columns = _columns(
        w,
        ("plan", 18),
        ("severity", 8),
        ("code", 22),
        ("finding", 50),
        ("calculation", 44),
        ("assumption", 26),
        ("section", 26),
        ("sentence", 60),
    )
    return Sheet(w.say("findings"), columns, rows)


_EXPLAINED = (
    ("goals", "sheet_goals"),
    ("mode_name", "sheet_mode"),
    ("op_name", "goals_note"),
    ("when", "sheet_when"),
    ("projects", "sheet_projects"),
    ("duties", "sheet_duties"),
    ("incentives", "sheet_incentives"),
    ("findings", "sheet_findings"),
    ("origin", "sheet_origin"),
    ("confidence", "sheet_confidence"),
)
"""What the notes explain: a sheet or a column, and the words for it."""


def notes_sheet(
    facts: Sequence[PlanFacts], version: str, language: str = "zh", findings: Sequence[Finding] = ()
) -> Sheet:
    """Which documents the workbook rests on, what its columns hold, which assumptions the findings use."""
    w = Wording(language)
    rows: list[list[Value]] = []
    for item in facts:
        head = item.document
        span = "–".join(dict.fromkeys(head.period)) if head.period else ""
        pairs = (
            ("plan", head.title or item.name),
            ("number", head.number),
            ("issuer", head.issuer),
            ("date", head.date or ""),
            ("region", head.region),
            ("period", span),
            ("source_file", item.name),
            ("sha256", item.sha256),
        )
        if Assessed(item).invented:
            rows.append([w.say("simulated"), w.say("simulated_long")])
        rows += [[w.say(key), value or w.say("not_written")] for key, value in pairs]
    rows += [[w.say(name), w.say(key)] for name, key in _EXPLAINED if findings or name != "findings"]
    lines = dict.fromkeys(line for finding in findings for line in finding.assumptions)
    rows += [[w.say("sheet_assumptions"), line] for line in lines]
    rows.append([w.say("brief"), w.say("generated_by", version=version)])
    return Sheet(w.say("sheet_notes"), (Column(w.say("sheet_item"), 18), Column(w.say("sheet_content"), 90)), rows)


def _columns(w: Wording, *named: tuple[str, int] | tuple[str, int, bool]) -> tuple[Column, ...]:
    return tuple(Column(w.say(item[0]), item[1], len(item) > 2) for item in named)


def _plan(facts: PlanFacts) -> str:
    """The region, or else the title; an invented plan is marked in every row."""
    name = facts.document.region or facts.document.title or facts.name
    return f"{name}（{Wording().say('simulated')}）" if Assessed(facts).invented else name


def _origin(fact: Fact, w: Wording) -> list[Value]:
    return [fact.section, tidy(fact.quote), fact.confidence, reason_words(fact.reason).in_(w.language)]


_ORIGIN = (("section", 26), ("sentence", 60), ("confidence", 8, True), ("reason", 24))


def _when(w: Wording, when: str | None, op: str | None) -> str:
    if op == "each":
        return w.say("each")
    return when_zh(when, op) if w.language == "zh" else when_en(when, op)


def _goals(facts: Sequence[PlanFacts], w: Wording) -> Sheet:
    rows: list[list[Value]] = [
        [
            _plan(f),
            g.indicator,
            g.subject or "",
            w.term("op", g.op).in_(w.language),
            g.value,
            g.value_max,
            g.unit or "",
            w.term("mode", g.mode).in_(w.language),
            _when(w, g.when, g.when_op),
            *_origin(g, w),
        ]
        for f in facts
        for g in f.goals
    ]
    columns = _columns(
        w,
        ("plan", 14),
        ("indicator", 30),
        ("subject", 26),
        ("op_name", 8),
        ("value", 12, True),
        ("value_max", 12, True),
        ("unit", 12),
        ("mode_name", 10),
        ("when", 14),
        *_ORIGIN,
    )
    return Sheet(w.say("goals"), columns, rows)


def _milestones(facts: Sequence[PlanFacts], w: Wording) -> Sheet:
    rows: list[list[Value]] = [
        [
            _plan(f),
            m.project,
            m.owner or "",
            m.product or "",
            m.capacity,
            m.capacity_max,
            m.capacity_unit or "",
            m.event,
            _when(w, m.when, m.when_op),
            *_origin(m, w),
        ]
        for f in facts
        for m in f.milestones
    ]
    columns = _columns(
        w,
        ("plan", 14),
        ("project", 44),
        ("owner", 24),
        ("product_made", 24),
        ("capacity", 12, True),
        ("capacity_max", 12, True),
        ("unit", 10),
        ("event", 12),
        ("when", 14),
        *_ORIGIN,
    )
    return Sheet(w.say("projects"), columns, rows)


def _duties(facts: Sequence[PlanFacts], w: Wording) -> Sheet:
    rows: list[list[Value]] = []
    for f in facts:
        for unit in duty_matrix(f).units:
            for place, leads in sorted(unit.sections.items()):
                duty = f.duties[place]
                rows.append([_plan(f), unit.name, w.say("lead") if leads else "", duty.section, tidy(duty.quote)])
    columns = _columns(w, ("plan", 14), ("unit_name", 36), ("lead_unit", 8), ("section", 44), ("sentence", 60))
    return Sheet(w.say("duties"), columns, rows)


def _incentives(facts: Sequence[PlanFacts], w: Wording) -> Sheet:
    rows: list[list[Value]] = [
        [
            _plan(f),
            i.who,
            i.benefit,
            i.amount,
            i.unit or "",
            w.term("limit", i.limit).in_(w.language) if i.limit else "",
            i.duration or "",
            *_origin(i, w),
        ]
        for f in facts
        for i in f.incentives
    ]
    columns = _columns(
        w,
        ("plan", 14),
        ("who", 50),
        ("benefit", 14),
        ("amount", 12, True),
        ("unit", 10),
        ("limit_name", 10),
        ("duration", 16),
        *_ORIGIN,
    )
    return Sheet(w.say("incentives"), columns, rows)


def _chains(facts: Sequence[PlanFacts], w: Wording) -> Sheet:
    rows: list[list[Value]] = [
        [_plan(f), place, " → ".join(c.nodes), len(c.nodes), *_origin(c, w)]
        for f in facts
        for place, c in enumerate(f.chains, start=1)
    ]
    columns = _columns(w, ("plan", 14), ("note_number", 6, True), ("nodes", 70), ("nodes_count", 10, True), *_ORIGIN)
    return Sheet(w.say("chains_sheet"), columns, rows)


def _mechanisms(facts: Sequence[PlanFacts], w: Wording) -> Sheet:
    rows: list[list[Value]] = [
        [
            _plan(f),
            m.name,
            m.actor or "",
            w.term("per", m.per).in_(w.language) if m.per else "",
            w.term("op", m.op).in_(w.language),
            m.times,
            *_origin(m, w),
        ]
        for f in facts
        for m in f.mechanisms
    ]
    columns = _columns(
        w, ("plan", 14), ("act", 44), ("actor", 26), ("cadence", 10), ("op_name", 8), ("times", 8, True), *_ORIGIN
    )
    return Sheet(w.say("mechanisms"), columns, rows)


def _clusters(facts: Sequence[PlanFacts], w: Wording) -> Sheet:
    rows: list[list[Value]] = [
        [_plan(f), c.name, c.form, c.place or "", "、".join(c.products), *_origin(c, w)]
        for f in facts
        for c in f.clusters
    ]
    columns = _columns(w, ("plan", 14), ("name", 40), ("form", 12), ("place", 20), ("products", 44), *_ORIGIN)
    return Sheet(w.say("clusters_sheet"), columns, rows)
