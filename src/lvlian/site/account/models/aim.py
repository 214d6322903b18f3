"""What people settled about the account: which indicator a goal means, which reading of it counts, which doubt is known."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lvlian.site.account.models.filing import MONTH
from lvlian.site.org.models import Region, User
from lvlian.site.org.reach import FieldClass, Reach
from lvlian.site.plans.models import Goal


class GoalLink(models.Model):
    """Which indicator (and which variant, where the plan leaves none open) a goal of a plan means: proposed, then confirmed by a person."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("已认")
        REFUSED = "refused", _("不是")

    goal = models.OneToOneField(Goal, models.CASCADE, related_name="link", verbose_name=_("目标"))
    indicator = models.CharField(_("指标"), max_length=60)
    variant = models.CharField(_("口径"), max_length=60, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁认"))
    at = models.DateTimeField(_("认于"), default=timezone.now)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(region="goal__region", rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("目标与指标")
        ordering = ("goal_id",)

    def __str__(self) -> str:
        return f"{self.goal} = {self.indicator}"


class VariantChoice(models.Model):
    """The reading of an indicator that a region fixed, since when and on what ground. The program never chooses one."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="variant_choices", verbose_name=_("地区"))
    indicator = models.CharField(_("指标"), max_length=60)
    variant = models.CharField(_("口径"), max_length=60)
    reason = models.CharField(_("依据"), max_length=300)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁定"))
    at = models.DateTimeField(_("定于"), default=timezone.now)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("指标口径")
        ordering = ("region_id", "indicator")
        constraints = (models.UniqueConstraint(fields=("region", "indicator"), name="variant_once"),)

    def __str__(self) -> str:
        return f"{self.indicator} {self.variant}"


class Known(models.Model):
    """A doubt about a month's account that somebody looked at and leaves as it is, with the reason."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="known_doubts", verbose_name=_("地区"))
    month = models.CharField(_("月份"), max_length=7, validators=[MONTH])
    key = models.CharField(_("哪一条"), max_length=300)
    label = models.CharField(_("说的是"), max_length=300, blank=True)
    reason = models.CharField(_("理由"), max_length=300)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁记"))
    at = models.DateTimeField(_("记于"), default=timezone.now)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(rows=FieldClass.COMMERCIAL)

    class Meta:
        verbose_name = verbose_name_plural = _("已知疑点")
        ordering = ("region_id", "-month", "pk")
        constraints = (models.UniqueConstraint(fields=("region", "month", "key"), name="known_once"),)

    def __str__(self) -> str:
        return self.label or self.key
