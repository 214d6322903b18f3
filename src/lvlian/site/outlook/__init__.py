"""The rooms of the outlook: scenarios, chances, the cheapest way, conflicts of the plan with itself."""
