"""Search over everything: terms of a name, their index, and queries that show no more than the lists do."""
