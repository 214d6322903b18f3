"""One's own account: sessions, second factor, recovery codes, tokens, preferences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_otp
import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from lvlian.site.org import actions
from lvlian.site.org.access import OWN, Access, page, settle_due
from lvlian.site.org.actions import Refused
from lvlian.site.org.forms import CodeForm, ConfirmForm, PreferencesForm, TokenForm
from lvlian.site.org.selectors import landing
from lvlian.site.org.selectors_people import codes_left, grants_of, has_second_factor, own_token, sessions_of, tokens_of
from lvlian.site.org.views.entrance import keep_language, safe_next

KEY = "totp_key"
"""Where the session keeps the key of an authenticator that is being set up."""


@page(OWN)
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    return _account_page(request)


def _account_page(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    user: Any = access.user
    preferences = {"language": user.preferences.get("language", "zh"), "keys": user.preferences.get("keys", True)}
    context = {
        "person": user,
        "grants": grants_of(user),
        "sessions": sessions_of(user, request.session.session_key),
        "device": has_second_factor(user),
        "asked": any(held.role.key in settings.TOTP_ROLES for held in access.held),
        "codes_left": codes_left(user),
        "tokens": tokens_of(user),
        "now": timezone.now(),
        "token_form": TokenForm(initial={"ends_on": timezone.localdate() + timedelta(days=90)}),
        "off_form": ConfirmForm(user, prefix="off"),
        "preferences_form": PreferencesForm(initial=preferences),
        "idle_minutes": settings.ENVIRONMENT.idle_minutes,
    } | context
    return render(request, "org/account.html", context, status=status)


@page(OWN)
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Ends one of one's own sessions; the present one ends by logging out."""
    if actions.end_own_session(request.access, request.POST.get("session", "")):  # type: ignore[attr-defined]
        messages.success(request, _("会话已结束。"), extra_tags="word:" + _("已办"))
    return redirect("account")


# Second factor -----------------------------------------------------------------------------------------------------------
@page(OWN, settled=False)
@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """The QR code for an authenticator, then the recovery codes, once."""
    access: Access = request.access  # type: ignore[attr-defined]
    user: Any = access.user
    if user.must_change:
        return redirect("password")
    if has_second_factor(user):
        return redirect("account")
    form, status = CodeForm(request.POST or None), 200
    key = request.session.get(KEY)
    if request.method == "POST" and key:
        status = 422
        if form.is_valid():
            try:
                device, codes = actions.set_up_device(access, key, form.cleaned_data["code"])
            except Refused as refused:
                form.add_error("code", str(refused))
            else:
                django_otp.login(request, device)
                del request.session[KEY]
                settle_due(request, "")
                return _codes_page(request, codes, safe_next(request) or landing(access))
    if not key:
        key = request.session[KEY] = random_hex()
    address = TOTPDevice(user=user, key=key).config_url
    secret = _secret_of(address)
    context = {
        "form": form,
        "qr": mark_safe(segno.make(address, error="m").svg_inline(scale=4, border=2, dark="#1b2226")),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "next": safe_next(request),
        "due": "device_due" in request.session,
    }
    return render(request, "org/set_up.html", context, status=status)


def _secret_of(address: str) -> str:
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(address).query)["secret"][0]


def _codes_page(request: HttpRequest, codes: list[str], onwards: str) -> HttpResponse:
    shown = [f"{code[:4]}-{code[4:]}" for code in codes]
    return render(request, "org/codes.html", {"codes": shown, "onwards": onwards})


@page(OWN)
@require_POST
@never_cache
@sensitive_post_parameters("off-present")
def turn_off(request: HttpRequest) -> HttpResponse:
    """Without a second factor again, or with new recovery codes (`renew`); both ask for the password."""
    access: Access = request.access  # type: ignore[attr-defined]
    form = ConfirmForm(access.user, request.POST, prefix="off")  # type: ignore[arg-type]
    if not form.is_valid():
        return _account_page(request, status=422, off_form=form)
    if request.POST.get("renew"):
        return _codes_page(request, actions.renew_codes(access), "/account/")
    if any(held.role.key in settings.TOTP_ROLES for held in access.held):
        form.add_error(None, _("管理员须用第二因子，不能关。"))
        return _account_page(request, status=422, off_form=form)
    actions.drop_own_device(access)
    messages.success(request, _("第二因子已关，登录只用口令。"))
    return redirect("account")


# Tokens and preferences --------------------------------------------------------------------------------------------------
@page(OWN)
@require_POST
@never_cache
def make_token(request: HttpRequest) -> HttpResponse:
    """A new token; its text is in this answer and nowhere else."""
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            token, raw = actions.make_token(request.access, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _account_page(request, token=token, raw=raw)
    return _account_page(request, status=422, token_form=form)


@page(OWN)
@require_POST
def end_token(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    actions.end_token(access, own_token(access, pk))
    messages.success(request, _("密钥已收回。"), extra_tags="word:" + _("已办"))
    return redirect("account")


@page(OWN)
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _account_page(request, status=422, preferences_form=form)
    actions.set_preferences(request.access, **form.cleaned_data)  # type: ignore[attr-defined]
    messages.success(request, _("偏好已保存。"))
    answer = redirect("account")
    keep_language(answer, form.cleaned_data["language"])
    return answer
