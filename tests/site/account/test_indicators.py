"""Indicators on the site: the list, one in full, what goals mean, which reading counts, and who is told what."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from lvlian.site.account.actions.aims import link_goal
from lvlian.site.account.actions.filings import file_report
from lvlian.site.account.indicator_groups import GroupsError, grouped, load_groups
from lvlian.site.account.measures import best, measures_of
from lvlian.site.account.models import GoalLink, VariantChoice
from lvlian.site.account.selectors_aims import aims_of, month_for
from lvlian.site.org.models import AuditRecord
from lvlian.site.plans.models import Goal
from tests.site.account.desk import BEFORE, MONTH, Reporting, reporting, said

pytestmark = pytest.mark.django_db
KEY = "liquid_local_conversion"


@pytest.fixture
def room(world: Any) -> Reporting:
    """Two months of reports that close: 9000 t of liquid metal, 6000 t of it cast next door, the rest into ingots."""
    room = reporting(world)
    access = room.access("office")
    for month, made, sent in ((BEFORE, 9000, 6000), (MONTH, 9018, 6012)):
        file_report(access, room.smelter, month, [
            said("made", "liquid_aluminium", made, month=month, process="electrolysis"),
            said("sent", "liquid_aluminium", sent, month=month, partner="caster"),
            said("used", "liquid_aluminium", made - sent, month=month, process="cast_tbar_ingot"),
            said("used", "electricity", made * 13_300.0, month=month, process="electrolysis", unit="kWh"),
        ])  # fmt: skip
        file_report(access, room.caster, month, [
            said("received", "liquid_aluminium", sent * 0.997, "caster", month, partner="smelter"),
            said("used", "liquid_aluminium", sent * 0.997, "caster", month, process="cast_billet_liquid"),
        ])  # fmt: skip
    return room


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def client_for(room: Reporting, role: str, client_of: Any) -> Any:
    return client_of(room.county.people[role])


def goal_of(room: Reporting, **values: Any) -> Goal:
    about = {
        "indicator": "铝水就地转化率",
        "subject": "甲县",
        "value": 90.0,
        "unit": "%",
        "op": ">=",
        "when": "2023",
        "year": 2023,
    }
    return Goal.objects.create(region=room.county.region, plan=room.county.plan, **{**about, **values})


# The list -------------------------------------------------------------------------------------------------------------------
def test_all_indicators_in_groups_with_variants_and_what_is_missing(room: Reporting, client_of: Any) -> None:
    answer = client_for(room, "office", client_of).get("/indicators/")
    page = words(answer)
    assert "76 项官方指标" in page and "转化与加工" in page and "价格、合同与税" in page
    assert "严口径：以液态进区内加工" in page and "含本地锭" in page
    assert "口径未定" in page and "问 " in page
    assert answer.content.decode().count('class="axis-plot"') >= 3


def test_filters_keep_to_what_they_say(room: Reporting, client_of: Any) -> None:
    client = client_for(room, "office", client_of)
    known, missing = words(client.get("/indicators/?only=known")), words(client.get("/indicators/?only=missing"))
    assert "铝液(铝水/原铝)就地转化率" in known and "碱回收" not in known
    assert "碱回收" in missing and "铝液(铝水/原铝)就地转化率" not in missing
    assert "没有符合条件的指标" in words(client.get("/indicators/?q=没有这样的"))
    assert client.get("/indicators/?month=1999-99&over=x&only=x&group=x&page=x").status_code == 200


def test_no_reports_no_figures(world: Any, client_of: Any) -> None:
    client = client_of(world.b.people["office"])
    assert "还没有月度报数" in words(client.get("/indicators/"))
    assert client.get(f"/indicators/{KEY}/").status_code == 200
    assert client.get("/indicators/goals/").status_code == 200


def test_files_hold_the_rows_that_are_shown(room: Reporting, client_of: Any) -> None:
    client = client_for(room, "office", client_of)
    book = load_workbook(io.BytesIO(client.get("/indicators/?only=known&as=xlsx").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:4] == ("类", "指标", "口径", "单位")
    strict = next(row for row in rows if row[2] == "严口径：以液态进区内加工")
    assert strict[4] == pytest.approx(66.6, abs=0.6)
    paper = client.get("/indicators/?only=known&as=docx").content
    assert zipfile.ZipFile(io.BytesIO(paper)).testzip() is None
    assert client.get("/indicators/?as=exe").status_code == 200


# One indicator --------------------------------------------------------------------------------------------------------------
def test_one_indicator_opens_into_flows_and_sources(room: Reporting, client_of: Any) -> None:
    page = words(client_for(room, "office", client_of).get(f"/indicators/{KEY}/"))
    assert "分子，吨" in page and "分母，吨" in page and "可查" in page
    assert "占方差" in page and "不足三个月" in page
    assert "程序不替人选" in page


def test_energy_of_smelters_stands_on_its_pages(room: Reporting, client_of: Any) -> None:
    client = client_for(room, "office", client_of)
    page = words(client.get("/indicators/smelting_ac_intensity/"))
    for told in ("GB 21346", "标杆水平", "基准水平", "阶梯电价试算", "与下游合并的能耗强度"):
        assert told in page
    assert "阶梯电价试算" not in words(client.get(f"/indicators/{KEY}/"))


def test_strange_addresses_are_not_found(room: Reporting, client_of: Any) -> None:
    client = client_for(room, "office", client_of)
    assert client.get("/indicators/no-such/").status_code == 404
    assert client.post("/indicators/no-such/choose/", {"variant": "x", "reason": "y"}).status_code == 404
    assert client.post("/indicators/goals/999999/", {"means": f"{KEY}|"}).status_code == 404
    assert client.get(f"/indicators/{KEY}/choose/").status_code == 405


# Variants -------------------------------------------------------------------------------------------------------------------
def test_a_variant_is_fixed_by_people_with_a_ground(room: Reporting, client_of: Any) -> None:
    client = client_for(room, "office", client_of)
    client.post(f"/indicators/{KEY}/choose/", {"variant": "strict", "reason": ""})
    client.post(f"/indicators/{KEY}/choose/", {"variant": "nonsense", "reason": "会议"})
    assert not VariantChoice.objects.exists()
    client.post(f"/indicators/{KEY}/choose/", {"variant": "strict", "reason": "第一次会议"})
    client.post(f"/indicators/{KEY}/choose/", {"variant": "local_ingot", "reason": "第二次会议"})
    assert VariantChoice.objects.get().variant == "local_ingot"
    assert AuditRecord.objects.filter(action="indicator.choose").count() == 2
    page = words(client.get(f"/indicators/{KEY}/"))
    assert "第一次会议" in page and "第二次会议" in page
    assert (
        client_for(room, "lead", client_of)
        .post(f"/indicators/{KEY}/choose/", {"variant": "strict", "reason": "x"})
        .status_code
        == 403
    )


# Goals ----------------------------------------------------------------------------------------------------------------------
def test_a_goal_is_confirmed_refused_and_set_anew(room: Reporting, client_of: Any) -> None:
    goal = goal_of(room)
    client = client_for(room, "office", client_of)
    page = words(client.get("/indicators/goals/?state=open"))
    assert "铝水就地转化率" in page and "未定，并列" in page
    client.post(f"/indicators/goals/{goal.pk}/", {"means": f"{KEY}|", "act": "confirm", "back": "/indicators/goals/"})
    assert GoalLink.objects.get().state == "confirmed"
    client.post(f"/indicators/goals/{goal.pk}/", {"means": f"{KEY}|", "act": "refuse"})
    assert GoalLink.objects.get().state == "refused"
    client.post(f"/indicators/goals/{goal.pk}/", {"means": "deep_processing_rate|liquid_metal", "reason": "看错"})
    link = GoalLink.objects.get()
    assert (link.state, link.indicator, link.variant) == ("confirmed", "deep_processing_rate", "liquid_metal")
    client.post(f"/indicators/goals/{goal.pk}/", {"means": "no-such|x"})
    assert GoalLink.objects.get().indicator == "deep_processing_rate"
    assert (
        client_for(room, "chief", client_of).post(f"/indicators/goals/{goal.pk}/", {"means": f"{KEY}|"}).status_code
        == 403
    )


def test_a_confirmed_goal_is_measured(room: Reporting) -> None:
    goal = goal_of(room)
    access = room.access("office")
    assert measures_of(access, [goal]) == {}
    link_goal(access, goal, KEY, "strict")
    one = measures_of(access, [goal])[goal.pk]
    assert one.known and one.month == MONTH and not one.unfixed
    assert one.value == pytest.approx(66.6, abs=0.6) and one.gap.startswith("差 23")
    assert one.light == "warn"  # the year is not over
    link_goal(access, goal, KEY, "")
    several = measures_of(access, [goal])[goal.pk]
    assert several.unfixed and several.value is None and "–" in several.text and "口径未定" in several.reason


def test_a_sum_over_the_year_is_held_against_even_progress(room: Reporting) -> None:
    goal = goal_of(room, indicator="生产电解铝", value=10.0, unit="万吨")
    later = goal_of(room, indicator="生产电解铝", value=1.0, unit="万吨", when="2025", year=2025)
    access = room.access("office")
    for one in (goal, later):
        link_goal(access, one, "primary_output", "")
    found = measures_of(access, [goal, later])
    now = found[goal.pk]
    assert now.paced == pytest.approx(10.0 * 2 / 12) and now.light == "ok" and not now.gap
    assert found[later.pk].word == "未到期" and not found[later.pk].gap
    assert best([later, goal], found) is now


def test_a_firms_own_goal_is_told_to_whom_reads_firms_figures(room: Reporting) -> None:
    goal = goal_of(room, indicator="生产电解铝", subject=room.smelter.name, value=10.0, unit="万吨", firm=room.smelter)
    link_goal(room.access("office"), goal, "primary_output", "")
    assert measures_of(room.access("office"), [goal])[goal.pk].known
    assert not measures_of(room.access("unit"), [goal])[goal.pk].known


def test_months_and_aims() -> None:
    goal = Goal(year=2023)
    assert month_for(goal, ["2024-01", "2023-12", "2023-11"]) == "2023-12"
    assert month_for(Goal(year=2025), ["2024-01", "2023-12"]) == "2024-01"
    assert month_for(goal, []) == ""


def test_goals_pages_show_the_account(room: Reporting, client_of: Any) -> None:
    goal = goal_of(room)
    link_goal(room.access("office"), goal, KEY, "strict")
    client = client_for(room, "office", client_of)
    goals = words(client.get("/goals/"))
    assert "差 23" in goals and MONTH in goals
    assert "核算 2023-09" in words(client.get("/"))
    assert (
        len(aims_of(room.access("office"), room.county.region))
        == Goal.objects.filter(region=room.county.region).exclude(mode="baseline").count()
    )


# Who is told what -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["unit", "analyst", "supervisor", "firm"])
def test_who_reads_no_firms_figures_sees_no_parts_and_no_sum_of_two(room: Reporting, client_of: Any, role: str) -> None:
    client = client_for(room, role, client_of)
    for url in ("/indicators/", f"/indicators/{KEY}/", "/indicators/smelting_ac_intensity/", "/indicators/?over=year"):
        page = words(client.get(url))
        assert "不足三家" in page, url
        for told in ("9018", "9,018", "6012", "66.6", "13,300", "甲F1铝业有限公司", "密统计岗", "可查"):
            assert told not in page, (url, told)
    assert client.get("/indicators/?as=xlsx").status_code == 200


def test_the_regions_own_goal_makes_its_figure_official(room: Reporting, client_of: Any) -> None:
    link_goal(room.access("office"), goal_of(room), KEY, "strict")
    page = words(client_for(room, "unit", client_of).get(f"/indicators/{KEY}/"))
    assert "66." in page and "分子" not in page and "9018" not in page


# Groups ---------------------------------------------------------------------------------------------------------------------
def test_groups_hold_every_indicator_and_the_rest_stands_last(tmp_path: Any) -> None:
    from lvlian.chain.indicators.load_formulas import load_formulas

    keys = list(load_formulas().formulas)
    assert sorted(key for _group, some in grouped(keys) for key in some) == sorted(keys)
    assert grouped([*keys, "own"])[-1][1] == ["own"]
    broken = tmp_path / "groups.yaml"
    broken.write_text("groups: [{id: a, name: b}]\n", encoding="utf-8")
    with pytest.raises(GroupsError, match=r"groups\.yaml"):
        load_groups(broken)
