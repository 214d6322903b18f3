"""Goals: every quantified target or baseline of a text."""

from lvlian.plan.goals.reading import read_goals

__all__ = ["read_goals"]
