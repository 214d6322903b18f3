"""Tracks from YAML: those that ship (`tracks/*.yaml`) and, on top, those of a user's folder.

Strict, because a slip in such a file would otherwise show as a light that never turns on: an unknown key is refused and the
nearest known one named, and whatever a track names (a stage, a field, a level) has to be there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from lvlian.ledger.track import (
    Clock,
    Count,
    Factor,
    Field,
    FieldKind,
    Gate,
    Level,
    LightRule,
    Per,
    Reminder,
    Stage,
    Takes,
    Track,
    Words,
)
from lvlian.ledger.yaml_file import FileError, Node, found, mapping_in, mapping_of, nearest

GROUPS: tuple[str, ...] = ("projects", "factors", "investment", "cultivation", "issues", "supervision", "duties")
LEVELS: tuple[Level, ...] = get_args(Level)
PER: tuple[Per, ...] = get_args(Per)
FACTORS: tuple[Factor, ...] = get_args(Factor)
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)
TAKEN: tuple[str, ...] = ("milestones", "duties", "mechanisms", "incentives", "goals")
MOVERS: tuple[str, ...] = ("unit", "office", "firm", "any")
MOST_STAGES = 40
MOST_FIELDS = 60

_KEY = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_TRACK_KEYS = (*(f.name for f in fields(Track) if f.name not in ("key", "file", "source", "verified")), "sources")
_SOURCE_PLACE = re.compile(r"days|clocks|light|reminders|stages\.([a-z0-9_-]+)\.(?:days|clock)")


class TrackError(FileError):
    """A track cannot be used; the message is one sentence: file, place (`stages[3].clock.days`), found, expected."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers of a track come from: `of` the places (`days`, `clocks`, `light`, `reminders`,
    `stages.accepted.clock`), in words, and whether somebody compared them with that source."""

    of: tuple[str, ...]
    words: Words
    verified: bool


def load_track(path: Path) -> Track:
    """The track of one file; its key is the file's name. Raises TrackError."""
    return track_of(mapping_of(path, TrackError), key=path.stem, file=path.name)


def read_track(content: bytes, name: str) -> Track:
    """The track that the bytes of a file called `name` hold. Raises TrackError."""
    return track_of(mapping_in(content, name, TrackError), key=Path(name).stem, file=name)


def load_tracks(*folders: Path) -> dict[str, Track]:
    """Every track by its key, in the order of rooms and names: those that ship and on top those of the folders; a file of the
    same name replaces. Raises TrackError."""
    tracks = dict(_shipped())
    for folder in folders:
        if not folder.is_dir():
            raise TrackError(f"{folder}: found no such folder, expected one with YAML files of tracks")
        own: dict[str, Track] = {}
        for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
            if path.stem in own:
                raise TrackError(f"{path.name}: found a second file for the track {path.stem!r}, expected one")
            own[path.stem] = load_track(path)
        tracks.update(own)
    return dict(sorted(tracks.items(), key=lambda entry: (GROUPS.index(entry[1].group), entry[0])))


def shipped_folder() -> Path:
    """Where the tracks lie that come with the package."""
    return Path(str(files("lvlian.ledger").joinpath("tracks")))


@cache
def _shipped() -> tuple[tuple[str, Track], ...]:
    return tuple((path.stem, load_track(path)) for path in sorted(shipped_folder().glob("*.yaml")))


def load_sources(path: Path) -> tuple[Source, ...]:
    """Where the numbers of a track's file come from. Raises TrackError."""
    top = Node(mapping_of(path, TrackError), _TRACK_KEYS, path.name, "", TrackError)
    return _sources(top, {stage.key for stage in load_track(path).stages})


def track_of(data: Mapping[str, Any], *, key: str, file: str = "") -> Track:
    """The track that a mapping describes. Raises TrackError, never anything else."""
    file = file or f"{key}.yaml"
    if not _KEY.fullmatch(key):
        raise TrackError(f"{file}: found the name {key!r}, expected small letters and digits joined by - or _")
    top = Node(data, _TRACK_KEYS, file, "", TrackError)
    levels = top.texts("levels", LEVELS) if top.has("levels") else ("unit", "lead", "leading_group")
    if not levels:
        raise top.wrong("levels", "found an empty list, expected at least one level")
    stages = _stages(top, levels)
    names = tuple(stage.key for stage in stages)
    own = _fields(top, names)
    _gates_fit(top, stages, own)
    amount = _field_named(top, "amount", own, "number")
    if amount and not top.has("supplies"):
        raise top.wrong("amount", f"found {amount!r} without `supplies`, expected the factor that it is an amount of")
    recurs = top.yes("recurs")
    if recurs and "per" not in {one.key for one in own}:
        raise top.wrong("recurs", "found true without a field `per`, expected the field that says how often")
    sources = _sources(top, set(names))
    return Track(
        key=key,
        name=_words(top, "name"),
        noun=_words(top, "noun"),
        about=_words(top, "about"),
        group=top.one_of("group", GROUPS),
        stages=stages,
        fields=own,
        light=_light(top),
        levels=levels,  # type: ignore[arg-type]  # `texts` let only levels through
        reminders=tuple(_reminder(node, levels) for node in top.nodes("reminders", [f.name for f in fields(Reminder)])),
        counts=_counts(top, names, own),
        takes=tuple(_takes(node) for node in top.nodes("takes", [f.name for f in fields(Takes)])),
        supplies=top.one_of("supplies", FACTORS) if top.has("supplies") else None,
        amount=amount,
        recurs=recurs,
        final=top.one_of("final", names, ""),
        source=" ".join(source.words.zh for source in sources),
        source_en=" ".join(source.words.en for source in sources),
        verified=bool(sources) and all(source.verified for source in sources),
        file=file,
    )


def _words(node: Node, key: str, value: object = None) -> Words:
    """Both languages, `{zh: …, en: …}`; one text stands for both."""
    raw = node.value.get(key) if value is None else value
    if isinstance(raw, str):
        text = node.checked(raw, key)
        return Words(text, text)
    both = Node(raw, ("zh", "en"), node.file, node.at(key), node.error)
    return Words(both.text("zh"), both.text("en"))


def _key(node: Node, seen: set[str], what: str) -> str:
    key = node.text("key")
    if not _KEY.fullmatch(key):
        raise node.wrong("key", f"found {found(key)}, expected small letters and digits joined by - or _")
    if key in seen:
        raise node.wrong("key", f"found the {what} {key!r} for the second time, expected each once")
    seen.add(key)
    return key


def _stages(top: Node, levels: tuple[str, ...]) -> tuple[Stage, ...]:
    nodes = top.nodes("stages", [f.name for f in fields(Stage)])
    if not 2 <= len(nodes) <= MOST_STAGES:
        raise top.wrong("stages", f"found {len(nodes)}, expected 2 to {MOST_STAGES} stages")
    out: list[Stage] = []
    seen: set[str] = set()
    told: dict[str, str] = {}
    for node in nodes:
        before = tuple(stage.key for stage in out)
        key = _key(node, seen, "stage")
        stage = Stage(
            key=key,
            name=_words(node, "name"),
            words=node.texts("words"),
            standing=node.texts("standing"),
            days=node.number("days", 0),
            optional=node.yes("optional"),
            clock=_clock(node, levels),
            gates=_gates(node),
            back=_back(node, before),
            evidence=_words(node, "evidence") if node.has("evidence") else None,
            evidence_needed=node.yes("evidence_needed"),
            needs=node.texts("needs", FACTORS),  # type: ignore[arg-type]  # `texts` let only factors through
            level=node.one_of("level", levels) if node.has("level") else None,
            by=node.one_of("by", MOVERS, "unit"),
        )
        if stage.evidence_needed and stage.evidence is None:
            raise node.wrong("evidence_needed", "found true without `evidence`, expected the name of the paper")
        for word in {*stage.words, stage.name.zh}:
            if word in told:
                raise node.wrong("words", f"found {word!r}, which already tells the stage {told[word]!r}")
            told[word] = key
        out.append(stage)
    if out[0].optional or out[0].days:
        raise nodes[0].wrong(
            "optional" if out[0].optional else "days", "found a value, expected none at the first stage"
        )
    return tuple(out)


def _back(node: Node, before: tuple[str, ...]) -> tuple[str, ...]:
    for number, key in enumerate(back := node.texts("back")):
        if key not in before:
            hint = nearest(key, before) if before else "there is none before the first"
            raise node.wrong(f"back[{number}]", f"found {key!r}, expected an earlier stage; {hint}")
    return back


def _clock(node: Node, levels: tuple[str, ...]) -> Clock | None:
    if not node.has("clock"):
        return None
    under = node.under("clock", [f.name for f in fields(Clock)])
    days = under.number("days", low=1, high=2_000)
    most = under.number("most", 0, high=2_000)
    if most and most < days:
        raise under.wrong("most", f"found {most}, expected 0 or at least the {days} of `days`")
    near = under.number("near", min(1, days), high=days)
    to = under.text("to", "leading_group")
    if to not in levels:
        raise under.wrong("to", f"found {to!r}, expected a level of the track: {', '.join(levels)}")
    return Clock(days=days, most=most, near=near, to=to)  # type: ignore[arg-type]  # held against the levels just now


def _gates(node: Node) -> tuple[Gate, ...]:
    seen: set[str] = set()
    return tuple(
        Gate(
            key=_key(gate, seen, "gate"),
            name=_words(gate, "name"),
            factor=gate.one_of("factor", FACTORS) if gate.has("factor") else None,
            need=gate.text("need", ""),
        )
        for gate in node.nodes("gates", [f.name for f in fields(Gate)])
    )


def _gates_fit(top: Node, stages: tuple[Stage, ...], own: tuple[Field, ...]) -> None:
    numbers = [one.key for one in own if one.kind == "number"]
    for place, stage in enumerate(stages):
        for number, gate in enumerate(stage.gates):
            if gate.need and gate.need not in numbers:
                at = f"stages[{place}].gates[{number}].need"
                raise top.wrong(
                    at, f"found {gate.need!r}, expected a field with a number: {', '.join(numbers) or 'none'}"
                )


def _fields(top: Node, stages: tuple[str, ...]) -> tuple[Field, ...]:
    nodes = top.nodes("fields", [f.name for f in fields(Field)])
    if len(nodes) > MOST_FIELDS:
        raise top.wrong("fields", f"found {len(nodes)}, expected at most {MOST_FIELDS}")
    seen: set[str] = set()
    out = []
    for node in nodes:
        kind: FieldKind = node.one_of("kind", FIELD_KINDS, "text")
        choices = tuple((key, _words(node, f"choices.{key}", value)) for key, value in node.entries("choices").items())
        if (kind == "choice") != bool(choices):
            raise node.wrong(
                "choices", f"found {len(choices)} choices for the kind {kind!r}, expected some for 'choice' only"
            )
        if node.has("unit") and kind != "number":
            raise node.wrong("unit", f"found a unit for the kind {kind!r}, expected one for 'number' only")
        out.append(
            Field(
                key=_key(node, seen, "field"),
                name=_words(node, "name"),
                kind=kind,
                unit=node.text("unit", ""),
                choices=choices,
                needed_at=node.one_of("needed_at", stages, ""),
                asked=node.yes("asked"),
                commercial=node.yes("commercial"),
            )
        )
    return tuple(out)


def _field_named(node: Node, key: str, own: tuple[Field, ...], kind: str) -> str:
    name = node.text(key, "")
    allowed = [one.key for one in own if one.kind == kind]
    if name and name not in allowed:
        raise node.wrong(key, f"found {name!r}, expected a field of the kind {kind}: {', '.join(allowed) or 'none'}")
    return name


def _light(top: Node) -> LightRule:
    if not top.has("light"):
        return LightRule()
    node = top.under("light", [f.name for f in fields(LightRule)])
    rule = LightRule()
    return LightRule(
        near=node.number("near", rule.near, high=3_650),
        bad=node.number("bad", rule.bad, high=3_650),
        stale=node.number("stale", rule.stale, high=3_650),
    )


def _reminder(node: Node, levels: tuple[str, ...]) -> Reminder:
    given = [key for key in ("before", "after", "stale") if node.has(key)]
    if len(given) != 1:
        raise node.wrong("", f"found {' and '.join(given) or 'no day'}, expected one of before, after, stale")
    to = node.text("to", "unit")
    if to not in levels:
        raise node.wrong("to", f"found {to!r}, expected a level of the track: {', '.join(levels)}")
    return Reminder(
        before=node.number("before", high=3_650) if node.has("before") else None,
        after=node.number("after", high=3_650) if node.has("after") else None,
        stale=node.number("stale", low=1, high=3_650) if node.has("stale") else None,
        working=node.yes("working"),
        to=to,  # type: ignore[arg-type]  # held against the levels just now
    )


def _counts(top: Node, stages: tuple[str, ...], own: tuple[Field, ...]) -> tuple[Count, ...]:
    out = []
    for node in top.nodes("counts", [f.name for f in fields(Count)]):
        groups = tuple(
            Node({"group": group}, ("group",), node.file, node.at(f"indicators[{number}]"), node.error).texts("group")
            for number, group in enumerate(node.items("indicators"))
        )
        if not groups or not all(groups):
            raise node.wrong("indicators", "found no words, expected a list of groups such as [[招引, 招商], [企业]]")
        out.append(
            Count(
                stage=node.one_of("stage", stages),
                indicators=groups,
                without=node.texts("without"),
                per=node.one_of("per", PER, "quarter"),
                adds=_field_named(node, "adds", own, "number"),
                stock=node.yes("stock"),
                itself=node.yes("itself"),
            )
        )
    return tuple(out)


def _takes(node: Node) -> Takes:
    return Takes(
        kind=node.one_of("kind", TAKEN),
        events=node.texts("events"),
        words=node.texts("words"),
        rank=node.number("rank", 100, high=10_000),
    )


def _sources(top: Node, stages: set[str]) -> tuple[Source, ...]:
    out = []
    for node in top.nodes("sources", ("of", "words", "verified")):
        of = node.texts("of")
        for number, place in enumerate(of):
            match = _SOURCE_PLACE.fullmatch(place)
            if match is None or (match.group(1) and match.group(1) not in stages):
                what = "expected days, clocks, light, reminders or stages.KEY.clock"
                raise node.wrong(f"of[{number}]", f"found {place!r}, {what}")
        if not of:
            raise node.wrong("of", "found no places, expected days, clocks, light, reminders or stages.KEY.clock")
        out.append(Source(of, _words(node, "words"), node.yes("verified")))
    return tuple(out)
