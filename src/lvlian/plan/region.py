"""Fact files of regions: figures and section references of published plans without their sentences.

A region file keeps, for every fact, where its words stand (`start`, `length`; `place`, `size` with white space left out) and their
SHA-256, so that a user who has the document gets every sentence back with `attach`, and nobody else reads it here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import read_yaml, yaml_mapping
from lvlian.plan.facts import FACT_KINDS, Fact, Head, Heading, PlanFacts
from lvlian.plan.source.record import Source

FORMAT = "lvlian-region/1"
SEARCH = 4000
"""How far (characters without white space) a sentence may have moved in a copy with other page heads and feet."""


class RegionError(ValueError):
    """A region file or the copy of its document cannot be used; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where words stand in the document. `start`, `length` count in its text, `place`, `size` in the text without white
    space; `sha256` is that of the words without white space; `whole` gives (field, place, size) of fields shipped shortened."""

    start: int
    length: int
    place: int
    size: int
    sha256: str
    whole: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFacts(PlanFacts):
    """Facts of a region file; quotes are empty until `attach`. `sha256` is that of the document's bytes (of the copy's once
    one is attached); `anchors` by (kind, index), kind `outline` for headings; `note` names the document's origin."""

    anchors: Mapping[tuple[str, int], Anchor] = field(default_factory=dict, repr=False)
    head_whole: tuple[tuple[str, int, int], ...] = ()
    note: str = ""

    @property
    def sentences(self) -> tuple[int, int]:
        """How many facts have their sentence, and how many facts there are."""
        facts = [fact for kind in FACT_KINDS for fact in self.of(kind.kind)]
        return sum(bool(fact.quote) for fact in facts), len(facts)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text without white space, and for each of its characters the offset in the text."""

    text: str
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Folded:
        kept = [(i, char) for i, char in enumerate(text) if not char.isspace()]
        return cls("".join(char for _, char in kept), tuple(i for i, _ in kept))

    def span(self, place: int, size: int) -> tuple[int, int]:
        """The span in the text of `size` characters from `place`."""
        return self.offsets[place], self.offsets[place + size - 1] + 1


def words_hash(words: str) -> str:
    """SHA-256 of words with their white space removed, as region files keep it."""
    return hashlib.sha256("".join(words.split()).encode()).hexdigest()


def region_files(folder: Path | None = None) -> tuple[Path, ...]:
    """The region files of a folder, by default those shipped (beside the package or in the checkout); empty where there is none."""
    here = Path(__file__).resolve()
    folders = [folder] if folder else [here.parents[1] / "data" / "regions", here.parents[3] / "data" / "regions"]
    return next((files for place in folders if (files := tuple(sorted(place.glob("*.yaml"))))), ())


def load_region(path: Path | str) -> RegionFacts:
    """Facts of a region file, quotes empty, `section` filled. Raises ValueError (RegionError, LibraryError) in one sentence."""
    path = Path(path)
    return _region(read_yaml(path), path.name)


def region_from_text(text: str, name: str) -> RegionFacts:
    """The same from the text of a region file that is at hand; `name` is the file's. Raises ValueError in one sentence."""
    return _region(yaml_mapping(text, name), name)


def _region(data: dict[str, Any], file: str) -> RegionFacts:
    if data.get("format") != FORMAT:
        raise RegionError(f"{file}, field format: is {data.get('format')!r}, expected {FORMAT}")
    source = data.get("source")
    if not isinstance(source, dict) or not isinstance(source.get("sha256"), str):
        raise RegionError(f"{file}, field source: expected name and sha256 of the document")
    anchors: dict[tuple[str, int], Anchor] = {}
    plain: dict[str, Any] = {"document": data.get("document"), "source": source}
    for kind in ("outline", *(cls.kind for cls in FACT_KINDS)):
        records = data.get(kind) or []
        if not isinstance(records, list):
            raise RegionError(f"{file}, field {kind}: expected a list")
        plain[kind] = [_plain(file, kind, i, record, anchors) for i, record in enumerate(records)]
    try:
        base = PlanFacts.from_json(plain)
    except (ValueError, TypeError) as error:
        raise RegionError(f"{file}: {error}") from None
    values: dict[str, Any] = {kind.kind: base.of(kind.kind) for kind in FACT_KINDS}
    whole = _whole(file, "document", plain["document"])
    return RegionFacts(
        document=base.document,
        outline=base.outline,
        name=str(source.get("name") or Path(file).stem),
        sha256=source["sha256"],
        anchors=anchors,
        head_whole=whole,
        note=str(source.get("note", "")),
        **values,
    )


def attach(facts: PlanFacts, source: Source) -> RegionFacts:
    """The facts with their sentences out of a user's copy of the document, offsets counting in that copy.

    A copy of the same bytes gives every sentence. In any other, words are looked for near where they should stand, white space
    left out of account; facts whose words are not found keep an empty quote and say so (`sentences` counts). Raises RegionError
    where fewer than half are found: then it is another document.
    """
    if not isinstance(facts, RegionFacts):
        raise RegionError(
            f"{facts.name or 'facts'}: only facts loaded from a region file can be given a copy of their document"
        )
    folded = Folded.of(source.text)
    found = _locate(facts.anchors, folded)
    values: dict[str, Any] = {}
    hits = total = 0
    for kind in FACT_KINDS:
        placed: list[Fact] = []
        for i, fact in enumerate(facts.of(kind.kind)):
            total += 1
            place = found.get((kind.kind, i))
            hits += place is not None
            placed.append(_filled(fact, facts.anchors.get((kind.kind, i)), place, folded, source.text))
        values[kind.kind] = tuple(placed)
    if source.sha256 == facts.sha256 and hits < total:
        raise RegionError(
            f"{facts.name}: the region file is damaged, {total - hits} of {total} sentences do not match its own document"
        )
    if 2 * hits < total or hits == 0:
        raise RegionError(
            f"{source.name}: this is not the document of {facts.name}, {hits} of {total} sentences were found in it"
        )
    shift = min((place - facts.anchors[key].place for key, place in found.items()), key=abs, default=0)
    return replace(
        facts,
        document=_head(facts.document, facts.head_whole, shift, folded),
        outline=tuple(_headings(facts, found, folded, source.text)),
        text=source.text,
        sha256=source.sha256,
        **values,
    )


def _locate(anchors: Mapping[tuple[str, int], Anchor], folded: Folded) -> dict[tuple[str, int], int]:
    """For every anchor whose words stand in the text, their place without white space. Words move together, so the search of
    each starts at the shift of the one before it."""
    found: dict[tuple[str, int], int] = {}
    shift = 0
    for key, anchor in sorted(anchors.items(), key=lambda item: (item[1].place, item[0])):
        for place in _around(anchor.place + shift, len(folded.text) - anchor.size):
            if hashlib.sha256(folded.text[place : place + anchor.size].encode()).hexdigest() == anchor.sha256:
                found[key], shift = place, place - anchor.place
                break
    return found


def _around(centre: int, last: int) -> Iterator[int]:
    """Places from the centre outwards, no further than SEARCH, inside 0..last."""
    for distance in range(SEARCH + 1):
        for place in {centre - distance, centre + distance}:
            if 0 <= place <= last:
                yield place


def _filled(fact: Fact, anchor: Anchor | None, place: int | None, folded: Folded, text: str) -> Fact:
    if anchor is None or place is None:
        return replace(fact, quote="", start=None, reason="附上的文本中未找到原句")
    start, end = folded.span(place, anchor.size)
    values: dict[str, Any] = {}
    for name, at, size in anchor.whole:
        at += place - anchor.place
        if at >= 0 and at + size <= len(folded.text):
            words = folded.text[at : at + size]
            base, _, index = name.partition(".")
            if index:
                items = list(values.get(base) or getattr(fact, base))
                items[int(index)] = words
                values[base] = tuple(items)
            else:
                values[base] = words
    return replace(fact, quote=text[start:end], start=start, **values)


def _head(head: Head, whole: tuple[tuple[str, int, int], ...], shift: int, folded: Folded) -> Head:
    values: dict[str, Any] = {}
    for name, at, size in whole:
        if at + shift >= 0 and at + shift + size <= len(folded.text):
            values[name] = folded.text[at + shift : at + shift + size]
    return replace(head, **values)


def _headings(facts: RegionFacts, found: Mapping[tuple[str, int], int], folded: Folded, text: str) -> Iterator[Heading]:
    """Headings in full, with their path; one that was not found is left out."""
    stack: list[tuple[int, str]] = []
    for i, heading in enumerate(facts.outline):
        if (place := found.get(("outline", i))) is None:
            continue
        start, end = folded.span(place, facts.anchors["outline", i].size)
        words = text[start:end].replace("\n", "")
        stack = [*((level, above) for level, above in stack if level < heading.level), (heading.level, words)]
        yield replace(heading, text=words, start=start, end=end, path=" › ".join(above for _, above in stack))


def _plain(file: str, kind: str, index: int, record: Any, anchors: dict[tuple[str, int], Anchor]) -> dict[str, Any]:
    """The record in the public form without quote; its anchor goes into `anchors`."""
    where = f"{file}, {kind}[{index}]"
    if not isinstance(record, dict):
        raise RegionError(f"{where}: expected a mapping")
    at = record.get("at")
    if not isinstance(at, dict):
        raise RegionError(f"{where}, field at: expected start, length, place, size and sha256")
    for name in ("start", "length", "place", "size"):
        if type(at.get(name)) is not int or at[name] < (1 if name in ("length", "size") else 0):
            raise RegionError(f"{where}, field at.{name}: is {at.get(name)!r}, expected a whole number")
    if not isinstance(at.get("sha256"), str):
        raise RegionError(f"{where}, field at.sha256: expected a SHA-256 in hexadecimal form")
    anchors[kind, index] = Anchor(
        at["start"], at["length"], at["place"], at["size"], at["sha256"], _whole(file, where, record)
    )
    plain = {key: value for key, value in record.items() if key not in ("at", "whole", "abridged")}
    if kind == "outline":
        return {**plain, "start": at["start"], "end": at["start"] + at["length"]}
    return {**plain, "quote": "", "start": at["start"]}


def _whole(file: str, where: str, record: Any) -> tuple[tuple[str, int, int], ...]:
    whole = (record.get("whole") or {}) if isinstance(record, dict) else {}
    if not isinstance(whole, dict):
        raise RegionError(f"{file}, {where}, field whole: expected a mapping of field to [place, size]")
    for name, span in whole.items():
        if not (isinstance(span, list) and len(span) == 2 and all(type(v) is int and v >= 0 for v in span)):
            raise RegionError(f"{file}, {where}, field whole.{name}: is {span!r}, expected [place, size]")
    return tuple((str(name), span[0], span[1]) for name, span in whole.items())
