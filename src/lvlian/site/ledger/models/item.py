"""Items of the ledger. What happened to an item stands in its events; everything else of it that a track knows is made from them
(`ledger.item.replay`) and kept beside them for lists, boards and lights."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lvlian.site.org.models import Firm, Region, StoredFile, Unit, User
from lvlian.site.org.reach import FieldClass, Reach
from lvlian.site.plans.models import Duty, Fact, Goal, Milestone, Project


class Item(models.Model):
    """One line of a register: a project, a land batch, a problem, a supervised task. `track` names the register.

    `stage`…`turns_on` are made from the events and from today; only `ledger.actions` writes them. A firm sees the items that name
    it; what an investor or a supervised unit is not to see names no firm."""

    class Light(models.TextChoices):
        BAD = "bad", _("滞后")
        WARN = "warn", _("预警")
        NONE = "none", _("缺数")
        OK = "ok", _("正常")

    class Branch(models.TextChoices):
        ACTIVE = "active", _("进行")
        PAUSED = "paused", _("暂停")
        CANCELLED = "cancelled", _("取消")
        MERGED = "merged", _("并入他项")
        CLOSED = "closed", _("办结")

    region = models.ForeignKey(Region, models.PROTECT, related_name="items", verbose_name=_("地区"))
    track = models.CharField(_("台账"), max_length=30)
    title = models.CharField(_("事项"), max_length=300)
    about = models.CharField(_("说明"), max_length=1000, blank=True)
    lead = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="led_items", verbose_name=_("牵头单位")
    )
    units = models.ManyToManyField(Unit, through="Party", related_name="items", verbose_name=_("责任单位"))
    firm = models.ForeignKey(Firm, models.SET_NULL, null=True, blank=True, related_name="items", verbose_name=_("企业"))
    project = models.OneToOneField(
        Project, models.SET_NULL, null=True, blank=True, related_name="item", verbose_name=_("项目")
    )
    duty = models.OneToOneField(
        Duty, models.SET_NULL, null=True, blank=True, related_name="item", verbose_name=_("责任")
    )
    fact = models.ForeignKey(Fact, models.SET_NULL, null=True, blank=True, related_name="items", verbose_name=_("依据"))
    goal = models.ForeignKey(
        Goal, models.SET_NULL, null=True, blank=True, related_name="items", verbose_name=_("影响目标")
    )
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("由何而来")
    )
    born = models.CharField(_("来由"), max_length=12, default="hand")
    """What made it: `project duty mechanism` of a plan, `decision` of a meeting, `finding`, `issue`, `hand`."""
    simulated = models.BooleanField(_("模拟"), default=False)

    stage = models.CharField(_("阶段"), max_length=30)
    known = models.BooleanField(_("阶段已核"), default=False)
    branch = models.CharField(_("状态"), max_length=10, choices=Branch.choices, default=Branch.ACTIVE)
    level = models.CharField(_("层级"), max_length=20, default="unit")
    opened = models.DateField(_("立项"))
    since = models.DateField(_("进入阶段"))
    ended = models.DateField(_("结束"), null=True, blank=True)
    reported = models.DateField(_("最近报"), null=True, blank=True)
    data = models.JSONField(_("字段"), default=dict, blank=True)
    due = models.DateField(_("承诺日期"), null=True, blank=True)
    expected = models.DateField(_("现日期"), null=True, blank=True)
    next = models.CharField(_("下一节点"), max_length=80, blank=True)
    slip = models.IntegerField(_("变动，天"), default=0)
    clock = models.DateField(_("时限"), null=True, blank=True)
    raises_on = models.DateField(_("自动上报"), null=True, blank=True)
    """The day on which its clock raises it, where it has not done so."""
    light = models.CharField(_("灯"), max_length=4, choices=Light.choices, default=Light.NONE)
    rank = models.PositiveSmallIntegerField(_("灯序"), default=1)
    reasons = models.JSONField(_("原因"), default=list, blank=True)
    standing = models.JSONField(default=dict, blank=True)
    turns_on = models.DateField(_("变灯日"), null=True, blank=True)
    events = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(
        firm="firm",
        unit="units",
        rows=FieldClass.OPEN,
        fields={
            "about": FieldClass.INTERNAL,
            "reasons": FieldClass.INTERNAL,
            "standing": FieldClass.INTERNAL,
            "data": FieldClass.INTERNAL,
            "level": FieldClass.INTERNAL,
        },
    )

    class Meta:
        verbose_name = verbose_name_plural = _("台账事项")
        ordering = ("-rank", "expected", "id")
        indexes = (
            models.Index(fields=("region", "track", "branch", "-rank", "expected"), name="item_by_track"),
            models.Index(fields=("region", "branch", "-rank", "expected"), name="item_by_light"),
            models.Index(fields=("track", "stage"), name="item_by_stage"),
            models.Index(fields=("track", "region", "branch", "stage", "-rank", "expected"), name="item_by_column"),
            models.Index(fields=("turns_on",), name="item_by_turn"),
            models.Index(fields=("expected",), name="item_by_day"),
            models.Index(fields=("clock",), name="item_by_clock"),
            models.Index(fields=("raises_on",), name="item_by_raise"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("item-detail", args=[self.pk])


class Party(models.Model):
    """A unit's part in an item, in the order of its plan or of whoever assigned it."""

    class Part(models.TextChoices):
        LEAD = "lead", _("牵头单位")
        UNIT = "unit", _("责任单位")
        SUPPORT = "support", _("配合单位")

    item = models.ForeignKey(Item, models.CASCADE, related_name="parties", verbose_name=_("事项"))
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="parts", verbose_name=_("单位"))
    part = models.CharField(_("职责"), max_length=8, choices=Part.choices, default=Part.UNIT)
    place = models.PositiveSmallIntegerField(_("次序"), default=0)

    reach = Reach(region="item__region", unit="unit", firm="item__firm", rows=FieldClass.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = _("分工")
        ordering = ("item_id", "place", "id")
        constraints = (models.UniqueConstraint(fields=("item", "unit"), name="party_once"),)

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_part_display()}"


class Step(models.Model):
    """A promise on the way of an item. One that a plan made is a `milestone`, and is changed there alone: it is stored once."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="steps", verbose_name=_("事项"))
    key = models.CharField(max_length=30)
    stage = models.CharField(_("阶段"), max_length=30, blank=True)
    title = models.CharField(pgettext_lazy("one", "节点"), max_length=80, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    due = models.DateField(_("承诺日期"), null=True, blank=True)
    expected = models.DateField(_("现日期"), null=True, blank=True)
    why = models.CharField(_("改期理由"), max_length=300, blank=True)
    done = models.DateField(_("完成日期"), null=True, blank=True)
    given = models.CharField(_("谁承诺"), max_length=6, default="set")
    milestone = models.OneToOneField(
        Milestone, models.SET_NULL, null=True, blank=True, related_name="step", verbose_name=_("里程碑")
    )

    reach = Reach(
        region="item__region",
        unit="item__units",
        firm="item__firm",
        rows=FieldClass.OPEN,
        fields={"why": FieldClass.INTERNAL},
    )

    class Meta:
        verbose_name = verbose_name_plural = _("节点")
        ordering = ("item_id", "place", "id")
        constraints = (models.UniqueConstraint(fields=("item", "key"), name="step_once"),)

    def __str__(self) -> str:
        return self.title or self.stage


class ItemEvent(models.Model):
    """Something that happened to an item. Written once, never changed: the database refuses it (`guard`)."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="history", verbose_name=_("事项"))
    seq = models.PositiveIntegerField(_("序"))
    day = models.DateField(_("日期"))
    kind = models.CharField(_("事"), max_length=12)
    data = models.JSONField(default=dict)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁"))
    at = models.DateTimeField(_("记于"), default=timezone.now)
    request = models.CharField(max_length=36, blank=True)
    """The request of the audit record that holds it."""

    reach = Reach(region="item__region", unit="item__units", rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("台账记录")
        ordering = ("item_id", "seq")
        constraints = (models.UniqueConstraint(fields=("item", "seq"), name="event_once"),)

    def __str__(self) -> str:
        return f"{self.item_id} {self.seq} {self.kind}"


class Evidence(models.Model):
    """What proves that a stage was reached: a file that is there already or is brought, or a reference to a paper (文号)."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="proofs", verbose_name=_("事项"))
    stage = models.CharField(_("阶段"), max_length=30)
    reference = models.CharField(_("凭据"), max_length=200)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("文件")
    )
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁附"))
    at = models.DateTimeField(_("附于"), default=timezone.now)

    reach = Reach(region="item__region", unit="item__units", firm="item__firm", rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("凭据")
        ordering = ("item_id", "id")

    def __str__(self) -> str:
        return self.reference
