"""Goals against everything at hand: quotas, capacity, land, rules and dates together, with all that the options of a pathway allow.

The programme of the pathway is solved with its goals as hard sentences. Where that is impossible the elastic certificate names the
sentences and a deletion filter makes the set minimal. Whole-number choices are taken as divisible: what is impossible so is impossible
with whole projects too. Only goals that plants and flows carry are taken, and only where the plants of the case are named by the plan or
measured: what a plan does not list says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Aim, Case, Ref
from lvlian.outlook.conflict.dates import span_zh
from lvlian.outlook.conflict.record import Conflict, Line, Repair, Said, conflict_id, marked
from lvlian.outlook.conflict.repair_kinds import load_repair_kinds
from lvlian.outlook.conflict.repairs import letter, ordered
from lvlian.outlook.conflict.rules import load_relations
from lvlian.outlook.conflict.words import OP_EN, OP_ZH, aim_words, neat, rounded, unit_en
from lvlian.outlook.program import INF, Clause, Session, explain
from lvlian.quantity.show import figure

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.outlook.pathway.build import Built
    from lvlian.outlook.pathway.goal import Goal

POWER = "electricity"
MANNERS = ("contract ", "sinks last ", "most lack ")
"""Rows of the pathway that say how a region runs."""
DRY = "power.dry"
"""The premise, and the quota that the pathway makes of it."""
Floats = NDArray[np.float64]
NAMED = 0.5
"""Share of the plants that the plan must name (or an account measure) before capacity is set against goals."""
LOOKS = 8
"""How many sets are looked at."""
MEASURED = ("account", "report", "ledger")
MANY = 4
"""Project dates told one by one; more are told as one sentence."""


def named_share(case: Case) -> float:
    """Which share of a case's plants belongs to a named project or was measured."""
    told = [bool(plant.project) or plant.ref.kind in ("plan", "account", "report", "ledger") for plant in case.plants]
    return sum(told) / len(told) if told else 0.0


def whole_conflicts(
    case: Case, library: Library, *, options: Any = None, most: int = 2, seconds: float = 6.0
) -> list[Conflict]:
    """Goals that cannot be reached together, or at all, with what the case lists. Raises CaseError as the pathway's programme does."""
    from lvlian.outlook.pathway.build import build
    from lvlian.outlook.pathway.load_options import load_options

    if named_share(case) < NAMED or not case.aims:
        return []
    sure = measured(case)
    built = build(case if sure else at_full_load(case), library, options if options is not None else load_options())
    taken = [n for n, goal in enumerate(built.goals.goals) if _carried(goal)]
    if not taken:
        return []
    program = built.program
    program.matrix().integer[:] = False  # divisible: what is impossible so is impossible with whole projects
    _without_manners(built)
    dates = _dates(built, told=sure)
    _listed(built)
    out: list[Conflict] = []
    hard, looks = list(taken), 0
    while hard and len(out) < most and looks < LOOKS:
        looks += 1
        upper = np.full(len(built.goals.goals), INF)
        upper[hard] = 0.0
        program.bound(columns=built.short, upper=upper)
        program.matrix().integer[:] = False
        found = explain(program, repairs=False, seconds=seconds)
        if found is None or found.hard or not found.clauses:
            break
        goals = [n for n in hard if built.goals.goals[n].key in {one.id for one in found.clauses}]
        if not goals:
            break
        told = _conflict(built, library, [one.id for one in found.clauses], goals, dates, found.minimal, sure)
        if told is not None:
            out.append(told)
        names = {_same(built.goals.goals[n].aim) for n in goals[:1]}
        hard = [n for n in hard if _same(built.goals.goals[n].aim) not in names]
    return out


def measured(case: Case) -> bool:
    """Whether an account told how every line runs."""
    return all(plant.ref.kind in MEASURED for plant in case.plants)


def at_full_load(case: Case) -> Case:
    """The case with every line that nobody measured, or that is a project's and may still climb, at full load all year: neither an assumed
    load nor that of a start must be what a goal fails by."""
    kept = tuple(p for p in case.premises if not p.key.startswith(("load.", "season.")))
    plants = tuple(
        plant if plant.ref.kind in MEASURED and not plant.project else replace(plant, load=1.0) for plant in case.plants
    )
    return replace(case, plants=plants, premises=kept)


def _same(aim: Aim) -> tuple[str, int, str]:
    return aim.indicator, aim.year, aim.firm or aim.group


def _carried(goal: Goal) -> bool:
    """Whether a goal is carried by what plants make and take, and wants to be reached (not merely to be passed by no more)."""
    from lvlian.chain.indicators.goals import load_goal_rules

    moved = bool(np.any(goal.numerator.x)) or bool(np.any(goal.numerator.flex))
    return moved and not goal.upper and goal.aim.unit not in load_goal_rules().counters and goal.aim.mode == "level"


def _without_manners(built: Built) -> None:
    """Who is served first and which contract is kept is a manner of running, not a sentence: metal that cannot go there goes elsewhere."""
    for block in built.program.matrix().rows:
        if block.name.startswith(MANNERS):
            built.program.bound(rows=block.numbers, lower=-INF, upper=INF)


def _dates(built: Built, *, told: bool) -> dict[str, str]:
    """A column per project by which it could stand whole from the first quarter on, shut by the sentence of its date; clause id → project id.
    Not `told`: the columns stay open, since without an account the days and the climb of works under way are too uncertain to fail by."""
    program, case = built.program, built.added.case
    share = built.model.load[:, None] * built.model.season
    standing = np.asarray(built.choices.pipeline.capacity)
    power = built.model.good.get(POWER)
    takes = None if power is None else np.maximum(-built.model.coef[power], 0.0)
    out: dict[str, str] = {}
    for project in case.projects:
        rows = [p for p, plant in enumerate(built.model.plants) if plant.project == project.id]
        if project.optional or not rows:
            continue
        full = np.array([built.model.plants[p].capacity / 4 for p in rows])[:, None]
        more = np.maximum(full - standing[rows], 0.0) * share[rows]
        if not np.any(more > 1e-9):
            continue
        column = int(program.variables(f"early {project.id}", 1, upper=0.0 if told else 1.0)[0])
        at = np.nonzero(more)
        program.add(built.top[rows][at], column, -more[at])
        dry = built.rows.get(DRY)
        if dry is not None and takes is not None:
            at_dry = np.flatnonzero(dry >= 0)
            program.add(dry[at_dry], column, -(takes[rows] @ more)[at_dry])
        if not told:
            continue
        step = next((one for one in reversed(project.steps) if one.day is not None), None)
        day = step.day if step is not None else None
        words = span_zh(day.replace(day=1), day) if day is not None else "没有写投产日期"
        ident = f"date.{project.id}"
        ref = step.ref if step is not None and (step.ref.section or step.ref.fact) else project.ref
        program.clause(
            Clause(
                ident,
                f"{project.name}：{words}",
                f"{project.name}: {day.isoformat() if day else 'no date'}",
                "date",
                ref,
                who=project.unit_name,
            ),
            columns=[column],
            side="upper",
            scale=1.0,
            rest=(None, 1.0),
        )
        out[ident] = project.id
    return out


def _listed(built: Built) -> None:
    """The sentence that there is no other capacity than what is listed."""
    size = np.maximum(np.array([p.capacity / 4 for p in built.model.plants])[:, None], 1.0)
    clause = Clause(
        "listed",
        "产能以规划点名的企业和项目为限",
        "no capacity but that of the firms and projects that the plan names",
        "capacity",
        Ref(words="规划点名的企业和项目", words_en="firms and projects that the plan names"),
        give=False,
    )
    built.program.clause(
        clause, rows=built.top.ravel(), side="upper", scale=np.broadcast_to(size, built.top.shape).ravel()
    )


def _conflict(
    built: Built,
    library: Library,
    keys: Sequence[str],
    goals: Sequence[int],
    dates: dict[str, str],
    minimal: bool,
    sure: bool,
) -> Conflict | None:
    case, program = built.added.case, built.program
    clauses = program.clauses
    members = []
    for n in goals:
        goal = built.goals.goals[n]
        zh, en = aim_words(goal.aim, library)
        members.append(
            Said(
                id=f"aim.{goal.aim.id}",
                role="goal",
                zh=zh,
                en=en,
                key=goal.aim.id,
                ref=goal.aim.ref,
                year=goal.aim.year,
                unit_name=goal.aim.unit_name,
            )
        )
    late = [key for key in keys if key in dates]
    if len(late) > MANY:
        names = [case.project(dates[key]) for key in late]
        told = [one.name for one in names if one is not None]
        zh, en = (
            f"{'、'.join(told[:3])}等{len(late)}个项目的日期",
            f"the dates of {', '.join(told[:3])} and {len(late) - 3} more projects",
        )
        refs = tuple(dict.fromkeys(ref for key in late if isinstance(ref := clauses[key].ref, Ref)))
        members.append(
            Said(id="dates", role="date", zh=zh, en=en, key="dates", ref=refs[0] if refs else Ref(), also=refs[1:])
        )
    else:
        members += [_said(clauses[key], "date", dates[key]) for key in late]
    roles = {"quota": "quota", "rule": "rule", "capacity": "rule", "budget": "quota"}
    for key in keys:
        kind = clauses[key].kind
        if key not in dates and kind != "goal":
            members.append(_said(clauses[key], roles.get(kind, "rule"), key))
    said = marked(members)
    goal = built.goals.goals[goals[0]]
    most = _most(built, goals[0], [key for key in keys if key != goal.key])
    year = max(built.goals.goals[n].aim.year for n in goals)
    wanted = goal.level / goal.unit
    gap = 1 - most / wanted if most is not None and wanted else 0.0
    relations = load_relations()
    if gap <= (relations.measured_gap if sure else relations.assumed_gap):
        return None
    unit = goal.aim.unit
    reach = f"{rounded(most)}{unit}" if most is not None else "达不到"
    title = f"{year}年目标与{_against(said)}合不上"
    title_en = f"{year}: the goal does not fit what is at hand"
    best = f"；按这些条件，{goal.aim.name}最多到 {reach}" if most is not None else ""
    return Conflict(
        id=conflict_id("pathway", [one.id for one in said]),
        system="pathway",
        severity="conflict" if sure and not any(one.assumed for one in said) else "notice",
        title=title,
        title_en=title_en,
        zh=f"{title}：{'；'.join(one.zh for one in said)}{best}。",
        en=f"{title_en}: {'; '.join(one.en for one in said)}"
        + (f"; at most {rounded(most)} {unit_en(unit)}." if most is not None else "."),
        clauses=said,
        lines=_lines(goal, most, wanted),
        repairs=_repairs(built, goals[0], said),
        year=year,
        gap=gap,
        proved=minimal,
        assumptions=(
            "只算规划点名的企业和项目；没有列出的产能不计",
            "价格、爬坡按本情景的假设；项目按可以分割计，只会更容易达到",
            *(() if sure else ("没有报数的产线按期初已经达产、满负荷计，只会更容易达到",)),
        ),
        titles=tuple(p.name for key in late if (p := case.project(dates[key])) is not None),
    )


def _said(clause: Clause, role: str, key: str) -> Said:
    ref = clause.ref if isinstance(clause.ref, Ref) else Ref()
    return Said(
        id=clause.id, role=role, zh=clause.zh, en=clause.en or clause.zh, key=key, ref=ref, unit_name=clause.who, assumed=clause.kind == "capacity" or ref.kind == "assumption",  # type: ignore[arg-type]
    )  # fmt: skip


def _against(said: Sequence[Said]) -> str:
    words = []
    if any(one.role == "quota" for one in said):
        words.append("指标")
    if any(one.role == "date" for one in said):
        words.append("项目日期")
    if any(one.id == "listed" for one in said):
        words.append("所列产能")
    if any(one.role == "rule" and one.id != "listed" for one in said):
        words.append("规定")
    return "、".join(words) or "现有条件"


def _most(built: Built, number: int, keys: Sequence[str]) -> float | None:
    """The highest figure of a goal (the aim's unit) when the sentences `keys` hold; by Dinkelbach for a rate. Goals beside it are let go."""
    goal = built.goals.goals[number]
    session = Session(built.program)
    for key in built.program.clauses:
        if key not in keys:
            session.relax(key)
    session.bounds_columns(built.short, 0.0, INF)
    level = 0.0
    for _ in range(20):
        session.costs(np.arange(built.program.width), _towards(built, goal, level))
        answer = session.solve(seconds=2.0)
        better = _figure(built, goal, answer.x) if answer.found else None
        if better is None:
            return None
        if goal.denominator is None or abs(better - level) <= 1e-9 * max(abs(better), 1e-12):
            return better / goal.unit
        level = better
    return level / goal.unit


def _towards(built: Built, goal: Goal, level: float) -> Floats:
    """Costs that make the most of numerator − level × denominator."""
    form = goal.rowed(level)
    weights = np.zeros(built.program.width)
    for columns, values in ((built.x, form.x), (built.flex, form.flex), (built.y, form.y), (built.z, form.z)):
        np.add.at(weights, np.asarray(columns).ravel(), np.asarray(values).ravel())
    return np.asarray(-weights / (float(np.abs(weights).max()) or 1.0))


def _figure(built: Built, goal: Goal, x: Floats) -> float | None:
    """A goal's figure at a point, base units."""
    point = x[built.x], x[built.flex], x[built.y], x[built.z]
    under = goal.denominator.at(*point) if goal.denominator is not None else 1.0
    return goal.numerator.at(*point) / under if under > 0 else None


def _lines(goal: Goal, most: float | None, wanted: float) -> tuple[Line, ...]:
    if most is None:
        return ()
    unit, en = goal.aim.unit, unit_en(goal.aim.unit)
    lines = []
    if abs(wanted / goal.aim.value - 1) > 1e-9 and goal.aim.op == "~":
        share = wanted / goal.aim.value
        lines.append(
            Line(
                zh=f"甲的下限：{figure(goal.aim.value)} × {rounded(share * 100)}%（左右，假）",
                sign="=",
                right=f"{rounded(wanted)}{unit}",
                en=f"A, at least: {figure(goal.aim.value)} × {rounded(share * 100)} % (assumed)",
                right_en=f"{rounded(wanted)} {en}",
            )
        )
    lines.append(
        Line(
            zh=f"全部条件下最多 {rounded(most)}{unit}",
            sign="<",
            right=f"{rounded(wanted)}{unit}",
            en=f"at most {rounded(most)} {en}",
            right_en=f"{rounded(wanted)} {en}",
            last=True,
        )
    )
    return tuple(lines)


def _repairs(built: Built, number: int, said: Sequence[Said]) -> tuple[Repair, ...]:
    """The goal lowered to what can be reached with everything as written and whole projects."""
    kinds, goal, head = load_repair_kinds(), built.goals.goals[number], said[0]
    aim = goal.aim
    others = {one.key for one in built.goals.goals}
    keys = [key for key in built.program.clauses if key not in others]
    reached = _with_whole_projects(built, number, keys)
    tested = reached is not None
    if reached is None:
        reached = _most(built, number, keys)
    if reached is None or reached <= 0 or not aim.value:
        return ()
    new = neat(reached / (1 - aim.about) if aim.op == "~" else reached, up=False, share=kinds.neat)
    step, en = aim.value - new, unit_en(aim.unit)
    lowered = Repair(
        kind="lower_goal",
        clause=head.id,
        mark=head.mark,
        zh=f"{figure(aim.value)} 改为 {figure(new)}{aim.unit}{OP_ZH.get(aim.op, '')}",
        en=f"{letter(head.mark)}: {figure(aim.value)} becomes {OP_EN.get(aim.op, '')}{figure(new)} {en}",
        holds=True,
        tested=tested,
        old=aim.value,
        new=new,
        unit=aim.unit,
        share=abs(step / aim.value),
        price_zh=f"少 {rounded(step)}{aim.unit}",
        price_en=f"{rounded(step)} {en} less",
        why_zh="" if tested else "时间内没有按整个项目算完",
        why_en="" if tested else "not finished with whole projects in time",
        who=head.unit_name,
    )
    return ordered([lowered], kinds)


def _with_whole_projects(built: Built, number: int, keys: Sequence[str]) -> float | None:
    """The highest figure that an answer with whole projects reaches within two seconds (it need not be the best; it is reached); None
    where there is none in time. A rate is made the most of at the level that divisible projects reach."""
    goal = built.goals.goals[number]
    level = 0.0
    if goal.denominator is not None:
        divisible = _most(built, number, keys)
        if divisible is None:
            return None
        level = divisible * goal.unit
    matrix = built.program.matrix()
    matrix.integer[np.concatenate([built.y, built.z]).astype(int)] = True
    session = Session(built.program)
    matrix.integer[:] = False
    for key in built.program.clauses:
        if key not in keys:
            session.relax(key)
    session.bounds_columns(built.short, 0.0, INF)
    session.costs(np.arange(built.program.width), _towards(built, goal, level))
    answer = session.solve(seconds=2.0, gap=1e-4)
    found = _figure(built, goal, answer.x) if answer.found else None
    return None if found is None else found / goal.unit
