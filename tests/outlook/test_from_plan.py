"""A case from a plan alone: projects, steps, factors, goals and premises of the five regions, of a plan made up here, and of noise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.chain.library import load_library
from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import STAGES, CaseError
from lvlian.outlook.from_plan import FEWEST, MOST, case_from_plan
from lvlian.outlook.load_case import check
from lvlian.outlook.model import compile_model
from lvlian.outlook.plan_words import last_day
from lvlian.outlook.standing import standing
from lvlian.plan.facts import Goal, Head, Milestone, PlanFacts
from lvlian.plan.read import read_plan
from lvlian.plan.region import load_region, region_files
from lvlian.plan.source import source_from_text

REGIONS = ("baise", "changji", "guizhou", "liaocheng", "yanshan")
INVENTED = """某县铝产业行动方案
（2024年1月5日）
一、工作目标
到2025年，电解铝产能控制在180万吨以内，全年用电量不超过240亿千瓦时，能耗总量控制在300万吨标准煤以内，产值达到300亿元。
二、重点任务
（一）加快推进在建项目。甲铝业有限公司年产100万吨电解铝项目2024年9月底前建成投产，乙铝材有限公司年产10万吨铝型材项目2025年6月底前开工。2025年在建项目实现产值100亿元。
（责任单位：县工信局、发展改革局）
（二）强化用地保障。2024年度第一批次用地300亩2024年3月底前获批，4月底前完成乙铝材有限公司年产10万吨铝型材项目供地。
（责任单位：县工信局、自然资源局）
"""


@pytest.fixture(scope="module")
def library():
    return load_library()


@pytest.fixture(scope="module")
def regions():
    return {path.stem: load_region(path) for path in region_files()}


@pytest.fixture(scope="module")
def cases(regions, library):
    return {name: case_from_plan(facts, library=library) for name, facts in regions.items()}


@pytest.fixture(scope="module")
def invented(library):
    return case_from_plan(read_plan(source_from_text(INVENTED, "invented")), library=library)


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("2023", date(2023, 12, 31)),
        ("2024-Q1", date(2024, 3, 31)),
        ("2024Q4", date(2024, 12, 31)),
        ("2024-H1", date(2024, 6, 30)),
        ("2024-02", date(2024, 2, 29)),
        ("2023-09-15", date(2023, 9, 15)),
        ("2023-02-31", date(2023, 2, 28)),
        ("2023-13", None),
        ("", None),
        (None, None),
        ("十四五末", None),
    ],
)
def test_a_date_is_its_last_day(when, day):
    assert last_day(when) == day


@pytest.mark.parametrize("name", REGIONS)
def test_every_region_holds_together(name, cases, regions, library):
    case, facts = cases[name], regions[name]
    check(case, name)
    assert FEWEST <= case.count <= MOST
    assert case.first == Quarter(case.today.year, 1)
    years = [aim.year for aim in case.aims if aim.year]
    assert all(Quarter(year, 4) in case.quarters for year in years)
    quotable = [goal for goal in facts.goals if goal.mode != "baseline"]
    assert {int(aim.id[1:]) for aim in case.aims} <= {n for n, goal in enumerate(facts.goals) if goal in quotable}
    assert all(aim.why or (aim.indicator and aim.year) for aim in case.aims)
    assert all(one.ref.kind == "plan" and one.ref.fact for one in (*case.aims, *case.projects, *case.factors))
    assert all(one.low <= one.value <= one.high for one in case.premises)
    assert len({one.key for one in case.premises}) == len(case.premises)
    assert all(one.zh and one.en for one in case.premises)
    assert all(step.stage in STAGES for project in case.projects for step in project.steps)
    model = compile_model(case, library)
    assert model.size[2] == case.count
    assert all(zh and en for zh, en in (*case.asks, *case.assumptions))
    assert not any("9000" in zh for zh, _ in case.assumptions)


def test_every_milestone_of_yanshan_is_somewhere(cases, regions):
    case = cases["yanshan"]
    told = {step.ref.fact for one in case.projects for step in one.steps}
    told |= {one.ref.fact for one in (*case.projects, *case.factors)}
    told |= {need.ref.fact for one in case.projects for need in one.needs}
    left = [n for n in range(len(regions["yanshan"].milestones)) if ("milestones", n) not in told]
    words = [(regions["yanshan"].milestones[n].project, regions["yanshan"].milestones[n].event) for n in left]
    # steps on the way to a factor's day, a second mention of one power plant, and the days of entering the statistics
    assert all(event in ("升规纳统", "开工", "报批", "建成") for _, event in words), words
    assert sum(one.counted == date(2023, 8, 31) for one in case.projects) == 3


def test_yanshan_as_the_plan_has_it(cases):
    case = cases["yanshan"]
    assert (case.today, case.first, case.count) == (date(2023, 6, 9), Quarter(2023, 1), 12)
    assert case.grid_area == "云南"
    groups = [one.group for one in case.projects]
    assert groups.count("在建项目") == 13
    assert groups.count("未开工项目") == 15
    assert all(one.unit_name for one in case.projects)
    assert {one.stage for one in case.projects if one.group == "未开工项目"} == {"planned"}
    first = case.project("kailong-cold_rolling_sheet")
    assert first.stage == "running"  # a month before the plan's issue
    assert first.step("running").done == date(2023, 5, 31)
    assert case.project("chuangge-die_casting").step("running").day == date(2023, 12, 31)
    assert case.project("hongsheng-cast_foundry_alloy_liquid").step("full").day == date(2023, 12, 31)


def test_a_plant_that_grows_is_split_at_its_last_output(cases):
    case = cases["yanshan"]
    pots = [one for one in case.plants if one.process == "electrolysis"]
    assert sum(one.capacity for one in pots) == pytest.approx(2_030_000)
    before = next(one for one in pots if not one.project)
    assert before.capacity * before.load == pytest.approx(692_200)
    assert case.facts["primary_output/hongtai@2022"] == pytest.approx(69.22)


def test_later_phases_come_beside_earlier_ones(cases):
    rods = [one for one in cases["yanshan"].plants if one.process == "cast_billet_liquid" and one.firm == "chuangxin"]
    assert sorted((one.capacity, bool(one.project)) for one in rods) == [(600_000, False), (600_000, True)]


def test_land_is_tied_to_who_is_named_and_to_its_batch(cases):
    case = cases["yanshan"]
    batches = {one.amount: one for one in case.factors if one.kind == "land" and one.amount}
    assert set(batches) == {2297.91, 506, 690.5, 569.96, 531.45}
    assert batches[690.5].promised == date(2023, 8, 31)
    assert batches[690.5].unit_name == "县自然资源局"

    def needing(factor):
        return {
            one.firm
            for one in case.projects
            for need in one.needs
            if need.factor == factor.id and need.ref.kind == "plan"
        }

    assert needing(batches[690.5]) == {"chuangxin", "yongmaotai", "lvdu"}
    assert needing(batches[506]) == {"hongyan", "zhilv"}
    assert needing(batches[569.96]) == set()
    own = case.factor("land-yongmaotai-cast_foundry_alloy_liquid")
    assert own.promised == date(2023, 9, 30)
    assert case.project("yongmaotai-cast_foundry_alloy_liquid").step("started").day == date(
        2023, 8, 31
    )  # before its land


def test_a_utility_for_named_owners_ties_them(cases):
    case = cases["yanshan"]
    power = next(one for one in case.factors if one.ref.fact and one.ref.fact[0] == "incentives")
    assert (power.kind, power.promised, power.unit_name) == ("power", None, "文山砚山供电局")
    tied = {one.firm for one in case.projects if any(need.factor == power.id for need in one.needs)}
    assert tied == {"hongyan", "zhilv", "chuangge"}


def test_general_factors_are_tied_by_kind_and_marked(cases):
    case = cases["yanshan"]
    gas = {one.id for one in case.factors if one.kind == "gas"}
    assert len(gas) == 3
    for project in case.projects:
        for need in project.needs:
            if need.factor in gas:
                assert need.ref.kind == "assumption"
                running = project.step("running")
                assert running is None or running.day is None or running.day >= date(2023, 9, 30)


def test_goals_name_firm_group_and_baselines(cases):
    aims = {one.id: one for one in cases["yanshan"].aims}
    assert (aims["g16"].firm, aims["g16"].indicator, aims["g16"].value, aims["g16"].year) == (
        "hongtai",
        "primary_output",
        180,
        2024,
    )
    assert (aims["g21"].group, aims["g21"].indicator) == ("在建项目", "projects_underway_value")
    assert aims["g24"].group == "未开工项目"
    assert aims["g32"].mode == "increase"
    assert "g13" not in aims  # a baseline
    assert aims["g25"].why
    assert aims["g25"].year == 0


def test_the_metals_price_is_the_plans_own(cases):
    premise = cases["yanshan"].premise("price.aluminium_ingot")
    assert premise.value == pytest.approx(180e8 / 105e4)
    assert premise.ref.kind == "plan"
    assert cases["liaocheng"].premise("price.aluminium_ingot").ref.kind == "assumption"


def test_a_table_that_repeats_the_text_counts_once(cases, regions):
    assert len(regions["changji"].goals) == 24
    assert len(cases["changji"].aims) == 12


def test_two_metals_stand_side_by_side(cases):
    case = cases["liaocheng"]
    assert case.premise("price.copper_cathode") is not None
    assert {aim.indicator for aim in case.aims} >= {"copper_output_value", "chain_output_value"}
    assert any("（假设）" in name for name in case.names.values())


def test_a_plan_made_up_here(invented):
    case = invented
    assert case.today == date(2024, 1, 5)
    assert {(one.good, one.amount, one.years) for one in case.limits} == {
        ("electricity", 2.4e10, (2025,)),
        ("energy_quota", 3e6, (2025,)),
        ("capacity", 1.8e6, (2025,)),
    }
    assert case.figure("power.limit", 0.0) == 2.4e10
    smelter, shapes = case.projects
    assert smelter.step("running").day == date(2024, 9, 30)
    assert smelter.stage == "started"
    assert shapes.group == "在建项目"
    batch = next(one for one in case.factors if one.amount == 300)
    assert batch.unit_name.endswith("自然资源局")
    assert {need.factor for need in shapes.needs if need.ref.kind == "plan"} >= {batch.id}
    assert next(one for one in case.aims if one.group).indicator == "projects_underway_value"


def test_a_project_that_is_only_named_with_its_land(library):
    def supply(event, when):
        return Milestone(
            quote="", project="乙铝材年产10万吨铝型材项目", owner="乙铝材", product="铝型材", capacity=10.0, capacity_unit="万吨", event=event, when=when
        )  # fmt: skip

    rows = (supply("供地", "2024-03"), supply("供地", "2024-06"))
    case = case_from_plan(PlanFacts(document=Head(region="某县", date="2024-01-05"), milestones=rows), library=library)
    assert len(case.projects) == 1
    assert [one.promised for one in case.factors] == [date(2024, 3, 31), date(2024, 6, 30)]
    assert len(case.projects[0].needs) == 2
    assert case.projects[0].plants


def test_today_first_and_count_may_be_given(regions, library):
    case = case_from_plan(
        regions["yanshan"], today=date(2023, 10, 12), first=Quarter(2023, 4), count=5, library=library
    )
    assert (case.today, case.first, case.count) == (date(2023, 10, 12), Quarter(2023, 4), 5)


def test_a_plan_without_any_year_is_one_sentence(library):
    with pytest.raises(CaseError, match=r"document\.date: found none"):
        case_from_plan(PlanFacts(document=Head(title="方案")), library=library)


def test_what_is_asked_is_short_and_ordered(cases):
    for case in cases.values():
        found = standing(case)
        weights = [one.weight for one in found.asks]
        assert 3 <= len(found.asks) <= 12
        assert weights == sorted(weights, reverse=True)
        assert all(one.who and one.paper and one.zh and one.en for one in found.asks)
        assert case.asks == found.sentences
    assert standing(cases["guizhou"]).asks[0].key == "firms"
    assert standing(cases["yanshan"]).asks[0].key == "smelter"
    assert any("110" in one.zh or "用电" in one.zh for one in standing(cases["yanshan"]).asks)


def test_a_quote_stands_where_the_text_is_at_hand(shared, library):
    text = (shared / "plans" / "yanshan.txt").read_text(encoding="utf-8")
    case = case_from_plan(read_plan(source_from_text(text, "yanshan")), library=library)
    aim = next(one for one in case.aims if one.value == 900)
    assert aim.ref.quote
    assert text[aim.ref.start : aim.ref.start + len(aim.ref.quote)] == aim.ref.quote
    assert any("110" in one.title for one in case.factors if one.kind == "power")


words = st.sampled_from(["铝型材", "电解铝", "铝板带", "再生铝", "阳极", "物流", "", "铜箔", "某某"])
milestones = st.builds(
    Milestone,
    quote=st.just(""),
    start=st.none() | st.integers(0, 500),
    project=words.map(lambda w: f"甲公司{w}项目") | st.text(max_size=6),
    owner=st.none() | st.sampled_from(["甲公司", "乙铝业有限公司", "丙"]),
    product=st.none() | words,
    capacity=st.none() | st.floats(0, 1e4) | st.sampled_from([-5.0, 1e12]),
    capacity_max=st.none() | st.floats(0, 1e4),
    capacity_unit=st.none() | st.sampled_from(["万吨", "亩", "万千瓦", "万吨/年", "台"]),
    event=st.sampled_from(["开工", "建成投产", "供地", "获批", "并网", "供气", "达产", "升规纳统", "提升", ""]),
    when=st.none()
    | st.sampled_from(["2024", "2023-05", "2024-Q2", "2025-H1", "2024-02-31", "末", "2024-00", "0001-01", "9999"]),
    when_op=st.none() | st.sampled_from(["in", "by"]),
)
goals = st.builds(
    Goal,
    quote=st.just(""),
    indicator=st.sampled_from(["产值", "电解铝产量", "用电量", "在建项目产值", "规上企业", "度电产值", "怪"]),
    subject=st.none() | st.sampled_from(["甲公司", "某县", "在建项目"]),
    op=st.sampled_from([">=", "<=", "=", "~", ">", "<"]),
    value=st.floats(0, 1e6),
    unit=st.none() | st.sampled_from(["亿元", "万吨", "亿千瓦时", "%", "户", "元/kWh"]),
    mode=st.sampled_from(["level", "increase", "growth_rate", "baseline"]),
    when=st.none() | st.sampled_from(["2024", "2025-Q2", "末", "2030-13"]),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(milestones, max_size=6), st.lists(goals, max_size=4))
def test_any_facts_make_a_case_that_holds_together(rows, aims):
    library = load_library()
    facts = PlanFacts(
        document=Head(title="某", region="某县", date="2024-01-05"), milestones=tuple(rows), goals=tuple(aims)
    )
    case = case_from_plan(facts, library=library)
    check(case, "case")
    compile_model(case, library)
    assert case_from_plan(replace(facts), library=library) == case
