"""Documents come in whole or not at all; their facts become the region's records."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from lvlian.plan.region import region_files
from lvlian.site.org.chain import verify
from lvlian.site.org.models import AuditRecord, Firm, StoredFile, Unit
from lvlian.site.plans.actions.documents import attach_original, load_document, load_region_file, switch_version
from lvlian.site.plans.actions.review import accept, accept_many
from lvlian.site.plans.models import Duty, Fact, Finding, Goal, Milestone, Plan, Project, Version
from lvlian.site.plans.refusal import PlanError

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "sample" / "qingyan.txt"
REGIONS = {path.stem: path for path in region_files()}


def test_document_is_kept_with_pending_facts(loaded, world):
    assert loaded.plan.title.startswith("青岩县铝产业链提质三年行动方案")
    assert loaded.plan.current_id == loaded.pk and loaded.plan.invented
    assert (loaded.plan.first_year, loaded.plan.last_year) == (2024, 2026)
    rows = Fact.objects.filter(version=loaded)
    assert set(rows.values_list("state", flat=True)) == {"pending"}
    assert all(loaded.text[row.start :].startswith(row.quote) for row in rows)
    assert rows.filter(section="一、总体思路与目标 › （二）总体目标").exists()
    assert Finding.objects.filter(version=loaded, severity="conflict").exists()
    assert not Goal.objects.filter(plan=loaded.plan).exists()
    assert verify().faults == ()


def test_evidence_names_its_facts(loaded):
    finding = Finding.objects.filter(version=loaded, severity="conflict").first()
    ids = [item["fact"] for item in finding.evidence if "fact" in item]
    assert ids and Fact.objects.filter(pk__in=ids, version=loaded).count() == len(set(ids))


def test_whole_document_accepted_makes_the_records(loaded, office, django_assert_max_num_queries):
    ids = list(Fact.objects.filter(version=loaded).values_list("pk", flat=True))
    with django_assert_max_num_queries(110):
        accept_many(office, loaded, ids)
    plan = loaded.plan
    assert Goal.objects.filter(plan=plan).count() == 66
    assert Milestone.objects.filter(project__plan=plan).count() == 40
    assert Duty.objects.filter(plan=plan).count() == 24
    goal = Goal.objects.get(plan=plan, indicator="铝产业综合产值", year=2026, when_op="by")
    assert (goal.op, goal.value, goal.unit) == (">=", 300, "亿元")
    assert Goal.objects.filter(firm__name="青岩铝源有限公司").exists()
    project = Project.objects.get(plan=plan, name__contains="年产25万吨高精铝合金扁锭")
    assert project.firm.name == "云岫新材料公司" and project.milestones.count() == 2
    assert {str(step.due) for step in project.milestones.all()} == {"2024-09-30", "2024-12-31"}
    assert {unit.name for unit in project.units.all()} >= {"县工业商务局", "县自然资源局"}
    duty = Duty.objects.filter(plan=plan, section__endswith="（一）稳住链主产能").get()
    assert duty.lead.name == "县工业商务局" and duty.units.count() == 3
    record = AuditRecord.objects.first()
    assert record.action == "fact.accept" and record.changes >= 130
    assert verify().faults == ()


@pytest.mark.parametrize("stem", sorted(REGIONS))
def test_region_file_becomes_records(stem, office, world):
    version = load_region_file(office, world.a.region, REGIONS[stem])
    rows = Fact.objects.filter(version=version)
    assert set(rows.values_list("state", flat=True)) == {"accepted"}
    assert not version.text and version.characters
    assert Goal.objects.filter(plan=version.plan).count() == rows.filter(kind="goals").count()


def test_region_file_without_accepting(office, world):
    version = load_region_file(office, world.a.region, REGIONS["yanshan"], accept=False)
    assert set(version.facts.values_list("state", flat=True)) == {"pending"}
    assert not Project.objects.filter(plan=version.plan).exists()


def test_firms_of_one_name_are_one(office, world):
    load_region_file(office, world.a.region, REGIONS["yanshan"])
    names = set(Firm.objects.filter(region=world.a.region).values_list("name", flat=True))
    assert "云南宏泰新型材料有限公司" in names and "云南宏泰公司" not in names
    assert Project.objects.filter(owner="云南宏泰公司").first().firm.name == "云南宏泰新型材料有限公司"


def test_number_of_queries_does_not_grow(office, world, django_assert_max_num_queries):
    with django_assert_max_num_queries(120):
        load_region_file(office, world.a.region, REGIONS["yanshan"])


def test_same_document_twice_is_told(loaded, office, world):
    with pytest.raises(PlanError, match="已经载入过"):
        load_document(office, world.a.region, "again.txt", SAMPLE.read_bytes())
    assert Version.objects.filter(sha256=loaded.sha256).count() == 1


def test_new_version_carries_decisions(loaded, office, world):
    fact = Fact.objects.get(version=loaded, kind="goals", title__contains="铝产业综合产值　≥ 300")
    accept(office, fact, fact.revision)
    goal = Goal.objects.get(fact=fact)
    text = SAMPLE.read_text(encoding="utf-8").replace("铝材精深加工率达到45%以上", "铝材精深加工率达到50%以上")
    version = load_document(office, world.a.region, "第二版.txt", text.encode(), plan=loaded.plan)
    assert version.number == 2 and Plan.objects.get(pk=loaded.plan_id).current_id == version.pk
    again = Fact.objects.get(version=version, kind="goals", title__contains="铝产业综合产值　≥ 300")
    assert again.state == "accepted" and again.decided_by == fact.decided_by
    goal.refresh_from_db()
    assert goal.fact_id == again.pk and Goal.objects.filter(plan=loaded.plan).count() == 1
    plan = Plan.objects.get(pk=loaded.plan_id)
    switch_version(office, plan, plan.revision, loaded)
    goal.refresh_from_db()
    assert goal.fact_id == fact.pk


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        bomb.writestr("word/document.xml", b"<a>" + b" " * 70_000_000 + b"</a>")
    return out.getvalue()


HOSTILE = {
    "empty.docx": b"",
    "bomb.docx": _zip_bomb,
    "image.txt": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "=cmd|' /C calc'!A0.pdf": b"%PDF-1.4\nbroken",
    "<img src=x onerror=alert(1)>.txt": "没有任何可读事实的一段话。".encode(),
    "blank.txt": b"  \n \n",
    "archive.docx": b"PK\x03\x04" + b"\0" * 40,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_upload_writes_nothing(name, office, world):
    content = HOSTILE[name]
    before = (Plan.objects.count(), StoredFile.objects.count(), AuditRecord.objects.count())
    with pytest.raises(ValueError) as told:
        load_document(office, world.a.region, name, content() if callable(content) else content)
    assert "\n" not in str(told.value) and len(str(told.value)) < 400
    assert before == (Plan.objects.count(), StoredFile.objects.count(), AuditRecord.objects.count())


def test_too_large_is_told(office, world, settings):
    with pytest.raises(PlanError, match="最多 20 MB"):
        load_document(office, world.a.region, "big.txt", b" " * 20_000_001)


def test_others_may_not_load(world):
    for role in ("chief", "unit", "firm", "supervisor", "analyst"):
        with pytest.raises(PermissionDenied):
            load_document(world.access(world.a.people[role]), world.a.region, "a.txt", SAMPLE.read_bytes())
    with pytest.raises(PermissionDenied):
        load_document(world.access(world.b.people["office"]), world.a.region, "a.txt", SAMPLE.read_bytes())


def test_original_lights_the_sentences(office, world, shared):
    version = load_region_file(office, world.a.region, REGIONS["yanshan"])
    goals = set(Goal.objects.filter(plan=version.plan).values_list("pk", flat=True))
    source = next(path for path in shared.rglob("yanshan*") if path.suffix in (".txt", ".docx", ".html"))
    attach_original(office, version, source.name, source.read_bytes())
    rows = list(version.facts.all())
    assert version.text and sum(bool(row.quote) for row in rows) > 0.9 * len(rows)
    assert all(version.text[row.start :].startswith(row.quote) for row in rows if row.quote)
    assert set(Goal.objects.filter(plan=version.plan).values_list("pk", flat=True)) == goals


def test_wrong_original_is_refused(office, world):
    version = load_region_file(office, world.a.region, REGIONS["yanshan"])
    with pytest.raises(ValueError, match="not the document"):
        attach_original(office, version, "qingyan.txt", SAMPLE.read_bytes())
    version.refresh_from_db()
    assert not version.text


def long_plan(chapters: int = 100) -> str:
    """An invented plan of very many facts."""
    parts = ["青岩县铝产业发展规划（2024—2026年）", "", "青岩县人民政府办公室", "2024年3月18日", ""]
    filler = "坚持稳中求进，完善工作机制，压实各方责任，及时研究解决问题，确保任务落到实处。" * 6
    for chapter in range(chapters):
        parts.append(f"{'一二三四五六七八九十'[chapter % 10]}、任务{chapter}")
        for line in range(50):
            at = chapter * 50 + line
            parts.append(
                f"青峰{at}公司年产{at % 90 + 1}万吨铝板带项目202{line % 3 + 4}年{line % 12 + 1}月底前投产。{filler if line % 10 == 0 else ''}"
            )
    return "\n".join(parts)


def test_thousands_of_facts_load_in_seconds(office, world, django_assert_max_num_queries):
    text = long_plan(40)
    begun = time.perf_counter()
    with django_assert_max_num_queries(120):
        version = load_document(office, world.a.region, "long.txt", text.encode())
    assert version.facts.count() >= 2000
    begun_accept = time.perf_counter()
    accept_many(office, version, version.facts.values_list("pk", flat=True))
    done = time.perf_counter()
    print(f"load {begun_accept - begun:.1f} s, accept all {done - begun_accept:.1f} s")
    assert Unit.objects.filter(region=world.a.region).count() >= 2
    assert done - begun < 90
