"""The API: scope, masking, paging, writes with their revision, keys, and errors as one sentence."""

from __future__ import annotations

import pytest
from django.utils import timezone

from lvlian.site.api.records import SHAPES
from lvlian.site.org.access import Access
from lvlian.site.org.actions import make_token
from lvlian.site.org.chain import verify
from lvlian.site.org.models import AuditRecord, Comment
from lvlian.site.org.reach import FieldClass
from lvlian.site.plans.models import Fact, Finding, Goal, Project


@pytest.fixture
def get(client_of):
    def ask(user, path, **query):
        answer = client_of(user).get(f"/api/v1/{path}", query)
        return answer.status_code, answer.json()

    return ask


@pytest.fixture
def send(client_of):
    def ask(user, method, path, body):
        call = getattr(client_of(user), method)
        answer = call(f"/api/v1/{path}", body, content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None

    return ask


def test_list_is_the_callers(world, get):
    status, page = get(world.a.people["office"], "projects")
    assert status == 200 and page["count"] == 2 and page["next"] is None
    assert [row["name"] for row in page["items"]] == ["项目甲F1P", "项目甲F2P"]
    row = page["items"][0]
    assert row["investment"] == "113457.89" and row["masked"] == [] and row["units"][0]["name"] == "甲县甲一局"
    assert get(world.people["office"], "projects")[1]["count"] == 4
    assert get(world.people["office"], "projects", region=world.b.region.pk)[1]["count"] == 2


def test_fields_are_masked_by_class(world, get):
    row = get(world.a.people["unit"], "projects")[1]["items"][0]
    assert row["investment"] is None and row["masked"] == ["investment"] and row["note"] == "甲密备注1"
    row = get(world.a.people["firm"], "projects")[1]["items"][0]
    assert row["investment"] == "113457.89" and row["masked"] == ["note"]
    firm = get(world.a.people["chief"], "firms")[1]["items"][0]
    assert firm["phone"] is None and firm["credit_code"] and firm["masked"] == ["contact", "phone"]


def test_filters_and_sorts_tell_nothing_masked():
    """A filter or an order by a field of a narrower class would tell what is masked."""
    for shape in SHAPES:
        reach = shape.model.reach
        for lookup in (*(lookup for _, lookup in shape.filters.values()), *shape.sorts, *shape.named):
            assert reach.class_of(lookup.split("__")[0]) in (reach.rows, FieldClass.OPEN), f"{shape.key}: {lookup}"


def test_what_is_out_of_scope_is_not_there(world, get):
    for county, other in ((world.a, world.b), (world.b, world.a)):
        for key, row in {
            "projects": other.projects[0],
            "goals": other.goals[0],
            "facts": other.facts[0],
            "plans": other.plan,
        }.items():
            status, body = get(county.people["office"], f"{key}/{row.pk}")
            assert status == 404 and "范围" in body["error"]
    assert get(world.a.people["unit"], f"projects/{world.a.projects[1].pk}")[0] == 404
    assert get(world.a.people["office"], "projects", region=world.b.region.pk)[0] == 422


def test_filters_paging_and_sorting(world, get):
    user = world.people["office"]
    first = get(user, "projects", limit=3, sort="-name")[1]
    second = get(user, "projects", limit=3, sort="-name", offset=first["next"])[1]
    names = [row["name"] for page in (first, second) for row in page["items"]]
    assert names == sorted(names, reverse=True) and len(names) == 4 and second["next"] is None
    assert get(user, "goals", year=2025)[1]["count"] == 2
    assert get(user, "milestones", project=world.a.projects[0].pk)[1]["count"] == 1
    assert get(user, "facts", state="pending", kind="duties", plan=world.a.plan.pk)[1]["count"] == 1
    assert get(user, "projects", q="乙F2")[1]["items"][0]["name"] == "项目乙F2P"
    status, body = get(user, "projects", limit=500)
    assert status == 422 and body["field"] == "limit" and "200" in body["error"]
    assert get(user, "projects", sort="investment")[0] == 422
    assert get(user, f"projects/{2**80}")[0] == 422


def test_roles_that_may_not(world, get, client_of):
    assert get(world.a.people["firm"], "facts")[0] == 403
    assert get(world.people["system_admin"], "projects")[0] == 403
    assert AuditRecord.objects.filter(action="access.denied").count() == 2
    from django.test import Client

    answer = Client().get("/api/v1/projects")
    assert answer.status_code == 401 and answer.json()["error"]


def test_version_text_only_in_its_record(world, get):
    user = world.a.people["office"]
    assert "text" not in get(user, "versions")[1]["items"][0]
    assert get(user, f"versions/{world.a.version.pk}")[1]["text"].startswith("一、目标")


def test_facts_are_decided_with_their_revision(world, send):
    user = world.a.people["office"]
    fact = next(f for f in world.a.facts if f.state == "pending")
    status, body = send(user, "post", f"facts/{fact.pk}/accept", {"revision": fact.revision})
    assert status == 200 and body["state"] == "accepted" and body["revision"] == fact.revision + 1
    status, body = send(user, "post", f"facts/{fact.pk}/reject", {"revision": fact.revision, "reason": "不是责任"})
    assert status == 409 and body["revision"] == fact.revision + 1
    assert body["changes"][0]["after"]["state"] == "accepted" and body["changes"][0]["who"].startswith("甲office")
    assert send(user, "post", f"facts/{fact.pk}/reject", {"revision": fact.revision + 1})[0] == 422
    assert send(user, "post", f"facts/{fact.pk}/undo", {"revision": fact.revision + 1})[1]["state"] == "pending"
    assert send(world.a.people["chief"], "post", f"facts/{fact.pk}/accept", {"revision": 1})[0] == 403
    assert send(world.b.people["office"], "post", f"facts/{fact.pk}/accept", {"revision": 1})[0] == 404
    assert verify().faults == ()


def test_fact_is_corrected_and_added(world, send):
    user = world.a.people["office"]
    fact = world.a.facts[0]
    status, body = send(
        user, "post", f"facts/{fact.pk}/correct", {"revision": fact.revision, "values": {"value": 41.0}}
    )
    assert status == 200, body
    assert body["corrected"] == {"value": 41.0} and Goal.objects.get(fact=fact).value == 41.0
    status, body = send(
        user, "post", f"facts/{fact.pk}/correct", {"revision": body["revision"], "values": {"nothing": 1}}
    )
    assert status == 422 and body["error"]
    new = {
        "kind": "incentives", "values": {"who": "甲县企业", "benefit": "另有奖励", "amount": 3, "unit": "万元"},
        "quote": "对甲县企业奖励", "start": 5,
    }  # fmt: skip
    status, body = send(user, "post", f"versions/{world.a.version.pk}/facts", new)
    assert status == 201, body
    assert body["state"] == "added" and Fact.objects.get(pk=body["id"]).quote == "对甲县企业奖励"
    assert send(user, "post", f"facts/{body['id']}/undo", {"revision": body["revision"]})[0] == 204


def test_finding_is_settled(world, send):
    finding = world.a.findings[0]
    body = {"revision": finding.revision, "state": "known", "reason": "四舍五入"}
    assert send(world.a.people["lead"], "post", f"findings/{finding.pk}/settle", body)[1]["state"] == "known"
    assert Finding.objects.get(pk=finding.pk).decided_by == world.a.people["lead"]
    assert send(world.a.people["lead"], "post", f"findings/{finding.pk}/settle", body)[0] == 409


def test_records_are_changed(world, send):
    user, project = world.a.people["office"], world.a.projects[0]
    status, body = send(user, "patch", f"projects/{project.pk}", {"revision": 1, "product": "铝箔"})
    assert status == 200, body
    assert body["product"] == "铝箔" and Project.objects.get(pk=project.pk).product == "铝箔"
    status, body = send(user, "patch", f"projects/{project.pk}", {"revision": 1, "product": "铝棒"})
    assert status == 409 and body["changes"][0]["after"] == {"product": "铝箔"}
    assert send(user, "patch", f"projects/{project.pk}", {"revision": 2, "nothing": "铝棒"})[0] == 422
    assert send(user, "patch", f"projects/{world.b.projects[0].pk}", {"revision": 1, "product": "铝棒"})[0] == 404
    unit = world.a.people["unit"]
    assert send(unit, "patch", f"projects/{project.pk}", {"revision": 2, "investment": "1"})[0] == 403
    assert send(unit, "patch", f"projects/{world.a.projects[1].pk}", {"revision": 1, "product": "铝棒"})[0] == 404
    foreign = {"revision": 2, "units": [world.b.units[0].pk]}
    assert send(user, "patch", f"projects/{project.pk}", foreign)[0] == 422
    assert (
        send(user, "patch", f"projects/{project.pk}", {"revision": 2, "units": [u.pk for u in world.a.units]})[0] == 200
    )


def test_a_conflict_tells_no_masked_field(world, send):
    project = world.a.projects[0]
    assert (
        send(world.a.people["office"], "patch", f"projects/{project.pk}", {"revision": 1, "investment": "7654321"})[0]
        == 200
    )
    status, body = send(world.a.people["unit"], "patch", f"projects/{project.pk}", {"revision": 1, "product": "铝箔"})
    assert status == 409 and "7654321" not in str(body) and "investment" not in str(body)


def test_remarks(world, send, get):
    office, duty = world.a.people["office"], world.a.duties[1]
    body = {"model": "duty", "object_id": duty.pk, "text": "请九月底前报"}
    assert send(office, "post", "comments", body)[0] == 201
    assert get(office, f"comments/duty/{duty.pk}")[1][0]["text"] == "请九月底前报"
    assert get(world.a.people["firm"], f"comments/duty/{duty.pk}")[0] == 404
    assert get(world.a.people["unit"], f"comments/duty/{duty.pk}")[0] == 404
    assert send(world.b.people["office"], "post", "comments", body)[0] == 404
    assert Comment.objects.count() == 1


def test_search_me_audit(world, get, settings):
    from lvlian.site.search.index import rebuild

    rebuild()
    found = get(world.a.people["office"], "search", q="xm")[1]
    assert [hit["title"] for hit in found["groups"][0]["hits"]] == ["项目甲F1P", "项目甲F2P"]
    me = get(world.a.people["unit"], "me")[1]
    assert me["grants"][0]["unit"]["name"] == "甲县甲一局" and "record.edit" in me["permissions"]
    assert get(world.a.people["office"], "audit")[0] == 403
    get(world.a.people["firm"], "facts")
    status, page = get(world.people["audit_admin"], "audit")
    assert status == 200 and isinstance(page["items"], list)
    assert get(world.a.people["office"], "jobs")[1] == {"count": 0, "items": [], "next": None}


def test_keys(world, client):
    user = world.a.people["office"]
    access = Access.of(user)
    _, raw = make_token(access, label="抄表", read_only=True, ends_on=timezone.localdate())
    headers = {"Authorization": f"Bearer {raw}"}
    assert client.get("/api/v1/projects", headers=headers).json()["count"] == 2
    fact = next(f for f in world.a.facts if f.state == "pending")
    answer = client.post(
        f"/api/v1/facts/{fact.pk}/accept", {"revision": 1}, content_type="application/json", headers=headers
    )
    assert answer.status_code == 403 and Fact.objects.get(pk=fact.pk).state == "pending"
    body = {"model": "project", "object_id": world.a.projects[0].pk, "text": "x"}
    assert client.post("/api/v1/comments", body, content_type="application/json", headers=headers).status_code == 403
    assert client.get("/api/v1/projects", headers={"Authorization": "Bearer lvl_wrong"}).status_code == 401


def test_session_writes_need_the_token(world, client_of):
    client = client_of(world.a.people["office"], enforce_csrf_checks=True)
    fact = next(f for f in world.a.facts if f.state == "pending")
    answer = client.post(f"/api/v1/facts/{fact.pk}/accept", {"revision": 1}, content_type="application/json")
    assert answer.status_code == 403 and "CSRF" in answer.json()["error"]
    assert client.get("/api/v1/projects").status_code == 200


def test_first_password_is_changed_before_anything(world, client_of):
    user = world.a.people["office"]
    user.must_change = True
    user.save()
    assert client_of(user).get("/api/v1/projects").status_code == 401


def test_body_that_is_no_json(world, client_of):
    answer = client_of(world.a.people["office"]).post("/api/v1/comments", "{", content_type="application/json")
    assert answer.status_code == 400 and "JSON" in answer.json()["error"]


def test_schema_and_page(world, client_of, django_assert_max_num_queries):
    client = client_of(world.a.people["office"])
    assert client.get("/api/openapi.json").json()["info"]["title"] == "Lvlian"
    page = client.get("/api/docs")
    body = page.content.decode()
    assert page.status_code == 200 and "://" not in body and "<style" not in body and "style=" not in body
    assert client.get("/api/").headers["Location"] == "/api/docs"
    with django_assert_max_num_queries(14):
        client.get("/api/v1/projects")
    from django.test import Client

    assert Client().get("/api/openapi.json").status_code == 302
