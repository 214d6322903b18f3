"""The outlook in the brief: three sentences, goals with chance and course, risks, moves, conflicts, what would settle the rest."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from tests.outlook.example import small_case

from lvlian.brief import Assessed, write_brief
from lvlian.brief.outlook import Odds, Outlook, make_outlook, outlook_of
from lvlian.brief.outlook_fan import fan_groups, fan_svg
from lvlian.brief.outlook_goals import chance_words, goal_lines, light_of, number, worst_first
from lvlian.brief.outlook_saying import basis, opening
from lvlian.brief.outlook_tables import grids
from lvlian.brief.page import render_page
from lvlian.brief.paper import paper_bytes
from lvlian.brief.workbook import brief_workbook
from lvlian.outlook.pathway import pathway
from lvlian.plan.region import load_region

REGIONS = Path(__file__).resolve().parents[2] / "data" / "regions"
ENGLISH = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def small() -> Outlook:
    case = small_case()
    told = make_outlook(case, "示例县行动方案", draws=256, seed=3)
    return replace(told, pathway=pathway(case, seconds=10.0, priced=False))


@pytest.fixture(scope="module")
def yanshan() -> tuple[Assessed, Outlook]:
    plan = Assessed(load_region(REGIONS / "yanshan.yaml"))
    told = outlook_of(plan)
    assert told is not None
    return plan, told


@pytest.mark.parametrize(
    ("chance", "words", "light"),
    [(0.0, "< 1%", "bad"), (0.2999, "29.9%", "bad"), (0.3, "30%", "warn"), (0.7, "70%", "ok"), (1.0, "> 99%", "ok")],
)
def test_a_chance_and_its_light(chance, words, light) -> None:
    assert (chance_words(chance), light_of(chance)) == (words, light)
    assert light_of(None) == "none"


def test_figures_have_a_true_minus_and_no_negative_nothing() -> None:
    assert number(-12.34, 1) == "−12.3" and number(-0.001, 1) == "0.0" and number(3, 0, sign=True) == "+3"
    assert number(12345.6, 0) == "12,346" and number(None, 1) == "—" and number(float("inf"), 1) == "—"


def test_the_figure_is_the_median_of_the_draws(small) -> None:
    known = [one for one in goal_lines(small) if one.odds is not None]
    assert known
    for one in known:
        assert one.value == one.odds.median and one.odds.low <= one.value <= one.odds.high
        assert one.odds.chance >= 0.7 or one in worst_first(known)


def test_three_sentences_fact_figure_who(small, yanshan) -> None:
    for told in (small, yanshan[1]):
        said = opening(told)
        assert 2 <= len(said) <= 3 and all(one.zh.endswith("。") and one.en.endswith(".") for one in said)
        assert not any(word in one.zh for one in said for word in ("！", "赋能", "预计大概"))
        assert "{" not in "".join(one.zh + one.en for one in said)
    assert "抽样的中位数" in basis(small).zh and "median" in basis(small).en


def test_where_no_firm_is_named_nothing_is_judged() -> None:
    plan = Assessed(load_region(REGIONS / "liaocheng.yaml"))
    told = outlook_of(plan)
    assert told is not None and not told.known
    said = opening(told)
    assert "不能判断" in said[0].zh and any("企业名录" in one.zh for one in said) and "先要" in said[-1].zh
    page = render_page([plan], outlooks=[told])
    section = page[page.index('<section class="outlook">') :]
    section = section[: section.index("</section>")]
    assert "达成概率" not in section and 'class="light' not in section and "缺什么" in section


def test_the_page_the_paper_and_the_workbook_say_the_same(yanshan) -> None:
    plan, told = yanshan
    sentences = opening(told)
    page = render_page([plan], outlooks=[told])
    document = Document(io.BytesIO(paper_bytes([plan], outlooks=[told])))
    paper = "\n".join(one.text for one in document.paragraphs)
    book = load_workbook(io.BytesIO(brief_workbook([plan], outlooks=[told])))
    assert all(one.zh in paper for one in sentences)
    assert sentences[0].zh in page and '<svg xmlns="http://www.w3.org/2000/svg" class="fan"' in page
    assert book["推演"]["B2"].value == sentences[0].zh
    assert {"推演 目标", "推演 前提", "推演 哪份报表能定", "推演 走势"} <= set(book.sheetnames)
    heads = [cell.value for cell in book["推演 目标"][1]]
    assert heads[-5:] == ["推演", "差", "达成概率", "80% 区间", "卡在哪里"]
    assert isinstance(book["推演 目标"].cell(2, heads.index("推演") + 1).value, int | float)
    table = next(one for one in document.tables if "达成概率" in [cell.text for cell in one.rows[0].cells])
    assert 2 <= len(table.rows) <= 7
    assert "推演" not in render_page([plan]).split("<footer")[0].split('id="p1-outlook"')[0][-200:]


def test_every_table_has_both_languages(small) -> None:
    for grid in grids(small):
        assert all(head.zh and head.en and not ENGLISH.search(head.en) for head in grid.heads) and grid.title.en
        assert all(len(row) == len(grid.heads) for row in grid.rows)
        assert all(cell.zh and cell.en for row in grid.rows for cell in row)


def test_the_course_of_a_goal_is_drawn_with_bands_and_plan(yanshan) -> None:
    told = yanshan[1]
    groups = fan_groups(told)
    group = next(one for one in groups if len(one) == 3)
    drawing = fan_svg(told, group, language="zh")
    assert (
        drawing.count("<polygon") == 3
        and drawing.count("#e1ecef") == 1
        and "nan" not in drawing
        and "菱形为规划" in drawing
    )
    assert drawing == fan_svg(told, group, language="zh") and "nan" not in fan_svg(told, group)
    assert "Figures are medians" in fan_svg(told, group, language="en")


def test_infinite_draws_are_told_as_nothing(small) -> None:
    key = next(iter(small.odds))
    endless = replace(small, odds={key: Odds(0.0, float("inf"), 0.0, float("inf"))})
    assert [one.interval for one in goal_lines(endless) if one.odds is not None] == ["—"]
    assert "inf" not in "".join(
        cell.zh for grid in grids(endless) if grid.key == "goals" for row in grid.rows for cell in row
    )


def test_hostile_words_stay_words(hostile) -> None:
    told = outlook_of(hostile)
    if told is not None:
        page = render_page([hostile], outlooks=[told])
        assert "<script>alert" not in page
        paper_bytes([hostile], outlooks=[told])


def test_a_policy_without_goals_has_none(shipan, tmp_path) -> None:
    bare = Assessed(replace(shipan.facts, goals=()))
    assert outlook_of(bare) is None
    written = write_brief([bare, shipan], tmp_path)
    text = written[0].read_text(encoding="utf-8")
    assert 'id="p1-outlook"' not in text and 'id="p2-outlook"' in text
    assert (
        "outlook"
        not in write_brief([shipan], tmp_path, outlook=False)[0].read_text(encoding="utf-8").split("</style>")[1]
    )
