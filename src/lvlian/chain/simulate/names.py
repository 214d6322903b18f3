"""Firms as a plan names them: which names are one firm, its short name, and a plain id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lvlian.chain.dataset import read_yaml
from lvlian.chain.simulate.assumptions import HERE

_INITIALS = "abcdefghjklmnopqrstwxyz"
_FIRST = (
    0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8,
    0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1,
)  # fmt: skip
"""Where each initial begins in level 1 of GB 2312, which stands in the order of the spelling; level 2 begins at D8A1."""


@dataclass(frozen=True, slots=True)
class NameRules:
    """What `names.yaml` holds: affixes, longest first, and the spelling of characters."""

    provinces: tuple[str, ...]
    places: tuple[str, ...]
    suffixes: tuple[str, ...]
    spelling: Mapping[str, str]

    def short(self, name: str, places: Iterable[str] = ()) -> str:
        """The name without its place and kind: 云南宏泰新型材料有限公司 → 宏泰. `places`: further ones (the plan's region)."""
        short = re.sub(r"[（(].*?[)）]|\s", "", name)
        every = sorted({*self.places, *(p for p in places if len(p) > 1)}, key=len, reverse=True)
        changed = True
        while changed:
            changed = False
            for place in every:
                if short.startswith(place) and len(short) - len(place) >= 2:
                    short, changed = short[len(place) :], True
                    break
            for suffix in self.suffixes:
                if short.endswith(suffix) and len(short) - len(suffix) >= 2:
                    short, changed = short[: -len(suffix)], True
                    break
        return short

    def spelled(self, text: str) -> str:
        """Plain letters and digits for a text, never empty: 宏泰 → hongtai."""
        return "".join(self._letter(c) for c in text) or "x"

    def _letter(self, char: str) -> str:
        if char.isascii():
            return char.lower() if char.isalnum() else ""
        if char in self.spelling:
            return self.spelling[char]
        try:
            code = int.from_bytes(char.encode("gb2312"), "big")
        except UnicodeEncodeError:
            return f"u{ord(char):x}"
        if not _FIRST[0] <= code < 0xD8A1:
            return f"u{ord(char):x}" if code >= 0xD8A1 else ""
        return _INITIALS[sum(code >= first for first in _FIRST) - 1]


@lru_cache(maxsize=1)
def name_rules() -> NameRules:
    data: dict[str, Any] = read_yaml(HERE / "names.yaml")
    return NameRules(
        provinces=tuple(data["provinces"]),
        places=(*data["provinces"], *data["places"]),
        suffixes=tuple(sorted(data["suffixes"], key=len, reverse=True)),
        spelling={char: key for key, chars in data["spelling"].items() for char in chars},
    )


def same_firm(a: str, b: str) -> bool:
    """Whether two short names are one firm's: equal, or one the beginning of the other (创新, 创新合金)."""
    return a == b or (min(len(a), len(b)) >= 2 and (a.startswith(b) or b.startswith(a)))
