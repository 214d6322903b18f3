"""The page in a real browser: nothing cut off at 1280 and 360 px, readable without scripts, keys and toggles work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lvlian.brief import Assessed, write_brief


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_off(
    browser: Any, tmp_path: Path, shipan: Assessed, neighbour: Assessed, width: int, language: str
) -> None:
    path, *_ = write_brief([shipan, neighbour], tmp_path, language=language)
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_no_request_leaves_the_file_and_no_script_error(browser: Any, tmp_path: Path, hostile: Assessed) -> None:
    path, *_ = write_brief([hostile], tmp_path)
    page = browser.new_page()
    asked: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert not troubles
    assert page.evaluate("getComputedStyle(document.body).display") == "block"
    page.close()


def test_reads_and_toggles_without_scripts(browser: Any, tmp_path: Path, shipan: Assessed) -> None:
    path, *_ = write_brief([shipan], tmp_path)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator(".gantt").first.is_visible()
    table = page.locator("#p1-projects-table ~ .behind")
    assert not table.is_visible()
    page.locator("label[for=p1-projects-table]").click()
    assert table.is_visible()
    context.close()


def test_keys_switch_language_and_charts(browser: Any, tmp_path: Path, shipan: Assessed) -> None:
    path, *_ = write_brief([shipan], tmp_path)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(path.as_uri())
    page.keyboard.press("l")
    assert page.evaluate("document.documentElement.dataset.language") == "en"
    assert page.locator("#p1-goals .en").first.is_visible()
    page.keyboard.press("t")
    assert page.locator("#p1-projects-table ~ .behind").is_visible()
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.id")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") != first
    page.close()


def test_prints_on_a4_with_page_numbers(browser: Any, tmp_path: Path, shipan: Assessed) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="the Python package pypdfium2 is not installed")
    path, *_ = write_brief([shipan], tmp_path)
    page = browser.new_page()
    page.goto(path.as_uri())
    paper = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True))
    page.close()
    width, height = paper[0].get_size()
    assert (round(width), round(height)) == (595, 842)
    text = paper[0].get_textpage().get_text_bounded()
    assert f"1 / {len(paper)}" in text
    assert "石盘县" in text
    paper.close()
