"""The list of indicators as a workbook and as a paper: one row for each variant, as far as the reader is told."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.account.indicator_rows import IndicatorRow, Rows
from lvlian.site.account.selectors_indicators import Basis
from lvlian.site.account.workbook import Cell, workbook
from lvlian.site.org.access import Access

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def heads(whole: bool) -> list[str]:
    sides = [_("分子"), _("分母")] if whole else []
    return [
        _("类"),
        _("指标"),
        _("口径"),
        _("单位"),
        _("值"),
        _("±（80%）"),
        _("80% 区间"),
        _("规划"),
        *sides,
        _("缺什么、找谁"),
        _("口径已定"),
    ]


def lines(groups: Iterable[tuple[str, Sequence[IndicatorRow]]], whole: bool) -> list[list[Cell]]:
    out: list[list[Cell]] = []
    for name, rows in groups:
        for row in rows:
            for one in row.variants:
                value = one.value.value if one.value is not None and not one.hidden else None
                plan = _("；").join(f"{point.text}（{point.when}）" for point in one.points)
                lacks = (
                    _("涉及企业不足三家，不公布")
                    if one.hidden
                    else _("；").join(f"{what}{_('，问 ') + who if who else ''}" for what, who in one.lacks)
                )
                sides: list[Cell] = [one.numerator, one.denominator] if whole else []
                figure: Cell = value if value is not None else one.told or saying.DASH
                out.append(
                    [
                        name,
                        row.name,
                        one.name,
                        row.unit,
                        figure,
                        one.spread,
                        one.interval,
                        plan,
                        *sides,
                        lacks,
                        _("是") if one.chosen else "",
                    ]
                )
    return out


def notes(access: Access, rows: Rows, basis: Basis | None, words: str) -> list[tuple[str, str]]:
    region, user = access.region, access.user
    told = [
        (_("表"), _("指标")),
        (_("地区"), region.name if region is not None else saying.DASH),
        (_("账期"), basis.month if basis is not None else saying.DASH),
        (_("筛选"), words or _("全部")),
        (_("导出人"), f"{user.name}（{user.username}）" if user is not None else saying.DASH),
        (_("导出时间"), saying.clock(timezone.now())),
        (_("说明"), _("规划没有写明口径的并列各口径；± 为 80% 区间的一半；公式见单项页")),
    ]
    if rows.simulated:
        told.append((_("模拟"), _("本表含演示数据")))
    return told


def excel(
    access: Access, rows: Rows, groups: Sequence[tuple[str, Sequence[IndicatorRow]]], basis: Basis | None, words: str
) -> bytes:
    return workbook([
        (_("指标"), heads(rows.whole), lines(groups, rows.whole)),
        (_("说明"), (_("项"), _("内容")), [list(pair) for pair in notes(access, rows, basis, words)]),
    ])  # fmt: skip


def word(
    access: Access, rows: Rows, groups: Sequence[tuple[str, Sequence[IndicatorRow]]], basis: Basis | None, words: str
) -> bytes:
    """A landscape page: notes, then one three-line table."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    from lvlian.brief.paper_tables import table_markup

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(15)
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    for label, told in notes(access, rows, basis, words):
        document.add_paragraph(f"{label}{_('：')}{told}").paragraph_format.space_after = Pt(0)
    table = [[_text(cell) for cell in line] for line in lines(groups, rows.whole)]
    if table:
        area = int((297 - 36) * 1440 / 25.4)
        body = document.element.body
        body.insert(len(body) - 1, parse_xml(table_markup(heads(rows.whole), table, [4, 5], area)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else saying.number(float(f"{cell:.5g}"))
