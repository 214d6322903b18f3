"""`lvlian project` and `lvlian case`."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lvlian.brief.outlook_tables import Cell
from lvlian.cli.outlook_shown import MARK

from .conftest import SAMPLE

REGIONS = SAMPLE.parents[1] / "regions"
DRY = SAMPLE.parent / "dry-season.yaml"
QUICK = ("--draws", 64, "--quiet")


def test_goals_with_chance_and_what_cannot_be_said(lvlian) -> None:
    told = lvlian("project", SAMPLE, *QUICK)
    assert told.code == 0 and not told.err
    lines = told.out.splitlines()
    assert "（模拟）" in lines[0] and "能给出达成概率" in lines[1] and "达成概率" in lines[2]
    for words in ("目标", "不能同时成立的句子", "说不了的目标", "哪份报表能定", "前提", "卡在哪里", "80% 区间", "假 "):
        assert words in told.out, words
    shown = re.findall(r"^([●▲■○]) (\S+) +\d{4} .*? (< 1%|> 99%|[\d.]+%) ", told.out, re.MULTILINE)
    assert len(shown) > 5
    for mark, word, chance in shown:
        share = float(re.sub(r"[^\d.]", "", chance)) / 100
        rank = "ok" if share >= 0.7 else "warn" if share >= 0.3 else "bad"
        assert (MARK[rank], {"ok": "正常", "warn": "预警", "bad": "滞后"}[rank]) == (mark, word)


def test_json_has_the_median_and_the_seed_repeats_it(lvlian) -> None:
    first = lvlian("project", SAMPLE, "--json", *QUICK, "--seed", 5, "--workers", 1)
    assert first.out == lvlian("project", SAMPLE, "--json", *QUICK, "--seed", 5, "--workers", 2).out
    data = first.json
    assert data["format"] == "lvlian-outlook/1" and data["seed"] == 5 and data["draws"] == 64 and data["simulated"]
    known = [row for row in data["projection"]["aims"] if row["chance"] is not None]
    assert known and all(row["interval"][0] <= row["median"] <= row["interval"][1] for row in known)
    assert all(len(row["bands"]) >= 8 for row in known[:1]) and data["asks"] and data["projection"]["premises"]


def test_a_scenario_a_premise_and_two_side_by_side(lvlian) -> None:
    data = lvlian("project", SAMPLE, "--against", DRY, *QUICK, "--json").json
    by_hand = lvlian("project", SAMPLE, "--set", "power.dry=-0.2", *QUICK, "--json").json
    turned = data["against"]
    assert turned["scenario"] == "枯水期少两成" and by_hand["scenario"] == "power.dry=-0.2" and not data["scenario"]
    assert [row["median"] for row in turned["projection"]["aims"]] == [
        row["median"] for row in by_hand["projection"]["aims"]
    ]
    assert any(
        row["kind"] == "premise" and row["key"] == "power.dry" and row["b"] == -0.2 for row in data["differences"]
    )
    beside = lvlian("project", SAMPLE, "--against", DRY, *QUICK, "--lang", "en")
    assert "Row by row" in beside.out and "power in the dry season" in beside.out and "baseline" in beside.out


def test_a_project_is_dropped_and_the_last_year_set(lvlian) -> None:
    whole = lvlian("project", SAMPLE, *QUICK, "--json").json
    project = whole["projection"]["projects"][0]["id"]
    less = lvlian("project", SAMPLE, "--drop", project, "--until", 2025, *QUICK, "--json").json
    assert less["projection"]["projects"][0]["never"] and less["projection"]["quarters"][-1] == "2025-Q4"


def test_all_files_or_none(lvlian, tmp_path) -> None:
    out = tmp_path / "out"
    told = lvlian("project", SAMPLE, "--out", out, "--draws", 64, "--lang", "en")
    assert told.code == 0 and "The outlook is in" in told.err
    names = {path.name for path in out.iterdir()}
    assert {"outlook.json", "outlook.xlsx", "outlook.docx"} < names and any(name.startswith("fan-") for name in names)
    assert json.loads((out / "outlook.json").read_text())["draws"] == 64
    book = load_workbook(out / "outlook.xlsx")
    assert {"Outlook", "Goals", "Premises", "Course"} <= set(book.sheetnames)
    assert isinstance(book["Goals"]["F2"].value, int | float)
    drawing = next(path for path in out.iterdir() if path.suffix == ".svg").read_text()
    assert "Simulated" in drawing or "invented" in drawing
    again = tmp_path / "again"
    lvlian("project", SAMPLE, "--out", again, "--draws", 64, "--lang", "en", "--quiet")
    assert all((again / name).read_bytes() == (out / name).read_bytes() for name in names)


def test_threads_of_an_ensemble_say_the_same_chances(lvlian) -> None:
    here = lvlian("project", SAMPLE, *QUICK, "--json").json["projection"]["aims"]
    there = lvlian("project", SAMPLE, *QUICK, "--json", "--cluster", "threads:2").json["projection"]["aims"]
    assert [row["chance"] for row in here] == [row["chance"] for row in there]
    for one, other in zip(here, there, strict=True):
        if one["median"] is not None:
            assert one["interval"][0] * 0.99 - 1e-6 <= other["median"] <= one["interval"][1] * 1.01 + 1e-6


def test_the_case_is_edited_and_taken_again(lvlian, tmp_path) -> None:
    path = tmp_path / "case.yaml"
    assert lvlian("case", SAMPLE, "--out", path).code == 0
    assert path.read_text(encoding="utf-8").startswith("format: lvlian-case/1")
    plan = lvlian("project", SAMPLE, *QUICK, "--json").json
    again = lvlian("project", path, *QUICK, "--json").json
    assert [row["median"] for row in plan["projection"]["aims"]] == [
        row["median"] for row in again["projection"]["aims"]
    ]
    assert "would be written over" in lvlian("case", path, "--out", path).err


def test_a_plan_that_names_no_firm_is_not_judged(lvlian) -> None:
    told = lvlian("project", REGIONS / "guizhou.yaml", *QUICK)
    assert "都不能判断达成" in told.out and "企业名录和产能" in told.out and "达成概率" not in told.out
    assert not set("●▲■") & set(told.out)


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


BROKEN = {
    "nothing.yaml": "",
    "unknown.yaml": "format: lvlian-scenario/1\nname: x\nbogus: 1\n",
    "premise.yaml": "format: lvlian-scenario/1\nname: x\nset:\n  power.drry: 1\n",
    "alias.yaml": "format: lvlian-scenario/1\nname: &a x\nreason: *a\n",
    "tag.yaml": "format: lvlian-scenario/1\nname: !!python/object/apply:os.system [x]\n",
    "bomb.yaml": "a: " + "[" * 400 + "\n",
    "binary.yaml": "\x00\x01",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_scenario_is_one_sentence(lvlian, tmp_path, name) -> None:
    told = lvlian("project", SAMPLE, "--scenario", _write(tmp_path / name, BROKEN[name]), *QUICK)
    assert told.code == 2 and not told.out and len(told.complaints) == 1 and "Traceback" not in told.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scenario", "no.yaml"], "cannot be read"),
        (["--set", "power.dry"], "expected KEY=VALUE"),
        (["--set", "power.dry=nan"], "finite"),
        (["--set", "power.drry=1"], "power.dry"),
        (["--drop", "nobody"], "no project"),
        (["--until", "1999"], "before the first quarter"),
        (["--today", "yesterday"], "expected a day"),
        (["--cluster", "nowhere"], "--cluster: found nowhere"),
        (["--account", str(DRY)], "not JSON"),
    ],
)
def test_options_that_cannot_be(lvlian, arguments, said) -> None:
    told = lvlian("project", SAMPLE, *arguments, *QUICK)
    assert told.code == 2 and not told.out and len(told.complaints) == 1 and said in told.err


def test_no_plan_no_goal_and_a_hostile_case(lvlian, tmp_path) -> None:
    policy = _write(tmp_path / "policy.txt", "松原县奖励办法\n\n2030年1月1日\n\n对新升规企业一次性奖励20万元。\n")
    hostile = _write(tmp_path / "hostile.yaml", "format: lvlian-case/1\nregion: &a !!python/object:os.system x\n")
    for command in ("project", "pathway", "explain", "case"):
        for path, said in ((policy, "no goal"), (hostile, "line 2"), (tmp_path / "none.txt", "there is no such file")):
            told = lvlian(command, path)
            assert told.code == 2 and len(told.complaints) == 1 and said in told.err, (command, path)


def test_the_account_of_another_region(lvlian, tmp_path, monkeypatch) -> None:
    from types import SimpleNamespace

    there = SimpleNamespace(region=SimpleNamespace(name="河西市"), month="2024-01")
    monkeypatch.setattr("lvlian.cli.assessing.account_of_file", lambda path: there)
    told = lvlian("project", SAMPLE, "--account", DRY, *QUICK)
    assert told.code == 2 and "is the account of 河西市" in told.err and len(told.complaints) == 1


def test_a_cell_of_a_table_is_told_in_both_languages() -> None:
    cell = Cell("达到", "met", 1.0)
    assert cell.in_("zh") == "达到" and cell.in_("en") == "met"


def test_it_is_quick(lvlian) -> None:
    begun = time.perf_counter()
    lvlian("project", REGIONS / "changji.yaml", *QUICK)
    assert time.perf_counter() - begun < 5.0
