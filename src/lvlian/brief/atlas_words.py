"""What stands in words beside a link of the atlas: its state, its firms, output by capacity, what comes when."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lvlian.brief.sankey_layout import SCALES
from lvlian.chain.atlas import AtlasNode, Project
from lvlian.chain.atlas.record import STATE_ZH

UNKNOWN = "9999"
"""Dates from here on are not known."""
_STATE_EN: Mapping[str, str] = {
    "strong": "enough",
    "thin": "thin",
    "single": "one firm",
    "building": "being built",
    "planned": "planned",
    "missing": "missing",
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "outside": {"zh": "区外", "en": "outside"},
    "description": {
        "zh": "从左到右是资源、原料、冶炼、初加工、精深加工、应用，最下是回路。框为同期产能，填充为产量；红色虚线为缺，蓝色虚线为在建或拟建。",
        "en": "From left to right resources, feed, primary metal, first and deep processing, application; the loop is below. Bars: capacity, filled by output; red dashes are missing links, blue ones are coming.",
    },
    "brought": {"zh": "外来", "en": "brought"},
    "metal": {"zh": "金属", "en": "metal"},
    "energy": {"zh": "能量", "en": "energy"},
    "carbon": {"zh": "碳", "en": "carbon"},
    "value": {"zh": "价值", "en": "value"},
    "per_metal": {"zh": "每万吨金属价值", "en": "value per 10 kt"},
    "no_firm": {"zh": "无企业，无项目", "en": "no firm, no project"},
    "open": {"zh": "未定", "en": "no date"},
    "used": {"zh": "用", "en": "used"},
    "bought": {"zh": "外购", "en": "bought"},
    "by": {"zh": "年底", "en": " end"},
    "and": {"zh": "等{n}家", "en": " and {n} in all"},
}


def load_words() -> Mapping[str, Mapping[str, str]]:
    """Words of the drawing in two languages."""
    return _WORDS


@dataclass(frozen=True, slots=True)
class Mark:
    """A node's tag: `kind` bad | warn | coming | "" and its text."""

    kind: str
    text: str


def known(when: str) -> str:
    """A date of a project; empty where none was said."""
    return "" if not when or when >= UNKNOWN else when


def due(node: AtlasNode, year: str) -> tuple[Project, ...]:
    """Projects that are to run at the end of a year."""
    return tuple(p for p in node.projects if known(p.when) and p.when[:4] <= year)


def coming(node: AtlasNode, year: str) -> float:
    """Capacity a year, in the node's unit, that is to be added until the end of a year."""
    return sum(p.capacity or 0.0 for p in due(node, year))


def state_words(node: AtlasNode, year: str, zh: bool) -> Mark:
    """The tag of a node; nothing where it lacks nothing."""
    words = STATE_ZH if zh else _STATE_EN
    if year and node.state in ("building", "planned") and due(node, year):
        when = max(p.when for p in due(node, year))
        return Mark("coming", f"{when} {words['building']}" if zh else when)
    if node.state == "missing":
        return Mark("bad", words["missing"])
    if node.state in ("thin", "single"):
        return Mark("warn", words[node.state])
    if node.state in ("building", "planned"):
        dates = sorted(known(p.when) for p in node.projects if known(p.when))
        if dates and not zh:
            return Mark("coming", dates[0])  # a date in the colour of what is coming says enough where room is short
        return Mark("coming", f"{dates[0]} {words[node.state]}" if dates else words[node.state])
    return Mark("", "")


def third_line(node: AtlasNode, year: str, zh: bool) -> str:
    """Firm, output / capacity, load; of a link that nobody runs its projects; of one that lacks all what is used of it."""
    words = {key: one["zh" if zh else "en"] for key, one in _WORDS.items()}
    said = amount_words(node.unit)
    if year and due(node, year) and not node.output:
        return " ".join(_by_firm(due(node, year), said))
    if node.works and (node.output or node.output is None):
        running = [w for w in node.works if w.output or w.output is None]
        who = brief_name(running[0].short) if running else ""
        if len(running) > 1:
            who += words["and"].format(n=len(running))
        text = f"{who} {said(node.output)}"
        if node.capacity:
            text += f" / {said(node.capacity)}"
        if node.load is not None:
            text += f" {node.load * 100:.0f}%"
        return text
    if node.projects:
        return " ".join(_by_firm(node.projects, said))
    if node.output:
        return said(node.output)
    if node.bought or node.used:
        told = [f"{words['bought']} {said(node.bought)}"] if node.bought and not node.unit.startswith("k") else []
        told += [f"{words['used']} {said(node.used)}"] if node.used else []
        return " ".join(told)
    return words["no_firm"]


def _by_firm(projects: Sequence[Project], said: Callable[[float | None], str]) -> list[str]:
    """Each firm once with what its projects add up to; `—` where one of them says nothing."""
    sums: dict[str, list[float | None]] = {}
    for project in projects:
        sums.setdefault(brief_name(project.firm), []).append(project.capacity)
    return [f"{firm} {said(None if None in some else sum(v or 0.0 for v in some))}" for firm, some in sums.items()][:3]


_TOWNLESS = re.compile(r"^[\u4e00-\u9fff]{2}(省|市|县|(?=[\u4e00-\u9fff]{2,}(公司|集团|厂)))")
_FORM = re.compile(r"(新型材料|新材料|铝业|科技|实业|集团|股份|有限|责任|公司|厂)+$")


def brief_name(name: str) -> str:
    """A firm's name where there is little room: without its place and its legal form; as it stands where nothing would be left."""
    if len(name) <= 4:
        return name
    tries = (_FORM.sub("", _TOWNLESS.sub("", name)), _FORM.sub("", name))
    return next((short for short in tries if len(short) >= 2), name)


def amount_words(unit: str) -> Callable[[float | None], str]:
    """A printer of amounts of a good in the large unit of its kind, without the unit's name; `—` for what is not known."""
    large = SCALES.get(unit, (1.0, unit, unit, 1.0, unit, unit))[0]

    def said(value: float | None) -> str:
        if value is None:
            return "—"
        text = f"{value / large:,.1f}" if abs(value) >= 0.95 * large / 10 else f"{value / large:,.2f}"
        return text.replace("-", "−")

    return said
