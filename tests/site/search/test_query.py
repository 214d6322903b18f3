"""Searching: only what the user may see, best first, and nothing that is typed breaks it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvlian.site.org.chain import recording
from lvlian.site.org.models import Comment, SearchEntry
from lvlian.site.org.reach import FieldClass
from lvlian.site.plans.models import Project
from lvlian.site.search.index import follow, rebuild, reindex
from lvlian.site.search.query import search, suggest
from lvlian.site.search.subjects import SUBJECTS


@pytest.fixture
def indexed(world):
    rebuild()
    return world


def titles(groups):
    return {group.subject.key: [hit.title for hit in group.hits] for group in groups}


def test_office_finds_its_county_only(indexed):
    access = indexed.access(indexed.a.people["office"])
    assert titles(search("F1P", access))["project"] == ["项目甲F1P"]
    assert search("乙县", access) == []
    both = search("F1P", indexed.access(indexed.people["office"]))
    assert titles(both)["project"] == ["项目乙F1P", "项目甲F1P"] and both[0].count == 2


def test_firm_finds_itself(indexed):
    access = indexed.access(indexed.a.people["firm"])
    assert titles(search("铝业", access)) == {
        "project": ["项目甲F1P"],
        "goal": ["甲F1铝业有限公司 产值 2023"],
        "firm": ["甲F1铝业有限公司"],
    }
    assert search("甲F2铝业", access) == [] or all(
        "F2" not in t for ts in titles(search("甲F2铝业", access)).values() for t in ts
    )


def test_administrators_find_nothing(indexed):
    for role in ("system_admin", "security_admin", "audit_admin"):
        assert search("甲", indexed.access(indexed.people[role])) == []


def test_exact_then_beginning_then_rest(indexed):
    region = indexed.a.region
    for name in ("华宏铝板带扩建", "铝板带", "铝板带二期"):
        project = Project.objects.create(region=region, name=name)
        reindex(Project, [project.pk])
    access = indexed.access(indexed.a.people["office"])
    assert titles(search("铝板带", access))["project"][:3] == ["铝板带", "铝板带二期", "华宏铝板带扩建"]
    assert suggest("铝板带", access)[0].title == "铝板带"
    assert titles(search("lbd", access))["project"][0] == "铝板带"


def test_secret_fields_are_not_searched(indexed):
    access = indexed.access(indexed.people["office"])
    for query in ("密备注", "密联系人", "密电话", "密码", "13457"):
        assert search(query, access) == []
    for subject in SUBJECTS:
        told = {subject.model.reach.class_of(name) for name in subject.fields}
        assert told <= {subject.model.reach.rows, FieldClass.OPEN}


def test_remark_is_found_by_those_who_see_its_record(indexed):
    duty = indexed.a.duties[0]
    comment = Comment.objects.create(
        region=indexed.a.region, model="duty", object_id=duty.pk, user=indexed.a.people["office"], text="用地批复催办"
    )
    reindex(Comment, [comment.pk])
    assert titles(search("用地批复", indexed.access(indexed.a.people["office"]))) == {"comment": ["用地批复催办"]}
    assert search("用地批复", indexed.access(indexed.a.people["firm"])) == []
    assert search("用地批复", indexed.access(indexed.a.people["unit2"])) == []
    assert search("用地批复", indexed.access(indexed.b.people["office"])) == []


def test_index_follows_what_is_done(indexed):
    access = indexed.access(indexed.a.people["office"])
    project = indexed.a.projects[0]
    with recording(access, "project.edit", row=project, permission="record.edit") as act:
        act.update(project, project.revision, name="改名后的项目")
    assert titles(search("改名后", access)) == {"project": ["改名后的项目"]}
    with recording(access, "project.delete", row=project) as act:
        act.delete(project)
    assert search("改名后", access) == []
    unit = indexed.a.units[0]
    with recording(access, "unit.edit", row=unit, permission="unit.edit") as act:
        act.update(unit, unit.revision, name="工信局新名")
    assert titles(search("工信局新名", access))["duty"] == [indexed.a.duties[0].section]


def test_rebuilding_drops_what_is_gone(indexed):
    count = SearchEntry.objects.count()
    SearchEntry.objects.create(model="project", object_id=999_999, title="没有", terms="没有 mmproject")
    SearchEntry.objects.create(model="nothing", object_id=1, title="没有", terms="没有")
    assert rebuild() == count == SearchEntry.objects.count()
    follow([])


def test_a_documents_facts_are_found_with_it(indexed):
    access = indexed.access(indexed.a.people["office"])
    SearchEntry.objects.all().delete()
    version = indexed.a.version
    with recording(access, "plan.read", row=version.plan) as act:
        act.update(version, None, note="重读")
    assert titles(search("综合产值", access))["fact"]


def test_many_changes_are_indexed_after_the_action(indexed, monkeypatch, django_capture_on_commit_callbacks):
    from lvlian.site.search import index

    monkeypatch.setattr(index, "AT_ONCE", 0)
    access = indexed.access(indexed.a.people["office"])
    with (
        django_capture_on_commit_callbacks(execute=True),
        recording(access, "project.edit", row=indexed.a.projects[0]) as act,
    ):
        act.update(indexed.a.projects[0], None, name="改名后的项目")
    assert titles(search("改名后", access))["project"] == ["改名后的项目"]


def test_a_stop_before_many_changes_are_indexed_is_made_good(indexed, monkeypatch):
    from lvlian.site.search import index

    monkeypatch.setattr(index, "AT_ONCE", 0)
    access = indexed.access(indexed.a.people["office"])
    with recording(
        access, "project.edit", row=indexed.a.projects[0]
    ) as act:  # what follows the commit never comes here
        act.update(indexed.a.projects[0], None, name="改名后的项目")
    assert search("改名后", access) == []
    assert index.catch_up() == 1
    assert titles(search("改名后", access))["project"] == ["改名后的项目"]


def test_catching_up(indexed):
    count = SearchEntry.objects.count()
    SearchEntry.objects.filter(model="project").delete()
    SearchEntry.objects.create(model="project", object_id=999_999, title="没有", terms="没有 mmproject")
    from lvlian.site.search.index import catch_up

    assert catch_up() == 4 and SearchEntry.objects.count() == count


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=40))
def test_anything_can_be_typed(indexed, query):
    search(query, indexed.access(indexed.people["office"]))


@pytest.mark.parametrize(
    "query", ['"', "'", "AND", "NOT a", "a*", "(", "^甲", "甲 OR 乙", "a:b", "{", "-", "\x00", "'; DROP", "&|!", "\\"]
)
def test_signs_of_the_index_are_words(indexed, query):
    search(query, indexed.access(indexed.people["office"]))


def test_page_and_suggestions(indexed, client_of, django_assert_max_num_queries):
    client = client_of(indexed.a.people["office"])
    with django_assert_max_num_queries(28):
        page = client.get("/search/", {"q": "F1P"})
    assert page.status_code == 200
    body = page.content.decode()
    assert "项目甲F1P" in body and "乙" not in body.split("<main")[1]
    assert client.get("/search/", {"q": "甲", "kind": "project"}).status_code == 200
    listed = client.get("/search/suggestions/", {"q": "jx"}).content.decode()
    assert "甲县" in listed and "乙" not in listed
    assert client.get("/search/suggestions/", {"q": ""}).content.strip() == b""
    assert "没有找到" in client.get("/search/", {"q": "不存在的"}).content.decode()
