"""A quarter from the first reminder to the printed notice, in a browser: the unit answers, the office seals, the meeting decides, the
notice goes out as a Word file whose foot carries the seal; then the next quarter."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.site.opened import Site


def words_of(path: Path) -> str:
    from docx import Document

    document = Document(str(path))
    told = [paragraph.text for paragraph in document.paragraphs]
    told += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "".join(told).replace("\n", "").replace(" ", "")


def saved(page: Any, click: Callable[[], None], folder: Path) -> Path:
    with page.expect_download() as waiting:
        click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def to_the_open_quarter(page: Any, site: Site) -> None:
    page.goto(site.url + "/dispatch/")
    page.locator("table a", has_text="第 2 季度").first.click()
    page.wait_for_selector("#units")


def test_a_quarter_from_the_first_reminder_to_the_printed_notice(
    site: Site, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    office, unit = open_page(), open_page()
    site.login(office, "office")
    site.login(unit, "unit")

    # The office reminds, the unit reads it on its own page and answers.
    to_the_open_quarter(office, site)
    assert office.locator(".dispatch-steps [aria-current]").inner_text().startswith("2. 各单位核对")
    office.get_by_role("button", name=re.compile("提醒未交")).click()
    office.wait_for_selector(".toast")
    to_the_open_quarter(unit, site)
    unit.locator(".mine a.button").first.click()
    unit.wait_for_selector("table.asks")
    assert "提醒" in unit.locator("#content").inner_text()
    sheet = unit.url

    every = unit.locator("button[name=all]")
    if every.count():
        unit.keyboard.press("a")
        unit.wait_for_selector(".toast")
    assert unit.locator("button[name=all]").count() == 0

    # What is not right is corrected with its reason; without one it is refused and what was typed stands.
    row = unit.locator("tbody:has(details input[type=date][name$='-value'])").first
    row.locator("summary").click()
    name = row.locator("input[name$='-value']").get_attribute("name")
    unit.allowed.append("422")
    row.locator("input[name$='-value']").fill("2024-12-20")
    row.locator(".buttons button").click()
    unit.wait_for_selector(".asks .invalid")
    assert unit.locator(f"[name='{name}']").input_value() == "2024-12-20", "what was typed stands"
    unit.locator(f"[name='{name.replace('-value', '-why')}']").fill("设备到货推迟，施工单位，十二月二十日前")
    unit.locator(f"form:has([name='{name}']) .buttons button").click()
    unit.wait_for_selector(".toast")
    unit.goto(sheet + "?state=corrected")
    assert "2024-12-20" in unit.locator("table.asks").inner_text()

    # The seal.
    to_the_open_quarter(office, site)
    quarter = office.url
    office.get_by_role("button", name="封存快照").click()
    office.get_by_role("button", name="封存，此后不改").click()
    office.wait_for_selector("#content code.hash")
    seal = office.locator("#content code.hash").first.inner_text().strip()
    assert re.fullmatch(r"[0-9a-f]{64}", seal)
    unit.goto(sheet)
    assert unit.locator(".asks form").count() == 0 and "已封存" in unit.locator("#content").inner_text()

    # The meeting decides, by the key; the decisions become items that link back.
    office.goto(quarter)
    office.keyboard.press("d")
    dialog = office.locator("dialog#decide")
    dialog.locator("textarea[name=text]").fill("十五个工作日内完成四个项目供地")
    dialog.locator("select[name=unit]").select_option(index=1)
    dialog.locator("input[name=due]").fill("2024-08-20")
    dialog.get_by_role("button", name="记下决定").click()
    office.wait_for_selector("#decisions >> text=十五个工作日内完成四个项目供地")
    office.get_by_role("button", name=re.compile("全部转任务")).click()
    office.wait_for_selector("#decisions a[href^='/items/'], #decisions a[href^='/supervision/']")
    assert office.get_by_role("button", name=re.compile("全部转任务")).count() == 0
    office.get_by_role("link", name="改会商记录").click()
    office.fill("input[name=chair]", "领导小组副组长")
    office.fill("textarea[name=heard]", "县自然资源局汇报用地组件报批情况")
    office.get_by_role("button", name="记为已会商").click()
    office.wait_for_url(quarter)

    # The notice goes out; the Word file carries the seal at its foot and is no draft.
    office.get_by_role("link", name="印发通报").click()
    office.fill("input[name=number]", "砚绿铝组办发〔2024〕6号")
    office.get_by_role("button", name="记为已印发").click()
    office.wait_for_url(quarter)
    assert office.locator(".dispatch-steps .done").count() == 6
    notice = saved(office, lambda: office.get_by_role("link", name="导出通报 Word").click(), tmp_path)
    told = words_of(notice)
    assert seal in told and "砚绿铝组办发〔2024〕6号" in told and "十五个工作日内完成四个项目供地" in told
    minutes = saved(office, lambda: office.get_by_role("link", name="会议纪要 Word").click(), tmp_path)
    assert seal in words_of(minutes) and "县自然资源局汇报用地组件报批情况" in words_of(minutes)
    for label, ending in (("会议议程", "docx"), ("导出 Excel", "xlsx"), ("日历 .ics", "ics")):
        file = saved(office, lambda label=label: office.get_by_role("link", name=label, exact=True).click(), tmp_path)  # type: ignore[misc]
        assert file.name.endswith(ending) and file.stat().st_size > 100
    office.get_by_role("link", name="校验快照").click()
    office.wait_for_selector("text=相符")

    # The quarter before by its key, and the snapshot of this one is what the next is compared with.
    office.goto(quarter)
    office.keyboard.press("[")
    office.wait_for_url(lambda url: url != quarter)
    assert "第 1 季度" in office.locator("h1").inner_text()
    office.keyboard.press("]")
    office.wait_for_url(quarter)


def test_another_region_opens_its_first_quarter(site: Site, page: Any) -> None:
    site.login(page, "province")
    page.goto(site.url + "/dispatch/")
    page.get_by_role("button", name="开季度并预填").click()
    page.wait_for_selector(".dispatch-steps")
    told = page.locator("#content").inner_text()
    assert "没有上次快照" in told and "各单位核对" in told
    page.locator("a", has_text="改日程").click()
    page.fill("input[name=place]", "省政府会议室")
    page.get_by_role("button", name="保存日程").click()
    page.wait_for_selector(".toast")


def test_a_sheet_on_a_phone(site: Site, open_page: Callable[..., Any], axe: Callable[..., None]) -> None:
    phone = open_page(width=360, height=780)
    site.login(phone, "lead")
    phone.goto(site.url + "/dispatch/")
    phone.locator("table a", has_text="第 1 季度").first.click()
    phone.wait_for_selector("#units")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 361
    axe(phone)
    phone.locator("#units a").first.click()
    phone.wait_for_selector("table.asks")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 361
    axe(phone)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workspace_is_read_by_everybody(site: Site, page: Any, axe: Callable[..., None], language: str) -> None:
    site.login(page, "chief")
    if language == "en":
        page.context.add_cookies([{"name": "lvlian_language", "value": "en", "url": site.url}])
    page.goto(site.url + "/dispatch/")
    page.locator("tbody a").first.click()
    page.wait_for_selector("#units")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1281
