"""补链: where the chain of a region is open, what closing it would bring, and what that hangs on.

Each kind is a small function that looks at the survey and gives drafts; ranking puts first what costs no investment. A figure that
cannot be reckoned is left out and said (推不得), never guessed. All amounts are brought to a year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lvlian.chain.atlas.flow_gaps import idle, replaceable, unprocessed, unrecovered
from lvlian.chain.atlas.link_gaps import all_outside, excess, loop_thin, missing, single
from lvlian.chain.atlas.look import Draft, Look
from lvlian.chain.atlas.record import AtlasNode, Gap, Project
from lvlian.chain.atlas.survey import Survey
from lvlian.chain.atlas.thresholds import Thresholds
from lvlian.finding import Evidence, Finding

RULES: tuple[Callable[[Look], Iterator[Draft]], ...] = (
    idle,
    unprocessed,
    all_outside,
    replaceable,
    unrecovered,
    loop_thin,
    missing,
    excess,
    single,
)


def find_gaps(survey: Survey, nodes: Sequence[AtlasNode], thresholds: Thresholds) -> tuple[Gap, ...]:
    """All gaps, numbered in order: without investment first, then by what they bring, what cannot be reckoned last."""
    look = Look(survey, nodes, thresholds)
    drafts = [draft for rule in RULES for draft in rule(look)]
    kinds = thresholds.kinds

    def rank(draft: Draft) -> tuple[Any, ...]:
        kind = kinds[draft["kind"]]
        value = draft.get("value")
        cost = {False: 0, True: 1, None: 2}[kind.investment]
        return (
            cost,
            0 if value else 1,
            -(value[1] if value else 0.0),
            kind.rank,
            -(draft.get("metal") or 0.0),
            draft["nodes"],
        )

    out = []
    for number, draft in enumerate(sorted(drafts, key=rank), start=1):
        kind = kinds[draft["kind"]]
        if draft.get("value") is None and not draft["brings_zh"].endswith("推不得"):
            draft["brings_zh"] += "；产值推不得"
            draft["brings_en"] += "; the value cannot be told"
        projects: tuple[Project, ...] = draft.get("projects", ())
        blocks = tuple(dict.fromkeys(b for p in projects for b in p.blocks))
        out.append(
            Gap(
                number=number,
                kind_zh=kind.zh,
                kind_en=kind.en,
                level=kind.level,
                investment=kind.investment,
                blocks=blocks,
                **draft,
            )
        )
    return tuple(out)


def findings(gaps: Sequence[Gap], months: Sequence[str]) -> list[Finding]:
    """Every gap as a finding, with its arithmetic and the streams that it rests on."""
    period = months[0] if len(months) == 1 else f"{months[0]}—{months[-1]}" if months else ""
    return [
        Finding(
            code=f"gap-{gap.kind.replace('_', '-')}",
            severity=gap.level,  # type: ignore[arg-type]
            message_zh=f"{gap.title_zh}（{gap.kind_zh}）：{gap.evidence_zh}；{gap.brings_zh}。",
            message_en=f"{gap.title_en} ({gap.kind_en}): {gap.evidence_en}; {gap.brings_en}.",
            facts=tuple(Evidence(kind="streams", quote=stream, section=period) for stream in gap.streams),
            arithmetic=gap.arithmetic,
            assumptions=gap.assumptions,
        )
        for gap in gaps
    ]
