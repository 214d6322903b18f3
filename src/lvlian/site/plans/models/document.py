"""A plan, and each version of its document that was brought."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lvlian.site.org.models import Region, StoredFile, User
from lvlian.site.org.reach import FieldClass, Reach


class Plan(models.Model):
    """A plan of a region. Its facts are those of `current`, the version in force."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="plans", verbose_name=_("地区"))
    title = models.CharField(_("标题"), max_length=200)
    issuer = models.CharField(_("印发单位"), max_length=120, blank=True)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)
    first_year = models.PositiveSmallIntegerField(_("起"), null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(_("止"), null=True, blank=True)
    invented = models.BooleanField(_("虚构"), default=False)
    current = models.ForeignKey(
        "Version", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("现行版本")
    )
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(fields={"title": FieldClass.OPEN})
    """A plan is opened by the administration alone; its title is told beside every figure that comes from it."""

    class Meta:
        verbose_name = verbose_name_plural = _("规划")
        ordering = ("-issued_on", "-id")

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """One document of a plan as it was read. `text` is what offsets count in; empty where only the facts are at hand."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions", verbose_name=_("规划"))
    number = models.PositiveSmallIntegerField(_("第几版"))
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("散列"), max_length=64, db_index=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("原件"))
    text = models.TextField(_("正文"), blank=True)
    characters = models.PositiveIntegerField(_("字数"), default=0)
    head = models.JSONField(_("文头"), default=dict)
    outline = models.JSONField(_("目录"), default=list)
    region_file = models.TextField(blank=True)
    """The region file (YAML) that the facts came from, where the document itself was not at hand: `attach` needs its anchors."""
    note = models.CharField(_("说明"), max_length=300, blank=True)
    second = models.JSONField(_("第二读取"), default=dict, blank=True)
    """What the second reader made of the document: `model`, `at`, `counts`, `only` (facts that it alone found), `unread`."""
    reader = models.CharField(_("读取器"), max_length=40)
    read_at = models.DateTimeField(_("读取于"), default=timezone.now)
    brought_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁载入"))

    reach = Reach(region="plan__region")

    class Meta:
        verbose_name = verbose_name_plural = _("规划版本")
        ordering = ("plan_id", "-number")
        constraints = (models.UniqueConstraint(fields=("plan", "number"), name="version_number_once"),)

    def __str__(self) -> str:
        return f"{self.plan} · {self.number}"
