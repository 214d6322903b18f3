"""A scenario that somebody kept, an assumption that a region fixed, a move that became an item of the ledger."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lvlian.site.ledger.models import Item
from lvlian.site.org.models import Region, User
from lvlian.site.org.reach import FieldClass, Reach


class Scenario(models.Model):
    """An overlay on a region's case (`overlay` in the form of lvlian.outlook.scenario: set, drop, dates, aims), with who made it and why."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="scenarios", verbose_name=_("地区"))
    name = models.CharField(pgettext_lazy("scenario", "情景"), max_length=80)
    reason = models.CharField(_("理由"), max_length=300)
    overlay = models.JSONField(_("改动"), default=dict)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁建"))
    at = models.DateTimeField(_("建于"), default=timezone.now)
    simulated = models.BooleanField(_("模拟"), default=False)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = pgettext_lazy("scenario", "情景")
        ordering = ("region_id", "-at", "-id")
        constraints = (models.UniqueConstraint(fields=("region", "name"), name="scenario_once"),)

    def __str__(self) -> str:
        return self.name


class PremiseChoice(models.Model):
    """A premise of the outlook that a region fixed: its value, who says so and on what ground."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="premise_choices", verbose_name=_("地区"))
    key = models.CharField(_("哪一条"), max_length=160)
    label = models.CharField(_("说的是"), max_length=200, blank=True)
    value = models.FloatField(_("数值"))
    unit = models.CharField(_("单位"), max_length=30, blank=True)
    reason = models.CharField(_("依据"), max_length=300)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁定"))
    at = models.DateTimeField(_("定于"), default=timezone.now)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("推演假设")
        ordering = ("region_id", "key")
        constraints = (models.UniqueConstraint(fields=("region", "key"), name="premise_once"),)

    def __str__(self) -> str:
        return self.label or self.key


class MoveTaken(models.Model):
    """A move of the cheapest way that was turned into an item of the ledger; `key` names the move, whatever scenario found it."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="moves_taken", verbose_name=_("地区"))
    key = models.CharField(_("哪一条"), max_length=200)
    sentence = models.CharField(_("动作"), max_length=300)
    item = models.ForeignKey(Item, models.CASCADE, related_name="moves", verbose_name=_("台账事项"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁转"))
    at = models.DateTimeField(_("转于"), default=timezone.now)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("已转台账的动作")
        ordering = ("region_id", "-at", "-id")
        constraints = (models.UniqueConstraint(fields=("region", "key", "item"), name="move_once"),)

    def __str__(self) -> str:
        return self.sentence
