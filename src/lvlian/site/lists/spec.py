"""A list as data: which model, which columns and filters, what may be edited in bulk and brought in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import models

from lvlian.site.lists.columns import Column, Words
from lvlian.site.lists.filters import Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """What depends on a record: rows of another list, reached by that list's filter. `path` leads from the other model back."""

    label: Words
    list: str
    filter: str
    path: str


@dataclass(frozen=True, kw_only=True)
class ListSpec:
    """A list. `key` stands in addresses and saved views, `name` is the model's name in URL names (`project-detail`)."""

    key: str
    model: type[models.Model]
    title: Words
    columns: tuple[Column, ...]
    shown: tuple[str, ...]
    """Keys of the columns that are shown where nothing else is asked for."""
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    """Paths that the text field looks through."""
    sort: tuple[str, ...] = ()
    """Keys of columns, `-` before one sorts it the other way."""
    permission: str = "record.read"
    edit_permission: str = "record.edit"
    edit_fields: tuple[str, ...] = ()
    bulk_fields: tuple[str, ...] = ()
    import_fields: tuple[str, ...] = ()
    import_key: tuple[str, ...] = ()
    """Fields that name a record within its region, beside its number."""
    import_permission: str = "record.import"
    removable: bool = False
    """Whether an import may remove what its table leaves out, when it is asked to."""
    detail: str = ""
    """URL name of the record page; empty where a row leads nowhere."""
    row_href: Callable[[Any], str] | None = None
    load: tuple[str, ...] = ()
    dependents: tuple[Dependent, ...] = ()
    small_cells: str = ""
    """Path of the firm: totals of commercial fields over fewer than three of them are not told."""
    check: Callable[[Mapping[str, Any], date | None], dict[str, str]] | None = None
    """What must hold of a record's values together on a day: field → sentence for each that does not."""
    noun: Words = ""
    """What is counted: 个项目."""

    @property
    def name(self) -> str:
        return self.model._meta.model_name or ""

    @property
    def url_name(self) -> str:
        return f"{self.name}-list"

    @property
    def marked_name(self) -> str:
        return f"{self.name}-import-marked"

    @cached_property
    def urls(self) -> dict[str, str]:
        """The addresses of the list and of what is done with it."""
        from django.urls import NoReverseMatch, reverse

        names = {
            "list": "list", "xlsx": "xlsx", "csv": "csv", "docx": "docx", "save": "view-save", "bulk": "bulk",
            "import": "import", "template": "import-template",
        }  # fmt: skip
        out = {}
        for key, name in names.items():
            try:
                out[key] = reverse(f"{self.name}-{name}")
            except NoReverseMatch:
                out[key] = ""
        return out

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}
