"""Duties: 责任单位 lines, bracketed unit lists, 牵头 … 配合."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from lvlian.plan.facts import Duty
from lvlian.plan.lexicon import built_from_lexicon, load_lexicon
from lvlian.plan.manuscript import Manuscript

_LONGEST_LIST = 700
_LONGEST_SECTION = 5_000
"""How far before a line its leading unit is looked for, in characters."""
_MOST_UNIT_CHARS = 40


@dataclass(frozen=True, slots=True)
class _Grammar:
    label: re.Pattern[str]
    lead_label: re.Pattern[str]
    bracket: re.Pattern[str]
    unit_end: re.Pattern[str]
    tail: re.Pattern[str]
    lead: re.Pattern[str]


@built_from_lexicon
def _grammar() -> _Grammar:
    lexicon = load_lexicon("units")
    labels = lexicon.pattern("labels")
    return _Grammar(
        label=re.compile(rf"[（【\[]?(?P<label>{labels})(?:及(?:责任人|分工))?[：】\]]+"),
        lead_label=re.compile(lexicon.pattern("lead_labels")),
        bracket=re.compile(r"[（【\[]"),
        unit_end=re.compile(rf"{lexicon.pattern('suffixes')}(?:（[^（）]{{1,16}}）)?$"),
        tail=re.compile(rf"(?:{lexicon.pattern('tails')})+$"),
        lead=re.compile(lexicon.pattern("leads")),
    )


_OUTSIDE = re.compile(r"[、，；,;。]")
_NOTE = re.compile(r"(?:(?:以下|以上)(?:均|各项|任务|同|工作)|下同)[^、；]{0,40}$")
_STOP = re.compile(r"[。！？\n]")
_ORDER = re.compile(r"^(?:\d+[.、]|[①-⑳])")
_NOT_UNIT = re.compile(r"[“”《》=＋+%]|\d{2,}|(?:以下|不再|其中|包括|例如|是指|按照|根据|详见|含|如)")


def split_units(words: str) -> list[str]:
    """The members of a unit list, split at 、 ， ； outside brackets, as printed."""
    members, depth, at = [], 0, 0
    for i, char in enumerate(words):
        if char in "（([":
            depth += 1
        elif char in "）)]":
            depth = max(0, depth - 1)
        elif depth == 0 and char in "、，；,;。\t ":
            members.append(words[at:i])
            at = i + 1
    members.append(words[at:])
    return [m for m in members if m]


def read_duties(paper: Manuscript) -> list[Duty]:
    """All duties in order. Table rows are read by `table`."""
    grammar = _grammar()
    out: list[Duty] = []
    clean = paper.clean
    for paragraph in paper.text.paragraphs:
        if paragraph.row:
            continue
        covered = paragraph.start
        for found in grammar.label.finditer(clean, paragraph.start, paragraph.end):
            if found.start() < covered:
                continue
            duty, end = _labelled(paper, grammar, found, paragraph.end)
            covered = end
            if duty:
                out.append(duty)
        if covered == paragraph.start:
            duty = _bracketed(paper, grammar, paragraph.start, paragraph.end)
            if duty:
                out.append(duty)
    return _with_leads(paper, _joined(paper, out))


def _close(clean: str, start: int, end: int) -> int:
    """The place after the bracket that closes the one at `start`, or `end`."""
    pairs = {"（": "）", "【": "】", "[": "]"}
    closing, depth = pairs[clean[start]], 0
    for i in range(start, min(end, start + _LONGEST_LIST)):
        if clean[i] == clean[start]:
            depth += 1
        elif clean[i] == closing:
            depth -= 1
            if depth == 0:
                return i + 1
    return min(end, start + _LONGEST_LIST)


def _labelled(paper: Manuscript, grammar: _Grammar, found: re.Match[str], limit: int) -> tuple[Duty | None, int]:
    """The duty of a label, and where it ends. In a bracket it ends with the bracket, else with its sentence."""
    clean = paper.clean
    opened = clean[found.start()] if clean[found.start()] in "（【[" else ""
    if opened and found.group().rstrip("：")[-1:] not in "】]":
        end = _close(clean, found.start(), limit)
        body_end = end - 1 if clean[end - 1] in "）】]" else end
    else:
        stop = _STOP.search(clean, found.end(), limit)
        end = stop.end() if stop else limit
        body_end = stop.start() if stop else limit
    if body_end - found.start() > _LONGEST_LIST:
        return None, found.end()
    units, lead = _units(grammar, clean, found.start("label"), body_end)
    if not units:
        return None, end
    quote, start = paper.text.quote(found.start(), end)
    return (
        Duty(
            units=tuple(units),
            lead=lead,
            section=paper.section_at(found.start()),
            quote=quote,
            start=start,
            made_by=(f"units:labels:{found['label']}",),
        ),
        end,
    )


def _units(grammar: _Grammar, clean: str, start: int, end: int) -> tuple[list[str], str | None]:
    """The units of a line that may hold several labels (牵头单位：A；配合单位：B), and the one that leads."""
    units: list[str] = []
    lead: str | None = None
    labels = list(grammar.label.finditer(clean, start, end))
    for i, label in enumerate(labels):
        part_end = labels[i + 1].start() if i + 1 < len(labels) else end
        members, marked = _members(grammar, clean[label.end() : part_end])
        if lead is None:
            lead = members[0] if grammar.lead_label.match(label["label"]) and members else marked
        units.extend(m for m in members if m not in units)
    return units, lead


def _members(grammar: _Grammar, words: str) -> tuple[list[str], str | None]:
    """Unit names of one list and the one marked 牵头."""
    words = _NOTE.sub("", words).strip("，、；：。")
    lead: str | None = None
    marked = grammar.lead.search(words)
    if marked and marked.start() > 0:
        head = split_units(words[: marked.start()])
        lead = head[0] if head else None
        words = words[: marked.start()] + "、" + words[marked.end() :]
        words = re.sub(r"、(?:会同|，|负责|，)+", "、", words)
    members = []
    for member in split_units(words):
        name = _ORDER.sub("", grammar.tail.sub("", re.sub(r"^(?:会同|由|和|及|以及|配合单位|责任单位)：?", "", member)))
        if 1 < len(name) <= _MOST_UNIT_CHARS:
            members.append(name)
    return members, (grammar.tail.sub("", lead) if lead else None)


def _bracketed(paper: Manuscript, grammar: _Grammar, start: int, end: int) -> Duty | None:
    """A paragraph that ends in a bracket with nothing but units has a duty without a label."""
    clean = paper.clean
    last = end
    while last > start and clean[last - 1] in "。；，":
        last -= 1
    if last - start < 4 or clean[last - 1] not in "）】]":
        return None
    opening = {"）": "（", "】": "【", "]": "["}[clean[last - 1]]
    depth, at = 0, last - 1
    while at >= max(start, last - _LONGEST_LIST):
        if clean[at] == clean[last - 1]:
            depth += 1
        elif clean[at] == opening:
            depth -= 1
            if depth == 0:
                break
        at -= 1
    else:
        return None
    body = clean[at + 1 : last - 1]
    members, lead = _members(grammar, body)
    if not members:
        return None
    good = sum(1 for m in members if grammar.unit_end.search(m) and not _NOT_UNIT.search(m))
    told = bool(re.search(r"负责|牵头|配合|落实", body))
    alone = at == start or clean[at - 1] in "。；！？"
    if (
        good < 0.7 * len(members)
        or (len(members) == 1 and not (told or (alone and good)))
        or not (alone or told or len(members) > 2)
    ):
        return None
    if at - start < 2 and len(members) < 2 and not told:
        return None
    quote, offset = paper.text.quote(at, last)
    confidence, reason = (
        (0.95, None) if good == len(members) else (0.75, "a member of the list does not look like a unit")
    )
    return Duty(
        units=tuple(members),
        lead=lead,
        section=paper.section_at(start),
        quote=quote,
        start=offset,
        confidence=confidence,
        reason=reason,
        made_by=("units:suffixes:bracket",),
    )


def _joined(paper: Manuscript, duties: list[Duty]) -> list[Duty]:
    """A 牵头单位 line and the 责任单位 or 配合单位 line right after it are one duty."""
    out: list[Duty] = []
    for duty in duties:
        before = out[-1] if out else None
        if before is not None and before.start is not None and duty.start is not None and before.lead in before.units:
            between = paper.text.source[before.start + len(before.quote) : duty.start]
            if not between.strip() and duty.lead is None and "牵头" in before.quote[:8]:
                quote = paper.text.source[before.start : duty.start + len(duty.quote)]
                units = before.units + tuple(u for u in duty.units if u not in before.units)
                out[-1] = Duty(
                    units=units,
                    lead=before.lead,
                    section=before.section,
                    quote=quote,
                    start=before.start,
                    made_by=before.made_by + duty.made_by,
                )
                continue
        out.append(duty)
    return out


def _with_leads(paper: Manuscript, duties: list[Duty]) -> list[Duty]:
    """Where the line marks nobody but the section says `X牵头` of one of its units, that unit leads."""
    out = []
    for duty in duties:
        if duty.lead is None and duty.start is not None:
            above = bisect_right(paper.headings, duty.start, key=lambda h: h.start) - 1
            begun = paper.headings[above].start if above >= 0 else 0
            body = paper.text.source[max(begun, duty.start - _LONGEST_SECTION) : duty.start]
            body = re.sub(r"\s+", "", body)
            named = next(
                (u for u in duty.units if len(u) > 3 and re.search(re.escape(u) + r"(?:负责)?牵头", body)), None
            )
            if named:
                duty = Duty(
                    units=duty.units,
                    lead=named,
                    section=duty.section,
                    quote=duty.quote,
                    start=duty.start,
                    confidence=duty.confidence,
                    reason=duty.reason,
                    made_by=(*duty.made_by, "units:leads:牵头"),
                )
        out.append(duty)
    return out
