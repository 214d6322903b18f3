"""Where a statement belongs: the stream, level, price or total that it reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lvlian.chain.region import OUTSIDE
from lvlian.chain.report.statement import ITEMS, Statement

if TYPE_CHECKING:
    from lvlian.chain.account.build import Builder


MOST = {"t": 1e10, "m3": 1e13, "kWh": 1e14}
"""More than the world makes in a month: such a figure would drown the others in rounding."""
MOST_MONEY = 1e15


def place(b: Builder, statements: Sequence[Statement]) -> None:
    """Give every statement of the month its stream; what stays open until the partners are known waits in `b.pending`."""
    idle = {firm.id for firm in b.region.firms if b.idle(firm)}
    for link in b.region.links:
        source, target = _partner(b, link.source), _partner(b, link.target)
        if source in idle or target in idle:  # supplied later, or no more: only what somebody reports of it counts
            continue
        if (source in b.firms or target in b.firms) and link.good in b.library.goods:
            b.moved(source, target, link.good)
    for statement in statements:
        trouble = _trouble(b, statement)
        if trouble:
            b.miss(statement, *trouble)
        else:
            _PLACES[statement.item](b, statement)


def _trouble(b: Builder, s: Statement) -> tuple[str, str] | None:
    if not s.used:
        return "填报方已撤回", "was withdrawn by its party"
    if s.month != b.month:
        return f"所属月份 {s.month} 不是本月 {b.month}", f"is about {s.month}, not {b.month}"
    if not math.isfinite(s.value):
        return "数值不是有限的数", "is no finite number"
    if abs(s.value) > (
        MOST_MONEY if s.item in ("price", "output_value", "fact") else MOST.get(b.unit(s.good), MOST_MONEY)
    ):
        return "数值大得不可能", "is impossibly large"
    if s.item not in ITEMS:
        return f"没有“{s.item}”这一项目", f"no item {s.item}"
    if s.item == "hauled" and s.about not in b.firms:
        return None
    if s.about not in b.firms:
        return f"地区里没有企业 {s.about}", f"the region has no firm {s.about}"
    if s.item not in ("fact", "output_value") and s.good not in b.library.goods:
        return f"物料库没有物料 {s.good}", f"the library has no good {s.good}"
    if s.process and s.process not in b.library.processes:
        return f"物料库没有工序 {s.process}", f"the library has no process {s.process}"
    return None


def _partner(b: Builder, text: str) -> str:
    if text in b.firms or text == OUTSIDE or text.startswith(f"{OUTSIDE}:"):
        return text
    return f"{OUTSIDE}:{text}"


def read(b: Builder, k: int, s: Statement) -> None:
    """The statement reads that stream, with the uncertainty of its class or its own."""
    sd = (
        s.sd
        if s.sd is not None and math.isfinite(s.sd) and s.sd >= 0
        else b.sources.sd(s.value, b.streams[k].unit, s.source, s.item)
    )
    b.read(k, s.value, sd, "statement", s)


def _made(b: Builder, s: Statement) -> None:
    firm = s.about
    if s.process:
        b.run(firm, s.process)
        read(b, b.made(firm, s.process, s.good), s)
        return
    own = [process for (owner, process), recipe in b.runs.items() if owner == firm and _gives(recipe, s.good)]
    if not own:
        makers = [p.id for p in b.library.processes.values() if p.product == s.good]
        if len(makers) > 1:  # several routes lead there: the one whose feed somebody supplies
            fed = {link.good for link in b.region.links if link.target == firm}
            makers = [p for p in makers if fed & {x.good for x in b.library.processes[p].inputs}]
        if len(makers) == 1 and b.run(firm, makers[0]) is not None:
            own = makers
            zh = b.library.processes[makers[0]].zh
            b.assumptions[f"{b.firms[firm].short} 未列生产线，{b.library.goods[s.good].zh}按“{zh}”计"] = None
    if len(own) > 1:
        b.pending.append((s, "made", firm))
    else:
        read(b, b.made(firm, own[0] if own else "", s.good), s)


def _gives(recipe: object, good: str) -> bool:
    r = recipe
    return r.product == good or any(x.good == good for x in (*r.scraps, *r.residues, *r.others))  # type: ignore[attr-defined]


def _used(b: Builder, s: Statement) -> None:
    firm = s.about
    if s.process:
        b.run(firm, s.process)
        read(b, b.used(firm, s.process, s.good), s)
        return
    if s.good in b.sources.other_use:
        b.pending.append((s, "used", firm))
        return
    users = b.users(firm, s.good)
    if len(users) > 1:
        for process in users:
            b.used(firm, process, s.good)
        b.pending.append((s, "used", firm))
    else:
        read(b, b.used(firm, users[0] if users else "", s.good), s)


def _sent(b: Builder, s: Statement) -> None:
    if not s.partner:
        b.stores[s.about, s.good]
        b.pending.append((s, "sent", s.about))
        return
    read(b, b.moved(s.about, _partner(b, s.partner), s.good), s)


def _received(b: Builder, s: Statement) -> None:
    if not s.partner:
        b.stores[s.about, s.good]
        b.pending.append((s, "received", s.about))
        return
    source = _partner(b, s.partner)
    k = b.moved(source, s.about, s.good)
    read(b, b.index.get(f"arrived:{source}>{s.about}/{s.good}", k), s)


def _opening(b: Builder, s: Statement) -> None:
    read(b, b.level(s.about, s.good)[0], s)


def _closing(b: Builder, s: Statement) -> None:
    read(b, b.level(s.about, s.good)[1], s)


def _lost(b: Builder, s: Statement) -> None:
    k = b.add("lost", s.good, s.about, process=s.process)
    if not s.process and (k, -1.0) not in b.stores[s.about, s.good]:
        b.stores[s.about, s.good].append((k, -1.0))
    read(b, k, s)


def _content(b: Builder, s: Statement) -> None:
    k = b.add("content", s.good, s.about, unit="")
    b.contents[s.about, s.good] = k
    read(b, k, s)


def _price(b: Builder, s: Statement) -> None:
    read(b, b.add("price", s.good, s.about, unit=f"yuan/{b.unit(s.good)}"), s)


def _value(b: Builder, s: Statement) -> None:
    read(b, b.add("value", s.good, s.about, unit="yuan"), s)


def _hauled(b: Builder, s: Statement) -> None:
    b.pending.append((s, "hauled", s.about if s.about in b.firms and s.firm else ""))


def _fact(b: Builder, s: Statement) -> None:
    b.facts[s.about, s.good] = s


_PLACES: dict[str, Callable[[Builder, Statement], None]] = {
    "made": _made,
    "used": _used,
    "sent": _sent,
    "received": _received,
    "opening": _opening,
    "closing": _closing,
    "lost": _lost,
    "content": _content,
    "price": _price,
    "output_value": _value,
    "hauled": _hauled,
    "fact": _fact,
}
