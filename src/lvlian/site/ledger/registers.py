"""The tracks of this site: those that the program brings, and on top those of the folder `tracks` in the site's home."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.translation import get_language

from lvlian.ledger.load import load_tracks
from lvlian.ledger.quarter import Quarter
from lvlian.ledger.track import Track


@cache
def tracks() -> dict[str, Track]:
    """Every track by its key, in the order of their files. Read once: a new file is seen after a restart. Raises TrackError."""
    own = settings.ENVIRONMENT.home / "tracks"
    return load_tracks(*([own] if own.is_dir() else []))


def track_of(key: str) -> Track:
    """A track. Raises KeyError."""
    return tracks()[key]


def of_group(group: str) -> list[Track]:
    """The tracks of one room of the site."""
    return [track for track in tracks().values() if track.group == group]


def track_name(key: str) -> str:
    """What a track is called; its key where it was taken away."""
    track = tracks().get(key)
    return (track.name.en if _english() else track.name.zh) if track else key


def source_words(track: Track) -> str:
    """Where the numbers of a track come from, in the language of the request."""
    return track.source_en if _english() else track.source


def quarter_words(quarter: Quarter) -> str:
    """A quarter by name: 2023年三季度, 2023 Q3."""
    return f"{quarter.year} Q{quarter.number}" if _english() else quarter.zh


def _english() -> bool:
    return (get_language() or "").startswith("en")
