"""A person's review of facts: decisions become entries of the overlay, named by the numbers that the person sees.

Numbers count in the facts with the corrections applied, as `lvlian read` shows them; a rejected fact is no longer among
them, an added one is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lvlian.plan.facts import Fact, PlanFacts
from lvlian.plan.fields import checked, checked_record, own_fields, own_values, same_value
from lvlian.plan.overlay import (
    NEEDED,
    TELLING,
    Address,
    Entry,
    Overlay,
    OverlayError,
    Place,
    Report,
    apply_overlay,
    index_of,
)
from lvlian.plan.region import words_hash


@dataclass(frozen=True, slots=True)
class Review:
    """`read` are the facts as the reader found them, `shown` those with `overlay` applied, `report` what became of its entries."""

    read: PlanFacts
    overlay: Overlay
    shown: PlanFacts
    report: Report

    @classmethod
    def of(cls, read: PlanFacts, overlay: Overlay | None = None) -> Review:
        """Start or go on with a review. Raises OverlayError where the document's text is not at hand."""
        if not read.text:
            raise OverlayError(
                f"{read.name or 'facts'}: a review needs the document's text, and only its facts are at hand"
            )
        overlay = replace(overlay or Overlay(), name=read.name, sha256=read.sha256)
        return cls(read, overlay, *apply_overlay(read, overlay))

    def accept(self, kind: str, number: int, *, by: str = "", reason: str = "") -> Review:
        """The reading of the fact is right. Raises OverlayError."""
        origin = self._origin(kind, number)
        if isinstance(origin, Entry) or self.shown.of(kind)[number].origin == "hand":
            raise OverlayError(f"{self.read.name}: {kind}:{number} is already a person's, there is nothing to accept")
        entry = Entry(
            action="accept",
            address=self._address(kind, origin),
            was=own_values(self.read.of(kind)[origin]),
            by=by,
            reason=reason,
        )
        return self._with(entry)

    def correct(self, kind: str, number: int, values: Mapping[str, Any], *, by: str = "", reason: str = "") -> Review:
        """The fact stands, with other values in some fields; the reader's are kept beside. Raises OverlayError, FieldError."""
        if not values:
            raise OverlayError(
                f"{self.read.name}, {kind}:{number}: a correction needs at least one field with its new value"
            )
        origin = self._origin(kind, number)
        new = {name: checked(kind, name, value) for name, value in values.items()}
        if isinstance(origin, Entry):
            changed = replace(origin, set={**origin.set, **new}, by=by or origin.by, reason=reason or origin.reason)
            return self._replaced(origin, changed)
        fact, address = self.read.of(kind)[origin], self._address(kind, origin)
        for old in self.overlay.entries:
            if old.action == "correct" and _same_fact(old, address):
                new = {**old.set, **new}
        new = {name: value for name, value in new.items() if not same_value(getattr(fact, name), value)}
        if not new:
            # Everything is back to what the reader says.
            return self._replaced_all(
                tuple(old for old in self.overlay.entries if old.action == "add" or not _same_fact(old, address))
            )
        was = {name: getattr(fact, name) for name in new}
        return self._with(Entry(action="correct", address=address, was=was, set=new, by=by, reason=reason))

    def reject(self, kind: str, number: int, *, reason: str, by: str = "") -> Review:
        """The text says no such thing. Raises OverlayError where no reason is given."""
        if not reason.strip():
            raise OverlayError(f"{self.read.name}, {kind}:{number}: a rejection needs a reason")
        origin = self._origin(kind, number)
        if isinstance(origin, Entry):
            return self._replaced_all(tuple(entry for entry in self.overlay.entries if entry is not origin))
        entry = Entry(
            action="reject",
            address=self._address(kind, origin),
            was=own_values(self.read.of(kind)[origin]),
            by=by,
            reason=reason,
        )
        return self._with(entry)

    def add(self, kind: str, record: Mapping[str, Any], *, by: str = "", reason: str = "") -> Review:
        """A fact that the reader missed: fields of the public form with a `quote` that stands in the text (line breaks may
        differ) and, where these words stand several times, `occurrence` from 1. Raises OverlayError, FieldError."""
        name = self.read.name
        unknown = sorted(set(record) - {*own_fields(kind), "quote", "occurrence"})
        if unknown:
            raise OverlayError(
                f"{name}, new {kind}: field {unknown[0]} is unknown, expected {', '.join(own_fields(kind))}, quote"
            )
        quote, occurrence = record.get("quote"), record.get("occurrence", 1)
        if not isinstance(quote, str) or not quote.strip():
            raise OverlayError(f"{name}, new {kind}: field quote is {quote!r}, expected the words that carry the fact")
        place = Place(self.read.text)
        if type(occurrence) is not int or place.span(quote, occurrence) is None:
            there = len(place.starts(quote))
            found = (
                f"stand {there} times in the text, there is no occurrence {occurrence!r}"
                if there
                else "do not stand in the text"
            )
            raise OverlayError(f"{name}, new {kind}, field quote: these words {found}")
        values = checked_record(kind, record)
        address = Address(kind=kind, words=words_hash(quote), occurrence=occurrence, quote=quote)
        if any(
            old.action == "add" and _same_fact(old, address) and dict(old.set) == values for old in self.overlay.entries
        ):
            return self
        entry = Entry(action="add", address=address, set=values, by=by, reason=reason)
        return self._replaced_all((*self.overlay.entries, entry))

    def drop(self, number: int) -> Review:
        """Without entry `number` (from 1, as the list of entries shows it). Raises OverlayError."""
        count = len(self.overlay.entries)
        if not 1 <= number <= count:
            there = f"there are entries 1 to {count}" if count else "there is none"
            raise OverlayError(f"{self.read.name}: no correction {number}, {there}")
        return self._replaced_all(tuple(e for i, e in enumerate(self.overlay.entries, 1) if i != number))

    def fact(self, kind: str, number: int) -> Fact:
        """The fact that is shown under a number. Raises OverlayError."""
        self._origin(kind, number)
        return self.shown.of(kind)[number]

    def _origin(self, kind: str, number: int) -> int | Entry:
        own_fields(kind)
        there = self.report.origins[kind]
        if not 0 <= number < len(there):
            have = f"it has {kind}:0 to {kind}:{len(there) - 1}" if there else f"it has no {kind}"
            raise OverlayError(f"{self.read.name}: there is no fact {kind}:{number}, {have}")
        return there[number]

    def _address(self, kind: str, number: int) -> Address:
        listed = self.read.of(kind)
        fact, place = listed[number], Place(self.read.text)
        occurrence = place.occurrence(fact)
        if occurrence is None:
            raise OverlayError(
                f"{self.read.name}: the words of {kind}:{number} are not found in the text, so no correction can name them"
            )
        beside = index_of(self.read, place)[kind, words_hash(fact.quote), occurrence]
        needed = NEEDED.get(kind, ())
        among = sum(all(same_value(getattr(listed[n], name), getattr(fact, name)) for name in needed) for n in beside)
        telling = {name: getattr(fact, name) for name in TELLING[kind]}
        alike = [
            listed[n]
            for n in beside
            if n != number and all(same_value(getattr(listed[n], k), v) for k, v in telling.items())
        ]
        telling |= {
            name: value
            for name, value in own_values(fact).items()
            if any(not same_value(getattr(other, name), value) for other in alike)
        }
        return Address(
            kind=kind,
            words=words_hash(fact.quote),
            occurrence=occurrence,
            quote=fact.quote,
            among=among,
            telling=telling,
        )

    def _with(self, entry: Entry) -> Review:
        """The entry takes the place of an earlier decision about the same fact."""
        kept = tuple(old for old in self.overlay.entries if old.action == "add" or not _same_fact(old, entry.address))
        review = self._replaced_all((*kept, entry))
        outcome = review.report.outcomes[-1]
        if outcome.state == "stale":
            raise OverlayError(
                f"{self.read.name}, {entry.address.kind}: no correction can name this fact alone, {outcome.note}"
            )
        return review

    def _replaced(self, old: Entry, new: Entry) -> Review:
        return self._replaced_all(tuple(new if entry is old else entry for entry in self.overlay.entries))

    def _replaced_all(self, entries: tuple[Entry, ...]) -> Review:
        return Review.of(self.read, replace(self.overlay, entries=entries))


def _same_fact(entry: Entry, address: Address) -> bool:
    one = entry.address
    alike = (one.kind, one.words, one.occurrence) == (address.kind, address.words, address.occurrence)
    return alike and (entry.action == "add" or dict(one.telling) == dict(address.telling))
