"""Files of a list: what is shown and no more, texts that stay texts, notes of what it is."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lvlian.site.lists.exporting import defused
from lvlian.site.lists.registry import specs
from lvlian.site.org.models import AuditRecord
from lvlian.site.plans.models import Project

SPECS = list(specs().values())


def table(client, query="", kind="xlsx", key="project"):
    content = client.get(reverse(f"{key}-{kind}") + query).content
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[0].rows], book.worksheets[1]


def test_what_is_shown_is_exported(world, client_of):
    client = client_of(world.a.people["office"])
    rows, notes = table(client, "?columns=name,capacity,investment&sort=-capacity&capacity_from=15")
    assert rows[0] == ["项目", "产能", "投资，万元"] and rows[1] == ["项目甲F2P", 20, 213457.89]
    said = {row[0].value: row[1].value for row in notes.rows}
    assert (
        said["地区"] == "甲县"
        and said["筛选"] == "产能 = ≥ 15"
        and said["条数"] == "1 / 2"
        and "甲office" in said["导出人"]
    )
    assert said["数据截至"] == "2023-09-30" and said["审计末条"] != ""
    assert AuditRecord.objects.filter(action="list.export").count() == 1


def test_formulas_stay_text(world, client_of):
    Project.objects.filter(pk=world.a.projects[0].pk).update(
        name='=HYPERLINK("http://x","y")', owner="+86", product="@SUM(A1)", note="\t=1+1"
    )
    client = client_of(world.a.people["office"])
    content = client.get(reverse("project-xlsx") + "?columns=name,owner,product,note").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.rows for cell in row)
    rows = table(client, "?columns=name,owner,product,note", "csv")
    assert rows[1][0].startswith("'=") or rows[2][0].startswith("'=")
    assert not any(value.startswith(("=", "@", "\t")) for row in rows for value in row)


@given(st.text(max_size=20))
def test_nothing_is_taken_for_a_formula(text):
    assert (
        not defused(text).lstrip(" ").startswith(("=", "@"))
        and defused(text).lstrip("'").strip() == text.lstrip("'").strip()
    )


@pytest.mark.parametrize("kind", ["xlsx", "csv", "docx"])
@pytest.mark.parametrize("role", ["office", "firm", "unit", "supervisor"])
def test_no_leak_in_any_file(world, client_of, role, kind):
    access, client = world.access(world.a.people[role], world.a.region), client_of(world.a.people[role])
    for spec in SPECS:
        answer = client.get(spec.urls[kind])
        assert answer.status_code == (200 if access.may(spec.permission) else 403), spec.key
        if answer.status_code != 200:
            continue
        text = answer.content.decode("utf-8-sig") if kind == "csv" else unpacked(answer.content)
        assert "乙" not in text, spec.key
        if role == "firm":
            assert "甲F2" not in text and "甲密备注" not in text and "甲密电话" not in text, spec.key
        if role == "supervisor":
            assert "3457.89" not in text and "甲密码" not in text, spec.key


def unpacked(content):
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as box:
        return "".join(box.read(name).decode() for name in box.namelist() if name.endswith(".xml"))
