"""Editing one record: two people at once, four eyes, comments, history, saved views."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lvlian.site.org.chain import verify
from lvlian.site.org.models import AuditRecord, Comment, SavedView
from lvlian.site.plans.models import Project, Proposal


def form_of(client, url):
    form = client.get(url).context["form"]
    values = {}
    for name in form.fields:
        value = form[name].value()
        values[name] = "" if value is None else value
    return values


def test_two_people_edit_one_record(world, client_of):
    project = world.a.projects[0]
    first, second = client_of(world.a.people["office"]), client_of(world.a.people["lead"])
    url = reverse("project-edit", args=[project.pk])
    values = form_of(first, url)
    assert first.post(url, {**values, "revision": 1, "product": "铝箔"}).status_code == 302
    answer = second.post(url, {**form_of(second, url), "revision": 1, "product": "铝型材", "owner": "我写的"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "铝箔" in page and "铝板带" in page and "甲office岗" in page and "我写的" in page
    project.refresh_from_db()
    assert project.product == "铝箔"
    revision = answer.context["revision"]
    again = second.post(url, {**form_of(second, url), "revision": revision, "product": "铝型材", "owner": "我写的"})
    assert again.status_code == 302
    project.refresh_from_db()
    assert (project.product, project.owner, project.revision) == ("铝型材", "我写的", 3)
    history = first.get(reverse("project-history", args=[project.pk])).content.decode()
    assert "铝箔" in history and "铝型材" in history
    assert verify().faults == ()


def test_fields_that_are_not_read_are_not_edited(world, client_of):
    project = world.a.projects[0]
    client = client_of(world.a.people["unit"])
    url = reverse("project-edit", args=[project.pk])
    answer = client.get(url)
    assert "investment" not in answer.context["form"].fields
    values = form_of(client, url)
    client.post(url, {**values, "revision": 1, "investment": "1", "product": "铝箔"})
    before = project.investment
    project.refresh_from_db()
    assert str(project.investment) == str(before) and project.product == "铝箔"
    assert client.get(reverse("project-edit", args=[world.a.projects[1].pk])).status_code == 404
    assert client_of(world.a.people["analyst"]).get(url).status_code == 403


def test_units_are_set_and_noted(world, client_of):
    project = world.a.projects[0]
    client = client_of(world.a.people["office"])
    url = reverse("project-edit", args=[project.pk])
    values = form_of(client, url)
    other = world.b.units[0].pk
    assert client.post(url, {**values, "revision": 1, "units": [other]}).status_code == 422
    both = [unit.pk for unit in world.a.units]
    assert client.post(url, {**values, "revision": 1, "units": both}).status_code == 302
    assert set(project.units.values_list("pk", flat=True)) == set(both)
    assert "甲县甲二局" in client.get(reverse("project-history", args=[project.pk])).content.decode()


def test_goal_figures_take_two_people(world, client_of):
    goal = world.a.goals[0]
    client = client_of(world.a.people["office"])
    url = reverse("goal-edit", args=[goal.pk])
    values = form_of(client, url)
    assert client.post(url, {**values, "revision": 1, "value": "41"}).status_code == 422
    assert client.post(url, {**values, "revision": 1, "value": "41", "why": "按年报"}).status_code == 302
    goal.refresh_from_db()
    assert goal.value == 40 and Proposal.objects.get().after == {"value": 41.0}


def test_milestone_needs_its_reason(world, client_of):
    milestone = world.a.milestones[0]
    client = client_of(world.a.people["office"])
    url = reverse("milestone-edit", args=[milestone.pk])
    values = {**form_of(client, url), "revision": 1}
    assert client.post(url, {**values, "expected": "2023-12-01", "why": ""}).status_code == 422
    assert client.post(url, {**values, "done": "2030-01-01"}).status_code == 422
    assert client.post(url, {**values, "expected": "2023-12-01", "why": "供地推迟"}).status_code == 302


def test_comments_follow_the_record(world, client_of):
    project, text = world.a.projects[0], "<b>问一下</b>甲留言"
    url = reverse("comment-add", args=["project", project.pk])
    assert client_of(world.a.people["firm"]).post(url, {"text": text}).status_code == 302
    assert client_of(world.a.people["firm2"]).post(url, {"text": text}).status_code == 404
    assert client_of(world.b.people["office"]).post(url, {"text": text}).status_code == 404
    assert client_of(world.a.people["firm"]).post(url, {"text": "  "}).status_code == 422
    assert client_of(world.a.people["firm"]).post(url, {"text": "长" * 2001}).status_code == 422
    assert Comment.objects.count() == 1
    page = client_of(world.a.people["office"]).get(reverse("project-detail", args=[project.pk])).content.decode()
    assert "&lt;b&gt;问一下&lt;/b&gt;甲留言" in page
    assert AuditRecord.objects.filter(action="comment.add").count() == 1


def test_history_hides_what_is_not_read(world, client_of):
    project = world.a.projects[0]
    office = client_of(world.a.people["office"])
    url = reverse("project-edit", args=[project.pk])
    office.post(url, {**form_of(office, url), "revision": 1, "investment": "777.5", "note": "甲密新"})
    history = reverse("project-history", args=[project.pk])
    assert "777.5" in office.get(history).content.decode()
    page = client_of(world.a.people["supervisor"]).get(history).content.decode()
    assert "777.5" not in page and "甲密新" in page and "另有 1 项" in page
    assert client_of(world.a.people["firm"]).get(history).status_code == 403


def test_saved_views(world, client_of):
    office, unit = client_of(world.a.people["office"]), client_of(world.a.people["unit"])
    save = reverse("project-view-save")
    query = "product=铝板带&sort=-capacity&page=3&nonsense=1"
    assert office.post(save, {"name": "全区铝板带", "query": query, "shared": "1"}).status_code == 302
    assert unit.post(save, {"name": "自用", "query": "", "shared": "1"}).status_code in (302, 403)
    view = SavedView.objects.get(name="全区铝板带")
    assert view.shared and "page" not in view.query and "nonsense" not in view.query
    own = SavedView.objects.filter(name="自用").first()
    assert own is not None and not own.shared
    page = unit.get(reverse("project-list")).content.decode()
    assert "全区铝板带" in page and "自用" in page
    other = client_of(world.b.people["office"]).get(reverse("project-list")).content.decode()
    assert "全区铝板带" not in other and "自用" not in other
    remove = reverse("project-view-remove", args=[view.pk])
    assert unit.post(remove).status_code == 404
    assert office.post(remove, {"back": "//evil.example/"}).headers["Location"] == reverse("project-list")


@pytest.mark.parametrize("role", ["office", "firm", "unit"])
def test_where_the_record_leads(world, client_of, role):
    page = (
        client_of(world.a.people[role]).get(reverse("project-detail", args=[world.a.projects[0].pk])).content.decode()
    )
    assert "投产" in page and (role != "firm" or "甲密理由" not in page)
    assert Project.objects.count() == 4
