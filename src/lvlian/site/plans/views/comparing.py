"""Plans side by side (who promises what, by when), and the files that a plan can be taken away in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from lvlian.brief.assessed import Assessed
from lvlian.brief.comparison import compare
from lvlian.brief.figures import goal_value, incentive_amount, when_zh, with_unit
from lvlian.finding import Evidence
from lvlian.finding import Finding as Found
from lvlian.site.org.access import Access, page
from lvlian.site.plans import selectors
from lvlian.site.plans.models import Fact, Finding, Plan, Version
from lvlian.site.plans.reading import ids_of, plan_facts

MOST = 6
"""Plans that are laid side by side."""


def assessed(access: Access, version: Version, *, standing: bool = False) -> tuple[Assessed, list[Fact]]:
    """A version with its findings in the engine's form, and its rows in that order."""
    facts, rows = plan_facts(version, selectors.rows_of(access, version), standing=standing)
    numbers = {pk: place for place, pk in ids_of(rows).items()}
    findings = [
        Found(
            code=row.code,
            severity=Finding.Severity(row.severity).value,  # type: ignore[arg-type]
            message_zh=row.message_zh,
            message_en=row.message_en,
            arithmetic=tuple(row.arithmetic),
            assumptions=tuple(row.assumptions),
            document=facts.name,
            facts=tuple(_evidence(item, numbers) for item in row.evidence),
        )
        for row in selectors.findings_of(access, version)
    ]
    return Assessed(facts, tuple(findings)), rows


def _evidence(item: dict[str, Any], numbers: dict[int, tuple[str, int]]) -> Evidence:
    place = numbers.get(item.get("fact", 0))
    return Evidence(
        kind=item.get("kind", "text"),
        quote=item.get("quote", ""),
        index=place[1] if place else None,
        start=item.get("start"),
        section=item.get("section", ""),
    )


@require_safe
@page("plan.read")
def plan_compare(request: HttpRequest) -> HttpResponse:
    """`?plan=1&plan=2…`: one row for each indicator, a column for each plan; `?format=xlsx` as a workbook."""
    access: Access = request.access  # type: ignore[attr-defined]
    ids = list(dict.fromkeys(int(text) for text in request.GET.getlist("plan") if text.isdecimal()))[:MOST]
    plans = selectors.plans_by_id(access, ids)
    items, rows_by_plan = [], []
    for plan in plans:
        version = plan.current
        assert version is not None
        version.plan = plan
        item, rows = assessed(access, version)
        items.append(item)
        rows_by_plan.append({place: row for row, place in zip(rows, ids_of(rows), strict=True)})
    if request.GET.get("format") == "xlsx" and items:
        from lvlian.brief.workbook import brief_workbook

        return file_response(brief_workbook(items, language=_language(request)), f"{_('规划并排')}.xlsx")
    context: dict[str, Any] = {"plans": plans, "choices": _choices(access, plans)}
    if items:
        comparison = compare(items)
        context |= {
            "titles": comparison.titles,
            "shared": [_row(row, plans, rows_by_plan) for row in comparison.shared],
            "single": [_row(row, plans, rows_by_plan) for row in comparison.single],
            "incentives": _incentives(items, plans, rows_by_plan),
            "xlsx": "?" + "&".join([*(f"plan={plan.pk}" for plan in plans), "format=xlsx"]),
        }
    return render(request, "plans/compare.html", context)


def _choices(access: Access, chosen: list[Plan]) -> list[dict[str, Any]]:
    ids = [plan.pk for plan in chosen]
    return [{"plan": plan, "on": plan.pk in ids} for plan in selectors.plans_here(access)]


def _row(row: Any, plans: list[Plan], numbers: list[dict[tuple[str, int], Fact]]) -> dict[str, Any]:
    cells = []
    for at, promises in enumerate(row.cells):
        cell = []
        for promise in sorted(promises, key=lambda one: (one.goal.when or "9999", one.goal.value)):
            fact = numbers[at].get(("goals", promise.members[0]))
            cell.append(
                {
                    "name": promise.goal.indicator if len(row.names) > 1 else "",
                    "value": with_unit(goal_value(promise.goal), promise.goal.unit),
                    "when": when_zh(promise.goal.when, promise.goal.when_op),
                    "baseline": promise.goal.mode == "baseline",
                    "fact": fact,
                }
            )
        cells.append(cell)
    return {"name": row.name, "cells": cells}


def _incentives(
    items: list[Assessed], plans: list[Plan], numbers: list[dict[tuple[str, int], Fact]]
) -> list[dict[str, Any]]:
    rows: dict[str, list[list[dict[str, Any]]]] = {}
    for at, item in enumerate(items):
        for index, incentive in enumerate(item.facts.incentives):
            cells = rows.setdefault(incentive.benefit, [[] for _ in items])
            cells[at].append({"who": incentive.who, "amount": incentive_amount(incentive), "duration": incentive.duration or "",
                              "fact": numbers[at].get(("incentives", index))})  # fmt: skip
    ordered = sorted(rows.items(), key=lambda pair: (-sum(bool(cell) for cell in pair[1]), pair[0]))
    return [{"name": name, "cells": cells} for name, cells in ordered]


# Files ---------------------------------------------------------------------------------------------------------------------
@require_safe
@page("export.make")
def plan_export(request: HttpRequest, plan_id: int, form: str) -> HttpResponse:
    """The facts as JSON or Excel, the brief as a page, a paper or a workbook. Facts that were rejected are left out."""
    access: Access = request.access  # type: ignore[attr-defined]
    access.need("plan.read")
    plan = selectors.plan_of(access, plan_id)
    number = request.GET.get("version", "")
    version = selectors.version_of(access, plan, int(number) if number.isdecimal() else None)
    item, _rows = assessed(access, version, standing=request.GET.get("standing") == "1")
    language = _language(request)
    stem = (plan.title or item.facts.name)[:60]
    if form == "json":
        from lvlian.plan.export import facts_json

        return file_response(facts_json(item.facts).encode(), f"{stem}.json", "application/json")
    if form == "xlsx":
        from lvlian.brief.facts_xlsx import facts_workbook

        return file_response(facts_workbook([item.facts], language=language), f"{stem} {pgettext('all', '事实')}.xlsx")
    if form == "brief-html":
        from lvlian.brief.page import render_page

        return file_response(
            render_page([item], language=language).encode("utf-8", "replace"), f"{stem} {_('简报')}.html", "text/html"
        )
    if form == "brief-docx":
        from lvlian.brief.paper import paper_bytes

        return file_response(paper_bytes([item]), f"{stem} {_('简报')}.docx")
    if form == "brief-xlsx":
        from lvlian.brief.workbook import brief_workbook

        return file_response(brief_workbook([item], language=language), f"{stem} {_('简报')}.xlsx")
    raise Http404


def file_response(content: bytes, name: str, kind: str = "application/octet-stream") -> HttpResponse:
    """A file to be saved, never shown: what a plan says must not run as a page of this site."""
    safe = "".join(char for char in name if char.isprintable() and char not in '\\/:*?"<>|').lstrip("=+-@. ") or "file"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(safe)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _language(request: HttpRequest) -> str:
    return "en" if getattr(request, "LANGUAGE_CODE", "") == "en" else "zh"
