"""The history of a record in words: who did what when, each field old → new, as far as the reader may read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.lists import selectors
from lvlian.site.lists.sight import Sight
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.models import AuditChange
from lvlian.site.org.reach import FieldClass
from lvlian.site.org.wording import action_words

MOST = 120
"""Characters of a value that a history prints."""


@dataclass(slots=True)
class Change:
    """One step of a record: `kind` is added, changed or removed; `fields` are (label, old, new)."""

    at: datetime
    who: str
    role: str
    action: str
    reason: str
    kind: str
    seq: int
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    hidden: int = 0


def changes_in_words(spec: ListSpec, sight: Sight, row: Any, changes: Sequence[AuditChange]) -> list[Change]:
    """Changes for a reader; fields of classes that he or she does not read in the row are counted, not shown."""
    names = _names(spec.model, changes)
    classes = sight.classes_of(row)
    out = []
    for change in changes:
        record = change.record
        kind = "added" if not change.before else "removed" if not change.after else "changed"
        told = Change(
            record.at, record.actor_name, record.role, action_words(record.action), record.reason, kind, record.seq
        )
        for name in {**change.before, **change.after}:
            one: Any
            try:
                one = spec.model._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            if _class_of(spec.model, one) - classes:
                told.hidden += 1
                continue
            old, new = change.before.get(name), change.after.get(name)
            if kind != "changed" and (old or new) in (None, "", [], {}):
                continue
            told.fields.append((str(one.verbose_name), _text(one, old, names), _text(one, new, names)))
        out.append(told)
    return out


def _class_of(model: type[models.Model], one: Any) -> frozenset[FieldClass]:
    needed = {model.reach.class_of(one.name)}  # type: ignore[attr-defined]
    if one.is_relation and one.name not in ("decided_by", "brought_by", "user"):
        needed.add(one.related_model.reach.rows)
    return frozenset(needed)


def _names(model: type[models.Model], changes: Sequence[AuditChange]) -> dict[str, dict[int, str]]:
    """Names of the records that foreign keys in the changes point to."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        for values in (change.before, change.after):
            for name, value in values.items():
                if isinstance(value, int) and not isinstance(value, bool) and _relation(model, name):
                    wanted[name].add(value)
    return {
        name: dict(selectors.names_for(model._meta.get_field(name).related_model, numbers))  # type: ignore[arg-type,union-attr]
        for name, numbers in wanted.items()
    }


def _relation(model: type[models.Model], name: str) -> bool:
    try:
        return bool(model._meta.get_field(name).is_relation)
    except FieldDoesNotExist:
        return False


def _text(one: Any, value: Any, names: dict[str, dict[int, str]]) -> str:
    if value in (None, "", [], {}):
        return saying.DASH
    if one.is_relation and isinstance(value, int):
        return names.get(one.name, {}).get(value, _("编号 %(n)s") % {"n": value})
    if one.choices:
        return str(dict(one.choices).get(value, value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, (int, float)):
        return str(value) if one.name.endswith("year") or one.name == "year" else saying.number(value)
    text = str(value)
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"
