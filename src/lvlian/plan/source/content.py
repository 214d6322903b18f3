"""Finds the block of an html page that holds the document, by the names that sites use and by the density of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

_CHINESE = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"\w")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CONTAINERS = frozenset(
    (
        "html", "body", "div", "section", "article", "main", "td", "tr", "tbody", "thead", "table", "center", "form",
        "font", "span", "dd", "dl", "fieldset", "blockquote",
    )
)  # fmt: skip
_LINK_BOXES = frozenset(("div", "ul", "ol", "dl", "section", "table"))
_LINK_SHARE = 0.6
_LINKS = 3
_DOMINANT = 0.8
"""A child that holds this share of the text of its parent is the better choice."""


@dataclass(frozen=True, slots=True)
class Names:
    """Tags, ids and classes in lower case."""

    tags: frozenset[str]
    ids: frozenset[str]
    classes: frozenset[str]

    def match(self, element: Any) -> bool:
        if element.tag in self.tags:
            return True
        if self.ids and str(element.get("id", "")).strip().lower() in self.ids:
            return True
        return bool(self.classes) and not self.classes.isdisjoint(str(element.get("class", "")).lower().split())


@dataclass(frozen=True, slots=True)
class Layout:
    """The editable knowledge of html.yaml."""

    content: dict[str, int]
    """Rank by selector, the most certain 0."""
    heads: Names
    head_words: tuple[str, ...]
    title_metas: tuple[str, ...]
    dropped: Names
    dropped_unless_main: frozenset[str]


@dataclass(slots=True)
class Selection:
    """What `survey` found: the element to write, the head elements before it, the tables that are tables."""

    content: Any
    heads: list[Any] = field(default_factory=list)
    grids: set[Any] = field(default_factory=set)
    dropped: set[Any] = field(default_factory=set)
    title: str = ""

    def is_dropped(self, element: Any, layout: Layout) -> bool:
        return element in self.dropped or _is_dropped(element, layout)


@dataclass(slots=True)
class _Node:
    element: Any
    parent: int
    weight: int = 0
    linked: int = 0
    links: int = 0
    size: int = 0
    end: int = 0
    best: int = -1
    tables: int = 0
    columns: int = 0
    widest: int = 0
    in_article: bool = False

    @property
    def plain(self) -> int:
        """Weight of the text that is no link."""
        return self.weight - self.linked


@lru_cache(maxsize=1)
def load_layout() -> Layout:
    """Read html.yaml of this package. Raises ValueError where a list in it is missing."""
    import yaml

    raw = yaml.safe_load(files("lvlian.plan.source").joinpath("html.yaml").read_text(encoding="utf-8"))
    try:
        return Layout(
            content={selector.strip().lower(): rank for rank, selector in enumerate(raw["content"])},
            heads=_names(raw["heads"]),
            head_words=tuple(raw["head_words"]),
            title_metas=tuple(name.lower() for name in raw["title_metas"]),
            dropped=_names([*raw["dropped_tags"], *raw["dropped_names"]]),
            dropped_unless_main=frozenset(raw["dropped_unless_main"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"html.yaml: the list {error} is missing or no list") from None


def survey(root: Any, layout: Layout) -> Selection:
    """Measure every element and choose. Time and memory grow with the number of elements alone."""
    pattern = _CHINESE if _CHINESE.search("".join(root.itertext())) else _WORD
    nodes = _measure(root, layout, pattern)
    selection = Selection(content=root)
    total = nodes[0].plain
    for node in nodes:
        if node.element.tag in layout.dropped_unless_main and node.plain * 2 < total and not node.in_article:
            selection.dropped.add(node.element)
        elif node.element.tag == "table" and _is_grid(nodes, node):
            selection.grids.add(node.element)
    chosen = _choose(nodes, layout)
    selection.content = nodes[chosen].element
    index = chosen + 1
    while index < nodes[chosen].end:
        node = nodes[index]
        foreign = (
            node.element.tag in _LINK_BOXES and _is_list_of_links(node) and node.plain < 0.2 * nodes[chosen].plain + 1
        )
        if foreign and "附件" not in _beginning(node.element):
            selection.dropped.add(node.element)
            index = node.end
        else:
            index += 1
    selection.dropped.discard(selection.content)
    ancestors = set(_ancestors(nodes, chosen))
    index = 0
    while index < chosen:
        node = nodes[index]
        if node.element in selection.dropped:
            index = node.end
        elif index not in ancestors and _is_head(node, layout):
            selection.heads.append(node.element)
            index = node.end
        else:
            index += 1
    selection.title = _title(root, layout)
    return selection


def _measure(root: Any, layout: Layout, pattern: re.Pattern[str]) -> list[_Node]:
    from lxml import etree

    nodes: list[_Node] = []
    stack: list[int] = []
    anchors = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    skipped: Any = None

    def count(text: str | None) -> None:
        if text and stack:
            node = nodes[stack[-1]]
            weight = len(pattern.findall(text))
            node.weight += weight
            node.size += len(text) - text.count(" ") - text.count("\n")
            if anchors:
                node.linked += weight

    for event, element in walk:
        if event == "start":
            if element is not root and _is_dropped(element, layout):
                walk.skip_subtree()
                skipped = element
                continue
            parent = stack[-1] if stack else -1
            inside = parent >= 0 and (nodes[parent].in_article or nodes[parent].element.tag in ("article", "main"))
            stack.append(len(nodes))
            nodes.append(_Node(element, parent, in_article=inside))
            if element.tag == "a":
                anchors += 1
                nodes[-1].links = 1
            count(element.text)
            continue
        if element is skipped:
            skipped = None
        else:
            _fold(nodes, stack.pop())
            if element.tag == "a":
                anchors -= 1
        if element is not root:
            count(element.tail)
    return nodes


def _fold(nodes: list[_Node], index: int) -> None:
    """Add what an element holds to its parent."""
    node = nodes[index]
    node.end = len(nodes)
    if node.parent < 0:
        return
    parent = nodes[node.parent]
    parent.weight += node.weight
    parent.linked += node.linked
    parent.links += node.links
    parent.size += node.size
    tag = node.element.tag
    parent.tables += node.tables + (tag == "table")
    if tag in ("td", "th"):
        parent.columns += 1
        parent.widest = max(parent.widest, node.size)
    elif tag in ("tr", "tbody", "thead", "tfoot"):
        parent.columns = max(parent.columns, node.columns)
        parent.widest = max(parent.widest, node.widest)
    if parent.best < 0 or node.plain > nodes[parent.best].plain:
        parent.best = index


def _choose(nodes: list[_Node], layout: Layout) -> int:
    dense = 0
    while True:
        node = nodes[dense]
        if node.best < 0 or nodes[node.best].element.tag not in _CONTAINERS:
            break
        if node.plain <= 0 or nodes[node.best].plain < _DOMINANT * node.plain:
            break
        dense = node.best
    while nodes[dense].element.tag in ("tr", "tbody", "thead") and nodes[dense].parent >= 0:
        dense = nodes[dense].parent
    heaviest: dict[int, int] = {}
    for index, node in enumerate(nodes):
        rank = _rank(node.element, layout) if node.plain > 0 else None
        if rank is not None and (rank not in heaviest or node.plain > nodes[heaviest[rank]].plain):
            heaviest[rank] = index
    for rank in sorted(heaviest):
        if nodes[heaviest[rank]].plain * 2 >= nodes[dense].plain:
            return heaviest[rank]
    return dense


def _rank(element: Any, layout: Layout) -> int | None:
    names = [element.tag, *("." + name for name in str(element.get("class", "")).lower().split())]
    if identity := str(element.get("id", "")).strip().lower():
        names.append("#" + identity)
    return min((layout.content[name] for name in names if name in layout.content), default=None)


def _is_list_of_links(node: _Node) -> bool:
    return node.links >= _LINKS and node.linked > _LINK_SHARE * node.weight


def _beginning(element: Any, length: int = 2000) -> str:
    parts: list[str] = []
    for part in element.itertext():
        parts.append(part)
        length -= len(part)
        if length <= 0:
            break
    return "".join(parts)


def _is_head(node: _Node, layout: Layout) -> bool:
    if node.weight == 0 or _is_list_of_links(node):
        return False
    if layout.heads.match(node.element):
        return True
    if node.element.tag != "table" or node.tables:
        return False
    text = _beginning(node.element)
    return sum(word in text for word in layout.head_words) >= 2


def _is_grid(nodes: list[_Node], node: _Node) -> bool:
    """False for a table that only lays out the page: it holds tables, has one column, or one cell with most of the text."""
    if node.tables or node.columns < 2:
        return False
    return not (node.widest > 500 and node.widest > 0.6 * node.size)


def _ancestors(nodes: list[_Node], index: int) -> Iterable[int]:
    while index >= 0:
        yield index
        index = nodes[index].parent


def _is_dropped(element: Any, layout: Layout) -> bool:
    if not isinstance(element.tag, str) or layout.dropped.match(element):
        return True
    if "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return bool(style) and _HIDDEN.search(style) is not None


def _title(root: Any, layout: Layout) -> str:
    for element in root.iter("meta"):
        if (element.get("name") or element.get("property") or "").lower() in layout.title_metas and element.get(
            "content"
        ):
            return str(element.get("content"))
    return ""


def _names(selectors: Iterable[str]) -> Names:
    chosen = [selector.strip().lower() for selector in selectors]
    return Names(
        tags=frozenset(selector for selector in chosen if selector[0] not in "#."),
        ids=frozenset(selector[1:] for selector in chosen if selector[0] == "#"),
        classes=frozenset(selector[1:] for selector in chosen if selector[0] == "."),
    )
