"""Finding the words of a vocabulary in Chinese text: leftmost, longest, white space inside a word ignored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_WIDE = str.maketrans({chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)} | {"\u3000": " "})


def folded(text: str) -> str:
    """Full-width forms as half-width, white space removed, small letters: how words are compared."""
    return "".join(text.translate(_WIDE).split()).casefold()


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found: `key` is what it stands for (None for a masking phrase), offsets count in the text as given."""

    key: str | None
    word: str
    start: int
    end: int


class WordIndex:
    """Words → keys. Built once; a search costs time linear in the text (words are short)."""

    def __init__(self, words: Iterable[tuple[str, str]], masks: Iterable[str] = ()) -> None:
        self._keys: dict[str, str | None] = {folded(mask): None for mask in masks}
        self._keys.update((folded(word), key) for word, key in words)
        lengths: dict[str, set[int]] = {}
        for word in self._keys:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {head: tuple(sorted(sizes, reverse=True)) for head, sizes in lengths.items()}

    def exact(self, text: str) -> str | None:
        return self._keys.get(folded(text))

    def hits(self, text: str) -> tuple[Hit, ...]:
        """All words that do not overlap, in order; masking phrases are consumed and left out."""
        place: list[int] = []
        kept: list[str] = []
        for i, char in enumerate(text.translate(_WIDE)):
            if not char.isspace():
                for c in char.casefold():
                    place.append(i)
                    kept.append(c)
        flat = "".join(kept)
        found: list[Hit] = []
        i, n = 0, len(flat)
        while i < n:
            for size in (*self._lengths.get(flat[i : i + 2], ()), *self._lengths.get(flat[i], ())):
                word = flat[i : i + size]
                if len(word) == size and word in self._keys:
                    key = self._keys[word]
                    if key is not None:
                        found.append(Hit(key, word, place[i], place[i + size - 1] + 1))
                    i += size
                    break
            else:
                i += 1
        return tuple(found)

    def best(self, text: str) -> Hit | None:
        """The longest word in the text; of equally long ones the last, since a Chinese head noun stands at the end."""
        return max(self.hits(text), key=lambda hit: (len(hit.word), hit.start), default=None)
