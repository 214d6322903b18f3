"""Factors: what is supplied, what is needed, and what of it is booked for whom."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lvlian.site.ledger.models.item import Item
from lvlian.site.org.models import Region, Unit, User
from lvlian.site.org.reach import FieldClass, Reach


class FactorKind(models.TextChoices):
    POWER = "power", _("用电")
    ENERGY = "energy", _("电量")
    LAND = "land", _("用地")
    GAS = "gas", _("用气")
    WATER = "water", _("用水")
    FUNDS = "funds", _("资金")
    LOGISTICS = "logistics", _("物流")
    ENVIRONMENT = "environment", _("环境容量")
    ENERGY_QUOTA = "energy_quota", _("能耗指标")


class Supply(models.Model):
    """An amount of a factor from a day on: a land batch, a substation, a gas line, a loan. Where an item of the ledger brings it, its
    days are the item's and are not kept here (`selectors_factors`)."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="supplies", verbose_name=_("地区"))
    factor = models.CharField(_("要素"), max_length=14, choices=FactorKind.choices)
    title = models.CharField(_("供给"), max_length=200)
    amount = models.FloatField(_("数量"), null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=30)
    stock = models.BooleanField(_("一次性"), default=True)
    """Whether it stays there until it is booked (land, funds), or is a rate available from its day on (load, gas)."""
    item = models.OneToOneField(
        Item, models.SET_NULL, null=True, blank=True, related_name="supply", verbose_name=_("台账事项")
    )
    owner = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("保障单位")
    )
    promised = models.DateField(_("承诺日期"), null=True, blank=True)
    expected = models.DateField(_("现日期"), null=True, blank=True)
    why = models.CharField(_("改期理由"), max_length=300, blank=True)
    done = models.DateField(_("到位日期"), null=True, blank=True)
    until = models.DateField(_("有效至"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    simulated = models.BooleanField(_("模拟"), default=False)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(unit="owner", rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("要素供给")
        ordering = ("region_id", "factor", "id")
        indexes = (models.Index(fields=("region", "factor"), name="supply_by_factor"),)

    def __str__(self) -> str:
        return self.title


class Demand(models.Model):
    """An amount of a factor that an item needs by a stage. `need_by` is the day of that stage's step where nobody gave another."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="demands", verbose_name=_("地区"))
    factor = models.CharField(_("要素"), max_length=14, choices=FactorKind.choices)
    item = models.ForeignKey(Item, models.CASCADE, related_name="demands", verbose_name=_("项目"))
    amount = models.FloatField(_("数量"), null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=30)
    stage = models.CharField(_("何时要用"), max_length=30, blank=True)
    need_by = models.DateField(_("需用日期"), null=True, blank=True)
    until = models.DateField(_("用至"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    simulated = models.BooleanField(_("模拟"), default=False)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(unit="item__units", firm="item__firm", rows=FieldClass.COMMERCIAL)

    class Meta:
        verbose_name = verbose_name_plural = _("要素需求")
        ordering = ("region_id", "factor", "item_id", "id")
        indexes = (models.Index(fields=("region", "factor"), name="demand_by_factor"),)

    def __str__(self) -> str:
        return f"{self.item} {self.get_factor_display()}"


class Booking(models.Model):
    """What of a supply is kept for a demand. Written under a lock on the supply: never more than there is."""

    supply = models.ForeignKey(Supply, models.PROTECT, related_name="bookings", verbose_name=_("供给"))
    demand = models.ForeignKey(Demand, models.CASCADE, related_name="bookings", verbose_name=_("需求"))
    amount = models.FloatField(_("数量"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁记"))
    at = models.DateTimeField(_("记于"), default=timezone.now)

    reach = Reach(
        region="supply__region", unit="demand__item__units", firm="demand__item__firm", rows=FieldClass.COMMERCIAL
    )

    class Meta:
        verbose_name = verbose_name_plural = _("要素占用")
        ordering = ("supply_id", "id")
        constraints = (models.UniqueConstraint(fields=("supply", "demand"), name="booking_once"),)

    def __str__(self) -> str:
        return f"{self.supply} → {self.demand.item}"
