"""Milestones: lists of projects with shared dates, owners and steps, in invented sentences of the genre."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.facts import Milestone
from lvlian.plan.milestones import read_milestones
from lvlian.plan.read import manuscript_from_text

Row = tuple[str, str, str | None, float | None, str | None]


def read(
    sentence: str, heading: str = "一、重点任务\n（一）项目建设。抓好项目。\n（二）要素保障。做好服务。\n"
) -> list[Milestone]:
    return read_milestones(
        manuscript_from_text(f"清河县人民政府\n2024年3月5日\n清河县铝产业行动方案\n{heading}{sentence}")
    )


CASES: list[tuple[str, list[Row]]] = [
    (
        "云岭公司年产12万吨铝板带项目2025年6月底前建成投产。",
        [("云岭公司年产12万吨铝板带项目", "建成投产", "2025-06", 12, "万吨")],
    ),
    (
        "推动青松公司年产5万吨铝棒项目、白石公司年产8万吨铝箔项目2025年3月前开工。",
        [
            ("青松公司年产5万吨铝棒项目", "开工", "2025-03", 5, "万吨"),
            ("白石公司年产8万吨铝箔项目", "开工", "2025-03", 8, "万吨"),
        ],
    ),
    (
        "青松公司年产5万吨铝棒项目2024年6月建成投产，2024年9月升规纳统。",
        [
            ("青松公司年产5万吨铝棒项目", "建成投产", "2024-06", 5, "万吨"),
            ("青松公司年产5万吨铝棒项目", "升规纳统", "2024-09", 5, "万吨"),
        ],
    ),
    (
        "青松公司年产20万吨铝合金棒（二期）和年产10万吨再生铝项目2024年10月底前竣工。",
        [
            ("青松公司年产20万吨铝合金棒（二期）", "竣工", "2024-10", 20, "万吨"),
            ("年产10万吨再生铝项目", "竣工", "2024-10", 10, "万吨"),
        ],
    ),
    ("白石公司年产3—5万吨铝导线项目尽早实现开工。", [("白石公司年产3—5万吨铝导线项目", "开工", None, 3, "万吨")]),
    (
        "力争清河县2024年度第一批次项目用地320.5亩2024年8月底获得审批。",
        [("清河县2024年度第一批次项目用地", "获批", "2024-08", 320.5, "亩")],
    ),
    (
        "9月底前完成云岭公司年产12万吨铝板带项目土地供应工作。",
        [("云岭公司年产12万吨铝板带项目", "供地", "2024-09", 12, "万吨")],
    ),
    (
        "加快推动清河末站至园区天然气专线、园区供气综合利用项目建设，确保今年11月底实现供气。",
        [
            ("清河末站至园区天然气专线", "供气", "2024-11", None, None),
            ("园区供气综合利用项目", "供气", "2024-11", None, None),
        ],
    ),
    (
        "大河湾光伏电站项目2024年5月份开工建设，2025年3月份并网。",
        [("大河湾光伏电站项目", "开工", "2024-05", None, None), ("大河湾光伏电站项目", "并网", "2025-03", None, None)],
    ),
    (
        "全面推进东湖、西湖2个铝产业园提档升级。",
        [("东湖铝产业园", "提档升级", None, None, None), ("西湖铝产业园", "提档升级", None, None, None)],
    ),
    (
        "2025年底前建成甲山、乙水等3座水电站。",
        [("甲山水电站", "建成", "2025", None, None), ("乙水水电站", "建成", "2025", None, None)],
    ),
]


@pytest.mark.parametrize(("sentence", "rows"), CASES)
def test_milestones(sentence: str, rows: list[Row]) -> None:
    found = [(m.project, m.event, m.when, m.capacity, m.capacity_unit) for m in read(sentence)]
    assert found == rows


@pytest.mark.parametrize(
    "sentence",
    [
        "推动园区在建项目尽快建成投产。",
        "支持清河铝基新材料产业园项目建设。",
        "鼓励企业开工建设各类技改项目。",
        "建成全国重要的铝精深加工基地。",
        "对已建成投产的项目给予支持。",
        "项目开工率达到80%。",
        "严禁违规开工建设电解铝项目。",
    ],
)
def test_what_is_no_milestone(sentence: str) -> None:
    assert read(sentence) == []


def test_a_report_speaks_of_its_project_in_later_sentences() -> None:
    source = "10月8日，云岭公司年产12万吨铝板带项目在清河县开工建设。该项目总投资15亿元，预计2026年6月建成投产。"
    found = [(m.project, m.event, m.when) for m in read_milestones(manuscript_from_text(source))]
    assert found == [
        ("云岭公司年产12万吨铝板带项目", "开工", None),
        ("云岭公司年产12万吨铝板带项目", "建成投产", "2026-06"),
    ]


def test_an_owner_goes_to_the_next_member_of_a_list() -> None:
    first, second = read("青松公司年产20万吨铝合金棒和年产10万吨再生铝项目2024年10月投产。")
    assert (first.owner, second.owner) == ("青松公司", "青松公司")
    assert second.product == "再生铝"


def test_quotes_are_exact() -> None:
    source = "一、任务\n云岭公司年产 12 万吨铝板\n\n带项目 2025 年 6 月投产。"
    for milestone in read_milestones(manuscript_from_text(source)):
        assert milestone.start is not None
        assert source[milestone.start : milestone.start + len(milestone.quote)] == milestone.quote


@given(
    st.text(
        alphabet=st.sampled_from("推动甲公司年产2万吨铝、和及等3个项目工程2025月底前建成开工投产，。；（）“”\n"),
        max_size=160,
    )
)
def test_any_text_is_read(source: str) -> None:
    for milestone in read_milestones(manuscript_from_text(source)):
        assert milestone.project and milestone.event and milestone.start is not None
        assert source[milestone.start : milestone.start + len(milestone.quote)] == milestone.quote
