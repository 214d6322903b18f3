"""A plan reviewed by keyboard alone, from the upload to the figure on the page of goals and back to its sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.site.opened import Site

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "sample" / "qingyan.txt"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented plan under another name, so that it is no copy of the one that the demonstration has."""
    path = tmp_path_factory.mktemp("plan") / "赤水县方案.txt"
    path.write_text(SAMPLE.read_text(encoding="utf-8").replace("青岩县", "赤水县"), encoding="utf-8")
    return path


def open_fact(page: Any, words: str) -> str:
    """Opens the first fact of the list whose name holds the words; its number."""
    row = page.locator("tr.fact-row:not(.open)", has_text=words).first
    number = row.get_attribute("data-fact")
    row.locator("a").click()
    page.wait_for_selector(f"#row-{number}.open")
    return str(number)


def press(page: Any, key: str) -> None:
    page.keyboard.press(key)


def upload(site: Site, page: Any, document: Path) -> None:
    site.login(page, "qingyan", "/plans/upload/")
    page.set_input_files("input[name=file]", str(document))
    page.click("button.primary")
    page.wait_for_url("**/jobs/**")
    link = page.locator("main a", has_text="赤水县铝产业链提质三年行动方案").first
    link.wait_for(timeout=60_000)
    link.click()
    page.wait_for_url(re.compile(r"/plans/\d+/"))


def test_review_by_keyboard(
    site: Site, open_page: Callable[..., Any], axe: Callable[..., None], document: Path
) -> None:
    page = open_page(width=1440, height=1000)
    page.allowed.append("422")
    upload(site, page, document)
    assert page.locator("tr.open").count() == 1 and page.locator(".plan-text .f").count() > 100
    axe(page)
    waiting = int(page.locator("[data-waiting]").inner_text())

    # Accept: the row is settled, the mark in the text too, the next fact opens.
    number = open_fact(page, "铝产业综合产值≥ 300".replace("≥ 300", ""))
    press(page, "a")
    page.wait_for_selector(f"#row-{number}.s-accepted:not(.open)")
    page.wait_for_selector("tr.open")
    assert page.locator(f"#fact-{number}").get_attribute("class").split().count("f-accepted") == 1
    assert int(page.locator("[data-waiting]").inner_text()) == waiting - 1

    # Undo, and accept again.
    press(page, "k")
    page.wait_for_selector(f"#row-{number}.open")
    press(page, "u")
    page.wait_for_selector(f"#row-{number}.s-pending:not(.open)")
    page.wait_for_selector("tr.open")
    press(page, "k")
    page.wait_for_selector(f"#row-{number}.open")
    press(page, "a")
    page.wait_for_selector(f"#row-{number}.s-accepted:not(.open)")

    # Correct: E goes to the first field, Enter there keeps the correction.
    corrected = open_fact(page, "直接就业")
    press(page, "e")
    assert page.evaluate("document.activeElement.name") == "indicator"
    page.locator("tr.open input[name=value]").fill("六千")
    press(page, "Enter")
    page.get_by_text("应是数字").wait_for()
    page.locator("tr.open input[name=value]").fill("6600")
    press(page, "Enter")
    page.wait_for_selector(f"#row-{corrected}.s-corrected:not(.open)")

    # Reject: X asks for the reason.
    rejected = open_fact(page, "铝水就地转化率")
    press(page, "x")
    page.keyboard.type("另一处已写")
    press(page, "Enter")
    page.wait_for_selector(f"#row-{rejected}.s-rejected:not(.open)")

    # Settle a finding: M while it has the focus.
    page.wait_for_selector("tr.open .fact-card:focus")
    finding = page.locator(".finding-at:has(button[value=known])").first
    name = finding.get_attribute("id")
    finding.focus()
    press(page, "m")
    page.locator(f"#{name}").get_by_text("已记为已知").wait_for()

    # Add: words selected in the text, N.
    page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.querySelector('.plan-text'), NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf('园区内企业就近用铝');
            if (at < 0) continue;
            getSelection().setBaseAndExtent(node, at, node, at + 9);
            return;
          }
        }"""
    )
    press(page, "n")
    page.wait_for_selector("#add-card")
    assert page.locator("#add-quote").input_value() == "园区内企业就近用铝"
    page.locator("#add-kind").select_option("goals")
    page.wait_for_selector("#add-card input[name=indicator]")
    page.locator("#add-card input[name=indicator]").fill("园区就近用铝企业")
    page.locator("#add-card input[name=value]").fill("12")
    page.locator("#add-card input[name=unit]").fill("户")
    page.locator("#add-card input[name=when]").fill("2026")
    press(page, "Enter")
    page.wait_for_selector(".f-added")

    # The figure is a goal of the region, and leads back to its sentence.
    page.goto(f"{site.url}/goals/list/")
    line = page.locator("tr", has_text="园区就近用铝企业").first
    line.wait_for()
    link = page.locator("tr", has_text="园区就近用铝企业").locator("[data-origin]").first
    link.click()
    sheet = page.get_by_role("link", name="看原文")
    sheet.first.click()
    page.wait_for_selector(".f-current")
    assert page.locator(".f-current").first.inner_text() == "园区内企业就近用铝"


def test_typed_before_the_fields_of_another_kind_arrive(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page(width=1440, height=1000)
    site.login(page, "qingyan", "/plans/")
    page.locator("main table a").first.click()
    page.wait_for_selector(".review")
    row = page.locator("tr.fact-row:not(.open)", has=page.locator(".kind-goals")).first
    row.locator("a").first.click()
    page.wait_for_selector("tr.open .fact-card:focus")
    press(page, "n")
    page.wait_for_selector("#add-card")
    assert (
        page.evaluate(
            "[...document.querySelectorAll('[id]')].map((one) => one.id).filter((id, at, all) => all.indexOf(id) < at)"
        )
        == []
    )
    form = page.locator("#add-card")
    form.locator("input[name=indicator]").fill("园区企业")

    # Two choices in a row, words typed before either is answered: the last choice and all the words stay.
    held: list[Any] = []
    page.route("**/add/", lambda route: held.append(route))
    with page.expect_request("**/add/"):
        form.locator("#add-kind").select_option("chains")
    form.locator("#add-kind").select_option("milestones")
    form.locator("input[name=when]").fill("2026")
    form.locator("input[name=value]").fill("12")
    with page.expect_request("**/add/"):
        held[0].continue_()
    form.locator("input[name=when]").fill("2027")
    held[1].continue_()
    form.locator("input[name=event]").wait_for()
    assert form.locator("#add-kind").input_value() == "milestones"
    assert page.evaluate("document.activeElement.name") == "when"
    assert form.locator("input[name=when]").input_value() == "2027"
    page.unroute("**/add/")
    form.locator("#add-kind").select_option("goals")
    form.locator("input[name=indicator]:not([type=hidden])").wait_for()
    typed = {name: form.locator(f"input[name={name}]").input_value() for name in ("indicator", "value", "when")}
    assert typed == {"indicator": "园区企业", "value": "12", "when": "2027"}


@pytest.mark.parametrize("width", [360, 1280])
def test_review_page_fits(site: Site, open_page: Callable[..., Any], axe: Callable[..., None], width: int) -> None:
    page = open_page(width=width)
    site.login(page, "qingyan", "/plans/")
    page.locator("main table a").first.click()
    page.wait_for_selector(".review")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


def test_review_without_scripts(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page(scripts=False)
    page.goto(f"{site.url}/login/?next=/plans/")
    page.fill("input[name=username]", "qingyan")
    page.fill("input[name=password]", site.password)
    page.click("form button[type=submit], form button.primary")
    page.locator("main table a").first.click()
    page.locator("tr.fact-row:not(.open) a").nth(3).click()
    row = page.locator("tr.open")
    number = row.get_attribute("data-fact")
    row.locator("button[value=accept]").click()
    assert page.locator(f"#row-{number}.s-accepted").count() == 1
