"""Four eyes: a change that one person proposes and another confirms."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lvlian.site.org.models import Firm, Region, User
from lvlian.site.org.reach import Reach


class Proposal(models.Model):
    """A change of a record that waits for a second person. `seen` is the record's revision when it was proposed: a record that
    has moved since makes the proposal overtaken, never silently applied."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待第二人")
        CONFIRMED = "confirmed", _("已确认")
        RETURNED = "returned", _("已退回")
        WITHDRAWN = "withdrawn", _("已收回")
        OVERTAKEN = "overtaken", _("已过时")

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    firm = models.ForeignKey(Firm, models.SET_NULL, null=True, related_name="+", verbose_name=_("企业"))
    model = models.CharField(_("类"), max_length=30)
    object_id = models.BigIntegerField(_("编号"))
    label = models.CharField(_("对象"), max_length=200)
    seen = models.PositiveIntegerField(_("所见版次"))
    before = models.JSONField(_("现值"), default=dict)
    after = models.JSONField(_("拟改"), default=dict)
    reason = models.CharField(_("理由"), max_length=500)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("第一人"))
    proposed_at = models.DateTimeField(_("提出"), default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("第二人"))
    decided_at = models.DateTimeField(_("处理"), null=True)
    answer = models.CharField(_("处理意见"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(firm="firm", firmless=False)

    class Meta:
        verbose_name = verbose_name_plural = _("两人复核")
        ordering = ("-proposed_at", "-id")
        indexes = (models.Index(fields=("region", "state"), name="proposal_by_state"),)

    def __str__(self) -> str:
        return self.label
