"""Places and bodies: the tree of regions, the units of the administration, the firms."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lvlian.site.org.reach import FieldClass, Reach


class Region(models.Model):
    """A province, prefecture, county or park. `path` is the chain of codes from the top, each ended by `/`: a region's subtree
    is what begins with its path."""

    class Level(models.TextChoices):
        NATION = "nation", _("全国")
        PROVINCE = "province", _("省")
        PREFECTURE = "prefecture", _("州市")
        COUNTY = "county", _("县区")
        PARK = "park", _("园区")

    code = models.CharField(_("代码"), max_length=32, unique=True, validators=[RegexValidator(r"^[\w-]+$")])
    name = models.CharField(_("名称"), max_length=80)
    level = models.CharField(_("层级"), max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    path = models.CharField(_("路径"), max_length=200, unique=True, editable=False)
    as_of = models.DateField(_("数据截至"), null=True, blank=True)
    simulated = models.CharField(_("模拟说明"), max_length=200, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(region="self", rows=FieldClass.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = _("地区")
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A body of the administration that leads or answers for something."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="units", verbose_name=_("地区"))
    name = models.CharField(_("名称"), max_length=120)
    short = models.CharField(_("简称"), max_length=60, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(rows=FieldClass.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = _("单位")
        ordering = ("region_id", "name")
        constraints = (models.UniqueConstraint(fields=("region", "name"), name="unit_once_in_region"),)

    def __str__(self) -> str:
        return self.short or self.name


class Firm(models.Model):
    """A firm of the chain."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="firms", verbose_name=_("地区"))
    name = models.CharField(_("名称"), max_length=120)
    short = models.CharField(_("简称"), max_length=60, blank=True)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    kind = models.CharField(_("环节"), max_length=60, blank=True)
    contact = models.CharField(_("联系人"), max_length=60, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(
        firm="self",
        rows=FieldClass.OPEN,
        fields={"credit_code": FieldClass.COMMERCIAL, "contact": FieldClass.PERSONAL, "phone": FieldClass.PERSONAL},
    )

    class Meta:
        verbose_name = verbose_name_plural = _("企业")
        ordering = ("region_id", "name")
        constraints = (models.UniqueConstraint(fields=("region", "name"), name="firm_once_in_region"),)

    def __str__(self) -> str:
        return self.short or self.name
