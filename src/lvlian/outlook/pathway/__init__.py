"""The cheapest way to the goals of a plan: which projects when, which factors sooner, how metal, power, land and money are used."""

from lvlian.outlook.pathway.assembly import pathway
from lvlian.outlook.pathway.load_options import Options, Rule, load_options, options_of
from lvlian.outlook.pathway.moves import Move
from lvlian.outlook.pathway.prices import Price
from lvlian.outlook.pathway.record import GoalRow, MoneyRow, Pathway, ScheduleRow

__all__ = ["GoalRow", "MoneyRow", "Move", "Options", "Pathway", "Price", "Rule", "ScheduleRow", "load_options", "options_of", "pathway"]
