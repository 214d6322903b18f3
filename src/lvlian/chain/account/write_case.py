"""What a reconciled network has to say as JSON: the answer to a problem in the published form."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lvlian.chain.account.kinds import likely
from lvlian.chain.account.suspects import Screening


def case_answer(screening: Screening) -> dict[str, Any]:
    """`value`, `sd`, `z`, `class` in the order of the streams (None where a stream cannot be found or nothing checks it), of all
    readings as received; `chi2`, `dof`, `limit_95`; `suspects`: readings that cannot stand beside the others, each with what all
    others imply, and sets of which the balances cannot say which member is wrong."""
    received = screening.received
    system = screening.system
    z = np.full(system.size, np.nan)
    z[system.stream] = received.z
    return {
        "value": _list(received.value),
        "sd": _list(received.sd),
        "z": _list(z),
        "class": received.classes(),
        "chi2": _plain(received.chi2),
        "dof": int(received.dof),
        "limit_95": _plain(received.limit_95) if received.dof else None,
        "suspects": [*_single(screening), *_sets(screening)],
    }


def _single(screening: Screening) -> list[dict[str, Any]]:
    system = screening.system
    out = []
    for s in screening.suspects:
        stream = int(system.stream[s.reading])
        kind = None
        if math.isfinite(s.implied) and s.sd > 0:
            kind = likely(s.reported, s.implied, s.sd, own_sd=float(np.sqrt(system.variance[s.reading])))[0]
        out.append(
            {
                "stream": stream,
                "name": system.name(stream),
                "reported": _plain(s.reported),
                "implied": _plain(s.implied),
                "sd": _plain(s.sd),
                "z": _plain(s.z),
                "kind": kind.code if kind is not None else None,
                "arithmetic": list(kind.arithmetic_en) if kind is not None else [],
                "set": None,
            }
        )
    return out


def _sets(screening: Screening) -> list[dict[str, Any]]:
    system = screening.system
    out = []
    for number, one in enumerate(screening.sets):
        for m in one.members:
            stream = int(system.stream[m.reading])
            out.append(
                {
                    "stream": stream,
                    "name": system.name(stream),
                    "reported": _plain(m.reported),
                    "implied": _plain(m.implied),
                    "sd": _plain(m.sd),
                    "z": _plain(m.z),
                    "kind": None,
                    "arithmetic": [],
                    "set": number,
                    "wrong_in_set": one.count,
                }
            )
    return out


def _list(values: Any) -> list[float | None]:
    blind = np.flatnonzero(~np.isfinite(values))
    out: list[float | None] = np.asarray(values, float).tolist()
    for k in blind.tolist():
        out[k] = None
    return out


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
