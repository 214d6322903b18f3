"""The projection of a case: goals reached or missed, indicators by quarter, what holds each quarter back, projects against their promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lvlian.ledger.quarter import Quarter, read_quarter
from lvlian.outlook.case import Aim, Case, CaseError, Premise, Ref
from lvlian.outlook.model import Model, compile_model
from lvlian.outlook.pipeline import Pipeline, pipeline
from lvlian.outlook.projection.binding import Bind, binding
from lvlian.outlook.projection.chain import chain_of
from lvlian.outlook.projection.courses import Course, course_from_json, courses
from lvlian.outlook.projection.measure import Bench, bench_of
from lvlian.outlook.projection.reach import Reach, reach, reach_from_json
from lvlian.outlook.projection.risks import risks
from lvlian.outlook.projection.rows import (
    IndicatorRow,
    LimitRow,
    ProjectRow,
    RiskRow,
    indicator_from_json,
    indicator_row,
    limit_from_json,
    limit_rows,
    plain,
    project_from_json,
    project_rows,
    risk_from_json,
)
from lvlian.outlook.projection.run import Run, run
from lvlian.outlook.projection.stage import Stage

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.library import Library

FORMAT = "lvlian-projection/1"


@dataclass(frozen=True, eq=False)
class Live:
    """What a projection was made with; a projection that was read from a file has none of it."""

    case: Case
    library: Library
    line: Pipeline
    model: Model
    run: Run
    bench: Bench
    stage: Stage


class Projection:
    """A case projected. `aims` in the order of the case; `indicators`, `binding`, `projects`, `risks`, `courses` are worked out when first asked for.
    `live` holds the case, the model and the run, None where the projection was read from a file."""

    def __init__(
        self,
        region: str,
        scenario: str,
        today: str,
        quarters: tuple[Quarter, ...],
        aims: tuple[Reach, ...],
        premises: tuple[Premise, ...],
        assumptions: tuple[str, ...],
        simulated: bool = False,
        live: Live | None = None,
        tables: Mapping[str, tuple[Any, ...]] | None = None,
        assumptions_en: tuple[str, ...] = (),
    ) -> None:
        self.region = region
        self.scenario = scenario
        self.today = today
        self.quarters = quarters
        self.aims = aims
        self.premises = premises
        self.assumptions = assumptions
        self.assumptions_en = assumptions_en
        self.simulated = simulated
        self.live = live
        self._tables = tables or {}

    def aim(self, aim_id: str) -> Reach:
        """Raises KeyError."""
        found = next((one for one in self.aims if one.aim.id == aim_id), None)
        if found is None:
            raise KeyError(aim_id)
        return found

    @cached_property
    def indicators(self) -> tuple[IndicatorRow, ...]:
        """Every variant of every indicator of the book, in its order."""
        live = self.live
        if live is None:
            return self._tables.get("indicators", ())
        return tuple(
            indicator_row(live.case, live.bench, live.stage, live.bench.measure(formula.id, variant.id))
            for formula in live.bench.book.formulas.values()
            for variant in formula.variants
        )

    @cached_property
    def binding(self) -> tuple[Bind, ...]:
        """What holds each goal back in each quarter."""
        live = self.live
        if live is None:
            return self._tables.get("binding", ())
        return binding(live.run, live.line, live.bench, live.library, live.case.aims)

    @cached_property
    def projects(self) -> tuple[ProjectRow, ...]:
        """Promised, told since, projected."""
        live = self.live
        return self._tables.get("projects", ()) if live is None else project_rows(live.case, live.line)

    @cached_property
    def risks(self) -> tuple[RiskRow, ...]:
        """Which delay costs which goal how much."""
        live = self.live
        return self._tables.get("risks", ()) if live is None else risks(live.run, live.line, live.bench, live.case.aims)

    @cached_property
    def limits(self) -> tuple[LimitRow, ...]:
        """What was used of each limit, quarter by quarter."""
        return self._tables.get("limits", ()) if self.live is None else limit_rows(self.live.run)

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """Each goal as promised, as told since, as projected."""
        return self._tables.get("courses", ()) if self.live is None else courses(self.live)

    @cached_property
    def _bound(self) -> Mapping[str, tuple[Bind, ...]]:
        out: dict[str, list[Bind]] = {}
        for one in self.binding:
            out.setdefault(one.aim, []).append(one)
        return {key: tuple(rows) for key, rows in out.items()}

    def bound(self, aim_id: str) -> tuple[Bind, ...]:
        """What holds one goal back, quarter by quarter; empty where no formula knows it."""
        return self._bound.get(aim_id, ())

    def to_json(self) -> dict[str, Any]:
        """The public form: all tables; keys in a fixed order."""
        return {
            "format": FORMAT,
            "region": self.region,
            "scenario": self.scenario,
            "today": self.today,
            "quarters": [str(quarter) for quarter in self.quarters],
            "simulated": self.simulated,
            "aims": [{**one.to_json(), "aim": plain(one.aim)} for one in self.aims],
            "indicators": plain(self.indicators),
            "binding": [one.to_json() for one in self.binding],
            "projects": plain(self.projects),
            "risks": plain(self.risks),
            "courses": plain(self.courses),
            "limits": plain(self.limits),
            "premises": plain(self.premises),
            "assumptions": list(self.assumptions),
            "assumptions_en": list(self.assumptions_en),
        }


def from_json(data: Mapping[str, Any]) -> Projection:
    """The projection of `to_json`. Raises CaseError where the data is none."""
    if data.get("format") != FORMAT:
        raise CaseError(f"projection, field format: found {data.get('format')!r}, expected {FORMAT}")
    try:
        return Projection(
            region=data["region"],
            scenario=data["scenario"],
            today=data["today"],
            quarters=tuple(read_quarter(text) for text in data["quarters"]),
            aims=tuple(reach_from_json(row, _aim(row["aim"])) for row in data["aims"]),
            premises=tuple(Premise(**{**row, "ref": _ref(row["ref"])}) for row in data["premises"]),
            assumptions=tuple(data["assumptions"]),
            assumptions_en=tuple(data["assumptions_en"]),
            simulated=data["simulated"],
            tables={
                "indicators": tuple(indicator_from_json(row) for row in data["indicators"]),
                "binding": tuple(
                    Bind(
                        **{
                            **row,
                            "others": tuple((name, gain) for name, gain in row["others"]),
                            "others_en": tuple(row["others_en"]),
                        }
                    )
                    for row in data["binding"]
                ),
                "projects": tuple(project_from_json(row) for row in data["projects"]),
                "risks": tuple(risk_from_json(row) for row in data["risks"]),
                "limits": tuple(limit_from_json(row) for row in data["limits"]),
                "courses": tuple(course_from_json(row) for row in data["courses"]),
            },
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CaseError(f"projection: found data that is none ({error}), expected the form {FORMAT}") from None


def _aim(row: Mapping[str, Any]) -> Aim:
    return Aim(**{**row, "ref": _ref(row["ref"])})


def _ref(row: Mapping[str, Any]) -> Ref:
    from datetime import date

    values = dict(row)
    values["day"] = None if row["day"] is None else date.fromisoformat(row["day"])
    values["fact"] = None if row["fact"] is None else (row["fact"][0], row["fact"][1])
    return Ref(**values)


def project(
    case: Case,
    library: Library | None = None,
    *,
    account: Account | None = None,
    accounts: Sequence[Account] = (),
) -> Projection:
    """A case quarter by quarter: pipeline, model, run, goals. `account` (or several months) replaces what was assumed by what was
    reconciled. Raises CaseError where the case cannot be run."""
    from lvlian.chain.library import load_library

    shelf = library if library is not None else load_library()
    told = (*accounts, *((account,) if account is not None else ()))
    if told:
        from lvlian.outlook.from_account import with_account

        case = with_account(case, told)
    line = pipeline(case)
    model = compile_model(case, shelf, line.capacity)
    chain = chain_of(model, shelf)
    done = run(model, chain=chain)
    bench = bench_of(chain, shelf)
    stage = bench.stage(done, line.start[None], line.factor_day[None])
    live = Live(case=case, library=shelf, line=line, model=model, run=done, bench=bench, stage=stage)
    assumed = assumptions_of(live)
    return Projection(
        region=case.region,
        scenario=case.scenario,
        today=case.today.isoformat(),
        quarters=case.quarters,
        aims=tuple(reach(case, bench, stage, aim) for aim in case.aims),
        premises=case.premises,
        assumptions=tuple(zh for zh, _ in assumed),
        assumptions_en=tuple(en for _, en in assumed),
        simulated=case.simulated,
        live=live,
    )


def assumptions_of(live: Live) -> tuple[tuple[str, str], ...]:
    """What the figures rest on beside the premises: sentences zh, en (a recipe's source as the library has it)."""
    chain, model = live.run.chain, live.model
    out = [
        (
            "一个季度里：先按合同，再按每吨金属的收益分配铝液，余下铸锭；区内料先于区外料",
            "In a quarter local metal goes to contracts, then to who earns most by a tonne, the rest into ingot; local before bought",
        ),
        ("本季的废料和渣下季才用", "Scrap and residues of a quarter are used in the next"),
        (
            "产值按当季价格，企业自用部分不计",
            "Output value at the price of the quarter, without what a firm takes itself",
        ),
    ]
    if live.case.today > live.case.first.first and not live.case.history:
        out.append(
            (
                f"{live.case.first.zh}起、{live.case.today:%Y-%m} 以前的季度没有实绩，也按推演计",
                f"Quarters from {live.case.first} to {live.case.today:%Y-%m} have no reports and are projected too",
            )
        )
    goods = live.library.goods
    unpriced = [
        goods[model.goods[row]]
        for row in dict.fromkeys(model.products)
        if not model.price[row].any() and model.goods[row] in goods
    ]
    if unpriced:
        zh, en = "、".join(good.zh for good in unpriced), ", ".join(good.en for good in unpriced)
        out.append((f"{zh}没有单价，产值按 0 计，合计偏低", f"{en}: no price, counted as 0, so that sums are low"))
    if chain.kept_local:
        zh = "、".join(goods[good].zh for good in chain.kept_local)
        en = ", ".join(goods[good].en for good in chain.kept_local)
        out.append(
            (
                f"{zh}只用区内产生的，不从区外买（危险废物，假设）",
                f"{en}: only what arises in the region, none bought (hazardous)",
            )
        )
    if chain.unmade:
        zh, en = "、".join(goods[good].zh for good in chain.unmade), ", ".join(goods[good].en for good in chain.unmade)
        out.append((f"{zh}由用的企业自产", f"{en}: made where it is used"))
    return (*out, *((text, text) for text in model.assumptions))


__all__ = ["FORMAT", "Live", "Projection", "from_json", "project"]
