"""A month's account in the brief, as a workbook and as a paper: told behind the plans, marked where simulated, the same bytes."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from typer.testing import CliRunner

from lvlian.brief import Assessed, write_brief
from lvlian.brief.account import account_sheets, account_title, account_workbook
from lvlian.brief.account_paper import account_paper, doubt_sentences
from lvlian.chain.account.account import Account, make_account
from lvlian.chain.account.write_account import to_json
from lvlian.chain.simulate import FaultPlan, simulate_region

REGION = Path(__file__).resolve().parents[2] / "data" / "regions" / "yanshan.yaml"


@cache
def account() -> Account:
    """Two months, a report ten times too large in the second."""
    fault = FaultPlan(kind="tenfold", month="2024-02", item="made", good="cast_rolled_strip")
    made = simulate_region(REGION, "2024-01", "2024-02", 7, [fault])
    return make_account(made.region, "2024-02", made.statements["2024-02"], before=made.statements["2024-01"])


def texts(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def test_the_workbook_has_every_row_with_its_cell() -> None:
    book = load_workbook(io.BytesIO(account_workbook(account())))
    assert book.sheetnames == ["报数与平衡", "可疑", "分不开", "要什么", "指标", "平衡式", "说明"]
    sheet = book["报数与平衡"]
    assert sheet.max_row == len(account().rows) + 1
    heads = [cell.value for cell in sheet[1]]
    told = [dict(zip(heads, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert all((row["报数"] is not None) == (row["单元格"] is not None) for row in told)
    assert all(row["注"] == "模拟" for row in told)
    assert "十倍" in [row[0].value for row in book["可疑"].iter_rows(min_row=2)]


def test_the_paper_names_report_cell_and_post() -> None:
    words = texts(account_paper(account()))
    assert account_title(account()) in words and "本账的报数为模拟" in words
    doubt = account().doubts[0]
    origin = account().network.readings[doubt.reading].statement.origin  # type: ignore[union-attr]
    assert origin.cell in words and "统计岗" in words and "像小数点错一位" in words
    assert all(sentence in words for sentence in doubt_sentences(account()))


def test_the_same_account_gives_the_same_bytes() -> None:
    assert account_workbook(account()) == account_workbook(account())
    assert account_paper(account()) == account_paper(account())


def test_nothing_that_is_no_number_stands_in_a_cell() -> None:
    for sheet in account_sheets(account()):
        for row in sheet.rows:
            assert len(row) == len(sheet.columns), sheet.name
            assert all(
                value is None or isinstance(value, str) or (value == value and abs(value) < 1e300) for value in row
            )


def test_the_brief_tells_it_behind_the_plan(shipan: Assessed, tmp_path: Path) -> None:
    page, paper, book = write_brief([shipan], tmp_path / "with", account=account())
    html = page.read_text(encoding="utf-8")
    assert (
        account_title(account()) in html
        and "像小数点错一位" in html
        and html.index('id="p1"') < html.index('id="account"')
    )
    assert "可疑的报数" in texts(paper.read_bytes())
    assert "链账 报数与平衡" in load_workbook(book).sheetnames
    plain = write_brief([shipan], tmp_path / "without")
    assert 'id="account"' not in plain[0].read_text(encoding="utf-8")


def _assess(tmp_path: Path, content: str | bytes) -> Any:
    from lvlian.cli.app import app

    plan, file = tmp_path / "plan.txt", tmp_path / "account.json"
    plan.write_text("石盘县铝产业行动方案\n到2026年，全县铝产业产值达到300亿元以上。\n", encoding="utf-8")
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CliRunner().invoke(app, ["assess", str(plan), "--out", str(tmp_path / "out"), "--account", str(file)])


def test_the_command_takes_the_account_of_a_file(tmp_path: Path) -> None:
    done = _assess(tmp_path, to_json(account()))
    assert done.exit_code == 0, done.output
    assert account_title(account()) in (tmp_path / "out" / "brief.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", json.dumps({"format": "other"}), b"\xff\xfe\x00", '{"format": "lvlian-account/1"}']
)
def test_a_file_that_is_no_account_is_refused_in_a_sentence(tmp_path: Path, content: str | bytes) -> None:
    done = _assess(tmp_path, content)
    assert done.exit_code != 0 and not (tmp_path / "out" / "brief.html").exists()
    assert "Traceback" not in done.output
