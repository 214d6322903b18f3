"""Versions of a plan laid side by side with all that depends on what changed, and the two readers of one version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lvlian.site import jobs
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.plans import selectors
from lvlian.site.plans.actions import review
from lvlian.site.plans.carrying import difference
from lvlian.site.plans.fieldforms import label_of, shown
from lvlian.site.plans.models import Fact, Plan, Version
from lvlian.site.plans.refusal import PlanError
from lvlian.site.plans.second import endpoint_of
from lvlian.site.plans.selectors import Dependent
from lvlian.site.plans.sheet import kind_markup


@require_safe
@page("plan.read")
def plan_difference(request: HttpRequest, plan_id: int) -> HttpResponse:
    """`?from=1&to=2`: facts added, changed, removed, and everything that rests on each. By default the version before against the one
    in force."""
    access: Access = request.access  # type: ignore[attr-defined]
    plan = selectors.plan_of(access, plan_id)
    versions = selectors.versions_of(access, plan)
    new = selectors.version_of(access, plan, _number(request, "to"))
    before = [one.number for one in versions if one.number < new.number]
    wanted = _number(request, "from") or (before[0] if before else None)
    old = selectors.version_of(access, plan, wanted) if wanted is not None else None
    context: dict[str, Any] = {"plan": plan, "versions": versions, "old": old, "new": new}
    if old is not None:
        context |= _laid_out(access, plan, old, new)
    context["may_review"] = access.may("fact.review", plan)
    context["may_upload"] = access.may("plan.upload", plan)
    return render(request, "plans/difference.html", context)


def _laid_out(access: Access, plan: Plan, old: Version, new: Version) -> dict[str, Any]:
    found = difference(selectors.rows_of(access, old), selectors.rows_of(access, new))
    left = {fact.pk: fact for fact in selectors.left_behind(access, plan)}
    touched = [*(pair[0] for pair in found.changed), *(pair[1] for pair in found.changed), *found.removed]
    strays = [fact for fact in left.values() if fact.pk not in {row.pk for row in touched}]
    resting = selectors.dependents(access, [*touched, *strays])
    changed = [
        {
            "old": before,
            "new": after,
            "kind": kind_markup(after.kind),
            "fields": fields_changed(before, after),
            "depends": _both(resting[before.pk], resting[after.pk]),
            "undecided": before.pk in left,
        }
        for before, after in found.changed
    ]
    removed = [
        {"old": row, "kind": kind_markup(row.kind), "depends": resting[row.pk], "undecided": row.pk in left}
        for row in [*found.removed, *strays]
    ]
    added = [{"new": row, "kind": kind_markup(row.kind)} for row in found.added]
    return {
        "changed": changed,
        "removed": removed,
        "added": added,
        "same": len(found.same),
        "undecided": len(left),
    }


def _both(one: list[Dependent], other: list[Dependent]) -> list[Dependent]:
    """What rests on either of two facts, each once."""
    return list({(item.kind, item.name): item for item in [*one, *other]}.values())


def fields_changed(before: Fact, after: Fact) -> list[dict[str, str]]:
    """The fields in which two facts about one thing differ."""
    one, other = before.values, after.values
    return [
        {"label": label_of(name), "old": shown(one.get(name)), "new": shown(other.get(name))}
        for name in dict.fromkeys([*one, *other])
        if one.get(name) != other.get(name)
    ]


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() else None


@require_POST
@page("fact.review")
def fact_left(request: HttpRequest, fact_id: int) -> HttpResponse:
    """What becomes of the record of a fact that the version in force does not say: `do` withdraw or keep (with a reason)."""
    access: Access = request.access  # type: ignore[attr-defined]
    fact = selectors.fact_of(access, fact_id)
    text = request.POST.get("revision", "")
    revision = int(text) if text.isdecimal() else -1
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("do") == "keep":
            review.keep(access, fact, revision, reason)
            messages.success(request, fact.title, extra_tags="word:" + str(_("已保留")))
        else:
            review.withdraw(access, fact, revision, reason)
            messages.success(request, fact.title, extra_tags="word:" + str(_("已撤回")))
    except PlanError as told:
        messages.error(request, str(told))
    except Conflict:
        messages.error(request, _("别人先决定了这一条，请看现在的状态。"))
    return redirect(reverse("plan-difference", args=[fact.version.plan_id]) + "#removed")


@require_safe
@page("plan.read")
def plan_readers(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Where the rules and the second reader do not agree; how to set a second reader up where there is none."""
    access: Access = request.access  # type: ignore[attr-defined]
    plan = selectors.plan_of(access, plan_id)
    version = selectors.version_of(access, plan)
    rows = [row for row in selectors.rows_of(access, version) if row.second] if version.second else []
    differing = [
        {
            "fact": row,
            "kind": kind_markup(row.kind),
            "fields": [
                {"label": label_of(name), "rules": shown(row.data.get(name)), "model": shown(value)}
                for name, value in row.second.get("fields", {}).items()
            ],
        }
        for row in rows
        if row.second.get("state") == "differ"
    ]
    only = [{"fact": row, "kind": kind_markup(row.kind)} for row in rows if row.second.get("state") == "only_rules"]
    context = {
        "plan": plan,
        "version": version,
        "second": version.second,
        "differing": differing,
        "only_rules": only,
        "only_model": [{**one, "label": kind_markup(one["kind"])} for one in version.second.get("only", [])],
        "agreed": sum(1 for row in rows if row.second.get("state") == "agreed"),
        "endpoint": endpoint_of(),
        "may_run": access.may("plan.upload", plan) and bool(version.text),
        "may_review": access.may("fact.review", plan),
    }
    return render(request, "plans/readers.html", context)


@require_POST
@page("plan.upload")
def plan_read_again(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Starts the job in which the second reader reads the version in force."""
    access: Access = request.access  # type: ignore[attr-defined]
    plan = selectors.plan_of(access, plan_id)
    version = selectors.version_of(access, plan)
    access.need("plan.upload", plan)
    if endpoint_of() is None or not version.text:
        messages.error(request, _("没有配置第二读者，或没有正文可读。"))
        return redirect("plan-readers", plan.pk)
    title = _("第二读者读 %(title)s") % {"title": plan.title}
    job = jobs.start(access, "second-reader", title[:200], plan.region, {"plan": plan.pk})
    return redirect("job", job.pk)
