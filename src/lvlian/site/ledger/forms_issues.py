"""Forms of problems and supervised tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.site.frame import today
from lvlian.site.ledger.actions.issues import LONGEST
from lvlian.site.ledger.models import Item
from lvlian.site.org.models import Unit


def day_input(**attrs: Any) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


class IssueForm(forms.Form):
    """A problem in a minute: one choice, one sentence, a day."""

    item = forms.ModelChoiceField(
        label=gettext_lazy("项目"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("不涉及具体项目"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("卡在哪一类"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选一项。")},
    )
    sentence = forms.CharField(
        label=gettext_lazy("一句话说清"), max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        error_messages={
            "required": gettext_lazy("请写一句话：卡在哪里，影响什么。"),
            "max_length": gettext_lazy("最多 %(limit_value)d 字，现在 %(show_value)d 字。"),
        },
    )  # fmt: skip
    wished = forms.DateField(label=gettext_lazy("希望何时办结"), required=False, widget=day_input())
    reference = forms.CharField(label=gettext_lazy("凭据"), required=False, max_length=600)
    photo = forms.FileField(
        label=gettext_lazy("拍照"), required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )  # fmt: skip
    behalf = forms.BooleanField(label=gettext_lazy("代企业上报，企业可看进展与答复"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("从哪里来"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(
        self,
        *args: Any,
        items: QuerySet[Item],
        kinds: Sequence[tuple[str, str]],
        channels: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]
        self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]
        self.fields["channel"].choices = list(channels)  # type: ignore[attr-defined]
        if not channels:
            del self.fields["channel"], self.fields["behalf"]

    def clean_wished(self) -> Any:
        day = self.cleaned_data["wished"]
        if day is not None and day < today():
            raise forms.ValidationError(_("日期早于今天。请填 %(day)s 或以后。") % {"day": today().isoformat()})
        return day


class ActForm(forms.Form):
    """What every step of an item carries: the revision that was seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class PlainForm(ActForm):
    """A step without words."""


class WhyForm(ActForm):
    """A step with its reason."""

    why = forms.CharField(label=gettext_lazy("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class NoteForm(ActForm):
    note = forms.CharField(label=gettext_lazy("进展"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(ActForm):
    answer = forms.CharField(label=gettext_lazy("答复"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class ExtendForm(ActForm):
    days = forms.IntegerField(label=gettext_lazy("延长，工作日"), min_value=1, max_value=60)
    why = forms.CharField(label=gettext_lazy("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RaiseForm(ActForm):
    to = forms.ChoiceField(label=gettext_lazy("上报到"))
    why = forms.CharField(label=gettext_lazy("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, levels: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = list(levels)  # type: ignore[attr-defined]


class RateForm(ActForm):
    satisfied = forms.ChoiceField(
        label=gettext_lazy("评价"), choices=(("yes", gettext_lazy("满意，销号")), ("no", gettext_lazy("不满意，退回办理"))),
        widget=forms.RadioSelect, error_messages={"required": gettext_lazy("请选一项。")},
    )  # fmt: skip
    why = forms.CharField(
        label=gettext_lazy("哪里不满意"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class AssignForm(ActForm):
    """To which unit, with whose support."""

    unit = forms.ModelChoiceField(label=gettext_lazy("交办单位"), queryset=None)
    supports = forms.ModelMultipleChoiceField(label=gettext_lazy("配合单位"), queryset=None, required=False)
    why = forms.CharField(label=gettext_lazy("交办意见"), max_length=300, required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["supports"].queryset = units  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """立项: what is asked of whom by when, on what ground."""

    title = forms.CharField(label=gettext_lazy("督办事项"), max_length=300)
    task = forms.CharField(label=gettext_lazy("督办要求"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    origin = forms.CharField(label=gettext_lazy("依据"), max_length=300)
    due = forms.DateField(label=gettext_lazy("办结时限"), widget=day_input())
    unit = forms.ModelChoiceField(label=gettext_lazy("交办单位"), queryset=None, required=False)
    supports = forms.ModelMultipleChoiceField(label=gettext_lazy("配合单位"), queryset=None, required=False)
    about = forms.IntegerField(widget=forms.HiddenInput, required=False)
    decision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["supports"].queryset = units  # type: ignore[attr-defined]

    def clean_due(self) -> Any:
        day = self.cleaned_data["due"]
        if day < today():
            raise forms.ValidationError(_("日期早于今天。请填 %(day)s 或以后。") % {"day": today().isoformat()})
        return day


class DoneForm(ActForm):
    result = forms.CharField(label=gettext_lazy("办理结果"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    proof = forms.CharField(label=gettext_lazy("凭据"), max_length=200, required=False)


class HolidayForm(forms.Form):
    day = forms.DateField(label=gettext_lazy("日期"), widget=day_input())
    kind = forms.ChoiceField(
        label=gettext_lazy("放假或上班"), choices=(("off", gettext_lazy("放假")), ("work", gettext_lazy("上班")))
    )
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200)
