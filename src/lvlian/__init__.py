"""Lvlian 铝链: read a development plan, check it, and hand over a brief."""

__version__ = "0.1.0"
