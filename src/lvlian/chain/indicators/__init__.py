"""The official indicators: their formulas as data, and their values from an account with the spread that the reports leave."""
