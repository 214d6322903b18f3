"""Measures the ledger at size: 10⁵ items with 10⁶ events."""
