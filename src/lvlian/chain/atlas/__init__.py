"""The atlas of a region's chain: what is strong, thin, single, missing, under way, and what would close the gaps (`docs/atlas.md`)."""
