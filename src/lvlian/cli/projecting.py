"""`lvlian project` and `lvlian case`: will the goals be met, what holds them back, with what chance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.files import write_files
from lvlian.cli.options import CorrectionsFile, Debug, Language, LexiconFolder, NoCorrections, Quiet, Speech
from lvlian.cli.outlook_case import Accounts, Asked, Drops, PlanOrCase, Scenarios, Settings, Today, Until, asked
from lvlian.cli.reading import choice, folder, refuse_input_as_output
from lvlian.cli.status import DONE, CommandError

if TYPE_CHECKING:
    from lvlian.brief.outlook import Odds, Outlook
    from lvlian.outlook.projection import Projection

DRAWS = 10_000
MOST_DRAWS = 1_000_000
ROWS = 12

OutDir = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="DIR", help="Write all of it, or nothing: outlook.json, outlook.xlsx, outlook.docx, fan-*.svg.", show_default=False
    ),
]  # fmt: skip
Draws = Annotated[int, typer.Option("--draws", metavar="N", min=1, max=MOST_DRAWS, help="Draws behind the chances.")]
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="S", min=0, help="Seed of the draws; the same seed gives the same chances.", show_default=False),
]  # fmt: skip


def project(
    plan: PlanOrCase,
    account: Accounts = None,
    scenario: Scenarios = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="FILE",
            help="A second scenario, compared row by row with the first.",
            show_default=False,
        ),
    ] = None,
    settings: Settings = None,
    drop: Drops = None,
    draws: Draws = DRAWS,
    seed: Seed = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            max=256,
            help="Threads of the draws, by default the cores.",
            show_default=False,
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="Draw on a Dask cluster (tcp://host:8786), or threads:N, processes:N, dask:N.",
            show_default=False,
        ),
    ] = None,
    until: Until = None,
    today: Today = None,
    json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
    out: OutDir = None,
    language: Language = Speech.ZH,
    corrections: CorrectionsFile = None,
    no_corrections: NoCorrections = False,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Project a plan: which goals will be met, with what chance, what holds them back, what cannot be said and which report settles it.

    Without --account the plan alone is projected and what was assumed is shown. A figure is the median of the draws.
    """  # fmt: skip
    if out is not None:
        folder(out)
    wanted = asked(plan, account, scenario, settings, drop, until, today, choice([plan], corrections, no_corrections))
    speech = language.value
    told = _drawn(wanted, draws, seed, workers, cluster)
    second = None
    if against is not None:
        from lvlian.cli.outlook_case import overlaid

        other = replace(wanted, case=overlaid(wanted.base, against))
        second = _drawn(other, draws, seed, workers, cluster)
    if out is not None:
        _write(told, out, [*wanted.files, *([against] if against else [])], speech, second)
    if json:
        from lvlian.brief.outlook_sheets import json_bytes

        terminal.result(json_bytes(_data(told, second)).decode())
    else:
        _show(told, second, speech)
    return DONE


def case(
    plan: PlanOrCase,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="Write the case to this file (yaml, or json by its name).",
            show_default=False,
        ),
    ] = None,
    account: Accounts = None,
    scenario: Scenarios = None,
    settings: Settings = None,
    drop: Drops = None,
    until: Until = None,
    today: Today = None,
    corrections: CorrectionsFile = None,
    no_corrections: NoCorrections = False,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Write the case of a plan as a file that you edit: plants, projects, factors, goals, limits, and every premise with its source."""
    from lvlian.outlook.write_case import case_text

    wanted = asked(plan, account, scenario, settings, drop, until, today, choice([plan], corrections, no_corrections))
    if out is None:
        terminal.result(case_text(wanted.case))
        return DONE
    refuse_input_as_output(wanted.files, [out])
    write_files({out: case_text(wanted.case, "json" if out.suffix.lower() == ".json" else "yaml").encode()})
    one = wanted.case
    terminal.remark(
        f"{out}: {len(one.plants)} plants, {len(one.projects)} projects, {len(one.factors)} factors, {len(one.aims)} goals, {len(one.premises)} premises."
    )
    return DONE


@contextmanager
def counted(total: int, words: str) -> Iterator[Any]:
    """A meter that is told how many are done."""
    with terminal.meter(total, words) as meter:
        done = 0

        def tell(now: int, _whole: int) -> None:
            nonlocal done
            for _ in range(now - done):
                meter.step()
            done = max(done, now)

        yield tell


def _drawn(wanted: Asked, draws: int, seed: int | None, workers: int | None, cluster: str | None) -> Outlook:
    from lvlian.brief.outlook import make_outlook

    if cluster is not None:
        return _on_cluster(wanted, draws, seed, workers, cluster)
    with counted(draws, "drawing") as tell:
        return make_outlook(
            wanted.case, wanted.title, draws=draws, seed=seed, workers=workers, progress=tell, decide=True, months=wanted.months
        )  # fmt: skip


def _on_cluster(wanted: Asked, draws: int, seed: int | None, workers: int | None, cluster: str) -> Outlook:
    """The same with the draws elsewhere: chances and means to the bit, quantiles within 0.2 %."""
    from lvlian.brief.outlook import make_outlook
    from lvlian.outlook.ensemble import backend_of, run_ensemble, tasks_of
    from lvlian.outlook.ensemble.backend import SETTING
    from lvlian.outlook.risk import SEED, RiskError

    chosen = SEED if seed is None else seed
    try:
        backend = backend_of(cluster)
    except RiskError as error:
        raise CommandError(str(error).replace(SETTING, "--cluster", 1)) from None
    if workers is not None:
        backend = replace(backend, workers=workers)
    tasks = tasks_of({"case": wanted.case}, draws=draws, seed=chosen, quarterly=True)
    with counted(len(tasks), "drawing") as tell:
        done = run_ensemble(tasks, backend, progress=tell)
    group = done.groups["case"]
    if group.error:
        raise CommandError(group.error)
    told = make_outlook(wanted.case, wanted.title, draws=1, seed=chosen, months=wanted.months)
    return replace(
        told, odds={one.id: _odds(one) for one in group.goals}, silent=group.silent, draws=group.draws, seed=chosen
    )


def _odds(goal: Any) -> Odds:
    from lvlian.brief.outlook import Odds

    q = goal.quantiles
    return Odds(goal.chance, q[3], q[1], q[5], {label: tuple(row) for label, row in goal.fan.items()})


def _data(told: Outlook, second: Outlook | None) -> dict[str, Any]:
    data = told.to_json()
    if second is not None:
        data["against"] = second.to_json()
        data["differences"] = [row.to_json() for row in _differences(told.projection, second.projection)]
    return data


def _differences(first: Projection, second: Projection) -> tuple[Any, ...]:
    from lvlian.outlook.projection import compare

    return compare(first, second)


def _write(told: Outlook, out: Path, read: list[Path], language: str, second: Outlook | None) -> None:
    from lvlian.brief.outlook_sheets import json_bytes, outlook_files

    with terminal.meter(1, "writing"):
        files = {out / name: content for name, content in outlook_files(told, language).items()}
        if second is not None:
            files[out / "outlook.json"] = json_bytes(_data(told, second))
    refuse_input_as_output(read, list(files))
    write_files(files)
    names = ", ".join(path.name for path in files)
    terminal.remark(f"写入 {out}：{names}" if language == "zh" else f"The outlook is in {out}: {names}.")


def _show(told: Outlook, second: Outlook | None, language: str) -> None:
    from lvlian.brief import outlook_tables as tables
    from lvlian.brief.outlook_goals import goal_lines
    from lvlian.brief.outlook_saying import basis, opening
    from lvlian.cli.outlook_shown import show_grid, show_head, show_sentences

    lines = goal_lines(told)
    show_head(told.title, told.case.scenario, told.case.simulated, language)
    show_sentences((*opening(told, lines), basis(told)), language)
    if second is not None:
        none = "基准" if language == "zh" else "baseline"
        names = (told.case.scenario or none, second.case.scenario or none)
        rows = [row for row in _differences(told.projection, second.projection) if row.kind != "binding"]
        show_grid(_chances(told, second, names), language)
        show_grid(tables.differences_grid(rows, names, told), language, most=60)
        return
    show_grid(tables.goals_grid(lines), language)
    show_grid(tables.late_grid(told), language, most=ROWS)
    show_grid(tables.risks_grid(told), language, most=ROWS)
    show_grid(tables.deciders_grid(told), language)
    show_grid(tables.conflicts_grid(told), language, most=ROWS, without=(1,))
    show_grid(tables.unsaid_grid(lines), language)
    show_grid(tables.asks_grid(told), language, without=() if language == "zh" else (1,))
    premises = tables.moving(told.projection.premises)
    show_grid(tables.premises_grid(premises), language, most=ROWS)
    rest = len(told.projection.premises) - len(premises)
    if rest:
        terminal.remark(
            f"另有 {rest} 条前提按规划、报数或按期，--json 或 --out 有全部。" if language == "zh" else f"{rest} more premises are as the plan or a report has them; --json or --out has all."
        )  # fmt: skip


def _chances(told: Outlook, second: Outlook, names: tuple[str, str]) -> Any:
    """Goals with their chance in both scenarios."""
    from lvlian.brief.outlook_goals import goal_lines
    from lvlian.brief.outlook_tables import Cell, Grid, both, counted, plain
    from lvlian.brief.wording import Said, Wording

    words = Wording()
    others = {one.aim.id: one for one in goal_lines(second)}
    rows = []
    for one in goal_lines(told):
        other = others.get(one.aim.id)
        if one.odds is None or other is None or other.odds is None:
            continue
        light = words.term("outlook_light", other.light)
        rows.append(
            (Cell(light.zh, light.en, None, other.light), plain(str(one.aim.year)), both(one.name), both(one.unit), Cell(one.target.zh, one.target.en),
             counted(one.value, one.places), counted(other.value, one.places), plain(one.chance), plain(other.chance))
        )  # fmt: skip
    keys = ("light_head", "year", "goal", "unit", "planned", "projected", "projected", "chance", "chance")
    heads = [words.both(f"outlook_{key}") for key in keys]
    for at, name in ((5, names[0]), (6, names[1]), (7, names[0]), (8, names[1])):
        heads[at] = Said(f"{heads[at].zh} {name}", f"{heads[at].en} {name}")
    return Grid("goals", words.both("outlook_goals"), tuple(heads), tuple(rows), (4, 5, 6, 7, 8))
