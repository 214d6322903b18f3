"""Quarters gone by as an account shows them: numerator and denominator of every indicator that a goal names, in base units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lvlian.ledger.quarter import Quarter, quarter_of
from lvlian.outlook.case import Case
from lvlian.outlook.plan_words import last_day

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.library import Library

History = dict[str, dict[str, tuple[float, float]]]


def whole_quarters(months: Sequence[str]) -> frozenset[Quarter]:
    """The quarters of which all three months are there."""
    held: dict[Quarter, set[str]] = {}
    for month in months:
        day = last_day(month)
        if day is not None:
            held.setdefault(quarter_of(day), set()).add(month)
    return frozenset(quarter for quarter, names in held.items() if len(names) == 3)


def history_of(
    case: Case,
    accounts: Sequence[Account],
    quarters: frozenset[Quarter],
    ids: Mapping[str, str],
    library: Library,
) -> History:
    """`indicator.variant` (and the id of an aim of one firm) → quarter → (numerator, denominator; 1 where it has none). What a quarter leaves
    unknown is left out, and so are figures of lists of projects, which an account does not know."""
    from lvlian.chain.indicators.evaluate import evaluate
    from lvlian.chain.indicators.from_account import facts_in, flows_of
    from lvlian.chain.indicators.load_formulas import load_formulas

    book = load_formulas()
    back = {own: theirs for theirs, own in ids.items()}
    wanted = dict.fromkeys(
        (aim.indicator, back.get(aim.firm, aim.firm), aim.id if aim.firm else "")
        for aim in case.aims
        if aim.indicator in book.formulas and not aim.group
    )
    if not quarters or not wanted:
        return {}
    flows = {account.month: flows_of(account) for account in accounts}
    facts = facts_in(accounts[-1])
    out: History = {}
    for quarter in sorted(quarters):
        inside = [flows[a.month] for a in accounts if (day := last_day(a.month)) and quarter_of(day) == quarter]
        for indicator, firm, aim in wanted:
            reading = evaluate(book[indicator], inside, facts, library=library, book=book, firm=firm)
            for value in reading.values:
                if value.numerator is None or value.numerator.value is None:
                    continue
                below = 1.0 if value.denominator is None else value.denominator.value
                if below is None:
                    continue
                keys = [aim] if aim else [f"{indicator}.{value.variant}"]
                for key in keys:
                    out.setdefault(key, {}).setdefault(str(quarter), (float(value.numerator.value), float(below)))
    return out
