"""The cheapest way to the goals of a plan: which projects when, which factors sooner, how metal, power, land and money are used."""
