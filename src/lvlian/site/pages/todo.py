"""My to-do: what waits for this user, counted for the frame of every page and listed on the overview.

A thing is a change that waits for a second person, a plan version with facts to review, a plan version with conflicts that nobody
has settled, a milestone that is late or due within `SOON` days, an item of the ledger whose rule has come, or what a dispatch asks. Milestones wait for
those who may change them; for somebody bound to units only those of the units. Each stands here once.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lvlian.ledger.calendar import Calendar
from lvlian.site.ledger.days import days_of
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_dispatch import sheets_waiting
from lvlian.site.ledger.selectors_issues import days_left, words_of
from lvlian.site.ledger.selectors_reminders import asked, listed, waits
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.pages.links import record, steps
from lvlian.site.plans.light import light_of, word_of
from lvlian.site.plans.models import Fact, Finding, Milestone, Project, Proposal, Version

SOON = 30
MOST = 99
"""So many are counted; the count says no more than that there is plenty to do."""
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: its light and how long, what it is, its kind, the day."""

    light: str
    word: str
    sentence: str
    kind: str
    url: str
    day: date | None = None


def todo_count(access: Access) -> int:
    """How many things wait, up to `MOST`. Four queries at most, two where plans and milestones are plenty."""
    from lvlian.site.frame import today

    few = [rows.order_by().values("pk") for rows in (_proposals(access), _versions(access)) if rows is not None]
    if (asks := asked(access)) is not None:
        few.append(asks.order_by().values("dispatch").distinct())
    total = few[0].union(*few[1:], all=True).count() if few else 0
    milestones = _milestones(access, today())
    if milestones is not None and total < MOST:
        total += milestones.order_by()[: MOST + 1].count()
    if total < MOST and (items := waits(access, today())) is not None:
        total += items.order_by()[: MOST + 1].count()
    return min(total, MOST)


def todo_list(access: Access, today: date, limit: int = SHOWN) -> list[Waiting]:
    """What waits, the latest first, then by day; what has no day comes last."""
    out: list[Waiting] = []
    proposals = _proposals(access)
    if proposals is not None:
        out += [_proposal(row) for row in proposals[:limit]]
    milestones = _milestones(access, today)
    if milestones is not None:
        rows = milestones.select_related("project").order_by("day", "id")[:limit]
        out += [_milestone(row, today) for row in rows]
    calendar = days_of(access)
    items = waits(access, today, calendar)
    if items is not None:
        out += [_item(row, today, calendar, access) for row in listed(items)[:limit]]
    out += [_sheet(one, today) for one in sheets_waiting(access)]
    versions = _versions(access)
    if versions is not None:
        counted = versions.select_related("plan").defer("text", "region_file", "outline", "head")
        for version in counted.annotate(waiting=_pending(access))[:limit]:
            out.append(_version(version, version.waiting))
    return out[:limit] if len(out) <= limit else _fair(out, limit)


def _fair(rows: list[Waiting], limit: int) -> list[Waiting]:
    """Milestones and items may be many: what waits in plans keeps up to half of the places; of the others the earliest come first."""
    plans = [row for row in rows if row.day is None][: limit // 2]
    dated = sorted((row for row in rows if row.day is not None), key=lambda row: row.day or date.max)
    return dated[: limit - len(plans)] + plans


def _versions(access: Access) -> QuerySet | None:  # type: ignore[type-arg]
    """Versions in force with something to review or to settle, for those who do that."""
    waits = Q()
    if access.may("fact.review"):
        waits |= Q(Exists(scoped(Fact, access).filter(version=OuterRef("pk"), state=Fact.State.PENDING)))
    if access.may("finding.settle"):
        waits |= Q(Exists(_conflicts(access).filter(version=OuterRef("pk"))))
    if not waits:
        return None
    return here(Version, access).filter(waits, plan__current=F("pk")).order_by("-plan__issued_on", "id")


def _proposals(access: Access) -> QuerySet | None:  # type: ignore[type-arg]
    """Changes that somebody else proposed, for those who may confirm them."""
    if not access.may("record.confirm"):
        return None
    rows = here(Proposal, access).filter(state=Proposal.State.WAITING)
    return rows.exclude(proposed_by=access.user).order_by("proposed_at", "id")


def _proposal(row: Proposal) -> Waiting:
    return Waiting(
        "warn",
        _("待第二人"),
        _("复核：%(label)s") % {"label": row.label},
        _("四眼"),
        reverse("proposal", args=[row.pk]),
    )


def _conflicts(access: Access) -> QuerySet:  # type: ignore[type-arg]
    return scoped(Finding, access).filter(state=Finding.State.OPEN, severity=Finding.Severity.CONFLICT)


def _pending(access: Access) -> Coalesce:
    """How many facts of a version wait for review; none for somebody who does not review."""
    if not access.may("fact.review"):
        return Coalesce(Value(0), Value(0))
    rows = scoped(Fact, access).filter(version=OuterRef("pk"), state=Fact.State.PENDING).order_by()
    return Coalesce(Subquery(rows.values("version").annotate(n=Count("pk")).values("n")), 0)


def _milestones(access: Access, today: date) -> QuerySet | None:  # type: ignore[type-arg]
    """Milestones not done that are due within `SOON` days or were before."""
    held = [h for h in access.held if "record.edit" in h.role.may]
    if not held:
        return None
    until = today + timedelta(days=SOON)
    rows = here(Milestone, access).filter(
        Q(expected__lte=until) | Q(expected__isnull=True, due__lte=until), done__isnull=True
    )
    if all(h.unit_id is not None for h in held):
        mine = Project.units.through._default_manager.filter(unit__in={h.unit_id for h in held})
        rows = rows.filter(project__in=mine.values("project"))
    return rows.annotate(day=Coalesce("expected", "due"))


def _milestone(row: Milestone, today: date) -> Waiting:
    day = row.expected or row.due
    assert day is not None
    left = (day - today).days
    if left < 0:
        word = ngettext("已逾期 %(n)d 天", "已逾期 %(n)d 天", -left) % {"n": -left}
    elif left == 0:
        word = _("今天到期")
    else:
        word = ngettext("还有 %(n)d 天", "还有 %(n)d 天", left) % {"n": left}
    state = light_of(row, today).state if left < 0 else "warn" if left == 0 else "ok"
    sentence = _("%(event)s：%(project)s") % {"event": row.event or _("节点"), "project": row.project.name}
    return Waiting(state, word, sentence, pgettext("one", "里程碑"), steps(row.project_id, row.pk), day)


def _item(row: Any, today: date, calendar: Calendar, access: Access) -> Waiting:
    """An item of the ledger: what is to be done with it, or how many working days are left."""
    day = min((one for one in (row.expected, row.clock) if one is not None), default=None)
    if row.urged:
        word, light = _("已催办"), "warn" if row.light == "ok" else row.light
    elif row.stage == "answered":
        word, light = _("待评价"), "warn"
    else:
        left = calendar.between(today, day) if day is not None else None
        word, light = days_left(left) or word_of(row.light), row.light
    track = tracks().get(row.track)
    group = track.group if track else ""
    name = {"issues": "issue", "supervision": "supervision"}.get(group, "item")
    return Waiting(
        light, word, row.title, words_of(track.noun) if track else "", record(name, row.pk), day or row.since
    )


def _sheet(one: Any, today: date) -> Waiting:
    """What a unit is asked in a dispatch: one thing for all its questions."""
    late = one.until is not None and one.until < today
    told = {"what": one.dispatch, "n": one.left}
    sentence = ngettext("%(what)s：%(n)d 项待核对", "%(what)s：%(n)d 项待核对", one.left) % told
    url = ""
    with suppress(NoReverseMatch):  # a room that is not there has no door
        url = reverse("dispatch", args=[one.dispatch.pk])
    word = _("已催报") if one.reminded else _("待核对")
    return Waiting("bad" if late else "warn", word, sentence, _("季度调度"), url, one.until or today)


def _version(version: Version, facts: int) -> Waiting:
    """One thing for a version: what is there to review, or the conflicts to settle."""
    title = {"title": version.plan.title, "n": facts}
    if facts:
        url = reverse("plan-detail", args=[version.plan_id])
        return Waiting("warn", _("待核"), _("《%(title)s》事实 %(n)d 条") % title, _("规划"), url)
    url = f"{reverse('findings')}?plan={version.plan_id}&state=open"
    return Waiting("bad", _("未处理"), _("《%(title)s》自查有冲突") % title, pgettext("one", "自查"), url)
