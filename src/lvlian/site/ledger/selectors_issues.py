"""Reads for the pages of problems: the list with its clocks, one problem with its history and links, what is similar, who would take it.

Whoever asked reads the kind, the wished day and the answer of the own problem, though fields of items are else for the administration:
the answer was written to them. Level, reasons and history stay with those whose roles read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lvlian.ledger.calendar import Calendar
from lvlian.ledger.light import Reason
from lvlian.ledger.saying import name as name_of
from lvlian.ledger.saying import say
from lvlian.ledger.track import Track, Words
from lvlian.site.ledger.actions.issue_route import Taker, first_takers
from lvlian.site.ledger.actions.issues import asks, register
from lvlian.site.ledger.models import Demand, Evidence, Item, ItemEvent, Party, Supply
from lvlian.site.ledger.registers import of_group, source_words, track_of, tracks
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Region, Unit
from lvlian.site.pages import links
from lvlian.site.plans.models import Finding

STATES: dict[str, tuple[str, ...]] = {
    "waiting": ("reported",),
    "going": ("accepted", "assigned", "handling"),
    "answered": ("answered",),
    "closed": ("closed",),
}
"""What a list narrows to → the stages."""
ORDER = ("power", "land", "gas", "water", "funds", "approval", "logistics", "labour")
"""The kinds as the block of cells has them; what a track adds comes before 其他."""
CHOICES = 300


def language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def words_of(words: Words) -> str:
    """A track's words in the language of the page."""
    return words.en if language() == "en" else words.zh


def kinds(track: Track | None = None) -> list[tuple[str, str]]:
    """The kinds of problem with their words, 其他 last."""
    told = (track or register()).field("kind")
    found = {key: words_of(words) for key, words in told.choices} if told else {}
    first = [key for key in ORDER if key in found]
    rest = [key for key in found if key not in first and key != "other"]
    return [(key, found[key]) for key in (*first, *rest, *(["other"] if "other" in found else []))]


def channels(track: Track | None = None) -> list[tuple[str, str]]:
    told = (track or register()).field("channel")
    return [(key, words_of(words)) for key, words in told.choices] if told else []


def keys() -> list[str]:
    """The tracks of the room."""
    return [track.key for track in of_group("issues")]


def issue_of(access: Access, pk: int) -> Item | None:
    """A problem within the user's scope."""
    rows = scoped(Item, access).filter(track__in=keys(), pk=pk)
    return rows.select_related("region", "lead", "firm", "parent", "goal").first()


# The list -------------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Row:
    """A problem in the list: `left` working days until its clock ends, none where no clock runs."""

    item: Item
    kind: str
    stage: str
    reason: str
    level: str
    left: int | None
    url: str

    @property
    def days(self) -> str:
        return days_left(self.left)

    @property
    def word(self) -> str:
        """The word of the light, nearer to the case where nothing is missing but the rating."""
        return _("待评价") if self.item.branch == "active" and self.item.stage == "answered" else ""


def days_left(left: int | None) -> str:
    """Working days in words."""
    if left is None:
        return ""
    if left < 0:
        return _("超 %(n)d 个工作日") % {"n": -left}
    return _("今天到期") if left == 0 else _("余 %(n)d 个工作日") % {"n": left}


def left_of(item: Item, day: date, calendar: Calendar) -> int | None:
    """Working days until the clock of an item ends."""
    return calendar.between(day, item.clock) if item.clock is not None and item.branch == "active" else None


def narrowed(
    access: Access, *, state: str = "", kind: str = "", unit: int | None = None, words: str = "", mine: bool = False
) -> QuerySet[Item]:
    """The problems that the page is about."""
    rows = here(Item, access).filter(track__in=keys())
    if state == "open":
        rows = rows.filter(branch__in=("active", "paused"))
    elif state in STATES:
        rows = rows.filter(stage__in=STATES[state]).exclude(branch="cancelled")
    elif state == "cancelled":
        rows = rows.filter(branch__in=("cancelled", "merged"))
    if kind:
        rows = rows.filter(data__kind=kind)
    if unit:
        rows = rows.filter(Exists(Party.objects.filter(item=OuterRef("pk"), unit=unit)))
    if words:
        rows = rows.filter(title__icontains=words)
    if mine and access.user is not None:
        rows = rows.filter(asked_by(access))
    return rows


def asked_by(access: Access) -> Q:
    """The problems that the user, or the user's firm or unit, asked."""
    mine = Q(data__by=access.user.pk) if access.user is not None else Q(pk__in=[])
    for held in access.held:
        if held.firm_id is not None:
            mine |= Q(firm=held.firm_id)
        if held.unit_id is not None:
            mine |= Q(data__asker=held.unit_id)
    return mine


def light_counts(rows: QuerySet[Item]) -> dict[str, int]:
    """How many have each light. One query."""
    found = dict(rows.order_by().values_list("light").annotate(n=Count("pk")))
    return {key: found.get(key, 0) for key in ("bad", "warn", "ok", "none")}


def units_with_issues(access: Access) -> QuerySet[Unit]:
    """Units that have a part in a problem that is not ended."""
    rows = here(Item, access).filter(track__in=keys(), branch="active").order_by()
    return scoped(Unit, access).filter(Exists(Party.objects.filter(unit=OuterRef("pk"), item__in=rows.values("pk"))))


def ordered(rows: QuerySet[Item]) -> QuerySet[Item]:
    """What is late first, then by the clock."""
    return (
        rows.select_related("lead", "firm", "parent", "region")
        .prefetch_related("units")
        .order_by("-rank", F("clock").asc(nulls_last=True), "-opened", "pk")
    )


def rows_of(access: Access, items: Iterable[Item], day: date, calendar: Calendar) -> list[Row]:
    """Rows as they are shown; what the user may not read is empty."""
    names = dict(kinds())
    return [
        Row(
            item,
            names.get(str(item.data.get("kind")), "") if reads_case(access, item) else "",
            stage_word(item),
            reason_of(access, item, day),
            level_word(item) if access.reads(item, "level") else "",
            left_of(item, day, calendar),
            reverse("issue-detail", args=[item.pk]),
        )
        for item in items
    ]


def reads_case(access: Access, item: Item) -> bool:
    """Whether the user reads the kind, the wished day and the answer: by role, or as the one who asked."""
    return access.reads(item, "data") or asks(access, item)


def stage_word(item: Item) -> str:
    """Where it stands, in words; the branch where it does not go on."""
    if item.branch in ("paused", "cancelled", "merged"):
        return str(item.get_branch_display())
    stage = tracks()[item.track].by_key.get(item.stage) if item.track in tracks() else None
    return words_of(stage.name) if stage else item.stage


def level_word(item: Item) -> str:
    """Who it was raised to; empty where it stands with the unit."""
    return name_of("levels", item.level, language()) if item.level != "unit" else ""


def reason_of(access: Access, item: Item, day: date) -> str:
    """Why the light is what it is, where the user may read it."""
    if not item.reasons or not access.reads(item, "reasons"):
        return ""
    if item.branch == "active" and item.stage == "answered" and item.reasons[0][0] == "undated":
        return _("已答复，等提出人评价")
    code, values = item.reasons[0]
    return say(Reason(code, values), day, language(), tracks().get(item.track))


# Similar ones ---------------------------------------------------------------------------------------------------------------
def similar(access: Access, kind: str, about: Item | None) -> list[Item]:
    """Problems of the same kind about the same item that are not closed: what is reported already is not reported twice."""
    if about is None or not kind:
        return []
    rows = scoped(Item, access).filter(track__in=keys(), branch="active", parent=about, data__kind=kind)
    return list(rows.select_related("lead", "region").order_by("-opened", "-pk")[:5])


# What an entry promises -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Promise:
    """Who takes a kind first, within how many working days it is answered and handled, who gets what cannot be settled."""

    kind: str
    word: str
    who: str
    rule: str
    answered: int
    handled: int
    most: int
    level: str
    origin: str
    assumed: str


def promises(access: Access, region: Region, about: Item | None) -> list[Promise]:
    """For each kind what is promised."""
    track = register()
    offered = kinds(track)
    first, handling = track.stages[0].clock, track.by_key["handling"].clock
    takers = first_takers(region, [key for key, _word in offered], about)
    level = name_of("levels", handling.to, language()) if handling else ""
    out = []
    for key, word in offered:
        taker: Taker = takers[key]
        rule = {"duty": _("规划责任分工"), "item": _("项目的牵头或责任单位"), "office": _("由链长办交办")}[taker.rule]
        out.append(
            Promise(
                key,
                word,
                str(taker.unit) if taker.unit else _("链长办"),
                rule,
                first.days if first else 0,
                handling.days if handling else 0,
                handling.most if handling else 0,
                level,
                links.origin(access, taker.fact),
                "" if track.verified else source_words(track),
            )
        )
    return out


# Choosing what it is about --------------------------------------------------------------------------------------------------
def about_choices(access: Access) -> QuerySet[Item]:
    """Projects and factor works of the scope that a problem can be about."""
    groups = [track.key for group in ("projects", "factors", "investment") for track in of_group(group)]
    rows = here(Item, access).filter(track__in=groups).exclude(branch__in=("cancelled", "merged"))
    return rows.select_related("lead", "firm", "region").order_by("title", "pk")


def abouts(access: Access) -> QuerySet[Item]:
    """Everything that a problem may be about: any item in sight that is no problem itself."""
    return scoped(Item, access).exclude(track__in=keys()).select_related("region", "lead", "firm")


def about_options(access: Access, about: Item | None) -> list[tuple[int, str]]:
    """The first of them by name, and the one that one comes from: a long list on a phone helps nobody."""
    found = list(about_choices(access).select_related(None).values_list("pk", "title")[:CHOICES])
    if about is not None and about.pk not in {pk for pk, _title in found}:
        found.insert(0, (about.pk, about.title))
    return found


def about_of(access: Access, pk: int | None = None, project: int | None = None) -> Item | None:
    """The item that one comes from, by its number or that of its project."""
    if pk is None and project is None:
        return None
    rows = scoped(Item, access).exclude(track__in=keys())
    rows = rows.filter(pk=pk) if pk is not None else rows.filter(project=project)
    return rows.select_related("lead", "firm", "region").first()


def references_of(access: Access, about: Item | None) -> list[str]:
    """Papers that stand with the item already: what is there is referred to, not brought again."""
    if about is None:
        return []
    rows = scoped(Evidence, access).filter(item=about).order_by("-at").values_list("reference", flat=True)
    return list(dict.fromkeys(rows[:20]))


# One problem ----------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Link:
    label: str
    name: str
    url: str


@dataclass(slots=True)
class Told:
    """An event in words."""

    day: date
    who: str
    word: str
    note: str
    by_clock: bool = False


@dataclass(slots=True)
class Case:
    """A problem with everything that its page shows."""

    item: Item
    row: Row
    track: Track
    stages: list[dict[str, Any]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    history: list[Told] = field(default_factory=list)
    proofs: list[Evidence] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    wished: str = ""
    answer: str = ""
    satisfied: Any = None
    channel: str = ""
    reads_case: bool = False
    reads_history: bool = False


def case_of(access: Access, item: Item, day: date, calendar: Calendar) -> Case:
    """Everything of a problem that the user may see."""
    track = track_of(item.track)
    case = Case(item, rows_of(access, [item], day, calendar)[0], track)
    events = list(scoped(ItemEvent, access).filter(item=item).select_related("actor").order_by("seq"))
    case.reads_history = bool(events)
    case.stages = stages_of(item, track, events)
    case.history = [told for event in events if (told := told_of(event, track)) is not None]
    case.history.reverse()
    case.proofs = list(scoped(Evidence, access).filter(item=item).select_related("file", "user").defer("file__content"))
    case.parties = list(item.parties.select_related("unit"))
    case.links = links_of(access, item)
    if reads_case(access, item):
        case.reads_case = True
        case.wished, case.answer = str(item.data.get("wished") or ""), str(item.data.get("answer") or "")
        case.satisfied = item.data.get("satisfied")
        case.channel = dict(channels(track)).get(str(item.data.get("channel")), "")
    return case


def stages_of(item: Item, track: Track, events: Sequence[ItemEvent]) -> list[dict[str, Any]]:
    """The stages in their order, each with the last day on which it was reached; without the history only those that the item's own
    columns tell."""
    days: dict[str, date] = {}
    for event in events:
        if event.kind in ("open", "enter", "back") and (key := event.data.get("stage")):
            days[key] = event.day
    days.setdefault(track.stages[0].key, item.opened)
    days[item.stage] = item.ended or item.since if item.stage == track.closes_at else item.since
    place = track.order.get(item.stage, 0)
    return [
        {
            "name": words_of(stage.name),
            "day": days.get(stage.key) if at <= place else None,
            "state": "done" if at < place or item.branch == "closed" else "now" if at == place else "ahead",
        }
        for at, stage in enumerate(track.stages)
    ]


def links_of(access: Access, item: Item) -> list[Link]:
    """What a problem hangs on: the item and its project, the factor's supplies and needs, the goal, the finding, what grew from it."""
    out: list[Link] = []
    about = scoped(Item, access).filter(pk=item.parent_id).select_related("project").first() if item.parent_id else None
    if about is not None:
        out += _link(_("关于"), about.title, "item-detail", about.pk)
        if about.project_id:
            out += _link(_("项目"), str(about.project), "project-detail", about.project_id)
        kind = str(item.data.get("kind") or "") if access.reads(item, "data") else ""
        for model, label, url in ((Supply, _("供给"), "supply-detail"), (Demand, _("需求"), "demand-detail")):
            rows = here(model, access).filter(factor=kind)
            rows = rows.filter(item=about) if model is Demand else rows.filter(bookings__demand__item=about)
            for row in rows.distinct()[:3] if kind else ():
                out += _link(label, str(row), url, row.pk)
    if item.goal_id and item.goal is not None:
        out += _link(_("影响目标"), str(item.goal), "goal-detail", item.goal_id)
    finding = item.data.get("finding") if access.reads(item, "data") else None
    if finding and (row := scoped(Finding, access).filter(pk=finding).first()) is not None:
        out.append(Link(_("自查"), str(row), f"{reverse('findings')}#finding-{row.pk}"))
    for child in scoped(Item, access).filter(parent=item).order_by("-opened")[:5]:
        name = "supervision-detail" if tracks()[child.track].group == "supervision" else "item-detail"
        out += _link(_("由此立项"), child.title, name, child.pk)
    return out


def _link(label: str, title: str, name: str, pk: int) -> list[Link]:
    """A link, where the room that it leads to is there."""
    try:
        return [Link(label, title, reverse(name, args=[pk]))]
    except NoReverseMatch:
        return [Link(label, title, "")]


EVENTS: dict[str, Any] = {
    "open": lambda d, t: (_("上报"), ""),
    "enter": lambda d, t: (words_of(t.by_key[d["stage"]].name) if d.get("stage") in t.by_key else "", d.get("note", "")),
    "back": lambda d, t: (
        _("退回%(stage)s") % {"stage": words_of(t.by_key[d["stage"]].name) if d.get("stage") in t.by_key else ""}, d.get("why", ""),
    ),
    "assign": lambda d, t: (_("分工"), d.get("why", "")),
    "report": lambda d, t: (_("报进展"), d.get("note", "")),
    "extend": lambda d, t: (_("延长 %(n)d 个工作日") % {"n": int(d.get("days") or 0)}, d.get("why", "")),
    "escalate": lambda d, t: (_("上报%(level)s") % {"level": name_of("levels", str(d.get("to")), language())}, d.get("why", "")),
    "amend": lambda d, t: _amended(d),
    "cancel": lambda d, t: (_("取消"), d.get("why", "")),
    "merge": lambda d, t: (_("并入他项"), d.get("why", "")),
    "reopen": lambda d, t: (_("恢复"), d.get("why", "")),
    "pause": lambda d, t: (_("暂停"), d.get("why", "")),
    "resume": lambda d, t: (_("恢复暂停"), ""),
    "urge": lambda d, t: (_("催办"), d.get("why", "")),
    "evidence": lambda d, t: (_("附凭据"), d.get("ref", "")),
    "promise": lambda d, t: (_("时限 %(day)s") % {"day": d.get("due") or "—"}, ""),
    "revise": lambda d, t: (_("改期 %(day)s") % {"day": d.get("expected") or "—"}, d.get("why", "")),
}  # fmt: skip


def _amended(data: dict[str, Any]) -> tuple[str, str]:
    values = data.get("values") or {}
    if "answer" in values:
        return _("答复内容"), str(values["answer"])
    if "result" in values:
        return _("办理结果"), str(values["result"])
    if "satisfied" in values:
        return (_("评价：满意") if values["satisfied"] else _("评价：不满意")), ""
    return _("填台账字段"), ""


def told_of(event: ItemEvent, track: Track) -> Told | None:
    """An event in words, None for what says nothing by itself."""
    told = EVENTS.get(event.kind)
    if told is None or (event.kind == "enter" and event.data.get("stage") == "urged"):  # the urging itself is told
        return None
    word, note = told(event.data, track)
    by_clock = event.kind == "escalate" and event.data.get("by") == "clock"
    who = _("时限已到，自动") if by_clock else str(event.actor or "")
    return Told(event.day, who, word, str(note or ""), by_clock)
