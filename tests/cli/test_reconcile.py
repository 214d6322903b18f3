"""`lvlian reconcile`: reports with a region, and networks in the published form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from tests.chain.account.situation import BEFORE, REGION, STALE, STATEMENTS
from tests.cli.conftest import Run

from lvlian.chain.account.load_region import RegionError, load_region, region_data
from lvlian.chain.report.write_statements import csv_text, json_text

TRIANGLE = {
    "streams": ["in", "left", "right", "out"],
    "nodes": ["A", "B"],
    "incidence": [[0, 0, 1], [0, 1, -1], [0, 2, -1], [1, 1, 1], [1, 2, 1], [1, 3, -1]],
    "measured": [100, 60, None, 104],
    "variance": [4, 1, None, 4],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = yaml.safe_dump(region_data(REGION), allow_unicode=True, sort_keys=False)
    (tmp_path / "region.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "august.json").write_text(json_text(BEFORE, simulated=True), encoding="utf-8")
    (tmp_path / "september.csv").write_text(
        csv_text([*STATEMENTS, STALE], simulated=True), encoding="utf-8", newline=""
    )
    return tmp_path


def _network(path: Path, **changed: object) -> Path:
    path.write_text(json.dumps({**TRIANGLE, **changed}), encoding="utf-8")
    return path


def test_reports_become_an_account(lvlian: Run, folder: Path) -> None:
    done = lvlian(
        "reconcile",
        folder / "august.json",
        folder / "september.csv",
        "-r",
        folder / "region.yaml",
        "--out",
        folder / "out",
    )
    assert done.code == 0
    for words in (
        "收到时",
        "不合",
        "十倍",
        "漏一家",
        "单位",
        "22,220 或不动",
        "推不得",
        "要什么才能定",
        "september.csv",
        "模拟",
    ):
        assert words in done.out, words
    written = json.loads((folder / "out" / "account.json").read_text(encoding="utf-8"))
    assert written["month"] == "2023-09"
    assert len(written["suspects"]) == 4
    assert len(written["sets"]) == 1


def test_reports_as_json_and_in_english(lvlian: Run, folder: Path) -> None:
    files = (folder / "august.json", folder / "september.csv", "-r", folder / "region.yaml")
    account = lvlian("reconcile", *files, "--json").json
    assert account["format"] == "lvlian-account/1"
    assert account["stale"]
    english = lvlian("reconcile", *files, "--lang", "en").out
    assert "does not close" in english
    assert "What to ask for" in english
    earlier = lvlian("reconcile", *files, "--month", "2023-08", "--json").json
    assert earlier["month"] == "2023-08"


def test_a_network_gives_the_published_lists(lvlian: Run, tmp_path: Path) -> None:
    result = lvlian("reconcile", _network(tmp_path / "n.json"), "--json").json
    assert result["value"] == pytest.approx([102, 60, 42, 102])
    assert result["class"] == ["redundant", "nonredundant", "observable", "redundant"]
    assert result["z"][1] is None
    assert result["z"][2] is None
    assert (result["chi2"], result["dof"]) == (pytest.approx(2.0), 1)
    assert result["limit_95"] == pytest.approx(3.841, abs=1e-3)
    assert result["suspects"] == []
    table = lvlian("reconcile", tmp_path / "n.json")
    assert "可推得" in table.out
    written = lvlian("reconcile", tmp_path / "n.json", "--out", tmp_path / "o")
    assert written.code == 0
    assert (tmp_path / "o" / "n.reconciled.json").is_file()


def test_a_network_without_a_check_has_no_limit(lvlian: Run, tmp_path: Path) -> None:
    result = lvlian("reconcile", _network(tmp_path / "n.json", measured=[100, None, None, None], variance=[4, None, None, None]), "--json").json  # fmt: skip
    assert result["dof"] == 0
    assert result["limit_95"] is None
    assert result["value"][1] is None
    assert result["class"][3] == "observable"


def test_a_set_that_cannot_be_told_apart_is_in_the_list(lvlian: Run, tmp_path: Path) -> None:
    result = lvlian("reconcile", _network(tmp_path / "n.json", measured=[100, 60, None, 140]), "--json").json
    assert {s["name"] for s in result["suspects"]} == {"in", "out"}
    assert {s["set"] for s in result["suspects"]} == {0}


def test_the_published_cases(lvlian: Run, shared: Path) -> None:
    cases = sorted((shared / "reconciliation").glob("*.json"))
    assert len(cases) >= 13
    for path in cases:
        case = json.loads(path.read_text(encoding="utf-8"))
        result = lvlian("reconcile", path, "--json").json
        for found, wanted in zip(result["value"], case["reconciled_computed"], strict=True):
            assert (found is None) == (wanted is None), path.name
            assert wanted is None or found == pytest.approx(wanted, rel=1e-9, abs=1e-9), path.name
        for found, wanted in zip(result["sd"], case["reconciled_sd"], strict=True):
            assert wanted is None or found == pytest.approx(wanted, rel=1e-8, abs=1e-9), path.name
        assert result["class"] == case["classes"], path.name
        assert result["chi2"] == pytest.approx(case["chi2"], rel=1e-8, abs=1e-10), path.name
        assert result["dof"] == case["dof"], path.name


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "region"),
        (b"{", "region"),
        (b'{"streams": ["a"], "incidence": 5, "measured": [1]}', "nodes"),
        (
            b'{"streams": ["a"], "nodes": ["N"], "incidence": [[0, 7, 1]], "measured": [1], "variance": [1]}',
            "incidence[0]",
        ),
        (b'{"streams": ["a"], "nodes": [], "incidence": [], "measured": ["x"], "variance": [1]}', "measured[0]"),
        (b'{"streams": ["a"], "nodes": [], "incidence": [], "measured": [1], "variance": [-1]}', "variance[0]"),
        (b'{"incidence": \xff}', "UTF-8"),
        (b'{"incidence": ' + b"[" * 20_000, "JSON"),
    ],
)
def test_bad_networks_are_one_sentence(lvlian: Run, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    done = lvlian("reconcile", path)
    assert done.code == 2
    assert len(done.complaints) == 1
    assert words in done.complaints[0]
    assert "Lvlian failed" not in done.err


def test_contradicting_exact_readings_are_one_sentence(lvlian: Run, tmp_path: Path) -> None:
    path = _network(tmp_path / "n.json", measured=[100, 60, None, 104], variance=[0, 1, None, 0])
    done = lvlian("reconcile", path)
    assert done.code == 2
    assert len(done.complaints) == 1
    assert "out" in done.complaints[0]


def test_reports_that_cannot_be_read(lvlian: Run, folder: Path) -> None:
    region = folder / "region.yaml"
    assert lvlian("reconcile", folder / "september.csv").code == 2
    assert lvlian("reconcile", folder / "none.csv", "-r", region).code == 2
    bad = folder / "bad.csv"
    bad.write_text("企业,月份,项目,物料,数值,单位\n不知道厂,2023-09,产量,铝棒,5,吨\n", encoding="utf-8")
    done = lvlian("reconcile", bad, "-r", region)
    assert done.code == 2
    assert "bad.csv" in done.err
    twice = lvlian("reconcile", folder / "september.csv", folder / "september.csv", "-r", region)
    assert twice.code == 2
    assert "once" in twice.err
    wrong = lvlian("reconcile", folder / "september.csv", "-r", region, "--month", "2031-01")
    assert wrong.code == 2
    assert "2031-01" in wrong.err
    assert lvlian("reconcile", folder / "september.csv", "-r", region, "--family-error", "2").code == 2
    sources = folder / "own.yaml"
    sources.write_text("clases: {}", encoding="utf-8")
    assert "classes" in lvlian("reconcile", folder / "september.csv", "-r", region, "--sources", sources).err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected a mapping"),
        ("[1]", "expected a mapping"),
        ("name: [", "not YAML"),
        ("{bad json", "YAML"),
        ("name: x\nfirms: []", "at least one firm"),
        ("name: x\nfirm: []", "meant firms"),
        ("name: x\nfirms: [{id: A B, name: n, kind: smelter}]", "firms[0].id"),
        ("name: x\nfirms: [{id: a, name: n, kind: palace}]", "firms[0].kind"),
        ("name: x\nfirms: [{id: a, name: n, kind: smelter}, {id: a, name: n, kind: smelter}]", "twice"),
        ("name: x\nfirms: [{id: a, name: n, kind: smelter, lines: [{process: p, since: 2023}]}]", "since"),
        ("name: x\nfirms: [{id: a, name: n, kind: smelter, lines: [{process: p, capacity: -1}]}]", "capacity"),
        (
            "name: x\nfirms: [{id: a, name: n, kind: smelter}]\nlinks: [{source: a, target: b, good: g}]",
            "links[0].target",
        ),
        ("name: x\nfirms: [{id: a, name: n, kind: smelter}]\ncomplete: [[b, g]]", "complete[0]"),
        ("name: x\nfirms: [{id: a, name: n, kind: smelter}]\nsimulated: 1", "simulated"),
        ("name: x\nfirms: [{id: a, name: n, kind: smelter}]\nfacts: {a: b}", "facts.a"),
    ],
)
def test_bad_regions_are_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "region.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegionError) as told:
        load_region(path)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_region_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "region.yaml"
    path.write_text(yaml.safe_dump(region_data(REGION), allow_unicode=True), encoding="utf-8")
    assert load_region(path) == REGION
    path.write_text(json.dumps(region_data(REGION)), encoding="utf-8")
    assert load_region(path) == REGION
    with pytest.raises(RegionError, match="cannot be read"):
        load_region(tmp_path / "none.yaml")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RegionError, match="UTF-8"):
        load_region(path)
