"""The site in a real browser. `site` is `lvlian demo` in a folder of its own; `page` fails its test on any console error, refused
content or request to another host.

    def test_something(site: Site, page: Any) -> None:
        site.login(page, "office")
        page.goto(site.url + "/goals/")

A test that provokes an error on purpose says so before: `page.allowed.append("409")` (a regular expression).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.site.opened import Site, end_demo, start_demo


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Site]:
    started = start_demo(tmp_path_factory.mktemp("demo"))
    yield started
    end_demo(started)


def watched(opened: Any, url: str) -> list[str]:
    """What goes wrong in a page, as it happens."""
    troubles: list[str] = []

    def on_console(message: Any) -> None:
        if message.type == "error":
            troubles.append(f"console: {message.text}")

    def on_request(request: Any) -> None:
        if not request.url.startswith((url + "/", "data:", "blob:", "about:")):
            troubles.append(f"foreign request: {request.url}")

    opened.on("console", on_console)
    opened.on("request", on_request)
    opened.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    opened.on(
        "response", lambda answer: troubles.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
    )
    return troubles


@pytest.fixture
def open_page(browser: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """Opens pages, each in a context (cookies) of its own: `open_page(width=360, language="en", scripts=False)`."""
    opened: list[tuple[Any, Any, list[str]]] = []

    def make(width: int = 1280, height: int = 900, *, scripts: bool = True, **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            locale="zh-CN",
            reduced_motion="reduce",
            **options,
        )
        new = context.new_page()
        new.set_default_timeout(15_000)
        new.allowed = []
        opened.append((context, new, watched(new, site.url)))
        return new

    yield make
    wrong = []
    for context, page, troubles in opened:
        wrong += [one for one in troubles if not any(re.search(pattern, one) for pattern in page.allowed)]
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """A page of 1280 × 900."""
    return open_page()


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """`axe(page)`: no serious or critical issue on it."""
    module = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    checker = module.Axe()

    def check(page: Any, context: str | None = None) -> None:
        found = checker.run(page, context=context).response["violations"]
        grave = [
            f"{one['impact']} {one['id']}: {one['help']}\n"
            + "\n".join(f"    {node['html'][:200]}" for node in one["nodes"][:5])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert not grave, f"{page.url}\n" + "\n".join(grave)

    return check
