"""Forms are filled from the account, say what they rest on, and leave open what is not known."""

from __future__ import annotations

import pytest
from tests.chain.small_region import small_region

from lvlian.chain.dataset import LibraryError
from lvlian.chain.footprint import footprint
from lvlian.chain.footprint.factors import load_factors
from lvlian.chain.footprint.forms import cbam, gbt44905, in_language, load_forms
from lvlian.chain.footprint.power import PowerMix, carried, mix_of


def test_the_national_form_adds_up_by_step() -> None:
    book = small_region()
    found = footprint(book)
    form = gbt44905(book, found, "aluminium_ingot")
    steps = sum(float(line.value or 0) for line in form.lines if line.key.startswith("step:"))
    total = form.line("total").value
    assert isinstance(total, float)
    assert steps == pytest.approx(total)
    assert form.line("step:direct").value == pytest.approx((1.471 + 0.1454) * 1.003, rel=1e-3)
    assert form.line("power").value == pytest.approx(0.1073)
    assert form.line("quality").value is None and form.line("quality").note
    assert not form.verified and form.simulated
    assert any("标准文本未读" in a for a in form.assumptions)


def test_the_border_form_counts_direct_emissions_only() -> None:
    book = small_region()
    found = footprint(book)
    form = cbam(book, found, "aluminium_ingot")
    see = form.line("see").value
    assert isinstance(see, float)
    assert 1.4 < see < 1.8, "anode, effects and the gas of the cast house; neither alumina nor power"
    assert form.line("indirect").value == pytest.approx(found.product("aluminium_ingot").indirect)
    assert form.line("route").value == "primary"
    assert form.line("default").value == 3.0
    assert form.line("benchmark").value == 1.423
    assert form.line("phase_in").value == 0.025
    assert form.line("due").value == pytest.approx(max(0.0, see - 1.423 * 0.975))


@pytest.mark.parametrize("good", ["aluminium_ingot", "billet", "foundry_alloy", "profile_industrial"])
def test_forms_in_english_hold_no_chinese(good: str) -> None:
    from lvlian.brief.footprint_sheets import form_rows

    book = small_region()
    found = footprint(book)
    for form in (gbt44905(book, found, good), cbam(book, found, good)):
        said = [
            in_language(form.rule, False),
            *(f"{r.name} {r.value} {r.unit} {r.note}" for r in form_rows(form, False)),
        ]
        assert [one for one in said if any("\u3400" <= c <= "\u9fff" for c in one)] == []


def test_recycled_alloy_counts_as_secondary() -> None:
    book = small_region()
    form = cbam(book, footprint(book), "foundry_alloy")
    assert form.line("route").value == "secondary"
    assert form.line("scrap_share").value == pytest.approx(1.0)
    assert form.line("benchmark").value == 0.091


def test_an_extrusion_carries_its_precursor() -> None:
    book = small_region()
    found = footprint(book)
    billet, profile = cbam(book, found, "billet"), cbam(book, found, "profile_industrial")
    assert float(profile.line("see").value or 0) > float(billet.line("see").value or 0)
    assert profile.line("category").value == "intermediate"
    assert profile.line("benchmark").value == pytest.approx(1.423 + 0.056)


def test_a_form_of_one_firm_and_of_none() -> None:
    book = small_region()
    found = footprint(book)
    assert gbt44905(book, found, "billet", "caster").line("total").value == pytest.approx(found.product("billet").value)
    with pytest.raises(LibraryError, match="makes no slab"):
        gbt44905(book, found, "slab")
    assert set(load_forms()) == {"gbt44905", "cbam", "english"}


def test_certificates_replace_grid_power() -> None:
    factors = load_factors()
    plain, _ = carried(PowerMix(shares={"grid": 1.0}, area="云南", year="2022"), factors)
    half, told = carried(PowerMix(shares={"grid": 1.0}, certificate=0.5, area="云南", year="2022"), factors)
    assert plain.value == pytest.approx(0.1073e-3)
    assert half.value == pytest.approx(0.5 * 0.1073e-3 + 0.5 * 0.012e-3)
    assert told
    market, _ = carried(PowerMix(shares={"grid": 1.0}, kind="residual", area="云南", year="2022"), factors)
    assert market.value == pytest.approx(0.5856e-3), "no residual factor of the province: the nation's"


@pytest.mark.parametrize(
    ("mix", "word"),
    [
        (PowerMix(shares={"grid": 0.5}), "add up"),
        (PowerMix(shares={"grid": 1.2, "coal": -0.2}), "add up"),
        (PowerMix(shares={"magic": 1.0}), "magic"),
        (PowerMix(shares={"coal": 1.0}, certificate=0.5), "certificates"),
        (PowerMix(shares={"grid": 1.0}, kind="best"), "kind"),
    ],
)
def test_a_mix_that_cannot_be_is_refused(mix: PowerMix, word: str) -> None:
    with pytest.raises(LibraryError, match=word):
        carried(mix, load_factors())


def test_facts_that_cannot_be_are_refused() -> None:
    book = small_region(power_share_hydro=1.4)
    with pytest.raises(LibraryError, match="at most 1"):
        mix_of(None, book.region, "2023")


def test_area_and_year_fall_back_and_say_so() -> None:
    factors = load_factors()
    own, told = factors.grid_factor("云南", "2022")
    assert own.value == pytest.approx(0.1073e-3) and not told
    later, told = factors.grid_factor("云南", "2025")
    assert later.value == own.value and any("2022" in t for t in told)
    unknown, told = factors.grid_factor("某地", "2022")
    assert unknown.value == pytest.approx(0.5366e-3) and told


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("upstream: {alumina: {value: -1}}", "at least 0"),
        ("upstream: {alumina: {value: 1, low: 2, high: 3}}", "order"),
        ("upstream: {alumina: {price: 1}}", "value"),
        ("upstream: {alumina: {value: 1, extra: 2}}", "extra"),
        ("upstream: [1]", "upstream"),
        ("nonsense: {a: 1}", "nonsense"),
        ("range_is: 2", "range_is"),
        ("", "mapping"),
        ("upstream: {alumina: {value: 1, from: nowhere}}", "sources"),
        ("][", "YAML"),
    ],
)
def test_a_users_factors_are_refused_in_one_sentence(tmp_path, text: str, word: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError, match=word) as error:
        load_factors(file)
    assert "own.yaml" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_users_factor_replaces_the_shipped_one(tmp_path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "upstream: {alumina: {value: 0.8, low: 0.7, high: 0.9, source: 供方核证, verified: yes}}", encoding="utf-8"
    )
    factors = load_factors(file)
    assert factors.upstream["alumina"].value == 0.8 and factors.upstream["alumina"].verified
    assert factors.upstream["anode"].value == 0.75
    ours = footprint(small_region(), factors).product("aluminium_ingot")
    assert ours.value == pytest.approx(footprint(small_region()).product("aluminium_ingot").value - 1.92 * 1.003 * 0.55)
