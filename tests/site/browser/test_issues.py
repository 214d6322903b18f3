"""A problem from the entry on a phone to the close: kept as a draft, sent when the line is back, handed over, raised by its clock when the days
have passed, answered, not satisfying, answered again, closed. The site is started a second time on a later day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.site.browser.conftest import watched
from tests.site.opened import Site, end_demo, start_demo

FIRST, LATER = "2024-06-28", "2024-08-01"
SENTENCE = "主变到货推迟到一月，送电要到三月，影响投产"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issues")


@pytest.fixture
def on_day(home: Path, browser: Any) -> Iterator[Callable[[str], Site]]:
    """The same site on a day; the one before is ended."""
    started: list[Site] = []

    def start(day: str) -> Site:
        if started:
            end_demo(started.pop())
        started.append(start_demo(home, LVLIAN_TODAY=day))
        return started[0]

    yield start
    for site in started:
        end_demo(site)


@pytest.fixture
def people(browser: Any) -> Iterator[Callable[..., Any]]:
    """Pages of people who are logged in; what goes wrong in one fails the test."""
    opened: list[tuple[Any, list[str]]] = []

    def enter(site: Site, role: str, width: int = 1280) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(15_000)
        opened.append((context, watched(page, site.url)))
        site.login(page, role)
        return page

    yield enter
    wrong = []
    for context, troubles in opened:
        wrong += [one for one in troubles if not re.search("ERR_INTERNET_DISCONNECTED|422", one)]
        context.close()
    assert not wrong, "\n".join(wrong)


def unit_of(page: Any) -> str:
    """The unit that somebody is bound to bears its name in the demonstration."""
    return str(page.locator(".bar-1 details.from-right .sheet p.muted").first.text_content()).strip()


def test_from_the_phone_to_the_close(on_day: Any, people: Any, axe: Any) -> None:
    site = on_day(FIRST)
    phone = people(site, "firm", width=360)
    phone.goto(site.url + "/issues/new/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    axe(phone)

    # One choice, one sentence; the promise follows the choice.
    phone.select_option("select[name=item]", index=1)
    phone.check("input[name=kind][value=power]", force=True)
    promised = phone.locator("[data-promise=power]")
    promised.wait_for()
    assert phone.locator("[data-promise=gas]").is_hidden()
    assert "工作日办结" in promised.text_content() and "受理" in promised.text_content()
    phone.fill("textarea[name=sentence]", SENTENCE)
    assert phone.locator("[data-count]").text_content() == f"{len(SENTENCE)} / 120 字"
    assert phone.locator("[data-draft-state]").text_content() == "草稿已存本机"

    # A draft is there again after the page was left.
    phone.wait_for_timeout(400)
    phone.reload()
    assert phone.input_value("textarea[name=sentence]") == SENTENCE
    assert phone.is_checked("input[name=kind][value=power]")

    # Without a line it is kept; when the line is back it goes by itself, once.
    phone.context.set_offline(True)
    phone.click(".entry-foot .primary")
    phone.locator("[data-toast=warn]", has_text="联网后自动提交").wait_for()
    phone.context.set_offline(False)
    sent = phone.locator("[data-toast=ok]", has_text="已上报")
    sent.wait_for()
    sent.locator("a").click()
    phone.wait_for_url(re.compile(r"/issues/\d+/$"))
    address = phone.url
    assert SENTENCE in phone.locator("h1").text_content()
    axe(phone)
    phone.goto(site.url + "/issues/")
    assert phone.get_by_text(SENTENCE).count() == 1
    path = address.removeprefix(site.url)

    # The office hands it over, the unit takes it with one key.
    unit = people(site, "lead")
    name = unit_of(unit)
    office = people(site, "office")
    office.goto(site.url + path)
    axe(office)
    office.locator("summary", has_text="交办").click()
    form = office.locator(f"form[action='{path}assign/']")
    chosen = form.locator("select[name=unit] option").evaluate_all(
        "(all, name) => all.find((one) => name.includes(one.text) || one.text.includes(name))?.value", name
    )
    form.locator("select[name=unit]").select_option(chosen)
    form.locator("button.primary, button.button").last.click()
    office.locator("[data-toast=ok]").wait_for()
    unit.goto(site.url + "/todo/")
    unit.get_by_role("link", name=SENTENCE).click()
    unit.locator("h1").wait_for()
    unit.keyboard.press("a")
    unit.locator("[data-toast=ok]", has_text="已受理").wait_for()
    assert unit.locator(".stage-now").text_content().startswith("办理")

    # Days pass; the clock raises it by itself.
    site = on_day(LATER)
    office = people(site, "office")
    office.goto(site.url + "/issues/")
    row = office.locator("tr", has_text=SENTENCE)
    assert "领导小组" in row.text_content() and "滞后" in row.text_content()
    office.goto(site.url + path)
    assert "自动" in office.locator(".told").text_content()

    # Answered, not satisfying, answered again, closed.
    unit, phone = people(site, "lead"), people(site, "firm", width=360)
    answer(unit, site, path, "主变一月到货")
    rate(phone, site, path, "no", "没有说何时送电")
    assert phone.locator(".stage-now").text_content().startswith("办理")
    answer(unit, site, path, "三月五日送电")
    rate(phone, site, path, "yes", "")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    office.goto(site.url + path)
    assert (
        "办结" in office.locator(".case-light").text_content() or "正常" in office.locator(".case-light").text_content()
    )
    assert "三月五日送电" in office.locator(".answer-text").text_content()


def answer(page: Any, site: Site, path: str, text: str) -> None:
    page.goto(site.url + path)
    page.locator("summary", has_text="答复").click()
    form = page.locator(f"form[action='{path}answer/']")
    form.locator("textarea").fill(text)
    form.locator("button.button").last.click()
    page.locator("[data-toast=ok]", has_text="已答复").wait_for()


def rate(page: Any, site: Site, path: str, how: str, why: str) -> None:
    page.goto(site.url + path)
    form = page.locator(f"form[action='{path}rate/']")
    form.locator(f"input[value={how}]").check()
    form.locator("textarea").fill(why)
    form.locator("button.button").last.click()
    page.locator("[data-toast=ok]", has_text="评价已记").wait_for()


def test_the_entry_works_without_scripts(on_day: Any, browser: Any) -> None:
    site = on_day(LATER)
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    site.login(page, "firm")
    page.goto(site.url + "/issues/new/")
    assert page.locator("[data-promise=gas]").is_visible() and page.locator("[data-promise=land]").is_visible()
    page.fill("input[name=wished]", "2024-07-30")
    page.fill("textarea[name=sentence]", "无脚本也能报")
    page.check("input[name=kind][value=gas]", force=True)
    page.click(".entry-foot .primary")
    assert "日期早于今天" in page.text_content("form.entry")
    assert page.input_value("textarea[name=sentence]") == "无脚本也能报"
    page.fill("input[name=wished]", "2024-08-30")
    page.click(".entry-foot .primary")
    page.wait_for_url(re.compile(r"/issues/\d+/$"))
    assert "无脚本也能报" in page.text_content("h1")
    context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_rooms_are_sound(on_day: Any, people: Any, axe: Any, width: int) -> None:
    site = on_day(FIRST)
    page = people(site, "office", width=width)
    for path in (
        "/issues/",
        "/supervision/",
        "/supervision/new/",
        "/calendar/",
        "/calendar/?view=list",
        "/todo/",
        "/issues/new/",
    ):
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        axe(page)
    page.goto(site.url + "/supervision/")
    page.locator("table.issues tbody tr a").first.click()
    page.locator("h1").wait_for()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
