"""An optional second reader: a language model proposes facts, and only what stands in the text is taken.

Off unless it is asked for. Its proposals are never merged with the rules' facts; `lvlian.plan.agreement` compares the two.
The text of a document cannot steer anything here: an answer is data, every field is checked, every quote is looked up.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from lvlian.plan.endpoint import AnswerError, Endpoint, EndpointError
from lvlian.plan.facts import SCORED_KINDS, Fact, PlanFacts
from lvlian.plan.fields import KINDS, FieldError, Value, checked_record, own_fields
from lvlian.plan.region import Folded
from lvlian.quantity.measure import find_measures
from lvlian.quantity.numeral import find_numbers

LIMIT = 3000
"""Characters of text in one request."""
MAX_REQUESTS = 300
_SMALLEST = 400
"""A part whose answer is cut off is asked again in halves, down to this many characters."""
_MAX_RECORDS = 500
_LONGEST_QUOTE = 1200
CONFIDENCE = 0.7
"""Of a fact that only a model has read."""


class ReaderError(ValueError):
    """The second reader cannot do its work; one sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """`text[start:end]` under `heading` (its path; empty before the first)."""

    start: int
    end: int
    heading: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A proposal that was not taken: its kind, why, and its quote as far as it had one."""

    kind: str
    reason: str
    quote: str

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "reason": self.reason, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What the model read: `facts` (origin `model:<name>`), refused proposals, and parts without a usable answer (with why)."""

    facts: PlanFacts
    refused: tuple[Refusal, ...]
    unread: tuple[tuple[Part, str], ...]
    requests: int


def read_again(
    facts: PlanFacts, endpoint: Endpoint, *, max_requests: int = MAX_REQUESTS, told: Callable[[], None] | None = None
) -> SecondReading:
    """Have the document of `facts` read by a model. `told` is called after each part.

    Raises ReaderError where the text is not at hand or too long, EndpointError where the endpoint cannot be used or fails for the
    first two parts; later failures leave their part unread.
    """
    if not facts.text.strip():
        raise ReaderError(
            f"{facts.name or 'facts'}: the second reader needs the document's text, and only its facts are at hand"
        )
    parts = parts_of(facts)
    if len(parts) > max_requests:
        raise ReaderError(f"{facts.name}: takes {len(parts)} requests, more than the {max_requests} that are allowed")
    taker = _Taker(facts, f"model:{endpoint.model}")
    unread: list[tuple[Part, str]] = []
    requests, waiting = 0, list(reversed(parts))
    while waiting:
        part = waiting.pop()
        if requests >= 2 * max_requests:
            unread.append((part, "the number of requests is used up"))
            continue
        requests += 1
        try:
            answer = endpoint.ask(messages_for(facts, part))
        except AnswerError as error:
            unread.append((part, str(error)))
            if len(unread) == requests == min(2, len(parts)):
                raise EndpointError(str(error)) from None
            continue
        record = answer_object(answer)
        if record is None and part.end - part.start > _SMALLEST:
            waiting.extend(reversed(_halves(facts.text, part)))
        elif record is None:
            unread.append((part, "the answer holds no complete JSON object"))
        else:
            taker.take(part, record)
        if told:
            told()
    return SecondReading(taker.facts(), tuple(taker.refused), tuple(unread), requests)


def parts_of(facts: PlanFacts, limit: int = LIMIT) -> list[Part]:
    """The text in parts of at most `limit` characters, divided at headings, else at paragraphs, else at sentences."""
    text = facts.text
    cuts = sorted({0, *(h.start for h in facts.outline if 0 < h.start < len(text)), len(text)})
    parts: list[Part] = []
    for start, end in pairwise(cuts):
        for first, last in _pieces(text, start, end, limit):
            if parts and parts[-1].end == first and last - parts[-1].start <= limit:
                parts[-1] = replace(parts[-1], end=last)
            else:
                parts.append(Part(first, last, _heading(facts, first)))
    return [part for part in parts if text[part.start : part.end].strip()]


def messages_for(facts: PlanFacts, part: Part) -> list[dict[str, str]]:
    """The question about one part, in the form of chat completions."""
    words, head = _words(), facts.document
    text = facts.text[part.start : part.end]
    # A mark that the text cannot hold, and the same for the same text.
    mark = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    context = {
        "title": head.title,
        "issuer": head.issuer,
        "date": head.date or head.issued_in or "",
        "region": head.region,
        "heading": part.heading,
    }
    told = {name: " ".join(value.split())[:200] or "not known" for name, value in context.items()}
    return [
        {"role": "system", "content": words["system"].format()},
        {"role": "user", "content": words["user"].format(mark=mark, text=text.strip("\n"), **told)},
    ]


def answer_object(text: str) -> dict[str, Any] | None:
    """The first JSON object of an answer that has one of the keys asked for, whatever stands around it; None where none is whole."""
    decoder = json.JSONDecoder(parse_constant=lambda name: None)
    at = text.find("{", max(0, text.rfind("</think>")))
    for _ in range(40):
        if at < 0:
            return None
        try:
            value, _end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and any(kind in value for kind in SCORED_KINDS):
            return value
        at = text.find("{", at + 1)
    return None


class _Taker:
    """Takes proposals part by part and keeps what holds."""

    def __init__(self, facts: PlanFacts, origin: str) -> None:
        self.read, self.origin = facts, origin
        self.folded = Folded.of(facts.text)
        self.taken: dict[str, list[Fact]] = {kind: [] for kind in SCORED_KINDS}
        self.refused: list[Refusal] = []
        self.seen: dict[tuple[Any, ...], int] = {}

    def take(self, part: Part, answer: Mapping[str, Any]) -> None:
        for kind in SCORED_KINDS:
            records = answer.get(kind)
            if records is None:
                continue
            if not isinstance(records, list):
                self.refused.append(Refusal(kind, "is no list", ""))
                continue
            for record in records[:_MAX_RECORDS]:
                try:
                    self.taken[kind].append(self._fact(kind, part, record))
                except FieldError as error:
                    quote = record.get("quote") if isinstance(record, dict) else None
                    self.refused.append(Refusal(kind, str(error), quote[:200] if isinstance(quote, str) else ""))
            if len(records) > _MAX_RECORDS:
                self.refused.append(
                    Refusal(kind, f"{len(records) - _MAX_RECORDS} records beyond the {_MAX_RECORDS} of one answer", "")
                )

    def facts(self) -> PlanFacts:
        """The facts in the order of the text, with the head and the outline of the first reading."""
        kinds: dict[str, Any] = dict.fromkeys(KINDS, ())
        for kind, listed in self.taken.items():
            kinds[kind] = tuple(sorted(listed, key=lambda fact: fact.start or 0))
        return replace(self.read, **kinds)

    def _fact(self, kind: str, part: Part, record: Any) -> Fact:
        values = checked_record(kind, _tidied(kind, record))
        quote = record.get("quote")
        if not isinstance(quote, str) or not quote.strip() or len(quote) > _LONGEST_QUOTE:
            raise FieldError("field quote: is missing or no short text")
        start, end = self._place(kind, part, quote, values)
        words, around = (
            "".join(self.read.text[start:end].split()),
            "".join(self.read.text[part.start : part.end].split()),
        )
        _hold(kind, values, words, around)
        section = next((h.text for h in reversed(self.read.outline) if h.start <= start), "")
        fields: dict[str, Any] = dict(values)
        return KINDS[kind](
            quote=self.read.text[start:end],
            start=start,
            section=section,
            confidence=CONFIDENCE,
            origin=self.origin,
            made_by=(self.origin,),
            **fields,
        )

    def _place(self, kind: str, part: Part, quote: str, values: Mapping[str, Value]) -> tuple[int, int]:
        """Where the quote stands in the part; a record told n times takes the n-th of its places."""
        words = "".join(quote.split())
        low = bisect_right(self.folded.offsets, part.start - 1)
        high = bisect_right(self.folded.offsets, part.end - 1)
        key = (kind, words, part.start, tuple(values.items()))
        at = self.folded.text.find(words, self.seen.get(key, low), high)
        if at < 0:
            raise FieldError(
                "field quote: is a repetition" if key in self.seen else "field quote: does not stand in the text"
            )
        self.seen[key] = at + 1
        return self.folded.span(at, len(words))


def _tidied(kind: str, record: Any) -> Any:
    """Numbers that were sent as texts become numbers, empty texts null; everything else is left for the check."""
    if not isinstance(record, dict):
        return record
    out = dict(record)
    for name, field in own_fields(kind).items():
        value = out.get(name)
        if (
            field.shape == "number"
            and isinstance(value, str)
            and re.fullmatch(r"\s*-?\d{1,15}(?:\.\d{1,9})?\s*", value)
        ):
            out[name] = float(value)
        elif field.optional and value == "":
            out[name] = None
        elif name == "when" and isinstance(value, int) and not isinstance(value, bool):
            out[name] = str(value)
        elif isinstance(value, str):
            out[name] = "".join(value.split())
    return out


def _hold(kind: str, values: Mapping[str, Value], words: str, around: str) -> None:
    """Raise FieldError where a value does not stand in the words. `around` is the text of the part, both without white space."""
    for name, field in own_fields(kind).items():
        value = values.get(name)
        if isinstance(value, float):
            where, said = (
                (around, "in its part of the text") if name.startswith("capacity") else (words, "in its quote")
            )
            if not _prints(where, value):
                raise FieldError(f"field {name}: {value:g} is not printed {said}")
        elif isinstance(value, tuple):
            lost = next((part for part in value if part not in words), None)
            if lost is not None:
                raise FieldError(f"field {name}: {lost!r} does not stand in its quote")
            if not value:
                raise FieldError(f"field {name}: is empty")
        elif (
            isinstance(value, str) and field.choices == () and name not in ("when", "unit", "capacity_unit", "benefit")
        ):
            if len(value) > 120 or not set(value) <= set(around) | {"占"}:
                raise FieldError(f"field {name}: {value[:40]!r} is not made of words of the text")
        elif isinstance(value, str) and name in ("unit", "capacity_unit", "benefit") and len(value) > 20:
            raise FieldError(f"field {name}: {value[:20]!r} is too long")


@lru_cache(maxsize=1024)
def _numbers(words: str) -> frozenset[float]:
    out: set[float] = set()
    for number in find_numbers(words):
        out |= {number.figure, number.value, *(n for n in (number.figure_max, number.value_max) if n is not None)}
    for measure in find_measures(words):
        out |= {measure.value, *([measure.value_max] if measure.value_max is not None else [])}
    for printed in re.findall(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,9})?", words.translate(_HALF)):
        out.add(float(printed.replace(",", "")))
    return frozenset(out)


_HALF = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


def _prints(words: str, value: float) -> bool:
    return any(abs(number - abs(value)) <= 1e-9 * max(1.0, abs(value)) for number in _numbers(words))


def _heading(facts: PlanFacts, at: int) -> str:
    heading = next((h for h in reversed(facts.outline) if h.start <= at), None)
    return (heading.path or heading.text) if heading else ""


def _pieces(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """`[start, end)` in pieces of at most `limit` characters."""
    while end - start > limit:
        cut = _cut(text, start, start + limit)
        yield start, cut
        start = cut
    if end > start:
        yield start, end


def _cut(text: str, start: int, limit: int) -> int:
    """The last good place to divide before `limit`: behind a paragraph, else a sentence, else a clause, else anywhere."""
    for mark in ("\n", "。", "；", "，"):
        at = text.rfind(mark, start + (limit - start) // 3, limit)
        if at > start:
            return at + 1
    return limit


def _halves(text: str, part: Part) -> list[Part]:
    middle = _cut(text, part.start, part.start + (part.end - part.start) * 2 // 3)
    return [replace(part, end=middle), replace(part, start=middle)]


@cache
def _words() -> dict[str, str]:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    words: dict[str, str] = yaml.load(
        (files("lvlian.plan") / "second_reader.yaml").read_text(encoding="utf-8"), Loader=loader
    )
    return words
