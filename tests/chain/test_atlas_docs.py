"""The pages on footprints and on the atlas say what happens: their examples are run."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest


@pytest.mark.parametrize("page", ["footprint.md", "atlas.md"])
def test_the_examples_of_a_page(root: Path, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    found = doctest.testfile(
        str(root / "docs" / page), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8"
    )
    assert found.attempted > 5
    assert found.failed == 0
