"""What may stand in the balance: units that fit, amounts that are figures, and what is missing told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest

from lvlian.ledger.factors import FACTORS, Booking, Demand, FactorError, Supply, measured, missing, rank, told
from lvlian.ledger.track import Factor


def test_every_factor_has_a_unit_and_a_name() -> None:
    assert tuple(FACTORS) == get_args(Factor)
    for factor, kind in FACTORS.items():
        assert measured(factor, Decimal(7), kind.unit) == 7
        assert kind.name.zh and kind.name.en


@pytest.mark.parametrize(
    ("factor", "amount", "unit", "in_unit"),
    [
        ("power", "125", "兆瓦", "12.5"),
        ("power", "3", "万千瓦", "3"),
        ("energy", "1.2", "亿千瓦时", "12000"),
        ("energy", "1.2", "亿千瓦时/年", "3000"),
        ("land", "690.5", "亩", "690.5"),
        ("land", "2", "公顷", "30"),
        ("gas", "400", "万立方米/年", "100"),
        ("gas", "100", "万方", "100"),
        ("funds", "1.5", "亿元", "15000"),
        ("logistics", "105", "万吨/年", "26.25"),
        ("energy_quota", "2", "万吨标煤", "20000"),
    ],
)
def test_amounts_are_told_in_the_factors_unit_exactly(factor: Factor, amount: str, unit: str, in_unit: str) -> None:
    supply = Supply(id=1, factor=factor, title="某项", amount=Decimal(amount), unit=unit)
    assert supply.measure == Decimal(in_unit)


@pytest.mark.parametrize(
    ("factor", "unit"),
    [("power", "万千伏安"), ("power", "千伏"), ("land", "宗"), ("gas", "立方米/小时"), ("funds", "万美元"), ("energy_quota", "吨"),
     ("land", ""), ("power", "不是单位")],
)  # fmt: skip
def test_a_unit_that_cannot_be_told_in_the_factors_is_refused(factor: Factor, unit: str) -> None:
    with pytest.raises(FactorError) as caught:
        Supply(id=1, factor=factor, title="某项", amount=Decimal(1), unit=unit)
    assert FACTORS[factor].unit in str(caught.value) and str(caught.value).endswith("。")
    assert str(caught.value).count("。") == 1 and caught.value.en.endswith(".")


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "许多"])
def test_an_amount_that_is_no_figure_is_refused(amount: Any) -> None:
    with pytest.raises(FactorError):
        Demand(id=1, factor="land", title="厂房用地", project="甲", amount=amount, unit="亩")


def test_an_unknown_factor_is_refused() -> None:
    with pytest.raises(FactorError, match="用电负荷、用电量、用地"):
        Supply(id=1, factor="steam", title="蒸汽", amount=Decimal(1), unit="吨")  # type: ignore[arg-type]


def test_figures_of_a_form_are_exact() -> None:
    row = Booking(id=1, supply=1, demand=1, amount=0.1)  # type: ignore[arg-type]
    assert row.amount + Decimal("0.2") == Decimal("0.3")
    assert Booking(id=1, supply=1, demand=1, amount=Decimal(2), unit="公顷").measure("land") == 30
    assert told("land", Decimal("690.50")) == "690.5亩"


def test_what_is_missing_is_told_with_who_has_to_bring_it() -> None:
    supplies = [
        Supply(id=1, factor="land", title="第三批次用地", amount=Decimal(506), unit="亩", unit_name="县自然资源局"),
        Supply(id=2, factor="gas", title="园区专线", amount=None, unit="万立方米", promised=date(2023, 9, 30)),
        Supply(id=3, factor="land", title="第一批次用地", amount=Decimal(5), unit="亩", done=date(2023, 1, 1)),
    ]
    demands = [
        Demand(id=1, factor="land", title="型材厂用地", project="甲", amount=None, unit="亩", unit_name="园区管委会")
    ]
    found = missing(supplies, demands)
    assert [(one.side, one.id, one.lacks) for one in found] == [
        ("supply", 1, ("date",)),
        ("demand", 1, ("amount", "date")),
        ("supply", 2, ("amount",)),
    ]
    assert found[0].zh == "“第三批次用地”（用地）缺供给日期，由县自然资源局补报。"
    assert found[1].zh == "“型材厂用地”（用地）缺数量和需用日期，由园区管委会补报。"
    assert found[2].zh == "“园区专线”（用气）缺数量，由填报单位补报。"
    assert missing(reversed(supplies), demands) == found


def test_numbers_are_ranked_by_size_before_names() -> None:
    assert sorted(["b", 10, 9, "a"], key=rank) == [9, 10, "a", "b"]
