"""`lvlian read` and `lvlian attach`: forms, files, names, several inputs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import yaml

from lvlian.cli.reading import file_names
from lvlian.plan.export import load_facts
from lvlian.plan.facts import SCORED_KINDS, PlanFacts

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample" / "qingyan.txt"
SCHEMA = {
    "goals": {"indicator", "subject", "op", "value", "value_max", "unit", "mode", "when", "when_op", "quote"},
    "milestones": {
        "project",
        "owner",
        "product",
        "capacity",
        "capacity_max",
        "capacity_unit",
        "event",
        "when",
        "when_op",
        "quote",
    },
    "duties": {"section", "units", "lead", "quote"},
    "incentives": {"who", "benefit", "amount", "unit", "limit", "duration", "quote"},
    "chains": {"nodes", "quote"},
}


def test_one_file_gives_one_object_in_the_public_form(lvlian, plan) -> None:
    result = lvlian("read", plan, "--json")
    assert result.code == 0
    form = result.json
    assert set(form["document"]) == {"title", "number", "issuer", "date", "region", "period"}
    for kind, names in SCHEMA.items():
        for record in form[kind]:
            assert names <= set(record)
            assert plan.read_text(encoding="utf-8")[record["start"] :].startswith(record["quote"])
    goal = form["goals"][0]
    assert (goal["value"], goal["op"], goal["unit"], goal["when"], goal["when_op"]) == (86, ">=", "亿元", "2031", "by")
    assert '"value": 86,' in result.out
    assert form["source"] == {
        "name": "songyuan",
        "sha256": hashlib.sha256(plan.read_bytes()).hexdigest(),
        "issued_in": "2030-02-01",
    }
    assert form["duties"][0]["lead"] == "县工业商务局"


def test_the_json_of_the_sample_has_every_scored_kind(lvlian) -> None:
    form = lvlian("read", SAMPLE).json
    assert all(form[kind] for kind in SCORED_KINDS)


def test_several_files_give_a_list_in_the_order_given(lvlian, plan) -> None:
    result = lvlian("read", SAMPLE, plan)
    assert [one["source"]["name"] for one in result.json] == ["qingyan", "songyuan"]
    assert result.out.startswith("[\n  {\n") and result.out.endswith("  }\n]\n")
    alone = lvlian("read", plan).json
    assert result.json[1] == alone


def test_files_are_written_into_the_folder(lvlian, plan, tmp_path) -> None:
    out = tmp_path / "deep" / "facts"
    result = lvlian("read", plan, "--json", "--yaml", "--xlsx", "--out", out)
    assert result.code == 0 and result.out == ""
    assert sorted(path.name for path in out.iterdir()) == ["songyuan.json", "songyuan.xlsx", "songyuan.yaml"]
    form = json.loads((out / "songyuan.json").read_text(encoding="utf-8"))
    assert yaml.safe_load((out / "songyuan.yaml").read_text(encoding="utf-8")) == form
    assert PlanFacts.from_json(form) == load_facts(out / "songyuan.json")
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    lvlian("read", plan, "--json", "--yaml", "--xlsx", "--out", out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


def test_two_files_with_one_stem_do_not_overwrite_each_other(lvlian, tmp_path) -> None:
    result = lvlian("read", SAMPLE, SAMPLE.with_suffix(".docx"), "--out", tmp_path / "o")
    assert result.code == 0
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["qingyan-2.json", "qingyan.json"]
    assert "qingyan-2" in result.err
    assert load_facts(tmp_path / "o" / "qingyan-2.json").name == "qingyan"


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["a.txt", "b.txt"], ["a", "b"]),
        (["a.txt", "a.docx", "x/a.txt"], ["a", "a-2", "a-3"]),
        (["a.txt", "a.docx", "a-2.txt"], ["a", "a-3", "a-2"]),
        (["a-2.txt", "a.txt", "a.docx", "a-2.docx"], ["a-2", "a", "a-3", "a-2-2"]),
    ],
)
def test_names_of_files(files, names) -> None:
    assert file_names([Path(file) for file in files]) == names


def test_forms_that_need_a_folder_say_so(lvlian, plan) -> None:
    result = lvlian("read", plan, "--xlsx")
    assert result.code == 2 and "--out" in result.err and len(result.complaints) == 1


def test_a_file_is_never_written_over_its_input(lvlian, plan, tmp_path) -> None:
    lvlian("read", plan, "--out", tmp_path)
    facts = tmp_path / "songyuan.json"
    before = facts.read_bytes()
    result = lvlian("read", facts, "--out", tmp_path)
    assert result.code == 2 and "written over" in result.err
    assert facts.read_bytes() == before


def test_facts_in_json_are_read_again_as_they_are(lvlian, plan, tmp_path) -> None:
    first = lvlian("read", plan)
    (tmp_path / "facts.json").write_text(first.out, encoding="utf-8")
    assert lvlian("read", tmp_path / "facts.json").out == first.out


def test_an_out_that_is_a_file(lvlian, plan) -> None:
    result = lvlian("read", plan, "--out", plan)
    assert result.code == 2 and "expected a folder" in result.err


def test_quiet_says_nothing_but_what_is_wrong(lvlian, plan, tmp_path) -> None:
    assert lvlian("read", plan, "--out", tmp_path / "o", "--quiet").err == ""
    assert lvlian("--quiet", "read", plan, "--out", tmp_path / "o").err == ""
    assert len(lvlian("read", plan, tmp_path / "none.txt", "--out", tmp_path / "o", "-q").complaints) == 1


def test_one_bad_file_among_others(lvlian, plan, tmp_path) -> None:
    result = lvlian("read", tmp_path / "none.txt", plan, "--out", tmp_path / "o", "--quiet")
    assert result.code == 2 and "none.txt" in result.err
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["songyuan.json"]
    listed = lvlian("read", tmp_path / "none.txt", plan)
    assert listed.code == 2 and [one["source"]["name"] for one in listed.json] == ["songyuan"]
    assert lvlian("read", tmp_path / "none.txt", tmp_path / "no.txt").json == []


def test_several_processes_give_the_same_bytes(lvlian, tmp_path, plan) -> None:
    files = []
    for number in range(6):
        path = tmp_path / f"p{number}.txt"
        path.write_text(plan.read_text(encoding="utf-8").replace("86", str(80 + number)), encoding="utf-8")
        files.append(path)
    files.insert(3, tmp_path / "none.txt")
    one = lvlian("read", *files, "--jobs", 1)
    two = lvlian("read", *files, "--jobs", 2)
    assert one.code == two.code == 2
    assert (one.out, one.err) == (two.out, two.err)
    assert [facts["goals"][0]["value"] for facts in one.json] == [80, 81, 82, 83, 84, 85]


def test_attach_gives_a_region_its_sentences(lvlian, tmp_path, shared) -> None:
    region = ROOT / "data" / "regions" / "yanshan.yaml"
    original = shared / "plans" / "yanshan.txt"
    bare = lvlian("read", region)
    assert bare.code == 0 and not any(goal["quote"] for goal in bare.json["goals"])
    wrong = lvlian("attach", region, SAMPLE)
    assert wrong.code == 2 and len(wrong.complaints) == 1
    result = lvlian("attach", region, original, "--out", tmp_path / "yanshan.json")
    assert result.code == 0
    assert all(goal.quote for goal in load_facts(tmp_path / "yanshan.json").goals)


def test_a_corrections_file_is_no_plan(lvlian, plan, tmp_path) -> None:
    lvlian("correct", plan, "--fact", "goals:0", "--set", "value=87")
    result = lvlian("read", tmp_path / "songyuan.corrections.yaml")
    assert result.code == 2 and "corrections" in result.err
