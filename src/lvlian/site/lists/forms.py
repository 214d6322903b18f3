"""The form of a record: the fields that its list lets people edit, as far as the user reads them, chosen from what is in scope."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms.models import modelform_factory

from lvlian.site.lists.sight import Sight
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.access import Access, scoped

MOST = 400
"""With more records than this a relation is typed by name."""


def editable(spec: ListSpec, sight: Sight, row: Any) -> list[str]:
    """The fields of a row that the user may edit: those that he or she reads."""
    if not sight.access.may(spec.edit_permission, row):
        return []
    return [name for name in spec.edit_fields if sight.shows_field(row, name)]


def form_for(
    spec: ListSpec, access: Access, row: Any, names: list[str], data: Any = None, today: date | None = None
) -> forms.ModelForm:  # type: ignore[type-arg]
    """A form over a copy of the row, so that what is typed never touches the row itself."""
    dates = {n: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for n in names if _is_date(spec, n)}
    long = {n: forms.Textarea(attrs={"rows": 2}) for n in names if _is_long(spec, n)}
    made: Any = modelform_factory(spec.model, form=_Form, fields=names, widgets={**dates, **long})
    copy = spec.model._base_manager.get(pk=row.pk)
    form = made(data, instance=copy)
    form.spec, form.today = spec, today
    for name, field in form.fields.items():
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = choices_for(access, field.queryset.model, row, name)
            if not isinstance(field, forms.ModelMultipleChoiceField) and field.queryset.count() > MOST:
                field.to_field_name = "name"
                field.widget = forms.TextInput()
                if data is None and (held := getattr(row, name)) is not None:
                    form.initial[name] = held.name
    return form  # type: ignore[no-any-return]


def choices_for(access: Access, model: Any, row: Any, name: str) -> Any:
    """Records of the row's own region in scope, and what the row holds now."""
    found = scoped(model, access)
    region = getattr(row, "region_id", None)
    if region is not None and hasattr(model, "region"):
        found = found.filter(region_id=region)
    held = getattr(row, name, None)
    numbers = list(held.values_list("pk", flat=True)) if hasattr(held, "all") else [held.pk] if held is not None else []
    return found | scoped(model, access).filter(pk__in=numbers) if numbers else found


class _Form(forms.ModelForm):  # type: ignore[type-arg]
    """Adds the list's own check, over all values together."""

    spec: ListSpec
    today: date | None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.spec.check is not None:
            whole = {f.name: getattr(self.instance, f.name, None) for f in self.spec.model._meta.concrete_fields}
            for name, sentence in self.spec.check({**whole, **values}, self.today).items():
                self.add_error(name if name in self.fields else None, sentence)
        return values


def _is_date(spec: ListSpec, name: str) -> bool:
    return spec.model._meta.get_field(name).get_internal_type() == "DateField"  # type: ignore[union-attr]


def _is_long(spec: ListSpec, name: str) -> bool:
    field: Any = spec.model._meta.get_field(name)
    return field.get_internal_type() == "CharField" and (field.max_length or 0) >= 300
