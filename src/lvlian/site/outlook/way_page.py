"""The pathway as its page takes it: moves, schedule, metal by quarter, prices of limits, money by year, what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lvlian.site import saying
from lvlian.site.outlook.goal_figures import COUNTED, GoalFigures, places_for
from lvlian.site.outlook.origins import pick
from lvlian.site.outlook.selectors_scenario import Room
from lvlian.site.outlook.wanted import WAN, season
from lvlian.site.outlook.way import Way

SMALL = 5e-4
"""Shares of a goal that are not worth a word."""
FLOWS = 8
OTHERS = 3
NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True)
class MoveRow:
    """A move; `gain` for the goal that is looked at, `more` what it does to others. `day` the last day, `item` the item that it became."""

    number: int
    key: str
    kind: str
    words: str
    who: str
    when: str
    gain: str
    more: str
    cost: str
    assumed: bool
    item: Any = None


def aim_of(room: Room, way: Way, rows: Sequence[GoalFigures]) -> GoalFigures | None:
    """The goal that gains are told for: the address's, else the one short before that the moves bring nearest."""
    known = {one.aim.id: one for one in rows if one.known}
    if room.turned.aim in known:
        return known[room.turned.aim]

    def brought(one: GoalFigures) -> float:
        row = way.goals[one.aim.id]
        if row["before"] is None or row["after"] is None or not row["short_before"]:
            return 0.0
        return abs(row["after"] - row["before"]) / max(abs(one.aim.value), 1e-9)

    whole = [one for one in known.values() if not one.aim.firm and not one.about]
    sums = [one for one in whole if one.aim.unit not in (*COUNTED, "%") and brought(one) > SMALL]
    return max(sums or whole or list(known.values()), key=brought, default=None)


def moves_of(way: Way, rows: Sequence[GoalFigures], aim: GoalFigures | None, taken: Mapping[str, Any]) -> list[MoveRow]:
    goals = {one.aim.id: one for one in rows}
    out = []
    for number, move in enumerate(way.data["moves"], start=1):
        gain = move["gain"]
        told = saying.DASH if gain is None or aim is None else gained(gain.get(aim.aim.id, 0.0), aim)
        others = [] if gain is None else sorted(
            (key for key in gain if key in goals and (aim is None or key != aim.aim.id) and abs(gain[key]) > SMALL * max(abs(goals[key].aim.value), 1e-9)),
            key=lambda key: -abs(gain[key]) / max(abs(goals[key].aim.value), 1e-9),
        )  # fmt: skip
        more = _("；").join(f"{named(goals[key])} {amount(gain[key], goals[key])}" for key in others[:2])
        if gain is None:
            more = _("没有它，其余动作也做不成")
        out.append(
            MoveRow(
                number=number, key=move["key"], kind=move["kind"], words=pick(move["zh"], move["en"]), who=move["who"], when=_when(move), gain=told, more=more,
                cost=saying.number(round(move["cost"] / WAN)), assumed=bool(move["assumed"]), item=taken.get(taken_key(move["key"])),
            )
        )  # fmt: skip
    return out


def taken_key(key: str) -> str:
    """A move's key as it is kept with its item."""
    return key[:200]


def named(one: GoalFigures) -> str:
    return _("%(year)s年%(goal)s") % {"year": one.aim.year, "goal": one.title}


def gained(value: float, one: GoalFigures) -> str:
    """What a move buys of a goal, with a sign."""
    places = 0 if places_for((one.aim.value,), one.aim.unit) == 0 and abs(value) >= 10 else 1 if abs(value) >= 1 else 2
    if one.aim.unit in COUNTED:
        places = 0
    elif abs(one.aim.value) < 10 and abs(value) < 0.1:
        places = 3
    if round(value, places) == 0:
        return "0"
    return saying.number(value, places, sign=True)


def amount(value: float, one: GoalFigures) -> str:
    """What is bought, with its unit."""
    unit = _("个百分点") if one.aim.unit == "%" else one.aim.unit
    return f"{gained(value, one)} {unit}"


def _when(move: Mapping[str, Any]) -> str:
    if move["day"]:
        return str(move["day"][:7])
    return _("%(quarter)s起") % {"quarter": season(move["when"])} if move["kind"] == "link" else season(move["when"])


@dataclass(frozen=True)
class Together:
    """All moves: `gain` as the projection of the finished case says it, for the goal that is looked at; `tail` what is then still lacking."""

    words: str
    gain: str
    cost: str
    tail: str
    lost: str = ""


def together(way: Way, rows: Sequence[GoalFigures], aim: GoalFigures | None) -> Together:
    count = len(way.data["moves"])
    number = pick(NUMBERS[count - 1], str(count)) if 0 < count <= len(NUMBERS) else str(count)
    gain = saying.DASH
    tail = ""
    if aim is not None:
        row = way.goals[aim.aim.id]
        if row["after"] is not None and row["before"] is not None:
            gain = gained(row["after"] - row["before"], aim)
        told = {
            "goal": named(aim),
            "figure": aim.told,
            "unit": aim.aim.unit,
            "chance": saying.chance(aim.chance),
            "target": aim.target,
        }
        tail = _("都做之后%(goal)s %(figure)s %(unit)s，规划 %(target)s") % told
        if aim.chance is not None:
            tail += _("，达成概率 %(chance)s") % told
    return Together(
        _("%(number)s项都做（有重叠，已复算）") % {"number": number}, gain, saying.number(round(way.data["cost"] / WAN)), tail,
        _("，").join(lost(way, rows)[:4]),
    )  # fmt: skip


def remains(way: Way, rows: Sequence[GoalFigures]) -> list[dict[str, Any]]:
    """Goals that stay short with all moves, the farthest first."""
    out = []
    for one in rows:
        row = way.goals[one.aim.id]
        if one.known and row["met"] is False and row["short"]:
            share = row["short"] / max(abs(one.aim.value), 1e-9)
            out.append(
                {
                    "row": one,
                    "short": saying.number(row["short"], one.places),
                    "unit": one.aim.unit,
                    "name": named(one),
                    "share": share,
                }
            )
    return sorted(out, key=lambda row: -row["share"])


def lost(way: Way, rows: Sequence[GoalFigures]) -> list[str]:
    """Goals that the moves take from, to serve others."""
    out = []
    for one in rows:
        row = way.goals[one.aim.id]
        if (
            one.known
            and row["before"] is not None
            and row["short"] > row["short_before"] + 2 * SMALL * max(abs(one.aim.value), 1e-9)
        ):
            out.append(f"{named(one)} {amount(row['after'] - row['before'], one)}")
    return out


# The schedule ---------------------------------------------------------------------------------------------------------------
def schedule_of(way: Way) -> list[dict[str, Any]]:
    """Projects by first output before and after; those that move come first."""
    out = []
    for row in way.data["schedule"]:
        before, after, shift = row["before"], row["after"], row["shift"]
        moved = shift not in (None, 0) or bool(before) != bool(after)
        if after is None and before is None:
            told = _("期内不投产")
        elif after is None:
            told = _("让出要素，期内不投产")
        elif before is None:
            told = _("排上")
        elif not shift:
            told = _("不变")
        else:
            told = (_("晚 %(n)s 季") if shift > 0 else _("早 %(n)s 季")) % {"n": abs(shift)}
        out.append({
            "id": row["project"], "name": row["name"], "before": before or "", "after": after or "", "told": told, "moved": moved, "shift": shift or 0,
            "optional": row["optional"],
        })  # fmt: skip
    return sorted(out, key=lambda row: (not row["moved"], row["after"] or "9999", row["name"]))


def gantt(rows: Sequence[Mapping[str, Any]], way: Way, today: date) -> dict[str, Any]:
    """Only what moves: from today to the day before and the day after."""
    quarters = way.data["quarters"]
    first, last = _month(quarters[0], False), _month(quarters[-1], True)
    end = f"{int(last[:4]) + 1}-12"  # room for the words of the last marks
    out = []
    for row in rows:
        if not row["moved"]:
            continue
        before, after = row["before"], row["after"]
        begin = today.isoformat()
        bars, marks = [], []
        until = after or before
        if after and begin < after:
            bars.append({"from": begin, "to": min(filter(None, (before, after))), "kind": "planned"})
        if before and after and after > before:
            bars.append({"from": before, "to": after, "kind": "late"})
        elif before and after:
            bars.append({"from": after, "to": before, "kind": "assumed"})
        elif before and not after:
            bars.append({"from": begin, "to": before, "kind": "assumed"})
        if before:
            marks.append(
                {
                    "at": before,
                    "kind": "promised",
                    "text": "" if after else _("原 %(day)s 投产，让出") % {"day": before[:7]},
                }
            )
        if after:
            text = (
                _("投产　%(before)s → %(after)s") % {"before": before[:7], "after": after[:7]}
                if before
                else _("排上，%(after)s 投产") % {"after": after[:7]}
            )
            marks.append({"at": after, "kind": "now", "text": text})
        out.append(
            {
                "name": row["name"],
                "capacity": "",
                "light": "warn" if until == before or (row["shift"] or 0) > 0 else "ok",
                "word": row["told"],
                "reason": "",
                "bars": bars,
                "marks": marks,
            }
        )
    return {"from": first, "to": end, "today": today.isoformat(), "rows": out}


def _month(quarter: str, last: bool) -> str:
    year, _sep, number = quarter.partition("-Q")
    return f"{year}-{int(number) * 3 - (0 if last else 2):02}"


# Metal, power, money --------------------------------------------------------------------------------------------------------
def flows_of(room: Room, way: Way) -> dict[str, Any]:
    """Who supplies whom by quarter, 万吨, largest first."""
    names = room.case.names
    goods = room.base.live.library.goods if room.base.live is not None else {}
    rows = []
    for link in way.data["links"]:
        tonnes = [one / WAN for one in link["tonnes"]]
        good = goods.get(link["good"])
        rows.append({
            "good": pick(link["zh"], good.en if good is not None else ""), "source": names.get(link["source"], link["source"]), "target": names.get(link["target"], link["target"]),
            "known": link["known"], "sum": sum(tonnes), "each": [saying.number(one, 2) if one else saying.DASH for one in tonnes], "raw": tonnes, "total": saying.number(sum(tonnes), 1),
        })  # fmt: skip
    rows.sort(key=lambda row: -row["sum"])
    rest = rows[FLOWS:]
    told = {"n": len(rest)}
    others = {
        "good": _("其余 %(n)d 条") % told, "source": "", "target": "", "each": [saying.number(sum(column), 2) for column in zip(*(row["raw"] for row in rest), strict=True)],
        "total": saying.number(sum(row["sum"] for row in rest), 1),
    }  # fmt: skip
    return {
        "quarters": [season(one) for one in way.data["quarters"]],
        "rows": [*rows[:FLOWS], others] if rest else rows,
        "all": rows,
    }


def flow_chart(flows: Mapping[str, Any]) -> dict[str, Any]:
    """Stacked bars by quarter; the five largest by name, the rest together."""
    rows, top = flows["all"], flows["all"][:5]
    series = [{"name": f"{row['source']} → {row['target']}　{row['good']}", "raw": row["raw"]} for row in top]
    if rest := rows[5:]:
        series.append(
            {"name": _("其他"), "raw": [sum(row["raw"][q] for row in rest) for q in range(len(flows["quarters"]))]}
        )
    short = [one.replace("年", "\n") for one in flows["quarters"]]
    return {
        "legend": {"top": 0, "left": 0, "itemWidth": 12, "itemHeight": 8, "icon": "rect", "textStyle": {"fontSize": 12}},
        "grid": {"left": 40, "right": 8, "top": 56, "bottom": 42}, "xAxis": {"type": "category", "data": short}, "yAxis": {"type": "value", "name": ""},
        "series": [
            {
                "name": one["name"], "type": "bar", "stack": "all", "barMaxWidth": 42,
                "data": [
                    {"value": round(value, 3), "name": quarter, "tip": [one["name"], _("%(n)s 万吨") % {"n": saying.number(value, 2)}]}
                    for value, quarter in zip(one["raw"], flows["quarters"], strict=True)
                ],
            }
            for one in series
        ],
    }  # fmt: skip


def sources_of(room: Room, way: Way) -> list[dict[str, Any]]:
    """Electricity beside the quota, 亿 kWh by quarter."""
    from lvlian.outlook.pathway import load_options

    options, out = load_options(), []
    for key, row in way.data["sources"].items():
        name = key.split(" ")[0]
        table = options.power.get(name, {})
        out.append({
            "name": pick(str(table.get("zh", name)), str(table.get("en", name))), "each": [saying.number(one / 1e8, 2) if one else saying.DASH for one in row], "total": saying.number(sum(row) / 1e8, 2),
        })  # fmt: skip
    return out


def prices_of(way: Way) -> list[dict[str, Any]]:
    return [
        {"name": pick(row["name"], row.get("name_en", "")), "words": pick(row["zh"], row["en"]), "sure": row["sure"]}
        for row in way.data["prices"]
    ]


def money_of(way: Way) -> dict[str, Any]:
    """By year in 亿元, and what is left at the end."""
    rows = way.data["money"]
    fields = ("investment", "annual", "moves", "margin", "residual")

    def told(value: float) -> str:
        return saying.number(value / 1e8, 2) if value else "0"

    out = [{"year": row["year"], **{key: told(row[key]) for key in fields}, "last": row is rows[-1]} for row in rows]
    return {"rows": out, "total": {key: told(sum(row[key] for row in rows)) for key in fields}}


def totals_of(way: Way) -> list[dict[str, str]]:
    before, after = way.data["before"], way.data["after"]
    told = (
        ("jobs", _("就业（项目带来）"), _("人"), 1.0, 0), ("value", _("产值（推演期合计）"), _("亿元"), 1e8, 1), ("carbon", _("碳排（推演期合计）"), _("万吨 CO₂e"), 1e4, 1),
    )  # fmt: skip
    return [
        {
            "name": name, "unit": unit, "before": saying.number(before[key] / size, places), "after": saying.number(after[key] / size, places),
            "change": saying.number((after[key] - before[key]) / size, places, sign=True),
        }
        for key, name, unit, size, places in told
        if before[key] or after[key]
    ]  # fmt: skip


# What it rests on -----------------------------------------------------------------------------------------------------------
def rests_on(way: Way) -> list[dict[str, str]]:
    """The assumptions that were used: what they are about, their figures, whose they are."""
    from lvlian.outlook.pathway import load_options

    options = load_options()
    money, kinds = options.money, {move["kind"] for move in way.data["moves"]}
    source = pick(str(options.source["zh"]), str(options.source["en"]))
    percent = saying.percent
    rows = [
        (
            _("折现率"),
            _("%(rate)s 一年；贷款 %(loan)s，债券 %(bond)s")
            % {
                "rate": percent(money["discount"], 1),
                "loan": percent(money["rates"]["loan"], 1),
                "bond": percent(money["rates"]["bond"], 1),
            },
        ),
        (
            _("建设摊多少年"),
            _("一般 %(n)s 年，电解 %(m)s 年；期末没有摊完的算残值")
            % {"n": money["life"]["default"], "m": money["life"]["primary"]},
        ),
        (
            _("没报投资的项目"),
            _("一般 %(n)s 元、电解 %(m)s 元，按吨年产能")
            % {"n": saying.number(money["investment"]["default"]), "m": saying.number(money["investment"]["primary"])},
        ),
        (_("目标可让出"), _("%(share)s 以内不花大钱去补") % {"share": percent(options.goals["slack"], 1)}),
    ]
    projects = options.projects
    if kinds & {"sooner", "later", "start", "drop"}:
        rows.append((
            _("项目提前、推后"), _("每提前一季加投资的 %(soon)s，每推后一季 %(late)s，期内不投产 %(drop)s；最多提前 %(n)s 季") % {
                "soon": percent(projects["sooner_cost"], 1), "late": percent(projects["later_cost"], 1), "drop": percent(projects["dropped_cost"]), "n": projects["sooner"],
            },
        ))  # fmt: skip
    used = {move["data"].get("kind") for move in way.data["moves"] if move["kind"] == "factor"}
    for key, table in options.factors.items():
        if key in used:
            rows.append(
                (
                    _("要素提前：%(way)s") % {"way": pick(table["zh"], table["en"])},
                    _("每季 %(n)s 万元，最多 %(m)s 季") % {"n": saying.number(table["cost"] / WAN), "m": table["most"]},
                )
            )
    for key, table in options.power.items():
        if any(move["key"].startswith(f"power:{key}:") for move in way.data["moves"]):
            rows.append(
                (
                    pick(table["zh"], table["en"]),
                    _("比网内贵 %(n)s 元/kWh，最多占指标 %(m)s") % {"n": table["price"], "m": percent(table["share"])},
                )
            )
    if "land" in kinds:
        rows.append(
            (
                _("增报用地"),
                _("一批 %(n)s 亩，每亩 %(m)s 元，%(q)s 季到供地")
                % {"n": options.lots["size"], "m": saying.number(options.lots["cost"]), "q": options.lots["lead"]},
            )
        )
    if "retrofit" in kinds:
        rows.append(
            (
                _("电解节能改造"),
                _("每吨年产能 %(n)s 元，降到 %(m)s kWh/t")
                % {"n": options.retrofit["cost"], "m": saying.number(options.retrofit["to"])},
            )
        )
    if "link" in kinds:
        rows.append((_("县内新供料"), _("每吨 %(n)s 元（合同、运具、短驳）") % {"n": options.links["cost"]}))
    return [{"name": name, "words": words, "source": source} for name, words in rows]


def notes_of(way: Way) -> list[str]:
    return [pick(zh, en) for zh, en in way.data["notes"]]


# Other ways -----------------------------------------------------------------------------------------------------------------
def columns_of(room: Room, found: Sequence[Mapping[str, Any]], aims: Sequence[GoalFigures]) -> dict[str, Any]:
    """Ways side by side: cost and goals of each, and the quarter of first output of the projects in which they differ."""
    quarters = room.case.quarters
    taken = [dict(one["chosen"]) for one in found]
    keys = [
        key for key in dict.fromkeys(key for one in taken for key in one) if len({one.get(key) for one in taken}) > 1
    ]

    def when(place: int | None) -> str:
        if place is None or place >= 999:
            return _("期内不投产")
        return season(str(quarters[place])) if place < len(quarters) else _("推演期后")

    goals = []
    for one in aims:
        figures = [row["figures"].get(one.aim.id) for row in found]
        if any(value is None or value != value for value in figures):
            continue
        told = [saying.number(value, one.places) for value in figures]
        goals.append({"name": named(one), "unit": one.aim.unit, "cells": told, "differ": len(set(told)) > 1})
    first = found[0]["cost"]
    return {
        "names": [_("首选"), *(pgettext("way", "另一组 %(n)s") % {"n": number} for number in range(1, len(found)))],
        "cost": [saying.number(round(one["cost"] / WAN)) for one in found], "more": [saying.number(round((one["cost"] - first) / WAN), sign=True) for one in found],
        "goals": [row for row in goals if row["differ"]][:6] or goals[:3],
        "projects": [{"name": _choice(room, key), "cells": [when(one.get(key)) for one in taken], "firsts": [one.get(key) == taken[0].get(key) for one in taken]} for key in keys],
    }  # fmt: skip


def _choice(room: Room, key: str) -> str:
    """What a choice is about: a project, or a line that is brought to the benchmark or retired."""
    for project in room.case.projects:
        if project.id == key:
            return project.name
    kind, _sep, plant = key.partition(":")
    firm = next((one.firm for one in room.case.plants if one.id == plant), "")
    words = {"retrofit": _("%(firm)s 电解节能改造"), "retire": _("%(firm)s 旧槽退出")}.get(kind)
    return words % {"firm": room.case.names.get(firm, firm)} if words else key


def objectives(aims: Sequence[GoalFigures]) -> list[tuple[str, str, str, float]]:
    """What two of can be set against each other: key, name, unit, by how much a figure is divided."""
    whole = [one for one in aims if one.known and one.aim.value]
    return [
        ("cost", _("动作花费"), _("万元"), WAN), ("value", _("产值"), _("亿元"), 1e8), ("jobs", _("就业"), _("人·季"), 1.0), ("carbon", _("碳排"), _("万吨"), WAN),
        *((one.aim.id, named(one), one.aim.unit, 1.0) for one in whole),
    ]  # fmt: skip


def front_chart(
    points: Sequence[Mapping[str, Any]], first: tuple[str, str, str, float], second: tuple[str, str, str, float]
) -> dict[str, Any]:
    rows = [(one["first"] / first[3], one["second"] / second[3], one["cost"] / WAN) for one in points]
    return {
        "grid": {"left": 64, "right": 24, "top": 28, "bottom": 44},
        "xAxis": {"type": "value", "name": f"{first[1]}{_('，')}{first[2]}", "nameLocation": "middle", "nameGap": 28, "scale": True},
        "yAxis": {"type": "value", "name": f"{second[1]}{_('，')}{second[2]}", "scale": True},
        "series": [{
            "name": _("取舍"), "type": "line", "symbol": "circle", "symbolSize": 8,
            "data": [
                {"value": [round(x, 4), round(y, 4)], "name": _("第 %(n)s 点") % {"n": n}, "tip": [f"{first[1]} {saying.number(x, 1)} {first[2]}", f"{second[1]} {saying.number(y, 1)} {second[2]}", _("动作花费 %(n)s 万元") % {"n": saying.number(round(cost))}]}
                for n, (x, y, cost) in enumerate(rows, start=1)
            ],
        }],
    }  # fmt: skip
