"""The plans' rules as rows that can be switched: what may be built, what has to go, and what has to come with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Ref
from lvlian.outlook.model import PER_YEAR
from lvlian.outlook.pathway.load_options import Rule
from lvlian.outlook.program import Clause

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.outlook.pathway.build import Built

Ints = NDArray[np.int64]
WAN = 1e4
DOWNSTREAM = ("casting", "semis", "deep", "application")
MUD = "red_mud_dry"


def rules(built: Built, library: Library, spent: dict[int, float]) -> None:
    """The rows of all rules that are switched on."""
    for name, make in (
        ("retire_small_pots", _retire),
        ("replacement", _replacement),
        ("benchmark_share", _benchmark),
        ("joint_downstream", _joint),
        ("energy_quota", _energy),
        ("alumina_chain", _alumina),
    ):
        rule = built.options.on(name)
        if rule is not None:
            make(built, library, rule, spent)


def _clause(built: Built, rule: Rule, rows: Ints, side: str, scale: float, words: str = "") -> None:
    clause = Clause(
        f"rule.{rule.id}",
        rule.zh + words,
        rule.en,
        "rule",
        Ref(kind="standard", words=rule.zh, who=rule.regulation, verified=False, words_en=rule.en),
    )
    built.program.clause(clause, rows=rows, side=side, scale=max(scale, 1e-9))  # type: ignore[arg-type]
    built.rows[f"rule.{rule.id}"] = rows


def _stages(built: Built, library: Library, *stages: str) -> Ints:
    return np.array(
        [row for row, plant in enumerate(built.model.plants) if library.processes[plant.process].stage.id in stages],
        np.int64,
    )


def _standing(
    built: Built, rows: Ints, weights: NDArray[np.float64], columns: NDArray[np.int64], quarters: Ints
) -> NDArray[np.float64]:
    """Adds Σ weight × t/a standing of plants `columns` to rows by quarter; returns (quarters,) what stands without any choice."""
    choices = built.choices
    yearly = choices.capacity[:, columns][:, :, quarters] * PER_YEAR
    size = np.array([built.model.plants[row].capacity for row in columns])
    new = np.array(
        [built.added.case.projects[place].id not in built.added.retrofits for place in choices.project], bool
    )
    if len(new):  # what is built counts whole from its first output on, however it ramps up
        yearly = np.where(new[:, None, None] & (yearly > 0), size[None, :, None], yearly)
    n, p, q = np.nonzero(yearly)
    built.program.add(rows[q], built.y[n], weights[p] * yearly[n, p, q])
    return np.asarray(weights @ (choices.standing[columns][:, quarters] * PER_YEAR))


def _new(built: Built, library: Library, *stages: str) -> Ints:
    """Plants of projects that have not run when the case begins and that nobody has promised; retrofits replace and add nothing."""
    projects = {project.id: project for project in built.added.case.projects}
    return np.array(
        [
            row
            for row in _stages(built, library, *stages)
            if (owner := projects.get(built.model.plants[row].project)) is not None
            and owner.optional
            and owner.id not in built.added.retrofits
        ],
        np.int64,
    )


def _retire(built: Built, library: Library, rule: Rule, spent: dict[int, float]) -> None:
    """Potlines below the limit stand no more by the end of the year named; a line of which nobody told the kA stays, and is told."""
    limit, year = rule.figure("below"), int(rule.figure("by")) or built.case.quarters[-1].year
    last = np.array(
        [
            q
            for q, quarter in enumerate(built.case.quarters)
            if quarter.year > year or (quarter.year == year and quarter.number == 4)
        ],
        np.int64,
    )
    if not len(last):
        return
    unknown = []
    small = []
    for row in _stages(built, library, "primary"):
        plant = built.model.plants[row]
        if plant.id in built.added.retrofits:
            continue
        if plant.current is None:
            unknown.append(plant.id)
        elif plant.current < limit:
            small.append(row)
    if unknown:
        names = "、".join(built.case.names.get(built.model.plants[built.model.plant[u]].firm, u) for u in unknown[:4])
        built.notes.append(
            (
                f"{names}的槽型未报（千安），“{rule.zh}”未对其执行，问企业",
                f"the kA of {', '.join(unknown[:4])} is not told; the rule was not applied to them",
            )
        )
    for row in small:
        rows = built.program.rows(f"rule retire {row}", 1, upper=0.0)
        there = _standing(built, rows, np.ones(1), np.array([row]), last[:1])
        twin = next(
            (r for r, plant in enumerate(built.model.plants) if built.added.retrofits.get(plant.id) == row), None
        )
        if twin is not None:
            there = there + _standing(built, rows, np.ones(1), np.array([twin]), last[:1])
        built.program.bound(rows=rows, upper=-there)
        _clause(
            built,
            rule,
            rows,
            "upper",
            float(built.model.plants[row].capacity),
            f"：{built.case.names.get(built.model.plants[row].firm, '')}",
        )


def _replacement(built: Built, library: Library, rule: Rule, spent: dict[int, float]) -> None:
    """What is built new ≤ quota at hand + bought + retired ÷ ratio. With no quota told, what is promised counts as having its own."""
    told = rule.set.get("quota")
    rows_new = _new(built, library, "primary") if told is None else _coming(built, library)
    if not len(rows_new):
        return
    width = built.case.count
    quarters = np.arange(width)
    rows = built.program.rows("rule replacement", width)
    there = _standing(built, rows, np.ones(len(rows_new)), rows_new, quarters)
    ratio = max(rule.figure("ratio"), 1e-9)
    for n, place in enumerate(built.choices.project.tolist()):
        old = built.added.retires.get(built.added.case.projects[place].id)
        if old is not None:
            gone = -built.choices.capacity[n, old] * PER_YEAR / ratio
            at = np.flatnonzero(gone)
            built.program.add(rows[at], int(built.y[n]), -gone[at])
    price = rule.figure("price")
    if price > 0:
        bought = built.program.variables("quota bought", width, upper=np.inf)
        for q in range(width):
            built.program.add(rows[q:], bought[q], -1.0)
            spent[int(bought[q])] = price / WAN * float(built.weights[q])
        built.bought_quota = bought
    built.program.bound(rows=rows, upper=(told or 0.0) - there)
    _clause(built, rule, rows, "upper", max(float(sum(built.model.plants[r].capacity for r in rows_new)), 1.0))


def _coming(built: Built, library: Library) -> Ints:
    """Primary plants of projects that do not run yet."""
    started = {p.id for p in built.added.case.projects if p.stage in ("running", "full")}
    return np.array(
        [
            row
            for row in _stages(built, library, "primary")
            if (name := built.model.plants[row].project) and name not in started and name not in built.added.retrofits
        ],
        np.int64,
    )


def _benchmark(built: Built, library: Library, rule: Rule, spent: dict[int, float]) -> None:
    """Σ (at benchmark − share) × capacity ≥ 0 from the end of the year named on."""
    share, level, year = rule.figure("share"), rule.figure("level"), int(rule.figure("year"))
    quarters = np.array(
        [
            q
            for q, quarter in enumerate(built.case.quarters)
            if quarter.year > year or (quarter.year == year and quarter.number == 4)
        ],
        np.int64,
    )
    lines = _stages(built, library, "primary")
    power = built.model.good.get("electricity")
    if not len(quarters) or not len(lines) or power is None:
        return
    good = (-built.model.coef[power, lines] <= level + 1e-6).astype(float)
    rows = built.program.rows("rule benchmark", len(quarters))
    there = _standing(built, rows, good - share, lines, quarters)
    built.program.bound(rows=rows, lower=-there)
    _clause(
        built,
        rule,
        rows,
        "lower",
        max(float(sum(built.model.plants[r].capacity for r in lines)), 1.0),
        f" ≥ {share:.0%}",
    )


def _joint(built: Built, library: Library, rule: Rule, spent: dict[int, float]) -> None:
    """Capacity downstream of projects still to come ≥ share × smelting of projects still to come."""
    begun = {p.id for p in built.added.case.projects if p.stage in ("running", "full")}
    down = np.array(
        [
            row
            for row in _stages(built, library, *DOWNSTREAM)
            if (name := built.model.plants[row].project)
            and name not in begun
            and built.model.plants[row].role != "sink"
        ],
        np.int64,
    )
    up = _coming(built, library)
    if not len(up):
        return
    columns = np.concatenate([down, up])
    weights = np.concatenate([np.ones(len(down)), np.full(len(up), -rule.figure("share"))])
    quarters = np.arange(built.case.count)
    rows = built.program.rows("rule joint", built.case.count)
    there = _standing(built, rows, weights, columns, quarters)
    built.program.bound(rows=rows, lower=-there)
    _clause(built, rule, rows, "lower", max(float(sum(built.model.plants[r].capacity for r in up)), 1.0))


def _energy(built: Built, library: Library, rule: Rule, spent: dict[int, float]) -> None:
    """tce a quarter of energy bought; smelting apart where the quota is not joint."""
    model = built.model
    each = np.array(
        [library.goods[good].energy.value / 1000.0 if good in library.goods else 0.0 for good in model.goods]
    )
    takes = np.maximum(-model.coef, 0.0).T @ each
    whole = rule.set.get("tce")
    if whole is None:
        whole = float((takes * model.load * (built.choices.pipeline.standing.max(axis=1))).sum())
    smelt = np.zeros(len(model.plants), bool)
    smelt[_stages(built, library, "primary")] = True
    parts = [("", np.ones_like(smelt), 1.0)]
    if rule.figure("joint") < 0.5:
        parts = [(" 电解", smelt, rule.figure("smelting")), (" 其他", ~smelt, 1.0 - rule.figure("smelting"))]
    for words, mine, share in parts:
        rows = built.program.rows(f"rule energy{words}", built.case.count, upper=whole * share)
        for p in np.flatnonzero(mine & (takes > 0)):
            built.program.add(rows, built.x[p], takes[p])
        _clause(built, rule, rows, "upper", max(whole * share, 1.0))


def _alumina(built: Built, library: Library, rule: Rule, spent: dict[int, float]) -> None:
    """New alumina ≤ what all smelting of the region takes beyond the refineries that stand; and a share of its red mud has a plant that uses it."""
    coming = np.array([row for row in _stages(built, library, "alumina") if built.model.plants[row].project], np.int64)
    if not len(coming):
        return
    quarters = np.arange(built.case.count)
    lines, old = _stages(built, library, "primary"), np.setdiff1d(_stages(built, library, "alumina"), coming)
    columns = np.concatenate([lines, coming, old])
    weights = np.concatenate([np.full(len(lines), rule.figure("alumina")), np.full(len(coming) + len(old), -1.0)])
    rows = built.program.rows("rule alumina", built.case.count)
    there = _standing(built, rows, weights, columns, quarters)
    stood = built.choices.standing[old].sum(axis=0) * PER_YEAR if len(old) else 0.0
    feed = rule.figure("alumina") * built.choices.standing[lines].sum(axis=0) * PER_YEAR
    # refineries that stand already need not be fed by the region's pots
    built.program.bound(rows=rows, lower=-there - np.maximum(stood - feed, 0.0))
    _clause(built, rule, rows, "lower", float(sum(built.model.plants[r].capacity for r in coming)))
    mud = built.model.good.get(MUD)
    if mud is None or rule.figure("red_mud") <= 0:
        return
    users = np.flatnonzero(built.model.coef[mud] < 0)
    both = np.concatenate([users, coming])
    factor = np.concatenate(
        [-built.model.coef[mud, users], -rule.figure("red_mud") * np.maximum(built.model.coef[mud, coming], 0.0)]
    )
    rows = built.program.rows("rule red mud", built.case.count)
    there = _standing(built, rows, factor, both.astype(np.int64), quarters)
    built.program.bound(rows=rows, lower=-there)
    _clause(built, rule, rows, "lower", float(sum(built.model.plants[r].capacity for r in coming)))


__all__ = ["rules"]
