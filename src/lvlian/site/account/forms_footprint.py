"""How the power of a footprint is counted: by place or market, a mix that somebody states, with where that comes from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS = ("hydro", "coal", "pv", "wind", "nuclear")
KIND_NAMES = {
    "hydro": gettext_lazy("水电"),
    "coal": gettext_lazy("煤电"),
    "pv": gettext_lazy("光伏"),
    "wind": gettext_lazy("风电"),
    "nuclear": gettext_lazy("核电"),
    "grid": gettext_lazy("网电"),
}


class PowerForm(forms.Form):
    """Shares in percent; what they leave open is grid power. Nothing filled: what firms reported, else all from the grid."""

    power = forms.ChoiceField(
        label=gettext_lazy("网电因子"), required=False,
        choices=[("average", gettext_lazy("按所在地平均")), ("residual", gettext_lazy("按市场剩余（扣市场化非化石）"))],
    )  # fmt: skip
    rule = forms.ChoiceField(
        label=gettext_lazy("联产分配"), required=False,
        choices=[
            ("metal", gettext_lazy("按金属质量")), ("scrap_free", gettext_lazy("按金属质量，新废料不带")), ("main", gettext_lazy("全归主产品")),
            ("value", gettext_lazy("按产值")),
        ],
    )  # fmt: skip
    certificate = forms.FloatField(label=gettext_lazy("绿证覆盖"), required=False, min_value=0, max_value=100)
    source = forms.CharField(label=gettext_lazy("构成的来源"), required=False, max_length=200)

    def __init__(self, *args: Any, kinds: tuple[str, ...] = KINDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        for kind in kinds:
            self.fields[kind] = forms.FloatField(
                label=KIND_NAMES.get(kind, kind), required=False, min_value=0, max_value=100
            )
        self.order_fields(["power", "rule", *kinds, "certificate", "source"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        shares = self.shares(values)
        certificate = values.get("certificate") or 0.0
        if sum(shares.values()) > 100 + 1e-9:
            self.add_error(self.kinds[0], _("各种电加起来 %(sum)g%%，应不超过 100%%。") % {"sum": sum(shares.values())})
        elif certificate > 100 - sum(shares.values()) + 1e-9:
            rest = 100 - sum(shares.values())
            self.add_error("certificate", _("绿证最多覆盖网电部分 %(rest)g%%。") % {"rest": rest})
        if (shares or certificate) and not (values.get("source") or "").strip():
            self.add_error("source", _("写明构成从哪里来：合同、结算单或谁提出。"))
        return values

    def shares(self, values: dict[str, Any]) -> dict[str, float]:
        return {kind: float(values[kind]) for kind in self.kinds if values.get(kind)}

    @property
    def stated(self) -> bool:
        """Whether a mix was filled in."""
        values = getattr(self, "cleaned_data", {})
        return bool(self.shares(values) or values.get("certificate"))
