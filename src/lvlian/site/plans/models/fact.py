"""Facts read from a version and what people decided about them; findings about a version."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lvlian.site.org.models import Region, User
from lvlian.site.org.reach import Reach
from lvlian.site.plans.models.document import Version


class Fact(models.Model):
    """One fact. `data` holds its own fields as the reader gave them (the public form, `docs/facts.md`), `corrected` those that a
    person changed, `second` those of the second reader where it disagrees."""

    class Kind(models.TextChoices):
        GOALS = "goals", pgettext_lazy("one", "目标")
        MILESTONES = "milestones", pgettext_lazy("one", "里程碑")
        DUTIES = "duties", pgettext_lazy("one", "责任")
        INCENTIVES = "incentives", pgettext_lazy("one", "激励")
        CHAINS = "chains", pgettext_lazy("one", "链条")
        MECHANISMS = "mechanisms", pgettext_lazy("one", "机制")
        CLUSTERS = "clusters", pgettext_lazy("one", "集群")

    class State(models.TextChoices):
        PENDING = "pending", _("待核")
        ACCEPTED = "accepted", _("已采纳")
        CORRECTED = "corrected", _("已更正")
        REJECTED = "rejected", _("已驳回")
        ADDED = "added", _("补录")

    STANDING = (State.ACCEPTED, State.CORRECTED, State.ADDED)

    version = models.ForeignKey(Version, models.CASCADE, related_name="facts", verbose_name=_("规划版本"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    kind = models.CharField(_("类"), max_length=12, choices=Kind.choices)
    order = models.PositiveIntegerField(_("次序"))
    title = models.CharField(_("事实"), max_length=300)
    """The fact in a line, for lists and search: made from its fields by `plans.saying`."""
    data = models.JSONField(_("读得"), default=dict)
    corrected = models.JSONField(_("更正"), default=dict, blank=True)
    second = models.JSONField(_("第二读取"), default=dict, blank=True)
    quote = models.TextField(_("原句"), blank=True)
    start = models.PositiveIntegerField(_("起"), null=True)
    length = models.PositiveIntegerField(_("长"), default=0)
    section = models.CharField(_("章节"), max_length=300, blank=True)
    confidence = models.FloatField(_("把握"), default=1.0)
    doubt = models.CharField(_("存疑"), max_length=300, blank=True)
    made_by = models.JSONField(_("依据词条"), default=list)
    origin = models.CharField(_("读者"), max_length=60, default="rules")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PENDING)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁核"))
    decided_at = models.DateTimeField(_("核于"), null=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    kept = models.CharField(_("保留理由"), max_length=300, blank=True)
    """Why the record of this fact stays although the version in force does not say it any more; empty where nobody decided so."""
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach()

    class Meta:
        verbose_name = verbose_name_plural = _("事实")
        ordering = ("version_id", "order", "id")
        indexes = (
            models.Index(fields=("version", "state"), name="fact_by_state"),
            models.Index(fields=("region", "state", "kind"), name="fact_by_region"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def values(self) -> dict[str, object]:
        """The fact's own fields as they stand now."""
        return {**self.data, **self.corrected}

    @property
    def stands(self) -> bool:
        """Whether it counts: accepted, corrected or added by a person."""
        return self.state in self.STANDING


class Finding(models.Model):
    """What does not add up, is missing or agrees in a version (`lvlian.finding.Finding`), and what was decided about it."""

    class Severity(models.TextChoices):
        CONFLICT = "conflict", _("冲突")
        NOTICE = "notice", _("提示")
        GAP = "gap", _("待补")
        AGREES = "agrees", _("相符")

    class State(models.TextChoices):
        OPEN = "open", _("未处理")
        KNOWN = "known", pgettext_lazy("state", "记为已知")
        ASKED = "asked", _("已转问询")
        GONE = "gone", _("已不成立")

    version = models.ForeignKey(Version, models.CASCADE, related_name="findings", verbose_name=_("规划版本"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    order = models.PositiveIntegerField(_("次序"))
    rank = models.PositiveSmallIntegerField(_("轻重"), default=0)
    """0 conflict … 3 agrees, so that lists sort by it."""
    severity = models.CharField(_("轻重"), max_length=10, choices=Severity.choices)
    code = models.CharField(_("检查"), max_length=60)
    key = models.CharField(max_length=64, db_index=True)
    """SHA-256 of code and message: the same finding after a new check."""
    message_zh = models.TextField(_("说明"))
    message_en = models.TextField(blank=True)
    arithmetic = models.JSONField(_("算式"), default=list)
    assumptions = models.JSONField(_("假设"), default=list)
    evidence = models.JSONField(_("依据"), default=list)
    """Each: kind, quote, start, section, and `fact`, the id of the fact that it is, where it is one."""
    start = models.PositiveIntegerField(_("位置"), null=True)
    state = models.CharField(pgettext_lazy("state", "处理"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("谁处理"))
    decided_at = models.DateTimeField(_("处理于"), null=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach()

    class Meta:
        verbose_name = verbose_name_plural = _("自查")
        ordering = ("rank", "version_id", "order")
        indexes = (models.Index(fields=("region", "state", "rank"), name="finding_by_region"),)

    def __str__(self) -> str:
        return self.message_zh[:120]

    @property
    def message(self) -> str:
        """What it says, in the language of the page."""
        return self.message_en if self.message_en and (get_language() or "").startswith("en") else self.message_zh

    LINES = 12
    """Lines of arithmetic that a card shows at once."""

    @property
    def card(self) -> dict[str, object]:
        """What the card of a finding shows at once."""
        return {
            "severity": self.severity,
            "message": self.message_zh,
            "arithmetic": self.arithmetic[: self.LINES],
            "assumptions": self.assumptions,
        }

    @property
    def more_lines(self) -> list[str]:
        """The arithmetic that opens below it."""
        return list(self.arithmetic[self.LINES :])
