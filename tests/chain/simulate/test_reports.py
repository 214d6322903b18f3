"""Reports of simulated parties: what the forms ask, with the error of the source, rounded as people round; the same from one seed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.brief.report_template import template_bytes
from lvlian.chain.account.account import make_account
from lvlian.chain.account.sources import load_sources
from lvlian.chain.library import load_library
from lvlian.chain.report.form import forms_of
from lvlian.chain.report.names import Names
from lvlian.chain.report.read_report import report_import
from lvlian.chain.simulate import FaultPlan, Simulated, simulate_region
from lvlian.chain.simulate.records import files_of
from lvlian.chain.simulate.reports import as_written

REGIONS = Path(__file__).parents[3] / "data" / "regions"


@pytest.fixture(scope="module")
def quarter() -> Simulated:
    return simulate_region(REGIONS / "yanshan.yaml", "2023-07", "2023-09")


def test_a_fact_is_reported_by_one_party_once(quarter: Simulated) -> None:
    for rows in quarter.statements.values():
        assert len({s.key for s in rows}) == len(rows)


def test_figures_stray_from_the_truth_as_their_source_does(quarter: Simulated) -> None:
    sources = load_sources()
    distances = []
    for rows in quarter.statements.values():
        for s in rows:
            true = quarter.true_value(s)
            assert true is not None
            if s.item in ("content", "price", "output_value", "fact") or not true:
                assert s.value == pytest.approx(true, rel=1e-4, abs=1e-4)
                continue
            distances.append((s.value - true) / sources.sd(true, s.unit, s.source, s.item))
    spread = (sum(z * z for z in distances) / len(distances)) ** 0.5
    assert 0.85 < spread < 1.15
    assert max(map(abs, distances)) < 3.5


def test_an_opening_stock_is_asked_once_and_copied_from_the_count_before(quarter: Simulated) -> None:
    assert any(s.item == "opening" for s in quarter.statements["2023-07"])
    counted = {(s.party, s.good) for s in quarter.statements["2023-08"] if s.item == "closing"}
    assert not counted & {(s.party, s.good) for s in quarter.statements["2023-09"] if s.item == "opening"}


def test_the_account_of_sound_reports_closes(quarter: Simulated) -> None:
    account = make_account(
        quarter.region, "2023-09", quarter.statements["2023-09"], before=quarter.statements["2023-08"]
    )
    assert not account.doubts and not account.sets and account.closed


def test_both_sides_of_a_flow_report_it(quarter: Simulated) -> None:
    rows = quarter.statements["2023-09"]
    sent = {(s.party, s.partner) for s in rows if s.item == "sent" and s.good == "liquid_aluminium"}
    got = {(s.partner, s.party) for s in rows if s.item == "received" and s.good == "liquid_aluminium"}
    assert sent == got and len(sent) == 5


def test_files_of_one_seed_are_the_same_bytes_and_of_another_are_not() -> None:
    plans = (FaultPlan(kind="tenfold"), FaultPlan(kind="late"))
    first, second, other = (
        files_of(simulate_region(REGIONS / "changji.yaml", "2023-01", "2023-02", seed, plans)) for seed in (7, 7, 8)
    )
    assert first == second and first != other


def test_every_file_says_that_it_is_simulated(quarter: Simulated) -> None:
    files = files_of(quarter)
    for name, content in files.items():
        text = content.decode("utf-8-sig")
        if name.endswith(".json"):
            assert json.loads(text)["simulated"] is True, name
        else:
            assert "模拟" in text.splitlines()[0], name
    truth = json.loads(files["truth.json"])
    assert truth["months"]["2023-09"]["made"]["hongtai/electrolysis/liquid_aluminium"] > 80_000


def test_a_filled_template_is_read_back_with_the_cells_that_the_statements_name(quarter: Simulated) -> None:
    library = load_library()
    before, rows = quarter.statements["2023-08"], quarter.statements["2023-09"]
    for form in forms_of(quarter.region, library, "2023-09", held=before):
        own = [s for s in rows if s.party == form.firm.id]
        if not own:
            continue
        name = own[0].origin.file
        content = template_bytes(form, quarter.region, library, before=before, filled=own)
        found = report_import(content, name, Names(library, quarter.region))
        assert found.ok, [p.zh for p in found.problems][:3]
        assert {s.key: pytest.approx(s.value) for s in own} == {s.key: s.value for s in found.statements}
        assert {s.key: s.origin for s in own} == {s.key: s.origin for s in found.statements}


@given(st.floats(1e-3, 1e10))
def test_people_write_five_digits(value: float) -> None:
    written, words = as_written(value, "吨", "t")
    assert abs(written - value) <= max(0.005, value * 1e-4)
    assert words.endswith("吨")


def test_power_is_written_in_ten_thousands() -> None:
    assert as_written(1_212_437_651.0, "万千瓦时", "kWh") == (1_212_440_000.0, "121,244 万千瓦时")
