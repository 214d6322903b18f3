"""What a list can be narrowed by. A filter reads its parameters, turns them into a query, and says itself in words.

Every value comes out of a URL and may be anything: `clean` raises Unfit with what was expected, and nothing else.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.site.org.reach import Reach

Words = str | Promise
EMPTY = "-"
"""The value that asks for rows where nothing stands."""
LONGEST = 100
MOST = 30
"""So many values of one filter are heard."""
BIGGEST = 2**62


class Unfit(ValueError):
    """A value cannot be used; the message says what is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(ABC):
    """The part that all filters share. `chip` ones stand in the bar even when they are off."""

    key: str
    label: Words
    path: str = ""
    rests_on: tuple[str, ...] = ()
    chip: bool = False

    def source(self) -> str:
        return self.path or self.key

    def paths(self) -> tuple[str, ...]:
        return self.rests_on or (self.source(),)

    def names(self) -> tuple[str, ...]:
        """The parameters that belong to it."""
        return (self.key,)

    @abstractmethod
    def clean(self, name: str, values: Sequence[str]) -> tuple[str, ...]:
        """The values that can be used; what cannot is left out."""

    @abstractmethod
    def narrow(self, rows: QuerySet[Any], values: Mapping[str, tuple[str, ...]], today: date) -> QuerySet[Any]:
        """The rows that the values leave."""

    def words(self, values: Mapping[str, tuple[str, ...]], names: Mapping[str, str]) -> str:
        return "、".join(self.word(value, names) for value in values.get(self.key, ()))

    def word(self, value: str, names: Mapping[str, str]) -> str:
        return _("空") if value == EMPTY else value


def _text(value: str) -> str:
    value = " ".join(value.replace("\x00", "").split())
    if not value:
        raise Unfit(_("几个字"))
    if len(value) > LONGEST:
        raise Unfit(_("%(n)d 字以内") % {"n": LONGEST})
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Filter):
    """Rows whose text holds the words."""

    def clean(self, name: str, values: Sequence[str]) -> tuple[str, ...]:
        return (_text(values[-1]),)

    def narrow(self, rows: QuerySet[Any], values: Mapping[str, tuple[str, ...]], today: date) -> QuerySet[Any]:
        word = values[self.key][0]
        if word == EMPTY:
            return rows.filter(**{self.source(): ""})
        return rows.filter(**{f"{self.source()}__icontains": word})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Filter):
    """Rows with one of the chosen values. `pick` turns values into a query where a plain `in` does not do."""

    choices: tuple[tuple[str, Words], ...] = ()
    nullable: bool = False
    pick: Callable[[QuerySet[Any], tuple[str, ...], date], QuerySet[Any]] | None = None

    def clean(self, name: str, values: Sequence[str]) -> tuple[str, ...]:
        known = dict(self.choices)
        out = tuple(dict.fromkeys(v for v in values[:MOST] if v in known or (v == EMPTY and self.nullable)))
        if not out or len(out) < len(set(values)):
            raise Unfit("、".join(str(label) for _value, label in self.choices[:8]))
        return out

    def narrow(self, rows: QuerySet[Any], values: Mapping[str, tuple[str, ...]], today: date) -> QuerySet[Any]:
        chosen = values[self.key]
        if self.pick is not None:
            return self.pick(rows, chosen, today)
        wanted = Q(**{f"{self.source()}__in": [v for v in chosen if v != EMPTY]})
        return rows.filter(wanted | Q(**{self.source(): ""}) if EMPTY in chosen else wanted)

    def word(self, value: str, names: Mapping[str, str]) -> str:
        return str(dict(self.choices).get(value, _("空")))


LIGHT_CHOICES: tuple[tuple[str, Words], ...] = (
    ("bad", gettext_lazy("滞后")),
    ("warn", gettext_lazy("预警")),
    ("ok", gettext_lazy("正常")),
    ("none", gettext_lazy("缺数")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean(Filter):
    """Yes or no. `yes` is the query of yes where it is no field."""

    yes: Callable[[date], Q] | None = None

    def clean(self, name: str, values: Sequence[str]) -> tuple[str, ...]:
        if values[-1] not in ("1", "0"):
            raise Unfit(_("1（是）或 0（否）"))
        return (values[-1],)

    def narrow(self, rows: QuerySet[Any], values: Mapping[str, tuple[str, ...]], today: date) -> QuerySet[Any]:
        on = values[self.key][0] == "1"
        if self.yes is not None:
            query = self.yes(today)
            return rows.filter(query if on else ~query)
        return rows.filter(**{self.source(): on})

    def word(self, value: str, names: Mapping[str, str]) -> str:
        return _("是") if value == "1" else _("否")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range(Filter):
    def names(self) -> tuple[str, ...]:
        return (self.key, f"{self.key}_from", f"{self.key}_to")

    @abstractmethod
    def read(self, value: str, end: bool) -> Any:
        """One end of the range out of its text; None where it cannot be read."""

    def clean(self, name: str, values: Sequence[str]) -> tuple[str, ...]:
        value = values[-1].strip()
        if name == self.key and value == EMPTY:
            return (EMPTY,)
        self.read(value, name.endswith("_to"))
        return (value,)

    def narrow(self, rows: QuerySet[Any], values: Mapping[str, tuple[str, ...]], today: date) -> QuerySet[Any]:
        for name, chosen in values.items():
            if name == self.key and chosen[0] == EMPTY:
                rows = rows.filter(**{f"{self.source()}__isnull": True})
            elif name == self.key:
                rows = rows.filter(
                    **{
                        f"{self.source()}__gte": self.read(chosen[0], False),
                        f"{self.source()}__lte": self.read(chosen[0], True),
                    }
                )
            elif name.endswith("_from"):
                rows = rows.filter(**{f"{self.source()}__gte": self.read(chosen[0], False)})
            else:
                rows = rows.filter(**{f"{self.source()}__lte": self.read(chosen[0], True)})
        return rows

    def words(self, values: Mapping[str, tuple[str, ...]], names: Mapping[str, str]) -> str:
        if self.key in values:
            return self.word(values[self.key][0], names)
        low, high = values.get(f"{self.key}_from"), values.get(f"{self.key}_to")
        if low and high:
            return f"{low[0]}–{high[0]}"
        return f"≥ {low[0]}" if low else f"≤ {high[0]}" if high else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRange(_Range):
    """From one figure to another, both included."""

    def read(self, value: str, end: bool) -> float:
        try:
            number = float(value.replace("，", "").replace(",", "").replace("−", "-"))
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or abs(number) > BIGGEST or len(value) > LONGEST:
            raise Unfit(_("数，如 12.5"))
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange(_Range):
    """From one day, month or year to another, both included; the end of a month is its last day."""

    moment: bool = False

    def read(self, value: str, end: bool) -> date:
        parts = value.replace("年", "-").replace("月", "-").replace("日", "").strip("-").split("-")
        if not (1 <= len(parts) <= 3 and all(p.isascii() and p.isdecimal() and len(p) <= 4 for p in parts)):
            raise Unfit(_("日期，如 2023-10 或 2023-10-12"))
        year, month, day = (*map(int, parts), *([0] * (3 - len(parts))))
        try:
            if not month:
                return date(year, 12, 31) if end else date(year, 1, 1)
            if not day:
                return date(year, month, monthrange(year, month)[1] if end else 1)
            return date(year, month, day)
        except ValueError:
            raise Unfit(_("日期，如 2023-10 或 2023-10-12")) from None

    def source(self) -> str:
        return f"{self.path or self.key}__date" if self.moment else self.path or self.key

    def paths(self) -> tuple[str, ...]:
        return self.rests_on or (self.path or self.key,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Filter):
    """Rows that belong to a record of another model: by its number, or by words of its name."""

    model: type[models.Model] = field(default=models.Model)
    name_path: str = "name"
    many: bool = False
    subtree: bool = False
    """Regions: the chosen one and all below it."""

    def clean(self, name: str, values: Sequence[str]) -> tuple[str, ...]:
        out = []
        for value in values[:MOST]:
            if value == EMPTY:
                out.append(value)
            elif value.isascii() and value.isdecimal():
                if len(value) > 18:
                    raise Unfit(_("编号或名称"))
                out.append(str(int(value)))
            else:
                out.append(_text(value))
        return tuple(dict.fromkeys(out))

    def narrow(self, rows: QuerySet[Any], values: Mapping[str, tuple[str, ...]], today: date) -> QuerySet[Any]:
        wanted = Q()
        source = self.source()
        numbers = [int(v) for v in values[self.key] if v.isdecimal()]
        if numbers and self.subtree:
            paths = self.model._default_manager.filter(pk__in=numbers).values_list("path", flat=True)
            for path in list(paths):
                below = self.model._default_manager.filter(path__startswith=path)
                wanted |= Q(**{f"{source}__in": below.values("pk")})
            if not wanted:
                wanted = Q(pk__in=[])
        elif numbers:
            wanted |= Q(**{f"{source}__in": numbers})
        for value in values[self.key]:
            if value == EMPTY:
                wanted |= Q(**{f"{source}__isnull": True})
            elif not value.isdecimal():
                wanted |= Q(**{f"{source}__{self.name_path}__icontains": value})
        if self.many:
            every = rows.model._base_manager.filter(wanted)
            return rows.filter(pk__in=every.values("pk"))
        return rows.filter(wanted)

    def word(self, value: str, names: Mapping[str, str]) -> str:
        if value == EMPTY:
            return _("空")
        if value.isdecimal():
            return names.get(f"{self.key}:{value}", _("编号 %(n)s") % {"n": value})
        return f"“{value}”"


def reach_of(model: type[models.Model]) -> Reach:
    return model.reach  # type: ignore[attr-defined,no-any-return]
