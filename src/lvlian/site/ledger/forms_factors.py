"""The forms of factors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lvlian.ledger.factors import FACTORS
from lvlian.site.ledger import selectors_balance as reads
from lvlian.site.ledger.models import Demand, Supply
from lvlian.site.ledger.models.factor import FactorKind
from lvlian.site.ledger.registers import of_group, tracks
from lvlian.site.org.access import Access


def day(label: Any, **about: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, **about)


class SupplyForm(forms.Form):
    """A supply. Where an item brings it, its name, factor and days are the item's and are not asked again."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    factor = forms.ChoiceField(label=gettext_lazy("要素"), choices=FactorKind.choices)
    title = forms.CharField(label=gettext_lazy("供给"), max_length=200)
    amount = forms.FloatField(label=gettext_lazy("数量"), required=False, min_value=0)
    unit = forms.CharField(label=gettext_lazy("单位"), max_length=30)
    owner = forms.ModelChoiceField(label=gettext_lazy("保障单位"), queryset=None, required=False)
    promised = day(gettext_lazy("承诺日期"))
    expected = day(gettext_lazy("现日期"))
    why = forms.CharField(label=gettext_lazy("改期理由"), required=False, max_length=300)
    done = day(gettext_lazy("到位日期"))
    until = day(gettext_lazy("有效至"))
    note = forms.CharField(label=gettext_lazy("备注"), required=False, max_length=300)

    def __init__(self, access: Access, data: Any = None, supply: Supply | None = None) -> None:
        initial: dict[str, Any] = {}
        if supply is not None:
            initial = {name: getattr(supply, name) for name in self.base_fields if name != "owner"}
            initial["owner"] = supply.owner_id
        super().__init__(data, initial=initial)
        self.fields["owner"].queryset = reads.units_here(access)  # type: ignore[attr-defined]
        if supply is not None and supply.item_id is not None:
            for name in ("factor", "title", "promised", "expected", "why", "done"):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What was filled in, without the revision; a supply of a stock (land, funds) is known by its factor."""
        out = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        if "factor" in out:
            out["stock"] = FACTORS[out["factor"]].stock
        return out


class DemandForm(forms.Form):
    """What an item needs, by which stage, and the goal that it stands for."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    item = forms.ModelChoiceField(label=gettext_lazy("项目"), queryset=None)
    factor = forms.ChoiceField(label=gettext_lazy("要素"), choices=FactorKind.choices)
    amount = forms.FloatField(label=gettext_lazy("数量"), required=False, min_value=0)
    unit = forms.CharField(label=gettext_lazy("单位"), max_length=30)
    stage = forms.ChoiceField(label=gettext_lazy("何时要用"), required=False)
    need_by = day(gettext_lazy("需用日期"))
    until = day(gettext_lazy("用至"))
    goal = forms.ModelChoiceField(label=gettext_lazy("影响目标"), queryset=None, required=False)
    note = forms.CharField(label=gettext_lazy("备注"), required=False, max_length=300)

    def __init__(self, access: Access, data: Any = None, demand: Demand | None = None, item: Any = None) -> None:
        initial: dict[str, Any] = {"item": getattr(item, "pk", None)}
        if demand is not None:
            initial = {name: getattr(demand, name) for name in self.base_fields if name not in ("goal", "item")}
            initial |= {"item": demand.item_id, "goal": demand.item.goal_id}
        super().__init__(data, initial=initial)
        found = reads.items_here(access)
        self.fields["item"].queryset = found  # type: ignore[attr-defined]
        self.fields["goal"].queryset = reads.goals_here(access)  # type: ignore[attr-defined]
        self.fields["goal"].label_from_instance = reads.goal_name  # type: ignore[attr-defined]
        self.fields["stage"].choices = [("", _("不按阶段，另填日期")), *stages(demand or item)]  # type: ignore[attr-defined]
        if demand is not None:
            del self.fields["item"]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("revision", "item")}


def stages(about: Any) -> list[tuple[str, str]]:
    """The stages of an item's track by their names; of the tracks of projects where no item is chosen yet."""
    english = (get_language() or "").startswith("en")
    item = about.item if isinstance(about, Demand) else about
    chosen = [tracks()[item.track]] if item is not None and item.track in tracks() else of_group("projects")
    seen: dict[str, str] = {}
    for track in chosen or list(tracks().values()):
        for stage in track.stages:
            seen.setdefault(stage.key, stage.name.en if english else stage.name.zh)
    return list(seen.items())


class MoveForm(forms.Form):
    """The day that is expected now, with its reason; empty goes back to the promise."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    expected = day(gettext_lazy("现日期"))
    why = forms.CharField(label=gettext_lazy("改期理由"), required=False, max_length=300)


class DoneForm(forms.Form):
    """The day on which it was there; empty takes that back."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    done = day(gettext_lazy("到位日期"))


class BookForm(forms.Form):
    """How much of a supply is kept, for which demand or from which supply."""

    other = forms.TypedChoiceField(label=gettext_lazy("为谁占用"), coerce=int)
    amount = forms.FloatField(label=gettext_lazy("占用数量"), min_value=0)

    def __init__(self, choices: list[tuple[int, str]], data: Any = None, label: Any = None, **about: Any) -> None:
        super().__init__(data, **about)
        self.fields["other"].choices = choices  # type: ignore[attr-defined]
        if label is not None:
            self.fields["other"].label = label
