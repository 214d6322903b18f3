"""`lvlian tracks`: the registers that there are, and whether a file of one's own is sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.options import Debug, Language, Quiet, Speech
from lvlian.cli.registers import TracksFolder, known_track, tracks_of
from lvlian.cli.status import BAD_INPUT, DONE, sentence

if TYPE_CHECKING:
    from lvlian.ledger.track import Stage, Track, Words

app = typer.Typer(help="The registers: list them, look at one, check a file of your own.", rich_markup_mode=None)
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.callback(invoke_without_command=True)
def tracks(
    context: typer.Context,
    json: AsJson = False,
    folder: TracksFolder = None,
    language: Language = Speech.ZH,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int | None:
    """List the tracks (registers) with their stages; `show` tells one of them in full, `check` looks at files of your own."""
    if context.invoked_subcommand is not None:
        return None
    known = tracks_of(folder)
    if json:
        from lvlian.plan.export import json_text

        terminal.result(json_text([_form(track) for track in known.values()]))
        return DONE
    from rich.table import Table
    from rich.text import Text

    chinese = language is Speech.ZH
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("key", no_wrap=True)
    for heading in ("台账", "场所", "阶段") if chinese else ("track", "room", "stages"):
        table.add_column(heading, overflow="fold")
    for track in known.values():
        stages = " → ".join(_say(stage.name, language) for stage in track.stages)
        table.add_row(*(Text(words) for words in (track.key, _say(track.name, language), track.group, stages)))
    terminal.console().print(table)
    return DONE


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML files of tracks.")],
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Check files of your own: one sentence for each fault, with the place, what was found and what was expected."""
    from lvlian.ledger.load import TrackError, load_track

    code = DONE
    for path in files:
        try:
            track = load_track(path)
        except TrackError as error:
            terminal.complain(f"{sentence(error)}.")
            code = BAD_INPUT
        else:
            terminal.result(
                f"{path.name}: {track.name.en}, {len(track.stages)} stages, {len(track.takes)} rules of intake\n"
            )
    return code


@app.command()
def show(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The track's key.")],
    json: AsJson = False,
    folder: TracksFolder = None,
    language: Language = Speech.ZH,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Tell one track in full: stages with clocks and gates, fields, lights, and where its numbers come from."""
    track = known_track(tracks_of(folder), key)
    if json:
        from lvlian.plan.export import json_text

        terminal.result(json_text(_form(track)))
        return DONE
    from rich.text import Text

    console, chinese = terminal.console(), language is Speech.ZH
    console.print(Text(f"{_say(track.name, language)}（{track.key}）", style="bold"))
    console.print(Text(_say(track.about, language)))
    for place, stage in enumerate(track.stages, 1):
        console.print(Text(f"  {place}. {_stage(stage, language)}"), soft_wrap=True)
    for one in track.fields:
        unit = f"，{one.unit}" if one.unit else ""
        label = "字段" if chinese else "field"
        console.print(Text(f"  {label} {one.key}: {_say(one.name, language)}{unit}"), soft_wrap=True)
    rule = track.light
    if chinese:
        stale = f"，{rule.stale} 天未报预警" if rule.stale else ""
        lines = [f"灯：到期前 {rule.near} 天提示，逾期或改期 {rule.bad} 天内预警、以上滞后{stale}"]
    else:
        stale = f", warns after {rule.stale} days without a report" if rule.stale else ""
        lines = [
            f"light: told {rule.near} days before, warns up to {rule.bad} days late or moved, behind beyond{stale}"
        ]
    checked = (
        ("已核对" if track.verified else "未核对") if chinese else ("compared" if track.verified else "not compared")
    )
    lines.append(
        f"{'来源' if chinese else 'source'}（{checked}）：{(track.source if chinese else track.source_en) or '—'}"
    )
    for line in lines:
        console.print(Text(line, style="bright_black"), soft_wrap=True)
    return DONE


def _say(words: Words, language: Speech) -> str:
    return words.en if language is Speech.EN else words.zh


def _stage(stage: Stage, language: Speech) -> str:
    """A stage in a line: its words, usual length, clock, gates and proof."""
    chinese = language is Speech.ZH
    parts = []
    if stage.words:
        parts.append(("写作 " if chinese else "written as ") + "、".join(stage.words))
    if stage.days:
        parts.append(f"通常 {stage.days} 天" if chinese else f"usually {stage.days} days")
    if stage.optional:
        parts.append("可略" if chinese else "may be left out")
    if stage.clock is not None:
        most = stage.clock.most
        if chinese:
            parts.append(f"时限 {stage.clock.days} 个工作日" + (f"，最多 {most}" if most else ""))
        else:
            parts.append(f"clock {stage.clock.days} working days" + (f", {most} at most" if most else ""))
    if stage.gates:
        parts.append(("关口 " if chinese else "gates ") + "、".join(_say(gate.name, language) for gate in stage.gates))
    if stage.evidence is not None:
        parts.append(("凭据 " if chinese else "proof ") + _say(stage.evidence, language))
    joined = "；".join(parts) if chinese else "; ".join(parts)
    return f"{_say(stage.name, language)}（{stage.key}）" + (f"：{joined}" if joined else "")


def _form(track: Track) -> dict[str, Any]:
    """A track as JSON; everything that its file may say."""
    from dataclasses import asdict

    form = asdict(track)
    form.pop("file")
    return form
