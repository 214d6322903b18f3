"""The filter of a page, kept in its address: what was chosen, the chips that show it, and the addresses that change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

LONGEST = 120
"""A value of the address is cut there: nothing that a page offers is longer."""


@dataclass
class Narrowing:
    """Reads the query part of an address. Values that a page does not offer are left out and told in `strange`."""

    query: QueryDict
    chips: list[dict[str, object]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def address(self, **changes: object) -> str:
        """This page with other values; None takes one away; the page number starts again."""
        query = self.query.copy()
        query.pop("page", None)
        for key, value in changes.items():
            query.pop(key, None)
            if value is not None:
                query[key] = str(value)
        return f"?{query.urlencode()}" if query else "?"

    def read(self, key: str) -> str:
        """A value as it stands in the address."""
        return self.query.get(key, "").replace("\x00", "").strip()[:LONGEST]

    def choice(
        self, key: str, label: object, options: Iterable[tuple[object, object] | tuple[object, object, object]]
    ) -> str:
        """One of several values, shown as a chip that opens; empty for all. A chip with one option is not shown."""
        offered = [(str(option[0]), str(option[1]), option[2] if len(option) > 2 else None) for option in options]
        now = self.read(key)
        names = {value: name for value, name, _count in offered}
        if now and now not in names:
            self.strange.append(f"{label} {now}")
            now = ""
        if now or len(offered) > 1:
            self.chips.append(
                {
                    "label": label,
                    "value": names.get(now) or _("全部"),
                    "remove": self.address(**{key: None}) if now else "",
                    "options": [
                        {"label": name, "url": self.address(**{key: value}), "current": value == now, "count": count}
                        for value, name, count in offered
                    ],
                }
            )
        if now:
            self.words.append(f"{label} {names[now]}")
        return now

    def told(self, key: str, label: object, name: object = "") -> str:
        """A value that no chip offers (an indicator that was clicked): shown as a chip that can be taken away."""
        now = self.read(key)
        if now:
            self.chips.append({"label": label, "value": name or now, "remove": self.address(**{key: None})})
            self.words.append(f"{label} {name or now}")
        return now

    def number(self, key: str) -> int | None:
        """A whole number of the address, None for anything else."""
        now = self.read(key)
        return int(now) if now.isascii() and now.isdigit() and len(now) < 16 else None

    def page(self, rows: QuerySet | Sequence, size: int, count: int | None = None) -> Page:  # type: ignore[type-arg]
        """The page that the address asks for; the last where it asks for too much."""
        paginator = Paginator(rows, size)
        if count is not None:
            paginator.count = count  # known already: not counted again
        try:
            return paginator.page(self.read("page") or 1)
        except PageNotAnInteger:
            return paginator.page(1)
        except EmptyPage:
            return paginator.page(paginator.num_pages)

    @property
    def clear(self) -> list[Mapping[str, object]]:
        """One link for each condition that is on, for the empty state."""
        return [
            {"label": _("去掉 %(label)s") % {"label": chip["label"]}, "url": chip["remove"]}
            for chip in self.chips
            if chip.get("remove")
        ]
