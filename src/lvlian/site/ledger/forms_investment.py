"""Forms of a lead: its gates together, its signing, what is promised to the investor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.ledger.track import Field
from lvlian.site.frame import today
from lvlian.site.ledger import saying, selectors_items
from lvlian.site.ledger.forms_items import day_field, field_of, stored, text_field
from lvlian.site.ledger.gates import Proposed
from lvlian.site.org.access import Access

REVISION = {"widget": forms.HiddenInput, "min_value": 0, "max_value": 2**31 - 1}


class CheckForm(forms.Form):
    """An answer and its reason for each gate; where nobody answered yet, the proposal stands in the fields."""

    revision = forms.IntegerField(**REVISION)  # type: ignore[arg-type]

    def __init__(self, *args: Any, proposed: Sequence[Proposed], revision: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = list(proposed)
        self.initial["revision"] = revision
        for one in self.asked:
            key = one.gate.key
            name = saying.words(one.gate.name)
            choices = [(answer, saying.answer_name(answer)) for answer in ("yes", "no", "unknown")]
            self.fields[f"answer-{key}"] = forms.ChoiceField(
                label=name, choices=choices, widget=forms.Select(attrs={"aria-label": name})
            )
            self.fields[f"why-{key}"] = text_field(_("%(gate)s：理由") % {"gate": name}, required=False)
            given = one.answer in ("yes", "no") or bool(one.answered)
            self.initial[f"answer-{key}"] = one.answer if given else one.state
            self.initial[f"why-{key}"] = (one.answered if given else one.why)[:300]

    @property
    def asked(self) -> list[Proposed]:
        """The gates that one person answers; one that two people let pass stays as it is."""
        return [one for one in self.proposed if one.answer != "waived"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for one in self.asked:
            if values.get(f"answer-{one.gate.key}") == "no" and not (values.get(f"why-{one.gate.key}") or "").strip():
                self.add_error(f"why-{one.gate.key}", _("答否须写理由"))
        return values

    def answers(self) -> dict[str, tuple[str, str]]:
        told = self.cleaned_data
        return {one.gate.key: (told[f"answer-{one.gate.key}"], told[f"why-{one.gate.key}"]) for one in self.asked}

    def rows(self) -> list[tuple[Proposed, Any, Any]]:
        """Each gate with its two fields, none where it was let pass."""
        return [
            (one, self[f"answer-{one.gate.key}"], self[f"why-{one.gate.key}"])
            if one in self.asked
            else (one, None, None)
            for one in self.proposed
        ]


class SignForm(forms.Form):
    """The day and the agreement, and the fields that the signing asks for as far as the reader may fill them in."""

    revision = forms.IntegerField(**REVISION)  # type: ignore[arg-type]
    day = day_field(gettext_lazy("签约日期"), required=True)
    agreement = text_field(gettext_lazy("投资协议，文号或名称"), most=200)

    def __init__(
        self, *args: Any, access: Access, region_id: int, asked: Sequence[Field], data: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked_fields = {one.key: one for one in asked}
        for key, one in self.asked_fields.items():
            self.fields[key] = field_of(one, access, region_id)
            self.initial.setdefault(key, (data or {}).get(key))

    def values(self) -> dict[str, Any]:
        return {key: stored(one, self.cleaned_data.get(key)) for key, one in self.asked_fields.items()}

    def rows(self) -> list[tuple[str, Any]]:
        return [(one.unit, self[key]) for key, one in self.asked_fields.items()]


class CommitForm(forms.Form):
    """What was promised, who keeps it, by when, on what ground."""

    title = text_field(gettext_lazy("承诺什么"))
    unit = forms.ModelChoiceField(None, label=gettext_lazy("兑现单位"))
    due = day_field(gettext_lazy("何时兑现"))
    basis = text_field(gettext_lazy("依据，协议条款或会议纪要"), required=False, most=500)
    amount = forms.FloatField(label=gettext_lazy("金额"), required=False, min_value=0)

    def __init__(self, *args: Any, access: Access, region_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = selectors_items.units_here(access, region_id)

    def clean_due(self) -> date | None:
        due: date | None = self.cleaned_data["due"]
        if due is not None and due < today():
            raise forms.ValidationError(_("写的是 %(day)s，应不早于今天") % {"day": due})
        return due
