"""Tables read row by row. All documents are invented."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.plan.facts import Fact
from lvlian.plan.grid import find_grids
from lvlian.plan.read import manuscript_from_source, read_plan
from lvlian.plan.source import Source, read_source, source_from_text
from lvlian.plan.source.record import Table
from lvlian.plan.table import TableFacts, read_tables

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def read(source: Source | str) -> TableFacts:
    if isinstance(source, str):
        source = source_from_text(source)
    told = read_tables(manuscript_from_source(source), source)
    facts: tuple[Fact, ...] = (*told.milestones, *told.goals, *told.duties)
    for fact in facts:
        assert (
            fact.start is not None
            and fact.quote
            and source.text[fact.start : fact.start + len(fact.quote)] == fact.quote
        )
    return told


def test_the_annex_of_the_sample_as_a_word_table() -> None:
    told = read(read_source(SAMPLE / "qingyan.docx"))
    steps = [(m.project, m.event, m.when) for m in told.milestones]
    assert len({m.project for m in told.milestones}) == 10
    assert ("铝板带项目", "开工", "2024-09") in steps and ("铝板带项目", "投产", "2026-03") in steps
    assert ("铝合金圆铸锭项目", "开工", None) in steps  # 已开工
    assert [s for s in steps if s[0] == "光伏边框项目"] == [("光伏边框项目", "建设", None)]
    slab = next(m for m in told.milestones if m.project == "高精铝合金扁锭项目")
    assert (slab.owner, slab.product, slab.capacity, slab.capacity_unit) == ("云岫新材料公司", "扁锭", 28, "万吨/年")
    assert [(g.value, g.unit) for g in told.goals if g.subject == "青岩县"] == [(73, "亿元")]
    assert sum(g.value for g in told.goals if g.subject != "青岩县") == 73
    assert all(g.indicator == "总投资" for g in told.goals)
    assert [d.units for d in told.duties][-1] == ("州生态环境局青岩分局",)


def test_the_word_table_and_the_text_with_tabs_say_the_same() -> None:
    word, text = (read(read_source(SAMPLE / f"qingyan.{form}")) for form in ("docx", "txt"))
    assert [(m.project, m.event, m.when, m.capacity) for m in word.milestones] == [
        (m.project, m.event, m.when, m.capacity) for m in text.milestones
    ]
    assert [(g.subject, g.value) for g in word.goals] == [(g.subject, g.value) for g in text.goals]


GOALS = """附表
石坪县铝产业主要指标表
（单位：亿元）
序号  指标名称              单位   2022年实际  2023年   2024年   2025年
1     铝产业产值            亿元   210        300      ≥400     500以上
2     铝液就地转化率（%）          40         50       60       70左右
3     新增规上企业          户     —          2        3—5      6
4     加工投资                     10         12       15       20
"""


def test_indicators_by_year_in_a_table_of_wide_gaps() -> None:
    goals = read(GOALS).goals
    rows = [(g.indicator, g.op, g.value, g.value_max, g.unit, g.mode, g.when, g.when_op) for g in goals]
    assert rows[:4] == [
        ("铝产业产值", "=", 210, None, "亿元", "baseline", "2022", "in"),
        ("铝产业产值", "=", 300, None, "亿元", "level", "2023", "in"),
        ("铝产业产值", ">=", 400, None, "亿元", "level", "2024", "in"),
        ("铝产业产值", ">=", 500, None, "亿元", "level", "2025", "in"),
    ]
    assert ("铝液就地转化率", "~", 70, None, "%", "level", "2025", "in") in rows
    assert ("新增规上企业", "=", 3, 5, "户", "increase", "2024", "in") in rows
    assert ("加工投资", "=", 20, None, "亿元", "level", "2025", "in") in rows  # the unit above the table
    assert len(rows) == 4 + 4 + 3 + 4
    assert {g.section for g in goals} == {"石坪县铝产业主要指标表"}


BARS = """| 序号 | 项目名称 | 建设单位 | 建设内容及规模 | 总投资（万元） | 开工时间 | 投产/竣工时间 | 责任单位 | 备注 |
|---|---|---|---|---|---|---|---|---|
| 1 | 东湖铝棒项目 | 东湖铝业有限公司 | 年产30万吨铝棒生产线 | 12,000 | 2023.5 | 2024/06 | 县工信局（牵头）、县发改局 | |
| 2 | 西湖年产5万吨铝箔项目 | 西湖铝业 | 建设厂房3万平方米 | 8000 | 2023年9月 | 2024年底 | 县工信局 | |
| 合计 | | | | 20000 | | | | |
"""


def test_projects_in_a_table_of_bars() -> None:
    told = read(BARS)
    assert [(m.project, m.event, m.when, m.when_op) for m in told.milestones] == [
        ("东湖铝棒项目", "开工", "2023-05", "in"),
        ("东湖铝棒项目", "投产", "2024-06", "in"),
        ("西湖年产5万吨铝箔项目", "开工", "2023-09", "in"),
        ("西湖年产5万吨铝箔项目", "投产", "2024", "by"),
    ]
    assert [(m.capacity, m.capacity_unit, m.product) for m in told.milestones[::2]] == [
        (30, "万吨", "铝棒"),
        (5, "万吨", "铝箔"),
    ]
    assert [(g.subject, g.value, g.unit) for g in told.goals][:2] == [
        ("东湖铝棒项目", 12000, "万元"),
        ("西湖年产5万吨铝箔项目", 8000, "万元"),
    ]
    assert [(d.section, d.units, d.lead) for d in told.duties] == [
        ("东湖铝棒项目", ("县工信局", "县发改局"), "县工信局"),
        ("西湖年产5万吨铝箔项目", ("县工信局",), None),
    ]


def test_years_down_the_side() -> None:
    goals = read("年份\t铝产业产值（亿元）\t就地转化率（%）\n2023年\t100\t30\n到2024年\t150\t45\n").goals
    assert [(g.indicator, g.value, g.unit, g.when, g.when_op) for g in goals] == [
        ("铝产业产值", 100, "亿元", "2023", "in"),
        ("就地转化率", 30, "%", "2023", "in"),
        ("铝产业产值", 150, "亿元", "2024", "by"),
        ("就地转化率", 45, "%", "2024", "by"),
    ]


def test_duties_of_tasks() -> None:
    (duty,) = read(
        "重点任务\t目标\t牵头单位\t配合单位\t完成时限\n建设园区管网\t建成管网\t县住建局\t县发改局、县财政局\t2024年6月\n"
    ).duties
    assert (duty.units, duty.lead, duty.section) == (("县住建局", "县发改局", "县财政局"), "县住建局", "建设园区管网")


def merged() -> Source:
    """A header of two rows and a unit cell merged over two rows, as a docx or html table gives it."""
    lines = [
        "指标\t单位\t目标值\t\t责任单位",
        "\t\t2024年\t2025年",
        "铝产值\t亿元\t100\t200\t县工信局",
        "铝产量\t万吨\t30\t40",
    ]
    text = "\n".join(lines) + "\n"

    def span(words: str) -> tuple[int, int]:
        return text.index(words), text.index(words) + len(words)

    unit, name, duty = span("单位"), span("指标"), span("责任单位")
    target, office = span("目标值"), span("县工信局")
    return Source(
        name="t",
        path="t",
        form="docx",
        sha256="",
        encoding=None,
        text=text,
        tables=(
            Table(
                rows=(
                    (name, unit, target, target, duty),
                    (name, unit, span("2024年"), span("2025年"), duty),
                    (span("铝产值"), span("亿元"), span("100"), span("200"), office),
                    (span("铝产量"), span("万吨"), span("30"), span("40"), office),
                )
            ),
        ),
    )


def test_merged_cells() -> None:
    told = read(merged())
    assert [(g.indicator, g.value, g.unit, g.when) for g in told.goals] == [
        ("铝产值", 100, "亿元", "2024"),
        ("铝产值", 200, "亿元", "2025"),
        ("铝产量", 30, "万吨", "2024"),
        ("铝产量", 40, "万吨", "2025"),
    ]
    assert [d.units for d in told.duties] == [("县工信局",)]  # printed once, one duty


def test_a_table_that_goes_on_behind_a_page_break() -> None:
    text = "序号\t项目名称\t开工时间\n1\t东湖铝棒项目\t2023.5\n— 7 —\n2\t西湖铝箔项目\t2024.6\n"

    def row(line: int) -> tuple[tuple[int, int], ...]:
        at = sum(len(words) + 1 for words in text.split("\n")[:line])
        out = []
        for words in text.split("\n")[line].split("\t"):
            out.append((at, at + len(words)))
            at += len(words) + 1
        return tuple(out)

    source = Source(
        name="t",
        path="t",
        form="pdf",
        sha256="",
        encoding=None,
        text=text,
        tables=(Table(rows=(row(0), row(1))), Table(rows=(row(3),))),
    )
    assert [(m.project, m.when) for m in read(source).milestones] == [
        ("东湖铝棒项目", "2023-05"),
        ("西湖铝箔项目", "2024-06"),
    ]


@pytest.mark.parametrize(
    ("cell", "when", "when_op"),
    [
        ("2023.5", "2023-05", "in"),
        ("2023年5月", "2023-05", "in"),
        ("2023/05", "2023-05", "in"),
        ("2023-05", "2023-05", "in"),
        ("2024年底", "2024", "by"),
        ("2024年6月底前", "2024-06", "by"),
        ("2024", "2024", "in"),
        ("2024年第三季度", "2024-Q3", "in"),
        ("2023.05.01", "2023-05", "in"),
    ],
)
def test_a_date_cell(cell: str, when: str, when_op: str) -> None:
    (step,) = read(f"序号\t项目名称\t投产时间\n1\t东湖铝棒项目\t{cell}\n").milestones
    assert (step.event, step.when, step.when_op) == ("投产", when, when_op)


def test_years_of_building() -> None:
    steps = read("序号\t项目名称\t建设起止年限\n1\t东湖铝棒项目\t2023-2025\n").milestones
    assert [(s.event, s.when) for s in steps] == [("开工", "2023"), ("竣工", "2025")]


def test_figures_of_a_table_are_not_read_by_the_prose_too() -> None:
    facts = read_plan(source_from_text(GOALS))
    assert len(facts.goals) == 15 and all(g.made_by[0].startswith("tables:") for g in facts.goals)
    starts = [g.start or 0 for g in facts.goals]
    assert starts == sorted(starts)


def test_prose_with_gaps_is_no_table() -> None:
    text = "责任单位：县工信局  县发改局\n二、项目  建设\n推进甲项目  加快建设。\n"
    assert find_grids(source_from_text(text)) == []


CELL = st.sampled_from(
    [
        "序号",
        "项目名称",
        "指标",
        "单位",
        "2023年",
        "总投资（万元）",
        "开工时间",
        "责任单位",
        "合计",
        "",
        "1",
        "≥3.5",
        "年产3万吨铝棒",
        "2023.5",
        "—",
        "甲项目",
        "县工信局、乙局",
        " ",
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=8), st.sampled_from(["\t", "|", "  ", " | "]))
def test_random_tables_are_read_without_error(rows: list[list[str]], mark: str) -> None:
    read("\n".join(mark.join(row) for row in rows))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), max_size=5), max_size=6))
def test_random_spans_are_read_without_error(rows: list[list[tuple[int, int]]]) -> None:
    text = "序号\t项目名称\t开工时间\n1\t甲项目\t2023.5\n"
    table = Table(rows=tuple(tuple((min(a, len(text)), min(a + n, len(text))) for a, n in row) for row in rows))
    read(Source(name="t", path="t", form="docx", sha256="", encoding=None, text=text, tables=(table,)))


def test_a_long_table_takes_linear_time() -> None:
    text = "序号\t项目名称\t建设规模\t开工时间\n" + "1\t东湖铝棒项目\t年产3万吨\t2023.5\n" * 5_000
    begun = time.perf_counter()
    assert len(read(text).milestones) == 5_000
    assert time.perf_counter() - begun < 10
