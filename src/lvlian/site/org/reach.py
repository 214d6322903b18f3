"""How far a record reaches: which of its paths lead to a region, a unit and a firm, and which class each field has.

Every model declares a `Reach`; `access.scoped` turns it into a query filter, and the matrix in the docs is generated from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FieldClass(StrEnum):
    """Who a field is for. OPEN may be told to anybody in the region, INTERNAL to the administration, COMMERCIAL to the firm
    itself and those who account for the chain, PERSONAL to those who run people's records, AUDIT to the audit administrator."""

    OPEN = "open"
    INTERNAL = "internal"
    COMMERCIAL = "commercial"
    PERSONAL = "personal"
    AUDIT = "audit"


CLASS_ZH: dict[FieldClass, str] = {
    FieldClass.OPEN: "公开",
    FieldClass.INTERNAL: "内部",
    FieldClass.COMMERCIAL: "商业",
    FieldClass.PERSONAL: "个人",
    FieldClass.AUDIT: "审计",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`region`, `unit`, `firm`, `owner` are query paths from the model (`plan__region`); empty where it has none.

    `region` may be `"*"`: the record belongs to no region and is seen by everybody who may read its row class.
    A row whose unit (firm) is empty is shown to people bound to a unit (firm) only where `unitless` (`firmless`) says so.
    A model without a firm path is never shown to a firm unless its rows are OPEN. `owner` narrows to the user's own rows,
    or to those that `shared` (a boolean path) gives away within the region.
    """

    region: str = "region"
    unit: str = ""
    firm: str = ""
    owner: str = ""
    shared: str = ""
    unitless: bool = True
    firmless: bool = False
    rows: FieldClass = FieldClass.INTERNAL
    fields: Mapping[str, FieldClass] = field(default_factory=dict)

    def class_of(self, name: str) -> FieldClass:
        """The class of a field: its own where one is declared, else that of the row."""
        return self.fields.get(name, self.rows)


UNREADABLE = Reach(region="", rows=FieldClass.AUDIT)
"""No scope leads to such rows; they are read only through other models' scope."""
