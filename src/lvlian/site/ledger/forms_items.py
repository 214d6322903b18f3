"""Forms of what people do with an item. Each names only what the engine needs; what the engine refuses is put at its field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.ledger.item import State
from lvlian.ledger.track import Field, Track
from lvlian.site.ledger import saying, selectors_items
from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access

EMPTY = [("", "—")]
WHY = gettext_lazy("理由")
Choices = list[tuple[str, str]]


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def text_field(label: Any, *, required: bool = True, most: int = 300, rows: int = 0) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, required=required, max_length=most, widget=widget)


class ItemForm(forms.Form):
    """A form on an item as it stood at `revision`. `reader` is who fills it in."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, access: Access, item: Item, track: Track, state: State, **kwargs: Any) -> None:
        kwargs["initial"] = {"revision": item.revision, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.access, self.item, self.track, self.state = access, item, track, state
        self.make()

    def make(self) -> None:
        """Adds what depends on the item."""

    def choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [*([] if field.required else EMPTY), *choices]


class EnterForm(ItemForm):
    stage = forms.ChoiceField(label=gettext_lazy("进入阶段"))
    day = day_field(gettext_lazy("哪一天到的"))
    evidence = text_field(gettext_lazy("凭据，文号或证号"), required=False, most=200)
    note = text_field(gettext_lazy("说明"), required=False)

    def make(self) -> None:
        from lvlian.site.ledger.cards import may_enter

        ahead = self.track.stages[self.track.order.get(self.item.stage, 0) + 1 :]
        allowed = [one for one in ahead if may_enter(self.access, self.item, one)]
        self.choose("stage", [(one.key, saying.words(one.name)) for one in allowed])


class BackForm(ItemForm):
    stage = forms.ChoiceField(label=gettext_lazy("退回到"))
    why = text_field(WHY, rows=2)
    correction = forms.BooleanField(label=gettext_lazy("更正误报的阶段"), required=False)

    def make(self) -> None:
        before = self.track.stages[: self.track.order.get(self.item.stage, 0)]
        self.choose("stage", [(one.key, saying.words(one.name)) for one in reversed(before)])


class MoveForm(ItemForm):
    """The date that is now expected, with its reason; empty goes back to the promise."""

    step = forms.CharField(widget=forms.HiddenInput, max_length=30)
    expected = day_field(gettext_lazy("现日期"))
    why = text_field(gettext_lazy("改期理由"), required=False)


class DoneForm(ItemForm):
    """The day on which it was reached; empty takes it back."""

    step = forms.CharField(widget=forms.HiddenInput, max_length=30)
    done = day_field(gettext_lazy("完成日期"))


class PromiseForm(ItemForm):
    stage = forms.ChoiceField(label=gettext_lazy("阶段"), required=False)
    title = text_field(gettext_lazy("或自己写的节点"), required=False, most=80)
    due = day_field(gettext_lazy("承诺日期"), required=True)

    def make(self) -> None:
        ahead = self.track.stages[self.track.order.get(self.item.stage, 0) + 1 :]
        self.choose("stage", [(one.key, saying.words(one.name)) for one in ahead])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("stage") and not (values.get("title") or "").strip():
            self.add_error("title", _("选一个阶段，或写一个节点"))
        return values


class ReportForm(ItemForm):
    note = text_field(gettext_lazy("进展"), required=False, rows=2)


class WhyForm(ItemForm):
    why = text_field(WHY, rows=2)


class PauseForm(ItemForm):
    why = text_field(WHY, rows=2)
    until = day_field(gettext_lazy("到哪一天"))


class PlainForm(ItemForm):
    """A button alone."""


class MergeForm(ItemForm):
    into = forms.IntegerField(label=gettext_lazy("并入哪一项，编号"), min_value=1, max_value=2**62)
    why = text_field(WHY, rows=2)

    def clean_into(self) -> Item:
        found = selectors_items.merge_into(self.access, self.item, self.cleaned_data["into"])
        if found is None or found.pk == self.item.pk:
            raise forms.ValidationError(_("本地区没有这个编号的另一项"))
        return found


class ExtendForm(ItemForm):
    days = forms.IntegerField(label=gettext_lazy("延长，工作日"), min_value=1, max_value=400)
    why = text_field(WHY, rows=2)


class EscalateForm(ItemForm):
    to = forms.ChoiceField(label=gettext_lazy("报到"))
    why = text_field(WHY, rows=2)

    def make(self) -> None:
        levels = self.track.levels
        at = levels.index(self.state.level) if self.state.level in levels else -1
        self.choose("to", [(key, saying.level_name(key)) for key in levels[at + 1 :]])


class AssignForm(ItemForm):
    lead = forms.ModelChoiceField(None, label=gettext_lazy("牵头单位"), required=False)
    units = forms.ModelMultipleChoiceField(None, label=gettext_lazy("责任单位"), required=False)
    supports = forms.ModelMultipleChoiceField(None, label=gettext_lazy("配合单位"), required=False)
    why = text_field(WHY, required=False)

    def make(self) -> None:
        here = selectors_items.units_here(self.access, self.item.region_id)
        for name in ("lead", "units", "supports"):
            field: Any = self.fields[name]
            field.queryset = here
        self.initial |= {
            "lead": self.state.lead,
            "units": list(self.state.units),
            "supports": list(self.state.supports),
        }


class GateForm(ItemForm):
    gate = forms.CharField(widget=forms.HiddenInput, max_length=60)
    answer = forms.ChoiceField(label=gettext_lazy("答案"))
    why = text_field(WHY, required=False)

    def make(self) -> None:
        self.choose("answer", [(key, saying.answer_name(key)) for key in ("yes", "no", "unknown", "waived")])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("answer") in ("no", "waived") and not (values.get("why") or "").strip():
            self.add_error("why", _("答否或放行须写理由"))
        values["before"] = self.state.answers.get(str(values.get("gate")), ("unknown", ""))[0]
        return values


class OverrideForm(ItemForm):
    """A light that two people set: this one proposes."""

    light = forms.ChoiceField(label=gettext_lazy("改为"))
    why = text_field(gettext_lazy("理由，写给第二人看"), rows=2)
    until = day_field(gettext_lazy("到哪一天"), required=True)

    def make(self) -> None:
        wanted = [key for key in ("ok", "warn", "bad", "none") if key != self.item.light]
        self.choose("light", [(key, saying.light_name(key)) for key in wanted])


class EvidenceForm(ItemForm):
    stage = forms.ChoiceField(label=gettext_lazy("证明哪个阶段"))
    reference = text_field(gettext_lazy("文号、证号或说明"), required=False, most=200)
    file = forms.FileField(label=gettext_lazy("文件"), required=False, max_length=200)

    def make(self) -> None:
        self.choose("stage", [(one.key, saying.words(one.name)) for one in self.track.stages])
        self.initial.setdefault("stage", self.item.stage)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("file") and not (values.get("reference") or "").strip():
            self.add_error("reference", _("写文号或证号，或附一个文件"))
        return values


# Fields of a track -------------------------------------------------------------------------------------------------------
def field_of(one: Field, access: Access, region_id: int) -> forms.Field:
    """The form field of a track's field."""
    label = saying.words(one.name)
    if one.kind == "number":
        return forms.FloatField(label=label, required=False)
    if one.kind == "date":
        return day_field(label)
    if one.kind in ("choice", "yes"):
        told = [(key, saying.words(name)) for key, name in one.choices]
        choices = told if one.kind == "choice" else [("yes", _("是")), ("no", _("否"))]
        return forms.ChoiceField(label=label, required=False, choices=[*EMPTY, *choices])
    if one.kind == "factor":
        from lvlian.site.ledger.models.factor import FactorKind

        return forms.ChoiceField(
            label=label,
            required=False,
            choices=[*EMPTY, *((key, saying.factor_name(key)) for key in FactorKind.values)],
        )
    readers: dict[str, Any] = {
        "firm": selectors_items.firms_here, "unit": selectors_items.units_here, "goal": selectors_items.goals_here,
        "project": selectors_items.projects_here,
    }  # fmt: skip
    if one.kind in readers:
        return forms.ModelChoiceField(readers[one.kind](access, region_id), label=label, required=False)
    return text_field(label, required=False, most=500)


def stored(one: Field, value: Any) -> Any:
    """A cleaned value as an event holds it."""
    if value is None or value == "":
        return None
    if one.kind == "yes":
        return value == "yes"
    if one.kind == "number":
        return int(value) if float(value).is_integer() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if hasattr(value, "pk") else value


def shown(one: Field, value: Any) -> Any:
    """A stored value as the form shows it."""
    if one.kind == "yes" and value is not None:
        return "yes" if value is True else "no"
    return value


class AmendForm(ItemForm):
    """The fields of the track that the reader may fill in."""

    def make(self) -> None:
        self.asked: dict[str, Field] = {}
        for one in selectors_items.fields_for(self.access, self.track, self.item):
            self.asked[one.key] = one
            self.fields[f"field-{one.key}"] = field_of(one, self.access, self.item.region_id)
            self.initial.setdefault(f"field-{one.key}", shown(one, self.item.data.get(one.key)))

    def clean(self) -> dict[str, Any]:
        """`changed`: what was changed, as an event holds it."""
        values = super().clean() or {}
        told = {
            key: stored(one, values.get(f"field-{key}")) for key, one in self.asked.items() if f"field-{key}" in values
        }
        values["changed"] = {key: value for key, value in told.items() if value != self.item.data.get(key)}
        if not values["changed"] and not self.errors:
            raise forms.ValidationError(_("没有改动"))
        return values

    def asked_fields(self) -> list[tuple[Field, Any]]:
        """Each field of the track with its bound form field."""
        return [(one, self[f"field-{key}"]) for key, one in self.asked.items()]


class NewForm(forms.Form):
    """A new item of a track: what it is, where it stands, who has to do with it, until when; then what its first stage asks for."""

    title = text_field(gettext_lazy("事项"))
    stage = forms.ChoiceField(label=gettext_lazy("现在的阶段"))
    lead = forms.ModelChoiceField(None, label=gettext_lazy("牵头单位"), required=False)
    units = forms.ModelMultipleChoiceField(None, label=gettext_lazy("责任单位"), required=False)
    firm = forms.ModelChoiceField(None, label=gettext_lazy("企业"), required=False)
    goal = forms.ModelChoiceField(None, label=gettext_lazy("影响目标"), required=False)
    due = day_field(gettext_lazy("承诺办结日期"))
    about = text_field(gettext_lazy("说明"), required=False, most=1000, rows=3)

    def __init__(self, *args: Any, access: Access, region_id: int, track: Track, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["title"].label = saying.words(track.noun).capitalize()
        fields["stage"].choices = [
            (one.key, saying.words(one.name)) for one in track.stages if one.key != track.closes_at or track.recurs
        ]
        fields["lead"].queryset = fields["units"].queryset = selectors_items.units_here(access, region_id)
        fields["firm"].queryset = selectors_items.firms_here(access, region_id)
        fields["goal"].queryset = selectors_items.goals_here(access, region_id)
        first = track.stages[0].key
        self.asked = {
            one.key: one for one in track.fields
            if not one.commercial
            and (one.needed_at == first or (not one.needed_at and one.kind in ("number", "choice", "yes", "factor")))
        }  # fmt: skip
        for key, one in self.asked.items():
            fields[f"field-{key}"] = field_of(one, access, region_id)

    def data_values(self) -> dict[str, Any]:
        values = {key: stored(one, self.cleaned_data.get(f"field-{key}")) for key, one in self.asked.items()}
        return {key: value for key, value in values.items() if value is not None}
