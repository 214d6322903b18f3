"""Reviewed corrections of the facts of a plan: a small file beside the document, applied to every new reading.

An entry names its fact by kind, the hash of its quote (white space left out), which occurrence of these words in the
text it is, and the values that tell two facts in one quote apart. So it holds after a new reading, a change of the
lexicon and in a copy with other line breaks. An entry whose fact is no longer found is stale: it is told, not guessed at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from lvlian.plan.facts import Fact, PlanFacts
from lvlian.plan.fields import KINDS, Value, own_fields, own_values, plain_number, same_value
from lvlian.plan.region import Folded, words_hash

Action = Literal["accept", "correct", "reject", "add"]
State = Literal["applied", "settled", "drifted", "stale"]
"""applied · settled: the reader now says the same by itself · drifted: applied, but the reader now says something else than
was corrected · stale: the fact or the words are not found, nothing was done."""

STATES: tuple[State, ...] = ("applied", "drifted", "settled", "stale")
ACTIONS: tuple[Action, ...] = ("accept", "correct", "reject", "add")
TELLING: dict[str, tuple[str, ...]] = {
    "goals": ("value", "indicator"),
    "milestones": ("event", "project"),
    "incentives": ("benefit", "amount"),
    "duties": (),
    "chains": (),
    "mechanisms": ("name",),
    "clusters": ("name",),
}
"""Fields that tell facts with one quote apart."""
NEEDED: dict[str, tuple[str, ...]] = {"goals": ("value",), "milestones": ("event",), "incentives": ("benefit",)}
"""Those of them that must hold even where the fact stands alone in its quote."""


class OverlayError(ValueError):
    """A corrections file or an entry that cannot be used; one sentence names the file, the entry and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The fact of an entry. `words` is the SHA-256 of the quote without white space, `occurrence` (from 1) which of these words
    in the text, `quote` the words themselves for the reader of the file, `telling` the values that single the fact out,
    `among` how many facts of these words shared the needed ones of them when it was reviewed."""

    kind: str
    words: str
    occurrence: int
    quote: str
    telling: Mapping[str, Value] = field(default_factory=dict)
    among: int = 1


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
    origins: Mapping[str, tuple[int | Entry, ...]] = field(default_factory=dict)
    """For each kind and each fact of the result: its number in the reading, or the entry that added it."""

    def of(self, *states: State) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.state in states)


class Place:
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


def apply_overlay(facts: PlanFacts, overlay: Overlay) -> tuple[PlanFacts, Report]:
    """The facts with every entry applied, and what became of each. Needs `facts.text`; raises OverlayError without it.

    Entries are looked up in the facts as they were read, so that one entry never hides the fact of another; a later entry
    for the same fact wins over an earlier one.
    """
    if not overlay.entries:
        return facts, Report(origins={kind: tuple(range(len(facts.of(kind)))) for kind in KINDS})
    if not facts.text:
        raise OverlayError(
            f"{facts.name or 'facts'}: corrections need the document's text, and only its facts are at hand"
        )
    place = Place(facts.text)
    index = index_of(facts, place)
    changed: dict[tuple[str, int], Fact | None] = {}
    added: list[tuple[Fact, Entry]] = []
    outcomes = []
    for entry in overlay.entries:
        if entry.action == "add":
            outcomes.append(_add(facts, entry, place, added))
            continue
        at, outcome = _find(facts, entry, index)
        if at is not None and outcome.state in ("applied", "drifted"):
            changed[entry.address.kind, at] = _decided(facts.of(entry.address.kind)[at], entry)
        outcomes.append(outcome)
    result, origins = _rebuilt(facts, changed, added)
    return result, Report(tuple(outcomes), origins)


Index = Mapping[tuple[str, str, int], Sequence[int]]


def index_of(facts: PlanFacts, place: Place) -> Index:
    """Facts by kind, hash of the words and occurrence."""
    index: dict[tuple[str, str, int], list[int]] = {}
    for kind in KINDS:
        for number, fact in enumerate(facts.of(kind)):
            occurrence = place.occurrence(fact)
            if occurrence is not None:
                index.setdefault((kind, words_hash(fact.quote), occurrence), []).append(number)
    return index


def _find(facts: PlanFacts, entry: Entry, index: Index) -> tuple[int | None, Outcome]:
    """The number of the entry's fact, and its state."""
    address = entry.address
    there = index.get((address.kind, address.words, address.occurrence), ())
    listed = facts.of(address.kind)
    hits = [n for n in there if _answers(listed[n], address.telling)]
    if not hits and address.among == 1:
        # Alone in its quote: the reader may have come to name it in another way.
        hits = [
            n
            for n in there
            if _answers(listed[n], {k: v for k, v in address.telling.items() if k in NEEDED.get(address.kind, ())})
        ]
    if len(hits) > 1:
        hits = [n for n in hits if _answers(listed[n], entry.was)] or hits
    if len(hits) == 1:
        return hits[0], _compared(listed[hits[0]], entry)
    if hits:
        return None, Outcome(entry, "stale", f"{len(hits)} facts of the text answer to it")
    if entry.action == "correct":
        settled = [n for n in there if _answers(listed[n], {**address.telling, **entry.set})]
        if settled:
            return settled[0], Outcome(entry, "settled", "the reader now says the same")
    found = (
        f"with these words the reader now finds {_told(listed[there[0]], address.telling)}"
        if there
        else ("the reader no longer finds a fact with these words")
    )
    return None, Outcome(entry, "stale", found)


def _answers(fact: Fact, values: Mapping[str, Value]) -> bool:
    return all(same_value(getattr(fact, name), value) for name, value in values.items())


def _told(fact: Fact, telling: Mapping[str, Value]) -> str:
    names = telling or dict.fromkeys(list(own_fields(fact.kind))[:2])
    return ", ".join(f"{name} {plain_number(getattr(fact, name))}" for name in names)


def _compared(fact: Fact, entry: Entry) -> Outcome:
    moved = [name for name, value in entry.was.items() if not same_value(getattr(fact, name), value)]
    if entry.action == "correct" and all(same_value(getattr(fact, name), value) for name, value in entry.set.items()):
        return Outcome(entry, "settled", "the reader now says the same")
    if not moved:
        return Outcome(entry, "applied")
    now = ", ".join(
        f"{name} {plain_number(getattr(fact, name))} (was {plain_number(entry.was[name])})" for name in moved
    )
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


def _add(facts: PlanFacts, entry: Entry, place: Place, added: list[tuple[Fact, Entry]]) -> Outcome:
    span = place.span(entry.address.quote, entry.address.occurrence)
    if span is None:
        return Outcome(entry, "stale", "its words no longer stand in the text")
    start, end = span
    for fact in (*facts.of(entry.address.kind), *(fact for fact, _ in added if fact.kind == entry.address.kind)):
        near = fact.start is not None and fact.start < end and start < fact.start + len(fact.quote)
        if near and all(
            same_value(value, entry.set.get(name)) for name, value in own_values(fact).items() if name in entry.set
        ):
            return Outcome(entry, "settled", "the reader now finds this fact")
    values: dict[str, Any] = dict(entry.set)
    section = ""
    for heading in facts.outline:
        if heading.start > start:
            break
        section = heading.text
    made_by = (f"hand:{entry.by}",) if entry.by else ()
    kind = KINDS[entry.address.kind]
    fact = kind(quote=facts.text[start:end], start=start, section=section, made_by=made_by, origin="hand", **values)
    added.append((fact, entry))
    return Outcome(entry, "applied")


def _rebuilt(
    facts: PlanFacts, changed: Mapping[tuple[str, int], Fact | None], added: Sequence[tuple[Fact, Entry]]
) -> tuple[PlanFacts, dict[str, tuple[int | Entry, ...]]]:
    values: dict[str, Any] = {}
    origins: dict[str, tuple[int | Entry, ...]] = {}
    for kind in KINDS:
        kept: list[tuple[Fact, int | Entry]] = []
        for number, fact in enumerate(facts.of(kind)):
            decided = changed.get((kind, number), fact)
            if decided is not None:
                kept.append((decided, number))
        for fact, entry in added:
            if fact.kind == kind:
                # Before the first fact that stands behind it: the list may not be sorted, and keeps its order.
                at = next((i for i, (other, _) in enumerate(kept) if (other.start or 0) > (fact.start or 0)), len(kept))
                kept.insert(at, (fact, entry))
        values[kind] = tuple(fact for fact, _ in kept)
        origins[kind] = tuple(origin for _, origin in kept)
    return replace(facts, **values), origins
