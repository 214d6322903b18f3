"""Logins, logouts, failures and lockouts go into the audit chain, whatever page or program they come through."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from lvlian.site.org import actions


@receiver(user_logged_in)
def on_login(sender: Any, request: Any, user: Any, **_: Any) -> None:
    actions.note_login(request, user)


@receiver(user_logged_out)
def on_logout(sender: Any, request: Any, user: Any, **_: Any) -> None:
    if user is not None:
        actions.note_logout(request, user)


@receiver(user_login_failed)
def on_failure(sender: Any, credentials: dict[str, Any], request: Any = None, **_: Any) -> None:
    locked = getattr(request, "axes_failures_since_start", None) is None and getattr(request, "axes_locked_out", False)
    actions.note_failed_login(request, str(credentials.get("username") or ""), locked=bool(locked))


@receiver(user_locked_out)
def on_lockout(sender: Any, request: Any, username: str | None = None, **_: Any) -> None:
    """Once for each lockout: attempts on an account that is locked already are failures, not new lockouts."""
    if getattr(request, "axes_failures_since_start", None) is not None:
        actions.note_lockout(request, username or "")
