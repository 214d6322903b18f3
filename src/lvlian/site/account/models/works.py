"""What the account knows of firms: what they can make, and who supplies whom."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lvlian.chain.region import KIND_ZH
from lvlian.site.org.models import Firm, Region
from lvlian.site.org.reach import FieldClass, Reach


class Works(models.Model):
    """A firm as the account sees it: its kind, its lines (process, capacity in t/a, months from and until), whom to ask (a post)."""

    class State(models.TextChoices):
        RUNNING = "running", _("在产")
        BUILDING = "building", _("在建")
        PLANNED = "planned", _("拟建")
        STOPPED = "stopped", _("停产")

    firm = models.OneToOneField(Firm, models.PROTECT, related_name="works", verbose_name=_("企业"))
    key = models.CharField(_("代号"), max_length=60, validators=[RegexValidator(r"^[\w.-]+$")])
    kind = models.CharField(_("环节"), max_length=12, choices=list(KIND_ZH.items()))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.RUNNING)
    post = models.CharField(_("找谁"), max_length=60, default="统计岗")
    lines = models.JSONField(_("工序与产能"), default=list, blank=True)
    """[{"process": id, "capacity": t/a or null, "since": "2023-09", "until": ""}]"""
    facts = models.JSONField(_("其他事实"), default=dict, blank=True)
    simulated = models.BooleanField(_("模拟"), default=False)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(region="firm__region", firm="firm", rows=FieldClass.COMMERCIAL)

    class Meta:
        verbose_name = verbose_name_plural = _("企业产线")
        ordering = ("firm__region_id", "key")

    def __str__(self) -> str:
        return str(self.firm)


class SupplyLink(models.Model):
    """A standing supply of a good from one firm to another; an empty side is outside the region."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="supply_links", verbose_name=_("地区"))
    source = models.ForeignKey(
        Firm, models.PROTECT, null=True, blank=True, related_name="supplies_out", verbose_name=_("供方")
    )
    target = models.ForeignKey(
        Firm, models.PROTECT, null=True, blank=True, related_name="supplies_in", verbose_name=_("收方")
    )
    good = models.CharField(_("物料"), max_length=60)
    simulated = models.BooleanField(_("模拟"), default=False)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("供应关系")
        ordering = ("region_id", "good", "pk")
        constraints = (models.UniqueConstraint(fields=("region", "source", "target", "good"), name="supply_link_once"),)

    def __str__(self) -> str:
        return f"{self.source or _('区外')} → {self.target or _('区外')} {self.good}"
