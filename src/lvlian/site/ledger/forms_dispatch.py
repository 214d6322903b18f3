"""Forms of the quarterly dispatch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.ledger.quarter import Quarter, read_quarter
from lvlian.site.ledger.models import Decision, Dispatch
from lvlian.site.ledger.papers import BECOMES
from lvlian.site.ledger.registers import quarter_words
from lvlian.site.ledger.selectors_dispatch import Question


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def many_lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class OpenForm(forms.Form):
    """Which quarter."""

    quarter = forms.ChoiceField(label=gettext_lazy("季度"))

    def __init__(self, offered: Iterable[Quarter], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = [(str(one), quarter_words(one)) for one in offered]  # type: ignore[attr-defined]

    def clean_quarter(self) -> Quarter:
        return read_quarter(self.cleaned_data["quarter"])


class DatesForm(forms.ModelForm):  # type: ignore[type-arg]
    """When the steps fall, where one meets, who issues."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Dispatch
        fields = (
            "as_of", "check_from", "check_until", "seal_on", "meeting_at", "place", "chair", "issue_on", "office", "subject",
        )  # fmt: skip
        widgets = {
            **{name: day_input() for name in ("as_of", "check_from", "check_until", "seal_on", "issue_on")},
            "meeting_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.setdefault("revision", self.instance.revision)


class MeetForm(forms.Form):
    """What the minutes need."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    chair = forms.CharField(label=gettext_lazy("主持"), max_length=60, required=False)
    place = forms.CharField(label=gettext_lazy("地点"), max_length=120, required=False)
    present = forms.CharField(label=gettext_lazy("出席"), max_length=1000, required=False, widget=many_lines(2))
    excused = forms.CharField(label=gettext_lazy("请假"), max_length=300, required=False)
    heard = forms.CharField(label=gettext_lazy("会议听取"), max_length=1000, required=False, widget=many_lines(4))


class IssueForm(forms.Form):
    """The number under which the notice went out, and when."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(label=gettext_lazy("文号"), max_length=60, required=False)
    issue_on = forms.DateField(label=gettext_lazy("印发日"), required=False, widget=day_input())


class DecisionForm(forms.Form):
    """What the meeting decided: who does what by when, and which register it goes to."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=gettext_lazy("决定"), max_length=500, widget=many_lines(2),
        error_messages={"required": gettext_lazy("请写决定什么。")},
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        label=gettext_lazy("责任单位"), queryset=None, required=False, empty_label=gettext_lazy("会后再定"),
    )  # fmt: skip
    due = forms.DateField(label=gettext_lazy("时限"), required=False, widget=day_input())
    becomes = forms.ChoiceField(label=gettext_lazy("转为"), choices=list(BECOMES.items()), widget=forms.RadioSelect)

    def __init__(self, units: Any, *args: Any, decision: Decision | None = None, **kwargs: Any) -> None:
        if decision is not None:
            kwargs.setdefault(
                "initial",
                {"revision": decision.revision, "text": decision.text, "unit": decision.unit_id, "due": decision.due,
                 "becomes": decision.becomes},
            )  # fmt: skip
        else:
            kwargs.setdefault("initial", {"becomes": "supervision"})
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class CorrectForm(forms.Form):
    """What a fact is instead, with the reason; its shape is that of the fact."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, question: Question, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", f"a{question.ask.pk}")
        kwargs.setdefault("initial", {"revision": question.ask.revision})
        super().__init__(*args, **kwargs)
        self.question = question
        kind = question.kind
        if kind in ("step", "day"):
            label = _("改到") if question.known else _("日期")
            self.fields["value"] = forms.DateField(label=label, required=False, widget=day_input())
            done = _("完成于") if kind == "step" else _("到位于")
            self.fields["done"] = forms.DateField(label=done, required=False, widget=day_input())
        elif kind == "stage" or question.choices:
            shown = [("", "—"), *question.choices]
            self.fields["value"] = forms.ChoiceField(label=_("现为"), choices=shown, required=False)
        elif kind == "yes":
            shown = [("", "—"), ("是", _("是")), ("否", _("否"))]
            self.fields["value"] = forms.ChoiceField(label=_("现为"), choices=shown, required=False)
        elif kind == "date":
            self.fields["value"] = forms.DateField(label=_("日期"), required=False, widget=day_input())
        else:
            widget = forms.TextInput(attrs={"inputmode": "decimal"} if kind == "number" else {})
            label = f"{_('现为')}{_('，')}{question.unit}" if question.unit else _("现为")
            self.fields["value"] = forms.CharField(label=label, max_length=200, required=False, widget=widget)
        dated = kind in ("step", "day")
        self.fields["value"].required = not dated
        label = _("理由，改期要写") if dated and question.known else _("理由")
        needed = bool(question.known) and not dated
        self.fields["why"] = forms.CharField(label=label, max_length=300, required=needed)
        self.fields["value"].error_messages["required"] = _("请填是多少。")
        self.fields["why"].error_messages["required"] = _("更正请写理由。")


class SheetForm(forms.Form):
    """The sheet as it came back."""

    file = forms.FileField(
        label=gettext_lazy("填好的核对表"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"})
    )  # fmt: skip
