"""The text of a version as it is shown: cut into parts of a readable size, paragraphs with every fact marked in its place.

Markup is made here and not in a template, because a long plan has thousands of facts and one page shows hundreds of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from lvlian.brief.headings import Outline
from lvlian.site.plans.models import Fact

PART = 16_000
"""Characters from which a text is shown in parts, cut at headings."""
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text that is shown together: `number` from 1, `label` its first heading."""

    number: int
    start: int
    end: int
    label: str


def parts_of(length: int, outline: Outline, limit: int = PART) -> list[Part]:
    """The parts of a text of this length: whole where it is short, else cut before headings, at most about `limit` characters each
    (a chapter that is longer is cut at its own headings, and a stretch without any heading stays whole)."""
    if length <= limit * 1.5:
        return [Part(1, 0, length, "")]
    cuts = [0]
    starts = [start for start in outline.starts if 0 < start < length]
    top = {outline.starts[i] for i, heading in enumerate(outline.headings) if int(heading["level"]) == 1}
    while length - cuts[-1] > limit:
        inside = starts[bisect_right(starts, cuts[-1]) : bisect_right(starts, cuts[-1] + limit)]
        late = [start for start in inside if start in top and start - cuts[-1] > limit // 2]
        if late or inside:
            cuts.append((late or inside)[-1])
        else:
            after = bisect_right(starts, cuts[-1] + limit)
            if after >= len(starts):
                break
            cuts.append(starts[after])
    ends = [*cuts[1:], length]
    return [
        Part(number, start, end, str(outline.headings[at]["text"]) if (at := outline.place(start)) is not None else "")
        for number, (start, end) in enumerate(zip(cuts, ends, strict=True), 1)
    ]


def part_at(parts: Sequence[Part], start: int | None) -> Part:
    """The part in which a place of the text stands."""
    return next((part for part in reversed(parts) if start is not None and part.start <= start), parts[0])


@dataclass(slots=True)
class Block:
    """A paragraph, a heading or a table of the text: its markup, and the findings that stand after it."""

    start: int
    end: int
    markup: SafeString
    findings: list[object] = field(default_factory=list)


def blocks_of(
    text: str, part: Part, outline: Outline, facts: Iterable[Fact], current: int | None = None, first_number: int = 1
) -> list[Block]:
    """The blocks of a part in order. `facts` are those of the part; each is marked once for every line that it runs over."""
    marked = sorted(
        (row for row in facts if row.start is not None and row.length), key=lambda row: (row.start or 0, -row.length)
    )
    painter = _Painter(text, marked, current)
    out: list[Block] = []
    number, rows = first_number, list[tuple[int, int]]()
    for start, end in _lines(text, part):
        if "\t" in text[start:end]:
            rows.append((start, end))
            continue
        if rows:
            out.append(_table(painter, rows))
            rows = []
        heading = _heading(outline, start, end)
        if heading is not None:
            at, level, whole = heading
            if whole:
                tag = f"h{min(level + 1, 4)}"
                out.append(
                    Block(
                        start,
                        end,
                        mark_safe(f'<{tag} id="h-{at}" data-start="{start}">{painter.paint(start, end)}</{tag}>'),
                    )
                )
                continue
            anchor = f' id="h-{at}"'
        else:
            anchor = ""
        words = painter.paint(start, end)
        out.append(Block(start, end, mark_safe(f'<p{anchor} data-start="{start}" data-number="{number}">{words}</p>')))
        number += 1
    if rows:
        out.append(_table(painter, rows))
    return out


def count_paragraphs(text: str, until: int) -> int:
    """How many lines with words stand before a place."""
    return sum(1 for line in text[:until].split("\n") if line.strip())


def place_findings(blocks: Sequence[Block], findings: Iterable[object]) -> list[object]:
    """Puts each finding after the paragraph that its place is in; gives back those that have no place here."""
    starts = [block.start for block in blocks]
    left = []
    for finding in findings:
        start = getattr(finding, "start", None)
        at = bisect_right(starts, start) - 1 if start is not None else -1
        if at < 0:
            left.append(finding)
        else:
            blocks[at].findings.append(finding)
    return left


def paragraph_of(text: str, start: int) -> tuple[int, int]:
    """The line of the text that a place is in."""
    begin = text.rfind("\n", 0, start) + 1
    end = text.find("\n", start)
    return begin, len(text) if end < 0 else end


class _Painter:
    """Words of the text with the facts marked that run through them."""

    def __init__(self, text: str, facts: Sequence[Fact], current: int | None) -> None:
        self.text, self.facts, self.current = text, facts, current
        self.starts = [row.start or 0 for row in facts]
        self.longest = max((row.length for row in facts), default=0)
        self.seen: set[int] = set()

    def paint(self, start: int, end: int) -> str:
        """`text[start:end]` as markup. Facts nest; where two cross, the later one is cut at the end of the earlier."""
        first = bisect_left(self.starts, start - self.longest)
        last = bisect_left(self.starts, end)
        spans = [
            (max(start, row.start or 0), min(end, (row.start or 0) + row.length), row)
            for row in self.facts[first:last]
            if (row.start or 0) + row.length > start
        ]
        if not spans:
            return self.text[start:end].translate(_ESCAPES)
        edges = sorted({start, end, *(edge for left, right, _ in spans for edge in (left, right))})
        out: list[str] = []
        stack: list[tuple[int, Fact]] = []
        waiting = sorted(spans, key=lambda span: (span[0], -span[1]))
        for here, there in zip(edges, [*edges[1:], end], strict=True):
            again: list[tuple[int, Fact]] = []
            while stack and any(right <= here for right, _ in stack):
                right, row = stack.pop()
                out.append("</span>")
                if right > here:
                    again.append((right, row))
            for right, row in reversed(again):
                out.append(self._open(row))
                stack.append((right, row))
            while waiting and waiting[0][0] == here:
                _, right, row = waiting.pop(0)
                out.append(self._open(row))
                stack.append((right, row))
            out.append(self.text[here:there].translate(_ESCAPES))
        out.extend("</span>" for _ in stack)
        return "".join(out)

    def _open(self, row: Fact) -> str:
        kind = row.kind if row.kind in _UNDERLINED else "other"
        look = f"f f-{kind} f-{row.state}" + (" f-current" if row.pk == self.current else "")
        anchor = ""
        if row.pk not in self.seen:
            self.seen.add(row.pk)
            anchor = f' id="fact-{row.pk}"'
        return f'<span class="{look}" data-fact="{row.pk}"{anchor}>'


_UNDERLINED = frozenset({"goals", "milestones", "duties", "incentives", "chains"})


def _lines(text: str, part: Part) -> Iterator[tuple[int, int]]:
    """Spans of the lines of a part that hold words, without the white space at their ends."""
    at = part.start
    while at < part.end:
        end = text.find("\n", at, part.end)
        end = part.end if end < 0 else end
        line = text[at:end]
        if line.strip():
            if "\t" in line:
                yield at, end
            else:
                yield at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        at = end + 1


def _heading(outline: Outline, start: int, end: int) -> tuple[int, int, bool] | None:
    """The heading that a line begins with: its number, its level, and whether it is all of the line."""
    at = bisect_left(outline.starts, start)
    if at >= len(outline.starts) or outline.starts[at] >= end or outline.starts[at] - start > 2:
        return None
    heading = outline.headings[at]
    return at, int(heading["level"]), end - int(heading["end"]) <= 1


def _table(painter: _Painter, rows: Sequence[tuple[int, int]]) -> Block:
    """Lines whose cells are joined by tabs."""
    out = ['<div class="table-wrap"><table class="lines dense"><tbody>']
    for start, end in rows:
        out.append("<tr>")
        at = start
        for cell in painter.text[start:end].split("\t"):
            out.append(f'<td data-start="{at}">{painter.paint(at, at + len(cell))}</td>')
            at += len(cell) + 1
        out.append("</tr>")
    out.append("</tbody></table></div>")
    return Block(rows[0][0], rows[-1][1], mark_safe("".join(out)))


def kind_markup(kind: str) -> SafeString:
    """The kind of a fact with the underline that it has in the text."""
    return format_html('<span class="kind kind-{}">{}</span>', kind, conditional_escape(Fact.Kind(kind).label))
