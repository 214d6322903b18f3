"""A power line slips: three projects turn yellow with the reason and wait for a second person; another person confirms, the dates are moved,
and the goals behind are named. Charts go out as files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.site.ledger.factors_world import LINE
from tests.site.opened import Site, end_demo, start_demo

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Site]:
    """A demonstration of this module's own, with the line in it."""
    started = start_demo(tmp_path_factory.mktemp("factors"))
    env = {key: value for key, value in os.environ.items() if not key.startswith(("LVLIAN_", "DJANGO_"))}
    env |= {"LVLIAN_HOME": str(started.home), "LVLIAN_TODAY": "2024-06-28"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.site.ledger.factors_world"], env=env, cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    yield started
    end_demo(started)


def lights(page: Any) -> list[str]:
    return [text.strip() for text in page.locator("table.lines[data-rows] tbody tr .light").all_inner_texts()]


def test_a_power_line_slips(site: Site, open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.allowed.append("422")
    site.login(page, "office", "/projects/?q=用电项目")
    assert lights(page) == ["正常"] * 3
    page.goto(f"{site.url}/factors/?factor=power")
    page.get_by_role("link", name=LINE).first.click()
    page.fill("[name=move-expected]", "2025-03-31")
    page.get_by_role("button", name="改期").click()
    assert "请写理由" in page.locator(".field.invalid").inner_text()
    page.fill("[name=move-why]", "线路走廊未清，供电局，2025年3月底")
    page.get_by_role("button", name="改期").click()
    page.wait_for_selector("text=拟改期，待第二人")
    assert page.locator("text=铝产业产值 2025").count() >= 3, "the goal behind each"

    page.goto(f"{site.url}/projects/?q=用电项目")
    assert lights(page) == ["预警"] * 3
    rows = page.locator("table.lines[data-rows] tbody tr").all_inner_texts()
    assert all(LINE in row and "2025-03-31 才到" in row and "用电" in row for row in rows)
    page.goto(f"{site.url}/factors/?factor=power&from=2024-Q4&span=4")
    short = page.locator("table.shortages").inner_text()
    assert (
        all(f"甲县第{n}个用电项目" in short for n in (1, 2, 3)) and "铝产业产值 2025" in short and "晚 90 天" in short
    )

    page.goto(f"{site.url}/proposals/")
    page.get_by_role("link", name="甲县第1个用电项目 投产").first.click()
    assert page.get_by_role("button", name="确认改动").count() == 0, "never the first person"
    assert "须由另一人确认" in page.inner_text("main")

    second = open_page()
    site.login(second, "chief", "/proposals/")
    for n in (1, 2, 3):
        second.goto(f"{site.url}/proposals/")
        second.get_by_role("link", name=f"甲县第{n}个用电项目 投产").first.click()
        told = second.inner_text("main")
        assert LINE in told and "铝产业产值 2025" in told and "2025-03-31" in told
        second.get_by_role("button", name="确认改动").click()
        second.wait_for_selector("text=已确认")
    second.goto(f"{site.url}/projects/?q=用电项目")
    moved = second.locator("table.lines[data-rows] tbody tr").all_inner_texts()
    assert all("2025-03" in row and "+3" in row for row in moved)
    second.goto(f"{site.url}/proposals/")
    waiting = second.locator("section", has_text="待第二人").first.inner_text()
    assert "用电项目" not in waiting


@pytest.mark.parametrize("width", [1280, 360])
def test_pages_of_factors_are_sound(site: Site, open_page: Callable[..., Any], axe: Any, width: int) -> None:
    page = open_page(width=width)
    site.login(page, "office", "/factors/")
    for path in (
        "/factors/",
        "/factors/supplies/1/",
        "/factors/demands/1/",
        "/factors/supplies/new/",
        "/factors/demands/new/",
    ):
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        wide, view = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= view, path
        axe(page)
    page.goto(f"{site.url}/projects/")
    page.wait_for_load_state("networkidle")
    axe(page)


def test_a_chart_goes_out_as_a_file_with_its_words(site: Site, open_page: Callable[..., Any], tmp_path: Path) -> None:
    page = open_page()
    site.login(page, "office", "/factors/?factor=power")
    for kind in ("svg", "png"):
        with page.expect_download() as taken:
            page.get_by_role("button", name=f"存为 {kind.upper()}").first.click()
        taken.value.save_as(tmp_path / f"chart.{kind}")
        assert taken.value.suggested_filename == f"用电供需-砚山县-2024-06-28.{kind}"
    text = (tmp_path / "chart.svg").read_text("utf-8")
    assert all(word in text for word in ("用电供需", "万千瓦", "砚山县", "数据截至 2024-06-28", "取自台账事项", "模拟"))
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
