"""Make the fact files of `data/regions` from reviewed records and the documents that they were taken from.

    python tools/make_regions.py RECORDS_DIR PLANS_DIR OUT_DIR [--reader]

RECORDS_DIR holds one `<name>.json` per document in the public fact form, PLANS_DIR the document `<name>.txt`. No sentence is
written: a quote becomes a place and a hash, and a field with 30 or more consecutive characters of a document is shortened.
`--reader` adds mechanisms and clusters as the product's own reader finds them (reviewed records have none).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lvlian.plan.facts import FACT_KINDS, Fact, Heading, PlanFacts
from lvlian.plan.outline import read_outline
from lvlian.plan.region import FORMAT, Folded, words_hash
from lvlian.plan.source import Source, read_source
from lvlian.plan.text import read_text

RUN = 30
"""Length of a passage: this many consecutive characters of a document, white space left out, are not written."""
TITLE = 12
"""Characters of a heading that a section reference keeps beside its numbers."""
NOTE = "公开发布的政策文件；本文件只载数据与章节位置，不载原文。Published policy document; figures and places only, no text."
_MARK = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}[章节条]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、]|[（(]\d{1,2}[）)]"
)


def flat(text: str) -> str:
    return "".join(text.split())


class Abridger:
    """Knows every passage of the documents and shortens what holds one."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs = {
            words[i : i + RUN] for text in texts for words in [flat(text)] for i in range(len(words) - RUN + 1)
        }

    def holds_passage(self, value: str) -> bool:
        words = flat(value)
        return any(words[i : i + RUN] in self._runs for i in range(len(words) - RUN + 1))

    def shortened(self, value: str) -> str:
        if not self.holds_passage(value):
            return value
        words = flat(value)
        tail = max(words.rfind(mark, len(words) - 14) for mark in "（(、，,：")
        return words[:16].rstrip("，,、；（(") + "…" + (words[tail:].lstrip("，,、") if tail > 16 else words[-6:])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("plans", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--reader", action="store_true", help="add mechanisms and clusters as the reader finds them")
    options = parser.parse_args(arguments)
    names = sorted(
        path.stem for path in options.records.glob("*.json") if (options.plans / f"{path.stem}.txt").is_file()
    )
    if not names:
        print(f"no pair of {options.records}/NAME.json and {options.plans}/NAME.txt", file=sys.stderr)
        return 2
    sources = {name: read_source(options.plans / f"{name}.txt") for name in names}
    abridger = Abridger(source.text for source in sources.values())
    options.out.mkdir(parents=True, exist_ok=True)
    for name, source in sources.items():
        record = json.loads((options.records / f"{name}.json").read_text(encoding="utf-8"))
        facts = PlanFacts.from_json(record, name=name, text=source.text).located()
        text = region_text(facts, source, abridger, reader=options.reader)
        (options.out / f"{name}.yaml").write_text(text, encoding="utf-8")
        print(f"{name}: {sum(len(facts.of(kind.kind)) for kind in FACT_KINDS)} facts", file=sys.stderr)
    return 0


def region_text(facts: PlanFacts, source: Source, abridger: Abridger, *, reader: bool) -> str:
    folded = Folded.of(source.text)
    outline = read_outline(read_text(source.text, ()))
    lines = [
        "# Facts of a published plan without its sentences; written by tools/make_regions.py, see docs/data-sources.md.",
        "# `at`: place of the words in the document and their SHA-256 (white space removed); `abridged`: a field is shortened (…).",
        f"format: {FORMAT}",
        f"document: {dumped(document(facts, folded, abridger))}",
        f"source: {dumped({'name': facts.name, 'sha256': source.sha256, 'characters': len(source.text), 'note': NOTE})}",
    ]
    lists: dict[str, list[dict[str, Any]]] = {"outline": [heading(h, folded, abridger, outline) for h in outline]}
    more: dict[str, tuple[Fact, ...]] = {}
    if reader:
        from lvlian.plan.read import read_plan

        read = read_plan(source)
        more = {"mechanisms": read.mechanisms, "clusters": read.clusters}
    for kind in FACT_KINDS:
        known = facts.of(kind.kind) or more.get(kind.kind, ())
        lists[kind.kind] = [entry(fact, folded, abridger, outline) for fact in known]
    for kind_name, records in lists.items():
        lines.append(f"{kind_name}:" if records else f"{kind_name}: []")
        lines += [f"- {dumped(record)}" for record in records]
    return "\n".join(lines) + "\n"


def dumped(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def anchor(folded: Folded, start: int, length: int) -> dict[str, Any]:
    inside = [k for k, offset in enumerate(folded.offsets) if start <= offset < start + length]
    words = folded.text[inside[0] : inside[-1] + 1]
    return {"start": start, "length": length, "place": inside[0], "size": len(inside), "sha256": words_hash(words)}


def document(facts: PlanFacts, folded: Folded, abridger: Abridger) -> dict[str, Any]:
    head = facts.document.to_json()
    return abridged(head, {}, abridger, folded, 0)


def entry(fact: Fact, folded: Folded, abridger: Abridger, outline: tuple[Heading, ...]) -> dict[str, Any]:
    if fact.start is None:
        raise SystemExit(f"{fact.kind}: the quote {fact.quote[:20]!r}… does not stand in the document")
    at = anchor(folded, fact.start, len(fact.quote))
    values = {
        key: value
        for key, value in fact.to_json().items()
        if key not in ("quote", "start", "confidence", "reason", "made_by")
    }
    if values.get("origin") == "rules":
        del values["origin"]
    if not values.get("section"):
        values["section"] = reference(outline, fact.start)
        return abridged(values, at, abridger, folded, at["place"])
    printed = flat(values["section"])
    mark = _MARK.match(printed)
    keep = (mark.end() if mark else 0) + TITLE
    if len(printed) > keep:
        place = folded.text.rfind(printed, 0, at["place"])
        values["section"] = printed[:keep] + "…"
        values["abridged"] = True
        if place >= 0:
            values["whole"] = {"section": [place, len(printed)]}
    return abridged(values, at, abridger, folded, at["place"])


def heading(found: Heading, folded: Folded, abridger: Abridger, outline: tuple[Heading, ...]) -> dict[str, Any]:
    return {
        "level": found.level,
        "text": reference(outline, found.start, own=True),
        "path": reference(outline, found.start),
        "at": anchor(folded, found.start, found.end - found.start),
    }


def reference(outline: tuple[Heading, ...], start: int, *, own: bool = False) -> str:
    """The numbers of the headings that a place stands under and the beginning of the last one's words."""
    stack: list[Heading] = []
    for found in outline:
        if found.start > start:
            break
        stack = [*(above for above in stack if above.level < found.level), found]
    if not stack:
        return ""
    parts = [
        (mark.group() if (mark := _MARK.match(flat(h.text))) else "", flat(h.text))
        for h in (stack[-1:] if own else stack)
    ]
    title = parts[-1][1][len(parts[-1][0]) :]
    short = title if len(title) <= TITLE else title[:TITLE] + "…"
    return "".join(number for number, _ in parts) + short


def abridged(
    values: dict[str, Any], at: dict[str, Any], abridger: Abridger, folded: Folded, near: int
) -> dict[str, Any]:
    """The record with every passage shortened, where the whole stands (`whole`), and its anchor at the end."""
    out = dict(values)
    whole: dict[str, list[int]] = dict(out.pop("whole", {}))
    cut = bool(out.pop("abridged", False))
    for key, value in values.items():
        if isinstance(value, str) and abridger.holds_passage(value):
            out[key], cut = abridger.shortened(value), True
            note_whole(whole, key, value, folded, near)
        elif isinstance(value, list):
            items = []
            for i, item in enumerate(value):
                if isinstance(item, str) and abridger.holds_passage(item):
                    note_whole(whole, f"{key}.{i}", item, folded, near)
                    item, cut = abridger.shortened(item), True
                items.append(item)
            out[key] = items
    if cut:
        out["abridged"] = True
    if whole:
        out["whole"] = whole
    if at:
        out["at"] = at
    return out


def note_whole(whole: dict[str, list[int]], key: str, value: str, folded: Folded, near: int) -> None:
    """Where the words of a shortened field stand, of several places the one next to the fact."""
    words = flat(value)
    places = [found.start() for found in re.finditer(re.escape(words), folded.text)]
    if places:
        whole[key] = [min(places, key=lambda place: abs(place - near)), len(words)]


if __name__ == "__main__":
    sys.exit(main())
