"""Faults: each kind does what it says, to one statement, and is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvlian.chain.simulate import (
    ABSENT,
    FAULT_ZH,
    WRONG,
    FaultPlan,
    Simulated,
    WorldError,
    drawn_plans,
    simulate_region,
)

REGION = Path(__file__).parents[3] / "data" / "regions" / "yanshan.yaml"
MONTHS = ("2023-08", "2023-09")


def with_faults(*plans: FaultPlan, seed: int = 1) -> Simulated:
    return simulate_region(REGION, MONTHS[0], MONTHS[1], seed, plans)


@pytest.fixture(scope="module")
def sound() -> Simulated:
    return with_faults()


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_figure_stands_in_one_statement_only(kind: str, sound: Simulated) -> None:
    found = with_faults(FaultPlan(kind=kind, month="2023-09"))
    (fault,) = found.planted
    assert fault.kind == kind and fault.reported != fault.honest and fault.true is not None
    changed = [
        (a, b)
        for month in MONTHS
        for a, b in zip(sound.statements[month], found.statements[month], strict=True)
        if a.value != b.value
    ]
    ((before, after),) = changed
    assert (after.key, after.value, before.value) == (fault.key, fault.reported, fault.honest)
    assert after.given != before.given


@pytest.mark.parametrize(
    ("kind", "size", "factor"), [("tenfold", 10.0, 10.0), ("unit", 1e-3, 1e-3), ("bias", 1.05, 1.05)]
)
def test_a_size_is_kept(kind: str, size: float, factor: float) -> None:
    plan = FaultPlan(kind=kind, party="hongtai", item="made", good="liquid_aluminium", month="2023-09", size=size)
    (fault,) = with_faults(plan).planted
    assert fault.honest is not None
    assert fault.reported == pytest.approx(fault.honest * factor)


def test_a_stale_figure_is_last_months_own(sound: Simulated) -> None:
    (fault,) = with_faults(FaultPlan(kind="stale", party="nannan", month="2023-09")).planted
    before = {s.key: s.value for s in sound.statements["2023-08"]}
    assert fault.reported == before[fault.key]


def test_a_total_may_lack_a_part(sound: Simulated) -> None:
    (fault,) = with_faults(FaultPlan(kind="missing", party="binyun", month="2023-09")).planted
    assert fault.honest is not None and fault.reported is not None
    loads = [s.value for s in sound.statements["2023-09"] if s.item == "sent" and s.good == "liquid_aluminium"]
    assert min(abs(fault.honest - fault.reported - load) for load in loads) < 1e-6


@pytest.mark.parametrize("kind", ABSENT)
def test_what_is_left_out_is_gone_and_written_down(kind: str, sound: Simulated) -> None:
    found = with_faults(FaultPlan(kind=kind, party="kailong", month="2023-09"))
    gone = {s.key for s in sound.statements["2023-09"]} - {s.key for s in found.statements["2023-09"]}
    assert gone == {f.key for f in found.planted} and gone
    assert all(f.reported is None and f.honest is not None for f in found.planted)
    if kind != "one_side":
        assert not any(s.party == "kailong" for s in found.statements["2023-09"])


def test_no_statement_gets_two_faults() -> None:
    found = with_faults(*drawn_plans(MONTHS, 30, 3), seed=3)
    assert len({(f.month, f.key) for f in found.planted}) == len(found.planted) == 60
    assert {f.kind for f in found.planted} <= set(WRONG)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (FaultPlan(kind="odd"), "not known, expected one of tenfold"),
        (FaultPlan(kind="tenfold", party="nobody"), "no statement that it fits with party nobody"),
        (FaultPlan(kind="stale", month="2023-08"), "no statement that it fits"),
        (FaultPlan(kind="month", party="nobody"), "no statement that it fits"),
    ],
)
def test_what_cannot_be_planted_is_said_in_one_sentence(plan: FaultPlan, words: str) -> None:
    with pytest.raises(WorldError, match=words):
        with_faults(plan)


def test_every_kind_has_a_word() -> None:
    assert set(FAULT_ZH) == {*WRONG, *ABSENT}
