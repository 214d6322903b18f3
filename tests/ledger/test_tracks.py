"""The tracks that ship: what every one of them has to say, and that items can walk them from end to end."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from lvlian.ledger.calendar import load_calendar
from lvlian.ledger.item import Event, apply
from lvlian.ledger.load import GROUPS, load_sources, load_track, load_tracks, shipped_folder
from lvlian.ledger.track import Track, Words

PATHS = sorted(shipped_folder().glob("*.yaml"))
ASKED_FOR = [
    "project",
    "land",
    "power",
    "gas",
    "investment",
    "scale-up",
    "specialised",
    "gazelle",
    "leader",
    "smart",
    "green",
    "idle",
    "replacement",
    "platform",
    "brand",
    "workshop",
    "talent",
    "safety",
    "commitment",
    "issue",
    "supervision",
    "duty",
    "routine",
]

each_track = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def test_every_register_that_plans_ask_for_is_there():
    assert set(ASKED_FOR) <= set(load_tracks())
    assert {track.group for track in load_tracks().values()} == set(GROUPS)


def test_the_stages_are_those_that_plans_name():
    tracks = load_tracks()

    def names(key: str) -> str:
        return " ".join(stage.name.zh for stage in tracks[key].stages)

    assert names("project") == "谋划 签约 备案 能评 环评 开工 建成 投产 升规纳统 达产"
    assert names("land") == "组件 报批 获批 供地"
    assert names("power") == "前期 核准 开工 建成 投运"
    assert names("gas") == "前期 许可 开工 建成 供气"
    assert names("investment") == "线索 洽谈 考察 签约 落地 开工"
    assert names("issue") == "上报 受理 交办 办理 答复 销号"
    assert names("supervision") == "立项 交办 签收 催办 办结"
    assert names("commitment") == "提出 确认 办理 兑现"
    assert names("duty") == "分解 推进 办结"
    assert names("smart") == "诊断谋划 机器换人 数字化车间 智能工厂"
    assert names("specialised") == "入库培育 创新型中小企业 专精特新中小企业 专精特新“小巨人” 制造业单项冠军"


def test_what_holds_an_item_up_stands_where_plans_say():
    tracks = load_tracks()
    project = tracks["project"].by_key
    assert project["started"].needs == ("land", "funds")
    assert project["running"].needs == ("power", "gas", "water")
    assert [stage.key for stage in project.values() if stage.optional] == [
        "energy_review",
        "environment_review",
        "counted",
    ]
    assert [gate.key for gate in tracks["investment"].by_key["signed"].gates] == [
        "land",
        "power",
        "gas",
        "environment",
        "chain",
    ]
    assert {key: (track.supplies, track.amount) for key, track in tracks.items() if track.supplies} == {
        "land": ("land", "area"),
        "power": ("power", "capacity"),
        "gas": ("gas", "capacity"),
    }


def test_the_clocks_of_a_problem_are_those_of_the_published_rules():
    issue = load_tracks()["issue"]
    reported, handling = issue.by_key["reported"].clock, issue.by_key["handling"].clock
    assert reported is not None and (reported.days, reported.most) == (1, 2)
    assert handling is not None and (handling.days, handling.most, handling.to) == (10, 25, "leading_group")
    assert "handling" in issue.by_key["answered"].back, "whoever is not satisfied sends it back"


@each_track
def test_every_number_says_where_it_comes_from(path: Path):
    track, sources = load_track(path), load_sources(path)
    told = {place for source in sources for place in source.of}
    if any(stage.days for stage in track.stages):
        assert "days" in told
    for stage in track.stages:
        if stage.clock is not None:
            assert "clocks" in told or f"stages.{stage.key}.clock" in told, stage.key
    assert {"light", "reminders"} <= told
    for source in sources:
        if not source.verified and "假设" not in source.words.zh:
            assert any(word in source.words.zh for word in ("做法", "办法")), (
                "an unverified number is an assumption or names whose rule it is"
            )


@each_track
def test_every_word_is_in_both_languages(path: Path):
    track = load_track(path)
    words: list[Words] = [track.name, track.noun, track.about]
    for stage in track.stages:
        words += [stage.name, *(gate.name for gate in stage.gates), *([stage.evidence] if stage.evidence else [])]
    for field in track.fields:
        words += [field.name, *(choice for _, choice in field.choices)]
    words += [source.words for source in load_sources(path)]
    for one in words:
        assert one.zh != one.en and not any("一" <= char <= "鿿" for char in one.en), one
        assert "!" not in one.en and "！" not in one.zh


@each_track
def test_units_are_asked_for_little(path: Path):
    track = load_track(path)
    assert sum(field.asked for field in track.fields) <= 2
    assert len(track.fields) <= 9


@each_track
def test_nothing_scores_people_or_makes_them_check_in(path: Path):
    text = path.read_text(encoding="utf-8")
    assert not [word for word in ("打卡", "签到", "积分", "排名", "在线时长", "点赞", "考核") if word in text]


@each_track
def test_a_stage_is_told_by_its_own_words(path: Path):
    track = load_track(path)
    for stage in track.stages:
        assert track.stage_of(stage.name.zh) == stage
        for word in stage.words:
            assert track.stage_of(word) == stage, word


def walked(track: Track) -> tuple[list[str], str]:
    """The stages of an item that is carried through every one of a track, and the branch that it ends on."""
    calendar, day = load_calendar(), date(2026, 3, 2)
    state = apply(track, None, Event("open", day), calendar)
    values = {"text": "x", "number": 1, "yes": True, "date": "2026-03-02"}
    data = {f.key: f.choices[0][0] if f.choices else values.get(f.kind, 1) for f in track.fields}
    state = apply(track, state, Event("amend", day, {"values": data}), calendar)
    seen = [state.stage]
    for stage in track.stages[1:]:
        day += timedelta(days=1)
        for gate in stage.gates:
            state = apply(track, state, Event("answer", day, {"gate": gate.key, "answer": "yes"}), calendar)
        state = apply(track, state, Event("enter", day, {"stage": stage.key, "evidence": "文号"}), calendar)
        seen.append(state.stage)
    return seen, state.branch


@each_track
def test_an_item_can_be_carried_through_every_stage(path: Path):
    track = load_track(path)
    stages, branch = walked(track)
    assert stages == [stage.key for stage in track.stages]
    assert branch == ("active" if track.recurs else "closed")
