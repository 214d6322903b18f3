"""Pages of people and audit in a browser: nothing wrong at two widths, the second factor, a session that ends in mid-form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django_otp.oath import TOTP
from tests.site.opened import Site

PAGES = [
    ("chief", "/account/"),
    ("chief", "/account/second-factor/"),
    ("chief", "/password/"),
    ("system_admin", "/people/"),
    ("system_admin", "/people/add/"),
    ("system_admin", "/people/2/"),
    ("security_admin", "/people/2/"),
    ("audit_admin", "/audit/"),
    ("audit_admin", "/audit/3/"),
    ("audit_admin", "/audit/60/"),
    ("audit_admin", "/audit/root/"),
]


@pytest.mark.parametrize("width", [360, 1280])
def test_pages(site: Site, open_page: Callable[..., Any], axe: Callable[..., None], width: int) -> None:
    page, known = None, ""
    for role, path in PAGES:
        if role != known:
            page, known = open_page(width=width), role
            site.login(page, role, path)
        page.goto(site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        axe(page)


def test_second_factor(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page()
    site.login(page, "supervisor", "/account/")
    page.goto(site.url + "/account/second-factor/")
    secret = page.locator(".secret code").inner_text().replace(" ", "")
    import base64

    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    page.fill("[name=code]", f"{TOTP(key).token():06d}")
    page.press("[name=code]", "Enter")
    page.wait_for_selector(".codes")
    codes = page.locator(".codes code").all_inner_texts()
    page.click("text=抄好了，继续")

    again = open_page()
    again.goto(f"{site.url}/login/?next=/account/")
    again.fill("[name=username]", "supervisor")
    again.fill("[name=password]", site.password)
    again.press("[name=password]", "Enter")
    again.wait_for_url("**/login/second-factor/**")
    again.fill("[name=code]", codes[0])
    again.press("[name=code]", "Enter")
    again.wait_for_url("**/account/")
    assert "恢复码还剩 9 个" in again.inner_text("main")
    again.fill("[name=off-present]", site.password)
    again.click("text=关闭第二因子")
    again.wait_for_selector("text=设置第二因子")


def test_session_that_ends_in_mid_form_loses_nothing(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page()
    site.login(page, "system_admin", "/people/add/")
    page.fill("[name=username]", "half.typed")
    page.fill("[name=name]", "写到一半的人")
    page.wait_for_timeout(1000)  # the draft is kept a moment after the last key
    other = page.context.new_page()
    other.goto(site.url + "/people/")
    other.evaluate("document.querySelector('form[action=\"/logout/\"]').submit()")
    other.wait_for_url("**/login/**")
    page.select_option("[name=home]", index=1)
    page.click("main form button")
    page.wait_for_url("**/login/?next=/people/add/**")
    page.fill("[name=username]", "system_admin")
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/people/add/")
    assert page.input_value("[name=name]") == "写到一半的人" and page.input_value("[name=username]") == "half.typed"


def test_lockout_is_told(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.allowed += ["422", "429"]
    for _ in range(6):
        page.goto(site.url + "/login/")
        page.fill("[name=username]", "analyst")
        page.fill("[name=password]", "wrong")
        page.press("[name=password]", "Enter")
        page.wait_for_selector(".failure, .form-errors")
    assert re.search(r"还要等 \d+ 分钟；急用请安全管理员解锁", page.inner_text(".failure"))
    security = open_page()
    site.login(security, "security_admin", "/people/?q=analyst")
    security.click("tbody tr td a")
    security.click("text=解锁账号")
    security.wait_for_selector("text=已解锁")


def test_root_prints_on_one_page(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page()
    site.login(page, "audit_admin", "/audit/root/")
    page.emulate_media(media="print")
    assert not page.is_visible(".sift") and page.is_visible(".root-sheet")
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4"))) == 1
