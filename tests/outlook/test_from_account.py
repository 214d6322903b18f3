"""A case calibrated by accounts of a simulated region whose truth is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lvlian.chain.account.account import make_account
from lvlian.chain.library import load_library
from lvlian.chain.region import Firm, Line, Region
from lvlian.chain.report.statement import Statement
from lvlian.chain.simulate import simulate_region
from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Case, CaseError, Plant, Premise, Project, Step
from lvlian.outlook.from_account import with_account
from lvlian.outlook.from_plan import case_from_plan
from lvlian.outlook.history import whole_quarters
from lvlian.outlook.model import compile_model
from lvlian.outlook.standing import standing
from lvlian.plan.region import load_region, region_files


@pytest.fixture(scope="module")
def library():
    return load_library()


@pytest.fixture(scope="module")
def yanshan() -> Path:
    return next(path for path in region_files() if path.stem == "yanshan")


@pytest.fixture(scope="module")
def made(yanshan, library):
    return simulate_region(yanshan, "2023-01", "2023-03", library=library)


@pytest.fixture(scope="module")
def accounts(made, library):
    out, before = [], None
    for month, statements in made.statements.items():
        before = make_account(made.region, month, statements, library, before)
        out.append(before)
    return out


@pytest.fixture(scope="module")
def plain(yanshan, library):
    return case_from_plan(load_region(yanshan), library=library)


@pytest.fixture(scope="module")
def known(plain, accounts, library):
    return with_account(plain, accounts, library=library)


def test_without_accounts_the_case_stays(plain):
    assert with_account(plain, ()) is plain


def test_what_was_shown_takes_the_place_of_what_was_assumed(plain, known, made):
    key = "intensity.electrolysis.electricity"
    before, after = plain.premise(key), known.premise(key)
    truth = [
        sum(v for (f, p, g), v in month.used.items() if p == "electrolysis" and g == "electricity")
        / sum(v for (f, p, g), v in month.made.items() if p == "electrolysis" and g == "liquid_aluminium")
        for month in made.truth.values()
    ]
    assert after.ref.kind == "account"
    assert "13250" in after.ref.words
    assert after.value == pytest.approx(sum(truth) / 3, rel=0.01)
    assert 0 < after.spread < before.spread
    assert after.low <= after.value <= after.high
    assert after.baseline is None


def test_a_line_runs_as_it_was_seen(known, made, library):
    plant = next(one for one in known.plants if one.id == "hongtai-electrolysis")
    output = [
        sum(v for (f, p, g), v in m.made.items() if (f, p, g) == ("hongtai", "electrolysis", "liquid_aluminium"))
        for m in made.truth.values()
    ]
    assert plant.ref.kind == "account"
    assert plant.uses["alumina"] == pytest.approx(1.92, rel=0.01)
    assert "electricity" in plant.uses
    assert plant.yields
    assert sum(one.capacity for one in known.plants if one.process == "electrolysis") == pytest.approx(2_030_000)
    # the line made more than its last year's output: what runs already is no longer the project's
    assert plant.capacity * plant.load == pytest.approx(12 * output[-1], rel=0.02)
    model = compile_model(known, library)
    assert model.coef[model.good["electricity"], model.plant[plant.id]] == pytest.approx(-plant.uses["electricity"])


def test_stocks_and_customers_come_along(known):
    assert known.stocks["alumina"] > 1000
    shares = {(one.source, one.target): one.share for one in known.contracts if one.good == "liquid_aluminium"}
    assert shares["hongtai", "chuangxin"] > 0.1
    assert sum(shares.values()) < 1.0
    assert all(one.ref.kind == "account" for one in known.contracts)


def test_a_whole_quarter_is_history(plain, known):
    assert known.first == Quarter(2023, 2)
    assert known.count == plain.count - 1
    assert known.quarters[-1] == plain.quarters[-1]
    made, one = known.history["g12"]["2023-Q1"]
    assert one == 1.0
    assert 150_000 < made < 300_000
    value, power = known.history["output_per_kwh.electrolysis"]["2023-Q1"]
    assert 0.5 < value / power < 5
    assert known.today == plain.today  # the plan was issued after these months
    assert known.simulated


def test_what_was_shown_is_no_longer_asked_for(plain, known):
    assert "smelter" in {one.key for one in standing(plain).asks}
    assert not {"smelter", "contracts"} & {one.key for one in standing(known).asks}


def test_months_that_are_no_quarter_are_no_history(plain, accounts, library):
    case = with_account(plain, accounts[1:], library=library)
    assert case.history == {}
    assert case.first == plain.first
    assert case.premise("intensity.electrolysis.electricity").ref.kind == "account"


def test_real_firms_take_the_place_of_assumed_ones(library):
    region = Region(
        name="示例县",
        firms=(
            Firm(
                id="real",
                name="实铝业",
                short="实",
                kind="smelter",
                lines=(Line(process="electrolysis", capacity=1e5),),
            ),
        ),
    )
    account = make_account(
        region, "2024-03", (_said("real", "made", "liquid_aluminium", 8_000.0, "electrolysis"),), library
    )
    case = Case(
        region="示例县", today=date(2024, 1, 10), first=Quarter(2024, 1), count=8,
        plants=(
            Plant(id="a", firm="smelter", process="electrolysis", capacity=3e6),
            Plant(id="b", firm="smelter", process="cast_tbar_ingot", capacity=3e6, role="sink"),
            Plant(id="c", firm="rods", process="cast_billet_liquid", capacity=1e6),
        ),
        names={"smelter": "铝液企业（假设）", "rods": "铝棒企业（假设）"},
    )  # fmt: skip
    known = with_account(case, [account], library=library)
    assert {(one.firm, one.process) for one in known.plants} == {
        ("real", "electrolysis"),
        ("rods", "cast_billet_liquid"),
    }
    assert "铝液企业（假设）不再计入" in known.assumptions[-1][0]


def test_two_accounts_of_a_month_are_refused(plain, accounts):
    with pytest.raises(CaseError, match="2023-01 stands twice"):
        with_account(plain, [accounts[0], accounts[0]])


def test_quarters_are_whole_with_three_months():
    assert whole_quarters(["2023-01", "2023-02", "2023-03", "2023-04", "2023-06"]) == {Quarter(2023, 1)}
    assert whole_quarters([]) == frozenset()


def _said(firm, item, good, value, process=""):
    return Statement(
        party=firm,
        month="2024-03",
        item=item,
        good=good,
        value=value,
        firm=firm,
        process=process,
        unit="t",
        source="weighbridge",
    )


def test_a_project_that_makes_something_is_running(library):
    region = Region(
        name="示例县",
        firms=(
            Firm(id="x1", name="示例县甲铝材有限公司", short="甲", kind="processor", lines=(Line(process="extrusion_building", capacity=50_000.0),)),
            Firm(id="x2", name="乙铝业", short="乙", kind="processor", lines=(Line(process="cold_rolling_sheet", capacity=30_000.0),)),
        ),
    )  # fmt: skip
    statements = (
        _said("x1", "made", "profile_building", 2_000.0, "extrusion_building"),
        _said("x1", "used", "billet", 2_350.0, "extrusion_building"),
        _said("x2", "made", "aluminium_sheet", 1_000.0, "cold_rolling_sheet"),
    )
    account = make_account(region, "2024-03", statements, library)
    case = Case(
        region="示例县", today=date(2024, 1, 10), first=Quarter(2024, 1), count=8,
        plants=(Plant(id="p", firm="jia", process="extrusion_building", capacity=50_000, project="j"),),
        projects=(Project(id="j", name="甲型材", firm="jia", plants=("p",), stage="started", steps=(Step(stage="running", promised=date(2024, 6, 30)),)),),
        premises=(Premise(key="yield.extrusion_building", zh="", en="", value=0.9, low=0.8, high=0.92),),
        names={"jia": "甲铝材"},
    )  # fmt: skip
    known = with_account(case, [account], library=library)
    project = known.project("j")
    assert project.stage == "running"
    assert project.step("running").done == date(2024, 3, 31)
    assert project.step("running").promised == date(2024, 6, 30)
    added = next(one for one in known.plants if one.process == "cold_rolling_sheet")
    assert added.firm == "x2"  # unknown to the case: as large as its output at the usual load
    assert added.capacity * added.load == pytest.approx(12_000, rel=0.05)
    assert known.names["x2"] == "乙"
    assert known.premise("yield.extrusion_building").value == pytest.approx(2_000 / 2_350, rel=0.02)
    assert known.today == date(2024, 3, 31)
