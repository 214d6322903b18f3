"""Two readings of one document compared, fact by fact. Nothing is merged: what they do not share is listed for a person."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lvlian.plan.facts import SCORED_KINDS, Fact, PlanFacts
from lvlian.plan.fields import Value, own_values, plain_number, same_value

State = Literal["agreed", "differ", "only_rules", "only_model", "unread"]
"""agreed: same place, same values · differ: the same fact with other values · only_*: one reader found it · unread: the rules'
fact stands where the other reader gave no answer, so nothing can be said."""
STATES: tuple[State, ...] = ("differ", "only_rules", "only_model", "unread", "agreed")

_KEY: dict[str, tuple[tuple[str, int], ...]] = {
    "goals": (("value", 3), ("indicator", 3), ("unit", 1), ("when", 1), ("mode", 1)),
    "milestones": (("project", 3), ("event", 2), ("when", 1)),
    "duties": (("units", 3), ("lead", 1)),
    "incentives": (("benefit", 3), ("amount", 2), ("who", 1)),
    "chains": (("nodes", 3),),
}
"""Fields that tell whether two records are about one thing, with their weight. Values agreed on that are null weigh nothing."""
_NEEDED = 3
_NEAR = 60
"""Characters between two quotes that may still be about one thing, where their key fields agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A fact of one reader, of the other or of both, `fields` those that differ: name, rules' value, model's value."""

    kind: str
    state: State
    rules: Fact | None = None
    rules_number: int | None = None
    model: Fact | None = None
    model_number: int | None = None
    fields: tuple[tuple[str, Value, Value], ...] = ()

    @property
    def start(self) -> int:
        """Where it stands in the text."""
        fact = self.rules or self.model
        return (fact.start if fact else None) or 0

    def to_json(self) -> dict[str, Any]:
        """The public form; `rules` and `model` are records of the fact form or null."""
        return {
            "kind": self.kind,
            "state": self.state,
            "fields": {name: {"rules": _plain(one), "model": _plain(other)} for name, one, other in self.fields},
            "rules_index": self.rules_number,
            "rules": _record(self.rules),
            "model_index": self.model_number,
            "model": _record(self.model),
        }


def compare_readings(rules: PlanFacts, model: PlanFacts, unread: Sequence[tuple[int, int]] = ()) -> list[Pair]:
    """Every fact of both readings of one text, paired where they are about one thing, in the order of kinds and of the text.

    `unread` are spans for which the second reader gave no answer.
    """
    out: list[Pair] = []
    for kind in SCORED_KINDS:
        out.extend(sorted(_paired(kind, rules.of(kind), model.of(kind), unread), key=lambda pair: pair.start))
    return out


def _paired(
    kind: str, rules: Sequence[Fact], model: Sequence[Fact], unread: Sequence[tuple[int, int]]
) -> Iterator[Pair]:
    scored = sorted(
        (-score, abs((rules[i].start or 0) - (model[j].start or 0)), i, j)
        for i, j in _close(rules, model)
        if (score := _alike(kind, rules[i], model[j]))
    )
    left, right = set(range(len(rules))), set(range(len(model)))
    for _, _, i, j in scored:
        if i not in left or j not in right:
            continue
        left.discard(i)
        right.discard(j)
        fields = differing(rules[i], model[j])
        yield Pair(
            kind=kind,
            state="differ" if fields else "agreed",
            rules=rules[i],
            rules_number=i,
            model=model[j],
            model_number=j,
            fields=fields,
        )
    for i in sorted(left):
        start = rules[i].start
        asked = start is None or not any(first <= start < last for first, last in unread)
        yield Pair(kind=kind, state="only_rules" if asked else "unread", rules=rules[i], rules_number=i)
    for j in sorted(right):
        yield Pair(kind=kind, state="only_model", model=model[j], model_number=j)


def _close(rules: Sequence[Fact], model: Sequence[Fact]) -> Iterator[tuple[int, int]]:
    """Numbers of facts that can be near each other by where they begin, without looking at every pair."""
    order = sorted((fact.start, j) for j, fact in enumerate(model) if fact.start is not None)
    longest = max((len(fact.quote) for fact in model), default=0)
    for i, fact in enumerate(rules):
        if fact.start is not None:
            first = bisect_left(order, (fact.start - longest - _NEAR, 0))
            last = bisect_left(order, (fact.start + len(fact.quote) + _NEAR + 1, 0))
            for _, j in order[first:last]:
                yield i, j


def differing(one: Fact, other: Fact) -> tuple[tuple[str, Value, Value], ...]:
    """The own fields in which two facts of a kind differ."""
    theirs = own_values(other)
    return tuple(
        (name, value, theirs[name]) for name, value in own_values(one).items() if not same_value(value, theirs[name])
    )


def _alike(kind: str, one: Fact, other: Fact) -> int:
    """How much speaks for two facts being about one thing; 0 where too little does."""
    if one.start is None or other.start is None:
        return 0
    gap = max(one.start, other.start) - min(one.start + len(one.quote), other.start + len(other.quote))
    if gap > _NEAR:
        return 0
    weight = 0
    for name, points in _KEY[kind]:
        a, b = getattr(one, name), getattr(other, name)
        if a is None or b is None:
            continue
        if same_value(a, b):
            weight += points
        elif (isinstance(a, str) and isinstance(b, str) and (a in b or b in a)) or (
            isinstance(a, tuple) and set(a) & set(b)
        ):
            weight += points - 1
    overlap = gap < 0
    if overlap:
        # A unit list or a chain at one place is one thing, whatever was read out of it.
        weight += 3 if kind in ("duties", "chains") else 1
    return weight if weight >= (_NEEDED if overlap else _NEEDED + 2) else 0


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else plain_number(value)


def _record(fact: Fact | None) -> dict[str, Any] | None:
    return None if fact is None else {name: plain_number(value) for name, value in fact.to_json().items()}
