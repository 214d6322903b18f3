"""A line of arithmetic taken apart so that it can be set as a table row."""

from __future__ import annotations

from dataclasses import dataclass

_RELATIONS = "≠≈≥≤=<>"
_OPEN, _CLOSE = "（(", "）)"


@dataclass(frozen=True, slots=True)
class Sum:
    """One row. `label` stands before a colon, `terms` are the expressions, `relations` the marks between them (one fewer),
    `note` what follows the last term: units, years, a difference. A line without a relation is one term."""

    label: str
    terms: tuple[str, ...]
    relations: tuple[str, ...]
    note: str

    @property
    def breaks(self) -> bool:
        """Whether the line shows something that does not hold."""
        return "≠" in self.relations


def taken_apart(line: str) -> list[Sum]:
    """`310 + 550 = 860 ≠ 900（亿元）` → one row with terms 310 + 550 | 860 | 900, relations = ≠ and the note `亿元`.

    Two statements joined by ； give two rows; marks within brackets do not count.
    """
    rows: list[Sum] = []
    for part in _split(line.strip(), "；;"):
        row = _row(part)
        if rows and not row.relations:
            last = rows[-1]
            note = "；".join(piece for piece in (last.note, part.strip()) if piece)
            rows[-1] = Sum(last.label, last.terms, last.relations, note)
        else:
            rows.append(row)
    return rows


def aligned(lines: tuple[str, ...]) -> tuple[list[Sum], int, bool]:
    """All rows of a finding, the number of terms of the longest, and whether any has a label."""
    rows = [row for line in dict.fromkeys(lines) for row in taken_apart(line)]
    return rows, max((len(row.terms) for row in rows), default=0), any(row.label for row in rows)


def _row(part: str) -> Sum:
    terms, relations, depth, start = list[str](), list[str](), 0, 0
    for at, character in enumerate(part):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth <= 0 and character in _RELATIONS and not (character == ">" and part[at - 1 : at] in ("-", "=")):
            terms.append(part[start:at].strip())
            relations.append(character)
            start = at + 1
    last = part[start:].strip()
    if not relations:
        return Sum("", (last,), (), "")
    label, colon, first = terms[0].partition("：")
    if colon:
        terms[0] = first.strip()
    else:
        label = ""
    last, note = _noted(last)
    return Sum(label.strip(), (*terms, last), tuple(relations), note)


def _noted(term: str) -> tuple[str, str]:
    """The last term and the bracketed words behind it."""
    for at, character in enumerate(term):
        if at and character in _OPEN and not term[:at].rstrip().endswith(("÷", "×", "+", "−", "-")):
            note = term[at:].strip()
            if note[-1] in _CLOSE and not any(c in _OPEN for c in note[1:]):
                note = note[1:-1]
            return term[:at].strip(), note
    return term, ""


def _split(text: str, marks: str) -> list[str]:
    parts, depth, start = list[str](), 0, 0
    for at, character in enumerate(text):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth <= 0 and character in marks:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return [part for part in parts if part.strip()] or [""]
