"""Goals of a plan set against an account: what each means, where the account stands, what keeps it from being said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .figures import OPS, span

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.indicators.goals import Comparison, Proposal
    from lvlian.chain.indicators.value import Reading


@dataclass(frozen=True, slots=True)
class Standing:
    """A goal (public form), what it is proposed to mean, and the account's figure in the goal's unit for every variant that may be
    meant; `found` is empty where it names no indicator, or where it is of a firm that the region does not know (`no_firm`)."""

    goal: Mapping[str, Any]
    proposal: Proposal
    reading: Reading | None
    found: tuple[Comparison, ...]
    no_firm: bool = False

    @property
    def subject(self) -> str:
        return str(self.goal.get("subject") or "")

    @property
    def name(self) -> str:
        return str(self.goal.get("indicator") or "")

    @property
    def when(self) -> str:
        return str(self.goal.get("when") or "")

    @property
    def unit(self) -> str:
        return str(self.goal.get("unit") or "")

    @property
    def why(self) -> str:
        return self.proposal.why

    @property
    def target_words(self) -> str:
        """`≥ 100 %`, `3–5 家`."""
        op = str(self.goal.get("op") or "=")
        return f"{OPS.get(op, op)} {span(self.goal['value'], self.goal.get('value_max'))} {self.unit}".strip()

    @property
    def indicator_zh(self) -> str:
        return self.reading.name_zh if self.reading is not None else self.proposal.indicator

    @property
    def indicator_en(self) -> str:
        return self.reading.name_en if self.reading is not None else self.proposal.indicator

    def variant_words(self, variant: str, zh: bool = True) -> str:
        value = self.reading.value(variant) if self.reading is not None else None
        return variant if value is None else value.zh if zh else value.en

    def chance_words(self, c: Comparison) -> str:
        """The chance in percent, `12–80 %` where the figure is only bounded, empty where it is missing."""
        if c.chance is not None:
            return f"{100 * c.chance:.0f}%"
        if c.chance_low is not None and c.chance_high is not None:
            return f"{100 * c.chance_low:.0f}–{100 * c.chance_high:.0f}%"
        return ""

    def remark(self, zh: bool = True) -> str:
        """What the account's months are to the goal's year, where they are not the same."""
        from lvlian.chain.indicators.goals import part_of_year

        year = self.when[:4]
        if self.reading is None or not year:
            return ""
        told = []
        if not any(m.startswith(year) for m in self.reading.months):
            told.append(f"目标是 {year} 年" if zh else f"the goal is of {year}")
        if part := part_of_year(self.goal, self.reading):
            told.append(f"只有 {part} 个月，未外推" if zh else f"{part} month(s) only, nothing is extrapolated")
        return ("，" if zh else ", ").join(told)

    def reason(self, zh: bool = True) -> str:
        """Why no figure stands beside it."""
        if self.no_firm:
            return "区域文件里没有这家企业" if zh else "the region's file does not know this firm"
        return self.proposal.why if zh else "names no indicator of the account"


def standings_of(goals: Sequence[Mapping[str, Any]], accounts: Sequence[Account]) -> tuple[Standing, ...]:
    """Every goal with a figure, set against the account of one month or of several added up. A goal without a number is left out."""
    from lvlian.chain.atlas.planned import firm_named
    from lvlian.chain.indicators.evaluate import evaluate
    from lvlian.chain.indicators.from_account import facts_in, flows_of
    from lvlian.chain.indicators.goals import compare, propose
    from lvlian.chain.indicators.load_formulas import load_formulas

    last = accounts[-1]
    book, library = load_formulas(), last.library
    flows, facts = [flows_of(a) for a in accounts], facts_in(last)
    counted = [g for g in goals if isinstance(g.get("value"), int | float) and not isinstance(g.get("value"), bool)]
    held: dict[tuple[str, str], Reading] = {}
    out = []
    for goal, proposal in zip(counted, propose(counted, library, book), strict=True):
        if not proposal.indicator or proposal.indicator not in book.formulas:
            out.append(Standing(goal, proposal, None, ()))
            continue
        firm = firm_named(last.region, str(goal.get("subject") or "")) if proposal.of_firm else None
        if proposal.of_firm and firm is None:
            out.append(Standing(goal, proposal, None, (), no_firm=True))
            continue
        key = proposal.indicator, firm.id if firm is not None else ""
        if key not in held:
            held[key] = evaluate(book[key[0]], flows, facts, library=library, book=book, firm=key[1])
        out.append(Standing(goal, proposal, held[key], compare(goal, proposal, held[key])))
    return tuple(out)
