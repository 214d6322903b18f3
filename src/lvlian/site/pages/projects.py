"""项目: the Gantt of a page of projects, their list, and the milestones of one project with what may be changed in them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from lvlian.site.frame import today
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.saying import factor_name
from lvlian.site.ledger.selectors_balance import goal_name, waiting_for
from lvlian.site.org.access import Access, page, scoped
from lvlian.site.org.chain import Conflict
from lvlian.site.pages import links
from lvlian.site.pages.gantt import gantt
from lvlian.site.pages.kept import kept
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.pages.selectors_projects import (
    LIGHTS,
    factors_needed,
    goals_with_projects,
    light_counts,
    milestones_of,
    narrowed,
    page_of,
    plan_years,
    plans_here,
    project_rows,
    registers_of_projects,
    stages_here,
    supplies_here,
    units_with_projects,
    with_lanes,
)
from lvlian.site.plans.actions.milestones import Refused, finish, move
from lvlian.site.plans.light import word_of
from lvlian.site.plans.models import Milestone, Project

SIZE = 30


@require_GET
@page("record.read")
def projects(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    day = today()
    fresh(day)
    narrowing = Narrowing(request.GET)
    words = narrowing.told("q", _("含"))
    kind = narrowing.choice("kind", _("清单"), [("all", _("连同要素工程")), *registers_of_projects()])
    factor = narrowing.choice("factor", _("要素"), [(key, factor_name(key)) for key in factors_needed(access)])
    unit = narrowing.choice("unit", _("责任单位"), [(u.pk, str(u)) for u in units_with_projects(access)])
    plans = plans_here(access)
    plan = narrowing.choice("plan", _("规划"), [(p.pk, p.title) for p in plans])
    years = plan_years(plans, day.year, narrowing.number("year"))
    year = narrowing.choice("year", _("时间"), [(y, y) for y in years])
    stage = narrowing.choice("stage", _("阶段"), stages_here(access, kind))
    goal = narrowing.choice("goal", _("影响目标"), [(g.pk, goal_name(g)) for g in goals_with_projects(access)])
    rows = narrowed(
        access,
        kind="" if kind == "all" else kind or "-",
        factor=factor,
        stage=stage,
        goal=int(goal) if goal else None,
        unit=int(unit) if unit else None,
        plan=int(plan) if plan else None,
        year=int(year) if year else None,
        words=words,
    )
    counts = kept(
        access,
        "projects",
        (unit, plan, year, words, kind, factor, stage, goal),
        day,
        lambda: light_counts(rows, day),
        lambda made: sum(made.values()),
    )
    light = narrowing.choice("light", _("灯"), [(key, word_of(key), counts[key]) for key in LIGHTS])
    chosen = {light: counts[light]} if light else counts
    total = sum(chosen.values())
    found = narrowing.page(range(total), SIZE)  # type: ignore[arg-type]
    ids = page_of(rows, chosen, (found.number - 1) * SIZE, SIZE, day)
    shown = with_lanes(access, project_rows(access, ids, day), day)
    context: dict[str, Any] = {
        "narrowing": narrowing,
        "found": found,
        "rows": shown,
        "total": total,
        "all": sum(counts.values()),
        "steps": milestones_of(access, rows),
        "factors": supplies_here(access) if access.may("dispatch.see") else 0,
        "sees_factors": access.may("dispatch.see"),
        "gantt": gantt(shown, day) if shown else None,
        "lights": [(key, word_of(key), counts[key], narrowing.address(light=key)) for key in LIGHTS],
    }
    return render(request, "pages/projects.html", context)


# The milestones of a project ---------------------------------------------------------------------------------------------
class MoveForm(forms.Form):
    """The date that is now expected, with its reason; empty goes back to the promise."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    expected = forms.DateField(
        label=gettext_lazy("现日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    why = forms.CharField(label=gettext_lazy("改期理由"), required=False, max_length=300)


class DoneForm(forms.Form):
    """The day on which it was reached; empty takes it back."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    done = forms.DateField(
        label=gettext_lazy("完成日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def milestone_context(access: Access, project: Project) -> dict[str, Any]:
    """What `pages/project_milestones.html` needs; the page of a project includes it."""
    row = project_rows(access, [project.pk], today())
    steps = row[0].steps if row else []
    may = access.may("record.edit", project)
    return {
        "project": project,
        "steps": [{"step": step, **(_forms(step.milestone) if may else {})} for step in steps],
        "may_edit": may,
        "may_report": access.may("issue.open"),
        "item": row[0].item if row else None,
        "light": row[0].light if row else None,
        "reasons": row[0].reasons if row else (),
        "proposals": waiting_for(access, [row[0].item.pk]) if row and row[0].item is not None else [],
    }


def _forms(milestone: Milestone) -> dict[str, forms.Form]:
    prefix = f"m{milestone.pk}"
    return {
        "move_form": MoveForm(
            prefix=prefix,
            initial={"revision": milestone.revision, "expected": milestone.expected, "why": milestone.why},
        ),
        "done_form": DoneForm(prefix=prefix, initial={"revision": milestone.revision, "done": milestone.done}),
    }


@require_GET
@page("record.read")
def project_milestones(request: HttpRequest, pk: int) -> HttpResponse:
    """The milestones of a project with their forms: a page, or the fragment alone for a page that fetches it."""
    access: Access = request.access  # type: ignore[attr-defined]
    project = scoped(Project, access).filter(pk=pk).first()
    if project is None:
        raise Http404
    return render(request, _template(request), milestone_context(access, project))


def _template(request: HttpRequest) -> str:
    return "pages/project_milestones.html" if getattr(request, "htmx", False) else "pages/project_page.html"


@require_POST
@page("record.edit")
def milestone_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Moves the expected date of a milestone."""
    milestone = _milestone(request, pk)
    form = MoveForm(request.POST, prefix=f"m{pk}")
    if not form.is_valid():
        return _again(request, milestone, move_form=form)

    def act(access: Access) -> Milestone:
        values = form.cleaned_data
        return move(access, milestone, values["revision"], values["expected"], values["why"])

    return _carried_out(request, milestone, form, "move_form", act)


@require_POST
@page("record.edit")
def milestone_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Says when a milestone was reached, or takes that back."""
    milestone = _milestone(request, pk)
    form = DoneForm(request.POST, prefix=f"m{pk}")
    if not form.is_valid():
        return _again(request, milestone, done_form=form)

    def act(access: Access) -> Milestone:
        return finish(access, milestone, form.cleaned_data["revision"], form.cleaned_data["done"], today=today())

    return _carried_out(request, milestone, form, "done_form", act)


def _milestone(request: HttpRequest, pk: int) -> Milestone:
    access: Access = request.access  # type: ignore[attr-defined]
    milestone = scoped(Milestone, access).filter(pk=pk).select_related("project__region", "project__plan").first()
    if milestone is None:
        raise Http404
    if not access.may("record.edit", milestone.project):
        raise PermissionDenied("record.edit")
    return milestone  # type: ignore[no-any-return]


def _carried_out(request: HttpRequest, milestone: Milestone, form: forms.Form, name: str, act: Any) -> HttpResponse:
    """Does it; what was refused or lost the race is shown with everything that was typed."""
    try:
        changed = act(request.access)  # type: ignore[attr-defined]
    except Refused as refused:
        form.add_error(refused.field, str(refused))
        return _again(request, milestone, **{name: form})
    except Conflict as conflict:
        milestone = conflict.row  # type: ignore[assignment]
        form.data = form.data.copy()
        form.data[form.add_prefix("revision")] = str(milestone.revision)
        return _again(request, milestone, status=409, conflict=conflict, **{name: form})
    messages.success(request, _("%(milestone)s 已改。") % {"milestone": changed})
    if getattr(request, "htmx", False):
        answer = render(request, "pages/project_milestones.html", milestone_context(request.access, changed.project))  # type: ignore[attr-defined]
        answer["HX-Trigger"] = f'{{"draft-clear": "milestone-{changed.pk}"}}'
        return answer
    return redirect(links.steps(changed.project_id, changed.pk))


def _again(
    request: HttpRequest, milestone: Milestone, status: int = 422, conflict: Conflict | None = None, **shown: forms.Form
) -> HttpResponse:
    """The forms once more, the one that was sent as it was typed."""
    context = milestone_context(request.access, milestone.project)  # type: ignore[attr-defined]
    for row in context["steps"]:
        if row["step"].milestone.pk == milestone.pk:
            row.update(shown, open=True, conflict=_told(conflict) if conflict else None)
    return render(request, _template(request), {**context, "wrong": True}, status=status)


def _told(conflict: Conflict) -> list[dict[str, Any]]:
    """Who changed what, for the second person."""
    names = {"expected": _("现日期"), "why": _("改期理由"), "done": _("完成日期"), "due": _("承诺日期")}
    return [
        {
            "who": change.record.actor_name,
            "at": change.record.at,
            "fields": [
                {"name": names.get(key, key), "old": change.before.get(key), "new": new}
                for key, new in change.after.items()
            ],
        }
        for change in conflict.changes
    ]
