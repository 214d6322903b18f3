"""The outlook of a region: will the goals of its plan be met, what holds them back, what is the cheapest way, and why not."""
