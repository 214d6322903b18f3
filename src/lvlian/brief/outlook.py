"""The outlook of a plan as people take it away: its projection, chances, conflicts and cheapest way, made once, said on every paper alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lvlian.outlook.case import Case, CaseError

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.library import Library
    from lvlian.finding import Finding
    from lvlian.outlook.conflict import Conflict
    from lvlian.outlook.pathway import Pathway
    from lvlian.outlook.projection import Projection
    from lvlian.outlook.risk import Decider, Risk
    from lvlian.plan.facts import PlanFacts

    from .assessed import Assessed

Progress = Callable[[int, int], None]
FORMAT = "lvlian-outlook/1"
BRIEF_DRAWS = 1_000
"""Draws behind a brief: a chance is then known to ± 3 %."""
BRIEF_SECONDS = 2.0
SURE, LIKELY = 0.7, 0.3
"""A chance from the first on is ● , from the second on ▲ , below it ■ ."""


@dataclass(frozen=True, slots=True)
class Odds:
    """What the draws say of one goal: `chance`, the median and the 80 % interval in its unit; `bands` label (quarter) → the quantiles at
    2.5, 10, 25, 50, 75, 90, 97.5 % over four quarters."""

    chance: float
    median: float
    low: float
    high: float
    bands: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Outlook:
    """`odds` goal id → what the draws say; goals of which nothing can be said are not among them. `pathway`, `conflicts`: None where they were
    not asked for. `seed`, `draws` of the chances; `months` of the account behind the case (none: the plan alone)."""

    title: str
    case: Case
    projection: Projection
    odds: Mapping[str, Odds]
    seed: int = 0
    draws: int = 0
    conflicts: tuple[Conflict, ...] | None = None
    pathway: Pathway | None = None
    deciders: tuple[Decider, ...] = ()
    months: tuple[str, ...] = ()
    stopped: bool = False
    silent: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Goal id → why the draws say nothing of it (zh, en)."""

    @property
    def known(self) -> bool:
        """Whether a chance can be told of any goal."""
        return bool(self.odds)

    def to_json(self) -> dict[str, Any]:
        """The public form; the figure of a goal is `median`, its projection on the dates of now `aims[].value`."""
        from lvlian.outlook.standing import standing

        told = standing(self.case)
        projected = self.projection.to_json()
        for row in projected["aims"]:
            odds = self.odds.get(row["id"])
            row |= {
                "chance": None if odds is None else odds.chance, "median": None if odds is None else odds.median,
                "interval": None if odds is None else [odds.low, odds.high],
                "bands": None if odds is None else {label: list(row) for label, row in odds.bands.items()},
            }  # fmt: skip
        return {
            "format": FORMAT, "title": self.title, "region": self.case.region, "scenario": self.case.scenario, "months": list(self.months),
            "simulated": self.case.simulated, "draws": self.draws, "seed": self.seed, "stopped": self.stopped, "projection": projected,
            "deciders": [{"key": one.key, "zh": one.zh, "en": one.en, "saves": dict(one.saves)} for one in self.deciders],
            "conflicts": None if self.conflicts is None else [one.to_json() for one in self.conflicts],
            "pathway": None if self.pathway is None else self.pathway.to_json(),
            "unsaid": [{"zh": one.zh, "en": one.en, "aims": list(one.aims)} for one in told.unsaid],
            "asks": [{"who": one.who, "paper": one.paper, "zh": one.zh, "en": one.en, "aims": list(one.aims)} for one in told.asks],
        }  # fmt: skip


def odds_of(risk: Risk) -> dict[str, Odds]:
    """The chances of a risk step."""
    out = {}
    for one in risk.chances:
        if one.chance is None or one.interval is None or one.median is None:
            continue
        fan = one.fan("rolling")
        bands = {label: tuple(map(float, fan.quantiles[:, place])) for place, label in enumerate(fan.labels)}
        out[one.aim.id] = Odds(one.chance, one.median, *one.interval, bands)
    return out


def plan_case(facts: PlanFacts, accounts: Sequence[Account] = (), library: Library | None = None) -> Case:
    """The case of a plan, calibrated by accounts where there are some. Raises CaseError."""
    from lvlian.outlook.from_plan import case_from_plan

    case = case_from_plan(facts, library=library)
    if accounts:
        from lvlian.outlook.from_account import with_account

        case = with_account(case, accounts)
    return case


def make_outlook(
    case: Case,
    title: str = "",
    *,
    library: Library | None = None,
    draws: int = BRIEF_DRAWS,
    seed: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    findings: Sequence[Finding] = (),
    ways: float = 0.0,
    clashes: bool = True,
    decide: bool = False,
    months: Sequence[str] = (),
) -> Outlook:
    """Everything of a case. `ways` seconds for the cheapest way (0: none), asked for only where a goal falls short; `decide`: also what most
    often decides (about a second). Raises CaseError or RiskError where the case cannot be run."""
    from lvlian.chain.library import load_library
    from lvlian.outlook.conflict import conflicts
    from lvlian.outlook.projection import project
    from lvlian.outlook.risk import SEED, risk

    shelf = library if library is not None else load_library()
    shown = project(case, shelf)
    chosen = SEED if seed is None else seed
    drawn = risk(case, shelf, draws=draws, seed=chosen, workers=workers, progress=progress, stop=stop)
    odds = odds_of(drawn)
    way = None
    if ways > 0 and any(one.chance < SURE for one in odds.values()):
        from lvlian.outlook.pathway import pathway

        way = pathway(case, shelf, seconds=ways, priced=False, stop=stop)
    return Outlook(
        title=title or case.region, case=case, projection=shown, odds=odds, seed=chosen, draws=drawn.draws,
        conflicts=conflicts(case, shelf, pathway=False, findings=findings) if clashes else None, pathway=way,
        deciders=tuple(one for one in drawn.deciders() if one.most >= 0.05) if decide and odds else (),
        months=tuple(months), stopped=drawn.stopped, silent={one.aim.id: one.why for one in drawn.chances if one.figures is None},
    )  # fmt: skip


def outlook_of(item: Assessed, account: Account | None = None) -> Outlook | None:
    """What a brief says of a plan: quick draws, sentences set against each other, the cheapest way within seconds. `account` counts where it
    is of the plan's region. None for a document without goals or projects of a chain, or whose years nobody can tell."""
    from .account_page import of_region

    if not item.facts.goals:
        return None
    mine = account if account is not None and of_region(item, account) else None
    try:
        case = plan_case(item.facts, () if mine is None else (mine,))
        case = replace(case, simulated=case.simulated or item.invented)
        return make_outlook(
            case, item.title, ways=BRIEF_SECONDS, findings=item.findings, months=() if mine is None else (mine.month,)
        )
    except CaseError:
        return None
