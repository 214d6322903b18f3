"""Chains: rows of products or stages joined by dashes or arrows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvlian.plan.facts import Chain
from lvlian.plan.lexicon import built_from_lexicon, load_lexicon
from lvlian.plan.manuscript import Manuscript

_DASH = r"(?:—+>?|–|→|⇒|-+>|-|->)"
_CHAR = r"[^\n，。；：！？“”‘’「」《》—–→⇒\-\t]"
# Possessive: no dash is a node's character, so to give one back never helps.
_RUN = re.compile(rf"{_CHAR}{{1,30}}+(?:{_DASH}{_CHAR}{{1,30}}+)+")
_DASHES = re.compile(_DASH)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TIME = re.compile(r"^\d[\d.]*$|年|月|^\d+(?:%|万|亿|家|个|户|项)")
_LONGEST_NODE = 24


@dataclass(frozen=True, slots=True)
class _Grammar:
    node: re.Pattern[str]
    beside: re.Pattern[str]
    opener: re.Pattern[str]
    ender: re.Pattern[str]


@built_from_lexicon
def _grammar() -> _Grammar:
    lexicon = load_lexicon("chains")
    return _Grammar(
        node=re.compile(lexicon.pattern("nodes")),
        beside=re.compile(lexicon.pattern("words_beside")),
        opener=re.compile(rf".*(?:{lexicon.pattern('openers')}|[、（])"),
        ender=re.compile(lexicon.pattern("enders")),
    )


def read_chains(paper: Manuscript) -> list[Chain]:
    """All chains in order; a row of places, years or figures joined by dashes is none."""
    grammar, clean = _grammar(), paper.clean
    out = []
    for found in _RUN.finditer(clean):
        start, end = found.span()
        quoted = start > 0 and clean[start - 1] in "“‘「" and end < len(clean) and clean[end] in "”’」"
        if not quoted:
            start, end = _trim(grammar, clean, start, end)
        nodes_at = _nodes(clean, start, end)
        nodes = [paper.text.printed(a, b) for a, b in nodes_at]
        if not _is_chain(grammar, clean, start, end, nodes, quoted):
            continue
        quote, offset = paper.text.quote(start, end)
        sure = quoted or len(nodes) > 2
        out.append(
            Chain(
                nodes=tuple(nodes),
                quote=quote,
                start=offset,
                section=paper.section_at(start),
                confidence=0.97 if sure else 0.7,
                reason=None if sure else "two nodes without quotation marks",
                made_by=("chains:nodes",),
            )
        )
    return out


def _trim(grammar: _Grammar, clean: str, start: int, end: int) -> tuple[int, int]:
    """Without quotation marks the first node begins after the last opener, the last ends before the first ender."""
    first = _DASHES.search(clean, start, end)
    if first:
        head = grammar.opener.match(clean, start, first.start())
        # A node may itself hold an opener's character (`的`), but never only it.
        if head and head.end() < first.start():
            start = head.end()
    last = max(_DASHES.finditer(clean, start, end), key=lambda m: m.start(), default=None)
    if last:
        tail = grammar.ender.search(clean, last.end() + 1, end)
        cut = re.compile(r"[、（）]").search(clean, last.end() + 1, end)
        if cut and clean[cut.start()] == "（":
            cut = None
        stops = [m.start() for m in (tail, cut) if m]
        if stops:
            end = min(stops)
    return start, end


def _nodes(clean: str, start: int, end: int) -> list[tuple[int, int]]:
    spans, at = [], start
    for dash in _DASHES.finditer(clean, start, end):
        spans.append((at, dash.start()))
        at = dash.end()
    spans.append((at, end))
    return spans


def _is_chain(grammar: _Grammar, clean: str, start: int, end: int, nodes: list[str], quoted: bool) -> bool:
    if len(nodes) < 2 or any(not n or len(n) > _LONGEST_NODE or not _HAN.search(n) or _TIME.search(n) for n in nodes):
        return False
    after = clean[end : end + 14]
    before = clean[max(0, start - 8) : start]
    beside = bool(grammar.beside.search(after)) or "链" in before
    good = sum(1 for n in nodes if grammar.node.search(n))
    if len(nodes) == 2:
        return (
            good == 2
            and bool(re.match(r"[”’」]?[^，。；]{0,8}(?:产业链|链条|循环|一体化|模式)", after))
            and len(min(nodes, key=len)) > 1
        )
    return good >= 0.5 * len(nodes) and (quoted or beside or good == len(nodes))
