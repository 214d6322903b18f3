"""The ledger of a plan without a site: every fact in one entry, stages, promises, units and lights by the rules of the tracks."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from lvlian.brief.mention import project_key, same_project
from lvlian.brief.register import Register, RegisterError, register_of
from lvlian.brief.register_sheets import register_workbook
from lvlian.brief.register_words import RegisterWords
from lvlian.brief.wording import WordingError
from lvlian.ledger.intake import nearest_line
from lvlian.ledger.light import RANKS, light_of
from lvlian.ledger.load import load_tracks
from lvlian.plan.facts import Duty, Head, Heading, Mechanism, Milestone, PlanFacts
from lvlian.plan.read import read_plan
from lvlian.plan.region import load_region
from lvlian.plan.source import read_source

ROOT = Path(__file__).resolve().parents[2]
REGIONS = sorted((ROOT / "data" / "regions").glob("*.yaml"))
SAMPLE = ROOT / "data" / "sample" / "qingyan.txt"
TODAY = date(2023, 10, 12)
KINDS = ("milestones", "duties", "mechanisms")


def step(project: str, event: str, when: str | None = None, **more: object) -> Milestone:
    return Milestone(quote="", project=project, event=event, when=when, **more)


def plan(**kinds: object) -> PlanFacts:
    head = Head(title="某县方案", date="2023-06-09", region="某县", period=("2023", "2025"))
    return PlanFacts(document=kinds.pop("document", head), **kinds)


def covered(facts: PlanFacts, register: Register) -> None:
    """Every fact that can stand in a ledger stands in one entry, or is told as left out."""
    places = [(o.kind, o.index) for entry in register.entries for o in entry.origins]
    places += [(o.kind, o.index) for o in register.left]
    assert sorted(places) == sorted((kind, index) for kind in KINDS for index in range(len(facts.of(kind))))
    assert len({entry.key for entry in register.entries}) == len(register.entries)


@pytest.mark.parametrize("file", REGIONS, ids=lambda path: path.stem)
def test_every_fact_of_a_region_stands_in_its_ledger(file: Path) -> None:
    facts = load_region(file)
    register = register_of(facts, today=TODAY)
    covered(facts, register)
    assert sum(register.lights().values()) == len(register.entries) > 0
    for entry in register.entries:
        assert entry.light.reasons and all(entry.say(TODAY)) and all(entry.say(TODAY, "en"))
        assert {origin.step for origin in entry.origins} <= {"", *(one.key for one in entry.steps)}
    again = register_of(facts, today=TODAY)
    assert again.to_json() == register.to_json()


def test_yanshan() -> None:
    register = register_of(load_region(ROOT / "data" / "regions" / "yanshan.yaml"), today=TODAY)
    assert sum(len(entry.steps) for entry in register.entries if entry.born == "project") == 51
    assert sum(entry.born == "duty" for entry in register.entries) == 8
    building = next(entry for entry in register.entries if "80万吨高品质再生铝" in entry.title)
    assert (building.stage.key, building.known, [one.stage for one in building.implied][-1]) == (
        "started",
        True,
        "started",
    )
    assert building.owner == "云南创新公司" and building.section.endswith("加快推进在建项目尽快建成…")
    waiting = next(entry for entry in register.entries if "永茂泰汽车有限公司" in entry.title)
    assert (waiting.stage.key, waiting.known, waiting.implied) == ("planned", False, ())
    assert all(entry.units for entry in register.entries if entry.born == "project"), (
        "the line beside holds for sisters"
    )
    visits = next(entry for entry in register.of("routine") if entry.title == "组织招商引资活动")
    assert "县投资促进局" in visits.units and visits.state.data == {"per": "month"}
    duty = next(entry for entry in register.entries if entry.born == "duty")
    assert duty.assumed and (duty.steps[0].title, duty.steps[0].due) == ("规划期末", date(2025, 12, 31))
    assert duty.lead in duty.units or not duty.lead


@pytest.mark.parametrize("number", range(5))
def test_a_real_plan(shared: Path, number: int) -> None:
    path = sorted(path for path in (shared / "plans").iterdir() if path.suffix == ".txt")[number]
    facts = read_plan(read_source(path))
    register = register_of(facts, today=TODAY)
    covered(facts, register)
    assert register.entries and all(origin.sentence for entry in register.entries for origin in entry.origins)


def test_milestones_of_one_owner_name_and_capacity_are_one_project() -> None:
    facts = plan(
        milestones=(
            step("铝箔项目", "开工", "2023-08", owner="永泰铝业有限公司", capacity=5, capacity_unit="万吨"),
            step("铝箔 项目", "投产", "2024-03", owner="永泰铝业"),
            step("铝箔项目", "达产", "2024-12", owner="永泰铝业", capacity=8, capacity_unit="万吨"),
            step("铝箔项目", "投产", "2024-06", owner="宏达铝业"),
        )
    )
    register = register_of(facts, today=TODAY)
    assert sorted([one.title for one in entry.steps] for entry in register.entries) == [
        ["开工", "投产"],
        ["投产"],
        ["达产"],
    ]
    covered(facts, register)


def test_units_are_those_of_the_nearest_line() -> None:
    text = "一、做事\n（一）甲\n1.子\n（二）乙\n二、别的\n"
    outline = [("一、做事", 1), ("（一）甲", 2), ("1.子", 3), ("（二）乙", 2), ("二、别的", 1)]
    headings = tuple(
        Heading(level=level, text=words, start=text.index(words), end=text.index(words) + len(words))
        for words, level in outline
    )
    at = {words: text.index(words) + 1 for words, _ in outline}
    facts = plan(
        outline=headings,
        duties=(
            Duty(quote="", start=at["（一）甲"], units=("县工信局", "财政局"), lead="县工信局"),
            Duty(quote="", start=at["二、别的"], units=("县财政局",)),
        ),
        milestones=(
            step("子项目", "开工", "2023-12", start=at["1.子"]),
            step("乙项目", "开工", "2023-12", start=at["（二）乙"]),
            step("总项目", "开工", "2023-12", start=at["一、做事"]),
        ),
    )
    entries = {entry.title: entry for entry in register_of(facts, today=TODAY).entries}
    assert entries["子项目"].units == ("县工信局", "县财政局"), "the line above; 财政局 is 县财政局"
    assert entries["乙项目"].units == ("县工信局", "县财政局"), "the only sister"
    assert entries["总项目"].units == () and ("unassigned" in {r.code for r in entries["总项目"].light.reasons})
    duty = entries["一、做事 › （一）甲"]
    assert (duty.lead, duty.units) == ("县工信局", ("县工信局", "县财政局"))
    assert RegisterWords().units(duty) == "县工信局（牵头）、县财政局"


def test_a_plan_without_date_and_period() -> None:
    facts = plan(document=Head(title="无日期"), duties=(Duty(quote="", section="一", units=("甲局",)),))
    register = register_of(facts, today=TODAY)
    (entry,) = register.entries
    assert register.issued is None and entry.state.opened == TODAY and not entry.steps and entry.day is None
    since = register_of(facts, today=TODAY, issued=date(2023, 1, 1))
    assert since.entries[0].state.opened == date(2023, 1, 1) and since.entries[0].light.state == "warn"
    later = register_of(facts, today=TODAY, issued=date(2024, 1, 1))
    assert later.entries[0].state.opened == TODAY, "a plan issued later does not open an entry in the future"


def test_days_beyond_reason_are_refused_in_one_sentence() -> None:
    for document, today in ((Head(date="0001-01-01"), TODAY), (Head(date="9999-12-31"), TODAY), (Head(), date.max)):
        with pytest.raises(RegisterError, match="expected a year from 1990 to 2200"):
            register_of(plan(document=document), today=today)
    far = plan(document=Head(period=("2023", "99999")), duties=(Duty(quote="", section="一"),))
    assert register_of(far, today=TODAY).entries[0].steps == ()


def test_a_fact_that_no_track_takes_is_told() -> None:
    tracks = {key: track for key, track in load_tracks().items() if key == "land"}
    facts = plan(
        milestones=(step("铝箔项目", "开工"), step("第一批次用地", "获批", "2023-08")),
        duties=(Duty(quote="", section="一"),),
    )
    register = register_of(facts, today=TODAY, tracks=tracks)
    assert [entry.title for entry in register.entries] == ["第一批次用地"]
    assert [(one.kind, one.index) for one in register.left] == [("milestones", 0), ("duties", 0)]
    covered(facts, register)


def test_only_some() -> None:
    register = register_of(load_region(ROOT / "data" / "regions" / "yanshan.yaml"), today=TODAY)
    land = register.only(tracks=["land"], lights=["bad"])
    assert {(e.track.key, e.light.state) for e in land.entries} == {("land", "bad")}
    parts = [register.only(lights=[light]).entries for light in RANKS]
    assert sum(map(len, parts)) == len(register.entries)
    with pytest.raises(RegisterError, match="'lnad'"):
        register.only(tracks=["lnad"])


words = st.text(st.sampled_from("铝电地气园区项目一二开工获批投产 ›\n\x1b[=+@(（，。") | st.characters(), max_size=12)
whens = st.sampled_from(
    [None, "", "2023", "2023-08", "2023-Q3", "2023-H1", "2023-02-31", "9999", "0001", "明年", "2023-13"]
)
sized = {
    "owner": words | st.none(),
    "product": words | st.none(),
    "capacity": st.none() | st.floats(0, 1e9),
    "capacity_unit": st.sampled_from([None, "万吨", "亩", "万千瓦"]),
}
shared_fields = {"quote": st.just(""), "start": st.none() | st.integers(0, 300), "section": words}
milestones = st.builds(Milestone, project=words, event=words, when=whens, **sized, **shared_fields)
duties = st.builds(Duty, units=st.lists(words, max_size=3).map(tuple), lead=words | st.none(), **shared_fields)
pers = st.sampled_from([None, "week", "month", "quarter", "half_year", "year", "day", "often"])
mechanisms = st.builds(Mechanism, name=words, actor=words | st.none(), per=pers, **shared_fields)
headings = st.builds(Heading, level=st.integers(1, 4), text=words, start=st.integers(0, 300), end=st.just(0))
heads = st.builds(
    Head,
    date=st.sampled_from([None, "2023-06-09", "2020-02-29", "2023-06", "soon", ""]),
    period=st.none() | st.tuples(words, words | st.sampled_from(["2025", "0", "99999", "二〇二五"])),
)
plans = st.builds(
    PlanFacts,
    document=heads,
    milestones=st.lists(milestones, max_size=6).map(tuple),
    duties=st.lists(duties, max_size=3).map(tuple),
    mechanisms=st.lists(mechanisms, max_size=3).map(tuple),
    outline=st.lists(headings, max_size=4).map(tuple),
)


@settings(max_examples=80)
@given(plans, st.dates(date(1990, 1, 1), date(2200, 12, 31)))
def test_whatever_a_plan_says_becomes_a_ledger(facts: PlanFacts, today: date) -> None:
    register = register_of(facts, today=today)
    covered(facts, register)
    for entry in register.entries:
        assert entry.light == light_of(entry.track.light, entry.standing, today)
        assert entry.state.stage in entry.track.by_key and entry.state.opened <= today
        due = {one.key: one.due for one in entry.steps}
        assert len(due) == len(entry.steps)
    order = list(register.tracks)
    keys = [(order.index(entry.track.key), entry.day or date.max) for entry in register.entries]
    assert keys == sorted(keys)
    turned = register_of(replace(facts, milestones=facts.milestones), today=today)
    assert turned.to_json() == register.to_json()


@given(plans)
@settings(max_examples=20)
def test_the_workbook_holds_texts_and_no_formula(facts: PlanFacts) -> None:
    book = load_workbook(io.BytesIO(register_workbook([register_of(facts, today=TODAY)])))
    assert book.sheetnames == ["台账", "节点", "未入台账", "说明"]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_hostile_name_stays_text_in_the_workbook() -> None:
    facts = plan(milestones=(step('=HYPERLINK("http://x")&1+1', "开工", "2023-12", owner="@SUM(A1)"),))
    content = register_workbook([register_of(facts, today=TODAY)], language="en")
    sheet = load_workbook(io.BytesIO(content))["Register"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[0][3].startswith("=HYPERLINK") and rows[0][4] == "@SUM(A1)"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert content == register_workbook([register_of(facts, today=TODAY)], language="en")
    with pytest.raises(WordingError):
        register_workbook([], language="fr")


def test_an_invented_plan_says_so_everywhere() -> None:
    register = register_of(read_plan(read_source(SAMPLE)), today=date(2024, 10, 12))
    assert register.invented and register.to_json()["invented"]
    book = load_workbook(io.BytesIO(register_workbook([register])), read_only=True)
    rows = list(book["台账"].iter_rows(min_row=2, values_only=True))
    assert rows and all("模拟" in row[0] for row in rows)


@given(st.dictionaries(words, st.sets(words, min_size=1), max_size=5), words)
def test_the_nearest_line_is_one_of_the_lines(lines: dict[str, set[str]], section: str) -> None:
    found = nearest_line(lines, section)
    assert found == frozenset() or found in lines.values()
    if section and section in lines:
        assert found == lines[section]


@given(words, words)
def test_a_project_is_found_again_whatever_the_gaps(name: str, owner: str) -> None:
    assert project_key(f" {name}\n", owner) == project_key(name, owner)
    assert same_project([], None, "") is None


def test_ten_thousand_milestones_are_a_ledger_within_seconds() -> None:
    import time

    many = tuple(step(f"项目{n // 3}", ("开工", "建成", "投产")[n % 3], f"2024-{n % 12 + 1:02d}") for n in range(9_000))
    start = time.perf_counter()
    register = register_of(plan(milestones=many), today=TODAY + timedelta(days=1))
    assert len(register.entries) == 3_000 and time.perf_counter() - start < 10
