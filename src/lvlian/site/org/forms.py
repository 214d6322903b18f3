"""Forms of people: login, code, password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.site.org.models import User


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


class PasswordForm(forms.Form):
    """A new password; the present one is asked for, so that an open screen is not enough."""

    present = forms.CharField(
        label=gettext_lazy("现口令"), max_length=200, strip=False, widget=_password("current-password")
    )
    new = forms.CharField(label=gettext_lazy("新口令"), max_length=200, strip=False, widget=_password("new-password"))
    again = forms.CharField(
        label=gettext_lazy("再写一遍新口令"), max_length=200, strip=False, widget=_password("new-password")
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_present(self) -> str:
        present = str(self.cleaned_data["present"])
        if not self.user.check_password(present):
            raise ValidationError(_("现口令不对"))
        return present

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
