"""The HTML brief: complete, inert, self-contained, the same bytes each time."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from docx import Document
from openpyxl import load_workbook

from lvlian.brief import Assessed
from lvlian.brief.page import css_string, render_page
from lvlian.brief.paper import paper_bytes
from lvlian.brief.wording import WordingError
from lvlian.brief.workbook import brief_workbook
from lvlian.plan.facts import FACT_KINDS, Head, PlanFacts

_VOID = {"meta", "input", "br", "link", "img"}


class _Outline(HTMLParser):
    """Collects tags, attributes and unbalanced elements."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.wrong.append(tag)


def _outline(page: str) -> _Outline:
    outline = _Outline()
    outline.feed(page)
    return outline


def test_every_section_stands_once(shipan: Assessed) -> None:
    page = render_page([shipan])
    ids = re.findall(r'<h3 id="p1-([a-z]+)"', page)
    assert ids == [
        "highlights",
        "goals",
        "projects",
        "chains",
        "duties",
        "incentives",
        "mechanisms",
        "clusters",
        "findings",
        "notes",
    ]
    outline = _outline(page)
    assert not outline.wrong
    assert not outline.stack


def test_anchors_are_unique_and_every_reference_has_its_target(shipan: Assessed, neighbour: Assessed) -> None:
    outline = _outline(render_page([shipan, neighbour]))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {str(attributes["href"])[1:] for tag, attributes in outline.tags if tag == "a"}
    assert links <= set(ids)


def test_every_fact_has_a_numbered_sentence_and_a_way_back(shipan: Assessed) -> None:
    page = render_page([shipan])
    notes = page[page.index('id="p1-notes"') :]
    rows = re.findall(r'<tr id="p1-n(\d+)">(.*?)</tr>', notes, flags=re.S)
    facts = sum(len(shipan.facts.of(cls.kind)) for cls in FACT_KINDS)
    assert sum(row.count('class="fact"') for _, row in rows) == facts
    assert all("↑" in row for _, row in rows)
    assert "<b>2024年铝产业产值150亿元左右</b>" in notes, "the words of the fact are marked within their sentence"


def test_nothing_points_outside_the_file(shipan: Assessed) -> None:
    page = render_page([shipan])
    outline = _outline(page)
    for tag, attributes in outline.tags:
        for name in ("src", "href", "xlink:href", "srcset", "data", "action", "poster"):
            assert str(attributes.get(name, "#")).startswith("#"), (tag, attributes)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)
    assert "@import" not in page
    assert "url(" not in page


def test_hostile_text_is_inert(hostile: Assessed) -> None:
    page = render_page([hostile])
    outline = _outline(page)
    assert [tag for tag, _ in outline.tags].count("script") == 1
    assert [tag for tag, _ in outline.tags].count("style") == 1
    assert not outline.wrong
    assert "alert(1)" in page, "the words are shown, not dropped"
    assert "<script>alert" not in page
    style = page[page.index("<style>") : page.index("</style>")]
    assert "display: none" not in style


@pytest.mark.parametrize("text", ['a"b', "\\", "</style>", "\n", "石盘"])
def test_a_css_string_holds_only_letters_and_codes(text: str) -> None:
    inner = css_string(text)[1:-1]
    assert re.fullmatch(r"(?:\w|\\[0-9a-f]+ )*", inner)
    assert re.sub(r"\\([0-9a-f]+) ", lambda m: chr(int(m[1], 16)), inner) == text


def test_same_input_same_text(shipan: Assessed, neighbour: Assessed) -> None:
    assert render_page([shipan, neighbour]) == render_page([shipan, neighbour])


def test_language_is_the_one_the_page_opens_in(shipan: Assessed) -> None:
    assert '<html lang="en" data-language="en">' in render_page([shipan], language="en")
    assert '<html lang="zh-CN" data-language="zh">' in render_page([shipan])
    with pytest.raises(WordingError, match="language 'fr': expected one of zh, en"):
        render_page([shipan], language="fr")


def test_several_plans_open_with_who_promises_what(shipan: Assessed, neighbour: Assessed) -> None:
    page = render_page([shipan, neighbour])
    assert page.index("compare-promises") < page.index('id="p1"') < page.index('id="p2"')
    table = page[page.index("compare-promises") : page.index('id="p1"')]
    row = re.search(r'<th scope="row">铝水就地转化率.*?</tr>', table, flags=re.S)
    assert row
    assert "≥ 90%" in row[0]
    assert "≥ 100%" in row[0]
    assert 'href="#p2-n' in row[0]


def test_facts_without_sentences_show_their_section(neighbour: Assessed) -> None:
    page = render_page([neighbour])
    assert "未附原文" in page
    assert "见原文：</span>" in page
    assert "一、目标" in page[page.index('id="p1-notes"') :]


def test_a_plan_without_facts_gives_a_page_too() -> None:
    page = render_page([Assessed(PlanFacts(document=Head(title="空白方案")))])
    assert "空白方案" in page
    assert "未查出需要提出的事项" in page


def test_low_confidence_and_early_dates_are_marked(shipan: Assessed) -> None:
    page = render_page([shipan])
    assert 'title="日期由上文带出"' in page
    assert "早于印发" in page


def test_broken_dates_do_not_stop_the_page(shipan: Assessed) -> None:
    odd = tuple(replace(step, when="2024-99") for step in shipan.facts.milestones)
    page = render_page([Assessed(replace(shipan.facts, milestones=odd))])
    assert 'class="gantt"' not in page


def test_an_invented_plan_says_so_in_every_file(shipan: Assessed) -> None:
    invented = Assessed(replace(shipan.facts, text="【示例文件·虚构】" + shipan.facts.text).located())
    assert not shipan.invented
    page = render_page([invented])
    assert page.count('<span class="zh" lang="zh-CN">模拟</span>') == 2
    assert css_string("内部参考　模拟") in page, "on each printed page"
    paper = Document(io.BytesIO(paper_bytes([invented])))
    assert paper.paragraphs[0].text == "内部参考　代拟稿　模拟"
    book = load_workbook(io.BytesIO(brief_workbook([invented])))
    assert {row[0] for row in list(book["目标"].values)[1:]} == {"石盘县（模拟）"}
    assert book["说明"]["A2"].value == "模拟"
