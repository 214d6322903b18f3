"""The audit: its pages, its chain, and whether tampering is found."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

import lvlian.site
from lvlian.site.org import actions
from lvlian.site.org.access import Access
from lvlian.site.org.chain import canonical, digest_of, hash_of, plain, recording, root_of, verify
from lvlian.site.org.guard import lift_guard
from lvlian.site.org.models import AuditChange, AuditRecord, Job
from lvlian.site.org.roles import PERMISSIONS
from lvlian.site.org.selectors_audit import day_root
from lvlian.site.org.wording import ACTIONS, action_words, changes_in_words
from lvlian.site.plans.models import Project

# Canonical JSON and hashes -----------------------------------------------------------------------------------------------
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=12) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def encodable(value):
    try:
        canonical(value)
    except UnicodeEncodeError:
        return False
    return True


@given(json_values.filter(encodable))
def test_canonical_json_reads_back_and_is_stable(value):
    read = json.loads(canonical(value))
    assert read == value and canonical(read) == canonical(value)
    if isinstance(value, dict):
        assert canonical(dict(reversed(list(value.items())))) == canonical(value)


@given(json_values.filter(encodable), json_values.filter(encodable))
def test_canonical_json_tells_values_apart(one, other):
    assert (canonical(one) == canonical(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


@given(st.datetimes(timezones=st.just(UTC)), st.decimals(allow_nan=False, allow_infinity=False), st.dates())
def test_plain_values_are_stable(moment, amount, day):
    values = {"at": moment, "amount": amount, "day": day}
    assert plain(values) == plain(plain(values))


def record_of(**values):
    fields = {
        "seq": 1, "at": datetime(2023, 1, 1, tzinfo=UTC), "action": "goal.edit", "algorithm": "sha256", "previous": "", "digest": "",
        "subject": "", "reason": "", "request": "", "data": {}, "changes": 0, "role": "", "actor_name": "",
    }  # fmt: skip
    return AuditRecord(**fields | values)


@given(
    st.sampled_from(("seq", "action", "subject", "reason", "role", "actor_name", "previous", "digest", "request")),
    st.integers(2, 10**9),
)
def test_every_field_is_in_the_hash(name, value):
    assert hash_of(record_of(**{name: value if name == "seq" else str(value)})) != hash_of(record_of())


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_both_digests_chain(world, settings, algorithm):
    from dataclasses import replace

    if algorithm not in hashlib.algorithms_available:
        pytest.skip("this OpenSSL has no SM3")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, audit_digest=algorithm)
    make_history(world, 3)
    assert verify().faults == () and AuditRecord.objects.first().algorithm == algorithm


# The chain ---------------------------------------------------------------------------------------------------------------
def make_history(world, n=5):
    access = Access.of(world.a.people["office"])
    for value in range(n):
        with recording(access, "project.edit", row=world.a.projects[0], permission="record.edit") as act:
            act.update(world.a.projects[0], None, note=f"第{value}次")


def test_bulk_is_one_record_with_every_row(world):
    access = Access.of(world.a.people["office"])
    rows = [Project(region=world.a.region, name=f"批量{n}", product="铝棒") for n in range(2500)]
    with recording(access, "project.import", region=world.a.region, permission="record.import") as act:
        for row in Project.objects.bulk_create(rows):
            act.note(row, {}, {"name": row.name})
    record = AuditRecord.objects.get()
    assert record.rows.filter(model="project").count() == 2500 and verify().faults == ()
    assert record.changes == record.rows.count() == 2 * 2500, (
        "the items that follow the projects stand in the same record"
    )


def test_what_fails_leaves_no_record(world):
    with (
        pytest.raises(ZeroDivisionError),
        recording(Access.of(world.a.people["office"]), "project.edit", region=world.a.region) as act,
    ):
        act.update(world.a.projects[0], None, note="不该留下")
        1 / 0  # noqa: B018
    assert not AuditRecord.objects.exists() and not Project.objects.filter(note="不该留下").exists()


def test_the_database_refuses_change(world):
    make_history(world, 1)
    for act in (
        lambda: AuditRecord.objects.update(subject="x"),
        lambda: AuditChange.objects.update(label="x"),
        lambda: AuditChange.objects.all().delete(),
        lambda: AuditRecord.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


TAMPERING = {
    "a subject is rewritten": ("UPDATE org_auditrecord SET subject = '假的' WHERE seq = 3", "第 3 条被改过"),
    "a name is rewritten": ("UPDATE org_auditrecord SET actor_name = '别人' WHERE seq = 2", "第 2 条被改过"),
    "a change is rewritten": ("UPDATE org_auditchange SET label = '假的' WHERE record_id = 3", "第 3 条的变更被改过"),
    "a change is deleted": ("DELETE FROM org_auditchange WHERE record_id = 3", "第 3 条的变更被改过"),
    "a hash is replaced": ("UPDATE org_auditrecord SET hash = 'f' WHERE seq = 3", "第 4 条与上一条接不上"),
    "a record is deleted": (
        "DELETE FROM org_auditchange WHERE record_id = 3; DELETE FROM org_auditrecord WHERE seq = 3",
        "第 3 条至第 3 条缺失",
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found(world, client_of, name):
    make_history(world, 5)
    sql, told = TAMPERING[name]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in ("org_auditrecord", "org_auditchange"):
                for verb in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER {table}_{verb}")
        else:
            with connection.schema_editor() as editor:
                lift_guard(editor)
        for statement in sql.split(";"):
            cursor.execute(statement)
    assert told in verify().faults
    text = client_of(world.people["audit_admin"]).post("/audit/verify/").content.decode()
    assert "对不上" in text and told in text


def test_a_record_without_a_tail_shows_in_the_printed_root(world):
    """Cutting off the end leaves a chain that holds: only the root that was printed tells."""
    make_history(world, 3)
    printed = root_of()
    assert printed is not None
    seq, root = printed
    make_history(world, 1)
    assert AuditRecord.objects.get(pk=seq).hash == root and root_of() != printed


def test_the_change_digest_depends_on_order_and_content(world):
    make_history(world, 2)
    rows = list(AuditChange.objects.order_by("pk"))
    assert digest_of(rows, "sha256") != digest_of(rows[::-1], "sha256")


# Pages -------------------------------------------------------------------------------------------------------------------
def test_audit_page_filters_and_pages(world, client_of):
    make_history(world, 60)
    client = client_of(world.a.people["audit_admin"])
    text = client.get("/audit/").content.decode()
    assert text.count("修改项目") >= 49 and "较早的" in text
    older = re.search(r"\?before=(\d+)", text).group()
    assert "较新的" in client.get(f"/audit/{older}").content.decode()
    office = world.a.people["office"]
    for query, seen in (
        (f"person={office.pk}", True),
        ("person=甲office", True),
        ("person=甲chief", False),
        ("action=project.edit", True),
        ("action=session.login", False),
        (f"region={world.a.region.pk}", True),
        ("subject=项目甲F1", True),
        ("subject=没有", False),
        (f"model=project&object={world.a.projects[0].pk}", True),
        (f"model=project&object={world.a.projects[1].pk}", False),
        (f"since={date.today() + timedelta(2)}", False),
        (f"until={timezone.localdate()}", True),
    ):
        body = client.get(f"/audit/?{query}").content.decode().split("<tbody>")[-1]
        assert ("修改项目" in body) is seen, query
    for query in (
        "before=x",
        "after=0",
        "since=x",
        "since=0001-01-01",
        "object=x&model=project",
        "person=%00",
        "region=99999999999",
    ):
        assert client.get(f"/audit/?{query}").status_code == 200, query


def test_audit_of_a_county_only(world, client_of):
    make_history(world, 2)
    seq = AuditRecord.objects.filter(action="project.edit").first().seq
    other = client_of(world.b.people["audit_admin"])
    assert "甲" not in other.get("/audit/").content.decode()
    assert other.get(f"/audit/{seq}/").status_code == 404
    export = b"".join(other.post("/audit/export/").streaming_content).decode()
    assert "甲" not in export and "audit.export" in export
    assert client_of(world.people["audit_admin"]).get(f"/audit/{seq}/").status_code == 200


def test_record_page_shows_old_and_new_in_words(world, client_of):
    make_history(world, 2)
    record = AuditRecord.objects.filter(action="project.edit").first()
    text = client_of(world.a.people["audit_admin"]).get(f"/audit/{record.seq}/").content.decode()
    for words in ("修改项目", "第0次", "第1次", "备注", "项目甲F1P", "链长办", record.hash, record.previous):
        assert words in text, words


def test_verify_and_export_are_recorded(world, client_of):
    make_history(world, 2)
    client = client_of(world.people["audit_admin"])
    answer = client.post("/audit/verify/").content.decode()
    assert "全部对得上" in answer and AuditRecord.objects.filter(action="audit.verify").count() == 1
    lines = b"".join(client.post("/audit/export/?action=project.edit").streaming_content).splitlines()
    told = [json.loads(line) for line in lines]
    assert [row["action"] for row in told] == ["project.edit"] * 2 and told[0]["rows"][0][1] == "project"
    record = AuditRecord.objects.get(pk=told[0]["seq"])
    assert told[0]["hash"] == record.hash and canonical(told[0]) == lines[0]
    assert client.get("/audit/verify/").status_code == client.get("/audit/export/").status_code == 405
    assert AuditRecord.objects.get(action="audit.export").data == {"filter": {"action": "project.edit"}}


def test_exported_lines_can_be_verified_elsewhere(world, client_of):
    """With nothing but the file and hashlib: what the printed root is for."""
    make_history(world, 4)
    client = client_of(world.people["audit_admin"])
    previous = None
    for line in b"".join(client.post("/audit/export/").streaming_content).splitlines():
        row = json.loads(line)
        rows, algorithm, told = row.pop("rows"), row.pop("algorithm"), row.pop("hash")
        digest = hashlib.new(algorithm, b"".join(canonical(change) + b"\n" for change in rows)).hexdigest()
        assert row["digest"] == (digest if rows else "")
        assert hashlib.new(algorithm, canonical(row)).hexdigest() == told
        assert previous in (None, row["previous"])
        previous = told


def test_long_chain_is_verified_by_a_job(world, client_of, monkeypatch):
    monkeypatch.setattr("lvlian.site.org.selectors_audit.VERIFY_AT_ONCE", 1)
    make_history(world, 3)
    answer = client_of(world.people["audit_admin"]).post("/audit/verify/")
    assert answer.status_code == 302 and answer["Location"].startswith("/jobs/")
    job = Job.objects.get()
    assert job.state == Job.State.DONE and "全部对得上" in job.message


def test_root_of_a_day(world, client_of):
    make_history(world, 3)
    found = day_root(timezone.localdate())
    assert found is not None and found.records == 3 and found.root == AuditRecord.objects.get(pk=3).hash
    client = client_of(world.people["audit_admin"])
    text = client.get(f"/audit/root/?day={timezone.localdate()}").content.decode()
    assert AuditRecord.objects.first().hash in text and "sha256" in text
    assert "还没有记录" in client.get("/audit/root/?day=2001-01-01").content.decode()
    assert client.get("/audit/root/?day=x").status_code == 404


# Words -------------------------------------------------------------------------------------------------------------------
def actions_in_code():
    """Every string that stands for an action in a call of `recording`, and every string like one in a module of actions."""
    found = {}
    for path in sorted(Path(lvlian.site.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "recording"]
        where = [n.args[1] for n in nodes if len(n.args) > 1]
        if "actions" in path.stem or "actions" in path.parent.name:
            where.append(tree)
        for part in where:
            for node in ast.walk(part):
                text = getattr(node, "value", None)
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(text, str)
                    and re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", text)
                ):
                    found.setdefault(text, str(path))
    return found


def test_every_action_in_the_code_has_words():
    found = actions_in_code()
    assert "person.add" in found and "session.login" in found
    wordless = {a: where for a, where in found.items() if action_words(a) == a and a not in PERMISSIONS}
    assert wordless == {}


def test_words_of_actions_and_values(world):
    assert action_words("fact.accept") == "采纳事实" and action_words("goal.edit") == "修改目标"
    assert action_words("nobody.knows") == "nobody.knows"
    change = AuditChange(model="fact", before={"state": "pending", "x": None}, after={"state": "accepted", "x": ""})
    assert changes_in_words(change) == [("核状态", "待核", "已采纳")] or changes_in_words(change)[0][1:] == (
        "待核",
        "已采纳",
    )
    assert len(ACTIONS) == len({str(label) for label in ACTIONS.values()}), "no two actions are called the same"


def test_numbers_are_kept_exactly(world):
    with recording(Access.of(world.a.people["office"]), "project.edit", region=world.a.region) as act:
        act.note(world.a.projects[0], {"investment": Decimal("1.10")}, {"investment": Decimal("2.20")})
    noted = AuditChange.objects.get(model="project")
    assert noted.after == {"investment": "2.20"} and verify().faults == ()


def test_first_people_are_one_action(db):
    from lvlian.site.org.models import Region

    actions.first_people(Region.objects.create(code="99", name="青岩", level="county", path="99/"))
    record = AuditRecord.objects.get()
    assert (record.action, record.changes) == ("person.first", 6)
