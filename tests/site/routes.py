"""Every address of the site, and the records that stand in those with parameters.

A new address whose name begins with a known noun is asked with that noun's records; any other must be declared here, else the leak
test fails: nothing is skipped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.site.scene import Scene


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    parameters: tuple[str, ...]
    view: Any

    def address(self, values: dict[str, Any]) -> str:
        return reverse(self.name, kwargs=values)


def routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, "", "", ()))


def _walk(patterns: Any, before: str, space: str, names: tuple[str, ...]) -> Iterator[Route]:
    for one in patterns:
        here = (*names, *one.pattern.converters)
        if isinstance(one, URLPattern):
            yield Route(f"{space}{one.name or ''}", before + str(one.pattern), here, one.callback)
        elif isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one.url_patterns, before + str(one.pattern), inner, here)


# Records for the parameters -------------------------------------------------------------------------------------------------
Rows = Callable[[Scene], list[Any]]
NOUNS: dict[str, Rows] = {
    "goal": lambda s: s.county.goals,
    "project": lambda s: s.county.projects,
    "milestone": lambda s: s.county.milestones,
    "duty": lambda s: s.county.duties,
    "incentive": lambda s: s.county.incentives,
    "chain": lambda s: s.county.chains,
    "fact": lambda s: s.county.facts,
    "finding": lambda s: s.county.findings,
    "plan": lambda s: [s.county.plan],
    "version": lambda s: [s.county.version],
    "firm": lambda s: s.county.firms,
    "unit": lambda s: s.county.units,
    "region": lambda s: [s.county.region],
    "people": lambda s: [s.county.people["office"], s.county.people["firm2"]],
    "proposal": lambda s: s.proposals,
    "job": lambda s: [s.job],
    "token": lambda s: [s.token],
    "issue": lambda s: s.issues,
    "supply": lambda s: [s.supply],
    "demand": lambda s: [s.demand],
    "booking": lambda s: [s.booking],
    "supervision": lambda s: s.tasks,
    "holiday": lambda s: s.county.goals[:1],
    "dispatch": lambda s: s.dispatches,
    "item": lambda s: s.items,
    "investment": lambda s: s.leads,
    "evidence": lambda s: s.proofs,
    "report": lambda s: s.filings,
    "link": lambda s: s.links,
    "known": lambda s: [s.known],
    "scenario": lambda s: [s.scenario],
    "premise": lambda s: [s.premise],
}
"""The first word of an address's name → the records of a county that its one parameter names."""

COMMON: dict[str, list[dict[str, Any]]] = {
    name: [{"track": "project"}, {"track": "commitment"}]
    for name in ("ledger-track", "ledger-cards", "ledger-new", "ledger-bring")
}
COMMON["indicator-detail"] = [
    {"key": key} for key in ("deep_processing_rate", "liquid_local_conversion", "smelting_ac_intensity")
]
COMMON["indicator-choose"] = [{"key": "deep_processing_rate"}]
COMMON["account-month-paper"] = [{"form": "xlsx"}, {"form": "docx"}]
"""Addresses whose parameter names no record of a county: everybody opens them, and is shown what is his."""

SPECIAL: dict[str, Callable[[Scene], list[dict[str, Any]]]] = {
    "indicator-link": lambda s: [{"goal": goal.pk} for goal in s.county.goals],
    "audit-record": lambda s: [{"seq": s.audit.seq}],
    "people-withdraw": lambda s: [{"pk": p.pk, "grant": p.grants.first().pk} for p in [s.county.people["unit"]]],
    "plan-export": lambda s: [
        {"plan_id": s.county.plan.pk, "form": form}
        for form in ("json", "xlsx", "brief-html", "brief-docx", "brief-xlsx")
    ],
    **{
        name: lambda s: [
            {"pk": pk, "unit": unit}
            for pk, unit in sorted({(ask.dispatch_id, ask.unit_id) for one in s.dispatches for ask in one.asks.all()})
        ]
        for name in (
            "dispatch-unit",
            "dispatch-confirm",
            "dispatch-sheet",
            "dispatch-sheet-read",
            "dispatch-sheet-apply",
        )
    },
    "dispatch-correct": lambda s: [
        {"pk": one.pk, "unit": ask.unit_id, "ask": ask.pk} for one in s.dispatches for ask in one.asks.all()[:3]
    ],
    "dispatch-redecide": lambda s: [{"pk": one.pk, "number": 1} for one in s.dispatches],
    "dispatch-undecide": lambda s: [{"pk": one.pk, "number": 1} for one in s.dispatches],
    "dispatch-paper": lambda s: [
        {"pk": one.pk, "paper": paper}
        for one in s.dispatches
        for paper in ("notice", "minutes", "agenda", "tables", "calendar")
    ],
    "comment-add": lambda s: [
        {"model": model, "pk": row.pk}
        for model in ("project", "duty", "goal", "fact", "item")
        for row in NOUNS[model](s)
    ],
}
"""Addresses with more than one parameter, or another one."""

VARIANTS: dict[str, tuple[str, ...]] = {
    "investment": ("stage=talking", "q=密", "page=2"),
    "cultivation": ("track=scale-up", "q=乙", "light=none"),
    "issues": ("kind=power", "state=closed", "q=密", "mine=1"),
    "supervision": ("state=urged", "q=密"),
    "calendar": ("view=list&month=2023-09", "kind=clock"),
    "todo": ("kind=问题",),
    "search": ("q=项目", "q=甲", "q=乙", "q=铝业", "q=xm", "q=铝业&kind=firm", "q=密"),
    "search-suggestions": ("q=项", "q=乙", "q=铝业"),
    "plan-compare": ("plan={a}&plan={b}", "plan={b}"),
    "goals": ("view=table", "year=2023", "q=乙"),
    "projects": ("q=F", "page=2", "kind=all", "factor=power", "stage=running"),
    "factors": ("factor=power", "from=2023-Q3", "span=4"),
    "duties": ("by=section",),
    "account-flows": ("period=2023-09&layer=value&level=firm", "link=0"),
    "account-atlas": ("node=billet", "node=liquid_aluminium&layer=carbon"),
    "account-footprint": ("good=billet", "good=liquid_aluminium&coal=50&source=x"),
    "account-month": ("of=all&all=1", "view=received", "only=doubt", "month=2023-08"),
    "reports": ("month=2023-09", "month=2023-08"),
    "reports-forms": ("month=2023-09",),
    "audit": ("q=乙", "action=project.edit"),
    "indicators": ("month=2023-09", "over=year&only=known", "only=planned&group=energy", "q=密", "as=xlsx", "as=docx"),
    "indicator-aims": ("state=open", "state=confirmed", "q=密"),
    "outlook": ("power.dry=-20&whole=1", "year=2025&by=year&as=xlsx", "as=docx"),
    "outlook-live": ("own=1&power.dry=-20&s={a}",),
    "outlook-compare": ("a=base&b=now&power.dry=-20&all=1", "as=xlsx"),
    "outlook-pathway": ("as=xlsx",),
    "outlook-conflicts": ("as=xlsx",),
    "outlook-projects": ("q=密", "light=bad", "as=xlsx"),
    "outlook-risks": ("q=密", "whole=1", "as=xlsx"),
    "outlook-indicators": ("per=quarter&only=known", "q=密", "as=xlsx"),
    "outlook-premises": ("state=fixed&fix=power.dry", "q=密", "as=xlsx"),
}
"""Queries beside the bare address; `{a}` and `{b}` are the plans of the two counties."""


def parameters(route: Route, scene: Scene) -> list[dict[str, Any]]:
    """What stands in an address for a county's records. Raises LookupError where nobody said so."""
    if not route.parameters:
        return [{}]
    if route.name in COMMON:
        return COMMON[route.name]
    if route.name in SPECIAL:
        return SPECIAL[route.name](scene)
    name = route.name
    if len(route.parameters) == 1:
        (parameter,) = route.parameters
        if name.endswith("-view-remove"):
            return [{parameter: scene.view.pk}]
        if name.endswith(("-import-preview", "-import-marked")):
            return [{parameter: scene.job.pk}]
        noun = parameter.removesuffix("_id") if parameter.endswith("_id") else name.split("-")[0]
        if noun in NOUNS:
            return [{parameter: row.pk} for row in NOUNS[noun](scene)]
    raise LookupError(f"{name} {route.pattern}: say in tests/site/routes.py which records stand in its address")
