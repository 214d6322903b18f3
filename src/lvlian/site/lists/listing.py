"""A list as a page shows it: the rows that fit, the chips, the count, the totals. Pages that embed a list ask `listing` for it.

    shown = listing(request, spec)                       # in the view
    {% include "lists/filters.html" with listing=shown %}   {% include "lists/table.html" with listing=shown %}

`shown.queryset` is what fits, in order, for a chart that is driven by the same filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.frame import today as today_of
from lvlian.site.lists import selectors
from lvlian.site.lists.bar import Bar
from lvlian.site.lists.cells import Cell, Head, Line
from lvlian.site.lists.columns import RIGHT, Column, Kind, field_at, heading_of, kind_of, label_of, value_of
from lvlian.site.lists.sight import Sight
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.state import State, parse
from lvlian.site.org.access import Access
from lvlian.site.org.reach import FieldClass

ROWS = 50
FEW = 3
"""Totals of commercial fields over fewer firms than this are not told."""


def address(name: str, *args: Any) -> str:
    """The address of a named page, or nothing while the page does not exist."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@dataclass
class Listing(Bar):
    """A list in a request. Everything is worked out when it is asked for."""

    spec: ListSpec
    access: Access
    state: State
    sight: Sight
    base: QuerySet[Any]
    today: date
    path: str
    fixed: State = field(default_factory=State)
    kept: tuple[tuple[str, str], ...] = ()
    """Parameters of the page around the list, kept in every link."""
    size: int = ROWS

    # Rows ---------------------------------------------------------------------------------------------------------------
    @cached_property
    def everything(self) -> QuerySet[Any]:
        """What the list is about before anybody narrows it."""
        return selectors.narrowed(self.base, self.fixed, self.spec.filters, (), self.today)

    @cached_property
    def fitting(self) -> QuerySet[Any]:
        return selectors.narrowed(self.everything, self.state, self.sight.filters, self.sight.search, self.today)

    @cached_property
    def queryset(self) -> QuerySet[Any]:
        """What fits, in order."""
        return selectors.ordered(self.fitting, self.spec, self.state.sort or self.spec.sort, self.today)

    last = cached_property(lambda self: selectors.last_written())

    @cached_property
    def count(self) -> int:
        return selectors.count_of(self.fitting, self.last)

    @cached_property
    def total_count(self) -> int:
        return selectors.count_of(self.everything, self.last) if self.state.narrowed else self.count

    @cached_property
    def page(self) -> Page[Any]:
        return _Counted(range(self.count), self.size).get_page(self.state.page)

    @cached_property
    def lines(self) -> list[Line]:
        first = (self.page.number - 1) * self.size
        rows = selectors.page_of(self.queryset, self.spec, self.columns, self.sight, first, self.size)
        return [self.line(row) for row in rows]

    def line(self, row: Any) -> Line:
        cells = [self.cell(row, column) for column in self.columns]
        return Line(row.pk, row, self.href_of(row), cells, str(row))

    def href_of(self, row: Any) -> str:
        if self.spec.row_href is not None:
            return self.spec.row_href(row)
        return address(self.spec.detail, row.pk) if self.spec.detail else ""

    # Columns ------------------------------------------------------------------------------------------------------------
    @cached_property
    def columns(self) -> tuple[Column, ...]:
        offered = {column.key: column for column in self.sight.columns}
        return tuple(offered[key] for key in self.state.columns or self.spec.shown if key in offered)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        return {column.key: kind_of(self.spec.model, column) for column in self.spec.columns}

    @cached_property
    def heads(self) -> list[Head]:
        now = self.state.sort or self.spec.sort
        order = {key.removeprefix("-"): "descending" if key.startswith("-") else "ascending" for key in now[:1]}
        heads = []
        for column in self.columns:
            key = column.key
            url = ""
            if key in self.sight.sortable:
                down = order.get(key) == "ascending"
                url = self.url(replace(self.state, sort=(f"-{key}" if down else key,), page=1))
            num = self.kinds[key] in RIGHT
            heads.append(Head(key, heading_of(self.spec.model, column), num, url, order.get(key, "") if url else ""))
        return heads

    @property
    def column_choice(self) -> list[dict[str, Any]]:
        shown = {column.key for column in self.columns}
        return [
            {"key": c.key, "label": heading_of(self.spec.model, c), "on": c.key in shown} for c in self.sight.columns
        ]

    # Cells --------------------------------------------------------------------------------------------------------------
    def cell(self, row: Any, column: Column) -> Cell:
        kind = self.kinds[column.key]
        cell = Cell("—", kind.value, kind in RIGHT, label=label_of(self.spec.model, column), key=column.key)
        if not self.sight.shows(row, column):
            cell.masked, cell.reason = True, _("不在你的可见范围内")
            return cell
        value = value_of(row, column, self.today)
        cell.value = value
        if kind is Kind.LIGHT:
            cell.value, cell.text, cell.reason = value
            return cell
        cell.text = self.text(row, column, value)
        if cell.text == saying.DASH:
            cell.reason = _("没有填")
        if kind is Kind.MANY and cell.text.count("、") > 1:
            names = cell.text.split("、")
            cell.short = _("%(first)s 等 %(n)d 个") % {"first": names[0], "n": len(names)}
        if column.link:
            cell.href = self.href_of(row)
        elif column.href is not None:
            cell.href = column.href(row)
        if column.origin is not None and self.access.may("plan.read") and (fact := column.origin(row)):
            cell.origin = address("fact-origin", fact)
        return cell

    def text(self, row: Any, column: Column, value: Any) -> str:
        """A value as it is printed."""
        kind = self.kinds[column.key]
        if column.say is not None:
            return column.say(row) or saying.DASH
        if kind is Kind.MANY:
            value = "、".join(str(one) for one in value.all()) if hasattr(value, "all") else value
        elif value is None or value == "":
            return saying.DASH
        elif kind is Kind.NUMBER:
            return str(value) if column.places == 0 and isinstance(value, int) else saying.number(value, column.places)
        elif kind is Kind.DATE:
            return saying.day(value)
        elif kind is Kind.MOMENT:
            return saying.clock(value)
        elif kind is Kind.BOOLEAN:
            return _("是") if value else _("否")
        elif kind in (Kind.CHOICE, Kind.STATE, Kind.SEVERITY) and column.source():
            choices = dict(field_at(self.spec.model, column.source()).choices or ())
            return str(choices.get(value, value))
        return str(value) if value not in (None, "") else saying.DASH

    # Totals -------------------------------------------------------------------------------------------------------------
    @cached_property
    def totals(self) -> list[Cell] | None:
        """The row of totals; None where no shown column has one. A total is told where its units are equal, where every row may
        be read, and over commercial fields only from three firms on."""
        summed = [c for c in self.columns if c.total and self.sight.throughout(c.paths())]
        if not summed or self.count < 2:
            return None
        asked: dict[str, Any] = {}
        for column in summed:
            asked[f"sum_{column.key}"] = Sum(column.source())
            if column.same:
                asked[f"low_{column.key}"] = Min(column.same, filter=_filled(column.source()))
                asked[f"high_{column.key}"] = Max(column.same, filter=_filled(column.source()))
            if self._commercial(column):
                asked[f"firms_{column.key}"] = Count(
                    self.spec.small_cells, distinct=True, filter=_filled(column.source())
                )
        what = "totals:" + ",".join(sorted(asked))
        found = selectors.kept_while_unchanged(
            what, self.fitting, lambda: self.fitting.aggregate(**asked), lambda _found: self.count, self.last
        )
        cells = []
        for column in self.columns:
            cell = Cell("", "number", self.kinds[column.key] in RIGHT)
            if column in summed:
                cell.value, cell.text, cell.reason = self._total(column, found)
            cells.append(cell)
        if cells and not cells[0].text:
            cells[0].text = _("合计")
        return cells

    def _commercial(self, column: Column) -> bool:
        return bool(self.spec.small_cells) and FieldClass.COMMERCIAL in self.sight.needs(column.paths())

    def _total(self, column: Column, found: Mapping[str, Any]) -> tuple[Any, str, str]:
        value = found[f"sum_{column.key}"]
        if self._commercial(column) and found[f"firms_{column.key}"] < FEW:
            return None, saying.DASH, _("不足 3 户")
        if value is None:
            return None, saying.DASH, _("没有数")
        if column.same and found[f"low_{column.key}"] != found[f"high_{column.key}"]:
            return None, saying.DASH, _("单位不一")
        text = saying.number(value, column.places)
        unit = found.get(f"low_{column.key}")
        return value, f"{text} {unit}" if unit else text, ""

    # Addresses ----------------------------------------------------------------------------------------------------------
    def url(self, state: State) -> str:
        query = state.query(**dict(self.kept))
        return f"{self.path}?{query}" if query else self.path

    @property
    def clear_url(self) -> str:
        return self.url(replace(self.state, filters={}, q="", page=1))

    @property
    def full_query(self) -> str:
        """The state with what the page fixed, for exports and bulk edits."""
        both = replace(self.state, filters={**self.state.filters, **self.fixed.filters}, page=1)
        return both.query()

    @property
    def state_query(self) -> str:
        """The state as it is kept in a saved view: without the page."""
        return replace(self.state, page=1).query()

    @property
    def default_columns_url(self) -> str:
        return self.url(replace(self.state, columns=(), page=1))

    @property
    def empty_sentence(self) -> str:
        if self.state.narrowed:
            return _("没有符合条件的%(noun)s") % {"noun": self.spec.noun}
        return _("还没有%(title)s里的记录") % {"title": self.spec.title}

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the filter form carries along: order, columns, and what belongs to the page around."""
        pairs = [*self.kept]
        if self.state.sort:
            pairs.append(("sort", ",".join(self.state.sort)))
        if self.state.columns:
            pairs.append(("columns", ",".join(self.state.columns)))
        return pairs

    @property
    def hidden_for_columns(self) -> list[tuple[str, str]]:
        pairs = [(k, v) for k in sorted(self.state.filters) for v in self.state.filters[k]] + [*self.kept]
        if self.state.q:
            pairs.append(("q", self.state.q))
        if self.state.sort:
            pairs.append(("sort", ",".join(self.state.sort)))
        return pairs

    @property
    def pages(self) -> dict[str, Any]:
        """Links to other pages of the list."""
        page = self.page

        def at(number: int) -> str:
            return self.url(replace(self.state, page=number))

        last = page.paginator.num_pages
        return {
            "previous": at(page.number - 1) if page.has_previous() else "",
            "next": at(page.number + 1) if page.has_next() else "",
            "first": at(1) if page.number > 2 else "",
            "last": at(last) if page.number < last - 1 else "",
        }

    # What may be done ---------------------------------------------------------------------------------------------------
    @property
    def may_bulk(self) -> bool:
        return bool(self.spec.bulk_fields) and self.access.may("record.bulk") and self.count > 0

    @property
    def may_import(self) -> bool:
        return bool(self.spec.import_fields) and self.access.may(self.spec.import_permission)

    @property
    def may_export(self) -> bool:
        return self.access.may("export.make")

    @property
    def may_save(self) -> bool:
        return self.access.may("view.save")

    @property
    def may_share(self) -> bool:
        return self.access.may("view.share")

    @property
    def views(self) -> list[dict[str, Any]]:
        """The user's views and those of the region."""
        mine = self.access.user
        return [
            {
                "view": view,
                "url": f"{self.path}?{view.query}" if view.query else self.path,
                "own": mine is not None and view.user_id == mine.pk,
                "remove": address(f"{self.spec.name}-view-remove", view.pk),
            }
            for view in selectors.views_of(self.spec, self.access)
        ]

    @property
    def misfits(self) -> tuple[Any, ...]:
        return self.state.misfits


class _Counted(Paginator):  # type: ignore[type-arg]
    """A paginator over a count alone."""

    def page(self, number: Any) -> Page[Any]:
        return Page([], self.validate_number(number), self)


def _filled(path: str) -> Any:
    from django.db.models import Q

    return Q(**{f"{path}__isnull": False})


def listing(
    request: HttpRequest,
    spec: ListSpec,
    base_queryset: QuerySet[Any] | None = None,
    *,
    fixed: Mapping[str, Sequence[str]] | None = None,
    ignored: Iterable[str] = (),
    size: int = ROWS,
    path: str = "",
) -> Listing:
    """The list as the request asks for it. `fixed` are filters that the page sets and nobody takes away (they go into exports
    too); `base_queryset` replaces the scope and must itself be scoped; `ignored` are parameters of the page around."""
    access: Access = request.access  # type: ignore[attr-defined]
    ignored = tuple(ignored)
    parameters = {name: request.GET.getlist(name) for name in request.GET}
    kept = tuple((name, request.GET[name]) for name in ignored if request.GET.get(name))
    return make(
        spec,
        access,
        parameters,
        path or request.path,
        base_queryset,
        fixed=fixed,
        ignored=ignored,
        kept=kept,
        size=size,
    )


def make(
    spec: ListSpec,
    access: Access,
    parameters: Mapping[str, Sequence[str]],
    path: str = "",
    base: QuerySet[Any] | None = None,
    *,
    fixed: Mapping[str, Sequence[str]] | None = None,
    ignored: Iterable[str] = (),
    kept: tuple[tuple[str, str], ...] = (),
    size: int = ROWS,
) -> Listing:
    """The list without a request: for exports, jobs and tests."""
    sight = Sight(access, spec)
    state = parse(sight.columns, sight.filters, parameters, sortable=sight.sortable, ignored=ignored)
    held = State({name: tuple(values) for name, values in (fixed or {}).items()})
    return Listing(
        spec, access, state, sight, selectors.rows_of(spec, access, base), today_of(), path, held, kept, size
    )
