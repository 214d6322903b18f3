"""Figures and months as people and Excel write them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.chain.report.cell import figure, is_empty, month, text
from lvlian.chain.report.problem import WordError
from lvlian.chain.report.units import factor
from lvlian.chain.report.wording import load_words


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        (61460, 61460.0, ""),
        (0.5, 0.5, ""),
        ("61460", 61460.0, ""),
        ("61,460.5", 61460.5, ""),
        (" ６１，４６０ ", 61460.0, ""),
        ("61 460", 61460.0, ""),
        ("−5", -5.0, ""),
        ("(1,200)", -1200.0, ""),
        ("1.2e4", 12000.0, ""),
        ("￥1,200", 1200.0, ""),
        ("98.5%", 98.5, "%"),
        ("4.12万吨", 4.12, "万吨"),
        ("0", 0.0, ""),
    ],
)
def test_figures(raw: object, value: float, unit: str) -> None:
    assert figure(raw) == (value, unit)


@pytest.mark.parametrize(
    "raw",
    ["61,46O", "6,14,60", "1.234,5", "三千", "约5000", "100-200", "=A1+1", "#REF!", "1.2.3", "--5", "inf", "nan", "x" * 500,
     float("nan"), float("inf"), True, 10**400, date(2023, 9, 1), datetime(2023, 9, 1), time(3), timedelta(1)],
)  # fmt: skip
def test_what_is_no_figure(raw: object) -> None:
    with pytest.raises(WordError) as error:
        figure(raw)
    assert error.value.zh
    assert error.value.en
    assert "\n" not in error.value.zh


def test_a_letter_for_a_digit_is_told_with_the_figure_that_was_meant() -> None:
    with pytest.raises(WordError, match="is it 61,460"):
        figure("61,46O")


@pytest.mark.parametrize(
    "raw",
    ["2023-09", "2023-9", "2023年9月", "2023年09月份", "２０２３年９月", "2023/9", "2023.09", "202309", 202309, 202309.0,
     date(2023, 9, 30), datetime(2023, 9, 1), "2023-09-30", "2023-09-01 00:00:00"],
)  # fmt: skip
def test_months(raw: object) -> None:
    assert month(raw) == "2023-09"


@pytest.mark.parametrize("raw", ["9月", "2023", "2023-13", "2023年1-9月", 2023.9, "", "上月", True, "2023-00", 209913])
def test_what_is_no_month(raw: object) -> None:
    with pytest.raises(WordError):
        month(raw)


@given(st.text(max_size=30) | st.floats() | st.integers() | st.none() | st.booleans() | st.dates() | st.times())
def test_any_cell_is_read_or_refused_with_a_sentence(raw: object) -> None:
    words = load_words()
    assert isinstance(text(raw), str)
    if is_empty(raw, words.empty):
        return
    for read in (figure, month):
        try:
            read(raw)
        except WordError as error:
            assert error.zh.endswith(("。", "？"))
            assert error.en.endswith((".", "?"))


@pytest.mark.parametrize(
    ("unit", "base", "by"),
    [("吨", "t", 1), ("万吨", "t", 1e4), ("kt", "t", 1e3), ("公斤", "t", 1e-3), ("万千瓦时", "kWh", 1e4), ("亿kWh", "kWh", 1e8),
     ("度", "kWh", 1), ("万立方米", "m3", 1e4), ("亿元", "yuan", 1e8), ("元/吨", "yuan/t", 1), ("元/千瓦时", "yuan/kWh", 1), ("%", "", 0.01),
     ("1", "", 1)],
)  # fmt: skip
def test_units_of_reports(unit: str, base: str, by: float) -> None:
    assert factor(unit, base) == pytest.approx(by, rel=1e-15)


@pytest.mark.parametrize(
    ("unit", "base"), [("米", "t"), ("吨", "kWh"), ("桶", "t"), ("", "t"), ("=1", "t"), ("吨", ""), ("元", "yuan/t")]
)
def test_units_that_do_not_fit_are_refused_with_one_that_does(unit: str, base: str) -> None:
    with pytest.raises(WordError, match="expected"):
        factor(unit, base)
