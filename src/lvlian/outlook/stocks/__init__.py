"""Metal in use: stocks by use, what leaves them, and the old scrap that comes back to the chain."""

from lvlian.outlook.stocks.in_use import InUse, in_use, inflow_for
from lvlian.outlook.stocks.lifetime import Lifetime
from lvlian.outlook.stocks.load_products import Metal, Use, load_products
from lvlian.outlook.stocks.scrap import ScrapSupply, scrap_supply

__all__ = ["InUse", "Lifetime", "Metal", "ScrapSupply", "Use", "in_use", "inflow_for", "load_products", "scrap_supply"]
