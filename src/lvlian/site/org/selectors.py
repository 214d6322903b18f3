"""Reads of regions, units, firms and people, always through the user's scope."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Q, Sum
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from lvlian.site.org.access import Access, has_device, scoped
from lvlian.site.org.models import ApiToken, Region, User


def region_line(region: Region | None) -> list[Region]:
    """The regions from the top down to this one; the names of those above are public."""
    if region is None:
        return []
    codes = [code for code in region.path.split("/") if code]
    paths = ["/".join(codes[: i + 1]) + "/" for i in range(len(codes))]
    return list(Region.objects.filter(path__in=paths).order_by("path"))


def region_switch(access: Access, limit: int = 200) -> list[Region]:
    """The regions that the user may switch to."""
    return list(scoped(Region, access).order_by("path")[:limit])


def role_label(access: Access) -> str:
    """The user's roles in the region that the pages are about, in words."""
    labels: list[str] = []
    for held in access.held:
        label = str(held.role.label)
        if label not in labels:
            labels.append(label)
    return _("、").join(labels)


# The entrance -----------------------------------------------------------------------------------------------------------
def region_to_choose(access: Access, told: str) -> Region:
    """The region of a number or a code, among those that the user may switch to. Raises Http404."""
    told = told.replace("\x00", "")  # PostgreSQL refuses it in any text
    found = scoped(Region, access).filter(Q(pk=int(told)) if told.isdecimal() and len(told) < 10 else Q(code=told))
    region: Region | None = found.first() or scoped(Region, access).filter(code=told).first()
    if region is None:
        raise Http404("region")
    return region


def landing(access: Access) -> str:
    """The address that a person comes to after logging in: the first page in the navigation that the role may open."""
    from lvlian.site.frame import places

    return next((place["url"] for place in places(access)), None) or reverse("account")


def lock_minutes(username: str) -> int:
    """For how many minutes yet an account is locked after failed logins, at least 1; 0 where it is not."""
    rows = AccessAttempt.objects.filter(
        username=username, attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    found = rows.aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    if (found["failures"] or 0) < settings.AXES_FAILURE_LIMIT:
        return 0
    left = found["last"] + settings.AXES_COOLOFF_TIME - timezone.now()
    return max(1, ceil(left.total_seconds() / 60))


def password_expired(user: User) -> bool:
    """Whether the password is older than the settings allow."""
    days = settings.ENVIRONMENT.password_days
    since = user.changed_at or user.joined_at
    return bool(days) and timezone.now() - since > timedelta(days=days)


def must_have_device(access: Access) -> bool:
    """Whether a role of this person asks for a second factor that is not set up yet."""
    asked = any(held.role.key in settings.TOTP_ROLES for held in access.held)
    return asked and access.user is not None and not has_device(access.user)


def seconds_until_code(user: User, code: str) -> int:
    """How long a person must wait before the next code of this kind, after wrong ones."""
    waits = [0]
    for device in device_kind(code).objects.devices_for_user(user, confirmed=True):
        allowed, why = device.verify_is_allowed()
        if not allowed and why and "locked_until" in why:
            waits.append(ceil((why["locked_until"] - timezone.now()).total_seconds()))
    return max(waits)


def device_kind(code: str) -> type[TOTPDevice] | type[StaticDevice]:
    """Which device a code is of: six digits are the authenticator's. The other one is not asked, so that a right code of one is
    never counted as a wrong one of the other."""
    return TOTPDevice if code.isdecimal() and len(code) == 6 else StaticDevice


def demo_accounts() -> list[User]:
    """The accounts of the demonstration, for its login page."""
    return list(
        User.objects.filter(is_active=True, grants__isnull=False).distinct().order_by("home__path", "username")[:40]
    )


# Tokens -----------------------------------------------------------------------------------------------------------------
def token_owner(raw: str) -> tuple[User, bool] | None:
    """Whose token it is, and whether it may only read; None for one that is unknown, ended, or of somebody who could not log in
    now (disabled, or with a first password yet to be changed)."""
    from lvlian.site.org.actions.account import digest_of_token, touch_token

    if not raw.startswith("lvl_") or len(raw) > 100:
        return None
    found = ApiToken.objects.select_related("user").filter(digest=digest_of_token(raw)).first()
    if found is None or (found.ends_at is not None and found.ends_at < timezone.now()):
        return None
    if not found.user.is_active or found.user.must_change:
        return None
    touch_token(found)
    return found.user, found.read_only
