"""The formulas as data: complete, leading to things that exist, and refused in one sentence when broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.chain.dataset import LibraryError
from lvlian.chain.indicators.load_formulas import FORMULAS, load_formulas
from lvlian.chain.library import load_library
from lvlian.quantity.unit import dimension

BOOK = load_formulas()
LIBRARY = load_library()
TEXT = FORMULAS.read_text(encoding="utf-8")


def test_every_indicator_of_the_library_has_a_formula_and_the_other_way_round() -> None:
    assert set(BOOK.formulas) == set(LIBRARY.indicators)
    assert len(BOOK.formulas) == 76


def test_direction_agrees_with_the_library() -> None:
    for key, formula in BOOK.formulas.items():
        assert LIBRARY.indicators[key].direction.startswith(formula.direction), key


def test_units_can_be_computed_with() -> None:
    for formula in BOOK.formulas.values():
        assert dimension(formula.unit) is not None


def test_every_reference_leads_somewhere() -> None:
    stages = {stage.id for stage in LIBRARY.stages}
    for formula in BOOK.formulas.values():
        for rule in formula.rules:
            LIBRARY.regulation(rule)
        for variant in formula.variants:
            for term in (*variant.numerator, *variant.denominator):
                assert {*term.good, *term.not_good} <= set(LIBRARY.goods), formula.id
                assert {*term.process, *term.not_process} <= {*LIBRARY.processes, "other"}, formula.id
                assert {*term.stage, *term.process_stage} <= stages
                assert set(term.metal) <= {"aluminium", "copper"}
                assert set(term.good_kind) <= {good.kind for good in LIBRARY.goods.values()}
                for times in term.times:
                    if times.what == "coefficient":
                        LIBRARY.coefficient(*times.key)
    for good, price in BOOK.prices.items():
        assert good in LIBRARY.goods
        assert LIBRARY.price(price) is not None


def test_ambiguous_indicators_have_the_readings_of_the_texts() -> None:
    def ids(key: str) -> list[str]:
        return [v.id for v in BOOK[key].variants]

    assert ids("liquid_local_conversion")[:3] == ["strict", "local_ingot", "ingot_casting"]
    assert ids("deep_processing_rate") == ["liquid_metal", "liquid_product", "processed_metal", "processed_product"]
    assert ids("output_per_kwh")[:2] == ["electrolysis", "whole_chain"]
    assert ids("smelting_ac_intensity") == ["electrolysis", "comprehensive", "ingot"]
    assert sum(len(f.variants) for f in BOOK.formulas.values()) >= 130


def test_levels_of_thresholds_are_those_of_the_rule() -> None:
    both = LIBRARY.regulation("fagaichanye_2021_1609").parameters["electrolytic_aluminium_ac_liquid_kwh_t"]
    assert BOOK["benchmark_capacity_share"].variants[0].limit == both["benchmark"]
    assert BOOK["below_baseline_capacity"].variants[0].limit == both["baseline"]
    caps = LIBRARY.regulation("liaocheng_diagnosis_subsidy").parameters
    assert [v.limit for v in BOOK["green_diagnosis_subsidy"].variants] == [caps["cap_above"], caps["cap_below"]]


BROKEN = [
    ("kind: ratio", "kind: ration", "field kind: is 'ration', expected one of ratio"),
    ("over: sum", "over: yearly", "field over"),
    ("direction: up", "direction: sideways", "field direction"),
    ('unit: "%"', "unit: 3", "field unit: is 3, expected a text"),
    ("scale: 100", "scale: hundred", "field scale: is 'hundred', expected a number"),
    ("boundary: 区内电解厂", "border: 区内电解厂", "field border: unknown"),
    ("{set: liquid_converted}", "{set: liquid_gone}", "field set: 'liquid_gone' is none of"),
    ("flow: made, good: liquid_aluminium", "flow: melted, good: liquid_aluminium", "field flow: is 'melted'"),
    ("boundary: in, zh", "boundary: sideways, zh", "field boundary: is 'sideways'"),
    ("firm_kind: smelter}", "firm_kind: baker}", "field firm_kind: is 'baker'"),
    ("partner_kind: smelter", "partner_kind: baker", "field firm_kind: is 'baker'"),
    ("times: [content]", "times: [colour]", "field times: 'colour' is no number"),
    (
        "of: [chain_output_value, chain]",
        "of: [chain_output_value, chained]",
        "chain_output_value/chained is no variant",
    ),
    ("of: [chain_output_value, chain]", "of: [chain_output_value]", r"field of: expected \[indicator, variant\]"),
    ('where: [[whole_chain, "=", 1]]', 'where: [[whole_chains, "=", 1]]', "whole_chains is no fact of this file"),
    ('where: [[whole_chain, "=", 1]]', 'where: [[whole_chain, "!", 1]]', "expected .fact, one of"),
    ("top: 3", "top: 0", "field top: is 0"),
    ("share: true", "share: often", "field share: is 'often', expected true or false"),
    ("value: 0.302, low: 0.285", "value: 0.202, low: 0.285", "expected to lie between low 0.285"),
    ("- {id: cr3,", "- {id: cr1,", "field variants: cr1 stands twice"),
    ("indicators:\n", "indicators: [\n", "formulas.yaml, line"),
]


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TEXT
    path = tmp_path / "formulas.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LibraryError, match=message) as raised:
        load_formulas(path)
    assert "\n" not in str(raised.value)
    assert "formulas.yaml" in str(raised.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"- 1\n",
        b"indicators: 7\n",
        b"indicators: {a: 3}\n",
        b"indicators: {a: {}}\n",
        b"a: &a [*a]\n",
        b"x" * 100_000,
    ],
)
def test_other_bytes_are_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "formulas.yaml"
    path.write_bytes(content)
    try:
        assert load_formulas(path).formulas == {}
    except LibraryError as error:
        assert "\n" not in str(error)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be read"):
        load_formulas(tmp_path / "none.yaml")


LINES = TEXT.splitlines()


@given(
    st.integers(0, len(LINES) - 1), st.sampled_from(["", "  x: {", "- 3", "kind: [1]", "  variants: 3", "flow: made"])
)
def test_any_line_replaced_gives_a_book_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, number: int, line: str
) -> None:
    path = tmp_path_factory.mktemp("f") / "formulas.yaml"
    path.write_text("\n".join([*LINES[:number], line, *LINES[number + 1 :]]), encoding="utf-8")
    try:
        load_formulas(path)
    except LibraryError as error:
        assert "\n" not in str(error)
