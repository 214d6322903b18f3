"""The light of a milestone, computed from its dates and today, never typed; once in Python, once in SQL for counting.

| dates | light |
|---|---|
| done | `ok` 已完成 |
| neither promised nor expected | `none` 缺数 |
| the day that counts is past, or was moved beyond the promise, by 1 to 30 days | `warn` 预警 |
| the same by more than 30 days | `bad` 滞后 |
| else | `ok` 序时 |

The day that counts is the expected one where somebody gave one, else the promised one. A project's light is the worst of its
milestones', in the order of `RANKS`; a project without milestones has the light of a milestone without a date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from django.db.models import Case, CharField, DateField, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Substr
from django.db.models.lookups import Exact, GreaterThan
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DAYS = 30
"""How many days late are still a warning."""
STATES = ("ok", "none", "warn", "bad")
"""From the best to the worst: the place in this row is a light's rank."""
RANKS: dict[str, int] = {state: rank for rank, state in enumerate(STATES)}


class Dated(Protocol):
    due: date | None
    expected: date | None
    done: date | None


@dataclass(frozen=True, slots=True)
class Light:
    """A state with its word and the reason for it in a few words."""

    state: str
    word: str
    reason: str

    @property
    def rank(self) -> int:
        return RANKS[self.state]


def word_of(state: str) -> str:
    """The word beside the shape: 正常 预警 滞后 缺数."""
    return {"ok": _("正常"), "warn": _("预警"), "bad": _("滞后"), "none": _("缺数")}[state]


def late_days(row: Dated, today: date) -> int:
    """By how many days a milestone is late or was moved back; 0 where it is neither, or has no date."""
    if row.done is not None:
        return 0
    counts = row.expected or row.due
    if counts is None:
        return 0
    moved = (row.expected - row.due).days if row.expected and row.due else 0
    return max(0, moved, (today - counts).days)


def light_of(row: Dated, today: date) -> Light:
    """The light of a milestone."""
    if row.done is not None:
        return Light("ok", _("已完成"), _("%(day)s 完成") % {"day": row.done.isoformat()})
    counts = row.expected or row.due
    if counts is None:
        return Light("none", _("缺数"), _("原文无日期"))
    days = late_days(row, today)
    if not days:
        left = (counts - today).days
        return Light(
            "ok", _("序时"), ngettext("还有 %(n)d 天", "还有 %(n)d 天", left) % {"n": left} if left else _("今天到期")
        )
    state = "warn" if days <= DAYS else "bad"
    overdue = (today - counts).days
    if overdue > 0:
        reason = ngettext("已过 %(n)d 天", "已过 %(n)d 天", overdue) % {"n": overdue}
    else:
        reason = ngettext("比承诺晚 %(n)d 天", "比承诺晚 %(n)d 天", days) % {"n": days}
    return Light(state, word_of(state), reason)


def worst(lights: Iterable[Light]) -> Light:
    """The worst of the lights of a project's milestones; of equals the first."""
    found = list(lights)
    return max(found, key=lambda light: light.rank) if found else Light("none", _("缺数"), _("没有里程碑"))


class Days(Func):
    """Days from the second date to the first, as an integer on both databases."""

    arity = 2
    output_field = IntegerField()

    def as_sqlite(self, compiler, connection, **extra):  # type: ignore[no-untyped-def]
        template = "(CAST(julianday(%(expressions)s) AS INTEGER))"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **extra)

    def as_postgresql(self, compiler, connection, **extra):  # type: ignore[no-untyped-def]
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **extra)


def light_case(today: date, prefix: str = "") -> Case:
    """The rank of a milestone's light in SQL; `prefix` is the query path to it (`milestones__`).

    A row that the path does not reach (a project without milestones) ranks as one without a date."""
    due, expected, done = (f"{prefix}{name}" for name in ("due", "expected", "done"))
    return Case(
        When(**{f"{done}__isnull": False}, then=Value(RANKS["ok"])),
        When(**{f"{due}__isnull": True, f"{expected}__isnull": True}, then=Value(RANKS["none"])),
        When(late_by(today, DAYS, prefix), then=Value(RANKS["bad"])),
        When(late_by(today, 0, prefix), then=Value(RANKS["warn"])),
        default=Value(RANKS["ok"]),
        output_field=IntegerField(),
    )


def late_by(today: date, days: int, prefix: str = "") -> Q:
    """Milestones that are not done and late, or moved back, by more than so many days."""
    due, expected, done = (f"{prefix}{name}" for name in ("due", "expected", "done"))
    limit = today - timedelta(days=days)
    moved = Q(**{f"{expected}__isnull": False, f"{due}__isnull": False}) & Q(beyond(F(expected), F(due), days))
    past = Q(**{f"{expected}__lt": limit}) | Q(**{f"{expected}__isnull": True, f"{due}__lt": limit})
    return Q(**{f"{done}__isnull": True}) & (past | moved)


def with_light(state: str, today: date, prefix: str = "") -> Q:
    """Milestones of one light. Those late are looked for by date first, so that the index of dates helps."""
    if state == "bad":
        return late_by(today, DAYS, prefix)
    if state == "none":
        return Q(**{f"{prefix}{name}__isnull": True for name in ("done", "due", "expected")})
    exactly = Q(Exact(light_case(today, prefix), RANKS[state]))
    return late_by(today, 0, prefix) & exactly if state == "warn" else exactly


def beyond(later: F, earlier: F, days: int) -> GreaterThan:
    """Condition: the one date lies more than so many days after the other."""
    return GreaterThan(Days(later, earlier), days)


def counting_day(prefix: str = "") -> Coalesce:
    """The day that counts, in SQL."""
    return Coalesce(f"{prefix}expected", f"{prefix}due", output_field=DateField())


def counting_month(prefix: str = "") -> Substr:
    """Its month as `2023-09`, by means that both databases have built in (Django's own year and month are slow on SQLite)."""
    return Substr(Cast(counting_day(prefix), CharField()), 1, 7)
