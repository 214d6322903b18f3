"""What is known by hand of the five real plans is told, vanishes where the figure is mended, and the rest stays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lvlian.finding import Finding
from lvlian.plan.check import check_plan
from lvlian.plan.facts import PlanFacts

Record = dict[str, Any]
Mend = Callable[[Record, str], str]
"""Changes the record in place and returns the changed text."""


def _read(shared: Path, name: str, mend: Mend | None = None) -> list[Finding]:
    record = json.loads((shared / "gold" / f"{name}.json").read_text("utf-8"))
    text = (shared / "plans" / f"{name}.txt").read_text("utf-8")
    if mend is not None:
        text = mend(record, text)
    return check_plan(PlanFacts.from_json(record, name=name, text=text).located())


def _of(record: Record, kind: str, **fields: Any) -> list[Record]:
    return [r for r in record[kind] if all(r.get(k) == v for k, v in fields.items())]


def _set(kind: str, which: dict[str, Any], **values: Any) -> Mend:
    def mend(record: Record, text: str) -> str:
        hits = _of(record, kind, **which)
        assert hits, which
        for hit in hits:
            hit.update(values)
        return text

    return mend


def _swap(*pairs: tuple[str, str]) -> Mend:
    """Replace words of the text, and of the quotes."""

    def mend(record: Record, text: str) -> str:
        for old, new in pairs:
            assert re.search(old, text), old
            text = re.sub(old, new, text)
            for kind in ("goals", "milestones", "incentives", "chains", "duties"):
                for fact in record[kind]:
                    fact["quote"] = re.sub(old, new, fact["quote"])
        return text

    return mend


def _each(kind: str, test: Callable[[Record], bool], **values: Any) -> Mend:
    def mend(record: Record, text: str) -> str:
        hits = [r for r in record[kind] if test(r)]
        assert hits
        for hit in hits:
            hit.update(values)
        return text

    return mend


def _smaller(record: Record, text: str) -> str:
    for step in record["milestones"]:
        if step["capacity_unit"] == "万吨" and step["capacity"] < 200:
            for key in ("capacity", "capacity_max"):
                step[key] = step[key] / 4 if step.get(key) else step.get(key)
    return text


def _annexed(record: Record, text: str) -> str:
    title = re.search(r"附件：(.+)", text)
    assert title
    return f"{text}\n\n附件\n\n{title[1]}\n\n（表略）\n"


def _past(step: Record) -> bool:
    return step["when"] in ("2023-05",)


def _duty(record: Record, text: str) -> str:
    record["duties"].append({"section": "", "units": ["州工业和信息化局"], "quote": "州人民政府"})
    return text


def _other_chain(record: Record, text: str) -> str:
    chain = record["chains"][-3]
    chain["nodes"] = [*chain["nodes"][:-1], "家电部件"]
    return text


def _one_area(record: Record, text: str) -> str:
    old, new = record["milestones"][0]["project"], record["milestones"][1]["project"]
    for step in record["milestones"]:
        step["project"] = step["project"].replace(old, new)
    return text.replace(old, new)


def _one_firm(record: Record, text: str) -> str:
    for step in record["milestones"]:
        for key in ("owner", "project", "quote"):
            step[key] = (step[key] or "").replace("汽车科技股份有限公司", "汽车有限公司") or None
    return text.replace("汽车科技股份有限公司", "汽车有限公司")


def _rewarded(record: Record, text: str) -> str:
    for incentive in record["incentives"]:
        if re.search("有关政策|相关政策|奖励政策", incentive["quote"]):
            incentive["amount"], incentive["unit"] = 20, "万元"
    return text


KNOWN: list[tuple[str, str, str, str, Mend]] = [
    (
        "yanshan",
        "parts-total",
        "notice",
        "2024.*894",
        _set("goals", {"subject": "未开工项目", "when": "2024"}, value=40),
    ),
    (
        "yanshan",
        "parts-total",
        "notice",
        "2025.*1490",
        _set("goals", {"subject": "未开工项目", "when": "2025"}, value=330),
    ),
    (
        "yanshan",
        "value-per-kwh",
        "notice",
        "2023.*2.82–2.93",
        _set("goals", {"indicator": "度电产值", "when": "2023"}, value=2.8),
    ),
    (
        "yanshan",
        "value-per-kwh",
        "notice",
        "2024.*3.70–3.85",
        _set("goals", {"indicator": "度电产值", "when": "2024"}, value=3.7),
    ),
    (
        "yanshan",
        "value-per-kwh",
        "notice",
        "2025.*5.47–5.68",
        _set("goals", {"indicator": "度电产值", "when": "2025"}, value=5.5),
    ),
    (
        "yanshan",
        "start-before-land",
        "conflict",
        "永茂泰",
        _set("milestones", {"owner": "上海永茂泰汽车有限公司"}, when="2023-10"),
    ),
    ("yanshan", "start-before-land", "conflict", "铝都", _set("milestones", {"owner": "山东铝都"}, when="2023-10")),
    ("yanshan", "land-approved", "notice", "506", _swap(("已审批的", ""))),
    ("yanshan", "capacity-metal", "notice", "203", _smaller),
    ("yanshan", "feed-supply", "notice", "预焙阳极", _set("milestones", {"product": "预焙阳极"}, capacity=100)),
    ("yanshan", "date-past", "notice", "4个", _each("milestones", _past, when="2023-07")),
    ("yanshan", "date-this-month", "notice", "3个", _swap((r"6 月前建", "6 月底前建"))),
    ("yanshan", "two-firm-names", "notice", "永茂泰", _one_firm),
    (
        "yanshan",
        "one-figure-two-names",
        "notice",
        "1500",
        _set("goals", {"indicator": "绿色铝综合产值", "when": "2025"}, indicator="铝产业产值"),
    ),
    ("yanshan", "firms-named", "notice", "3 户", _set("goals", {"mode": "increase", "when": "2023"}, value=3)),
    (
        "yanshan",
        "step-without-date",
        "gap",
        "6处只写“尽早”",
        _each("milestones", lambda s: s["when"] is None, when="2023-12"),
    ),
    ("yanshan", "annex-missing", "gap", "支撑表", _annexed),
    ("yanshan", "factor-undated", "gap", "变电站", _swap(("千伏变电站，以", "千伏变电站，2023年11月底前建成，以"))),
    (
        "changji",
        "one-figure-two-names",
        "notice",
        "500",
        _set("goals", {"indicator": "产值"}, indicator="铝下游产业产值"),
    ),
    ("changji", "reward-by-tax", "notice", "上缴税金", _swap(("上缴税金、", ""))),
    ("changji", "brackets", "notice", "2021", _swap((r"〔2021\)", "〔2021〕"), ("〈高耗能", "高耗能"))),
    (
        "changji",
        "slips",
        "notice",
        "1一5",
        _swap(
            *((w, "某") for w in ("治炼", "宽争", "支特", "发辉", "资得优", "指导限务", "产品钱", "煤装", "平合项目")),
            ("(?<=[0-9])一(?=[0-9])", "—"),
        ),
    ),
    ("changji", "duty-missing", "gap", "12", _duty),
    ("guizhou", "cluster-sizes", "notice", "500–700", _set("goals", {"value": 800}, value=700)),
    (
        "guizhou",
        "rise-ambiguous",
        "notice",
        "矿山数字化率",
        _set("goals", {"indicator": "矿山数字化率"}, unit="个百分点"),
    ),
    ("baise", "same-chain", "notice", "电子家电用铝产业链", _other_chain),
    ("baise", "two-place-names", "notice", "百色铝精深加工", _one_area),
    (
        "baise",
        "goal-without-date",
        "gap",
        "氧化铝就地转化率",
        _set("goals", {"indicator": "氧化铝就地转化率"}, when="2023", when_op="by"),
    ),
    ("baise", "vague-date", "gap", "不定期", _swap(("条件成熟后设", "2022年设"), ("不定期召", "每季度召"))),
    ("baise", "list-missing", "gap", "2处", _swap(("全面完成", "完成80家"), ("全覆盖", "120家"))),
    ("liaocheng", "reward-without-measure", "gap", "5项", _rewarded),
    ("liaocheng", "local-firms-only", "notice", "2项", _swap(("在聊注册成立的", "从事"), ("的本地企业产", "的企业产"))),
]


@pytest.mark.parametrize(
    ("name", "code", "severity", "words", "mend"), KNOWN, ids=[f"{n}-{c}-{w[:6]}" for n, c, _, w, _ in KNOWN]
)
def test_a_known_finding_is_told_and_vanishes_when_mended(
    shared: Path, name: str, code: str, severity: str, words: str, mend: Mend
) -> None:
    def hit(finding: Finding) -> bool:
        return finding.code == code and re.search(words, finding.message_zh) is not None

    before, after = _read(shared, name), _read(shared, name, mend)
    found = [f for f in before if hit(f)]
    assert [f.severity for f in found] == [severity]
    assert not [f for f in after if hit(f)]
    kept = {f.code for f in before if f.severity != "agrees"} - {code}
    assert kept - {"goal-jumps"} <= {f.code for f in after}


def test_what_agrees_is_told_and_turns_when_it_is_broken(shared: Path) -> None:
    before = {f.code: f for f in _read(shared, "yanshan")}
    assert before["land-lots-agrees"].arithmetic == ("506 + 690.5 + 569.96 + 531.45 = 2297.91 = 2297.91（亩）",)
    assert before["share-agrees"].arithmetic == ("1500 ÷ 1600 = 93.75% ≈ 93.8%",)
    assert before["parts-total-agrees"].arithmetic[0] == "180 + 220 = 400 = 400 左右（亿元，2023）"
    broken = {
        f.code: f
        for f in _read(shared, "yanshan", _each("milestones", lambda s: s["capacity"] == 531.45, capacity=631.45))
    }
    assert broken["land-lots"].severity == "conflict"
    assert {f.code: f for f in _read(shared, "yanshan", _set("goals", {"value": 93.8}, value=97.5))}[
        "share"
    ].severity == "conflict"


def test_the_arithmetic_is_shown_as_a_planner_writes_it(shared: Path) -> None:
    lines = [line for finding in _read(shared, "yanshan") for line in finding.arithmetic]
    assert "310 + 550 + 34 = 894 ≠ 900 左右（亿元，2024）；差 −6，−0.7%" in lines
    assert "340 + 830 + 320 = 1490 ≠ 1500（亿元，2025）；差 −10，−0.7%" in lines
    assert not [line for line in lines if re.search(r"\d\.\d{5}", line)]


@pytest.mark.parametrize(
    ("name", "most"), [("yanshan", 26), ("changji", 10), ("guizhou", 6), ("baise", 11), ("liaocheng", 7)]
)
def test_the_list_is_short_and_conflicts_are_rare(shared: Path, name: str, most: int) -> None:
    found = _read(shared, name)
    assert len(found) <= most
    assert len([f for f in found if f.severity == "conflict"]) == (2 if name == "yanshan" else 0)
    assert all(f.document == name for f in found)


@pytest.mark.parametrize("name", ["yanshan", "changji", "guizhou", "baise", "liaocheng"])
def test_every_finding_shows_its_sentences(shared: Path, name: str) -> None:
    text = (shared / "plans" / f"{name}.txt").read_text("utf-8")
    for finding in _read(shared, name):
        assert finding.facts, finding.code
        for evidence in finding.facts:
            assert (
                evidence.start is not None
                and text[evidence.start : evidence.start + len(evidence.quote)] == evidence.quote
            )
        assert finding.message_zh.endswith("。") and finding.message_en.endswith((".", "?")), finding


@pytest.mark.parametrize("name", ["yanshan", "baise"])
def test_facts_alone_are_checked_without_the_text(shared: Path, name: str) -> None:
    record = json.loads((shared / "gold" / f"{name}.json").read_text("utf-8"))
    codes = {f.code for f in check_plan(PlanFacts.from_json(record, name=name))}
    expected = {
        "yanshan": {"parts-total", "land-lots-agrees", "start-before-land", "share-agrees"},
        "baise": {"two-place-names", "same-chain"},
    }
    assert expected[name] <= codes
