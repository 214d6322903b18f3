"""The four quantities of a chain by column as SVG, on the columns of its atlas."""

from __future__ import annotations

from lvlian.brief.atlas_drawing import LAYERS, WIDTH, columns_of
from lvlian.brief.atlas_words import load_words
from lvlian.brief.sankey_layout import Scale, scale_of
from lvlian.brief.svg import ACCENT, ACCENT_M, HAIR, INK, Canvas, text_width
from lvlian.chain.atlas import Atlas, StripCell


def strip_svg(found: Atlas, language: str = "zh", *, title: str = "") -> str:
    """The four quantities by column, on the columns of the atlas: one row each, bars of one scale a row; pale is what only arrives
    from outside. The last row is the value of the metal of a column."""
    zh = language == "zh"
    xs = columns_of(found)
    names = [c for c, _, _ in found.columns if c != "loop"]
    cells = {(c.column, c.layer): c for c in found.strip}
    rows = len(LAYERS) + 1
    pitch = 30.0
    canvas = Canvas(WIDTH, rows * pitch + 4, title)
    brought = load_words()["brought"]["zh" if zh else "en"]
    for row, (layer, unit) in enumerate(LAYERS.items()):
        some = [cells.get((name, layer)) for name in names]
        largest = max((max(abs(c.value), c.brought) for c in some if c is not None), default=0.0)
        scale = scale_of(unit, largest)
        _strip_head(canvas, row * pitch, load_words()[layer]["zh" if zh else "en"], scale.zh if zh else scale.en)
        for x, cell in zip(xs[1:], some[1:], strict=True):
            _strip_cell(canvas, x, row * pitch, cell, largest, scale, brought, row == 0)
        first = some[0]
        if first is not None and (first.value or first.brought):
            canvas.text(xs[1] - 10, row * pitch + 19, scale.told(first.value or first.brought), anchor="end")
    values = [(cells.get((n, "metal")), cells.get((n, "value"))) for n in names]
    per = [v.value / m.value if m and v and m.value > 0 and v.value > 0 else None for m, v in values]
    most = max((one for one in per if one), default=0.0)
    y = (rows - 1) * pitch
    _strip_head(canvas, y, load_words()["per_metal"]["zh" if zh else "en"], "亿元" if zh else "10⁸ yuan")
    for x, one in zip(xs[1:], per[1:], strict=True):
        if one is None:
            canvas.text(x, y + 19, "—")
        else:
            canvas.rect(x, y + 10, 90 * one / most, 10, ACCENT_M)
            canvas.text(x + 90 * one / most + 6, y + 19, f"{one / 1e4:.2f}", fill=INK)
    return canvas.close("atlas-strip")


def _strip_head(canvas: Canvas, y: float, name: str, unit: str) -> None:
    canvas.text(0, y + 19, name, size=13, bold=True, fill=INK)
    canvas.text(text_width(name, 13) + 10, y + 19, unit)
    canvas.line(0, y + 30, WIDTH, y + 30, HAIR)


def _strip_cell(
    canvas: Canvas, x: float, y: float, cell: StripCell | None, largest: float, scale: Scale, brought: str, first: bool
) -> None:
    if cell is None or not (cell.value or cell.brought) or largest <= 0:
        canvas.text(x, y + 19, "—")
        return
    end = x
    if cell.value > 0:
        end = x + max(86 * cell.value / largest, 1.0)
        canvas.rect(x, y + 10, end - x, 10, ACCENT if first else ACCENT_M)
        told = scale.told(cell.value)
        canvas.text(end + 6, y + 19, told, fill=INK)
        end += 6 + text_width(told, 12) + 6
    if cell.brought > 0:
        told = f"{brought} {scale.told(cell.brought)}"
        if cell.value <= 0:
            width = max(86 * cell.brought / largest, 1.0)
            canvas.rect(x, y + 10, width, 10, "#dde2e4")
            canvas.text(x + width + 6, y + 19, told)
        elif cell.brought > 0.02 * largest:
            canvas.text(end, y + 19, told)
