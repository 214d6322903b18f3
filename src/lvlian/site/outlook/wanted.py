"""What a pathway is asked for, kept in the address beside the scenario: for which aims, what for, under which rules, with how much money.

`aims` soft | lexicographic | hard | chance; `want` cost | jobs | value | carbon; `budget` 万元; `without` parts that may not be used, `with` those that
may be though they usually are not; `on`, `off` rules that are switched against what they are by themselves; `rule.<id>.<figure>`; `rank.<aim>` a number, `skip` aims that are left out."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lvlian.site.outlook.origins import pick

if TYPE_CHECKING:
    from lvlian.outlook.case import Case

AIMS = ("soft", "lexicographic", "hard", "chance")
WANTS = ("cost", "jobs", "value", "carbon")
SURE = 0.8
"""The chance that is asked for where goals are to be reached with a chance."""
LAST = 99
USUALLY_NOT = ("later",)
"""Nobody asks for a project to be late so that a count comes out in another year, unless he says so."""
WAN = 1e4


@dataclass(frozen=True)
class Wanted:
    """`budget` in 万元, None without a limit. `rules` rule → on, only where it differs; `figures` (rule, figure) → value, only where it differs."""

    aims: str = "soft"
    want: str = "cost"
    budget: float | None = None
    without: tuple[str, ...] = USUALLY_NOT
    rules: Mapping[str, bool] = field(default_factory=dict)
    figures: Mapping[tuple[str, str], float] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same question."""
        figures = sorted((f"{rule}.{name}", value) for (rule, name), value in self.figures.items())
        ranks = sorted(self.ranks.items()) if self.aims == "lexicographic" else []
        return json.dumps(
            [
                self.aims,
                self.want,
                self.budget,
                sorted(self.without),
                sorted(self.rules.items()),
                figures,
                ranks,
                sorted(self.skip),
            ]
        )

    def options(self) -> dict[str, Any]:
        """The question's changes of the options, as `lvlian.outlook.pathway.options_of` takes them."""
        out: dict[str, Any] = {}
        if self.without:
            out["without"] = list(self.without)
        if self.skip:
            out["skip"] = list(self.skip)
        if self.aims == "lexicographic" and self.ranks:
            out["priority"] = dict(self.ranks)
        figures: dict[str, dict[str, float]] = {}
        for (rule, name), value in self.figures.items():
            figures.setdefault(rule, {})[name] = value
        for rule, values in figures.items():
            out[f"rules.{rule}"] = values  # figures switch it on; the switch below goes after them
        switched = {f"rules.{rule}": on for rule, on in self.rules.items()}
        for rule, on in switched.items():
            if rule in out and on:
                continue
            out.pop(rule, None)
            out[rule] = on
        return out

    def query(self) -> QueryDict:
        """The shortest address that asks the same."""
        out = QueryDict(mutable=True)
        if self.aims != AIMS[0]:
            out["aims"] = self.aims
        if self.want != WANTS[0]:
            out["want"] = self.want
        if self.budget is not None:
            out["budget"] = f"{self.budget:g}"
        for name in self.without:
            if name not in USUALLY_NOT:
                out.appendlist("without", name)
        for name in USUALLY_NOT:
            if name not in self.without:
                out.appendlist("with", name)
        for rule, on in self.rules.items():
            out.appendlist("on" if on else "off", rule)
        for (rule, name), value in self.figures.items():
            out[f"rule.{rule}.{name}"] = f"{value:g}"
        for aim, rank in self.ranks.items():
            out[f"rank.{aim}"] = str(rank)
        for aim in self.skip:
            out.appendlist("skip", aim)
        return out


def aims_told() -> dict[str, str]:
    return {
        "soft": _("尽量都够：差得最少"), "lexicographic": _("按先后：先保排在前面的"), "hard": _("全部必须够，不够就说哪几句不能都成立"),
        "chance": _("有把握地够：每个目标八成"),
    }  # fmt: skip


def wants_told() -> dict[str, str]:
    return {"cost": _("动作花费最少"), "jobs": _("就业最多"), "value": _("产值最高"), "carbon": _("碳排最低")}


def parts_told() -> dict[str, str]:
    return {
        "sooner": _("项目、要素提前"), "later": _("项目可推后、可不投产"), "lots": _("增报用地批次"), "sources": _("网外购电、光伏、储能、需求响应"),
        "retrofit": _("电解节能改造"), "links": _("县内新供料"), "retire": _("旧槽退出换指标"),
    }  # fmt: skip


def figures_told() -> dict[str, tuple[str, str]]:
    """A rule's figures: their names and units."""
    return {
        "below": (_("低于"), "kA"), "by": (_("退出年份，0 为期末"), ""), "ratio": (_("置换比"), ""), "quota": (_("手上指标"), _("吨/年")), "price": (_("指标购价"), _("元/吨年")),
        "share": (_("占比"), ""), "level": (_("标杆电耗"), "kWh/t"), "year": (_("从年份"), ""), "joint": (_("合并为 1，单列为 0"), ""), "tce": (_("季度能耗"), _("吨标煤")),
        "smelting": (_("电解所占"), ""), "alumina": (_("每吨铝氧化铝"), "t"), "red_mud": (_("赤泥利用率"), ""),
    }  # fmt: skip


def read_wanted(query: QueryDict, case: Case) -> Wanted:
    """What an address asks for. A form of the page (`asked`) sends what is allowed (`may`) and which rules hold (`rule`)."""
    from lvlian.outlook.pathway import load_options
    from lvlian.outlook.pathway.load_options import SWITCHES

    options = load_options()
    strange: list[str] = []
    form = "asked" in query
    if form:
        allowed = query.getlist("may")
        without = tuple(one for one in SWITCHES if one not in allowed)
        held = query.getlist("rule")
        rules = {key: key in held for key, rule in options.rules.items() if (key in held) != rule.on}
    else:
        left = {*query.getlist("without"), *(one for one in USUALLY_NOT if one not in query.getlist("with"))}
        without = tuple(one for one in SWITCHES if one in left)
        on, off = query.getlist("on"), query.getlist("off")
        rules = {
            key: key in on
            for key, rule in options.rules.items()
            if (key in on and not rule.on) or (key in off and rule.on)
        }
    figures = {}
    for key, rule in options.rules.items():
        for name, was in rule.set.items():
            value = _number(query.get(f"rule.{key}.{name}"), strange, pick(rule.zh, rule.en))
            if value is not None and (was is None or abs(value - float(was)) > 1e-9):
                figures[key, name] = value
    figures = {place: value for place, value in figures.items() if rules.get(place[0], options.rules[place[0]].on)}
    known = {aim.id for aim in case.aims}
    ranks = {}
    for aim in sorted(known):
        rank = _number(query.get(f"rank.{aim}"), strange, _("先后"))
        if rank is not None and 1 <= rank < LAST:
            ranks[aim] = round(rank)
    budget = _number(query.get("budget"), strange, _("预算"))
    if budget is not None and budget < 0:
        strange.append(_("预算应为 0 或更多，已略去"))
        budget = None
    aims, want = query.get("aims", ""), query.get("want", "")
    return Wanted(
        aims=aims if aims in AIMS else AIMS[0], want=want if want in WANTS else WANTS[0], budget=budget, without=without, rules=rules, figures=figures, ranks=ranks,
        skip=tuple(one for one in dict.fromkeys(query.getlist("skip")) if one in known), strange=tuple(strange),
    )  # fmt: skip


def _number(text: str | None, strange: list[str], name: str) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        value = float(text.replace("−", "-").replace(",", ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        strange.append(_("%(name)s：%(text)s 不是数") % {"name": name, "text": text[:20]})
        return None
    return value


def season(text: str) -> str:
    """`2024-Q3` → 2024年三季度."""
    year, _sep, number = text.partition("-Q")
    names = {"1": _("一季度"), "2": _("二季度"), "3": _("三季度"), "4": _("四季度")}
    return pgettext("quarter", "%(year)s年%(quarter)s") % {"year": year, "quarter": names.get(number, number)}
