"""The page about running the site names every setting and every command."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from lvlian.site.environment import PREFIX, Environment


def test_every_setting_is_explained(root: Path) -> None:
    page = (root / "docs" / "site.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"^\| `(LVLIAN_\w+)` \|(.*?)\|", page, re.MULTILINE))
    table = {key: value.strip() for key, value in found.items()}
    assert set(table) == {PREFIX + one.name.upper() for one in fields(Environment)}
    for one in fields(Environment):
        value = getattr(Environment(), one.name)
        shown = {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value
        shown = ",".join(shown) if isinstance(shown, tuple) else str(shown)
        assert table[PREFIX + one.name.upper()] == (f"`{shown}`" if shown else "")
