"""The search box in a browser: hits appear below it, the arrow keys choose one, Enter opens it; without scripts it is a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.site.opened import Site


def test_hits_below_the_box(site: Site, page: Any, axe: Callable[..., None]) -> None:
    site.login(page, "office", "/search/?q=铝")
    page.keyboard.press("/")
    box = page.locator("[data-search]")
    assert box.evaluate("box => box === document.activeElement")
    box.fill("lv")
    options = page.locator("#suggestions [role=option]")
    options.first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    axe(page)
    page.keyboard.press("ArrowDown")
    assert options.first.get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    box.fill("铝")
    options.first.wait_for()
    page.keyboard.press("ArrowDown")
    target = options.first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith(target.split("#")[0]) or target in url)


def test_search_page(site: Site, open_page: Callable[..., Any], axe: Callable[..., None]) -> None:
    for width in (360, 1280):
        page = open_page(width=width)
        site.login(page, "office", "/search/?q=铝")
        assert page.locator("table").count() >= 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)


def test_without_scripts(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page(scripts=False)
    site.login(page, "office", "/")
    page.fill("[data-search]", "铝")
    page.press("[data-search]", "Enter")
    page.wait_for_url(lambda url: "/search/" in url)
    assert page.locator("table").count() >= 1
