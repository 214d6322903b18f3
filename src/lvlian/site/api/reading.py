"""Lists and records: for every kind, `GET /api/v1/<kind>` and `GET /api/v1/<kind>/{id}`."""

from django.http import HttpRequest
from ninja import Path, Query, Router

from lvlian.site.api.access import opens
from lvlian.site.api.errors import FAULTS
from lvlian.site.api.records import RECORDS
from lvlian.site.api.selectors import page_of, record
from lvlian.site.api.shapes import Masking, Number, Shape

router = Router()


def _offer(shape: Shape) -> None:
    """Adds the two operations of a kind."""
    row, whole, asked_for = shape.row_schema(), shape.row_schema(whole=True), shape.query_schema()

    @router.get(
        f"/{shape.key}",
        response={200: shape.page_schema(row), **FAULTS},
        operation_id=f"list_{shape.key}",
        summary=f"List of {shape.key}",
        description=shape.summary,
        tags=[shape.key],
    )
    @opens(shape.permission)
    def listed(request: HttpRequest, asked: Query[asked_for]):  # type: ignore[valid-type, no-untyped-def]
        return page_of(shape, request.access, asked)  # type: ignore[attr-defined]

    @router.get(
        f"/{shape.key}/{{id}}",
        response={200: whole, **FAULTS},
        operation_id=f"read_{shape.key}",
        summary=f"One of {shape.key}",
        description=shape.summary,
        tags=[shape.key],
    )
    @opens(shape.permission)
    def read(request: HttpRequest, id: Path[Number]):  # type: ignore[no-untyped-def]
        access = request.access  # type: ignore[attr-defined]
        return Masking(access).shown(shape, record(shape, access, id), whole=True)


for _shape in RECORDS:
    _offer(_shape)
