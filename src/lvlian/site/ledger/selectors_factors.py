"""Reads of factors: what is supplied and needed, by quarter, and which items wait for what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lvlian.ledger.light import Block


def blocks_of(items: Iterable[int]) -> Mapping[int, tuple[Block, ...]]:
    """For each item the factors that come later than it needs them."""
    return {}
