"""Lists and record pages in a browser: filtering without a full load, the keyboard, columns, import, bulk edit, phones, no scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.site.opened import Site

PAGES = (
    "/projects/list/", "/goals/list/", "/milestones/", "/duties/list/", "/incentives/list/", "/facts/", "/findings/list/",
    "/firms/", "/units/", "/regions/", "/plans/list/", "/chains/", "/projects/list/import/",
)  # fmt: skip


def wide(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", [1280, 360])
def test_every_list(site: Site, open_page: Any, axe: Any, width: int) -> None:
    page = open_page(width=width)
    site.login(page, "office")
    for path in PAGES:
        page.goto(site.url + path)
        assert wide(page) <= 0, path
        axe(page)


def test_records(site: Site, open_page: Any, axe: Any) -> None:
    page = open_page()
    site.login(page, "office")
    for path in (
        "/projects/list/",
        "/goals/list/",
        "/milestones/",
        "/duties/list/",
        "/facts/",
        "/findings/list/",
        "/firms/",
    ):
        page.goto(site.url + path)
        row = page.locator("tr[data-href]").first
        if not row.count():
            continue
        page.goto(site.url + row.get_attribute("data-href"))
        assert wide(page) <= 0, path
        axe(page)


def test_filter_sort_keys(site: Site, open_page: Any) -> None:
    page = open_page()
    site.login(page, "office")
    page.goto(site.url + "/projects/list/")
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    page.fill("#list-q", "铝")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    page.locator(".chip.on").first.wait_for()
    page.locator("thead a.sort").nth(1).click()
    page.wait_for_url("**sort=**")
    assert page.locator("th[aria-sort]").count() == 1
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("tr.selected").count() == 1
    page.keyboard.press("j")
    page.keyboard.press(" ")
    assert page.locator("tr.selected").count() == 2
    page.get_by_role("button", name="批量修改所选").click()
    page.locator('input[value="product"]').check()
    page.fill("#id_product", "铝箔")
    page.get_by_role("button", name="看差别").click()
    assert page.locator("ins").count() >= 1
    page.go_back()
    page.goto(site.url + "/projects/list/?light=bad&nonsense=1&year=x")
    assert "没有用" in page.content()
    page.goto(site.url + "/projects/list/?q=没有这样的项目啊")
    page.goto(site.url + "/projects/list/")
    page.locator("tr[data-href]").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/*/")


def test_without_scripts(site: Site, open_page: Any) -> None:
    page = open_page()
    site.login(page, "office")
    plain = page.context.browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    ).new_page()
    plain.goto(site.url + "/goals/list/")
    plain.locator("summary", has_text="条件").click()
    plain.fill("#list-indicator", "产值")
    plain.get_by_role("button", name="筛选").click()
    plain.locator(".chip.on").first.wait_for()
    assert "indicator=" in plain.url and plain.locator(".chip.on").count() == 1
    plain.locator("summary", has_text="选择列").click()
    plain.locator('input[name="columns"][value="region"]').set_checked(False)
    plain.get_by_role("button", name="用这些列").click()
    assert "columns=" in plain.url and "indicator=" in plain.url
    plain.context.close()


def test_import_in_a_browser(site: Site, open_page: Any, tmp_path: Path) -> None:
    page = open_page()
    site.login(page, "office")
    page.goto(site.url + "/firms/")
    page.get_by_role("link", name="导入 Excel").click()
    file = tmp_path / "企业.csv"
    file.write_text("名称,环节\n青岩浏览器铝业有限公司,铝箔\n", encoding="utf-8")
    page.set_input_files("#import-file", str(file))
    page.get_by_role("button", name="读表看差别").click()
    page.wait_for_url("**/jobs/**", timeout=5000) if "/jobs/" in page.url else None
    link = page.get_by_role("link", name="看差别")
    if "/import/" not in page.url:
        link.wait_for()
        link.click()
    page.get_by_role("button", name="写入这 1 条").click()
    page.get_by_text("新增 1 条").first.wait_for()
    file.write_text("名称,环节,错列\n甲,铝箔,1\n", encoding="utf-8")
    page.goto(site.url + "/firms/import/")
    page.set_input_files("#import-file", str(file))
    page.get_by_role("button", name="读表看差别").click()
    if "/import/" not in page.url:
        link.wait_for()
        link.click()
    page.get_by_text("不对的格子").first.wait_for()
