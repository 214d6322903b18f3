"""The registers of firm cultivation on this site, their thresholds, and which steps of projects answer them. Read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.conf import settings

from lvlian.ledger.threshold import FILE, Threshold, load_thresholds
from lvlian.ledger.track import Track
from lvlian.site.ledger.registers import tracks

ORDER = ("scale-up", "specialised", "gazelle", "leader", "high-tech", "smart", "green")
"""Ladders that firms climb, in the order of the matrix; other registers of the room follow."""


def ladders() -> dict[str, Track]:
    """The ladders of the matrix: those named above, then those of the site's own folder that a firm climbs."""
    known = tracks()
    room = {key: track for key, track in known.items() if track.group == "cultivation"}
    own = [key for key, track in room.items() if key not in ORDER and key not in SHIPPED]
    return {key: room[key] for key in (*ORDER, *own) if key in room}


SHIPPED = ("idle", "brand", "platform", "talent")
"""Registers of the room that are no ladder of a firm: they are counted beside the matrix."""


def beside() -> dict[str, Track]:
    """The registers of the room that are no ladder."""
    return {key: track for key, track in tracks().items() if track.group == "cultivation" and key not in ladders()}


@cache
def thresholds() -> tuple[Threshold, ...]:
    """The thresholds of this site: the program's, or those of `thresholds.yaml` in its home. Raises ThresholdError."""
    own = settings.ENVIRONMENT.home / "thresholds.yaml"
    return load_thresholds(own if own.is_file() else FILE, tracks())


def links(known: Mapping[str, Track] | None = None) -> dict[str, tuple[str, str]]:
    """Registers that a step of a project answers already: register → (track, stage). Two registers that a goal counts by the same words tell
    of the same thing (升规纳统 of a project and of its firm); it is shown, and asked for once."""
    known = known or tracks()
    out: dict[str, tuple[str, str]] = {}
    for key in ladders():
        for count in known[key].counts:
            for other, track in known.items():
                if track.group != "projects":
                    continue
                for one in track.counts:
                    if (one.indicators, one.without) == (count.indicators, count.without):
                        out.setdefault(key, (other, one.stage))
    return out
