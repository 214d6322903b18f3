from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.quantity.figure import NumeralError
from lvlian.quantity.measure import find_measures
from lvlian.quantity.show import figure, show
from lvlian.quantity.unit import convert

SHOWN = [
    (2_030_000, "吨", "203万吨"),
    (150_000_000_000, "元", "1500亿元"),
    (12345, "元", "1.2345万元"),
    (203, "万吨", "203万吨"),
    (0.35, "元/kWh", "0.35元/kWh"),
    (93.8, "%", "93.8%"),
    (-5, "℃", "−5℃"),
    (13350, "千瓦时/吨", "13350千瓦时/吨"),
    (1.2, "万亿元", "1.2万亿元"),
    (0, "万元", "0万元"),
    (9999, "人", "9999人"),
    (0.5, "万吨", "5000吨"),
    (200, "万吨/年", "200万吨/年"),
    (12, "万元/亩", "12万元/亩"),
    (20000, "kWh", "20000kWh"),
    (3, "", "3"),
    (2_000_000, "", "200万"),
    (15, "户", "15户"),
]


@pytest.mark.parametrize(("value", "unit", "expected"), SHOWN)
def test_show(value: float, unit: str, expected: str) -> None:
    assert show(value, unit) == expected


def test_range_and_op() -> None:
    assert show(6, "万吨", 8) == "6–8万吨"
    assert show(9000, "万元", 12000) == "0.9–1.2亿元"
    assert show(3, "元", op=">=", words=True) == "3元以上"
    assert show(900, "亿元", op="~", words=True) == "900亿元左右"
    assert show(900, "亿元", op="~") == "≈ 900亿元"
    assert show(6, "%", op="<=") == "≤ 6%"
    assert show(1500, "亿元", separators=True) == "1,500亿元"
    assert show(1 / 3, "倍", digits=2) == "0.33倍"
    assert figure(-0.001, digits=1) == "0"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_not_finite(value: float) -> None:
    with pytest.raises(NumeralError, match="finite"):
        show(value, "吨")
    with pytest.raises(NumeralError, match="finite"):
        figure(value)


def test_unknown_op() -> None:
    with pytest.raises(NumeralError, match="op"):
        show(1, "吨", op="≠")


@given(
    st.integers(1, 10**12) | st.decimals(1, 10**8, places=3).map(float),
    st.sampled_from(["吨", "元", "户", "万吨", "亩", "%", "千瓦时/吨"]),
)
def test_what_is_shown_is_read_back(value: float, unit: str) -> None:
    (measure,) = find_measures(show(value, unit))
    assert convert(measure.value, measure.unit, unit) == pytest.approx(value, rel=1e-12)
