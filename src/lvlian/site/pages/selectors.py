"""Reads for the overview: counts by light, the months of the milestones, chains, findings, plans, the regions below."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lvlian.brief.chain_diagram import chain_rows, node_key
from lvlian.brief.naming import stage_of
from lvlian.plan.facts import Chain as ChainFact
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Region
from lvlian.site.pages import links
from lvlian.site.pages.kept import kept
from lvlian.site.pages.wording import english
from lvlian.site.plans.light import STATES, Light, counting_month, light_case, light_of
from lvlian.site.plans.models import Chain, Fact, Finding, Goal, Milestone, Plan, Project

EACH_SHAPE = 240
"""Up to so many milestones each is drawn as a shape of its own; beyond that months carry counts."""
MONTHS = 24
"""So many months are shown; what lies before and after them is counted at the ends."""


@dataclass(slots=True)
class Month:
    """The milestones that fall due in a month (`year` 0: without a date; `at` past: all before the months shown)."""

    year: int
    month: int
    at: str = "month"
    counts: Counter[str] = field(default_factory=Counter)
    marks: list[tuple[Light, Milestone]] = field(default_factory=list)
    today: bool = False
    """Whether today's line stands before this month."""
    past: bool = False
    """Whether it stands behind this month, the last of all."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def name(self) -> str:
        if self.at == "before":
            return _("此前")
        if self.at == "after":
            return _("此后")
        return f"{self.year}-{self.month:02}" if self.year else _("未写日期")

    @property
    def first(self) -> str:
        """The first day of the month."""
        return date(self.year, self.month, 1).isoformat()

    @property
    def last(self) -> str:
        """The last day of the month."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1]).isoformat()

    @property
    def lights(self) -> list[tuple[str, int]]:
        """(light, count), the worst first."""
        return [(state, self.counts[state]) for state in ("bad", "warn", "ok", "none") if self.counts[state]]


@dataclass(slots=True)
class Milestones:
    """The milestones of the region: by light, by month, by region, and how many are done."""

    lights: Counter[str] = field(default_factory=Counter)
    months: list[Month] = field(default_factory=list)
    regions: dict[int, Counter[str]] = field(default_factory=dict)
    done: int = 0

    @property
    def total(self) -> int:
        return sum(self.lights.values())


def milestone_counts(access: Access, today: date) -> Milestones:
    """All counts of milestones. Two queries at most, the second's rows are as many as regions × months × lights."""
    return kept(access, "milestones", (), today, lambda: _counted(access, today), lambda made: made.total)


def _counted(access: Access, today: date) -> Milestones:
    rows = (
        here(Milestone, access)
        .order_by()
        .annotate(rank=light_case(today), month=counting_month(), region=F("project__region"))
        .values_list("rank", "month", "region")
        .annotate(n=Count("pk"), finished=Count("done"))
    )
    out = Milestones()
    months: dict[tuple[int, int], Month] = {}
    for rank, month, region, n, finished in rows:
        state = STATES[rank]
        out.lights[state] += n
        out.done += finished
        out.regions.setdefault(region, Counter())[state] += n
        key = (int(month[:4]), int(month[5:])) if month else (0, 0)
        months.setdefault(key, Month(*key)).counts[state] += n
    dated = [months[key] for key in sorted(months) if key[0]]
    out.months = _fit(dated, today) + [months[key] for key in months if not key[0]]
    return out


def _fit(months: list[Month], today: date) -> list[Month]:
    """At most `MONTHS` of them, those nearest to today; the others are added up at the ends."""
    if len(months) > MONTHS:
        now = next((i for i, m in enumerate(months) if (m.year, m.month) >= (today.year, today.month)), len(months))
        first = max(0, min(now - MONTHS // 3, len(months) - MONTHS))
        head, body, tail = months[:first], months[first : first + MONTHS], months[first + MONTHS :]
        months = [*_sum(head, "before"), *body, *_sum(tail, "after")]
    for month in months:
        if month.at != "before" and (month.year, month.month) >= (today.year, today.month):
            month.today = True
            break
    else:
        if months:
            months[-1].past = True
    return months


def _sum(months: list[Month], at: str) -> list[Month]:
    if not months:
        return []
    whole = Month(months[-1].year if at == "before" else months[0].year, months[-1].month, at)
    for month in months:
        whole.counts.update(month.counts)
    return [whole]


def fill_months(access: Access, months: list[Month], today: date) -> None:
    """Hangs every milestone into its month. One query; for few milestones only."""
    by_key = {(m.year, m.month): m for m in months if m.at == "month"}
    ends = {m.at: m for m in months if m.at != "month"}
    shown = sorted(key for key in by_key if key[0])
    rows = here(Milestone, access).select_related("project").order_by("due", "id")
    for row in rows[: EACH_SHAPE + 60]:
        day = row.expected or row.due
        key = (day.year, day.month) if day else (0, 0)
        month = by_key.get(key)
        if month is None:
            month = ends.get("before" if shown and key < shown[0] else "after")
        if month is not None:
            month.marks.append((light_of(row, today), row))
    for month in months:
        month.marks.sort(key=lambda mark: ("ok", "warn", "bad", "none").index(mark[0].state))


# Chains -----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Node:
    """A link of a chain in its column; `shared` stands in other chains too."""

    name: str
    column: int
    shared: bool


@dataclass(frozen=True, slots=True)
class ChainLine:
    """A chain on the common columns: for each its link, if it has one there, and `through` between two links, `last` at the end."""

    record: Chain
    cells: tuple[tuple[Node | None, str], ...]
    loops: bool
    same_as: int | None
    origin: str
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChainTable:
    """Chains with the same link in the same column, and the stage of each column where all its links are at one."""

    stages: tuple[str, ...]
    rows: tuple[ChainLine, ...]


def chain_table(access: Access, limit: int = 8) -> ChainTable:
    """The first chains of the region. One query."""
    chains = [chain for chain in here(Chain, access).select_related("plan")[:limit] if chain.nodes]
    placed = chain_rows(tuple(ChainFact(quote="", nodes=tuple(map(str, chain.nodes))) for chain in chains), stage_of)
    wide = max((column for row in placed for column in row.columns), default=-1) + 1
    lines, heads = [], [set() for _column in range(wide)]  # type: ignore[var-annotated]
    for chain, row in zip(chains, placed, strict=True):
        cells: list[Node | None] = [None] * wide
        for name, column, shared in zip(row.nodes, row.columns, row.shared, strict=True):
            cells[column] = Node(name, column, shared)
            said = stage_of(node_key(name))
            heads[column].add((said[1].en if english() else said[1].zh) if said else "")
        lines.append(
            ChainLine(chain, _joined(cells), row.loops, row.same_as, links.origin(access, chain.fact_id), row.nodes)
        )
    stages = tuple(next(iter(head)) if len(head) == 1 else "" for head in heads)
    return ChainTable(stages, tuple(lines))


def _joined(cells: list[Node | None]) -> tuple[tuple[Node | None, str], ...]:
    there = [at for at, node in enumerate(cells) if node is not None]
    out = []
    for at, node in enumerate(cells):
        look = "last" if at == there[-1] else "node-cell" if node else "through" if there[0] < at < there[-1] else ""
        out.append((node, look))
    return tuple(out)


# Findings and plans -----------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Findings:
    """The findings of the plans in force: those that hold by severity, the conflicts nobody has settled by region."""

    severities: Counter[str] = field(default_factory=Counter)
    open_conflicts: Counter[int] = field(default_factory=Counter)


def finding_counts(access: Access) -> Findings:
    """Findings by severity, and open conflicts by region. One query."""
    rows = here(Finding, access).exclude(state=Finding.State.GONE).order_by()
    rows = rows.filter(version__plan__current=F("version"))
    out = Findings()
    for severity, state, region, n in rows.values_list("severity", "state", "region").annotate(n=Count("pk")):
        out.severities[severity] += n
        if severity == Finding.Severity.CONFLICT and state == Finding.State.OPEN:
            out.open_conflicts[region] += n
    return out


def region_counts(access: Access) -> dict[str, Counter[int]]:
    """How many goals, projects and chains each region has. One query."""
    goals, projects, chains = (
        here(model, access).order_by().values("region").annotate(n=Count("pk"), kind=Value(name))
        for name, model in (("goals", Goal), ("projects", Project), ("chains", Chain))
    )
    found: dict[str, Counter[int]] = {"goals": Counter(), "projects": Counter(), "chains": Counter()}
    for row in goals.union(projects, chains, all=True):
        found[row["kind"]][row["region"]] += row["n"]
    return found


def top_findings(access: Access, limit: int = 5) -> list[Finding]:
    """The open findings of the plans in force, the gravest first. One query."""
    rows = here(Finding, access).filter(state=Finding.State.OPEN, version__plan__current=F("version"))
    rows = rows.select_related("version__plan").defer("version__text", "version__region_file", "version__outline")
    return list(rows.order_by("rank", "version_id", "order")[:limit])


def plans_in_force(access: Access, limit: int = 8) -> list[Plan]:
    """The latest plans with their version in force, how many facts it has (`facts`) and how many wait (`pending`). One query."""
    facts = scoped(Fact, access).filter(version=OuterRef("current")).order_by().values("version")
    counted = facts.annotate(n=Count("pk")).values("n")
    waiting = facts.filter(state=Fact.State.PENDING).annotate(n=Count("pk")).values("n")
    rows = here(Plan, access).select_related("current", "region")
    rows = rows.defer("current__text", "current__region_file", "current__outline")
    rows = rows.annotate(facts=Coalesce(Subquery(counted), 0), pending=Coalesce(Subquery(waiting), 0))
    return list(rows.order_by("-issued_on", "-id")[:limit])


# Regions below ----------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Below:
    """A region below this one, with what it and its own regions below hold."""

    region: Region
    goals: int = 0
    projects: int = 0
    findings: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def lights(self) -> list[tuple[str, int]]:
        """(light, count), the worst first."""
        return [(state, self.counts[state]) for state in ("bad", "warn", "ok", "none") if self.counts[state]]


def regions_below(
    access: Access,
    counts: dict[str, Counter[int]],
    milestones: Milestones,
    conflicts: Counter[int],
    limit: int = 60,
) -> list[Below]:
    """The regions next below, each with what its subtree holds. One query."""
    here_is = access.region
    below = scoped(Region, access).filter(path__startswith=here_is.path).exclude(pk=here_is.pk) if here_is else None
    found = list(below.order_by("path")[:400]) if below is not None else []
    if not found or here_is is None:
        return []
    level = min(region.path.count("/") for region in found)
    rows = [Below(region) for region in found if region.path.count("/") == level][:limit]
    for row in rows:
        for region in found:
            if region.path.startswith(row.region.path):
                row.goals += counts["goals"][region.pk]
                row.projects += counts["projects"][region.pk]
                row.findings += conflicts[region.pk]
                row.counts.update(milestones.regions.get(region.pk, {}))
    return rows
