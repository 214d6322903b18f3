"""台账: all registers of a region in one table, and one register as a board, a list or a timeline. What is shown stands in the address."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from lvlian.ledger.track import ENDED, Track
from lvlian.site.frame import today
from lvlian.site.ledger import saying, selectors_items
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.cards import Card, Deck, timeline
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import source_words, tracks
from lvlian.site.ledger.selectors_items import COLUMN, OPEN, WORST_FIRST, Counts, Narrow
from lvlian.site.org.access import Access, page
from lvlian.site.pages.kept import kept
from lvlian.site.pages.narrowing import Narrowing

GROUPS: dict[str, Any] = {
    "projects": pgettext_lazy("all", "项目"),
    "factors": gettext_lazy("要素"),
    "investment": gettext_lazy("招商"),
    "cultivation": gettext_lazy("培育"),
    "issues": gettext_lazy("问题"),
    "supervision": gettext_lazy("督办"),
    "duties": gettext_lazy("责任"),
}
"""What the rooms of the site are called; a group of a user's own track is called by its own word."""
VIEWS = {"board": gettext_lazy("看板"), "list": gettext_lazy("清单"), "timeline": gettext_lazy("时间线")}
SIZE = 50
LINES = 30
"""Items of a page of the timeline."""


@require_GET
@page("record.read")
def ledger(request: HttpRequest) -> HttpResponse:
    """Every register of the region: how many are open by light, what comes next, how many are silent."""
    access: Access = request.access  # type: ignore[attr-defined]
    day = today()
    fresh(day)
    known = tracks()
    found = kept(
        access, "ledger", (), day, lambda: selectors_items.sums(access, known, day),
        lambda made: sum(one.open + one.ended for one in made.values()),
    )  # fmt: skip
    groups: dict[str, list[dict[str, Any]]] = {key: [] for key in GROUPS}
    for track in known.values():
        one = found.get(track.key) or selectors_items.Sum(track.key)
        groups.setdefault(track.group, []).append(
            {
                "track": track, "name": saying.words(track.name), "about": saying.words(track.about), "sum": one,
                "url": reverse("ledger-track", args=[track.key]),
                "lights": [(key, one.lights.get(key, 0)) for key in WORST_FIRST],
            }
        )  # fmt: skip
    context = {
        "groups": [(GROUPS.get(key, key), rows) for key, rows in groups.items() if rows],
        "open": sum(one.open for one in found.values()),
        "tracks": len(known),
        "kinds": [(key, saying.light_name(key)) for key in WORST_FIRST],
    }
    return render(request, "ledger/ledger.html", context)


def known_track(key: str) -> Track:
    """A track of the site. Raises Http404."""
    track = tracks().get(key)
    if track is None:
        raise Http404
    return track


@require_GET
@page("record.read")
def ledger_track(request: HttpRequest, track: str) -> HttpResponse:
    """One register. `view` is board, list or timeline; every other parameter narrows it."""
    access: Access = request.access  # type: ignore[attr-defined]
    told, day = known_track(track), today()
    fresh(day)
    narrowing = Narrowing(request.GET)
    view = narrowing.read("view")
    view = view if view in VIEWS else "board"
    by = _narrow(access, told, narrowing, view)
    rows = selectors_items.narrowed(access, told, by)
    counts = kept(
        access, "register", (track, by), day, lambda: selectors_items.counts_of(rows), lambda made: made.total
    )
    context: dict[str, Any] = {
        "track": told, "name": saying.words(told.name), "about": saying.words(told.about), "noun": saying.words(told.noun),
        "narrowing": narrowing, "view": view, "total": counts.total, "counts": counts,
        "views": [(key, label, narrowing.address(view=None if key == "board" else key)) for key, label in VIEWS.items()],
        "lights": [(key, saying.light_name(key), counts.of(branch=OPEN, light=key), narrowing.address(light=key)) for key in WORST_FIRST],
        "may_open": access.may("item.open"), "may_bring": access.may("record.import"), "rule": saying.rule_words(told), "source": source_words(told), "verified": told.verified,
    }  # fmt: skip
    make = {"board": _board, "list": _list, "timeline": _timeline}[view]
    context |= make(access, told, rows, counts, narrowing)
    return render(request, f"ledger/{view}.html", context)


def _narrow(access: Access, track: Track, narrowing: Narrowing, view: str) -> Narrow:
    """The filters of the address; those that a reader may not read are not offered."""
    words = narrowing.told("q", _("含"))
    light = narrowing.choice("light", _("灯"), [(key, saying.light_name(key)) for key in WORST_FIRST])
    stage = narrowing.choice("stage", _("阶段"), [(one.key, saying.words(one.name)) for one in track.stages])
    offered = [
        ("open", _("未结束")),
        ("ended", _("已结束")),
        *((key, saying.branch_name(key)) for key in Item.Branch.values),
    ]
    branch = narrowing.choice("branch", _("状态"), offered)
    unit = narrowing.choice("unit", _("单位"), [(u.pk, str(u)) for u in selectors_items.units_with(access, track)])
    firm = narrowing.choice("firm", _("企业"), [(f.pk, str(f)) for f in selectors_items.firms_with(access, track)])
    plan = narrowing.choice("plan", _("规划"), [(p.pk, p.title) for p in selectors_items.plans_here(access)])
    level = ""
    if access.reads_throughout(Item, "level"):
        level = narrowing.choice("level", _("层级"), [(key, saying.level_name(key)) for key in track.levels])
    return Narrow(
        light=light, stage=stage, branch=branch, level=level, unit=int(unit) if unit else None,
        firm=int(firm) if firm else None, plan=int(plan) if plan else None, words=words,
    )  # fmt: skip


# The board ---------------------------------------------------------------------------------------------------------------
def _board(access: Access, track: Track, rows: Any, counts: Counts, narrowing: Narrowing) -> dict[str, Any]:
    """A column for each stage in order, the paused and the ended apart."""
    stages = [stage for stage in track.stages if stage.key != track.closes_at or track.recurs]
    last = track.by_key[track.closes_at]
    wanted = [("active", stage.key) for stage in track.stages if counts.of(stage=stage.key, branch=("active",))]
    apart = [key for key in ("paused", "closed", "cancelled", "merged") if counts.of(branch=(key,))]
    found = selectors_items.first_of(access, rows, [*wanted, *((key, "") for key in apart)])
    made = Deck(access, track, today())
    shown = [*stages, last] if counts.of(stage=last.key, branch=("active",)) and last not in stages else stages
    return {
        "columns": [
            _column(made, track, narrowing, ("active", stage.key), saying.words(stage.name), found, counts) for stage in shown
        ],
        "apart": [_column(made, track, narrowing, (key, ""), saying.branch_name(key), found, counts) for key in apart],
    }  # fmt: skip


def _column(
    made: Deck, track: Track, narrowing: Narrowing, key: tuple[str, str], name: str, found: dict[Any, list[Item]],
    counts: Counts,
) -> dict[str, Any]:  # fmt: skip
    branch, stage = key
    count = counts.of(stage=stage, branch=(branch,))
    items = found.get(key, [])
    return {
        "key": stage or branch, "name": name, "count": count, "cards": made.cards(items),
        "clock": saying.clock_words(clock) if stage and (clock := track.by_key[stage].clock) else "",
        "lights": [(light, counts.of(stage=stage, branch=(branch,), light=light)) for light in WORST_FIRST] if branch == "active" else [],
        **_more(track, narrowing, branch, stage, count, 1),
    }  # fmt: skip


def _more(track: Track, narrowing: Narrowing, branch: str, stage: str, count: int, at: int) -> dict[str, Any]:
    """Where the next cards of a column are fetched from, and where all of it is listed."""
    left = count - at * COLUMN
    if left <= 0:
        return {"left": 0}
    own = narrowing.address(view=None, column=f"{branch}:{stage}", at=at + 1)
    return {
        "left": left,
        "more": f"{reverse('ledger-cards', args=[track.key])}{own}",
        "all": f"{reverse('ledger-track', args=[track.key])}{narrowing.address(view='list', stage=stage or None, branch=branch)}",
    }


@require_GET
@page("record.read")
def ledger_cards(request: HttpRequest, track: str) -> HttpResponse:
    """The next cards of one column of the board (`column=active:started&at=2`), as a fragment."""
    access: Access = request.access  # type: ignore[attr-defined]
    told = known_track(track)
    narrowing = Narrowing(request.GET.copy())
    branch, _colon, stage = narrowing.read("column").partition(":")
    at = min(narrowing.number("at") or 1, 5000)
    if branch not in Item.Branch.values or (stage and stage not in told.by_key):
        raise Http404
    for key in ("column", "at"):
        narrowing.query.pop(key, None)
    by = _narrow(access, told, narrowing, "board")
    rows = selectors_items.narrowed(access, told, by).filter(branch=branch)
    rows = rows.filter(stage=stage) if stage else rows
    items = selectors_items.page_of(rows, (at - 1) * COLUMN, COLUMN)
    context = {
        "column": {"cards": deck(access, told, items), **_more(told, narrowing, branch, stage, rows.count(), at)}
    }
    return render(request, "ledger/cards.html", context)


def deck(access: Access, track: Track, items: list[Item]) -> list[Card]:
    """Items as cards for a reader."""
    return Deck(access, track, today()).cards(items)


# The list and the timeline -----------------------------------------------------------------------------------------------
def _list(access: Access, track: Track, rows: Any, counts: Counts, narrowing: Narrowing) -> dict[str, Any]:
    found = narrowing.page(range(counts.total), SIZE, counts.total)  # type: ignore[arg-type]
    items = selectors_items.page_of(rows, (found.number - 1) * SIZE, SIZE)
    return {"found": found, "rows": deck(access, track, items), "told": access.reads_throughout(Item, "reasons")}


def _timeline(access: Access, track: Track, rows: Any, counts: Counts, narrowing: Narrowing) -> dict[str, Any]:
    if not narrowing.read("branch"):
        rows = rows.filter(branch__in=OPEN)
    total = sum(
        n for (_stage, branch, _light), n in counts.rows.items() if narrowing.read("branch") or branch not in ENDED
    )
    found = narrowing.page(range(total), LINES, total)  # type: ignore[arg-type]
    items = selectors_items.page_of(rows, (found.number - 1) * LINES, LINES)
    shown = deck(access, track, items)
    steps = selectors_items.steps_of(access, items)
    lines = [(card, steps.get(card.item.pk, [])) for card in shown]
    return {"found": found, "lines": lines, "gantt": timeline(track, lines, today()) if lines else None}
