"""The review page of a plan: contents, text with every fact in its place, and the list of facts with the open one as a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lvlian.brief.headings import Outline
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.plans import selectors
from lvlian.site.plans.actions.findings import AT_ONCE, check_again, settle
from lvlian.site.plans.cards import card_markup, fragment, row_markup, rows_markup, standing, told
from lvlian.site.plans.models import Fact, Finding, Version
from lvlian.site.plans.refusal import PlanError
from lvlian.site.plans.sheet import Block, blocks_of, count_paragraphs, part_at, parts_of, place_findings

LISTED = 80
"""Findings in the list beside the text; the page of findings has them all."""
KINDS = [kind for kind, _label in Fact.Kind.choices]


@require_safe
@page("plan.read")
def plan_detail(request: HttpRequest, plan_id: int) -> HttpResponse:
    """`?fact=` opens a fact, `?part=` shows a part of a long text, `?state=` and `?hide=` narrow the list, `?version=` an older one."""
    access: Access = request.access  # type: ignore[attr-defined]
    plan = selectors.plan_of(access, plan_id)
    number = request.GET.get("version", "")
    version = selectors.version_of(access, plan, int(number) if number.isdecimal() else None)
    chosen = _chosen(access, version, request.GET.get("fact", ""))
    outline = Outline(version.outline)
    length = len(version.text) or 1 + max([1, *outline.starts])
    parts = parts_of(length, outline) if version.text else parts_of(0, outline)
    asked = request.GET.get("part", "")
    if chosen is not None:
        part = part_at(parts, chosen.start)
    else:
        part = parts[min(int(asked), len(parts)) - 1] if asked.isdecimal() and int(asked) > 0 else parts[0]
    end = part.end if version.text else 1 << 30
    state = request.GET.get("state", "")
    state = state if state in Fact.State.values else ""
    facts = selectors.facts_in(access, version, part.start, end)
    hidden = [kind for kind in request.GET.get("hide", "").split(",") if kind in KINDS]
    if chosen is None and access.may("fact.review", plan):
        first = next((row for row in facts if row.state == Fact.State.PENDING), None)
        chosen = selectors.fact_of(access, first.pk) if first is not None else None
    open_id = chosen.pk if chosen is not None else None
    listed = [row for row in facts if (not state or row.state == state or row.pk == open_id) and row.kind not in hidden]
    query = _query(request, "fact")
    findings = selectors.findings_of(access, version)
    before = count_paragraphs(version.text, part.start)
    blocks = blocks_of(version.text, part, outline, facts, open_id, before + 1) if version.text else []
    inside = [row for row in findings if row.start is None or part.start <= row.start < part.end]
    loose = place_findings(blocks, inside) if blocks else inside
    may_settle = access.may("finding.settle", plan)
    head = standing(request, plan, version)
    size = head["tally"].total
    context = {
        **head,
        "part": part,
        "parts": parts,
        "text": _text(request, blocks, part.number, may_settle),
        "rows": rows_markup(listed, open_id, _card(request, chosen), query),
        "shown": len(listed),
        "first": listed[0].order + 1 if listed else 0,
        "findings": findings,
        "large": size > AT_ONCE and may_settle,
        "listed_findings": findings[:LISTED],
        "loose": loose if part.number == len(parts) else [],
        "kinds": _kind_chips(request, hidden),
        "hidden": hidden,
        "state": state,
        "states": _state_links(request, state),
        "current": version.pk == plan.current_id,
        "may_review": access.may("fact.review", plan) and version.pk == plan.current_id,
        "may_settle": may_settle,
        "may_upload": access.may("plan.upload", plan),
        "versions": selectors.versions_of(access, plan),
        "last": selectors.last_review(access, version),
        "left_behind": len(selectors.left_behind(access, plan))
        if plan.current_id == version.pk and version.number > 1
        else 0,
        "by_part": _part_of_sections(parts),
    }
    for section in context["sections"]:
        section["part"] = part_at(parts, section["start"]).number
    for chip in context["kinds"]:
        chip["count"] = context["tally"].kinds[chip["kind"]]
    for row in findings:
        row.part = part_at(parts, row.start).number if version.text and row.start is not None else 1
    return render(request, "plans/detail.html", context)


def _text(request: HttpRequest, blocks: Sequence[Block], part: int, may_settle: bool) -> SafeString:
    """The blocks of the text, each with the cards of its findings."""
    out = []
    for block in blocks:
        cards = "".join(
            fragment(request, "plans/finding.html", {"row": row, "may_settle": may_settle, "part": {"number": part}})
            for row in block.findings
        )
        out.append(f'<div class="block">{block.markup}{cards}</div>')
    return mark_safe("\n".join(out))


def _chosen(access: Access, version: Version, asked: str) -> Fact | None:
    if not asked.isdecimal():
        return None
    fact = selectors.fact_of(access, int(asked))
    if fact.version_id != version.pk:
        return None
    return fact


def _card(request: HttpRequest, fact: Fact | None) -> str:
    return card_markup(request, fact) if fact is not None else ""


def _query(request: HttpRequest, *without: str) -> str:
    kept = {
        key: value for key, value in request.GET.items() if key in ("version", "state", "hide") and key not in without
    }
    return urlencode(kept) + ("&" if kept else "")


def _kind_chips(request: HttpRequest, hidden: list[str]) -> list[dict[str, Any]]:
    chips = []
    for kind in KINDS:
        others = [other for other in hidden if other != kind]
        wanted = others if kind in hidden else [*others, kind]
        query = {key: value for key, value in request.GET.items() if key in ("version", "state", "part")}
        if wanted:
            query["hide"] = ",".join(wanted)
        chips.append(
            {"kind": kind, "label": Fact.Kind(kind).label, "on": kind not in hidden, "url": f"?{urlencode(query)}"}
        )
    return chips


def _state_links(request: HttpRequest, state: str) -> list[dict[str, Any]]:
    query = {key: value for key, value in request.GET.items() if key in ("version", "hide", "part")}
    links = [{"url": f"?{urlencode(query)}", "label": _("全部"), "on": not state}]
    for key, label in Fact.State.choices:
        links.append({"url": f"?{urlencode({**query, 'state': key})}", "label": label, "on": state == key})
    return links


def _part_of_sections(parts: Any) -> bool:
    return len(parts) > 1


# Findings ------------------------------------------------------------------------------------------------------------------
@require_POST
@page("finding.settle")
def finding_settle(request: HttpRequest, finding_id: int) -> HttpResponse:
    """记为已知, 转问询 with what is asked, or open again. Answers with the card to htmx, else goes back to the plan."""
    access: Access = request.access  # type: ignore[attr-defined]
    finding = selectors.finding_of(access, finding_id)
    revision = request.POST.get("revision", "")
    error, status, conflict = "", 200, None
    reason = request.POST.get("reason", "")
    try:
        settle(access, finding, int(revision) if revision.isdecimal() else None, request.POST.get("state", ""), reason)
        reason = ""
    except PlanError as told_error:
        error, status = str(told_error), 422
    except Conflict as found:
        conflict, status = told(found), 409
        finding = selectors.finding_of(access, finding_id)
    if request.headers.get("HX-Request"):
        context = {"row": finding, "may_settle": True, "error": error, "conflict": conflict, "typed": reason}
        return HttpResponse(fragment(request, "plans/finding.html", context), status=status)
    if error or conflict:
        messages.error(request, error or _("别人先改了这一条自查，请看现在的状态。"))
    else:
        messages.success(request, Finding.State(finding.state).label)
    plan_id = finding.version.plan_id
    part = request.POST.get("part", "")
    return redirect(f"{reverse('plan-detail', args=[plan_id])}?part={part or 1}#finding-{finding.pk}")


@require_POST
@page("finding.settle")
def plan_recheck(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Checks a large plan again, whose facts were corrected."""
    access: Access = request.access  # type: ignore[attr-defined]
    plan = selectors.plan_of(access, plan_id)
    count = check_again(access, selectors.version_of(access, plan))
    messages.success(request, _("重新核对过，自查 %(count)d 条。") % {"count": count})
    return redirect("plan-detail", plan.pk)


def decided(request: HttpRequest, fact: Fact, next_id: int | None) -> HttpResponse:
    """What htmx gets after a decision: the row, and out of band the progress line and the contents."""
    version = fact.version
    context = standing(request, version.plan, version)
    context["oob"] = True
    parts = parts_of(len(version.text), Outline(version.outline))
    for section in context["sections"]:
        section["part"] = part_at(parts, section["start"]).number
    oob = fragment(request, "plans/standing.html", context) + fragment(request, "plans/outline.html", context)
    answer = HttpResponse(f"{row_markup(fact)}<template>{oob}</template>")
    from json import dumps

    answer["HX-Trigger-After-Swap"] = dumps(
        {"fact-decided": {"id": fact.pk, "state": fact.state, "next": next_id}, "draft-clear": f"fact-{fact.pk}"}
    )
    return answer
