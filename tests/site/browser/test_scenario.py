"""The scenario page in a browser: a slider is turned and the goals follow, by mouse and keyboard, without scripts, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.site.opened import Site

DRY = "power.dry"


def test_a_slider_moves_the_goals_and_the_address(site: Site, page: Any, axe: Callable[..., None]) -> None:
    page.allowed.append(r"htmx:(afterRequest|sendAbort)")  # a newer turn ends the request of an older one
    site.login(page, "office")
    page.goto(site.url + "/outlook/?year=2024")
    page.wait_for_selector("#fan-chart svg")
    page.wait_for_selector("#tornado .tornado")
    page.wait_for_selector("#clashes .clash, #clashes p.note:not(:has(.js-only))")
    row = page.locator(f"[data-slider]:has([name='{DRY}'])")
    before = page.locator("#outlook-goals .goal").first.inner_text()
    row.locator("[data-range]").focus()
    took = []
    for count in range(1, 4):
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(f"**{DRY}=-{5 * count}*")
        page.wait_for_selector("[data-turn][data-took]")
        took.append(int(page.evaluate("document.querySelector('[data-turn]').dataset.took")))
        page.evaluate("delete document.querySelector('[data-turn]').dataset.took")
    print(f"a slider turned until goals and chart stand: {took} ms")
    page.wait_for_selector("#fan-chart svg")
    assert (
        "changed" in (row.get_attribute("class") or "")
        and page.locator("#outlook-goals .goal").first.inner_text() != before
    )
    assert "改了 1 项" in page.locator("#outlook-count").inner_text()
    page.keyboard.press("r")
    page.wait_for_url(lambda url: DRY not in url)
    page.wait_for_selector("[data-turn][data-took]")
    assert page.locator("#outlook-goals .goal").first.inner_text() == before
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("t")
    assert page.locator("#fan-chart").get_attribute("data-view") == "table"
    axe(page)


def test_a_project_is_left_out_and_the_scenario_kept(site: Site, page: Any) -> None:
    page.allowed.append(r"htmx:(afterRequest|sendAbort)")
    site.login(page, "office")
    page.goto(site.url + "/outlook/?year=2024")
    page.wait_for_selector("#fan-chart svg")
    page.locator("details.more > summary").first.click()
    page.locator("[data-drop]").last.check()
    page.wait_for_url("**drop=*")
    page.wait_for_selector("#keep-query[value*='drop=']", state="attached")
    page.fill("#keep-name", "少做一个")
    page.fill("#keep-reason", "浏览器试验")
    page.get_by_role("button", name="另存为情景").click()
    page.wait_for_selector(".toast")
    assert "少做一个" in page.locator("#outlook-state").inner_text()
    page.get_by_role("link", name="逐行对照").first.click()
    page.wait_for_selector("#premise")
    assert "不做" in page.locator("#premise").inner_text()


def test_without_scripts_and_on_a_phone(site: Site, open_page: Callable[..., Any]) -> None:
    bare = open_page(scripts=False)
    site.login(bare, "office")
    bare.goto(site.url + "/outlook/?year=2024")
    bare.fill(f"[name='{DRY}']", "-20")
    bare.get_by_role("button", name="重算").click()
    assert f"{DRY}=-20" in bare.url and bare.url.count("=") <= 3
    assert (
        "改了 1 项" in bare.locator("#outlook-count").inner_text()
        and "四季" in bare.locator("#fan-chart table").inner_text()
    )
    bare.locator("#tornado a.bare").click()
    assert bare.locator(".tornado tr").count() >= 3
    phone = open_page(width=360)
    site.login(phone, "office")
    for path in ("/outlook/", f"/outlook/compare/?a=base&b=now&{DRY}=-20", f"/outlook/premises/?fix={DRY}"):
        phone.goto(site.url + path)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
