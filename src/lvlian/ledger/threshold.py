"""Thresholds (门槛): how far a firm is from what a stage asks, as far as that is a number. What they are stands in `thresholds.yaml`,
with its source and whether the source was compared; a region may bring its own file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lvlian.ledger.track import Track, Words
from lvlian.ledger.yaml_file import FileError, Node, mapping_of, nearest
from lvlian.quantity.show import figure
from lvlian.quantity.unit import UnitError, convert

FILE = Path(__file__).with_name("thresholds.yaml")


class ThresholdError(FileError):
    """The thresholds cannot be used; one sentence: file, place, found, expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact of a firm that thresholds are held against. `found` are the fields (track, field) of the registers that hold it, the
    best first; `who` brings it."""

    key: str
    name: Words
    unit: str
    found: tuple[tuple[str, str], ...]
    who: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What a stage of a track asks of a fact, at least."""

    track: str
    stage: str
    fact: Fact
    at_least: Decimal
    unit: str
    source: Words
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far a firm is from a threshold: `short` is what is missing in the threshold's unit, None where the fact is not on file."""

    threshold: Threshold
    has: Decimal | None
    short: Decimal | None

    @property
    def met(self) -> bool:
        return self.short == 0

    @property
    def words(self) -> Words:
        """`还差 380 万元`, `已达 2000 万元`, `缺数：营业收入，企业报送`."""
        told, unit = self.threshold, self.threshold.unit
        gap = "" if unit == "%" else " "
        if self.short is None:
            return Words(
                f"缺数：{told.fact.name.zh}，{told.fact.who.zh}", f"Missing: {told.fact.name.en}; {told.fact.who.en}"
            )
        if self.met:
            most = figure(float(told.at_least))
            return Words(
                f"{told.fact.name.zh}已达 {most}{gap}{unit}", f"{told.fact.name.en} has reached {most}{gap}{unit}"
            )
        short = figure(float(self.short))
        if unit == "%":
            return Words(
                f"{told.fact.name.zh}还差 {short} 个百分点", f"{told.fact.name.en} is {short} percentage points short"
            )
        return Words(f"{told.fact.name.zh}还差 {short} {unit}", f"{told.fact.name.en} is {short} {unit} short")


def load_thresholds(path: Path = FILE, tracks: Mapping[str, Track] | None = None) -> tuple[Threshold, ...]:
    """The thresholds of a file; with `tracks`, every track, stage and field that it names is looked up. Raises ThresholdError."""
    top = Node(mapping_of(path, ThresholdError), ("facts", "thresholds"), path.name, "", ThresholdError)
    facts = {key: _fact(top, key, tracks) for key in top.entries("facts")}
    return tuple(_threshold(node, facts, tracks) for node in top.nodes("thresholds", _KEYS))


_KEYS = ("track", "stage", "fact", "at_least", "unit", "source", "verified")


def _words(node: Node, key: str) -> Words:
    told = node.under(key, ("zh", "en"))
    return Words(told.text("zh"), told.text("en"))


def _fact(top: Node, key: str, tracks: Mapping[str, Track] | None) -> Fact:
    node = Node(top.entries("facts")[key], ("name", "unit", "found", "who"), top.file, f"facts.{key}", ThresholdError)
    places = []
    for number, place in enumerate(node.texts("found")):
        track, dot, field = place.partition(".")
        if not dot or not field:
            raise node.wrong(
                f"found[{number}]", f"found {place!r}, expected a track and its field as in 'scale-up.revenue'"
            )
        if tracks is not None and (track not in tracks or tracks[track].field(field) is None):
            raise node.wrong(f"found[{number}]", f"found {place!r}, expected a field of a track that there is")
        places.append((track, field))
    return Fact(
        key=key, name=_words(node, "name"), unit=node.text("unit"), found=tuple(places), who=_words(node, "who")
    )


def _threshold(node: Node, facts: Mapping[str, Fact], tracks: Mapping[str, Track] | None) -> Threshold:
    track, stage, unit = node.text("track"), node.text("stage"), node.text("unit")
    fact = facts[node.one_of("fact", facts)]
    if tracks is not None and track not in tracks:
        raise node.wrong("track", f"found {track!r}, {nearest(track, tracks)}")
    if tracks is not None and stage not in tracks[track].by_key:
        raise node.wrong("stage", f"found {stage!r}, {nearest(stage, tracks[track].by_key)}")
    try:
        convert(1.0, fact.unit, unit)
    except UnitError:
        raise node.wrong("unit", f"found {unit!r}, expected one that converts to {fact.unit!r}") from None
    text = node.text("at_least")
    try:
        least = Decimal(text)
    except InvalidOperation:
        least = Decimal("NaN")
    if not least.is_finite() or least <= 0:
        raise node.wrong("at_least", f"found {text!r}, expected a number above zero in quotes")
    return Threshold(
        track=track, stage=stage, fact=fact, at_least=least, unit=unit, source=_words(node, "source"), verified=node.yes("verified")
    )  # fmt: skip


def value_of(fact: Fact, held: Mapping[str, Mapping[str, object]], tracks: Mapping[str, Track]) -> Decimal | None:
    """A firm's fact in the fact's unit, from the fields of its items: `held` is track → field → value. The first place that holds a
    number counts."""
    for key, name in fact.found:
        value = held.get(key, {}).get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            continue
        field = tracks[key].field(name) if key in tracks else None
        unit = field.unit if field is not None and field.unit else fact.unit
        try:
            return (
                Decimal(repr(value))
                if unit == fact.unit
                else Decimal(repr(round(convert(float(value), unit, fact.unit), 9)))
            )
        except UnitError:
            continue
    return None


def distance(threshold: Threshold, value: Decimal | None) -> Distance:
    """How far a value (in the fact's unit) is from a threshold."""
    if value is None:
        return Distance(threshold=threshold, has=None, short=None)
    fact = threshold.fact
    has = (
        value
        if fact.unit == threshold.unit
        else Decimal(repr(round(convert(float(value), fact.unit, threshold.unit), 9)))
    )
    return Distance(threshold=threshold, has=has, short=max(Decimal(0), threshold.at_least - has))
