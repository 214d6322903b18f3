"""Responsibility lines: labels, brackets, leads, notes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.duties import read_duties, split_units
from lvlian.plan.read import manuscript_from_text

CASES: list[tuple[str, list[list[str]], list[str | None]]] = [
    ("责任单位：县工信局、发改局，青岩园区管委会。", [["县工信局", "发改局", "青岩园区管委会"]], [None]),
    ("加强用电保障。（责任单位：市供电局、市工业和信息化局）", [["市供电局", "市工业和信息化局"]], [None]),
    ("牵头单位：市科技局；配合单位：市财政局、市教育局", [["市科技局", "市财政局", "市教育局"]], ["市科技局"]),
    ("牵头单位：市科技局\n责任单位：市财政局、各县区政府", [["市科技局", "市财政局", "各县区政府"]], ["市科技局"]),
    (
        "培育龙头企业。（市工业和信息化局牵头，市商务局、市税务局配合）",
        [["市工业和信息化局", "市商务局", "市税务局"]],
        ["市工业和信息化局"],
    ),
    (
        "推进绿色矿山建设。（省自然资源厅、省生态环境厅等部门，各市县人民政府，以下均需市县人民政府落实，不再列出）",
        [["省自然资源厅", "省生态环境厅", "各市县人民政府"]],
        [None],
    ),
    ("扩大消费市场。〔市商务局负责〕", [], []),
    ("扩大消费市场。（市商务局负责）", [["市商务局"]], [None]),
    (
        "鼓励“以商招商”。（责任单位：市投资促进局，各县（市、区）政府）",
        [["市投资促进局", "各县（市、区）政府"]],
        [None],
    ),
    ("【责任单位：县财政局；县税务局】", [["县财政局", "县税务局"]], [None]),
    ("本方案（以下简称《方案》）自印发之日起施行。", [], []),
    ("重点发展铝箔、板带（含电池箔、食品箔、空调箔）。", [], []),
    ("支持企业上市（包括主板、科创板、北京证券交易所）。", [], []),
    (
        "（一）深化改革（责任单位：省科技厅、工业和信息化厅按职责分工负责，各地级以上市人民政府结合实际落实）",
        [["省科技厅", "工业和信息化厅", "各地级以上市人民政府"]],
        [None],
    ),
]


@pytest.mark.parametrize(("source", "units", "leads"), CASES)
def test_duty_lines(source: str, units: list[list[str]], leads: list[str | None]) -> None:
    duties = read_duties(manuscript_from_text(source))
    assert [list(duty.units) for duty in duties] == units
    assert [duty.lead for duty in duties] == leads
    for duty in duties:
        assert duty.start is not None and source[duty.start : duty.start + len(duty.quote)] == duty.quote


def test_the_section_is_the_heading_above() -> None:
    source = "二、重点任务\n（一）强化用地保障。加快组件报批。\n责任单位：县自然资源局、县林草局\n（二）强化用水保障。加快管网建设。\n责任单位：县水务局"
    assert [d.section for d in read_duties(manuscript_from_text(source))] == [
        "（一）强化用地保障",
        "（二）强化用水保障",
    ]


def test_units_are_split_outside_brackets_only() -> None:
    assert split_units("市交通委（市道运局、市港航局）、市发改委") == ["市交通委（市道运局、市港航局）", "市发改委"]


@given(st.text(alphabet=st.sampled_from("责任单位牵头：（）【】、，。；\n市县局委一1等负责"), max_size=120))
def test_any_text_is_read_and_quotes_are_exact(source: str) -> None:
    for duty in read_duties(manuscript_from_text(source)):
        assert duty.units and duty.start is not None
        assert source[duty.start : duty.start + len(duty.quote)] == duty.quote
