"""Whatever parties report, an account is made or one sentence says why not; and every flow stays where physics allows it."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.chain.account.situation import BEFORE, CLEAN, MONTH, REGION

from lvlian.chain.account.account import Account, make_account
from lvlian.chain.account.solution import CLASSES
from lvlian.chain.account.system import UnsolvableError
from lvlian.chain.account.write_account import from_json, to_json
from lvlian.chain.report.statement import ITEMS

FACTORS = (0.0, -1.0, 0.1, 10.0, 1e-3, 1e3, 1e4, 1.02, 0.9, 2.0, 1e12, 1e-12)
GOODS = (
    "billet",
    "liquid_aluminium",
    "alumina",
    "electricity",
    "dross",
    "aluminium_scrap",
    "copper_cathode",
    "natural_gas",
)
wrong = st.dictionaries(st.integers(0, len(CLEAN) - 1), st.sampled_from(FACTORS), max_size=5)
others = st.lists(
    st.tuples(
        st.sampled_from([f.id for f in REGION.firms]),
        st.sampled_from(sorted(ITEMS)),
        st.sampled_from(GOODS),
        st.sampled_from(["", "outside", "jia", "smelter", "某厂"]),
        st.sampled_from(["", "cast_billet_liquid", "electrolysis", "copper_rod"]),
        st.floats(-1e6, 1e9, allow_nan=False),
    ),
    max_size=6,
)


def _sound(account: Account) -> None:
    value, network = account.value, account.network
    for k, stream in enumerate(network.streams):
        if not stream.signed and not np.isnan(value[k]):
            assert value[k] >= -1e-4 * max(float(account.sd[k]), 1.0), stream.id
    for check in account.checks:
        if not math.isnan(check.left):
            assert abs(check.left) <= 1e-6 * max(check.through, 1.0), check.id
    assert set(account.classes) <= set(CLASSES)
    assert {d.reading for d in account.doubts} <= account.whole.unused
    assert all(network.readings[d.reading].statement is not None for d in account.doubts)
    assert all(f.message_zh and f.message_en for f in account.findings)


@given(wrong)
@settings(max_examples=20, phases=[Phase.explicit, Phase.generate])
def test_any_slip_gives_an_account_that_closes(slips: dict[int, float]) -> None:
    statements = [dataclasses.replace(s, value=s.value * slips.get(k, 1.0)) for k, s in enumerate(CLEAN)]
    _sound(make_account(REGION, MONTH, statements, before=BEFORE))


@given(others)
@settings(max_examples=20, phases=[Phase.explicit, Phase.generate])
def test_any_statement_has_a_place_or_a_reason(extra) -> None:
    from tests.chain.account.situation import said

    more = [
        said(party, item, good, value, partner=partner, process=process)
        for party, item, good, partner, process, value in extra
    ]
    try:
        account = make_account(REGION, MONTH, [*CLEAN, *more], before=BEFORE)
    except UnsolvableError as error:
        assert "\n" not in str(error)
        return
    read = {id(r.statement) for r in account.network.readings}
    told = {id(m.statement) for m in account.network.missed} | {id(s) for s in account.network.facts.values()}
    for s in account.statements:
        assert id(s) in read | told or s.item == "fact"
    text = to_json(account)
    assert to_json(from_json(text)) == text, "comes back"


@given(st.integers(0, len(CLEAN) - 1), st.sampled_from((10.0, 0.1, 1000.0)))
@settings(max_examples=15, phases=[Phase.explicit, Phase.generate])
def test_a_slip_of_a_checked_report_is_doubted_or_stands_in_a_set(at: int, factor: float) -> None:
    clean = make_account(REGION, MONTH, CLEAN, before=BEFORE)
    reading = next(r for r, x in enumerate(clean.network.readings) if x.statement is CLEAN[at])
    if clean.classes[clean.network.readings[reading].stream] != "redundant":
        return
    statements = [dataclasses.replace(s, value=s.value * factor) if k == at else s for k, s in enumerate(CLEAN)]
    account = make_account(REGION, MONTH, statements, before=BEFORE)
    named = {account.network.readings[d.reading].statement for d in account.doubts}
    named |= {account.network.readings[m.reading].statement for one in account.sets for m in one.members}
    z = clean.judged.screening if clean.judged is not None else None
    assert z is not None
    place = [k for k, r in enumerate(clean.network.readings) if r.statement is CLEAN[at]]
    assert place
    detectable = dict(zip(_core(clean), z.detectable.tolist(), strict=True)).get(reading, math.inf)
    if abs(CLEAN[at].value * (factor - 1)) > 2 * detectable:
        assert statements[at] in named


def _core(account: Account) -> list[int]:
    from lvlian.chain.account.reduce import reduce

    return [int(r) for r in reduce(account.network).readings]
