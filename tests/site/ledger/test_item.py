"""The page of an item: what it tells, and everything that can be done from it."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lvlian.site.ledger.actions import items
from lvlian.site.ledger.models import Evidence, Item
from lvlian.site.ledger.registers import tracks
from lvlian.site.org.chain import verify
from lvlian.site.org.models import StoredFile
from lvlian.site.plans.models import Milestone, Proposal
from tests.site.ledger.desk import Desk, desk, own_track  # noqa: F401
from tests.site.world import person

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def text(answer: Any) -> str:
    return answer.content.decode()


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


# What it tells -------------------------------------------------------------------------------------------------------------
def test_it_tells_where_it_stands_and_why(desk: Desk) -> None:  # noqa: F811
    item = desk.a[0]
    page = text(desk.client("office").get(f"/items/{item.pk}/"))
    for told in ("灯怎么算", "30 天以内预警", "假设", "2023-11-30", "投产", desk.world.a.units[0].name, desk.world.a.firms[0].name, "甲县铝产业行动方案", "经过",
                 "规划承诺 投产 2023-11-30"):  # fmt: skip
        assert told in page, told
    assert f"/facts/{desk.world.a.milestones[0].fact_id}/origin/" in page or "data-origin" in page


def test_a_moved_date_changes_light_reason_and_history(desk: Desk) -> None:  # noqa: F811
    """The promise is the plan's: it is the milestone that is changed, once, and the item follows."""
    item, unit = desk.a[0], desk.client("unit")
    step = desk.step(item)
    answer = desk.send(unit, item, "move", step=step.key, expected="2024-02-15", why="变压器晚到，甲一局，明年2月")
    assert (answer.status_code, answer["Location"]) == (302, f"/items/{item.pk}/")
    milestone = Milestone.objects.get(pk=step.milestone_id)
    assert (milestone.expected, milestone.why) == (date(2024, 2, 15), "变压器晚到，甲一局，明年2月")
    assert (fresh(item).light, fresh(item).slip) == ("bad", 77)
    page = text(unit.get(f"/items/{item.pk}/"))
    assert "投产 2023-11-30 改为 2024-02-15：变压器晚到" in page and "滞后" in page
    history = page[page.index('id="history"') :]
    assert "投产 改为 2024-02-15：变压器晚到，甲一局，明年2月" in history and "甲unit岗" in history
    assert "+77" in page
    timeline = unit.get("/ledger/project/?view=timeline").content.decode("unicode_escape", errors="ignore")
    assert "2023-11 → 2024-02" in timeline or "2024-02-15" in timeline
    assert not verify().faults


def test_stages_that_follow_from_a_later_one_are_told(desk: Desk) -> None:  # noqa: F811
    item, office = desk.a[0], desk.client("office")
    assert (
        desk.send(office, item, "enter", stage="built", day="2023-10-01", evidence="竣工验收 12 号").status_code == 302
    )
    page = text(office.get(f"/items/{item.pk}/"))
    line = page[page.index("stage-line") : page.index("</ol>", page.index("stage-line"))]
    assert line.count("推定") == 3 and re.search(r'aria-current="step"><b>建成</b>', line)
    assert "进入签约（推定：后面的阶段已到）" in page and "进入建成，凭据 竣工验收 12 号" in page


def test_nobody_else_opens_it(desk: Desk) -> None:  # noqa: F811
    item = desk.a[0]
    for role, mark in (("unit2", "甲"), ("firm2", "甲"), ("office", "乙"), ("unit", "乙"), ("firm", "乙")):
        client = desk.client(role, mark)
        assert client.get(f"/items/{item.pk}/").status_code == 404, (mark, role)
        assert desk.send(client, item, "report", note="x").status_code in (403, 404)
    for role in ("unit", "firm", "chief", "analyst", "supervisor", "park", "lead"):
        assert desk.client(role).get(f"/items/{item.pk}/").status_code == 200, role
    assert desk.client("office").get("/items/999999999999999999999/").status_code == 404


def test_a_firm_reads_no_reason_and_writes_nothing(desk: Desk) -> None:  # noqa: F811
    item, step = desk.a[0], desk.step(desk.a[0])
    items.move(desk.access(), item, None, step.key, date(2024, 5, 1), "甲密内部理由")
    firm = desk.client("firm")
    page = text(firm.get(f"/items/{item.pk}/"))
    assert (
        "甲密内部理由" not in page and "办理" not in page and 'id="history"' not in page and 'id="evidence"' not in page
    )
    assert "滞后" in page and "2024-05-01" in page
    for deed in ("move", "enter", "report", "cancel", "override", "evidence", "assign"):
        assert desk.send(firm, item, deed, why="x", step=step.key).status_code == 403, deed


def test_what_is_commercial_is_for_few(desk: Desk) -> None:  # noqa: F811
    item = desk.open("commitment", "承诺甲F1奖补", firm=desk.world.a.firms[0])
    office = desk.client("office")
    assert (
        desk.send(office, item, "amend", **{"field-basis": "甲密协议第三条", "field-amount": "40717"}).status_code
        == 302
    )
    assert "甲密协议第三条" in text(office.get(f"/items/{item.pk}/"))
    for role in ("unit", "analyst", "supervisor"):
        page = text(desk.client(role).get(f"/items/{item.pk}/"))
        assert "甲密协议" not in page and "40717" not in page and "40,717" not in page, role
    page = text(desk.client("firm").get(f"/items/{item.pk}/"))
    assert "甲密协议第三条" in page and "40,717" in page
    refused = desk.send(desk.client("unit"), item, "amend", **{"field-basis": "改写"})
    assert refused.status_code == 422 and fresh(item).data["basis"] == "甲密协议第三条"


# What can be done ------------------------------------------------------------------------------------------------------------
def test_every_deed(desk: Desk) -> None:  # noqa: F811
    office, item = desk.client("office"), desk.open("issue", "甲企业用电不稳", due=date(2023, 12, 1))
    other = desk.open("issue", "甲企业用电不稳，重报")
    unit = desk.world.a.units[1]
    page = text(office.get(f"/items/{item.pk}/"))
    assert "还有 1 个工作日" in page and "到期报牵头单位" in page
    for deed, values in (
        ("report", {"note": "已派人"}),
        ("enter", {"stage": "handling"}),
        ("extend", {"days": 5, "why": "要等省里"}),
        ("escalate", {"to": "leading_group", "why": "部门间不一致"}),
        ("promise", {"title": "现场会", "due": "2023-11-02"}),
        ("assign", {"lead": unit.pk, "units": [unit.pk], "why": "按职责"}),
        ("back", {"stage": "assigned", "why": "转错单位", "correction": "on"}),
        ("pause", {"why": "等企业补料", "until": "2023-11-01"}),
        ("resume", {}),
        ("amend", {"field-kind": "power", "field-satisfied": "yes"}),
        ("merge", {"into": other.pk, "why": "同一件事"}),
        ("reopen", {"why": "另有一事"}),
        ("cancel", {"why": "企业撤回"}),
    ):
        answer = desk.send(office, item, deed, **values)
        assert answer.status_code == 302, (
            deed,
            re.findall(r'class="error"><svg.*?<span>(.*?)</span>', text(answer), re.DOTALL),
        )
    history = text(office.get(f"/items/{item.pk}/"))
    history = history[history.index('id="history"') :]
    for said in ("报进展：已派人", "进入办理", "延长 5 个工作日：要等省里", "报到领导小组：部门间不一致", "承诺 现场会 2023-11-02", "牵头 甲县甲二局",
                 "更正，退回交办：转错单位", "暂停到 2023-11-01：等企业补料", "恢复", "填写 类别 用电；是否满意 是", "并入他项：同一件事", "重新打开：另有一事",
                 "取消：企业撤回"):  # fmt: skip
        assert said in history, said
    assert re.search(r"审计第 \d+ 条", history) and not verify().faults


def test_what_is_refused_keeps_what_was_typed(desk: Desk) -> None:  # noqa: F811
    office, item = desk.client("office"), desk.a[0]
    step = desk.step(item)
    for deed, values, kept, said in (
        ("move", {"step": step.key, "expected": "2024-06-01", "why": ""}, "2024-06-01", "请写理由"),
        ("enter", {"stage": "started", "day": "2024-01-01", "note": "写了半天"}, "写了半天", "不能晚于"),
        ("extend", {"days": "3", "why": "没有时限可延"}, "没有时限可延", "没有正在走的时限"),
        ("merge", {"into": "987654", "why": "并错了"}, "并错了", "没有这个编号"),
        ("merge", {"into": desk.b[0].pk, "why": "并到别县"}, "并到别县", "没有这个编号"),
        ("back", {"stage": "nothing", "why": "退不回"}, "退不回", "error"),
        ("promise", {"due": "2024-01-01"}, "2024-01-01", "选一个阶段，或写一个节点"),
        ("finish", {"step": step.key, "done": "2024-01-01"}, "2024-01-01", "不能晚于"),
        ("move", {"step": "m99999999", "expected": "2024-06-01", "why": "没有这个节点"}, "", ""),
    ):  # fmt: skip
        before = fresh(item).revision
        answer = desk.send(office, item, deed, **values)
        assert answer.status_code == 422 and kept in text(answer) and said in text(answer), (deed, said)
        assert fresh(item).revision == before


def test_who_comes_second_sees_what_changed(desk: Desk) -> None:  # noqa: F811
    office, item = desk.client("office"), desk.a[0]
    step, seen = desk.step(item), fresh(item).revision
    desk.send(desk.client("unit"), item, "report", note="设备到了")
    answer = office.post(
        f"/items/{item.pk}/move/", {"revision": seen, "step": step.key, "expected": "2024-03-01", "why": "我的理由"}
    )
    page = text(answer)
    assert answer.status_code == 409 and "刚被别人改过" in page and "报进展：设备到了" in page and "甲unit岗" in page
    assert "我的理由" in page and "2024-03-01" in page and "data-draft-returned" in page
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None and int(revision[1]) == fresh(item).revision
    assert Milestone.objects.get(pk=step.milestone_id).expected is None


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30, "0"])
def test_a_form_without_a_sound_revision_does_nothing(desk: Desk, revision: str) -> None:  # noqa: F811
    item = desk.a[0]
    answer = desk.client("office").post(f"/items/{item.pk}/cancel/", {"revision": revision, "why": "无"})
    assert answer.status_code in (409, 422) and fresh(item).branch == "active"


def test_get_changes_nothing(desk: Desk) -> None:  # noqa: F811
    office = desk.client("office")
    for deed in ("enter", "cancel", "override", "evidence"):
        assert office.get(f"/items/{desk.a[0].pk}/{deed}/").status_code == 405


def test_units_do_not_assign_or_cancel(desk: Desk) -> None:  # noqa: F811
    unit, item = desk.client("unit"), desk.a[0]
    page = text(unit.get(f"/items/{item.pk}/"))
    assert "报进展" in page and "取消事项" not in page and "分工</summary>" not in page
    for deed in ("cancel", "assign", "pause", "merge", "extend"):
        assert desk.send(unit, item, deed, why="x").status_code == 403, deed


# Two people --------------------------------------------------------------------------------------------------------------------
def test_a_light_is_set_by_two(desk: Desk) -> None:  # noqa: F811
    item, office = desk.a[0], desk.client("office")
    items.move(desk.access(), item, None, desk.step(item).key, date(2024, 5, 1), "变压器晚到")
    answer = desk.send(office, item, "override", light="ok", why="已租用移动变压器", until="2023-11-30")
    assert answer.status_code == 302 and fresh(item).light == "bad", "one person changes nothing"
    proposal = Proposal.objects.get(model="item")
    page = text(office.get(f"/items/{item.pk}/"))
    assert "待第二人" in page and f"/proposals/{proposal.pk}/" in page
    again = desk.send(office, item, "override", light="ok", why="再提", until="2023-11-30")
    assert again.status_code == 422 and "待第二人确认" in text(again)
    office.post(f"/proposals/{proposal.pk}/confirm")
    assert fresh(item).light == "bad", "not by the same person"
    second = desk.login(person("甲office2", desk.world.a.region, "office"))
    shown = text(second.get(f"/proposals/{proposal.pk}/"))
    assert "已租用移动变压器" in shown and "正常" in shown and item.title in shown
    second.post(f"/proposals/{proposal.pk}/confirm")
    assert fresh(item).light == "ok"
    page = text(office.get(f"/items/{item.pk}/"))
    assert (
        "人工改" in page
        and "甲office岗" in page
        and "甲office2岗" in page
        and "到 2023-11-30" in page
        and "照算是滞后" in page
    )
    assert desk.send(office, item, "lift").status_code == 302 and fresh(item).light == "bad"
    assert not verify().faults


def test_what_two_people_cannot_do(desk: Desk) -> None:  # noqa: F811
    item, office = desk.a[0], desk.client("office")
    for values in (
        {"light": "ok", "why": " ", "until": "2023-11-30"}, {"light": "ok", "why": "x", "until": "2023-01-01"},
        {"light": "purple", "why": "x", "until": "2023-11-30"}, {"light": "bad", "why": "x", "until": "2030-01-01"}, {"light": "bad", "why": "x"},
    ):  # fmt: skip
        assert desk.send(office, item, "override", **values).status_code == 422, values
    assert not Proposal.objects.filter(model="item").exists()
    assert (
        desk.send(desk.client("unit2"), item, "override", light="bad", why="x", until="2023-11-30").status_code == 404
    )


def test_a_proposal_on_an_item_is_for_those_who_see_the_item(desk: Desk) -> None:  # noqa: F811
    item = desk.a[0]
    desk.send(desk.client("unit"), item, "override", light="bad", why="甲密提议", until="2023-11-30")
    proposal = Proposal.objects.get(model="item")
    for role, status in (("unit", 200), ("office", 200), ("unit2", 404), ("firm", 404)):
        assert desk.client(role).get(f"/proposals/{proposal.pk}/").status_code == status, role
        listed = text(desk.client(role).get("/proposals/"))
        assert ("甲密提议" in listed) is (status == 200), role
    assert desk.client("office", "乙").get(f"/proposals/{proposal.pk}/").status_code == 404


def test_a_gate_lets_pass_by_two(desk: Desk) -> None:  # noqa: F811
    item, office = desk.open("investment", "甲引进项目"), desk.client("office")
    track = tracks()["investment"]
    stage = next(one for one in track.stages if one.gates)
    needed = {f"field-{one.key}": "照协议" for one in track.fields if one.needed_at == stage.key}
    if needed:
        assert desk.send(office, item, "amend", **needed).status_code == 302
    blocked = desk.send(office, item, "enter", stage=stage.key)
    assert blocked.status_code == 422 and stage.gates[0].name.zh in text(blocked)
    assert desk.send(office, item, "gate", gate="land", answer="no", why="").status_code == 422
    for gate in stage.gates:
        values = (
            {"gate": gate.key, "answer": "yes"}
            if gate.key != "land"
            else {"gate": "land", "answer": "no", "why": "差 30 亩"}
        )
        assert desk.send(office, item, "gate", **values).status_code == 302
    assert "不能进入" in text(desk.send(office, item, "enter", stage=stage.key))
    assert desk.send(office, item, "gate", gate="land", answer="waived", why="明年指标已批").status_code == 302
    proposal = Proposal.objects.get(model="item")
    assert desk.send(office, item, "enter", stage=stage.key).status_code == 422
    second = desk.login(person("甲chief2", desk.world.a.region, "chief"))
    assert "放行" in text(second.get(f"/proposals/{proposal.pk}/"))
    second.post(f"/proposals/{proposal.pk}/confirm")
    assert "放行：明年指标已批" in text(office.get(f"/items/{item.pk}/"))
    assert desk.send(office, item, "enter", stage=stage.key).status_code == 302


# Evidence ----------------------------------------------------------------------------------------------------------------------
def bring(desk: Desk, client: Any, item: Item, name: str, content: bytes, **values: Any) -> Any:  # noqa: F811
    return desk.send(
        client, item, "evidence", stage="planned", file=SimpleUploadedFile(name, content, "text/html"), **values
    )


def test_evidence_is_kept_served_and_taken_away(desk: Desk) -> None:  # noqa: F811
    item, unit = desk.a[0], desk.client("unit")
    assert desk.send(unit, item, "evidence", stage="planned", reference="砚发改备〔2023〕7号").status_code == 302
    assert bring(desk, unit, item, "../../批复\r\n.pdf", PDF, reference="用地批复").status_code == 302
    page = text(unit.get(f"/items/{item.pk}/"))
    assert "砚发改备〔2023〕7号" in page and "用地批复" in page and "附凭据 用地批复（谋划）" in page
    proof = Evidence.objects.get(file__isnull=False)
    answer = unit.get(f"/evidence/{proof.pk}/")
    assert answer.status_code == 200 and answer.content == PDF
    assert (
        answer["Content-Disposition"].startswith("attachment") and answer["Content-Type"] == "application/octet-stream"
    )
    assert "/" not in answer["Content-Disposition"].partition("''")[2] and "%0D" not in answer["Content-Disposition"]
    for role, mark in (("unit2", "甲"), ("firm", "甲"), ("office", "乙")):
        assert desk.client(role, mark).get(f"/evidence/{proof.pk}/").status_code == 404, role
    kept = unit.post(f"/evidence/{proof.pk}/drop/", {"revision": fresh(item).revision, "why": ""})
    assert kept.status_code == 302 and Evidence.objects.filter(pk=proof.pk).exists()
    unit.post(f"/evidence/{proof.pk}/drop/", {"revision": fresh(item).revision, "why": "附错了"})
    assert not Evidence.objects.filter(pk=proof.pk).exists()
    assert "取下凭据 用地批复（谋划）：附错了" in text(unit.get(f"/items/{item.pk}/"))
    assert StoredFile.objects.count() == 1 and not verify().faults


def packed(member: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("批复.pdf", b"<html><script>alert(1)</script></html>"), ("图.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"),
        ("程序.pdf", b"MZ\x90\x00"), ("空.pdf", b""), ("包.docx", packed("evil.exe")), ("坏.docx", b"PK\x03\x04broken"), ("页.html", b"%pdf"),
    ],
)  # fmt: skip
def test_a_file_is_judged_by_its_bytes(desk: Desk, name: str, content: bytes) -> None:  # noqa: F811
    answer = bring(desk, desk.client("unit"), desk.a[0], name, content, reference="写好的文号")
    assert answer.status_code == 422 and "写好的文号" in text(answer)
    assert not StoredFile.objects.exists() and not Evidence.objects.exists()


def test_a_file_that_is_too_large(desk: Desk, monkeypatch: Any) -> None:  # noqa: F811
    monkeypatch.setattr("lvlian.site.ledger.actions.evidence.LARGEST", 20)
    answer = bring(desk, desk.client("unit"), desk.a[0], "批复.pdf", PDF)
    assert answer.status_code == 422 and "MB 以内" in text(answer)
    assert bring(desk, desk.client("unit"), desk.a[0], "表.docx", packed("word/document.xml")).status_code == 422


# Comments, queries ----------------------------------------------------------------------------------------------------------------
def test_comments(desk: Desk) -> None:  # noqa: F811
    item, unit = desk.a[0], desk.client("unit")
    answer = unit.post(f"/comments/item/{item.pk}/add/", {"text": "请看 <b>变压器</b>"})
    assert answer["Location"] == f"/items/{item.pk}/#comments"
    assert "请看 &lt;b&gt;变压器&lt;/b&gt;" in text(desk.client("office").get(f"/items/{item.pk}/"))
    assert desk.client("unit2").post(f"/comments/item/{item.pk}/add/", {"text": "x"}).status_code == 404
    assert unit.post(f"/comments/item/{item.pk}/add/", {"text": " "}).status_code == 422


def test_words_are_text(desk: Desk) -> None:  # noqa: F811
    item = desk.open(title="<img src=x onerror=alert(1)>", about="<script>1</script>")
    desk.send(desk.client("office"), item, "report", note="<script>2</script>")
    for path in (
        f"/items/{item.pk}/",
        "/ledger/land/",
        "/ledger/land/?view=list",
        "/ledger/land/?view=timeline",
        "/items/",
    ):
        page = text(desk.client("office").get(path))
        assert "<img src=x" not in page and "<script>1" not in page and "<script>2" not in page, path


def test_queries_do_not_grow_with_what_hangs_on_an_item(desk: Desk, django_assert_max_num_queries: Any) -> None:  # noqa: F811
    item, office = desk.open("issue", "甲大事"), desk.client("office")
    counts = []
    for rounds in (1, 25):
        for number in range(rounds):
            items.report(desk.access(), item, None, f"第{number}次")
            items.promise(desk.access(), fresh(item), None, "", date(2023, 12, 1), f"节点{number}")
            items.attach(desk.access(), item, None, "reported", f"凭据{number}")
            desk.open("issue", f"由此而来{number}", parent=item)
        with django_assert_max_num_queries(60) as asked:
            assert office.get(f"/items/{item.pk}/").status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 2, counts
