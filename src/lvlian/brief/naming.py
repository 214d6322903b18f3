"""What the chain's library knows about the names in a plan: which indicator a goal means, at which stage a link stands."""

from __future__ import annotations

from functools import lru_cache

from lvlian.chain.library import load_library

from .goals import indicator_key
from .wording import Said


@lru_cache(maxsize=4096)
def same_indicator(name: str) -> str:
    """A key that different names of one indicator share: the library's id, else the name itself without its brackets."""
    found = load_library().indicator_of(name)
    return found.id if found else indicator_key(name)


@lru_cache(maxsize=4096)
def indicator_gloss(name: str) -> str:
    """The indicator's English name, empty where the library does not know it."""
    found = load_library().indicator_of(name)
    return found.name_en if found else ""


@lru_cache(maxsize=4096)
def stage_of(node: str) -> tuple[int, Said] | None:
    """Order and name of the stage at which a chain's link stands, None where the library does not know the link."""
    found = load_library().product_of(node)
    return (found.stage.order, Said(found.stage.zh, found.stage.id)) if found else None
