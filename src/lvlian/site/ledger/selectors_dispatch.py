"""Reads of a dispatch for its pages: the workspace, its sheets, who has answered, what is said in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lvlian.ledger.saying import name
from lvlian.ledger.track import Track, Words
from lvlian.site.ledger.actions.dispatch import OPEN, confirmable, past
from lvlian.site.ledger.burden import Burden
from lvlian.site.ledger.models import Ask, Decision, Dispatch, Item, Sealed, Step, Supply
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_dispatch_owed import DAY, ROUND, STAGE, regions_of
from lvlian.site.ledger.selectors_dispatch_rows import burdens
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Region, Unit


# Workspaces --------------------------------------------------------------------------------------------------------------
def dispatches(access: Access) -> QuerySet[Dispatch]:
    """Those of the region that the pages are about and below, the latest first, with what is asked and answered of what one sees."""
    mine = scoped(Ask, access).values("pk")
    asked = Q(asks__in=mine)
    return (
        here(Dispatch, access)
        .select_related("region", "sealed")
        .defer("sealed__content")
        .annotate(
            asked=Count("asks", filter=asked),
            answered=Count("asks", filter=asked & ~Q(asks__state=Ask.State.WAITING)),
        )
        .order_by("-year", "-quarter", "region_id")
    )


def dispatch_of(access: Access, pk: int) -> Dispatch | None:
    return scoped(Dispatch, access).select_related("region").filter(pk=pk).first()  # type: ignore[no-any-return]


def neighbours(access: Access, dispatch: Dispatch) -> tuple[Dispatch | None, Dispatch | None]:
    """The dispatch of the quarter before and after in the same region, where there is one."""
    rows = list(scoped(Dispatch, access).filter(region=dispatch.region_id).order_by("year", "quarter"))
    at = next(place for place, row in enumerate(rows) if row.pk == dispatch.pk)
    return rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None


def regions_to_open(access: Access) -> list[Region]:
    """The region of the pages, where the user may run its dispatch."""
    region = access.region
    return [region] if region is not None and access.may_in("dispatch.run", region) else []


def sealed_of(access: Access, dispatch: Dispatch) -> Sealed | None:
    """Without its content."""
    return scoped(Sealed, access).filter(dispatch=dispatch).defer("content").first()  # type: ignore[no-any-return]


def whole(access: Access) -> bool:
    """Whether the user sees the whole dispatch, not the share of a unit."""
    return any(
        "dispatch.see" in held.role.may and held.unit_id is None and held.firm_id is None for held in access.held
    )


# Units -------------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class UnitState:
    """How far a unit is with its sheet. Facts alone, in the order of the organisation's list."""

    unit: Unit
    burden: Burden
    reminded: str = ""

    @property
    def word(self) -> str:
        if not self.burden.left:
            return _("已交")
        if not self.burden.answered:
            return _("未交")
        return ngettext("还差 %(n)d", "还差 %(n)d", self.burden.left) % {"n": self.burden.left}


def unit_states(access: Access, dispatch: Dispatch) -> list[UnitState]:
    """The units that are asked, of those that the user sees. Two queries."""
    found = burdens(scoped(Ask, access).filter(dispatch=dispatch))
    units = scoped(Unit, access).filter(pk__in=list(found)).order_by("region_id", "pk")
    return [UnitState(unit, found[unit.pk], dispatch.reminded.get(str(unit.pk), "")) for unit in units]


def units_here(access: Access, dispatch: Dispatch) -> QuerySet[Unit]:
    """Units that may be given something to do."""
    rows = scoped(Unit, access).filter(region__in=scoped(Region, access).filter(regions_of(dispatch.region)))
    return rows.order_by("region_id", "pk")


def decisions(access: Access, dispatch: Dispatch) -> list[Decision]:
    rows = scoped(Decision, access).filter(dispatch=dispatch)
    return list(rows.select_related("unit", "item", "about", "dispatch__region").order_by("number"))


# Sheets ------------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Question:
    """A fact as its unit is asked it: about what, which, what is prefilled and where that comes from, in words."""

    ask: Ask
    title: str
    words: str
    known: str
    source: str
    answer: str
    kind: str
    """`stage`, `step`, `day`, `round`, or the kind of a track's field."""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    confirmable: bool = False
    past: bool = False
    url: str = ""
    track: str = ""

    @property
    def waiting(self) -> bool:
        return self.ask.state == Ask.State.WAITING


def asks_of(access: Access, dispatch: Dispatch, unit: int) -> QuerySet[Ask]:
    """The sheet of a unit: what waits first, then by item."""
    rows = scoped(Ask, access).filter(dispatch=dispatch, unit=unit)
    return rows.select_related("item", "supply", "answered_by", "unit").order_by("item_id", "supply_id", "pk")


def questions(access: Access, asks: Sequence[Ask], today: date) -> list[Question]:
    """Asks in words. One query more."""
    wanted = {ask.item_id for ask in asks if ask.field.startswith("step:")}
    titles = {
        (item, key): (stage, title)
        for item, key, stage, title in scoped(Step, access)
        .filter(item__in=wanted)
        .values_list("item_id", "key", "stage", "title")
    }
    return [_question(ask, titles, today) for ask in asks]


def _question(ask: Ask, titles: Mapping[tuple[int, str], tuple[str, str]], today: date) -> Question:
    from django.urls import NoReverseMatch, reverse

    item: Item | None = ask.item
    supply: Supply | None = ask.supply
    track = tracks().get(item.track) if item is not None else None
    field = track.field(ask.field) if track is not None else None
    kind = ask.field if ask.field in (STAGE, ROUND, DAY) else "step" if ask.field.startswith("step:") else ""
    try:
        url = (
            reverse("item-detail", args=[item.pk])
            if item is not None
            else reverse("supply-detail", args=[ask.supply_id])
        )
    except NoReverseMatch:
        url = ""
    choices: tuple[tuple[str, str], ...] = ()
    if kind == STAGE and track is not None:
        choices = tuple((stage.key, told(stage.name)) for stage in track.stages)
    elif field is not None and field.kind == "choice":
        choices = tuple((key, told(words)) for key, words in field.choices)
    return Question(
        ask=ask,
        title=str(item or supply or ""),
        words=_asked(ask, track, titles),
        known=value_words(ask.known, kind or (field.kind if field else ""), track, choices),
        source=source_words(ask.source),
        answer=value_words(ask.answer, kind or (field.kind if field else ""), track, choices),
        kind=kind or (field.kind if field is not None else "text"),
        unit=field.unit if field is not None else "",
        choices=choices,
        confirmable=ask.state == Ask.State.WAITING and confirmable(ask, today),
        past=ask.state == Ask.State.WAITING and past(ask, today),
        url=url,
        track=told(track.name) if track is not None else _("要素供给"),
    )


def _asked(ask: Ask, track: Track | None, titles: Mapping[tuple[int, str], tuple[str, str]]) -> str:
    """What is asked, in words."""
    if ask.field == STAGE:
        return _("现阶段")
    if ask.field == ROUND:
        return _("本期是否已办")
    if ask.field == DAY:
        return _("到位日期")
    if ask.field.startswith("step:"):
        key = ask.field.removeprefix("step:")
        stage, title = titles.get((ask.item_id or 0, key), (key, ""))
        if not title and track is not None and stage in track.by_key:
            title = told(track.by_key[stage].name)
        return _("%(step)s日期") % {"step": title or _("节点")}
    field = track.field(ask.field) if track is not None else None
    if field is None:
        return ask.field
    return f"{told(field.name)}{_('，')}{field.unit}" if field.unit else told(field.name)


def value_words(value: Any, kind: str, track: Track | None = None, choices: Sequence[tuple[str, str]] = ()) -> str:
    """A prefilled or answered value in words; empty where there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return _("%(day)s 完成") % {"day": value.get("done")}
    if value is True or value is False:
        return _("是") if value else _("否")
    if kind == STAGE or choices:
        named = dict(choices).get(str(value))
        return named or name("branches", str(value), language())
    if kind == ROUND:
        return _("%(day)s 报") % {"day": value}
    if str(value) in ("closed", "cancelled", "merged", "paused"):
        return name("branches", str(value), language())
    return f"{value:,}" if isinstance(value, int | float) and abs(value) >= 10_000 else str(value)


def source_words(source: str) -> str:
    """Where a prefilled value comes from."""
    kind, _space, day = source.partition(" ")
    patterns = {
        "plan": _("规划"), "promised": _("承诺"), "moved": _("已改期"), "reported": _("%(day)s 报"), "entered": _("%(day)s 进入"),
        "stale": _("%(day)s 以来未报"), "unknown": _("规划未写阶段，请核"),
    }  # fmt: skip
    return (patterns[kind] % {"day": day} if "%" in patterns[kind] else patterns[kind]) if kind in patterns else ""


def told(words: Words) -> str:
    """Words of a track in the language of the request."""
    return words.en if language() == "en" else words.zh


def language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


# My to-do ----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Waiting:
    """A sheet that waits for an answer: how much of it, until when, when the office last asked for it."""

    dispatch: Dispatch
    unit: Unit
    left: int
    until: date | None
    reminded: str


def sheets_waiting(access: Access) -> list[Waiting]:
    """The sheets that wait for the user's units. Nothing for somebody who answers for all units of a region: the office sees them in
    the dispatch. Two queries."""
    mine = {held.unit_id for held in access.held if "dispatch.answer" in held.role.may and held.unit_id is not None}
    if not mine:
        return []
    rows = (
        scoped(Ask, access)
        .filter(unit__in=mine, state=Ask.State.WAITING, dispatch__state__in=OPEN)
        .order_by()
        .values("dispatch", "unit")
        .annotate(n=Count("pk"))
    )
    counts = {(row["dispatch"], row["unit"]): row["n"] for row in rows}
    if not counts:
        return []
    found = {row.pk: row for row in scoped(Dispatch, access).filter(pk__in={key[0] for key in counts})}
    units = {row.pk: row for row in scoped(Unit, access).filter(pk__in={key[1] for key in counts})}
    return [
        Waiting(found[d], units[u], n, found[d].check_until, found[d].reminded.get(str(u), ""))
        for (d, u), n in sorted(counts.items())
        if d in found and u in units
    ]
