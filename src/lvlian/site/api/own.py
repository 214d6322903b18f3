"""The caller, search, jobs and the audit."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from lvlian.site.api.access import opens
from lvlian.site.api.errors import FAULTS, WRITING
from lvlian.site.api.records import AUDIT
from lvlian.site.api.selectors import grants_of, page_of, record
from lvlian.site.api.shapes import Masking, Number, Ref, text
from lvlian.site.jobs.actions import stop_job
from lvlian.site.jobs.selectors import own_job, own_jobs, standing_of
from lvlian.site.org.access import OWN, Access
from lvlian.site.org.models import Job
from lvlian.site.org.roles import PERMISSIONS
from lvlian.site.search.query import search
from lvlian.site.search.subjects import BY_MODEL

router = Router()


# The caller ---------------------------------------------------------------------------------------------------------------
class GrantOut(Schema):
    role: str
    region: Ref
    unit: Ref | None
    firm: Ref | None


class Me(Schema):
    """Who calls, with what grants, and what they allow."""

    id: int
    username: str
    name: str
    read_only: bool
    grants: list[GrantOut]
    permissions: list[str]


@router.get("/me", response={200: Me, **FAULTS}, operation_id="me", summary="Who calls", tags=["me"])
@opens(OWN)
def me(request: HttpRequest):  # type: ignore[no-untyped-def]
    access: Access = request.access  # type: ignore[attr-defined]
    user: Any = access.user
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.name,
        "read_only": access.read_only,
        "grants": list(grants_of(access)),
        "permissions": sorted(name for name in PERMISSIONS if access.may(name)),
    }


# Search -------------------------------------------------------------------------------------------------------------------
class HitOut(Schema):
    model: str
    id: int
    title: str
    note: str
    region: str
    url: str


class GroupOut(Schema):
    """What was found of one kind, best first. `count` is exact below 200, and 200 where there are as many or more."""

    kind: str
    label: str
    count: int
    hits: list[HitOut]


class Found(Schema):
    query: str
    groups: list[GroupOut]


class SearchQuery(Schema):
    q: text(200)  # type: ignore[valid-type]
    kind: Literal[tuple(BY_MODEL)] | None = None  # type: ignore[valid-type]
    limit: Annotated[int, Field(ge=1, le=100)] = 8


@router.get(
    "/search", response={200: Found, **FAULTS}, operation_id="search", summary="Search over everything", tags=["search"]
)
@opens("search.use")
def find(request: HttpRequest, asked: Query[SearchQuery]):  # type: ignore[no-untyped-def]
    """Chinese by any part, letters and digits by their beginning, pinyin in full or by initials; all words must occur."""
    groups = search(asked.q, request.access, each=asked.limit, models=(asked.kind,) if asked.kind else ())  # type: ignore[attr-defined]
    return {
        "query": asked.q,
        "groups": [
            {
                "kind": group.subject.key,
                "label": str(group.subject.label),
                "count": group.count,
                "hits": [{name: getattr(hit, name) for name in HitOut.model_fields} for hit in group.hits],
            }
            for group in groups
        ],
    }


# Jobs ---------------------------------------------------------------------------------------------------------------------
class JobOut(Schema):
    """Something that takes longer than a request, started by the caller."""

    id: UUID
    kind: str
    title: str
    region: Ref
    state: Literal[tuple(Job.State.values)]  # type: ignore[valid-type]
    message: str
    step: int
    steps: int
    step_name: str
    done: int
    total: int
    made_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None


class JobPage(Schema):
    count: int
    items: list[JobOut]
    next: int | None


class JobQuery(Schema):
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


def _job(job: Job) -> dict[str, Any]:
    standing = standing_of(job)
    names = ("step", "steps", "step_name", "done", "total")
    return {
        **{
            name: getattr(job, name)
            for name in ("id", "kind", "title", "state", "message", "made_at", "begun_at", "ended_at")
        },
        "region": {"id": job.region_id, "name": job.region.name},
        **{name: getattr(standing, name) for name in names},
    }


@router.get(
    "/jobs", response={200: JobPage, **FAULTS}, operation_id="list_jobs", summary="Own jobs, 50 a page", tags=["jobs"]
)
@opens("page.see")
def jobs(request: HttpRequest, asked: Query[JobQuery]):  # type: ignore[no-untyped-def]
    page = own_jobs(request.access, asked.page)  # type: ignore[attr-defined]
    more = page.has_next() and page.number == asked.page
    rows = page.object_list if page.number == asked.page else []
    return {
        "count": page.paginator.count,
        "items": [_job(row) for row in rows],
        "next": asked.page + 1 if more else None,
    }


@router.get(
    "/jobs/{id}", response={200: JobOut, **FAULTS}, operation_id="read_jobs", summary="How a job stands", tags=["jobs"]
)
@opens("page.see")
def job(request: HttpRequest, id: UUID):  # type: ignore[no-untyped-def]
    return _job(own_job(request.access, id))  # type: ignore[attr-defined]


@router.post(
    "/jobs/{id}/stop", response={200: JobOut, **WRITING}, operation_id="stop_jobs", summary="Stop a job", tags=["jobs"]
)
@opens("page.see")
def stop(request: HttpRequest, id: UUID):  # type: ignore[no-untyped-def]
    access: Access = request.access  # type: ignore[attr-defined]
    changing(access)
    stop_job(access, own_job(access, id))
    return _job(own_job(access, id))


def changing(access: Access) -> None:
    """Raises PermissionDenied for a key that may only read, where no permission of the action would say so."""
    from django.core.exceptions import PermissionDenied

    if access.read_only:
        raise PermissionDenied("read only")


# Audit --------------------------------------------------------------------------------------------------------------------
class ChangeOut(Schema):
    line: int
    model: str
    object_id: int
    label: str
    before: dict[str, Any]
    after: dict[str, Any]


_ROW, _ASKED = AUDIT.row_schema(), AUDIT.query_schema()


class AuditDetail(_ROW):  # type: ignore[valid-type, misc]
    """An action with what it changed, the first 1,000 changes of it."""

    rows: list[ChangeOut]


@router.get(
    "/audit",
    response={200: AUDIT.page_schema(_ROW), **FAULTS},
    operation_id="list_audit",
    summary="Actions, latest first",
    tags=["audit"],
)
@opens("audit.read")
def audit(request: HttpRequest, asked: Query[_ASKED]):  # type: ignore[valid-type, no-untyped-def]
    return page_of(AUDIT, request.access, asked)  # type: ignore[attr-defined]


@router.get(
    "/audit/{seq}",
    response={200: AuditDetail, **FAULTS},
    operation_id="read_audit",
    summary="One action",
    tags=["audit"],
)
@opens("audit.read")
def audit_record(request: HttpRequest, seq: Path[Number]):  # type: ignore[no-untyped-def]
    access: Access = request.access  # type: ignore[attr-defined]
    row = record(AUDIT, access, seq)
    out = Masking(access).shown(AUDIT, row)
    return {
        **out,
        "rows": [{name: getattr(change, name) for name in ChangeOut.model_fields} for change in row.rows.all()[:1000]],
    }
