"""The chain library: what ships is sound, words find products, figures follow their rows, errors name the place."""

from __future__ import annotations

import doctest
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.chain.dataset import LibraryError
from lvlian.chain.library import DATA, RECIPES, Library, load_library
from lvlian.chain.words import WordIndex, folded

ROOT = Path(__file__).parents[2]
LIBRARY = load_library()


def test_what_ships_is_complete_and_every_reference_leads_somewhere() -> None:
    LIBRARY.validate()
    assert len(LIBRARY.coefficients) >= 600
    assert len(LIBRARY.indicators) == 76
    assert len(LIBRARY.regulations) >= 57
    assert len(LIBRARY.prices) == 162
    assert {p.metal for p in LIBRARY.products.values()} == {"aluminium", "copper", "other"}
    assert {p.stage.id for p in LIBRARY.products.values()} == {stage.id for stage in LIBRARY.stages}


def test_every_flow_of_a_product_is_a_good() -> None:
    assert [p.id for p in LIBRARY.products.values() if p.flow is not None and p.flow not in LIBRARY.goods] == []


def test_load_library_keeps_what_it_read_and_refuses_what_is_none(tmp_path: Path) -> None:
    assert load_library() is LIBRARY
    with pytest.raises(LibraryError, match="no such folder"):
        load_library(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("年产20万吨精密铝合金棒（一期）", "billet"),
        ("铝水", "liquid_aluminium"),
        ("铝 箔", "foil"),
        ("电池铝箔", "battery_foil"),
        ("汽车配件", "auto_part"),
        ("工业铝型材", "profile_industrial"),
        ("铝型材", "profile"),
        ("电解铜箔", "copper_foil"),
        ("再生铝合金", "recycled_aluminium"),
        ("铝灰综合利用", "dross"),
        ("Ａ356铝合金", "foundry_alloy"),
        ("铜杆", "copper_rod"),
        ("炭渣", "carbon_residue"),
        ("硫酸", "sulphuric_acid"),
        ("氟化盐", "fluoride_salts"),
        ("高纯铝", "high_purity_aluminium"),
    ],
)
def test_product_of(text: str, product: str) -> None:
    found = LIBRARY.product_of(text)
    assert found is not None and found.id == product


@pytest.mark.parametrize("text", ["", "绿色铝产业", "县发展改革局", "数字化车间", "电解铝企业"])
def test_product_of_finds_nothing_where_nothing_is_named(text: str) -> None:
    assert LIBRARY.product_of(text) is None


def test_find_products_counts_offsets_in_the_text_as_given() -> None:
    text = "一期建设 铝 合金棒，\n二期建设铝\n箔。"
    found = LIBRARY.find_products(text)
    assert [(m.product.id, folded(text[m.start : m.end])) for m in found] == [("billet", "铝合金棒"), ("foil", "铝箔")]


@pytest.mark.parametrize(
    ("name", "indicator"),
    [
        ("铝水就地转化率", "liquid_local_conversion"),
        ("度电产值", "output_per_kwh"),
        ("绿色铝综合产值", "chain_output_value"),
        ("新增规模以上工业企业", "above_scale_firms"),
        ("铝产业产值占规模以上工业总产值", "chain_share_of_industry"),
        ("原铝（铝液）就地转化率", "liquid_local_conversion"),
        ("电解铝产量", "primary_output"),
    ],
)
def test_indicator_of(name: str, indicator: str) -> None:
    found = LIBRARY.indicator_of(name)
    assert found is not None and found.id == indicator


def test_indicator_of_knows_its_limits() -> None:
    assert LIBRARY.indicator_of("会议次数") is None


def test_need_of_a_profile_is_the_product_of_its_rows() -> None:
    need = LIBRARY.metal_need("profile")
    assert need is not None
    billet = LIBRARY.coefficient("cast_billet_liquid", "liquid_aluminium").value
    press = LIBRARY.coefficient("extrusion_building", "billet").value
    assert need.gross == pytest.approx(billet * press)
    assert need.low <= need.gross <= need.high
    assert 1.0 < need.net < need.gross
    assert len(need.assumptions) == sum(not row.verified for row in need.rows)


def test_alumina_behind_a_billet_goes_through_the_pots() -> None:
    need = LIBRARY.metal_need("billet", of="alumina")
    assert need is not None and [step.of for step in need.steps] == ["liquid_aluminium", "alumina"]


def test_every_need_is_physical() -> None:
    """No forming step makes metal: net stays above the metal in the product (alloying lowers it by the silicon that goes in)."""
    for product in LIBRARY.products.values():
        for of in ("liquid_aluminium", "copper_cathode"):
            need = LIBRARY.metal_need(product.id, of)
            if need is not None and need.steps:
                assert need.low <= need.gross <= need.high, product.id
                assert 0.9 < need.net <= need.gross + 1e-9, product.id


def test_plants_that_feed_each_other_ask_for_less() -> None:
    demand = LIBRARY.metal_demand([("billet", 40.0), ("profile", 30.0)])
    alone = LIBRARY.metal_demand([("billet", 40.0)])
    assert demand.low <= alone.low + 1e-9
    assert demand.high == pytest.approx(sum(line.metal for line in demand.lines))


def test_what_has_no_recipe_is_told_and_not_guessed() -> None:
    demand = LIBRARY.metal_demand([("semis_general", 10.0), ("slab", 1.0)])
    assert demand.skipped == (("semis_general", 10.0),)
    assert [line.product for line in demand.lines] == ["slab"]


def test_demand_refuses_what_cannot_be() -> None:
    with pytest.raises(LibraryError, match="at least 0"):
        LIBRARY.metal_demand([("slab", -1.0)])
    with pytest.raises(LibraryError, match="no product with id"):
        LIBRARY.metal_demand([("unobtainium", 1.0)])


_METAL = sorted(
    p.id for p in LIBRARY.products.values() if LIBRARY.metal_need(p.id) is not None and p.id != "liquid_aluminium"
)


@given(st.lists(st.tuples(st.sampled_from(_METAL), st.floats(0, 1e7)), max_size=8), st.floats(1, 3))
def test_demand_is_a_range_and_grows_with_the_plants(plants: list[tuple[str, float]], factor: float) -> None:
    demand = LIBRARY.metal_demand(plants)
    bigger = LIBRARY.metal_demand([(key, tonnes * factor) for key, tonnes in plants])
    assert demand.low <= demand.high + 1e-6
    assert demand.low * factor == pytest.approx(bigger.low, rel=1e-9, abs=1e-6)
    more = LIBRARY.metal_demand([*plants, ("slab", 1e4)])
    assert more.high > demand.high


@given(st.text(alphabet="铝合金棒箔板带 \n材铜线ａA3", max_size=40))
def test_hits_are_in_order_apart_and_spell_their_word(text: str) -> None:
    hits = LIBRARY._product_words.hits(text)
    assert all(a.end <= b.start for a, b in pairwise(hits))
    assert all(folded(text[h.start : h.end]) == h.word for h in hits)


def test_masks_win_over_the_word_they_contain() -> None:
    index = WordIndex([("绿色铝", "metal")], masks=["绿色铝产业"])
    assert index.hits("绿色铝产业园") == ()
    assert [hit.key for hit in index.hits("生产绿色铝")] == ["metal"]


def test_growth_precedent_grows_with_the_size_class() -> None:
    small = LIBRARY.growth_precedent("primary_aluminium", 60)
    large = LIBRARY.growth_precedent("primary_aluminium", 2000)
    assert small is not None and large is not None and small.factor > large.factor
    assert LIBRARY.growth_precedent("primary_aluminium", 1) is None
    assert all(not row.verified for row in LIBRARY.growth if row.series == "chain_value")


def test_the_rule_on_competition_is_there_with_its_doubts() -> None:
    rule = LIBRARY.regulation("fair_competition_2024_article_10")
    assert rule.parameters["effective"] == "2024-08-01"
    assert "未核" in LIBRARY.regulation("fair_competition_measures_2025_article_19").cite
    with pytest.raises(LibraryError, match="no row with id"):
        LIBRARY.regulation("nothing")


def test_price_takes_the_year_asked_for_or_the_latest() -> None:
    latest, old = LIBRARY.price("a00"), LIBRARY.price("a00", 2016)
    assert latest is not None and old is not None and latest.year > old.year
    assert LIBRARY.price("nothing") is None


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    for path in RECIPES.glob("*.yaml"):
        shutil.copy(path, tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "aluminium.yaml",
            "{input: alumina, value: 1.92,",
            "{input: alumina, value: viel,",
            r"aluminium.yaml, line \d+, process electrolysis, input alumina, field value: is 'viel', expected a number",
        ),
        (
            "aluminium.yaml",
            "{input: alumina, value: 1.92,",
            "{input: alumina, value: 9.2,",
            "expected to lie between low",
        ),
        ("aluminium.yaml", "processes:", "process:", "field process: unknown, expected one of"),
        (
            "indicators.csv",
            ",no,",
            ",maybe,",
            r"indicators.csv, line \d+, field (verified|explicit_target): is 'maybe'",
        ),
        (
            "regulations.csv",
            '""existing_min_grade"":3',
            '""existing_min_grade"":',
            r"regulations.csv, line \d+, field parameters: is not JSON",
        ),
        (
            "products.yaml",
            "stage: alumina, flow: alumina,",
            "stage: heaven, flow: alumina,",
            "field stage: is 'heaven'",
        ),
        ("products.yaml", "words: [预焙阳极,", "words: [铝棒, 预焙阳极,", "铝棒 already names"),
        (
            "products.yaml",
            "input: [cast_slab_liquid, liquid_aluminium]",
            "input: [cast_slab_liquid, moonlight]",
            "the library has no figure moonlight",
        ),
        ("products.yaml", "{of: bauxite,", "{of: moonrock,", "moonrock is no product"),
        ("products.yaml", "products:\n", "products: [\n", "products.yaml, line"),
    ],
)
def test_errors_name_file_place_and_field(broken: Path, file: str, old: str, new: str, message: str) -> None:
    path = broken / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LibraryError, match=message) as raised:
        Library(broken).validate()
    assert "\n" not in str(raised.value)


def test_a_table_that_is_missing_or_binary_is_told(broken: Path) -> None:
    (broken / "prices.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LibraryError, match=r"prices\.csv: not UTF-8"):
        _ = Library(broken).prices
    (broken / "growth.csv").unlink()
    with pytest.raises(LibraryError, match="cannot be read"):
        _ = Library(broken).growth


def test_no_price_comes_from_a_series_that_must_not_be_shipped() -> None:
    for price in LIBRARY.prices:
        assert "real_series" not in price.source and "IMF" not in price.source, price.id


def test_the_page_on_the_library_says_what_it_does(tmp_path: Path) -> None:
    """The page's file of another metal is what its examples read."""
    page = ROOT / "docs" / "chain-library.md"
    metal = page.read_text(encoding="utf-8").split("```yaml\n# zinc.yaml", 1)[1].split("```", 1)[0]
    (tmp_path / "zinc.yaml").write_text("# zinc.yaml" + metal, encoding="utf-8")
    result = doctest.testfile(str(page), module_relative=False, globs={"folder": tmp_path})
    assert result.attempted > 20 and result.failed == 0


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("flow", "[]", "field flow: is"),
        ("generic", "3", "field generic: is"),
        ("assumption", "[a]", "field assumption: is"),
        ("metal", "zinc", "field metal: is 'zinc', expected one of"),
        ("recipe", "[{of: slab}]", "exactly one of input and yield"),
        ("recipe", "[{of: slab, input: [a, b], scrap: 3}]", "scrap is"),
        ("recipe", "3", "field recipe: expected a list"),
        ("words", "[]", "field words: expected a list of words"),
    ],
)
def test_a_product_that_cannot_be_read_is_told(tmp_path: Path, field: str, value: str, message: str) -> None:
    entry = {"id": "x", "zh": "甲", "en": "x", "metal": "copper", "stage": "semis", "words": "[甲]", field: value}
    listed = ", ".join(f"{key}: {text}" for key, text in entry.items())
    (tmp_path / "mine.yaml").write_text(f"products:\n- {{{listed}}}\n", encoding="utf-8")
    with pytest.raises(LibraryError, match=message) as raised:
        _ = load_library(tmp_path).products
    assert "mine.yaml, product 1 (x)" in str(raised.value)


def test_products_of_a_metal_file_take_over_ids_and_words(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "products:\n- {id: slab, zh: 大板锭, en: slab, metal: aluminium, stage: casting, words: [扁锭, 铝棒]}\n",
        encoding="utf-8",
    )
    mine = load_library(tmp_path)
    assert mine.products["slab"].zh == "大板锭"
    found = mine.product_of("铝棒")
    assert found is not None and found.id == "slab"
    assert "铝棒" not in mine.products["billet"].words and "铝棒" in LIBRARY.products["billet"].words
