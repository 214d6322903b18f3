"""Records of the outlook: what people set and kept. What is computed is not stored."""

from lvlian.site.outlook.models.scenario import MoveTaken, PremiseChoice, Scenario

__all__ = ["MoveTaken", "PremiseChoice", "Scenario"]
