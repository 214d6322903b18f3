from __future__ import annotations

import contextlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.quantity.unit import UnitError, convert, dimension, normal_unit, same_dimension
from lvlian.quantity.unit_table import unit_table

NORMAL = [
    ("亿", "亿元"),
    ("kWh/t", "千瓦时/吨"),
    ("kwh/吨", "千瓦时/吨"),
    ("千瓦时每吨", "千瓦时/吨"),
    ("元/千瓦时", "元/kWh"),
    ("元/度", "元/kWh"),
    ("％", "%"),
    ("个百分点", "百分点"),
    ("万吨每年", "万吨/年"),
    ("亿度", "亿千瓦时"),
    ("吨标煤/吨", "吨标准煤/吨"),
    ("㎡", "平方米"),
    ("万 吨", "万吨"),
    ("TEU", "标箱"),
    ("个月", "月"),
    ("元／吨", "元/吨"),
    ("元/吨铝", "元/吨"),
    ("亿/年", "亿元/年"),
    ("万kW", "万千瓦"),
    ("户", "户"),
    ("A级", "A级"),
    ("℃", "℃"),
]
CONVERSIONS = [
    (203, "万吨", "吨", 2_030_000),
    (1500, "亿元", "万元", 15_000_000),
    (8, "万千瓦", "兆瓦", 80),
    (300, "亩", "公顷", 20),
    (0.35, "元/千瓦时", "元/度", 0.35),
    (310, "公斤标准煤/吨", "吨标准煤/吨", 0.31),
    (30, "%", "成", 3),
    (12, "万吨/年", "万吨/月", 1),
    (100, "万千伏安", "MVA", 1000),
    (13350, "千瓦时/吨", "MWh/万吨", 133_500),
    (1, "吨标准煤", "千克标准煤", 1000),
    (2.5, "公里", "米", 2500),
    (1.8, "万人", "人", 18_000),
    (2, "百分点", "百分点", 2),
]


@pytest.mark.parametrize(("printed", "normal"), NORMAL)
def test_normal_unit(printed: str, normal: str) -> None:
    assert normal_unit(printed) == normal
    assert normal_unit(normal) == normal


@pytest.mark.parametrize(("value", "unit", "to", "expected"), CONVERSIONS)
def test_convert(value: float, unit: str, to: str, expected: float) -> None:
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("户", "家"),
        ("户", "人"),
        ("百分点", "%"),
        ("亿元", "亿美元"),
        ("吨", "吨标准煤"),
        ("千瓦", "千瓦时"),
        ("千瓦", "千伏安"),
        ("吨", "吨/年"),
    ],
)
def test_what_does_not_add(a: str, b: str) -> None:
    assert not same_dimension(a, b)
    with pytest.raises(UnitError, match="cannot be told in"):
        convert(1, a, b)


def test_unknown_unit_names_the_nearest() -> None:
    with pytest.raises(UnitError, match="千瓦小时"):
        normal_unit("千瓦小对")
    with pytest.raises(UnitError, match="empty"):
        dimension(" ")
    with pytest.raises(UnitError) as caught:
        normal_unit("丏" * 1000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("form", sorted(unit_table().symbol_of))
def test_every_printed_form_has_a_dimension(form: str) -> None:
    symbol = normal_unit(form)
    assert same_dimension(form, symbol)
    assert convert(1, form, symbol) == 1


@given(
    st.floats(1e-6, 1e9, allow_nan=False),
    st.sampled_from([("万吨", "千克"), ("亩", "平方公里"), ("GWh", "千瓦时"), ("亿元/年", "元/月")]),
)
def test_there_and_back(value: float, pair: tuple[str, str]) -> None:
    assert convert(convert(value, *pair), *reversed(pair)) == pytest.approx(value, rel=1e-12)


@given(st.text(max_size=20))
def test_any_text_is_a_unit_or_a_unit_error(text: str) -> None:
    with contextlib.suppress(UnitError):
        assert normal_unit(normal_unit(text)) == normal_unit(text)


def test_scanning_does_not_import_pint() -> None:
    code = (
        "import sys; from lvlian.quantity.measure import find_measures; from lvlian.quantity.period import find_periods;"
        "list(find_measures('5吨')); list(find_periods('2025年')); import lvlian.quantity.unit, lvlian.quantity.show; sys.exit('pint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
