"""Indicators from whole accounts: reports of a small region, and simulated months of regions from their plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvlian.chain.account.account import Account, make_account
from lvlian.chain.indicators.energy import grades, scene_of, stepped_price
from lvlian.chain.indicators.evaluate import evaluate_all
from lvlian.chain.indicators.from_account import facts_in, flows_of
from lvlian.chain.indicators.value import Reading, Value
from lvlian.chain.region import Firm, Line, Link, Region
from lvlian.chain.report.statement import Statement
from lvlian.chain.simulate import simulate_region

MONTH = "2023-09"
CASTERS = {
    "a": "cast_billet_liquid",
    "b": "cast_foundry_alloy_liquid",
    "c": "cast_rolled_strip_liquid",
    "d": "cast_rod_liquid",
    "e": "cast_billet_liquid",
}
REGION = Region(
    name="县",
    firms=(
        Firm(
            id="s",
            name="S",
            short="S",
            kind="smelter",
            lines=(Line(process="electrolysis", capacity=1.1e6), Line(process="cast_tbar_ingot", capacity=3e5)),
        ),
        *(
            Firm(id=k, name=k, short=k, kind="processor", lines=(Line(process=p, capacity=1e5),))
            for k, p in CASTERS.items()
        ),
        Firm(id="grid", name="供电局", short="供电局", kind="power"),
        Firm(id="carrier", name="运输", short="运输", kind="haulier"),
    ),
    links=tuple(Link(source="s", target=k, good="liquid_aluminium") for k in CASTERS),
    simulated=True,
)


def said(party: str, item: str, good: str, value: float, **more: str) -> Statement:
    return Statement(party=party, month=MONTH, item=item, good=good, value=value, **more)


STATEMENTS = (
    said("s", "used", "alumina", 173_100, process="electrolysis"),
    said("grid", "used", "electricity", 1.2124e9, firm="s", process="electrolysis", source="meter"),
    said("s", "made", "liquid_aluminium", 90_180, process="electrolysis"),
    said("s", "sent", "liquid_aluminium", 39_900, partner="a", source="weighbridge"),
    said("a", "received", "liquid_aluminium", 39_812, partner="s", source="weighbridge"),
    said("s", "sent", "liquid_aluminium", 7_910, partner="b", source="weighbridge"),
    said("b", "received", "liquid_aluminium", 7_872, partner="s", source="weighbridge"),
    said("s", "sent", "liquid_aluminium", 6_318, partner="c", source="weighbridge"),
    said("c", "received", "liquid_aluminium", 6_270, partner="s", source="weighbridge"),
    said("carrier", "hauled", "liquid_aluminium", 67_380),
    said("a", "received", "aluminium_scrap", 1_900, partner="outside"),
    said("a", "made", "billet", 41_180, process="cast_billet_liquid"),
    said("b", "made", "foundry_alloy", 8_404, process="cast_foundry_alloy_liquid"),
    said("c", "made", "cast_rolled_strip", 6_146, process="cast_rolled_strip_liquid"),
    said("s", "made", "aluminium_ingot", 22_720, process="cast_tbar_ingot"),
    said("s", "output_value", "", 1.6e9),
    *(said(k, "output_value", "", 1e8) for k in CASTERS),
)


@pytest.fixture(scope="module")
def account() -> Account:
    return make_account(REGION, MONTH, STATEMENTS)


@pytest.fixture(scope="module")
def readings(account: Account) -> dict[str, Reading]:
    return dict(evaluate_all(flows_of(account), facts_in(account)))


def told(readings: dict[str, Reading], indicator: str, variant: str) -> Value:
    value = readings[indicator].value(variant)
    assert value is not None
    return value


def test_the_six_indicators_of_an_account(readings: dict[str, Reading]) -> None:
    strict = told(readings, "liquid_local_conversion", "strict")
    assert strict.value == pytest.approx(74.4, abs=0.5) and strict.sd is not None and 0.05 < strict.sd < 0.4
    assert told(readings, "liquid_local_conversion", "ingot_casting").value == pytest.approx(99.7, abs=0.3)
    assert told(readings, "output_per_kwh", "electrolysis").value == pytest.approx(2.1e9 / 1.2124e9, rel=0.01)
    assert told(readings, "output_per_kwh", "whole_chain").known is False or (
        told(readings, "output_per_kwh", "whole_chain").value or 0
    ) < (told(readings, "output_per_kwh", "electrolysis").value or 0)
    assert told(readings, "smelting_ac_intensity", "electrolysis").value == pytest.approx(13_445, abs=60)
    assert told(readings, "recycled_share_of_primary", "purchased_scrap").value == pytest.approx(1.9, abs=0.3)
    assert readings["liquid_local_conversion"].simulated


def test_two_silent_casters_are_one_line(readings: dict[str, Reading]) -> None:
    strict = told(readings, "liquid_local_conversion", "strict")
    assert strict.numerator is not None
    (together,) = [line for line in strict.numerator.lines if line.members]
    assert together.value == pytest.approx(13_150, rel=0.05)
    assert sum(line.value is None for line in strict.numerator.lines) == 2
    assert all("（" not in line.label or line.label for line in strict.numerator.lines)


def test_the_report_that_spreads_most_is_named(readings: dict[str, Reading]) -> None:
    value = told(readings, "smelting_ac_intensity", "electrolysis")
    assert value.shares[0].party == "供电局"


def test_energy_from_an_account(account: Account) -> None:
    scene = scene_of(flows_of(account), facts_in(account))
    levels = {level.id: level for level in grades(scene).levels}
    assert levels["grade3"].share_high == 0
    assert stepped_price(scene, "s").limit == 13_450


@pytest.mark.parametrize("name", ["yanshan", "guizhou", "liaocheng", "changji", "baise"])
def test_a_simulated_month_of_every_plan(root: Path, name: str) -> None:
    """Every value is a figure, bounds, or a gap with words; the truth of the conversion rate lies within five sd."""
    simulated = simulate_region(root / "data" / "regions" / f"{name}.yaml")
    account = make_account(simulated.region, MONTH, simulated.statements[MONTH])
    readings = evaluate_all(flows_of(account), facts_in(account))
    assert len(readings) == 76
    for reading in readings.values():
        for value in reading.values:
            assert value.known != bool(value.missing), (reading.indicator, value.variant)
            assert all(m.zh for m in value.missing)
    made = readings["primary_output"].values[0]
    if made.value is not None:
        assert made.value > 0 and made.sd is not None and made.sd / made.value < 0.02


def test_eighty_percent_intervals_hold_the_truth_of_simulated_months(root: Path) -> None:
    """Nine months drawn anew, four indicators that rest on noisy reports: about four of five intervals hold the truth."""
    inside, distance = [], []
    for seed in range(9):
        simulated = simulate_region(root / "data" / "regions" / "yanshan.yaml", seed=100 + seed)
        truth = simulated.truth[MONTH]
        liquid = sum(v for (_, _, good), v in truth.made.items() if good == "liquid_aluminium")
        converted = sum(
            v for (_, p, g), v in truth.used.items() if g == "liquid_aluminium" and p not in ("", "cast_tbar_ingot")
        )
        power = sum(v for (_, p, g), v in truth.used.items() if g == "electricity" and p == "electrolysis")
        value = sum(truth.output_value.values())
        account = make_account(simulated.region, MONTH, simulated.statements[MONTH])
        found = dict(
            evaluate_all(
                flows_of(account),
                facts_in(account),
                only=["liquid_local_conversion", "smelting_ac_intensity", "primary_output", "output_per_kwh"],
            )
        )
        for key, variant, true in (
            ("liquid_local_conversion", "strict", 100 * converted / liquid),
            ("smelting_ac_intensity", "electrolysis", power / liquid),
            ("primary_output", "tapped", liquid / 1e4),
            ("output_per_kwh", "electrolysis", value / power),
        ):
            told_ = told(found, key, variant)
            assert told_.value is not None and told_.sd and told_.interval80 is not None
            inside.append(told_.interval80[0] <= true <= told_.interval80[1])
            distance.append((told_.value - true) / told_.sd)
    assert 0.62 <= sum(inside) / len(inside) <= 0.95, distance
    assert max(abs(z) for z in distance) < 4.5


def test_one_firm_against_a_limit(account: Account) -> None:
    from lvlian.chain.indicators.evaluate import evaluate
    from lvlian.chain.indicators.load_formulas import load_formulas

    formula = load_formulas()["below_baseline_capacity"]
    whole = evaluate(formula, flows_of(account)).values[0]
    assert evaluate(formula, flows_of(account), firm="s").values[0].value == whole.value
    assert not evaluate(formula, flows_of(account), firm="a").values[0].known
