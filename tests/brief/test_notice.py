"""The notice of a quarter: page by GB/T 9704-2012, sentences that say what the records say, units as facts, any text."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from benchmarks.papers import quarter
from docx import Document
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from lvlian.brief.dispatch_words import chance_words, change_lines, day_words, grouped, late_words, problem_sentence
from lvlian.brief.notice import notice_bytes
from lvlian.brief.red_head import RED, head_lines
from lvlian.ledger.report import Counts, GoalLine, ItemLine, LightLine, QuarterReport, UnitLine
from lvlian.ledger.snapshot import Change

BARE = QuarterReport(region="石盘县", office="石盘县铝链办", year=2024, quarter=3, as_of=date(2024, 9, 30))
ANY = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="\x00\x01\x0b\x1f\x7f\ud800\ufffe\r\n\t☃🏭甲=+-@\"'<>&;,:\\%{}", max_size=60),
    st.sampled_from(
        ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-1", "甲" * 5000, "🏭" * 1200, "a" * 5000, "BEGIN:VEVENT\r\nX:1"]
    ),
)
"""Whatever a person can put into a field."""


def paragraphs(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    return "\n".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


def hostile(text: str) -> QuarterReport:
    """A quarter with the same text wherever a text can stand."""
    return QuarterReport(
        region=text, office=text, year=2024, quarter=4, as_of=date(2024, 12, 31), subject=text, plan=text, simulated=text,
        snapshot_hash=text, previous_hash=text, audit_root=text, number=text, mark=text, addressees=text, copies=(text,),
        place=text, chair=text, present=(text,), excused=(text,), heard=(text,), counts=Counts(due=1, what=text),
        changes=(Change("broken", text, text, text, text, ((text, text, None), (text, [text], {text: text})), text),
                 Change("added", text, text, text, text, (), text)),
        goals=(GoalLine(indicator=text, unit=text, promised=float("inf"), reached=float("nan"), light=text, why=text, op=text,
                        period=text, through=text, origin=text),
               GoalLine(indicator=text, unit=text, reached=1e300, projected=-1e-300, chance=0.5, light="bad", why=text)),
        lights=tuple(LightLine(light=light, title=text, unit=text, reason=text, next_step=text, next_day=text, track=text,
                               step=text, promised=text, expected=text, group=text, blocks=(text,) * 6, key=text)
                     for light in ("bad", "warn", text)),
        units=(UnitLine(unit=text, owed=3, answered=1, state=text),),
        items=(ItemLine(track=text, title=text, unit=text, stage=text, due=text, expected=text, light=text, note=text),),
    )  # fmt: skip


def test_the_head_of_the_first_page() -> None:
    document = Document(io.BytesIO(notice_bytes(quarter())))
    head, number = document.paragraphs[:2]
    assert head.text == "石盘县铝产业链提质三年行动\n工作领导小组办公室文件"
    assert head.runs[0].font.color.rgb is not None
    assert str(head.runs[0].font.color.rgb) == RED
    assert number.text == "石铝提组办发〔2024〕×号"
    rule = number._p.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}")
    assert rule is not None
    assert rule.get(qn("w:color")) == RED
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "关于2024年三季度铝产业链调度情况的通报" in texts
    assert texts.index("石盘园区管委会，县直各有关部门：") > texts.index("关于2024年三季度铝产业链调度情况的通报")


def test_page_is_the_standards() -> None:
    section = Document(io.BytesIO(notice_bytes(quarter()))).sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin)
    assert [round(size.mm) for size in sizes if size] == [210, 297, 37, 35, 28]
    assert section.footer.paragraphs[0].text.replace(" ", "") == "——"
    assert section.footer.paragraphs[0].alignment == 2
    assert section.even_page_footer.paragraphs[0].alignment == 0


def test_marks_stand_on_every_page_where_due() -> None:
    section = Document(io.BytesIO(notice_bytes(quarter()))).sections[0]
    for header in (section.header, section.even_page_header):
        assert header.paragraphs[0].text.split() == ["代拟稿", "模拟"]
    issued = Document(io.BytesIO(notice_bytes(replace(quarter(), draft=False, simulated="")))).sections[0]
    assert not issued.header.paragraphs[0].text
    assert "模拟" not in words(notice_bytes(replace(quarter(), draft=False, simulated="")))


def test_the_body_says_what_the_records_say() -> None:
    texts = paragraphs(notice_bytes(quarter()))
    assert "截至9月30日，应到期里程碑29项，办结18项，预警2项，滞后9项。" in texts
    goals = next(text for text in texts if text.startswith("1—9月"))
    assert goals == (
        "1—9月，铝产业产值97.4亿元、电解铝产量29.6万吨、新增规上企业3户；按推演，全年铝产业产值138亿元"
        "（目标150亿元左右，达成概率31%）、新增规上企业4户（目标6户以上，达成概率不足1%）；"
        "铝水就地转化率缺数，缺两家企业报表（见附件2）。"
    )
    assert "与2024年7月16日封存的快照相比，变更3项、新增2项、移出1项、承诺到期未兑现2项（见附件1）。" in texts
    assert any(text.startswith("（一）用地。") for text in texts)
    assert "1. 第二批次用地获批后15个工作日内完成4个项目供地，由县自然资源局负责，11月20日前办结（转督办）。" in texts
    assert "2. 110千伏园区变电站并行施工，具备送电条件，由石盘供电公司负责，2025年2月28日前办结（转督办）。" in texts


def test_every_level_has_its_mark_and_no_heading_is_empty() -> None:
    texts = paragraphs(notice_bytes(quarter()))
    assert [text for text in texts if re.match("[一二三四五]、", text)] == [
        "一、总体情况",
        "二、存在问题",
        "三、会议决定",
    ]
    bare = paragraphs(notice_bytes(BARE))
    at = bare.index("二、存在问题")
    assert bare[at + 1] == "无。"
    assert bare[bare.index("一、总体情况") + 1] == "截至9月30日，无到期里程碑。"
    assert not [text for text in bare if text.startswith(("三、", "附件"))]


def test_headings_stay_with_what_follows() -> None:
    for paragraph in Document(io.BytesIO(notice_bytes(quarter()))).paragraphs:
        if re.match("[一二三]、", paragraph.text):
            assert paragraph.paragraph_format.keep_with_next


def test_units_are_facts_in_the_given_order() -> None:
    report = quarter()
    document = Document(io.BytesIO(notice_bytes(report)))
    table = next(table for table in document.tables if table.rows[0].cells[0].text == "单位")
    names = [row.cells[0].text for row in table.rows[1:-1]]
    assert names == [line.unit for line in report.units]
    said = words(notice_bytes(report))
    for word in ("排名第", "名次", "得分", "先进", "末位", "倒数", "表扬", "批评"):
        assert word not in said
    assert [cell.text for cell in table.rows[-1].cells][:4] == ["合计", "60", "52", "7"]


def test_annexes_follow_and_one_alone_has_no_number() -> None:
    texts = paragraphs(notice_bytes(quarter()))
    listed = [text.split(". ")[1] for text in texts if re.match("(附件：|　　　)\\d+\\. ", text)]
    assert listed == ["与上次快照相比的变化", "目标对照表", "滞后和预警事项", "各单位核对情况", "台账明细"]
    alone = paragraphs(notice_bytes(replace(BARE, lights=quarter().lights)))
    assert "附件：滞后和预警事项" in alone
    assert "经逐项核对，滞后4项、预警2项（见附件）。" in alone


def test_the_seal_is_the_last_line() -> None:
    texts = [text for text in paragraphs(notice_bytes(quarter())) if text]
    assert texts[-3:] == [
        f"封存快照（2024-10-16 17:05）：{'a91f3c07' * 8}",
        f"上次快照：{'5be2d410' * 8}",
        f"审计根：{'07c4e9b3' * 8}",
    ]
    assert [text for text in paragraphs(notice_bytes(BARE)) if text][-1].startswith("数据尚未封存")


def test_imprint_names_copies_and_office() -> None:
    document = Document(io.BytesIO(notice_bytes(quarter())))
    imprint = document.tables[-1]
    assert imprint.rows[0].cells[0].text.startswith("抄送：县委办公室，")
    assert imprint.rows[1].cells[0].text.endswith("2024年10月23日印发")


def test_same_report_same_bytes() -> None:
    content = notice_bytes(quarter())
    assert content == notice_bytes(quarter())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        order = etree.fromstring(archive.read("word/document.xml"))
    assert order is not None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            LightLine(light="bad", title="第二批次用地690.5亩", unit="县自然资源局", late=30, reason="组件补正，2023-09-12 重报",
                      next_step="报省厅", next_day="2023-10-31", step="获批", promised="2023-08", expected="2023-10",
                      blocks=("甲", "乙")),
            "第二批次用地690.5亩，应8月底获批，现计划10月底，逾期30天；组件补正，2023年9月12日 重报；影响甲、乙；10月31日前报省厅，责任单位县自然资源局。",
        ),
        (LightLine(light="warn", title="变电站", late=-12), "变电站，距时限12天；下一节点未报，尚无责任单位。"),
        (LightLine(light="warn", title="专线", unit="县发改局", promised="2024-Q1", next_day="2024-03"),
         "专线，应2024年一季度末完成；下一节点2024年3月底前，责任单位县发改局。"),
    ],
)  # fmt: skip
def test_a_problem_is_fact_figure_who_by_when(line: LightLine, said: str) -> None:
    assert problem_sentence(line, 2023) == said


def test_days_figures_and_chances() -> None:
    assert [day_words(day, 2024) for day in ("2024-08", date(2024, 9, 3), "2025", "2024-Q3", "待定", None)] == [
        "8月底", "9月3日", "2025年底", "三季度末", "待定", "",
    ]  # fmt: skip
    assert [late_words(late) for late in (None, 0, 3, -4)] == ["—", "当日到期", "逾期 3 天", "剩 4 天"]
    assert [chance_words(chance) for chance in (None, 0.002, 0.44, 0.999)] == ["", "不足1%", "44%", "超过99%"]


def test_a_change_tells_the_first_fields_and_how_many_more() -> None:
    fields = tuple((f"f{n}", None, n) for n in range(7))
    assert change_lines(fields).split("\n") == ["f0 0", "f1 1", "f2 2", "f3 3", "另3项见工作簿"]
    assert change_lines((("due", "2023-12", "2024-04"), ("why", None, "x"))) == "时限 2023-12\n→ 2024-04"


def test_groups_with_most_late_items_come_first_and_many_become_one() -> None:
    lights = [LightLine(light="bad" if n % 2 else "warn", title=str(n), group=f"g{n % 20}") for n in range(60)]
    groups = grouped(lights, 12)
    assert len(groups) == 13
    assert groups[-1][0] == "其他"
    assert sum(len(lines) for _, lines in groups) == 60
    assert all(line.light == "bad" for name, lines in groups[:10] for line in lines)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("石盘县人民政府文件", ["石盘县人民政府文件"]),
        ("石盘县推进铝产业高质量发展工作领导小组办公室文件", ["石盘县推进铝产业高质量发展", "工作领导小组办公室文件"]),
    ],
)
def test_red_heads_break_where_an_organ_begins(name: str, lines: list[str]) -> None:
    assert head_lines(name) == lines


@given(st.text(alphabet="县铝办领导小组文件（）a1", max_size=60))
def test_red_heads_lose_nothing(name: str) -> None:
    assert "".join(head_lines(name)) == name


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY)
def test_any_text_gives_a_file_that_opens(text: str) -> None:
    document = Document(io.BytesIO(notice_bytes(hostile(text))))
    assert len(document.tables) >= 6


@pytest.mark.skipif(not shutil.which("soffice") or not shutil.which("pdftotext"), reason="no LibreOffice here")
def test_pages_as_printed(tmp_path: Path) -> None:
    """No heading closes a page, the first page holds text, every page has its marks and number."""
    (tmp_path / "notice.docx").write_bytes(notice_bytes(quarter(60, lights=24, changes=30)))
    profile = f"-env:UserInstallation=file://{tmp_path / 'office'}"
    run = [
        "soffice",
        "--headless",
        profile,
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "notice.docx"),
    ]
    subprocess.run(run, check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "notice.pdf"), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    pages = [[line.strip() for line in page.splitlines() if line.strip()] for page in text.split("\f") if page.strip()]
    assert "一、总体情况" in pages[0]
    for number, page in enumerate(pages, start=1):
        assert page[0].split() == ["代拟稿", "模拟"]
        assert page[-1].replace(" ", "") == f"—{number}—"
        assert not re.match(r"[一二三]、|（[一二三四五]）\w+。$|附件\d?$", page[-2])
