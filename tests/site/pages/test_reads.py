"""What the pages are made of: to-do, tracks, the Gantt's data, chains, months, kinds, places, counts that are kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lvlian.site.org.access import here
from lvlian.site.org.chain import recording
from lvlian.site.pages import kept as keeping
from lvlian.site.pages import selectors, selectors_goals
from lvlian.site.pages.gantt import gantt
from lvlian.site.pages.selectors_duties import lines_of, matrices, sections_under
from lvlian.site.pages.selectors_findings import place_of
from lvlian.site.pages.selectors_goals import figures, page_of_tracks
from lvlian.site.pages.selectors_incentives import KINDS, kind_case, kind_of
from lvlian.site.pages.selectors_projects import project_rows
from lvlian.site.pages.todo import MOST, todo_count, todo_list
from lvlian.site.plans.models import Chain, Duty, Fact, Finding, Goal, Incentive, Milestone, Project

TODAY = date(2023, 10, 12)


# To-do ------------------------------------------------------------------------------------------------------------------
def test_the_office_waits_for_review_and_late_milestones(world):
    access = world.access(world.a.people["office"])
    rows = todo_list(access, TODAY)
    assert [row.kind for row in rows] == ["里程碑", "里程碑", "规划"]
    assert rows[0].word == "已逾期 12 天" and rows[0].light == "warn"
    assert "事实 1 条" in rows[-1].sentence
    assert todo_count(access) == 3
    Fact.objects.filter(region=world.a.region).update(state="accepted")
    assert [row.kind for row in todo_list(access, TODAY)] == ["里程碑", "里程碑", "自查"]
    Finding.objects.filter(region=world.a.region).update(state="known")
    assert todo_count(access) == 2


def test_a_unit_waits_only_for_its_own(world):
    rows = todo_list(world.access(world.a.people["unit"]), TODAY)
    assert [row.sentence for row in rows] == ["投产：项目甲F1P"]
    Project.objects.create(region=world.a.region, name="无责任单位的项目").milestones.create(due=TODAY)
    assert todo_count(world.access(world.a.people["unit"])) == 1


@pytest.mark.parametrize("who", ["chief", "supervisor", "analyst", "firm"])
def test_who_only_reads_has_nothing_to_do(world, who):
    access = world.access(world.a.people[who])
    assert todo_count(access) == 0 and todo_list(access, TODAY) == []


def test_counting_takes_two_queries_and_stops(world):
    project = world.a.projects[0]
    Milestone.objects.bulk_create(Milestone(project=project, due=TODAY) for _ in range(150))
    access = world.access(world.a.people["office"])
    here(Milestone, access)  # the subtree is read once for a request
    with CaptureQueriesContext(connection) as captured:
        assert todo_count(access) == MOST
    assert len(captured) <= 2
    assert len(todo_list(access, TODAY)) == 8 and any(row.day is None for row in todo_list(access, TODAY))


# Goals ------------------------------------------------------------------------------------------------------------------
def test_tracks_join_a_baseline_with_its_goals_and_keep_modes_apart(world):
    region = world.a.region
    Goal.objects.filter(region=region).delete()
    made = [
        ("产量", "甲县", "level", 2023, 12),
        ("产量", "甲县", "baseline", 2022, 8),
        ("产量", "甲县", "increase", 2023, 2),
        ("产量", "甲铝厂", "level", 2023, 3),
    ]
    for indicator, subject, mode, year, value in made:
        Goal.objects.create(
            region=region,
            indicator=indicator,
            subject=subject,
            mode=mode,
            year=year,
            when=str(year),
            value=value,
            unit="万吨",
        )
    access = world.access(world.a.people["office"])
    keys, count = page_of_tracks(here(Goal, access), 4, 0, 10)
    assert count == 3 and [(key[2], key[4]) for key in keys] == [
        ("甲县", "level"),
        ("甲县", "increase"),
        ("甲铝厂", "level"),
    ]
    first = figures(access, here(Goal, access), keys)[0]
    assert [f.text for f in first.dated] == ["8", "12"] and first.baseline is not None
    assert first.against_baseline == "+4（×1.5）"


def test_very_many_goals_are_paged_in_the_same_order(world, monkeypatch):
    region = world.a.region
    Goal.objects.bulk_create(
        Goal(
            region=region,
            indicator=f"指标{n % 7}",
            subject="甲县" if n % 3 else "某项目",
            value=n,
            year=2023 + n % 2,
            unit="",
        )
        for n in range(60)
    )
    access = world.access(world.a.people["office"])
    rows = here(Goal, access)
    few, count = page_of_tracks(rows, 60, 0, 100)
    monkeypatch.setattr(selectors_goals, "MANY", 10)
    paged, counted = [], 0
    for first in range(0, count, 4):
        keys, counted = page_of_tracks(rows, 60, first, 4)
        paged += keys
    assert paged == few and counted == count


def test_the_same_figure_said_twice_stands_once(world):
    region = world.a.region
    for _ in range(2):
        Goal.objects.create(region=region, indicator="户数", subject="甲县", value=6, when="2024", year=2024, unit="户")
    access = world.access(world.a.people["office"])
    rows = here(Goal, access).filter(indicator="户数")
    (track,) = figures(access, rows, page_of_tracks(rows, 2, 0, 5)[0])
    assert [len(said) for said in track.years["2024"]] == [2]


# Gantt ------------------------------------------------------------------------------------------------------------------
def project_with(world, *steps):
    project = Project.objects.create(
        region=world.a.region, plan=world.a.plan, name="某项目", capacity=8, capacity_unit="万吨"
    )
    for step in steps:
        Milestone.objects.create(project=project, **step)
    return gantt(project_rows(world.access(world.a.people["office"]), [project.pk], TODAY), TODAY)["rows"][0]


def test_a_bar_from_the_beginning_to_the_promise_and_the_delay_behind_it(world):
    row = project_with(
        world,
        {"event": "开工", "when": "2023-03", "due": date(2023, 3, 31), "done": date(2023, 3, 20)},
        {
            "event": "投产",
            "when": "2023-12",
            "when_op": "by",
            "due": date(2023, 12, 31),
            "expected": date(2024, 2, 29),
            "why": "供气",
        },
    )
    assert [bar["kind"] for bar in row["bars"]] == ["done", "planned", "late"]
    assert row["bars"][0]["from"] == "2023-03-20" and row["bars"][0]["to"] == TODAY.isoformat()
    assert row["bars"][2] == {"from": "2023-12-31", "to": "2024-02-29", "kind": "late"}
    assert (
        row["marks"][-1]["text"] == "投产　2023-12 前 → 2024-02" and row["light"] == "bad" and row["reason"] == "供气"
    )


def test_a_beginning_that_the_plan_does_not_write_is_dashed(world):
    row = project_with(world, {"event": "建成", "when": "2024-06", "due": date(2024, 6, 30)})
    assert row["bars"] == [{"from": "2023-10-01", "to": "2024-06-30", "kind": "assumed"}]  # the axis begins there


def test_what_is_overdue_without_a_new_date_says_so(world):
    row = project_with(world, {"event": "开工", "when": "2023-08", "when_op": "by", "due": date(2023, 8, 31)})
    assert row["bars"] == [{"from": "2023-08-31", "to": TODAY.isoformat(), "kind": "late"}]
    assert row["reason"] == "开工应于 2023-08 前，已过 42 天，未报现日期"


def test_without_a_date_nothing_is_drawn(world):
    row = project_with(world, {"event": "开工"})
    assert row["note"] == "无日期" and "bars" not in row and row["light"] == "none"


# Chains, months, duties, incentives -------------------------------------------------------------------------------------
def test_the_same_link_stands_in_the_same_column(world):
    region = world.a.region
    Chain.objects.filter(region=region).delete()
    Chain.objects.create(region=region, nodes=["氧化铝", "电解铝", "铝棒", "再生铝"])
    Chain.objects.create(region=region, nodes=["阳极炭素", "电解铝", "铝板带"])
    table = selectors.chain_table(world.access(world.a.people["office"]))
    columns = [
        [at for at, (node, _look) in enumerate(row.cells) if node and node.name == "电解铝"] for row in table.rows
    ]
    assert columns[0] == columns[1] and len(table.rows) == 2
    assert table.rows[0].loops and table.rows[0].cells[-1][1] in ("last", "")


def test_a_long_time_is_cut_to_the_months_around_today(world):
    project = world.a.projects[0]
    Milestone.objects.bulk_create(
        Milestone(project=project, due=date(year, month, 15)) for year in range(2020, 2027) for month in range(1, 13)
    )
    access = world.access(world.a.people["office"])
    found = selectors.milestone_counts(access, TODAY)
    assert len(found.months) == selectors.MONTHS + 2
    assert sum(month.total for month in found.months) == found.total == here(Milestone, access).count()
    assert [month.at for month in found.months if month.at != "month"] == ["before", "after"]
    assert sum(month.today for month in found.months) == 1


def test_projects_hang_under_the_section_of_their_sentence(world):
    outline = [
        {"level": 1, "text": "一、目标", "path": "一、目标"},
        {"level": 1, "text": "二、任务", "path": "二、任务"},
        {"level": 2, "text": "（一）项目建设", "path": "二、（一）项目建设"},
        {"level": 3, "text": "1.在建", "path": "二、（一）1.在建"},
        {"level": 2, "text": "（二）用地", "path": "二、（二）用地"},
    ]
    assert sections_under(outline, "（一）项目建设") == {
        "（一）项目建设",
        "二、（一）项目建设",
        "1.在建",
        "二、（一）1.在建",
    }
    assert sections_under(outline, "没有的") == {"没有的"}
    duty = Duty.objects.create(region=world.a.region, plan=world.a.plan, section="一、目标", lead=world.a.units[1])
    duty.units.add(*world.a.units)
    access = world.access(world.a.people["office"])
    lines = lines_of(access, here(Duty, access).filter(pk=duty.pk), TODAY)
    assert [one.name for one in lines[0].projects] == ["项目甲F1P", "项目甲F2P"] and lines[0].lights == [("warn", 2)]
    (matrix,) = matrices(lines)
    assert [str(unit) for unit in matrix.units] == ["甲县甲二局", "甲县甲一局"] and matrix.rows[0][1] == (
        "lead",
        "unit",
    )


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("园区企业", "firm"),
        ("高层次人才", "people"),
        ("产业园区", "park"),
        ("技改项目", "project"),
        ("中小微企业", "firm"),
        ("下游", "firm"),
        ("铝液", "other"),
    ],
)
def test_whom_an_incentive_is_for(world, who, kind):
    row = Incentive.objects.create(region=world.a.region, who=who, benefit="奖励")
    assert kind_of(who) == kind
    assert Incentive.objects.annotate(kind=kind_case()).get(pk=row.pk).kind == kind
    assert kind in {key for key, _name, _words in KINDS} | {"other"}


def test_places_by_their_numbers():
    assert place_of("二、重点工作任务 › （二）聚力项目 › 2.抓紧推动未开工项目") == "二（二）2"
    assert place_of("二、（二）2.抓紧推动") == "二（二）2"
    assert place_of("（二）用地保障") == "（二）"
    assert place_of("没有编号的一个很长的标题") == "没有编号的一个很长的…"


# Counts that are kept ---------------------------------------------------------------------------------------------------
def test_counts_of_many_are_kept_until_something_is_written(world, monkeypatch):
    monkeypatch.setattr(keeping, "MANY", 1)
    keeping._store.clear()
    access = world.access(world.a.people["office"])
    made = []

    def count():
        return keeping.kept(access, "test", (), TODAY, lambda: made.append(1) or len(made), lambda n: n)

    assert (count(), count()) == (1, 1)
    with recording(access, "test.act"):
        pass
    assert count() == 2
    other = world.access(world.b.people["office"])
    assert keeping.kept(other, "test", (), TODAY, lambda: 99, lambda n: n) == 99
    keeping._store.clear()
