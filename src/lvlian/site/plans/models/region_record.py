"""The region's own records: what accepted facts become. Each keeps the fact, and so the sentence, that it came from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lvlian.site.org.models import Firm, Region, Unit
from lvlian.site.org.reach import FieldClass, Reach
from lvlian.site.plans.models.document import Plan
from lvlian.site.plans.models.fact import Fact


class Goal(models.Model):
    """A figure to be reached, or the baseline that it is counted from. `year` is that of `when`, for tables and trajectories."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="goals", verbose_name=_("地区"))
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="goals", verbose_name=_("规划"))
    fact = models.OneToOneField(Fact, models.SET_NULL, null=True, related_name="goal", verbose_name=_("依据"))
    indicator = models.CharField(_("指标"), max_length=120)
    subject = models.CharField(_("主体"), max_length=120, blank=True)
    firm = models.ForeignKey(Firm, models.SET_NULL, null=True, blank=True, related_name="goals", verbose_name=_("企业"))
    op = models.CharField(_("关系"), max_length=2, default="=")
    value = models.FloatField(_("数值"))
    value_max = models.FloatField(_("至"), null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=30, blank=True)
    mode = models.CharField(_("方式"), max_length=12, default="level")
    when = models.CharField(_("时间"), max_length=30, blank=True)
    when_op = models.CharField(pgettext_lazy("fact", "时限"), max_length=10, blank=True)
    year = models.PositiveSmallIntegerField(_("年"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(firm="firm", firmless=True, rows=FieldClass.OPEN, fields={"note": FieldClass.INTERNAL})
    four_eyes = frozenset(
        {"indicator", "subject", "op", "value", "value_max", "unit", "mode", "when", "when_op", "year"}
    )
    """Fields that only two people together change. What its sentence says is another matter: that is a fact's review."""

    class Meta:
        verbose_name = verbose_name_plural = _("目标")
        ordering = ("region_id", "indicator", "subject", "year", "id")
        indexes = (
            models.Index(fields=("region", "indicator", "subject", "unit"), name="goal_by_indicator"),
            models.Index(fields=("year",), name="goal_by_year"),
        )

    def __str__(self) -> str:
        return f"{self.indicator} {self.when}".strip()


class Project(models.Model):
    """A project of the plan."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="projects", verbose_name=_("地区"))
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="projects", verbose_name=_("规划"))
    name = models.CharField(_("项目"), max_length=200)
    owner = models.CharField(_("业主"), max_length=120, blank=True)
    firm = models.ForeignKey(
        Firm, models.SET_NULL, null=True, blank=True, related_name="projects", verbose_name=_("企业")
    )
    units = models.ManyToManyField(Unit, blank=True, related_name="projects", verbose_name=_("责任单位"))
    product = models.CharField(_("产品"), max_length=120, blank=True)
    capacity = models.FloatField(_("产能"), null=True, blank=True)
    capacity_max = models.FloatField(_("产能至"), null=True, blank=True)
    capacity_unit = models.CharField(_("产能单位"), max_length=30, blank=True)
    investment = models.DecimalField(_("投资，万元"), max_digits=14, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(
        firm="firm",
        unit="units",
        rows=FieldClass.OPEN,
        fields={"investment": FieldClass.COMMERCIAL, "note": FieldClass.INTERNAL},
    )

    class Meta:
        verbose_name = verbose_name_plural = _("项目")
        ordering = ("region_id", "name", "id")
        indexes = (models.Index(fields=("region", "name"), name="project_by_name"),)

    def __str__(self) -> str:
        return self.name


class Milestone(models.Model):
    """A step of a project: `when` as the plan says it, `due` the last day of it, `expected` where it was moved to with the
    reason kept, `done` when it was reached. Its light is computed from these and today (`plans.light`)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones", verbose_name=_("项目"))
    fact = models.OneToOneField(Fact, models.SET_NULL, null=True, related_name="milestone", verbose_name=_("依据"))
    event = models.CharField(_("节点"), max_length=60)
    when = models.CharField(_("承诺"), max_length=30, blank=True)
    when_op = models.CharField(pgettext_lazy("fact", "时限"), max_length=10, blank=True)
    due = models.DateField(_("承诺日期"), null=True, blank=True)
    expected = models.DateField(_("现日期"), null=True, blank=True)
    why = models.CharField(_("改期理由"), max_length=300, blank=True)
    done = models.DateField(_("完成日期"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(
        region="project__region",
        firm="project__firm",
        unit="project__units",
        rows=FieldClass.OPEN,
        fields={"why": FieldClass.INTERNAL},
    )

    class Meta:
        verbose_name = verbose_name_plural = _("里程碑")
        ordering = ("project_id", "due", "id")
        indexes = (models.Index(fields=("due",), name="milestone_by_due"),)

    def __str__(self) -> str:
        return f"{self.project} {self.event}"


class Duty(models.Model):
    """Who answers for a section of the plan."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="duties", verbose_name=_("地区"))
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="duties", verbose_name=_("规划"))
    fact = models.OneToOneField(Fact, models.SET_NULL, null=True, related_name="duty", verbose_name=_("依据"))
    section = models.CharField(_("事项"), max_length=300)
    lead = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("牵头单位")
    )
    units = models.ManyToManyField(Unit, blank=True, related_name="duties", verbose_name=_("责任单位"))
    note = models.CharField(_("备注"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(unit="units")

    class Meta:
        verbose_name = verbose_name_plural = _("责任")
        ordering = ("region_id", "plan_id", "id")

    def __str__(self) -> str:
        return self.section


class Incentive(models.Model):
    """A benefit that somebody can obtain."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="incentives", verbose_name=_("地区"))
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="incentives", verbose_name=_("规划"))
    fact = models.OneToOneField(Fact, models.SET_NULL, null=True, related_name="incentive", verbose_name=_("依据"))
    who = models.CharField(_("对象"), max_length=300)
    benefit = models.CharField(_("得到什么"), max_length=300)
    amount = models.FloatField(_("数额"), null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=30, blank=True)
    limit = models.CharField(_("上限"), max_length=10, blank=True)
    duration = models.CharField(_("期限"), max_length=60, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(rows=FieldClass.OPEN, fields={"note": FieldClass.INTERNAL})

    class Meta:
        verbose_name = verbose_name_plural = _("激励")
        ordering = ("region_id", "plan_id", "id")

    def __str__(self) -> str:
        return self.benefit[:120]


class Chain(models.Model):
    """A chain written with dashes, its nodes in order."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="chains", verbose_name=_("地区"))
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="chains", verbose_name=_("规划"))
    fact = models.OneToOneField(Fact, models.SET_NULL, null=True, related_name="chain", verbose_name=_("依据"))
    nodes = models.JSONField(_("环节"), default=list)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(rows=FieldClass.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = _("链条")
        ordering = ("region_id", "plan_id", "id")

    def __str__(self) -> str:
        return "—".join(self.nodes)[:120]
