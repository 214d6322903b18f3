"""The ledger on the site: items of every track, factors, the quarterly dispatch."""
