"""`lvlian pathway`: the cheapest way to a plan's goals, with moves, prices of limits, other ways and fronts."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.files import write_files
from lvlian.cli.options import CorrectionsFile, Debug, Language, LexiconFolder, NoCorrections, Quiet, Speech
from lvlian.cli.outlook_case import Accounts, Asked, Drops, PlanOrCase, Scenarios, Settings, Today, Until, asked
from lvlian.cli.reading import choice, folder, refuse_input_as_output
from lvlian.cli.session import session
from lvlian.cli.status import DONE, CommandError, printable

if TYPE_CHECKING:
    from lvlian.brief.outlook import Outlook
    from lvlian.outlook.pathway import Options, Pathway
    from lvlian.outlook.program import Progress

DRAWS = 1_000
NEVER = 999


class AimMode(StrEnum):
    """How the goals are asked for."""

    SOFT = "soft"
    HARD = "hard"
    LEXICOGRAPHIC = "lexicographic"
    CHANCE = "chance"


class Purpose(StrEnum):
    """What is best among the ways that reach the goals equally well."""

    COST = "cost"
    JOBS = "jobs"
    VALUE = "value"
    CARBON = "carbon"


def pathway(
    plan: PlanOrCase,
    account: Accounts = None,
    scenario: Scenarios = None,
    settings: Settings = None,
    drop: Drops = None,
    aims: Annotated[
        AimMode,
        typer.Option("--aims", help="soft: as near as can be; hard: all or why not; lexicographic: by --rank; chance: with --chance."),
    ] = AimMode.SOFT,
    objective: Annotated[Purpose, typer.Option("--objective", help="What is best among equally good ways.")] = Purpose.COST,
    rank: Annotated[
        list[str] | None,
        typer.Option("--rank", metavar="GOAL=N", help="Rank of a goal with --aims lexicographic, 1 first; may be repeated.", show_default=False),
    ] = None,
    chance: Annotated[float, typer.Option("--chance", metavar="SHARE", help="The chance wanted with --aims chance.")] = 0.8,
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="NAME[=on|off]", help="Switch a rule of the options; may be repeated.", show_default=False),
    ] = None,
    options: Annotated[
        Path | None,
        typer.Option("--options", metavar="FILE", help="Your own costs and leads over the shipped ones (yaml).", show_default=False),
    ] = None,
    budget: Annotated[
        float | None, typer.Option("--budget", metavar="YUAN", min=0.0, help="The most that all moves may cost, yuan.", show_default=False)
    ] = None,
    gap: Annotated[float, typer.Option("--gap", metavar="SHARE", help="Proved within this share of the best.")] = 1e-3,
    seconds: Annotated[float, typer.Option("--seconds", metavar="S", help="After so long the best found is told.")] = 60.0,
    alternatives: Annotated[
        int, typer.Option("--alternatives", metavar="N", min=0, max=20, help="So many other ways nearly as good.")
    ] = 0,
    pareto: Annotated[
        tuple[str, str] | None,
        typer.Option("--pareto", metavar="A B", help="What one aim costs in another: ids of goals, or cost, jobs, value, carbon.", show_default=False),
    ] = None,
    until: Until = None,
    today: Today = None,
    json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Write pathway.json, pathway.xlsx and case.yaml with all moves done, or nothing.", show_default=False),
    ] = None,
    language: Language = Speech.ZH,
    corrections: CorrectionsFile = None,
    no_corrections: NoCorrections = False,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:  # fmt: skip
    """Find the cheapest way to a plan's goals: which projects and factors sooner, who acts by when, what it costs and buys.

    Ctrl-C keeps the best way found so far, and the status is 0.
    """
    if not 0 < chance < 1:
        raise CommandError(f"--chance {chance:g}: expected a share between 0 and 1, such as 0.8.")
    if not 0 <= gap < 1:
        raise CommandError(f"--gap {gap:g}: expected a share from 0 to below 1, such as 0.001.")
    if not seconds > 0:
        raise CommandError(f"--seconds {seconds:g}: expected a time above 0.")
    if out is not None:
        folder(out)
    wanted = asked(plan, account, scenario, settings, drop, until, today, choice([plan], corrections, no_corrections))
    chosen = _options(options, rule or (), rank or ())
    with _watched(seconds) as (tell, stop):
        from lvlian.outlook.pathway import pathway as solve

        way = solve(
            wanted.case, options=chosen, aims=aims.value, objective=objective.value, budget=budget, seconds=seconds, gap=gap, chance=chance,
            progress=tell, stop=stop,
        )  # fmt: skip
        further = _further(
            wanted, chosen, aims.value, objective.value, budget, gap, seconds, alternatives, pareto, stop
        )
        halted = stop()
    return _told(
        wanted,
        way,
        further,
        halted,
        pareto,
        json,
        out,
        language.value,
        [*wanted.files, *([options] if options else [])],
    )


def _options(path: Path | None, rules: Any, ranks: Any) -> Options:
    from lvlian.outlook.pathway import load_options, options_of

    base = load_options(path)
    out = base
    for text in rules:
        name, sign, value = text.partition("=")
        if name not in base.rules:
            raise CommandError(f"--rule {printable(text)[:60]}: no such rule, expected one of {', '.join(base.rules)}.")
        if sign and value not in ("on", "off"):
            raise CommandError(f"--rule {printable(text)[:60]}: expected NAME, NAME=on or NAME=off.")
        out = replace(out, rules={**out.rules, name: replace(out.rules[name], on=value != "off")})
    if ranks:
        told: dict[str, float] = {}
        for text in ranks:
            goal, _, number = text.partition("=")
            if not number.isdecimal() or len(number) > 4 or int(number) < 1:
                raise CommandError(f"--rank {printable(text)[:60]}: expected GOAL=N with N from 1, such as g2=1.")
            told[goal] = int(number)
        out = replace(out, priority=options_of({"priority": told}).priority)
    return out


Tell = Callable[[str, "Progress"], None]


@contextmanager
def _watched(seconds: float) -> Iterator[tuple[Tell, Callable[[], bool]]]:
    """A line of progress on standard error, and a stop that Ctrl-C pulls once; a second Ctrl-C ends the program."""
    pulled = threading.Event()
    begun, last = time.monotonic(), [0.0]
    shown = not session.quiet and sys.stderr.isatty()

    def tell(step: str, state: Progress) -> None:
        now = time.monotonic()
        if not shown or now - begun < terminal.PATIENCE or now - last[0] < 0.2:
            return
        last[0] = now
        best = f"best {state.objective:.4g}" if abs(state.objective) < 1e30 else "no way yet"
        within = f", gap {state.gap:.1%}" if state.gap < 1e3 else ""
        done = min(int(20 * (now - begun) / seconds), 20)
        sys.stderr.write(
            f"\r[{'=' * done}{' ' * (20 - done)}] {step}: {best}{within}, {now - begun:.0f} s, Ctrl-C keeps it \x1b[K"
        )
        sys.stderr.flush()

    def pull(number: int, frame: FrameType | None) -> None:
        if pulled.is_set():
            raise KeyboardInterrupt
        pulled.set()

    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, pull) if main else None
    try:
        yield tell, pulled.is_set
    finally:
        if main:
            signal.signal(signal.SIGINT, before)
        if shown and last[0]:
            sys.stderr.write("\r\x1b[K")


def _further(
    wanted: Asked,
    options: Options,
    aims: str,
    purpose: str,
    budget: float | None,
    gap: float,
    seconds: float,
    count: int,
    pareto: tuple[str, str] | None,
    stop: Callable[[], bool],
) -> dict[str, Any]:
    """Other ways, and the front of two aims."""
    out: dict[str, Any] = {}
    if not count and pareto is None:
        return out
    from lvlian.chain.library import load_library
    from lvlian.outlook.pathway import front_of, others, plan_of

    plan = plan_of(
        wanted.case,
        load_library(),
        options,
        aims="soft" if aims == "chance" else aims,
        purpose=purpose,
        budget=budget,
        gap=gap,
    )
    if count:
        plan.solve(seconds=seconds, stop=stop)
        out["others"] = others(plan, count=count, seconds=seconds, stop=stop)
    if pareto is not None:
        out["front"] = front_of(plan, *pareto, seconds=seconds, stop=stop)
    return out


def _told(
    wanted: Asked,
    way: Pathway,
    further: dict[str, Any],
    halted: bool,
    pareto: tuple[str, str] | None,
    json: bool,
    out: Path | None,
    language: str,
    read: list[Path],
) -> int:
    from lvlian.brief.outlook import Outlook
    from lvlian.outlook.projection import project

    told = Outlook(wanted.title, wanted.case, project(wanted.case), {}, pathway=way, months=wanted.months)
    if halted and way.moves:
        terminal.complain(
            "已停：留下的是找到的最好一组。" if language == "zh" else "Stopped: this is the best way found."
        )
    elif halted:
        terminal.complain("已停：还没有找到一组动作。" if language == "zh" else "Stopped: no way was found yet.")
    if out is not None:
        _write(told, way, further, out, language, read)
    if json:
        from lvlian.brief.outlook_sheets import json_bytes

        terminal.result(json_bytes(_data(way, further)).decode())
    else:
        _show(told, way, further, pareto, language)
    return DONE


def _data(way: Pathway, further: dict[str, Any]) -> dict[str, Any]:
    return {**way.to_json(), **{key: [one.to_json() for one in rows] for key, rows in further.items()}}


def _write(told: Outlook, way: Pathway, further: dict[str, Any], out: Path, language: str, read: list[Path]) -> None:
    from lvlian.brief.outlook_sheets import json_bytes, sheet_of
    from lvlian.brief.outlook_tables import moves_grid, prices_grid, way_goals_grid
    from lvlian.brief.workbook import workbook_bytes

    grids = [moves_grid(told, way), way_goals_grid(told, way), prices_grid(way)]
    mark = ("模拟" if language == "zh" else "simulated") if way.simulated else ""
    files = {
        out / "pathway.json": json_bytes(_data(way, further)),
        out / "pathway.xlsx": workbook_bytes([sheet_of(grid, language) for grid in grids], foot=(told.title, mark)),
    }
    if way.case is not None:
        from lvlian.outlook.write_case import case_text

        files[out / "case.yaml"] = case_text(way.case).encode()
    refuse_input_as_output(read, list(files))
    write_files(files)
    names = ", ".join(path.name for path in files)
    terminal.remark(f"写入 {out}：{names}" if language == "zh" else f"The pathway is in {out}: {names}.")


def _show(told: Outlook, way: Pathway, further: dict[str, Any], pareto: tuple[str, str] | None, language: str) -> None:
    from lvlian.brief.outlook_tables import moves_grid, prices_grid, way_goals_grid
    from lvlian.brief.wording import Said
    from lvlian.cli.outlook_shown import show_grid, show_head, show_sentences

    show_head(told.title, way.scenario, way.simulated, language)
    proof = (
        Said("已证最优", "proved best")
        if way.proved
        else Said(f"差界 {way.gap:.1%}", f"within {way.gap:.1%} of the best")
    )
    state = {
        "optimal": proof,
        "best": proof,
        "infeasible": Said("没有一组动作能使所有目标同时达到", "no way reaches all goals together"),
        "stopped": Said("还没有找到一组动作", "no way was found in the time"),
    }[way.status]
    sentences = [Said(f"{way.together_zh}。（{state.zh}）", f"{way.together_en} ({state.en})") if way.moves else state]
    if way.why_zh:
        sentences.append(Said(way.why_zh, way.why_en))
    if way.conflict is not None:
        sentences += [Said(f"  {clause.zh}", f"  {clause.en}") for clause in way.conflict.clauses]
    show_sentences(sentences, language)
    show_grid(moves_grid(told, way), language)
    show_grid(way_goals_grid(told, way), language)
    show_grid(prices_grid(way), language, most=12)
    if further.get("others"):
        show_grid(_others(told, further["others"]), language)
    if further.get("front") and pareto is not None:
        show_grid(_front(further["front"], pareto), language)
    for zh, en in way.notes[:6]:
        terminal.remark(zh.removeprefix("0年") if language == "zh" else en)


def _others(told: Outlook, rows: Any) -> Any:
    from lvlian.brief.outlook_tables import WAN, Cell, Grid, plain
    from lvlian.brief.wording import Said

    names = {one.id: one.name for one in told.case.projects}
    quarters = told.case.quarters

    def when(place: int | None) -> str:
        return "—" if place is None or place >= len(quarters) else str(quarters[place])

    body = []
    for one in rows:
        parts = [f"{names.get(key, key)} {when(a)} → {when(b)}" for key, a, b in one.differs[:6]]
        cost = f"{one.cost / WAN:,.0f}"
        body.append(
            (
                Cell(f"{one.extra:+.1%}", f"{one.extra:+.1%}", one.extra),
                Cell(cost, cost, one.cost / WAN),
                plain("；".join(parts)),
            )
        )
    heads = (
        Said("全部费用多出", "Whole cost above"),
        Said("动作花费，万元", "Moves, 10,000 yuan"),
        Said("不同在哪里", "How it differs"),
    )
    return Grid("others", Said("差不多好的其他做法", "Other ways nearly as good"), heads, tuple(body), (0, 1))


def _front(rows: Any, names: tuple[str, str]) -> Any:
    from lvlian.brief.outlook_tables import WAN, Cell, Grid
    from lvlian.brief.wording import Said

    def cell(value: float) -> Cell:
        text = f"{value:,.4g}" if abs(value) < WAN else f"{value:,.0f}"
        return Cell(text, text, value)

    body = tuple((cell(one.first), cell(one.second), cell(one.cost / WAN)) for one in rows)
    heads = (Said(names[0], names[0]), Said(names[1], names[1]), Said("动作花费，万元", "Moves, 10,000 yuan"))
    return Grid("front", Said("两个目标之间", "Between two aims"), heads, body, (0, 1, 2))
