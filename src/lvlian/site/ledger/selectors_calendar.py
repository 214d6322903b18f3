"""Reads of the calendar: the days that differ from the program's, and all dated things in the user's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.site.ledger.models import Dispatch, Holiday, Item, Step, Supply
from lvlian.site.org.access import Access, here

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lvlian.brief.calendar_file import Entry
    from lvlian.ledger.calendar import Calendar
    from lvlian.ledger.track import Track

MOST = 2000
"""Dated things of one kind that a page or a file holds at most; a page says so."""
IN_FILE = 500
"""Of each kind in the calendar file: the nearest; a calendar program is not a register."""
KINDS = ("step", "clock", "supply", "dispatch")


def holidays() -> list[Holiday]:
    """All of them, by day; they hold in all regions and are no secret."""
    return list(Holiday.objects.order_by("day"))


def holiday_of(pk: int) -> Holiday | None:
    return Holiday.objects.filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Dated:
    """Something that counts on a day: a step, the end of a clock, a supply, a day of a dispatch. `moment` where it has an hour."""

    day: date
    kind: str
    key: str
    title: str
    what: str
    light: str
    url: str
    track: str = ""
    moment: datetime | None = None
    place: str = ""
    simulated: bool = False


def dated(access: Access, first: date, last: date, kinds: Iterable[str] = KINDS, most: int = MOST) -> list[Dated]:
    """All dated things from `first` up to and with `last`, by day, of each kind at most so many, the earliest. One query for each kind."""
    wanted = set(kinds)
    out: list[Dated] = []
    if "step" in wanted:
        out += _steps(access, first, last, most)
    if "clock" in wanted:
        out += _clocks(access, first, last, most)
    if "supply" in wanted:
        out += _supplies(access, first, last)
    if "dispatch" in wanted:
        out += _dispatches(access, first, last)
    return sorted(out, key=lambda one: (one.day, KINDS.index(one.kind), one.title))


def _steps(access: Access, first: date, last: date, most: int) -> list[Dated]:
    from lvlian.site.ledger.registers import tracks
    from lvlian.site.ledger.selectors_issues import words_of

    rows = here(Step, access).annotate(day=Coalesce("expected", "due"))
    rows = rows.filter(day__range=(first, last), done__isnull=True, item__branch__in=("active", "paused"))
    known = tracks()
    out = []
    for row in rows.select_related("item").order_by("day", "pk")[:most]:
        track = known.get(row.item.track)
        stage = track.by_key.get(row.stage) if track else None
        what = row.title or (words_of(stage.name) if stage else "")
        out.append(
            Dated(row.day, "step", f"step-{row.pk}", row.item.title, what, row.item.light, item_url(row.item, track), row.item.track,
                  simulated=row.item.simulated)
        )  # fmt: skip
    return out


def _clocks(access: Access, first: date, last: date, most: int) -> list[Dated]:
    from lvlian.site.ledger.registers import tracks
    from lvlian.site.ledger.selectors_issues import words_of

    rows = here(Item, access).filter(clock__range=(first, last), branch="active").order_by("clock", "pk")[:most]
    known = tracks()
    out = []
    for row in rows:
        track = known.get(row.track)
        stage = track.by_key.get(row.stage) if track else None
        what = _("%(stage)s时限") % {"stage": words_of(stage.name) if stage else ""}
        out.append(
            Dated(row.clock, "clock", f"clock-{row.pk}-{row.stage}", row.title, what, row.light, item_url(row, track), row.track,
                  simulated=row.simulated)
        )  # fmt: skip
    return out


def _supplies(access: Access, first: date, last: date) -> list[Dated]:
    """Supplies with days of their own; those that an item brings are told by its steps."""
    rows = (
        here(Supply, access).filter(item__isnull=True, done__isnull=True).annotate(day=Coalesce("expected", "promised"))
    )
    out = []
    for row in rows.filter(day__range=(first, last)).order_by("day", "pk")[:MOST]:
        what = _("%(factor)s到位") % {"factor": row.get_factor_display()}
        light = "warn" if row.expected and row.promised and row.expected > row.promised else "ok"
        out.append(
            Dated(
                row.day,
                "supply",
                f"supply-{row.pk}",
                row.title,
                what,
                light,
                _url("supply-detail", row.pk),
                simulated=row.simulated,
            )
        )
    return out


def _dispatches(access: Access, first: date, last: date) -> list[Dated]:
    if not access.may("dispatch.see"):
        return []
    within = (first, last)
    begin = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), datetime.min.time()))
    rows = here(Dispatch, access).filter(
        Q(check_until__range=within) | Q(seal_on__range=within) | Q(issue_on__range=within)
        | Q(meeting_at__gte=begin, meeting_at__lt=end)
    )  # fmt: skip
    out = []
    for row in rows.select_related("region")[:MOST]:
        url, title = _url("dispatch", row.pk), f"{row.region} {row}"
        days = (
            ("check", row.check_until, _("核对截止")),
            ("seal", row.seal_on, _("封存快照")),
            ("issue", row.issue_on, _("印发通报")),
        )
        out += [
            Dated(day, "dispatch", f"dispatch-{row.pk}-{key}", title, word, "ok", url)
            for key, day, word in days
            if day is not None and first <= day <= last
        ]
        if row.meeting_at is not None:
            moment = timezone.localtime(row.meeting_at)
            if first <= moment.date() <= last:
                told = _("调度会议")
                out.append(
                    Dated(
                        moment.date(),
                        "dispatch",
                        f"dispatch-{row.pk}-meeting",
                        title,
                        told,
                        "ok",
                        url,
                        moment=moment,
                        place=row.place,
                    )
                )
    return out


def item_url(item: Item, track: Track | None) -> str:
    """The page of an item: problems and supervised tasks have their own."""
    name = {"issues": "issue-detail", "supervision": "supervision-detail"}.get(
        track.group if track else "", "item-detail"
    )
    return _url(name, item.pk)


def _url(name: str, pk: int) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


# The file -------------------------------------------------------------------------------------------------------------------
def entries(access: Access, first: date, last: date, calendar: Calendar, base: str) -> list[Entry]:
    """Dated things as entries of a calendar file, each with alarms by the rules of its track: a working day's rule is told in days."""
    from lvlian.brief.calendar_file import Entry
    from lvlian.site.ledger.registers import tracks

    known = tracks()
    out = []
    for one in dated(access, first, last, most=IN_FILE):
        track = known.get(one.track)
        title = f"{one.title}：{one.what}" if one.what else one.title
        moment = one.moment.replace(tzinfo=None) if one.moment is not None else None
        out.append(
            Entry(
                uid=f"{one.key}@lvlian", day=moment or one.day, title=f"{title}（模拟）" if one.simulated else title,
                url=f"{base}{one.url}" if one.url else "", place=one.place, alarm_days=_alarms(track, one.day, calendar),
                minutes=120 if moment else 0,
            )
        )  # fmt: skip
    return out


def _alarms(track: Track | None, day: date, calendar: Calendar) -> tuple[int, ...]:
    """How many days before each reminder of the rules falls."""
    if track is None:
        return (7, 1)
    out = set()
    for rule in track.reminders:
        if rule.before is not None and rule.to == "unit":
            on = calendar.add(day, -rule.before) if rule.working and rule.before else day - timedelta(days=rule.before)
            out.add((day - on).days)
    return tuple(sorted(out, reverse=True))


def nearest(access: Access, today: date) -> date | None:
    """The first day with something dated from today on, where the month that is shown has nothing."""
    rows = here(Step, access).filter(done__isnull=True, item__branch="active").annotate(day=Coalesce("expected", "due"))
    return rows.filter(day__gte=today).order_by(F("day").asc()).values_list("day", flat=True).first()
