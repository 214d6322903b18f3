"""Writes of the outlook's rooms."""
