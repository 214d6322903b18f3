"""Bringing a table in: kept, read, compared, and written all or nothing as one recorded action."""

from __future__ import annotations

import gc
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from lvlian.site.frame import today
from lvlian.site.lists import rapid
from lvlian.site.lists.actions import BATCH, locked
from lvlian.site.lists.columns import label_of
from lvlian.site.lists.difference import Difference, Step, compare
from lvlian.site.lists.intake import Intake, headers, take_in
from lvlian.site.lists.selectors import Existing, Names, import_regions
from lvlian.site.lists.sheets import InSheet, read_sheets
from lvlian.site.lists.sight import Sight
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Act, Conflict, plain, recording, values_of
from lvlian.site.org.models import AuditChange, Region, StoredFile
from lvlian.site.plans.actions.proposals import guarded
from lvlian.site.plans.models import Proposal

Progress = Callable[[str, int, int], None]
Labels = Mapping[tuple[str, int], str]


class Moved(ValueError):
    """The records changed between the preview and the writing."""


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Holds back the search for cycles: a hundred thousand small objects that live to the end would be walked over and over."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def keep_file(access: Access, spec: ListSpec, region: Region, name: str, content: bytes) -> StoredFile:
    """Keeps the file that somebody brought; the same bytes are kept once in a region."""
    sha256 = hashlib.sha256(content).hexdigest()
    found = StoredFile.objects.filter(region=region, sha256=sha256).first()
    if found is not None:
        return found
    with recording(
        access, "list.bring", region=region, subject=name, permission=spec.import_permission,
        data={"sha256": sha256, "list": spec.key, "bytes": len(content)},
    ) as act:  # fmt: skip
        kept = StoredFile(
            region=region,
            sha256=sha256,
            name=name[:200],
            kind=spec.key[:10],
            size=len(content),
            content=content,
            user=access.user,
        )
        kept.save()
        act.note_row("storedfile", kept.pk, kept.name, {}, {"name": kept.name, "sha256": sha256, "size": kept.size})
    return kept


def importable(spec: ListSpec, access: Access) -> list[str]:
    """The fields that the user may bring in: those read in every row."""
    sight = Sight(access, spec)
    return [name for name in spec.import_fields if sight.throughout((name,))]


def read_file(
    access: Access, spec: ListSpec, file: StoredFile, region: Region, progress: Progress, *, measured: bool = False
) -> tuple[list[InSheet], Intake, Names]:
    """The file, read and checked cell by cell. Raises BadFile."""
    progress(_("读表"), 0, 1)
    sheets = read_sheets(file.name, bytes(file.content), measured=measured)
    names = importable(spec, access)
    register = Names(spec, access, import_regions(spec, access))
    barred = headers(spec, [name for name in spec.import_fields if name not in names])
    ignored = [label_of(spec.model, column) for column in spec.columns]
    intake = take_in(spec, sheets, names, register, region.pk, refused=barred, ignored=ignored, progress=progress)
    return sheets, intake, register


def preview(
    access: Access, spec: ListSpec, file: StoredFile, region: Region, remove: bool, progress: Progress
) -> tuple[Intake, Difference, Names]:
    """What the file would do, without doing it. Raises BadFile."""
    _sheets, intake, register = read_file(access, spec, file, region, progress)
    progress(_("与现有记录比"), 0, 1)
    difference = compared(access, spec, intake, region, remove)
    return intake, difference, register


def compared(access: Access, spec: ListSpec, intake: Intake, region: Region, remove: bool) -> Difference:
    regions = {region.pk} | {entry.region for entry in intake.entries}
    existing = Existing(spec, access, regions)
    taken = remove and spec.removable
    return compare(spec, intake, existing, guarded(spec.model), today(), remove=taken, home=region.pk)


def apply(
    access: Access, spec: ListSpec, file: StoredFile, region: Region, remove: bool, digest: str, progress: Progress
) -> dict[str, int]:
    """Writes what the preview showed, all or nothing. Raises Moved where the records are no longer those of the preview,
    Conflict, PermissionDenied, BadFile."""
    _sheets, intake, register = read_file(access, spec, file, region, progress, measured=True)
    with _without_collecting(), recording(
        access, f"{spec.name}.import", region=region, subject=file.name, permission=spec.import_permission,
        data={"sha256": file.sha256, "list": spec.key},
    ) as act:  # fmt: skip
        progress(_("与现有记录比"), 0, 1)
        difference = compared(access, spec, intake, region, remove)
        if intake.faults or difference.digest() != digest:
            raise Moved(_("预览之后有人改过这些记录；什么也没有写入，请重新预览"))
        for number in {step.region for step in difference.steps if step.region} - {region.pk}:
            if not access.may_in(spec.import_permission, Region.objects.get(pk=number)):
                raise Moved(_("你不再能导入其中一个地区；什么也没有写入"))
        done = {
            "added": _add(act, spec, difference.of("added"), register.labels, progress),
            "changed": _change(act, spec, difference.of("changed"), register.labels, progress),
            "removed": _remove(act, spec, difference.of("removed"), progress),
            "proposed": _propose(act, access, spec, difference, file, progress),
        }
        act.data.update(done)
        progress(_("记审计、写索引"), len(act.rows), len(act.rows))
    return done


def _add(act: Act, spec: ListSpec, steps: list[Step], labels: Labels, progress: Progress) -> int:
    many = [name for name in spec.import_fields if _is_many(spec, name)]
    plain_fields = [name for name in spec.import_fields if name not in many]
    owned = spec.model.reach.region == "region"  # type: ignore[attr-defined]
    names = [*plain_fields, *(["region"] if owned else [])]
    empty = {name: spec.model._meta.get_field(name).get_default() for name in plain_fields}  # type: ignore[union-attr]
    for start in range(0, len(steps), BATCH * 4):
        progress(_("写入新增"), start, len(steps))
        part = steps[start : start + BATCH * 4]
        whole = [{**empty, **{n: v for n, v in step.after.items() if n not in many}} for step in part]
        rows = [
            [*(values[n] for n in plain_fields), *([step.region] if owned else [])]
            for values, step in zip(whole, part, strict=True)
        ]
        numbers = rapid.insert(spec.model, names, rows)
        for pk, step, values in zip(numbers, part, whole, strict=True):
            lists = {name: step.after.get(name) or [] for name in many}
            told = {
                name: _told(name, value, labels)
                for name, value in {**values, **lists}.items()
                if value not in (None, "", [])
            }
            _note(act, spec, pk, step.label, {}, {**told, **({"region": step.region} if owned else {})})
        for name in many:
            _link(spec, name, {pk: step.after.get(name) or [] for pk, step in zip(numbers, part, strict=True)})
    return len(steps)


def _is_many(spec: ListSpec, name: str) -> bool:
    return bool(spec.model._meta.get_field(name).many_to_many)


def _note(act: Act, spec: ListSpec, pk: int, label: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Notes a change as `Act.note_row` does, without turning values into JSON and back that are plain already."""
    act.rows.append(
        AuditChange(
            line=len(act.rows) + 1, model=spec.name, object_id=pk, label=label[:200],
            before=before if _is_plain(before) else plain(before), after=after if _is_plain(after) else plain(after),
        )
    )  # fmt: skip


def _is_plain(values: dict[str, Any]) -> bool:
    return all(value is None or type(value) in (str, int, float, bool) for value in values.values())


def _change(act: Act, spec: ListSpec, steps: list[Step], labels: Labels, progress: Progress) -> int:
    steps = [step for step in steps if step.after]
    alike: dict[tuple[str, ...], list[Step]] = defaultdict(list)
    for step in steps:
        alike[tuple(sorted(name for name in step.after if not _is_many(spec, name)))].append(step)
    done = 0
    for names, group in alike.items():
        for start in range(0, len(group), BATCH * 4):
            progress(_("写入变更"), done, len(steps))
            part = group[start : start + BATCH * 4]
            rows = [(step.pk, step.revision, [step.after[name] for name in names]) for step in part]
            if rapid.update(spec.model, names, rows) != len(part):
                raise Moved(_("预览之后有人改过这些记录；什么也没有写入，请重新预览"))
            done += len(part)
    for step in steps:
        before = {name: _told(name, step.before.get(name), labels) for name in step.after}
        _note(act, spec, step.pk, step.label, before, {n: _told(n, v, labels) for n, v in step.after.items()})
    for name in (name for name in spec.import_fields if _is_many(spec, name)):
        touched = {step.pk: step.after[name] for step in steps if name in step.after}
        through = getattr(spec.model, name).through
        numbers = list(touched)
        for start in range(0, len(numbers), BATCH):
            through._base_manager.filter(**{f"{spec.name}_id__in": numbers[start : start + BATCH]}).delete()
        _link(spec, name, touched)
    return len(steps)


def _told(name: str, value: Any, labels: Labels) -> Any:
    """A value as it stands in the audit: lists of records by their names."""
    if not isinstance(value, list):
        return value
    return "、".join(labels.get((name, number), str(number)) for number in value)


def _link(spec: ListSpec, name: str, lists: dict[int, list[int]]) -> None:
    through = getattr(spec.model, name).through
    other = spec.model._meta.get_field(name).related_model._meta.model_name  # type: ignore[union-attr]
    rapid.link(through, spec.name, other, [(pk, number) for pk, numbers in lists.items() for number in numbers])


def _remove(act: Act, spec: ListSpec, steps: list[Step], progress: Progress) -> int:
    for start in range(0, len(steps), BATCH):
        progress(_("移出"), start, len(steps))
        rows = locked(spec.model, [step.pk for step in steps[start : start + BATCH]])
        for step in steps[start : start + BATCH]:
            row = rows.get(step.pk)
            if row is None or row.revision != step.revision:
                raise Conflict(row if row is not None else spec.model(pk=step.pk))
        held: dict[type[models.Model], list[Any]] = defaultdict(list)
        for relation in spec.model._meta.related_objects:
            if relation.on_delete is models.CASCADE and relation.related_model is not None:
                found = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": list(rows)})
                held[relation.related_model] += list(found)
        for others in held.values():
            for other in others:
                act.note_row(other._meta.model_name, other.pk, _short(other), values_of(other), {})
        for step in steps[start : start + BATCH]:
            act.note_row(spec.name, step.pk, step.label, values_of(rows[step.pk]), {})
        spec.model._base_manager.filter(pk__in=list(rows)).delete()
    return len(steps)


def _short(row: Any) -> str:
    """A label that costs no query."""
    return str(getattr(row, "event", "") or getattr(row, "name", "") or row.pk)


def _propose(
    act: Act, access: Access, spec: ListSpec, difference: Difference, file: StoredFile, progress: Progress
) -> int:
    """Values that take two people become proposals, one for each record; one that waits already is left alone."""
    steps = [step for step in difference.steps if step.proposed]
    if not steps:
        return 0
    waiting = set(
        Proposal.objects.filter(model=spec.name, state=Proposal.State.WAITING).values_list("object_id", flat=True)
    )
    rows = locked(spec.model, [step.pk for step in steps])
    made = []
    for step in steps:
        if step.pk in waiting:
            raise Moved(_("“%(label)s”已有一项改动待第二人确认；什么也没有写入，请先处理") % {"label": step.label})
        row = rows[step.pk]
        made.append(
            Proposal(
                region_id=step.region, firm_id=getattr(row, "firm_id", None), model=spec.name, object_id=step.pk, label=str(row)[:200],
                seen=row.revision, before=plain({n: step.before.get(n) for n in step.proposed}),
                after=plain(step.proposed), reason=_("导入 %(file)s") % {"file": file.name[:200]}, proposed_by=access.user,
            )
        )  # fmt: skip
    Proposal.objects.bulk_create(made, batch_size=BATCH)
    for one in made:
        act.note(one, {}, values_of(one))
    return len(made)
