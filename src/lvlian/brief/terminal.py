"""An assessed plan in the terminal: goals by year, projects, findings with their arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvlian.finding import SEVERITIES, Severity, by_severity

from .assessed import Assessed
from .figures import when_en, when_zh, with_unit
from .goals import EACH, UNDATED, goal_table
from .schedule import schedule
from .wording import Wording

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

_LIGHTS: dict[Severity, tuple[str, str]] = {
    "conflict": ("■", "red"),
    "notice": ("▲", "yellow"),
    "gap": ("○", "bright_black"),
    "agrees": ("●", "green"),
}
MOST_PROJECTS = 30
"""Rows of the project table; the brief has all."""


def print_assessed(item: Assessed, console: Console, *, language: str = "zh") -> None:
    """Print one plan. Colours and widths follow the console; text of the plan is never read as markup."""
    from rich.text import Text

    words = Wording(language)
    head = item.facts.document
    console.print(Text(item.title + (f"　{words.say('simulated')}" if item.invented else ""), style="bold"))
    console.print(
        Text(
            "　".join(part for part in (head.number, head.issuer, head.date or "", head.region) if part),
            style="bright_black",
        )
    )
    counts = Text()
    for severity in SEVERITIES:
        count = sum(finding.severity == severity for finding in item.findings)
        mark, colour = _LIGHTS[severity]
        counts.append(f"{mark} {words.term('severity_of', severity).in_(language)} {count}　", style=colour)
    console.print(counts)
    for table in (*_goals(item, words), *_projects(item, words)):
        console.print(table)
    _findings(item, console, words)


def _table(title: str) -> Table:
    from rich import box
    from rich.table import Table

    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.HORIZONTALS,
        header_style="bright_black",
        pad_edge=False,
    )


def _cell(text: str) -> RenderableType:
    from rich.text import Text

    return Text(text)


def _goals(item: Assessed, words: Wording) -> list[Table]:
    """Goals by year, then those for every period or without a date, so that the years keep their room on a narrow screen."""
    plan = goal_table(item.facts)
    years = [column for column in plan.columns if column.isdigit()]
    others = [column for column in plan.columns if not column.isdigit()]
    parts = [
        (columns, [row for row in plan.rows() if any(c in row.cells for c in columns)]) for columns in (years, others)
    ]
    parts = [(columns, rows) for columns, rows in parts if rows]
    region = item.facts.document.region
    out = []
    for place, (columns, rows) in enumerate(parts):
        table = _table(f"{words.say('goals')} {len(item.facts.goals)}" if place == 0 else "")
        table.add_column(words.say("indicator"), overflow="fold", min_width=16)
        table.add_column(words.say("unit"), no_wrap=True)
        for column in columns:
            heading = {EACH: words.say("each"), UNDATED: words.say("none")}.get(column, column)
            table.add_column(heading, justify="right", no_wrap=True)
        for row in rows:
            name = " ".join(part for part in ("" if row.subject == region else row.subject, row.name) if part)
            if row.mode != "level" and words.say(row.mode) not in name:
                name += f"（{words.say(row.mode)}）"
            cells = ["\n".join(entry.text for entry in row.cells.get(column, [])) or "—" for column in columns]
            table.add_row(*(_cell(text) for text in (name, row.unit or "—", *cells)))
        out.append(table)
    return out


def _projects(item: Assessed, words: Wording) -> list[Table]:
    plan = schedule(item.facts)
    if not plan.projects:
        return []
    table = _table(f"{words.say('projects')} {len(plan.projects)}")
    table.add_column(words.say("project"), overflow="fold")
    table.add_column(words.say("capacity"), justify="right", no_wrap=True)
    table.add_column(words.say("steps"), overflow="fold")
    when = when_zh if words.language == "zh" else when_en
    for project in plan.projects[:MOST_PROJECTS]:
        steps = "；".join(
            f"{step.event} {when(step.when, step.when_op) or words.say('undated')}"
            + (f" ▲{words.say('before_issue')}" if step.early else "")
            for step in project.steps
        )
        table.add_row(_cell(project.label), _cell(with_unit(project.capacity, project.unit) or "—"), _cell(steps))
    if len(plan.projects) > MOST_PROJECTS:
        table.caption = words.say("more_rows", n=len(plan.projects) - MOST_PROJECTS)
    return [table]


def _findings(item: Assessed, console: Console, words: Wording) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console.print(Text(f"{words.say('findings')} {len(item.findings)}", style="bold"))
    if not item.findings:
        console.print(Text(words.say("no_findings")))
    for finding in by_severity(list(item.findings)):
        mark, colour = _LIGHTS[finding.severity]
        light = Text(
            f"{mark} {words.term('severity_of', finding.severity).in_(words.language)}　", style=f"bold {colour}"
        )
        message = finding.message_zh if words.language == "zh" else finding.message_en or finding.message_zh
        console.print(light + Text(message, style="not bold default"))
        lines = [*finding.arithmetic, *(f"{words.say('assumption')}：{line}" for line in finding.assumptions)]
        for line in lines:
            console.print(Padding(Text(line, style="bright_black"), (0, 0, 0, 9)))
