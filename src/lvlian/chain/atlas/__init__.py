"""The atlas of a region's chain: what is strong, thin, single, missing, under way, and what would close the gaps (`docs/atlas.md`)."""

from lvlian.chain.atlas.record import Atlas, AtlasEdge, AtlasNode, Gap, Project, StripCell, Works

__all__ = ["Atlas", "AtlasEdge", "AtlasNode", "Gap", "Project", "StripCell", "Works"]
