"""Thresholds: read strictly, told as a distance, missing where the fact is not on file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from lvlian.ledger.load import load_tracks
from lvlian.ledger.threshold import FILE, ThresholdError, distance, load_thresholds, value_of

TRACKS = load_tracks()
SHIPPED = load_thresholds(tracks=TRACKS)


def of(track: str):  # type: ignore[no-untyped-def]
    return next(one for one in SHIPPED if one.track == track)


def test_every_threshold_names_what_there_is_and_its_source() -> None:
    assert {one.track for one in SHIPPED} == {"scale-up", "specialised", "gazelle"}
    assert all(one.source.zh and one.source.en and not one.verified for one in SHIPPED)


def test_the_distance_is_told_in_the_unit_of_the_rule() -> None:
    rule = of("scale-up")
    short = distance(rule, value_of(rule.fact, {"scale-up": {"revenue": 1620}}, TRACKS))
    assert (short.short, short.words.zh) == (Decimal(380), "营业收入还差 380 万元")
    assert distance(rule, Decimal(2000)).met and distance(rule, Decimal("1999.9")).words.zh == "营业收入还差 0.1 万元"
    assert distance(rule, Decimal(2600)).words.zh == "营业收入已达 2000 万元"
    assert distance(of("gazelle"), Decimal(17)).words.zh == "近三年营收年均增速还差 3 个百分点"
    assert distance(of("gazelle"), Decimal(24)).words.en == "yearly growth over three years has reached 20%"


def test_a_fact_is_taken_from_another_register_in_its_own_unit() -> None:
    rule = of("scale-up")
    assert value_of(rule.fact, {"leader": {"revenue": 1.5}}, TRACKS) == Decimal(15000)
    assert value_of(rule.fact, {"scale-up": {"revenue": 900}, "leader": {"revenue": 1.5}}, TRACKS) == Decimal(900)


@pytest.mark.parametrize("value", [None, "", True, "2000", float("nan"), float("inf")])
def test_what_is_no_number_is_missing_with_who_brings_it(value: object) -> None:
    rule = of("scale-up")
    told = distance(rule, value_of(rule.fact, {"scale-up": {"revenue": value}}, TRACKS))
    assert told.short is None and not told.met
    assert told.words.zh == "缺数：营业收入，企业报送，统计局核定"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stage: counted", "stage: counts", "thresholds[0].stage: found 'counts', the nearest known is 'counted'"),
        ("track: scale-up", "track: scaleup", "thresholds[0].track: found 'scaleup', the nearest known is 'scale-up'"),
        ('"2000"', '"viel"', "thresholds[0].at_least: found 'viel', expected a number above zero in quotes"),
        ('"2000"', '"NaN"', "expected a number above zero"),
        (
            "unit: 万元\n  source",
            "unit: 亩\n  source",
            "thresholds[0].unit: found '亩', expected one that converts to '万元'",
        ),
        ("scale-up.revenue", "scale-up.profit", "found[0]: found 'scale-up.profit', expected a field"),
        ("scale-up.revenue", "revenue", "expected a track and its field"),
        ("fact: growth", "fact: grow", "the nearest known is 'growth'"),
        ("verified: false\n- track", "verified: vielleicht\n- track", "expected true or false"),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "thresholds.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ThresholdError) as caught:
        load_thresholds(path, TRACKS)
    assert said in str(caught.value)
