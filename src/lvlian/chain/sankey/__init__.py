"""Flow pictures of an account: metal, energy, carbon and value from where they enter to where they leave (see `docs/atlas.md`)."""

from lvlian.chain.sankey.record import Column, Link, Node, Sankey

__all__ = ["Column", "Link", "Node", "Sankey"]
