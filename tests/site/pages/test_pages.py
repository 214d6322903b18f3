"""The pages of the region: who may open them, what they show, how many queries they take."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvlian.site.org.models import Unit
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.plans.models import Chain, Duty, Fact, Finding, Goal, Incentive, Milestone, Project

PAGES = (
    "/", "/goals/", "/goals/?view=charts", "/goals/?indicator=综合产值", "/projects/", "/projects/?light=bad", "/duties/",
    "/duties/?view=section", "/duties/?view=matrix", "/incentives/", "/findings/",
)  # fmt: skip
MOST_QUERIES = 36  # some of them are of the account and the outlook behind these pages, however many rows there are


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(captured), answer.content.decode()


@pytest.mark.parametrize("who", ["chief", "office", "lead", "unit", "park", "supervisor", "analyst"])
def test_everybody_of_a_county_sees_its_pages_and_nothing_of_the_other(world, client_of, who):
    client = client_of(world.a.people[who])
    for url in PAGES:
        text = client.get(url).content.decode()
        assert "乙" not in text, f"{url} shows {who} of 甲县 something of 乙县"


def test_a_firm_sees_its_own_and_what_is_open(world, client_of):
    client = client_of(world.a.people["firm"])
    text = client.get("/").content.decode()
    assert "综合产值" in text and "规划自查" not in text and "现行规划" not in text
    text = client.get("/projects/").content.decode()
    assert "项目甲F1P" in text and "甲F2" not in text and "甲密" not in text
    assert client.get("/findings/").status_code == 403
    assert "甲F2" not in client.get("/goals/").content.decode()
    assert "甲一局事项" not in client.get("/duties/").content.decode()


def test_reasons_of_moved_dates_stay_inside_the_administration(world, client_of):
    assert "甲密理由1" in client_of(world.a.people["office"]).get("/projects/").content.decode()
    assert "甲密理由1" not in client_of(world.a.people["firm"]).get("/projects/").content.decode()


def test_administrators_go_to_their_own_page(world, client_of):
    assert client_of(world.people["audit_admin"]).get("/")["Location"] == "/audit/"
    assert client_of(world.people["system_admin"]).get("/")["Location"] == "/people/"
    assert client_of(world.people["system_admin"]).get("/goals/").status_code == 403


def test_nobody_is_sent_to_log_in(client):
    for url in PAGES:
        assert client.get(url)["Location"].startswith("/login/")


def many(county):
    """Hundreds of everything, so that a page that asks for each row shows itself."""
    region, plan, version = county.region, county.plan, county.version
    units = Unit.objects.bulk_create(Unit(region=region, name=f"局{n}") for n in range(40))
    facts = Fact.objects.bulk_create(
        Fact(
            version=version,
            region=region,
            kind="milestones",
            order=100 + n,
            title=f"项目{n}",
            section="一、目标",
            quote="某句",
        )
        for n in range(300)
    )
    projects = Project.objects.bulk_create(Project(region=region, plan=plan, name=f"项目{n}") for n in range(300))
    Milestone.objects.bulk_create(
        Milestone(
            project=project,
            fact=fact,
            event="投产",
            when="2023-09",
            due=None if n % 9 == 0 else date(2022, 1, 1) + timedelta(days=n * 4),
            done=date(2023, 1, 1) if n % 3 == 0 else None,
        )
        for n, (project, fact) in enumerate(zip(projects, facts, strict=True))
    )
    for n, project in enumerate(projects):
        project.units.add(units[n % 40])
    Goal.objects.bulk_create(
        Goal(
            region=region,
            plan=plan,
            indicator=f"指标{n % 90}",
            subject=region.name,
            value=n,
            unit="亿元",
            year=2023 + n % 3,
        )
        for n in range(600)
    )
    for n in range(60):
        duty = Duty.objects.create(region=region, plan=plan, section="一、目标", lead=units[n % 40])
        duty.units.add(*units[:5])
    Incentive.objects.bulk_create(
        Incentive(region=region, plan=plan, who=f"第{n}类企业", benefit="奖励") for n in range(120)
    )
    Chain.objects.bulk_create(
        Chain(region=region, plan=plan, nodes=["氧化铝", "电解铝", f"铝材{n}"]) for n in range(30)
    )
    Finding.objects.bulk_create(
        Finding(
            version=version, region=region, order=n, rank=n % 4, code="x", key=str(n), message_zh=f"第{n}条",
            severity=("conflict", "notice", "gap", "agrees")[n % 4], evidence=[{"quote": "句", "section": "一、目标", "fact": 1}],
        )
        for n in range(120)
    )  # fmt: skip


def test_queries_do_not_grow_with_the_rows(world, client_of):
    people = [world.a.people["office"], world.people["office"], world.a.people["lead"], world.a.people["firm"]]
    clients = [client_of(person) for person in people]
    many(world.a)
    for client, person in zip(clients, people, strict=True):
        for url in PAGES:
            if client.get(url).status_code == 403:
                continue
            count, _text = queries(client, url)
            assert count <= MOST_QUERIES, f"{url} as {person}: {count} queries"


def test_overview_counts_lights_and_draws_months(world, client_of):
    text = client_of(world.a.people["office"]).get("/").content.decode()
    assert "2 个里程碑" in text and "预警 2" in text  # both were due on 2023-09-30, today is 2023-10-12
    assert "2023-09" in text and "今日 10-12" in text
    assert "推演还缺：" in text
    many(world.a)
    text = client_of(world.a.people["office"]).get("/").content.decode()
    assert "302 个里程碑" in text and "未写日期" in text


def test_overview_of_a_prefecture_has_the_counties(world, client_of):
    text = client_of(world.people["office"]).get("/").content.decode()
    assert "下级地区" in text and "甲县" in text and "乙县" in text


def test_indicators_are_pinned_for_the_own_overview(world, client_of):
    region, plan = world.a.region, world.a.plan
    for n in range(8):
        for year in (2023, 2025):
            Goal.objects.create(region=region, plan=plan, indicator=f"指标{n}", subject="", value=n + 1, year=year)
    client = client_of(world.a.people["office"])
    assert tiles(client) == ["综合产值", *(f"指标{n}" for n in range(5))]
    client.post("/pins/", {"indicator": ["指标7", "指标6"]})
    assert tiles(client)[:2] == ["指标6", "指标7"] or tiles(client)[:2] == ["指标7", "指标6"]
    assert tiles(client_of(world.a.people["chief"]))[0] == "综合产值"
    answer = client.post("/pins/", {"indicator": [f"指标{n}" for n in range(7)]}, follow=True)
    assert "最多选 6 项" in answer.content.decode()
    client.post("/pins/", {})
    assert tiles(client)[0] == "综合产值"


def tiles(client):
    text = client.get("/").content.decode()
    return re.findall(r'<article class="tile[^"]*"><header><h3><a [^>]*>([^<]+)<', text)


def test_a_baseline_is_told_as_the_plans_own_and_never_as_an_account(world, client_of):
    Goal.objects.create(
        region=world.a.region, plan=world.a.plan, indicator="综合产值", subject="甲县", value=20, unit="亿元", mode="baseline",
        when="2022", year=2022,
    )  # fmt: skip
    client = client_of(world.a.people["office"])
    text = client.get("/").content.decode()
    assert "基期 2022" in text and "+80（×5.0）" in text
    assert "+80（×5.0）" in client.get("/goals/").content.decode()


@given(
    st.dictionaries(
        st.sampled_from(["page", "plan", "unit", "light", "year", "view", "q", "of", "kind", "region"]),
        st.text(max_size=20),
        max_size=5,
    )
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_breaks_a_page(world, client_of, query):
    client = client_of(world.a.people["office"])
    for url in ("/goals/", "/projects/", "/duties/", "/incentives/", "/findings/"):
        assert client.get(url, query).status_code == 200


def test_a_value_that_is_not_offered_is_told(world, client_of):
    text = client_of(world.a.people["office"]).get("/projects/?light=purple").content.decode()
    assert "没有 灯 purple 这个条件" in text


def test_narrowing_keeps_the_other_conditions():
    narrowing = Narrowing(QueryDict("light=bad&page=3&q=铝"))
    assert narrowing.choice("light", "灯", [("bad", "滞后"), ("ok", "正常")]) == "bad"
    (chip,) = narrowing.chips
    assert chip["remove"] == "?q=%E9%93%9D" and chip["value"] == "滞后"
    assert narrowing.address(light="ok") == "?q=%E9%93%9D&light=ok"
    assert narrowing.words == ["灯 滞后"]


def test_english_messages_of_findings(world, client_of):
    client = client_of(world.a.people["office"])
    client.cookies["lvlian_language"] = "en"
    text = client.get("/findings/").content.decode()
    assert "甲 parts and total" in text and "40 + 60" in text
