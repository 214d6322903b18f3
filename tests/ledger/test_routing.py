"""Accepted facts find their track: every region's plan becomes a ledger without typing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.ledger.load import load_tracks
from lvlian.ledger.routing import rhythm_of, route, words_of
from lvlian.plan.facts import PlanFacts
from lvlian.plan.region import load_region

REGIONS = ("baise", "changji", "guizhou", "liaocheng", "yanshan")


def facts_of(root: Path, name: str) -> PlanFacts:
    return load_region(root / "data" / "regions" / f"{name}.yaml")


def tracks_of(facts: PlanFacts, kind: str) -> list[str]:
    tracks = load_tracks()
    found = []
    fact: Any
    for fact in facts.of(kind):
        if kind == "milestones":
            track = route(tracks, kind, fact.event, words_of(fact.project, fact.product))
        elif kind == "mechanisms":
            track = route(tracks, kind, rhythm_of(fact.per), fact.name)
        else:
            track = route(tracks, kind)
        assert track is not None, fact
        found.append(track.key)
    return found


def test_the_milestones_of_yanshan_by_track(root: Path):
    facts = facts_of(root, "yanshan")
    assert Counter(tracks_of(facts, "milestones")) == {"project": 30, "land": 12, "power": 6, "gas": 3}


def test_the_duties_and_mechanisms_of_yanshan_by_track(root: Path):
    facts = facts_of(root, "yanshan")
    assert Counter(tracks_of(facts, "duties")) == {"duty": 8}
    assert Counter(tracks_of(facts, "mechanisms")) == {"routine": 3, "duty": 2}


@pytest.mark.parametrize("name", REGIONS)
def test_every_milestone_of_every_region_has_a_track_and_a_stage(root: Path, name: str):
    tracks = load_tracks()
    facts = facts_of(root, name)
    for fact, key in zip(facts.milestones, tracks_of(facts, "milestones"), strict=True):
        assert tracks[key].stage_of(fact.event) is not None, (fact.project, fact.event, key)
    assert set(tracks_of(facts, "duties")) <= {"duty"}
    assert set(tracks_of(facts, "mechanisms")) <= {"duty", "routine"}


@pytest.mark.parametrize(
    ("event", "words", "key", "stage"),
    [
        ("建成投产", "某公司年产30万吨铝板带项目 铝板带", "project", "running"),
        ("升规纳统", "某公司铝锭项目", "project", "counted"),
        ("投产达产", "某公司铝锭项目", "project", "full"),
        ("供地", "某公司铝锭项目", "land", "supplied"),
        ("获批", "2026年度第二批次项目用地", "land", "approved"),
        ("获批", "2026年度成片开发方案", "land", "approved"),
        ("获批", "铝灰处置项目环评", "project", None),
        ("建成投产", "屋顶分布式光伏（三期） 屋顶分布式光伏", "power", "energised"),
        ("开工", "110千伏变电站", "power", "started"),
        ("投运", "园区220千伏输电线路", "power", "energised"),
        ("建成投产", "年产20万吨光伏边框项目 光伏边框", "project", "running"),
        ("开工", "储能电池铝箔项目 电池箔", "project", "started"),
        ("通气", "园区专线", "gas", "supplied"),
        ("建成", "天然气门站", "gas", "built"),
        ("签约", "年产5万吨铝箔项目", "project", "signed"),
        ("签约落地", "招引铝箔企业", "investment", "landed"),
        ("投产", "电解铝产能置换项目", "replacement", "running"),
        ("复产", "某停产铝棒厂", "idle", "revived"),
        ("启动建设", "铝产品质量检验中心二期", "platform", "planned"),
    ],
)
def test_words_decide(event: str, words: str, key: str, stage: str | None):
    track = route(load_tracks(), "milestones", event, words)
    assert track is not None and track.key == key
    reached = track.stage_of(event)
    assert (reached.key if reached else None) == stage


def test_what_nobody_takes_has_no_track():
    tracks = load_tracks()
    assert route(tracks, "goals") is None
    assert route(tracks, "incentives") is None
    assert route({}, "milestones", "开工", "项目") is None


@given(st.text(max_size=12), st.text(max_size=20), st.randoms())
def test_every_milestone_goes_somewhere_and_the_order_of_files_does_not_matter(event: str, words: str, random):
    tracks = load_tracks()
    one = route(tracks, "milestones", event, words)
    shuffled = list(tracks.items())
    random.shuffle(shuffled)
    assert one is not None
    assert route(dict(shuffled), "milestones", event, words) == one
