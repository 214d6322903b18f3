"""One's own account: second factor, recovery codes, sessions, tokens, preferences."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from lvlian.site.org import actions
from lvlian.site.org.access import Access
from lvlian.site.org.actions import Refused
from lvlian.site.org.models import ApiToken, AuditRecord, SiteSession, User
from lvlian.site.org.selectors import token_owner
from tests.site.world import PASSWORD


def code_of(key, drift=0):
    totp = TOTP(bytes.fromhex(key), drift=drift)
    return f"{totp.token():06d}"


def set_up(client):
    """Goes through the set-up page; the key and the recovery codes."""
    text = client.get("/account/second-factor/").content.decode()
    assert "<svg" in text and "style=" not in text.split("<svg")[1].split("</svg>")[0]
    key = client.session["totp_key"]
    answer = client.post("/account/second-factor/", {"code": code_of(key)})
    codes = re.findall(r"<code>(\w{4}-\w{4})</code>", answer.content.decode())
    assert len(codes) == 10 and "no-store" in answer["Cache-Control"]
    return key, codes


def enter(username):
    client = Client()
    client.post("/login/", {"username": username, "password": PASSWORD})
    return client


# Second factor -----------------------------------------------------------------------------------------------------------
def test_second_factor_from_set_up_to_login(world, client_of):
    who = world.a.people["chief"]
    client = client_of(who)
    key, _codes = set_up(client)
    assert client.get("/account/").status_code == 200, "the session that set it up is verified"
    other = enter("甲chief")
    assert other.get("/account/")["Location"] == "/login/second-factor/?next=/account/"
    assert other.post("/login/second-factor/", {"code": "abc"}).status_code == 422
    answer = other.post("/login/second-factor/", {"code": code_of(key, drift=1), "next": "/account/"})
    assert answer["Location"] == "/account/" and other.get("/account/").status_code == 200
    assert other.get("/login/second-factor/").status_code == 302
    told = list(AuditRecord.objects.order_by("seq").values_list("action", flat=True))
    assert [a for a in told if a.startswith(("person.s", "session.v"))] == [
        "person.second-factor", "session.verify-failed", "session.verify",
    ]  # fmt: skip


def test_a_code_counts_once(world, client_of):
    key, _codes = set_up(client_of(world.a.people["chief"]))
    code = code_of(key, drift=1)
    assert enter("甲chief").post("/login/second-factor/", {"code": code}).status_code == 302
    assert enter("甲chief").post("/login/second-factor/", {"code": code}).status_code == 422


def test_wrong_codes_must_wait(world, client_of):
    set_up(client_of(world.a.people["chief"]))
    client = enter("甲chief")
    for _ in range(4):
        answer = client.post("/login/second-factor/", {"code": "000000"})
    assert answer.status_code == 422 and re.search(r"请等 \d+ 秒再试", answer.content.decode())


def test_recovery_code_counts_once_and_can_be_renewed(world, client_of):
    client = client_of(world.a.people["chief"])
    _key, codes = set_up(client)
    other = enter("甲chief")
    assert other.post("/login/second-factor/", {"code": codes[0].upper()}).status_code == 302
    assert "恢复码还剩 9 个" in other.get("/account/").content.decode()
    assert enter("甲chief").post("/login/second-factor/", {"code": codes[0]}).status_code == 422
    answer = other.post("/account/second-factor/off/", {"off-present": PASSWORD, "renew": "1"})
    assert len(re.findall(r"<code>", answer.content.decode())) == 10
    assert enter("甲chief").post("/login/second-factor/", {"code": codes[1]}).status_code == 422


def test_right_codes_of_one_kind_are_no_wrong_ones_of_the_other(world, client_of):
    key, codes = set_up(client_of(world.a.people["chief"]))
    for n in range(4):
        TOTPDevice.objects.update(last_t=-1)
        assert enter("甲chief").post("/login/second-factor/", {"code": code_of(key)}).status_code == 302
        assert enter("甲chief").post("/login/second-factor/", {"code": codes[n]}).status_code == 302


def test_set_up_with_a_wrong_code_keeps_nothing(world, client_of):
    client = client_of(world.a.people["chief"])
    client.get("/account/second-factor/")
    key = client.session["totp_key"]
    assert client.post("/account/second-factor/", {"code": "000000"}).status_code == 422
    assert client.post("/account/second-factor/", {"code": "文字"}).status_code == 422
    assert not TOTPDevice.objects.exists() and client.session["totp_key"] == key


def test_turning_off_needs_the_password(world, client_of):
    client = client_of(world.a.people["chief"])
    set_up(client)
    assert client.post("/account/second-factor/off/", {"off-present": "错"}).status_code == 422
    assert TOTPDevice.objects.exists()
    assert client.post("/account/second-factor/off/", {"off-present": PASSWORD}).status_code == 302
    assert not TOTPDevice.objects.exists()


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_must_set_it_up_and_keep_it(world, role):
    client = enter(f"甲{role}")
    for page in ("/people/", "/account/"):
        assert client.get(page)["Location"].startswith("/account/second-factor/?next=")
    set_up(client)
    assert client.get("/people/").status_code == 200
    answer = client.post("/account/second-factor/off/", {"off-present": PASSWORD})
    assert answer.status_code == 422 and TOTPDevice.objects.exists()


def test_not_asked_of_others_and_not_in_the_demonstration(world, settings):
    assert enter("甲chief").get("/account/").status_code == 200
    settings.TOTP_ROLES = frozenset()
    assert enter("甲system_admin").get("/people/").status_code == 200


def test_security_administrator_takes_a_lost_one_away(world, client_of):
    who = world.a.people["chief"]
    client = client_of(who)
    set_up(client)
    security = client_of(world.a.people["security_admin"])
    assert security.post(f"/people/{who.pk}/second-factor/").status_code == 302
    assert not TOTPDevice.objects.exists() and client.get("/account/").status_code == 302
    assert enter("甲chief").get("/account/").status_code == 200


# Sessions ----------------------------------------------------------------------------------------------------------------
def test_sessions_are_listed_and_ended(world):
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
    first, second = Client(headers={"user-agent": agent}), Client(headers={"user-agent": agent})
    for client in (first, second):
        client.post("/login/", {"username": "甲chief", "password": PASSWORD})
    text = first.get("/account/").content.decode()
    assert text.count("Edge · Windows") == 2 and second.session.session_key not in text
    handle = re.search(r'name="session" value="(\w+)"', text).group(1)
    assert first.post("/account/session/", {"session": handle}).status_code == 302
    assert second.get("/account/").status_code == 302 and first.get("/account/").status_code == 200
    assert AuditRecord.objects.filter(action="session.end").count() == 1


def test_sessions_that_are_over_are_not_listed_and_swept(world, client_of):
    who = world.a.people["chief"]
    client = client_of(who)
    for _ in range(2):
        client_of(who)
    idle, over = SiteSession.objects.exclude(session_key=client.session.session_key)
    SiteSession.objects.filter(pk=idle.pk).update(seen_at=timezone.now() - timedelta(minutes=31))
    SiteSession.objects.filter(pk=over.pk).update(expire_date=timezone.now() - timedelta(days=1))
    assert 'name="session"' not in client.get("/account/").content.decode()
    enter("甲office")
    assert not SiteSession.objects.filter(pk=over.pk).exists() and SiteSession.objects.filter(pk=idle.pk).exists()


def test_nobody_ends_a_foreign_session_here(world, client_of):
    client_of(world.b.people["chief"])
    foreign = SiteSession.objects.get(user=world.b.people["chief"])
    client_of(world.a.people["chief"]).post("/account/session/", {"session": actions.handle_of(foreign.session_key)})
    assert SiteSession.objects.filter(pk=foreign.pk).exists()


# Tokens ------------------------------------------------------------------------------------------------------------------
def token_form(**values):
    return {"label": "报表程序", "ends_on": timezone.localdate() + timedelta(30), "read_only": "on", **values}


def test_token_is_shown_once_and_only_its_digest_kept(world, client_of):
    client = client_of(world.a.people["chief"])
    answer = client.post("/account/tokens/", token_form())
    raw = re.search(r"lvl_[\w-]+", answer.content.decode()).group()
    token = ApiToken.objects.get()
    assert "no-store" in answer["Cache-Control"] and raw not in str(vars(token))
    assert token_owner(raw) == (world.a.people["chief"], True)
    assert raw not in client.get("/account/").content.decode()
    token.refresh_from_db()
    assert token.used_at
    assert token_owner(raw + "x") is None and token_owner("") is None and token_owner(token.digest) is None
    assert client.post(f"/account/tokens/{token.pk}/end/").status_code == 302 and token_owner(raw) is None


def test_token_ends(world, client_of):
    access = Access.of(world.a.people["chief"])
    _token, raw = actions.make_token(access, label="写", read_only=False, ends_on=timezone.localdate())
    assert token_owner(raw) == (world.a.people["chief"], False)
    ApiToken.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert token_owner(raw) is None
    client = client_of(world.a.people["chief"])
    for day in (timezone.localdate() - timedelta(1), timezone.localdate() + timedelta(400), "x"):
        assert client.post("/account/tokens/", token_form(ends_on=day)).status_code == 422


def test_token_of_somebody_with_a_first_password_waits(world):
    _token, raw = actions.make_token(
        Access.of(world.a.people["chief"]), label="x", read_only=True, ends_on=timezone.localdate()
    )
    User.objects.filter(username="甲chief").update(must_change=True)
    assert token_owner(raw) is None


def test_nobody_ends_a_foreign_token(world, client_of):
    token, _raw = actions.make_token(
        Access.of(world.b.people["chief"]), label="x", read_only=True, ends_on=timezone.localdate()
    )
    assert client_of(world.a.people["chief"]).post(f"/account/tokens/{token.pk}/end/").status_code == 404
    with pytest.raises(Refused):
        actions.end_token(Access.of(world.a.people["chief"]), token)


def test_preferences(world, client_of):
    client = client_of(world.a.people["chief"])
    answer = client.post("/account/preferences/", {"language": "en"})
    assert answer.status_code == 302 and answer.cookies["lvlian_language"].value == "en"
    assert User.objects.get(username="甲chief").preferences == {"language": "en", "keys": False}
    assert client.post("/account/preferences/", {"language": "xx"}).status_code == 422
