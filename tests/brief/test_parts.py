"""The small parts: figures, arithmetic, sentences, tables, drawings."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.brief import Assessed, BriefError, write_brief
from lvlian.brief.arithmetic import taken_apart
from lvlian.brief.chain_diagram import chain_diagram, chain_rows
from lvlian.brief.figures import number, period, when_prose, when_zh
from lvlian.brief.gantt import gantt
from lvlian.brief.goals import goal_table
from lvlian.brief.highlights import highlights
from lvlian.brief.naming import stage_of
from lvlian.brief.origins import Origins, tidy
from lvlian.brief.schedule import schedule
from lvlian.brief.svg import fold, text_width
from lvlian.brief.terminal import print_assessed
from lvlian.brief.trajectory import drawable, trajectory
from lvlian.brief.units import duty_matrix, short_section
from lvlian.finding import Finding
from lvlian.plan.facts import Chain, Duty, Head, PlanFacts


@pytest.mark.parametrize(
    ("value", "text"),
    [(1500, "1500"), (93.8, "93.8"), (13350, "13,350"), (-6, "−6"), (0.1 + 0.2, "0.3"), (1e6, "1,000,000")],
)
def test_numbers_as_printed(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_a_printed_number_reads_back(value: float) -> None:
    assert float(number(value).replace(",", "").replace("−", "-")) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("when", "op", "table", "prose"),
    [
        ("2025", "by", "2025 底", "2025年底"),
        ("2023-08", "by", "2023-08 前", "2023年8月前"),
        ("2023-Q3", "in", "2023-Q3", "2023年三季度"),
        ("2023-H1", "in", "2023-H1", "2023年上半年"),
        ("2023-09-15", "by", "2023-09-15 前", "2023年9月15日前"),
        (None, None, "", ""),
        ("soon", "by", "soon 前", "soon"),
    ],
)
def test_dates(when: str | None, op: str | None, table: str, prose: str) -> None:
    assert (when_zh(when, op), when_prose(when, op)) == (table, prose)


@given(st.text(max_size=12))
def test_any_text_may_stand_for_a_date(text: str) -> None:
    found = period(text)
    assert found is None or found.start < found.end


def test_arithmetic_is_taken_apart() -> None:
    (row,) = taken_apart("310 + 550 + 34 = 894 ≠ 900 左右（亿元，2024）；差 −6，−0.7%")
    assert row.terms == ("310 + 550 + 34", "894", "900 左右")
    assert row.relations == ("=", "≠")
    assert row.note == "亿元，2024；差 −6，−0.7%"
    assert row.breaks
    (row,) = taken_apart("400 亿元 ÷（105 万吨 × 13,000 千瓦时/吨）= 2.93 < 3（2023）")
    assert row.terms == ("400 亿元 ÷（105 万吨 × 13,000 千瓦时/吨）", "2.93", "3")
    assert row.note == "2023"
    labelled, second = taken_apart("就地：203 × 100% = 203；205 ≥ 203（万吨/年）")
    assert (labelled.label, labelled.terms) == ("就地", ("203 × 100%", "203"))
    assert second.relations == ("≥",)
    (words,) = taken_apart("链主企业 310 以上，在建项目 550")
    assert words.relations == ()


@given(st.text(alphabet="1a（）()=≠<>；：，+ ", max_size=40))
def test_arithmetic_of_any_line(line: str) -> None:
    for row in taken_apart(line):
        assert len(row.relations) in (0, len(row.terms) - 1)


def test_goals_by_year(shipan: Assessed) -> None:
    table = goal_table(shipan.facts)
    assert table.columns == ["2023", "2024", "2025", "2026"]
    ((subject, rows),) = table.groups
    assert subject == "石盘县"
    value = rows[0]
    assert {year: [entry.text for entry in entries] for year, entries in value.cells.items()} == {
        "2026": ["≥ 300"], "2024": ["≈ 150"], "2025": ["≈ 220"], "2023": ["118"],
    }  # fmt: skip
    assert value.cells["2023"][0].baseline
    assert value.cells["2026"][0].by
    assert [drawable(row) for row in rows] == [True, False]


def test_a_goal_said_twice_stands_once(shipan: Assessed) -> None:
    twice = replace(shipan.facts, goals=(*shipan.facts.goals, shipan.facts.goals[1]))
    (entry,) = goal_table(twice).rows()[0].cells["2024"]
    assert entry.members == [1, 5]


def test_schedule(shipan: Assessed) -> None:
    plan = schedule(shipan.facts)
    assert [(project.label, project.factor, project.month) for project in plan.projects] == [
        ("北坡公司 铸造铝合金", "", "2024-02"),
        ("云岫公司 铝板带", "", "2024-08"),
        ("云岫公司用地", "land", "2024-09"),
        ("南坡再生铝项目", "", ""),
    ]
    assert plan.early() == 1


def _texts(drawing: str) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(drawing).iter() if node.tag.endswith("text")]


def test_gantt_is_well_formed_and_sliced(shipan: Assessed) -> None:
    (drawing,) = gantt(schedule(shipan.facts))
    texts = _texts(drawing)
    assert any("投产 2024-02 前 ▲早于印发" in text for text in texts)
    assert any("开工 2024-08 前；建成投产 2025-12 前" in text for text in texts)
    assert "印发 2024-03-18" in texts
    assert len(gantt(schedule(shipan.facts), width=700, name=190, rows_each=3)) == 2


def test_no_chart_without_dates() -> None:
    assert gantt(schedule(PlanFacts(document=Head()))) == []


@given(st.integers(2, 400))
def test_the_axis_bears_any_span_of_years(years: int) -> None:
    from lvlian.plan.facts import Milestone

    facts = PlanFacts(
        document=Head(date="2024-03-18"),
        milestones=(Milestone(quote="", project="甲", event="建成", when=f"{2024 + years}-06", when_op="by"),),
    )
    (drawing,) = gantt(schedule(facts))
    root = ET.fromstring(drawing)
    width = float(root.get("width", "0"))
    assert all(-1 <= float(node.get("x1", 0)) <= width for node in root.iter() if node.tag.endswith("line"))
    assert len(drawing) < 400_000


def test_trajectory_marks_plan_and_past(shipan: Assessed) -> None:
    root = ET.fromstring(trajectory(goal_table(shipan.facts).rows()[0]))
    tags = [node.tag.rpartition("}")[2] for node in root.iter()]
    assert tags.count("polygon") == 3
    assert tags.count("circle") == 1


def test_chains_align_and_loop() -> None:
    chains = (
        Chain(quote="", nodes=("铝土矿", "氧化铝", "电解铝", "铝板带", "再生铝")),
        Chain(quote="", nodes=("原铝", "铝板带", "某物")),
        Chain(quote="", nodes=("原铝", "铝板带", "某物")),
        Chain(quote="", nodes=("乙", "甲")),
        Chain(quote="", nodes=("甲", "乙")),
    )
    rows = chain_rows(chains, stage_of)
    assert rows[0].columns[2:4] == rows[1].columns[:2], "links of one stage stand in one column"
    assert rows[0].loops
    assert not rows[1].loops
    assert rows[2].same_as == 2
    for row in rows:
        assert list(row.columns) == sorted(set(row.columns)), "a chain runs from left to right, circles included"
    assert ET.fromstring(chain_diagram(chains, [""] * 5, stage_of)) is not None
    assert chain_diagram((), []) == ""


def test_units_share_their_prefix() -> None:
    facts = PlanFacts(
        document=Head(),
        duties=(
            Duty(quote="", section="（一）甲", units=("县财政局", "发展改革局"), lead="县财政局"),
            Duty(quote="", section="2. 乙", units=("县发展改革局", "财政局", "石盘市", "石盘市人民政府")),
        ),
    )
    matrix = duty_matrix(facts)
    assert {unit.name: unit.sections for unit in matrix.units} == {
        "县财政局": {0: True, 1: False}, "县发展改革局": {0: False, 1: False}, "石盘市人民政府": {1: False},
    }  # fmt: skip
    assert [short_section(words) for words in ("（一）甲", "2. 乙", "十二、丙", "丁")] == ["甲", "乙", "丙", "丁"]


def test_notes_follow_the_document(shipan: Assessed) -> None:
    origins = Origins(shipan.facts)
    first = origins.note(1)
    assert first.sentence.startswith("到2026年，全县铝产业产值达到300亿元以上")
    assert [words for words, told in first.stretches if told] == ["全县铝产业产值达到300亿元以上"]
    assert origins.number("goals", 1) == origins.number("goals", 2), "one sentence, one number"
    assert origins.number("goals", 99) is None
    assert tidy("云南宏泰新材料有限公\n\n司 生产 105 万吨") == "云南宏泰新材料有限公司生产105万吨"


def test_facts_without_the_text_keep_their_words_and_order(shipan: Assessed) -> None:
    bare = replace(shipan.facts, text="")
    origins = Origins(bare)
    assert origins.note(1).sentence == "全县铝产业产值达到300亿元以上"
    lost = replace(shipan.facts, goals=tuple(replace(goal, start=None, quote="别处") for goal in shipan.facts.goals))
    assert Origins(lost).note(len(Origins(lost).notes)).sentence == "别处"


def test_highlights_open_with_conflicts_and_carry_figures(shipan: Assessed) -> None:
    facts = shipan.facts
    found = highlights(shipan, goal_table(facts), schedule(facts), duty_matrix(facts))
    assert [item.light for item in found][:2] == ["conflict", "notice"]
    assert len(found) <= 6
    goal = next(item for item in found if item.kind == "goals")
    assert goal.words.zh == "铝产业产值：2023年实绩 118，2024年 ≈ 150，2025年 ≈ 220，2026年底 ≥ 300 亿元。"


@given(st.text(max_size=60), st.floats(30, 300), st.integers(1, 4))
def test_folded_text_fits(text: str, width: float, lines: int) -> None:
    rows = fold(text, 12, width, lines)
    assert len(rows) <= lines
    assert all(text_width(row, 12) <= width + 12 for row in rows)


def test_terminal_shows_text_as_text(shipan: Assessed, hostile: Assessed) -> None:
    from rich.console import Console

    console = Console(width=100, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    for item in (shipan, hostile):
        print_assessed(item, console)
        print_assessed(item, console, language="en")
    print_assessed(
        Assessed(shipan.facts, (Finding(code="x", severity="gap", message_zh="[red]x[/red]", message_en=""),)), console
    )
    text = console.export_text()
    console.file.close()
    assert "≥ 300" in text
    assert "100 + 45 = 145 ≠ 150" in text
    assert "[red]x[/red]" in text


def test_files_are_written_whole_or_not_at_all(shipan: Assessed, tmp_path: Path) -> None:
    paths = write_brief([shipan], tmp_path / "new" / "out")
    assert [path.name for path in paths] == ["brief.html", "brief.docx", "brief.xlsx"]
    again = write_brief([shipan], tmp_path / "other")
    assert [a.read_bytes() == b.read_bytes() for a, b in zip(paths, again, strict=True)] == [True, True, True]
    blocked = tmp_path / "blocked"
    (blocked / "brief.xlsx").mkdir(parents=True)
    with pytest.raises(BriefError, match="it is a folder"):
        write_brief([shipan], blocked)
    assert [path.name for path in blocked.iterdir()] == ["brief.xlsx"]
    (tmp_path / "file").write_text("")
    with pytest.raises(BriefError, match="cannot be written"):
        write_brief([shipan], tmp_path / "file")
    with pytest.raises(BriefError, match="at least one"):
        write_brief([], tmp_path)
