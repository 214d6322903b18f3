"""Pages that belong to the whole site: health, errors, the page of parts."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lvlian.site.org.access import page, public


@public
def health(request: HttpRequest) -> HttpResponse:
    """Whether the site and its database answer."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"state": "ok"})


@page("page.see")
def parts(request: HttpRequest) -> HttpResponse:
    """Every part in every state; `?sort=` and `?page=` work, so that the links of the table can be tried."""
    from lvlian.site.showcase import showcase

    return render(request, "parts.html", showcase(request))


# Errors -----------------------------------------------------------------------------------------------------------------
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is not the session's: the page was open too long, or one logged in again in another window."""
    return _told(
        request,
        403,
        _("没有提交"),
        _("页面开得太久，或在另一个窗口重新登录过，没有提交，也没有写入。"),
        result=_("写的内容还在本机，重新载入后恢复。"),
        todo=[(_("重新载入"), _came_from(request))],
        reason="stale",
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _told(
        request,
        400,
        _("请求读不懂"),
        _("地址或表单写得不完整，没有写入。"),
        result=_("请从页面上的链接进入，或返回再填一次。"),
        todo=[(_("返回"), _came_from(request)), (_("首页"), "/")],
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _told(
        request,
        403,
        _("不能打开"),
        _("您的角色不能打开这一页，没有写入。"),
        result=_("这次打开已记入审计；需要时请本地区的安全管理员授予角色。"),
        todo=[(_("首页"), "/")],
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _told(
        request,
        404,
        _("没有这一页"),
        _("%(path)s 不在，或不在您的范围内。") % {"path": request.path[:200]},
        result=_("可能已移出，或属于另一个地区。"),
        todo=[(_("首页"), "/")],
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _told(
        request,
        500,
        _("服务器出错"),
        _("这一步没有办成，没有写入。"),
        result=_("请再试；仍不行，把时间和页面告诉系统管理员。"),
        todo=[(_("返回"), _came_from(request)), (_("首页"), "/")],
    )


def unavailable(request: HttpRequest, reason: str) -> HttpResponse:
    """The database is out of room, busy or away (`middleware.reason_of`): everything was undone."""
    sentences = {
        "full": _("服务器磁盘已满，没有写入。请系统管理员腾出空间后再提交。"),
        "locked": _("另有一件大的写入正在进行，没有写入。请过半分钟再提交。"),
        "gone": _("数据库没有应答，没有写入。请系统管理员查看服务。"),
        "readonly": _("数据库只能读，没有写入。请系统管理员查看目录的权限。"),
    }
    return _told(
        request,
        503,
        _("暂时不能办"),
        sentences.get(reason, _("数据库没有应答，没有写入。请系统管理员查看服务。")),
        result=_("其他数据没有变动；写的内容还在本机。"),
        todo=[(_("返回"), _came_from(request))],
    )


def _told(
    request: HttpRequest,
    status: int,
    title: str,
    where: str,
    *,
    result: str = "",
    todo: list[tuple[str, str]] | None = None,
    reason: str = "",
) -> HttpResponse:
    """The error page; to htmx and to a reader of JSON the sentence alone. Asks nothing of the database, which may be what failed."""
    wants_json = request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json")
    if wants_json:
        answer: HttpResponse = JsonResponse({"detail": where, "status": status}, status=status)
    else:
        context = {
            "title": title,
            "where": where,
            "result": result,
            "todo": [{"label": label, "url": url} for label, url in todo or []],
            "status": status,
            "language": "en" if (get_language() or "").startswith("en") else "zh",
        }
        answer = HttpResponse(render_to_string("error.html", context), status=status)
    answer["X-Sentence"] = quote(where)
    if reason:
        answer["X-Reason"] = reason
    if status == 503:
        answer["Retry-After"] = "30"
    return answer


def _came_from(request: HttpRequest) -> str:
    """The page that the form stood on, where it is one of this site."""
    told = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    parts = urlsplit(told)
    if parts.path and parts.netloc == request.get_host():
        return f"{parts.path}{'?' + parts.query if parts.query else ''}"
    return request.path if request.method == "GET" else "/"
