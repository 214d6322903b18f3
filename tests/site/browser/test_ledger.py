"""The ledger in a browser: its pages are sound at both widths, a unit moves a date and sees what follows, the board goes by keys, a track
that a file brings is walked to its end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.site.browser.conftest import watched
from tests.site.ledger.desk import VISIT
from tests.site.opened import Site, end_demo, start_demo

PAGES = (
    "/ledger/", "/ledger/project/", "/ledger/project/?view=list", "/ledger/project/?view=timeline", "/ledger/land/?light=bad",
    "/ledger/investment/new/", "/items/1/", "/items/",
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
    settled(page, site, "/items/1/")
    for summary in page.locator("#deeds summary, #steps summary, #fields summary, #evidence summary").all():
        summary.click()
    assert overflow(page) <= 0
    axe(page)


def test_it_works_without_scripts(site: Site, open_page: Any) -> None:
    page = open_page(scripts=False)
    site.login(page, "office")
    for path in PAGES:
        assert page.goto(site.url + path).status == 200
        assert page.locator("h1").count() == 1


def test_a_unit_moves_a_date_and_sees_what_follows(site: Site, page: Any) -> None:
    """Light, reason, history, timeline and the Gantt of the projects: one change, stored once."""
    site.login(page, "unit")
    settled(page, site, "/ledger/project/?view=list&stage=started")
    page.locator("tbody tr", has_text="建成投产").first.locator("a").first.click()
    page.wait_for_url(re.compile(r"/items/\d+/$"))
    title = page.locator("h1").inner_text().split("　")[0].strip()
    row = page.locator("#steps tbody", has_text="建成投产").first
    row.locator("summary").click()
    row.get_by_label("现日期").fill("2025-06-30")
    row.get_by_label("改期理由").fill("主变压器招标流标，供电局，明年6月")
    row.get_by_role("button", name="改期").click()
    page.wait_for_load_state("networkidle")
    assert "滞后" in page.locator(".item-light").first.inner_text()
    assert "改为 2025-06-30：主变压器招标流标" in page.locator(".item-reasons").inner_text()
    assert "改为 2025-06-30：主变压器招标流标" in page.locator("#history li").first.inner_text()
    where = page.url
    settled(page, site, "/ledger/project/?view=timeline")
    page.locator("#timeline [data-toggle-view]").click()
    line = page.locator(
        "#timeline-table tr", has=page.locator(f"a[href='{where.removeprefix(site.url)}']"), has_text="建成投产"
    )
    assert "2025-06-30" in line.inner_text()
    settled(page, site, "/projects/?kind=all")
    assert "2025-06-30" in page.content() or "2025-06" in page.content(), title


def test_the_board_goes_by_keys(site: Site, page: Any) -> None:
    site.login(page, "office")
    settled(page, site, "/ledger/project/")
    assert not page.locator("[data-draggable], [draggable=true]").count()
    page.keyboard.press("j")
    first = page.locator(".item-card.at").get_attribute("data-item")
    page.keyboard.press("ArrowRight")
    assert page.locator(".item-card.at").get_attribute("data-item") != first
    page.keyboard.press("ArrowLeft")
    assert page.locator(".item-card.at").get_attribute("data-item") == first
    page.keyboard.press(".")
    assert page.evaluate("document.activeElement.textContent").startswith("进入")
    page.keyboard.press("Enter")
    page.locator("#toasts", has_text="已进入").wait_for()
    column = page.locator(f".column:has([data-item='{first}']) h2").inner_text()
    assert column == "签约"


def test_a_file_makes_a_register_that_is_walked_to_its_end(browser: Any, tmp_path: Any) -> None:
    """A site that starts with a file of the user's own in `tracks`."""
    (tmp_path / "tracks").mkdir()
    (tmp_path / "tracks" / "visit.yaml").write_text(VISIT, encoding="utf-8")
    own = start_demo(tmp_path)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    troubles = watched(page, own.url)
    try:
        own.login(page, "office", "/ledger/")
        page.get_by_role("link", name="走访", exact=True).click()
        page.get_by_role("link", name="立走访").click()
        page.get_by_label("走访", exact=True).fill("走访绿色铝企业")
        page.get_by_role("button", name="立项").click()
        page.wait_for_url(re.compile(r"/items/\d+/$"))
        page.locator("#deeds summary", has_text="进入下一阶段").click()
        page.locator("#deeds").get_by_role("button", name="进入下一阶段").click()
        page.wait_for_load_state("networkidle")
        assert "走访记录" in page.locator("#deeds").inner_text(), "what is missing is told at the form"
        page.locator("#fields summary").click()
        page.get_by_label("走访记录").fill("谈了用电")
        page.locator("#fields").get_by_role("button", name="保存").click()
        for _stage in range(2):
            page.wait_for_load_state("networkidle")
            page.locator("#deeds summary", has_text="进入下一阶段").click()
            page.locator("#deeds").get_by_role("button", name="进入下一阶段").click()
        page.wait_for_load_state("networkidle")
        assert (
            "办结" in page.locator(".title-line").inner_text()
            and "正常" in page.locator(".item-light").first.inner_text()
        )
        page.goto(f"{own.url}/ledger/visit/")
        assert "走访绿色铝企业" in page.content()
        assert not [one for one in troubles if "422" not in one], troubles
    finally:
        context.close()
        end_demo(own)


def test_english(site: Site, page: Any) -> None:
    site.login(page, "office")
    settled(page, site, "/ledger/project/")
    # by the cookie alone: the switch would keep the language with the account, which the other tests share
    page.context.add_cookies([{"name": "lvlian_language", "value": "en", "url": site.url}])
    settled(page, site, "/ledger/project/")
    assert "Planned" in page.locator(".board").inner_text() and "Construction started" in page.content()
    settled(page, site, "/items/1/")
    assert "In production" in page.content()
