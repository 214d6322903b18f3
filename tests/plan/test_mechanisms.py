"""Mechanisms: acts with a cadence. All texts are invented."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.plan.facts import Mechanism
from lvlian.plan.mechanisms import read_mechanisms
from lvlian.plan.read import manuscript_from_text


def read(text: str) -> list[Mechanism]:
    found = read_mechanisms(manuscript_from_text(text))
    for fact in found:
        assert fact.start is not None and text[fact.start : fact.start + len(fact.quote)] == fact.quote
    return found


@pytest.mark.parametrize(
    ("text", "name", "actor", "per", "times", "op"),
    [
        ("县投资局每月至少组织一次外出招商活动。", "组织外出招商活动", "县投资局", "month", 1, ">="),
        ("领导小组原则上每季度对照清单开展1次调度工作，听取汇报。", "开展调度工作", "领导小组", "quarter", 1, "="),
        ("每年至少召开2次座谈会。", "召开座谈会", None, "year", 2, ">="),
        ("链长每半年听取一次汇报。", "听取汇报", "链长", "half_year", 1, "="),
        ("每两个月召开一次例会。", "召开例会", None, "month", 0.5, "="),
        ("由县工信局牵头，按月通报进展。", "通报进展", "县工信局", "month", None, "="),
        ("每周不少于2次走访企业。", "走访企业", None, "week", 2, ">="),
        ("奖补资金每半年兑现一次。", "兑现", None, "half_year", 1, "="),
        ("每年对方案的实施情况进行评估。", "对方案的实施情况进行评估", None, "year", None, "="),
    ],
)
def test_a_cadence(text: str, name: str, actor: str | None, per: str, times: float | None, op: str) -> None:
    (fact,) = read(text)
    assert (fact.name, fact.actor, fact.per, fact.times, fact.op) == (name, actor, per, times, op)


def test_a_vague_cadence_has_no_period_and_says_so() -> None:
    (fact,) = read("协调机构不定期召集有关部门开会，解决问题。")
    assert fact.per is None and fact.times is None and fact.confidence < 0.7
    assert fact.reason == "no period: 不定期"


def test_compounds() -> None:
    found = read("实行“日报告、周调度、月通报”制度，半年一评估，纳入年度考核。")
    assert [(f.per, f.name) for f in found] == [
        ("day", "报告"),
        ("week", "调度"),
        ("month", "通报"),
        ("half_year", "评估"),
        ("year", "考核"),
    ]
    assert found[3].times == 1


def test_two_acts_share_a_cadence() -> None:
    found = read("每月至少组织一次招商活动、调度一次招商工作。")
    assert [(f.name, f.op) for f in found] == [("组织招商活动", ">="), ("调度招商工作", ">=")]


def test_a_heading_and_its_sentence_are_one_mechanism() -> None:
    found = read("一、保障\n1. 季度调度机制。领导小组每季度开展1次调度。\n")
    assert len(found) == 1


@pytest.mark.parametrize(
    "text",
    [
        "每年新增2家规上企业。",
        "每年引进10名以上人才。",
        "对企业每月给予500元补贴。",
        "每家企业每年最高不超过2万元。",
        "产值年均增长5%。",
        "每年安排专项资金1000万元。",
        "年度考核结果作为依据。",
        "每年度按其增量给予资助。",
    ],
)
def test_targets_and_benefits_are_none(text: str) -> None:
    assert read(text) == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="每年月季度半两日周一2次召开调度会议定期不至少，。、“”给予局县组织通报", max_size=200))
def test_quotes_are_exact_in_any_text(text: str) -> None:
    read(text)


def test_a_long_row_of_cadences_takes_linear_time() -> None:
    paper = manuscript_from_text("每月调度每周通报" * 5_000)
    begun = time.perf_counter()
    read_mechanisms(paper)
    assert time.perf_counter() - begun < 4
