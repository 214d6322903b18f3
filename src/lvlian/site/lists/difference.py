"""What an import would do: which records are added, changed, left out, and which stay as they are. Nothing is written here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lvlian.site.lists.intake import Entry, Intake
from lvlian.site.lists.listing import address
from lvlian.site.lists.selectors import Existing
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.chain import canonical


@dataclass(slots=True)
class Step:
    """One record of the difference. `before` and `after` hold changed fields only, lists of records as sorted numbers."""

    kind: str
    label: str
    place: str
    pk: int = 0
    revision: int = 0
    region: int = 0
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    proposed: dict[str, Any] = field(default_factory=dict)
    """Values of fields that take two people: proposed, not written."""


@dataclass(slots=True)
class Difference:
    steps: list[Step] = field(default_factory=list)
    same: int = 0

    def of(self, kind: str) -> list[Step]:
        return [step for step in self.steps if step.kind == kind]

    @property
    def proposed(self) -> int:
        return sum(bool(step.proposed) for step in self.steps)

    def digest(self) -> str:
        """The same for the same difference from the same state of the records."""
        digest = hashlib.sha256()
        for step in self.steps:
            digest.update(
                canonical([step.kind, step.pk, step.revision, step.region, step.before, step.after, step.proposed])
            )
        return digest.hexdigest()


def compare(
    spec: ListSpec,
    intake: Intake,
    existing: Existing,
    guarded: Iterable[str],
    today: date,
    *,
    remove: bool = False,
    home: int = 0,
) -> Difference:
    """The difference between what was read and what stands. Faults that only show against the records go into the intake."""
    difference = Difference()
    guarded = frozenset(guarded)
    seen: dict[int, Entry] = {}
    fresh: dict[tuple[Any, ...], Entry] = {}
    for entry in intake.entries:
        pk = _matched(spec, entry, existing, intake)
        if pk is None:
            continue
        if pk == 0:
            key = existing.key_of(entry.region, entry.values)
            if key in fresh:
                _twice(spec, entry, fresh[key], intake)
                continue
            fresh[key] = entry
            step = _added(spec, entry, intake)
        else:
            if pk in seen:
                _twice(spec, entry, seen[pk], intake)
                continue
            seen[pk] = entry
            step = _changed(spec, entry, pk, existing, guarded, intake)
            if step is not None and not step.after and not step.proposed:
                difference.same += 1
                continue
        if step is None or not _sound(spec, entry, step, existing, today, intake):
            continue
        difference.steps.append(step)
    if remove:
        for pk in existing.numbers_in({home} | {entry.region for entry in intake.entries}):
            if pk not in seen:
                difference.steps.append(Step("removed", existing.label(pk), "", pk, existing.revision(pk)))
    return difference


def _matched(spec: ListSpec, entry: Entry, existing: Existing, intake: Intake) -> int | None:
    """The number of the record that an entry is about; 0 for a new one; None where it cannot be told."""
    if entry.number is not None:
        if entry.number not in existing:
            intake.fault(
                entry.sheet, entry.cells.get("编号", f"A{entry.line}"), entry.number, _("已有记录的编号，新记录留空")
            )
            return None
        return entry.number
    key_cell = next((entry.cells[name] for name in spec.import_key if name in entry.cells), f"A{entry.line}")
    empty = [name for name in spec.import_key if entry.values.get(name) in (None, "") and _needed(spec, name)]
    if empty:
        label = capfirst(spec.model._meta.get_field(empty[0]).verbose_name)  # type: ignore[union-attr]
        intake.fault(entry.sheet, entry.cells.get(empty[0], f"A{entry.line}"), _("空"), str(label))
        return None
    found = existing.find(entry.region, entry.values)
    if len(found) > 1:
        intake.fault(entry.sheet, key_cell, _("已有 %(n)d 条同名记录") % {"n": len(found)}, _("用“编号”列指明是哪一条"))
        return None
    return found[0] if found else 0


def _needed(spec: ListSpec, name: str) -> bool:
    one: Any = spec.model._meta.get_field(name)
    return not one.blank and not one.has_default()


def _twice(spec: ListSpec, entry: Entry, first: Entry, intake: Intake) -> None:
    cell = next((entry.cells[name] for name in spec.import_key if name in entry.cells), f"A{entry.line}")
    intake.fault(entry.sheet, cell, _("与第 %(n)d 行是同一条记录") % {"n": first.line}, _("每条记录一行"))


def _added(spec: ListSpec, entry: Entry, intake: Intake) -> Step | None:
    for name in spec.import_fields:
        one: Any = spec.model._meta.get_field(name)
        if (
            entry.values.get(name) in (None, "")
            and not one.many_to_many
            and not one.null
            and not one.blank
            and not one.has_default()
        ):
            intake.fault(entry.sheet, entry.cells.get(name, f"A{entry.line}"), _("空"), str(capfirst(one.verbose_name)))
            return None
    after = {name: sorted(set(value)) if isinstance(value, list) else value for name, value in entry.values.items()}
    label = " ".join(
        str(after[name]) for name in spec.import_key if after.get(name) not in (None, "") and not _relation(spec, name)
    )
    return Step("added", label[:200], f"{entry.sheet} › {entry.line}", region=entry.region, after=after)


def _relation(spec: ListSpec, name: str) -> bool:
    return bool(spec.model._meta.get_field(name).is_relation)


def _changed(
    spec: ListSpec, entry: Entry, pk: int, existing: Existing, guarded: frozenset[str], intake: Intake
) -> Step | None:
    now = existing.values(pk)
    step = Step(
        "changed", existing.label(pk), f"{entry.sheet} › {entry.line}", pk, existing.revision(pk), existing.region(pk)
    )
    for name, value in entry.values.items():
        value = sorted(set(value)) if isinstance(value, list) else value
        if _equal(now.get(name), value):
            continue
        if name in guarded:
            step.proposed[name] = value
        else:
            step.after[name] = value
        step.before[name] = now.get(name)
    renamed = {**now, **step.after}
    if any(name in step.after for name in spec.import_key):
        others = [other for other in existing.find(step.region, renamed) if other != pk]
        if others:
            cell = next((entry.cells[n] for n in spec.import_key if n in entry.cells), f"A{entry.line}")
            intake.fault(entry.sheet, cell, _("改名后与编号 %(n)d 同名") % {"n": others[0]}, _("不与别的记录同名"))
            return None
    return step


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return float(one) == float(other)
    return bool(one == other)


def _sound(spec: ListSpec, entry: Entry, step: Step, existing: Existing, today: date, intake: Intake) -> bool:
    if spec.check is None:
        return True
    whole: Mapping[str, Any] = {**(existing.values(step.pk) if step.pk else {}), **step.after}
    faults = spec.check(whole, today)
    for name, sentence in faults.items():
        intake.fault(entry.sheet, entry.cells.get(name, f"A{entry.line}"), entry.values.get(name) or _("空"), sentence)
    return not faults


def in_words(spec: ListSpec, steps: Iterable[Step], names: Mapping[tuple[str, int], str]) -> list[dict[str, Any]]:
    """Steps as they are shown: label, place, link, and (field, old, new)."""
    out = []
    for step in steps:
        after = {**step.after, **step.proposed}
        fields = [
            {
                "label": _label(spec, name),
                "old": _say(name, step.before.get(name), names),
                "new": _say(name, value, names),
                "two": name in step.proposed,
            }
            for name, value in after.items()
            if step.kind == "changed" or value not in (None, "", [])
        ]
        out.append(
            {
                "kind": step.kind, "label": step.label, "place": step.place, "fields": fields,
                "url": address(spec.detail, step.pk) if step.pk else "",
            }
        )  # fmt: skip
    return out


def _label(spec: ListSpec, name: str) -> str:
    one: models.Field[Any, Any] = spec.model._meta.get_field(name)  # type: ignore[assignment]
    return str(capfirst(one.verbose_name))


def _say(name: str, value: Any, names: Mapping[tuple[str, int], str]) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, list):
        return "、".join(names.get((name, number), str(number)) for number in value)
    if isinstance(value, int) and (name, value) in names:
        return names[name, value]
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"
    return str(value)
