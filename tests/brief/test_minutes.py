"""Minutes and agenda of a quarter's meeting."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.papers import large, quarter
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvlian.brief.agenda import agenda_bytes
from lvlian.brief.minutes import minutes_bytes
from lvlian.ledger.report import DecisionLine, LightLine, QuarterReport
from lvlian.ledger.snapshot import Change

TEXT = st.one_of(
    st.text(max_size=120),
    st.sampled_from(["=1+1", "\x00\x0b\ud800\ufffe", "甲" * 5000, "🏭" * 900, "a\r\nb\tc", "</w:t>&<", ""]),
)


def paragraphs(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


def with_text(text: str) -> QuarterReport:
    decisions = tuple(DecisionLine(number=n, text=text, unit=text, due=text, becomes=text) for n in range(40))
    lights = tuple(LightLine(light=light, title=text, unit=text, reason=text) for light in ("bad", "warn", text) * 20)
    changes = tuple(Change("broken", text, str(n), text, text, ((text, text, None),), text) for n in range(30))
    return replace(
        quarter(), region=text, office=text, subject=text, place=text, chair=text, present=(text,), excused=(text,),
        heard=(text,), decisions=decisions, lights=lights, changes=changes, simulated=text, copies=(text,),
    )  # fmt: skip


def test_when_where_who() -> None:
    texts = paragraphs(minutes_bytes(quarter()))
    assert "石盘县铝产业链提质三年行动\n工作领导小组办公室会议纪要" in texts
    assert "2024年三季度铝产业链调度会议纪要" in texts
    assert "时　间：2024年10月18日 14:30" in texts
    assert "地　点：县政府三楼会议室" in texts
    assert "主　持：领导小组常务副组长" in texts
    assert "出　席：县发改局、县工信局、县自然资源局、县林草局、县水务局、石盘园区管委会、石盘供电公司" in texts
    assert "请　假：县投促局" in texts


def test_what_was_heard_and_decided() -> None:
    texts = paragraphs(minutes_bytes(quarter()))
    heard, decided = texts.index("一、会议听取的情况"), texts.index("二、会议议定的事项")
    assert texts[heard + 2] == "1. 石盘园区管委会汇报三季度项目进度和四季度计划。"
    assert texts[decided + 1].startswith("1. 第二批次用地获批后15个工作日内")
    assert texts[decided + 4].endswith("由县工信局负责，11月30日前办结（转台账）。")


def test_what_nobody_wrote_is_shown_as_open() -> None:
    report = replace(quarter(), meeting_at=None, place="", chair="", present=(), excused=(), heard=(), decisions=())
    texts = paragraphs(minutes_bytes(report))
    assert [text for text in texts if text.endswith("（待填）")] == [
        "时　间：（待填）", "地　点：（待填）", "主　持：（待填）", "出　席：（待填）",
    ]  # fmt: skip
    assert not [text for text in texts if text.startswith("请　假")]
    assert texts[texts.index("二、会议议定的事项") + 1] == "无。"
    assert any(text.startswith("1. 2024年第二批次用地690.5亩，应8月底获批") for text in texts), "late items stand in"


def test_minutes_rest_on_the_seal_too() -> None:
    assert [text for text in paragraphs(minutes_bytes(quarter())) if text][-1] == f"审计根：{'07c4e9b3' * 8}"
    assert minutes_bytes(quarter()) == minutes_bytes(quarter())


def test_agenda_goes_from_red_to_decisions_to_broken_promises() -> None:
    document = Document(io.BytesIO(agenda_bytes(quarter())))
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts[0] == "2024年三季度铝产业链调度会议议程"
    assert texts[3:] == ["一、滞后和预警事项汇报（6项）", "二、提请议定的事项（4项）", "三、到期未兑现的承诺（2项）"]
    lights = [row.cells[1].text for row in document.tables[0].rows[1:]]
    assert [text[:4] for text in lights] == ["■ 滞后"] * 4 + ["▲ 预警"] * 2
    assert len(document.tables[1].rows) == 5


def test_a_long_agenda_says_what_it_leaves_out() -> None:
    document = Document(io.BytesIO(agenda_bytes(large())))
    texts = [paragraph.text for paragraph in document.paragraphs]
    shown = [len(table.rows) - 1 for table in document.tables]
    assert min(shown) >= 2
    assert f"另有{90 - shown[0]}项，见台账。" in texts


def test_an_empty_agenda_has_no_empty_section() -> None:
    texts = paragraphs(agenda_bytes(replace(quarter(), lights=(), decisions=(), changes=())))
    assert texts[-1] == "没有滞后、待议和未兑现的事项。"


@pytest.mark.skipif(not shutil.which("soffice") or not shutil.which("pdfinfo"), reason="no LibreOffice here")
def test_the_agenda_keeps_to_one_page(tmp_path: Path) -> None:
    names = []
    for name, report in (("few", quarter()), ("many", large()), ("long", with_text("一个很长的事项名称" * 30))):
        (tmp_path / f"{name}.docx").write_bytes(agenda_bytes(report))
        names.append(str(tmp_path / f"{name}.docx"))
    profile = f"-env:UserInstallation=file://{tmp_path / 'office'}"
    run = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), *names]
    subprocess.run(run, check=True, capture_output=True, timeout=120)
    for path in tmp_path.glob("*.pdf"):
        told = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, timeout=60).stdout.decode()
        assert "Pages:           1\n" in told, path.name


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT)
def test_any_text_gives_files_that_open(text: str) -> None:
    for content in (minutes_bytes(with_text(text)), agenda_bytes(with_text(text))):
        assert Document(io.BytesIO(content)).paragraphs
