"""From a document to its findings: the sample plan and the real ones, read by the reader, whole and with a figure mended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lvlian.finding import Finding
from lvlian.plan.check import check_plan
from lvlian.plan.read import read_plan
from lvlian.plan.source import read_source, source_from_text

Mends = list[tuple[str, str]]


def _check(text: str, name: str) -> list[Finding]:
    return check_plan(read_plan(source_from_text(text, name)))


def _told(findings: list[Finding], code: str, words: str) -> list[Finding]:
    return [f for f in findings if f.code == code and re.search(words, " ".join([f.message_zh, *f.arithmetic]))]


KNOWN: list[tuple[str, str, str, Mends]] = [
    ("yanshan", "parts-total", "2024.*894", [("产值34亿元", "产值40亿元")]),
    ("yanshan", "parts-total", "2025.*1490", [("产值320亿元", "产值330亿元")]),
    ("yanshan", "value-per-kwh", "2023.*2.82", [("度电产值3元", "度电产值2.8元")]),
    ("yanshan", "value-per-kwh", "2024.*3.70", [("度电产值4元", "度电产值3.7元")]),
    ("yanshan", "value-per-kwh", "2025.*5.47", [("度电产值5元", "度电产值5.5元")]),
    ("yanshan", "start-before-land", "永茂泰", [(r"配件等项目2023年8月", "配件等项目2023年10月")]),
    ("yanshan", "start-before-land", "铝都", [(r"配件等项目2023年8月", "配件等项目2023年10月")]),
    ("yanshan", "date-past", "4个", [("2023年6月9日", "2023年4月9日")]),
    ("yanshan", "land-approved", "506", [("已审批的", "")]),
    ("yanshan", "two-firm-names", "永茂泰", [("汽车科技股份有限公司", "汽车有限公司")]),
    ("yanshan", "annex-missing", "支撑表", [("附件：砚山县.*", "")]),
    ("changji", "one-figure-two-names", "500", [("产值达到500亿元", "铝下游产业产值500亿元左右")]),
    ("changji", "reward-by-tax", "上缴税金", [("上缴税金、", "")]),
    ("changji", "brackets", "2021", [(r"〔2021\)", "〔2021〕"), ("〈高耗能", "高耗能")]),
    ("guizhou", "rise-ambiguous", "矿山数字化率", [(r"提高 50%", "提高 50 个百分点")]),
    ("guizhou", "cluster-sizes", "500–700", [("达 800 亿元", "达 700 亿元")]),
    ("baise", "same-chain", "电子家电", [("压铸件—铝制配件”电子", "压铸件—家电部件”电子")]),
    ("baise", "two-place-names", "核心", [("百色铝精深加工核心集聚区", "广西（平果）铝精深加工产业聚集核心区")]),
]


@pytest.mark.parametrize(("name", "code", "words", "mends"), KNOWN, ids=[f"{n}-{c}-{w[:6]}" for n, c, w, _ in KNOWN])
def test_a_finding_of_the_text_vanishes_when_the_text_is_mended(
    shared: Path, name: str, code: str, words: str, mends: Mends
) -> None:
    text = read_source(shared / "plans" / f"{name}.txt").text
    before = _check(text, name)
    assert _told(before, code, words)
    for old, new in mends:
        assert re.search(old, text), old
        text = re.sub(old, new, text)
    after = _check(text, name)
    assert not _told(after, code, words)
    kept = {f.code for f in before if f.severity != "agrees"} - {code, "goal-jumps"}
    if code == "date-past":
        kept.discard("date-this-month")
    assert kept <= {f.code for f in after}


SLIPS = [
    ("parts-total", "110 \\+ 80 \\+ 20 = 210 ≠ 220"),
    ("share", "75% ≠ 78%"),
    ("value-per-kwh", "3.70–3.85"),
    ("two-firm-names", "青岩铝源新材料"),
    ("start-before-land", "汽车轻量化"),
    ("step-without-date", "光伏边框"),
    ("reward-by-tax", "缴纳税收"),
    ("annex-missing", "要素保障清单"),
]


@pytest.mark.parametrize("form", ["txt", "docx"])
def test_the_slips_of_the_sample_plan_are_told(root: Path, form: str) -> None:
    found = check_plan(read_plan(read_source(root / "data" / "sample" / f"qingyan.{form}")))
    assert [code for code, words in SLIPS if not _told(found, code, words)] == []
    codes = {f.code for f in found}
    assert {"parts-total-agrees", "land-lots-agrees", "value-per-kwh-agrees"} <= codes
    assert {f.code for f in found if f.severity == "conflict"} <= {"share", "start-before-land"}
