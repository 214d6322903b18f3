"""The cheapest way: what an address asks, moves that become items, the job and its stop, other ways; conflicts with their card and register."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from openpyxl import load_workbook

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim, Case
from lvlian.site.frame import today
from lvlian.site.jobs import Stopped
from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access
from lvlian.site.org.models import AuditRecord, Job
from lvlian.site.outlook import jobs as room_jobs
from lvlian.site.outlook import way as ways
from lvlian.site.outlook.models import MoveTaken
from lvlian.site.outlook.selectors_pathway import unit_named
from lvlian.site.outlook.selectors_scenario import room_of
from lvlian.site.outlook.wanted import Wanted, read_wanted


def case() -> Case:
    aim = Aim(id="g1", name="产值", indicator="", variant="", op=">=", value=1.0, unit="亿元", year=2024)
    return Case(region="某县", today=today(), first=Quarter(2024, 1), aims=(aim,))


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def test_an_address_holds_what_differs_from_the_usual_question() -> None:
    assert read_wanted(QueryDict(""), case()) == Wanted() and Wanted().without == ("later",)
    form = "asked=1&aims=lexicographic&want=jobs&budget=5000&may=sooner&may=later&may=lots&may=sources&may=links&may=retire&rule=joint_downstream"
    asked = read_wanted(
        QueryDict(form + "&rule.joint_downstream.share=0.7&rule.benchmark_share.share=0.9&rank.g1=2&rank.g9=1&skip=g9"),
        case(),
    )
    assert asked.without == ("retrofit",) and asked.rules == {"replacement": False, "joint_downstream": True}
    assert asked.figures == {("joint_downstream", "share"): 0.7} and asked.ranks == {"g1": 2} and asked.skip == ()
    assert read_wanted(QueryDict(asked.query().urlencode()), case()) == asked
    assert asked.options() == {
        "without": ["retrofit"], "priority": {"g1": 2}, "rules.joint_downstream": {"share": 0.7}, "rules.replacement": False,
    }  # fmt: skip
    odd = read_wanted(QueryDict("aims=no&want=no&budget=-3&rank.g1=x&off=no&without=no"), case())
    assert (odd.aims, odd.want, odd.budget, odd.rules, odd.without) == ("soft", "cost", None, {}, ("later",)) and len(
        odd.strange
    ) == 2


@pytest.mark.django_db
def test_moves_are_told_and_one_becomes_an_item(county: Any, client_of: Any) -> None:
    office = client_of(county.people["office"])
    answer = office.get("/outlook/pathway/")
    page = words(answer)
    assert "可做的动作" in page and "目标：不动 → 都做" in page and "分年的钱" in page and "用了哪些假设" in page
    way = answer.context["way"]
    assert way.found and len(answer.context["moves"]) == len(way.data["moves"]) > 0
    redirected = office.get("/outlook/pathway/?asked=1&aims=soft&want=value&may=sooner&may=later&rule=replacement")
    asked = parse_qs(urlsplit(redirected["Location"]).query)
    assert (
        asked["want"] == ["value"]
        and asked["with"] == ["later"]
        and set(asked["without"]) == {"lots", "sources", "retrofit", "links", "retire"}
    )
    move = way.data["moves"][0]
    assert client_of(county.people["chief"]).post("/outlook/pathway/take/", {"key": move["key"]}).status_code == 403
    assert "不在现在的解里" in words(office.post("/outlook/pathway/take/", {"key": "no", "query": ""}, follow=True))
    told = office.post("/outlook/pathway/take/", {"key": move["key"], "query": ""}, follow=True)
    row = MoveTaken.objects.get()
    assert (
        row.key == move["key"]
        and row.item.title.startswith(move["zh"][:20])
        and AuditRecord.objects.filter(action="move.take").exists()
    )
    assert f'href="/items/{row.item_id}/"' in told.content.decode() and "已转" in words(told)
    assert "已经转了台账" in words(
        office.post("/outlook/pathway/take/", {"key": move["key"], "query": ""}, follow=True)
    )
    book = load_workbook(io.BytesIO(office.get("/outlook/pathway/?as=xlsx").content))
    assert book["可做的动作"].max_row == len(way.data["moves"]) + 2 and book["目标前后"].max_row > 1
    assert office.get("/outlook/pathway/?as=docx").content[:2] == b"PK"
    assert re.search(
        "近优方案.*(另一组 1|没有替代)", words(office.get("/outlook/pathway/others/", HTTP_HX_REQUEST="true"))
    )
    front = words(office.get("/outlook/pathway/front/?first=cost&second=value", HTTP_HX_REQUEST="true"))
    assert "取舍" in front and ("动作花费" in front)
    hard = words(office.get("/outlook/pathway/?aims=hard"))
    assert "做不到" in hard or "可做的动作" in hard


@pytest.mark.django_db
def test_a_large_region_is_asked_in_a_job_that_keeps_the_best_when_stopped(
    county: Any, client_of: Any, monkeypatch: Any
) -> None:
    office = client_of(county.people["office"])
    monkeypatch.setattr(ways, "AT_ONCE", 0)
    assert "放在后台" in words(office.get("/outlook/pathway/"))
    sent = office.post("/outlook/pathway/run/", {"query": "want=value"})
    job = Job.objects.get(kind="pathway")
    assert job.state == Job.State.DONE and job.result["way"]["data"]["status"] in ("optimal", "best")
    address = sent["Location"]
    assert "可做的动作" in words(office.get(address)) and office.get(f"{address}&as=xlsx").status_code == 200
    assert office.get(f"/outlook/pathway/jobs/{job.pk}/", HTTP_HX_REQUEST="true")["HX-Redirect"].startswith(
        "/outlook/pathway/?"
    )
    assert client_of(county.people["chief"]).get(address).status_code == 404
    assert office.get("/outlook/pathway/?job=nonsense").status_code == 404
    # somebody presses stop: the search is told, and what it has is kept
    access = Access.of(county.people["office"], region_id=county.region.pk)
    room = room_of(access, county.region, QueryDict(""))
    assert room is not None
    kept = ways.search(room, Wanted(), seconds=5)
    calls = []

    def search(*_args: Any, stop: Any, **_named: Any) -> ways.Way:
        calls.append(stop())
        return kept

    def progress(_step: str, _done: int, _total: int) -> None:
        if calls or progress.begun:  # type: ignore[attr-defined]
            raise Stopped
        progress.begun = True  # type: ignore[attr-defined]

    progress.begun = False  # type: ignore[attr-defined]
    monkeypatch.setattr(room_jobs, "search", search)
    found = room_jobs.find(access, {"query": ""}, progress)
    assert calls == [True] and found["stopped"] and found["way"]["data"]["moves"] == kept.data["moves"]


@pytest.mark.django_db
def test_conflicts_stand_with_their_sums_and_can_be_given_to_somebody(county: Any, client_of: Any) -> None:
    office = client_of(county.people["office"])
    answer = office.get("/outlook/conflicts/")
    rows = answer.context["rows"]
    page = words(answer)
    if not rows:
        assert "没有冲突" in page and "个目标之间" in page
        return
    first = rows[0]
    assert first.title in page and "只改一处" in page and first.statements[0].mark == "甲"
    assert any(line.last for line in first.lines)
    office.post("/outlook/conflicts/take/", {"key": first.extra["key"], "way": "task", "query": ""})
    item = Item.objects.get(moves__key=first.extra["key"])
    assert (
        item.track == "supervision"
        and f'href="/items/{item.pk}/"' in office.get("/outlook/conflicts/").content.decode()
    )
    book = load_workbook(io.BytesIO(office.get("/outlook/conflicts/?as=xlsx").content))
    assert book["不能都成立的话"].max_row > 3
    assert office.get("/outlook/conflicts/?as=docx").content[:2] == b"PK"
    assert office.get(f"/outlook/conflicts/?kind={first.conflict.system}").context["rows"]
    assert client_of(county.people["unit"]).get("/outlook/conflicts/").status_code == 403


def test_a_move_s_words_mean_one_unit() -> None:
    class Named:
        def __init__(self, name: str, short: str = "") -> None:
            self.name, self.short = name, short

    units: Any = [
        Named("砚山县自然资源局", "县自然资源局"),
        Named("砚山县发展和改革局"),
        Named("文山州供电局"),
        Named("砚山县供电局"),
    ]
    assert unit_named(units, "自然资源局") is units[0] and unit_named(units, "县自然资源局") is units[0]
    assert unit_named(units, "供电局") is None and unit_named(units, "") is None
