"""`lvlian read` and `lvlian attach`: documents to facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from lvlian.cli import terminal
from lvlian.cli.files import write_files
from lvlian.cli.intake import Corrections, take
from lvlian.cli.options import CorrectionsFile, Debug, Files, Jobs, LexiconFolder, NoCorrections, Quiet
from lvlian.cli.status import BAD_INPUT, DONE, CommandError

Form = Literal["json", "yaml", "xlsx"]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="DIR", help="Write one file for each plan into this folder.", show_default=False
    ),
]


@dataclass(frozen=True, slots=True)
class Output:
    """One document in the forms asked for, and the remarks about it."""

    contents: tuple[tuple[Form, bytes], ...]
    remarks: tuple[str, ...]


def read(
    files: Files,
    json: Annotated[bool, typer.Option("--json", help="As JSON (the default).")] = False,
    yaml: Annotated[bool, typer.Option("--yaml", help="As YAML.")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="As an Excel workbook; needs --out.")] = False,
    out: Out = None,
    corrections: CorrectionsFile = None,
    no_corrections: NoCorrections = False,
    jobs: Jobs = None,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Read plans into facts: goals, milestones, duties, incentives, chains, each with its sentence.

    Without --out the facts go to standard output: one object for one FILE, a list for several.
    """
    asked: tuple[tuple[Form, bool], ...] = (("json", json), ("yaml", yaml), ("xlsx", xlsx))
    forms: tuple[Form, ...] = tuple(form for form, on in asked if on) or ("json",)
    if out is None and (len(forms) > 1 or "xlsx" in forms):
        raise CommandError("--xlsx and several forms at once are written to files; say where with --out DIR.")
    how = choice(files, corrections, no_corrections)
    if out is None:
        return _print(files, forms[0], how, jobs)
    return _write(files, forms, out, how, jobs)


def choice(files: Sequence[Path], corrections: Path | None, off: bool) -> Corrections:
    """The corrections options, checked. Raises CommandError."""
    if corrections is not None and off:
        raise CommandError("--corrections and --no-corrections cannot both be given.")
    if corrections is not None and len(files) > 1:
        raise CommandError("--corrections belongs to one document; give one FILE with it.")
    return Corrections(corrections, off)


def _render(forms: Sequence[Form], how: Corrections, nested: bool, path: Path) -> Output:
    """The file in the forms asked for; `nested` JSON is indented as a member of a list."""
    from lvlian.plan.export import facts_json, facts_yaml

    taken = take(path, how)
    contents: list[tuple[Form, bytes]] = []
    for form in forms:
        if form == "json":
            text = facts_json(taken.facts)
            text = "  " + text.rstrip("\n").replace("\n", "\n  ") if nested else text
            contents.append((form, text.encode("utf-8", "replace")))
        elif form == "yaml":
            contents.append((form, facts_yaml([taken.facts]).encode("utf-8", "replace")))
        else:
            from lvlian.brief.facts_xlsx import facts_workbook

            contents.append((form, facts_workbook([taken.facts])))
    return Output(tuple(contents), taken.remarks)


def _outputs(
    files: Sequence[Path], forms: Sequence[Form], how: Corrections, jobs: int | None, nested: bool
) -> Iterator[tuple[Path, Output | None]]:
    from lvlian.cli.batch import run_batch

    for done in run_batch(partial(_render, forms, how, nested), files, jobs, "reading"):
        if done.value is not None:
            for words in done.value.remarks:
                terminal.remark(words)
        yield done.path, done.value


def _print(files: Sequence[Path], form: Form, how: Corrections, jobs: int | None) -> int:
    listed = form == "json" and len(files) > 1
    code, separator = DONE, "[\n" if listed else ""
    for _, output in _outputs(files, (form,), how, jobs, listed):
        if output is None:
            code = BAD_INPUT
            continue
        terminal.result(separator + output.contents[0][1].decode())
        separator = ",\n" if listed else ""
    if listed:
        terminal.result("[]\n" if separator == "[\n" else "\n]\n")
    return code


def _write(files: Sequence[Path], forms: Sequence[Form], out: Path, how: Corrections, jobs: int | None) -> int:
    names = file_names(files)
    for path, name in zip(files, names, strict=True):
        if name != path.stem:
            terminal.remark(f"{path}: another file has the stem {path.stem}, its facts are written as {name}.")
    refuse_input_as_output(files, [out / f"{name}.{form}" for name in names for form in forms])
    folder(out)
    code, written = DONE, 0
    for name, (_, output) in zip(names, _outputs(files, forms, how, jobs, False), strict=True):
        if output is None:
            code = BAD_INPUT
            continue
        write_files({out / f"{name}.{form}": content for form, content in output.contents})
        written += 1
    terminal.remark(f"{written} of {len(files)} file(s) read, facts in {out}.")
    return code


def folder(out: Path) -> None:
    """Hold --out to be a folder or not yet there; it is made when the first file is ready. Raises CommandError."""
    if out.exists() and not out.is_dir():
        raise CommandError(f"--out {out}: is a file, expected a folder.")


def file_names(files: Sequence[Path]) -> list[str]:
    """A name for each file: its stem; from the second of one stem on with -2, -3 …, in the order given."""
    reserved = {path.stem for path in files}
    used: set[str] = set()
    names = []
    for path in files:
        name, number = path.stem, 2
        while name in used or (number > 2 and name in reserved):
            name, number = f"{path.stem}-{number}", number + 1
        used.add(name)
        names.append(name)
    return names


def refuse_input_as_output(files: Sequence[Path], targets: Sequence[Path], option: str = "--out") -> None:
    """Raises CommandError where a result would be written over a file that is read; `option` is the one that says where."""
    inputs = {path.resolve() for path in files}
    for target in targets:
        if target.resolve() in inputs:
            raise CommandError(f"{target}: would be written over a file that is read; choose another {option}.")


def attach(
    region: Annotated[Path, typer.Argument(metavar="REGION.yaml", help="A region's fact file.")],
    document: Annotated[Path, typer.Argument(metavar="DOCUMENT", help="Your copy of the region's document.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write the facts to this file.", show_default=False),
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Give a region's facts their sentences, out of your own copy of the document."""
    from lvlian.plan.export import facts_json
    from lvlian.plan.region import attach as attach_document
    from lvlian.plan.region import load_region
    from lvlian.plan.source import read_source

    facts = attach_document(load_region(region), read_source(document))
    found, total = facts.sentences
    content = facts_json(facts)
    if out is None:
        terminal.result(content)
    else:
        refuse_input_as_output([region, document], [out])
        write_files({out: content.encode("utf-8", "replace")})
    terminal.remark(
        f"{document.name}: {found} of {total} facts of {region.name} have their sentence"
        + (f", written to {out}." if out else ".")
    )
    return DONE
