from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.quantity.period import Period, find_periods

# text, the words of the period, binds, when, when_op; read against 2023
DATED = [
    ("2025年", "2025年", "in", "2025", "in"),
    ("力争到2027年，", "到2027年", "by", "2027", "by"),
    ("到\n 2035 年", "到\n 2035 年", "by", "2035", "by"),
    ("2025年底建成", "2025年底", "by", "2025", "by"),
    ("2025年末", "2025年末", "by", "2025", "by"),
    ("2025年年底前", "2025年年底前", "by", "2025", "by"),
    ("2025年底以前", "2025年底以前", "by", "2025", "by"),
    ("2030年前", "2030年前", "by", "2030", "by"),
    ("2023年内", "2023年内", "by", "2023", "by"),
    ("2023 年 9 月底前建成", "2023 年 9 月底前", "by", "2023-09", "by"),
    ("2023年8月前开工", "2023年8月前", "by", "2023-08", "by"),
    ("2023年5月份开工", "2023年5月份", "in", "2023-05", "in"),
    ("2023年6月9日", "2023年6月9日", "in", "2023-06", "in"),
    ("2025年10月中旬前", "2025年10月中旬前", "by", "2025-10", "by"),
    ("2024年一季度", "2024年一季度", "in", "2024-Q1", "in"),
    ("2024年第三季度末", "2024年第三季度末", "by", "2024-Q3", "by"),
    ("2024年前三季度", "2024年前三季度", "within", "2024-Q3", "by"),
    ("2024年上半年", "2024年上半年", "within", "2024-06", "by"),
    ("二〇二五年", "二〇二五年", "in", "2025", "in"),
    ("２０２５年底", "２０２５年底", "by", "2025", "by"),
    ("截至2024年底", "截至2024年底", "by", "2024", "by"),
    ("自2024年1月1日起施行", "自2024年1月1日起", "since", "2024-01", "in"),
    ("2023-2025年", "2023-2025年", "within", "2025", "by"),
    ("（2019—2023年）", "2019—2023年", "within", "2023", "by"),
    ("2026至2028年", "2026至2028年", "within", "2028", "by"),
    ("2023年6月至2025年12月", "2023年6月至2025年12月", "within", "2025-12", "by"),
    ("2023.9.15", "2023.9.15", "in", "2023-09", "in"),
    ("2023-09", "2023-09", "in", "2023-09", "in"),
    ("到“十四五”末", "到“十四五”末", "by", "2025", "by"),
    ("`十四五`末", "`十四五`末", "by", "2025", "by"),
    ("「十四五」期间", "「十四五」期间", "within", "2025", "by"),
    ("十五五末", "十五五末", "by", "2030", "by"),
    ("“十一五”期间", "“十一五”期间", "within", "2010", "by"),
    ("9月底前", "9月底前", "by", "2023-09", "by"),
    ("八月底前", "八月底前", "by", "2023-08", "by"),
    ("确保5月完成", "5月", "in", "2023-05", "in"),
    ("确保今年 9 月底供气", "今年 9 月底", "by", "2023-09", "by"),
    ("年底前", "年底前", "by", "2023", "by"),
    ("年内开工", "年内", "by", "2023", "by"),
    ("去年", "去年", "in", "2022", "in"),
    ("明年上半年", "明年上半年", "within", "2024-06", "by"),
    ("1—9月", "1—9月", "within", "2023-09", "by"),
]
EACH = [
    ("每月至少一次", "month", 1),
    ("每季度", "quarter", 1),
    ("每年", "year", 1),
    ("每半年", "half_year", 1),
    ("每周", "week", 1),
    ("每两年", "year", 2),
    ("每3个月", "month", 3),
    ("按月调度", "month", 1),
    ("按季通报", "quarter", 1),
    ("逐年提高", "year", 1),
    ("一月一调度", "month", 1),
]
SPANS = [
    ("三年内", "year", 3),
    ("1一2年内", "year", 2),
    ("20个工作日内", "working_day", 20),
    ("近三年", "year", 3),
    ("未来五年", "year", 5),
    ("3个月内", "month", 3),
    ("30日内", "day", 30),
    ("半年内", "year", 0.5),
]
NONE = [
    "〔2021〕1780号",
    "“十四五”规划",
    "2023年版",
    "（2021年本）",
    "目前年产5万吨",
    "相当年产",
    "5户以上年产3吨",
    "按年产30万吨",
    "三年行动",
    "连续五年",
    "12个月",
    "年产30万吨",
    "5年以上",
    "2024-05-002",
    "A2023年",
]


@pytest.mark.parametrize(("text", "words", "binds", "when", "when_op"), DATED)
def test_on_the_calendar(text: str, words: str, binds: str, when: str, when_op: str) -> None:
    (mention,) = find_periods(text, 2023)
    period = mention.period
    assert text[mention.start : mention.end] == words
    assert (period.binds, period.when, period.when_op, period.relative) == (binds, when, when_op, False)
    assert (period.first is None) == (binds == "by")
    assert (period.last is None) == (binds == "since")


@pytest.mark.parametrize(("text", "per", "count"), EACH)
def test_each_time(text: str, per: str, count: float) -> None:
    (mention,) = find_periods(text)
    period = mention.period
    assert (period.binds, period.when, period.when_op, period.per, period.count) == ("each", None, "each", per, count)


def test_an_average_leaves_when_op_open() -> None:
    (mention,) = find_periods("年均增长15%")
    assert (mention.period.binds, mention.period.when_op) == ("each", None)


@pytest.mark.parametrize(("text", "per", "count"), SPANS)
def test_spans_have_no_date(text: str, per: str, count: float) -> None:
    (mention,) = find_periods(text, 2023)
    period = mention.period
    assert (period.binds, period.when, period.when_op, period.relative) == ("within", None, None, True)
    assert (period.per, period.count) == (per, count)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_period(text: str) -> None:
    assert list(find_periods(text, 2023)) == []


@pytest.mark.parametrize("text", ["今年", "9月底前", "年底前", "上半年", "三季度末", "去年"])
def test_relative_without_a_year_of_issue(text: str) -> None:
    (mention,) = find_periods(text)
    assert (mention.period.when, mention.period.when_op, mention.period.relative) == (None, None, True)


def test_days() -> None:
    assert told("2024年2月")[0].last == date(2024, 2, 29)
    assert told("2023年2月30日")[0].first == date(2023, 2, 28)
    assert (told("2023—2025年")[0].first, told("2023—2025年")[0].last) == (date(2023, 1, 1), date(2025, 12, 31))
    assert told("9月底前", date(2023, 6, 9))[0].last == date(2023, 9, 30)
    assert told("截至目前")[0].when is None
    assert told("到本世纪中叶")[0].when is None


def told(text: str, issued: date | int | None = None) -> list[Period]:
    return [mention.period for mention in find_periods(text, issued)]


def test_several_in_a_row() -> None:
    assert [p.when for p in told("2023、2024、2025年分别达到")] == ["2023", "2024", "2025"]
    assert [p.when for p in told("从2022年的30%提高到2025年的50%")] == ["2022", "2025"]


def test_a_row_of_years_shares_its_preposition() -> None:
    assert [(p.when, p.binds) for p in told("到2025年、2030年，分别达到")] == [("2025", "by"), ("2030", "by")]
    assert [(p.when, p.binds) for p in told("到2025年，其中2024年达到")] == [("2025", "by"), ("2024", "in")]


def test_a_bare_month_takes_the_year_of_the_dated_month_in_its_clause() -> None:
    assert [p.when for p in told("2024年6月开工、12月投产", 2023)] == ["2024-06", "2024-12"]
    assert [p.when for p in told("2025年3月底前、6月底前、9月底前分别完成", 2023)] == ["2025-03", "2025-06", "2025-09"]
    assert [p.when for p in told("2024年6月开工。12月投产", 2023)] == ["2024-06", "2023-12"]
    assert [p.when for p in told("到2025年达到目标，5月底前印发方案", 2023)] == ["2025", "2023-05"]


def test_offsets_count_in_the_whole_text() -> None:
    text = "2023年和2025年末"
    assert [text[m.start : m.end] for m in find_periods(text, start=6)] == ["2025年末"]


@given(
    st.text(max_size=60)
    | st.text(
        st.sampled_from("0129２年月日底末前初上下半季度每按逐均近未来内今去明第十四五“”一至到—-./自起 \n旬截目"),
        max_size=40,
    )
)
def test_never_raises_and_spans_are_in_order(text: str) -> None:
    at = 0
    for mention in find_periods(text, 2023):
        assert at <= mention.start < mention.end <= len(text)
        at = mention.end
        assert (mention.period.when is None) or mention.period.when_op is not None


@given(st.integers(1950, 2099), st.integers(1, 12))
def test_a_printed_month_is_read_back(year: int, month: int) -> None:
    assert [p.when for p in told(f"于{year}年{month}月底前建成")] == [f"{year}-{month:02}"]


@pytest.mark.parametrize("piece", ["9", "一", "2023年", "2023-", "年 ", "每", "“", "上一年"])
def test_linear(piece: str) -> None:
    small, large = piece * (30_000 // len(piece)), piece * (240_000 // len(piece))
    began = time.perf_counter()
    list(find_periods(small))
    middle = time.perf_counter()
    list(find_periods(large))
    assert time.perf_counter() - middle < 8 * 4 * (middle - began) + 0.1
