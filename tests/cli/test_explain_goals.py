"""`lvlian explain PLAN`: what falls short, which sentences cannot all hold, repairs solved again."""

from __future__ import annotations

import pytest

from .conftest import SAMPLE


@pytest.fixture(scope="module")
def told() -> str:
    import contextlib
    import io

    from lvlian.cli import door

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert door.run(["explain", str(SAMPLE), "--quiet"]) == 0
    return out.getvalue()


def test_goals_that_fall_short_and_sentences_that_clash(told) -> None:
    assert "滞后" in told and "卡在哪里" in told
    assert "■ 2026年三句话和工艺范围不能同时成立" in told
    assert "  甲 “铝产业综合产值300亿元”" in told and "338.7亿元 > 306亿元" in told
    assert "：可行" in told and "假 " in told


def test_json_and_english(lvlian) -> None:
    data = lvlian("explain", SAMPLE, "--json", "--quiet").json
    assert data["format"] == "lvlian-explanation/1" and data["conflicts"] and data["goals"] and data["asks"]
    english = lvlian("explain", SAMPLE, "--lang", "en", "--quiet").out
    assert "falls short" in english and "holds" in english and "  A " in english and "可行" not in english


def test_facts_are_explained_when_they_are_named(lvlian, plan) -> None:
    everything = lvlian("explain", plan, "--facts")
    assert everything.code == 0 and "made by" in everything.out and "quote at" in everything.out
    both = lvlian("explain", plan, "--facts", "--find", "铜")
    assert both.code == 2 and "give one of them" in both.err
    mixed = lvlian("explain", plan, "--facts", "--scenario", "x.yaml")
    assert mixed.code == 2 and "belong to the goals" in mixed.err
