"""In which groups indicators stand on their page (`indicator_groups.yaml`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lvlian.ledger.yaml_file import FileError, Node, mapping_of

FILE = Path(__file__).with_name("indicator_groups.yaml")


class GroupsError(FileError):
    """The groups cannot be used; one sentence: file, place, found, expected."""


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    zh: str
    en: str
    indicators: tuple[str, ...]


@cache
def load_groups(path: Path = FILE) -> tuple[Group, ...]:
    """The groups of a file. Raises GroupsError."""
    data = mapping_of(path, GroupsError)
    top = Node(data, ("groups",), path.name, "", GroupsError)
    return tuple(
        Group(one.text("id"), one.text("zh"), one.text("en"), tuple(one.texts("indicators")))
        for one in top.nodes("groups", ("id", "zh", "en", "indicators"))
    )


def grouped(keys: Iterable[str]) -> list[tuple[Group, list[str]]]:
    """All keys in groups; those that no group names stand last, under 其他."""
    known = list(keys)
    held = set(known)
    out = [(group, [key for key in group.indicators if key in held]) for group in load_groups()]
    named = {key for group, _some in out for key in group.indicators}
    rest = [key for key in known if key not in named]
    if rest:
        out.append((Group("other", "其他", "other", tuple(rest)), rest))
    return [(group, some) for group, some in out if some]
