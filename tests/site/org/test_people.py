"""People and their roles: who may do what to whom, the three administrators, sessions that end."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from lvlian.site.org import actions
from lvlian.site.org.access import READING, Access
from lvlian.site.org.actions import Refused
from lvlian.site.org.chain import verify
from lvlian.site.org.models import ApiToken, AuditChange, AuditRecord, Grant, SiteSession, User
from lvlian.site.org.roles import PERMISSIONS, ROLES
from lvlian.site.org.selectors import token_owner
from tests.site.world import PASSWORD, make_world, person

EXCLUSIVE = [key for key, role in ROLES.items() if role.exclusive]


def access(who):
    return Access.of(User.objects.get(pk=who.pk))


@pytest.fixture(scope="module")
def matrix_world(django_db_setup, django_db_blocker):
    """One world for all the cells of the matrix, which only read it."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def newcomer(world):
    return actions.add_person(
        access(world.a.people["system_admin"]), username="新来的", name="新来", home=world.a.region, phone="1"
    )[0]


# Adding, disabling -------------------------------------------------------------------------------------------------------
def test_a_new_person_has_no_role_and_must_change(world, client):
    admin = access(world.a.people["system_admin"])
    who, password = actions.add_person(admin, username="某人", name="某", home=world.a.region)
    assert who.must_change and not who.grants.exists() and who.check_password(password)
    assert client.post("/login/", {"username": "某人", "password": password})["Location"] == "/account/"
    with pytest.raises(PermissionDenied):
        actions.add_person(admin, username="别处的人", name="某", home=world.b.region)


@pytest.mark.parametrize("role", [key for key in ROLES if key != "system_admin"])
def test_only_the_system_administrator_adds(world, role):
    with pytest.raises(PermissionDenied):
        actions.add_person(access(world.a.people[role]), username="某人", name="某", home=world.a.region)


def test_disabling_ends_sessions_and_tokens_at_once(world, client_of):
    who = world.a.people["chief"]
    client = client_of(who)
    _token, raw = make_token(who)
    assert client.get("/account/").status_code == 200 and token_owner(raw) == (who, True)
    actions.disable_person(access(world.a.people["system_admin"]), who)
    assert client.get("/account/")["Location"].startswith("/login/")
    assert token_owner(raw) is None and not SiteSession.objects.filter(user=who).exists()
    actions.enable_person(access(world.a.people["system_admin"]), who)
    assert client.get("/account/").status_code == 302, "the old session does not come back"


def make_token(who, **values):
    from datetime import timedelta

    from django.utils import timezone

    return actions.make_token(
        access(who), **{"label": "试", "read_only": True, "ends_on": timezone.localdate() + timedelta(1), **values}
    )


def test_reset_gives_a_password_once_and_ends_what_was_open(world, client_of):
    who = world.a.people["chief"]
    client = client_of(who)
    make_token(who)
    admin = client_of(world.a.people["system_admin"])
    answer = admin.post(f"/people/{who.pk}/reset/")
    password = answer.content.decode().split("<code>")[1].split("</code>")[0]
    who.refresh_from_db()
    assert who.check_password(password) and who.must_change and "no-store" in answer["Cache-Control"]
    assert client.get("/account/").status_code == 302 and not ApiToken.objects.exists()


def test_nobody_takes_over_an_account_that_reaches_further(world):
    """A county's administrator does not get the prefecture by resetting the password of somebody who lives in the county."""
    who = person("住甲县管全州", world.a.region, "office")
    Grant.objects.create(user=who, role="chief", region=world.prefecture)
    with pytest.raises(Refused, match="青州"):
        actions.reset_password(access(world.a.people["system_admin"]), who)
    with pytest.raises(Refused):
        actions.drop_device(access(world.a.people["security_admin"]), who)
    assert actions.reset_password(access(world.people["system_admin"]), who)


def test_nobody_acts_on_their_own_account(world):
    admin = world.people["system_admin"]
    for act in (actions.disable_person, actions.reset_password, actions.enable_person):
        with pytest.raises(Refused):
            act(access(admin), admin)


def test_edit_tells_the_second_what_the_first_changed(world, client_of):
    who = world.a.people["chief"]
    client = client_of(world.a.people["system_admin"])
    form = {"name": "先改的", "phone": "2", "home": who.home_id, "revision": 1}
    assert client.post(f"/people/{who.pk}/edit/", form).status_code == 302
    answer = client.post(f"/people/{who.pk}/edit/", {**form, "name": "后改的"})
    text = answer.content.decode()
    assert answer.status_code == 409 and "先改的" in text and "后改的" in text and "甲system_admin" in text
    who.refresh_from_db()
    assert who.name == "先改的"


def test_from_the_console(world):
    password = actions.reset_from_console("甲chief", second_factor=True)
    assert User.objects.get(username="甲chief").check_password(password)
    with pytest.raises(Refused):
        actions.reset_from_console("没有这个人")


# Roles -------------------------------------------------------------------------------------------------------------------
def test_security_administrator_gives_and_withdraws(world, client_of, newcomer):
    client = client_of(world.a.people["security_admin"])
    User.objects.filter(pk=newcomer.pk).update(must_change=False)
    theirs = client_of(newcomer)
    assert theirs.get("/people/").status_code == 403
    answer = client.post(
        f"/people/{newcomer.pk}/roles/", {"role": "system_admin", "region": world.a.region.pk, "unit": "", "firm": ""}
    )
    assert answer.status_code == 302 and theirs.get("/people/").status_code == 200, "from the next request on"
    grant = Grant.objects.get(user=newcomer)
    assert client.post(f"/people/{newcomer.pk}/roles/{grant.pk}/withdraw/").status_code == 302
    assert theirs.get("/people/").status_code == 403


@pytest.mark.parametrize("role", [key for key in ROLES if key != "security_admin"])
def test_nobody_else_gives_roles(world, client_of, role):
    who = world.a.people["analyst"]
    with pytest.raises(PermissionDenied):
        actions.give_role(access(world.people.get(role) or world.a.people[role]), who, "chief", world.a.region) if (
            role != "analyst"
        ) else actions.give_role(access(world.people["analyst"]), who, "chief", world.a.region)
    client = client_of(world.a.people[role])
    assert client.post(f"/people/{who.pk}/roles/", {"role": "chief", "region": world.a.region.pk}).status_code == 403


def test_roles_only_within_ones_own_regions(world, newcomer):
    security = access(world.a.people["security_admin"])
    with pytest.raises(Refused):
        actions.give_role(security, newcomer, "chief", world.b.region)
    with pytest.raises(Refused):
        actions.give_role(security, newcomer, "chief", world.prefecture)
    with pytest.raises(PermissionDenied):
        actions.give_role(security, world.b.people["chief"], "office", world.a.region)


def test_nobody_changes_their_own_roles(world):
    who = world.people["security_admin"]
    with pytest.raises(Refused, match="另一位"):
        actions.give_role(access(who), who, "security_admin", world.a.region)
    with pytest.raises(Refused, match="另一位"):
        actions.withdraw_role(access(who), who.grants.get())


@pytest.mark.parametrize("held", EXCLUSIVE)
@pytest.mark.parametrize("asked", list(ROLES))
def test_administrators_hold_nothing_else(world, held, asked):
    security = access(world.people["security_admin"])
    who = person("兼任者", world.a.region, held)
    unit, firm = world.a.units[0], world.a.firms[0]
    bound = ROLES[asked].bound
    arguments = (asked, world.a.region, unit if bound == "unit" else None, firm if bound == "firm" else None)
    with pytest.raises(Refused, match="已有这一角色" if held == asked else "互斥"):
        actions.give_role(security, who, *arguments)
    if held != asked and not ROLES[asked].exclusive:
        business = person("业务的人", world.a.region, asked, *arguments[2:])
        with pytest.raises(Refused, match="互斥"):
            actions.give_role(security, business, held, world.a.region)


def test_bound_roles_name_their_body(world, newcomer):
    security, region = access(world.people["security_admin"]), world.a.region
    for arguments in (
        ("lead", region),
        ("firm", region),
        ("chief", region, world.a.units[0]),
        ("lead", region, world.b.units[0]),
        ("unknown", region),
    ):
        with pytest.raises(Refused):
            actions.give_role(security, newcomer, *arguments)
    actions.give_role(security, newcomer, "lead", region, world.a.units[0])
    with pytest.raises(Refused, match="已有"):
        actions.give_role(security, newcomer, "lead", region, world.a.units[0])


@pytest.mark.parametrize("role", EXCLUSIVE)
def test_the_last_administrator_stays(world, role):
    """The prefecture's is the last one that covers it; the county's may go, since the prefecture's covers the county."""
    last = world.people[role]
    helper = person("另一位安全员", world.prefecture, "security_admin")
    if role == "security_admin":
        Grant.objects.filter(user=helper).delete()
        helper = person("省里安全员", world.province, "security_admin")
        Grant.objects.filter(user=helper).update(region=world.prefecture)
        last = helper
        Grant.objects.filter(user=world.people[role]).delete()
        with pytest.raises(Refused):
            actions.withdraw_role(access(last), last.grants.get())
        return
    with pytest.raises(Refused, match="先另设一位"):
        actions.withdraw_role(access(helper), last.grants.get())
    if role != "system_admin":
        with pytest.raises(Refused, match="先另设一位"):
            actions.disable_person(access(world.people["system_admin"]), last)
    actions.withdraw_role(access(helper), world.a.people[role].grants.get())
    person("接手的", world.prefecture, role)
    actions.withdraw_role(access(helper), last.grants.get())
    assert not last.grants.exists()


def test_unlock(world, client, client_of):
    for _ in range(5):
        client.post("/login/", {"username": "甲chief", "password": "错"})
    assert client.post("/login/", {"username": "甲chief", "password": PASSWORD}).status_code == 429
    who = world.a.people["chief"]
    security = client_of(world.a.people["security_admin"])
    assert "已锁定" in security.get(f"/people/{who.pk}/").content.decode()
    assert security.post(f"/people/{who.pk}/unlock/").status_code == 302
    assert client.post("/login/", {"username": "甲chief", "password": PASSWORD}).status_code == 302


def test_end_sessions_of_somebody(world, client_of):
    who = world.a.people["chief"]
    client = client_of(who)
    client_of(world.a.people["security_admin"]).post(f"/people/{who.pk}/sessions/")
    assert client.get("/account/").status_code == 302


# Pages and permissions ---------------------------------------------------------------------------------------------------
WRITES = {
    "add/": "people.edit", "{}/edit/": "people.edit", "{}/disable/": "people.edit", "{}/enable/": "people.edit",
    "{}/reset/": "people.edit", "{}/unlock/": "session.end", "{}/sessions/": "session.end",
    "{}/second-factor/": "session.end", "{}/roles/": "grant.edit", "{}/roles/1/withdraw/": "grant.edit",
}  # fmt: skip


@pytest.mark.parametrize("role", list(ROLES))
def test_every_role_at_every_door(world, client_of, role):
    client = client_of(world.a.people[role])
    who = world.a.people["office2"] if "office2" in world.a.people else world.a.people["park"]
    foreign = world.b.people["park"]
    may = ROLES[role].may
    assert client.get("/people/").status_code == (200 if "people.read" in may else 403)
    assert client.get(f"/people/{who.pk}/").status_code == (200 if "people.read" in may else 403)
    assert client.get(f"/people/{foreign.pk}/").status_code == (404 if "people.read" in may else 403)
    assert client.get("/audit/").status_code == (200 if "audit.read" in may else 403)
    for address, permission in WRITES.items():
        allowed = permission in may
        target = f"/people/{address.format(foreign.pk)}"
        expected = {403} if not allowed else {422} if address == "add/" else {404}
        assert client.post(target).status_code in expected, target
    assert client.get("/account/").status_code == 200


def test_people_of_a_county_only(world, client_of):
    text = client_of(world.a.people["system_admin"]).get("/people/").content.decode()
    assert "甲office岗" in text and "乙" not in text and "州" not in text
    client = client_of(world.people["audit_admin"])
    text = client.get(f"/people/?region={world.b.region.pk}&role=office").content.decode()
    assert "乙office岗" in text and "甲office岗" not in text and "乙chief岗" not in text
    assert "没有这样的人员" in client.get("/people/?q=没有的").content.decode()
    for query in ("region=x", "role=x", "state=x", "page=x", "q=%00", f"region={10**30}", "role=%00"):
        assert client.get(f"/people/?{query}").status_code == 200


def test_denied_is_recorded(world, client_of):
    client_of(world.a.people["chief"]).get("/people/")
    record = AuditRecord.objects.get(action="access.denied")
    assert (record.subject, record.region, record.data) == ("/people/", world.a.region, {"permission": "people.read"})


def test_no_secret_in_the_audit(world, client):
    """Passwords, their hashes, tokens, their digests, recovery codes: none of them stands in any record."""
    secrets = [PASSWORD]
    admin = access(world.a.people["system_admin"])
    who, password = actions.add_person(admin, username="某人", name="某", home=world.a.region)
    secrets += [password, who.password, actions.reset_password(admin, who)]
    token, raw = make_token(who)
    secrets += [raw, token.digest, User.objects.get(pk=who.pk).password]
    secrets += actions.renew_codes(access(who))
    actions.change_password(access(who), "另一个口令 6789")
    client.post("/login/", {"username": "某人", "password": "打错的口令 99"})
    secrets += ["另一个口令 6789", "打错的口令 99", User.objects.get(pk=who.pk).password]
    kept = "".join(str(vars(row)) for model in (AuditRecord, AuditChange) for row in model.objects.all())
    assert [secret for secret in secrets if secret in kept] == []
    assert verify().faults == ()


# The matrix --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("permission", list(PERMISSIONS))
@pytest.mark.parametrize("role", list(ROLES))
def test_matrix(matrix_world, role, permission):
    """A grant allows what the table says, in its region and below, and nothing beside."""
    allowed = permission in ROLES[role].may
    county = matrix_world.access(matrix_world.a.people[role])
    assert county.may(permission) is allowed
    assert county.may_in(permission, matrix_world.a.region) is (allowed and ROLES[role].bound != "firm")
    assert not county.may_in(permission, matrix_world.b.region)
    assert not county.may_in(permission, matrix_world.prefecture)
    above = matrix_world.people.get(role)
    if above is not None:
        assert matrix_world.access(above).may_in(permission, matrix_world.b.region) is allowed
    nobody = Access()
    assert not nobody.may(permission)
    reading = Access.of(matrix_world.a.people[role], read_only=True)
    assert reading.may(permission) is (allowed and permission in READING)


def test_disabled_person_may_nothing(world):
    who = world.a.people["office"]
    User.objects.filter(pk=who.pk).update(is_active=False)
    assert not any(access(who).may(permission) for permission in PERMISSIONS)


def test_wrong_password_is_kept_nowhere(world, client):
    from axes.models import AccessAttempt

    client.post("/login/", {"username": "甲chief", "password": "打错的口令 99"})
    assert "打错的口令" not in str([vars(row) for row in AccessAttempt.objects.all()])


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_queries_of_a_page_do_not_grow_with_people(world, client_of, django_assert_max_num_queries, role):
    for n in range(60):
        person(f"众人{n}", world.a.region, "chief")
    client = client_of(world.people[role])
    for path in ("/people/", f"/people/{world.a.people['chief'].pk}/", "/account/"):
        with django_assert_max_num_queries(25):
            client.get(path)
    if role == "audit_admin":
        with django_assert_max_num_queries(25):
            client.get("/audit/")
