"""A scenario as a workbook and as a paper: goals before and after, what was turned, what holds each quarter back, what moves the result, conflicts."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.account.indicator_files import EXCEL, WORD
from lvlian.site.account.workbook import Cell, workbook
from lvlian.site.org.access import Access
from lvlian.site.outlook.origins import note_of, pick
from lvlian.site.outlook.overlay import name_of, scale_of, shown_of
from lvlian.site.outlook.selectors_scenario import Room, conflicts_of
from lvlian.site.outlook.tornado import bars_of

Sheet = tuple[str, Sequence[str], list[list[Cell]]]


def notes(access: Access, room: Room) -> list[list[Cell]]:
    """What the file is, of when and by whom."""
    user, ground, scenario = access.user, room.ground, room.turned.scenario
    told: list[list[Cell]] = [
        [_("表"), _("推演")],
        [_("地区"), room.region.name],
        [
            _("情景"),
            scenario.name
            if scenario is not None and room.turned.kept
            else _("未存的改动")
            if room.overlay
            else _("基准"),
        ],
        [_("数据截至"), saying.day(ground.case.today)],
        [_("规划"), ground.version.plan.title],
        [
            _("起点"),
            _("链账 %(first)s 至 %(last)s") % {"first": ground.months[0], "last": ground.months[-1]}
            if ground.months
            else str(ground.why_plan_alone),
        ],
        [_("抽样"), _("%(n)d 次，每个情景用同一批") % {"n": room.risk.draws}],
        [_("导出人"), f"{user.name}（{user.username}）" if user is not None else saying.DASH],
        [_("导出时间"), saying.clock(timezone.now())],
    ]
    if scenario is not None:
        told.insert(3, [_("理由"), scenario.reason])
    if ground.simulated:
        told.append([_("模拟"), _("本表含演示数据")])
    return told


def goal_lines(room: Room) -> list[list[Cell]]:
    out: list[list[Cell]] = []
    for one in room.goals:
        if not one.known:
            out.append(
                [one.aim.year or "", one.title, one.aim.unit, one.target, None, None, None, "", "", "", "", one.missing]
            )
            continue
        out.append([
            one.aim.year or "", one.title, one.aim.unit, one.target, _round(one.base, one.places), _round(one.value, one.places), _round(one.gap, one.places),
            one.interval, saying.chance(one.before), saying.chance(one.chance), one.variant, _("；").join(one.notes),
        ])  # fmt: skip
    return out


def goal_heads() -> list[str]:
    return [
        _("年份"), _("目标"), _("单位"), _("规划"), _("基准"), _("推演"), _("差"), _("80% 区间"), _("概率，基准"), _("概率，本情景"), _("口径"), _("缺什么、按什么计"),
    ]  # fmt: skip


def turned_lines(room: Room) -> list[list[Cell]]:
    """What was turned, with where its baseline comes from."""
    base = {one.key: one for one in room.ground.case.premises}
    out: list[list[Cell]] = []
    for key, value in (room.overlay.get("set") or {}).items():
        if key in base:
            one = base[key]
            out.append(
                [
                    name_of(one),
                    scale_of(one)[1],
                    shown_of(one, one.value),
                    shown_of(one, float(value)),
                    note_of(one.ref) or one.ref.section,
                ]
            )
    names = {one.id: one for one in room.ground.case.projects}
    for key in room.overlay.get("drop") or ():
        if key in names:
            out.append([names[key].name, "", _("做"), _("不做"), names[key].ref.section])
    for key, days in (room.overlay.get("dates") or {}).items():
        named = names.get(key) or next((one for one in room.ground.case.factors if one.id == key), None)
        title = getattr(named, "name", "") or getattr(named, "title", "") or key
        out += [[title, stage, "", str(day), ""] for stage, day in days.items()]
    aims = {one.id: one for one in room.ground.case.aims}
    for key, value in (room.overlay.get("aims") or {}).items():
        if key in aims:
            out.append([aims[key].name, aims[key].unit, aims[key].value, float(value), aims[key].ref.section])
    return out


def sheets(room: Room) -> list[Sheet]:
    found: list[Sheet] = [(_("目标"), goal_heads(), goal_lines(room))]
    found.append((_("拨动了什么"), [_("条件"), _("单位"), _("基准"), _("本情景"), _("基准的来源")], turned_lines(room)))
    held: list[list[Cell]] = [
        [
            one.aim.year or "",
            one.title,
            row.quarter,
            pick(row.zh, row.en),
            _round(row.gain, one.places) if row.gain else None,
            one.aim.unit,
        ]
        for one in room.main
        for row in room.projection.bound(one.aim.id)
    ]
    found.append(
        (_("每季度卡在哪里"), [_("年份"), _("目标"), _("季度"), _("卡在"), _("放开后当季多"), _("单位")], held)
    )
    if room.aim is not None:
        bars: list[list[Cell]] = [
            [bar.name, bar.turns[0], bar.changes[0], bar.turns[1], bar.changes[1]] for bar in bars_of(room)
        ]
        unit = room.aim.aim.unit
        found.append(
            (
                _("什么最左右结果"),
                [
                    _("条件"),
                    _("往下拨到"),
                    _("差，%(unit)s") % {"unit": unit},
                    _("往上拨到"),
                    _("差，%(unit)s ") % {"unit": unit},
                ],
                bars,
            )
        )
    late: list[list[Cell]] = [
        [one.name, one.unit_name, saying.day(one.promised) if one.promised else "", saying.day(one.projected) if one.projected else _("期内不投产"), one.late, pick(one.zh, one.en)]
        for one in room.projection.projects
        if one.never or (one.late or 0) > 0
    ]  # fmt: skip
    found.append(
        (_("晚了的项目"), [_("项目"), _("责任单位"), _("规划投产"), _("推演投产"), _("晚几天"), _("为何")], late)
    )
    clashes: list[list[Cell]] = []
    for number, one in enumerate(conflicts_of(room.ground, room.overlay)[0], start=1):
        clashes.append([number, pick(one.title, one.title_en), "", "", "", ""])
        clashes += [[number, said.mark, said.words, said.ref.section, "", ""] for said in one.clauses]
        clashes += [[number, _("算"), pick(line.said(), line.said(chinese=False)), "", "", ""] for line in one.lines]
        clashes += [
            [
                number,
                _("改 %(mark)s") % {"mark": fix.mark},
                pick(fix.zh, fix.en),
                "",
                pick(fix.price_zh, fix.price_en),
                fix.verdict,
            ]
            for fix in one.repairs
        ]
    found.append(
        (
            _("规划自己的话不能都成立"),
            [_("冲突"), _("甲乙丙"), _("句子、算式、改法"), _("章节"), _("代价"), _("复算")],
            clashes,
        )
    )
    return found


def excel(access: Access, room: Room) -> bytes:
    return workbook([*sheets(room), (_("说明"), [_("项"), _("内容")], notes(access, room))])


def word(access: Access, room: Room) -> bytes:
    """A landscape page: notes, then one three-line table after the other."""
    return paper(_("推演"), notes(access, room), sheets(room))


def paper(title: str, head: Sequence[Sequence[Cell]], tables: Sequence[Sheet]) -> bytes:
    """Notes and tables as a Word document; a table without rows is left out."""
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
    area = int((297 - 36) * 1440 / 25.4)
    body = document.element.body
    document.add_paragraph().add_run(title).bold = True
    for label, told in head[1:]:
        document.add_paragraph(f"{label}{_('：')}{told}").paragraph_format.space_after = Pt(0)
    for name, heads, rows in tables:
        if not rows:
            continue
        document.add_paragraph().add_run(name).bold = True
        cells = [[_text(cell) for cell in row] for row in rows]
        right = [place for place in range(len(heads)) if all(not isinstance(row[place], str) for row in rows)]
        body.insert(len(body) - 1, parse_xml(table_markup(heads, cells, right, area)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _round(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places + 1)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else saying.number(float(f"{cell:.6g}"))


FILES: dict[str, tuple[Callable[[Access, Room], bytes], str, str]] = {
    "xlsx": (excel, "xlsx", EXCEL),
    "docx": (word, "docx", WORD),
}
