"""What a firm is asked, item by item: its lines first, then what passes its gate, then its stocks; suppliers of power, hauliers and
warehouses by their links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lvlian.chain.region import OUTSIDE, Firm, Region
from lvlian.chain.report.form_rules import FormRules
from lvlian.chain.report.item import Item, previous_month
from lvlian.chain.report.statement import Statement
from lvlian.chain.report.units import MONEY, base_unit

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.library.good import Good
    from lvlian.chain.library.process import Exchange, Process

_GROUP_OF = {"made": "output", "used": "input", "sent": "sent", "received": "received", "opening": "stock"}
_GROUP_OF |= {"closing": "stock", "content": "received", "output_value": "money", "price": "money", "fact": "facts"}
_GROUP_OF |= {"hauled": "sent", "lost": "output"}
_RUNNING = ("running",)
_OWN_SIDE = ("made", "used")


def lines_of(firm: Firm, month: str) -> tuple[str, ...]:
    """The processes that a firm runs in a month, each once."""
    if firm.state not in _RUNNING:
        return ()
    running = [
        line.process
        for line in firm.lines
        if (not line.since or line.since <= month) and (not line.until or month <= line.until)
    ]
    return tuple(dict.fromkeys(running))


class Asking:
    """Goes through a firm's lines, then its links."""

    def __init__(
        self, firm: Firm, region: Region, library: Library, month: str, held: tuple[Statement, ...], rules: FormRules
    ) -> None:
        self.firm, self.region, self.library, self.month, self.rules = firm, region, library, month, rules
        self.processes = [library.processes[p] for p in lines_of(firm, month) if p in library.processes]
        before = previous_month(month)
        self.counted = {s.good for s in held if s.item == "closing" and s.party == firm.id and s.month == before}
        self.made = {x.good for p in self.processes for x in self._outputs(p)}
        self.products = {p.product for p in self.processes}
        idle = [library.processes[line.process] for line in firm.lines if line.process in library.processes]
        idle = [process for process in idle if process not in self.processes]
        given = {x.good for p in idle for x in p.outputs} - self.made
        fed = {good for p in idle for x in p.inputs for good in (x.good, *library.accepts(x.good))}
        fed -= {good for p in self.processes for x in p.inputs for good in (x.good, *library.accepts(x.good))}
        self.links_in = [k for k in region.links if k.target == firm.id and k.good not in fed and self._lives(k.source)]
        self.links_out = [
            k for k in region.links if k.source == firm.id and k.good not in given and self._lives(k.target)
        ]
        self.taken = self._taken()

    def _lives(self, partner: str) -> bool:
        """Whether a partner has anything to do with flows in this month: it runs a line, or it never had one."""
        found = self.region.firm(partner)
        if found is None or not found.lines:
            return True
        return bool(lines_of(found, self.month))

    def items(self) -> Iterator[Item]:
        if self.firm.state in ("building", "planned"):
            return
        kind = self.firm.kind
        if kind == "power":
            yield from self._supplier()
        elif kind == "haulier":
            yield from self._haulier()
        elif kind == "warehouse":
            yield from self._warehouse()
        yield from self._production()
        if kind not in ("haulier", "warehouse", "power") or self.processes:
            yield from self._movements()
            yield from self._stocks(self._kept())
        if kind in self.rules.lists["output_value"] and self.processes:
            yield self._item("output_value", "", balances=("价值：产值 ÷ 用电、用能",))
        if self.firm.lines and not self.processes:
            return
        for fact in self.rules.facts.values():
            if kind in fact.kinds:
                shown = self.rules.unit(fact.unit, fact.id)
                yield Item(
                    group="facts",
                    item="fact",
                    good=fact.id,
                    unit=shown,
                    base=fact.unit,
                    source=self.rules.source("fact", ""),
                    good_zh=fact.zh,
                    indicators=fact.indicators,
                )

    # -- lines
    def _asked(self, exchange: Exchange, kinds: str) -> bool:
        good = self.library.goods[exchange.good]
        lists = self.rules.lists
        if good.id in lists["never"] or exchange.high < self.rules.least:
            return False
        if good.kind == "residue" and not good.metal and not self.library.users(good.id):
            return False  # no balance holds it
        return good.kind in lists[kinds]

    def _outputs(self, process: Process) -> list[Exchange]:
        return [x for x in process.outputs if x.role == "main_product" or self._asked(x, "made")]

    def _taken(self) -> dict[str, list[Process]]:
        """Good → the lines that take it. Where a recipe leaves open which of several goods it takes, those that the firm is known to
        have; where none is known, the one that the recipe names, or all that travel where that is only a name for several."""
        known = {link.good for link in self.links_in} | self.made
        taken: dict[str, list[Process]] = {}
        for process in self.processes:
            for exchange in process.inputs:
                if self._asked(exchange, "used"):
                    for good in self._fitting(exchange, known):
                        if process not in taken.setdefault(good, []):
                            taken[good].append(process)
        self.beside = {good: process for process, good in self._beside() if good not in taken}
        taken.update({good: [process] for good, process in self.beside.items()})
        return taken

    def _fitting(self, exchange: Exchange, known: set[str]) -> list[str]:
        fitting = list(self.library.accepts(exchange.good))
        if self.library.goods[exchange.good].kind == "scrap" and exchange.good not in fitting:
            fitting.insert(0, exchange.good)  # old scrap is bought: no process makes it
        chosen = [good for good in fitting if good in known]
        if not chosen and exchange.good in fitting:
            chosen = [exchange.good]
        if not chosen:
            chosen = [g for g in fitting if g not in self.rules.lists["local"] and not self._is_own_scrap(g)]
        return chosen or fitting

    def _beside(self) -> Iterator[tuple[Process, str]]:
        """The lines that may melt bought scrap beside what their recipe names, with that scrap."""
        if self.firm.kind in self.rules.lists["melting_kinds"]:
            for process in self.processes:
                good = self.rules.maps["bought_beside"].get(process.metal, "")
                if good and any(x.good in self.rules.lists["melted"] for x in process.inputs):
                    yield process, good

    def _is_own_scrap(self, good: str) -> bool:
        """New scrap is what a line gives; who runs no such line does not hold it."""
        return good not in self.made and self.library.goods[good].kind == "scrap" and good.startswith("new_scrap")

    def _production(self) -> Iterator[Item]:
        for process in self.processes:
            for exchange in self._outputs(process):
                yield self._item("made", exchange.good, process=process.id, balances=(_process_balance(process),))
        for good, lines in self.taken.items():
            yield from self._used(self.library.goods[good], lines)

    def _used(self, good: Good, lines: list[Process]) -> Iterator[Item]:
        """Energy runs over one meter of the firm, beside it over those of the lines that have their own; all else by line."""
        if good.kind != "energy" or len(lines) == 1:
            for line in lines:
                yield self._item("used", good.id, process=line.id, balances=(_process_balance(line),))
            return
        metered = [line for line in lines if line.id in self.rules.lists["own_meter"]]
        for line in metered:
            yield self._item("used", good.id, process=line.id, balances=(_process_balance(line),))
        note = "全厂合计，含上面单列的工序" if metered else "全厂合计"
        yield self._item("used", good.id, balances=(f"{good.zh}：各工序之和",), note=note)

    # -- movements
    def _movements(self) -> Iterator[Item]:
        linked = {link.good for link in self.links_out}
        for good in dict.fromkeys((*self.products, *self.made, *linked)):
            round_inside = good in self.taken and good not in self.products
            if good in self.library.goods and (good in linked or (self._moves(good) and not round_inside)):
                partners = [link.target for link in self.links_out if link.good == good]
                yield from self._sides("sent", good, partners, split=good in self.products)
        linked = {link.good for link in self.links_in}
        for good in dict.fromkeys((*self.taken, *linked)):
            found = self.library.goods.get(good)
            if found is None or found.kind == "energy":
                continue  # what a firm uses of energy is its side of what the supplier sends
            if good not in linked and (good in self.made or not self._moves(good)):
                continue
            partners = [link.source for link in self.links_in if link.good == good]
            yield from self._sides("received", good, partners, split=good not in self.beside)
            wide = found.content.high - found.content.low >= self.rules.content_width
            if wide and found.kind in self.rules.lists["content"] and found.metal in {p.metal for p in self.processes}:
                yield self._item("content", good, balances=(f"{found.zh}：实物量 × 含量 = 金属量",))

    def _moves(self, good_id: str) -> bool:
        """Whether what crosses the gate is asked for: goods of the listed kinds, of the metal that the firm works where they are metal."""
        good, lists = self.library.goods[good_id], self.rules.lists
        own = not good.metal or good.kind not in ("scrap", "metal") or good.metal in {p.metal for p in self.processes}
        return good_id in lists["moved_goods"] or (good.kind in lists["moved"] and own)

    def _sides(self, item: str, good: str, partners: Iterable[str], *, split: bool) -> Iterator[Item]:
        """One figure per known partner and one for over the boundary, unless the known ones are all. Where no partner is known: the
        total, and with `split` what of it went over the boundary."""
        listed = dict.fromkeys(partners)
        named = [partner for partner in listed if partner not in (OUTSIDE, self.firm.id)]
        balance = (f"{self.library.goods[good].zh}：收支相抵",)
        travels = good not in self.rules.lists["local"] and (self.firm.id, good) not in self.region.complete
        for partner in named:
            yield self._item(item, good, partner=partner, balances=(*balance, "发出与收到两边核对"))
        if OUTSIDE in listed or (travels and (named or split)):
            yield self._item(item, good, partner=OUTSIDE, balances=balance)
        if not listed.keys() - {self.firm.id}:
            yield self._item(item, good, balances=balance, note="合计，含区外" if travels else "合计")

    # -- stocks
    def _kept(self) -> list[str]:
        """Products and what is taken from elsewhere; scrap of the own lines goes round and is not counted."""
        lists = self.rules.lists
        beside = self.beside.keys() - {link.good for link in self.links_in}
        goods = [self.library.goods[g] for g in dict.fromkeys((*self.products, *self.taken))]
        return [
            g.id
            for g in goods
            if g.kind in lists["stored"]
            and g.id not in lists["unstorable"]
            and g.id not in beside
            and (g.kind != "scrap" or g.id not in self.made)
            and self._moves(g.id)
        ]

    def _stocks(self, goods: Iterable[str]) -> Iterator[Item]:
        for good in goods:
            balance = (f"{self.library.goods[good].zh}：期初 + 收 = 发 + 期末",)
            if good not in self.counted:
                yield self._item("opening", good, balances=balance, note="只在首月报，以后取上月期末")
            yield self._item("closing", good, balances=balance)

    # -- firms without lines
    def _supplier(self) -> Iterator[Item]:
        good = self.rules.supplied
        listed = [link.target for link in self.links_out if link.good == good and link.target != OUTSIDE]
        for partner in listed or [f.id for f in self.region.firms if self._draws(f, good)]:
            yield self._item("sent", good, partner=partner, balances=("电力：供电与用电两边核对",))

    def _draws(self, firm: Firm, good: str) -> bool:
        if firm.id == self.firm.id or firm.kind == "power":
            return False
        return any(
            p in self.library.processes and self.library.processes[p].exchange(good, "input")
            for p in lines_of(firm, self.month)
        )

    def _haulier(self) -> Iterator[Item]:
        """The total of each good that leaves each sender: what went to whom is asked of sender and receiver."""
        carried = {link.good for link in self.links_out}
        wanted = [
            link
            for link in self.region.links
            if OUTSIDE not in (link.source, link.target)
            and (link.good in carried if carried else link.good in self.rules.lists["hauled"])
        ] or [link for link in self.region.links if OUTSIDE not in (link.source, link.target) and not carried]
        for source, good in dict.fromkeys((link.source, link.good) for link in wanted):
            found = self.library.goods.get(good)
            if found is None or found.kind == "energy" or self.firm.id in (source,):
                continue
            yield self._item(
                "hauled", good, firm=source, balances=(f"{found.zh}：各家发出之和",), note="承运合计，不分去向"
            )

    def _warehouse(self) -> Iterator[Item]:
        goods = dict.fromkeys(link.good for link in (*self.links_in, *self.links_out))
        known = [good for good in goods if good in self.library.goods]
        for good in known:
            yield from self._sides("received", good, [k.source for k in self.links_in if k.good == good], split=False)
            yield from self._sides("sent", good, [k.target for k in self.links_out if k.good == good], split=False)
        yield from self._stocks(known)

    # -- one item
    def _item(
        self,
        item: str,
        good_id: str,
        *,
        process: str = "",
        partner: str = "",
        firm: str = "",
        balances: tuple[str, ...] = (),
        note: str = "",
    ) -> Item:
        good = self.library.goods.get(good_id)
        line = self.library.processes.get(process)
        base = base_unit(item, good.unit if good is not None else "t")
        kind = good.kind if good is not None else ""
        stage = line.stage.id if line is not None else good.stage.id if good is not None else ""
        group = _GROUP_OF[item]
        about = self.region.firm(firm)
        return Item(
            group="energy" if kind == "energy" and item in _OWN_SIDE else group,
            item=item,
            good=good_id,
            process=process,
            partner=partner,
            firm=firm,
            unit=self.rules.unit(MONEY if item == "output_value" else base, good_id),
            base=base,
            source=self.rules.source(item, kind if item in (*_OWN_SIDE, "sent") else ""),
            good_zh=good.zh if good is not None else "",
            process_zh=line.zh if line is not None else "",
            partner_zh=self._partner_zh(partner) or (f"自{about.short}" if about is not None else ""),
            balances=balances,
            indicators=self.rules.serves(item, good, stage),
            note=note,
        )

    def _partner_zh(self, partner: str) -> str:
        if partner == OUTSIDE:
            return "区外"
        found = self.region.firm(partner)
        return found.short if found is not None else partner


def _process_balance(process: Process) -> str:
    return f"{process.zh}：投入 = 产出 + 损失"
