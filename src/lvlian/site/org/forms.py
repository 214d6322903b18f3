"""Forms of people: login, code, password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.site.org.models import User
from lvlian.site.org.roles import ROLE_CHOICES


def _password(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": autocomplete})


class LoginForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("账号"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("口令"), max_length=200, strip=False, widget=_password("current-password")
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).replace(" ", "").replace("-", "").lower()


class ConfirmForm(forms.Form):
    """The present password, before something is taken away."""

    present = forms.CharField(
        label=gettext_lazy("现口令"), max_length=200, strip=False, widget=_password("current-password")
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_present(self) -> str:
        present = str(self.cleaned_data["present"])
        if not self.user.check_password(present):
            raise ValidationError(_("现口令不对"))
        return present


class PasswordForm(ConfirmForm):
    """A new password; the present one is asked for, so that an open screen is not enough."""

    new = forms.CharField(label=gettext_lazy("新口令"), max_length=200, strip=False, widget=_password("new-password"))
    again = forms.CharField(
        label=gettext_lazy("再写一遍新口令"), max_length=200, strip=False, widget=_password("new-password")
    )

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        if new == self.data.get("present"):
            raise ValidationError(_("新口令与现口令相同"))
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("new") and values.get("again") and values["new"] != values["again"]:
            self.add_error("again", _("两遍新口令不一样"))
        return values


class TokenForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("用途"), max_length=60)
    ends_on = forms.DateField(
        label=gettext_lazy("有效至"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    read_only = forms.BooleanField(label=gettext_lazy("只读，不能改数据"), required=False, initial=True)


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(
        label=gettext_lazy("语言"), choices=[("zh", "中文"), ("en", "English")], widget=forms.RadioSelect
    )
    keys = forms.BooleanField(label=gettext_lazy("单键快捷键开"), required=False)


class PersonForm(forms.ModelForm):
    """A person's name, phone and home; the account's name only at the beginning."""

    class Meta:
        model = User
        fields = ("username", "name", "home", "phone")

    def __init__(self, regions: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home"].queryset = regions
        self.fields["home"].empty_label = "—"
        self.fields["username"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "none"}
        if self.instance.pk:
            del self.fields["username"]


class GrantForm(forms.Form):
    """A role in a region, bound to a unit or a firm where the role asks for one."""

    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=[("", "—"), *ROLE_CHOICES])
    region = forms.ModelChoiceField(None, empty_label="—", label=gettext_lazy("地区"))
    unit = forms.ModelChoiceField(None, empty_label="—", label=gettext_lazy("单位"), required=False)
    firm = forms.ModelChoiceField(None, empty_label="—", label=gettext_lazy("企业"), required=False)

    def __init__(self, regions: Any, units: Any, firms: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions
        self.fields["unit"].queryset = units
        self.fields["firm"].queryset = firms
        for name in ("unit", "firm"):
            self.fields[name].label_from_instance = lambda row: f"{row.region.name} · {row.name}"
