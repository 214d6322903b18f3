"""The people of a region: the list, a person's page, and what administrators do there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lvlian.site.org import actions
from lvlian.site.org.access import Access, page
from lvlian.site.org.actions import Refused
from lvlian.site.org.chain import Conflict
from lvlian.site.org.forms import GrantForm, PersonForm
from lvlian.site.org.models import User
from lvlian.site.org.roles import ROLE_CHOICES, ROLES
from lvlian.site.org.selectors import lock_minutes
from lvlian.site.org.selectors_people import (
    firms_for,
    grant_in_scope,
    grants_of,
    has_second_factor,
    people_lines,
    people_of,
    person_in_scope,
    regions_for,
    sessions_of,
    units_for,
)
from lvlian.site.org.wording import changes_in_words

STATES = (
    ("active", gettext_lazy("启用")),
    ("disabled", gettext_lazy("停用")),
    ("must", gettext_lazy("须改口令")),
    ("locked", gettext_lazy("已锁定")),
    ("none", gettext_lazy("没有角色")),
)
FILTERS = ("q", "region", "role", "state")


@page("people.read")
def people(request: HttpRequest) -> HttpResponse:
    """Who is there, and what each may do."""
    access: Access = request.access  # type: ignore[attr-defined]
    chosen = {name: request.GET.get(name, "").replace("\x00", "").strip() for name in FILTERS}
    shown = Paginator(people_of(access, **chosen), 50).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "lines": people_lines(shown.object_list),
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "regions": regions_for(access, "people.read"),
        "roles": ROLE_CHOICES,
        "states": STATES,
        "may_add": access.may("people.edit"),
    }
    return render(request, "org/people.html", context)


@page("people.edit")
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """A new person; the first password is in the answer and nowhere else."""
    access: Access = request.access  # type: ignore[attr-defined]
    form, status = PersonForm(regions_for(access, "people.edit"), request.POST or None), 200
    if request.method == "POST":
        if form.is_valid():
            person, password = actions.add_person(access, **form.cleaned_data)
            return render(request, "org/first_password.html", {"person": person, "password": password, "new": True})
        status = 422
    return render(request, "org/person_add.html", {"form": form}, status=status)


@page("people.read")
@never_cache
def person(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    return _person_page(request, person_in_scope(access, pk))


def _person_page(request: HttpRequest, who: User, status: int = 200, **context: Any) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    own = access.user is not None and access.user.pk == who.pk
    may_edit, may_grant, may_end = (
        access.may(permission, who) for permission in ("people.edit", "grant.edit", "session.end")
    )
    context = {
        "person": who,
        "own": own,
        "grants": grants_of(who),
        "locked": lock_minutes(who.username),
        "device": has_second_factor(who),
        "sessions": sessions_of(who) if may_end else [],
        "may_audit": access.may("audit.read"),
        "may_edit": may_edit,
        "may_grant": may_grant and not own,
        "may_end": may_end,
        "form": PersonForm(regions_for(access, "people.edit"), instance=who) if may_edit else None,
        "grant_form": _grant_form(access) if may_grant and not own else None,
        "bound": {key: role.bound for key, role in ROLES.items() if role.bound},
    } | context
    return render(request, "org/person.html", context, status=status)


def _grant_form(access: Access, *args: Any) -> GrantForm:
    return GrantForm(*(choices(access, "grant.edit") for choices in (regions_for, units_for, firms_for)), *args)


def _doing(
    permission: str, told: Callable[[User], str]
) -> Callable[[Callable[[Access, User], object]], Callable[..., HttpResponse]]:
    """A view of one button on a person's page: acts, says what was done, and comes back; a refusal is told on the page."""

    def wrap(act: Callable[[Access, User], object]) -> Callable[..., HttpResponse]:
        @page(permission)
        @require_POST
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            access: Access = request.access  # type: ignore[attr-defined]
            who = person_in_scope(access, pk)
            try:
                act(access, who)
            except Refused as refused:
                return _person_page(request, who, status=422, refused=str(refused))
            messages.success(request, told(who), extra_tags="word:" + _("已办"))
            return redirect("people-person", pk)

        return view

    return wrap


disable = _doing("people.edit", lambda who: _("%s已停用，会话与密钥已结束。") % who)(actions.disable_person)
enable = _doing("people.edit", lambda who: _("%s已启用。") % who)(actions.enable_person)
unlock = _doing("session.end", lambda who: _("%s已解锁。") % who)(actions.unlock)
end_sessions = _doing("session.end", lambda who: _("%s的会话已结束。") % who)(actions.end_sessions)
drop_device = _doing("session.end", lambda who: _("%s的第二因子已去掉。") % who)(actions.drop_device)


@page("people.edit")
@require_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, phone, home; told what changed where somebody else was quicker."""
    access: Access = request.access  # type: ignore[attr-defined]
    who = person_in_scope(access, pk)
    form = PersonForm(regions_for(access, "people.edit"), request.POST, instance=person_in_scope(access, pk))
    if not form.is_valid():
        return _person_page(request, who, status=422, form=form)
    told = request.POST.get("revision", "")
    try:
        actions.edit_person(access, who, int(told) if told.isdecimal() else 0, **form.cleaned_data)
    except Refused as refused:
        return _person_page(request, who, status=422, form=form, refused=str(refused))
    except Conflict as conflict:
        lines = [(change.record, changes_in_words(change)) for change in conflict.changes]
        return _person_page(request, person_in_scope(access, pk), status=409, form=form, conflict=lines or True)
    messages.success(request, _("%s已改。") % who)
    return redirect("people-person", pk)


@page("people.edit")
@require_POST
@never_cache
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A new first password; it is in the answer and nowhere else."""
    access: Access = request.access  # type: ignore[attr-defined]
    who = person_in_scope(access, pk)
    try:
        password = actions.reset_password(access, who)
    except Refused as refused:
        return _person_page(request, who, status=422, refused=str(refused))
    return render(request, "org/first_password.html", {"person": who, "password": password})


@page("grant.edit")
@require_POST
def give(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    who = person_in_scope(access, pk)
    form = _grant_form(access, request.POST)
    if form.is_valid():
        try:
            actions.give_role(access, who, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("角色已授予，下一次打开页面时生效。"))
            return redirect("people-person", pk)
    return _person_page(request, who, status=422, grant_form=form)


@page("grant.edit")
@require_POST
def withdraw(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    who = person_in_scope(access, pk)
    try:
        actions.withdraw_role(access, grant_in_scope(access, who, grant))
    except Refused as refused:
        return _person_page(request, who, status=422, refused=str(refused))
    messages.success(request, _("角色已收回。"))
    return redirect("people-person", pk)
