"""我的待办: everything that waits for the user, in one list; the same that the frame counts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lvlian.site.frame import today
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.org.access import Access, page
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.pages.todo import todo_list

MOST = 300
SIZE = 60


@require_GET
@page("record.read")
def todo(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    day = today()
    fresh(day)
    waiting = todo_list(access, day, MOST)
    counted: dict[str, int] = {}
    for one in waiting:
        counted[one.kind] = counted.get(one.kind, 0) + 1
    narrowing = Narrowing(request.GET)
    from django.utils.translation import gettext as _

    kind = narrowing.choice("kind", _("种类"), [(name, name, number) for name, number in counted.items()])
    rows = [one for one in waiting if not kind or one.kind == kind]
    found = narrowing.page(rows, SIZE)
    context = {"narrowing": narrowing, "found": found, "total": len(rows), "full": len(waiting) >= MOST}
    return render(request, "ledger/todo.html", context)
