"""Two versions of a plan laid side by side: which facts stayed, changed, came and went, and what was decided about those that
stayed. Pure: works on rows that are at hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from lvlian.brief.headings import Outline
from lvlian.plan.overlay import Place
from lvlian.plan.region import words_hash
from lvlian.site.plans.identity import identity
from lvlian.site.plans.models import Fact, Version

State = Fact.State


@dataclass(slots=True)
class Difference:
    """`same` and `changed` are pairs (old, new), `added` stand only in the new version, `removed` only in the old one."""

    same: list[tuple[Fact, Fact]] = field(default_factory=list)
    changed: list[tuple[Fact, Fact]] = field(default_factory=list)
    added: list[Fact] = field(default_factory=list)
    removed: list[Fact] = field(default_factory=list)


def difference(old: Sequence[Fact], new: Sequence[Fact]) -> Difference:
    """Pairs facts that say the same in the same words, then the same in other words, then those about one thing that say
    something else of it. A fact that a person added counts in the version in which it was added."""
    out = Difference()
    left, right = list(old), list(new)
    for key in (_words_and_place, _words, _sense):
        pairs, left, right = _pair(left, right, key)
        out.same += pairs
    pairs, left, right = _pair(left, right, _about)
    out.changed += pairs
    out.added, out.removed = right, left
    for listed in (out.same, out.changed):
        listed.sort(key=lambda pair: pair[1].order)
    out.added.sort(key=lambda row: row.order)
    out.removed.sort(key=lambda row: row.order)
    return out


def _pair(
    old: Sequence[Fact], new: Sequence[Fact], key: Callable[[Fact], Hashable | None]
) -> tuple[list[tuple[Fact, Fact]], list[Fact], list[Fact]]:
    """Pairs rows with one key, in the order of the text; what is left of each side."""
    waiting: dict[Hashable, list[Fact]] = {}
    for row in new:
        if (name := key(row)) is not None:
            waiting.setdefault(name, []).append(row)
    pairs, left, taken = [], [], set[int]()
    for row in old:
        name = key(row)
        beside = waiting.get(name) if name is not None else None
        if beside:
            match = beside.pop(0)
            taken.add(id(match))
            pairs.append((row, match))
        else:
            left.append(row)
    return pairs, left, [row for row in new if id(row) not in taken]


def _data(row: Fact) -> str:
    return json.dumps(row.data, ensure_ascii=False, sort_keys=True)


def _words_and_place(row: Fact) -> Hashable | None:
    return (row.kind, words_hash(row.quote), row.section, _data(row)) if row.quote else None


def _words(row: Fact) -> Hashable | None:
    return (row.kind, words_hash(row.quote), _data(row)) if row.quote else None


def _sense(row: Fact) -> Hashable:
    return (row.kind, _data(row), row.section.rpartition(" › ")[2] if row.kind == "duties" else "")


def _about(row: Fact) -> Hashable:
    return identity(row.kind, row.section, row.values)


def carry(old: Sequence[Fact], new: list[Fact], version: Version) -> int:
    """Gives the new rows, not saved yet, what was decided about the same facts before; facts that people added come along where
    their words stand in the new text. Returns how many decisions were carried."""
    added = [row for row in old if row.state == State.ADDED]
    found = difference([row for row in old if row.state != State.ADDED], new)
    carried = 0
    for before, after in found.same:
        if before.state == State.PENDING:
            continue
        if before.state == State.REJECTED and words_hash(before.quote) != words_hash(after.quote):
            continue  # the sentence is another one: it deserves another look
        for name in ("state", "corrected", "decided_by_id", "decided_at", "reason"):
            setattr(after, name, getattr(before, name))
        after.title = before.title if before.corrected else after.title
        carried += 1
    if added and version.text:
        carried += _carry_added(added, new, version)
    return carried


def _carry_added(added: Sequence[Fact], new: list[Fact], version: Version) -> int:
    place, outline = Place(version.text), Outline(version.outline)
    said = {(row.kind, _data(row)) for row in new}
    carried = 0
    for before in added:
        span = place.span(before.quote, 1)
        if span is None or (before.kind, _data(before)) in said:
            continue  # its words are gone, or the reader finds it by itself now
        start, end = span
        row = Fact(
            version=version, region_id=before.region_id, kind=before.kind, order=0, title=before.title, data=before.data,
            quote=version.text[start:end], start=start, length=end - start, section=outline.path(start), origin="hand",
            made_by=before.made_by, state=State.ADDED, decided_by_id=before.decided_by_id, decided_at=before.decided_at,
            reason=before.reason,
        )  # fmt: skip
        new.append(row)
        carried += 1
    new.sort(key=lambda row: (row.start is None, row.start or 0))
    for order, row in enumerate(new):
        row.order = order
    return carried
