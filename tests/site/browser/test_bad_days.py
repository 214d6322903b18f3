"""Bad days in a browser: a session that ends in mid-form, the back button, a tab from before the login."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from tests.site.opened import Site


def _end_sessions(site: Site, username: str) -> None:
    with closing(sqlite3.connect(site.home / "lvlian.sqlite3", timeout=20)) as connection, connection:
        connection.execute(
            "DELETE FROM org_sitesession WHERE user_id = (SELECT id FROM org_user WHERE username = ?)", [username]
        )


def _open_form(site: Site, page: Any) -> str:
    """The edit form of the first project of the list; its path."""
    page.goto(f"{site.url}/projects/list/")
    link = page.locator("table tbody a[href^='/projects/']").first.get_attribute("href")
    path = f"{link}edit/"
    page.goto(site.url + path)
    return path


def test_what_was_typed_when_the_session_ended_is_back_after_the_login(site: Site, page: Any) -> None:
    site.login(page, "office", "/projects/list/")
    path = _open_form(site, page)
    page.fill("textarea[name=note], input[name=note]", "写到一半，会话结束")
    page.wait_for_timeout(700)  # the draft is kept a moment after the last key
    _end_sessions(site, "office")
    page.locator("main form.form button.primary, main form.form [type=submit]").first.click()
    page.wait_for_url("**/login/**")
    page.fill("input[name=username]", "office")
    page.fill("input[name=password]", site.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: path in url and "/login/" not in url)
    assert page.input_value("textarea[name=note], input[name=note]") == "写到一半，会话结束"


def test_back_after_a_form_shows_pages_and_sends_nothing(site: Site, page: Any) -> None:
    site.login(page, "office", "/projects/list/")
    _open_form(site, page)
    sent: list[str] = []
    page.fill("textarea[name=note], input[name=note]", "核对过")
    page.locator("main form.form button.primary, main form.form [type=submit]").first.click()
    page.wait_for_url(lambda url: "/edit/" not in url)
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    page.go_back()
    page.go_forward()
    page.reload()
    assert sent == []


def test_a_tab_from_before_the_login_is_told_so(site: Site, page: Any) -> None:
    page.allowed.append("403")
    site.login(page, "office", "/projects/list/")
    _open_form(site, page)
    other = page.context.new_page()
    other.goto(f"{site.url}/projects/list/")
    _end_sessions(site, "office")
    site.login(other, "office", "/projects/list/")
    page.fill("textarea[name=note], input[name=note]", "旧页")
    page.locator("main form.form button.primary, main form.form [type=submit]").first.click()
    page.get_by_text("页面开得太久").first.wait_for()
    assert "没有提交" in page.locator("body").inner_text()
