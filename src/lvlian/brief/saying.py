"""A fact in a few words, for endnotes, sheets and the terminal."""

from __future__ import annotations

from lvlian.plan.facts import Chain, Cluster, Duty, Fact, Goal, Incentive, Mechanism, Milestone

from .figures import capacity, goal_value, incentive_amount, mechanism_times, number, when_zh, with_unit
from .wording import Said, Wording


def fact_words(fact: Fact) -> str:
    """`云南宏泰 产值 ≥ 180 亿元 2023`: the values of a fact in the order in which one says them."""
    words = Wording()
    if isinstance(fact, Goal):
        mode = "" if fact.mode == "level" else words.term("mode", fact.mode).zh
        value = with_unit(goal_value(fact), fact.unit)
        parts = [fact.subject, fact.indicator, mode, value, when_zh(fact.when, fact.when_op)]
        if fact.when_op == "each":
            parts.append(words.say("each"))
    elif isinstance(fact, Milestone):
        size = with_unit(capacity(fact), fact.capacity_unit)
        parts = [
            fact.project,
            size if size.replace(" ", "") not in fact.project else "",
            fact.event,
            when_zh(fact.when, fact.when_op),
        ]
    elif isinstance(fact, Duty):
        parts = ["、".join(f"{unit}（{words.say('lead')}）" if unit == fact.lead else unit for unit in fact.units)]
    elif isinstance(fact, Incentive):
        parts = [fact.who, fact.benefit, incentive_amount(fact), fact.duration]
    elif isinstance(fact, Chain):
        parts = ["—".join(fact.nodes)]
    elif isinstance(fact, Mechanism):
        per, times = rhythm(fact)
        parts = [fact.name, fact.actor, per.zh, times]
    elif isinstance(fact, Cluster):
        parts = [fact.name, fact.form, fact.place, "、".join(fact.products)]
    else:
        parts = []
    return "　".join(" ".join(part.split()) for part in parts if part)


_SPANS = {
    "week": ("周", "weeks"),
    "month": ("个月", "months"),
    "quarter": ("个季度", "quarters"),
    "year": ("年", "years"),
}


def rhythm(item: Mechanism) -> tuple[Said, str]:
    """How often: (every what, how many times). A fraction is turned round: half a time a month is once in two months."""
    per = Wording().term("per", item.per) if item.per else Said("", "")
    if item.times and item.per in _SPANS and 0 < item.times < 1 and (1 / item.times).is_integer():
        zh, en = _SPANS[item.per]
        count = number(1 / item.times)
        return Said(f"每{count}{zh}", f"{count} {en}"), "1"
    return per, mechanism_times(item)


def reason_words(reason: str | None) -> Said:
    """Why a fact is to be verified. Reasons that the wording does not list, such as a person's own words, stand as they are."""
    if not reason:
        return Said("", "")
    kind, colon, rest = reason.partition(": ")
    known = Wording().term("reason_of", kind)
    if colon and known != Said(kind, kind):
        return Said(f"{known.zh}：{rest}", f"{known.en}: {rest}")
    if reason.endswith(" without a date"):
        words = reason.removesuffix(" without a date")
        return Said(f"{words}，{Wording().term('reason_of', 'without a date').zh}", reason)
    return Wording().term("reason_of", reason)
