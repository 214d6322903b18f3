"""Time series, sampled intervals, the facts that are asked, and the page of all indicators."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.chain.indicators.small import sketch

from lvlian.chain.indicators.evaluate import evaluate
from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.chain.indicators.needs import needs
from lvlian.chain.indicators.sampling import sampled
from lvlian.chain.indicators.series import series
from lvlian.chain.library import load_library

BOOK = load_formulas()


def test_months_year_to_date_and_change_against_the_year_before() -> None:
    accounts = [sketch("2022-08", 0.8).flows(), sketch("2023-07", 1.0).flows(), sketch("2023-08", 1.1).flows()]
    found = series(BOOK["primary_output"], accounts)
    assert list(found.months) == ["2022-08", "2023-07", "2023-08"]
    july, august = (found.months[m].values[0].value or 0 for m in ("2023-07", "2023-08"))
    assert found.to_date["2023-08"].values[0].value == pytest.approx(july + august)
    change = found.change["2023-08", "tapped"]
    assert change.value == pytest.approx(37.5, rel=1e-6) and 0 < change.sd < 1
    assert ("2023-07", "tapped") not in found.change


def test_growth_in_a_series_has_its_base() -> None:
    accounts = [sketch("2022-08", 0.8).flows(), sketch("2023-08", 1.0).flows()]
    found = series(BOOK["output_growth"], accounts)
    assert found.months["2023-08"].values[0].value == pytest.approx(25, rel=1e-6)
    assert not found.months["2022-08"].values[0].known


def test_a_missing_month_is_no_point_and_is_named() -> None:
    accounts = [sketch("2023-06").flows(), sketch("2023-08").flows()]
    found = series(BOOK["primary_output"], accounts)
    assert list(found.months) == ["2023-06", "2023-08"]
    assert found.to_date["2023-08"].absent == ("2023-07",)


def test_sampled_beside_linearised() -> None:
    value = evaluate(BOOK["smelting_ac_intensity"], sketch().flows()).values[0]
    beside = sampled(value, 40_000, seed=3)
    assert beside is not None and value.sd is not None and value.interval80 is not None
    assert beside.agrees and beside.sd == pytest.approx(value.sd, rel=0.02)
    assert (beside.low, beside.high) == pytest.approx(value.interval80, rel=1e-3)
    assert sampled(value, 40_000, seed=3) == beside
    assert sampled(replace(value, moments=None)) is None


def test_every_fact_is_asked_once_and_says_for_what() -> None:
    asked = needs()
    assert len({n.fact for n in asked}) == len(asked)
    by_name = {n.fact: n for n in asked}
    assert by_name["revenue"].unit == "元" and "above_scale_firms" in by_name["revenue"].indicators
    assert by_name["employees"].of == "firm" and by_name["employees"].firm_kind == ()
    assert by_name["pv_kw"].ask == "供电局"
    assert all(n.zh and n.indicators for n in asked)


def test_the_page_is_what_the_data_say() -> None:
    from tools.make_indicators import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(BOOK, load_library()), "run python -m tools.make_indicators"
