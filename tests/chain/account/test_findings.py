"""Findings of an account: one sentence in each language, a fixed code, the statement with its place."""

from __future__ import annotations

import pytest
from tests.chain.account.situation import BEFORE, CLEAN, LIQUID, MONTH, REGION, STALE, STATEMENTS, said

from lvlian.chain.account.account import make_account
from lvlian.finding import SEVERITIES


@pytest.fixture(scope="module")
def findings():
    return make_account(REGION, MONTH, [*STATEMENTS, STALE], before=BEFORE).findings


def test_every_finding_is_whole(findings) -> None:
    for f in findings:
        assert f.severity in SEVERITIES
        assert f.code.startswith("account-")
        assert f.message_zh.endswith("。")
        assert f.message_en.endswith(".")
        assert all(e.kind == "statement" and e.quote for e in f.facts)


def test_the_set_says_what_each_would_have_to_be(findings) -> None:
    one = next(f for f in findings if f.code == "account-set")
    assert len(one.facts) == len(one.arithmetic) == 3
    assert "22,720 吨 → 22,220 吨" in one.arithmetic[0]


def test_a_doubt_told_by_its_kind_says_so(findings) -> None:
    scrap = next(f for f in findings if f.code == "account-suspect-unit")
    assert any("分不开" in line for line in scrap.arithmetic)


def test_sold_more_than_there_was_is_told() -> None:
    sold = said("jia", "sent", "billet", 60_000, partner="outside")
    account = make_account(
        REGION,
        MONTH,
        [*CLEAN, sold, said("jia", "opening", "billet", 100), said("jia", "closing", "billet", 5_000)],
        before=BEFORE,
    )
    codes = {f.code for f in account.findings}
    assert "account-open" in codes


def test_nothing_to_test_gives_no_verdict() -> None:
    account = make_account(REGION, MONTH, [said("jia", "made", "billet", 100)])
    assert not {f.code for f in account.findings} & {"account-open", "account-closes"}


def test_haulier_with_all_routes_agrees() -> None:
    account = make_account(REGION, MONTH, CLEAN, before=BEFORE)
    assert account.findings[0].severity == "agrees"
    assert LIQUID
