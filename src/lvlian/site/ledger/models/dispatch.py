"""A quarter's dispatch: what each unit is asked, the sealed snapshot, what the meeting decided."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lvlian.site.ledger.models.factor import Supply
from lvlian.site.ledger.models.item import Item
from lvlian.site.org.models import Region, Unit, User
from lvlian.site.org.reach import FieldClass, Reach


class Dispatch(models.Model):
    """The workspace of a quarter: 预填 → 各单位核对 → 封存快照 → 会商 → 决定转任务 → 印发通报."""

    class State(models.TextChoices):
        PREFILL = "prefill", _("预填")
        CHECK = "check", _("各单位核对")
        SEALED = "sealed", _("封存快照")
        MET = "met", _("会商")
        DECIDED = "decided", _("决定转任务")
        ISSUED = "issued", _("印发通报")

    region = models.ForeignKey(Region, models.PROTECT, related_name="dispatches", verbose_name=_("地区"))
    year = models.PositiveSmallIntegerField(_("年"))
    quarter = models.PositiveSmallIntegerField(_("季度"))
    state = models.CharField(_("步骤"), max_length=8, choices=State.choices, default=State.PREFILL)
    as_of = models.DateField(_("数据截至"))
    check_from = models.DateField(_("核对起"), null=True, blank=True)
    check_until = models.DateField(_("核对止"), null=True, blank=True)
    seal_on = models.DateField(_("封存日"), null=True, blank=True)
    meeting_at = models.DateTimeField(_("会议"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    chair = models.CharField(_("主持"), max_length=60, blank=True)
    office = models.CharField(_("发文机关"), max_length=120, blank=True)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    heard = models.CharField(_("会议听取"), max_length=1000, blank=True)
    present = models.CharField(_("出席"), max_length=1000, blank=True)
    excused = models.CharField(_("请假"), max_length=300, blank=True)
    issue_on = models.DateField(_("印发日"), null=True, blank=True)
    subject = models.CharField(_("调度什么"), max_length=60, blank=True)
    reminded = models.JSONField(_("提醒"), default=dict, blank=True, editable=False)
    """Unit → the day on which the office last reminded it. Units are reminded of sheets, nobody of having logged in."""
    simulated = models.BooleanField(_("模拟"), default=False)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("季度调度")
        ordering = ("region_id", "-year", "-quarter")
        constraints = (models.UniqueConstraint(fields=("region", "year", "quarter"), name="dispatch_once"),)

    def __str__(self) -> str:
        return _("%(year)d 年第 %(quarter)d 季度调度") % {"year": self.year, "quarter": self.quarter}


class Ask(models.Model):
    """One thing that one unit is asked in a quarter, prefilled with what is known. A fact is asked of one unit, once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待核")
        CONFIRMED = "confirmed", _("已确认")
        CORRECTED = "corrected", _("已更正")

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="asks", verbose_name=_("调度"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="asks", verbose_name=_("单位"))
    item = models.ForeignKey(Item, models.CASCADE, null=True, blank=True, related_name="asks", verbose_name=_("事项"))
    supply = models.ForeignKey(
        Supply, models.CASCADE, null=True, blank=True, related_name="asks", verbose_name=_("要素供给")
    )
    """Where no item of the ledger brings the supply; else its days are the item's and are asked there."""
    field = models.CharField(_("问什么"), max_length=40)
    """`stage`, `step:<key>` (the date of a promise), a field of the track; `day` of a supply."""
    known = models.JSONField(_("预填"), null=True)
    source = models.CharField(_("来源"), max_length=120, blank=True)
    answer = models.JSONField(_("回答"), null=True)
    why = models.CharField(_("理由"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁核"))
    answered_at = models.DateTimeField(_("核于"), null=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(region="dispatch__region", unit="unit", unitless=False, rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("核对项")
        ordering = ("dispatch_id", "unit_id", "item_id", "id")
        constraints = (
            models.UniqueConstraint(fields=("dispatch", "item", "field"), name="ask_once"),
            models.UniqueConstraint(fields=("dispatch", "supply", "field"), name="ask_supply_once"),
        )
        indexes = (models.Index(fields=("dispatch", "unit", "state"), name="ask_by_unit"),)

    def __str__(self) -> str:
        return f"{self.item or self.supply} {self.field}"


class Sealed(models.Model):
    """The sealed snapshot of a quarter. Written once: the database refuses change and deletion (`guard`)."""

    dispatch = models.OneToOneField(Dispatch, models.PROTECT, related_name="sealed", verbose_name=_("调度"))
    hash = models.CharField(_("散列"), max_length=64)
    content = models.BinaryField(_("内容"))
    rows = models.PositiveIntegerField(_("行数"))
    previous = models.CharField(_("上次散列"), max_length=64, blank=True)
    root = models.CharField(_("审计根"), max_length=64, blank=True)
    at = models.DateTimeField(_("封存于"), default=timezone.now)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁封存"))

    reach = Reach(region="dispatch__region", rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("封存快照")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.hash[:8]


class Decision(models.Model):
    """Something that a meeting decided: who, by when; it becomes an item of a track."""

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="decisions", verbose_name=_("调度"))
    number = models.PositiveSmallIntegerField(_("序"))
    text = models.CharField(_("决定"), max_length=500)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任单位"))
    due = models.DateField(_("时限"), null=True, blank=True)
    becomes = models.CharField(_("转为"), max_length=30, default="supervision")
    about = models.ForeignKey(Item, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("关于"))
    item = models.OneToOneField(
        Item, models.SET_NULL, null=True, blank=True, related_name="decision", verbose_name=_("台账事项")
    )
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(region="dispatch__region", unit="unit", rows=FieldClass.INTERNAL)

    class Meta:
        verbose_name = verbose_name_plural = _("会议决定")
        ordering = ("dispatch_id", "number")
        constraints = (models.UniqueConstraint(fields=("dispatch", "number"), name="decision_once"),)

    def __str__(self) -> str:
        return self.text
