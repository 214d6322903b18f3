"""培育: firms on their ladders, what they still lack, who helps; and every other register from its first stage to its last."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from lvlian.ledger.item import Refused
from lvlian.ledger.load import load_tracks
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.book import state_of
from lvlian.site.ledger.ladders import links, thresholds
from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access
from lvlian.site.plans.models import Goal, Milestone, Project

pytestmark = pytest.mark.django_db
TODAY = date(2023, 10, 12)
QUERIES = 45
TRACKS = load_tracks()


@pytest.fixture
def office(world: Any) -> Access:
    return world.access(world.a.people["office"], world.a.region)  # type: ignore[no-any-return]


def firm_on(access: Access, world: Any, track: str = "scale-up", which: int = 0, **about: Any) -> Item:
    values = {"firm": world.a.firms[which], "units": [world.a.units[0]], "day": date(2023, 9, 1), **about}
    values.setdefault("stage", TRACKS[track].stages[0].key)
    title = values.pop("title", f"{world.a.firms[which].name} {TRACKS[track].name.zh}")
    return items.open_item(access, world.a.region, track, title, **values)


def text(answer: Any) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", answer.content.decode()))


def cells(answer: Any) -> dict[str, dict[str, Any]]:
    return {row["firm"].name: {cell["key"]: cell for cell in row["cells"]} for row in answer.context["rows"]}


# The matrix --------------------------------------------------------------------------------------------------------------
def test_each_firm_stands_on_each_ladder_once(office: Access, world: Any, client_of: Any) -> None:
    firm_on(office, world, stage="near", data={"revenue": 1620})
    firm_on(office, world, "smart", which=1, stage="machines")
    firm_on(office, world, "smart", which=1, title="又一个车间")
    answer = client_of(world.a.people["office"]).get(reverse("cultivation"))
    found = cells(answer)
    one = found["甲F1铝业有限公司"]["scale-up"]
    assert (one["stage"], one["distance"]["words"], one["distance"]["mark"]) == ("临规", "营业收入还差 380 万元", "假")
    assert found["甲F2铝业有限公司"]["smart"]["more"] == 1
    assert "item" not in found["甲F1铝业有限公司"]["smart"]


def test_what_is_not_on_file_is_missing_with_who_brings_it(office: Access, world: Any, client_of: Any) -> None:
    firm_on(office, world, "specialised")
    page = client_of(world.a.people["office"]).get(reverse("cultivation"))
    assert cells(page)["甲F1铝业有限公司"]["specialised"]["distance"]["words"] == "缺数：营业收入，企业报送，统计局核定"


def test_a_fact_of_one_register_serves_another(office: Access, world: Any, client_of: Any) -> None:
    firm_on(office, world, data={"revenue": 640})
    firm_on(office, world, "specialised")
    page = client_of(world.a.people["office"]).get(reverse("cultivation"))
    assert cells(page)["甲F1铝业有限公司"]["specialised"]["distance"]["words"] == "营业收入还差 360 万元"


def test_figures_of_a_firm_are_not_told_to_those_who_may_not_read_them(
    office: Access, world: Any, client_of: Any
) -> None:
    firm_on(office, world, data={"revenue": 1620, "obstacle": "甲密缺抵押"})
    for person in ("analyst", "supervisor", "unit"):
        page = client_of(world.a.people[person]).get(reverse("cultivation"))
        told = cells(page)["甲F1铝业有限公司"]["scale-up"]["distance"]["words"]
        assert "380" not in text(page) and told.startswith("缺数")
    own = client_of(world.a.people["firm"]).get(reverse("cultivation"))
    assert set(cells(own)) == {"甲F1铝业有限公司"}
    assert "甲F2" not in text(own) and "目标对照" not in text(own)


def test_goals_count_the_firms_that_reached_the_stage(office: Access, world: Any, client_of: Any) -> None:
    Goal.objects.create(region=world.a.region, plan=world.a.plan, indicator="铝产业规模以上工业企业", value=5, unit="户", op=">=", mode="increase", when="2023", when_op="in", year=2023)  # fmt: skip
    firm_on(office, world, stage="counted")
    page = client_of(world.a.people["office"]).get(reverse("cultivation"))
    (line,) = page.context["aims"]
    assert (line.reached, line.light) == (1, "bad") and float(line.gap) < 0
    assert ("小升规", "升规纳统") in line.counted


def test_a_total_without_its_beginning_is_not_counted(office: Access, world: Any, client_of: Any) -> None:
    about: dict[str, Any] = {"region": world.a.region, "plan": world.a.plan, "indicator": "规上工业企业", "unit": "户"}
    Goal.objects.create(**about, value=65, mode="level", when="2025", when_op="in", year=2025)
    client = client_of(world.a.people["office"])
    (line,) = client.get(reverse("cultivation")).context["aims"]
    assert line.reached is None and "没有登记期初数" in line.why
    Goal.objects.create(**about, value=60, mode="baseline", when="2022", when_op="in", year=2022)
    firm_on(office, world, stage="counted")
    (line,) = client.get(reverse("cultivation")).context["aims"]
    assert line.reached == 60, "the year has not begun: what there was at the start"


def test_a_step_of_the_firms_project_answers_the_register_and_is_asked_for_once(
    office: Access, world: Any, client_of: Any
) -> None:
    from lvlian.site.plans.actions import milestones

    assert links()["scale-up"] == ("project", "counted")
    project = Project.objects.filter(firm=world.a.firms[0]).first()
    step = Milestone.objects.create(project=project, event="升规纳统", due=date(2023, 12, 31))
    milestones.move(office, step, step.revision, date(2024, 2, 1), "试运行")
    assert not Item.objects.filter(track="scale-up").exists(), "the step is linked, nothing is opened beside it"
    assert Item.objects.get(project=project).steps.filter(stage="counted").exists()
    firm_on(office, world, "green")
    page = client_of(world.a.people["office"]).get(reverse("cultivation"))
    cell = cells(page)["甲F1铝业有限公司"]["scale-up"]
    assert cell["step_title"] == "升规纳统" and "item" not in cell
    shown = client_of(world.a.people["office"]).get(reverse("firm-detail", args=[world.a.firms[0].pk]))
    assert "小升规由项目节点“升规纳统”回答，不另填" in text(shown)


def test_queries_do_not_grow_with_the_firms(
    office: Access, world: Any, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    from lvlian.site.org.models import Firm

    for n in range(25):
        one = Firm.objects.create(region=world.a.region, name=f"企业{n}")
        firm_on(office, world, ("scale-up", "green")[n % 2], firm=one, title=f"第{n}户")
    client = client_of(world.a.people["office"])
    client.get(reverse("cultivation"))
    with django_assert_max_num_queries(QUERIES):
        answer = client.get(reverse("cultivation"))
    assert len(answer.context["rows"]) == 25


@pytest.mark.parametrize(
    "query", ["?track=nope&light=red&page=9", "?q=%00%22%3Cscript%3E", "?track=smart&light=bad&q=甲"]
)
def test_a_strange_address_is_answered(world: Any, client_of: Any, query: str) -> None:
    answer = client_of(world.a.people["office"]).get(reverse("cultivation") + query)
    assert answer.status_code == 200 and b"<script>" not in answer.content


def test_the_page_narrows_to_a_ladder_and_a_light(office: Access, world: Any, client_of: Any) -> None:
    late = firm_on(office, world)
    items.promise(office, late, late.revision, "counted", date(2023, 1, 31))
    firm_on(office, world, "green", which=1)
    client = client_of(world.a.people["office"])
    assert set(cells(client.get(reverse("cultivation") + "?track=green"))) == {"甲F2铝业有限公司"}
    assert set(cells(client.get(reverse("cultivation") + "?light=bad"))) == {"甲F1铝业有限公司"}


# A firm's page -----------------------------------------------------------------------------------------------------------
def test_the_page_of_a_firm_says_who_helps_with_what(office: Access, world: Any, client_of: Any) -> None:
    item = firm_on(office, world, data={"revenue": 1620, "obstacle": "缺抵押物"})
    items.promise(office, item, item.revision, "", date(2023, 12, 20), "协调流动资金贷款")
    shown = text(client_of(world.a.people["office"]).get(reverse("firm-detail", args=[world.a.firms[0].pk])))
    for words in ("小升规", "营业收入还差380万元", "缺抵押物", "甲县甲一局", "协调流动资金贷款", "2023-12-20"):
        assert words in shown
    unit = text(client_of(world.a.people["unit"]).get(reverse("firm-detail", args=[world.a.firms[0].pk])))
    assert "380" not in unit and "缺数" in unit
    other = text(client_of(world.a.people["unit2"]).get(reverse("firm-detail", args=[world.a.firms[0].pk])))
    assert "协调流动资金贷款" not in other and "不在任何一条梯度" in other


def test_a_firm_is_put_on_a_ladder_from_its_page(office: Access, world: Any, client_of: Any) -> None:
    client = client_of(world.a.people["office"])
    page = client.get(reverse("firm-detail", args=[world.a.firms[0].pk]))
    url = next(one["url"] for one in page.context["openable"] if one["name"] == "小升规")
    form = client.get(url).context["form"]
    assert form["firm"].value() == world.a.firms[0].pk
    assert not client_of(world.a.people["firm"]).get(page.request["PATH_INFO"]).context["openable"]


# Thresholds --------------------------------------------------------------------------------------------------------------
def test_a_site_brings_its_own_thresholds(tmp_path: Any, monkeypatch: Any) -> None:
    from django.conf import settings

    from lvlian.ledger.threshold import FILE

    class Own:
        home = tmp_path

    (tmp_path / "thresholds.yaml").write_text(FILE.read_text("utf-8").replace('"2000"', '"5000"'), "utf-8")
    thresholds.cache_clear()
    try:
        monkeypatch.setattr(settings, "ENVIRONMENT", Own())
        assert next(one for one in thresholds() if one.track == "scale-up").at_least == 5000
    finally:
        monkeypatch.undo()
        thresholds.cache_clear()


# Every register of these rooms, from its first stage to its last ----------------------------------------------------------
ROOMS = ("investment", "cultivation", "issues", "supervision", "factors", "projects")
WALKED = [key for key, track in TRACKS.items() if track.group in ROOMS and not track.recurs]
VALUES: dict[str, Any] = {"number": 1, "date": "2023-10-01", "yes": True, "text": "文字"}


def filled(one: Any, world: Any) -> Any:
    if one.kind == "choice":
        return one.choices[0][0]
    if one.kind == "firm":
        return world.a.firms[0].pk
    return VALUES.get(one.kind, world.a.units[0].pk if one.kind == "unit" else "文字")


@pytest.mark.parametrize("key", WALKED)
def test_every_register_is_walked_from_opening_to_its_end(office: Access, world: Any, key: str) -> None:
    track = TRACKS[key]
    item = items.open_item(office, world.a.region, key, f"{track.name.zh}一项", stage=track.stages[0].key, units=[world.a.units[0]], day=date(2023, 1, 3))  # fmt: skip
    seen = {item.light}
    walked = [track.stages[0].key]
    while item.branch == "active":
        following = track.next_of(item.stage)
        stage = next((one for one in following if not one.optional), following[-1])
        beyond = [one for one in track.stages if track.order[one.key] > track.order[stage.key]]
        state = state_of(item)
        needed = [one for one in track.fields if one.needed_at == stage.key and state.data.get(one.key) in (None, "")]
        if needed:
            with pytest.raises(Refused) as caught:
                items.enter(office, item, item.revision, stage.key)
            assert caught.value.code in ("field-missing", "gate-open"), caught.value.code
            item = items.amend(office, item, item.revision, {one.key: filled(one, world) for one in needed})
        for gate in stage.gates:
            with pytest.raises(Refused) as caught:
                items.enter(office, item, item.revision, stage.key)
            assert caught.value.code == "gate-open"
            item = items.answer_gate(office, item, item.revision, gate.key, "no", "先答否")
            with pytest.raises(Refused) as caught:
                items.enter(office, item, item.revision, stage.key)
            assert caught.value.code == "gate-no"
            item = items.answer_gate(office, item, item.revision, gate.key, "yes", "核过")
        if stage.evidence_needed:
            with pytest.raises(Refused) as caught:
                items.enter(office, item, item.revision, stage.key)
            assert caught.value.code == "evidence-missing"
            if beyond:  # nor is it got past by reporting a later stage
                with pytest.raises(Refused):
                    items.enter(office, item, item.revision, beyond[-1].key)
        item = items.enter(office, item, item.revision, stage.key, evidence="文号一" if stage.evidence_needed else "")
        walked.append(stage.key)
        seen.add(item.light)
        assert item.light in ("ok", "warn", "bad", "none") and item.reasons
    assert item.branch == "closed" and item.stage == track.closes_at == walked[-1]
    assert item.light == "ok" and item.reasons[0][0] == "closed"
    with pytest.raises(Refused) as caught:
        items.enter(office, item, item.revision, track.stages[-1].key)
    assert caught.value.code in ("stage-behind", "ended")
    assert state_of(item).stage == item.stage, "the events give what is stored"


@pytest.mark.parametrize("key", WALKED)
def test_a_step_back_that_the_register_does_not_know_is_refused(office: Access, world: Any, key: str) -> None:
    track = TRACKS[key]
    second = next(one for one in track.stages[1:] if not one.optional)
    item = items.open_item(office, world.a.region, key, "一项", stage=second.key, units=[world.a.units[0]])
    first = track.stages[0].key
    if first in second.back:
        assert items.send_back(office, item, item.revision, first, "退回").stage == first
    else:
        with pytest.raises(Refused) as caught:
            items.send_back(office, item, item.revision, first, "退回")
        assert caught.value.code == "not-back"
        assert items.send_back(office, item, item.revision, first, "误报", correction=True).stage == first


@pytest.mark.parametrize("key", WALKED)
def test_the_light_of_every_register_turns_with_its_dates(office: Access, world: Any, key: str) -> None:
    from datetime import timedelta

    track = TRACKS[key]
    item = items.open_item(office, world.a.region, key, "一项", stage=track.stages[0].key, units=[world.a.units[0]])
    clocked = track.stages[0].clock is not None
    assert item.light in (("ok", "warn") if clocked else ("none",))
    ahead = items.promise(office, item, item.revision, track.closes_at, TODAY + timedelta(days=4000))
    assert ahead.light in ("ok", "warn"), ahead.reasons
    late = items.promise(office, ahead, ahead.revision, track.closes_at, TODAY - timedelta(days=track.light.bad + 1))
    assert late.light == "bad" and late.reasons[0][0] == "late"
