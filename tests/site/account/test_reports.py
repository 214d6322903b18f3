"""Reports on the site: where firms stand, forms, uploads and their difference, filing whole or not at all, withdrawal, what others see."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from lvlian.site.account.actions.filings import FilingError, file_many, file_report, withdraw
from lvlian.site.account.models import Filing, Statement
from lvlian.site.account.selectors_reports import desk_of, firms_named
from lvlian.site.org.models import AuditRecord, StoredFile
from tests.site.account.desk import BEFORE, MONTH, TABLE, Reporting, reporting, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(world: Any) -> Reporting:
    return reporting(world)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def bring(client: Any, *files: tuple[str, str | bytes], **data: Any) -> Any:
    """Uploads files; the answer of the page that the upload leads to."""
    content = [SimpleUploadedFile(name, told.encode() if isinstance(told, str) else told) for name, told in files]
    answer = client.post("/reports/upload/", {"files": content, **data})
    assert answer.status_code == 302, words(answer)
    return client.get(answer["Location"])


def current() -> set[tuple[str, str, float]]:
    return set(Statement.objects.filter(current=True).values_list("firm__works__key", "good", "value"))


# The month ------------------------------------------------------------------------------------------------------------------
def test_a_month_tells_who_filed_what_is_missing_and_late(room: Reporting, client_of: Any) -> None:
    access = room.access("office")
    file_report(access, room.smelter, BEFORE, [said("made", "liquid_aluminium", 9000, month=BEFORE, process="electrolysis"),
                                               said("sent", "liquid_aluminium", 6000, month=BEFORE, partner="caster")])  # fmt: skip
    file_report(access, room.smelter, MONTH, [said("made", "liquid_aluminium", 9018, process="electrolysis")])
    page = words(client_of(room.county.people["office"]).get(f"/reports/?month={MONTH}"))
    assert "3 家企业，1 家有报送，1 个数" in page
    assert "比上月少 1 项" in page and "铝液 发出量 → 甲F2" in page
    assert "过期 2 天" in page  # due on the 10th, today is the 12th
    assert "应报 2023-10-10 前" in page
    early = words(client_of(room.county.people["office"]).get("/reports/?month=2023-10"))
    assert "待报" in early and "过期" not in early


def test_a_firm_sees_its_own_and_whom_it_deals_with_alone(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    assert client.get("/reports/").status_code == 200
    form = client.get(f"/reports/form/{room.smelter.pk}/?month={MONTH}")
    told = told_in(form.content)
    assert "甲F2铝业有限公司" in told and "丙矿" not in told and "密统计岗" not in told
    assert client.get(f"/reports/form/{room.caster.pk}/").status_code == 404
    assert client.get(f"/reports/type/{room.caster.pk}/").status_code == 404
    other = file_report(room.access("office"), room.caster, MONTH, [said("made", "billet", 5, "caster")])
    assert client.get(f"/reports/{other.pk}/").status_code == 404
    assert client.get(f"/reports/{other.pk}/file/").status_code == 404
    assert client.post(f"/reports/{other.pk}/withdraw/", {"reason": "x"}).status_code == 404
    mine = client_of(room.third_person)
    assert "甲F" not in words(mine.get("/reports/")) and "甲F" not in told_in(
        mine.get(f"/reports/form/{room.third.pk}/").content
    )


def told_in(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


@pytest.mark.parametrize(
    ("role", "status"), [("office", 200), ("park", 200), ("firm", 200), ("chief", 403), ("unit", 403), ("analyst", 403)]
)
def test_who_opens_the_reports(room: Reporting, client_of: Any, role: str, status: int) -> None:
    client = client_of(room.county.people[role])
    assert client.get("/reports/").status_code == status
    assert client.get("/reports/upload/").status_code == status


def test_a_filing_is_read_by_who_may_read_commercial_figures(room: Reporting, client_of: Any) -> None:
    filing = file_report(
        room.access("office"), room.smelter, MONTH, [said("made", "liquid_aluminium", 9018, cell="E6")]
    )
    for role, status in (("chief", 200), ("lead", 200), ("firm", 200), ("firm2", 404), ("unit", 404), ("analyst", 404)):
        assert client_of(room.county.people[role]).get(f"/reports/{filing.pk}/").status_code == status, role
    page = words(client_of(room.county.people["chief"]).get(f"/reports/{filing.pk}/"))
    assert "9018 吨" in page and "填报 › E6" in page and "撤回这次报送" not in page


def test_all_forms_in_one_file(room: Reporting, client_of: Any) -> None:
    answer = client_of(room.county.people["office"]).get(f"/reports/forms.zip?month={MONTH}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert len(packed.namelist()) == 3
    assert client_of(room.county.people["office"]).get("/reports/forms.zip?month=2023-9").status_code == 404


# Upload ---------------------------------------------------------------------------------------------------------------------
def test_upload_shows_the_difference_and_files_it_on_request(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    page = bring(client, ("九月.csv", TABLE))
    assert "铝液 发出量 → 甲F2铝业有限公司" in words(page) and not Filing.objects.exists()
    done = client.post(page.wsgi_request.path, follow=True)
    filing = Filing.objects.get()
    assert done.redirect_chain[-1][0] == f"/reports/{filing.pk}/"
    assert current() == {("smelter", "liquid_aluminium", 9018.0), ("smelter", "liquid_aluminium", 6100.0)}
    assert filing.source == "九月.csv" and filing.filed_at.date().isoformat() == "2023-10-12"
    original = client.get(f"/reports/{filing.pk}/file/")
    assert original.content.decode() == TABLE and original["Content-Disposition"].startswith("attachment")
    again = bring(client, ("同样.csv", TABLE))
    assert "没有要报的" in words(again)
    client.post(again.wsgi_request.path)
    assert Filing.objects.count() == 1


def test_a_filled_form_comes_back(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    book = load_workbook(io.BytesIO(client.get(f"/reports/form/{room.smelter.pk}/?month={MONTH}").content))
    sheet = book["填报"]
    column = next(cell.column for cell in sheet[5] if cell.value == "本月")
    keyed = next(cell.column for cell in sheet[5] if cell.value == "机读键")
    for row in range(6, sheet.max_row + 1):
        if str(sheet.cell(row, keyed).value or "").startswith("made|liquid_aluminium"):
            sheet.cell(row, column).value = 9018
    out = io.BytesIO()
    book.save(out)
    page = bring(client, ("填好.xlsx", out.getvalue()))
    assert "9018 吨" in words(page)
    client.post(page.wsgi_request.path)
    assert current() == {("smelter", "liquid_aluminium", 9018.0)}
    assert "9018" in told_in(client.get(f"/reports/form/{room.smelter.pk}/?month={MONTH}").content)


def test_one_wrong_cell_keeps_everything_out(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["office"])
    page = bring(client, ("好.csv", TABLE), ("坏.csv", TABLE.replace("甲F1", "甲F2").replace('"9,018"', "9O18")))
    told = words(page)
    assert "9O18" in told and "整批没有报送" in told and "报送这" not in told
    book = load_workbook(io.BytesIO(client.get(f"{page.wsgi_request.path}problems.xlsx").content))
    rows = list(book.active.values)
    assert rows[0] == ("文件", "表", "单元格", "问题") and rows[1][0] == "坏.csv" and "9O18" in rows[1][3]
    client.post(page.wsgi_request.path)
    assert not Filing.objects.exists()


def test_a_firm_files_no_other_firms_figures(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    for table in (
        TABLE.replace("甲F1铝业有限公司", "甲F2铝业有限公司"),
        TABLE.replace("甲F1铝业有限公司", "丙矿业有限公司"),
    ):
        page = bring(client, ("别家.csv", table))
        assert "整批没有报送" in words(page)
    told = words(bring(client, ("别家.csv", TABLE.replace("caster", "丙矿"))))
    assert "不是本区域的往来方" in told and "mine" not in told
    assert not Filing.objects.exists()


def test_two_files_of_one_figure_and_months_to_come_are_problems(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["office"])
    assert "一项只报一次" in words(bring(client, ("一.csv", TABLE), ("二.csv", TABLE.replace("9,018", "9,019"))))
    assert "月份是 2024-01" in words(bring(client, ("早.csv", TABLE.replace("2023-09", "2024-01"))))


def test_whole_withdraws_what_is_left_out(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    client.post(bring(client, ("全.csv", TABLE)).wsgi_request.path)
    less = "\n".join(TABLE.splitlines()[:2])
    assert "没有要报的" in words(bring(client, ("少.csv", less)))
    page = bring(client, ("少.csv", less), whole="1")
    assert "－ 撤回 1" in words(page)
    client.post(page.wsgi_request.path)
    assert current() == {("smelter", "liquid_aluminium", 9018.0)}
    last = Filing.objects.order_by("-number").first()
    assert "本次撤回" in words(client.get(f"/reports/{last.pk}/"))
    client.post(f"/reports/{last.pk}/withdraw/", {"revision": last.revision, "reason": "勾错了"})
    assert len(current()) == 2


def test_what_moved_since_the_preview_is_not_filed(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    page = bring(client, ("九月.csv", TABLE))
    file_report(
        room.access("office"), room.smelter, MONTH, [said("made", "liquid_aluminium", 1, process="electrolysis")]
    )
    answer = client.post(page.wsgi_request.path, follow=True)
    assert "预览之后有人报过这些数" in words(answer) and Filing.objects.count() == 1


HOSTILE = {
    "空.csv": b"", "图.png": b"\x89PNG\r\n\x1a\n" + b"0" * 60, "断.xlsx": b"PK\x03\x04 broken", "旧.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 99,
    "二进制.csv": bytes(range(256)) * 40, "深.json": b"[" * 5000, "非数.json": b'{"statements": [{"value": NaN}]}',
    "不是表.csv": "你好\n世界\n".encode(), "公式.csv": TABLE.replace('"9,018"', "=1+1").encode(),
    "空字.csv": TABLE.replace("磅单", "磅\x00单").encode(), "标签.csv": TABLE.replace("铝液", "<script>alert(1)</script>").encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_files_are_told_in_a_sentence(room: Reporting, client_of: Any, name: str) -> None:
    page = bring(client_of(room.county.people["office"]), (name, HOSTILE[name]))
    assert page.status_code == 200
    assert "处不对" in words(page) and "Traceback" not in words(page) and "<script>alert" not in page.content.decode()
    assert not Filing.objects.exists()


def test_names_of_files_do_no_harm(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    page = bring(client, ("../../x/<b>九月\x01.csv", TABLE))
    client.post(page.wsgi_request.path)
    filing = Filing.objects.get()
    assert "/" not in filing.source and "\x01" not in filing.source
    assert "<b>" not in client.get(f"/reports/{filing.pk}/").content.decode().partition("<main")[2]


def test_no_file_and_too_many_files_are_told(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["office"])
    assert client.post("/reports/upload/").status_code == 422
    many = [SimpleUploadedFile(f"{n}.csv", b"x") for n in range(101)]
    assert client.post("/reports/upload/", {"files": many}).status_code == 400


def test_a_reading_is_its_owners(room: Reporting, client_of: Any) -> None:
    page = bring(client_of(room.county.people["firm"]), ("九月.csv", TABLE))
    for role in ("office", "firm2"):
        other = client_of(room.county.people[role])
        assert other.get(page.wsgi_request.path).status_code == 404
        assert other.post(page.wsgi_request.path).status_code == 404
    assert not Filing.objects.exists()


def test_the_offices_file_stays_with_the_office(room: Reporting, client_of: Any) -> None:
    both = TABLE + "甲F2铝业有限公司,2023-09,产量,铝棒,,88,吨,\n"
    office = client_of(room.county.people["office"])
    office.post(bring(office, ("两家.csv", both)).wsgi_request.path)
    filing = Filing.objects.get(firm=room.smelter)
    assert office.get(f"/reports/{filing.pk}/file/").status_code == 200
    firm = client_of(room.county.people["firm"])
    assert firm.get(f"/reports/{filing.pk}/").status_code == 200 and "下载原件" not in words(
        firm.get(f"/reports/{filing.pk}/")
    )
    assert firm.get(f"/reports/{filing.pk}/file/").status_code == 404


# Filing and withdrawing -----------------------------------------------------------------------------------------------------
def test_replaced_figures_stay_and_come_back(room: Reporting, client_of: Any) -> None:
    access = room.access("firm")
    first = file_report(access, room.smelter, MONTH, [said("made", "liquid_aluminium", 9018)])
    second = file_report(access, room.smelter, MONTH, [said("made", "liquid_aluminium", 901.8)])
    assert current() == {("smelter", "liquid_aluminium", 901.8)}
    page = words(client_of(room.county.people["firm"]).get(f"/reports/{first.pk}/"))
    assert "第 2 次已替换" in page
    with pytest.raises(FilingError, match="理由"):
        withdraw(access, second, second.revision, " ")
    withdraw(access, second, second.revision, "多了一位小数")
    assert current() == {("smelter", "liquid_aluminium", 9018.0)}
    with pytest.raises(FilingError, match="已经撤回"):
        withdraw(access, second, second.revision, "再来")
    assert AuditRecord.objects.filter(action="report.withdraw").count() == 1
    third = file_report(access, room.smelter, MONTH, [said("made", "liquid_aluminium", 9000)])
    assert third.number == 3


def test_single_figures_may_be_taken_back(room: Reporting) -> None:
    from dataclasses import replace

    access = room.access("firm")
    one = said("made", "liquid_aluminium", 9018)
    file_report(access, room.smelter, MONTH, [one, said("made", "dross", 3)])
    gone = file_report(access, room.smelter, MONTH, [replace(one, used=False)])
    assert current() == {("smelter", "dross", 3.0)}
    withdraw(access, gone, gone.revision, "不撤")
    assert len(current()) == 2


def test_nothing_is_filed_where_one_of_several_fails(room: Reporting) -> None:
    access = room.access("office")
    desk = desk_of(access, room.county.region)
    good = (room.smelter, MONTH, [said("made", "liquid_aluminium", 9018)], None, "", False)
    bad = (room.caster, MONTH, [said("received", "liquid_aluminium", 1, "caster", partner="nobody")], None, "", False)
    with pytest.raises(FilingError, match="nobody"):
        file_many(access, [good, bad], firms_named(desk))
    assert not Filing.objects.exists()


def test_the_file_is_kept_once(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    bring(client, ("一.csv", TABLE))
    bring(client, ("二.csv", TABLE))
    assert StoredFile.objects.count() == 1


# Size -----------------------------------------------------------------------------------------------------------------------
def test_five_thousand_rows(room: Reporting, client_of: Any) -> None:
    """A file of many months at once is read, compared and filed whole; how long fifty thousand take is measured in `benchmarks/`."""
    goods = ("liquid_aluminium", "dross", "anode_butts", "spl", "carbon_residue")
    months = [f"{year}-{month:02d}" for year in range(2021, 2023) for month in range(1, 13)]
    rows = [
        f"smelter,{month},发出量,{good},区外：客户{number},{number + 1},吨,磅单"
        for month in months
        for good in goods
        for number in range(42)
    ]
    table = "企业,月份,项目,物料,往来方,数值,单位,来源\n" + "\n".join(rows)
    client = client_of(room.county.people["office"])
    page = bring(client, ("多.csv", table))
    assert f"{len(rows)}" in words(page).replace(",", "")
    client.post(page.wsgi_request.path)
    assert Statement.objects.count() == len(rows) > 5_000
