"""Plans: documents and their versions, the facts read from them and their review, the findings, and the region's records."""
