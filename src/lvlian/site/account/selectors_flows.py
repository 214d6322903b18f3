"""What the pages that show an account read: its periods, the book of one, and the pictures made from it.

Pictures are kept in memory beside the accounts that they were made from: as long as those stay the same, so do they.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from lvlian.site.account.selectors import account_of, months_of
from lvlian.site.org.access import Access
from lvlian.site.org.models import Region

if TYPE_CHECKING:
    from lvlian.chain.layers import Book

KEPT = 24
MOST_MONTHS = 12
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")
_shelf: OrderedDict[tuple[int, ...], Shown] = OrderedDict()
_lock = Lock()
T = TypeVar("T")


@dataclass
class Shown:
    """The accounts of a period added up, and what was made from them."""

    accounts: tuple[Any, ...]
    book: Book
    made: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """`make()`, or what it gave before."""
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]  # type: ignore[no-any-return]


def periods(access: Access, region: Region) -> dict[str, list[str]]:
    """Period → its months with reports: the months, the latest first, then quarters and years that hold several."""
    months = months_of(access, region)
    found = {month: [month] for month in months}
    for name in (quarter_of, lambda month: month[:4]):
        groups: dict[str, list[str]] = {}
        for month in months:
            groups.setdefault(name(month), []).append(month)
        found |= {key: sorted(some) for key, some in groups.items() if len(some) > 1}
    return found


def quarter_of(month: str) -> str:
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"


def whole(period: str) -> int:
    """How many months a period has when all of it is reported."""
    return 1 if len(period) == 7 and "Q" not in period else 3 if _QUARTER.match(period) else 12


def shown(access: Access, region: Region, months: Sequence[str]) -> Shown:
    """The book of some months. Raises UnsolvableError where exact figures of a month contradict, ValueError without months."""
    from lvlian.chain.layers import open_book

    accounts = tuple(account_of(access, region, month) for month in sorted(months)[-MOST_MONTHS:])
    key = tuple(id(one) for one in accounts)
    with _lock:
        if key in _shelf:
            _shelf.move_to_end(key)
            return _shelf[key]
    made = Shown(accounts, open_book(*accounts))
    with _lock:
        _shelf[key] = made
        while len(_shelf) > KEPT:
            _shelf.popitem(last=False)
    return made
