"""Writes: decisions on facts and findings, changes of records, remarks. Each calls the action that the pages call.

Every write carries the `revision` that the caller saw; a record that has moved since answers 409 with what was changed.
"""

from datetime import date
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import Path, Schema, Status
from pydantic import ConfigDict, create_model

from lvlian.site.api.access import opens
from lvlian.site.api.errors import FAULTS, WRITING, Refused
from lvlian.site.api.reading import (
    router as router,  # one address, one view: reads and writes of a record stand together
)
from lvlian.site.api.records import BY_MODEL, COMMENTS, FACTS, FINDINGS, VERSIONS
from lvlian.site.api.selectors import record, remarks
from lvlian.site.api.shapes import Masking, Number, Shape, text
from lvlian.site.lists import actions
from lvlian.site.lists.forms import editable, form_for
from lvlian.site.lists.registry import spec_for
from lvlian.site.lists.sight import Sight
from lvlian.site.org.access import Access
from lvlian.site.plans.actions import findings, review
from lvlian.site.plans.actions.proposals import guarded
from lvlian.site.plans.models import Fact, Finding

FACT: Any = FACTS.row_schema(whole=True)
FINDING: Any = FINDINGS.row_schema()
COMMENT: Any = COMMENTS.row_schema()


# Facts --------------------------------------------------------------------------------------------------------------------
class Decision(Schema):
    model_config = ConfigDict(extra="forbid")
    revision: Number
    reason: text(500) = ""  # type: ignore[valid-type]


class Correction(Decision):
    values: dict[str, Any]


class Addition(Schema):
    """A fact that the reader missed: the words of the version's text that carry it, and where they stand."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal[tuple(Fact.Kind.values)]  # type: ignore[valid-type]
    values: dict[str, Any]
    quote: text(2000)  # type: ignore[valid-type]
    start: Number | None = None
    reason: text(500) = ""  # type: ignore[valid-type]


def _fact(request: HttpRequest, id: int) -> tuple[Access, Fact]:
    access: Access = request.access  # type: ignore[attr-defined]
    return access, record(FACTS, access, id)


def _now(access: Access, shape: Shape, row: Any) -> dict[str, Any]:
    return Masking(access).shown(shape, record(shape, access, row.pk), whole=True)


@router.post(
    "/facts/{id}/accept",
    response={200: FACT, **WRITING},
    operation_id="accept_fact",
    summary="Accept a fact",
    tags=["facts"],
)
@opens("fact.review")
def accept(request: HttpRequest, id: Path[Number], body: Decision):  # type: ignore[no-untyped-def]
    access, fact = _fact(request, id)
    return _now(access, FACTS, review.accept(access, fact, body.revision, body.reason))


@router.post(
    "/facts/{id}/correct",
    response={200: FACT, **WRITING},
    operation_id="correct_fact",
    summary="Correct a fact",
    tags=["facts"],
)
@opens("fact.review")
def correct(request: HttpRequest, id: Path[Number], body: Correction):  # type: ignore[no-untyped-def]
    access, fact = _fact(request, id)
    storable(body.values)
    return _now(access, FACTS, review.correct(access, fact, body.revision, body.values, body.reason))


@router.post(
    "/facts/{id}/reject",
    response={200: FACT, **WRITING},
    operation_id="reject_fact",
    summary="Reject a fact",
    tags=["facts"],
)
@opens("fact.review")
def reject(request: HttpRequest, id: Path[Number], body: Decision):  # type: ignore[no-untyped-def]
    access, fact = _fact(request, id)
    return _now(access, FACTS, review.reject(access, fact, body.revision, body.reason))


@router.post(
    "/facts/{id}/undo",
    response={200: FACT, 204: None, **WRITING},
    operation_id="undo_fact",
    summary="Take the last decision back",
    tags=["facts"],
)
@opens("fact.review")
def undo(request: HttpRequest, id: Path[Number], body: Decision):  # type: ignore[no-untyped-def]
    """204 where the fact had been added by a person: it is gone."""
    access, fact = _fact(request, id)
    left = review.undo(access, fact, body.revision)
    return Status(204, None) if left is None else _now(access, FACTS, left)


@router.post(
    "/versions/{id}/facts",
    response={201: FACT, **WRITING},
    operation_id="add_fact",
    summary="Add a fact that the reader missed",
    tags=["facts"],
)
@opens("fact.review")
def add(request: HttpRequest, id: Path[Number], body: Addition):  # type: ignore[no-untyped-def]
    access: Access = request.access  # type: ignore[attr-defined]
    version = record(VERSIONS, access, id)
    storable(body.values)
    made = review.add(access, version, body.kind, body.values, body.quote, body.start, body.reason)
    return Status(201, _now(access, FACTS, made))


def storable(value: Any, name: str = "values") -> None:
    """Raises Refused on a text that no database holds; `name` is the field that it came in."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise Refused(422, _("“%(name)s”里有不能保存的字符。") % {"name": name}, name)
    elif isinstance(value, dict):
        for key, one in value.items():
            storable(key, name)
            storable(one, name)
    elif isinstance(value, list):
        for one in value:
            storable(one, name)


# Findings -----------------------------------------------------------------------------------------------------------------
class Settlement(Decision):
    state: Literal[tuple(state.value for state in findings.SETTLING)]  # type: ignore[valid-type]


@router.post(
    "/findings/{id}/settle",
    response={200: FINDING, **WRITING},
    operation_id="settle_finding",
    summary="记为已知, 转问询, or open again",
    tags=["findings"],
)
@opens("finding.settle")
def settle(request: HttpRequest, id: Path[Number], body: Settlement):  # type: ignore[no-untyped-def]
    access: Access = request.access  # type: ignore[attr-defined]
    finding: Finding = record(FINDINGS, access, id)
    return _now(access, FINDINGS, findings.settle(access, finding, body.revision, body.state, body.reason))


# Records ------------------------------------------------------------------------------------------------------------------
_TYPES: dict[str, Any] = {
    "DateField": date | None,
    "FloatField": float | None,
    "DecimalField": str | float | None,
    "PositiveSmallIntegerField": int | None,
    "PositiveIntegerField": int | None,
    "ForeignKey": Number | None,
    "ManyToManyField": list[Number],
    "JSONField": list[text(120)],  # type: ignore[misc]
    "BooleanField": bool,
}


def _change_schema(shape: Shape, names: tuple[str, ...]) -> Any:
    fields: dict[str, Any] = {"revision": (Number, ...), "why": (text(500), "")}
    for name in names:
        field: Any = shape.model._meta.get_field(name)
        kind = _TYPES.get(field.get_internal_type(), text(field.max_length or 2000) | None)
        fields[name] = (kind, None)
    base = create_model(f"{shape.name}Base", __base__=Schema, __config__=ConfigDict(extra="forbid"))
    return create_model(f"{shape.name}Change", __base__=base, **fields)


def _offer(shape: Shape) -> None:
    """Adds the change of a kind of record: the fields that its page lets people edit."""
    spec = spec_for(shape.model._meta.model_name or "")
    if spec is None or not spec.edit_fields:
        return
    schema: Any = _change_schema(shape, spec.edit_fields)
    two = sorted(guarded(shape.model) & set(spec.edit_fields))

    @router.patch(
        f"/{shape.key}/{{id}}",
        response={200: shape.row_schema(), **WRITING},
        operation_id=f"change_{shape.key}",
        summary=f"Change one of {shape.key}",
        description="Only the fields that are sent are changed."
        + (
            f" {', '.join(two)} take two people: they are proposed, with `why`, and stand once confirmed."
            if two
            else ""
        ),
        tags=[shape.key],
    )
    @opens(spec.edit_permission)
    def change(request: HttpRequest, id: Path[Number], body: schema):  # type: ignore[valid-type, no-untyped-def]
        access: Access = request.access  # type: ignore[attr-defined]
        row = record(shape, access, id, whole=False)
        access.need(spec.edit_permission, row)
        sent = {name: getattr(body, name) for name in body.model_fields_set if name not in ("revision", "why")}
        allowed = editable(spec, Sight(access, spec), row)
        for name in sorted(sent):
            if name not in allowed:
                raise Refused(403, _("您不能改“%(name)s”。") % {"name": name}, name)
        form = form_for(spec, access, row, sorted(sent), _typed(sent)) if sent else None
        if form is not None and not form.is_valid():
            name, sentences = next(iter(form.errors.items()))
            raise Refused(422, str(sentences[0]), None if name == "__all__" else name)
        values = {name: form.cleaned_data[name] for name in form.changed_data} if form is not None else {}
        actions.save(access, spec, row, body.revision, values, body.why)
        return _now(access, shape, row)


def _typed(sent: dict[str, Any]) -> MultiValueDict:  # type: ignore[type-arg]
    """What was sent, as a form would send it."""
    data: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in sent.items():
        data.setlist(
            name, [str(one) for one in value] if isinstance(value, list) else ["" if value is None else str(value)]
        )
    return data


for _shape in (
    BY_MODEL[name] for name in ("firm", "unit", "goal", "project", "milestone", "duty", "incentive", "chain")
):
    _offer(_shape)


# Remarks ------------------------------------------------------------------------------------------------------------------
Kind: Any = Literal[
    tuple(
        name
        for name in BY_MODEL
        if name
        not in (
            "comment",
            "auditrecord",
            "version",
            "step",
            "supply",
            "demand",
            "works",
            "supplylink",
            "filing",
            "statement",
        )
    )
]


class Remark(Schema):
    model_config = ConfigDict(extra="forbid")
    model: Kind  # type: ignore[valid-type]
    object_id: Number
    text: text(2000)  # type: ignore[valid-type]


def _about(access: Access, model: str, pk: int) -> Any:
    shape = BY_MODEL[model]
    if not access.may(shape.permission):
        raise PermissionDenied(shape.permission)
    return record(shape, access, pk, whole=False)


@router.get(
    "/comments/{model}/{id}",
    response={200: list[COMMENT], **FAULTS},
    operation_id="list_comments",
    summary="Remarks on a record, oldest first",
    tags=["comments"],
)
@opens("comment.read")
def comments(request: HttpRequest, model: Kind, id: Path[Number]):  # type: ignore[valid-type, no-untyped-def]
    access: Access = request.access  # type: ignore[attr-defined]
    return Masking(access).all_shown(COMMENTS, remarks(access, _about(access, model, id)))


@router.post(
    "/comments",
    response={201: COMMENT, **WRITING},
    operation_id="add_comment",
    summary="Add a remark",
    tags=["comments"],
)
@opens("comment.write")
def remark(request: HttpRequest, body: Remark):  # type: ignore[no-untyped-def]
    access: Access = request.access  # type: ignore[attr-defined]
    row = _about(access, body.model, body.object_id)
    if not body.text.strip():
        raise Refused(422, _("留言不能是空的。"), "text")
    made = actions.comment(access, row, body.text)
    return Status(201, Masking(access).shown(COMMENTS, record(COMMENTS, access, made.pk)))
