"""The catalogue of indicators that development plans name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lvlian.chain.dataset import Row, read_table

COLUMNS = (
    "indicator_id",
    "name_zh",
    "name_en",
    "words",
    "formula",
    "numerator",
    "denominator",
    "unit",
    "direction",
    "kind",
    "named_in",
    "explicit_target",
    "source",
    "verified",
    "notes",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """An indicator with its formula and boundary. `words` name it in plan texts; `direction` starts with `up`, `down` or
    `neutral`; `kind` flow | stock | flow ratio | stock ratio | intensity | count …; `named_in` the regions whose documents
    name it; `notes` the ambiguities of its boundary; `verified` False: the formula is this project's reading."""

    id: str
    name_zh: str
    name_en: str
    words: tuple[str, ...]
    formula: str
    numerator: str
    denominator: str
    unit: str
    direction: str
    kind: str
    named_in: tuple[str, ...]
    explicit_target: bool
    source: str
    verified: bool
    notes: str


def read_indicators(path: Path) -> tuple[Indicator, ...]:
    """Raises LibraryError with file, line and field."""
    return read_table(path, COLUMNS, _make)


def _make(row: Row) -> Indicator:
    return Indicator(
        id=row.required("indicator_id"),
        name_zh=row.required("name_zh"),
        name_en=row.text("name_en"),
        words=row.parts("words"),
        formula=row.text("formula"),
        numerator=row.text("numerator"),
        denominator=row.text("denominator"),
        unit=row.text("unit"),
        direction=row.required("direction"),
        kind=row.text("kind"),
        named_in=row.parts("named_in"),
        explicit_target=row.yes("explicit_target"),
        source=row.required("source"),
        verified=row.yes("verified"),
        notes=row.text("notes"),
    )
