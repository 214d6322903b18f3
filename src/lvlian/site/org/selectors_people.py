"""Reads of people, their roles, sessions and tokens, through the user's scope or for the user's own account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from lvlian.site.org.access import Access, scoped
from lvlian.site.org.actions import handle_of
from lvlian.site.org.models import ApiToken, Firm, Grant, Region, SiteSession, Unit, User


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in the list: the roles in words, whether locked, whether there is a second factor."""

    person: User
    roles: str
    locked: bool
    device: bool


STATES = ("active", "disabled", "must", "locked", "none")


def people_of(access: Access, *, q: str = "", region: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """The people in scope that match: words of name or account, home region with all below it, role, state."""
    rows = scoped(User, access)
    for word in q.split()[:5]:
        rows = rows.filter(Q(username__icontains=word) | Q(name__icontains=word))
    if region.isdecimal() and (chosen := regions_for(access, "people.read").filter(pk=int(region)).first()):
        rows = rows.filter(home__path__startswith=chosen.path)
    if role:
        rows = rows.filter(pk__in=Grant.objects.filter(role=role).values("user"))
    if state in ("active", "disabled"):
        rows = rows.filter(is_active=state == "active")
    elif state == "must":
        rows = rows.filter(must_change=True)
    elif state == "none":
        rows = rows.exclude(pk__in=Grant.objects.values("user"))
    elif state == "locked":
        rows = rows.filter(username__in=locked_names())
    return rows.select_related("home").order_by("home__path", "username")


def people_lines(people: Sequence[User] | QuerySet[User]) -> list[PersonLine]:
    """The lines of one page of the list, in three queries."""
    grants = Prefetch("grants", Grant.objects.select_related("region", "unit", "firm"))
    if isinstance(people, QuerySet):
        people = list(people.prefetch_related(grants))
    else:
        from django.db.models import prefetch_related_objects

        prefetch_related_objects(list(people), grants)
    locked = locked_names([person.username for person in people])
    with_device = set(TOTPDevice.objects.filter(user__in=people, confirmed=True).values_list("user_id", flat=True))
    return [
        PersonLine(
            person,
            _("；").join(grant_words(grant) for grant in person.grants.all()),
            person.username in locked,
            person.pk in with_device,
        )
        for person in people
    ]


def grant_words(grant: Grant) -> str:
    """`链长办 · 甲县`, with the unit or firm that it is bound to."""
    bound = grant.unit or grant.firm
    return f"{grant.get_role_display()} · {bound if bound else grant.region}"


def locked_names(names: Sequence[str] | None = None) -> set[str]:
    """The accounts that are locked now after failed logins."""
    rows = AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME)
    if names is not None:
        rows = rows.filter(username__in=names)
    found = rows.order_by().values("username").annotate(n=Sum("failures_since_start"))
    return {row["username"] for row in found.filter(n__gte=settings.AXES_FAILURE_LIMIT)}


def person_in_scope(access: Access, pk: int) -> User:
    """Somebody in scope. Raises Http404."""
    person: User = get_object_or_404(scoped(User, access).select_related("home"), pk=pk)
    return person


def grants_of(person: User) -> list[Grant]:
    return list(Grant.objects.filter(user=person).select_related("region", "unit", "firm"))


def grant_in_scope(access: Access, person: User, pk: int) -> Grant:
    """A grant of somebody in scope. Raises Http404."""
    rows = scoped(Grant, access).select_related("region", "user")
    grant: Grant = get_object_or_404(rows, pk=pk, user=person)
    return grant


def has_second_factor(person: User) -> bool:
    return TOTPDevice.objects.filter(user=person, confirmed=True).exists()


def codes_left(person: User) -> int:
    """How many recovery codes are unused."""
    return StaticToken.objects.filter(device__user=person).count()


def regions_for(access: Access, permission: str) -> QuerySet[Region]:
    """The regions in which the user holds a permission: for the choices of forms that people's administrators fill in."""
    allowed = Q(pk__in=[])
    for held in access.held:
        if permission in held.role.may:
            allowed |= Q(path__startswith=held.path)
    return Region.objects.filter(allowed).order_by("path")


def units_for(access: Access, permission: str) -> QuerySet[Unit]:
    """The units of those regions."""
    return Unit.objects.filter(region__in=regions_for(access, permission).values("pk")).select_related("region")


def firms_for(access: Access, permission: str) -> QuerySet[Firm]:
    """The firms of those regions."""
    return Firm.objects.filter(region__in=regions_for(access, permission).values("pk")).select_related("region")


def sessions_of(person: User, current: str | None = None) -> list[dict[str, Any]]:
    """The sessions that are alive, newest first; never with their keys."""
    now = timezone.now()
    idle = now - timedelta(minutes=settings.ENVIRONMENT.idle_minutes)
    rows = SiteSession.objects.filter(user=person, expire_date__gt=now, seen_at__gt=idle).order_by("-seen_at")[:50]
    return [
        {
            "handle": handle_of(row.session_key),
            "agent": agent_words(row.agent),
            "address": row.address,
            "begun": row.begun_at,
            "seen": row.seen_at,
            "current": row.session_key == current,
        }
        for row in rows
    ]


_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def agent_words(agent: str) -> str:
    """Browser and system, as people name them; the first words of the header where it is neither."""
    words = [next((name for mark, name in table if mark in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(word for word in words if word) or agent[:40]


def tokens_of(person: User) -> list[ApiToken]:
    return list(ApiToken.objects.filter(user=person))


def own_token(access: Access, pk: int) -> ApiToken:
    """One of the user's own tokens. Raises Http404."""
    token: ApiToken = get_object_or_404(ApiToken, user=access.user, pk=pk)
    return token
