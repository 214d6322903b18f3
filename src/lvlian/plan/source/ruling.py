"""Tables of a pdf page that are drawn with lines: the lines make cells, the characters fall into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from lvlian.plan.source.assembly import Cell, Grid, on_one_line

_THIN = 3.0
"""A drawn thing thinner than this many points is a line."""
_SHORT = 8.0
"""A line shorter than this many points belongs to no table."""
_NEAR = 3.0
"""Lines nearer than this many points are one line drawn in pieces or twice."""
_MAX_SEGMENTS = 20_000
_MAX_CELLS = 20_000


class Box(NamedTuple):
    """A rectangle in points, the origin below left."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 1.0)


@dataclass(slots=True)
class Glyph:
    char: str
    box: Box
    blank: bool


class Turn(Protocol):
    def __call__(self, left: float, bottom: float, right: float, top: float) -> Box: ...


@dataclass(slots=True)
class Ruling:
    """The lines of one table: `xs` from left to right, `ys` from top to bottom, and which of them are drawn where."""

    xs: list[float]
    ys: list[float]
    upright: list[Box]
    level: list[Box]
    glyphs: dict[tuple[int, int], list[tuple[int, Glyph]]] = field(default_factory=dict)
    """By place, each with its rank in the order of the page, which a cell over several places needs again."""
    count: int = 0

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[-1], self.xs[-1], self.ys[0])

    def holds(self, box: Box) -> bool:
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        return self.xs[0] < x < self.xs[-1] and self.ys[-1] < y < self.ys[0]

    def add(self, glyph: Glyph) -> None:
        x = (glyph.box.left + glyph.box.right) / 2
        y = (glyph.box.bottom + glyph.box.top) / 2
        column = sum(edge <= x for edge in self.xs) - 1
        row = sum(edge >= y for edge in self.ys) - 1
        self.glyphs.setdefault((row, column), []).append((self.count, glyph))
        self.count += 1

    def grid(self) -> Grid | None:
        """The rows with their cells; places without a line between them are one cell. None where nothing stands in it."""
        if not self.glyphs:
            return None
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        taken: set[tuple[int, int]] = set()
        grid = Grid()
        for row in range(rows):
            cells: list[Cell] = []
            for column in range(columns):
                if (row, column) in taken:
                    continue
                wide = 1
                while (
                    column + wide < columns
                    and (row, column + wide) not in taken
                    and not self._parted(row, column + wide)
                ):
                    wide += 1
                high = 1
                while row + high < rows and not any(self._under(row + high, column + place) for place in range(wide)):
                    high += 1
                places = [(row + down, column + along) for down in range(high) for along in range(wide)]
                taken.update(places)
                ranked = sorted((rank, glyph) for place in places for rank, glyph in self.glyphs.get(place, ()))
                cells.append(Cell(on_one_line([_cell_text([glyph for _, glyph in ranked])]), columns=wide, rows=high))
            grid.rows.append(cells)
        return grid

    def _parted(self, row: int, edge: int) -> bool:
        """Whether an upright line stands left of column `edge` in `row`."""
        x, y = self.xs[edge], (self.ys[row] + self.ys[row + 1]) / 2
        return any(abs((box.left + box.right) / 2 - x) <= _NEAR and box.bottom <= y <= box.top for box in self.upright)

    def _under(self, edge: int, column: int) -> bool:
        """Whether a level line stands above row `edge` in `column`."""
        y, x = self.ys[edge], (self.xs[column] + self.xs[column + 1]) / 2
        return any(abs((box.bottom + box.top) / 2 - y) <= _NEAR and box.left <= x <= box.right for box in self.level)


def read_rulings(page: Any, turn: Turn) -> list[Ruling]:
    """The tables that are drawn on a page; a frame around one single cell, and lines under words, are none."""
    upright, level = _segments(page, turn)
    rulings: list[Ruling] = []
    for group in _connected(upright + level):
        stand = [box for box in group if _is_upright(box)]
        lie = [box for box in group if not _is_upright(box)]
        xs = _merged([(box.left + box.right) / 2 for box in stand])
        ys = _merged([(box.bottom + box.top) / 2 for box in lie])[::-1]
        cells = (len(xs) - 1) * (len(ys) - 1)
        if len(xs) >= 3 and len(ys) >= 2 and cells * len(group) <= _MAX_CELLS * 100 and cells <= _MAX_CELLS:
            rulings.append(Ruling(xs, ys, stand, lie))
    return rulings


def _segments(page: Any, turn: Turn) -> tuple[list[Box], list[Box]]:
    import pypdfium2
    import pypdfium2.raw as pdfium

    upright: list[Box] = []
    level: list[Box] = []
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3):
        try:
            box = turn(*item.get_bounds())
        except pypdfium2.PdfiumError:
            continue
        width, height = box.right - box.left, box.top - box.bottom
        if height <= _THIN and width >= _SHORT:
            level.append(box)
        elif width <= _THIN and height >= _SHORT:
            upright.append(box)
        elif width >= _SHORT and height >= _SHORT:
            level += [Box(box.left, y, box.right, y) for y in (box.bottom, box.top)]
            upright += [Box(x, box.bottom, x, box.top) for x in (box.left, box.right)]
        if len(upright) + len(level) > _MAX_SEGMENTS:
            return [], []
    return upright, level


def _is_upright(box: Box) -> bool:
    return box.top - box.bottom > box.right - box.left


def _connected(boxes: list[Box]) -> list[list[Box]]:
    """Groups of lines that touch, found by a sweep from the left with the open lines sorted by nothing but age."""
    parent = list(range(len(boxes)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    order = sorted(range(len(boxes)), key=lambda index: boxes[index].left)
    active: list[int] = []
    steps = 0
    for index in order:
        box = boxes[index]
        active = [other for other in active if boxes[other].right >= box.left - _NEAR]
        steps += len(active)
        if steps > 5_000_000:
            return []
        for other in active:
            if boxes[other].bottom <= box.top + _NEAR and boxes[other].top >= box.bottom - _NEAR:
                parent[root(index)] = root(other)
        active.append(index)
    groups: dict[int, list[Box]] = {}
    for index, box in enumerate(boxes):
        groups.setdefault(root(index), []).append(box)
    return list(groups.values())


def _merged(values: list[float]) -> list[float]:
    """The values in rising order, those that lie near each other as one."""
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > _NEAR:
            merged.append(value)
    return merged


def _cell_text(glyphs: list[Glyph]) -> str:
    """The lines of a cell as one: a line end inside a cell is a wrap, so Chinese is joined without a space."""
    text = ""
    last: Glyph | None = None
    for glyph in glyphs:
        if last is not None and last.char.isascii() and glyph.char.isascii():
            same = abs(glyph.box.bottom - last.box.bottom) < 0.5 * last.box.height
            if (not same and last.char.isalpha()) or (
                same and glyph.box.left - last.box.right > 0.25 * last.box.height
            ):
                text += " "
        text += glyph.char
        last = glyph
    return text
