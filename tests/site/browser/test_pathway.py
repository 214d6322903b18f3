"""The cheapest way in a browser: asked, found, a move given to somebody; conflicts; without scripts; on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.site.opened import Site


def test_a_way_is_asked_for_and_a_move_is_given_to_somebody(site: Site, page: Any) -> None:
    site.login(page, "office")
    page.goto(site.url + "/outlook/pathway/?power.dry=-20")
    rows = page.locator(".moves tbody tr")
    assert rows.count() >= 1 and page.locator(".way-goals tbody tr").count() >= 3
    page.locator("label.pick", has_text="产值最高").click()
    page.get_by_role("button", name="求最省办法").click()
    page.wait_for_url("**want=value**")
    assert "power.dry=-20" in page.url and "rule." not in page.url and "rank." not in page.url
    page.locator("#others").scroll_into_view_if_needed()
    page.wait_for_selector("#others table, #others .note:not(:has(a))")
    page.locator("#front").scroll_into_view_if_needed()
    page.wait_for_selector("#front select")
    page.locator(".moves button", has_text="转台账").first.click()
    page.wait_for_selector(".toast")
    assert page.locator(".moves td", has_text="已转").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_conflicts_and_ways_without_scripts_and_on_a_phone(site: Site, open_page: Callable[..., Any]) -> None:
    bare = open_page(scripts=False)
    site.login(bare, "office")
    bare.goto(site.url + "/outlook/pathway/")
    bare.get_by_role("button", name="求最省办法").click()
    assert "asked" not in bare.url and bare.locator(".moves tbody tr").count() >= 1
    assert bare.locator("#others a", has_text="打开").count() == 1
    bare.goto(site.url + "/outlook/conflicts/")
    assert bare.locator(".clash, .agree").count() >= 1
    phone = open_page(width=360)
    site.login(phone, "office")
    for path in ("/outlook/pathway/", "/outlook/conflicts/"):
        phone.goto(site.url + path)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
