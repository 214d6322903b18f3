"""What lies on everybody's desk: saved views, comments, files, jobs, and the entries that search looks through."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lvlian.site.org.models.people import User
from lvlian.site.org.models.place import Region
from lvlian.site.org.reach import UNREADABLE, FieldClass, Reach


class SavedView(models.Model):
    """A list with its filter, columns and order, under a name. `query` is the part of the URL after `?`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="views", verbose_name=_("谁存的"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    list = models.CharField(_("列表"), max_length=30)
    name = models.CharField(_("名称"), max_length=60)
    query = models.CharField(_("条件"), max_length=2000, blank=True)
    shared = models.BooleanField(_("全地区可用"), default=False)
    made_at = models.DateTimeField(_("存于"), default=timezone.now)

    reach = Reach(owner="user", shared="shared", rows=FieldClass.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = _("视图")
        ordering = ("list", "name")
        constraints = (models.UniqueConstraint(fields=("user", "list", "name"), name="view_name_once"),)

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """A remark on a record. Who may see the record may see its remarks: `model` and `object_id` are checked on every read."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    model = models.CharField(_("类"), max_length=30)
    object_id = models.BigIntegerField(_("编号"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("谁写的"))
    text = models.CharField(_("留言"), max_length=2000)
    at = models.DateTimeField(_("时间"), default=timezone.now)

    reach = Reach(rows=FieldClass.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = _("留言")
        ordering = ("at", "id")
        indexes = (models.Index(fields=("model", "object_id"), name="comment_of_object"),)


class StoredFile(models.Model):
    """A file that somebody brought, kept in the database so that a backup holds it. Equal bytes in one region are kept once."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    sha256 = models.CharField(_("散列"), max_length=64, db_index=True)
    name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("种类"), max_length=10)
    size = models.PositiveIntegerField(_("字节"))
    content = models.BinaryField(_("内容"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁带来"))
    at = models.DateTimeField(_("时间"), default=timezone.now)

    reach = Reach()

    class Meta:
        verbose_name = verbose_name_plural = _("文件")
        ordering = ("-at", "-id")
        constraints = (models.UniqueConstraint(fields=("region", "sha256"), name="file_once_in_region"),)


class Job(models.Model):
    """Something that takes longer than a request. How far it is stands in the queue's store while it runs (`jobs.progress`),
    its outcome here."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等候")
        RUNNING = "running", _("进行")
        DONE = "done", _("完成")
        FAILED = "failed", _("未成")
        STOPPED = "stopped", _("已停止")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("谁启动"))
    kind = models.CharField(_("任务"), max_length=30)
    title = models.CharField(_("名称"), max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    message = models.CharField(_("结果"), max_length=1000, blank=True)
    result = models.JSONField(default=dict)
    made_at = models.DateTimeField(_("提交"), default=timezone.now)
    begun_at = models.DateTimeField(_("开始"), null=True)
    ended_at = models.DateTimeField(_("结束"), null=True)

    reach = Reach(owner="user", rows=FieldClass.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = _("任务")
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.title


class SearchEntry(models.Model):
    """What can be searched for: a record's name, what it is, and its terms (see `search.terms`). Never read on its own: a search
    asks `scoped(model)` for the objects whose entries match, so that it cannot show more than a list does."""

    model = models.CharField(_("类"), max_length=30)
    object_id = models.BigIntegerField(_("编号"))
    title = models.CharField(_("名称"), max_length=300)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    terms = models.TextField()

    reach = UNREADABLE

    class Meta:
        verbose_name = verbose_name_plural = _("搜索条目")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("model", "object_id"), name="entry_once"),)
