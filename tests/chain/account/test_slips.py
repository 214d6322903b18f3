"""Slips that reach further than their own figure: one that set the size of a process, one below nothing, firms that do not run yet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conftest import ROOT

from lvlian.chain.account.account import Account, make_account
from lvlian.chain.region import Region
from lvlian.chain.report.statement import Statement
from lvlian.chain.simulate import simulate_region

MONTH = "2023-09"


@pytest.fixture(scope="module")
def told() -> tuple[Region, tuple[Statement, ...]]:
    made = simulate_region(ROOT / "data" / "regions" / "yanshan.yaml", MONTH, MONTH, seed=3)
    return made.region, made.statements[MONTH]


def with_slip(
    told: tuple[Region, tuple[Statement, ...]], item: str, good: str, factor: float
) -> tuple[Account, Statement]:
    region, statements = told
    wrong = next(s for s in statements if s.item == item and s.good == good and s.value > 100)
    said = [replace(s, value=s.value * factor) if s is wrong else s for s in statements]
    return make_account(region, MONTH, said), wrong


def doubted(account: Account) -> dict[tuple[str, ...], str]:
    out: dict[tuple[str, ...], str] = {}
    for doubt in account.suspects:
        statement = account.network.readings[doubt.reading].statement
        assert statement is not None
        out[statement.key] = doubt.kind.code
    return out


@pytest.mark.parametrize("factor", [1e-4, 1e-3, 1e3])
def test_a_slip_of_what_a_line_takes_narrows_nothing_else(
    told: tuple[Region, tuple[Statement, ...]], factor: float
) -> None:
    """Of two figures that tell how large a line is, the wrong one would make every ratio of its recipe look certain."""
    account, wrong = with_slip(told, "used", "liquid_aluminium", factor)
    assert doubted(account) == {wrong.key: "unit"}
    assert not account.sets


def test_of_two_sides_of_a_flow_the_one_below_nothing_is_wrong(told: tuple[Region, tuple[Statement, ...]]) -> None:
    account, wrong = with_slip(told, "received", "new_scrap_rolling", -1.0)
    assert doubted(account) == {wrong.key: "sign"}
    assert not account.sets


def test_firms_that_run_nothing_in_the_month_are_not_asked(told: tuple[Region, tuple[Statement, ...]]) -> None:
    region, statements = told
    account = make_account(region, MONTH, statements)
    late = {firm.id for firm in region.firms if firm.lines and all(line.since > MONTH for line in firm.lines)}
    assert late
    assert not late & set(account.missing)
    assert not any(stream.firm in late or stream.partner in late for stream in account.streams)
