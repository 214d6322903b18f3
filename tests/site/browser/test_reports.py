"""Reports in the browser: a firm types its figures and is asked about a slip before they are filed; the office brings a file with one
wrong cell, mends it, sees the difference and files it; all of it on a phone and without scripts too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.site.opened import Site

HEAD = "企业,月份,项目,物料,往来方,数值,单位\n"
MONTH = "2024-05"


def smelter(page: Any, site: Site) -> str:
    """The name of the smelter as the page of works gives it."""
    page.goto(f"{site.url}/works/")
    return str(page.locator("table.works tbody", has_text="铝电解").first.locator("a").first.inner_text())


def test_a_slip_is_asked_about_before_it_is_filed(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.allowed.append("422")
    site.login(page, "firm", "/reports/")
    assert page.locator("table.reports tbody tr").count() == 1, "a firm sees its own alone"
    page.get_by_role("link", name="网页填报").click()
    row = page.locator("tr[data-before]").first
    before = float(row.get_attribute("data-before"))
    row.locator("input").fill(f"{before * 10:.0f}")
    assert "hit" in (row.get_attribute("class") or "") and "约为上月的 10 倍" in row.inner_text()
    page.get_by_role("button", name="报送").last.click()
    asked = page.locator(".report-check")
    assert "十倍" in asked.inner_text()
    page.locator("tr[data-before]").first.locator("input").fill("1O0")
    page.get_by_role("button", name="报送").last.click()
    assert "不是数字" in page.locator(".report-error").inner_text()
    page.locator("tr[data-before]").first.locator("input").fill(f"{before * 1.01:.6g}")
    page.get_by_role("button", name="报送").last.click()
    page.wait_for_selector("text=逐个数")
    assert "网页填报" in page.inner_text("main")


def test_one_wrong_cell_keeps_a_file_out(site: Site, open_page: Callable[..., Any], tmp_path: Path) -> None:
    page = open_page()
    site.login(page, "office", "/reports/")
    name = smelter(page, site)
    bad, good = tmp_path / "五月.csv", tmp_path / "五月改.csv"
    bad.write_text(f"{HEAD}{name},{MONTH},期末库存,氧化铝,,9O18,吨\n", "utf-8")
    good.write_text(f"{HEAD}{name},{MONTH},期末库存,氧化铝,,9018,吨\n", "utf-8")
    page.goto(f"{site.url}/reports/upload/")
    page.set_input_files("[name=files]", str(bad))
    page.get_by_role("button", name="读表看差别").click()
    page.wait_for_selector("text=整批没有报送")
    assert "第 2 行" in page.inner_text("main")
    with page.expect_download() as got:
        page.get_by_role("link", name="导出 Excel").click()
    assert got.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name="改好后重新上传").click()
    page.set_input_files("[name=files]", str(good))
    page.get_by_role("button", name="读表看差别").click()
    page.wait_for_selector("text=报送这 1 份")
    page.get_by_role("button", name="报送这 1 份").click()
    page.wait_for_selector("text=逐个数")
    assert "9018 吨" in page.inner_text("main") and name in page.inner_text("h1")


def test_on_a_phone_and_without_scripts(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page(width=360, scripts=False)
    site.login(page, "firm", "/reports/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="网页填报").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    field = page.locator(".typing .entry input").first
    assert field.bounding_box()["height"] >= 44
    page.get_by_role("button", name="报送").last.click()
    assert "没有改动" in page.content()


def test_the_pages_in_english(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page()
    site.login(page, "office", "/reports/")
    page.context.add_cookies([{"name": "lvlian_language", "value": "en", "url": site.url}])
    for address in ("/reports/", "/works/", "/reports/upload/"):
        page.goto(site.url + address)
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
