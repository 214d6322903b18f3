"""Models of the ledger, one module each noun."""

from lvlian.site.ledger.models.dispatch import Ask, Decision, Dispatch, Sealed
from lvlian.site.ledger.models.factor import Booking, Demand, Supply
from lvlian.site.ledger.models.holiday import Holiday
from lvlian.site.ledger.models.item import Evidence, Item, ItemEvent, Party, Step

__all__ = [
    "Ask",
    "Booking",
    "Decision",
    "Demand",
    "Dispatch",
    "Evidence",
    "Holiday",
    "Item",
    "ItemEvent",
    "Party",
    "Sealed",
    "Step",
    "Supply",
]
