"""Three-line tables of a paper as Word markup, columns as wide as what they hold asks for."""

from __future__ import annotations

from collections.abc import Sequence

from .paper_words import FANG, HEI, LATIN, SIZE_TABLE, ems, printable

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TABLE_HEAD = (
    f"<w:tbl {_W}><w:tblPr>"
    '<w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
    '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
)
_CELL = (
    '<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:tcBorders>{borders}</w:tcBorders>{apart}</w:tcPr><w:p><w:pPr>'
    '<w:snapToGrid w:val="0"/><w:spacing w:before="20" w:after="20" w:line="300" w:lineRule="exact"/><w:jc w:val="{align}"/></w:pPr>'
    '<w:r><w:rPr><w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:cs="{latin}" w:eastAsia="{font}" w:hint="eastAsia"/><w:sz w:val="{size}"/></w:rPr>'
    '<w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>'
)


_EM = int(SIZE_TABLE * 20)
"""One full-width character of a table in twips."""
_PADDING = 150
_APART = '<w:tcMar><w:left w:w="160" w:type="dxa"/></w:tcMar>'
"""Words beside a column of figures stand off from it."""
_NARROW, _LEAST = 8.0, 5.0
"""Columns up to so many characters keep their natural width; wide ones share the rest and get the least at least."""
LONG_ROW = 20
"""Lines from which on a row may run over to the next page."""


def table_markup(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int], area: int) -> str:
    """The `w:tbl` element: heavy lines above and below, a light one under the head, which repeats on every page."""
    scaled = column_widths([header, *rows], area)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in scaled)
    parts = [_TABLE_HEAD.format(width=sum(scaled), grid=grid)]
    for place, row in enumerate([header, *rows]):
        parts.append(_row(row, scaled, set(right), head=place == 0, last=place == len(rows)))
    return "".join([*parts, "</w:tbl>"])


def column_widths(rows: Sequence[Sequence[str]], area: int) -> list[int]:
    """Widths in twips that add up to `area`: short columns as wide as their widest cell, the others by the root of what they hold."""
    count = len(rows[0])
    natural = [max((ems(line) for row in rows for line in row[at].split("\n")), default=1.0) for at in range(count)]
    natural = [max(width, 2.0) * _EM + _PADDING for width in natural]
    if sum(natural) <= area:
        spare = (area - sum(natural)) / sum(natural)
        wanted = [width * (1 + spare) for width in natural]
    else:
        cap = max(_NARROW * _EM, area / count * 0.75) if count > 4 else _NARROW * _EM
        fixed = [width if width <= cap + _PADDING else 0.0 for width in natural]
        load = [0.0 if fixed[at] else sum(ems(row[at]) for row in rows) ** 0.5 for at in range(count)]
        rest = area - sum(fixed)
        least = _LEAST * _EM + _PADDING
        if not any(load) or rest < least * sum(not width for width in fixed):
            wanted = [area * min(width, area / 2) / sum(min(width, area / 2) for width in natural) for width in natural]
        else:
            room = rest - least * sum(not width for width in fixed)
            wanted = [width or least + room * part / sum(load) for width, part in zip(fixed, load, strict=True)]
    whole = [int(width) for width in wanted]
    whole[whole.index(max(whole))] += area - sum(whole)
    return whole


def _lines(cells: Sequence[str], widths: Sequence[int]) -> int:
    """How many lines the tallest cell of a row takes, roughly."""
    return max(
        sum(int(ems(line) * _EM // max(width - 120, _EM)) + 1 for line in text.split("\n"))
        for text, width in zip(cells, widths, strict=True)
    )


_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'


def _row(cells: Sequence[str], widths: Sequence[int], right: set[int], *, head: bool, last: bool) -> str:
    from xml.sax.saxutils import escape

    heavy, light = (
        '<w:{} w:val="single" w:sz="12" w:space="0" w:color="000000"/>',
        '<w:{} w:val="single" w:sz="4" w:space="0" w:color="000000"/>',
    )
    borders = (heavy.format("top") if head else "") + (
        heavy.format("bottom") if last else light.format("bottom") if head else ""
    )
    row = "".join(
        _CELL.format(
            width=width,
            borders=borders,
            align="right" if place in right else "left",
            apart=_APART if place - 1 in right and place not in right else "",
            latin=LATIN,
            font=HEI if head else FANG,
            size=int(SIZE_TABLE * 2),
            text=_BREAK.join(escape(line) for line in printable(text).split("\n")),
        )
        for place, (text, width) in enumerate(zip(cells, widths, strict=True))
    )
    whole = "<w:cantSplit/>" if head or _lines(cells, widths) <= LONG_ROW else ""
    return f"<w:tr><w:trPr>{whole}{'<w:tblHeader/>' if head else ''}</w:trPr>{row}</w:tr>"
