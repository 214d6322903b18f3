"""Invented plans for the checks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lvlian.finding import Finding
from lvlian.plan.check import check_plan
from lvlian.plan.facts import Goal, Head, Milestone, PlanFacts

Codes = Callable[..., list[str]]


def goal(
    indicator: str,
    value: float,
    unit: str,
    when: str | None = "2027",
    *,
    op: str = "=",
    subject: str | None = "青岩县",
    mode: str = "level",
    **more: object,
) -> Goal:
    """A goal of the invented county; its quote is what it says."""
    quote = str(more.pop("quote", f"{indicator}{value:g}{unit}"))
    return Goal(
        indicator=indicator,
        subject=subject,
        op=op,
        value=value,
        unit=unit,
        mode=mode,
        when=when,
        when_op="in" if when else None,
        quote=quote,
        **more,
    )  # type: ignore[arg-type]


def step(
    project: str,
    event: str,
    when: str | None,
    *,
    owner: str | None = None,
    product: str | None = None,
    capacity: float | None = None,
    unit: str = "万吨",
    **more: object,
) -> Milestone:
    """A step of an invented project."""
    quote = str(more.pop("quote", f"{project}{event}"))
    return Milestone(
        project=project,
        owner=owner,
        product=product,
        capacity=capacity,
        capacity_unit=unit if capacity is not None else None,
        event=event,
        when=when,
        when_op="by" if when else None,
        quote=quote,
        **more,  # type: ignore[arg-type]
    )


def plan(
    *facts: object,
    text: str = "",
    date: str | None = "2025-01-10",
    title: str = "青岩县铝产业三年行动方案（2025—2027年）",
    **more: object,
) -> PlanFacts:
    """A plan of the invented county with these facts, sorted to their kinds."""
    kinds: dict[str, list[object]] = {}
    for fact in facts:
        kinds.setdefault(type(fact).kind, []).append(fact)  # type: ignore[attr-defined]
    head = Head(title=title, region="青岩县", date=date, period=("2025", "2027"))
    return PlanFacts(
        document=head, name="qingyan", text=text, **{k: tuple(v) for k, v in kinds.items()}, **more
    ).located()  # type: ignore[arg-type]


def told(facts: PlanFacts, code: str) -> list[Finding]:
    """The findings of one check, with those that agree."""
    return check_plan(facts, checks=[code])


@pytest.fixture
def severities() -> Callable[[PlanFacts, str], list[str]]:
    """The severities that one check gives, in order."""
    return lambda facts, code: [finding.severity for finding in told(facts, code)]
