"""Indicators in a browser: the list, one in full with its chart, goals confirmed by keyboard, a reading fixed; without scripts; on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.site.opened import Site

KEY = "liquid_local_conversion"


def test_from_the_list_to_the_flows_of_one(site: Site, page: Any) -> None:
    site.login(page, "office")
    page.goto(site.url + "/indicators/")
    assert page.locator(".indicators .group").count() >= 7
    page.locator(".indicators a", has_text="就地转化率").first.click()
    page.wait_for_selector("#series svg")
    assert page.locator(".sides table").count() >= 4
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_goals_are_confirmed_one_after_the_other_by_keyboard(site: Site, page: Any) -> None:
    site.login(page, "office")
    page.goto(site.url + "/indicators/goals/?state=open")
    rows = page.locator("tr[id^=goal-]")
    before = rows.count()
    assert before >= 2
    second = rows.nth(1).get_attribute("id")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.wait_for_selector(".toast")
    assert rows.count() == before - 1
    assert page.evaluate("document.activeElement.id") == second


def test_a_reading_is_fixed_with_its_ground(site: Site, page: Any) -> None:
    site.login(page, "office")
    page.goto(f"{site.url}/indicators/{KEY}/#choose")
    page.locator("input[name=variant]").first.check()
    page.fill("[name=reason]", "链长会议")
    page.get_by_role("button", name="定口径").click()
    page.wait_for_selector(".toast")
    assert "链长会议" in page.locator("#choose").inner_text()


def test_without_scripts_and_on_a_phone(site: Site, open_page: Callable[..., Any]) -> None:
    bare = open_page(scripts=False)
    site.login(bare, "office")
    bare.goto(f"{site.url}/indicators/{KEY}/")
    assert "2024-05" in bare.locator("#series table").inner_text()
    phone = open_page(width=360)
    site.login(phone, "office")
    for path in ("/indicators/", f"/indicators/{KEY}/", "/indicators/smelting_ac_intensity/", "/indicators/goals/"):
        phone.goto(site.url + path)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
