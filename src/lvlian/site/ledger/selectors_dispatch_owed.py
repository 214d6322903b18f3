"""What each unit owes a quarter's dispatch, worked out from what the ledger knows: one fact is asked once, of one unit.

Asked of a live item: the stage where nobody has said it since the last seal or nobody ever has; every promise due by the quarter's end that
is not kept, and the next one; dates that are missing; the fields that its track asks for. Not asked: what somebody reported
since the last seal, what a supply of the factors already tells, what only firms read.

The party of a fact is the item's leading unit, else its first responsible unit; of a supply that no item brings, the unit that
guarantees it. Where there is none the fact is told as asked of nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from lvlian.ledger.quarter import Quarter
from lvlian.ledger.track import ENDED, Track
from lvlian.site.ledger.models import Dispatch, Item, ItemEvent, Party, Sealed, Step, Supply
from lvlian.site.ledger.registers import tracks
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import AuditChange, Region

STAGE, DAY, ROUND = "stage", "day", "round"
"""Fields of asks beside those of tracks: the stage, the day of a supply, whether a routine was done this time."""
REPORTS_STAGE = frozenset({"enter", "back", "pause", "resume", "reopen", "answer"})


@dataclass(frozen=True, slots=True)
class Owed:
    """One fact that a unit is asked. `known` is what is prefilled (None: missing), `source` where that comes from: `plan`,
    `promised`, `moved`, `reported <day>`, `entered <day>`, `stale <day>`, `unknown <day>`."""

    unit: int
    item: int | None
    supply: int | None
    field: str
    known: Any
    source: str


@dataclass(slots=True)
class Owing:
    """All that is owed in a quarter, and the items that nobody answers for."""

    asks: list[Owed] = field(default_factory=list)
    nobody: list[int] = field(default_factory=list)


def regions_of(region: Region) -> Q:
    """The regions that a dispatch is about: its own and its parks. Counties run their own dispatch."""
    return Q(pk=region.pk) | Q(path__startswith=region.path, level=Region.Level.PARK)


def region_ids(access: Access, region: Region) -> list[int]:
    return list(scoped(Region, access).filter(regions_of(region)).values_list("pk", flat=True))


def since_of(access: Access, dispatch: Dispatch) -> date:
    """From which day on a report counts as this quarter's: after the last seal, and not before the quarter began."""
    first = Quarter(dispatch.year, dispatch.quarter).first
    last = last_sealed(access, dispatch)
    return max(first, last.at.date() + timedelta(days=1)) if last is not None else first


def last_sealed(access: Access, dispatch: Dispatch) -> Sealed | None:
    """The seal of the latest quarter before this one in its region, without its content."""
    rows = scoped(Sealed, access).filter(dispatch__region=dispatch.region_id).select_related("dispatch")
    before = Q(dispatch__year__lt=dispatch.year) | Q(
        dispatch__year=dispatch.year, dispatch__quarter__lt=dispatch.quarter
    )
    return rows.filter(before).defer("content").order_by("-dispatch__year", "-dispatch__quarter").first()


def owed(access: Access, dispatch: Dispatch) -> Owing:
    """Everything that is owed, by items in their order. Six queries, whatever the number of items."""
    regions = region_ids(access, dispatch.region)
    since = since_of(access, dispatch)
    until = max(dispatch.as_of, Quarter(dispatch.year, dispatch.quarter).last)
    columns = ("pk", "track", "stage", "known", "reported", "since", "data", "lead_id", "branch", "clock", "supply__pk")
    live = scoped(Item, access).filter(region__in=regions).exclude(branch__in=ENDED).order_by("pk")
    parties, steps = _parties(access, regions), _steps(access, regions)
    told = _told(access, regions, since)
    out, registers = Owing(), tracks()
    for pk, key, stage, known, reported, entered, data, lead, branch, clock, supply in live.values_list(*columns):
        track = registers.get(key)
        if track is None:  # a track that was taken away
            continue
        asks = list(
            _asks(
                track,
                _Live(stage, known, reported, entered, data or {}, branch, clock, supply),
                steps.get(pk, ()),
                told.get(pk, frozenset()),
                until,
            )
        )
        unit = lead or parties.get(pk)
        if unit is None:
            if asks:
                out.nobody.append(pk)
            continue
        out.asks += [Owed(unit, pk, None, name, value, source) for name, value, source in asks]
    out.asks += _supplies(access, regions, since)
    return out


@dataclass(frozen=True, slots=True)
class _Live:
    stage: str
    known: bool
    reported: date | None
    since: date
    data: Mapping[str, Any]
    branch: str
    clock: date | None
    supply: int | None


@dataclass(frozen=True, slots=True)
class _Open:
    """A promise that is not kept."""

    key: str
    stage: str
    due: date | None
    expected: date | None
    given: str

    @property
    def counts(self) -> date | None:
        return self.expected or self.due


def _asks(
    track: Track, item: _Live, steps: Iterable[_Open], told: frozenset[str], until: date
) -> Iterable[tuple[str, Any, str]]:
    """(field, what is known, where from) of an item."""
    if track.recurs:
        if ROUND not in told:
            yield ROUND, item.reported.isoformat() if item.reported else None, "reported" if item.reported else ""
        return
    if STAGE not in told or not item.known:
        stale = track.light.stale and (item.reported or item.since) < until - timedelta(days=track.light.stale)
        kind = "unknown" if not item.known else "stale" if stale else "entered"
        yield (
            STAGE,
            item.stage,
            f"{kind} {(item.since if kind == 'entered' else item.reported or item.since).isoformat()}",
        )
    yield from _dates(track, item, steps, told, until)
    for one in track.fields:
        if not one.asked or one.commercial or f"field:{one.key}" in told:
            continue
        if item.supply is not None and one.key == track.amount:  # its supply tells it
            continue
        value = item.data.get(one.key)
        yield (
            one.key,
            value,
            "" if value in (None, "") else f"reported {item.reported.isoformat()}" if item.reported else "plan",
        )


def _dates(
    track: Track, item: _Live, steps: Iterable[_Open], told: frozenset[str], until: date
) -> Iterable[tuple[str, Any, str]]:
    rows = list(steps)
    dated = sorted((step.counts, step.key, step) for step in rows if step.counts is not None)
    for place, (day, key, step) in enumerate(dated):
        if (place == 0 or day <= until) and f"step:{key}" not in told:
            moved = step.expected is not None and step.expected != step.due
            yield f"step:{key}", day.isoformat(), "moved" if moved else "plan" if step.given == "plan" else "promised"
    missing = [step.key for step in rows if step.counts is None]
    if not rows and item.clock is None and item.branch != "paused":
        missing = [track.closes_at]
    for key in missing:
        if f"step:{key}" not in told:
            yield f"step:{key}", None, ""


def _parties(access: Access, regions: list[int]) -> dict[int, int]:
    """The first responsible unit of every item."""
    out: dict[int, int] = {}
    rows = scoped(Party, access).filter(item__region__in=regions, part__in=(Party.Part.LEAD, Party.Part.UNIT))
    for item, unit in (
        rows.order_by("item_id", "place", "pk").values_list("item_id", "unit_id").iterator(chunk_size=5000)
    ):
        out.setdefault(item, unit)
    return out


def _steps(access: Access, regions: list[int]) -> dict[int, list[_Open]]:
    out: dict[int, list[_Open]] = defaultdict(list)
    rows = scoped(Step, access).filter(item__region__in=regions, done__isnull=True).exclude(item__branch__in=ENDED)
    columns = ("item_id", "key", "stage", "due", "expected", "given")
    for item, *rest in rows.order_by("item_id", "place", "pk").values_list(*columns).iterator(chunk_size=5000):
        out[item].append(_Open(*rest))
    return out


def _told(access: Access, regions: list[int], since: date) -> dict[int, frozenset[str]]:
    """What somebody reported of each item since a day: `stage`, `step:<key>`, `field:<key>`, `round`."""
    out: dict[int, set[str]] = defaultdict(set)
    rows = scoped(ItemEvent, access).filter(item__region__in=regions, day__gte=since).exclude(kind="open")
    for item, kind, data in rows.values_list("item_id", "kind", "data").order_by().iterator(chunk_size=5000):
        out[item] |= told_by(kind, data)
    whole = [item for item, facts in out.items() if "*" in facts]
    if whole:  # things stand as they are shown: all that was known and not past at that time
        for item in whole:
            out[item] |= {STAGE, ROUND}
        open_steps = scoped(Step, access).filter(item__region__in=regions, done__isnull=True)
        wanted = set(whole)
        for item, key, due, expected in open_steps.order_by().values_list("item_id", "key", "due", "expected"):
            if item in wanted and (day := expected or due) is not None and day >= since:
                out[item].add(f"step:{key}")
    return {item: frozenset(facts) for item, facts in out.items()}


def told_by(kind: str, data: Mapping[str, Any]) -> set[str]:
    """The facts that an event tells. `*`: that things stand as they are shown."""
    if kind in REPORTS_STAGE or kind in ("cancel", "merge"):
        return set() if data.get("implied") else {STAGE, ROUND}
    if kind in ("revise", "done") or (kind == "promise" and data.get("given") != "plan"):
        return {f"step:{data.get('step')}"}
    if kind == "amend":
        return {f"field:{key}" for key in data.get("values") or {}}
    if kind == "report":
        fields = data.get("fields")
        return {"*"} if fields is None else {_told_field(str(one)) for one in fields}
    return set()


def _told_field(name: str) -> str:
    return name if name in (STAGE, ROUND) or name.startswith("step:") else f"field:{name}"


def _supplies(access: Access, regions: list[int], since: date) -> list[Owed]:
    """The days of supplies that no item brings, of the unit that guarantees each."""
    rows = scoped(Supply, access).filter(region__in=regions, item__isnull=True, done__isnull=True, owner__isnull=False)
    found = list(rows.order_by("pk").values_list("pk", "owner_id", "promised", "expected"))
    changed = AuditChange.objects.filter(
        model="supply", object_id__in=[row[0] for row in found], record__at__date__gte=since
    ).values_list("object_id", "before", "after")
    told = {pk for pk, before, after in changed if before and {"promised", "expected", "done"} & set(after)}
    return [
        Owed(owner, None, pk, DAY, (expected or promised).isoformat() if expected or promised else None,
             "moved" if expected else "promised" if promised else "")
        for pk, owner, promised, expected in found
        if pk not in told
    ]  # fmt: skip
