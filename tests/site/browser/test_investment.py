"""Promotion and cultivation in a browser: the pages are sound at both widths and without scripts; a lead is checked, refused, signed, and
what was promised to its investor lands in the to-do of a unit."""

from __future__ import annotations

from typing import Any

import pytest
from tests.site.opened import Site

PAGES = ("/investment/", "/investment/?stage=signed", "/cultivation/", "/cultivation/?track=smart")


def settled(page: Any, site: Site, path: str) -> None:
    page.goto(site.url + path)
    page.wait_for_load_state("networkidle")


def overflow(page: Any) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


def lead(page: Any, site: Site, title: str) -> str:
    """The address of a lead of the demonstration."""
    settled(page, site, f"/investment/?q={title}")
    return str(page.locator("#leads tbody a", has_text=title).first.get_attribute("href"))


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_is_sound(site: Site, open_page: Any, axe: Any, width: int) -> None:
    page = open_page(width=width)
    site.login(page, "office")
    for path in (*PAGES, lead(page, site, "光伏边框项目")):
        settled(page, site, path)
        assert overflow(page) <= 0, f"{path} is wider than {width}"
        axe(page)
    page.locator("#commitments summary").click()
    assert overflow(page) <= 0
    axe(page)
    settled(page, site, "/firms/1/")
    assert overflow(page) <= 0
    axe(page)


def test_it_works_without_scripts_and_in_print(site: Site, open_page: Any) -> None:
    page = open_page(scripts=False)
    site.login(page, "office")
    for path in PAGES:
        assert page.goto(site.url + path).status == 200
        assert page.locator("h1").count() == 1
        page.emulate_media(media="print")
        assert page.locator("nav").first.is_hidden()
        page.emulate_media(media="screen")


def test_a_lead_is_checked_refused_and_signed(site: Site, page: Any) -> None:
    site.login(page, "office")
    page.allowed.append("422")
    settled(page, site, lead(page, site, "铝箔坯料项目"))
    assert page.locator("#check tbody tr").count() == 5
    assert "说不准" in page.locator("#check").inner_text(), "environment has no figure to compare"
    page.fill("#sign [name=agreement]", "投资协议 9 号")
    page.fill("#sign [name=promised]", "用地由县保障")
    page.get_by_role("button", name="记为签约").click()
    page.wait_for_selector("#sign .form-errors")
    assert "“签约”之前要先答" in page.locator("#sign .form-errors").first.inner_text()
    assert page.input_value("#sign [name=agreement]") == "投资协议 9 号", "what was typed is kept"
    for choice in page.locator("#check select").all():
        choice.select_option("yes")
    page.get_by_role("button", name="记下核对结果").click()
    page.wait_for_selector("#check .light-ok")
    assert page.locator("#check tbody .light-ok").count() == 5
    page.fill("#sign [name=agreement]", "投资协议 9 号")
    page.fill("#sign [name=promised]", "用地由县保障")
    page.get_by_role("button", name="记为签约").click()
    page.wait_for_selector("#sign", state="detached")
    assert "签约" in page.locator(".heading").inner_text()
    settled(page, site, "/investment/")
    assert "铝箔坯料项目" in page.locator(".quarterly").inner_text()


def test_a_promise_to_an_investor_lands_in_the_to_do_of_a_unit(site: Site, open_page: Any) -> None:
    unit = open_page()
    site.login(unit, "unit")
    settled(unit, site, "/account/")
    name = unit.locator("body").inner_text()
    office = open_page()
    site.login(office, "office")
    settled(office, site, lead(office, site, "铝模板项目"))
    office.locator("#commitments summary").click()
    options = office.locator("#commitments [name=unit] option").all_inner_texts()
    mine = next(one for one in options if one and one != "---------" and one in name)
    office.fill("#commitments [name=title]", "三个月内接通专线")
    office.select_option("#commitments [name=unit]", label=mine)
    office.get_by_role("button", name="记下承诺").click()
    office.wait_for_selector("#commitments tbody")
    assert "三个月内接通专线" in office.locator("#commitments").inner_text()
    settled(unit, site, "/todo/")
    assert "三个月内接通专线" in unit.locator("main").inner_text()


def test_a_row_is_opened_by_keys_and_a_firm_leads_to_its_registers(site: Site, page: Any) -> None:
    site.login(page, "office")
    settled(page, site, "/cultivation/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/firms/*/")
    assert page.locator("#registers .ladder").count() >= 1
    assert "谁来帮" in page.locator("#registers").inner_text()
