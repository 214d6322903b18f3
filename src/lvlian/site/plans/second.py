"""The second reader: a language model behind an endpoint that the environment names; off unless it does."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from lvlian.plan.agreement import Pair, compare_readings
from lvlian.plan.endpoint import Endpoint, EndpointError
from lvlian.plan.fields import own_values
from lvlian.plan.second_reader import SecondReading
from lvlian.site.plans.models import Fact, Version
from lvlian.site.plans.reading import plan_facts, stored
from lvlian.site.plans.saying import title_of


def endpoint_of(environ: Mapping[str, str] | None = None) -> Endpoint | None:
    """The endpoint of LVLIAN_READER_URL, LVLIAN_READER_MODEL and LVLIAN_READER_KEY; None where it is not set up or cannot be used."""
    environ = os.environ if environ is None else environ
    url, model = environ.get("LVLIAN_READER_URL", ""), environ.get("LVLIAN_READER_MODEL", "")
    if not url or not model:
        return None
    try:
        return Endpoint(url=url, model=model, key=environ.get("LVLIAN_READER_KEY", "").strip())
    except EndpointError:
        return None


def compared(version: Version, rows: Sequence[Fact], reading: SecondReading) -> tuple[list[Fact], dict[str, Any]]:
    """The rows with what the second reader says of each, and what the version keeps of the reading. Rejected facts and facts of
    people are not compared."""
    asked = [row for row in rows if row.state not in (Fact.State.REJECTED, Fact.State.ADDED)]
    as_read = [_unreviewed(row) for row in asked]
    facts, ordered = plan_facts(version, as_read)
    by_id = {row.pk: row for row in asked}
    numbers: dict[tuple[str, int], Fact] = {}
    counts: dict[str, int] = {}
    for row in ordered:
        numbers[row.kind, counts.get(row.kind, 0)] = by_id[row.pk]
        counts[row.kind] = counts.get(row.kind, 0) + 1
    pairs = compare_readings(facts, reading.facts, [(part.start, part.end) for part, _ in reading.unread])
    only = []
    for pair in pairs:
        if pair.rules_number is not None:
            numbers[pair.kind, pair.rules_number].second = _second(pair)
        elif pair.model is not None:
            data = stored(own_values(pair.model))
            only.append(
                {
                    "kind": pair.kind,
                    "title": title_of(pair.kind, data),
                    "data": data,
                    "quote": pair.model.quote,
                    "start": pair.model.start,
                }
            )
    states = {
        state: sum(pair.state == state for pair in pairs)
        for state in ("agreed", "differ", "only_rules", "only_model", "unread")
    }
    kept = {
        "counts": states,
        "only": only,
        "refused": len(reading.refused),
        "unread": [{"start": part.start, "end": part.end, "why": why} for part, why in reading.unread],
    }
    return asked, kept


def _unreviewed(row: Fact) -> Fact:
    return Fact(
        pk=row.pk, version_id=row.version_id, kind=row.kind, data=row.data, quote=row.quote, start=row.start, section=row.section,
        confidence=row.confidence, doubt=row.doubt, made_by=row.made_by, origin=row.origin, order=row.order,
    )  # fmt: skip


def _second(pair: Pair) -> dict[str, Any]:
    fields = {name: list(other) if isinstance(other, tuple) else other for name, _one, other in pair.fields}
    return {"state": pair.state, "fields": fields}
