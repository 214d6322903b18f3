from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.quantity.measure import Measure, find_measures

# text, then (value, value_max, unit) of each measure
PLAIN = [
    ("年产203万吨项目", [(203, None, "万吨")]),
    ("就业1.8万人", [(1.8, None, "万人")]),
    ("产值1500亿元左右", [(1500, None, "亿元")]),
    ("100%就地转化", [(100, None, "%")]),
    ("７０％以上", [(70, None, "%")]),
    ("投资两百亿元", [(200, None, "亿元")]),
    ("奖励三千万元", [(3000, None, "万元")]),
    ("20亿以上企业5家", [(20, None, "亿"), (5, None, "家")]),
    ("电耗13350千瓦时/吨", [(13350, None, "千瓦时/吨")]),
    ("度电产值3元以上", [(3, None, "元")]),
    ("15 户以上", [(15, None, "户")]),
    ("增长3.5倍", [(3.5, None, "倍")]),
    ("不超过三成", [(3, None, "成")]),
    ("提高2个百分点", [(2, None, "百分点")]),
    ("发电2000万千瓦时", [(2000, None, "万千瓦时")]),
    ("储能30兆瓦、光伏5GW、风电100MW", [(30, None, "兆瓦"), (5, None, "GW"), (100, None, "MW")]),
    ("8万千瓦光伏", [(8, None, "万千瓦")]),
    ("110千伏变电站", [(110, None, "千伏")]),
    ("五千瓦与一百千伏", [(5, None, "千瓦"), (100, None, "千伏")]),
    ("变电容量100万千伏安、50万kVA", [(100, None, "万千伏安"), (50, None, "万kVA")]),
    ("5A级景区，噪声70dB", [(5, None, "A级"), (70, None, "dB")]),
    ("能力200 万吨/年以上", [(200, None, "万吨/年")]),
    ("补贴100元每吨", [(100, None, "元每吨")]),
    ("310公斤标准煤/吨，0.5吨标准煤/万元", [(310, None, "公斤标准煤/吨"), (0.5, None, "吨标准煤/万元")]),
    ("0.35元/千瓦时，0.3元/度", [(0.35, None, "元/千瓦时"), (0.3, None, "元/度")]),
    ("用地690.5亩、3.2平方公里、5万平方米", [(690.5, None, "亩"), (3.2, None, "平方公里"), (5, None, "万平方米")]),
    ("吞吐5万标箱、6万TEU", [(5, None, "万标箱"), (6, None, "万TEU")]),
    ("投资12.5亿美元", [(12.5, None, "亿美元")]),
    ("1.2万亿元", [(1.2, None, "万亿元")]),
    ("1,500吨和1 500万吨", [(1500, None, "吨"), (1500, None, "万吨")]),
    ("１２０亿元", [(120, None, "亿元")]),
    ("百分之九十三点八", [(93.8, None, "%")]),
    ("1亿5000万元，一亿五千万元", [(15000, None, "万元"), (15000, None, "万元")]),
    ("20个工作日内，3个月内", [(20, None, "工作日"), (3, None, "个月")]),
    ("每月至少组织一次", [(1, None, "次")]),
    ("一个中心、两个基地", [(1, None, "个"), (2, None, "个")]),
    ("零下 -5℃", [(-5, None, "℃")]),
    ("建成 2 至 3\n\n个园区", [(2, 3, "个")]),
    ("18 0亿元", [(180, None, "亿元")]),
    ("5 0.3元", [(0.3, None, "元")]),
    ("一点五万吨", [(1.5, None, "万吨")]),
    ("2024-2026年每年安排1000万元", [(1000, None, "万元")]),
    ("一百二十人", [(120, None, "人")]),
]
RANGES = [
    ("打造1—2家", (1, 2, "家")),
    ("年产6—8万吨", (6, 8, "万吨")),
    ("年产8万—12万吨", (8, 12, "万吨")),
    ("4至5家", (4, 5, "家")),
    ("30%-40%", (30, 40, "%")),
    ("3～5%", (3, 5, "%")),
    ("期限1一2年", (1, 2, "年")),
    ("三至五年", (3, 5, "年")),
    ("100万元至200万元", (100, 200, "万元")),
    ("9000万—1.2亿元", (0.9, 1.2, "亿元")),
    ("8000—1.2万吨", (0.8, 1.2, "万吨")),
    ("5.5万吨~6万吨", (5.5, 6, "万吨")),
]
NONE = [
    "“十四五”末",
    "一带一路",
    "三化三法",
    "小升规",
    "一事一议",
    "双碳",
    "千方百计",
    "万无一失",
    "第三批次",
    "第一次",
    "数十家",
    "几十户",
    "若干",
    "2023年",
    "2023 年 9 月底前",
    "二〇二五年",
    "9月",
    "5G基站",
    "A00铝",
    "6063铝合金",
    "10:31:16",
    "2024-05-002",
    "3项目",
    "统一次",
    "每一家企业",
    "前三名",
    "进入前50强",
    "一批企业",
    "单位：万吨",
    "三元前驱体",
    "上一年度",
    "一体化",
    "（一）总体要求",
    "七八家",
    "1/3",
    "CO2减排",
    "三年行动",
    "9" * 40 + "吨",
]
CLASSES = [
    ("百亿级企业", 100, "亿"),
    ("两百亿级集群", 200, "亿"),
    ("千亿园区", 1000, "亿"),
    ("5000吨级泊位", 5000, "吨"),
    ("万吨级装置", 1, "万吨"),
]


def told(text: str) -> list[tuple[float, float | None, str]]:
    return [(m.value, m.value_max, m.unit) for m in find_measures(text)]


@pytest.mark.parametrize(("text", "expected"), PLAIN)
def test_measures_as_printed(text: str, expected: list[tuple[float, float | None, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(("text", "expected"), RANGES)
def test_ranges(text: str, expected: tuple[float, float, str]) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize("text", NONE)
def test_words_codes_and_dates_are_no_measures(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(("text", "value", "unit"), CLASSES)
def test_size_class_is_flagged(text: str, value: float, unit: str) -> None:
    (measure,) = find_measures(text)
    assert (measure.value, measure.unit, measure.scaled) == (value, unit, "级")


def test_a_plain_amount_without_yuan_is_no_class() -> None:
    (measure,) = find_measures("产值突破千亿")
    assert (measure.value, measure.unit, measure.scaled) == (1000, "亿", "")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("20余万吨", 20, "万吨"), ("3万余吨", 3, "万吨"), ("十余家", 10, "家"), ("100多亿元", 100, "亿元")],
)
def test_more_than_is_told_inside(text: str, value: float, unit: str) -> None:
    (measure,) = find_measures(text)
    assert (measure.value, measure.unit) == (value, unit)
    assert measure.inner in ("余", "多")


def test_spans() -> None:
    text = "力争年产6—8万吨铝线"
    (measure,) = find_measures(text)
    assert text[measure.start : measure.end] == "6—8万吨"
    assert text[measure.number_start : measure.number_end] == "6—8"


def test_words_of_comparison_stay_outside() -> None:
    text = "5户以上"
    (measure,) = find_measures(text)
    assert text[measure.end :] == "以上"


def test_offsets_count_in_the_whole_text() -> None:
    text = "甲5户乙6户丙7户"
    assert [(m.value, text[m.start : m.end]) for m in find_measures(text, 4, 8)] == [(6, "6户")]


ALPHABET = st.text(
    st.sampled_from("0123456789０９，.,—-至到一二三十百千万亿两零余多个户家元吨/年月日%千瓦时 \n“”第前数几级成分之点A"),
    max_size=60,
)


def ordered(measures: list[Measure], text: str) -> bool:
    at = 0
    for m in measures:
        if not (at <= m.start <= m.number_start <= m.number_end <= m.end <= len(text) and m.start < m.end):
            return False
        at = m.end
    return True


@given(ALPHABET | st.text(max_size=60))
def test_never_raises_and_spans_are_in_order(text: str) -> None:
    assert ordered(list(find_measures(text)), text)


@given(st.integers(0, 10**7), st.sampled_from(["万吨", "亿元", "户", "千瓦时/吨", "%", "亩"]))
def test_a_printed_figure_is_read_back(value: int, unit: str) -> None:
    assert told(f"达到{value}{unit}以上") == [(value, None, unit)]


@pytest.mark.parametrize("piece", ["9", "一", "1—", "1一", "数十", "第", "万", "1 ", "百分之"])
def test_linear(piece: str) -> None:
    small, large = piece * (30_000 // len(piece)), piece * (240_000 // len(piece))
    began = time.perf_counter()
    list(find_measures(small))
    middle = time.perf_counter()
    list(find_measures(large))
    assert time.perf_counter() - middle < 8 * 4 * (middle - began) + 0.1


@pytest.mark.parametrize("char", ["9", "一"])
def test_a_million_digits(char: str) -> None:
    began = time.perf_counter()
    assert list(find_measures(char * 1_000_000)) == []
    assert time.perf_counter() - began < 5
