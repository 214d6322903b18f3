"""What goes wrong, told the same way everywhere: one sentence, and the field that it is about."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from lvlian.ledger.item import Refused as ItemRefused
from lvlian.ledger.saying import say_refused
from lvlian.plan.fields import FieldError
from lvlian.site.middleware import reason_of
from lvlian.site.org.chain import Conflict
from lvlian.site.plans.actions.proposals import ProposalError
from lvlian.site.plans.refusal import PlanError

log = logging.getLogger("lvlian.site.api")


class Fault(Schema):
    """Why nothing was done. `field` names what has to be changed, where it is one field."""

    error: str
    field: str | None = None


class Change(Schema):
    """What somebody else did to the record meanwhile."""

    at: str
    who: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]


class Overtaken(Fault):
    """409: the record as it stands now has `revision`; `changes` tells what was changed, by whom and when, newest first."""

    revision: int | None = None
    changes: list[Change] = []


FAULTS: dict[int, Any] = {400: Fault, 401: Fault, 403: Fault, 404: Fault, 422: Fault, 503: Fault}
WRITING: dict[int, Any] = {**FAULTS, 409: Overtaken}


class Refused(Exception):
    """A request that is not carried out. `status` is the answer's."""

    def __init__(self, status: int, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.field = status, sentence, field


def say_errors(api: NinjaAPI) -> None:
    """Turns what operations raise into answers."""

    def answer(request: HttpRequest, status: int, sentence: str, field: str | None = None, **more: Any) -> HttpResponse:
        return api.create_response(request, {"error": sentence, "field": field, **more}, status=status)

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return answer(request, error.status, error.sentence, error.field)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return answer(request, 401, _("须先登录，或带上接口密钥（Authorization: Bearer …）。"))

    @api.exception_handler(PermissionDenied)
    def forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return answer(request, 403, _("您的角色或密钥不能做这一步，没有写入。"))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer(request, 404, _("没有这条记录，或不在您的范围内。"))

    @api.exception_handler(HttpError)
    def told(request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code == 403:
            return answer(request, 403, _("写入要带 CSRF 令牌（X-CSRFToken），或改用接口密钥。"))
        return answer(request, error.status_code, _("请求读不懂：正文应为 JSON。"))

    @api.exception_handler(ValidationError)
    def unfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
        first: dict[str, Any] = error.errors[0] if error.errors else {}
        place = [str(part) for part in first.get("loc", ()) if part not in ("query", "path", "body", "header")]
        name = place[-1] if place else None
        return answer(request, 422, sentence_of(first, name), name)

    @api.exception_handler(Conflict)
    def overtaken(request: HttpRequest, error: Conflict) -> HttpResponse:
        from lvlian.site.api.conflict import changes_for

        return answer(
            request,
            409,
            _("这条记录刚被别人改过，没有写入；看过改动后带上新的 revision 再提交。"),
            "revision",
            revision=getattr(error.row, "revision", None),
            changes=changes_for(request.access, error),  # type: ignore[attr-defined]
        )

    @api.exception_handler(ItemRefused)
    def impossible(request: HttpRequest, error: ItemRefused) -> HttpResponse:
        return answer(request, 422, say_refused(error, "en" if get_language() == "en" else "zh"), error.field or None)

    def sentence(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(request, 422, str(error))

    for kind in (PlanError, FieldError, ProposalError):
        api.exception_handler(kind)(sentence)

    @api.exception_handler(DatabaseError)
    def away(request: HttpRequest, error: DatabaseError) -> HttpResponse:
        reason = reason_of(error)
        if reason is None:
            raise error
        log.error("%s %s: %s", request.method, request.path, error)
        return answer(request, 503, _("数据库暂时写不进，什么也没有改；过一会儿再试。"))


def sentence_of(fault: dict[str, Any], name: str | None) -> str:
    """One sentence for what pydantic found wrong."""
    kind, context = str(fault.get("type", "")), fault.get("ctx", {})
    where = name or _("请求")
    if kind == "missing":
        return _("缺少“%(name)s”。") % {"name": where}
    if kind == "extra_forbidden":
        return _("没有“%(name)s”这一项。") % {"name": where}
    if kind in ("less_than_equal", "less_than", "greater_than_equal", "greater_than"):
        limit = next(iter(context.values()), "")
        word = _("不大于") if kind.startswith("less") else _("不小于")
        return _("“%(name)s”应%(word)s %(limit)s。") % {"name": where, "word": word, "limit": limit}
    if kind in ("literal_error", "enum"):
        return _("“%(name)s”应为 %(expected)s 之一。") % {"name": where, "expected": context.get("expected", "")}
    if kind == "string_too_long":
        return _("“%(name)s”最长 %(limit)s 字。") % {"name": where, "limit": context.get("max_length", "")}
    if kind.startswith(("int", "float")):
        return _("“%(name)s”应为数。") % {"name": where}
    if kind.startswith("date"):
        return _("“%(name)s”应为日期，写作 2023-10-12。") % {"name": where}
    return _("“%(name)s”写法不合要求。") % {"name": where}
