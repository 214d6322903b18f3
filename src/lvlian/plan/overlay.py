"""Reviewed corrections of the facts of a plan: a small file beside the document, applied to every new reading.

An entry names its fact by kind, the hash of its quote (white space left out), which occurrence of these words in the
text it is, and the values that tell two facts in one quote apart. So it holds after a new reading, a change of the
lexicon and in a copy with other line breaks. An entry whose fact is no longer found is stale: it is told, not guessed at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from lvlian.chain.dataset import read_yaml
from lvlian.plan.facts import Fact, PlanFacts
from lvlian.plan.fields import (
    KINDS,
    FieldError,
    Value,
    checked,
    checked_record,
    own_fields,
    own_values,
    plain_number,
    same_value,
)
from lvlian.plan.region import Folded, words_hash

FORMAT = "lvlian-corrections/1"
SUFFIX = ".corrections.yaml"

Action = Literal["accept", "correct", "reject", "add"]
State = Literal["applied", "settled", "drifted", "stale"]
"""applied · settled: the reader now says the same by itself · drifted: applied, but the reader now says something else than
was corrected · stale: the fact or the words are not found, nothing was done."""

ACTIONS: tuple[Action, ...] = ("accept", "correct", "reject", "add")
_TELLING: dict[str, tuple[str, ...]] = {
    "goals": ("value", "indicator"),
    "milestones": ("event", "project"),
    "incentives": ("benefit", "amount"),
    "duties": (),
    "chains": (),
    "mechanisms": ("name",),
    "clusters": ("name",),
}
"""Fields that tell facts with one quote apart. Goals always need their value; the others only where several share a quote."""


class OverlayError(ValueError):
    """A corrections file or an entry that cannot be used; one sentence names the file, the entry and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The fact of an entry. `words` is the SHA-256 of the quote without white space, `occurrence` (from 1) which of these words
    in the text, `quote` the words themselves for the reader of the file, `telling` the values that single the fact out."""

    kind: str
    words: str
    occurrence: int
    quote: str
    telling: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One reviewed decision. `was` holds the reader's values at the time (of the corrected fields; all of them for accept and
    reject), `set` the corrected ones (for add, all fields of the new fact)."""

    action: Action
    address: Address
    was: Mapping[str, Value] = field(default_factory=dict)
    set: Mapping[str, Value] = field(default_factory=dict)
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """The entries of one document, in the order in which they were made; `sha256` is that of the bytes reviewed."""

    name: str = ""
    sha256: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry, with a sentence where there is something to say."""

    entry: Entry
    state: State
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of every entry, in the order of the file."""

    outcomes: tuple[Outcome, ...] = ()

    def of(self, *states: State) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.state in states)


class _Place:
    """The text without white space, with every occurrence of words in it."""

    def __init__(self, text: str) -> None:
        self.folded = Folded.of(text)
        self._starts: dict[str, list[int]] = {}

    def starts(self, quote: str) -> list[int]:
        """Offsets in the text of all occurrences of the words, overlapping ones too."""
        words = "".join(quote.split())
        if words not in self._starts:
            found, at = [], self.folded.text.find(words) if words else -1
            while at >= 0:
                found.append(self.folded.offsets[at])
                at = self.folded.text.find(words, at + 1)
            self._starts[words] = found
        return self._starts[words]

    def span(self, quote: str, occurrence: int) -> tuple[int, int] | None:
        """The span in the text of the occurrence, counted from 1; None where there are fewer."""
        words = "".join(quote.split())
        starts = self.starts(quote)
        if not words or not 1 <= occurrence <= len(starts):
            return None
        place = bisect_right(self.folded.offsets, starts[occurrence - 1]) - 1
        return self.folded.span(place, len(words))

    def occurrence(self, fact: Fact) -> int | None:
        """Which occurrence of its words a fact is, counted from 1; None where it has no place."""
        if fact.start is None or not fact.quote.strip():
            return None
        first = fact.start + len(fact.quote) - len(fact.quote.lstrip())
        starts = self.starts(fact.quote)
        at = bisect_right(starts, first)
        return at if at and starts[at - 1] == first else None


def overlay_path(document: Path) -> Path:
    """Where the corrections of a document are kept: `<stem>.corrections.yaml` beside it."""
    return document.with_name(document.stem + SUFFIX)


def load_overlay(path: Path | str) -> Overlay:
    """Read a corrections file. Raises ValueError (OverlayError, LibraryError) in one sentence."""
    path = Path(path)
    data = read_yaml(path)
    if data.get("format") != FORMAT:
        raise OverlayError(f"{path.name}, field format: is {data.get('format')!r}, expected {FORMAT}")
    document = data.get("document")
    if not isinstance(document, dict):
        raise OverlayError(f"{path.name}, field document: expected name and sha256 of the document")
    entries = data.get("entries") or []
    if not isinstance(entries, list):
        raise OverlayError(f"{path.name}, field entries: is {type(entries).__name__}, expected a list")
    return Overlay(
        name=str(document.get("name") or ""), sha256=str(document.get("sha256") or ""),
        entries=tuple(_entry(raw, f"{path.name}, entry {i}") for i, raw in enumerate(entries, 1)),
    )


def dump_overlay(overlay: Overlay) -> str:
    """The corrections as the text of their file; the same overlay gives the same text."""
    import yaml

    data = {
        "format": FORMAT,
        "document": {"name": overlay.name, "sha256": overlay.sha256},
        "entries": [_plain(entry) for entry in overlay.entries],
    }
    head = "# Reviewed corrections, applied whenever the document is read. How to write one: docs/corrections.md\n"
    return head + str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000))


def apply_overlay(facts: PlanFacts, overlay: Overlay) -> tuple[PlanFacts, Report]:
    """The facts with every entry applied, and what became of each. Needs `facts.text`; raises OverlayError without it.

    Entries are looked up in the facts as they were read, so that one entry never hides the fact of another; a later entry
    for the same fact wins over an earlier one.
    """
    if not overlay.entries:
        return facts, Report()
    if not facts.text:
        raise OverlayError(f"{facts.name or 'facts'}: corrections need the document's text, and only its facts are at hand")
    place = _Place(facts.text)
    index = _index(facts, place)
    changed: dict[tuple[str, int], Fact | None] = {}
    added: list[Fact] = []
    outcomes = []
    for entry in overlay.entries:
        if entry.action == "add":
            outcomes.append(_add(facts, entry, place, added))
            continue
        at, outcome = _find(facts, entry, index)
        if at is not None and outcome.state in ("applied", "drifted"):
            changed[entry.address.kind, at] = _decided(facts.of(entry.address.kind)[at], entry)
        outcomes.append(outcome)
    return _rebuilt(facts, changed, added), Report(tuple(outcomes))


def address_of(facts: PlanFacts, kind: str, number: int) -> Address:
    """The address of fact `number` (from 0) of a kind. Raises OverlayError where there is none or its words have no place."""
    listed = _listed(facts, kind)
    if not 0 <= number < len(listed):
        there = f"it has {kind}:0 to {kind}:{len(listed) - 1}" if listed else f"it has no {kind}"
        raise OverlayError(f"{facts.name}: there is no fact {kind}:{number}, {there}")
    fact = listed[number]
    occurrence = _Place(facts.text).occurrence(fact)
    if occurrence is None:
        raise OverlayError(f"{facts.name}: the words of {kind}:{number} have no place in a text, corrections need the document itself")
    telling = {name: getattr(fact, name) for name in _TELLING[kind]}
    return Address(kind=kind, words=words_hash(fact.quote), occurrence=occurrence, quote=fact.quote, telling=telling)


def accept_entry(facts: PlanFacts, kind: str, number: int, *, by: str = "", reason: str = "") -> Entry:
    """The reading of a fact was reviewed and is right."""
    address = address_of(facts, kind, number)
    return Entry(action="accept", address=address, was=own_values(facts.of(kind)[number]), by=by, reason=reason)


def correct_entry(
    facts: PlanFacts, kind: str, number: int, values: Mapping[str, Any], *, by: str = "", reason: str = ""
) -> Entry:
    """The fact stands, with other values in some fields. Raises OverlayError, FieldError."""
    if not values:
        raise OverlayError(f"{facts.name}, {kind}:{number}: a correction needs at least one field with its new value")
    address = address_of(facts, kind, number)
    fact = facts.of(kind)[number]
    new = {name: checked(kind, name, value) for name, value in values.items()}
    return Entry(action="correct", address=address, was={name: getattr(fact, name) for name in new}, set=new, by=by, reason=reason)


def reject_entry(facts: PlanFacts, kind: str, number: int, *, reason: str, by: str = "") -> Entry:
    """The text says no such thing. Raises OverlayError where no reason is given."""
    if not reason.strip():
        raise OverlayError(f"{facts.name}, {kind}:{number}: a rejection needs a reason")
    address = address_of(facts, kind, number)
    return Entry(action="reject", address=address, was=own_values(facts.of(kind)[number]), by=by, reason=reason)


def add_entry(facts: PlanFacts, kind: str, record: Mapping[str, Any], *, by: str = "", reason: str = "") -> Entry:
    """A fact that the reader missed: the fields of the public form with a `quote` that stands in the text (line breaks may
    differ) and, where these words stand several times, `occurrence` from 1. Raises OverlayError, FieldError."""
    if not facts.text:
        raise OverlayError(f"{facts.name}: adding a fact needs the document's text, and only its facts are at hand")
    unknown = sorted(set(record) - {*own_fields(kind), "quote", "occurrence"})
    if unknown:
        raise OverlayError(f"{facts.name}, new {kind}: field {unknown[0]} is unknown, expected {', '.join(own_fields(kind))}, quote")
    quote, occurrence = record.get("quote"), record.get("occurrence", 1)
    if not isinstance(quote, str) or not quote.strip():
        raise OverlayError(f"{facts.name}, new {kind}: field quote is {quote!r}, expected the words that carry the fact")
    place = _Place(facts.text)
    if type(occurrence) is not int or place.span(quote, occurrence) is None:
        there = len(place.starts(quote))
        found = f"these words stand {there} times in the text, occurrence {occurrence!r} is none of them" if there else (
            "these words do not stand in the text"
        )
        raise OverlayError(f"{facts.name}, new {kind}, field quote: {found}")
    values = checked_record(kind, record)
    address = Address(kind=kind, words=words_hash(quote), occurrence=occurrence, quote=quote)
    return Entry(action="add", address=address, set=values, by=by, reason=reason)


def with_entry(overlay: Overlay, entry: Entry) -> Overlay:
    """The overlay with the entry at its end; an earlier decision about the same fact is replaced, its old values are kept."""
    same = [old for old in overlay.entries if (old.action == "add") == (entry.action == "add") and _same_fact(old, entry)]
    if not same:
        return replace(overlay, entries=(*overlay.entries, entry))
    if entry.action == "correct":
        before = next((old for old in reversed(same) if old.action == "correct"), None)
        if before is not None:
            entry = replace(entry, was={**entry.was, **before.was}, set={**before.set, **entry.set})
    kept = tuple(old for old in overlay.entries if old not in same)
    return replace(overlay, entries=(*kept, entry))


def _same_fact(one: Entry, other: Entry) -> bool:
    a, b = one.address, other.address
    if (a.kind, a.words, a.occurrence) != (b.kind, b.words, b.occurrence):
        return False
    if one.action == "add":
        return dict(one.set) == dict(other.set)
    return dict(a.telling) == dict(b.telling)


def _listed(facts: PlanFacts, kind: str) -> tuple[Fact, ...]:
    try:
        return facts.of(kind)
    except ValueError as error:
        raise OverlayError(f"{facts.name}: {error}") from None


_Index = Mapping[tuple[str, str, int], Sequence[int]]


def _index(facts: PlanFacts, place: _Place) -> _Index:
    """Facts by kind, hash of the words and occurrence."""
    index: dict[tuple[str, str, int], list[int]] = {}
    for kind in KINDS:
        for number, fact in enumerate(facts.of(kind)):
            occurrence = place.occurrence(fact)
            if occurrence is not None:
                index.setdefault((kind, words_hash(fact.quote), occurrence), []).append(number)
    return index


def _find(facts: PlanFacts, entry: Entry, index: _Index) -> tuple[int | None, Outcome]:
    """The number of the entry's fact, and its state."""
    address = entry.address
    there = index.get((address.kind, address.words, address.occurrence), ())
    listed = facts.of(address.kind)
    hits = [n for n in there if all(same_value(getattr(listed[n], name), value) for name, value in address.telling.items())]
    if len(hits) == 1:
        return hits[0], _compared(listed[hits[0]], entry)
    if len(hits) > 1:
        # Two facts alike in all that tells them apart: the old values may still decide.
        exact = [n for n in hits if all(same_value(getattr(listed[n], name), value) for name, value in entry.was.items())]
        if len(exact) == 1:
            return exact[0], _compared(listed[exact[0]], entry)
        return None, Outcome(entry, "stale", f"{len(hits)} facts of the text answer to it")
    if entry.action == "correct":
        wanted = {**address.telling, **entry.set}
        settled = [n for n in there if all(same_value(getattr(listed[n], name), value) for name, value in wanted.items())]
        if settled:
            return settled[0], Outcome(entry, "settled", "the reader now says the same")
    if entry.action == "reject":
        return None, Outcome(entry, "settled", "the reader no longer finds this fact")
    found = f"with these words the reader now finds {_told(listed[there[0]], address.telling)}" if there else (
        "the reader no longer finds a fact with these words"
    )
    return None, Outcome(entry, "stale", found)


def _told(fact: Fact, telling: Mapping[str, Value]) -> str:
    names = telling or dict.fromkeys(list(own_fields(fact.kind))[:2])
    return ", ".join(f"{name} {plain_number(getattr(fact, name))}" for name in names)


def _compared(fact: Fact, entry: Entry) -> Outcome:
    moved = [name for name, value in entry.was.items() if not same_value(getattr(fact, name), value)]
    if entry.action == "correct" and all(same_value(getattr(fact, name), value) for name, value in entry.set.items()):
        return Outcome(entry, "settled", "the reader now says the same")
    if not moved:
        return Outcome(entry, "applied")
    now = ", ".join(f"{name} {plain_number(getattr(fact, name))} (was {plain_number(entry.was[name])})" for name in moved)
    if entry.action == "accept":
        return Outcome(entry, "stale", f"what was accepted is now read in another way: {now}")
    return Outcome(entry, "drifted", f"the reader now says {now}")


def _decided(fact: Fact, entry: Entry) -> Fact | None:
    if entry.action == "reject":
        return None
    if entry.action == "accept":
        return replace(fact, confidence=1.0, reason=None)
    values: dict[str, Any] = dict(entry.set)
    return replace(fact, confidence=1.0, reason=None, origin="hand", **values)


def _add(facts: PlanFacts, entry: Entry, place: _Place, added: list[Fact]) -> Outcome:
    span = place.span(entry.address.quote, entry.address.occurrence)
    if span is None:
        return Outcome(entry, "stale", "its words no longer stand in the text")
    start, end = span
    for fact in facts.of(entry.address.kind):
        near = fact.start is not None and fact.start < end and start < fact.start + len(fact.quote)
        if near and all(same_value(value, entry.set.get(name)) for name, value in own_values(fact).items() if name in entry.set):
            return Outcome(entry, "settled", "the reader now finds this fact")
    values: dict[str, Any] = dict(entry.set)
    section = ""
    for heading in facts.outline:
        if heading.start > start:
            break
        section = heading.text
    made_by = (f"hand:{entry.by}",) if entry.by else ()
    added.append(
        KINDS[entry.address.kind](
            quote=facts.text[start:end], start=start, section=section, made_by=made_by, origin="hand", **values
        )
    )
    return Outcome(entry, "applied")


def _rebuilt(facts: PlanFacts, changed: Mapping[tuple[str, int], Fact | None], added: Sequence[Fact]) -> PlanFacts:
    values: dict[str, Any] = {}
    for kind in KINDS:
        listed = [changed.get((kind, n), fact) for n, fact in enumerate(facts.of(kind))]
        kept = [fact for fact in listed if fact is not None]
        for fact in added:
            if fact.kind == kind:
                # Before the first fact that stands behind it: the list may not be sorted, and keeps its order.
                at = next((i for i, other in enumerate(kept) if (other.start or 0) > (fact.start or 0)), len(kept))
                kept.insert(at, fact)
        values[kind] = tuple(kept)
    return replace(facts, **values)


def _plain(entry: Entry) -> dict[str, Any]:
    """The entry as the file holds it."""
    address = entry.address
    fact: dict[str, Any] = {"kind": address.kind, "quote": address.quote, "words": address.words, "occurrence": address.occurrence}
    if address.telling:
        fact["telling"] = _values(address.telling)
    out: dict[str, Any] = {"action": entry.action, "fact": fact}
    for name, values in (("was", entry.was), ("set", entry.set)):
        if values:
            out[name] = _values(values)
    return {**out, **({"by": entry.by} if entry.by else {}), **({"reason": entry.reason} if entry.reason else {})}


def _values(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else plain_number(value) for name, value in values.items()}


def _entry(raw: Any, where: str) -> Entry:
    if not isinstance(raw, dict):
        raise OverlayError(f"{where}: is {type(raw).__name__}, expected a mapping with action and fact")
    action = raw.get("action")
    if action not in ACTIONS:
        raise OverlayError(f"{where}, field action: is {action!r}, expected one of {', '.join(ACTIONS)}")
    fact = raw.get("fact")
    if not isinstance(fact, dict) or fact.get("kind") not in KINDS:
        raise OverlayError(f"{where}, field fact: expected a mapping with kind (one of {', '.join(KINDS)}) and quote")
    kind, quote, occurrence = str(fact["kind"]), fact.get("quote"), fact.get("occurrence", 1)
    if not isinstance(quote, str) or not quote.strip():
        raise OverlayError(f"{where}, field fact.quote: is {quote!r}, expected the words of the fact")
    if type(occurrence) is not int or occurrence < 1:
        raise OverlayError(f"{where}, field fact.occurrence: is {occurrence!r}, expected a whole number from 1")
    words = fact.get("words", words_hash(quote))
    if words != words_hash(quote):
        raise OverlayError(f"{where}, field fact.words: is not the hash of its quote; leave it out to have it computed")
    telling = _read_values(kind, fact.get("telling"), f"{where}, field fact.telling", strict=False)
    if kind == "goals" and action != "add" and "value" not in telling:
        raise OverlayError(f"{where}, field fact.telling: value is missing, a goal is named by its words and its value")
    was = _read_values(kind, raw.get("was"), f"{where}, field was", strict=False)
    new = _read_values(kind, raw.get("set"), f"{where}, field set", strict=True)
    if action == "correct" and not new:
        raise OverlayError(f"{where}, field set: is missing, expected the corrected fields")
    if action == "add":
        try:
            new = checked_record(kind, new)
        except FieldError as error:
            raise OverlayError(f"{where}, {error}") from None
    by, reason = raw.get("by", ""), raw.get("reason", "")
    for name, text in (("by", by), ("reason", reason)):
        if not isinstance(text, str):
            raise OverlayError(f"{where}, field {name}: is {text!r}, expected a text")
    if action == "reject" and not reason.strip():
        raise OverlayError(f"{where}, field reason: is missing, a rejection needs one")
    address = Address(kind=kind, words=words, occurrence=occurrence, quote=quote, telling=telling)
    return Entry(action=action, address=address, was=was, set=new, by=by, reason=reason)


def _read_values(kind: str, raw: Any, where: str, *, strict: bool) -> dict[str, Value]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise OverlayError(f"{where}: is {type(raw).__name__}, expected a mapping of field to value")
    try:
        return {str(name): checked(kind, str(name), value, strict=strict) for name, value in raw.items()}
    except FieldError as error:
        raise OverlayError(f"{where}, {error}") from None
