"""Find where a plan disagrees with itself, with physics or with the calendar."""

from lvlian.plan.check.checking import TABLE, check_plan
from lvlian.plan.check.rule import FAMILIES, Check

__all__ = ["FAMILIES", "TABLE", "Check", "check_plan"]
