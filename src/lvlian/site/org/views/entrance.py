"""Login, second factor, logout, password; the switches of region and language."""

from __future__ import annotations

from typing import Any

import django_otp
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lvlian.site.middleware import LANGUAGE_COOKIE
from lvlian.site.org import actions
from lvlian.site.org.access import OWN, Access, has_device, page, public, settle_due
from lvlian.site.org.forms import CodeForm, LoginForm, PasswordForm
from lvlian.site.org.selectors import (
    demo_accounts,
    landing,
    lock_minutes,
    must_have_device,
    password_expired,
    region_to_choose,
    seconds_until_code,
)


def safe_next(request: HttpRequest, default: str = "") -> str:
    """Where to go on: the address in `next` if it is one of this site's own pages."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return default


def _goes_on(request: HttpRequest, access: Access) -> HttpResponse:
    return HttpResponseRedirect(safe_next(request) or landing(access))


@public
@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Name and password. What else is needed, the door of the page that is gone to asks for."""
    access: Access = request.access  # type: ignore[attr-defined]
    if request.method != "POST":
        if access.user is not None:
            return _goes_on(request, access)
        return _login_page(request, LoginForm())
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _login_page(request, form, status=422)
    user: Any = auth.authenticate(request, **form.cleaned_data)
    if user is None:
        form.add_error(None, _("账号或口令不对，或账号已停用。大小写要一致；忘记口令请系统管理员重置。"))
        return _login_page(request, form, status=422)
    actions.sweep_sessions()
    auth.login(request, user)
    access = request.access = Access.of(user, address=access.address)  # type: ignore[attr-defined]
    if must_have_device(access):
        settle_due(request, "device")
    if password_expired(user):
        actions.expire_password(access)
    answer = _goes_on(request, access)
    if chosen := user.preferences.get("language"):
        keep_language(answer, chosen)
    return answer


def _login_page(request: HttpRequest, form: LoginForm, status: int = 200, **context: Any) -> HttpResponse:
    context |= {
        "form": form,
        "next": safe_next(request),
        "idle": settings.ENVIRONMENT.idle_minutes if request.GET.get("idle") else 0,
        "accounts": demo_accounts() if settings.ENVIRONMENT.demo else [],
    }
    return render(request, "org/login.html", context, status=status)


def locked_out(request: HttpRequest, response: Any = None, credentials: dict[str, str] | None = None) -> HttpResponse:
    """Instead of the answer to a login on a locked account: how long it stays locked and who unlocks it."""
    username = str((credentials or {}).get("username") or request.POST.get("username", ""))
    form = LoginForm(initial={"username": username})
    context = {
        "locked": lock_minutes(username) or settings.ENVIRONMENT.lockout_minutes,
        "attempts": settings.ENVIRONMENT.attempts,
    }
    return _login_page(request, form, status=429, **context)


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("login")


@public
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator, or one of the recovery codes."""
    access: Access = request.access  # type: ignore[attr-defined]
    if access.user is None:
        return redirect("login")
    if request.user.is_verified() or not has_device(access.user):  # type: ignore[union-attr]
        return _goes_on(request, access)
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            code = form.cleaned_data["code"]
            wait = seconds_until_code(access.user, code)
            device = None if wait else actions.match_code(access.user, code)
            if device is not None:
                django_otp.login(request, device)
                actions.note_verified(request, access.user, type(device).__name__)
                return _goes_on(request, access)
            actions.note_failed_code(request, access.user)
            wait = wait or seconds_until_code(access.user, code)
            words = _("验证码不对，或已过期、已用过。") + (_("请等 %d 秒再试。") % wait if wait else "")
            form.add_error("code", words)
    context = {"form": form, "next": safe_next(request)}
    return render(request, "org/second_factor.html", context, status=status)


@page(OWN, settled=False)
@never_cache
@sensitive_post_parameters("present", "new", "again")
def password(request: HttpRequest) -> HttpResponse:
    """A new password of one's own; the first page after the first login."""
    access: Access = request.access  # type: ignore[attr-defined]
    assert access.user is not None
    form, status = PasswordForm(access.user, request.POST or None), 200
    if request.method == "POST":
        if form.is_valid():
            user = actions.change_password(access, form.cleaned_data["new"])
            auth.update_session_auth_hash(request, user)
            from django.contrib import messages

            messages.success(request, _("口令已改，其他会话已结束。"))
            return _goes_on(request, access)
        status = 422
    context = {
        "form": form, "next": safe_next(request), "first": access.user.must_change,
        "days": settings.ENVIRONMENT.password_days, "expired": password_expired(access.user),
    }  # fmt: skip
    return render(request, "org/password.html", context, status=status)


@page(OWN)
@require_POST
def region_choose(request: HttpRequest) -> HttpResponse:
    """Which region the pages are about; empty: all that the user sees."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_to_choose(access, request.POST.get("region", ""))
    request.session["region"] = region.pk
    return HttpResponseRedirect(safe_next(request) or landing(access))


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Chinese or English, kept in a cookie, and with the account for the next login."""
    access: Access = request.access  # type: ignore[attr-defined]
    chosen = "en" if request.POST.get("language") == "en" else "zh"
    answer = HttpResponseRedirect(safe_next(request, "/"))
    keep_language(answer, chosen)
    if access.user is not None and access.user.preferences.get("language", "zh") != chosen:
        actions.set_preferences(access, language=chosen)
    return answer


def keep_language(answer: HttpResponse, chosen: str) -> None:
    answer.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=365 * 86400,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
