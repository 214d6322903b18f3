"""The pages of plans: what they show, how many queries they cost, and that nobody else sees them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lvlian.site.plans.actions.documents import load_document, load_region_file
from lvlian.site.plans.models import Fact, Finding, Goal
from tests.site.plans.conftest import SAMPLE
from tests.site.plans.test_documents import REGIONS, long_plan

MOST = 32
"""Queries of a page: 25 of its own, and those of the frame, the session and the access around it."""


@pytest.fixture
def client(client_of, world):
    return client_of(world.a.people["office"])


def pending(version, **lookup):
    return Fact.objects.filter(version=version, state="pending", **lookup).first()


def decide(client, fact, do, **values):
    fact.refresh_from_db()
    data = {"do": do, "revision": fact.revision, **values}
    return client.post(reverse("fact-decide", args=[fact.pk]), data, headers={"HX-Request": "true"})


def test_review_page_marks_every_fact(client, loaded, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST):
        page = client.get(reverse("plan-detail", args=[loaded.plan_id])).content.decode()
    for fact in loaded.facts.all():
        assert f'id="row-{fact.pk}"' in page
        assert f'data-fact="{fact.pk}"' in page
        if fact.quote:
            assert f'id="fact-{fact.pk}"' in page
    assert page.count("fact-card") == 1 and "style=" not in page and "onclick" not in page


def test_region_plan_without_text(client, office, world):
    version = load_region_file(office, world.a.region, REGIONS["yanshan"])
    page = client.get(reverse("plan-detail", args=[version.plan_id])).content.decode()
    assert "附上原件" in page and "未附" in page and page.count("fact-row") == version.facts.count()


def test_long_plan_opens_in_parts(client, office, world, django_assert_max_num_queries):
    import time

    version = load_document(office, world.a.region, "long.txt", long_plan().encode())
    assert version.facts.count() >= 5000
    address = reverse("plan-detail", args=[version.plan_id])
    client.get(address)
    begun = time.process_time()
    with django_assert_max_num_queries(MOST):
        page = client.get(address).content.decode()
    took = time.process_time() - begun
    print(f"long plan: {version.characters} characters, {took:.2f} s, {len(page) // 1000} kB")
    assert took < 1 and 'aria-label="正文分段"' in page
    fact = version.facts.first()
    begun = time.process_time()
    assert decide(client, fact, "correct", **fields(fact, owner="青岩公司")).status_code == 200
    print(f"one correction: {time.process_time() - begun:.2f} s")
    assert "重新核对" in page
    assert client.post(reverse("plan-recheck", args=[version.plan_id])).status_code == 302
    last = version.facts.last()
    assert f'id="fact-{last.pk}"' in client.get(f"{address}?fact={last.pk}").content.decode()


def test_accepting_makes_a_goal_and_undo_takes_it_back(client, loaded):
    fact = pending(loaded, title__contains="铝产业综合产值　≥ 300")
    answer = decide(client, fact, "accept")
    assert answer.status_code == 200 and "已采纳" in answer.content.decode()
    assert "fact-decided" in answer["HX-Trigger-After-Swap"] and 'id="standing"' in answer.content.decode()
    assert Goal.objects.get(fact=fact).value == 300
    assert decide(client, fact, "undo").status_code == 200
    fact.refresh_from_db()
    assert fact.state == "pending" and not Goal.objects.filter(fact=fact).exists()


def test_undo_brings_back_what_people_wrote(client, loaded):
    fact = pending(loaded, kind="goals")
    decide(client, fact, "accept")
    Goal.objects.filter(fact=fact).update(note="会上定的")
    decide(client, fact, "reject", reason="看错了")
    assert not Goal.objects.filter(fact=fact).exists()
    decide(client, fact, "undo")
    assert Goal.objects.get(fact=fact).note == "会上定的"


def fields(fact, **changed):
    values = {name: "、".join(value) if isinstance(value, list) else value for name, value in fact.values.items()}
    return {name: "" if value is None else value for name, value in (values | changed).items()}


def test_correcting_keeps_what_was_read(client, loaded):
    fact = pending(loaded, title__contains="铝产业综合产值　≥ 300")
    answer = decide(client, fact, "correct", **fields(fact, value="310"))
    fact.refresh_from_db()
    assert answer.status_code == 200 and fact.state == "corrected"
    assert fact.corrected == {"value": 310} and fact.data["value"] == 300
    assert Goal.objects.get(fact=fact).value == 310
    card = client.get(reverse("fact-card", args=[fact.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "300" in card and "310" in card


def test_wrong_values_stay_in_the_form(client, loaded):
    fact = pending(loaded, kind="goals")
    answer = decide(client, fact, "correct", **fields(fact, value="三百", when="明年"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "应是数字" in page and "三百" in page and "2023-Q3" in page
    assert decide(client, fact, "correct", **fields(fact)).status_code == 422


def test_rejecting_asks_for_a_reason(client, loaded):
    fact = pending(loaded, kind="milestones")
    assert decide(client, fact, "reject").status_code == 422
    assert decide(client, fact, "reject", reason="只是举例").status_code == 200
    fact.refresh_from_db()
    assert (fact.state, fact.reason) == ("rejected", "只是举例")


def test_second_person_is_told_and_loses_nothing(client, client_of, world, loaded):
    fact = pending(loaded, title__contains="铝产业综合产值　≥ 300")
    seen = fact.revision
    other = client_of(world.people["office"])
    assert decide(other, fact, "reject", reason="旧数").status_code == 200
    data = {"do": "correct", "revision": seen, **fields(fact, value="321")}
    answer = client.post(reverse("fact-decide", args=[fact.pk]), data, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "州office" in page and "已驳回" in page and 'value="321"' in page
    whole = client.post(reverse("fact-decide", args=[fact.pk]), data)
    assert (
        whole.status_code == 409
        and "<!doctype html>" in whole.content.decode()
        and 'value="321"' in whole.content.decode()
    )


def test_without_scripts_forms_go_on_to_the_next(client, loaded):
    fact = pending(loaded)
    answer = client.post(reverse("fact-decide", args=[fact.pk]), {"do": "accept", "revision": fact.revision})
    assert answer.status_code == 302 and "?fact=" in answer["Location"]


def test_paragraph_is_accepted_at_once(client, loaded):
    fact = pending(loaded, title__contains="铝产业综合产值　≥ 300")
    assert decide(client, fact, "paragraph").status_code == 204
    accepted = Fact.objects.filter(version=loaded, state="accepted")
    assert accepted.count() >= 5 and len(set(accepted.values_list("section", flat=True))) == 1


def test_adding_selected_words(client, loaded):
    quote = "带动直接就业6500人"
    start = loaded.text.index(quote)
    Fact.objects.filter(version=loaded, quote__contains="6500").delete()
    address = reverse("fact-add", args=[loaded.plan_id])
    form = client.get(
        f"{address}?start={start}&end={start + len(quote)}", headers={"HX-Request": "true"}
    ).content.decode()
    assert quote in form
    data = {
        "do": "add", "kind": "goals", "start": start, "end": start + len(quote), "quote": quote, "indicator": "直接就业",
        "op": "=", "value": "6500", "unit": "人", "mode": "level", "when": "2026", "when_op": "by",
    }  # fmt: skip
    assert client.post(address, data, headers={"HX-Request": "true"}).status_code == 204
    fact = Fact.objects.get(version=loaded, state="added")
    assert (fact.quote, fact.start, fact.section) == (quote, start, "一、总体思路与目标 › （二）总体目标")
    assert Goal.objects.get(fact=fact).value == 6500
    again = client.post(address, data, headers={"HX-Request": "true"})
    assert again.status_code == 422 and "已有同样的一条" in again.content.decode()
    lost = client.post(address, data | {"quote": "天上的话", "value": "1"}, headers={"HX-Request": "true"})
    assert lost.status_code == 422 and "不在正文里" in lost.content.decode()
    decide(client, fact, "undo")
    assert not Fact.objects.filter(pk=fact.pk).exists() and not Goal.objects.filter(indicator="直接就业").exists()


def test_choosing_another_kind_keeps_what_was_typed(client, loaded):
    address = reverse("fact-add", args=[loaded.plan_id])
    typed = {"kind": "milestones", "indicator": "就业", "op": ">=", "value": "6500", "when": "2026", "when_op": "each"}

    def asked(data):
        shown = client.post(address, {"do": "kind", **data}, headers={"HX-Request": "true"}).context
        return {name: shown["form"][name].value() for name in shown["form"].fields}, dict(shown["others"])

    milestone, others = asked(typed)
    assert milestone["when"] == "2026" and others == {"indicator": "就业", "op": ">=", "value": "6500"}
    assert milestone["when_op"] is None  # a milestone has no such choice
    goal, others = asked({"kind": "goals", "when": milestone["when"], **others})
    assert (goal["indicator"], goal["op"], goal["value"], goal["when"]) == ("就业", ">=", "6500", "2026") and not others
    assert asked({"kind": "mechanisms", "op": "="})[0]["op"] is None  # a goal's form begins with it, nobody chose it


def test_finding_is_settled_with_a_reason(client, loaded):
    finding = Finding.objects.filter(version=loaded, state="open").first()
    address = reverse("finding-settle", args=[finding.pk])
    header = {"HX-Request": "true"}
    known = client.post(address, {"state": "known", "revision": finding.revision}, headers=header)
    assert known.status_code == 200 and "已记为已知" in known.content.decode()
    assert client.post(address, {"state": "asked", "revision": 2}, headers=header).status_code == 422
    asked = client.post(address, {"state": "asked", "revision": 2, "reason": "请县统计局核对"}, headers=header)
    assert "请县统计局核对" in asked.content.decode()
    assert client.post(address, {"state": "open", "revision": 1}, headers=header).status_code == 409


def test_correction_checks_the_plan_again(client, loaded):
    finding = Finding.objects.get(version=loaded, code="start-before-land")
    ids = [item["fact"] for item in finding.evidence if "fact" in item]
    for fact in Fact.objects.filter(pk__in=ids):
        decide(client, fact, "reject", reason="试")
    finding.refresh_from_db()
    assert finding.state == "gone"


def test_second_version_shows_what_depends(client, loaded, office, world):
    goal = pending(loaded, title__contains="铝材精深加工率")
    decide(client, goal, "accept")
    gone = pending(loaded, title__contains="带动直接就业") or pending(loaded, title__contains="就业")
    decide(client, gone, "accept")
    text = SAMPLE.read_text(encoding="utf-8")
    text = text.replace("精深加工率达到45%", "精深加工率达到50%").replace("，带动直接就业6500人", "")
    new = load_document(office, world.a.region, "二.txt", text.encode(), plan=loaded.plan)
    address = reverse("plan-difference", args=[loaded.plan_id])
    page = client.get(address).content.decode()
    assert ("变更" in page and ">45<" in page.replace("\n", "")) or "45" in page
    assert "撤回记录" in page and "第 1 版 → 第 2 版" in page
    assert "要逐条决定" in client.get(reverse("plan-detail", args=[loaded.plan_id])).content.decode()
    gone.refresh_from_db()
    left = reverse("fact-left", args=[gone.pk])
    client.post(left, {"do": "keep", "revision": gone.revision, "reason": ""})
    gone.refresh_from_db()
    assert not gone.kept
    client.post(left, {"do": "keep", "revision": gone.revision, "reason": "另有文件"})
    gone.refresh_from_db()
    assert gone.kept == "另有文件" and Goal.objects.filter(fact=gone).exists()
    goal.refresh_from_db()
    client.post(reverse("fact-left", args=[goal.pk]), {"do": "withdraw", "revision": goal.revision})
    assert not Goal.objects.filter(fact=goal).exists()
    plan = new.plan
    plan.refresh_from_db()
    client.post(reverse("plan-switch", args=[plan.pk]), {"version": 1, "revision": plan.revision})
    plan.refresh_from_db()
    assert plan.current_id == loaded.pk and Goal.objects.filter(fact=goal).exists()


def test_accepting_the_changed_fact_takes_the_record_over(client, loaded, office, world):
    old = pending(loaded, title__contains="铝材精深加工率")
    decide(client, old, "accept")
    record = Goal.objects.get(fact=old)
    text = SAMPLE.read_text(encoding="utf-8").replace("精深加工率达到45%", "精深加工率达到50%")
    new = load_document(office, world.a.region, "二.txt", text.encode(), plan=loaded.plan)
    changed = pending(new, title__contains="铝材精深加工率")
    decide(client, changed, "accept")
    record.refresh_from_db()
    assert (record.fact_id, record.value) == (changed.pk, 50)


def test_every_page_of_a_plan_answers(client, loaded, django_assert_max_num_queries):
    plan = loaded.plan_id
    for name, arguments, query in (
        ("plans", [], ""),
        ("plan-upload", [], ""),
        ("plan-upload", [], f"?plan={plan}"),
        ("plan-compare", [], ""),
        ("plan-compare", [], f"?plan={plan}"),
        ("plan-difference", [plan], ""),
        ("plan-readers", [plan], ""),
        ("fact-add", [plan], ""),
    ):
        with django_assert_max_num_queries(MOST):
            answer = client.get(reverse(name, args=arguments) + query)
        assert answer.status_code == 200, name


def test_exports_are_attachments(client, loaded):
    import json

    for form in ("json", "xlsx", "brief-html", "brief-docx", "brief-xlsx"):
        answer = client.get(reverse("plan-export", args=[loaded.plan_id, form]))
        assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment"), form
    facts = json.loads(client.get(reverse("plan-export", args=[loaded.plan_id, "json"])).content)
    assert len(facts["goals"]) == loaded.facts.filter(kind="goals").count()
    assert facts["goals"][0]["section"] and facts["source"]["sha256"] == loaded.sha256


def test_plans_side_by_side(client, loaded, office, world):
    other = load_region_file(office, world.a.region, REGIONS["yanshan"])
    page = client.get(reverse("plan-compare") + f"?plan={loaded.plan_id}&plan={other.plan_id}").content.decode()
    assert "几份规划都有的指标" in page and "度电产值" in page and "mark-plan" in page
    book = client.get(reverse("plan-compare") + f"?plan={loaded.plan_id}&plan={other.plan_id}&format=xlsx")
    assert book.content[:2] == b"PK"


def test_origin_leads_to_the_sentence(client, loaded, office, world):
    fact = pending(loaded, title__contains="铝产业综合产值　≥ 300")
    part = client.get(reverse("fact-origin", args=[fact.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "综合产值达到300亿元" in part and f"?fact={fact.pk}#fact-{fact.pk}" in part
    bare = load_region_file(office, world.a.region, REGIONS["yanshan"])
    part = client.get(
        reverse("fact-origin", args=[bare.facts.first().pk]), headers={"HX-Request": "true"}
    ).content.decode()
    assert "上传原件后可看原句" in part


def test_upload_starts_a_job(client, world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lvlian.site.plans.models import Plan

    file = SimpleUploadedFile("青岩.pdf", SAMPLE.read_bytes())
    answer = client.post(reverse("plan-upload"), {"file": file, "region": world.a.region.pk})
    assert answer.status_code == 302 and "/jobs/" in answer["Location"]
    assert Plan.objects.filter(title__startswith="青岩县").exists()


def test_bad_upload_is_one_sentence(client, world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lvlian.site.org.models import StoredFile

    for name, content, said in (
        ("a.docx", b"", "空文件"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "是图片"),
        ("=1+1.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "旧格式"),
    ):
        answer = client.post(
            reverse("plan-upload"), {"file": SimpleUploadedFile(name, content), "region": world.a.region.pk}
        )
        assert answer.status_code == 422 and said in answer.content.decode(), name
    assert not StoredFile.objects.exists()


def test_failed_job_keeps_no_file(client, world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lvlian.site.org.models import Job, StoredFile

    upload = SimpleUploadedFile("<b>x</b>.txt", "没有任何可读事实的一段话。".encode())
    client.post(reverse("plan-upload"), {"file": upload, "region": world.a.region.pk})
    job = Job.objects.first()
    assert job.state == "failed" and "没有读到" in job.message and not StoredFile.objects.exists()


def test_other_county_sees_nothing(client_of, world, loaded):
    client = client_of(world.b.people["office"])
    fact = loaded.facts.first()
    finding = loaded.findings.first()
    for name, pk in (("plan-detail", loaded.plan_id), ("plan-difference", loaded.plan_id), ("plan-readers", loaded.plan_id),
                     ("fact-card", fact.pk), ("fact-origin", fact.pk), ("fact-row", fact.pk)):  # fmt: skip
        assert client.get(reverse(name, args=[pk])).status_code == 404, name
    assert client.get(reverse("plan-export", args=[loaded.plan_id, "json"])).status_code == 404
    assert "青岩" not in client.get(reverse("plan-compare") + f"?plan={loaded.plan_id}").content.decode()
    assert client.post(reverse("fact-decide", args=[fact.pk]), {"do": "accept", "revision": 1}).status_code == 404
    assert client.post(reverse("finding-settle", args=[finding.pk]), {"state": "known"}).status_code == 404


def test_those_who_only_read_cannot_decide(client_of, world, loaded):
    client = client_of(world.a.people["supervisor"])
    fact = loaded.facts.first()
    page = client.get(reverse("plan-detail", args=[loaded.plan_id]) + f"?fact={fact.pk}").content.decode()
    assert "fact-card" in page and 'value="accept"' not in page
    assert client.post(reverse("fact-decide", args=[fact.pk]), {"do": "accept", "revision": 1}).status_code == 403
    assert client.get(reverse("plan-upload")).status_code == 403


def test_html_in_a_plan_is_only_text(client, office, world):
    text = SAMPLE.read_text(encoding="utf-8").replace(
        "青岩铝源有限公司60万吨", "青岩铝源有限公司<script>alert(1)</script>60万吨"
    )
    version = load_document(office, world.a.region, "<img src=x onerror=1>.txt", text.encode())
    page = client.get(reverse("plan-detail", args=[version.plan_id])).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
