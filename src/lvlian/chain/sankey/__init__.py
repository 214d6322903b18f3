"""Flow pictures of an account: metal, energy, carbon and value from where they enter to where they leave (see `docs/atlas.md`)."""

from lvlian.chain.sankey.build import LEVELS, sankey
from lvlian.chain.sankey.record import Column, Link, Node, Sankey

__all__ = ["LEVELS", "Column", "Link", "Node", "Sankey", "sankey"]
