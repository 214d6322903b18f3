"""链账 in a browser: a doubt is read and asked about on one screen, walked with keys, without scripts, on a phone, on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.site.opened import Site

PAGE = "/chain/?month=2024-05"


def test_a_doubt_is_read_and_asked_about(site: Site, open_page: Callable[..., Any], axe: Any) -> None:
    page = open_page()
    site.login(page, "office", "/")
    page.goto(site.url + PAGE)
    axe(page)
    card = page.locator("article.doubt", has_text="十倍").first
    assert "›" in card.inner_text() and "岗" in card.inner_text() and "=" in card.inner_text()
    rows = page.locator(".account-table tr.hit")
    assert rows.count() and page.locator(".account-table tr.hit svg.z-bad").count()

    # Keys: rows are walked, pictures give way to figures and stay so.
    page.keyboard.press("j")
    assert page.locator("[data-walked]").count() == 1
    page.keyboard.press("t")
    assert page.locator(".account-table .plot svg").first.is_hidden()
    page.reload()
    assert page.locator(".account-table .plot svg").first.is_hidden()
    page.keyboard.press("t")
    page.keyboard.press("s")
    page.wait_for_url("**only=doubt**")
    assert page.locator(".account-table tr[data-href]").count() == rows.count()

    card = page.locator("article.doubt", has_text="十倍").first
    card.get_by_role("button", name="转问询").click()
    page.wait_for_load_state()
    asked = page.locator("article.doubt", has_text="十倍").first
    assert "问询中" in asked.inner_text()
    asked.locator("header a").click()
    page.wait_for_url("**/chain/stream/**")
    axe(page)
    assert page.locator(".balance .terms").count() and page.locator("text=2024-04").count()


def test_without_scripts_on_a_phone_and_on_paper(site: Site, open_page: Callable[..., Any], axe: Any) -> None:
    phone = open_page(width=360)
    site.login(phone, "chief", "/")
    for address in (PAGE, f"{PAGE}&view=received"):
        phone.goto(site.url + address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        axe(phone)
    assert phone.get_by_role("button", name="转问询").count() == 0, "a chief reads, the office asks"
    plain = open_page(scripts=False)
    site.login(plain, "chief", "/")
    plain.goto(site.url + PAGE)
    assert plain.locator(".account-table tr.hit").count() and plain.locator("article.doubt").count()
    printed = open_page()
    site.login(printed, "office", "/")
    printed.goto(site.url + PAGE)
    printed.emulate_media(media="print")
    assert printed.locator("article.doubt").first.is_visible()
    assert printed.get_by_role("button", name="一并转问询").is_hidden()
