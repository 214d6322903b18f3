"""Writes of the ledger: opening an item, bringing it to a stage, moving and keeping its promises, reporting. Each is the action that the
pages call; what the track does not allow answers 422 with the sentence and the field."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Schema, Status
from pydantic import ConfigDict

from lvlian.site.api.access import opens
from lvlian.site.api.errors import WRITING, Refused
from lvlian.site.api.records import ITEMS, REGIONS, UNITS
from lvlian.site.api.selectors import record
from lvlian.site.api.shapes import Masking, Number, text
from lvlian.site.api.writing import (
    router as router,  # one address, one view: reads and writes of a record stand together
)
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import tracks
from lvlian.site.org.access import Access

ITEM: Any = ITEMS.row_schema()


class Seen(Schema):
    model_config = ConfigDict(extra="forbid")
    revision: Number


class Opening(Schema):
    """A new item. `due` promises its last stage; `data` are fields of its track."""

    model_config = ConfigDict(extra="forbid")
    region: Number
    track: text(30)  # type: ignore[valid-type]
    title: text(300)  # type: ignore[valid-type]
    about: text(1000) = ""  # type: ignore[valid-type]
    lead: Number | None = None
    units: list[Number] = []
    due: date | None = None
    data: dict[text(40), text(300) | float | None] = {}  # type: ignore[valid-type]


class Entering(Seen):
    stage: text(30)  # type: ignore[valid-type]
    day: date | None = None
    evidence: text(200) = ""  # type: ignore[valid-type]
    note: text(300) = ""  # type: ignore[valid-type]


class Moving(Seen):
    step: text(30)  # type: ignore[valid-type]
    expected: date | None = None
    why: text(300) = ""  # type: ignore[valid-type]


class Finishing(Seen):
    step: text(30)  # type: ignore[valid-type]
    done: date | None = None


class Reporting(Seen):
    note: text(300) = ""  # type: ignore[valid-type]


def _held(request: HttpRequest, pk: int) -> tuple[Access, Item]:
    access: Access = request.access  # type: ignore[attr-defined]
    row: Item = record(ITEMS, access, pk, whole=False)
    access.need("item.edit", row)
    return access, row


def _now(access: Access, row: Item) -> dict[str, Any]:
    return Masking(access).shown(ITEMS, record(ITEMS, access, row.pk))


@router.post(
    "/items",
    response={201: ITEM, **WRITING},
    operation_id="open_item",
    summary="Open an item of a track",
    tags=["items"],
)
@opens("item.open")
def open_one(request: HttpRequest, body: Opening):  # type: ignore[no-untyped-def]
    access: Access = request.access  # type: ignore[attr-defined]
    if body.track not in tracks():
        raise Refused(422, _("没有“%(track)s”这个台账。") % {"track": body.track}, "track")
    region = record(REGIONS, access, body.region, whole=False)
    units = [record(UNITS, access, pk, whole=False) for pk in dict.fromkeys(body.units)]
    made = items.open_item(
        access,
        region,
        body.track,
        body.title,
        about=body.about,
        lead=record(UNITS, access, body.lead, whole=False) if body.lead else None,
        units=units,
        due=body.due,
        data=body.data,
    )
    return Status(201, _now(access, made))


@router.post(
    "/items/{id}/enter",
    response={200: ITEM, **WRITING},
    operation_id="enter_stage",
    summary="Bring an item to a stage",
    description="Stages before it that nobody reported are entered as implied; gates, fields and evidence of the stage count.",
    tags=["items"],
)
@opens("item.edit")
def enter(request: HttpRequest, id: Path[Number], body: Entering):  # type: ignore[no-untyped-def]
    access, row = _held(request, id)
    given = {"day": body.day, "evidence": body.evidence, "note": body.note}
    return _now(access, items.enter(access, row, body.revision, body.stage, **given))


@router.post(
    "/items/{id}/move",
    response={200: ITEM, **WRITING},
    operation_id="move_promise",
    summary="Move the day of a promise",
    description="With the reason; without a day it goes back to the promised one.",
    tags=["items"],
)
@opens("item.edit")
def move(request: HttpRequest, id: Path[Number], body: Moving):  # type: ignore[no-untyped-def]
    access, row = _held(request, id)
    return _now(access, items.move(access, row, body.revision, body.step, body.expected, body.why))


@router.post(
    "/items/{id}/finish",
    response={200: ITEM, **WRITING},
    operation_id="keep_promise",
    summary="Say when a promise was kept",
    tags=["items"],
)
@opens("item.edit")
def finish(request: HttpRequest, id: Path[Number], body: Finishing):  # type: ignore[no-untyped-def]
    access, row = _held(request, id)
    return _now(access, items.finish(access, row, body.revision, body.step, body.done))


@router.post(
    "/items/{id}/report",
    response={200: ITEM, **WRITING},
    operation_id="report_item",
    summary="Say that things stand as they are shown",
    tags=["items"],
)
@opens("item.edit")
def report(request: HttpRequest, id: Path[Number], body: Reporting):  # type: ignore[no-untyped-def]
    access, row = _held(request, id)
    return _now(access, items.report(access, row, body.revision, body.note))
