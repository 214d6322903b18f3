"""What waits for a user in the ledger, by the rules of the tracks: the same rules as `ledger.reminders`, asked of the database as a
state (since that day) instead of a list of days, so that a page counts them in one query and nothing is told twice.

A thing waits for a unit when it is the unit's (not only its support) and a rule of its track says so: `before` and `after` the day
that counts, `stale` after the last report; for the lead, the leading group and the supervision when a rule told to that level has
come, or the item was raised there. Beside the rules: a problem or task that the unit has and has not answered; an answer that
whoever asked has not rated; a problem that nobody has, for the office; what the unit was asked in a dispatch. Projects of a plan are
told by their milestones and are left out here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lvlian.ledger.calendar import Calendar
from lvlian.ledger.track import Reminder, Track
from lvlian.site.ledger.actions.dispatch import OPEN
from lvlian.site.ledger.days import days_of
from lvlian.site.ledger.models import Ask, Item, ItemEvent, Party
from lvlian.site.ledger.registers import of_group, tracks
from lvlian.site.ledger.selectors_issues import asked_by
from lvlian.site.org.access import Access, here

ANSWERED = ("answered", "done", "closed")
"""Stages of problems and tasks in which the unit has done its part."""


def waits(access: Access, today: date, calendar: Calendar | None = None) -> QuerySet[Item] | None:
    """The items that wait for the user; None for somebody who has nothing to do in the ledger."""
    calendar = calendar or days_of(access)
    wanted = Q()
    units = {held.unit_id for held in access.held if "item.edit" in held.role.may and held.unit_id is not None}
    tasks = [track.key for group in ("issues", "supervision") for track in of_group(group)]
    issues = [track.key for track in of_group("issues")]
    if units:
        lead = Party.objects.filter(unit__in=units, part=Party.Part.LEAD).values("item")
        mine = Party.objects.filter(unit__in=units).exclude(part=Party.Part.SUPPORT).values("item")
        wanted |= Q(pk__in=mine) & (_due("unit", today, calendar) | Q(track__in=tasks) & ~Q(stage__in=ANSWERED))
        wanted |= Q(pk__in=lead) & _due("lead", today, calendar)
    if any("dispatch.run" in held.role.may and held.unit_id is None for held in access.held):
        nobody = ~Exists(Party.objects.filter(item=OuterRef("pk")).exclude(part=Party.Part.SUPPORT))
        wanted |= Q(level="leading_group") | _due("leading_group", today, calendar) | Q(track__in=tasks) & nobody
    if access.may("supervise"):
        wanted |= Q(level="supervision") | _due("supervision", today, calendar)
    if access.may("issue.rate"):
        wanted |= asked_by(access) & Q(track__in=issues, stage="answered")
    if not wanted:
        return None
    return here(Item, access).filter(wanted, branch="active", project__isnull=True)


def _due(level: str, today: date, calendar: Calendar) -> Q:
    """Items of which a rule told to a level has come."""
    out = Q(pk__in=[])
    by_rule: dict[tuple[str, date], list[str]] = {}
    for track in tracks().values():
        for field, limit in _limits(track, level, today, calendar):
            by_rule.setdefault((field, limit), []).append(track.key)
    for (field, limit), keys in by_rule.items():
        out |= Q(**{f"{field}__lte": limit}, track__in=keys)
    return out


def _limits(track: Track, level: str, today: date, calendar: Calendar) -> Iterable[tuple[str, date]]:
    """The last day that counts (or of a report) for which a rule of the track has come."""
    rules = [rule for rule in track.reminders if rule.to == level]
    counted = [_ahead(rule, today, calendar) for rule in rules if rule.stale is None]
    if counted:
        yield "expected", max(counted)
        if any(stage.clock is not None for stage in track.stages):  # a clock may end long before the next promise
            yield "clock", max(counted)
    stale = [rule.stale for rule in rules if rule.stale]
    if stale:
        yield "reported", today - timedelta(days=min(stale))


def _ahead(rule: Reminder, today: date, calendar: Calendar) -> date:
    """The latest day that counts of which the rule has come today."""
    number = rule.before if rule.before is not None else -(rule.after or 0)
    return calendar.add(today, number) if rule.working and number else today + timedelta(days=number)


def listed(rows: QuerySet[Item]) -> QuerySet[Item]:
    """As they are listed: the late first, with whether they were urged since the last report."""
    urged = ItemEvent.objects.filter(item=OuterRef("pk"), kind="urge", day__gte=OuterRef("reported"))
    ordered = rows.select_related("lead", "region").order_by("-rank", F("expected").asc(nulls_last=True), "pk")
    return ordered.annotate(urged=Exists(urged))


def asked(access: Access) -> QuerySet[Ask] | None:
    """What the user's units were asked in dispatches that are being checked, and have not answered."""
    units = {held.unit_id for held in access.held if "dispatch.answer" in held.role.may and held.unit_id is not None}
    if not units:
        return None
    return here(Ask, access).filter(unit__in=units, state=Ask.State.WAITING, dispatch__state__in=OPEN)
