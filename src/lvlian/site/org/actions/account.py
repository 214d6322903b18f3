"""One's own account: second factor, recovery codes, sessions, tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from lvlian.site.org.access import Access
from lvlian.site.org.actions.people import LETTERS, own
from lvlian.site.org.actions.refusal import Refused, only_below, only_others
from lvlian.site.org.chain import recording
from lvlian.site.org.models import ApiToken, SiteSession, User
from lvlian.site.org.selectors import device_kind

CODES = 10
TOKENS_AT_MOST = 20
TOKEN_DAYS = 366
"""A token lives at most so long."""
USE = timedelta(minutes=1)
"""`used_at` is written at most so often."""


# Second factor -----------------------------------------------------------------------------------------------------------
def set_up_device(access: Access, key: str, code: str) -> tuple[TOTPDevice, list[str]]:
    """The second factor, once the authenticator gave a right code for its key; returned with the recovery codes, which are shown
    this once. Raises Refused where the code is wrong."""
    user = own(access)
    with transaction.atomic():
        if TOTPDevice.objects.filter(user=user, confirmed=True).exists():
            raise Refused(_("已设置第二因子"))
        TOTPDevice.objects.filter(user=user).delete()
        device = TOTPDevice(user=user, name="totp", key=key, confirmed=True)
        device.save()
        if not code.isdecimal() or not device.verify_token(code):
            raise Refused(_("验证码不对。看手机时间是否准，再写现在显示的 6 位数字。"))
        with recording(access, "person.second-factor", region=user.home, subject=str(user)) as act:
            codes = _new_codes(user)
            act.data["codes"] = len(codes)
    return device, codes


def match_code(user: User, code: str) -> TOTPDevice | StaticDevice | None:
    """The device that a code is right for, the code used up by it; None where it is wrong or must wait. The page records it."""
    with transaction.atomic():
        for device in device_kind(code).objects.devices_for_user(user, confirmed=True).select_for_update():
            if device.verify_token(code):
                return device
    return None


def renew_codes(access: Access) -> list[str]:
    """New recovery codes, shown this once; the old ones count no more."""
    user = own(access)
    with recording(access, "person.codes", region=user.home, subject=str(user)) as act:
        codes = _new_codes(user)
        act.data["codes"] = len(codes)
    return codes


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="codes", confirmed=True)
    codes = ["".join(secrets.choice(LETTERS) for _ in range(8)) for _ in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def drop_own_device(access: Access) -> None:
    """Login with the password alone again; the caller has asked for the password."""
    user = own(access)
    with recording(access, "person.second-factor-off", region=user.home, subject=str(user)):
        drop_devices(user)


def drop_device(access: Access, person: User) -> None:
    """Takes away the second factor of somebody who lost it; their sessions end. Raises Refused, PermissionDenied."""
    only_others(access, person)
    only_below(access, "session.end", person)
    with recording(access, "person.second-factor-drop", row=person, permission="session.end") as act:
        drop_devices(person)
        act.data["sessions"], _rows = SiteSession.objects.filter(user=person).delete()


def drop_devices(user: User) -> None:
    """Deletes the authenticator and the recovery codes. Called inside a recorded action."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


# Sessions ----------------------------------------------------------------------------------------------------------------
def handle_of(session_key: str) -> str:
    """What stands for a session in a page: its key would open it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:24]


def end_own_session(access: Access, handle: str) -> bool:
    """Ends one of one's own sessions; False where it has ended already."""
    user = own(access)
    for session in SiteSession.objects.filter(user=user):
        if handle_of(session.session_key) == handle:
            data = {"address": session.address, "agent": session.agent}
            with recording(access, "session.end", region=user.home, subject=str(user), data=data):
                session.delete()
            return True
    return False


# Tokens ------------------------------------------------------------------------------------------------------------------
def digest_of_token(raw: str) -> str:
    """What is kept of a token. It has 256 random bits, so that a plain digest is enough."""
    return hashlib.sha256(raw.encode()).hexdigest()


def make_token(access: Access, *, label: str, read_only: bool, ends_on: date) -> tuple[ApiToken, str]:
    """A token for a program that acts as its owner, and its text, which is shown this once. Raises Refused."""
    user = own(access)
    today = timezone.localdate()
    if not today <= ends_on <= today + timedelta(days=TOKEN_DAYS):
        raise Refused(_("有效至应在今天与一年之内"))
    raw = f"lvl_{secrets.token_urlsafe(32)}"
    with recording(access, "token.make", region=user.home, subject=label) as act:
        if ApiToken.objects.filter(user=user).count() >= TOKENS_AT_MOST:
            raise Refused(_("密钥已有 %d 个，先收回不用的") % TOKENS_AT_MOST)
        ends_at = timezone.make_aware(datetime.combine(ends_on, time.max))
        token = act.create(
            ApiToken(user=user, label=label, digest=digest_of_token(raw), read_only=read_only, ends_at=ends_at)
        )
    return token, raw


def end_token(access: Access, token: ApiToken) -> None:
    """Takes a token back. Raises Refused where it is somebody else's."""
    user = own(access)
    if token.user_id != user.pk:
        raise Refused(_("不是自己的密钥"))
    with recording(access, "token.end", region=user.home, subject=token.label) as act:
        act.delete(token)


def touch_token(token: ApiToken) -> None:
    """Keeps when a token was last used, at most once a minute. As with a session's last request, this is no action."""
    now = timezone.now()
    if token.used_at is None or now - token.used_at > USE:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
