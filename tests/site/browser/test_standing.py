"""Projects, risks and indicators of the outlook in a browser: chart and table, the part that comes later, both ways between pages, a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.site.opened import Site


def test_projects_risks_and_indicators(site: Site, page: Any, axe: Callable[..., None]) -> None:
    site.login(page, "office")
    page.goto(site.url + "/outlook/projects/?light=bad")
    page.wait_for_selector("#gantt svg")
    assert page.locator(".standing-projects tbody tr").count() >= 1
    page.keyboard.press("t")
    assert page.locator("#gantt").get_attribute("data-view") == "table"
    axe(page)
    page.goto(site.url + "/outlook/risks/")
    page.wait_for_selector("#heat table td")
    assert page.locator("#drivers tbody tr").count() >= 1
    axe(page)
    page.goto(site.url + "/outlook/indicators/?only=planned")
    axe(page)
    page.locator("tr[id=output_per_kwh] a").first.click()
    page.wait_for_selector("#outlook-chart svg")
    page.locator("#outlook .links a").click()
    page.wait_for_url("**/outlook/indicators/#output_per_kwh")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_and_on_a_phone(site: Site, open_page: Callable[..., Any]) -> None:
    bare = open_page(scripts=False)
    site.login(bare, "office")
    bare.goto(site.url + "/outlook/risks/")
    bare.locator("#why a.bare").click()
    assert bare.locator("#heat td").count() > 0
    phone = open_page(width=360)
    site.login(phone, "office")
    for path in (
        "/outlook/projects/",
        "/outlook/risks/?whole=1",
        "/outlook/indicators/",
        "/outlook/indicators/?per=quarter",
    ):
        phone.goto(site.url + path)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
