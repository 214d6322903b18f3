"""What a firm is asked in a month: derived from the chain library, the firm's lines and its links.

A fact is asked of one party once. What two firms know of one flow is asked of each as its own side: what the sender sent, what
the receiver received. What cannot be derived (units, energy meters, facts) is data: `forms.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from lvlian.chain.region import Firm, Region
from lvlian.chain.report.asking import Asking, lines_of
from lvlian.chain.report.form_rules import FormRules, load_form_rules
from lvlian.chain.report.item import GROUPS, Form, Item, previous_month
from lvlian.chain.report.statement import Statement

if TYPE_CHECKING:
    from lvlian.chain.library import Library

__all__ = ["GROUPS", "Form", "Item", "answers", "form_of", "forms_of", "lines_of", "previous_month", "without"]


def form_of(
    firm: Firm,
    region: Region,
    library: Library,
    month: str,
    *,
    held: Iterable[Statement] = (),
    rules: FormRules | None = None,
) -> Form:
    """The form of a firm. `held` are statements of earlier months: an opening stock is asked only where last month's closing
    stock of the good was not reported."""
    maker = Asking(firm, region, library, month, tuple(held), rules or load_form_rules())
    items: dict[str, Item] = {}
    for item in maker.items():
        items.setdefault(item.key, item)
    order = list(GROUPS)
    return Form(
        firm=firm,
        month=month,
        region=region.name,
        items=tuple(sorted(items.values(), key=lambda item: order.index(item.group))),
        simulated=region.simulated,
    )


def forms_of(
    region: Region, library: Library, month: str, *, held: Iterable[Statement] = (), rules: FormRules | None = None
) -> tuple[Form, ...]:
    """The forms of all firms of a region that are asked anything."""
    kept = tuple(held)
    forms = (form_of(firm, region, library, month, held=kept, rules=rules) for firm in region.firms)
    return tuple(form for form in forms if form.items)


def answers(form: Form, statements: Iterable[Statement]) -> dict[str, Statement]:
    """The firm's own statements of the form's month that answer its items, by the item's key."""
    wanted = {item.answer_key: item.key for item in form.items}
    found: dict[str, Statement] = {}
    for one in statements:
        if one.party != form.firm.id or one.month != form.month or not one.used:
            continue
        about = one.about if one.about != one.party else ""
        key = wanted.get((one.item, one.good, one.process, one.partner, about))
        if key is not None:
            found[key] = one
    return found


def without(form: Form, keys: Iterable[str]) -> Form:
    """The form without some items, for a region that asks less."""
    left_out = frozenset(keys)
    return replace(form, items=tuple(item for item in form.items if item.key not in left_out))
