"""`lvlian explain` of a plan's goals: what will fall short and what holds it back; which sentences cannot all hold, with repairs solved again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvlian.cli import terminal
from lvlian.cli.intake import Corrections
from lvlian.cli.outlook_case import asked
from lvlian.cli.status import DONE, printable

if TYPE_CHECKING:
    from lvlian.brief.outlook import Outlook
    from lvlian.outlook.conflict import Conflict

DRAWS = 2_000
SECONDS = 6.0
ROWS = 12


def explain_goals(
    path: Path,
    accounts: Sequence[Path] | None,
    scenarios: Sequence[Path] | None,
    today: str | None,
    how: Corrections,
    json: bool,
    language: str,
) -> int:
    """What of a plan's goals will not be reached and why."""
    from lvlian.brief.outlook import make_outlook
    from lvlian.cli.projecting import counted
    from lvlian.outlook.conflict import conflicts, with_effects

    wanted = asked(path, accounts, scenarios, today=today, corrections=how, check=True)
    with counted(DRAWS, "drawing") as tell:
        told = make_outlook(wanted.case, wanted.title, draws=DRAWS, progress=tell, clashes=False, months=wanted.months)
    with terminal.meter(1, "looking for sentences that cannot all hold"):
        found = conflicts(wanted.case, findings=wanted.findings, seconds=SECONDS)
        found = with_effects(wanted.case, found, base=told.projection)
    told = replace(told, conflicts=found)
    if json:
        from lvlian.brief.outlook_sheets import json_bytes

        terminal.result(json_bytes(_data(told)).decode())
    else:
        _show(told, found, language)
    return DONE


def _data(told: Outlook) -> dict[str, Any]:
    data = told.to_json()
    keys = ("title", "region", "scenario", "months", "simulated", "draws", "seed", "conflicts", "asks")
    goals = [
        {key: row[key] for key in ("id", "label", "unit", "target", "median", "interval", "chance", "missing")}
        for row in data["projection"]["aims"]
    ]
    return {
        "format": "lvlian-explanation/1",
        **{key: data[key] for key in keys},
        "goals": goals,
        "risks": data["projection"]["risks"],
    }


def _show(told: Outlook, found: Sequence[Conflict], language: str) -> None:
    from lvlian.brief import outlook_tables as tables
    from lvlian.brief.outlook_goals import goal_lines, worst_first
    from lvlian.brief.outlook_saying import basis, opening
    from lvlian.cli.outlook_shown import show_grid, show_head, show_sentences

    lines = goal_lines(told)
    show_head(told.title, told.case.scenario, told.case.simulated, language)
    show_sentences((*opening(told, lines), basis(told)), language)
    show_grid(tables.goals_grid(worst_first(lines)), language)
    show_grid(tables.risks_grid(told), language, most=ROWS)
    _show_conflicts(found, language)
    show_grid(tables.asks_grid(told), language, most=ROWS, without=() if language == "zh" else (1,))


def _show_conflicts(found: Sequence[Conflict], language: str) -> None:
    """Each as 甲 乙 丙, its arithmetic, its repairs with what solving again said."""
    from rich.text import Text

    from lvlian.brief.outlook_tables import letter

    console, zh = terminal.console(), language == "zh"
    if not found:
        console.print()
        console.print(Text("没有找到不能同时成立的句子。" if zh else "No sentences were found that cannot all hold."))
    for one in found:
        console.print()
        mark, style = ("■", "bold red") if one.severity == "conflict" else ("▲", "yellow")
        console.print(Text(f"{mark} {printable(one.title if zh else one.title_en)}", style=style), soft_wrap=True)
        for said in one.clauses:
            words = said.words if zh else said.en
            place = f"  {printable(said.ref.section)}" if said.ref.section else ""
            mark_of = said.mark if zh else letter(said.mark)
            console.print(Text(f"  {mark_of} {printable(words)}{place}"), soft_wrap=True)
        for line in one.lines:
            console.print(Text(f"    {printable(line.said(zh))}"), soft_wrap=True)
        for repair in one.repairs:
            verdict = repair.verdict if zh else "holds" if repair.holds else "does not hold"
            if not zh and not repair.tested:
                verdict = "not solved again"
            price = repair.price_zh if zh else repair.price_en
            parts = [repair.zh if zh else repair.en, price, repair.who, repair.why_zh if zh else repair.why_en]
            text = ("，" if zh else "; ").join(printable(part) for part in parts if part)
            console.print(
                Text(f"  改{repair.mark}：{text}：{verdict}" if zh else f"  change {text}: {verdict}"), soft_wrap=True
            )
        for text in one.assumptions:
            console.print(Text(f"    {'假' if zh else 'assumed'} {printable(text)}", style="dim"), soft_wrap=True)
        if one.same:
            told = "、".join(one.same)
            console.print(
                Text(f"    {'自查已提出' if zh else 'told by lvlian check'}：{told}", style="dim"), soft_wrap=True
            )
