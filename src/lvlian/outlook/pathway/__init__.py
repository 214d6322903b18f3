"""The cheapest way to the goals of a plan: which projects when, which factors sooner, how metal, power, land and money are used."""

from lvlian.outlook.pathway.assembly import pathway
from lvlian.outlook.pathway.front import FrontPoint, Other, front_of, others
from lvlian.outlook.pathway.interactive import Desk
from lvlian.outlook.pathway.load_options import Options, Rule, load_options, options_of
from lvlian.outlook.pathway.moves import Move
from lvlian.outlook.pathway.prices import Price
from lvlian.outlook.pathway.record import GoalRow, MoneyRow, Pathway, ScheduleRow
from lvlian.outlook.pathway.solve import Plan, Solution, plan_of

__all__ = [
    "Desk",
    "FrontPoint",
    "GoalRow",
    "MoneyRow",
    "Move",
    "Options",
    "Other",
    "Pathway",
    "Plan",
    "Price",
    "Rule",
    "ScheduleRow",
    "Solution",
    "front_of",
    "load_options",
    "options_of",
    "others",
    "pathway",
    "plan_of",
]
