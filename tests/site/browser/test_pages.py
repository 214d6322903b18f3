"""The pages of the region in a browser: no grave axe issue, a clean console, nothing from elsewhere, no overflow, keys, English."""

from __future__ import annotations

from typing import Any

import pytest
from tests.site.opened import Site

PAGES = (
    "/", "/goals/", "/goals/?view=charts", "/projects/", "/duties/", "/duties/?view=section", "/duties/?view=matrix",
    "/incentives/", "/findings/",
)  # fmt: skip


def settled(page: Any, site: Site, path: str) -> None:
    page.goto(site.url + path)
    page.wait_for_load_state("networkidle")


def overflow(page: Any) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_is_sound(site: Site, open_page: Any, axe: Any, width: int) -> None:
    page = open_page(width=width)
    site.login(page, "office")
    for path in PAGES:
        settled(page, site, path)
        assert overflow(page) <= 0, f"{path} is wider than {width}"
        axe(page)


@pytest.mark.parametrize("role", ["firm", "unit", "nation", "qingyan"])
def test_other_people_see_sound_pages(site: Site, open_page: Any, axe: Any, role: str) -> None:
    page = open_page()
    if role == "firm":
        page.allowed.append("403")
    site.login(page, role)
    for path in ("/", "/projects/", "/goals/", "/findings/"):
        settled(page, site, path)
        assert overflow(page) <= 0, f"{path} as {role}"
    settled(page, site, "/")
    axe(page)


def test_zoom_of_200_percent(site: Site, open_page: Any) -> None:
    page = open_page(width=640, height=450)
    site.login(page, "office")
    for path in PAGES:
        settled(page, site, path)
        assert overflow(page) <= 0, path


def test_charts_are_drawn_and_t_shows_the_table(site: Site, page: Any) -> None:
    site.login(page, "office")
    for path in ("/projects/", "/goals/"):
        settled(page, site, path)
        figure = page.locator("figure.chart").first
        figure.locator("svg").first.wait_for()
        assert not figure.locator(".as-table").is_visible()
        page.keyboard.press("t")
        assert figure.locator(".as-table").is_visible() and not figure.locator(".canvas").is_visible()
        page.keyboard.press("t")
        assert not figure.locator(".as-table").is_visible()


def test_on_a_phone_charts_give_way_to_tables(site: Site, open_page: Any) -> None:
    page = open_page(width=360)
    site.login(page, "office")
    settled(page, site, "/projects/")
    assert page.locator("figure.chart .as-table").first.is_visible()
    assert not page.locator("figure.chart .canvas").first.is_visible()


def test_without_scripts_the_pages_stand(site: Site, open_page: Any) -> None:
    page = open_page(scripts=False)
    site.login(page, "office")
    page.goto(site.url + "/projects/")
    assert page.locator("figure.chart .as-table").first.is_visible()


def test_a_mark_opens_its_sentence_beside_the_figure(site: Site, page: Any) -> None:
    site.login(page, "qingyan")
    settled(page, site, "/findings/")
    page.locator(".evidence a[data-origin]").first.click()
    page.locator(".popover").wait_for()
    assert page.url.endswith("/findings/")


def test_keys_walk_the_list_and_open_the_record(site: Site, page: Any) -> None:
    site.login(page, "office")
    settled(page, site, "/projects/")
    page.keyboard.press("t")
    page.keyboard.press("j")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url(site.url + "/")


def test_a_date_is_moved(site: Site, page: Any) -> None:
    site.login(page, "office")
    settled(page, site, "/")
    page.locator(".todo-rows a", has_text="开工").first.click()
    page.wait_for_load_state("networkidle")
    row = page.locator("tbody:target, .milestones tbody").first
    row.locator("summary").click()
    row.locator("input[type=date]").first.fill("2024-09-30")
    row.locator("input[type=text]").first.fill("前置手续，县自然资源局，9月底")
    row.locator("button.primary").click()
    page.get_by_text("前置手续，县自然资源局，9月底").first.wait_for()


def test_print_has_region_and_every_row(site: Site, page: Any) -> None:
    site.login(page, "office")
    for path in ("/", "/duties/?view=matrix"):
        settled(page, site, path)
        page.emulate_media(media="print")
        assert page.locator(".print-head").is_visible()
        assert len(page.pdf(format="A4")) > 20_000
        page.emulate_media(media="screen")
