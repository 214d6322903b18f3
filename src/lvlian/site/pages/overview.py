"""总览 一张图: goals, milestones, chains, findings, what waits for me, plans in force, the regions below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from lvlian.site import saying
from lvlian.site.account.measures import Measure, best, measures_of
from lvlian.site.frame import today
from lvlian.site.org.access import Access, here, page
from lvlian.site.outlook.selectors_overview import Outlooked, standing_of
from lvlian.site.outlook.selectors_overview import best as foreseen
from lvlian.site.pages import links, selectors
from lvlian.site.pages.actions import pin_indicators
from lvlian.site.pages.selectors_findings import card
from lvlian.site.pages.selectors_goals import BASELINE, TILES, Track, key_tracks
from lvlian.site.pages.todo import todo_list
from lvlian.site.plans.light import word_of
from lvlian.site.plans.models import Goal

LIT_GOALS = 200
"""Of more goals than this only those of the tiles are asked for."""
LIGHT_WORDS = {
    "ok": gettext_lazy("正常"),
    "warn": gettext_lazy("预警"),
    "bad": gettext_lazy("滞后"),
    "none": gettext_lazy("缺数"),
}
ROWS = 5
"""So many figures stand under a tile; the rest is one click away."""


@require_GET
@page("page.see", settled=True)
def overview(request: HttpRequest) -> HttpResponse:
    """The first page after the login. Who reads no records (the three administrators) goes on to their own page."""
    access: Access = request.access  # type: ignore[attr-defined]
    if not access.may("record.read"):
        return redirect("audit" if access.may("audit.read") else "people")
    day, region = today(), access.region
    if region is None:
        raise Http404(_("没有可看的地区"))
    pins = pinned(access)
    tracks, names = key_tracks(access, region, pins)
    milestones = selectors.milestone_counts(access, day)
    each = milestones.total <= selectors.EACH_SHAPE
    if each:
        selectors.fill_months(access, milestones.months, day)
    counts = selectors.region_counts(access)
    reads_plans = access.may("plan.read")
    found = selectors.finding_counts(access) if reads_plans else selectors.Findings()
    total = sum(counts["goals"].values())
    shown = [figure.goal for track in tracks for figure in track.figures if not figure.baseline]
    asked = here(Goal, access).exclude(mode=BASELINE) if total <= LIT_GOALS else shown
    measures = measures_of(access, list(asked))
    standing = standing_of(access, region, day)
    context: dict[str, Any] = {
        "tiles": [
            tile(track, best(ahead, measures), foreseen(ahead, standing, day))
            for track in tracks
            for ahead in [[f.goal for f in track.dated if not f.baseline]]
        ],
        "outlook": standing,
        "names": [{"name": name, "pinned": name in pins} for name in dict.fromkeys(names)],
        "most_tiles": TILES,
        "goals": total,
        "goal_lights": goal_lights(measures, total, standing.goals if standing is not None else {}),
        "lights": light_line(milestones.lights),
        "milestones": milestones.total,
        "done": milestones.done,
        "months": milestones.months,
        "each": each,
        "chains": selectors.chain_table(access),
        "chain_total": sum(counts["chains"].values()),
        "below": selectors.regions_below(access, counts, milestones, found.open_conflicts),
        "reads_plans": reads_plans,
        "first_steps": [{"label": _("载入规划，核对并采纳目标"), "url": reverse("plans")}] if reads_plans else [],
        "waiting": todo_list(access, day),
    }
    if reads_plans:
        plans = selectors.plans_in_force(access)
        context |= {
            "finding_counts": [
                (key, found.severities[key], links.listing("findings", severity=key))
                for key in ("conflict", "notice", "gap", "agrees")
            ],
            "finding_total": sum(found.severities.values()),
            "findings": [card(access, finding) for finding in selectors.top_findings(access)],
            "plans": [plan_row(plan) for plan in plans],
            "own_plan": next((plan for plan in plans if plan.region_id == region.pk), None),
        }
    return render(request, "pages/overview.html", context)


def goal_lights(
    measures: dict[int, Measure], total: int, foreseen: Mapping[int, Outlooked] | None = None
) -> list[tuple[str, str, int]]:
    """(light, word, count) of the goals: by the chance where there is one, else what the account says of those that mean an indicator;
    all others have no figure."""
    chances = {
        goal: (one.figures.light, str(LIGHT_WORDS[one.figures.light]))
        for goal, one in (foreseen or {}).items()
        if one.figures.chance is not None
    }
    told = Counter(chances.values())
    told.update((one.light, str(one.word)) for goal, one in measures.items() if goal not in chances)
    told["none", _("缺数")] += total - sum(told.values())
    return [(light, word, count) for (light, word), count in sorted(told.items(), key=_rank) if count]


def _rank(entry: tuple[tuple[str, str], int]) -> tuple[int, str]:
    (light, word), _count = entry
    return ("bad", "warn", "ok", "none").index(light), word


def light_line(lights: dict[str, int]) -> list[tuple[str, str, int, str]]:
    """(light, word, count, address of the list) for the milestones."""
    return [
        (state, word_of(state), lights.get(state, 0), links.listing("milestone-list", light=state))
        for state in ("bad", "warn", "ok", "none")
    ]


def pinned(access: Access) -> list[str]:
    """The indicators that the user pinned for this region."""
    kept = (access.user.preferences or {}).get("pins", {}) if access.user else {}
    names = kept.get(str(access.region_id), []) if isinstance(kept, dict) else []
    return [str(name) for name in names][:TILES] if isinstance(names, list) else []


def tile(track: Track, measure: Measure | None = None, outlook: Outlooked | None = None) -> dict[str, Any]:
    """A goal tile: what the plan says by year, what the account says and what the outlook expects; what is not there is said to be missing,
    never made up."""
    made = _tile(track, measure)
    if outlook is None or not outlook.figures.known:
        if outlook is not None and made["number"] is None and outlook.figures.missing:
            made["missing"] = _("推演还缺：%(what)s") % {"what": outlook.figures.missing}
        return made
    one = outlook.figures
    made |= {
        "number": one.told, "mark": "算", "mark_label": _("推演中位数，按上面所列假设"), "mark_url": "", "number_note": _("%(year)d 年推演") % {"year": one.aim.year},
        "simulated": made["simulated"], "missing": "", "interval": one.interval, "points": [*made["points"], *outlook.points] if made["points"] else [],
        "reason": outlook.why or made["reason"], "url": outlook.url or made["url"],
    }  # fmt: skip
    if one.chance is not None:
        made |= {"light": one.light, "word": LIGHT_WORDS[one.light], "chance": saying.chance(one.chance)}
    if one.gap is not None:
        made["rows"] = [row for row in made["rows"] if row["label"] != _("差")]
        made["rows"].append(
            {"label": _("推演比规划"), "value": saying.number(one.gap, one.places, sign=True), "mark": "算"}
        )
    return made


def _tile(track: Track, measure: Measure | None) -> dict[str, Any]:
    """What the plan and the account say of a goal."""
    shown = track.dated
    rows = []
    base = track.baseline
    if base is not None:
        rows.append(_pair(_("基期 %(year)s") % {"year": base.when}, base.text, base))
    for figure in [f for f in shown if not f.baseline][: ROWS - len(rows)]:
        rows.append(_pair(_("规划 %(when)s") % {"when": figure.when}, figure.text, figure))
    known = measure is not None and measure.known
    rows.append(_measured(measure) if measure is not None and known else {"label": _("核算"), "value": "—"})
    if measure is not None and measure.gap:
        rows.append({"label": _("差"), "value": measure.gap.removeprefix(_("差 %(gap)s") % {"gap": ""})})
    increase = {"increase": _("增量"), "growth_rate": _("增速")}.get(track.mode, "")
    reason = ""
    if base is not None and track.against_baseline:
        reason = _("末年比基期 %(more)s；基期为规划原文的数") % {"more": track.against_baseline}
    return {
        "name": track.name,
        "unit": f"{track.unit} {increase}".strip(),
        "url": links.listing("goals", indicator=track.indicator, unit=track.unit),
        "light": measure.light if measure is not None else "none",
        "word": (measure.word if measure is not None else _("缺数")),
        "number": measure.text if measure is not None and known else None,
        "number_note": _number_note(measure) if measure is not None and known else "",
        "simulated": measure is not None and known and measure.simulated,
        "missing": "" if known else measure.reason if measure is not None else _("尚无核算：目标还没有认到指标"),
        "points": _points(track, measure) if len(shown) > 1 else [],
        "rows": rows,
        "reason": measure.reason if measure is not None and known else reason,
    }


def _measured(measure: Measure) -> dict[str, Any]:
    return {
        "label": _("核算 %(month)s") % {"month": measure.month}, "value": f"{measure.text} ± {measure.spread}" if measure.spread else measure.text,
        "mark": "算", "path": measure.as_of, "quote": measure.reason, "href": measure.url,
    }  # fmt: skip


def _number_note(measure: Measure) -> str:
    if measure.unfixed:
        return _("核算，口径未定")
    return (
        _("核算，年累计 %(n)d 个月") % {"n": measure.months}
        if measure.months > 1
        else _("核算 %(month)s") % {"month": measure.month}
    )


def _points(track: Track, measure: Measure | None) -> list[dict[str, object]]:
    """The plan's points, and the account's where it is one figure beside which a goal may be set."""
    points = track.points
    if measure is None or measure.value is None or measure.months > 1:
        return points
    year, month = measure.month.split("-")
    return [*points, {"x": int(year) - 1 + int(month) / 12, "y": measure.value, "kind": "actual"}]


def _pair(label: str, value: str, figure: Any) -> dict[str, Any]:
    return {"label": label, "value": value, "mark": "规", "url": figure.origin, "cite": figure.cite, "href": figure.url}


def plan_row(plan: Any) -> dict[str, Any]:
    """A plan in force: its version, and how far its review is."""
    return {
        "plan": plan,
        "url": reverse("plan-detail", args=[plan.pk]),
        "version": plan.current.number if plan.current else None,
        "facts": plan.facts,
        "pending": plan.pending,
        "parts": [{"value": plan.facts - plan.pending, "kind": "done"}, {"value": plan.pending, "kind": "rest"}],
    }


@require_POST
@page("record.read")
def pins(request: HttpRequest) -> HttpResponse:
    """Keeps the indicators that the user wants on the overview of this region."""
    access: Access = request.access  # type: ignore[attr-defined]
    names = [name[:120] for name in request.POST.getlist("indicator")]
    if len(names) > TILES:
        messages.error(request, _("最多选 %(n)d 项，选了 %(m)d 项；没有改动。") % {"n": TILES, "m": len(names)})
    else:
        pin_indicators(access, names)
        messages.success(request, _("总览改为你选的指标。") if names else _("总览恢复按规则选指标。"))
    return redirect("overview")
