"""The record of what was done: one row per action, chained by hashes, and a row per changed object below it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lvlian.site.org.models.people import User
from lvlian.site.org.models.place import Region
from lvlian.site.org.reach import FieldClass, Reach


class AuditRecord(models.Model):
    """One action. `hash` covers all other fields, the digest of its changes and `previous`, the hash of the record before it.
    The database refuses to change or delete a row (triggers, see the migration)."""

    seq = models.PositiveBigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"), db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁"))
    actor_name = models.CharField(_("姓名"), max_length=80, blank=True)
    role = models.CharField(_("以何角色"), max_length=20, blank=True)
    action = models.CharField(_("动作"), max_length=60, db_index=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+", verbose_name=_("地区"))
    subject = models.CharField(_("对象"), max_length=200, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    request = models.CharField(_("请求"), max_length=36, blank=True)
    data = models.JSONField(_("详情"), default=dict)
    changes = models.PositiveIntegerField(_("变更行数"), default=0)
    digest = models.CharField(_("变更摘要"), max_length=64, blank=True)
    algorithm = models.CharField(_("算法"), max_length=10)
    previous = models.CharField(_("上一条"), max_length=64, blank=True)
    hash = models.CharField(_("散列"), max_length=64)

    reach = Reach(rows=FieldClass.AUDIT)

    class Meta:
        verbose_name = verbose_name_plural = _("审计记录")
        ordering = ("-seq",)
        indexes = (
            models.Index(fields=("region", "seq"), name="audit_of_region"),
            models.Index(fields=("action", "seq"), name="audit_of_action"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class AuditChange(models.Model):
    """One object changed by an action: its fields before and after, {} where it did not exist before or does not after."""

    record = models.ForeignKey(AuditRecord, models.PROTECT, related_name="rows", verbose_name=_("动作"))
    line = models.PositiveIntegerField(_("行"))
    model = models.CharField(_("类"), max_length=30)
    object_id = models.BigIntegerField(_("编号"))
    label = models.CharField(_("名称"), max_length=200, blank=True)
    before = models.JSONField(_("改前"), default=dict)
    after = models.JSONField(_("改后"), default=dict)

    reach = Reach(region="record__region", rows=FieldClass.AUDIT)

    class Meta:
        verbose_name = verbose_name_plural = _("变更")
        ordering = ("-record_id", "line")
        indexes = (models.Index(fields=("model", "object_id", "-record"), name="change_of_object"),)
        constraints = (models.UniqueConstraint(fields=("record", "line"), name="change_line_once"),)
