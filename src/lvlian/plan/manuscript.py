"""What every fact module reads: the clean text, its sentences with the section that each stands in, the head."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from lvlian.plan.facts import Head, Heading
from lvlian.plan.text import Paragraph, Text

_STOP = re.compile(r"[。！？]+[”’』」）】]*|\n")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the clean text, `[start, end)` with its full stop; `paragraph` is the index of its paragraph."""

    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Manuscript:
    """`text` with `head` and `headings` read; `rows` are the cell spans (clean) of table rows by paragraph index."""

    text: Text = field(repr=False)
    head: Head
    headings: tuple[Heading, ...] = field(repr=False)

    @property
    def clean(self) -> str:
        return self.text.clean

    @property
    def year(self) -> int | None:
        """Year of issue, against which a relative date is read."""
        return int(self.head.issued_in) if self.head.issued_in else None

    def sentences(self) -> Iterator[Sentence]:
        """All sentences in order; a table row is none. A full stop inside brackets or quotes does not end one."""
        clean = self.text.clean
        for index, paragraph in enumerate(self.text.paragraphs):
            if paragraph.row:
                continue
            start = paragraph.start
            for stop in _STOP.finditer(clean, paragraph.start, paragraph.end):
                if _open_bracket(clean, start, stop.start()):
                    continue
                yield Sentence(start, stop.end(), index)
                start = stop.end()
            if start < paragraph.end:
                yield Sentence(start, paragraph.end, index)

    def rows(self) -> Iterator[Paragraph]:
        """The paragraphs that are table rows."""
        return (p for p in self.text.paragraphs if p.row)

    def section_at(self, position: int) -> str:
        """The heading, as printed, that clean position stands under; empty before the first."""
        heading = self.heading_at(position)
        return heading.text if heading else ""

    def heading_at(self, position: int) -> Heading | None:
        """The heading that clean position stands under."""
        if not self.headings:
            return None
        at = self.text.origin[min(position, len(self.text.origin) - 1)] if self.text.origin else 0
        i = bisect_right(self.headings, at, key=lambda h: h.start) - 1
        return self.headings[i] if i >= 0 else None


def _open_bracket(clean: str, start: int, end: int) -> bool:
    """Whether `[start, end)` opens a round bracket that it does not close; a bracket open for 300 characters is a slip."""
    opened = clean.rfind("（", max(start, end - 300), end)
    return opened >= 0 and clean.find("）", opened, end) < 0
