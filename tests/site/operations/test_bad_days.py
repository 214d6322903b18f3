"""Bad days: a full disk, a busy or absent database, a stale tab, a session that ends in mid-form: one sentence, nothing half written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.site.operations.conftest import ROOT, environment
from tests.site.world import PASSWORD, World

from lvlian.site.org.models import Comment


def test_disk_full(home: Path, play: Any) -> None:
    refused, page, accepted, told = play("disk_full", home).stdout.split("\n")[:4]
    assert refused.startswith("503|服务器磁盘已满，没有写入。")
    assert page == "200"
    assert accepted.startswith("302|")
    assert len(told.split("|")) == 3  # the chain holds


def test_disk_full_in_a_job(home: Path, play: Any) -> None:
    before, job, after = play("disk_full_in_a_job", home).stdout.strip().split("\n")
    assert job == "failed|磁盘已满，什么也没有写入；请系统管理员腾出空间后重做"
    firms, records, *rest = before.split("|")
    assert after.split("|") == [firms, str(int(records) + 1), *rest]  # that it was started, and nothing else


def test_locked(home: Path, play: Any) -> None:
    refused, page, accepted, told = play("locked", home).stdout.split("\n")[:4]
    assert refused.startswith("503|另有一件大的写入正在进行，没有写入。")
    assert page == "200 True"  # readers are not held up
    assert accepted.startswith("302|")
    assert len(told.split("|")) == 3


def test_server_gone_and_back(tmp_path: Path, database: str, play: Any) -> None:
    home = tmp_path / "home"
    play("found", home, database=database)
    before, refused, after = play("gone", home, database=database).stdout.strip().split("\n")
    assert before.startswith("302|") and after.startswith("302|")
    assert refused.startswith("503|数据库没有应答，没有写入。")


# Tabs and sessions ------------------------------------------------------------------------------------------------------
def _token(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def _login(client: Client, username: str, target: str = "/") -> Any:
    page = client.get("/login/", {"next": target})
    values = {"username": username, "password": PASSWORD, "next": target, "csrfmiddlewaretoken": _token(page)}
    return client.post("/login/", values)


def test_a_tab_from_before_the_login_is_told_so(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    office, project = world.a.people["office"], world.a.projects[0]
    _login(client, office.username)
    old = _token(client.get(f"/projects/{project.pk}/"))
    client.post("/logout/", {"csrfmiddlewaretoken": _token(client.get(f"/projects/{project.pk}/"))})
    _login(client, office.username)
    answer = client.post(f"/comments/project/{project.pk}/add/", {"text": "旧页", "csrfmiddlewaretoken": old})
    said = answer.content.decode()
    assert answer.status_code == 403
    assert "页面开得太久，或在另一个窗口重新登录过，没有提交" in said and "重新载入" in said
    assert not Comment.objects.exists()


def test_a_session_that_ended_in_mid_form_comes_back_to_the_form(world: World) -> None:
    client = Client()
    office, project = world.a.people["office"], world.a.projects[0]
    form = f"/projects/{project.pk}/edit/"
    _login(client, office.username)
    assert client.get(form).status_code == 200
    office.sessions.all().delete()
    answer = client.post(form, {"name": "新名"}, HTTP_REFERER=f"http://testserver{form}")
    assert answer.status_code == 302 and answer["Location"] == f"/login/?next={form}"
    assert _login(client, office.username, form)["Location"] == form
    project.refresh_from_db()
    assert project.name != "新名"


def test_back_button_after_a_form_writes_nothing_again(world: World, client_of: Any) -> None:
    """Each form that was taken answers with a redirect: going back and forth, or reloading, asks for pages only."""
    client = client_of(world.a.people["office"])
    project = world.a.projects[0]
    answer = client.post(f"/comments/project/{project.pk}/add/", {"text": "一次"})
    assert answer.status_code == 302
    for _ in range(3):
        assert client.get(answer["Location"]).status_code == 200
    assert Comment.objects.count() == 1


def test_the_same_form_sent_twice_is_a_conflict(world: World, client_of: Any) -> None:
    client = client_of(world.a.people["office"])
    firm = world.a.firms[0]
    page = client.get(f"/firms/{firm.pk}/edit/").content.decode()
    values = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    values |= {"kind": "电解", "name": firm.name, "revision": str(firm.revision)}
    assert client.post(f"/firms/{firm.pk}/edit/", values).status_code == 302
    again = client.post(f"/firms/{firm.pk}/edit/", values | {"kind": "再生"})
    assert again.status_code == 409 and "电解" in again.content.decode() and "再生" in again.content.decode()
    firm.refresh_from_db()
    assert firm.kind == "电解"


# Settings ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"hots": "x"}, "LVLIAN_HOTS: no such setting"),
        ({"https": "maybe"}, "LVLIAN_HTTPS: is 'maybe', expected on or off"),
        ({"database": "mysql://user:secret@host/name"}, "expected postgresql://"),
        ({"today": "12.10.2023"}, "expected YYYY-MM-DD"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(
    tmp_path: Path, lvlian: Any, settings: dict[str, str], said: str
) -> None:
    refused = lvlian("serve", "--port", "0", home=tmp_path / "home", **settings)
    assert refused.returncode == 2
    assert said in refused.stderr and refused.stderr.count("\n") == 1 and "secret" not in refused.stderr


def test_database_server_that_is_not_there(tmp_path: Path, lvlian: Any) -> None:
    address = "postgresql://user:secret@/name?host=%2Fnowhere"
    refused = lvlian("serve", "--port", "0", home=tmp_path / "home", database=address)
    assert refused.returncode == 2
    assert refused.stderr.startswith("LVLIAN_DATABASE: ") and refused.stderr.count("\n") == 1


def test_deploy_check_is_clean(tmp_path: Path) -> None:
    env = environment(tmp_path / "home", https="on", hosts="lvlian.example.cn") | {
        "DJANGO_SETTINGS_MODULE": "lvlian.site.settings"
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "INFO"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
