"""`lvlian explain`, `lexicon`, `correct` and `compare`."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest
import yaml

_spec = importlib.util.spec_from_file_location("chat_stub", Path(__file__).parents[1] / "plan" / "chat_stub.py")
assert _spec is not None and _spec.loader is not None
stub = importlib.util.module_from_spec(_spec)
sys.modules["chat_stub"] = stub
_spec.loader.exec_module(stub)

GOAL = {
    "indicator": "铜加工产值",
    "subject": "全县",
    "op": ">",
    "value": 86,
    "value_max": None,
    "unit": "亿元",
    "mode": "level",
    "when": "2031",
    "when_op": "by",
    "quote": "铜加工产值达到86亿元以上",
}


def test_explain_one_fact(lvlian, plan) -> None:
    result = lvlian("explain", plan, "--fact", "goals:0")
    assert result.code == 0
    assert (
        "铜加工产值达到86亿元以上" in result.out and "lexicon/goals.yaml" in result.out and "confidence" in result.out
    )
    form = lvlian("explain", plan, "--fact", "goals:0", "--fact", "duties:0", "--json").json
    assert [one["address"] for one in form["facts"]] == ["goals:0", "duties:0"]
    assert form["facts"][0]["makers"][0]["lexicon"] == "goals"


def test_explain_a_place(lvlian, plan) -> None:
    text = plan.read_text(encoding="utf-8")
    at = text.index("铜材产量")
    assert "铜材产量" in lvlian("explain", plan, "--at", at).out
    assert lvlian("explain", plan, "--find", "铜材产量30万吨", "--json").json["facts"][0]["fact"]["value"] == 30
    bare = lvlian("explain", plan, "--find", "三年行动方案", "--json").json
    assert bare["facts"] == [] and bare["without_fact"][0]["sentence"]
    assert "no fact at" in lvlian("explain", plan, "--find", "三年行动方案").out
    everything = lvlian("explain", plan, "--facts")
    assert everything.out.count("quote at") == sum(
        len(v)
        for k, v in lvlian("read", plan).json.items()
        if k in ("goals", "milestones", "duties", "incentives", "chains", "mechanisms", "clusters")
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fact", "goals:99"], "there is no fact goals:99"),
        (["--fact", "goals"], "expected KIND:N"),
        (["--fact", "x:1"], "expected KIND:N"),
        (["--at", "999999"], "ends at"),
        (["--find", "不在文中"], "do not stand"),
        (["--find", "铜", "--at", "1"], "give one of them"),
    ],
)
def test_explain_what_is_not_there(lvlian, plan, arguments, said) -> None:
    result = lvlian("explain", plan, *arguments)
    assert result.code == 2 and said in result.err and len(result.complaints) == 1


def test_the_lexicons(lvlian) -> None:
    assert "goals:" in lvlian("lexicon").out
    assert "投产" in lvlian("lexicon", "events").out
    assert "goals:ge_after:以上" in lvlian("lexicon", "--find", "以上").out.splitlines()
    assert lvlian("lexicon", "events", "--find", "以上").out == ""
    assert {"lexicon", "group", "word", "note", "own"} == set(lvlian("lexicon", "--find", "以上", "--json").json[0])
    assert lvlian("lexicon", "nonsense").code == 2


def test_a_users_own_words_are_used_everywhere(lvlian, plan, tmp_path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "events.yaml").write_text("投产:\n  words: [揭幕迎宾]\n", encoding="utf-8")
    plan.write_text("松铜公司年产5万吨铜箔项目2031年6月底前揭幕迎宾。\n责任单位：县财政局。\n", encoding="utf-8")
    assert not lvlian("read", plan).json["milestones"]
    assert lvlian("read", plan, "--lexicon", own).json["milestones"][0]["event"] == "投产"
    assert lvlian("--lexicon", own, "read", plan, "--jobs", 2).json["milestones"]
    assert "your own word" in lvlian("explain", plan, "--fact", "milestones:0", "--lexicon", own).out
    assert "揭幕迎宾 (own)" in lvlian("lexicon", "events", "--lexicon", own).out
    assert not lvlian("read", plan).json["milestones"], "the folder is for one command line"
    assert lvlian("read", plan, "--lexicon", tmp_path / "none").code == 2
    (own / "events.yaml").write_text("投产: 3\n", encoding="utf-8")
    broken = lvlian("read", plan, "--lexicon", own)
    assert broken.code == 2 and "events.yaml" in broken.err and len(broken.complaints) == 1


def test_corrections_are_kept_beside_the_document_and_applied(lvlian, plan, tmp_path) -> None:
    assert (
        lvlian("correct", plan, "--fact", "goals:0", "--set", "value=88", "--set", "when=2032", "--by", "王").code == 0
    )
    file = tmp_path / "songyuan.corrections.yaml"
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["entries"][0]["was"] == {"value": 86, "when": "2031"}
    result = lvlian("read", plan)
    assert (result.json["goals"][0]["value"], result.json["goals"][0]["origin"]) == (88, "hand")
    assert "songyuan.corrections.yaml has 1 correction(s), 1 applied" in result.err
    assert lvlian("read", plan, "--no-corrections").json["goals"][0]["value"] == 86
    assert lvlian("correct", plan, "--fact", "duties:0", "--reject", "--reason", "重复").code == 0
    assert (
        lvlian(
            "correct", plan, "--add", "chains", '{"nodes": ["铜材", "铜箔"], "quote": "年产5万吨铜箔"}', "--by", "王"
        ).code
        == 0
    )
    assert lvlian("correct", plan, "--fact", "goals:1", "--accept").code == 0
    facts = lvlian("read", plan).json
    assert len(facts["duties"]) == 1 and facts["chains"][0]["made_by"] == ["hand:王"]
    listed = lvlian("correct", plan)
    assert listed.code == 0 and len(listed.out.splitlines()) == 4 and "value: 86 → 88" in listed.out
    assert [one["state"] for one in lvlian("correct", plan, "--json").json] == ["applied"] * 4
    assert lvlian("correct", plan, "--drop", 1).code == 0
    assert lvlian("read", plan).json["goals"][0]["value"] == 86


def test_stale_corrections_are_told(lvlian, plan) -> None:
    lvlian("correct", plan, "--fact", "goals:0", "--set", "value=88")
    plan.write_text(plan.read_text(encoding="utf-8").replace("86亿元", "96亿元"), encoding="utf-8")
    result = lvlian("read", plan)
    assert result.code == 0 and "entry 1 (correct goals “铜加工产值达到86亿元以上”) is stale" in result.err
    assert result.json["goals"][0]["value"] == 96


def test_another_corrections_file(lvlian, plan, tmp_path) -> None:
    other = tmp_path / "mine.yaml"
    assert lvlian("correct", plan, "--fact", "goals:0", "--set", "value=88", "--corrections", other).code == 0
    assert lvlian("read", plan).json["goals"][0]["value"] == 86
    assert lvlian("read", plan, "--corrections", other).json["goals"][0]["value"] == 88
    assert lvlian("check", plan, "--corrections", other, "--json").code == 0
    assert lvlian("read", plan, plan, "--corrections", other).code == 2
    assert lvlian("read", plan, "--corrections", other, "--no-corrections").code == 2
    assert lvlian("read", plan, "--corrections", tmp_path / "none.yaml").code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fact", "goals:99", "--accept"], "there is no fact goals:99"),
        (["--fact", "goals:0", "--reject"], "needs a reason"),
        (["--fact", "goals:0", "--set", "value"], "expected FIELD=VALUE"),
        (["--fact", "goals:0", "--set", "value=many"], "expected a number"),
        (["--fact", "goals:0", "--set", "colour=red"], "no such field"),
        (["--fact", "goals:0"], "--fact needs"),
        (["--set", "value=3"], "need --fact"),
        (["--accept", "--reject", "--fact", "goals:0"], "give one of them"),
        (["--add", "goals", "{"], "not valid JSON"),
        (["--add", "goals", "[]"], "expected a JSON object"),
        (["--add", "nonsense", "{}"], "expected one of"),
        (["--add", "goals", '{"quote": "不在文中"}'], "do not stand in the text"),
        (["--drop", "3"], "no correction 3"),
    ],
)
def test_corrections_that_cannot_be(lvlian, plan, tmp_path, arguments, said) -> None:
    result = lvlian("correct", plan, *arguments)
    assert result.code == 2 and said in result.err and len(result.complaints) == 1
    assert not (tmp_path / "songyuan.corrections.yaml").exists()


def test_a_broken_corrections_file_stops_its_document(lvlian, plan, tmp_path) -> None:
    (tmp_path / "songyuan.corrections.yaml").write_text("format: other\n")
    result = lvlian("read", plan)
    assert result.code == 2 and "songyuan.corrections.yaml, field format" in result.err and result.out == ""


def test_compare_lists_what_the_readers_do_not_share(lvlian, plan, monkeypatch) -> None:
    monkeypatch.setenv("LVLIAN_READER_KEY", "secret-key")
    answer = {
        "goals": [GOAL, {**GOAL, "value": 99}],
        "duties": [{"units": ["县财政局"], "lead": None, "quote": "责任单位：县财政局。"}],
    }
    with stub.chat_server(answer) as server:
        result = lvlian("compare", plan, "--url", server.url, "--model", "test", "--json")
        assert server.headers[0]["Authorization"] == "Bearer secret-key"
        readable = lvlian("compare", plan, "--url", server.url, "--model", "test")
        everything = lvlian("compare", plan, "--url", server.url, "--model", "test", "--json", "--all")
    assert result.code == 0 and "secret-key" not in result.out + result.err
    form = result.json
    assert form["counts"]["refused"] == 1 and "99 is not printed" in form["refused"][0]["reason"]
    (differ,) = [one for one in form["disagreements"] if one["state"] == "differ"]
    assert differ["fields"] == {"op": {"rules": ">=", "model": ">"}}
    assert "agreed" not in {one["state"] for one in form["disagreements"]}
    assert "only rules" in readable.out and "op: rules >=, model >" in readable.out
    assert "agreed" in {one["state"] for one in everything.json["disagreements"]}
    assert "its text goes to 127.0.0.1" in result.err


def test_compare_without_a_reader(lvlian, plan, monkeypatch, tmp_path) -> None:
    for name in ("URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"LVLIAN_READER_{name}", raising=False)
    result = lvlian("compare", plan)
    assert result.code == 2 and "no second reader is set up" in result.err
    with stub.chat_server(401) as server:
        monkeypatch.setenv("LVLIAN_READER_URL", server.url)
        monkeypatch.setenv("LVLIAN_READER_MODEL", "test")
        refused = lvlian("compare", plan, "--quiet")
        assert refused.code == 2 and "status 401" in refused.err and len(refused.complaints) == 1
        (tmp_path / "key").write_text("other-key\n")
        lvlian("compare", plan, "--key-file", tmp_path / "key")
        assert server.headers[-1]["Authorization"] == "Bearer other-key"
        assert lvlian("compare", plan, "--key-file", tmp_path / "none").code == 2


def test_compare_reads_no_facts_from_other_commands(lvlian, plan, monkeypatch) -> None:
    """The reader is off: no command but `compare` ever asks it."""
    with stub.chat_server({"goals": [GOAL]}) as server:
        monkeypatch.setenv("LVLIAN_READER_URL", server.url)
        monkeypatch.setenv("LVLIAN_READER_MODEL", "test")
        before = lvlian("read", plan).out
        lvlian("check", plan)
        assert server.requests == []
        lvlian("compare", plan, "--quiet", "--json")
        assert lvlian("read", plan).out == before
    assert json.loads(before)["goals"][0]["op"] == ">="
