"""`lvlian simulate`: labelled reports of a plan's region with their truth beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.options import Debug, Language, Quiet, Speech
from lvlian.cli.status import DONE, CommandError, printable

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.simulate import FaultPlan, Simulated, World

MOST_MONTHS = 120
MOST_FAULTS = 100


def simulate(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A plan (txt, docx, pdf, html), a region's fact file (yaml), facts (json) or a world (yaml).",
        ),
    ],
    first: Annotated[str, typer.Option("--from", metavar="MONTH", help="First month, like 2023-01.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files.")],
    last: Annotated[
        str, typer.Option("--to", metavar="MONTH", help="Last month; by default the first.", show_default=False)
    ] = "",
    seed: Annotated[int, typer.Option("--seed", min=0, metavar="N", help="The same seed gives the same files.")] = 1,
    faults: Annotated[
        int, typer.Option("--faults", min=0, max=MOST_FAULTS, metavar="N", help="Wrong figures to plant in each month.")
    ] = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="KIND[:PARTY[:MONTH]]",
            help="Plant this fault: tenfold, unit, sign, digits, missing, double, stale, bias, party, month, one_side, late. May be repeated.",
            show_default=False,
        ),
    ] = None,
    assumptions: Annotated[
        Path | None,
        typer.Option("--assumptions", metavar="FILE", help="A file over the shipped assumptions.", show_default=False),
    ] = None,
    excel: Annotated[bool, typer.Option("--excel/--no-excel", help="Also every firm's filled template.")] = True,
    language: Language = Speech.ZH,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Simulate the reports of a region's firms, month by month, with the truth and the planted faults beside them.

    What the file does not say is assumed and listed in README.md. Every file is marked simulated (模拟).
    """
    from lvlian.chain.library import load_library
    from lvlian.chain.simulate import drawn_plans, months_between, simulate
    from lvlian.chain.simulate.records import files_of
    from lvlian.cli.files import write_files

    months = months_between(first, last or first)
    if len(months) > MOST_MONTHS:
        raise CommandError(f"--to: {first} to {last} are {len(months)} months, expected at most {MOST_MONTHS}.")
    library = load_library()
    world = _world(file, library, assumptions)
    if not any(plant.runs(month) for plant in world.plants for month in months):
        raise CommandError(
            f"{file.name}: no line runs in {first} to {months[-1]}, expected months in which something is made."
        )
    plans = (*(_plan(text) for text in fault or ()), *drawn_plans(months, faults, seed))
    found = simulate(world, months, seed, plans, library=library)
    files = {out / name: content for name, content in files_of(found).items()}
    if excel:
        files |= {out / "reports" / name: content for name, content in _workbooks(found, library).items()}
    write_files(files)
    _tell(found, files, out, language)
    return DONE


def _world(file: Path, library: Library, own: Path | None) -> World:
    from lvlian.chain.simulate.assumptions import load_assumptions
    from lvlian.chain.simulate.load_world import is_world, world_of
    from lvlian.chain.simulate.plan_world import world_from_plan

    rules = load_assumptions(own)
    if file.suffix.lower() in (".yaml", ".yml"):
        from lvlian.chain.dataset import read_yaml

        data = read_yaml(file)
        if is_world(data):
            return world_of(data, library, file.name, assumptions=rules)
    from lvlian.cli.intake import read_facts
    from lvlian.plan.export import public_form

    return world_from_plan(public_form(read_facts(file)), library, assumptions=rules)


def _plan(text: str) -> FaultPlan:
    from lvlian.chain.simulate import FAULT_ZH, FaultPlan

    kind, _, rest = text.partition(":")
    party, _, month = rest.partition(":")
    if kind not in FAULT_ZH:
        raise CommandError(
            f"--fault {printable(text)[:60]}: {printable(kind)[:40]} is not known, expected one of {', '.join(FAULT_ZH)}."
        )
    return FaultPlan(kind=kind, party=party, month=month)


def _workbooks(found: Simulated, library: Library) -> dict[str, bytes]:
    """Every firm's filled template, by file name."""
    from lvlian.brief.report_template import template_bytes
    from lvlian.chain.report.form import forms_of
    from lvlian.chain.simulate.reports import report_file

    books: dict[str, bytes] = {}
    before: tuple[Any, ...] = ()
    for month, statements in found.statements.items():
        for form in forms_of(found.region, library, month, held=before):
            own = [s for s in statements if s.party == form.firm.id]
            if own:
                books[report_file(form.firm.id, month)] = template_bytes(
                    form, found.region, library, before=before, filled=own
                )
        before = statements
    return books


def _tell(found: Simulated, files: dict[Path, bytes], out: Path, language: Speech) -> None:
    chinese = language is Speech.ZH
    months = list(found.statements)
    count = sum(len(rows) for rows in found.statements.values())
    firms = len({s.party for rows in found.statements.values() for s in rows})
    if chinese:
        lines = [
            f"{found.region.name} {months[0]}—{months[-1]}，模拟：{firms} 家报数 {count} 条，植入差错 {len(found.planted)} 条，种子 {found.seed}",
            f"写入 {out}，{len(files)} 个文件；假设 {len(found.world.assumptions)} 条见 README.md",
        ]
    else:
        lines = [
            f"{found.region.name} {months[0]}–{months[-1]}, simulated: {firms} parties, {count} statements, {len(found.planted)} planted faults, seed {found.seed}",
            f"{len(files)} files in {out}; {len(found.world.assumptions)} assumptions in README.md",
        ]
    for line in lines:
        terminal.result(f"{printable(line)}\n")
