"""What a paper would bring is what it brings when it comes."""

from __future__ import annotations

import pytest
from tests.chain.account.situation import BEFORE, CLEAN, LIQUID, MONTH, REGION, STATEMENTS, said

from lvlian.chain.account.account import make_account
from lvlian.chain.account.asks import REASONS, due
from lvlian.chain.account.intervals import EIGHTY
from lvlian.chain.account.wording import ask_words


def test_the_receipt_brings_what_was_promised() -> None:
    account = make_account(REGION, MONTH, CLEAN, before=BEFORE)
    ask = account.asks[0]
    stream = account.streams[ask.stream]
    middle = sum(account.hidden.intervals[ask.stream]) / 2
    paper = said(stream.partner, "received", LIQUID, round(middle), partner="smelter", source="weighbridge")
    after = make_account(REGION, MONTH, [*CLEAN, paper], before=BEFORE)
    for fixed in ask.fixes:
        flow = after.flow(account.streams[fixed.stream].id)
        assert flow.known
        assert EIGHTY * flow.sd == pytest.approx(fixed.half, rel=0.25)


def test_a_weighed_residue_narrows_the_loss_as_promised() -> None:
    account = make_account(REGION, MONTH, CLEAN, before=BEFORE)
    ask = next(a for a in account.asks if a.reason == "recipe")
    fixed = ask.fixes[0]
    lost = account.streams[fixed.stream]
    weight = account.flow(f"made:{lost.firm}/{lost.process}/dross").value
    paper = said(lost.firm, "made", "dross", round(weight, 1), process=lost.process, source="weighbridge")
    after = make_account(REGION, MONTH, [*CLEAN, paper], before=BEFORE)
    product = account.flow(f"made:{lost.firm}/{lost.process}/{lost.good}").value
    shed = after.quantity(
        {after.network.index[lost.id]: 1.0, after.network.index[f"made:{lost.firm}/{lost.process}/dross"]: 0.6}
    )
    assert EIGHTY * shed.sd / product == pytest.approx(fixed.half, rel=0.1)
    assert fixed.half < 0.5 * (fixed.high - fixed.low) / 2


def test_a_meter_makes_an_unchecked_figure_checked() -> None:
    account = make_account(REGION, MONTH, STATEMENTS, before=BEFORE)
    ask = next(a for a in account.asks if a.reason == "second")
    stream = account.streams[ask.stream]
    paper = said(stream.firm, "used", stream.good, 365_000, process=stream.process, source="meter")
    after = make_account(REGION, MONTH, [*STATEMENTS, paper], before=BEFORE)
    assert ask.reading is not None
    told = account.streams[account.network.readings[ask.reading].stream].id
    assert after.classes[after.network.index[told]] == "redundant"


def test_the_day() -> None:
    assert due("2023-09", 13) == "2023-10-13"
    assert due("2023-12", 1) == "2024-01-01"


def test_words_in_both_languages() -> None:
    account = make_account(REGION, MONTH, STATEMENTS, before=BEFORE)
    for ask in account.asks:
        assert ask.reason in REASONS
        assert account.region.firm(ask.firm) is not None
        zh, en = ask_words(account, ask), ask_words(account, ask, False)
        assert zh != en
        assert "→" in zh


def test_nothing_is_asked_of_whom_nothing_would_help() -> None:
    account = make_account(REGION, MONTH, CLEAN, before=BEFORE)
    assert not [a for a in account.asks if a.reason == "stock"]
