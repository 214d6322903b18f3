"""Four quantities of one account: factors with their origin, months added up, bounds kept apart from values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.chain.small_region import small_region

from lvlian.chain.account.account import make_account
from lvlian.chain.dataset import LibraryError
from lvlian.chain.layers import Book, energy, good_prices, metal, open_book, price_parts, value
from lvlian.chain.library import load_library
from lvlian.chain.simulate import simulate_region


@pytest.fixture(scope="module")
def yanshan(root) -> tuple[Book, Book]:
    """One simulated month, and two."""
    simulated = simulate_region(root / "data" / "regions" / "yanshan.yaml", "2023-08", "2023-09")
    accounts = [make_account(simulated.region, m, simulated.statements[m]) for m in simulated.statements]
    return open_book(accounts[-1]), open_book(*accounts)


def test_metal_is_counted_by_content() -> None:
    book = small_region()
    weights = metal(book)
    by_good = {book.by_stream[s].good: f for s, f in weights.items()}
    assert by_good["alumina"].value == pytest.approx(0.5219)
    assert by_good["electricity"].value == 0
    assert by_good["silicon_metal"].value == 0
    assert by_good["billet"].origin == "assumed" and by_good["billet"].note


def test_a_reported_content_comes_before_the_library() -> None:
    book = replace(small_region(), contents={("recycler", "aluminium_scrap"): 0.91})
    weights = metal(book)
    scrap = next(f for s, f in weights.items() if book.by_stream[s].good == "aluminium_scrap")
    assert scrap.value == 0.91 and scrap.origin == "reported"


def test_energy_counts_carriers_only() -> None:
    book = small_region()
    weights = energy(book)
    by_good = {book.by_stream[s].good: f.value for s, f in weights.items()}
    assert by_good["electricity"] == pytest.approx(0.1229e-3)
    assert by_good["natural_gas"] == pytest.approx(1.33e-3)
    assert by_good["billet"] == 0


def test_a_reported_price_comes_before_a_shipped_one() -> None:
    book = small_region()
    shipped = good_prices(book)["billet"]
    assert shipped.origin == "assumed" and "2023" in shipped.note
    assert 15_000 < shipped.value < 20_000
    told = replace(book, prices={("caster", "billet"): 17_000.0})
    weights = value(told)
    own = next(
        f for s, f in weights.items() if told.by_stream[s].good == "billet" and told.by_stream[s].firm == "caster"
    )
    assert own == replace(own, value=17_000.0, origin="reported")


def test_a_smelter_pays_its_own_power_price() -> None:
    book = small_region()
    weights = value(book)
    smelter = next(
        f for s, f in weights.items() if book.by_stream[s].firm == "smelter" and book.by_stream[s].good == "electricity"
    )
    press = next(
        f for s, f in weights.items() if book.by_stream[s].firm == "press" and book.by_stream[s].good == "electricity"
    )
    assert smelter.value < press.value
    assert smelter.origin == "assumed"


def test_every_price_of_a_good_is_a_row_and_every_good_exists() -> None:
    library = load_library()
    rows = {p.id for p in library.prices}
    for good, parts in price_parts().items():
        assert good.partition("@")[0] in library.goods, good
        assert set(parts) <= rows, good


def test_a_broken_price_file_is_refused(tmp_path) -> None:
    file = tmp_path / "prices.yaml"
    for text, word in (("goods: [1]", "goods"), ("goods: {billet: a00}", "billet"), ("goods: {billet: []}", "billet")):
        file.write_text(text, encoding="utf-8")
        price_parts.cache_clear()
        with pytest.raises(LibraryError, match=word):
            price_parts(file)


def test_a_book_of_an_account(yanshan) -> None:
    book, _ = yanshan
    assert book.simulated and book.months == ("2023-09",)
    liquid = [f for f in book.flows if f.kind == "made" and f.good == "liquid_aluminium"]
    assert sum(f.value for f in liquid) == pytest.approx(93_000, rel=0.05)
    assert all(f.sd is not None for f in liquid)
    assert not any(f.firm.startswith("outside:") or f.partner.startswith("outside:") for f in book.flows)
    hidden = [f for f in book.flows if f.value is None]
    assert all(f.quality == "unobservable" for f in hidden)


def test_two_months_add_up(yanshan) -> None:
    one, two = yanshan
    assert two.months == ("2023-08", "2023-09")
    stream = next(f.stream for f in one.flows if f.kind == "made" and f.good == "liquid_aluminium")
    assert two.by_stream[stream].value == pytest.approx(2 * one.by_stream[stream].value, rel=0.1)
    assert one.by_stream[stream].sd < two.by_stream[stream].sd < 2 * one.by_stream[stream].sd
    first, both = one.spread([[(stream, 1.0)]])[0], two.spread([[(stream, 1.0)]])[0]
    assert first == pytest.approx(one.by_stream[stream].sd)
    assert both == pytest.approx(two.by_stream[stream].sd)


def test_a_spread_that_touches_what_cannot_be_found_is_open(yanshan) -> None:
    book, _ = yanshan
    hidden = next(f for f in book.flows if f.value is None)
    assert book.spread([[(hidden.stream, 1.0)]]) == [None]
    assert book.spread([]) == []


def test_a_book_needs_an_account() -> None:
    with pytest.raises(ValueError, match="at least one"):
        open_book()
