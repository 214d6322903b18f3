"""The pages that no other browser test opens: every address of the site without a number in it, as those who may open it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from tests.site.browser import test_investment, test_ledger, test_lists, test_pages, test_people
from tests.site.opened import Site

ELSEWHERE = {
    path.partition("?")[0]
    for path in (
        *test_pages.PAGES,
        *test_lists.PAGES,
        *test_ledger.PAGES,
        *test_investment.PAGES,
        *(path for _role, path in test_people.PAGES),
        "/factors/",
        "/factors/supplies/new/",
        "/factors/demands/new/",
        "/parts/",
        "/outlook/",
        "/outlook/projects/",
        "/outlook/risks/",
        "/outlook/indicators/",
    )
}


def addresses() -> list[str]:
    """Every address that takes no argument, exports left out."""
    found: list[str] = []

    def walk(patterns: Any, before: str) -> None:
        for one in patterns:
            at = before + str(one.pattern)
            if isinstance(one, URLResolver):
                walk(one.url_patterns, at)
            elif isinstance(one, URLPattern) and "<" not in at and "^" not in at:
                found.append("/" + at)

    walk(get_resolver().url_patterns, "")
    return sorted(set(found) - ELSEWHERE)


@pytest.mark.parametrize(("role", "width"), [("office", 1280), ("office", 360), ("system_admin", 1280)])
def test_every_other_page_is_sound(site: Site, open_page: Any, axe: Any, role: str, width: int) -> None:
    page = open_page(width=width)
    site.login(page, role)
    opened = 0
    for path in addresses():
        told = page.request.get(site.url + path, max_redirects=0)
        if told.status != 200 or "text/html" not in told.headers.get("content-type", ""):
            continue
        if "attachment" in told.headers.get("content-disposition", "") or "<html" not in told.text():
            continue  # a file, or a fragment of a page
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is wider than {width}"
        axe(page)
        opened += 1
    assert opened >= 2
