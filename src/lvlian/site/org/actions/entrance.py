"""Coming and going: logins, failed ones, lockouts, second factors, and what was asked for without being allowed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from lvlian.site.org.access import Access, address_of
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Region, SiteSession, User


def note_denied(access: Access, permission: str, path: str) -> None:
    """Records that somebody asked for what they may not do."""
    region = access.user.home if access.user is not None else None
    with recording(access, "access.denied", region=region, subject=path, data={"permission": permission}):
        pass


def note_login(request: HttpRequest | None, user: User) -> None:
    """Records a login."""
    _note(request, "session.login", user)


def note_logout(request: HttpRequest | None, user: User) -> None:
    """Records a logout."""
    _note(request, "session.logout", user)


def note_verified(request: HttpRequest, user: User, device: str) -> None:
    """Records that the second factor was right; `device` says which one."""
    _note(request, "session.verify", user, device=device)


def note_failed_code(request: HttpRequest, user: User) -> None:
    """Records that the second factor was wrong."""
    _note(request, "session.verify-failed", user)


def note_failed_login(request: HttpRequest | None, username: str, *, locked: bool) -> None:
    """Records a failed login. A name that is no account is not kept: it may be a password typed into the wrong field."""
    _note(request, "session.failed", None, username=username, locked=locked)


def note_lockout(request: HttpRequest | None, username: str) -> None:
    """Records that an account was locked after too many failed logins."""
    _note(request, "session.lockout", None, username=username)


def _note(request: HttpRequest | None, action: str, user: User | None, username: str = "", **data: Any) -> None:
    about = user or User.objects.select_related("home").filter(username=username).first()
    address = address_of(request) if request is not None else None
    agent = request.headers.get("User-Agent", "")[:200] if request is not None else ""
    access = Access(user=user, address=address)
    region = about.home if about is not None else top_region()
    subject = str(about) if about is not None else ""
    data = {**data, "address": address, "agent": agent, "known": about is not None}
    if about is not None:
        data["username"] = about.username
    with recording(access, action, region=region, subject=subject, data=data):
        pass


def sweep_sessions() -> None:
    """Deletes sessions that are over: they let nobody in, and would pile up. Like the end of a session by itself, no action."""
    SiteSession.objects.filter(expire_date__lt=timezone.now()).delete()


def top_region() -> Region | None:
    """The region above all others: what concerns nobody's home is recorded there."""
    return Region.objects.filter(parent=None).order_by("path").first()
