"""The state of a list is its URL: filters, words, order, columns, page. Pure: no database.

`parse` never raises: what it does not know, and what does not fit, is told beside the list and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from lvlian.site.lists.columns import Column
from lvlian.site.lists.filters import LONGEST, Filter, Unfit

RESERVED = ("q", "sort", "columns", "page", "view")
MOST_PAGES = 10**7
MOST_SORTS = 3


@dataclass(frozen=True, slots=True)
class Misfit:
    """A parameter that was left out: its name, what it held, and what was expected (empty: no such parameter)."""

    name: str
    value: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What a list shows. `filters` maps parameters to clean values; `sort` holds keys of columns, `-` for descending."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    q: str = ""
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    page: int = 1
    misfits: tuple[Misfit, ...] = ()

    @property
    def narrowed(self) -> bool:
        return bool(self.filters or self.q)

    def without(self, names: Iterable[str]) -> State:
        """The state when some parameters are taken away."""
        gone = set(names)
        return replace(
            self,
            filters={k: v for k, v in self.filters.items() if k not in gone},
            q="" if "q" in gone else self.q,
            page=1,
        )

    def having(self, name: str, *values: str) -> State:
        """The state with one parameter set."""
        return replace(self, filters={**self.filters, name: tuple(values)}, page=1)

    def query(self, **also: str) -> str:
        """The part of the URL after `?`; the same state always gives the same text."""
        pairs: list[tuple[str, str]] = [(k, v) for k in sorted(self.filters) for v in self.filters[k]]
        if self.q:
            pairs.append(("q", self.q))
        if self.sort:
            pairs.append(("sort", ",".join(self.sort)))
        if self.columns:
            pairs.append(("columns", ",".join(self.columns)))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        pairs += also.items()
        return urlencode(pairs)


def parse(
    columns: Sequence[Column],
    filters: Sequence[Filter],
    parameters: Mapping[str, Sequence[str]],
    *,
    sortable: Iterable[str] = (),
    ignored: Iterable[str] = (),
) -> State:
    """The state in the parameters of a URL. `sortable` are the keys of columns that may be sorted by; parameters in `ignored`
    belong to the page around the list. Never raises."""
    by_name = {name: one for one in filters for name in one.names()}
    keys = {column.key for column in columns}
    allowed = set(sortable)
    kept: dict[str, tuple[str, ...]] = {}
    misfits: list[Misfit] = []
    skipped = set(ignored) | set(RESERVED)
    for name, values in parameters.items():
        if name in skipped:
            continue
        given = [value for value in values if value.strip()]
        one = by_name.get(name)
        if one is None:
            misfits.append(Misfit(_short(name), _short(", ".join(given))))
        elif given:
            try:
                kept[name] = one.clean(name, given)
            except Unfit as unfit:
                misfits.append(Misfit(str(one.label), _short(", ".join(given)), str(unfit)))
    q = " ".join(_last(parameters, "q").replace("\x00", "").split())
    if len(q) > LONGEST:
        misfits.append(Misfit("q", _short(q), f"≤ {LONGEST}"))
        q = q[:LONGEST].strip()
    sort: list[str] = []
    for key in _last(parameters, "sort").split(","):
        bare = key.removeprefix("-")
        if bare in allowed and bare not in {s.removeprefix("-") for s in sort} and len(sort) < MOST_SORTS:
            sort.append(key)
        elif key:
            misfits.append(Misfit("sort", _short(key)))
    chosen: list[str] = []
    for key in ",".join(parameters.get("columns", ())).split(","):
        if key in keys and key not in chosen:
            chosen.append(key)
        elif key and key not in keys:
            misfits.append(Misfit("columns", _short(key)))
    page = _last(parameters, "page")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= 7 else 1
    return State(kept, q, tuple(sort), tuple(chosen), max(1, min(number, MOST_PAGES)), tuple(misfits[:12]))


def _last(parameters: Mapping[str, Sequence[str]], name: str) -> str:
    values = parameters.get(name, ())
    return values[-1] if values else ""


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
