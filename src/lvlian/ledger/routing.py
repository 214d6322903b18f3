"""Which track an accepted fact becomes an item of, by what the tracks take (`takes`).

Of the tracks whose words fit, the one with the lowest rank gets the fact. A mechanism that comes round is a routine; one of which
the plan does not say how often has the event `once` and is a duty."""

from __future__ import annotations

from collections.abc import Mapping

from lvlian.ledger.track import Takes, Track

ONCE = "once"


def route(tracks: Mapping[str, Track], kind: str, event: str = "", words: str = "") -> Track | None:
    """The track that takes a fact of this kind; None where none does (goals are counted against, incentives are claimed).

    `event` is what a milestone reaches or what `rhythm_of` says of a mechanism, `words` the name and product of its project."""
    fitting = [
        (one.rank, -_sharpness(one, event, words), key)
        for key, track in tracks.items()
        for one in track.takes
        if _fits(one, kind, event, words)
    ]
    return tracks[min(fitting)[2]] if fitting else None


def rhythm_of(per: str | None) -> str:
    """The event of a mechanism: its rhythm (`month`), or `once` where the plan gives none."""
    return per or ONCE


def words_of(*parts: str | None) -> str:
    """The words that `route` looks into: project, product, owner… as far as a fact has them."""
    return " ".join(part for part in parts if part)


def _fits(one: Takes, kind: str, event: str, words: str) -> bool:
    return (
        one.kind == kind
        and (not one.events or any(word in event for word in one.events))
        and (not one.words or any(word in words for word in one.words))
    )


def _sharpness(one: Takes, event: str, words: str) -> int:
    """The longest word that fits: between tracks of one rank the sharper word decides, so that no order of files does."""
    return max(
        (len(w) for group, text in ((one.events, event), (one.words, words)) for w in group if w in text), default=0
    )
