"""The moves of a pathway in the plan's terms: what is done, by whom, by when, what it costs, what it buys, and the register it is opened in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Contract, Ref
from lvlian.outlook.pathway.build import Built
from lvlian.outlook.pathway.choices import NEVER
from lvlian.outlook.pathway.money import investment_of
from lvlian.outlook.pathway.solve import Plan, Solution, figures
from lvlian.outlook.pipeline.calendar import day_at
from lvlian.quantity.show import figure

Ints = NDArray[np.int64]
LEAST_KWH = 1e4


@dataclass(frozen=True)
class Move:
    """`key` is stable for the same move (opening an item twice is refused by it). `when` the quarter by whose end it must be done, `day` the
    day itself where it is one. `cost` yuan (before discounting), `assumed` True where the cost is an assumption. `gain` aim id → what it
    buys in the aim's unit: with all moves less without this one, solved again; None where the rest cannot stand without it.
    `track` and `data`: the register and fields of an item for it. `undo`: (column, value) pairs that take it back, `shut` columns held at nothing."""

    key: str
    kind: str
    zh: str
    en: str
    who: str
    when: Quarter
    day: date | None
    cost: float
    assumed: bool = True
    gain: Mapping[str, float] | None = None
    refs: tuple[Ref, ...] = ()
    track: str = "duty"
    data: Mapping[str, Any] = field(default_factory=dict)
    undo: tuple[tuple[int, float], ...] = ()
    shut: tuple[int, ...] = ()
    contract: Contract | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key, "kind": self.kind, "zh": self.zh, "en": self.en, "who": self.who, "when": str(self.when),
            "day": self.day.isoformat() if self.day else None, "cost": self.cost, "assumed": self.assumed,
            "gain": None if self.gain is None else dict(self.gain), "track": self.track, "data": dict(self.data),
            "refs": [{"kind": ref.kind, "section": ref.section, "words": ref.said} for ref in self.refs],
        }  # fmt: skip


def moves_of(built: Built, solution: Solution) -> tuple[Move, ...]:
    """What the solution does that the projection would not do by itself; without gains."""
    moved = _factors(built, solution)
    out = [
        *moved,
        *_projects(built, solution, moved),
        *_power(built, solution),
        *_land(built, solution),
        *_quota(built, solution),
    ]
    return tuple(out)


def with_gains(
    plan: Plan, solution: Solution, moves: tuple[Move, ...]
) -> tuple[tuple[Move, ...], dict[str, float] | None]:
    """The moves with what each buys, dearest gain first within the order of cost; and the figures with none of them done (None where that
    cannot stand: then the projection's figures count)."""
    built = plan.built
    integers = built.integers
    values = np.round(solution.x[integers])
    at = {int(column): place for place, column in enumerate(integers)}
    whole = figures(built, solution.x)
    out = []
    for move in moves:
        if not move.undo and not move.shut:
            out.append(move)
            continue
        less = _undone(plan, solution, values, at, [move])
        gain = (
            None
            if less is None
            else {key: whole[key] - less[key] for key in whole if np.isfinite(whole[key]) and np.isfinite(less[key])}
        )
        out.append(replace(move, gain=gain))
    return tuple(out), _undone(plan, solution, values, at, list(moves))


def _undone(
    plan: Plan, solution: Solution, values: np.ndarray, at: dict[int, int], moves: list[Move]
) -> dict[str, float] | None:
    back = values.copy()
    shut = idle(plan.built, solution)
    for move in moves:
        for column, value in move.undo:
            back[at[column]] = value
        shut.extend(move.shut)
    less = plan.run_plants(back, closed=np.array(shut, np.int64) if shut else None)
    return figures(plan.built, less.x) if less.found else None


def idle(built: Built, solution: Solution) -> list[int]:
    """Columns of power beside the quotas that the solution does not use: nothing may take their place when a move is taken back."""
    out: list[int] = []
    for key, columns in built.extra.items():
        if solution.x[columns].sum() < LEAST_KWH:
            out.extend(int(column) for column in columns)
            if key in built.panels:
                out.append(built.panels[key])
    return out


def _base_undo(built: Built, place: int) -> tuple[tuple[int, float], ...]:
    """A project back to what the projection has."""
    choices = built.choices
    return tuple((int(built.y[n]), 1.0 if choices.base[n] else 0.0) for n in choices.of_project[place].tolist())


def _taken(built: Built, solution: Solution) -> dict[int, int]:
    """Place of project → its choice taken."""
    return {int(built.choices.project[n]): int(n) for n in solution.chosen}


def _factors(built: Built, solution: Solution) -> list[Move]:
    case, choices = built.case, built.choices
    taken = _taken(built, solution)
    out = []
    for place, rows in choices.of_factor.items():
        m = next((int(row) for row in rows if round(float(solution.x[built.z[row]])) == 1), None)
        if m is None or choices.sooner[m] == 0:
            continue
        factor = case.factors[place]
        table = built.options.factors.get(factor.kind, {})
        quarters = int(choices.sooner[m])
        follows = [
            wait.target
            for wait in choices.waits
            if not wait.upstream
            and wait.source == place
            and wait.target in taken
            and choices.shift[taken[wait.target]] < 0
        ]
        undo = [(int(built.z[row]), 1.0 if choices.sooner[row] == 0 else 0.0) for row in rows]
        for target in follows:
            undo.extend(_base_undo(built, target))
        day = _day(built, float(choices.day[m]))
        names = [case.projects[target].name for target in dict.fromkeys(follows)]
        each = factor.cost if factor.cost is not None else float(table.get("cost", 0.0))
        way = str(table.get("zh", ""))
        tail = f"，{'、'.join(names[:3])}{'等' if len(names) > 3 else ''}随之提前" if names else ""
        zh = f"{factor.title}提前 {quarters} 季，{_month(day)}前到位{tail}"
        en = f"{factor.title} {quarters} quarter{'s' if quarters > 1 else ''} sooner, by {_month_en(day)}" + (
            f"; {', '.join(names[:3])} follow" if names else ""
        )
        amount = {str(table["field"]): factor.amount} if "field" in table and factor.amount is not None else {}
        out.append(
            Move(
                key=f"factor:{factor.id}:{choices.sooner[m]}", kind="factor", zh=zh + (f"（{way}）" if way and factor.cost is None else ""), en=en,
                who=factor.unit_name or str(table.get("who", "")), when=_quarter(built, float(choices.day[m])), day=day, cost=each * quarters,
                assumed=factor.cost is None, refs=(factor.ref,), track=str(table.get("track", "duty")),
                data={"title": factor.title, "kind": factor.kind, "day": day.isoformat() if day else None, "factor": factor.id, "projects": names, **amount},
                undo=tuple(undo),
            )
        )  # fmt: skip
    return out


def _projects(built: Built, solution: Solution, moved: list[Move]) -> list[Move]:
    case, choices, rules = built.added.case, built.choices, built.options.projects
    followed = {column for move in moved for column, _ in move.undo}
    out = []
    for place, n in _taken(built, solution).items():
        project, shift, start = case.projects[place], int(choices.shift[n]), float(choices.time[n])
        if choices.base[n]:
            continue
        own = int(np.ceil(choices.own[n] - 1e-6))
        size = investment_of(case, project, built.options)
        base = next((float(choices.time[b]) for b in choices.of_project[place] if choices.base[b]), np.inf)
        if project.optional:
            out.append(_optional(built, place, n))
            continue
        if shift < 0 and own == 0 and int(built.y[n]) in followed:
            continue  # it follows a factor
        day = _day(built, start)
        was = _quarter(built, base)
        if shift == NEVER:
            kind, cost = "drop", rules["dropped_cost"] * size
            zh, en = (
                f"{project.name}本期内不投产（原{_when(was, base)}），让出要素",
                f"{project.name} not before the end of the period (was {was}); what it needs goes to others",
            )
        elif np.isinf(base):
            kind, cost = "start", rules["sooner_cost"] * size * own
            zh, en = (
                f"{project.name}排上要素，{_quarter(built, start).zh}投产",
                f"{project.name} gets what it waits for and starts in {_quarter(built, start)}",
            )
        elif shift > 0:
            kind, cost = "later", rules["later_cost"] * size * shift
            zh, en = (
                f"{project.name}由{was.zh}推到{_quarter(built, start).zh}投产",
                f"{project.name} in {_quarter(built, start)} instead of {was}",
            )
        else:
            kind, cost = "sooner", rules["sooner_cost"] * size * own
            how = "（加班赶工）" if own else ""
            zh, en = (
                f"{project.name}由{was.zh}提前到{_quarter(built, start).zh}投产{how}",
                f"{project.name} in {_quarter(built, start)} instead of {was}",
            )
        out.append(
            Move(
                key=f"project:{project.id}:{shift}", kind=kind, zh=zh, en=en, who=project.unit_name or (project.firm and case.names.get(project.firm, project.firm)) or str(rules["who"]["zh"]),
                when=_quarter(built, start if np.isfinite(start) else built.case.count - 1.0), day=day, cost=cost, refs=(project.ref,), track=str(rules["track"]),
                data={"title": project.name, "project": project.id, "firm": project.firm, "stage": "running", "day": day.isoformat() if day else None},
                undo=_base_undo(built, place),
            )
        )  # fmt: skip
    return out


def _optional(built: Built, place: int, n: int) -> Move:
    case, options = built.added.case, built.options
    project, start = case.projects[place], float(built.choices.time[n])
    size = investment_of(case, project, options)
    when, day = _quarter(built, start), _day(built, start)
    who, track, kind = (
        project.unit_name or case.names.get(project.firm, project.firm),
        str(options.projects["track"]),
        "project",
    )
    zh, en = f"新上{project.name}，{when.zh}投产", f"{project.name} is added, first output in {when}"
    cost, assumed = size, project.investment is None
    if project.id in built.added.retrofits:
        kind, who, track = "retrofit", who or str(options.retrofit["who"]), str(options.retrofit["track"])
        zh, en = (
            f"{project.name}以下，{when.zh}起（技改）",
            f"potline of {who} brought to {options.retrofit['to']:g} kWh/t from {when} on",
        )
        assumed = True
    elif project.id in built.added.retires:
        kind = "retire"
        zh, en, cost = f"{project.name}，{when.zh}起停产", f"a potline of {who} is retired from {when} on", 0.0
    return Move(
        key=f"{project.id}:{when}" if ":" in project.id else f"project:{project.id}:{when}", kind=kind, zh=zh, en=en, who=who, when=when, day=day, cost=cost,
        assumed=assumed, refs=(project.ref,), track=track, data={"title": project.name, "project": project.id, "firm": project.firm, "day": day.isoformat() if day else None},
        undo=_base_undo(built, place),
    )  # fmt: skip


def _power(built: Built, solution: Solution) -> list[Move]:
    out = []
    for (name, limit), columns in built.extra.items():
        used = solution.x[columns]
        if used.sum() < LEAST_KWH:
            continue
        source = built.options.power[name]
        quarters = np.flatnonzero(built.rows[limit] >= 0)
        first = int(quarters[np.flatnonzero(used > LEAST_KWH / 10)[0]])
        peak = int(quarters[int(used.argmax())])
        cost = float(source["price"]) * float(used.sum())
        panel = built.panels.get((name, limit))
        size = ""
        shut = [int(column) for column in columns]
        data: dict[str, Any] = {
            "title": source["zh"],
            "kwh": round(float(used.sum())),
            "from": str(built.case.quarters[first]),
        }
        if panel is not None:
            kw = float(solution.x[panel])
            size, cost = f" {figure(round(kw / 1e4, 2))} 万千瓦，", cost + kw * 1000.0 * float(source["capital"])
            data["capacity"] = round(kw / 1e4, 3)
            shut.append(panel)
        total = figure(round(float(used.sum()) / 1e8, 3))
        out.append(
            Move(
                key=f"power:{name}:{limit}", kind="power",
                zh=f"{source['zh']}{size or ' '}{total} 亿千瓦时，{built.case.quarters[first].zh}起，最多的一季是{built.case.quarters[peak].zh}",
                en=f"{source['en']}: {float(used.sum()) / 1e6:,.1f} GWh from {built.case.quarters[first]} on, most in {built.case.quarters[peak]}",
                who=str(source["who"]), when=built.case.quarters[first], day=built.case.quarters[first].first, cost=cost, track=str(source["track"]), data=data,
                shut=tuple(shut),
            )
        )  # fmt: skip
    return out


def _land(built: Built, solution: Solution) -> list[Move]:
    out = []
    table = built.options.lots
    for (_, unit), columns in built.lots.items():
        for q in np.flatnonzero(np.round(solution.x[columns]) > 0).tolist():
            number = round(float(solution.x[columns[q]]))
            amount = number * float(table["size"])
            quarter = built.case.quarters[q]
            out.append(
                Move(
                    key=f"land:{quarter}:{amount:g}", kind="land", zh=f"增报用地 {figure(amount)} {unit}，{quarter.zh}初供地", en=f"{amount:g} mu more land, supplied by {quarter}",
                    who=str(table["who"]), when=quarter, day=quarter.first, cost=amount * float(table["cost"]), track=str(table["track"]),
                    data={"title": "新增批次用地", str(table["field"]): amount}, undo=((int(columns[q]), 0.0),),
                )
            )  # fmt: skip
    return out


def _quota(built: Built, solution: Solution) -> list[Move]:
    columns = built.bought_quota
    if columns is None or solution.x[columns].sum() < 1.0:
        return []
    total = float(solution.x[columns].sum())
    quarter = built.case.quarters[int(np.flatnonzero(solution.x[columns] > 0.5)[0])]
    price = built.options.rules["replacement"].figure("price")
    return [
        Move(
            key=f"quota:{quarter}", kind="quota", zh=f"购入电解铝置换指标 {figure(round(total / 1e4, 2))} 万吨，{quarter.zh}前", en=f"{total:,.0f} t/a of replacement quota, by {quarter}",
            who="工信局", when=quarter, day=quarter.first, cost=price * total, track="duty", data={"title": "电解铝置换指标", "amount": total},
            shut=tuple(int(column) for column in columns),
        )
    ]  # fmt: skip


def _quarter(built: Built, time: float) -> Quarter:
    if not np.isfinite(time):
        return built.case.quarters[-1]
    place = int(np.clip(np.floor(time + 1e-6), 0, None))
    here = built.case.first
    year, number = divmod(here.place + place, 4)
    return Quarter(year, number + 1)


def _when(quarter: Quarter, time: float) -> str:
    return quarter.zh if np.isfinite(time) else "不能投产"


def _day(built: Built, time: float) -> date | None:
    return day_at(built.case.first, time)


def _month(day: date | None) -> str:
    return "" if day is None else f"{day.year}年{day.month}月"


def _month_en(day: date | None) -> str:
    return "" if day is None else f"{day.year}-{day.month:02d}"


__all__ = ["Move", "moves_of", "with_gains"]
