"""Carbon footprint of products, cradle to gate, through the whole network of an account (see `docs/footprint.md`)."""

from lvlian.chain.footprint.record import CarbonBalance, Carried, Footprint
from lvlian.chain.footprint.solve import carbon, footprint

__all__ = ["CarbonBalance", "Carried", "Footprint", "carbon", "footprint"]
