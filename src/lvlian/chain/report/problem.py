"""What is wrong with a report: one sentence per place, in Chinese and English, and the import that is taken whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from lvlian.chain.report.statement import Origin, Statement

MOST_PROBLEMS = 500
"""More are counted and not told: a sheet of another kind would drown the reader."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a report from being taken: where it stands, a stable kebab-case code, what was found and what was
    expected. The two sentences leave the place out; `told` puts it before them."""

    origin: Origin
    code: str
    zh: str
    en: str

    def told(self, language: str = "zh") -> str:
        """`报表.xlsx › 填报 › D9：…` or `report.xlsx › 填报 › D9: …`."""
        place = str(self.origin)
        words, colon = (self.zh, "：") if language == "zh" else (self.en, ": ")
        return f"{place}{colon}{words}" if place else words

    def __str__(self) -> str:
        return self.told("en")


class WordError(ValueError):
    """A cell that cannot be understood; the place is not known here. `code`, `zh` and `en` as in Problem."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en

    def at(self, origin: Origin) -> Problem:
        return Problem(origin, self.code, self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Import:
    """What a file holds. `readable` are the statements that could be read, problems or not (for a preview); `statements` is all
    of them or, where anything is wrong, none. `name` is the file, `simulated` what the file says of itself, `skipped` the number
    of cells that were empty (not reported, never zero)."""

    name: str
    readable: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()
    simulated: bool = False
    skipped: int = 0
    more: int = field(default=0)
    """Problems beyond MOST_PROBLEMS."""

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def statements(self) -> tuple[Statement, ...]:
        return self.readable if self.ok else ()

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(sorted({statement.month for statement in self.readable}))


def refused(name: str, code: str, zh: str, en: str, *, sheet: str = "", cell: str = "") -> Import:
    """An import of which nothing could be read."""
    return Import(name, problems=(Problem(Origin(name, sheet, cell), code, zh, en),))


def short(value: object, most: int = 40) -> str:
    """What was found, short and on one line, without control characters: for a sentence."""
    text = "".join(c if c.isprintable() else " " for c in str(value)[: most * 4]).strip()
    return text if len(text) <= most else text[: most - 1] + "…"
