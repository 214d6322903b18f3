"""The pathway, and the conflicts, as a workbook and as a paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.account.workbook import Cell, workbook
from lvlian.site.org.access import Access
from lvlian.site.outlook import way_page
from lvlian.site.outlook.clashes import Clash
from lvlian.site.outlook.goal_figures import GoalFigures
from lvlian.site.outlook.scenario_files import Sheet, notes, paper
from lvlian.site.outlook.selectors_scenario import Room
from lvlian.site.outlook.wanted import WAN, Wanted, aims_told, season, wants_told
from lvlian.site.outlook.way import Way


def asked(wanted: Wanted) -> list[list[Cell]]:
    budget = _("不限") if wanted.budget is None else _("%(n)s 万元") % {"n": saying.number(wanted.budget)}
    return [
        [_("目标怎样算够"), aims_told()[wanted.aims]],
        [_("求什么"), wants_told()[wanted.want]],
        [_("预算"), budget],
    ]


def sheets(
    room: Room, way: Way, rows: Sequence[GoalFigures], aim: GoalFigures | None, taken: dict[str, Any]
) -> list[Sheet]:
    goals: list[list[Cell]] = [
        [one.aim.year, one.title, one.aim.unit, one.target, _round(one.base, one), _round(one.value, one), _round(way.goals[one.aim.id]["short"], one), one.interval, saying.chance(one.before), saying.chance(one.chance)]
        for one in rows
        if one.known
    ]  # fmt: skip
    gain = (
        _("多得")
        if aim is None
        else _("多得（%(goal)s，%(unit)s）") % {"goal": way_page.named(aim), "unit": aim.aim.unit}
    )
    moves: list[list[Cell]] = []
    for row, move in zip(way_page.moves_of(way, rows, aim, taken), way.data["moves"], strict=True):
        told = None if move["gain"] is None or aim is None else round(move["gain"].get(aim.aim.id, 0.0), 4)
        moves.append(
            [
                row.number,
                row.words,
                row.who,
                row.when,
                told,
                row.more,
                round(move["cost"] / WAN),
                _("假设") if row.assumed else "",
                row.item.title if row.item else "",
            ]
        )
    whole = way_page.together(way, rows, aim)
    if moves:
        moves.append(["", whole.words, "", "", whole.gain, whole.tail, round(way.data["cost"] / WAN), "", ""])
    schedule: list[list[Cell]] = [
        [row["name"], row["before"], row["after"], row["told"]] for row in way_page.schedule_of(way)
    ]
    quarters = [season(one) for one in way.data["quarters"]]
    flows: list[list[Cell]] = [
        [row["good"], row["source"], row["target"], *(round(one, 4) for one in row["raw"])]
        for row in way_page.flows_of(room, way)["all"]
    ]
    prices: list[list[Cell]] = [[row["name"], row["words"]] for row in way_page.prices_of(way)]
    money: list[list[Cell]] = [
        [row["year"], *(round(row[key] / 1e8, 4) for key in ("investment", "annual", "moves", "margin", "residual"))]
        for row in way.data["money"]
    ]
    rests: list[list[Cell]] = [[row["name"], row["words"], row["source"]] for row in way_page.rests_on(way)]
    return [
        (_("可做的动作"), [_("序"), _("动作"), _("由谁"), _("何时"), gain, _("还影响"), _("花费，万元"), _("花费依据"), _("已转台账")], moves),
        (_("目标前后"), [_("年份"), _("目标"), _("单位"), _("规划"), _("不动"), _("都做"), _("还差"), _("80% 区间"), _("概率，不动"), _("概率，都做")], goals),
        (_("项目排期"), [_("项目"), _("不动"), _("都做"), _("变化")], schedule),
        (_("金属供给，万吨"), [_("品种"), _("由"), _("供"), *quarters], flows),
        (_("紧的条件值多少"), [_("条件"), _("多一点值多少")], prices),
        (_("分年资金，亿元"), [_("年份"), _("投资"), _("年摊"), _("动作花费"), _("运行毛利"), _("期末残值")], money),
        (_("用了哪些假设"), [_("项"), _("取值"), _("来源")], rests),
    ]  # fmt: skip


def clash_sheets(rows: Sequence[Clash]) -> list[Sheet]:
    said: list[list[Cell]] = []
    fixes: list[list[Cell]] = []
    for row in rows:
        said.append([row.word, "", row.title, row.kind])
        said += [[row.word, one.mark, one.words, one.place] for one in row.statements]
        said += [[row.word, _("算"), f"{line.left} {line.sign} {line.right}", ""] for line in row.lines]
        fixes += [[row.word, fix.mark, fix.words, fix.price, fix.verdict, fix.why, fix.assumed] for fix in row.fixes]
    return [
        (_("不能都成立的话"), [_("冲突"), _("甲乙丙"), _("句子、算式"), _("章节")], said),
        (_("只改一处的办法"), [_("冲突"), _("改哪句"), _("办法"), _("代价"), _("复算"), _("为何不可行"), _("代价的假设")], fixes),
    ]  # fmt: skip


def excel(
    access: Access, room: Room, tables: Sequence[Sheet], title: str, more: Sequence[Sequence[Cell]] = ()
) -> bytes:
    return workbook([*tables, (_("说明"), [_("项"), _("内容")], [[_("表"), title], *notes(access, room)[1:], *more])])


def word(access: Access, room: Room, tables: Sequence[Sheet], title: str, more: Sequence[Sequence[Cell]] = ()) -> bytes:
    return paper(title, [*notes(access, room), *more], tables)


def _round(value: float | None, one: GoalFigures) -> float | None:
    return None if value is None else round(value, one.places + 1)
