"""Regulations and reference prices that a check may cite."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import Row, read_table

COLUMNS = ("id", "title", "document_number", "issuer", "date", "rule", "parameters", "source", "verified", "note")
PRICE_COLUMNS = (
    "price_id",
    "item_zh",
    "item_en",
    "year",
    "period",
    "value",
    "low",
    "high",
    "unit",
    "tax",
    "region",
    "price_ex_vat",
    "source",
    "verified",
    "note",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """One rule. `date` as compiled (issue; start of validity); `parameters` machine-readable values (names in English)."""

    id: str
    title: str
    document_number: str
    issuer: str
    date: str
    rule: str
    parameters: dict[str, Any]
    source: str
    verified: bool
    note: str

    @property
    def cite(self) -> str:
        mark = "" if self.verified else "（未核）"
        return f"《{self.title}》（{self.document_number}，{self.date}）{mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A reference price or output value; `value` None where the row is a formula (see `note`); `tax` incl | ex (13 % VAT) | cif |
    na; `price_ex_vat` None where it does not apply."""

    id: str
    item_zh: str
    item_en: str
    year: str
    period: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    tax: str
    region: str
    price_ex_vat: float | None
    source: str
    verified: bool
    note: str


def read_regulations(path: Path) -> tuple[Regulation, ...]:
    """Raises LibraryError with file, line and field."""
    return read_table(path, COLUMNS, _regulation)


def read_prices(path: Path) -> tuple[Price, ...]:
    """Raises LibraryError with file, line and field."""
    return read_table(path, PRICE_COLUMNS, _price)


def _regulation(row: Row) -> Regulation:
    try:
        parameters = json.loads(row.text("parameters") or "{}")
    except json.JSONDecodeError as error:
        raise row.error("parameters", f"is not JSON ({error.msg})") from None
    if not isinstance(parameters, dict):
        raise row.error("parameters", "expected a JSON object")
    return Regulation(
        id=row.required("id"),
        title=row.required("title"),
        document_number=row.text("document_number"),
        issuer=row.text("issuer"),
        date=row.text("date"),
        rule=row.required("rule"),
        parameters=parameters,
        source=row.required("source"),
        verified=row.yes("verified"),
        note=row.text("note"),
    )


def _price(row: Row) -> Price:
    return Price(
        id=row.required("price_id"),
        item_zh=row.required("item_zh"),
        item_en=row.text("item_en"),
        year=row.text("year"),
        period=row.text("period"),
        value=row.optional_number("value"),
        low=row.optional_number("low"),
        high=row.optional_number("high"),
        unit=row.text("unit"),
        tax=row.choice("tax", ("incl", "ex", "cif", "na")),
        region=row.text("region"),
        price_ex_vat=row.optional_number("price_ex_vat"),
        source=row.required("source"),
        verified=row.yes("verified"),
        note=row.text("note"),
    )
