"""The worked example of docs/sources.md prints what the page says, and its limits are those of the code."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from lvlian.plan import source as room
from lvlian.plan.source import html, package, pdf

PAGE = Path(__file__).parents[3] / "docs" / "sources.md"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_worked_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.html").write_text(block("html"), encoding="utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block("python"), str(PAGE), "exec"), {})
    assert printed.getvalue() == block("text")


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert room.MAX_BYTES == package.MAX_PART == 64 * 1024 * 1024 and "| 64 MB | `source.MAX_BYTES`" in text
    assert f"{package.MAX_MEMBERS:,}; {package.MAX_MARKS:,}" in text
    assert f"{pdf.MAX_PAGES:,}; {pdf.MAX_CHARACTERS:,}; {pdf.MAX_SECONDS:.0f}" in text
    assert f"| {html.MAX_MARKS:,}; 2,048" in text
    assert f"| {package.MAX_RATIO} |" in text
