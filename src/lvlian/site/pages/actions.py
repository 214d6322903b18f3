"""What a user keeps for the pages: the indicators on the own overview."""

from __future__ import annotations

from collections.abc import Sequence

from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording


def pin_indicators(access: Access, names: Sequence[str]) -> None:
    """Keeps the indicators for the overview of the region that the pages are about; none: chosen by rule again."""
    user = access.user
    if user is None or access.region_id is None:
        return
    kept = dict(user.preferences or {})
    pins = dict(kept.get("pins") or {}) if isinstance(kept.get("pins"), dict) else {}
    if names:
        pins[str(access.region_id)] = list(dict.fromkeys(names))
    else:
        pins.pop(str(access.region_id), None)
    with recording(
        access, "preference.pins", region=access.region, subject=str(user), data={"pins": list(names)}
    ) as act:
        act.update(user, None, preferences={**kept, "pins": pins})
