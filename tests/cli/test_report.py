"""`lvlian report`: forms out, reports in, all or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.chain.report.ground import REGION

from lvlian.chain.account.load_region import region_data

if TYPE_CHECKING:
    from tests.cli.conftest import Run

HEAD = "企业,月份,项目,物料,往来方,数值,单位"


@pytest.fixture
def region(tmp_path: Path) -> Path:
    path = tmp_path / "shipan.yaml"
    path.write_text(yaml.safe_dump(region_data(REGION), allow_unicode=True), encoding="utf-8")
    return path


def reports(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join((HEAD, *rows)), encoding="gb18030")
    return path


def test_forms_are_written_and_read_back_empty(lvlian: Run, region: Path, tmp_path: Path) -> None:
    out = tmp_path / "forms"
    done = lvlian("report", "template", "-r", region, "-m", "2023-09", "-o", out)
    assert done.code == 0, done.err
    written = sorted(path.name for path in out.iterdir())
    assert len(written) == 10
    assert "云岫-2023-09.xlsx" in written
    read = lvlian("report", "check", *sorted(out.iterdir()), "-r", region, "-m", "2023-09")
    assert read.code == 0, read.err
    assert "云岫-2023-09.xlsx：0 个报数，" in read.out


def test_one_firm_with_last_month_beside(lvlian: Run, region: Path, tmp_path: Path) -> None:
    last = reports(tmp_path, "8.csv", "云岫,2023-08,期末库存,重熔用铝锭,,900,吨")
    out = tmp_path / "forms"
    done = lvlian("report", "template", "-r", region, "-m", "2023-09", "-o", out, "--firm", "云岫", "--last", last)
    assert done.code == 0, done.err
    assert [path.name for path in out.iterdir()] == ["云岫-2023-09.xlsx"]
    assert lvlian("report", "template", "-r", region, "-m", "2023-09", "-o", out, "--firm", "没有").code == 2


def test_problems_are_told_by_place_and_nothing_is_taken(lvlian: Run, region: Path, tmp_path: Path) -> None:
    held = tmp_path / "held.json"
    wrong = reports(tmp_path, "9.csv", "云岫,2023-09,产量,铝液,,90180,吨", "云岫,2023-09,产量,重熔用铝锭,,22O,吨")
    done = lvlian("report", "import", wrong, "-r", region, "--into", held)
    assert done.code == 2
    assert done.complaints[0].startswith("9.csv › 第 3 行 数值：“22O”不是数字")
    assert done.complaints[-1] == "9.csv: 1 problem(s); nothing was taken."
    assert not held.exists()
    told = lvlian("report", "check", wrong, "-r", region, "--json")
    assert told.code == 2
    assert [p["code"] for p in told.json[0]["problems"]] == ["not-a-number"]
    assert told.json[0]["statements"] == []


def test_imports_change_what_is_held_and_keep_what_is_withdrawn(lvlian: Run, region: Path, tmp_path: Path) -> None:
    held = tmp_path / "held.json"
    first = reports(tmp_path, "a.csv", "南坡,2023-09,产量,铸轧卷,,6146,吨", "南坡,2023-09,产量,冷轧带,,5240,吨")
    assert lvlian("report", "import", first, "-r", region, "--into", held).code == 0
    second = reports(tmp_path, "b.csv", "南坡,2023-09,产量,铸轧卷,,6150,吨", "南坡,2023-10,产量,铸轧卷,,61500,吨")
    dry = lvlian("report", "import", second, "-r", region, "--into", held, "--dry-run", "--json")
    assert dry.json["counts"] == {"added": 1, "changed": 1, "unchanged": 0, "withdrawn": 1}
    assert [doubt["code"] for doubt in dry.json["doubts"]] == ["report-ten-times"]
    assert len(json.loads(held.read_text("utf-8"))["statements"]) == 2
    done = lvlian("report", "import", second, "-r", region, "--into", held)
    assert done.code == 0
    assert "变更 1" in done.out
    kept = json.loads(held.read_text("utf-8"))
    assert kept["simulated"] is True
    assert [(s["good"], s["value"], s.get("withdrawn", False)) for s in kept["statements"]] == [
        ("cast_rolled_strip", 6150.0, False),
        ("cold_strip", 5240.0, True),
        ("cast_rolled_strip", 61500.0, False),
    ]
    assert lvlian("report", "check", held, "-r", region).code == 0


def test_bad_options_are_one_sentence(lvlian: Run, region: Path, tmp_path: Path) -> None:
    report = reports(tmp_path, "a.csv", "南坡,2023-09,产量,铸轧卷,,6146,吨")
    for arguments in (
        ("check", report, "-r", region, "-m", "2023-9"),
        ("check", report, "-r", tmp_path / "none.yaml"),
        ("check", tmp_path / "none.csv", "-r", region),
        ("import", report, "-r", region, "--into", report),
        ("import", report, report, "-r", region, "--into", tmp_path / "held.json"),
    ):
        done = lvlian("report", *arguments)
        assert done.code == 2
        assert done.complaints
        assert "Traceback" not in done.err
