"""The scenario page: what an address turns, what follows a slider, what is kept, two side by side, and whose word a premise is."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from openpyxl import load_workbook

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim, Case, Premise, Project
from lvlian.site.frame import today
from lvlian.site.org.access import Access
from lvlian.site.org.models import AuditRecord
from lvlian.site.outlook.goal_figures import GoalFigures, light_of, main_goals
from lvlian.site.outlook.models import PremiseChoice, Scenario
from lvlian.site.outlook.overlay import address, read
from lvlian.site.outlook.selectors import ground_of, projection_of, risk_of

DRY = "power.dry"


def case() -> Case:
    premises = (
        Premise(key=DRY, zh="枯水期", en="dry", value=0.0, low=-0.4, high=0.0, step=0.05),
        Premise(key="project.a.slip", zh="甲", en="a", value=0.0, low=-1, high=4, step=1, unit="季"),
        Premise(
            key="price.x", zh="价", en="price", value=17142.857142857, low=11000, high=18000, step=100, unit="元/吨"
        ),
    )
    return Case(
        region="某县",
        today=today(),
        first=Quarter(2024, 1),
        premises=premises,
        projects=(Project(id="a", name="甲项目"),),
    )


def test_an_address_holds_what_is_turned_and_nothing_else() -> None:
    asked = "own=1&power.dry=-20&project.a.slip=0&price.x=17143&drop=a&year=2024&aim=g1&by=year"
    turned = read(QueryDict(asked), case(), ())
    assert turned.overlay == {"set": {DRY: -0.2}, "drop": ["a"]}
    assert (turned.year, turned.aim, turned.by, turned.count, turned.strange) == (2024, "g1", "year", 2, ())
    short = address(case(), turned)
    assert parse_qs(short) == {DRY: ["-20"], "drop": ["a"], "year": ["2024"], "aim": ["g1"], "by": ["year"]}
    assert read(QueryDict(short), case(), ()).overlay == turned.overlay
    told = read(QueryDict("power.dry=-90&project.a.slip=x&drop=nobody&s=7&year=99999&by=week"), case(), ())
    assert told.overlay == {"set": {DRY: -0.4}} and len(told.strange) == 4 and told.year == 0 and told.by == "rolling"


def test_a_kept_scenario_stands_behind_its_number() -> None:
    kept: Any = SimpleNamespace(pk=3, overlay={"set": {DRY: -0.2}, "aims": {"g1": 5.0}})
    as_kept = read(QueryDict("s=3"), case(), [kept])
    assert as_kept.kept and address(case(), as_kept) == "s=3"
    changed = read(QueryDict("s=3&own=1&power.dry=-30"), case(), [kept])
    assert changed.overlay == {"set": {DRY: -0.3}, "aims": {"g1": 5.0}} and not changed.kept
    assert parse_qs(address(case(), changed)) == {"s": ["3"], "own": ["1"], DRY: ["-30"]}


def test_lights_come_from_the_chance_and_what_is_known_stands_first() -> None:
    assert [light_of(chance) for chance in (None, 0.0, 0.299, 0.3, 0.699, 0.7, 1.0)] == [
        "none",
        "bad",
        "bad",
        "warn",
        "warn",
        "ok",
        "ok",
    ]

    def goal(name: str, value: float | None, **about: str) -> GoalFigures:
        aim = Aim(id=name, name=name, indicator="", variant="", op="=", value=1.0, unit="亿元", year=2024, **about)  # type: ignore[arg-type]
        return GoalFigures(aim=aim, value=value)

    rows = [goal("f", 1.0, firm="x"), goal("n", None), goal("r", 1.0), goal("l", 1.0, group="在建项目")]
    assert [one.aim.id for one in main_goals(rows, 2024, 3)] == ["f", "r", "l"]
    assert [one.aim.id for one in main_goals(rows, 2024, 2)] == ["r", "l"] and main_goals(rows, 2023) == []


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


@pytest.mark.django_db
def test_the_page_says_what_the_engine_says(county: Any, client_of: Any) -> None:
    office = client_of(county.people["office"])
    page = words(office.get("/outlook/?year=2024"))
    access = Access.of(county.people["office"], region_id=county.region.pk)
    ground = ground_of(access, county.region, today())
    assert ground is not None
    one = next(row for row in projection_of(ground).aims if row.aim.name == "铝产业产值" and row.aim.year == 2024)
    chance = risk_of(ground).of(one.aim.id)
    assert f"全年推演 {chance.median:.1f}" in page and "40 左右" in page
    assert "枯水期用电负荷" in page and "年产10万吨铝板带项目" in page and "全部目标" in page
    # a slider is turned: the goals follow, the address is told, the figure is that of the engine
    live = office.get("/outlook/live/", {"own": "1", DRY: "-40", "price.aluminium_ingot": "15000", "year": "2024"})
    assert live["HX-Trigger"] == "turned" and parse_qs(urlsplit(live["HX-Replace-Url"]).query)[DRY] == ["-40"]
    turned = risk_of(ground, {"set": {DRY: -0.4, "price.aluminium_ingot": 15000.0}}).of(one.aim.id)
    assert turned.median is not None and chance.median is not None and turned.median < chance.median
    assert f"基准 {chance.median:.1f} → {turned.median:.1f}" in words(live) and "改了 2 项" in words(live)
    # without scripts the whole form is sent; what is kept in the address is what was turned
    answer = office.get("/outlook/", {"own": "1", DRY: "-40", "project.x.slip": "0", "load.primary": "93"})
    assert answer.status_code == 302 and parse_qs(urlsplit(answer["Location"]).query) == {DRY: ["-40"]}
    whole = words(office.get("/outlook/?whole=1"))
    assert re.search("没有冲突|冲突 1|提示 1", whole) and "没有核对成" not in whole, whole[-2500:]
    assert "各自单独变动一档" in words(office.get("/outlook/tornado/"))
    book = load_workbook(io.BytesIO(office.get(f"/outlook/?{DRY}=-40&as=xlsx").content))
    assert [row[0].value for row in book["拨动了什么"].iter_rows(min_row=2)] == ["枯水期用电负荷"]
    assert office.get(f"/outlook/?{DRY}=-40&as=docx").content[:2] == b"PK"


@pytest.mark.django_db
def test_a_scenario_is_kept_compared_changed_written_and_read(county: Any, client_of: Any) -> None:
    office = client_of(county.people["office"])
    assert "存情景须写名称和理由" in words(
        office.post("/outlook/keep/", {"query": f"{DRY}=-20", "name": "枯水"}, follow=True)
    )
    office.post("/outlook/keep/", {"query": f"{DRY}=-20&drop=nobody", "name": "枯水", "reason": "三季度会前"})
    row = Scenario.objects.get()
    assert row.overlay == {"set": {DRY: -0.2}} and AuditRecord.objects.filter(action="scenario.keep").exists()
    page = words(office.get(f"/outlook/?s={row.pk}"))
    assert "枯水" in page and "三季度会前" in page and "改了 1 项" in page
    table = words(office.get(f"/outlook/compare/?a=base&b={row.pk}"))
    assert "−20" in table and "铝产业产值" in table
    book = load_workbook(io.BytesIO(office.get(f"/outlook/compare/?a=base&b={row.pk}&as=xlsx").content))
    assert book["条件"]["E2"].value == -20
    office.post(f"/outlook/scenarios/{row.pk}/change/", {"query": f"s={row.pk}&own=1&{DRY}=-30", "revision": "1"})
    assert Scenario.objects.get().overlay == {"set": {DRY: -0.3}}
    late = office.post(f"/outlook/scenarios/{row.pk}/change/", {"query": f"{DRY}=-10", "revision": "1"}, follow=True)
    assert "没有保存" in words(late) and Scenario.objects.get().overlay == {"set": {DRY: -0.3}}
    text = office.get(f"/outlook/scenarios/{row.pk}/yaml/").content.decode()
    assert "lvlian-scenario/1" in text and "power.dry: -0.3" in text
    again = SimpleUploadedFile("枯水.yaml", text.replace("name: 枯水", "name: 枯水二").encode())
    office.post("/outlook/load/", {"file": again})
    assert Scenario.objects.get(name="枯水二").overlay == {"set": {DRY: -0.3}}
    for content in (b"format: lvlian-scenario/1\nname: x\nset: {no.such: 1}\n", b"\xff\xfe", b"&a [*a]"):
        refused = office.post("/outlook/load/", {"file": SimpleUploadedFile("x.yaml", content)}, follow=True)
        assert "文件没有载入" in words(refused)
    assert client_of(county.people["chief"]).post(f"/outlook/scenarios/{row.pk}/drop/").status_code == 403
    office.post(f"/outlook/scenarios/{row.pk}/drop/")
    assert [one.name for one in Scenario.objects.all()] == ["枯水二"]
    # what a later plan does not have any more is said, and the baseline shown
    Scenario.objects.update(overlay={"set": {"no.such": 1.0}})
    assert "用不上" in words(office.get(f"/outlook/?s={Scenario.objects.get().pk}"))


@pytest.mark.django_db
def test_a_premise_is_fixed_with_its_ground_and_freed(county: Any, client_of: Any) -> None:
    office = client_of(county.people["office"])
    page = words(office.get(f"/outlook/premises/?fix={DRY}"))
    assert "还不知道什么" in page and "为本地区定下" in page
    told = office.post("/outlook/premises/fix/", {"key": DRY, "value": "-15", "reason": ""}, follow=True)
    assert "须写依据" in words(told) and not PremiseChoice.objects.exists()
    office.post("/outlook/premises/fix/", {"key": DRY, "value": "-15", "reason": "供电局来函"})
    row = PremiseChoice.objects.get()
    assert row.value == pytest.approx(-0.15)
    page = words(office.get("/outlook/premises/?state=fixed"))
    assert "−15" in page and "供电局来函" in page
    ground = ground_of(Access.of(county.people["office"], region_id=county.region.pk), county.region, today())
    assert ground is not None and ground.case.figure(DRY, 0.0) == pytest.approx(-0.15)
    analyst = client_of(county.people["analyst"])
    assert analyst.post(f"/outlook/premises/{row.pk}/free/").status_code == 403
    assert "不看企业数" in words(analyst.get("/outlook/premises/"))
    office.post(f"/outlook/premises/{row.pk}/free/")
    assert not PremiseChoice.objects.exists()
    assert office.post("/outlook/premises/fix/", {"key": "no.such", "value": "1", "reason": "x"}).status_code == 404
    assert load_workbook(io.BytesIO(office.get("/outlook/premises/?as=xlsx").content))["假设"].max_row > 10
