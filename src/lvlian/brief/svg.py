"""A small canvas that writes SVG: escaped text, fixed number format, nothing from outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

INK, INK2, INK3 = "#1b2226", "#465056", "#5f696f"
RULE, HAIR, TINT = "#b4bcbf", "#dfe3e4", "#f5f7f7"
ACCENT, ACCENT_M, ACCENT_L, ACCENT_T = "#1b6073", "#6f9aa6", "#b5cdd4", "#e8f0f2"
WARN, WARN_TEXT, LOOP = "#b87a00", "#7d5600", "#9aa5aa"


def coordinate(value: float) -> str:
    """One decimal at most, so that the same drawing gives the same bytes."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def text_width(text: str, size: float) -> float:
    """Estimated width of a line in px: a full-width character is one em, others about 0.56 em."""
    return sum(size if ord(c) > 0x2E7F or c in "—“”…" else size * 0.56 for c in text)


_CLOSING = "、，。；：！？）》”’】〕,.;:!?)"


def fold(text: str, size: float, width: float, lines: int) -> list[str]:
    """Break text into at most `lines` lines of `width` px; the last one ends in … when something was left out. No line begins
    with a mark that belongs to the word before it."""
    rows: list[str] = []
    row = ""
    for character in text:
        if row and text_width(row + character, size) > width:
            kept = len(row) - 1 if character in _CLOSING and len(row) > 1 else len(row)
            rows.append(row[:kept])
            row = row[kept:]
        row += character
    rows.append(row)
    if len(rows) > lines:
        rows = rows[:lines]
        while rows[-1] and text_width(rows[-1] + "…", size) > width:
            rows[-1] = rows[-1][:-1]
        rows[-1] += "…"
    return rows


@dataclass(slots=True)
class Canvas:
    """Collects shapes; `close` returns the finished drawing. Sizes in px of the drawing's own grid."""

    width: float
    height: float
    title: str
    parts: list[str] = field(default_factory=list)

    def add(self, tag: str, content: str = "", title: str = "", **attributes: object) -> None:
        """One element; `content` must already be markup, attribute names use _ for -."""
        listed = "".join(
            f' {name.rstrip("_").replace("_", "-")}="{coordinate(value) if isinstance(value, float) else escape(str(value))}"'
            for name, value in attributes.items()
            if value is not None
        )
        inner = (f"<title>{escape(title)}</title>" if title else "") + content
        self.parts.append(f"<{tag}{listed}>{inner}</{tag}>" if inner else f"<{tag}{listed}/>")

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        stroke: str = HAIR,
        width: float = 1.0,
        dash: str | None = None,
    ) -> None:
        self.add(
            "line",
            x1=float(x1),
            y1=float(y1),
            x2=float(x2),
            y2=float(y2),
            stroke=stroke,
            stroke_width=float(width),
            stroke_dasharray=dash,
        )

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        title: str = "",
        stroke: str | None = None,
        dash: str | None = None,
    ) -> None:
        self.add(
            "rect",
            title=title,
            x=float(x),
            y=float(y),
            width=float(width),
            height=float(height),
            fill=fill,
            stroke=stroke,
            stroke_dasharray=dash,
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        en: str | None = None,
        size: float = 12,
        fill: str = INK2,
        anchor: str | None = None,
        bold: bool = False,
        halo: bool = False,
        title: str = "",
    ) -> None:
        """A line of text; with `en` it is written twice and the page shows one of the two languages."""
        for kind, content in (("zh", words), ("en", en)) if en is not None and en != words else ((None, words),):
            self.add(
                "text",
                escape(content or "", quote=False),
                title=title,
                x=float(x),
                y=float(y),
                font_size=coordinate(size),
                fill=fill,
                text_anchor=anchor,
                font_weight="600" if bold else None,
                class_=kind,
                **(
                    {"stroke": "#fff", "stroke_width": "3", "paint_order": "stroke", "stroke_linejoin": "round"}
                    if halo
                    else {}
                ),
            )

    def diamond(
        self, x: float, y: float, r: float = 5, *, solid: bool = False, stroke: str = INK, title: str = ""
    ) -> None:
        """A plan's date or value: hollow; `solid` for a present one."""
        points = f"{coordinate(x)},{coordinate(y - r)} {coordinate(x + r)},{coordinate(y)} {coordinate(x)},{coordinate(y + r)} {coordinate(x - r)},{coordinate(y)}"
        self.add(
            "polygon", title=title, points=points, fill=stroke if solid else "#fff", stroke=stroke, stroke_width="1.4"
        )

    def path(self, d: str, stroke: str = INK, width: float = 1.0, dash: str | None = None, fill: str = "none") -> None:
        self.add("path", d=d, fill=fill, stroke=stroke, stroke_width=float(width), stroke_dasharray=dash)

    def close(self, kind: str = "") -> str:
        """The drawing as markup, ready to stand in a page or in a file of its own."""
        w, h = coordinate(self.width), coordinate(self.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{escape(kind)}" role="img" viewBox="0 0 {w} {h}" width="{w}" height="{h}">'
            f"<title>{escape(self.title)}</title>{''.join(self.parts)}</svg>"
        )
