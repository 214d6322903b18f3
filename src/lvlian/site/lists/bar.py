"""The filter bar of a list: chips, the fields of ＋ 条件, the filter in words, what empties the list."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from lvlian.site.lists import selectors
from lvlian.site.lists.filters import Boolean, Choice, DateRange, Filter, NumberRange, Relation, Text
from lvlian.site.lists.sight import Sight
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.state import State
from lvlian.site.org.access import Access


class Bar(ABC):
    """The part of a listing that is about its filter."""

    spec: ListSpec
    access: Access
    state: State
    sight: Sight
    fixed: State

    @abstractmethod
    def url(self, state: State) -> str:
        """The address of the list in another state."""

    @property
    @abstractmethod
    def clear_url(self) -> str:
        """The address of the list without its filter."""

    @cached_property
    def names(self) -> dict[str, str]:
        return selectors.names_of(self.sight.filters, self.state, self.access)

    @cached_property
    def chips(self) -> list[dict[str, Any]]:
        """Chips of the bar: those that are on, then the frequent ones that are off."""
        on: list[dict[str, Any]] = []
        off: list[dict[str, Any]] = []
        if self.state.q:
            remove = self.url(self.state.without(["q"]))
            on.append({"label": _("含"), "value": f"“{self.state.q}”", "remove": remove, "options": None})
        for one in self.sight.filters:
            values = self._values(one)
            if not values and not one.chip:
                continue
            chip = {
                "label": str(one.label),
                "value": one.words(values, self.names) if values else _("全部"),
                "remove": self.url(self.state.without(one.names())) if values else "",
                "options": self._options(one, values),
            }
            if values or chip["options"]:
                (on if values else off).append(chip)
        return on + off

    def _values(self, one: Filter) -> dict[str, tuple[str, ...]]:
        return {name: self.state.filters[name] for name in one.names() if name in self.state.filters}

    def _options(self, one: Filter, values: Mapping[str, tuple[str, ...]]) -> list[dict[str, Any]] | None:
        if not one.chip:
            return None
        now = values.get(one.key, ())
        return [
            {"label": label, "url": self.url(self.state.having(one.key, value)), "current": value in now}
            for value, label in self._choices(one) or ()
        ] or None

    def _choices(self, one: Filter) -> list[tuple[str, str]] | None:
        if isinstance(one, Choice):
            return [(value, str(label)) for value, label in one.choices]
        if isinstance(one, Boolean):
            return [("1", _("是")), ("0", _("否"))]
        if isinstance(one, Relation):
            return self._relations[one.key]
        return None

    @cached_property
    def _relations(self) -> dict[str, list[tuple[str, str]] | None]:
        return {f.key: selectors.options_of(f, self.access) for f in self.sight.filters if isinstance(f, Relation)}

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """The fields of ＋ 条件: every filter, with what it holds now."""
        out = []
        for one in self.sight.filters:
            values = self._values(one)
            choices = self._choices(one)
            shape = "range" if isinstance(one, (NumberRange, DateRange)) else "choice" if choices else "text"
            held = values.get(one.key, ())
            out.append(
                {
                    "key": one.key,
                    "label": str(one.label),
                    "shape": shape,
                    "day": isinstance(one, DateRange),
                    "choices": [(v, label, v in held) for v, label in choices or ()],
                    "value": "" if isinstance(one, (NumberRange, DateRange)) else (held[0] if held else ""),
                    "low": values.get(f"{one.key}_from", ("",))[0],
                    "high": values.get(f"{one.key}_to", ("",))[0],
                    "hint": _("名称里的字") if isinstance(one, (Relation, Text)) else "",
                }
            )
        return out

    @cached_property
    def in_words(self) -> str:
        """The filter as a sentence, for exports, for print and for the empty list."""
        parts = [f"{_('含')}“{self.state.q}”"] if self.state.q else []
        for state in (self.fixed, self.state):
            for one in self.spec.filters:
                values = {name: state.filters[name] for name in one.names() if name in state.filters}
                if values:
                    parts.append(f"{one.label} = {one.words(values, self.names)}")
        return _("，").join(parts)

    @property
    def empty_links(self) -> list[dict[str, str]]:
        links = [
            {"label": _("去掉“%(filter)s”") % {"filter": f"{c['label']} {c['value']}"}, "url": c["remove"]}
            for c in self.chips
            if c["remove"]
        ]
        return [*links, {"label": _("清空筛选"), "url": self.clear_url}] if len(links) > 1 else links
