"""What the frame of every page shows: where one is, the navigation, the day, the role, how much is waiting."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from lvlian.site.org.access import Access

NAVIGATION = (
    ("overview", gettext_lazy("总览"), "record.read"),
    ("plans", pgettext_lazy("all", "规划"), "plan.read"),
    ("goals", gettext_lazy("目标"), "record.read"),
    ("account-month", gettext_lazy("链账"), "account.see"),
    ("reports", gettext_lazy("报表"), "report.file"),
    ("indicators", pgettext_lazy("all", "指标"), "record.read"),
    ("projects", pgettext_lazy("all", "项目"), "record.read"),
    ("factors", gettext_lazy("要素"), "dispatch.see"),
    ("ledger", gettext_lazy("台账"), "record.read"),
    ("dispatches", gettext_lazy("季度调度"), "dispatch.see"),
    ("outlook", pgettext_lazy("all", "推演"), "outlook.see"),
    ("issues", gettext_lazy("问题"), "record.read"),
    ("supervision", gettext_lazy("督办"), "dispatch.see"),
    ("investment", gettext_lazy("招商"), "dispatch.see"),
    ("cultivation", gettext_lazy("培育"), "record.read"),
    ("duties", gettext_lazy("责任"), "record.read"),
    ("incentives", gettext_lazy("激励"), "record.read"),
    ("findings", gettext_lazy("自查"), "plan.read"),
    ("people", gettext_lazy("人员"), "people.read"),
    ("audit", gettext_lazy("审计"), "audit.read"),
)
"""URL name, label, permission: a role sees only its own."""


def today() -> date:
    """The day that lights and lists take for today: the calendar's, or the one that the settings fix."""
    fixed = settings.ENVIRONMENT.today
    return date.fromisoformat(fixed) if fixed else timezone.localdate()


def places(access: Access) -> list[dict[str, str]]:
    """The pages of the navigation that a user may open."""
    found = []
    for key, label, permission in NAVIGATION:
        if access.may(permission):
            with suppress(NoReverseMatch):  # a room that is not there has no door
                found.append({"key": key, "label": str(label), "url": reverse(key)})
    return found


ACCOUNT = ("account-month", "account-stream", "account-flows", "account-atlas", "account-footprint")
"""The rooms of the chain account; `account` alone is a person's own."""


def _within(name: str, key: str) -> bool:
    """Whether the page of a name lies behind an entry of the navigation."""
    if key == "account-month":
        return name.startswith(ACCOUNT)
    return name.partition("-")[0] in (key, key[:-1], key[:-2])


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every template. Costs at most four queries; nothing for somebody who is not logged in."""
    language = "en" if getattr(request, "LANGUAGE_CODE", "") == "en" else "zh"
    access: Access | None = getattr(request, "access", None)
    base: dict[str, Any] = {"today": today(), "language": language, "demo": settings.ENVIRONMENT.demo, "nav": []}
    if access is None or access.user is None:
        return base
    from lvlian.site.org.selectors import region_line, region_switch, role_label
    from lvlian.site.pages.todo import todo_count

    name = (request.resolver_match.url_name if request.resolver_match else "") or ""
    region = access.region
    return {
        **base,
        "access": access,
        "nav": [{**place, "current": _within(name, place["key"])} for place in places(access)],
        "may_search": access.may("search.use"),
        "region": region,
        "region_line": region_line(region),
        "regions": region_switch(access),
        "as_of": region.as_of if region else None,
        "simulated": region.simulated if region else "",
        "role_label": role_label(access),
        "todo_count": todo_count(access),
        "todo_url": reverse("todo") if access.may("record.read") else "",
    }
