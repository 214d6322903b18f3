"""People: added, changed, disabled, given a new password; the first three administrators."""

from __future__ import annotations

import secrets
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.site.org.access import Access
from lvlian.site.org.actions.refusal import Refused, only_below, only_others
from lvlian.site.org.chain import Act, recording
from lvlian.site.org.models import ApiToken, Grant, Region, SiteSession, User

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of first passwords and recovery codes: nothing that is mistaken for something else when read from paper."""
FIRST_PEOPLE = (
    ("system_admin", "sysadmin", "系统管理员"),
    ("security_admin", "secadmin", "安全管理员"),
    ("audit_admin", "auditor", "审计管理员"),
)


def random_password() -> str:
    """Sixteen letters in four groups, about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def first_people(region: Region) -> list[tuple[User, str]]:
    """The three administrators of a new site, each with a password that is returned this once and must be changed.

    Raises Refused where there are administrators already."""
    people: list[tuple[User, str]] = []
    with recording(Access(), "person.first", region=region, subject=region.name) as act:
        if Grant.objects.filter(role__in=[role for role, *_ in FIRST_PEOPLE]).exists():
            raise Refused(_("已有管理员，不再创建"))
        for role, username, name in FIRST_PEOPLE:
            user, password = User(username=username, name=name, home=region), random_password()
            user.set_password(password)
            act.create(user)
            act.create(Grant(user=user, role=role, region=region))
            people.append((user, password))
    return people


# By the system administrator ---------------------------------------------------------------------------------------------
def add_person(access: Access, *, username: str, name: str, home: Region, phone: str = "") -> tuple[User, str]:
    """A new person without any role, and the first password, which is shown this once. Raises PermissionDenied."""
    with recording(access, "person.add", region=home, subject=name, permission="people.edit") as act:
        user, password = User(username=username, name=name, home=home, phone=phone), random_password()
        user.set_password(password)
        act.create(user)
    return user, password


def edit_person(access: Access, person: User, revision: int, *, name: str, phone: str, home: Region) -> User:
    """Name, phone and home region. Raises Conflict, Refused, PermissionDenied."""
    only_below(access, "people.edit", person)
    with recording(access, "person.edit", row=person, permission="people.edit") as act:
        if not access.may_in("people.edit", home):
            raise Refused(_("只能迁到自己管的地区"))
        act.update(person, revision, name=name, phone=phone, home=home)
    return person


def disable_person(access: Access, person: User) -> User:
    """No login any more; sessions and tokens end at once. Raises Refused for oneself and for the last administrator."""
    from lvlian.site.org.actions.grants import keep_one

    only_others(access, person)
    only_below(access, "people.edit", person)
    with recording(access, "person.disable", row=person, permission="people.edit") as act:
        for grant in Grant.objects.filter(user=person).select_related("region"):
            keep_one(grant)
        act.update(person, None, is_active=False)
        _end_everything(act, person)
    return person


def enable_person(access: Access, person: User) -> User:
    """May log in again, with the roles held before. Raises Refused, PermissionDenied."""
    only_others(access, person)
    only_below(access, "people.edit", person)
    with recording(access, "person.enable", row=person, permission="people.edit") as act:
        act.update(person, None, is_active=True)
    return person


def reset_password(access: Access, person: User) -> str:
    """A new first password, shown this once; sessions and tokens end, the lock is lifted. Raises Refused, PermissionDenied."""
    only_others(access, person)
    only_below(access, "people.edit", person)
    with recording(access, "person.reset", row=person, permission="people.edit") as act:
        return _new_first_password(act, person)


def reset_from_console(username: str, *, second_factor: bool = False) -> str:
    """A new first password, given by whoever runs the site's machine, as the last way in; with `second_factor`, that is taken
    away too. Raises Refused where there is no such person."""
    person = User.objects.select_related("home").filter(username=username).first()
    if person is None:
        raise Refused(_("没有账号 %s") % username)
    data = {"second_factor": second_factor}
    with recording(Access(), "person.reset-console", region=person.home, subject=str(person), data=data) as act:
        if second_factor:
            from lvlian.site.org.actions.account import drop_devices

            drop_devices(person)
        return _new_first_password(act, person)


def _new_first_password(act: Act, person: User) -> str:
    password = random_password()
    person.set_password(password)
    person.save(update_fields=["password"])  # not by the act: the hash must not stand in the record
    act.update(person, None, must_change=True, changed_at=timezone.now())
    _end_everything(act, person)
    AxesProxyHandler.reset_attempts(username=person.username)
    return password


def _end_everything(act: Act, person: User) -> None:
    act.data["sessions"], _rows = SiteSession.objects.filter(user=person).delete()
    for token in ApiToken.objects.filter(user=person):
        act.delete(token)


# By the security administrator -------------------------------------------------------------------------------------------
def unlock(access: Access, person: User) -> None:
    """Lifts the lock after failed logins. Raises PermissionDenied."""
    with recording(access, "person.unlock", row=person, permission="session.end") as act:
        act.data["failures"] = AxesProxyHandler.reset_attempts(username=person.username)


def end_sessions(access: Access, person: User) -> int:
    """Ends all sessions of somebody else. Raises Refused, PermissionDenied."""
    only_others(access, person)
    only_below(access, "session.end", person)
    with recording(access, "session.end-all", row=person, permission="session.end") as act:
        count, _rows = SiteSession.objects.filter(user=person).delete()
        act.data["sessions"] = count
    return count


# One's own ---------------------------------------------------------------------------------------------------------------
def change_password(access: Access, password: str) -> User:
    """A person's own new password; other sessions end by it, since they hold the old one's hash."""
    user = own(access)
    with recording(access, "person.password", region=user.home, subject=str(user)) as act:
        user.set_password(password)
        user.save(update_fields=["password"])
        act.update(user, None, must_change=False, changed_at=timezone.now())
    return user


def expire_password(access: Access) -> None:
    """Asks for a new password, because the present one is older than the settings allow."""
    user = own(access)
    if not user.must_change:
        with recording(access, "person.expire", region=user.home, subject=str(user)) as act:
            act.update(user, None, must_change=True)


def set_preferences(access: Access, **values: Any) -> User:
    """What a person likes: `language` (`zh`, `en`), `keys` (whether single keys act)."""
    user = own(access)
    with recording(access, "person.preferences", region=user.home, subject=str(user)) as act:
        act.update(user, None, preferences={**user.preferences, **values})
    return user


def own(access: Access) -> User:
    """The person who acts. Raises Refused where nobody is logged in."""
    if access.user is None:
        raise Refused(_("未登录"))
    return access.user
