"""What is done to records through lists: edited, commented, changed in bulk; and views that are kept. Each is one recorded action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.http import Http404

from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.access import Access, region_path
from lvlian.site.org.chain import Act, Conflict, recording
from lvlian.site.org.models import Comment, Region, SavedView
from lvlian.site.plans.actions.proposals import guarded, propose

BATCH = 500


# One record ---------------------------------------------------------------------------------------------------------------
def edit(access: Access, spec: ListSpec, row: Any, revision: int, values: Mapping[str, Any]) -> Any:
    """Changes fields of one record; lists of units are set as a whole. Raises Conflict, PermissionDenied."""
    many = {name: value for name, value in values.items() if row._meta.get_field(name).many_to_many}
    plain = {name: value for name, value in values.items() if name not in many}
    with recording(access, f"{spec.name}.edit", row=row, permission=spec.edit_permission) as act:
        act.update(row, revision, **plain)
        for name, chosen in many.items():
            set_many(act, row, name, [one.pk for one in chosen])
    return row


def save(
    access: Access, spec: ListSpec, row: Any, revision: int, values: Mapping[str, Any], why: str
) -> tuple[int, int]:
    """Saves what one person may change and proposes what takes two, both or neither; returns how many fields of each.
    Raises Conflict, PermissionDenied, ProposalError."""
    two = {name: value for name, value in values.items() if name in guarded(spec.model)}
    one = {name: value for name, value in values.items() if name not in two}
    with transaction.atomic():
        if one or not two:
            edit(access, spec, row, revision, one)
        if two:  # after the edit, so that it is proposed against the record as it then stands
            propose(access, row, row.revision if one else revision, two, why)
    return len(one), len(two)


def set_many(act: Act, row: Any, name: str, numbers: Iterable[int]) -> None:
    """Sets the records that a list of a record holds, and notes them by name where they change."""
    manager = getattr(row, name)
    before = {one.pk: str(one) for one in manager.all()}
    wanted = set(numbers)
    if wanted == set(before):
        return
    manager.set(wanted)
    row._prefetched_objects_cache = {}
    after = {one.pk: str(one) for one in manager.all()}
    act.note(row, {name: "、".join(before.values())}, {name: "、".join(after.values())})


def comment(access: Access, row: Any, text: str) -> Comment:
    """Adds a comment on a record that the user sees. Raises PermissionDenied."""
    path = region_path(row)
    region = Region.objects.get(path=path) if path else access.region
    name = row._meta.model_name or ""
    if access.user is None or not access.may("comment.write", row):
        raise PermissionDenied("comment.write")
    with recording(access, "comment.add", row=row, region=region) as act:
        made = Comment(region=region, model=name, object_id=row.pk, user=access.user, text=text[:2000])
        made.save()
        act.note_row("comment", made.pk, str(row), {}, {"text": made.text, "model": name, "object_id": row.pk})
    return made


# Views --------------------------------------------------------------------------------------------------------------------
def save_view(access: Access, spec: ListSpec, name: str, query: str, *, shared: bool) -> SavedView:
    """Keeps a view under a name; one of the same name is replaced. Sharing takes its own permission."""
    region = access.region
    if access.user is None or region is None:
        raise PermissionDenied("view.save")
    shared = shared and access.may_in("view.share", region)
    with recording(
        access, "view.save", region=region, subject=name, permission="view.save" if not shared else "view.share"
    ) as act:
        SavedView.objects.filter(user=access.user, list=spec.key, name=name).delete()
        return act.create(  # type: ignore[no-any-return]
            SavedView(user=access.user, region=region, list=spec.key, name=name, query=query, shared=shared)
        )


def remove_view(access: Access, spec: ListSpec, pk: int) -> str:
    """Removes one of the user's own views; returns its name. Raises Http404."""
    view = SavedView.objects.filter(pk=pk, user=access.user, list=spec.key).select_related("region").first()
    if view is None:
        raise Http404
    with recording(access, "view.remove", region=view.region, subject=view.name) as act:
        act.delete(view)
    return view.name


# Many records -------------------------------------------------------------------------------------------------------------
def locked(model: type[models.Model], numbers: list[int]) -> dict[int, Any]:
    """The rows as they stand now, held until the transaction ends."""
    out: dict[int, Any] = {}
    for start in range(0, len(numbers), BATCH):
        rows = model._base_manager.filter(pk__in=numbers[start : start + BATCH])
        if connection.features.has_select_for_update:
            rows = rows.select_for_update(of=("self",))
        out.update({row.pk: row for row in rows})
    return out


def change_many(
    access: Access,
    spec: ListSpec,
    region: Region | None,
    seen: Mapping[int, int],
    values: Mapping[str, Any],
    reason: str,
) -> int:
    """Sets the same values on many rows that nobody changed since they were seen (`seen`: number → revision). All or nothing.
    Raises Conflict, PermissionDenied."""
    if values.keys() & guarded(spec.model):
        raise PermissionDenied("record.confirm")
    with recording(
        access, f"{spec.name}.bulk", region=region, subject=str(spec.title), reason=reason, permission="record.bulk",
        data={"fields": sorted(values), "rows": len(seen)},
    ) as act:  # fmt: skip
        rows = locked(spec.model, list(seen))
        names = {name: spec.model._meta.get_field(name).attname for name in values}  # type: ignore[union-attr]
        changed: list[int] = []
        for pk, revision in seen.items():
            row = rows.get(pk)
            if row is None:
                raise Conflict(spec.model(pk=pk))
            if row.revision != revision:
                raise Conflict(row)
            before = {name: getattr(row, attname) for name, attname in names.items()}
            after = {name: getattr(value, "pk", value) for name, value in values.items()}
            if before != after:
                act.note(row, before, after)
                changed.append(pk)
        for start in range(0, len(changed), BATCH):
            found = spec.model._base_manager.filter(pk__in=changed[start : start + BATCH])
            found.update(**values, revision=models.F("revision") + 1)
        return len(changed)
