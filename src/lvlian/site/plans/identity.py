"""What a fact is about, whatever it says of it: so that the same goal or step is found again in another version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lvlian.brief.goals import indicator_key
from lvlian.brief.mention import project_key


def identity(kind: str, section: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Equal for the same goal, step, duty, benefit or chain in two versions of a plan."""
    if kind == "goals":
        return (
            kind, indicator_key(str(values.get("indicator") or "")), values.get("subject") or "", values.get("when") or "",
            values.get("mode") or "level", values.get("unit") or "",
        )  # fmt: skip
    if kind == "milestones":
        name, owner = project_key(str(values.get("project") or ""), str(values.get("owner") or ""))
        return (kind, name, owner, values.get("event") or "")
    if kind == "incentives":
        return (kind, values.get("who") or "", values.get("benefit") or "")
    if kind == "duties":
        return (kind, section)
    if kind == "chains":
        nodes = list(values.get("nodes") or [])
        return (kind, *nodes[:1], *nodes[-1:])
    return (kind, values.get("name") or "")
