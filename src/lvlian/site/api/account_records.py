"""The kinds of records of the account that the API shows: works, supplies, reports and their figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.urls import reverse

from lvlian.chain.region import KINDS
from lvlian.chain.report.statement import ITEMS
from lvlian.site.account.models import Filing, Statement, SupplyLink, Works
from lvlian.site.api.shapes import Number, Part, Ref, Shape, number, ref, text

_ID, _REVISION, _SIMULATED = Part("id", int), Part("revision", int), Part("simulated", bool)
_REGION, _FIRM = Part("region", Ref, get=ref("region")), Part("firm", Ref, get=ref("firm"))


def _firm_region(row: Any) -> Any:
    return {"id": row.firm.region_id, "name": str(row.firm.region)}


WORKS = Shape(
    key="works",
    model=Works,
    permission="record.read",
    summary="What a firm can make: `lines` with process, capacity in t/a and months; `key` names the firm in reports.",
    parts=(
        _ID, Part("region", Ref, of="firm", get=_firm_region), _FIRM, Part("key", str), Part("kind", str), Part("state", str),
        Part("post", str), Part("lines", list[Any]), Part("facts", dict[str, Any]), _SIMULATED, _REVISION,
    ),
    filters={"firm": (Number, "firm"), "kind": (Literal[KINDS], "kind"), "key": (text(60), "key")},
    sorts=("key", "id"),
    named=("key", "firm__name", "firm__short"),
    related=("firm__region",),
)  # fmt: skip
SUPPLY_LINKS = Shape(
    key="supply-links",
    model=SupplyLink,
    permission="record.read",
    summary="A standing supply of a good; a side that is null lies outside the region.",
    parts=(
        _ID, _REGION, Part("source", Ref, get=ref("source")), Part("target", Ref, get=ref("target")), Part("good", str), _SIMULATED,
        _REVISION,
    ),
    filters={"good": (text(60), "good"), "source": (Number, "source"), "target": (Number, "target")},
    sorts=("id", "good"),
    related=("region", "source", "target"),
)  # fmt: skip
FILINGS = Shape(
    key="filings",
    model=Filing,
    permission="record.read",
    summary="A report of one firm about one month, as it was filed; a later one replaces figures and deletes none.",
    parts=(
        _ID, _REGION, _FIRM, Part("month", str), Part("number", int), Part("source", str), Part("note", str),
        Part("filed_by", int, get=number("filed_by")), Part("filed_at", datetime), Part("withdrawn", bool), _SIMULATED,
        Part("url", str, of="source", get=lambda row: reverse("report-detail", args=[row.pk])), _REVISION,
    ),
    filters={
        "firm": (Number, "firm"), "month": (text(7), "month"), "month_from": (text(7), "month__gte"), "month_to": (text(7), "month__lte"),
        "withdrawn": (bool, "withdrawn"),
    },
    sorts=("id", "month", "filed_at"),
    first="-id",
    related=("region", "firm"),
)  # fmt: skip
STATEMENTS = Shape(
    key="statements",
    model=Statement,
    permission="record.read",
    summary="One figure of a report, in the unit of the engine, with the text and the cell that it was given in. `current` is false once a "
    "later report said it again or it was withdrawn.",
    parts=(
        _ID, Part("filing", int, get=number("filing")), _REGION, _FIRM, Part("about", Ref, get=ref("about")), Part("month", str),
        Part("item", str), Part("good", str), Part("process", str), Part("partner", str), Part("value", float), Part("unit", str),
        Part("given", str), Part("source", str), Part("sd", float), Part("file", str), Part("sheet", str), Part("cell", str),
        Part("current", bool), Part("withdrawn", bool),
    ),
    filters={
        "filing": (Number, "filing"), "firm": (Number, "firm"), "month": (text(7), "month"), "item": (Literal[tuple(ITEMS)], "item"),
        "good": (text(60), "good"), "partner": (text(60), "partner"), "current": (bool, "current"),
    },
    sorts=("id", "month"),
    related=("region", "firm", "about"),
)  # fmt: skip
ACCOUNT = (WORKS, SUPPLY_LINKS, FILINGS, STATEMENTS)
