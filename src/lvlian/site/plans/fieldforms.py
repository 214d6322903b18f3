"""The fields of a fact as a form, made from the table of `lvlian.plan.fields`, so that a field added there can be edited here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lvlian.plan.fields import Field, own_fields, plain_number

LABELS: dict[str, Any] = {
    "indicator": gettext_lazy("指标"), "subject": gettext_lazy("主体"), "op": gettext_lazy("关系"),
    "value": gettext_lazy("数值"), "value_max": gettext_lazy("至"), "unit": gettext_lazy("单位"),
    "mode": gettext_lazy("方式"), "when": gettext_lazy("时间"), "when_op": pgettext_lazy("fact", "时限"),
    "project": gettext_lazy("项目"), "owner": gettext_lazy("业主"), "product": gettext_lazy("产品"),
    "capacity": gettext_lazy("产能"), "capacity_max": gettext_lazy("产能至"), "capacity_unit": gettext_lazy("产能单位"),
    "event": gettext_lazy("节点"), "units": gettext_lazy("责任单位"), "lead": gettext_lazy("牵头单位"),
    "who": gettext_lazy("对象"), "benefit": gettext_lazy("得到什么"), "amount": gettext_lazy("数额"),
    "limit": gettext_lazy("上限"), "duration": gettext_lazy("期限"), "nodes": gettext_lazy("环节"),
    "name": gettext_lazy("名称"), "actor": gettext_lazy("谁办"), "per": gettext_lazy("每"), "times": gettext_lazy("次数"),
    "form": gettext_lazy("形态"), "place": gettext_lazy("地点"), "products": gettext_lazy("产品"),
}  # fmt: skip
WORDS: dict[str, Any] = {
    ">=": gettext_lazy("不少于 ≥"), ">": gettext_lazy("多于 >"), "<=": gettext_lazy("不多于 ≤"), "<": gettext_lazy("少于 <"),
    "=": gettext_lazy("等于 ="), "~": gettext_lazy("左右 ≈"), "level": gettext_lazy("达到"), "increase": gettext_lazy("增加"),
    "growth_rate": gettext_lazy("增速"), "baseline": gettext_lazy("基数"), "in": gettext_lazy("当期"), "by": gettext_lazy("底前"),
    "each": gettext_lazy("每期"), "max": gettext_lazy("最多"), "exact": gettext_lazy("定额"),
}  # fmt: skip
WIDE = frozenset({"project", "units", "nodes", "products", "who", "benefit"})
_WHEN = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])|-Q[1-4])?")


def label_of(name: str) -> str:
    """A field's name in words."""
    return str(LABELS.get(name, name))


def shown(value: Any) -> str:
    """A value as a person reads it: `—` for none, lists joined by 、, choices in words."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, (list, tuple)):
        return "、".join(str(part) for part in value)
    if isinstance(value, str):
        return str(WORDS.get(value, value))
    return str(plain_number(value))


def carried(kind: str, given: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What was typed before another kind was chosen: the values that fit a field of this kind, and the pairs of name and value that
    have no field in it, so that the form can hold them until a kind is chosen that has one."""
    table = own_fields(kind)
    typed = {name: given[name] for name in LABELS if given.get(name)}
    if typed.get("op") == "=" and "value" not in typed:
        del typed["op"]  # the form of a goal begins with it, nobody chose it
    fitting = {
        name: value for name, value in typed.items() if name in table and value in (table[name].choices or (value,))
    }
    return fitting, [(name, value) for name, value in typed.items() if name not in table]


class FactForm(forms.Form):
    """The own fields of one kind of facts. `typed()` gives them as the fact form holds them."""

    def __init__(self, kind: str, values: Mapping[str, Any] | None = None, data: Any = None, prefix: str = "") -> None:
        initial = {name: _text(value) for name, value in (values or {}).items()}
        super().__init__(data, initial=initial, prefix=prefix or None)
        self.kind = kind
        for name, told in own_fields(kind).items():
            self.fields[name] = _field(name, told, (values or {}).get(name))

    def shown_fields(self) -> list[tuple[forms.BoundField, bool]]:
        """Each field, and whether it takes the whole width."""
        return [(self[name], name in WIDE) for name in self.fields]

    def typed(self) -> dict[str, Any]:
        """The values as the public form has them. The form must be valid."""
        return {name: self._value(name, told) for name, told in own_fields(self.kind).items()}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        low, high = values.get("value"), values.get("value_max")
        if low is not None and high is not None and high < low:
            self.add_error(
                "value_max",
                _("写的是 %(high)s，应不小于 %(low)s。") % {"high": plain_number(high), "low": plain_number(low)},
            )
        return values

    def _value(self, name: str, told: Field) -> Any:
        value = self.cleaned_data.get(name)
        if told.shape == "list":
            return [
                part
                for raw in re.split("[、，,;；\n—]" if name == "nodes" else "[、，,;；\n]", value or "")
                if (part := raw.strip())
            ]
        if value in (None, "") and told.optional:
            return None
        return value if value is not None else ""


def _text(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return "、".join(str(part) for part in value)
    return plain_number(value)


def _field(name: str, told: Field, value: Any) -> forms.Field:
    label = label_of(name)
    if told.shape == "number":
        messages = {"invalid": _("应是数字，例如 300 或 93.8。"), "required": _("应填数字。")}
        return forms.FloatField(
            label=label, required=not told.optional, error_messages=messages,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}),
        )  # fmt: skip
    if told.choices:
        known = [(choice, WORDS.get(choice, choice)) for choice in told.choices]
        if value not in (None, "", *told.choices):
            known.append((str(value), str(value)))
        blank = [("", "—")] if told.optional else []
        return forms.ChoiceField(label=label, choices=[*blank, *known], required=not told.optional)
    required = told.required or (told.shape == "list" and name in ("units", "nodes"))
    options: dict[str, Any] = {
        "label": label,
        "required": required,
        "max_length": 2000,
        "error_messages": {"required": _("不能空着。")},
    }
    if name == "when":
        return _When(**options)
    if told.shape == "list":
        options["help_text"] = _("用顿号隔开")
    return forms.CharField(**options)


class _When(forms.CharField):
    """A year, a month or a quarter."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not _WHEN.fullmatch(value):
            raise forms.ValidationError(
                _("写的是“%(value)s”，应是年、月或季度：2025、2023-09、2023-Q3。") % {"value": value}
            )
