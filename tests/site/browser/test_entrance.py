"""The first page in a browser: the fixture itself, the login, the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.site.opened import Site


@pytest.mark.parametrize("width", [360, 1280])
def test_login_page(site: Site, open_page: Callable[..., Any], axe: Callable[..., None], width: int) -> None:
    page = open_page(width=width)
    page.goto(f"{site.url}/login/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


def test_login(site: Site, page: Any) -> None:
    site.login(page, "office", "/jobs/")
    assert page.locator("h1").inner_text().startswith("我的任务")
