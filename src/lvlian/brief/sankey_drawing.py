"""A flow picture as SVG, and as data for the chart of the site.

Inside the region `#8fb3bd`, over its boundary `#dde2e4`, recycled `#9aa5aa`; what rests on no report is hatched; the ratio that matters
stands in the head of the column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from lvlian.brief.sankey_layout import BAR, Band, Layout, Scale, height_for, lay_out, scale_of
from lvlian.brief.svg import HAIR, INK, INK2, Canvas, coordinate, text_width
from lvlian.chain.sankey import Link, Node, Sankey

INSIDE, LEAVING, RECYCLED = "#8fb3bd", "#dde2e4", "#9aa5aa"
COLOURS: Mapping[str, str] = {"local": INSIDE, "loop": RECYCLED, "stock": RECYCLED, "use": INSIDE, "source": INSIDE}
BARS: Mapping[str, str] = {"inner": INK, "loop_in": RECYCLED, "loop_out": RECYCLED}
FACE = "PingFang SC,Microsoft YaHei,Noto Sans CJK SC,sans-serif"
HEAD = 46.0
RIGHT = 150.0
NODE_LABEL = 118.0
"""Room of a label where columns stand wide apart; where they do not, what lies between two of them."""


def colour_of(link: Link) -> str:
    """The colour of a band by what it is: inside, leaving or arriving, recycled."""
    return COLOURS.get(link.kind, LEAVING)


def bar_of(node: Node) -> str:
    """The colour of a node's bar."""
    return BARS.get(node.kind, "#b4bcbf")


def scale_for(picture: Sankey) -> Scale:
    """The scale of a picture's figures: one for all."""
    return scale_of(picture.unit, max((n.value for n in picture.nodes), default=0.0))


def sankey_svg(
    picture: Sankey,
    language: str = "zh",
    *,
    title: str = "",
    width: float = 1216.0,
    url: Callable[[Link], str] | None = None,
    legend: Sequence[str] = (),
) -> str:
    """The drawing. `url` gives the address that a band leads to; without it bands are no links. With a `legend` the drawing is a
    file of its own: title and unit above it, the lines of the legend below."""
    zh = language == "zh"
    scale = scale_for(picture)
    layout = lay_out(picture, width, height_for(picture), RIGHT)
    above = 52.0 if legend else 0.0
    canvas = Canvas(
        width, above + layout.height + HEAD + 8 + 20 * len(legend), title or ("流图" if zh else "flow picture")
    )
    if legend:
        canvas.rect(0, 0, canvas.width, canvas.height, "#fff")
        canvas.text(0, 18, title, size=16, bold=True, fill=INK)
        canvas.text(0, 38, scale.zh if zh else scale.en)
        canvas.parts.append(f'<g font-family="{FACE}" transform="translate(0 {coordinate(above)})">')
    for name, colour in (("inside", INSIDE), ("leaving", LEAVING), ("recycled", RECYCLED)):
        _hatch(canvas, name, colour)
    names = {n.id: n.zh if zh else n.en for n in picture.nodes}
    _heads(canvas, picture, layout, scale, zh)
    for band in layout.bands:
        _band(canvas, band, scale, names, zh, url)
    for box in layout.boxes:
        y = box.y + HEAD
        canvas.rect(box.x, y, BAR, max(box.height, 1.0), bar_of(box.node))
        told = scale.told(box.node.value)
        room = _room(layout, box.node) - text_width(told, 12)
        canvas.text(
            box.x + BAR + 5,
            y + box.height / 2 + 4,
            f"{_short(names[box.node.id], room)} {told}",
            fill=INK if box.node.kind == "inner" else INK2,
            halo=True,
            title=names[box.node.id],
        )
    if legend:
        canvas.parts.append("</g>")
        for n, line in enumerate(legend):
            canvas.text(0, above + layout.height + HEAD + 22 + 20 * n, line)
    return canvas.close("sankey")


def _heads(canvas: Canvas, picture: Sankey, layout: Layout, scale: Scale, zh: bool) -> None:
    canvas.line(0, HEAD - 10, canvas.width, HEAD - 10, HAIR)
    for x, at in layout.heads:
        column = picture.columns[at]
        canvas.text(x, 12, column.zh if zh else column.en, size=13, bold=True, fill=INK)
        canvas.text(x, 28, ratio_words(column, zh))


def ratio_words(column: Any, zh: bool) -> str:
    """The ratio that matters in a column, in words; empty where there is nothing to divide by."""
    if column.ratio is None:
        return ""
    return f"{column.ratio_zh if zh else column.ratio_en} {column.ratio * 100:.1f}%"


def _band(
    canvas: Canvas,
    band: Band,
    scale: Scale,
    names: Mapping[str, str],
    zh: bool,
    url: Callable[[Link], str] | None,
) -> None:
    link = band.link
    told = tip_of(link, scale, names, zh)
    x1, x2, y1, y2 = band.x1, band.x2, band.y1 + HEAD, band.y2 + HEAD
    thick = max(band.width, 0.6)
    middle = (x1 + x2) / 2
    c = coordinate
    d = (
        f"M{c(x1)} {c(y1)}C{c(middle)} {c(y1)} {c(middle)} {c(y2)} {c(x2)} {c(y2)}"
        f"V{c(y2 + thick)}C{c(middle)} {c(y2 + thick)} {c(middle)} {c(y1 + thick)} {c(x1)} {c(y1 + thick)}Z"
    )
    colour = colour_of(link)
    name = {INSIDE: "inside", RECYCLED: "recycled"}.get(colour, "leaving")
    fill = f"url(#hatch-{name})" if link.estimated else colour
    href = url(link) if url else ""
    if href:
        canvas.parts.append(f'<a href="{escape(href)}">')
    canvas.add("path", title=told, d=d, fill=fill, fill_opacity="0.85")
    if href:
        canvas.parts.append("</a>")


def _hatch(canvas: Canvas, name: str, colour: str) -> None:
    canvas.parts.append(
        f'<pattern id="hatch-{name}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="{colour}"/><path d="M0 0V5" stroke="#fff" stroke-width="2.2"/></pattern>'
    )


def tip_of(link: Link, scale: Scale, names: Mapping[str, str], zh: bool) -> str:
    """What a band says: from, to, figure, ± (80 %), how it is known."""
    unit = scale.zh if zh else scale.en
    told = f"{names[link.source]} → {names[link.target]} {scale.told(link.value)} {unit}"
    return f"{told} {spread_words(link, scale)}".rstrip()


def spread_words(link: Link, scale: Scale) -> str:
    """`± 0.12`: half the 80 % interval; empty where nothing is known of it."""
    return f"± {scale.told(1.2816 * link.sd)}" if link.sd is not None else ""


def _room(layout: Layout, node: Node) -> float:
    """Pixels that the label of a node may take: those up to the next column, and the margin behind the last."""
    depth = max((box.node.depth for box in layout.boxes), default=0)
    if node.depth == depth or not depth:
        return RIGHT - BAR - 9
    return min(NODE_LABEL, (layout.width - RIGHT - BAR) / depth - BAR - 9)


def _short(words: str, room: float) -> str:
    if text_width(words, 12) <= room:
        return words
    while words and text_width(words + "…", 12) > room:
        words = words[:-1]
    return words + "…"


def chart_data(
    picture: Sankey, language: str, url: Callable[[Link], str], words: Callable[[Link], list[str]]
) -> dict[str, Any]:
    """The picture for chart-sankey.js: shares of the ground for places, labels with their figures, lines for the tooltip."""
    zh = language == "zh"
    scale = scale_for(picture)
    height = height_for(picture)
    layout = lay_out(picture, 1216.0, height, RIGHT)
    names = {n.id: n.zh if zh else n.en for n in picture.nodes}
    depth = max((n.depth for n in picture.nodes), default=0)
    return {
        "height": height,
        "head": HEAD,
        "right": RIGHT,
        "depth": depth,
        "gap": 15,
        "unit": scale.zh if zh else scale.en,
        "nodes": [
            {
                "name": box.node.id,
                "words": _short(
                    names[box.node.id], _room(layout, box.node) - text_width(scale.told(box.node.value), 12)
                ),
                "full": names[box.node.id],
                "told": scale.told(box.node.value),
                "value": box.node.value,
                "depth": box.node.depth,
                "localY": round(box.y / height, 6),
                "colour": bar_of(box.node),
                "edge": box.node.kind != "inner",
            }
            for box in layout.boxes
        ],
        "links": [
            {
                "source": k.source,
                "target": k.target,
                "value": k.value,
                "colour": colour_of(k),
                "hatched": k.estimated,
                "title": f"{names[k.source]} → {names[k.target]}",
                "tip": words(k),
                "url": url(k),
            }
            for k in picture.links
        ],
        "columns": [
            {
                "depth": next(n.depth for n in picture.nodes if n.kind == "inner" and n.column == c.id),
                "label": c.zh if zh else c.en,
                "ratio": ratio_words(c, zh),
            }
            for c in picture.columns
            if any(n.kind == "inner" and n.column == c.id for n in picture.nodes)
        ],
    }
