"""Goals: indicator, relation, mode and date of figures in invented sentences of the genre."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.facts import Goal
from lvlian.plan.goals import read_goals
from lvlian.plan.read import manuscript_from_text, read_plan
from lvlian.plan.source import source_from_text


def read(sentence: str, issued: str = "2024年3月5日") -> list[Goal]:
    source = f"清河县人民政府\n{issued}\n清河县铝产业行动方案\n一、主要目标\n{sentence}\n"
    return list(read_plan(source_from_text(source)).goals)


Row = tuple[str, str, float, float | None, str | None, str, str | None]
CASES: list[tuple[str, list[Row]]] = [
    ("到2027年，铝产业产值达到320亿元。", [("铝产业产值", ">=", 320, None, "亿元", "level", "2027")]),
    ("到2027年底，铝液就地转化率不低于85%。", [("铝液就地转化率", ">=", 85, None, "%", "level", "2027")]),
    (
        "2025年实现产值150亿元左右，2026年实现产值200亿元以上。",
        [("产值", "~", 150, None, "亿元", "level", "2025"), ("产值", ">=", 200, None, "亿元", "level", "2026")],
    ),
    ("到“十五五”末，力争再生铝产量突破40万吨。", [("再生铝产量", ">=", 40, None, "万吨", "level", "2030")]),
    (
        "到2026年，铝、铜加工企业分别达到30家和12家以上。",
        [("铝加工企业", ">=", 30, None, "家", "level", "2026"), ("铜加工企业", ">=", 12, None, "家", "level", "2026")],
    ),
    (
        "到2026年，新增规上工业企业10家，高新技术企业6家。",
        [
            ("规上工业企业", "=", 10, None, "家", "increase", "2026"),
            ("高新技术企业", "=", 6, None, "家", "increase", "2026"),
        ],
    ),
    ("到2026年，建成3—5个百亿级产业集群。", [("百亿级产业集群", "=", 3, 5, "个", "level", "2026")]),
    (
        "到2028年，规上工业增加值年均增长8%以上。",
        [("规上工业增加值年均增长", ">=", 8, None, "%", "growth_rate", "2028")],
    ),
    ("到2027年，矿山数字化率提高20个百分点。", [("矿山数字化率", "=", 20, None, "百分点", "increase", "2027")]),
    ("到2027年，吨铝电耗控制在13200千瓦时/吨以内。", [("吨铝电耗", "<=", 13200, None, "千瓦时/吨", "level", "2027")]),
    (
        "2025年生产电解铝60万吨（2023年48.5万吨）。",
        [("电解铝", "=", 60, None, "万吨", "level", "2025"), ("电解铝", "=", 48.5, None, "万吨", "baseline", "2023")],
    ),
    (
        "到2026年，铝产业产值实现400亿元，占规模以上工业总产值500亿元的80%。",
        [
            ("铝产业产值", "=", 400, None, "亿元", "level", "2026"),
            ("规模以上工业总产值", "=", 500, None, "亿元", "level", "2026"),
            ("铝产业产值占规模以上工业总产值", "=", 80, None, "%", "level", "2026"),
        ],
    ),
    ("每年培育专精特新企业5家以上。", [("专精特新企业", ">=", 5, None, "家", "level", None)]),
    ("每季度至少召开1次调度会议。", [("调度会议", ">=", 1, None, "次", "level", None)]),
    ("2026年实现度电产值4元以上。", [("度电产值", ">=", 4, None, "元/kWh", "level", "2026")]),
    (
        "到2027年，采矿损失率小于6%，灰渣综合利用率100%。",
        [("采矿损失率", "<", 6, None, "%", "level", "2027"), ("灰渣综合利用率", "=", 100, None, "%", "level", "2027")],
    ),
    ("到2027年，办理时限压缩至5个工作日以内。", [("办理时限", "<=", 5, None, "工作日", "level", "2027")]),
    ("到2026年，引进投资20亿元以上企业3家。", [("投资20亿元以上企业", "=", 3, None, "家", "level", "2026")]),
]


@pytest.mark.parametrize(("sentence", "rows"), CASES)
def test_goals(sentence: str, rows: list[Row]) -> None:
    goals = read(sentence)
    found = [(g.op, g.value, g.value_max, g.unit, g.mode, g.when) for g in goals]
    assert found == [row[1:] for row in rows]
    for goal, row in zip(goals, rows, strict=True):
        assert row[0] in goal.indicator or goal.indicator in row[0], goal.indicator


@pytest.mark.parametrize(
    "sentence",
    [
        "支持符合条件的企业，按设备投资额的10%给予补助，最高不超过500万元。",
        "对年营业收入超过2亿元的企业，一次性奖励20万元。",
        "建设一座110千伏变电站。",
        "从五个方面发力，抓好三项重点任务。",
        "进入中国企业500强，深化“三化三法”。",
        "依据清政发〔2023〕12号和《2023年版目录》执行。",
        "进一步推进第二批次项目建设。",
        "在20个工作日内办结备案手续。",
    ],
)
def test_what_is_no_goal(sentence: str) -> None:
    assert read(sentence) == []


def test_the_date_at_the_head_of_a_list_holds_in_the_section_of_goals() -> None:
    source = "一、主要目标\n到2027年，全县铝产业发展取得明显成效。\n规模实力增强。铝加工产能达到80万吨。\n二、重点任务\n再生铝产量达到10万吨。"
    goals = read_goals(manuscript_from_text(source))
    assert [(g.value, g.when) for g in goals] == [(80, "2027"), (10, None)]


def test_capacities_in_project_names_are_no_goals() -> None:
    source = "一、重点任务\n推动云岭公司年产12万吨铝板带项目2025年6月建成投产。"
    facts = read_plan(source_from_text(source))
    assert facts.goals == ()
    assert [(m.capacity, m.capacity_unit) for m in facts.milestones] == [(12, "万吨")]


def test_quotes_are_exact_and_entries_are_named() -> None:
    source = "一、主要目标\n到 2027 年，铝产业产值达到\n320 亿元以上。"
    (goal,) = read_goals(manuscript_from_text(source))
    assert goal.start is not None and source[goal.start : goal.start + len(goal.quote)] == goal.quote
    assert "320 亿元以上" in goal.quote
    assert any(entry.startswith("goals:ge_after") for entry in goal.made_by)


@given(
    st.text(
        alphabet=st.sampled_from("到2027年，。；、（）%亿元万吨家达新增分别和以上每铝产值率\n“”《》的占"), max_size=160
    )
)
def test_any_text_is_read(source: str) -> None:
    for goal in read_goals(manuscript_from_text(source)):
        assert goal.start is not None and source[goal.start : goal.start + len(goal.quote)] == goal.quote
        assert goal.op in (">=", ">", "<=", "<", "=", "~") and goal.mode in (
            "level",
            "increase",
            "growth_rate",
            "baseline",
        )


def test_figures_behind_the_firm_at_the_head_of_a_paragraph_are_its_own() -> None:
    goals = read(
        "支持石桥铝源有限公司满负荷运行。2025年生产电解铝56万吨，实现产值110亿元，带动就业300人。\n\n2026年全县铝产业产值达到90亿元。"
    )
    assert {goal.indicator: goal.subject for goal in goals} == {
        "生产电解铝": "石桥铝源有限公司",
        "产值": "石桥铝源有限公司",
        "就业": "清河县",
        "铝产业产值": "全县",
    }


def test_two_firms_at_the_head_of_a_paragraph_own_nothing() -> None:
    goals = read("支持甲乙铝业公司、丙丁铝业公司发展。2025年实现产值110亿元。")
    assert [goal.subject for goal in goals] == ["清河县"]


def test_a_goal_in_brackets_quotes_its_own_words() -> None:
    source = (
        "到2025年，铝下游产业产值500亿元左右。对标《重点领域能效标杆水平》中对铝液交流电耗基准水平（13350千瓦时/吨）。"
    )
    goals = {goal.value: goal for goal in read(source)}
    assert goals[13350].indicator == "铝液交流电耗基准水平"
    assert goals[13350].quote == "铝液交流电耗基准水平（13350千瓦时/吨）"
