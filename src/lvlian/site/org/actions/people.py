"""People: added, changed, disabled, given a new password; the first three administrators."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Grant, Region, User

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of first passwords and recovery codes: nothing that is mistaken for something else when read from paper."""
FIRST_PEOPLE = (
    ("system_admin", "sysadmin", "系统管理员"),
    ("security_admin", "secadmin", "安全管理员"),
    ("audit_admin", "auditor", "审计管理员"),
)


class Refused(Exception):
    """An action that the rules of people do not allow; `str()` is the sentence for the page."""


def random_password() -> str:
    """Sixteen letters in four groups, about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def first_people(region: Region) -> list[tuple[User, str]]:
    """The three administrators of a new site, each with a password that is returned this once and must be changed.

    Raises Refused where there are administrators already."""
    people: list[tuple[User, str]] = []
    with transaction.atomic():
        if Grant.objects.filter(role__in=[role for role, *_ in FIRST_PEOPLE]).exists():
            raise Refused("已有管理员，不再创建")
        with recording(Access(), "person.first", region=region, subject=region.name) as act:
            for role, username, name in FIRST_PEOPLE:
                user, password = User(username=username, name=name, home=region), random_password()
                user.set_password(password)
                act.create(user)
                act.create(Grant(user=user, role=role, region=region))
                people.append((user, password))
    return people


def change_password(access: Access, password: str) -> User:
    """A person's own new password; other sessions end by it, since they hold the old one's hash."""
    user = access.user
    if user is None:
        raise Refused("未登录")
    with recording(access, "person.password", region=user.home, subject=str(user)) as act:
        user.set_password(password)
        act.update(user, None, password=user.password, must_change=False, changed_at=timezone.now())
    return user


def expire_password(access: Access) -> None:
    """Asks for a new password, because the present one is older than the settings allow."""
    user = access.user
    if user is None or user.must_change:
        return
    with recording(access, "person.expire", region=user.home, subject=str(user)) as act:
        act.update(user, None, must_change=True)


def set_preferences(access: Access, **values: object) -> User:
    """What a person likes: `language` (`zh`, `en`), `keys` (whether single keys act)."""
    user = access.user
    if user is None:
        raise Refused("未登录")
    with recording(access, "person.preferences", region=user.home, subject=str(user)) as act:
        act.update(user, None, preferences={**user.preferences, **values})
    return user
