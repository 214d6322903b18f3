"""Login, lockout, idle limit, first password, switches."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lvlian.site.org import actions
from lvlian.site.org.chain import verify
from lvlian.site.org.models import AuditRecord, Region, SiteSession, User
from tests.site.world import PASSWORD


def log_in(client, username, password=PASSWORD, **extra):
    return client.post(reverse("login"), {"username": username, "password": password, **extra})


def recorded(action):
    return AuditRecord.objects.filter(action=action)


def test_login_page_and_login(world, client):
    page = client.get("/login/?next=/goals/")
    assert page.status_code == 200 and "登录后回到刚才的页面" in page.content.decode()
    answer = log_in(client, "甲office", next="/goals/")
    assert (answer.status_code, answer["Location"]) == (302, "/goals/")
    record = recorded("session.login").get()
    assert record.region == world.a.region and record.actor.username == "甲office"
    assert SiteSession.objects.get(user=world.a.people["office"]).agent == ""
    assert client.get("/login/").status_code == 302


def test_login_goes_to_no_other_host(world, client):
    assert log_in(client, "甲office", next="https://elsewhere.example/")["Location"] in ("/", "/account/")
    assert log_in(Client(), "甲security_admin")["Location"] == "/people/"


def test_logout_is_recorded_and_ends_the_session(world, client):
    log_in(client, "甲office")
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout"))["Location"] == "/login/"
    assert recorded("session.logout").count() == 1 and not SiteSession.objects.exclude(user=None).exists()


def test_wrong_password_is_told_and_recorded(world, client):
    answer = log_in(client, "甲office", "错的口令 12345")
    assert answer.status_code == 422 and "账号或口令不对" in answer.content.decode()
    assert recorded("session.failed").get().region == world.a.region


def test_unknown_name_is_not_kept(world, client):
    log_in(client, "我的口令写错了栏", "x")
    record = recorded("session.failed").get()
    assert "我的口令" not in str(vars(record)) and record.region == world.province


def test_disabled_person_cannot_log_in(world, client):
    User.objects.filter(username="甲office").update(is_active=False)
    assert log_in(client, "甲office").status_code == 422


def test_lockout_is_one_sentence_with_minutes(world, client):
    for _ in range(4):
        assert log_in(client, "甲office", "错").status_code == 422
    answer = log_in(client, "甲office", "错")
    text = answer.content.decode()
    assert answer.status_code == 429 and "还要等 15 分钟" in text and "安全管理员解锁" in text
    assert log_in(client, "甲office").status_code == 429, "the right password does not help"
    assert recorded("session.lockout").count() == 1 and recorded("session.failed").count() == 6
    assert log_in(Client(), "甲chief").status_code == 302, "others are not locked"


def test_idle_session_ends_and_comes_back(world, client):
    log_in(client, "甲office")
    SiteSession.objects.filter(user=world.a.people["office"]).update(seen_at=timezone.now() - timedelta(minutes=31))
    answer = client.get(reverse("password") + "?x=1")
    assert answer["Location"] == "/login/?next=/password/%3Fx%3D1&idle=1"
    assert "30 分钟没有操作" in client.get(answer["Location"]).content.decode()


def test_first_password_must_be_changed(world, client):
    User.objects.filter(username="甲office").update(must_change=True)
    log_in(client, "甲office")
    answer = client.post(reverse("region-choose"), {"region": world.a.region.pk})
    assert answer["Location"].startswith("/password/?next=")
    new = "换过的新口令 987"
    for present, told in ((PASSWORD, "1234567890"), (PASSWORD, "短"), (PASSWORD, PASSWORD), ("不对", new)):
        assert client.post("/password/", {"present": present, "new": told, "again": told}).status_code == 422
    assert client.post("/password/", {"present": PASSWORD, "new": new, "again": "别的"}).status_code == 422
    answer = client.post("/password/", {"present": PASSWORD, "new": new, "again": new, "next": "/goals/"})
    assert answer["Location"] == "/goals/"
    user = User.objects.get(username="甲office")
    assert not user.must_change and user.check_password(new) and user.changed_at
    assert client.get("/password/").status_code == 200, "one's own session goes on"


def test_changing_the_password_ends_other_sessions(world, client, client_of):
    other = client_of(world.a.people["office"])
    log_in(client, "甲office")
    client.post("/password/", {"present": PASSWORD, "new": "换过的新口令 987", "again": "换过的新口令 987"})
    assert other.get("/password/").status_code == 302 and client.get("/password/").status_code == 200


def test_password_grows_old(world, client, settings):
    from dataclasses import replace

    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, password_days=90)
    User.objects.filter(username="甲office").update(changed_at=timezone.now() - timedelta(days=91))
    log_in(client, "甲office")
    assert "口令已用满 90 天" in client.get("/password/").content.decode()


def test_region_switch_keeps_to_what_one_sees(world, client_of):
    client = client_of(world.people["office"])
    answer = client.post(reverse("region-choose"), {"region": world.a.region.pk, "next": "/projects/"})
    assert answer["Location"] == "/projects/" and client.session["region"] == world.a.region.pk
    client.post(reverse("region-choose"), {"region": world.b.region.code})
    assert client.session["region"] == world.b.region.pk
    other = client_of(world.a.people["office"])
    assert other.post(reverse("region-choose"), {"region": world.b.region.pk}).status_code == 404


def test_language_switch_is_kept_with_the_account(world, client):
    log_in(client, "甲office")
    answer = client.post(reverse("language"), {"language": "en", "next": "/password/"})
    assert answer["Location"] == "/password/" and answer.cookies["lvlian_language"].value == "en"
    assert log_in(Client(), "甲office").cookies["lvlian_language"].value == "en"


def test_first_people(db):
    region = Region.objects.create(code="99", name="青岩", level="county", path="99/")
    people = actions.first_people(region)
    assert [user.username for user, _ in people] == ["sysadmin", "secadmin", "auditor"]
    assert all(user.check_password(password) and user.must_change for user, password in people)
    assert len({password for _, password in people}) == 3
    kept = str([vars(r) for r in AuditRecord.objects.all()]) + str(
        [r.after for r in AuditRecord.objects.get().rows.all()]
    )
    assert not any(password in kept for _, password in people)
    with pytest.raises(actions.Refused):
        actions.first_people(region)
    assert verify().faults == ()
