"""What somebody else did to a record meanwhile, as far as the caller may read it."""

from __future__ import annotations

from typing import Any

from lvlian.site.org.access import Access
from lvlian.site.org.chain import Conflict
from lvlian.site.org.wording import action_words


def changes_for(access: Access, conflict: Conflict) -> list[dict[str, Any]]:
    """The changes of a conflict, newest first; fields that the caller may not read in the row are left out."""
    row = conflict.row
    shown = access.classes_of(row)
    reach = row.reach  # type: ignore[attr-defined]

    def readable(values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if reach.class_of(name) in shown}

    return [
        {
            "at": change.record.at.isoformat(),
            "who": change.record.actor_name,
            "action": str(action_words(change.record.action)),
            "before": readable(change.before),
            "after": readable(change.after),
        }
        for change in conflict.changes
    ]
