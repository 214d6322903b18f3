"""The Excel form that a firm fills in each month: what `lvlian.chain.report.form` asks, with units, choices and last month's values.

Cells to fill have a frame in the accent colour and nothing else is open to writing; the key of each row, the firm and the month are
kept out of sight, so that `lvlian.chain.report.read_workbook` needs no order. Every text is written as a text: nothing that a firm
or a library is called can become a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lvlian.brief.paper_layout import STAMP
from lvlian.chain.region import KIND_ZH, OUTSIDE, Region
from lvlian.chain.report.form import GROUPS, Form, Item, answers, previous_month
from lvlian.chain.report.layout import AT, COLUMNS, FILL, FORMAT, MACHINE, NOTES, PARTNERS, USES
from lvlian.chain.report.statement import Statement
from lvlian.chain.report.units import factor, scaled
from lvlian.chain.report.wording import load_words

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from lvlian.chain.library import Library

CHOICES: Mapping[str, tuple[str, ...]] = {
    "t": ("吨", "千吨", "万吨", "千克"),
    "kWh": ("千瓦时", "万千瓦时", "亿千瓦时"),
    "m3": ("立方米", "万立方米"),
    "yuan": ("元", "万元", "亿元"),
    "": ("%",),
    "yuan/t": ("元/吨",),
    "yuan/kWh": ("元/千瓦时",),
    "yuan/m3": ("元/立方米",),
}
"""Units to choose from, by the unit of the engine."""
SLIP = 5.0
"""A figure this many times last month's, or this part of it, is set on an amber ground: a question, no error."""
LONGEST = 32_000

_INK, _INK2, _INK3 = "#1b2226", "#465056", "#5f696f"
_ACCENT, _RULE, _HAIR, _TINT, _AMBER = "#1b6073", "#b4bcbf", "#dfe3e4", "#f5f7f7", "#fbf6ea"
_HEADER_AT = 4
_LAST = AT["remark"]


def template_bytes(
    form: Form,
    region: Region,
    library: Library,
    *,
    before: Iterable[Statement] = (),
    filled: Iterable[Statement] = (),
) -> bytes:
    """The workbook of a form. `before` are statements of the month before (shown grey beside), `filled` the firm's own of this month
    (written into the cells to fill)."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    book.set_properties({"author": "lvlian", "title": _title(form), "created": STAMP})
    paint = _Paint(book)
    kept, own = tuple(before), tuple(filled)
    earlier = _values(_earlier(form, kept), form)
    now = answers(form, own)
    _fill_sheet(book, paint, form, earlier, now)
    _uses_sheet(book, paint, form, library)
    _partners_sheet(book, paint, form, region)
    _notes_sheet(book, paint, form)
    _machine_sheet(book, form)
    book.close()
    return out.getvalue()


class _Paint:
    """The formats of a template."""

    def __init__(self, book: Workbook) -> None:
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "font_color": _INK, "valign": "vcenter"}
        row = {**base, "bottom": 1, "bottom_color": _HAIR}
        open_ = {**row, "border": 1, "border_color": _ACCENT, "locked": False}
        self.title = book.add_format({**base, "font_size": 15, "bold": True})
        self.note = book.add_format({**base, "font_size": 9, "font_color": _INK2})
        self.mark = book.add_format({**base, "font_size": 9, "font_color": _INK2, "align": "right"})
        self.group = book.add_format({**base, "bold": True, "top": 2, "top_color": _INK})
        self.head = book.add_format(
            {
                **base,
                "font_size": 9,
                "font_color": _INK2,
                "bold": True,
                "bottom": 1,
                "bottom_color": _RULE,
                "text_wrap": True,
            }
        )
        self.head_in = book.add_format(
            {
                **base,
                "font_size": 9,
                "font_color": _INK2,
                "bold": True,
                "bottom": 1,
                "bottom_color": _RULE,
                "indent": 1,
            }
        )
        self.head_right = book.add_format(
            {
                **base,
                "font_size": 9,
                "font_color": _INK2,
                "bold": True,
                "bottom": 1,
                "bottom_color": _RULE,
                "align": "right",
            }
        )
        self.text = book.add_format({**row, "text_wrap": True})
        self.value = book.add_format({**open_, "align": "right", "num_format": "#,##0.######"})
        self.choice = book.add_format({**open_, "indent": 1})
        self.remark = book.add_format(
            {**row, "locked": False, "font_size": 9, "font_color": _INK2, "text_wrap": True, "indent": 1}
        )
        self.before = book.add_format(
            {**row, "align": "right", "num_format": "#,##0.######", "font_color": _INK3, "bg_color": _TINT}
        )
        self.key = book.add_format({"font_size": 8, "font_color": _INK3})
        self.slip = book.add_format({"bg_color": _AMBER})
        self.wrapped = book.add_format({**row, "text_wrap": True, "valign": "top"})


def _title(form: Form) -> str:
    return f"{form.firm.name}　{int(form.month[:4])}年{int(form.month[5:])}月链账报表"


def _fill_sheet(
    book: Workbook, paint: _Paint, form: Form, earlier: Mapping[str, float], now: Mapping[str, Statement]
) -> None:
    page = book.add_worksheet(FILL)
    _columns(page, [column.width for column in COLUMNS])
    page.set_column(AT["key"], AT["key"], None, None, {"hidden": True})
    page.set_row(0, 26)
    _write(page, 0, 0, _title(form), paint.title)
    if form.simulated:
        _write(page, 0, _LAST, "模拟数据", paint.mark)
    shown = (
        f"{form.region} · {KIND_ZH.get(form.firm.kind, form.firm.kind)} · 共 {len(form.items)} 项，逐项说明见“{USES}”"
    )
    _write(page, 1, 0, shown, paint.note)
    _write(
        page,
        2,
        0,
        "只填蓝框。没有数就空着（空着是“没报”，0 是“确实为零”）；单位、来源可在下拉中改；灰底是上月所报。",
        paint.note,
    )
    for column in COLUMNS:
        style = paint.head_right if column.id in ("value", "before") else paint.head_in if column.fill else paint.head
        _write(page, _HEADER_AT, AT[column.id], column.heading, style)
    row = _HEADER_AT
    group = ""
    for item in form.items:
        row += 1
        if item.group != group:
            group = item.group
            for place in range(_LAST + 1):
                page.write_blank(row, place, None, paint.group)
            _write(page, row, 0, GROUPS[group][0], paint.group)
            row += 1
        _row(page, paint, row, item, earlier.get(item.key), now.get(item.key))
    page.freeze_panes(_HEADER_AT + 1, 2)
    page.protect("", {"select_locked_cells": True, "select_unlocked_cells": True, "format_columns": True, "sort": True})
    _printing(page, form, rows=(0, _HEADER_AT))
    page.set_landscape()
    page.print_area(0, 0, max(row, _HEADER_AT + 1), _LAST)
    page.activate()


def _row(page: Worksheet, paint: _Paint, row: int, item: Item, earlier: float | None, now: Statement | None) -> None:
    for column, words in (
        ("item", item.item_zh if item.item != "fact" else "其他事实"),
        ("good", item.good_zh),
        ("process", item.process_zh),
        ("partner", item.partner_zh or ("合计" if item.item in ("sent", "received", "hauled") else "")),
    ):
        _write(page, row, AT[column], words, paint.text)
    place = AT["value"]
    if now is None:
        page.write_blank(row, place, None, paint.value)
    else:
        page.write_number(row, place, _shown(now.value, item), paint.value)
    sources = load_words().shown
    _write(page, row, AT["unit"], item.unit, paint.choice)
    _write(page, row, AT["source"], sources["sources", now.source if now is not None else item.source], paint.choice)
    if earlier is None:
        page.write_blank(row, AT["before"], None, paint.before)
    else:
        page.write_number(row, AT["before"], earlier, paint.before)
    _write(page, row, AT["remark"], item.note, paint.remark)
    _write(page, row, AT["key"], item.key, paint.key)
    page.data_validation(row, place, row, place, _range(item))
    units = list(dict.fromkeys((item.unit, *CHOICES.get(item.base, ()))))
    page.data_validation(row, AT["unit"], row, AT["unit"], _choice("单位", units))
    names = [words for (kind, _), words in sources.items() if kind == "sources"]
    page.data_validation(row, AT["source"], row, AT["source"], _choice("来源", names))
    if earlier:
        page.conditional_format(
            row,
            place,
            row,
            place,
            {
                "type": "formula",
                "criteria": _slip_formula(row, item),
                "format": paint.slip,
            },
        )


def _slip_formula(row: int, item: Item) -> str:
    """Whether the figure, in the unit that last month's stands in, is far from last month's."""
    value, unit, old = (f"${chr(65 + AT[column])}${row + 1}" for column in ("value", "unit", "before"))
    return f'=AND(ISNUMBER({value}),{unit}="{item.unit}",OR({value}>{SLIP:g}*{old},{value}*{SLIP:g}<{old}))'


def _range(item: Item) -> dict[str, Any]:
    most = 100.0 if item.base == "" and item.item == "content" else None
    told = f"{item.label}，单位 {item.unit}"[:250]
    common = {
        "validate": "decimal",
        "input_title": "填数字"[:32],
        "input_message": told,
        "error_title": "不是可用的数",
        "ignore_blank": True,
    }
    if most is not None:
        return {**common, "criteria": "between", "minimum": 0, "maximum": most, "error_message": "应为 0 到 100 的数。"}
    return {**common, "criteria": ">=", "value": 0, "error_message": "应为 0 或正数，不写单位、不写逗号以外的字。"}


def _choice(what: str, words: Sequence[str]) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(words),
        "error_title": f"没有这个{what}",
        "error_message": f"请在下拉中选一个{what}。",
    }


def _uses_sheet(book: Workbook, paint: _Paint, form: Form, library: Library) -> None:
    """What each item is used for: the balances that it closes, the indicators that it serves."""
    page = book.add_worksheet(USES)
    _columns(page, [40, 38, 52])
    _heading(page, paint, form, "每一项用来做什么", 2)
    for place, words in enumerate(("填报项", "用于哪条平衡", "用于哪些指标")):
        _write(page, 2, place, words, paint.head)
    indicators = library.indicators
    for row, item in enumerate(form.items, start=3):
        _write(page, row, 0, item.label, paint.wrapped)
        _write(page, row, 1, "\n".join(item.balances) or "不进平衡", paint.wrapped)
        named = [indicators[key].name_zh for key in item.indicators if key in indicators]
        _write(page, row, 2, "；".join(named) or "不直接进指标，供核对", paint.wrapped)
    page.freeze_panes(3, 1)
    page.protect()
    _printing(page, form, rows=(0, 2))


def _partners_sheet(book: Workbook, paint: _Paint, form: Form, region: Region) -> None:
    """With whom the firm is known to deal, and what the other side is asked of the same flow."""
    page = book.add_worksheet(PARTNERS)
    _columns(page, [16, 36, 12, 30, 40])
    _heading(page, paint, form, "往来方", 4)
    for place, words in enumerate(("简称", "名称", "环节", "往来的物料", "对方报什么")):
        _write(page, 2, place, words, paint.head)
    row = 3
    for partner in dict.fromkeys(item.partner for item in form.items if item.partner):
        items = [item for item in form.items if item.partner == partner]
        goods = "；".join(dict.fromkeys(f"{item.good_zh}（{'发' if item.item == 'sent' else '收'}）" for item in items))
        firm = region.firm(partner)
        if partner.partition(":")[0] == OUTSIDE:
            cells = (items[0].partner_zh, "区域以外的各家，合计填报", "—", goods, "不报；只有本企业这一边的数")
        else:
            other = {"sent": "收到量", "received": "发出量"}
            asked = "；".join(dict.fromkeys(f"{i.good_zh} {other[i.item]}" for i in items if i.item in other))
            if any(i.group == "sent" and i.base == "kWh" for i in items):
                asked = "用电量"
            cells = (
                items[0].partner_zh,
                firm.name if firm is not None else partner,
                KIND_ZH.get(firm.kind, firm.kind) if firm is not None else "—",
                goods,
                asked,
            )
        for place, words in enumerate(cells):
            _write(page, row, place, words, paint.wrapped)
        row += 1
    if row == 3:
        _write(page, row, 0, "没有已知的往来方。", paint.note)
    page.protect()
    _printing(page, form, rows=(0, 2))


def _notes_sheet(book: Workbook, paint: _Paint, form: Form) -> None:
    page = book.add_worksheet(NOTES)
    _columns(page, [14, 96])
    _heading(page, paint, form, "怎么填", 1)
    for row, (about, words) in enumerate(_NOTES, start=3):
        _write(page, row, 0, about, paint.wrapped)
        _write(page, row, 1, words, paint.wrapped)
    page.protect()
    _printing(page, form, rows=(0, 0))


_NOTES = (
    ("一数一报", "每个数只向一家问一次。收发两边都知道的流，发的一方报发出量，收的一方报收到量，两边不必先对平。"),
    ("空与零", "空着表示没报，平衡时按未知处理；0 表示确实没有发生。没有把握的数照填，来源选“估算”。"),
    (
        "单位",
        "默认单位写在每行；可在下拉中换，换了单位数值也要跟着换。同上月相差五倍以上时底色变浅黄，请核对单位和小数点。",
    ),
    (
        "来源",
        "磅单：过磅单据月累计。表计：电表、气表、流量计。盘点：月末实盘。报表：统计或财务报表。调查：询问或抽样。估算：没有单据的估计。",
    ),
    ("期初库存", "只在第一次报的月份出现，以后取上月的期末库存。"),
    ("合计", "“合计”一行包含同一物料的全部去向或来源，其中越过区域边界的另填“区外”一行。"),
    ("行与公式", "行可以排序，不要插入、删除或只复制几格。公式按算出的值读入；没有算出值的公式会被指出。"),
    ("改正", "发现报错，改后重新上传同一份表即可；导入前会列出改了哪些数，有一处不对则全部不导入。"),
)


def _machine_sheet(book: Workbook, form: Form) -> None:
    page = book.add_worksheet(MACHINE)
    rows = (
        ("format", FORMAT),
        ("firm", form.firm.id),
        ("month", form.month),
        ("region", form.region),
        ("items", str(len(form.items))),
        ("simulated", "1" if form.simulated else "0"),
    )
    for row, (key, value) in enumerate(rows):
        page.write_string(row, 0, key)
        page.write_string(row, 1, value)
    page.very_hidden()
    page.protect()


# ---- small parts ----------------------------------------------------------------------------------------------------


def _earlier(form: Form, statements: Iterable[Statement]) -> dict[str, Statement]:
    from dataclasses import replace

    return answers(replace(form, month=previous_month(form.month)), statements)


def _values(found: Mapping[str, Statement], form: Form) -> dict[str, float]:
    items = form.by_key()
    return {key: _shown(one.value, items[key]) for key, one in found.items()}


def _shown(value: float, item: Item) -> float:
    """A figure of the engine in the unit of the form."""
    return scaled(value, 1 / factor(item.unit, item.base)) if item.unit != item.base else value


def _columns(page: Worksheet, widths: Iterable[float]) -> None:
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    page.hide_gridlines(2)


def _heading(page: Worksheet, paint: _Paint, form: Form, words: str, last: int) -> None:
    page.set_row(0, 26)
    _write(page, 0, 0, f"{words} · {form.firm.short} {form.month}", paint.title)
    if form.simulated:
        _write(page, 0, last, "模拟数据", paint.mark)


def _write(page: Worksheet, row: int, place: int, words: str, style: Format) -> None:
    """A text as a text, whatever it begins with."""
    if words:
        page.write_string(row, place, words[:LONGEST], style)
    else:
        page.write_blank(row, place, None, style)


def _printing(page: Worksheet, form: Form, *, rows: tuple[int, int]) -> None:
    page.set_paper(9)
    page.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.repeat_rows(*rows)
    words = f"{form.firm.short} {form.month}".replace("&", "&&")[:80]
    page.set_footer(f"&L{words}&C&P / &N" + ("&R模拟数据" if form.simulated else ""))
