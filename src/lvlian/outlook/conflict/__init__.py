"""Sentences that cannot all hold: found, made minimal, shown with their arithmetic and with repairs that were solved again."""

from lvlian.outlook.conflict.conflicts import conflicts, reached_by
from lvlian.outlook.conflict.effect import with_effects
from lvlian.outlook.conflict.record import Conflict, Line, Merged, Repair, Said, merged

__all__ = ["Conflict", "Line", "Merged", "Repair", "Said", "conflicts", "merged", "reached_by", "with_effects"]
