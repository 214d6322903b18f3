"""The page of parts: every part in every state, at every width, on paper, and by the keyboard."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.site.opened import Site

WIDTHS = {"1440": (1440, 1), "1280": (1280, 1), "360": (360, 1), "zoom": (720, 2)}
"""Width in CSS pixels and device scale: 200 % zoom of a window of 1440 is a window of 720."""

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def parts(site: Site, open_page: Callable[..., Any]) -> Callable[..., Any]:
    def opened(**options: Any) -> Any:
        page = open_page(**options)
        site.login(page, "office", "/parts/")
        page.goto(f"{site.url}/parts/", wait_until="networkidle")
        return page

    return opened


def kept(name: str, content: bytes) -> None:
    """Keeps a photograph where the environment names a folder (LOOK=folder), to lay it beside the drawings."""
    if folder := os.environ.get("LOOK"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / name).write_bytes(content)


@pytest.mark.parametrize("name", WIDTHS)
def test_nothing_overflows_and_nothing_is_hard_to_read(
    name: str, parts: Callable[..., Any], axe: Callable[..., None]
) -> None:
    width, scale = WIDTHS[name]
    page = parts(width=width, device_scale_factor=scale)
    kept(f"parts-{name}.png", page.screenshot(full_page=True))
    assert page.evaluate(TOO_WIDE) <= 0
    axe(page)


def test_colours_of_the_system_are_obeyed(parts: Callable[..., Any], axe: Callable[..., None]) -> None:
    page = parts(forced_colors="active")
    kept("parts-forced.png", page.screenshot(full_page=True))
    assert page.locator(".light-bad .shape").first.is_visible()


def test_charts_are_drawn_and_give_way_to_their_table(parts: Callable[..., Any]) -> None:
    page = parts()
    page.wait_for_selector("#gantt .canvas svg")
    assert page.locator("#trajectory .canvas svg").count() == 1
    assert not page.locator("#trajectory-table").is_visible()
    page.locator("#trajectory .canvas").focus()
    page.keyboard.press("ArrowRight")
    assert "2021" in page.locator("#trajectory .spoken").inner_text()
    assert page.locator("#trajectory .chart-tip").is_visible()
    page.keyboard.press("t")
    assert page.locator("#trajectory-table").is_visible()
    page.locator("#gantt .canvas").hover(position={"x": 60, "y": 82})
    page.locator("#gantt .chart-tip").wait_for()


def test_a_phone_has_tables_instead(parts: Callable[..., Any]) -> None:
    page = parts(width=360)
    assert page.locator("#trajectory-table").is_visible()
    assert not page.locator("#trajectory .canvas").is_visible()


def test_without_scripts_everything_is_there(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page(scripts=False)
    site.login(page, "office", "/parts/")
    page.goto(f"{site.url}/parts/")
    assert page.locator("#trajectory-table").is_visible()
    assert page.locator("nav.bar-2 a").first.is_visible()


def test_keyboard(parts: Callable[..., Any]) -> None:
    page = parts()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("j")
    assert page.input_value("[data-search]") == "j"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    assert "主要动作" in page.locator("[data-keys-page]").inner_text()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    assert page.locator(".popover").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".popover").count() == 0
    assert page.evaluate("document.activeElement.classList.contains('mark')")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/parts/?record=1")


def test_single_keys_can_be_switched_off(parts: Callable[..., Any]) -> None:
    page = parts()
    page.keyboard.press("?")
    page.locator("[data-keys-on]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator(".at[data-walked]").count() == 0
    page.reload(wait_until="networkidle")
    page.keyboard.press("?")
    assert not page.locator("#help").is_visible()
    page.locator(".frame-foot [data-help]").click()
    page.locator("[data-keys-on]").check()


def test_an_origin_opens_beside_its_figure(parts: Callable[..., Any]) -> None:
    page = parts()
    mark = page.locator("button.mark").first
    mark.click()
    sheet = page.locator(".popover")
    assert "900 左右" in sheet.inner_text()
    assert mark.get_attribute("aria-expanded") == "true"
    assert sheet.bounding_box()["x"] >= 0
    page.locator("h1").click()
    assert sheet.count() == 0
    assert mark.get_attribute("aria-expanded") == "false"


def test_a_draft_outlives_the_page(parts: Callable[..., Any]) -> None:
    page = parts()
    page.fill("#id_remark", "变电站送电推迟到三月")
    page.reload(wait_until="networkidle")
    assert page.input_value("#id_remark") == "变电站送电推迟到三月"
    toast = page.locator("#toasts .toast")
    assert "已恢复" in toast.inner_text()
    toast.get_by_text("弃用").click()
    assert page.input_value("#id_remark") == ""
    page.reload(wait_until="networkidle")
    assert page.input_value("#id_remark") == ""


def test_a_page_that_says_saved_forgets_what_was_sent(parts: Callable[..., Any]) -> None:
    page = parts()
    page.fill("#id_remark", "变电站送电推迟到三月")
    page.locator("form[data-draft] .button.primary").click()
    page.wait_for_url("**/parts/?remark=*")
    assert page.input_value("#id_remark") == "变电站送电推迟到三月"  # no word of success: it stays

    def with_success(route: Any) -> None:
        answer = route.fetch()
        said = '<div class="toasts" id="toasts"><div class="toast toast-ok" data-toast="ok">已保存</div>'
        route.fulfill(response=answer, body=answer.text().replace('<div class="toasts" id="toasts">', said))

    page.route("**/parts/?remark=*", with_success)
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("form[data-draft] .button.primary").click()
    assert page.input_value("#id_remark") == ""


def test_paper_repeats_its_head(parts: Callable[..., Any]) -> None:
    import pypdfium2

    page = parts()
    page.wait_for_selector("#gantt .canvas svg")
    printed = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    kept("parts.pdf", printed)
    document = pypdfium2.PdfDocument(io.BytesIO(printed))
    leaves = []
    for index in range(len(document)):
        leaf = document[index].get_textpage()
        leaves.append(leaf.get_text_bounded())
        leaf.close()
    document.close()
    assert len(leaves) > 1
    for number, text in enumerate(leaves, 1):
        assert "打印 " in text
        assert f"{number} / {len(leaves)}" in text
    whole = "".join(leaves)
    assert "灯 滞后" in whole
    assert "[1] 规划 › 章节 › 句子" in whole


def test_an_answer_that_is_an_error_becomes_a_sentence(parts: Callable[..., Any]) -> None:
    page = parts()
    page.allowed += ["404", "403", "ERR_INTERNET_DISCONNECTED", "console: htmx:"]
    post = "htmx.ajax('POST', '/region/', {values: {region: 'nowhere'}, target: '#content', swap: 'none'}).catch(() => null)"
    page.evaluate(post)
    page.locator("#toasts .toast", has_text="不在您的范围内").wait_for()  # the token went with it: it was not refused
    page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'a'.repeat(64)")
    page.evaluate(post)
    stale = page.locator("#toasts .toast", has_text="页面开得太久")
    stale.wait_for()
    assert stale.get_by_text("重新载入").is_visible()
    page.context.set_offline(True)
    page.evaluate(post)
    page.locator("#toasts .toast", has_text="没有连上服务器").wait_for()
    page.context.set_offline(False)
    assert page.locator("h1").inner_text() == "组件与状态"


def test_a_page_that_is_not_there_says_so(site: Site, open_page: Callable[..., Any], axe: Callable[..., None]) -> None:
    page = open_page(width=360)
    page.allowed.append("404")
    page.goto(f"{site.url}/nothing/here/")
    assert "/nothing/here/" in page.locator(".failure").inner_text()
    assert page.evaluate(TOO_WIDE) <= 0
    axe(page)
