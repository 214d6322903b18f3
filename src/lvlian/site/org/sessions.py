"""Sessions in the database, each with its user, browser and last request, ended after the idle limit."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as DjangoMiddleware
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.utils import timezone

from lvlian.site.org.models import SiteSession

log = logging.getLogger("lvlian.site")
TOUCH = timedelta(seconds=60)
"""`seen_at` is written at most so often: a page must not cost a write."""


class SessionStore(DatabaseStore):
    """Django's store over `SiteSession`; the middleware tells it the request."""

    address: str | None = None
    agent = ""

    @classmethod
    def get_model_class(cls) -> type:
        return SiteSession

    def create_model_instance(self, data: dict[str, Any]) -> SiteSession:
        row: SiteSession = super().create_model_instance(data)
        row.user_id = data.get("_auth_user_id")
        row.address, row.agent = self.address, self.agent[:200]
        known = SiteSession.objects.filter(session_key=row.session_key).values_list("begun_at", flat=True).first()
        if known:
            row.begun_at = known
        return row


class SessionMiddleware(DjangoMiddleware):
    """Django's, plus the idle limit: a session unused for longer is flushed, and the login page says why."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        from lvlian.site.org.access import address_of

        store: Any = request.session
        store.address, store.agent = address_of(request), request.headers.get("User-Agent", "")
        key = store.session_key
        if not key:
            return
        seen = SiteSession.objects.filter(session_key=key).values_list("seen_at", flat=True).first()
        if seen is None:
            return
        now = timezone.now()
        if now - seen > timedelta(minutes=settings.ENVIRONMENT.idle_minutes):
            store.flush()
            request.idled = True  # type: ignore[attr-defined]
        elif now - seen > TOUCH:
            _touch(key, now)


def _touch(key: str, now: datetime) -> None:
    """Notes that a session was used. Where a long write holds the database, a page does not wait for it: the next one notes it."""
    sqlite = connection.vendor == "sqlite" and not connection.in_atomic_block
    try:
        with connection.cursor() as cursor:
            if sqlite:
                cursor.execute("PRAGMA busy_timeout")
                (patience,) = cursor.fetchone()
                cursor.execute("PRAGMA busy_timeout=50")
            try:
                SiteSession.objects.filter(session_key=key).update(seen_at=now)
            finally:
                if sqlite:
                    cursor.execute(f"PRAGMA busy_timeout={patience}")
    except OperationalError as error:
        log.info("a session's use is not noted: %s", error)
