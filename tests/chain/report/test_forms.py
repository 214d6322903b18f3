"""What each kind of firm is asked: a fact once, derived from library, lines and links."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chain.report.ground import MONTH, REGION, answers_to, form, library

from lvlian.chain.dataset import LibraryError
from lvlian.chain.region import KINDS, OUTSIDE, Firm, Line, Link, Region
from lvlian.chain.report.doubt import load_doubts
from lvlian.chain.report.form import Form, answers, form_of, forms_of, previous_month
from lvlian.chain.report.form_rules import SHIPPED, load_form_rules
from lvlian.chain.report.wording import load_words
from lvlian.quantity.unit import normal_unit


def asked(of: Form) -> set[tuple[str, str, str]]:
    return {(item.item, item.good, item.partner) for item in of.items}


@st.composite
def regions(draw: st.DrawFn) -> Region:
    processes, goods = sorted(library().processes), sorted(library().goods)
    count = draw(st.integers(1, 6))
    firms = tuple(
        Firm(
            id=f"f{at}",
            name=f"甲{at}公司",
            short=f"甲{at}",
            kind=draw(st.sampled_from(KINDS)),
            lines=tuple(Line(process=p) for p in draw(st.lists(st.sampled_from(processes), max_size=5))),
            state=draw(st.sampled_from(("running", "running", "stopped", "planned"))),
        )
        for at in range(count)
    )
    ends = st.sampled_from([*(firm.id for firm in firms), OUTSIDE])
    links = draw(st.lists(st.builds(Link, source=ends, target=ends, good=st.sampled_from(goods)), max_size=12))
    return Region(name="甲县", firms=firms, links=tuple(links))


@given(regions())
def test_a_fact_is_asked_of_one_party_once(region: Region) -> None:
    for one in forms_of(region, library(), MONTH):
        assert [key for key, count in Counter(item.key for item in one.items).items() if count > 1] == []
        statements = answers_to(one)
        assert len({s.key for s in statements}) == len(one.items)
        assert set(answers(one, statements)) == set(one.by_key())
        for item in one.items:
            assert item.partner != one.firm.id
            assert item.good in library().goods or item.item in ("fact", "output_value")
            assert normal_unit(item.unit)


@given(regions())
def test_two_sides_of_a_flow_are_asked_as_their_own_side(region: Region) -> None:
    """Who sends is never asked what the other received, and the other way round."""
    for one in forms_of(region, library(), MONTH):
        for item in one.items:
            if item.item in ("sent", "received", "made", "used", "opening", "closing"):
                assert item.firm == ""


def test_a_smelter_is_asked_what_it_makes_takes_sends_and_keeps() -> None:
    got = asked(form("yunxiu"))
    for wanted in (
        ("made", "liquid_aluminium", ""),
        ("made", "aluminium_ingot", ""),
        ("made", "dross", ""),
        ("used", "alumina", ""),
        ("used", "anode", ""),
        ("used", "electricity", ""),
        ("sent", "liquid_aluminium", "beipo"),
        ("sent", "liquid_aluminium", "nanpo"),
        ("sent", "aluminium_ingot", "cang"),
        ("sent", "aluminium_ingot", OUTSIDE),
        ("received", "alumina", "lv"),
        ("received", "alumina", OUTSIDE),
        ("closing", "aluminium_ingot", ""),
        ("closing", "alumina", ""),
        ("output_value", "", ""),
    ):
        assert wanted in got
    assert ("closing", "liquid_aluminium", "") not in got
    assert ("sent", "liquid_aluminium", OUTSIDE) not in got
    assert ("received", "electricity", "") not in got


def test_energy_runs_over_one_meter_beside_those_of_lines_that_have_their_own() -> None:
    power = [item.process for item in form("yunxiu").items if item.good == "electricity"]
    assert power == ["electrolysis", ""]
    assert [item.process for item in form("beipo").items if item.good == "electricity"] == [""]
    assert [item.process for item in form("huan").items if item.good == "electricity"] == ["secondary_casting_alloy"]


def test_a_processor_is_asked_for_bought_scrap_and_what_leaves() -> None:
    got = asked(form("beipo"))
    assert ("received", "liquid_aluminium", "yunxiu") in got
    assert ("received", "aluminium_scrap", "") in got
    assert ("content", "aluminium_scrap", "") in got
    assert {("sent", "profile_building", OUTSIDE), ("sent", "profile_building", "")} <= got
    assert ("used", "cast_rolled_strip", "") in asked(form("nanpo"))
    assert ("received", "hot_coil", OUTSIDE) not in asked(form("nanpo"))


def test_firms_without_lines() -> None:
    assert asked(form("dian")) == {
        ("sent", "electricity", firm) for firm in ("yunxiu", "beipo", "nanpo", "huan", "kuang", "lv", "tan")
    }
    (haul,) = form("che").items
    assert (haul.item, haul.good, haul.firm, haul.partner) == ("hauled", "liquid_aluminium", "yunxiu", "")
    assert asked(form("cang")) == {
        ("received", "aluminium_ingot", "yunxiu"),
        ("received", "aluminium_ingot", OUTSIDE),
        ("sent", "aluminium_ingot", OUTSIDE),
        ("opening", "aluminium_ingot", ""),
        ("closing", "aluminium_ingot", ""),
    }


@pytest.mark.parametrize("key", ["kuang", "lv", "tan", "huan"])
def test_every_kind_has_products_inputs_energy_stocks_and_value(key: str) -> None:
    one = form(key)
    assert {item.item for item in one.items} >= {"made", "used", "sent", "opening", "closing", "output_value"}
    assert any(item.group == "energy" for item in one.items)


def test_an_opening_stock_is_asked_once() -> None:
    before = answers_to(form("yunxiu", "2023-08"))
    items = {item.item for item in form("yunxiu", held=before).items}
    assert "opening" not in items
    assert "opening" in {item.item for item in form("yunxiu", "2023-10", held=before).items}
    assert previous_month("2024-01") == "2023-12"


def test_lines_count_in_the_months_that_they_run() -> None:
    firm = Firm(
        id="a",
        name="甲",
        short="甲",
        kind="processor",
        lines=(Line(process="cast_billet_liquid", until="2023-08"), Line(process="die_casting", since="2023-09")),
    )
    region = Region(name="甲县", firms=(firm,))
    made = {
        m: {i.good for i in form_of(firm, region, library(), m).items if i.item == "made"} for m in ("2023-08", MONTH)
    }
    assert "billet" in made["2023-08"]
    assert "billet" not in made[MONTH]
    assert "die_casting_part" in made[MONTH]
    assert form("xin").items == ()


def test_items_say_what_they_are_used_for() -> None:
    for firm in REGION.firms:
        for item in form(firm.id).items:
            assert item.balances or item.indicators, item.label
            assert item.label
            for indicator in item.indicators:
                assert indicator in library().indicators


def test_the_rules_hold_to_the_library() -> None:
    load_form_rules().check(library())
    load_words()
    load_doubts()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("least: 0.01", "least: much"),
        ("supplied: electricity", "supplied: [1]"),
        ("own_meter: [electrolysis", "own_meter: {a: 1}\nnever_heard: [electrolysis"),
        ("unit: 人, kinds: [mine", "unit: 人, kinds: [mint"),
        ("- {item: made,", "- {item: mode,"),
        ("of: [output_per_kwh]}", "of: []}"),
    ],
)
def test_a_slip_in_the_rules_is_one_sentence(tmp_path: Path, old: str, new: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "forms.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LibraryError, match=r"forms\.yaml, field "):
        load_form_rules(path)


def test_ids_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    path = tmp_path / "forms.yaml"
    path.write_text(
        SHIPPED.read_text(encoding="utf-8").replace("unstorable: [liquid_aluminium]", "unstorable: [gold]"), "utf-8"
    )
    with pytest.raises(LibraryError, match="gold is no good"):
        load_form_rules(path).check(library())
