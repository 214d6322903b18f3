"""What an import would change, and the doubts at the door."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.chain.report.ground import names

from lvlian.chain.dataset import LibraryError
from lvlian.chain.report.doubt import SHIPPED, load_doubts
from lvlian.chain.report.preview import preview
from lvlian.chain.report.statement import Origin, Statement


def says(item: str, good: str, value: float, month: str = "2023-09", **more: object) -> Statement:
    one = Statement(
        party="nanpo",
        month=month,
        item=item,
        good=good,
        value=value,
        unit="t",
        origin=Origin("南坡.xlsx", "填报", "E9"),
    )
    return replace(one, **more)  # type: ignore[arg-type]


def doubts(new: list[Statement], held: list[Statement]) -> list[str]:
    return [finding.code for finding in preview(new, held, names=names()).doubts]


def test_added_changed_unchanged_withdrawn() -> None:
    held = [
        says("made", "cold_strip", 100),
        says("used", "slab", 50),
        says("sent", "cold_strip", 7),
        says("made", "slab", 1, "2023-08"),
    ]
    new = [says("made", "cold_strip", 90), says("used", "slab", 50, given="50 t"), says("made", "hot_coil", 5)]
    told = preview(new, held)
    assert [(c.kind, c.statement.item, c.statement.good) for c in told.changes] == [
        ("changed", "made", "cold_strip"),
        ("unchanged", "used", "slab"),
        ("added", "made", "hot_coil"),
        ("withdrawn", "sent", "cold_strip"),
    ]
    assert told.changes[0].share == pytest.approx(-0.1)
    assert told.changes[2].share is None
    assert told.counts == {"added": 1, "changed": 1, "unchanged": 1, "withdrawn": 1}
    assert preview(new, held, whole=False).counts["withdrawn"] == 0
    assert preview([replace(new[0], used=False)], held, whole=False).counts["withdrawn"] == 1
    assert preview([replace(new[0], source="survey", value=100)], held, whole=False).counts["changed"] == 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (6146, 61460, "report-ten-times"),
        (61460, 6146, "report-ten-times"),
        (640, 0.64, "report-unit-slip"),
        (90180, 9.018, "report-unit-slip"),
        (52, 52_000, "report-unit-slip"),
        (5240, 5240, "report-stale"),
        (1000, 4000, "report-jump"),
        (1000, 1200, None),
        (5000, 5000, None),
        (3, 3, None),
        (0, 500, None),
    ],
)
def test_against_last_month(old: float, new: float, code: str | None) -> None:
    found = doubts([says("made", "cast_rolled_strip", new)], [says("made", "cast_rolled_strip", old, "2023-08")])
    assert found == ([] if code is None else [code])


def test_a_doubt_is_a_notice_with_place_and_arithmetic_in_both_languages() -> None:
    (finding,) = preview(
        [says("made", "cast_rolled_strip", 61460)], [says("made", "cast_rolled_strip", 6146, "2023-08")], names=names()
    ).doubts
    assert finding.severity == "notice"
    assert finding.message_zh == "南坡 2023-09 铸轧卷产量：约为上月的十倍，小数点是不是错了一位？"
    assert finding.message_en.startswith("南坡 2023-09 made 铸轧卷: about ten times last month")
    assert finding.arithmetic == ("61,460 ÷ 6,146 = 10（2023-08）",)
    assert finding.facts[0].section == "南坡.xlsx › 填报 › E9"
    assert finding.facts[0].quote == "61,460 吨" or finding.facts[0].quote == "61,460 t"


def test_more_out_than_there_was() -> None:
    new = [
        says("made", "cold_strip", 100),
        says("sent", "cold_strip", 130, partner="outside"),
        says("used", "cold_strip", 40),
    ]
    assert doubts(new, [says("closing", "cold_strip", 50, "2023-08")]) == ["report-negative-stock"]
    assert doubts(new, [says("closing", "cold_strip", 80, "2023-08")]) == []
    assert doubts(new, []) == []
    assert doubts([says("opening", "cold_strip", 60), *new], []) == ["report-negative-stock"]


def test_a_total_stands_for_its_parts() -> None:
    parts = [says("sent", "cold_strip", 60, partner="outside"), says("sent", "cold_strip", 100)]
    new = [says("opening", "cold_strip", 1), says("made", "cold_strip", 100), *parts]
    assert doubts(new, []) == []


def test_an_opening_that_is_not_last_months_closing() -> None:
    assert doubts([says("opening", "slab", 60)], [says("closing", "slab", 61, "2023-08")]) == ["report-opening"]
    assert doubts([says("opening", "slab", 60)], [says("closing", "slab", 60, "2023-08")]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("jump: 3", "jump: x"),
        ("ten_times: [8, 12.5]", "ten_times: [8]"),
        ("jump: 3", "jumps: 3"),
        ("[content,", "[contents,"),
    ],
)
def test_a_slip_in_the_thresholds_is_one_sentence(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "doubts.yaml"
    path.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(LibraryError, match=r"doubts\.yaml, field "):
        load_doubts(path)
