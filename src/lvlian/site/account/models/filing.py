"""What a firm reports of a month, figure by figure, each with its place in the file it came in."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lvlian.chain.report.statement import ITEMS
from lvlian.site.org.models import Firm, Region, StoredFile, User
from lvlian.site.org.reach import FieldClass, Reach

MONTH = RegexValidator(r"^\d{4}-(0[1-9]|1[0-2])$")


class Filing(models.Model):
    """One report of one firm about one month, as it was filed. A later one of the same month replaces figures, never deletes them."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="filings", verbose_name=_("地区"))
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="filings", verbose_name=_("企业"))
    month = models.CharField(_("月份"), max_length=7, validators=[MONTH])
    number = models.PositiveSmallIntegerField(_("第几次"), default=1)
    source = models.CharField(_("来自"), max_length=200, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("原件")
    )
    note = models.CharField(_("说明"), max_length=300, blank=True)
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁报"))
    filed_at = models.DateTimeField(_("报于"), default=timezone.now)
    withdrawn = models.BooleanField(_("已撤回"), default=False)
    simulated = models.BooleanField(_("模拟"), default=False)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(firm="firm", rows=FieldClass.COMMERCIAL)

    class Meta:
        verbose_name = verbose_name_plural = _("报表")
        ordering = ("-month", "firm_id", "-number")
        constraints = (models.UniqueConstraint(fields=("firm", "month", "number"), name="filing_once"),)
        indexes = (models.Index(fields=("region", "month"), name="filing_by_month"),)

    def __str__(self) -> str:
        return _("%(firm)s %(month)s 报表") % {"firm": self.firm, "month": self.month}


class Statement(models.Model):
    """One figure. `current` is False once a later filing said it again or it was withdrawn; the row stays. A `withdrawn` row is never
    current: its filing takes the figure back that an earlier one gave."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="statements", verbose_name=_("报表"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="statements", verbose_name=_("谁报"))
    about = models.ForeignKey(Firm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("报谁的"))
    month = models.CharField(_("月份"), max_length=7, validators=[MONTH])
    item = models.CharField(_("项目"), max_length=14, choices=list(ITEMS.items()))
    good = models.CharField(_("物料"), max_length=60, blank=True)
    process = models.CharField(_("工序"), max_length=60, blank=True)
    partner = models.CharField(_("往来方"), max_length=60, blank=True)
    value = models.FloatField(_("数值"))
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    given = models.CharField(_("原文"), max_length=80, blank=True)
    source = models.CharField(_("来源类别"), max_length=20, default="statement")
    sd = models.FloatField(_("标准差"), null=True, blank=True)
    file = models.CharField(_("文件"), max_length=200, blank=True)
    sheet = models.CharField(_("表"), max_length=80, blank=True)
    cell = models.CharField(_("单元格"), max_length=40, blank=True)
    current = models.BooleanField(_("现行"), default=True)
    withdrawn = models.BooleanField(_("撤回此数"), default=False)

    reach = Reach(firm="firm", rows=FieldClass.COMMERCIAL)

    class Meta:
        verbose_name = verbose_name_plural = _("报数")
        ordering = ("region_id", "month", "firm_id", "pk")
        indexes = (
            models.Index(fields=("region", "month", "current"), name="statement_by_month"),
            models.Index(fields=("firm", "month"), name="statement_by_firm"),
        )

    def __str__(self) -> str:
        return f"{self.firm} {self.month} {self.get_item_display()} {self.good}"
