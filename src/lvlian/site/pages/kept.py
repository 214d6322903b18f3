"""Counts over very many rows, kept until something is written.

Every write appends to the audit chain in its own transaction, so the number of the last record tells whether anything has changed:
a count that was made after it still holds. Counts are kept for a scope (the grants and the region), not for a person. Small
regions count anew each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from threading import Lock
from typing import TypeVar

from lvlian.site.org.access import Access
from lvlian.site.pages.selectors_chain import last_record

MANY = 5000
"""Counts over fewer rows are not kept."""
MOST = 128
_store: OrderedDict[Hashable, object] = OrderedDict()
_lock = Lock()
T = TypeVar("T")


def kept(access: Access, name: str, about: Hashable, today: date, make: Callable[[], T], size: Callable[[T], int]) -> T:
    """What `make` counts for the scope of `access`; `about` is the filter, `size` says over how many rows it was counted."""
    scope = tuple((held.role.key, held.path, held.unit_id, held.firm_id) for held in access.held)
    key = (name, about, today, scope, access.region_id, last_record())
    with _lock:
        if key in _store:
            _store.move_to_end(key)
            return _store[key]  # type: ignore[return-value]
    made = make()
    if size(made) >= MANY:
        with _lock:
            _store[key] = made
            while len(_store) > MOST:
                _store.popitem(last=False)
    return made
