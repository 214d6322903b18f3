"""Make the Word form of the sample plan out of its text: headings, body, and the annex table as a real table.

    python tools/make_sample.py data/sample/qingyan.txt data/sample/qingyan.docx

Lines with tab stops are rows of a table. The same text gives the same bytes.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

MADE = datetime(2024, 3, 18, 9, 0, 0)
"""Date written into the file, that of the plan, so that the bytes do not change from run to run."""
_CHAPTER = re.compile(r"[一二三四五六七八九十]+、")
_SECTION = re.compile(r"（[一二三四五六七八九十]+）")


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: make_sample.py TEXT WORD", file=sys.stderr)
        return 2
    text = Path(arguments[0]).read_text(encoding="utf-8")
    Path(arguments[1]).write_bytes(word(text))
    return 0


def word(text: str) -> bytes:
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "FangSong", Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        if rows and not line.strip():
            table(document, rows)
            rows = []
        if line.strip():
            paragraph(document, line)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = (
        "青岩县铝产业链提质三年行动方案（示例）",
        "Lvlian",
        "示例·虚构",
    )
    properties.created = properties.modified = MADE
    stream = io.BytesIO()
    document.save(stream)
    return repacked(stream.getvalue())


def paragraph(document: WordDocument, line: str) -> Paragraph:
    words = line.strip()
    added = document.add_paragraph()
    run = added.add_run(words)
    if words.startswith("青岩县") and len(words) < 50 and not words.endswith("。"):
        added.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run.bold = True
    elif _CHAPTER.match(words):
        _face(run, "SimHei", "黑体")
    elif _SECTION.match(words):
        added.paragraph_format.first_line_indent = Pt(32)
        _face(run, "KaiTi", "楷体")
    else:
        added.paragraph_format.first_line_indent = Pt(32)
    return added


def _face(run: object, latin: str, chinese: str) -> None:
    run.font.name = latin  # type: ignore[attr-defined]
    run._element.rPr.rFonts.set(qn("w:eastAsia"), chinese)  # type: ignore[attr-defined]


def table(document: WordDocument, rows: list[list[str]]) -> None:
    width = max(len(row) for row in rows)
    grid = document.add_table(rows=len(rows), cols=width, style="Table Grid")
    for cells, row in zip(grid.rows, rows, strict=True):
        for cell, words in zip(cells.cells, row, strict=False):
            cell.text = words


def repacked(data: bytes) -> bytes:
    """The same archive with a fixed date on every member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
