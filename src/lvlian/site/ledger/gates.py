"""What is proposed as the answers of the gates before a signing: land, power and gas from the balance of the quarter in which they would be
needed, the chain from what is made already. A proposal is never an answer: a person gives that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.ledger.factors import FACTORS, FactorError, told
from lvlian.ledger.item import State
from lvlian.ledger.quarter import Quarter, quarter_of
from lvlian.ledger.track import Gate, Track
from lvlian.site.ledger import saying
from lvlian.site.ledger import selectors_investment as reads
from lvlian.site.ledger.chainfit import Fit
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import quarter_words, tracks
from lvlian.site.org.access import Access

WHO: dict[str, Any] = {
    "land": gettext_lazy("自然资源局"), "power": gettext_lazy("供电局、发展改革局"), "gas": gettext_lazy("发展改革局、燃气企业"),
    "environment": gettext_lazy("生态环境分局"), "energy_quota": gettext_lazy("发展改革局"), "water": gettext_lazy("水务局"),
}  # fmt: skip
"""Who brings what is missing of a factor, where no supply names its unit."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for a gate, and why. `need` and `free` are told in the factor's unit; `free` is empty for those who may not
    read the bookings."""

    gate: Gate
    stage: str
    state: str
    why: str
    need: str = ""
    free: str = ""
    quarter: Quarter | None = None
    assumed: bool = False
    """Whether the quarter follows from usual lengths, not from a promised day."""
    answer: str = "unknown"
    answered: str = ""

    @property
    def light(self) -> str:
        """The light of the answer that was given; of the proposal where none was."""
        return {"yes": "ok", "no": "bad", "waived": "warn"}.get(self.answer, "none")

    @property
    def name(self) -> str:
        return saying.words(self.gate.name)

    @property
    def answer_word(self) -> str:
        return _("未答") if self.answer == "unknown" else saying.answer_name(self.answer)

    @property
    def state_word(self) -> str:
        return state_word(self.state)

    @property
    def passed(self) -> bool:
        return self.answer in ("yes", "waived")


def state_word(state: str) -> str:
    """A proposal in one word; what is not known is said so."""
    return {"yes": _("是"), "no": _("否")}.get(state, _("说不准"))


def proposals(access: Access, item: Item, track: Track, state: State, fit: Fit, today: date) -> list[Proposed]:
    """What is proposed for each gate of the track, in the order of its stages."""
    from lvlian.site.ledger.models import Booking

    sums = access.reads_throughout(Booking, "amount")
    out = []
    for stage in track.stages:
        for gate in stage.gates:
            answer, why = state.answers.get(gate.key, ("unknown", ""))
            given: dict[str, Any] = {"answer": answer, "answered": why}
            if gate.key == "chain":
                out.append(Proposed(gate, stage.key, fit.state, fit.why, **given))
            else:
                out.append(_by_balance(item, track, state, gate, stage.key, today, sums, given))
    return out


def _by_balance(
    item: Item, track: Track, state: State, gate: Gate, stage: str, today: date, sums: bool, given: Mapping[str, Any]
) -> Proposed:
    factor = gate.factor
    if factor is None:
        return Proposed(gate, stage, "unknown", _("没有登记可对照的要素，请人判断"), **given)
    need, zero = None, False
    try:
        need = reads.need_of(gate, track, state.data)
        zero = need is not None and need <= 0
    except FactorError as error:
        return Proposed(gate, stage, "unknown", error.en if saying.language() == "en" else str(error), **given)
    name = saying.words(FACTORS[factor].name)
    if zero:
        return Proposed(
            gate, stage, "yes", _("不需要%(factor)s") % {"factor": name}, need=told(factor, Decimal(0)), **given
        )
    day, assumed = reads.needed_on(track, state, tracks().get("project"), factor, today)
    quarter = quarter_of(day)
    about: dict[str, Any] = {"quarter": quarter, "assumed": assumed, **given}
    try:
        room = reads.room_of(item.region.path, factor, quarter, today, item.pk)
    except FactorError as error:
        return Proposed(gate, stage, "unknown", error.en if saying.language() == "en" else str(error), **about)
    words = {"factor": name, "who": WHO.get(factor, _("要素保障单位")), "quarter": quarter_words(quarter)}
    if not room.known:
        return Proposed(
            gate, stage, "unknown", _("缺数：没有登记%(factor)s的供给，由%(who)s补报") % words,
            need=told(factor, need) if need is not None else "", **about,
        )  # fmt: skip
    free = told(factor, max(Decimal(0), room.free))
    about["free"] = free if sums else ""
    if need is None:
        missing = track.field(gate.need) if gate.need else None
        if missing is None:
            return Proposed(gate, stage, "unknown", _("没有填需要多少，请人判断"), **about)
        said = _("缺数：没有填“%(field)s”，由招商责任单位补填") % {"field": saying.words(missing.name)}
        return Proposed(gate, stage, "unknown", said, **about)
    about["need"] = told(factor, need)
    words |= {
        "need": told(factor, need),
        "free": free,
        "open": told(factor, room.open),
        "undated": told(factor, room.undated),
    }
    if room.free < need <= room.free + room.undated:
        late = (
            _("%(quarter)s余 %(free)s，需 %(need)s；另有 %(undated)s没有日期或逾期未报，由%(who)s报")
            if sums
            else _("%(quarter)s要看逾期未报的供给何时到，由%(who)s报")
        )
        return Proposed(gate, stage, "unknown", late % words, **about)
    if not sums:
        fits, short, tight = _("%(quarter)s够用"), _("%(quarter)s不够"), _("%(quarter)s要看别的项目是否占用")
    else:
        fits = _("%(quarter)s余 %(free)s，需 %(need)s，够")
        short = _("%(quarter)s余 %(free)s，需 %(need)s，不够")
        tight = _("%(quarter)s余 %(free)s，需 %(need)s；别的项目还有 %(open)s 没有占用，未必够")
    if room.free < need:
        return Proposed(gate, stage, "no", short % words, **about)
    if room.free - room.open < need:
        return Proposed(gate, stage, "unknown", tight % words, **about)
    return Proposed(gate, stage, "yes", fits % words, **about)
