"""`lvlian check` and `lvlian assess`: findings, thresholds, the brief's files."""

from __future__ import annotations

from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "qingyan.txt"
KEYS = ["code", "severity", "message_zh", "message_en", "facts", "arithmetic", "assumptions", "document"]


def test_findings_as_a_list(lvlian) -> None:
    result = lvlian("check", SAMPLE, "--json")
    assert result.code == 0
    findings = result.json
    assert all(list(finding) == KEYS for finding in findings)
    assert {finding["document"] for finding in findings} == {"qingyan"}
    shares = [finding for finding in findings if finding["code"] == "share"]
    assert any("300 ÷ 400 = 75%" in line for finding in shares for line in finding["arithmetic"])
    assert lvlian("check", SAMPLE, "--json").out == result.out


def test_several_plans_give_one_list(lvlian, plan) -> None:
    findings = lvlian("check", SAMPLE, plan, "--json").json
    assert {finding["document"] for finding in findings} >= {"qingyan"}
    alone = lvlian("check", plan, "--json").json
    assert [finding for finding in findings if finding["document"] == "songyuan"] == alone


def test_thresholds(lvlian) -> None:
    severities = {finding["severity"] for finding in lvlian("check", SAMPLE, "--json").json}
    assert {"conflict", "notice"} <= severities
    for threshold in ("conflict", "notice", "gap"):
        assert lvlian("check", SAMPLE, "--json", "--fail-on", threshold).code == 1
    result = lvlian("check", SAMPLE, "--json", "--only", "share", "--fail-on", "gap")
    assert (result.code == 1) == bool(result.json)


def test_a_bad_file_outweighs_a_threshold(lvlian, tmp_path) -> None:
    result = lvlian("check", SAMPLE, tmp_path / "none.txt", "--json", "--fail-on", "conflict")
    assert result.code == 2 and result.json


def test_a_severity_below_the_threshold_does_not_reach_it(lvlian) -> None:
    from lvlian.cli.checking import Threshold, reached
    from lvlian.finding import Finding

    gap = Finding(code="x", severity="gap", message_zh="", message_en="")
    agrees = Finding(code="x", severity="agrees", message_zh="", message_en="")
    assert reached([gap, agrees], Threshold.GAP)
    assert not reached([gap, agrees], Threshold.NOTICE)
    assert not reached([agrees], Threshold.GAP)


def test_the_table_for_the_eye(lvlian) -> None:
    chinese, english = lvlian("check", SAMPLE), lvlian("check", SAMPLE, "--language", "en")
    assert "冲突" in chinese.out and "300 ÷ 400 = 75%" in chinese.out and "goals:" in chinese.out
    assert "conflict" in english.out and "The share is given as" in english.out
    assert "\x1b" not in chinese.out


def test_unknown_codes_and_severities(lvlian) -> None:
    assert "no such check" in lvlian("check", SAMPLE, "--only", "nonsense").err
    result = lvlian("check", SAMPLE, "--fail-on", "nonsense")
    assert result.code == 2 and len(result.complaints) == 1 and "--fail-on" in result.err


def test_the_list_of_checks(lvlian) -> None:
    codes = [check["code"] for check in lvlian("checks", "--json").json]
    assert "share" in codes and "share" in lvlian("checks").out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_brief_is_written(lvlian, plan, tmp_path, language) -> None:
    out = tmp_path / "brief"
    result = lvlian("assess", SAMPLE, plan, "--out", out, "--language", language)
    assert result.code == 0
    assert result.out.splitlines() == [str(out / name) for name in ("brief.html", "brief.docx", "brief.xlsx")]
    assert all(path.stat().st_size > 1000 for path in out.iterdir())
    assert ("节点" if language == "zh" else "milestones") in result.err
    assert lvlian("assess", plan, "--out", out, "--quiet").err == ""


def test_a_brief_of_the_files_that_can_be_read(lvlian, plan, tmp_path) -> None:
    result = lvlian("assess", plan, tmp_path / "none.txt", "--out", tmp_path / "b", "--quiet")
    assert result.code == 2 and "1 of 2" in result.err and (tmp_path / "b" / "brief.html").is_file()
    nothing = lvlian("assess", tmp_path / "none.txt", "--out", tmp_path / "c")
    assert nothing.code == 2 and not (tmp_path / "c").exists()


def test_the_page_is_opened_on_demand(lvlian, plan, tmp_path, monkeypatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    lvlian("assess", plan, "--out", tmp_path / "b", "--open")
    assert opened == [(tmp_path / "b" / "brief.html").resolve().as_uri()]
    assert lvlian("assess", SAMPLE, "--out", tmp_path / "b", "--fail-on", "conflict").code == 1
