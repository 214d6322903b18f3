"""Tracks from YAML: what a file may say, and the one sentence that a wrong one is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.ledger.load import TrackError, load_track, load_tracks, read_track, shipped_folder, track_of
from lvlian.ledger.track import Track, Words

LEAST: dict[str, Any] = {
    "name": {"zh": "巡查", "en": "Rounds"},
    "noun": {"zh": "巡查", "en": "round"},
    "about": {"zh": "园区道路巡查", "en": "Rounds on the roads of the park"},
    "group": "duties",
    "stages": [{"key": "planned", "name": "安排"}, {"key": "done", "name": "完成"}],
}


def least(**more: Any) -> dict[str, Any]:
    return {**LEAST, **more}


def message(data: Mapping[str, Any]) -> str:
    with pytest.raises(TrackError) as caught:
        track_of(data, key="rounds")
    return str(caught.value)


def stages(**second: Any) -> dict[str, Any]:
    return least(stages=[{"key": "planned", "name": "安排"}, {"key": "done", "name": "完成", **second}])


def test_the_least_track_has_what_a_track_needs():
    track = track_of(LEAST, key="rounds")
    assert isinstance(track, Track)
    assert (track.key, track.file, track.name) == ("rounds", "rounds.yaml", Words("巡查", "Rounds"))
    assert track.levels == ("unit", "lead", "leading_group")
    assert track.stages[0].name == Words("安排", "安排"), "one text stands for both languages"
    assert track.closes_at == "done"
    assert track.verified is False, "numbers without a source are assumptions"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (least(stage=[]), "rounds.yaml, stage: found the unknown key 'stage', the nearest known is 'stages'"),
        (least(group="duty"), "rounds.yaml, group: found 'duty', the nearest known is 'duties'"),
        (least(group=3), "rounds.yaml, group: found 3, expected a text"),
        (least(name={"zh": "巡查"}), "rounds.yaml, name.en: found nothing, expected a text"),
        (least(name="  "), "rounds.yaml, name: found '  ', expected a text"),
        (
            least(name="一\n二"),
            "rounds.yaml, name: found '一\\n二', expected a text on one line without control characters",
        ),
        (least(stages=[]), "rounds.yaml, stages: found 0, expected 2 to 40 stages"),
        (least(stages={}), "rounds.yaml, stages: found a mapping, expected a list"),
        (
            stages(key="planned"),
            "rounds.yaml, stages[1].key: found the stage 'planned' for the second time, expected each once",
        ),
        (
            stages(key="Done"),
            "rounds.yaml, stages[1].key: found 'Done', expected small letters and digits joined by - or _",
        ),
        (stages(words=["安排"]), "rounds.yaml, stages[1].words: found '安排', which already tells the stage 'planned'"),
        (
            stages(clock={"days": "ten"}),
            "rounds.yaml, stages[1].clock.days: found 'ten', expected a whole number from 1 to 2000",
        ),
        (
            stages(clock={"days": True}),
            "rounds.yaml, stages[1].clock.days: found true, expected a whole number from 1 to 2000",
        ),
        (
            stages(clock={"days": 5, "most": 3}),
            "rounds.yaml, stages[1].clock.most: found 3, expected 0 or at least the 5 of `days`",
        ),
        (
            stages(clock={"days": 5, "to": "supervision"}),
            "rounds.yaml, stages[1].clock.to: found 'supervision', expected a level of the track: unit, lead, leading_group",
        ),
        (
            stages(clok={"days": 5}),
            "rounds.yaml, stages[1].clok: found the unknown key 'clok', the nearest known is 'clock'",
        ),
        (
            stages(back=["done"]),
            "rounds.yaml, stages[1].back[0]: found 'done', expected an earlier stage; expected one of planned",
        ),
        (stages(needs=["powder"]), "rounds.yaml, stages[1].needs[0]: found 'powder', the nearest known is 'power'"),
        (stages(by="unitt"), "rounds.yaml, stages[1].by: found 'unitt', the nearest known is 'unit'"),
        (
            stages(evidence_needed=True),
            "rounds.yaml, stages[1].evidence_needed: found true without `evidence`, expected the name of the paper",
        ),
        (
            stages(gates=[{"key": "land", "name": "用地", "need": "area"}]),
            "rounds.yaml, stages[1].gates[0].need: found 'area', expected a field with a number: none",
        ),
        (
            least(fields=[{"key": "a", "name": "甲", "needed_at": "don"}]),
            "rounds.yaml, fields[0].needed_at: found 'don', the nearest known is 'done'",
        ),
        (
            least(fields=[{"key": "a", "name": "甲", "kind": "choice"}]),
            "rounds.yaml, fields[0].choices: found 0 choices for the kind 'choice', expected some for 'choice' only",
        ),
        (
            least(fields=[{"key": "a", "name": "甲", "unit": "亩"}]),
            "rounds.yaml, fields[0].unit: found a unit for the kind 'text', expected one for 'number' only",
        ),
        (least(amount="area"), "rounds.yaml, amount: found 'area', expected a field of the kind number: none"),
        (
            least(recurs=True),
            "rounds.yaml, recurs: found true without a field `per`, expected the field that says how often",
        ),
        (least(final="end"), "rounds.yaml, final: found 'end', expected one of planned, done"),
        (least(light={"near": -1}), "rounds.yaml, light.near: found -1, expected a whole number from 0 to 3650"),
        (
            least(reminders=[{"before": 3, "after": 3}]),
            "rounds.yaml, reminders[0]: found before and after, expected one of before, after, stale",
        ),
        (least(reminders=[{}]), "rounds.yaml, reminders[0]: found no day, expected one of before, after, stale"),
        (
            least(counts=[{"stage": "done", "indicators": []}]),
            "rounds.yaml, counts[0].indicators: found no words, expected a list of groups such as [[招引, 招商], [企业]]",
        ),
        (
            least(takes=[{"kind": "milestone"}]),
            "rounds.yaml, takes[0].kind: found 'milestone', the nearest known is 'milestones'",
        ),
        (
            least(sources=[{"of": ["stages.gone.clock"], "words": "无"}]),
            "rounds.yaml, sources[0].of[0]: found 'stages.gone.clock', expected days, clocks, light, reminders or stages.KEY.clock",
        ),
        (least(levels=["lead", "lead"]), "rounds.yaml, levels[1]: found 'lead' for the second time, expected it once"),
    ],
)
def test_a_wrong_track_is_answered_with_one_sentence(data: dict[str, Any], said: str):
    assert message(data) == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "x.yaml: is empty, expected a mapping"),
        (b"# nothing\n", "x.yaml: is empty, expected a mapping"),
        (b"- a\n- b\n", "x.yaml: expected a mapping at the top, found a list"),
        ("name: 巡查".encode("gb18030"), "x.yaml: not UTF-8 at byte 8, expected YAML in UTF-8"),
        (b"a: {b: 1\nc\n", "x.yaml, line 3: not YAML as the ledger reads it ("),
        (b"name: a\nname: b\n", "x.yaml, line 2: not YAML as the ledger reads it (the key 'name' stands twice)"),
        (b"1: a\n", "x.yaml, line 1: not YAML as the ledger reads it (1 as a key, not a text)"),
        (b"a: &a [x]\nb: *a\n", "x.yaml, line 1: found the anchor &a, expected the values written out"),
        (b"a: *a\n", "x.yaml, line 1: found the alias *a, expected the values written out"),
        (
            b"a: !!python/name:os.system ''\n",
            "x.yaml, line 1: found the tag 'tag:yaml.org,2002:python/name:os.system', expected plain values",
        ),
        (b"a: !!int abc\n", "x.yaml, line 1: found the tag 'tag:yaml.org,2002:int', expected plain values"),
        (b"a: " + b"[" * 5_000, "x.yaml, line 1: nested deeper than 12"),
        (b"#" * 300_000, "x.yaml: longer than 256,000 bytes, expected a short YAML file"),
        (b"a: 1\n---\nb: 1\n", "x.yaml, line 2: not YAML as the ledger reads it ("),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused(content: bytes, said: str):
    with pytest.raises(TrackError) as caught:
        read_track(content, "x.yaml")
    assert str(caught.value).startswith(said)


def test_a_word_of_yaml_stays_what_was_written():
    track = read_track(
        """
name: 巡查
noun: on
about: 12:30
group: duties
stages:
- {key: planned, name: off}
- {key: done, name: 2026-01-01}
fields:
- {key: satisfied, name: 是否满意, kind: yes}
""".encode(),
        "rounds.yaml",
    )
    assert (str(track.noun), str(track.about)) == ("on", "12:30")
    assert [str(stage.name) for stage in track.stages] == ["off", "2026-01-01"]
    assert track.fields[0].kind == "yes"


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(TrackError, match="cannot be read"):
        load_track(tmp_path / "none.yaml")
    with pytest.raises(TrackError, match="found no such folder"):
        load_tracks(tmp_path / "none")


def test_the_folder_of_a_user_adds_and_replaces(tmp_path: Path):
    shipped = load_tracks()
    (tmp_path / "issue.yaml").write_bytes((shipped_folder() / "land.yaml").read_bytes())
    (tmp_path / "rounds.yml").write_text(
        "name: 巡查\nnoun: 巡查\nabout: 巡查\ngroup: duties\nstages:\n- {key: a, name: 甲}\n- {key: b, name: 乙}\n",
        encoding="utf-8",
    )
    tracks = load_tracks(tmp_path)
    assert set(tracks) == {*shipped, "rounds"}
    assert tracks["issue"].stages == shipped["land"].stages
    assert tracks["issue"].key == "issue", "the key is the file's name"
    (tmp_path / "rounds.yaml").write_bytes((tmp_path / "rounds.yml").read_bytes())
    with pytest.raises(TrackError, match="second file for the track 'rounds'"):
        load_tracks(tmp_path)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.binary(max_size=4) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*LEAST, "fields", "light", "takes", "counts", "reminders", "sources"]), VALUES))
def test_whatever_a_mapping_holds_only_a_track_error_is_raised(broken: dict[str, Any]):
    try:
        track = track_of({**LEAST, **broken}, key="rounds")
    except TrackError as error:
        assert str(error).startswith("rounds.yaml")
        assert "\n" not in str(error)
    else:
        assert track.stages


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A shipped track of which one place, anywhere, holds something else."""
    import copy

    import yaml

    path = draw(st.sampled_from(sorted(shipped_folder().glob("*.yaml"))))
    data: Any = copy.deepcopy(_PARSED.setdefault(path, yaml.safe_load(path.read_text(encoding="utf-8"))))
    here: Any = data
    while True:
        key = (
            draw(st.sampled_from(sorted(here, key=str)))
            if isinstance(here, dict)
            else draw(st.integers(0, len(here) - 1))
        )
        if isinstance(here[key], dict | list) and here[key] and draw(st.booleans()):
            here = here[key]
            continue
        here[key] = draw(VALUES)
        return data


_PARSED: dict[Path, Any] = {}


@given(spoilt())
def test_a_shipped_track_with_one_place_spoilt_is_a_track_or_a_track_error(data: dict[str, Any]):
    try:
        track_of(data, key="rounds")
    except TrackError as error:
        assert len(str(error)) < 900


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_bytes_a_file_holds_only_a_track_error_is_raised(content: bytes):
    with pytest.raises(TrackError):
        read_track(content, "x.yaml")
