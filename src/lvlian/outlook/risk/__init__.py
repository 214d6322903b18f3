"""The risk of an outlook: how likely each goal is met, within which bands, what moves it, and what holds the quarters back."""

from lvlian.outlook.risk.assess import SEED, draw_all, risk
from lvlian.outlook.risk.compare import Change, compare
from lvlian.outlook.risk.driver import Driver
from lvlian.outlook.risk.fan import LEVELS, Fan
from lvlian.outlook.risk.price import PriceLaw, fit
from lvlian.outlook.risk.read_prices import fit_prices
from lvlian.outlook.risk.record import Bottleneck, Chance, Decider, Risk
from lvlian.outlook.risk.stream import RiskError, Streams

__all__ = [
    "LEVELS",
    "SEED",
    "Bottleneck",
    "Chance",
    "Change",
    "Decider",
    "Driver",
    "Fan",
    "PriceLaw",
    "Risk",
    "RiskError",
    "Streams",
    "compare",
    "draw_all",
    "fit",
    "fit_prices",
    "risk",
]
