"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lvlian.cli.session import Debug, LexiconFolder, Quiet

__all__ = [
    "CorrectionsFile",
    "Debug",
    "File",
    "Files",
    "Jobs",
    "Language",
    "LexiconFolder",
    "NoCorrections",
    "Quiet",
    "Speech",
]


class Speech(StrEnum):
    """The language of tables and pages."""

    ZH = "zh"
    EN = "en"


Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", help="Documents (txt, docx, pdf, html), region fact files (yaml) or facts (json)."
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A document (txt, docx, pdf, html).")]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        max=256,
        metavar="N",
        help="Processes for many files; by default the cores there are.",
        show_default=False,
    ),
]
CorrectionsFile = Annotated[
    Path | None,
    typer.Option(
        "--corrections",
        metavar="FILE",
        help="Corrections to apply instead of <stem>.corrections.yaml beside the document.",
        show_default=False,
    ),
]
NoCorrections = Annotated[bool, typer.Option("--no-corrections", help="Apply no corrections.")]
Language = Annotated[Speech, typer.Option("--language", "--lang", help="Language of the output.")]
