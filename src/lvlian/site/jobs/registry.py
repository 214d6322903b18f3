"""Which kinds of jobs there are. Each room of the site has its handlers in its own `jobs.py`, imported when they are needed."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lvlian.site.org.access import Access

Progress = Callable[[str, int, int], None]
"""Called with the step in words, how much of it is done, and of how much. Raises Stopped."""
Handler = Callable[["Access", Mapping[str, Any], Progress], Mapping[str, Any] | None]


class Stopped(Exception):
    """The user stopped the job, or the site is being shut down (`by_user` is then False)."""

    def __init__(self, *, by_user: bool = True) -> None:
        super().__init__("stopped")
        self.by_user = by_user


class UnknownKind(LookupError):
    """No handler is registered for this kind of job."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: its handler, and the words of its steps where they are known beforehand (N of "step n of N")."""

    key: str
    handler: Handler
    steps: tuple[str, ...] = ()


_kinds: dict[str, Kind] = {}
_gathered = False


def job(key: str, *, steps: tuple[str, ...] = ()) -> Callable[[Handler], Handler]:
    """Registers a handler under a key. Its result may hold `message` (a sentence), `url` and `url_label`."""

    def register(handler: Handler) -> Handler:
        _kinds[key] = Kind(key, handler, steps)
        return handler

    return register


def kind_of(key: str) -> Kind:
    """The kind registered under a key. Raises UnknownKind."""
    if key not in _kinds:
        _gather()
    try:
        return _kinds[key]
    except KeyError:
        raise UnknownKind(key) from None


def _gather() -> None:
    """Imports `jobs.py` of every room."""
    global _gathered
    if _gathered:
        return
    import lvlian.site

    for room in pkgutil.iter_modules(lvlian.site.__path__, "lvlian.site."):
        if room.ispkg and room.name != "lvlian.site.jobs" and find_spec(f"{room.name}.jobs"):
            importlib.import_module(f"{room.name}.jobs")
    _gathered = True
