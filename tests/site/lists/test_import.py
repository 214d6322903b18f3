"""Bringing tables in: read by cell, compared, written all or nothing; hostile files answered with one sentence."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvlian.site.lists.filters import Unfit
from lvlian.site.lists.intake import read_cell, take_in
from lvlian.site.lists.registry import spec_of
from lvlian.site.lists.sheets import BadFile, InSheet, letters, position, read_sheets
from lvlian.site.org.chain import verify
from lvlian.site.org.models import AuditRecord, Job, StoredFile
from lvlian.site.plans.models import Goal, Milestone, Project, Proposal


def workbook(rows, sheet="表", more=None):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    for name, lines in {sheet: rows, **(more or {})}.items():
        page = book.add_worksheet(name)
        for at, row in enumerate(lines):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(at, place, value)
                elif value is not None:
                    page.write_number(at, place, value)
    book.close()
    return out.getvalue()


def bring(client, content, key="project", name="表.xlsx", **also):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse(f"{key}-import"), {"file": file, **also}, follow=True)


def job():
    return Job.objects.order_by("-made_at").first()


def write(client, key="project"):
    return client.post(reverse(f"{key}-import-preview", args=[job().pk]), follow=True)


@pytest.mark.parametrize("many", [False, True])
def test_preview_then_write(world, client_of, monkeypatch, many):
    if many:  # as very many rows are written, which PostgreSQL takes in another way
        monkeypatch.setattr("lvlian.site.lists.rapid.FEW", 0)
        monkeypatch.setattr("lvlian.site.org.chain.POURED", 0)
    client = client_of(world.a.people["office"])
    content = workbook(
        [
            ["项目", "产品", "产能", "投资，万元", "责任单位", "企业"],
            ["项目甲F1P", "铝箔", "—", 5000.5, "甲县甲一局、甲县甲二局", None],
            ["新项目", "<b>铝</b>", 12.5, "1,234.50", "甲县甲二局", "甲F2铝业有限公司"],
            ["合计", None, 999, None, None, None],
        ]
    )
    answer = bring(client, content)
    page = answer.content.decode()
    assert answer.status_code == 200 and "新增" in page and "&lt;b&gt;铝&lt;/b&gt;" in page and "铝板带" in page
    assert Project.objects.filter(region=world.a.region).count() == 2
    answer = write(client)
    assert "新增 1 条，变更 1 条" in answer.content.decode()
    old, new = Project.objects.get(name="项目甲F1P"), Project.objects.get(name="新项目")
    assert (old.product, old.capacity, str(old.investment), old.revision) == ("铝箔", 10.0, "5000.50", 2)
    assert {unit.name for unit in old.units.all()} == {"甲县甲一局", "甲县甲二局"}
    assert (new.region, new.capacity, str(new.investment), new.firm.name) == (
        world.a.region, 12.5, "1234.50", "甲F2铝业有限公司",
    )  # fmt: skip
    record = AuditRecord.objects.get(action="project.import")
    assert record.changes == 4 and verify().faults == (), "two projects, and the items of the ledger that follow them"
    assert bring(client, content).content.decode().count("完全一样") == 1
    page = client.get(reverse("project-history", args=[old.pk])).content.decode()
    assert "甲县甲二局" in page and "铝箔" in page


def test_nothing_is_written_when_somebody_was_quicker(world, client_of):
    client = client_of(world.a.people["office"])
    bring(client, workbook([["项目", "产品"], ["项目甲F1P", "铝箔"]]))
    Project.objects.filter(pk=world.a.projects[0].pk).update(revision=7, product="别的")
    page = write(client).content.decode()
    assert "什么也没有写入" in page
    assert Project.objects.get(pk=world.a.projects[0].pk).product == "别的"


def test_faults_by_sheet_and_cell(world, client_of):
    client = client_of(world.a.people["office"])
    content = workbook(
        [
            ["项目", "产能", "投资", "责任单位", "企业"],
            ["甲", "十二", 1.234, "乙县乙一局", "没有的企业"],
            ["甲", True and 3, None, None, None],
            [None, 3, None, None, None],
            ["长" * 201, 3, None, None, None],
        ]
    )
    answer = bring(client, content)
    faults = {(f["sheet"], f["cell"]): f for f in job().result["faults"]}
    assert {("表", "B2"), ("表", "C2"), ("表", "D2"), ("表", "E2"), ("表", "A5")} <= set(faults)
    assert faults["表", "B2"]["found"] == "十二" and "数" in faults["表", "B2"]["expected"]
    assert "没有写入" in answer.content.decode()
    answer = client.get(reverse("project-import-marked", args=[job().pk]))
    assert answer.status_code == 200
    import openpyxl

    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert "应为" in page["B2"].comment.text and page["B2"].value == "十二"
    assert client.post(reverse("project-import-preview", args=[job().pk]), follow=True).status_code == 200
    assert Project.objects.count() == 4


def test_wrong_headers(world, client_of):
    client = client_of(world.a.people["office"])
    bring(client, workbook([["工程", "项目", "项目", "灯"], ["a", "b", "c", "d"]]))
    cells = {f["cell"] for f in job().result["faults"]}
    assert cells == {"A1", "C1"}
    bring(client, workbook([["产品"], ["a"]]))
    assert [f["expected"] for f in job().result["faults"]] == ["项目"]


def test_removal_only_when_asked(world, client_of):
    client = client_of(world.a.people["office"])
    content = workbook([["项目", "产品"], ["项目甲F1P", "铝板带"]])
    bring(client, content)
    assert job().result["removed"] == 0
    bring(client, content, remove="1")
    assert job().result["removed"] == 1
    write(client)
    assert {p.name for p in Project.objects.filter(region=world.a.region)} == {"项目甲F1P"}
    assert Project.objects.filter(region=world.b.region).count() == 2 and Milestone.objects.count() == 3
    assert verify().faults == ()


def test_scope_of_an_import(world, client_of):
    office, park, unit = (client_of(world.a.people[key]) for key in ("office", "park", "unit"))
    foreign = workbook([["编号", "项目"], [world.b.projects[0].pk, "改名"]])
    bring(office, foreign)
    assert job().result["fault_count"] == 1
    bring(office, workbook([["项目", "地区"], ["新", "乙县"]]))
    assert job().result["faults"][0]["cell"] == "B2"
    assert bring(unit, foreign).status_code == 403
    assert bring(park, workbook([["项目"], ["园区项目"]])).status_code == 200
    first = job()
    assert office.get(reverse("project-import-preview", args=[first.pk])).status_code == 404
    assert client_of(world.b.people["office"]).get(reverse("project-import-marked", args=[first.pk])).status_code == 404
    both = client_of(world.people["office"])
    session = both.session
    session["region"] = world.prefecture.pk
    session.save()
    bring(both, workbook([["项目", "地区", "企业"], ["新", "乙县", "乙F1铝业有限公司"], ["新", "甲县", None]]))
    write(both)
    assert Project.objects.filter(name="新").count() == 2


def test_goals_figures_become_proposals(world, client_of):
    client = client_of(world.a.people["office"])
    goal = world.a.goals[0]
    rows = [
        ["编号", "指标", "数值", "单位", "时间", "备注"],
        [goal.pk, None, 45, None, None, "改了"],
        [None, "产量", 7, "万吨", "2025", None],
    ]
    bring(client, workbook(rows), key="goal")
    assert job().result["proposed"] == 1, job().result
    write(client, "goal")
    goal.refresh_from_db()
    assert goal.value == 40 and goal.note == "改了"
    assert Proposal.objects.get().after == {"value": 45.0} and Proposal.objects.get().seen == goal.revision
    assert Goal.objects.filter(indicator="产量").exists()


def test_milestones_by_project_name(world, client_of):
    client = client_of(world.a.people["office"])
    rows = [
        ["项目", "节点", "现日期", "改期理由"],
        ["项目甲F1P", "投产", "2023-12-01", "清空"],
        ["项目甲F1P", "开工", "2023-01-05", "有"],
    ]
    bring(client, workbook(rows), key="milestone")
    assert [f["cell"] for f in job().result["faults"]] == ["D2"]
    rows[1][3] = "供地推迟"
    bring(client, workbook(rows), key="milestone")
    write(client, "milestone")
    assert str(Milestone.objects.get(project=world.a.projects[0], event="投产").expected) == "2023-12-01"


def test_template_comes_back_unchanged(world, client_of):
    client = client_of(world.a.people["office"])
    for key in ("project", "goal", "milestone", "duty", "incentive", "firm", "unit"):
        content = client.get(reverse(f"{key}-import-template") + "?filled=1").content
        bring(client, content, key=key)
        result = job().result
        assert not result["faults"] and result["same"] and not (result["added"] or result["changed"]), (key, result)


def test_export_comes_back(world, client_of):
    client = client_of(world.a.people["office"])
    for kind in ("xlsx", "csv"):
        content = client.get(reverse(f"project-{kind}")).content
        bring(client, content, name=f"x.{kind}")
        assert job().result["same"] == 2 and not job().result["faults"], job().result


# Hostile files ------------------------------------------------------------------------------------------------------------
def package(sheet: bytes, **parts):
    """A workbook by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        rel = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        box.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r0" Type="{office}" Target="xl/workbook.xml"/></Relationships>',
        )
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        box.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        )
        box.writestr(
            "xl/workbook.xml",
            f'<workbook {ns} {rel}><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        box.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{kind}" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        box.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in parts.items():
            box.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def sheet_xml(inside: str) -> bytes:
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet {ns}><sheetData>{inside}</sheetData></worksheet>'.encode()


CORNERS = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
HOSTILE = {
    "corners": package(sheet_xml(CORNERS)),
    "corners in single quotes": package(sheet_xml(CORNERS.replace('"', "'"))),
    "corner as entity": package(sheet_xml(CORNERS.replace("XFD", "&#88;FD"))),
    "doctype": package(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'),
    "broken xml": package(b"<worksheet><sheetData><row>"),
    "bomb": package(sheet_xml("") + b" " * 250_000_000),
    "no zip": b"PK\x03\x04nonsense",
    "old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "binary": bytes(range(256)) * 20,
    "empty": b"",
    "macro": package(sheet_xml(""), **{"xl__vbaProject.bin": b"x"}),
    "wide": ("a," * 200 + "\n").encode(),
    "no workbook": (lambda out: (zipfile.ZipFile(out, "w").close(), out.getvalue())[1])(io.BytesIO()) or b"PK\x05\x06",
}


@pytest.mark.parametrize("name", HOSTILE, ids=str)
def test_hostile_file_is_one_sentence(name):
    with pytest.raises(BadFile) as told:
        read_sheets("坏.xlsx", HOSTILE[name])
    assert told.value.expected and "坏.xlsx" in str(told.value)


def test_a_million_rows_are_refused():
    rows = "".join(f"<row><c><v>{n}</v></c></row>" for n in range(110_000))
    with pytest.raises(BadFile, match="10 万行"):
        read_sheets("长.xlsx", package(sheet_xml(rows)))


def test_hostile_file_on_the_page(world, client_of):
    client = client_of(world.a.people["office"])
    for content in (HOSTILE["corners"], HOSTILE["bomb"], HOSTILE["binary"]):
        answer = bring(client, content, name="<script>.xlsx")
        page = answer.content.decode()
        assert answer.status_code == 200 and "<script>.xlsx" not in page and "没有写入" in page
    assert client.post(reverse("project-import"), {}).status_code == 422
    assert StoredFile.objects.count() == 3


def test_formulas_errors_merged():
    inside = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>项目</t></is></c><c r="B1" t="inlineStr"><is><t>产能</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>=HYPERLINK("x")</t></is></c><c r="B2"><f>1+1</f></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>乙</t></is></c><c r="B3" t="e"><v>#REF!</v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><t>丙</t></is></c><c r="B4"><f>1+1</f><v>2</v></c></row>'
    )
    content = package(
        sheet_xml(inside).replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A3:A4"/></mergeCells>')
    )
    (sheet,) = read_sheets("x.xlsx", content)
    intake = take_in(spec_of("projects"), [sheet], ["name", "capacity"], Nobody(), 1)
    assert {fault.cell for fault in intake.faults} >= {"B2", "B3", "A3:A4"}
    assert intake.entries[0].values["name"] == '=HYPERLINK("x")'
    assert intake.entries[-1].values == {"name": "丙", "capacity": 2.0}


class Nobody:
    def find(self, field_name, region, name):
        return None

    def region(self, name):
        return None


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=40),
    st.datetimes(),
    st.dates(),
    st.times(),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=6), min_size=1, max_size=6))
def test_no_cell_makes_it_fall(rows):
    for key in ("projects", "goals", "milestones", "firms"):
        spec = spec_of(key)
        titled = [["项目", "指标", "节点", "名称", "产能", "数值"], *rows]
        take_in(spec, [InSheet("x", titled), InSheet("y", rows)], spec.import_fields, Nobody(), 1)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CELLS)
def test_a_cell_is_read_or_told(value):
    for key in ("projects", "milestones", "goals"):
        for name in spec_of(key).import_fields:
            one = spec_of(key).model._meta.get_field(name)
            try:
                read = read_cell(one, value, str(value if value is not None else "").strip(), 1, Nobody())
            except Unfit as unfit:
                assert str(unfit)
            else:
                assert read is None or read == "" or one.to_python(read) is not None or one.many_to_many


@given(st.integers(1, 18_278))
def test_letters_and_back(column):
    assert position(f"{letters(column)}7") == (column, 7)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(content):
    with contextlib.suppress(BadFile):
        read_sheets("x", content)


def test_a_table_of_one_language_is_brought_in_another():
    from django.utils import translation

    rows = [["项目", "产能"], ["丙", 2]]
    with translation.override("en"):
        intake = take_in(spec_of("projects"), [InSheet("x", rows)], ["name", "capacity"], Nobody(), 1)
    assert intake.faults == [] and intake.entries[0].values == {"name": "丙", "capacity": 2.0}
