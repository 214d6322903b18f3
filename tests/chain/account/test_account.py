"""The account of a month: the situation whose doubts, sets, classes and asks are known beforehand."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math

import numpy as np
import pytest
from tests.chain.account.situation import BEFORE, CLEAN, EARLIER, MONTH, REGION, STALE, STATEMENTS, said

from lvlian.chain.account.account import Account, make_account
from lvlian.chain.account.write_account import AccountError, from_json, to_json


@pytest.fixture(scope="module")
def account() -> Account:
    return make_account(REGION, MONTH, [*STATEMENTS, STALE], before=BEFORE)


def _of(account: Account, reading: int) -> tuple[str, str, str]:
    s = account.network.readings[reading].statement
    assert s is not None
    return s.party, s.item, s.good


def test_doubts_are_who_they_are_with_their_kind(account: Account) -> None:
    found = {_of(account, d.reading): d.kind.code for d in account.doubts}
    assert found == {
        ("bing", "made", "cast_rolled_strip"): "tenfold",
        ("carrier", "hauled", "liquid_aluminium"): "missing",
        ("yi", "received", "aluminium_scrap"): "unit",
        ("smelter", "sent", "liquid_aluminium"): "over",
    }
    strip = next(d for d in account.doubts if d.kind.code == "tenfold")
    assert strip.implied == pytest.approx(6_127, abs=30)
    assert strip.kind.arithmetic[0].startswith("61,100 ÷ 10 = 6,110")
    scrap = next(d for d in account.doubts if d.kind.code == "unit")
    assert scrap.by_kind, "the balances alone cannot tell it from the alloy"
    assert ("yi", "made", "foundry_alloy") in {_of(account, r) for r in scrap.instead}


def test_the_ingot_is_a_set_of_three_of_which_none_is_struck(account: Account) -> None:
    (one,) = account.sets
    assert {_of(account, m.reading)[1] for m in one.members} == {"made", "sent", "closing"}
    assert one.count == 1
    implied = {_of(account, m.reading)[1]: m.implied for m in one.members}
    assert implied["made"] == pytest.approx(22_220, abs=1)
    assert implied["sent"] == pytest.approx(21_700, abs=1)
    assert implied["closing"] == pytest.approx(4_520, abs=1)
    rows = [row for row in account.rows if row.in_set == 0]
    assert len(rows) == 3
    assert not any(row.struck for row in rows)
    assert one.alternatives[0] != one.alternatives[1], "what else would differ is told for each member"


def test_the_global_test_falls_step_by_step_until_it_holds(account: Account) -> None:
    tests = account.removals
    assert (tests[0].dof, tests[-1].dof) == (10, 5)
    assert not tests[0].ok
    assert tests[-1].ok
    assert all(a.chi2 > b.chi2 for a, b in itertools.pairwise(tests))
    assert account.removed[0] is None
    assert account.closed


def test_classes(account: Account) -> None:
    count = account.count()
    assert (count["redundant"], count["nonredundant"]) == (17, 1)
    alone = [row for row in account.rows if row.kind == "nonredundant"]
    assert [row.label_zh for row in alone] == ["铸造铝合金锭产量"]
    hidden = {account.streams[k].id for row in account.rows if row.depth for k in [row.stream]}
    assert hidden == {"moved:smelter>ding/liquid_aluminium", "moved:smelter>wu/liquid_aluminium"}


def test_two_silent_buyers_are_bounded_and_their_sum_is_known(account: Account) -> None:
    (sum_,) = [row for row in account.rows if row.parts]
    assert sum_.kind == "observable"
    low, high = account.intervals["moved:smelter>ding/liquid_aluminium"]
    assert low == 0
    assert high == pytest.approx(sum_.value + sum_.half, rel=1e-9)
    both = account.total(kind="moved", good="liquid_aluminium", partner=("ding", "wu"))
    assert both.known
    assert both.value == pytest.approx(sum_.value)
    one = account.flow("moved:smelter>ding/liquid_aluminium")
    assert not one.known
    assert (one.low, one.high) == (low, high)
    liquid = account.total(kind="moved", good="liquid_aluminium", firm="smelter")
    assert liquid.value + account.total(
        kind="used", process="cast_tbar_ingot", good="liquid_aluminium"
    ).value == pytest.approx(account.flow("made:smelter/electrolysis/liquid_aluminium").value)


def test_last_months_figure_that_nothing_checks_is_not_used(account: Account) -> None:
    assert [_of(account, r) for r in account.stale] == [("wu", "made", "billet")]
    fresh = make_account(REGION, MONTH, [*STATEMENTS, STALE])
    assert not fresh.stale
    assert fresh.flow("moved:smelter>wu/liquid_aluminium").known, "used, it would decide two flows"


def test_last_months_figure_that_is_checked_is_used() -> None:
    before = [*BEFORE, said("jia", "made", "billet", 41_010, month=EARLIER)]
    account = make_account(REGION, MONTH, CLEAN, before=before)
    assert not account.stale
    assert not account.doubts


def test_who_is_silent(account: Account) -> None:
    assert set(account.missing) == {"ding", "dross"}


def test_asks_in_the_order_of_what_they_bring(account: Account) -> None:
    reasons = [a.reason for a in account.asks]
    assert reasons[:3] == ["receipt", "stock", "second"]
    assert "recipe" in reasons
    first = account.asks[0]
    assert {account.streams[f.stream].partner for f in first.fixes} == {"ding", "wu"}
    assert all(f.half < 0.1 * (f.high - f.low) for f in first.fixes)
    stock = account.asks[1]
    assert (stock.firm, stock.set_at) == ("smelter", 0)
    assert account.asks[2].firm == "yi"
    recipe = next(a for a in account.asks if a.reason == "recipe")
    assert (recipe.firm, recipe.post) == ("dross", "地磅")
    assert len(recipe.fixes) > 1, "one weighbridge for all casters"
    assert all(a.due.startswith("2023-10-") for a in account.asks)


def test_nothing_is_corrected(account: Account) -> None:
    assert account.statements == (*STATEMENTS, STALE)
    struck = {row.reported for row in account.rows if row.struck}
    assert struck == {41_200, 61_300, 0.64, 61_100, 5_240}


def test_every_balance_closes_afterwards(account: Account) -> None:
    for check in account.checks:
        if not math.isnan(check.left):
            assert abs(check.left) <= 1e-9 * max(check.through, 1.0), check.id
    open_ = [c for c in account.checks if not math.isnan(c.received) and abs(c.received) > 100]
    assert open_, "as received it did not"


def test_a_clean_month_has_no_doubt() -> None:
    account = make_account(REGION, MONTH, CLEAN, before=BEFORE)
    assert not account.doubts
    assert not account.sets
    assert account.closed
    assert account.findings[0].code == "account-closes"


def test_findings_name_the_cell_and_show_arithmetic(account: Account) -> None:
    codes = [f.code for f in account.findings]
    assert codes[0] == "account-open"
    assert {"account-suspect-tenfold", "account-set", "account-stale", "account-missing"} <= set(codes)
    strip = next(f for f in account.findings if f.code == "account-suspect-tenfold")
    assert strip.facts[0].kind == "statement"
    assert strip.facts[0].section == "bing.xlsx › 填报 › D9"
    assert strip.arithmetic
    assert "丙铝" in strip.message_zh
    assert strip.message_en


def test_json_is_the_same_bytes_and_comes_back(account: Account) -> None:
    text = to_json(account)
    assert text == to_json(make_account(REGION, MONTH, [*STATEMENTS, STALE], before=BEFORE))
    again = from_json(text)
    assert to_json(again) == text
    assert json.loads(text)["region"]["simulated"] is True
    for broken in ("", "[]", "{}", '{"format": "lvlian-account/1"}', "\x00"):
        with pytest.raises(AccountError):
            from_json(broken)


def test_the_order_of_statements_changes_no_figure(account: Account) -> None:
    turned = make_account(REGION, MONTH, [STALE, *reversed(STATEMENTS)], before=BEFORE)
    for k, stream in enumerate(account.streams):
        j = turned.network.index[stream.id]
        np.testing.assert_allclose(account.value[k], turned.value[j], rtol=1e-6, atol=1e-3, err_msg=stream.id)
    assert {_of(account, d.reading) for d in account.doubts} == {_of(turned, d.reading) for d in turned.doubts}


def test_an_empty_month_is_an_account_that_knows_nothing() -> None:
    account = make_account(REGION, MONTH, [])
    assert not account.doubts
    assert len(account.missing) == len(REGION.firms)
    assert np.isnan(account.flow("made:smelter/electrolysis/liquid_aluminium").value)
    assert all(low >= 0 or account.network.stream(key).signed for key, (low, _) in account.intervals.items())


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_told_and_not_used(value: float) -> None:
    account = make_account(REGION, MONTH, [*CLEAN, said("ding", "made", "billet", value)])
    assert [m.statement.party for m in account.network.missed] == ["ding"]
    assert any(f.code == "account-no-place" for f in account.findings)


def test_what_has_no_place_is_told() -> None:
    odd = [
        said("nobody", "made", "billet", 5),
        said("ding", "made", "unobtainium", 5),
        said("ding", "made", "billet", 5, process="no_such_process"),
        said("ding", "made", "billet", 5, month="2023-07"),
        dataclasses.replace(said("ding", "closing", "billet", 5), used=False),
    ]
    account = make_account(REGION, MONTH, [*CLEAN, *odd])
    assert len(account.network.missed) == len(odd)
    assert all(m.zh and m.en for m in account.network.missed)


def test_products_of_unknowns_price_times_made() -> None:
    priced = [
        *CLEAN,
        said("bing", "price", "cast_rolled_strip", 18_000, source="statement"),
        said("bing", "output_value", "cast_rolled_strip", 1.1e8, unit="yuan"),
        said("jia", "price", "billet", 17_500),
    ]
    account = make_account(REGION, MONTH, priced, before=BEFORE)
    value = account.flow("value:bing/cast_rolled_strip")
    made = account.flow("made:bing/cast_rolled_strip_liquid/cast_rolled_strip")
    price = account.flow("price:bing/cast_rolled_strip")
    assert value.value == pytest.approx(made.value * price.value, rel=1e-9)
    implied = account.flow("value:jia/billet")
    assert implied.value == pytest.approx(17_500 * account.flow("made:jia/cast_billet_liquid/billet").value, rel=1e-6)
    assert implied.sd > 0


def test_a_reported_content_stands_in_the_balance_of_metal() -> None:
    account = make_account(REGION, MONTH, [*CLEAN, said("jia", "content", "aluminium_scrap", 0.85)], before=BEFORE)
    content = account.flow("content:jia/aluminium_scrap")
    assert content.value == pytest.approx(0.85, abs=0.05)
    node = next(n for n in account.network.nodes if n.id == "process:jia/cast_billet_liquid")
    assert node.products
    left = sum(c * account.value[k] for k, c in node.terms) + sum(
        c * account.value[i] * account.value[j] for i, j, c in node.products
    )
    assert abs(left) < 1e-5


def test_the_opening_follows_last_months_account() -> None:
    first = make_account(REGION, EARLIER, [said("smelter", "closing", "aluminium_ingot", 3_000, month=EARLIER, sd=5.0)])
    second = make_account(REGION, MONTH, CLEAN, before=first)
    assert second.flow("level:smelter/opening/aluminium_ingot").value == pytest.approx(3_000, abs=30)
    moved = [*CLEAN, said("smelter", "opening", "aluminium_ingot", 3_400, sd=5.0)]
    third = make_account(REGION, MONTH, moved, before=first)
    doubted = {_of(third, d.reading)[1] for d in third.doubts}
    assert doubted == {"opening"}, "an opening that is not last month's closing is found"


def test_later_statements_are_not_before() -> None:
    account = make_account(REGION, EARLIER, [], before=BEFORE)
    assert not account.carried
