"""What can be found: for each model, the words of a record that are searched. Only fields that everybody who sees the row may read
stand here (`Subject.fields`; a test holds them to the class of the row), so that a hit never tells of a field that is not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import track_name
from lvlian.site.org.models import Comment, Firm, Region, Unit
from lvlian.site.plans.models import Duty, Fact, Finding, Goal, Incentive, Plan, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """`title` and `note` name the fields that make the two lines of a hit; `permission` opens the group, `related` is joined."""

    model: type[Model]
    label: Any
    permission: str
    title: Callable[[Any], str]
    note: Callable[[Any], str] = lambda row: ""
    fields: tuple[str, ...]
    related: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    address: Callable[[Any], str] | None = None
    wanted: Callable[[Any], bool] = lambda row: True
    """Whether a row is found by itself: an item that stands for a project or a duty is found as that."""

    @property
    def key(self) -> str:
        return self.model._meta.model_name or ""

    def url(self, row: Any) -> str:
        """Where the record is shown; empty where no page shows it."""
        try:
            return self.address(row) if self.address else reverse(f"{self.key}-detail", args=[row.pk])
        except NoReverseMatch:
            return ""


def _joined(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part not in (None, ""))


def _on_plan(row: Any) -> str:
    return f"{reverse('plan-detail', args=[row.version.plan_id])}#{row._meta.model_name}-{row.pk}"


_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "~": "≈"}


def _goal_note(goal: Goal) -> str:
    shown = f"{goal.value:g}" if goal.value_max is None else f"{goal.value:g}–{goal.value_max:g}"
    return _joined(_SIGNS.get(goal.op, "") + shown, goal.unit)


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        model=Project,
        label=pgettext_lazy("all", "项目"),
        permission="record.read",
        title=lambda row: row.name,
        note=lambda row: _joined(row.owner, row.product),
        fields=("name", "owner", "product"),
    ),
    Subject(
        model=Item,
        label=_("台账事项"),
        permission="record.read",
        title=lambda row: row.title,
        note=lambda row: str(track_name(row.track)),
        fields=("title", "track"),
        wanted=lambda row: row.born not in ("project", "duty"),
    ),
    Subject(
        model=Goal,
        label=_("目标"),
        permission="record.read",
        title=lambda row: _joined(row.subject, row.indicator, row.when),
        note=_goal_note,
        fields=("subject", "indicator", "when", "op", "value", "value_max", "unit"),
    ),
    Subject(
        model=Fact,
        label=pgettext_lazy("all", "事实"),
        permission="plan.read",
        title=lambda row: row.title,
        note=lambda row: _joined(row.section, row.quote),
        fields=("title", "section", "quote"),
        related=("version",),
        address=_on_plan,
    ),
    Subject(
        model=Duty,
        label=_("责任"),
        permission="record.read",
        title=lambda row: row.section,
        note=lambda row: _joined(*(unit.name for unit in row.units.all())),
        fields=("section", "units"),
        many=("units",),
    ),
    Subject(
        model=Incentive,
        label=_("激励"),
        permission="record.read",
        title=lambda row: _joined(row.who, row.benefit),
        note=lambda row: _joined(None if row.amount is None else f"{row.amount:g}", row.unit, row.duration),
        fields=("who", "benefit", "amount", "unit", "duration"),
    ),
    Subject(
        model=Finding,
        label=_("自查"),
        permission="plan.read",
        title=lambda row: row.message_zh,
        fields=("message_zh",),
        related=("version",),
        address=_on_plan,
    ),
    Subject(
        model=Firm,
        label=pgettext_lazy("all", "企业"),
        permission="record.read",
        title=lambda row: row.name,
        note=lambda row: _joined(row.short, row.kind),
        fields=("name", "short", "kind"),
    ),
    Subject(
        model=Unit,
        label=pgettext_lazy("all", "单位"),
        permission="record.read",
        title=lambda row: row.name,
        note=lambda row: row.short,
        fields=("name", "short"),
    ),
    Subject(
        model=Plan,
        label=pgettext_lazy("all", "规划"),
        permission="plan.read",
        title=lambda row: row.title,
        note=lambda row: _joined(row.number, row.issuer),
        fields=("title", "number", "issuer"),
    ),
    Subject(
        model=Region,
        label=pgettext_lazy("all", "地区"),
        permission="record.read",
        title=lambda row: row.name,
        note=lambda row: row.code,
        fields=("name", "code"),
    ),
    Subject(
        model=Comment,
        label=_("留言"),
        permission="comment.read",
        title=lambda row: row.text,
        fields=("text",),
        address=lambda row: reverse(f"{row.model}-detail", args=[row.object_id]),
    ),
)
BY_MODEL: dict[str, Subject] = {subject.key: subject for subject in SUBJECTS}
