"""Reads for the pages that show goals: tracks (one indicator of one subject, over the years) and their figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from lvlian.brief.figures import goal_value, with_unit
from lvlian.brief.goals import indicator_key
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Region
from lvlian.site.pages import links
from lvlian.site.pages.wording import promised
from lvlian.site.plans.models import Goal

TILES = 6
CANDIDATES = 40
"""So many tracks are looked at when the tiles of the overview are chosen."""
WHOLE = ("", *(f"{a}{b}" for a in "全本我" for b in "国省州市县区旗盟"))
"""Subjects that mean the region itself."""
BASELINE = "baseline"
EACH, UNDATED = "each", "none"

Key = tuple[int, str, str, str, str]
"""Region, indicator, subject, unit, mode: what makes a track."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a plan as it is printed, with the way to its record and its sentence."""

    goal: Goal
    text: str
    year: int | None
    baseline: bool
    url: str
    origin: str

    @property
    def when(self) -> str:
        return promised(self.goal.when, self.goal.when_op) or _("无日期")

    @property
    def finer(self) -> str:
        """Month or quarter, where the date is finer than the year."""
        return self.goal.when[5:] if self.year else ""

    @property
    def whole(self) -> str:
        """With its unit, for a sentence."""
        return with_unit(self.text, self.goal.unit)

    @property
    def cite(self) -> str:
        """The plan that says it."""
        return self.goal.plan.title if self.goal.plan else ""


@dataclass(slots=True)
class Track:
    """One indicator of one subject: its figures by year."""

    key: Key
    region: str
    figures: list[Figure] = field(default_factory=list)
    count: int = 0

    indicator = property(lambda self: self.key[1])
    subject = property(lambda self: self.key[2])
    unit = property(lambda self: self.key[3])
    mode = property(lambda self: self.key[4])

    @property
    def dated(self) -> list[Figure]:
        """Figures with a year, in the order of the years."""
        found = [f for f in self.figures if f.year and f.goal.when_op != EACH]
        return sorted(found, key=lambda f: (f.year or 0, f.goal.when, f.goal.value, f.goal.pk))

    @property
    def baseline(self) -> Figure | None:
        """The figure that the plan counts from: the latest baseline."""
        found = [f for f in self.dated if f.baseline]
        return found[-1] if found else None

    @property
    def years(self) -> dict[str, list[list[Figure]]]:
        """Figures by column: a year, `each`, `none`; what is said several times stands together, to be printed once."""
        out: dict[str, dict[tuple[str, bool, str], list[Figure]]] = {}
        for figure in sorted(self.figures, key=lambda f: (f.goal.value, f.goal.pk)):
            column = EACH if figure.goal.when_op == EACH else str(figure.year) if figure.year else UNDATED
            out.setdefault(column, {}).setdefault((figure.text, figure.baseline, figure.finer), []).append(figure)
        return {column: list(said.values()) for column, said in out.items()}

    @property
    def against_baseline(self) -> str:
        """The last goal against the baseline: `+830（×3.3）`; empty where one of the two is missing or the mode has no level."""
        base = self.baseline
        goals = [f for f in self.dated if not f.baseline]
        if base is None or not goals or self.mode != "level":
            return ""
        from lvlian.site.saying import number

        last = goals[-1].goal
        more = round(last.value - base.goal.value, 6)
        times = (
            f"{_('（')}×{number(last.value / base.goal.value, 1)}{_('）')}"
            if base.goal.value > 0 and last.value > 0
            else ""
        )
        return f"{number(more, sign=True)}{times}"

    @property
    def points(self) -> list[dict[str, object]]:
        """For the sparkline: the last figure of each year; a baseline is what the plan found."""
        by_year: dict[int, Figure] = {}
        for figure in self.dated:
            by_year[figure.year or 0] = figure
        return [
            {"x": year, "y": f.goal.value, "kind": "actual" if f.baseline else "plan"} for year, f in by_year.items()
        ]

    @property
    def name(self) -> str:
        """Indicator, and the subject where it is not the region itself."""
        return self.indicator if self.own else f"{self.subject} {self.indicator}"

    @property
    def own(self) -> bool:
        return self.subject == self.region or self.subject in WHOLE


def tracks(rows: QuerySet[Goal]) -> QuerySet:  # type: ignore[type-arg]
    """The tracks among some goals: those of the regions themselves first, then in the order of the plans."""
    return (
        rows.order_by()
        .annotate(
            track=Case(When(mode=BASELINE, then=Value("level")), default=F("mode")),
            own=Case(When(own_goals(), then=Value(0)), default=Value(1), output_field=IntegerField()),
        )
        .values("region_id", "indicator", "subject", "unit", "track", "own")
        .annotate(n=Count("pk"), first=Min("pk"))
        .order_by("own", "first")
    )


def own_goals() -> Q:
    """Goals of a region itself."""
    return Q(subject__in=WHOLE) | Q(subject=F("region__name"))


MANY = 5000
"""Up to so many goals the tracks are counted and sorted as a whole; beyond, a page is found by the first goal of each track."""
COUNTED = 3000
"""So far are the tracks of very many goals counted."""


def page_of_tracks(
    rows: QuerySet[Goal], total: int, first: int, size: int, by_length: bool = False
) -> tuple[list[Key], int]:
    """The keys of a page of tracks, and how many tracks there are, counted up to `COUNTED` where goals are very many."""
    if total <= MANY:
        grouped = tracks(rows)
        if by_length:
            grouped = grouped.order_by("-n", "own", "first")
        count = grouped.count()
        return keys_of(grouped[first : first + size]), count
    firsts = _firsts(rows)
    parts = (firsts.filter(own_goals()), firsts.exclude(own_goals()))
    keys: list[Key] = []
    count, skip = 0, first
    for part in parts:
        there = part.order_by()[: COUNTED - count].count()
        count += there
        if skip < there and size > len(keys):
            found = part.order_by("pk").values("region_id", "indicator", "subject", "unit", "track")
            keys += keys_of(found[skip : skip + size - len(keys)])
        skip = max(0, skip - there)
    return keys, count


def _firsts(rows: QuerySet[Goal]) -> QuerySet[Goal]:
    """The first goal of each track: one that has no earlier one of its indicator, subject, unit and mode."""
    track = Case(When(mode=BASELINE, then=Value("level")), default=F("mode"))
    earlier = rows.order_by().alias(track=track).filter(
        region=OuterRef("region"), indicator=OuterRef("indicator"), subject=OuterRef("subject"), unit=OuterRef("unit"),
        track=OuterRef("track"), pk__lt=OuterRef("pk"),
    )  # fmt: skip
    return rows.annotate(track=track).filter(~Exists(earlier))


def keys_of(rows: Iterable[dict[str, object]]) -> list[Key]:
    return [(r["region_id"], r["indicator"], r["subject"], r["unit"], r["track"]) for r in rows]  # type: ignore[misc]


def figures(access: Access, rows: QuerySet[Goal], keys: Sequence[Key], most: int = 1200) -> list[Track]:
    """The tracks with all their figures, in the order of the keys. One query."""
    if not keys:
        return []
    wanted = Q()
    for region, indicator, subject, unit, _mode in keys:
        wanted |= Q(region_id=region, indicator=indicator, subject=subject, unit=unit)
    out: dict[Key, Track] = {}
    found = rows.filter(wanted).select_related("plan", "region").order_by("year", "pk")[:most]
    by_key: dict[Key, list[Goal]] = {}
    for goal in found:
        mode = "level" if goal.mode == BASELINE else goal.mode
        by_key.setdefault((goal.region_id, goal.indicator, goal.subject, goal.unit, mode), []).append(goal)
    for key in keys:
        goals = by_key.get(key, [])
        if goals:
            out[key] = Track(key, goals[0].region.name, [figure(access, goal) for goal in goals], len(goals))
    return list(out.values())


def figure(access: Access, goal: Goal) -> Figure:
    """A goal as a figure: `≥ 105`, the way to its record and its sentence."""
    return Figure(
        goal,
        goal_value(goal),  # type: ignore[arg-type]
        goal.year,
        goal.mode == BASELINE,
        links.record("goal", goal.pk),
        links.origin(access, goal.fact_id),
    )


def key_tracks(access: Access, region: Region, pins: Sequence[str] = ()) -> tuple[list[Track], list[str]]:
    """The tracks for the tiles and the names to choose among: the region's own with a year, the pinned first, then those of two
    years or more, then the most often named, then in the order of the plan. Names that differ by brackets or quotation marks are
    one."""
    rows = here(Goal, access).filter(region=region).filter(Q(subject__in=WHOLE) | Q(subject=region.name))
    dated = rows.filter(year__isnull=False).exclude(when_op=EACH)
    dated = dated.filter(pk__in=dated.order_by("pk").values("pk")[:MANY])
    found = list(
        tracks(dated)
        .annotate(years=Count("year", distinct=True))
        .annotate(many=Case(When(years__gte=2, then=Value(0)), default=Value(1), output_field=IntegerField()))
        .order_by("many", "-n", "first")[:CANDIDATES]
    )
    one: dict[str, Key] = {}
    for key in keys_of(found):
        one.setdefault(f"{indicator_key(key[1])}·{key[3]}·{key[4]}", key)
    ordered = sorted(one.values(), key=lambda key: pins.index(key[1]) if key[1] in pins else len(pins))
    return figures(access, dated, ordered[:TILES]), [key[1] for key in one.values()]


def goal_years(access: Access, most: int = 16) -> list[int]:
    """Years that goals are set for."""
    rows = here(Goal, access).filter(year__isnull=False).order_by()
    return sorted(rows.values_list("year", flat=True).distinct()[:most])


def goal_regions(access: Access, most: int = 60) -> list[Region]:
    """Regions below this one (and itself) that have goals; none where there is only one."""
    ids = here(Goal, access).order_by().values_list("region", flat=True).distinct()
    return list(scoped(Region, access).filter(pk__in=ids).order_by("path")[:most])
