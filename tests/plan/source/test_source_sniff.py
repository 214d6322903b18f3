"""Files that are no document: each is named and has a way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lvlian.plan.source import SourceError, read_source


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG image"),
        (b"\xff\xd8\xff\xe0", "JPEG image"),
        (b"GIF89a", "GIF image"),
        (b"II*\0", "TIFF image"),
        (b"BM\x10\0\0\0", "BMP image"),
        (b"\0\0\0\x18ftypheic", "HEIF image"),
        (b"{\\rtf1", "save it as docx"),
        (b"%!PS-Adobe", "PostScript"),
        (b"7z\xbc\xaf\x27\x1c", "unpack"),
        (b"Rar!\x1a\x07\0", "unpack"),
        (b"\x1f\x8b\x08", "unpack"),
        (b"\x7fELF\x02", "program"),
        (b"MZ\x90\0\x03", "program"),
        (b"SQLite format 3\0", "database"),
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".pdf", ".docx"])
def test_what_it_is_and_what_to_do(refusal: Callable[..., str], head: bytes, words: str, suffix: str) -> None:
    assert words in refusal(head + b"\0\1\2" * 50, "plan" + suffix)


def test_nothing_is_read_from_a_refused_file(tmp_path: Path) -> None:
    file = tmp_path / "规划.txt"
    file.write_bytes(b"\x7fELF" + b"\0" * 100)
    with pytest.raises(SourceError) as caught:
        read_source(file)
    assert str(caught.value).startswith("规划.txt: ") and str(tmp_path) not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["规划.txt"]
