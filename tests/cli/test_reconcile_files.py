"""`lvlian reconcile --out`: every file of an account, of a period, with a plan's goals; in both languages; all or none."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from openpyxl import load_workbook
from tests.chain.account.situation import BEFORE, REGION, STALE, STATEMENTS
from tests.cli.conftest import Run

from lvlian.chain.account.load_region import region_data
from lvlian.chain.report.write_statements import csv_text, json_text

FILES = {
    "account.json", "account.docx", "account.xlsx", "indicators.json", "flows-metal.svg", "flows-energy.svg", "flows-carbon.svg", "flows-value.svg",
    "atlas.svg", "footprint.xlsx",
}  # fmt: skip
PLAN = """示例县铝产业三年行动方案（2023—2025年）

示例县人民政府办公室

2023年1月1日

一、目标

到2025年，全县铝水就地转化率达到90%以上。到2025年，全县铝产业产值达到300亿元以上。

二、任务

丁铝公司年产5万吨铝箔项目2024年6月底前投产。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = yaml.safe_dump(region_data(REGION), allow_unicode=True, sort_keys=False)
    (tmp_path / "region.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "august.json").write_text(json_text(BEFORE, simulated=True), encoding="utf-8")
    (tmp_path / "september.csv").write_text(
        csv_text([*STATEMENTS, STALE], simulated=True), encoding="utf-8", newline=""
    )
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    return tmp_path


def _given(folder: Path) -> tuple[object, ...]:
    return (folder / "august.json", folder / "september.csv", "-r", folder / "region.yaml")


def test_a_month_gives_every_file(lvlian: Run, folder: Path) -> None:
    out = folder / "out"
    done = lvlian("reconcile", *_given(folder), "--plan", folder / "plan.txt", "--out", out)
    assert done.code == 0, done.err
    assert {path.name for path in out.iterdir()} == FILES
    assert "目标与链账" in done.out and "≥ 90 %" in done.out
    for name in FILES:
        if name.endswith(".svg"):
            drawn = (out / name).read_text(encoding="utf-8")
            ElementTree.fromstring(drawn)
            assert "模拟" in drawn and "2023-09 的平衡账" in drawn
    told = json.loads((out / "indicators.json").read_text(encoding="utf-8"))
    assert told["format"] == "lvlian-indicators/1" and told["simulated"] and len(told["indicators"]) == 76
    assert {g["means"] for g in told["goals"]} == {"liquid_local_conversion", "chain_output_value"}
    names = load_workbook(out / "account.xlsx").sheetnames
    assert {"报数与平衡", "可疑", "指标", "指标的分子分母", "目标", "补链", "说明"} <= set(names)
    assert "丁铝公司年产5万吨铝箔项目" in (out / "atlas.svg").read_text(encoding="utf-8") or "丁铝" in done.out


def test_every_variant_is_in_the_workbook_and_its_parts_add_up(lvlian: Run, folder: Path) -> None:
    assert lvlian("reconcile", *_given(folder), "--out", folder / "out").code == 0
    book = load_workbook(folder / "out" / "account.xlsx")
    told = json.loads((folder / "out" / "indicators.json").read_text(encoding="utf-8"))
    variants = sum(len(one["values"]) for one in told["indicators"])
    assert book["指标"].max_row == variants + 1
    heads = [cell.value for cell in book["指标"][1]]
    rows = [dict(zip(heads, [c.value for c in row], strict=True)) for row in book["指标"].iter_rows(min_row=2)]
    assert all(row["平衡后"] is not None or row["80% 下"] is not None or row["缺什么"] for row in rows)
    part_heads = [cell.value for cell in book["指标的分子分母"][1]]
    parts = [
        dict(zip(part_heads, [c.value for c in r], strict=True)) for r in book["指标的分子分母"].iter_rows(min_row=2)
    ]
    whole = next(row for row in rows if row["指标代码"] == "liquid_local_conversion" and row["口径代码"] == "strict")
    mine = [p for p in parts if p["指标"] == whole["指标"] and p["口径"] == whole["口径"] and p["哪一边"] == "分子"]
    assert mine and sum(p["量"] or 0 for p in mine) == pytest.approx(whole["分子"], rel=1e-6)


def test_the_same_reports_give_the_same_bytes(lvlian: Run, folder: Path) -> None:
    for name in ("a", "b"):
        assert lvlian("reconcile", *_given(folder), "--plan", folder / "plan.txt", "--out", folder / name).code == 0
    for path in (folder / "a").iterdir():
        assert path.read_bytes() == (folder / "b" / path.name).read_bytes(), path.name


def test_english_has_english_arithmetic(lvlian: Run, folder: Path) -> None:
    done = lvlian("reconcile", *_given(folder), "--plan", folder / "plan.txt", "--lang", "en", "--out", folder / "out")
    lines = [line for line in done.out.splitlines() if line.startswith("    ") and ("implied" in line or "→" in line or " = " in line)]  # fmt: skip
    assert lines and not any(re.search("推得|只改|逐字|，差|分不开", line) for line in lines)
    assert "goals beside the account" in done.out and "chance it is met" in done.out
    names = load_workbook(folder / "out" / "account.xlsx").sheetnames
    assert {"indicators", "parts", "goals", "gaps"} <= set(names)
    assert "Simulated" in (folder / "out" / "flows-metal.svg").read_text(encoding="utf-8")


def test_a_period_names_what_is_missing(lvlian: Run, folder: Path) -> None:
    out = folder / "out"
    done = lvlian("reconcile", *_given(folder), "--year", "2023-Q3", "--out", out)
    assert done.code == 0, done.err
    assert "2023-07  ○ 没有报数" in done.out
    months = {"account-2023-08.json", "account-2023-09.json", "period.json"}
    assert {path.name for path in out.iterdir()} == (FILES - {"account.json", "account.docx"}) | months
    period = json.loads((out / "period.json").read_text(encoding="utf-8"))
    assert period["missing"] == ["2023-07"] and period["months"] == ["2023-08", "2023-09"]
    told = json.loads((out / "indicators.json").read_text(encoding="utf-8"))
    assert set(told["by_month"]) == {"2023-08", "2023-09"} and told["absent"] == ["2023-07"]
    heads = [cell.value for cell in load_workbook(out / "account.xlsx")["指标按月"][1]]
    assert "2023-07（无账）" in heads and "2023-09" in heads
    assert "缺 2023-07" in (out / "atlas.svg").read_text(encoding="utf-8")
    made = {s["id"]: s for s in period["streams"]}
    each = [json.loads((out / f"account-2023-{m}.json").read_text(encoding="utf-8")) for m in ("08", "09")]
    some = next(s["id"] for s in each[1]["streams"] if s["kind"] == "made" and s["value"] is not None)
    parts = [s["value"] for one in each for s in one["streams"] if s["id"] == some]
    if None not in parts:
        assert made[some]["value"] == pytest.approx(sum(parts), rel=1e-9)


def test_from_and_to(lvlian: Run, folder: Path) -> None:
    open_end = lvlian("reconcile", *_given(folder), "--from", "2023-08", "--json").json
    assert open_end["months"] == ["2023-08", "2023-09"] and open_end["period"] == "2023-08–2023-09"
    assert open_end["missing"] == []
    one = lvlian("reconcile", *_given(folder), "--from", "2023-06", "--to", "2023-08", "--json").json
    assert one["months"] == ["2023-08"] and one["missing"] == ["2023-06", "2023-07"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--year", "23"), "2023-Q3"),
        (("--year", "2019"), "no report"),
        (("--year", "2023", "--month", "2023-09"), "--month and --year"),
        (("--from", "2023-9"), "--from"),
        (("--from", "2023-09", "--to", "2023-08"), "in their order"),
        (("--to", "2023-09"), "--from"),
        (("--month", "2023-13"), "--month"),
        (("--plan", "none.txt"), "none.txt"),
    ],
)
def test_wrong_options_are_one_sentence(lvlian: Run, folder: Path, options: tuple[str, ...], words: str) -> None:
    done = lvlian("reconcile", *_given(folder), *options, "--out", folder / "out")
    assert done.code == 2 and len(done.complaints) == 1 and words in done.complaints[0]
    assert not (folder / "out").exists()


def test_a_plan_of_another_region_is_said(lvlian: Run, folder: Path, plan: Path) -> None:
    done = lvlian("reconcile", *_given(folder), "--plan", plan)
    assert done.code == 0
    assert sum("is a plan of" in line for line in done.complaints) == 1


def test_a_plan_needs_a_region(lvlian: Run, folder: Path) -> None:
    done = lvlian("reconcile", folder / "september.csv", "--plan", folder / "plan.txt")
    assert done.code == 2 and "--region" in done.err


def test_all_files_or_none_and_none_over_a_report(lvlian: Run, folder: Path) -> None:
    mine = folder / "mine"
    mine.mkdir()
    (mine / "account.json").write_bytes((folder / "august.json").read_bytes())
    done = lvlian("reconcile", mine / "account.json", "-r", folder / "region.yaml", "--out", mine)
    assert done.code == 2 and "written over" in done.err
    assert [path.name for path in mine.iterdir()] == ["account.json"]
    blocked = folder / "blocked"
    (blocked / "atlas.svg").mkdir(parents=True)
    done = lvlian("reconcile", *_given(folder), "--out", blocked)
    assert done.code == 2 and "atlas.svg" in done.err
    assert [path.name for path in blocked.iterdir()] == ["atlas.svg"]


def test_the_brief_takes_the_account(lvlian: Run, folder: Path, plan: Path) -> None:
    assert lvlian("reconcile", *_given(folder), "--out", folder / "out").code == 0
    account = folder / "out" / "account.json"
    done = lvlian("assess", folder / "plan.txt", "--account", account, "--out", folder / "brief")
    assert done.code == 0, done.err
    page = (folder / "brief" / "brief.html").read_text(encoding="utf-8")
    for words in ("目标与链账", "严口径", "金属流图", "补链", "十倍"):
        assert words in page, words
    names = load_workbook(io.BytesIO((folder / "brief" / "brief.xlsx").read_bytes())).sheetnames
    assert {"链账 报数与平衡", "链账 指标", "链账 目标", "链账 补链"} <= set(names)
    other = lvlian("assess", plan, "--account", account, "--out", folder / "other")
    assert other.code == 0 and sum("goals are not set against it" in line for line in other.complaints) == 1
    assert "目标与链账" not in (folder / "other" / "brief.html").read_text(encoding="utf-8")
    indicators = folder / "out" / "indicators.json"
    wrong = lvlian("assess", folder / "plan.txt", "--account", indicators, "--out", folder / "wrong")
    assert wrong.code == 2 and "lvlian-account/1" in wrong.err and not (folder / "wrong").exists()
