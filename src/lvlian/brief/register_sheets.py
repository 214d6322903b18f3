"""Registers of plans as an Excel workbook: entries, steps, facts in no register, and what the lights rest on."""

from __future__ import annotations

from collections.abc import Sequence

from .paper_words import printable
from .register import Entry, Register
from .register_words import RegisterWords
from .sheets import Column, Sheet, Value
from .workbook import workbook_bytes


def register_workbook(registers: Sequence[Register], *, language: str = "zh") -> bytes:
    """The workbook's bytes; the same registers give the same bytes. Text that looks like a formula stays text. Raises WordingError for
    another language than `zh` and `en`."""
    return workbook_bytes(register_sheets(registers, language=language))


def register_sheets(registers: Sequence[Register], *, language: str = "zh") -> list[Sheet]:
    """The sheets, empty ones too."""
    words = RegisterWords(language)
    makers = (_entries, _steps, _left, _notes)
    sheets = [make(registers, words) for make in makers]
    return [
        Sheet(sheet.name, sheet.columns, [[_cell(value) for value in row] for row in sheet.rows]) for sheet in sheets
    ]


def _entries(registers: Sequence[Register], words: RegisterWords) -> Sheet:
    rows: list[list[Value]] = [
        [
            _plan(register, words),
            words.of(entry.track.name),
            words.light(entry.light.state),
            entry.title,
            entry.owner,
            entry.lead,
            "、".join(unit for unit in entry.units if unit != entry.lead),
            words.of(entry.stage.name),
            words("by_plan" if entry.known else "unreported"),
            entry.next_title,
            entry.day.isoformat() if entry.day else "",
            words.reasons(entry, register),
            words(entry.born),
            entry.section,
            _sentences(entry),
            _doubts(entry),
        ]
        for register in registers
        for entry in register.entries
    ]
    columns = _columns(
        words,
        *(("plan", 14), ("register", 12), ("light", 10), ("title", 44), ("owner", 22), ("lead", 20), ("units", 30)),
        *(("stage", 10), ("stated", 10), ("next", 12), ("day", 12), ("why", 44), ("kind", 8), ("section", 40)),
        *(("sentence", 60), ("doubt", 20)),
    )
    return Sheet(words("register"), columns, rows)


def _steps(registers: Sequence[Register], words: RegisterWords) -> Sheet:
    rows: list[list[Value]] = []
    for register in registers:
        for entry in register.entries:
            origins = {origin.step: origin for origin in entry.origins}
            for step in entry.steps:
                origin = origins.get(step.key, entry.origins[0])
                stage = entry.track.by_key.get(step.stage)
                rows.append(
                    [
                        _plan(register, words),
                        words.of(entry.track.name),
                        entry.title,
                        words.step(entry.track, step),
                        words.of(stage.name) if stage else "",
                        step.due.isoformat() if step.due else "",
                        step.expected.isoformat() if step.expected else "",
                        step.done.isoformat() if step.done else "",
                        words("plan" if step.given == "plan" else "by_assumption"),
                        origin.section,
                        origin.sentence,
                    ]
                )
    columns = _columns(
        words,
        *(("plan", 14), ("register", 12), ("title", 44), ("step", 12), ("stage", 12), ("due", 12), ("expected", 12)),
        *(("done", 12), ("given", 10), ("section", 40), ("sentence", 60)),
    )
    return Sheet(words("steps_sheet"), columns, rows)


def _left(registers: Sequence[Register], words: RegisterWords) -> Sheet:
    rows: list[list[Value]] = [
        [_plan(register, words), words(origin.kind), origin.section, origin.sentence]
        for register in registers
        for origin in register.left
    ]
    columns = _columns(words, ("plan", 14), ("kind", 10), ("section", 44), ("sentence", 60))
    return Sheet(words("left_sheet"), columns, rows)


def _notes(registers: Sequence[Register], words: RegisterWords) -> Sheet:
    from lvlian import __version__

    rows: list[list[Value]] = []
    for register in registers:
        issued = register.issued.isoformat() if register.issued else words("no_issue")
        pairs = [("plan", _marked(register.title, register, words)), ("issued", issued)]
        pairs.append(("today", register.today.isoformat()))
        pairs += [("light", f"{words.light(state)} {count}") for state, count in register.lights().items()]
        pairs += [("notes_sheet", line) for line in words.notes(register)]
        rows += [[words(key), text] for key, text in pairs]
    rows.append([words("notes_sheet"), words("version", version=__version__)])
    return Sheet(words("notes_sheet"), (Column(words("item"), 12), Column(words("content"), 90)), rows)


def _columns(words: RegisterWords, *named: tuple[str, int]) -> tuple[Column, ...]:
    return tuple(Column(words(key), width) for key, width in named)


def _plan(register: Register, words: RegisterWords) -> str:
    """The region, or else the title; an invented plan is marked in every row."""
    return _marked(register.region or register.title, register, words)


def _marked(text: str, register: Register, words: RegisterWords) -> str:
    return f"{text}（{words('invented')}）" if register.invented else text


def _sentences(entry: Entry) -> str:
    return "\n".join(dict.fromkeys(origin.sentence for origin in entry.origins if origin.sentence))


def _doubts(entry: Entry) -> str:
    return "；".join(dict.fromkeys(origin.doubt for origin in entry.origins if origin.doubt))


def _cell(value: Value) -> Value:
    return printable(value) if isinstance(value, str) else value
