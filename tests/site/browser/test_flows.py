"""The pictures of an account in a browser: the flow chart with its keys, its streams and its files, the atlas by keyboard, a phone, no scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.site.opened import Site


def test_a_band_is_opened_and_the_picture_saved(
    site: Site, page: Any, axe: Callable[..., None], tmp_path: Path
) -> None:
    site.login(page, "office")
    page.goto(site.url + "/chain/flows/")
    page.wait_for_selector("#flows .canvas svg text")
    assert page.locator("#flows .canvas").inner_text().count("铝液") >= 1
    assert "留在区内" in page.locator("#flows .canvas").inner_text()
    assert "[object" not in page.locator("#flows .canvas").inner_text()
    axe(page)

    # By keyboard: the largest flow is read out, Enter opens its streams.
    page.locator("#flows .canvas").focus()
    page.keyboard.press("ArrowRight")
    spoken = page.locator("#flows .spoken").text_content()
    assert "→" in spoken and "±" in spoken
    page.keyboard.press("Enter")
    page.wait_for_selector("#streams")
    assert spoken.split(" → ")[0] in page.locator("#streams h2").inner_text()
    axe(page)

    with page.expect_download() as waiting:
        page.locator("[data-save=svg]").click()
    file = tmp_path / "flows.svg"
    waiting.value.save_as(file)
    drawn = file.read_text(encoding="utf-8")
    assert "模拟" in drawn and "铝液" in drawn and "<pattern" in drawn

    # The table, and the other quantities.
    page.locator("#flows [data-toggle-view]").click()
    page.wait_for_selector("table.flows tr")
    for name in ("能量", "碳", "价值"):
        page.locator(".switch a", has_text=name).first.click()
        page.wait_for_selector("#flows .canvas svg text")
        assert name in page.locator("h1 + span").first.inner_text()


def test_a_picture_of_any_width(site: Site, page: Any) -> None:
    site.login(page, "office")
    page.goto(site.url + "/chain/flows/")
    page.wait_for_selector("#flows .canvas svg text")
    for width in (1000, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= width + 1
        right = page.evaluate(
            "Math.max(...[...document.querySelectorAll('#flows .canvas text')].map((t) => t.getBoundingClientRect().right))"
        )
        assert right <= width, "no label is cut"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_atlas_by_keyboard(site: Site, page: Any, axe: Callable[..., None], language: str) -> None:
    site.login(page, "chief")
    if language == "en":
        page.context.add_cookies([{"name": "lvlian_language", "value": "en", "url": site.url}])
    page.goto(site.url + "/chain/atlas/")
    axe(page)
    nodes = page.locator(".atlas-picture a.node")
    assert nodes.count() > 20
    nodes.nth(5).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#node")
    page.locator(".switch a").nth(1).click()
    page.wait_for_selector(".atlas-picture svg")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1281


def test_the_footprint_under_another_mix(site: Site, page: Any, axe: Callable[..., None]) -> None:
    site.login(page, "office")
    page.goto(site.url + "/chain/footprint/")
    axe(page)
    before = page.locator("#product .note").first.inner_text()
    page.fill("[name=coal]", "100")
    page.allowed.append("422")
    page.locator(".power-form button").click()
    page.wait_for_selector(".power-form .invalid, .power-form [aria-invalid]")
    assert page.input_value("[name=coal]") == "100", "what was typed stands"
    page.fill("[name=source]", "购电合同")
    page.locator(".power-form button").click()
    page.wait_for_selector("text=煤电 100%")
    assert page.locator("#product .note").first.inner_text() != before


def test_on_a_phone_and_without_scripts(site: Site, open_page: Callable[..., Any], axe: Callable[..., None]) -> None:
    phone = open_page(width=360, height=780)
    site.login(phone, "office")
    for address in ("/chain/flows/", "/chain/atlas/", "/chain/footprint/"):
        phone.goto(site.url + address)
        phone.wait_for_selector("#content")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 361, address
        axe(phone)
    phone.goto(site.url + "/chain/atlas/")
    assert phone.locator(".atlas-list").is_visible() and not phone.locator(".atlas-picture").first.is_visible()
    bare = open_page(scripts=False)
    site.login(bare, "office")
    bare.goto(site.url + "/chain/flows/")
    assert bare.locator("svg.sankey path").count() > 20 and bare.locator("table.flows").is_visible()
    bare.goto(site.url + "/chain/atlas/")
    assert bare.locator(".atlas-picture a.node").count() > 20
