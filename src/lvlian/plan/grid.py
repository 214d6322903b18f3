"""Tables of a document as grids of cells: those that the source has, and those of a plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lvlian.plan.lexicon import alternation, built_from_lexicon, load_lexicon
from lvlian.plan.source.record import Source, Span

ROLES = (
    "number",
    "exact_unit",
    "exact_project",
    "exact_owner",
    "exact_indicator",
    "lead_units",
    "units",
    "indicator",
    "project",
    "task",
    "owner",
    "product",
    "scale",
    "growth",
    "span",
    "deadline",
    "investment",
    "status",
    "year_rows",
    "remark",
)
_YEAR = re.compile(r"(?:到|至)?(?P<year>(?:19|20)\d\d)(?:年度|年)?(?P<edge>底|末)?")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_RULE = re.compile(r"[\s|:+=\-—─━┄┈]+")
_GAP = re.compile(r"[ \u3000]{2,}|\u3000")
_SPACE = re.compile(r"\s+")
_DATED = re.compile(r"时间|日期|时限|年限|年月|开工|投产|竣工|建成|达产|并网|供地|获批|签约")
_MOST_HEADER_ROWS = 3
_LONGEST_HEADER = 24
_LONGEST_LINE = 2000
_LONGEST_PAGE_FOOT = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `role` of its header (`event`, `year`, a group of `tables.yaml`, or empty), the header's words without spaces."""

    role: str
    header: str
    when: str | None = None
    """The year of a `year` column."""
    event: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a header: `rows[r][c]` is the span in the source of a cell below it, `lines[r]` the span of the row's own words."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Span, ...], ...]
    start: int
    lines: tuple[Span, ...]
    """Spans of all rows with the header, in order and apart from each other."""

    def column(self, *roles: str) -> int | None:
        """The first column with one of the roles."""
        return next((i for i, c in enumerate(self.columns) if c.role in roles), None)

    def all_columns(self, *roles: str) -> list[int]:
        return [i for i, c in enumerate(self.columns) if c.role in roles]


@dataclass(frozen=True, slots=True)
class _Grammar:
    exact: dict[str, str]
    roles: tuple[tuple[str, re.Pattern[str]], ...]
    event: re.Pattern[str]
    step_of: dict[str, str]
    header_word: re.Pattern[str]


@built_from_lexicon
def _grammar() -> _Grammar:
    lexicon, events = load_lexicon("tables"), load_lexicon("events")
    step_of = {word: step for step, words in events.groups.items() for word in words if not word.startswith("re:")}
    named = [role for role in ROLES if not role.startswith("exact_")]
    return _Grammar(
        exact={
            word: role.removeprefix("exact_")
            for role in ROLES
            if role.startswith("exact_")
            for word in lexicon.words(role)
        },
        roles=tuple((role, re.compile(lexicon.pattern(role))) for role in named),
        event=re.compile(alternation(step_of)),
        step_of=step_of,
        header_word=re.compile(
            lexicon.pattern(
                "number",
                "indicator",
                "project",
                "units",
                "investment",
                "owner",
                "task",
                "year_rows",
                "exact_indicator",
                "exact_project",
            )
        ),
    )


def find_grids(source: Source) -> list[Grid]:
    """All tables with a header that is understood, in order. Linear in the text; raises nothing."""
    grids: list[Grid] = []
    for table in source.tables:
        grid = _grid(source.text, table.rows) or (_continued(source.text, grids[-1], table.rows) if grids else None)
        if grid:
            grids.append(grid)
    taken = [(g.lines[0][0], g.lines[-1][1]) for g in grids if g.lines]
    for rows in _plain_tables(source.text):
        grid = _grid(source.text, rows)
        if grid and not any(a < grid.lines[-1][1] and grid.lines[0][0] < b for a, b in taken):
            grids.append(grid)
    return sorted(grids, key=lambda g: g.start)


_WORDY = 24
_ENDS = re.compile(r"[，。；,;]")


def row_spans(source: Source, grids: list[Grid]) -> tuple[Span, ...]:
    """The spans of all table rows: of the grids, and of the source's other tables where a row has several cells.

    A row of another table whose cells hold sentences is left to the prose readers, cell by cell.
    """
    spans = [line for grid in grids for line in grid.lines]
    covered = {s for s, _ in spans}
    for table in source.tables:
        for row, line in zip(table.rows, _lines(table.rows), strict=True):
            filled = {cell for cell in row if cell[1] > cell[0]}
            prose = any(b - a >= _WORDY and _ENDS.search(source.text, a, b) for a, b in filled)
            if line and line[0] not in covered and len(filled) > 1 and not prose:
                spans.append(line)
    return tuple(sorted(set(spans)))


def words_of(text: str, span: Span) -> str:
    """The words of a cell without white space."""
    return _SPACE.sub("", text[span[0] : span[1]])


def _lines(rows: tuple[tuple[Span, ...], ...]) -> list[Span | None]:
    """The span of each row's own words; a cell merged from above is not its own."""
    out: list[Span | None] = []
    at = -1
    for row in rows:
        own = [cell for cell in row if cell[0] >= at and cell[1] > cell[0]]
        if own:
            line = (min(c[0] for c in own), max(c[1] for c in own))
            out.append(line)
            at = line[1]
        else:
            out.append(None)
    return out


def _grid(text: str, rows: tuple[tuple[Span, ...], ...]) -> Grid | None:
    """The grid of a table whose first rows hold a header."""
    first = next((i for i, row in enumerate(rows[:6]) if _header_like(text, row) >= 2), None)
    if first is None:
        return None
    stop = first + 1
    while stop < min(len(rows), first + _MOST_HEADER_ROWS) and _goes_on(text, rows[first:stop], rows[stop]):
        stop += 1
    width = max(len(row) for row in rows[first:stop])
    headers: list[str] = []
    for c in range(width):
        parts: list[str] = []
        for row in rows[first:stop]:
            words = words_of(text, row[c]) if c < len(row) else ""
            if words and words not in parts:
                parts.append(words)
        headers.append("".join(parts))
    columns = tuple(_column(header) for header in headers)
    lines = tuple(line for line in _lines(rows) if line)
    body = tuple(row for row in rows[stop:] if any(b > a for a, b in row))
    if not body or not lines:
        return None
    return Grid(columns, body, lines[0][0], lines)


def _continued(text: str, above: Grid, rows: tuple[tuple[Span, ...], ...]) -> Grid | None:
    """The rest of a table that goes on behind a page break: as many columns, and nothing but a page's foot between."""
    lines = tuple(line for line in _lines(rows) if line)
    if not lines or not above.rows or len(words_of(text, (above.lines[-1][1], lines[0][0]))) > _LONGEST_PAGE_FOOT:
        return None
    if any(len(row) != len(above.columns) for row in rows) or len(rows[0]) < 3:
        return None
    return Grid(above.columns, rows, lines[0][0], lines)


def _header_like(text: str, row: tuple[Span, ...]) -> int:
    """How many different cells of a row play a role in a header."""
    score = 0
    for span in dict.fromkeys(row):
        words = words_of(text, span)
        role = _column(words).role if 0 < len(words) <= _LONGEST_HEADER else ""
        # A column of years says by itself what the others are.
        score += (2 if role == "year_rows" else 1) if role else 0
    filled = len({s for s in row if s[1] > s[0]})
    years_down = _column(words_of(text, row[0])).role == "year_rows" if row else False
    return score if score * 2 >= filled or years_down else 0


def _goes_on(text: str, above: tuple[tuple[Span, ...], ...], row: tuple[Span, ...]) -> bool:
    """Whether a row still belongs to the header: cells merged from above, or years and header words below a shared cell."""
    held = {span for upper in above for span in upper if span[1] > span[0]}
    own = [span for span in dict.fromkeys(row) if span[1] > span[0] and span not in held]
    if not own:
        return True
    roles = [_column(words_of(text, span)).role for span in own]
    merged_above = any(upper.count(span) > 1 for upper in above for span in set(upper) if span[1] > span[0])
    kept = any(span in held for span in row if span[1] > span[0]) or not all(b > a for a, b in row)
    return merged_above and kept and sum(bool(r) for r in roles) * 2 > len(roles)


def _column(header: str) -> Column:
    """The role of a header."""
    grammar = _grammar()
    bare = _BRACKETS.sub("", header)
    if bare in grammar.exact:
        return Column(grammar.exact[bare], header)
    year = _YEAR.search(bare)
    if year and not grammar.event.search(bare) and "投资" not in bare and len(bare) <= 14:
        return Column("year", header, year["year"])
    if _DATED.search(bare):
        step = grammar.event.search(bare)
        span = next(pattern for role, pattern in grammar.roles if role == "span")
        if step and not span.search(bare) and "投资" not in bare and "产能" not in bare:
            return Column("event", header, event=grammar.step_of[step.group()])
    for role, pattern in grammar.roles:
        if pattern.search(bare) and len(bare) <= _LONGEST_HEADER:
            return Column(role, header)
    return Column("", header)


def _plain_tables(text: str) -> Iterator[tuple[tuple[Span, ...], ...]]:
    """Blocks of lines divided by tabs, bars or wide gaps that open with header words."""
    grammar = _grammar()
    block: list[tuple[Span, ...]] = []
    mark = ""
    starts: list[int] = []
    at = 0
    for line in text.split("\n"):
        here, at = at, at + len(line) + 1
        if block:
            row = _cells(line, here, mark)
            if mark == " " and row is not None and len(row) != len(starts):
                row = _aligned(text, here, row, starts)
            if row is not None and len(row) > 1 and not (len(block) > 1 and _header_like(text, row) > 2):
                block.append(row)
                continue
            if mark == "|" and line.strip() and not line.strip("|+-:=—─ \t"):
                continue
            if not line.strip() and mark != " ":
                continue
            if len(block) > 1:
                yield tuple(block)
            block = []
        if len(line) > _LONGEST_LINE or not line.strip():
            continue
        mark = (
            "\t" if "\t" in line.strip() else "|" if line.count("|") > 1 else " " if _GAP.search(line.strip()) else ""
        )
        if not mark or not grammar.header_word.search(_SPACE.sub("", line)):
            continue
        row = _cells(line, here, mark)
        if row and len(row) > 1 and _header_like(text, row) >= 2:
            block = [row]
            starts = [_width(text, here, a) for a, _ in row]
    if len(block) > 1:
        yield tuple(block)


def _cells(line: str, start: int, mark: str) -> tuple[Span, ...] | None:
    """The cells of a line; None where it is no row."""
    if len(line) > _LONGEST_LINE:
        return None
    if mark == "\t":
        if "\t" not in line:
            return None
        pieces, at = [], 0
        for part in line.split("\t"):
            pieces.append((at, at + len(part)))
            at += len(part) + 1
    elif mark == "|":
        if "|" not in line or _RULE.fullmatch(line):
            return None
        inner = line.strip()
        low = line.index(inner) + inner.startswith("|")
        high = line.index(inner) + len(inner) - inner.endswith("|")
        pieces, at = [], low
        for part in line[low:high].split("|"):
            pieces.append((at, at + len(part)))
            at += len(part) + 1
    else:
        inner = line.strip()
        if not inner:
            return None
        at = line.index(inner[0])
        pieces = []
        stop = at + len(inner)
        for gap in _GAP.finditer(line, at, stop):
            pieces.append((at, gap.start()))
            at = gap.end()
        pieces.append((at, stop))
    return tuple(_trimmed(line, start, a, b) for a, b in pieces)


def _trimmed(line: str, start: int, a: int, b: int) -> Span:
    words = line[a:b].strip()
    if not words:
        return start + a, start + a
    low = line.index(words[0], a)
    return start + low, start + low + len(words)


def _width(text: str, start: int, end: int) -> int:
    """The printed column of `end` on its line: a Chinese character takes two."""
    return sum(2 if char > "\u2e7f" else 1 for char in text[start:end])


def _aligned(text: str, line: int, row: tuple[Span, ...], starts: list[int]) -> tuple[Span, ...] | None:
    """The cells of a row with holes under the headers that they stand below; None where it cannot be a row."""
    if len(row) < 2 or len(row) > len(starts):
        return None
    cells: list[Span] = [(row[0][0], row[0][0])] * len(starts)
    last = -1
    for a, b in row:
        printed = _width(text, line, a)
        distances = [abs(start - printed) for start in starts]
        column = distances.index(min(distances))
        if column <= last:
            return None
        cells[column], last = (a, b), column
    return tuple(cells)
